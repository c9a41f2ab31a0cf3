"""Fine-tuning: the pretrained encoder learns the gold.

    python -m training.finetune CORPUS FOLDER GOLD [MARKS…] [--fold K]

writes FOLDER/tagger.pt. It reads GOLD and MARKS together some times, and in the end GOLD alone, whose habits are the
ones that count. With --fold it learns from four fifths of the documents and writes FOLDER/fold-K.pt: no
document of a place stands on both sides (see `folds`).
"""

import argparse
import random
import time
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import nn

from extractors.recognisers.pieces import Cut, Vocabulary
from ontology.records import Outline
from training.corpus import Sample, read_corpus, read_gold, read_samples
from training.encoder import Bert
from training.folds import split_folds
from training.pretrain import schedule
from training.tagger import RARE_LETTER, Batch, Tagger, to_batch
from training.unpack import cut_vocabulary, packed_file, unpack

BATCH = 10
EPOCHS = (3, 4)  # over all that is annotated, then over the first gold file alone
FOLD_EPOCHS = (2, 2)  # the same for the five folds, which tell how good the recipe is and not how good it can be
FROZEN = 6  # the encoder's lowest layers stay as masked-language training left them
RATE, HEAD_RATE = 1e-4, 2e-3
LETTERS_DROPPED = 0.1
PIECES_DROPPED = 0.04
REPORT = 50  # steps between two lines of progress
SEED = 20


@dataclass(frozen=True, slots=True)
class Trainee:
    """A tagger with its vocabulary and the numbers of its characters."""

    tagger: Tagger
    vocabulary: Vocabulary
    letters: dict[str, int]

    @property
    def mask(self) -> int:
        """Return the number of the piece that hides another."""
        return len(self.vocabulary) - 1

    def batch(self, samples: list[Sample]) -> Batch:
        """Return *samples* as the tagger takes them."""
        texts = [sample.text for sample in samples]
        heads = [self.cut(sample.heading) for sample in samples]
        return to_batch(texts, heads, [self.cut(text) for text in texts], self.letters)

    def cut(self, text: str) -> Cut:
        """Return *text* in pieces; nothing where it is empty."""
        return self.vocabulary.cut(text) if text else Cut((), (), ())


def letters_of(texts: Iterable[str]) -> dict[str, int]:
    """Return the numbers of the characters that occur at least twice in *texts*."""
    counts = Counter(letter for text in texts for letter in text)
    return {letter: number for number, letter in enumerate(sorted(c for c, n in counts.items() if n > 1), 2)}


def load_trainee(folder: Path, corpus: dict[str, Outline]) -> Trainee:
    """Return a new tagger on the pretrained encoder in *folder*."""
    encoder = unpack(packed_file())
    kept, layers = torch.load(folder / "kept.pt", weights_only=True)
    letters = letters_of(outline.clean.text for outline in corpus.values())
    torch.manual_seed(SEED)
    bert = Bert(encoder, len(kept), layers, frozen=FROZEN)
    bert.load_state_dict(torch.load(folder / "pretrained.pt", weights_only=True))
    return Trainee(Tagger(bert, len(letters) + 2), cut_vocabulary(encoder.vocabulary, kept), letters)


def finetune(trainee: Trainee, epochs: list[list[Sample]], target: Path) -> None:
    """Train on the samples of each of *epochs* in turn; the weights go to *target* after each."""
    torch.manual_seed(SEED)
    chooser = random.Random(SEED)  # noqa: S311
    tagger = trainee.tagger
    optimiser = _optimiser(tagger)
    plans = [_plan(samples, chooser) for samples in epochs]
    steps = sum(map(len, plans))
    rates = torch.optim.lr_scheduler.LambdaLR(optimiser, lambda step: schedule(step, steps))
    began, total, done = time.monotonic(), 0.0, 0
    tagger.train()
    for plan in plans:
        for chosen in plan:
            loss = _loss(trainee, chosen)
            optimiser.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(tagger.parameters(), 1.0)
            optimiser.step()
            rates.step()
            total, done = total + float(loss.detach()), done + 1
            if done % REPORT == 0:
                print(
                    f"step {done} of {steps}: loss {total / REPORT:.2f}, {time.monotonic() - began:.0f} s", flush=True
                )
                total = 0.0
        torch.save(tagger.state_dict(), target)


def _optimiser(tagger: Tagger) -> torch.optim.Optimizer:
    encoder = [weights for weights in tagger.bert.parameters() if weights.requires_grad]
    head = [weights for name, weights in tagger.named_parameters() if not name.startswith("bert.")]
    groups = [{"params": encoder, "lr": RATE}, {"params": head, "lr": HEAD_RATE}]
    return torch.optim.AdamW(groups, weight_decay=0.01, fused=True)


def _plan(samples: list[Sample], chooser: random.Random) -> list[list[Sample]]:
    """Return *samples* in shuffled batches of about equal length."""
    order = sorted(samples, key=lambda sample: (len(sample.text) // 20, chooser.random()))
    plan = [order[i : i + BATCH] for i in range(0, len(order), BATCH)]
    chooser.shuffle(plan)
    return plan


def _loss(trainee: Trainee, samples: list[Sample]) -> torch.Tensor:
    """Return the loss on *samples*, some letters and pieces of which are hidden, so that context has to do."""
    batch = trainee.batch(samples)
    batch.letters[(torch.rand(batch.letters.shape) < LETTERS_DROPPED) & (batch.letters > 0)] = RARE_LETTER
    batch.ids[(torch.rand(batch.ids.shape) < PIECES_DROPPED) & (batch.ids > RARE_LETTER + 2)] = trainee.mask
    tags = torch.zeros_like(batch.letters)
    for row, sample in enumerate(samples):
        tags[row, : len(sample.tags)] = torch.tensor(sample.tags)
    inside = (torch.arange(tags.shape[1]) < batch.lengths[:, None]).float()
    return trainee.tagger.crf.loss(trainee.tagger(batch), tags, inside)


def main() -> None:
    """Read the command line and train."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("folder", type=Path)
    parser.add_argument("gold", type=Path, nargs="+", help="the annotated files to learn from, the best one first")
    parser.add_argument("--fold", type=int, help="leave out this fifth of the documents, 0 to 4")
    options = parser.parse_args()
    torch.use_deterministic_algorithms(True, warn_only=True)
    corpus = read_corpus(options.corpus)
    trainee = load_trainee(options.folder, corpus)
    name, left_out, epochs = "tagger", set[str](), EPOCHS
    if options.fold is not None:
        name, epochs = f"fold-{options.fold}", FOLD_EPOCHS
        left_out = split_folds(corpus, read_gold(options.gold))[options.fold]
    every, best = (
        [sample for sample in read_samples(corpus, read_gold(paths)) if sample.document not in left_out]
        for paths in (options.gold, options.gold[:1])
    )
    print(f"{len(every)} stretches, {sum(len(s.text) for s in every)} characters", flush=True)
    finetune(trainee, [every] * epochs[0] + [best] * epochs[1], options.folder / f"{name}.pt")


if __name__ == "__main__":
    main()
