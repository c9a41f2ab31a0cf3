"""One door for every kind of file: the raw text of a document and the hash of its bytes.

The name's ending says what a file is and its first bytes must agree: a file that says one thing and is another is
refused, with what to do. A file of another ending is taken for what its bytes are.
"""

import hashlib
from collections.abc import Callable
from pathlib import Path

from extractors.readers.text import decode, read_bytes
from ontology.errors import UnreadableDocument

_KINDS = {
    ".txt": "text", ".docx": "word", ".pdf": "pdf", ".html": "web", ".htm": "web", ".md": "markdown",
    ".markdown": "markdown", ".xhtml": "web",
}  # fmt: skip
_NAMES = {"text": "text", "word": "a Word file", "pdf": "a PDF file", "web": "a web page", "markdown": "Markdown"}
_ENDINGS = {"text": ".txt", "word": ".docx", "pdf": ".pdf", "web": ".html"}
_PAGE_OPENINGS = (b"<!doctype html", b"<html", b"<head", b"<?xml")


def read_file(path: Path) -> tuple[str, str]:
    """Return the raw text of the file at *path* and the SHA-256 of its bytes, in hexadecimal digits.

    Raises `UnreadableDocument`, one line that says what, where and what to do, when there is no such file, when it is
    a folder, empty, damaged, locked, without text, or not what its name says.
    """
    content = read_bytes(path)
    text = _reader(_kind(path, content))(content, str(path))
    if not text.strip():
        raise UnreadableDocument(f"{path} holds only blanks: remove it, or put the document's text into it")
    return text, hashlib.sha256(content).hexdigest()


def _kind(path: Path, content: bytes) -> str:
    """Return the kind of the file by its name, which its bytes must not contradict."""
    named = _KINDS.get(path.suffix.lower())
    found = _kind_of(content, path)
    if named is None:
        return found or "text"
    if found and found != named:
        raise UnreadableDocument(
            f"{path} is {_NAMES[found]}, not {_NAMES[named]} as its name says: "
            f"rename it to {path.stem}{_ENDINGS[found]}"
        )
    if found is None and named == "word":
        raise UnreadableDocument(f"{path} is no Word file (no zip file at all): open it in Word and save it as .docx")
    if found is None and named == "pdf":
        raise UnreadableDocument(f"{path} is no PDF file: it does not begin with %PDF; fetch or export it again")
    return named


def _kind_of(content: bytes, path: Path) -> str | None:
    """Return the kind that the first bytes tell, None where they tell nothing."""
    start = content[:1024]
    if b"%PDF-" in start:
        return "pdf"
    if start.startswith(b"PK\x03\x04"):
        return "word"
    if start.startswith(b"\xd0\xcf\x11\xe0"):
        raise UnreadableDocument(
            f"{path} is an old Word file (.doc) or one locked with a password: open it in Word and save it as .docx "
            "without a password"
        )
    if start.startswith(b"{\\rtf"):
        raise UnreadableDocument(f"{path} is a rich text file (RTF): open it in Word and save it as .docx")
    opening = start.lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n").lower()
    return "web" if opening.startswith(_PAGE_OPENINGS) and _KINDS.get(path.suffix.lower()) != "markdown" else None


def _reader(kind: str) -> Callable[[bytes, str], str]:
    """Return the function that reads a kind of file; its library is loaded when the first such file comes."""
    if kind == "word":
        from extractors.readers.word import read_word

        return read_word
    if kind == "pdf":
        from extractors.readers.pdf import read_pdf

        return read_pdf
    if kind == "web":
        from extractors.readers.web import read_web

        return read_web
    if kind == "markdown":
        from extractors.readers.markdown import read_markdown

        return read_markdown
    return decode
