import hashlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractors.readers.text import decode, read_text
from ontology.errors import UnreadableDocument
from tests.corpus import corpus_folder, needs_corpus

TEXT = "一、去年工作回顾\r\n全市生产总值增长6%。\n"


def written(folder: Path, content: bytes) -> Path:
    path = folder / "report.txt"
    path.write_bytes(content)
    return path


@pytest.mark.parametrize(
    "content",
    [TEXT.encode(), b"\xef\xbb\xbf" + TEXT.encode(), TEXT.encode("gb18030"), b"\xff\xfe" + TEXT.encode("utf-16-le")],
    ids=["utf-8", "utf-8 with a mark", "gb18030", "utf-16"],
)
def test_the_text_comes_back_as_it_stands(tmp_path: Path, content: bytes) -> None:
    text, sha256 = read_text(written(tmp_path, content))
    assert text == TEXT
    assert sha256 == hashlib.sha256(content).hexdigest()


@given(st.text(alphabet=st.characters(blacklist_categories=["Cs"], blacklist_characters="\x00\ufeff")))
def test_any_text_survives_utf_8(text: str) -> None:
    assert decode(text.encode(), "a file") == text


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "is empty"),
        (b" \n\t\n", "only blanks"),
        ("　\n".encode(), "only blanks"),
        (b"PK\x03\x04\x00\x00", "binary"),
        (b"\x81\x20\xff\xff", "neither UTF-8 nor GB18030"),
        (b"\xef\xbb\xbf\xff\xfe", "breaks at byte 0"),
    ],
)
def test_what_cannot_be_read_is_named_in_one_line(tmp_path: Path, content: bytes, words: str) -> None:
    path = written(tmp_path, content)
    with pytest.raises(UnreadableDocument, match=words) as error:
        read_text(path)
    message = str(error.value)
    assert str(path) in message
    assert "\n" not in message


def test_a_missing_file_and_a_folder_are_named(tmp_path: Path) -> None:
    with pytest.raises(UnreadableDocument, match="does not exist: check the name"):
        read_text(tmp_path / "nowhere.txt")
    with pytest.raises(UnreadableDocument, match="is a folder: name the files in it"):
        read_text(tmp_path)


@needs_corpus
def test_every_document_of_the_corpus_is_read() -> None:
    folder = corpus_folder()
    assert folder is not None
    for path in folder.rglob("*.txt"):
        assert read_text(path)[0].encode() == path.read_bytes()
