"""Enumerations: “推进A、B、C等高铁项目建设” names three things, and the words behind 等 say what they are.

A listing is a run of pieces of one clause. What its items are is said, surest first, by the words behind 等 (its head:
高铁项目, 龙头企业, 品牌展会), by what is said of them (开工, 投产) or by the verb before them (建成).
The tail that the items share is in no item; items without a word of their own (`is_specific`) are left.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache

from ahocorasick_rs import AhoCorasick
from spacy.tokens import Doc

from extractors.naming.boundaries import Clause, Layout, amounts, is_name, is_specific, layout
from extractors.patterns import load_lexicon
from ontology.records import Proposal

_HEAD_REACH = 24
_FIELD = 6  # characters of a name made of common words (绿色金融服务平台) at least
_BARE = 5  # characters of a name without a tail at most


@dataclass(frozen=True, slots=True)
class Listing:
    """The items of one enumeration (one item is an enumeration too).

    `head` is the type that the words behind 等 give: a mention type, "-" for a head that names no things, "" for none.
    `lead` is the hint of the verb before the first item, `said` that of the words behind the last one: words out of
    build, raise (surely building), weak (推进), hold (events), firm (companies), run (platforms).
    """

    items: tuple[tuple[int, int], ...]
    head: str
    lead: str
    said: str
    shared: int = 0  # how many characters after the last item are a tail that all items share

    @property
    def start(self) -> int:
        """Where the first item begins."""
        return self.items[0][0]

    @property
    def end(self) -> int:
        """Where the last item ends."""
        return self.items[-1][1]


def listings(doc: Doc) -> tuple[Listing, ...]:
    """Return the listings of *doc* in text order, made once for all extractors."""
    made = doc.user_data.get("policykg_listings")
    if made is None:
        sheet = layout(doc)
        made = tuple(listing for clause in sheet.clauses for listing in _read_clause(sheet, clause))
        doc.user_data["policykg_listings"] = made
    found: tuple[Listing, ...] = made
    return found


def headed_items(doc: Doc, kind: str) -> Iterator[Proposal]:
    """Propose the items of the listings whose head gives the type *kind*."""
    text, areas = layout(doc).text, _areas(doc)
    for listing in listings(doc):
        if listing.head == kind:
            for start, end in listing.items:
                place = kind == "ZONE" and not listing.shared and (start, end) in areas  # 鞍山、营口等地区
                code = kind == "ORG" and text[start] == "“"  # “小巨人”、“链主”等企业
                if is_item(text[start:end]) and not place and not code:
                    yield Proposal(start, end, kind, "enumerations/headed")


def said_items(doc: Doc, kind: str, hint: str) -> Iterator[Proposal]:
    """Propose the items of the listings without a head of which the text says *hint* (see `Listing`)."""
    text, areas = layout(doc).text, _areas(doc)
    for listing in listings(doc):
        if (listing.head in ("", "-") and hint in listing.lead) or (not listing.head and hint in listing.said):
            for start, end in listing.items:
                if is_item(text[start:end]) and not _counted(text, start, end) and (start, end) not in areas:
                    yield Proposal(start, end, kind, f"enumerations/{hint}")


def _areas(doc: Doc) -> set[tuple[int, int]]:
    """Return the ranges that the extractor of areas proposed."""
    return {(proposal.start, proposal.end) for proposal in doc._.proposals or () if proposal.type == "AREA"}


def _counted(text: str, start: int, end: int) -> bool:
    """Say whether the words are a quoted code or a counted kind (口袋公园117个) and thus no single thing."""
    return text[start] == "“" or text[end : end + 1].isdigit() or bool(amounts(text[start:end]))


def is_item(words: str) -> bool:
    """Say whether *words* can stand for a thing of their own in a list with a head."""
    return is_name(words) and not _LOOSE.search(words)


def overruled(doc: Doc, proposals: Iterable[Proposal]) -> Iterator[Proposal]:
    """Leave out the *proposals* on an item of a list headed as something else (ruling 3), or with its shared tail."""
    heads: dict[tuple[int, int], str] = {}
    tailed: dict[int, int] = {}
    for listing in listings(doc):
        if listing.head not in ("", "-"):
            heads |= dict.fromkeys(listing.items, listing.head)
        if listing.shared:
            tailed[listing.items[-1][0]] = listing.end
    for proposal in proposals:
        head = heads.get((proposal.start, proposal.end), proposal.type)
        within = head == proposal.type or (head == "PLATFORM" and proposal.type in _SURE)
        if within and proposal.end <= tailed.get(proposal.start, proposal.end):
            yield proposal


_SURE = ("EVENT", "ZONE")  # a forum or a new area stays one in a list of “platforms”
_LOOSE = re.compile(r"[^“”]{1,}(?:的|了)|^(?:对|以|向|从|与|为|把|将|让|使|由|在)")


def _read_clause(sheet: Layout, clause: Clause) -> Iterator[Listing]:
    group: list[tuple[int, int]] = []
    lead = ""
    for index, (start, end) in enumerate(clause.pieces):
        stop = find_list_end(sheet.text, start, end)
        last = stop is not None or index == len(clause.pieces) - 1
        finish, said = (stop, "") if stop is not None else (end, "")
        if last and stop is None:
            finish, said = _cut_right(sheet.text, start, end)
        if not group or sheet.boundary_at(start):
            begin, hint = sheet.cut_left(start, finish)
            if group and begin > start:
                yield Listing(tuple(group), "", lead, "")
                group = []
            if not group:
                lead = hint
        else:
            begin = start
        if begin < finish:
            group.append((begin, finish))
        if last and group:
            items, head, shared = tuple(group), "", 0
            if stop is not None:
                head, said = _read_head(sheet, stop + 1, clause.end)
            else:
                items, head, shared = _share_tail(sheet.text, group)
            yield Listing(items, head, lead, said, shared)
            group = []


def find_list_end(text: str, start: int, end: int) -> int | None:
    """Return where 等 closes a list in the range, or None (高等, 等级 and the like close nothing)."""
    for match in re.finditer("等", text[start:end]):
        position = start + match.start()
        around = text[max(start, position - 1) : position + 2]
        if not any(row["word"] in around for row in load_lexicon("enumerations_and_so_on")):
            return position
    return None


def _cut_right(text: str, start: int, end: int) -> tuple[int, str]:
    """Return where the last item ends, before what is said of it, and the hint of that."""
    words, hints = _words("enumerations_predicates", "hint")
    best, said, longest = end, "", 0
    for index, first, last in words.find_matches_as_indexes(text[start:end], overlapping=True):
        plain = first < _FIELD or hints[index] != "run"
        if first < 2 or (plain and not is_name(text[start : start + first])):
            continue
        if start + first < best or (start + first == best and last - first > longest):
            best, said, longest = start + first, hints[index], last - first
    return best, said


def _read_head(sheet: Layout, start: int, end: int) -> tuple[str, str]:
    """Return the type that the head gives and the hint of what follows it."""
    end = min(end, start + _HEAD_REACH)
    reach = sheet.text[start:end]
    words, kinds = _words("enumerations_heads", "type")
    heads = sorted(
        (first, last, kinds[index]) for index, first, last in words.find_matches_as_indexes(reach, overlapping=True)
    )
    inside = {position for first, last, _ in heads for position in (*range(first, last), first - 1)}
    barrier = min(
        (first - start for first, last, _ in sheet.within(start, end) if last - start - 1 not in inside),
        default=len(reach),
    )
    before = [head for head in heads if head[0] < barrier]
    kind = max(before, key=lambda head: (head[1], head[1] - head[0]))[2] if before else ""
    return kind, _said_of(reach)


def _said_of(reach: str) -> str:
    words, hints = _words("enumerations_predicates", "hint")
    return " ".join(sorted({hints[index] for index, *_ in words.find_matches_as_indexes(reach, overlapping=True)}))


def _share_tail(text: str, group: list[tuple[int, int]]) -> tuple[tuple[tuple[int, int], ...], str, int]:
    """Take the tail off the last item where the items before it lack one (推进藻渡、跳磴、向阳水库).

    Returns the items, the type that the tail gives ("" without one) and the length of the tail.
    """
    start, end = group[-1]
    if len(group) > 1 and all(_is_bare(text[a:b]) for a, b in group[:-1]):
        tail = _tail_of(text[start:end])
        if tail and 2 <= end - start - len(tail) <= _BARE:
            kind = dict(_shared_tails())[tail]
            return (*group[:-1], (start, end - len(tail))), kind, len(tail)
    return tuple(group), "", 0


def _tail_of(words: str) -> str:
    return next((tail for tail, _ in _shared_tails() if words.endswith(tail) and words != tail), "")


def _is_bare(words: str) -> bool:
    return len(words) <= _BARE and not any(tail in words for tail, _ in _shared_tails())


@cache
def _shared_tails() -> tuple[tuple[str, str], ...]:
    rows = load_lexicon("enumerations_shared")
    return tuple(sorted(((row["tail"], row["type"]) for row in rows), key=lambda row: -len(row[0])))


@cache
def _words(stem: str, column: str) -> tuple[AhoCorasick, tuple[str, ...]]:
    rows = load_lexicon(stem)
    return AhoCorasick([row["word"] for row in rows]), tuple(row[column] for row in rows)


__all__ = ["Listing", "find_list_end", "headed_items", "is_item", "is_specific", "listings", "overruled", "said_items"]
