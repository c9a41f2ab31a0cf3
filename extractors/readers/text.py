"""Text files: the characters of a `.txt` file, exactly as they stand.

UTF-8 is tried first, GB18030 second (it contains GBK and GB2312, in which older pages are kept); both strictly, so that
no character is guessed. Line ends stay as they are. A byte order mark belongs to the encoding, not to the text: it is
not part of what is returned, and offsets count from the character after it.
"""

import codecs
from pathlib import Path

from ontology.errors import UnreadableDocument

_ENCODINGS = ("utf-8", "gb18030")
_MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))


def decode(content: bytes, name: str) -> str:
    """Return the text of *content*; *name* stands for it in the message of `UnreadableDocument`."""
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            return _decode_marked(content[len(mark) :], encoding, name)
    if b"\x00" in content:
        raise UnreadableDocument(f"{name} is a binary file, not text: convert it to a .txt file in UTF-8")
    for encoding in _ENCODINGS:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise UnreadableDocument(f"{name} is neither UTF-8 nor GB18030: save it again in UTF-8")


def _decode_marked(content: bytes, encoding: str, name: str) -> str:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        raise UnreadableDocument(
            f"{name} says that it is {encoding} but breaks at byte {error.start}: save it again in UTF-8"
        ) from error


def read_bytes(path: Path) -> bytes:
    """Return the bytes of the file at *path*; raises `UnreadableDocument` where there are none."""
    if path.is_dir():
        raise UnreadableDocument(f"{path} is a folder: name the files in it")
    try:
        content = path.read_bytes()
    except FileNotFoundError as error:
        raise UnreadableDocument(f"{path} does not exist: check the name") from error
    except OSError as error:
        raise UnreadableDocument(f"{path} cannot be read ({error.strerror}): check its permissions") from error
    if not content:
        raise UnreadableDocument(f"{path} is empty: remove it, or put the document's text into it")
    return content
