"""Word files (.docx): paragraphs, headings, tables with merged cells, footnotes and endnotes.

mammoth reads the file as a page: deletions are left out and insertions kept (tracked changes accepted), headers,
footers and comments are not part of it. Before that this module writes the automatic numbers into the text
(`word_numbering`), takes out hidden words and tables of contents, and joins the many runs that Word cuts a text into.
"""

import io
import posixpath
import zipfile
from collections.abc import Mapping
from typing import Any

import mammoth
from lxml import etree

from extractors.readers.markup import parse_page, read_parts
from extractors.readers.raw_text import write_raw
from extractors.readers.word_numbering import WORD, write_numbers
from ontology.errors import UnreadableDocument

_W = f"{{{WORD}}}"
_STRICT = b"http://purl.oclc.org/ooxml/wordprocessingml/main"  # the same names in the strict variety of the format
_MAIN = "wordprocessingml"
_LARGEST = 200_000_000  # bytes of all parts, unpacked
_TYPES = "[Content_Types].xml"
_STYLES = """
p[style-name^='toc '] => !
p[style-name^='TOC '] => !
"""


def read_word(content: bytes, name: str) -> str:
    """Return the raw text of the Word file with the bytes *content*; raises UnreadableDocument, citing *name*."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            prepared = _prepare(archive, name)
        page = mammoth.convert_to_html(
            io.BytesIO(prepared),
            style_map=_STYLES,
            include_embedded_style_map=False,
            convert_image=mammoth.images.img_element(lambda _: {}),  # pictures are never opened
        ).value
    except UnreadableDocument:
        raise
    except Exception as error:  # whatever a damaged file makes the libraries raise
        raise UnreadableDocument(
            f"{name} is a damaged Word file ({type(error).__name__}): open it in Word and save it again as .docx"
        ) from error
    return write_raw(*read_parts(parse_page(page, name)))


def _prepare(archive: zipfile.ZipFile, name: str) -> bytes:
    """Return the file with its automatic numbers written out, without its hidden words and its pictures."""
    parts = [entry for entry in archive.infolist() if entry.filename.endswith((".xml", ".rels"))]
    if sum(part.file_size for part in parts) > _LARGEST:
        raise UnreadableDocument(f"{name} holds more than {_LARGEST:,} bytes of text when unpacked: part the document")
    contents = {part.filename: archive.read(part).replace(_STRICT, WORD.encode()) for part in parts}
    main = _main_part(contents)
    if main is None:
        raise UnreadableDocument(f"{name} is a zip file without a Word document in it: save the document as .docx")
    folder = posixpath.dirname(main)
    body = _parse(contents[main])
    numbering = contents.pop(posixpath.join(folder, "numbering.xml"), None)  # else mammoth would number once more
    styles = contents.get(posixpath.join(folder, "styles.xml"))
    _drop_hidden(body)
    _drop_dangling(body, contents)
    write_numbers(body, _parse(numbering) if numbering else None, _parse(styles) if styles else None)
    _join_runs(body)
    contents[main] = etree.tostring(body)
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as copy:
        for entry, content in contents.items():
            copy.writestr(entry, content)
    return target.getvalue()


def _main_part(contents: Mapping[str, bytes]) -> str | None:
    """Return the name of the part that holds the document, or None where there is none."""
    if _TYPES in contents:
        for entry in _parse(contents[_TYPES]).iter("{*}Override"):
            kind, part = str(entry.get("ContentType")), str(entry.get("PartName")).lstrip("/")
            if _MAIN in kind and kind.endswith("main+xml") and part in contents:
                return part
    return "word/document.xml" if "word/document.xml" in contents else None


def _parse(content: bytes) -> Any:
    return etree.fromstring(content, etree.XMLParser(resolve_entities=False, no_network=True))


def _drop_hidden(body: Any) -> None:
    """Take out runs that are not shown, and the table of contents with its page numbers."""
    for mark in list(body.iter(f"{_W}vanish")):
        run = mark.getparent().getparent()
        shown = mark.get(f"{_W}val") in {"0", "false", "off"}
        if run is not None and run.tag == f"{_W}r" and run.getparent() is not None and not shown:
            run.getparent().remove(run)
    for gallery in list(body.iter(f"{_W}docPartGallery")):
        if "Table of Contents" in str(gallery.get(f"{_W}val")):
            control = next(gallery.iterancestors(f"{_W}sdt"), None)
            if control is not None and control.getparent() is not None:
                control.getparent().remove(control)


def _drop_dangling(body: Any, contents: Mapping[str, bytes]) -> None:
    """Take out the marks of notes that the file does not hold."""
    for kind in ("footnote", "endnote"):
        parts = [_parse(xml) for entry, xml in contents.items() if posixpath.basename(entry).startswith(f"{kind}s")]
        known = {note.get(f"{_W}id") for part in parts for note in part.iter(f"{_W}{kind}")}
        for mark in list(body.iter(f"{_W}{kind}Reference")):
            if mark.get(f"{_W}id") not in known:
                mark.getparent().remove(mark)


def _join_runs(body: Any) -> None:
    """Make one run of those that follow one another: how they look does not matter, and each costs mammoth time."""
    for element in list(body.iter(f"{_W}rPr", f"{_W}proofErr")):
        element.getparent().remove(element)
    for run in list(body.iter(f"{_W}r")):
        before = run.getprevious()
        if before is not None and before.tag == run.tag:
            before.extend(list(run))
            run.getparent().remove(run)
