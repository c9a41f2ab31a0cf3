"""Lines of the raw text: where they are, how wide, how far apart, and which of them belong together.

Three layouts occur and may alternate within one file: a line is a paragraph; a line is a piece of a column or of a PDF
page (hard wrap, with or without a blank line in between); a line is a fragment around a link of a web page.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from extractors.structure.page_turns import find_running
from extractors.structure.words import pattern, words

BLANKS = " \t\u00a0\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000"
INVISIBLE = "".join(map(chr, [*range(0x200B, 0x2010), 0x2060, 0xFEFF, 0x00AD, *range(9), *range(14, 32), 0x7F]))
_LINE = re.compile(r"[^\n\r\v\f\x1c-\x1e\x85\u2028\u2029]+")
_INDENT = re.compile(r"[\t ]*(?:[\u2001\u2003\u3000]|  |\u00a0\u00a0)")
_ASCII = re.compile(r"[\x21-\x7e]")
_NOTE = re.compile(r"\[\[footnoteRef:\d{1,3}\]\]|\[\d{1,3}: ?\[\]|\[bookmark: [^\]\n]*\]")
_HARD_END = re.compile(r"[。！？!?…][”’）)」』\]]*$")
_SOFT_END = re.compile(r"[；;：:）)”’》\]」』】]$")
_OPENER = re.compile(r"[，,、（(《“‘「『〔【]$")
_HEAD = re.compile(r"[^，。；：、！？\x21-\x7e\s]{4,20}[ \u3000]+[^\x00-\xff][^\n]{7,}")
_CLOSER = re.compile(r"[，。、；：！？）》」』”’〕】%％‰]")
_MARKERS = ("section", "subsection", "item", "subitem", "point", "ordinal", "chapter", "dash", "box", "annex")
_WIDEST = 130  # a hard-wrapped line has at most 65 Chinese characters
_NARROWEST = 28
_FULL = 0.82  # a wrapped line fills its column to this share at least
_WIDE = 60  # from this width on a column is a page, below it a newspaper's
_INDENTATION = 4  # the columns that the lost indentation of a paragraph's first line took
_WINDOW = 6
_LONGEST_TITLE_LINE = 48
_LEAST_FULL = 8  # lines that show the width of a column


@dataclass(slots=True)
class Line:
    """A line that is not blank: raw range without the blanks around it, and its looks."""

    start: int
    end: int
    text: str
    gap: int  # blank lines above it
    indented: bool
    tabbed: bool
    led: bool = False  # a single blank stands before it, as on the first line of a PDF page
    parted: bool = False  # a line separator (U+2028) stands before it: a new paragraph in the cell of a table
    width: int = 0  # in half-width columns
    full: bool = False  # it fills a column of hard-wrapped text


def read_lines(raw: str) -> list[Line]:
    """Return the lines of *raw* that carry text of the document: no furniture of pages or sites, no licence tail."""
    lines: list[Line] = []
    previous, hanging, turned = 0, False, False
    furniture, tail, running = set(words("furniture")), words("tail"), _running(raw)
    for match in _LINE.finditer(raw):
        content = match[0]
        text = content.strip(BLANKS + INVISIBLE)
        if not text:
            hanging = bool(_INDENT.match(content))
            if content.strip(BLANKS):  # a page break that left nothing but invisible characters
                previous = match.end()
            if "\t" in content:
                lines.append(_tab_line(match, raw.count("\n", previous, match.start())))
                previous = match.end()
            continue
        if text.startswith(tail):
            break
        if text in furniture:
            continue
        if match.start() in running:
            previous, turned = match.end(), True
            continue
        start = match.start() + len(content) - len(content.lstrip(BLANKS + INVISIBLE))
        lead = content[: start - match.start()]
        line = Line(
            start, start + len(text), text, 0, hanging or bool(_INDENT.match(content)), "\t" in lead, bool(lead)
        )
        cut = turned and lines and not line.tabbed and not _HARD_END.search(lines[-1].text)
        line.gap = max(raw.count("\n", previous, start) - 1, 0) if lines and not cut else 0
        line.parted = raw[match.start() - 1 : match.start()] == "\u2028"
        lines.append(line)
        previous, hanging, turned = match.end(), False, False
    _measure(lines)
    return lines


def _running(raw: str) -> set[int]:
    """Return the offsets of the lines that belong to the page, not to the text."""
    found = ((match.start(), match[0].strip(BLANKS + INVISIBLE)) for match in _LINE.finditer(raw))
    feeds = [place for place, character in enumerate(raw) if character == "\f"] if "\f" in raw else []
    return find_running([line for line in found if line[1]], feeds)


def _tab_line(match: re.Match[str], breaks: int) -> Line:
    return Line(match.end(), match.end(), "", max(breaks - 1, 0), False, True)


def _measure(lines: Sequence[Line]) -> None:
    """Set how wide the lines are, and which of them fill a column."""
    for line in lines:
        text = _NOTE.sub("", line.text) if "[" in line.text else line.text
        line.width = 2 * len(text) - len(_ASCII.findall(text))
    for index, line in enumerate(lines):
        if _NARROWEST * _FULL - _INDENTATION <= line.width <= _WIDEST:
            before, after = lines[max(index - _WINDOW, 0) : index + 1], lines[index : index + _WINDOW + 1]
            around = lines[max(index - _WINDOW // 2, 0) : index + _WINDOW // 2 + 1]
            line.full = _fills(line, before) or _fills(line, after) or _fills(line, around)
    page = max((line.width for line in lines if line.full), default=0)
    if page >= _WIDE or _is_one_column(lines, page):
        for line in lines:
            line.full = line.full or page * _FULL <= line.width <= page


def _is_one_column(lines: Sequence[Line], page: int) -> bool:
    """Tell whether the whole text is set in one narrow column of the width *page*."""
    full = sum(line.full for line in lines)
    longer = sum(line.width > page + _INDENTATION for line in lines)
    return full >= _LEAST_FULL and longer <= 0.02 * len(lines)


def _fills(line: Line, window: Sequence[Line]) -> bool:
    """Tell whether *line* fills the column that the lines of *window* make."""
    widest = max((other.width for other in window if not other.tabbed), default=0)
    width = line.width + (_INDENTATION if line.gap else 0)
    if not _NARROWEST <= widest <= _WIDEST or width < _FULL * widest:
        return False
    wrapped = [other for other in window if other.width >= _FULL * widest and not _HARD_END.search(other.text)]
    return len(wrapped) >= 4


def is_marked(text: str) -> bool:
    """Tell whether *text* begins with the marker of a heading."""
    return text[0] in "一二三四五六七八九十（(0123456789第—-专附" and any(
        pattern(f"marker-{name}").match(text) for name in _MARKERS
    )


def is_gapped(lines: Sequence[Line]) -> bool:
    """Tell whether blank lines set the paragraphs apart, so that lines without one between them are fragments."""
    apart = together = 0
    for first, second in pairwise(lines):
        if len(first.text) > 64 and len(second.text) > 64 and _HARD_END.search(first.text):
            apart, together = apart + (second.gap > 0), together + (second.gap == 0)
    return apart >= 3 and apart >= 9 * together


def join_lines(lines: Sequence[Line]) -> list[list[Line]]:
    """Return the lines of each paragraph; lines of tables must not be among *lines*."""
    gapped = is_gapped(lines)
    passages: list[list[Line]] = []
    for line in lines:
        if passages and _continues(passages[-1], line, gapped):
            passages[-1].append(line)
        else:
            passages.append([line])
    return passages


def _continues(passage: Sequence[Line], line: Line, gapped: bool) -> bool:
    """Tell whether *line* goes on where *passage* stopped."""
    last = passage[-1]
    if _CLOSER.match(line.text):
        return True
    if _stands_alone(passage, line):
        return False
    hard = bool(_HARD_END.search(last.text))
    if is_marked(line.text):
        return gapped and line.gap == 0 and not line.indented and not hard and bool(_OPENER.search(last.text))
    if last.full:
        return _wraps(passage, line, hard)
    if gapped and line.gap == 0 and not line.indented:
        return hard or bool(_OPENER.search(last.text)) or not _is_heading(passage)
    return not hard and line.gap <= 2 and _is_fragment(passage, line)


def _stands_alone(passage: Sequence[Line], line: Line) -> bool:
    """Tell whether one of both is a line of the head: a byline, the line that names the session, the greeting."""
    byline = pattern("byline")
    if byline.match(line.text) or byline.match(passage[-1].text):
        return True
    return bool(pattern("session-opening").match(line.text)) or _is_session(passage) or _is_greeting(line.text)


def _is_greeting(text: str) -> bool:
    greeting = pattern("greeting").match(text)
    return greeting is not None and greeting.end() == len(text) and text.endswith(("：", "！", ":", "!"))


def _is_session(passage: Sequence[Line]) -> bool:
    """Tell whether *passage* is the whole line below a title that names the session."""
    if len(passage) > 3 or not passage[-1].text.endswith(("上", "上）")):
        return False
    text = "".join(line.text for line in passage)
    found = pattern("session").match(text)
    return found is not None and found.end() >= len(text) - 1


def _wraps(passage: Sequence[Line], line: Line, hard: bool) -> bool:
    """Tell whether *line* follows on the full line that ends *passage*."""
    if hard:
        return line.gap == 0 and not line.indented and line.width >= _NARROWEST * _FULL
    if has_head(line.text):
        return False
    apart = len(passage) > 1 and all(other.gap == 0 and not other.led for other in passage[1:])
    return not (apart and line.gap and passage[-1].width >= _WIDE)


def _is_fragment(passage: Sequence[Line], line: Line) -> bool:
    """Tell whether *passage* stops in the middle of a sentence, a title or a pair of brackets."""
    last = passage[-1]
    if _OPENER.search(last.text) or is_bare(last.text) or _is_open(passage):
        return True
    if len(last.text) > 64:
        return not _SOFT_END.search(last.text)
    return line.gap == 0 and _is_title(passage, line)


def _is_heading(passage: Sequence[Line]) -> bool:
    """Tell whether *passage* is a marked heading that lacks its full stop."""
    text = passage[0].text
    return len(passage) == 1 and len(text) <= 64 and "。" not in text and is_marked(text) and not is_bare(text)


def has_head(text: str) -> bool:
    """Tell whether a blank sets a short head apart from the paragraph that follows it on the line."""
    return bool(_HEAD.match(text))


def is_bare(text: str) -> bool:
    """Tell whether *text* is a marker and nothing else."""
    return len(text) <= 5 and is_marked(text) and not text.startswith(("附", "专"))


def _is_open(passage: Sequence[Line]) -> bool:
    text = "".join(line.text for line in passage[-4:])
    return len(text) < 1500 and any(text.count(left) > text.count(right) for left, right in ("《》", "（）", "“”"))


def _is_title(passage: Sequence[Line], line: Line) -> bool:
    """Tell whether *line* ends a title that *passage*, a single line without punctuation, began."""
    endings = words("title_end")
    first = passage[0].text
    return (
        len(passage) == 1
        and 10 <= len(first) <= _LONGEST_TITLE_LINE
        and len(line.text) <= 30
        and line.text.endswith(endings)
        and not first.endswith(endings)
        and not re.search(r"[，。：；]", first + line.text)
    )
