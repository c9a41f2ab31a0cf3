"""Masked-language training: the base encoder learns the language of policy documents before it learns to tag them.

    python -m training.pretrain CORPUS FOLDER [--passes N] [--layers N]

writes FOLDER/pretrained.pt, and FOLDER/kept.pt with the pieces and the count of layers that it kept.
"""

import argparse
import math
import random
import time
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.nn import functional

from extractors.recognisers.pieces import END, PAD, START, UNKNOWN
from extractors.recognisers.stretches import cut_ranges
from training.corpus import read_corpus
from training.encoder import Bert, build_encoder
from training.unpack import choose_pieces, cut_vocabulary, packed_file, unpack

PIECES = 13_000
LAYERS = 12
LENGTH = 200  # characters of a stretch
BATCH = 24
RATE, HEAD_RATE = 2e-4, 1e-3
MASKED = 0.2
SEED = 20
REPORT = 20  # steps between two lines of progress


class Guesser(nn.Module):
    """The encoder with a head that guesses the pieces hidden from it."""

    def __init__(self, bert: Bert) -> None:
        """Put a new head on *bert*."""
        super().__init__()
        self.bert = bert
        hidden = bert.word.embedding_dim
        self.dense, self.norm = nn.Linear(hidden, hidden), nn.LayerNorm(hidden)
        self.bias = nn.Parameter(torch.zeros(bert.word.num_embeddings))

    def forward(self, ids: Tensor, mask: Tensor, hidden_at: Tensor) -> Tensor:
        """Return scores over all pieces for the places where *hidden_at* is true."""
        states = self.bert(ids, mask)[hidden_at]
        states = self.norm(functional.gelu(self.dense(states)))
        return functional.linear(states, self.bert.word.weight, self.bias)


def hide(ids: Tensor, generator: torch.Generator, pieces: int) -> tuple[Tensor, Tensor]:
    """Return *ids* with some pieces hidden, and where: of ten, eight unknown, one random, one as it was."""
    chosen = (torch.rand(ids.shape, generator=generator) < MASKED) & (ids > UNKNOWN)
    how = torch.rand(ids.shape, generator=generator)
    hidden = ids.clone()
    hidden[chosen & (how < 0.8)] = pieces - 1  # <mask>, the last piece
    random_ids = torch.randint(4, pieces - 1, ids.shape, generator=generator)
    swapped = chosen & (how >= 0.9)
    hidden[swapped] = random_ids[swapped]
    return hidden, chosen


def pad(rows: list[tuple[int, ...]]) -> Tensor:
    """Return *rows* of pieces as one tensor, each between its start and end marks."""
    width = max(map(len, rows)) + 2
    return torch.tensor([[START, *row, END] + [PAD] * (width - 2 - len(row)) for row in rows])


def batches(rows: list[tuple[int, ...]], size: int, seed: int) -> list[list[tuple[int, ...]]]:
    """Return *rows* in batches of *size* of about equal length, shuffled by *seed*."""
    chooser = random.Random(seed)  # noqa: S311
    order = sorted(rows, key=lambda row: (len(row) // 8, chooser.random()))
    made = [order[i : i + size] for i in range(0, len(order), size)]
    chooser.shuffle(made)
    return made


def schedule(step: int, steps: int, warm: float = 0.06) -> float:
    """Return the share of the full rate at *step*: up over the first steps, then down to nothing."""
    done = step / steps
    return done / warm if done < warm else max(0.0, (1 - done) / (1 - warm))


def pretrain(rows: list[tuple[int, ...]], bert: Bert, passes: float, stop: int | None = None) -> None:
    """Train *bert* on *rows* of pieces; the rates fall over *passes* of them, *stop* ends it after so many steps."""
    torch.manual_seed(SEED)
    generator = torch.Generator().manual_seed(SEED)
    model = Guesser(bert)
    optimiser = _optimiser(model)
    plan = [batch for number in range(math.ceil(passes)) for batch in batches(rows, BATCH, SEED + number)]
    plan = plan[: round(passes * len(rows) / BATCH)]
    rates = torch.optim.lr_scheduler.LambdaLR(optimiser, lambda step: schedule(step, len(plan)))
    print(f"{len(rows)} stretches, {sum(map(len, rows))} pieces, {len(plan)} steps", flush=True)
    began, total = time.monotonic(), 0.0
    for step, batch in enumerate(plan[:stop], 1):
        ids = pad(batch)
        hidden, chosen = hide(ids, generator, bert.word.num_embeddings)
        loss = functional.cross_entropy(model(hidden, ids != PAD, chosen), ids[chosen])
        optimiser.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimiser.step()
        rates.step()
        total += float(loss.detach())
        if step % REPORT == 0:
            print(f"step {step}: loss {total / REPORT:.3f}, {time.monotonic() - began:.0f} s", flush=True)
            total = 0.0


def _optimiser(model: Guesser) -> torch.optim.Optimizer:
    """Return the optimiser; word vectors stay, so that pieces the corpus lacks keep in tune with those it has."""
    encoder = [weights for weights in model.bert.parameters() if weights.requires_grad]
    head = [*model.dense.parameters(), *model.norm.parameters(), model.bias]
    groups = [{"params": encoder, "lr": RATE}, {"params": head, "lr": HEAD_RATE}]
    return torch.optim.AdamW(groups, weight_decay=0.01, fused=True)


def main() -> None:
    """Read the command line and train."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--passes", type=float, default=2.0)
    parser.add_argument("--stop", type=int, help="end after so many steps, whatever the rates are then")
    parser.add_argument("--layers", type=int, default=LAYERS, help="of the encoder's 12 layers keep the first ones")
    options = parser.parse_args()
    torch.use_deterministic_algorithms(True, warn_only=True)
    options.folder.mkdir(parents=True, exist_ok=True)
    encoder = unpack(packed_file())
    texts = [outline.clean.text for outline in read_corpus(options.corpus).values()]
    kept = [*choose_pieces(encoder.vocabulary, texts, PIECES), len(encoder.vocabulary) - 1]
    vocabulary = cut_vocabulary(encoder.vocabulary, kept)
    print(f"{len(vocabulary)} pieces", flush=True)
    torch.save((kept, options.layers), options.folder / "kept.pt")
    bert = build_encoder(encoder, kept, options.layers, dropout=0.0)
    rows = [vocabulary.cut(text[a:b]).ids for text in texts for a, b in cut_ranges(text, length=LENGTH)]
    pretrain(rows, bert, options.passes, options.stop)
    torch.save(bert.state_dict(), options.folder / "pretrained.pt")


if __name__ == "__main__":
    main()
