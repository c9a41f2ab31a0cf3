"""Names by their tails: “…高新区”, “…实验室”, “…博览会” end a name; its beginning is cut at the verb before it.

`data/<stem>_tails.csv` lists the tails of one type. `context` says when a tail is enough: `any` always, `build` where
the clause speaks of building (a verb before or behind), `list` where the listing is headed so or its verb says so.
`not_before` holds words that make the tail part of something else (地区 before 生产总值). A rule is named by context
and tail, so that the resolution can weigh each by itself.
"""

from bisect import bisect_right
from collections.abc import Iterator
from functools import cache

from ahocorasick_rs import AhoCorasick
from spacy.tokens import Doc

from extractors.naming.boundaries import Layout, ends_in_common_word, is_counted, is_name, layout
from extractors.naming.enumerations import Listing, find_list_end, listings
from extractors.patterns import load_lexicon
from ontology.records import Proposal

_RUNNING = {"EVENT": "hold", "PLATFORM": "run"}
_HINTS = {"PROJECT": "build", "EVENT": "hold", "ORG": "firm"}


def tailed_names(doc: Doc, stem: str, kind: str) -> Iterator[Proposal]:
    """Propose the names of type *kind* in *doc* that end in a tail of `data/<stem>_tails.csv`."""
    sheet = layout(doc)
    tails, rows = _tails(stem)
    ends: dict[int, list[dict[str, str]]] = {}
    for index, start, end in tails.find_matches_as_indexes(sheet.text, overlapping=True):
        if not any(sheet.text.startswith(word, end) for word in rows[index]["not_before"].split("|") if word):
            ends.setdefault(end, []).append(rows[index] | {"begin": str(start)})
    positions = sorted(ends)
    for start, end, listing in _pieces(doc, sheet):
        for position in _between(positions, start, end):
            tail = max(ends[position], key=lambda row: len(row["tail"])) | {"stem": stem}
            yield from _propose(sheet, (start, position), tail, listing, kind)


def _propose(
    sheet: Layout, span: tuple[int, int], tail: dict[str, str], listing: Listing | None, kind: str
) -> Iterator[Proposal]:
    words = tail["tail"]
    if len(words) == 1 and ends_in_common_word(sheet.text, *span):
        return
    begin, hint = sheet.cut_left(*span)
    begin = _balance(sheet.text, begin, span[1])
    said = f"{hint} {listing.lead} {listing.said}" if listing else hint
    if begin >= int(tail["begin"]) or is_counted(sheet.text, begin):
        return
    if not _named(sheet.text[begin : span[1]], words, surely=_RUNNING.get(kind, "-") in said):
        return
    context = tail["context"]
    if context == "any" or (context == "build" and "build" in said):
        yield Proposal(begin, span[1], kind, f"{tail['stem']}/{context}-{words}")
    elif context == "list" and listing and (listing.head == kind or _HINTS.get(kind, "-") in said):
        yield Proposal(begin, span[1], kind, f"{tail['stem']}/listed-{words}")


def _named(words: str, tail: str, *, surely: bool) -> bool:
    """Say whether *words* are a name: with a word of its own, or a field before the tail under a scope (国家, 世界).

    Where the text *surely* speaks of one thing (举办…大会, …平台上线), the field alone is enough.
    """
    if is_name(words):
        return True
    scoped = words.startswith(tuple(row["scope"] for row in load_lexicon("enumerations_scopes")))
    return (scoped or surely) and len(tail) + 3 < len(words) < 25


def _balance(text: str, begin: int, end: int) -> int:
    """Return a begin that takes in the opening quote of a closing one, or *end* where that is impossible."""
    words = text[begin:end]
    if words.count("”") <= words.count("“"):
        return begin if words.count("“") == words.count("”") else end
    return begin - 1 if text[begin - 1 : begin] == "“" else end


def _pieces(doc: Doc, sheet: Layout) -> Iterator[tuple[int, int, Listing | None]]:
    found = listings(doc)
    index = 0
    for clause in sheet.clauses:
        for start, end in _cut_at_and_so_on(sheet.text, clause.pieces):
            while index < len(found) and found[index].end <= start:
                index += 1
            listing = found[index] if index < len(found) and found[index].start < end else None
            yield start, end, listing


def _cut_at_and_so_on(text: str, pieces: tuple[tuple[int, int], ...]) -> Iterator[tuple[int, int]]:
    for start, end in pieces:
        stop = find_list_end(text, start, end)
        if stop is None:
            yield start, end
        else:
            yield start, stop
            yield stop + 1, end


def _between(positions: list[int], start: int, end: int) -> Iterator[int]:
    index = bisect_right(positions, start)
    while index < len(positions) and positions[index] <= end:
        yield positions[index]
        index += 1


@cache
def _tails(stem: str) -> tuple[AhoCorasick, tuple[dict[str, str], ...]]:
    rows = load_lexicon(f"{stem}_tails")
    return AhoCorasick([row["tail"] for row in rows]), rows
