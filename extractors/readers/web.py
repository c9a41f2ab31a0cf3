"""Web pages (.html, .htm): the document alone, without what the site puts around it.

What goes: navigation, headers, footers, asides, scripts, links to share and print, breadcrumbs, lists of related
pages. What stays: the element that holds most of the sentences and tables, with the title and the line of facts (date,
source) that stand above it. Elements are judged by their names (`data/web_furniture.csv`), by how much of their words
are links, and never taken out when they hold a good part of the page's sentences.
"""

import codecs
import re
from functools import cache
from typing import Any

from extractors.patterns import load_lexicon
from extractors.readers.markup import SILENT, find_notes, parse_page, read_parts, shown_text
from extractors.readers.raw_text import Paragraph, Part, write_raw
from extractors.readers.text import decode
from extractors.structure.words import pattern
from ontology.errors import UnreadableDocument

_META = re.compile(
    rb"""<(?:meta\b[^>]{0,200}?charset|\?xml[^>]{0,100}?encoding)\s*=\s*["']?\s*([\w-]+)""", re.IGNORECASE
)
_MARKS = (codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_DECLARATION = re.compile(r"\A\s*<\?xml[^>]*\?>")
_ALWAYS = frozenset({"nav", "aside", "menu", "dialog", "form"})
_MAY_GO = frozenset(["div", "section", "header", "footer", "ul", "ol", "dl", "table", "td", "p", "span"])
_LISTS = ("ul", "ol", "dl", "div", "section", "td", "p", "tr")
_CHINESE = re.compile(r"[\u3400-\u9fff]")
_SENTENCE = re.compile(r"[，。；：、]")
_TITLE_SEPARATOR = re.compile(r"\s*[_|]\s*|\s+[-—–]+\s+")
_DATE = re.compile(r"(?:19|20)\d{2}(?:-\d{1,2}-\d{1,2}|年\d{1,2}月\d{1,2}日)")
_CORE = 0.75  # the share of the page's sentences that the core holds at least
_DEAR = 0.3  # an element with this share of them is never furniture
_LINKED = 0.65  # a list with this share of its words in links is a menu
_NEAR = 400  # characters in which title and date must stand


def read_web(content: bytes, name: str) -> str:
    """Return the raw text of the web page with the bytes *content*; raises UnreadableDocument, citing *name*."""
    source = _DECLARATION.sub("", _decode_page(content, name))
    page = _Page(parse_page(source.replace("\0", ""), name))
    parts, notes = read_parts(page.core())
    text = write_raw(page.frame(parts), notes)
    if not text.strip():
        raise UnreadableDocument(f"{name} shows no text without its scripts: save the page as it is shown, or its text")
    return text


def _decode_page(content: bytes, name: str) -> str:
    """Return the text of *content*: by its byte order mark, as UTF-8, or as the page says it is; nothing is guessed."""
    declared = _META.search(content, 0, 4096)
    label = declared[1].decode("ascii").lower() if declared else "utf-8"
    if label.startswith(("utf", "gb")) or content.startswith(_MARKS) or _is_utf_8(content):
        return decode(content, name)
    try:
        return content.decode(label)
    except (LookupError, UnicodeError):
        return decode(content, name)


def _is_utf_8(content: bytes) -> bool:
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


class _Page:
    """One page; `total` is the weight of all its sentences."""

    def __init__(self, root: Any) -> None:
        self.root = root
        self.title = _meta(root, "articletitle") or _heading(root) or _window_title(root)
        self.date = _meta(root, "pubdate") or _meta(root, "publishdate")
        for element in list(root.iter(*SILENT)):
            if element.tag != "head" and element.getparent() is not None:
                element.drop_tree()
        body = root.find("body")
        self.body = root if body is None else body
        self.total = _weight(self.body) or 1

    def core(self) -> Any:
        """Return the element that holds the document, its furniture taken out."""
        for element in list(self.body.iterdescendants()):
            if isinstance(element.tag, str) and _goes_by_name(element) and _weight(element) < _DEAR * self.total:
                element.drop_tree()
        core = self.body
        notes = set(find_notes(core)[1].values())
        while (child := next((c for c in core if _weight(c) >= _CORE * self.total), None)) is not None:
            if notes.difference(child.iter()):
                break
            core = child
        if core.tag in {"p", "span", "font", "tr", "tbody"} and core.getparent() is not None:
            core = core.getparent()
        for element in list(core.iterdescendants(*_LISTS)):
            if element.getparent() is not None and _is_menu(element):
                element.drop_tree()
        return core

    def frame(self, parts: list[Part]) -> list[Part]:
        """Return *parts* without the lines of furniture, with title and date above them where they lack them."""
        kept = [part for part in map(_without_controls, parts) if part is not None]
        top = "".join(part.text for part in kept[:12] if isinstance(part, Paragraph))[:_NEAR]
        above: list[Part] = []
        if self.title and "".join(self.title.split()) not in "".join(top.split()):
            above.append(Paragraph(self.title))
        date = _DATE.search(self.date)
        if date and not _DATE.search(top):
            above.append(Paragraph(date[0]))
        return above + kept


def _meta(root: Any, name: str) -> str:
    for meta in root.iter("meta"):
        if str(meta.get("name") or meta.get("property") or "").lower() == name:
            return " ".join(str(meta.get("content") or "").split())
    return ""


def _heading(root: Any) -> str:
    headings = [shown_text(heading) for heading in root.iter("h1")]
    return next((heading for heading in headings if len(_CHINESE.findall(heading)) >= 6), "")


def _window_title(root: Any) -> str:
    """Return the longest piece of the window's title: the others name the site and the section."""
    title = root.find("head/title")
    pieces = _TITLE_SEPARATOR.split(shown_text(title)) if title is not None else [""]
    return max(pieces, key=len)


def _weight(element: Any) -> int:
    """Return how many Chinese characters stand in sentences or cells of *element*, outside of links."""
    if not isinstance(element.tag, str):
        return 0
    total = 0
    for node in element.xpath(".//text()[not(ancestor::a)]"):
        if _SENTENCE.search(node) or node.getparent().tag in {"td", "th"}:
            total += len(_CHINESE.findall(node))
    return total


def _goes_by_name(element: Any) -> bool:
    if element.tag in _ALWAYS:
        return True
    if element.tag in {"header", "footer"}:
        return next(element.iterancestors("article", "main"), None) is None
    if element.tag not in _MAY_GO:
        return False
    names = re.split(r"[\s_-]+", f"{element.get('class') or ''} {element.get('id') or ''}".lower())
    return bool(_furniture("name") & set(names)) and not _holds_heading(element)


def _holds_heading(element: Any) -> bool:
    return any(len(_CHINESE.findall(shown_text(heading))) >= 6 for heading in element.iter("h1"))


def _is_menu(element: Any) -> bool:
    """Tell whether *element* is a list of links rather than text with links in it."""
    links = [anchor for anchor in element.iter("a") if not str(anchor.get("href") or "").startswith("#")]
    if len(links) < 2:
        return False
    words = len("".join(shown_text(element).split()))
    return sum(len("".join(shown_text(link).split())) for link in links) >= _LINKED * words


def _without_controls(part: Part) -> Part | None:
    """Return *part* as it is, a line of facts without its buttons, or None for a line of furniture."""
    if not isinstance(part, Paragraph) or len(part.text) > 160:
        return part
    line = " ".join(part.text.split())
    if line.startswith(tuple(_furniture("opening"))):
        return None
    if not any(control in line for control in _furniture("control")):
        return part
    facts = _facts().findall(line)
    if not facts and (_SENTENCE.search(line.replace("：", "")) or pattern("marker-item").match(line)):
        return part
    return Paragraph(" ".join(facts)) if facts else None


@cache
def _furniture(kind: str) -> frozenset[str]:
    return frozenset(row["word"] for row in load_lexicon("web_furniture") if row["kind"] == kind)


@cache
def _facts() -> re.Pattern[str]:
    labels = "|".join(sorted(map(re.escape, _furniture("fact")), key=len, reverse=True))
    controls = "|".join(sorted(map(re.escape, _furniture("control")), key=len, reverse=True))
    return re.compile(rf"(?:{labels})[：:]\s*(?:(?!{labels}|{controls})[^|｜【\[\s]|(?<=\d) (?=\d\d:))+")
