"""The accurate recogniser: a fine-tuned encoder that tags every character, run by onnxruntime.

    outline ─► stretches ─► pieces ─► tag scores (ONNX) ─► CRF ─► Opinion: mentions, and the chance of any other

Two files make it: `accurate.onnx` (weights) and `accurate.json` (vocabulary, characters, tags, CRF steps), both written
by `training.export`. Nothing here needs torch. All offsets are clean offsets, ends exclusive.
"""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from extractors.recognisers.opinions import Opinion, read_stretches
from extractors.recognisers.pieces import END, PAD, START, Cut, Vocabulary
from extractors.recognisers.sequences import Crf, Floats
from extractors.recognisers.sessions import open_session
from extractors.recognisers.stretches import Stretch
from ontology.records import Outline

MODEL = "accurate"
BATCH = 8
_RARE_LETTER = 1  # of characters without a number; 0 is padding


class EncoderRecogniser:
    """Reads documents. Load one a process; it holds about 150 MB."""

    def __init__(self, session: Any, content: dict[str, Any]) -> None:
        """Use *session*, a session of onnxruntime, and the *content* of `accurate.json`."""
        self._session = session
        self._vocabulary = Vocabulary(content["pieces"], content["scores"], content["normal"])
        self._letters = {letter: number for number, letter in enumerate(content["letters"], _RARE_LETTER + 1)}
        self._places = content["places"]
        self._crf = Crf.of(content["tags"], content["steps"])

    @classmethod
    def load(cls, path: Path, threads: int = 1) -> "EncoderRecogniser":
        """Return the recogniser in the files *path*.onnx and *path*.json."""
        content = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
        return cls(open_session(path.with_suffix(".onnx"), threads), content)

    def read(self, outline: Outline) -> Opinion:
        """Return what stands in *outline*; the proposals are in text order and do not overlap."""
        return read_stretches(outline, self._crf, self._score, MODEL, BATCH)

    def _score(self, text: str, stretches: Sequence[Stretch]) -> Floats:
        (scores,) = self._session.run(["scores"], self._inputs(text, stretches))
        return scores  # type: ignore[no-any-return]

    def _inputs(self, text: str, stretches: Sequence[Stretch]) -> dict[str, NDArray[Any]]:
        texts = [text[stretch.start : stretch.end] for stretch in stretches]
        heads = [self._vocabulary.cut(s.heading) if s.heading else Cut((), (), ()) for s in stretches]
        cuts = [self._vocabulary.cut(words) for words in texts]
        lengths = np.array([len(words) for words in texts], np.int64)
        rows = [(START, *head.ids, END, *cut.ids, END) for head, cut in zip(heads, cuts, strict=True)]
        ids = np.full((len(rows), max(map(len, rows))), PAD, np.int64)
        piece_of, letters, places = (np.zeros((len(texts), int(lengths.max())), np.int64) for _ in range(3))
        for number, (words, head, cut) in enumerate(zip(texts, heads, cuts, strict=True)):
            ids[number, : len(rows[number])] = rows[number]
            piece_of[number, : len(words)] = np.add(cut.piece_of, len(head.ids) + 2)
            places[number, : len(words)] = np.minimum(cut.place_of, self._places - 1)
            letters[number, : len(words)] = [self._letters.get(letter, _RARE_LETTER) for letter in words]
        return {"ids": ids, "piece_of": piece_of, "letters": letters, "places": places}
