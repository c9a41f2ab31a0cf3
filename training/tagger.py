"""The recogniser in torch: an encoder of pieces, two convolutions over characters, and a CRF over their tags."""

from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional

from extractors.recognisers.pieces import END, PAD, START, Cut
from extractors.recognisers.sequences import may_follow
from training.corpus import TAGS
from training.encoder import Bert

LETTERS = 32  # width of the character embedding
PLACES, PLACE_WIDTH = 8, 8  # places in a piece that are told apart, and the width of their embedding
OWN = 192  # what is kept of a piece's vector for each of its characters
WIDTH = 192  # of the convolutions
NEAR, NEARER = 5, 3  # characters that each of them sees
NO_LETTER, RARE_LETTER = 0, 1  # padding, and characters without a number
FORBIDDEN = -1e4


class Batch(NamedTuple):
    """Stretches as the tagger takes them, padded; `piece_of` points into `ids`, `lengths` counts characters."""

    ids: Tensor
    piece_of: Tensor
    letters: Tensor
    places: Tensor
    lengths: Tensor


def to_batch(texts: list[str], heads: list[Cut], cuts: list[Cut], letters: dict[str, int]) -> Batch:
    """Return *texts*, cut into pieces as *cuts* says, each behind the pieces of its heading in *heads*."""
    ids = [[START, *head.ids, END, *cut.ids, END] for head, cut in zip(heads, cuts, strict=True)]
    wide, long = max(map(len, ids)), max(map(len, texts))
    ids = [row + [PAD] * (wide - len(row)) for row in ids]
    firsts = [len(head.ids) + 2 for head in heads]
    piece_of = [
        [first + n for n in cut.piece_of] + [0] * (long - len(cut.piece_of))
        for first, cut in zip(firsts, cuts, strict=True)
    ]
    places = [[min(n, PLACES - 1) for n in cut.place_of] + [0] * (long - len(cut.place_of)) for cut in cuts]
    numbers = [[letters.get(c, RARE_LETTER) for c in text] + [NO_LETTER] * (long - len(text)) for text in texts]
    return Batch(*map(torch.tensor, (ids, piece_of, numbers, places, [len(text) for text in texts])))


class Tagger(nn.Module):
    """Pieces and characters in, a score for each tag of each character out."""

    def __init__(self, bert: Bert, letters: int) -> None:
        """Put a new head on *bert*; *letters* is the count of numbers for characters."""
        super().__init__()
        self.bert = bert
        self.own = nn.Linear(bert.word.embedding_dim, OWN)
        self.letter = nn.Embedding(letters, LETTERS)
        self.place = nn.Embedding(PLACES, PLACE_WIDTH)
        self.near = nn.Conv1d(OWN + LETTERS + PLACE_WIDTH, WIDTH, NEAR, padding=NEAR // 2)
        self.nearer = nn.Conv1d(WIDTH, WIDTH, NEARER, padding=NEARER // 2)
        self.score = nn.Linear(WIDTH, len(TAGS))
        self.crf = Crf()

    def forward(self, batch: Batch) -> Tensor:
        """Return tag scores (stretches, characters, tags)."""
        states = self.own(self.bert(batch.ids, batch.ids != PAD))
        wide = batch.piece_of[:, :, None].expand(-1, -1, states.shape[2])
        features = torch.cat([states.gather(1, wide), self.letter(batch.letters), self.place(batch.places)], dim=2)
        inside = (batch.letters != NO_LETTER)[:, None, :].float()
        features = functional.dropout(features, 0.2, self.training).transpose(1, 2) * inside
        seen = functional.gelu(self.near(features)) * inside
        seen = seen + functional.gelu(self.nearer(seen))
        return self.score(functional.dropout(seen.transpose(1, 2), 0.3, self.training))


class Crf(nn.Module):
    """Scores of tag sequences: what a tag costs behind another, forbidden steps aside."""

    def __init__(self) -> None:
        """Start with all allowed steps alike."""
        super().__init__()
        self.step = nn.Parameter(torch.zeros(len(TAGS), len(TAGS)))
        allowed = [[may_follow(before, after) for after in TAGS] for before in TAGS]
        self.register_buffer("barred", torch.where(torch.tensor(allowed), 0.0, FORBIDDEN), persistent=False)
        first = [may_follow("O", tag) for tag in TAGS]
        self.register_buffer("first", torch.where(torch.tensor(first), 0.0, FORBIDDEN), persistent=False)

    def loss(self, scores: Tensor, tags: Tensor, mask: Tensor) -> Tensor:
        """Return the mean negative log-likelihood a stretch of the sequences *tags*; *mask* is 1 on characters."""
        steps = self.step + self.barred
        one = scores.gather(2, tags[:, :, None])[:, :, 0] * mask
        two = steps[tags[:, :-1], tags[:, 1:]] * mask[:, 1:]
        alpha = scores[:, 0] + self.first
        weights = steps.exp()
        for place in range(1, scores.shape[1]):
            top = alpha.detach().amax(1, keepdim=True)
            grown = ((alpha - top).exp() @ weights).clamp_min(1e-30).log() + top + scores[:, place]
            alpha = torch.where(mask[:, place, None] > 0, grown, alpha)
        return (alpha.logsumexp(1).sum() - one.sum() - two.sum()) / len(scores)
