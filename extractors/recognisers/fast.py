"""The fast recogniser: convolutions over characters, pairs and triples of them, and known names.

    outline ─► stretches ─► numbers of n-grams and names ─► tag scores (ONNX) ─► CRF ─► Opinion

It learned from what the accurate recogniser reads in the whole corpus, and knows the names found there
(`fast-names.csv`: name, type, and in how many places' documents it stands). `training.student` writes that file,
`fast.onnx` and `fast.json`. All offsets are clean offsets, ends exclusive.
"""

import csv
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import ahocorasick_rs
import numpy as np
from numpy.typing import NDArray

from extractors.recognisers.opinions import Opinion, read_stretches
from extractors.recognisers.sequences import Crf, Floats
from extractors.recognisers.sessions import open_session
from extractors.recognisers.stretches import Stretch
from ontology.records import Outline

MODEL = "fast"
BATCH = 64
PAIRS, TRIPLES = 1 << 15, 1 << 16  # numbers that pairs and triples of characters are hashed to
_RARE_LETTER = 1  # of characters without a number; 0 is padding
_FACTOR = 0x9E3779B1  # of a multiplicative hash
PARTS = 3  # a known name is told apart into its first character, its last, and those between

Numbers = NDArray[np.int64]


class KnownName(NamedTuple):
    """What is known of a name: its type, and in how many places' documents it stands."""

    type: str
    places: int


class Grams:
    """Turns text into the numbers that the convolutions take."""

    def __init__(self, letters: str, types: Sequence[str], names: Mapping[str, KnownName]) -> None:
        """Number *letters* from 2; *names* are marked in the text, longest first, none over another."""
        self._letters = np.zeros(0x10000, np.int64) + _RARE_LETTER
        self._letters[[ord(letter) for letter in letters]] = np.arange(len(letters)) + _RARE_LETTER + 1
        self._known = [1 + PARTS * (2 * types.index(k.type) + (k.places > 1)) for k in names.values()]
        self._finder = ahocorasick_rs.AhoCorasick(list(names), matchkind=ahocorasick_rs.MatchKind.LeftmostLongest)

    def inputs(self, texts: Sequence[str]) -> dict[str, Numbers]:
        """Return numbers of characters, pairs, triples and known names, each (texts, characters), 0 behind an end."""
        shape = (len(texts), max(map(len, texts)))
        made = {name: np.zeros(shape, np.int64) for name in ("letters", "pairs", "triples", "names")}
        for row, text in enumerate(texts):
            codes = np.frombuffer(text.encode("utf-32-le"), np.uint32).astype(np.uint64)
            behind = np.append(codes[1:], 0).astype(np.uint64)
            pairs = codes * _FACTOR + behind
            triples = pairs * _FACTOR + np.append(codes[2:], [0, 0])[: len(codes)].astype(np.uint64)
            made["letters"][row, : len(text)] = self._letters[np.minimum(codes, 0xFFFF).astype(np.int64)]
            made["pairs"][row, : len(text)] = _hash(pairs, PAIRS)
            made["triples"][row, : len(text)] = _hash(triples, TRIPLES)
            for number, start, end in self._finder.find_matches_as_indexes(text):
                made["names"][row, start:end] = self._known[number] + 1
                made["names"][row, start] = self._known[number]
                made["names"][row, end - 1] = self._known[number] + 2
        return made


def _hash(numbers: NDArray[np.uint64], size: int) -> Numbers:
    """Return *numbers* spread over 1 to *size* - 1; 0 is padding."""
    mixed = (numbers * np.uint64(0xD6E8FEB86659FD93)) >> np.uint64(40)
    return (mixed % np.uint64(size - 1)).astype(np.int64) + 1


class ConvolutionRecogniser:
    """Reads documents. Load one a process; it holds about 30 MB."""

    def __init__(self, session: Any, content: dict[str, Any], names: Mapping[str, KnownName]) -> None:
        """Use *session*, a session of onnxruntime, the *content* of `fast.json`, and the *names* known."""
        self._session = session
        self._grams = Grams(content["letters"], content["types"], names)
        self._crf = Crf.of(content["tags"], content["steps"])

    @classmethod
    def load(cls, path: Path, threads: int = 1) -> "ConvolutionRecogniser":
        """Return the recogniser in the files *path*.onnx and *path*.json, with the names in *path*-names.csv."""
        content = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
        names = read_names(path.with_name(path.name + "-names.csv"))
        return cls(open_session(path.with_suffix(".onnx"), threads), content, names)

    def read(self, outline: Outline) -> Opinion:
        """Return what stands in *outline*; the proposals are in text order and do not overlap."""
        return read_stretches(outline, self._crf, self._score, MODEL, BATCH)

    def _score(self, text: str, stretches: Sequence[Stretch]) -> Floats:
        texts = [text[stretch.start : stretch.end] for stretch in stretches]
        (scores,) = self._session.run(["scores"], self._grams.inputs(texts))
        return scores  # type: ignore[no-any-return]


def read_names(path: Path) -> dict[str, KnownName]:
    """Return the names in the CSV file *path*."""
    with path.open(encoding="utf-8", newline="") as lines:
        return {row["name"]: KnownName(row["type"], int(row["places"])) for row in csv.DictReader(lines)}
