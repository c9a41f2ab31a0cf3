"""Cuts text into the encoder's pieces: a unigram model over normalised characters (SentencePiece's method).

A piece is a run of characters with a log probability; a text is cut where the sum is highest. Each character of the
text keeps track of its piece, so that what is said of pieces can be said of characters.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

START, PAD, END, UNKNOWN = range(4)  # the first four pieces of every vocabulary
SPECIAL = ("<s>", "<pad>", "</s>", "<unk>")
BLANK = "▁"
_UNKNOWN_PENALTY = 10.0  # an unknown character costs this much more than the rarest piece


@dataclass(frozen=True, slots=True)
class Cut:
    """A text in pieces: `ids` of the pieces; for each character the index of its piece in `ids` and its place there."""

    ids: tuple[int, ...]
    piece_of: tuple[int, ...]
    place_of: tuple[int, ...]


class Vocabulary:
    """The pieces with their scores, and what single characters are normalised to before they are looked up."""

    def __init__(self, pieces: Sequence[str], scores: Sequence[float], normal: Mapping[str, str]) -> None:
        """Index *pieces*; the first four are the special ones and found in no text."""
        self.pieces = tuple(pieces)
        self.scores = tuple(scores)
        self.normal = dict(normal)
        self._found = {
            piece: (number, score)
            for number, (piece, score) in enumerate(zip(pieces, scores, strict=True))
            if number >= len(SPECIAL)
        }
        self._longest = max(map(len, pieces))
        self._unknown = min(scores) - _UNKNOWN_PENALTY

    def __len__(self) -> int:
        """Return the number of pieces."""
        return len(self.pieces)

    def normalise(self, text: str) -> tuple[str, list[int]]:
        """Return *text* as pieces spell it, and for each of its characters the index of the character it comes from."""
        letters: list[str] = []
        origins: list[int] = []
        for index, letter in enumerate(text):
            for normal in self.normal.get(letter, letter).replace(" ", BLANK):
                if normal != BLANK or letters[-1:] != [BLANK]:
                    letters.append(normal)
                    origins.append(index)
        return "".join(letters), origins

    def segment(self, normal: str) -> list[tuple[int, int]]:
        """Return the most probable pieces of the normalised text *normal*: (piece, end), in order."""
        found, longest, unknown = self._found, self._longest, self._unknown
        size = len(normal)
        best = [0.0] + [-1e30] * size
        back: list[tuple[int, int]] = [(UNKNOWN, 0)] * (size + 1)
        for start in range(size):
            base = best[start]
            if base + unknown > best[start + 1]:
                best[start + 1], back[start + 1] = base + unknown, (UNKNOWN, start)
            for end in range(start + 1, min(size, start + longest) + 1):
                hit = found.get(normal[start:end])
                if hit is not None and base + hit[1] > best[end]:
                    best[end], back[end] = base + hit[1], (hit[0], start)
        path: list[tuple[int, int]] = []
        end = size
        while end:
            piece, start = back[end]
            path.append((piece, end))
            end = start
        path.reverse()
        return path

    def cut(self, text: str) -> Cut:
        """Return *text* in pieces. A character that normalises to nothing belongs to the piece before it."""
        normal, origins = self.normalise(text)
        ids: list[int] = []
        owned: dict[int, tuple[int, int]] = {}
        start = 0
        for piece, end in self.segment(normal):
            for place, origin in enumerate(origins[start:end]):
                owned.setdefault(origin, (len(ids), place))
            ids.append(piece)
            start = end
        last = (0, 0)
        pairs = [last := owned.get(index, (last[0], 0)) for index in range(len(text))]
        return Cut(tuple(ids) or (UNKNOWN,), tuple(piece for piece, _ in pairs), tuple(place for _, place in pairs))
