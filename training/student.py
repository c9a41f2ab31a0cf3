"""The fast recogniser learns from the accurate one, and from the gold where there is some.

    python -m training.student CORPUS TEACHER TARGET GOLD [GOLD…] [--fold K]

TEACHER and TARGET are paths without suffix: TEACHER.onnx and TEACHER.json are read, TARGET.onnx, TARGET.json and
TARGET-names.csv written. With --fold the teacher has to be that fold's, and its documents are left out here, too. A
name counts as known only where another place's documents have it: so the student meets known names as often as it
will in a document that nobody has seen.
"""

import argparse
import csv
import json
import random
import time
from collections import defaultdict
from pathlib import Path

import numpy as np
import torch
from onnx import TensorProto
from torch import Tensor, nn
from torch.nn import functional

from extractors.recognisers.accurate import EncoderRecogniser
from extractors.recognisers.fast import PAIRS, PARTS, TRIPLES, Grams, KnownName
from training.corpus import TAGS, TYPES, read_corpus, read_gold, read_samples
from training.finetune import letters_of
from training.folds import split_folds
from training.onnx_graph import Graph
from training.pretrain import schedule
from training.silver import Lesson, Sighting, known_names, read_lessons
from training.tagger import Crf

WIDTHS = {"letters": 48, "pairs": 48, "triples": 32, "names": 24}
WIDTH = 112
STEPS = (1, 2, 4, 1)  # how far apart the characters are that each convolution behind the first one sees
BATCH, RATE = 64, 2e-3
EPOCHS = (7, 2)  # over all lessons, then over those of people alone
FOLD_SHARE = 3  # for the student of a fold the teacher reads a third of the documents alone, to save time
SOFT = 0.5  # weight of the probabilities beside the tags
DROPPED = 0.1
SEED = 20


class Student(nn.Module):
    """Numbers of n-grams and names in, a score for each tag of each character out."""

    def __init__(self, letters: int) -> None:
        """Make a model for *letters* characters."""
        super().__init__()
        sizes = {"letters": letters, "pairs": PAIRS, "triples": TRIPLES, "names": 2 * PARTS * len(TYPES) + 1}
        self.tables = nn.ModuleDict({name: nn.Embedding(size, WIDTHS[name], 0) for name, size in sizes.items()})
        for table in self.tables.values():
            nn.init.normal_(table.weight, std=0.1)
        self.first = nn.Conv1d(sum(WIDTHS.values()), WIDTH, 3, padding=1)
        self.more = nn.ModuleList(nn.Conv1d(WIDTH, WIDTH, 3, padding=step, dilation=step) for step in STEPS)
        self.score = nn.Linear(WIDTH, len(TAGS))
        self.crf = Crf()

    def forward(self, numbers: dict[str, Tensor]) -> Tensor:
        """Return tag scores (stretches, characters, tags)."""
        inside = (numbers["letters"] != 0)[:, None, :].float()
        parts = [
            functional.dropout1d(table(numbers[name]), DROPPED, self.training) for name, table in self.tables.items()
        ]
        states = functional.dropout(torch.cat(parts, 2), DROPPED, self.training).transpose(1, 2)
        states = functional.relu(self.first(states * inside))
        for layer in self.more:
            states = states + functional.dropout(functional.relu(layer(states * inside)), DROPPED, self.training)
        return self.score(functional.dropout(states.transpose(1, 2), 0.2, self.training))


def train(student: Student, lessons: list[Lesson], makers: dict[str, Grams]) -> None:
    """Train *student* on *lessons*; *makers* turn texts into numbers, by place."""
    torch.manual_seed(SEED)
    chooser = random.Random(SEED)  # noqa: S311
    optimiser = torch.optim.AdamW(student.parameters(), RATE, weight_decay=0.02)
    best = [lesson for lesson in lessons if lesson.annotated]
    plans = [
        _plan(chosen, chooser) for chosen, times in zip((lessons, best), EPOCHS, strict=True) for _ in range(times)
    ]
    rates = torch.optim.lr_scheduler.LambdaLR(optimiser, lambda step: schedule(step, sum(map(len, plans))))
    student.train()
    for number, plan in enumerate(plans, 1):
        began, total = time.monotonic(), 0.0
        for chosen in plan:
            loss = _loss(student, chosen, makers)
            optimiser.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(student.parameters(), 5.0)
            optimiser.step()
            rates.step()
            total += float(loss.detach())
        print(f"epoch {number}: loss {total / len(plan):.2f}, {time.monotonic() - began:.0f} s", flush=True)


def _plan(lessons: list[Lesson], chooser: random.Random) -> list[list[Lesson]]:
    """Return *lessons* in shuffled batches of about equal length, each of one place."""
    places: dict[str, list[Lesson]] = defaultdict(list)
    for lesson in lessons:
        places[lesson.place].append(lesson)
    plan = []
    for members in places.values():
        order = sorted(members, key=lambda lesson: (len(lesson.text) // 20, chooser.random()))
        plan += [order[i : i + BATCH] for i in range(0, len(order), BATCH)]
    chooser.shuffle(plan)
    return plan


def _loss(student: Student, lessons: list[Lesson], makers: dict[str, Grams]) -> Tensor:
    numbers = makers[lessons[0].place].inputs([lesson.text for lesson in lessons])
    size = numbers["letters"].shape
    tags, shares = np.zeros(size, np.int64), np.zeros((*size, len(TAGS)), np.float32)
    for row, lesson in enumerate(lessons):
        tags[row, : len(lesson.tags)] = lesson.tags
        shares[row, : len(lesson.tags)] = lesson.shares
    inside = torch.from_numpy(numbers["letters"] != 0).float()
    scores = student({name: torch.from_numpy(value) for name, value in numbers.items()})
    soft = -(torch.from_numpy(shares) * scores.log_softmax(2)).sum() / len(lessons)
    return student.crf.loss(scores, torch.from_numpy(tags), inside) + SOFT * soft


def export(student: Student, target: Path, letters: str, names: dict[str, KnownName]) -> None:
    """Write the three files at *target*."""
    state = {name: value.detach().numpy() for name, value in student.state_dict().items()}
    graph = Graph(0)
    parts = [graph.rows(f"table.{name}", state[f"tables.{name}.weight"], name) for name in WIDTHS]
    zero, one = graph.constant("zero", np.array(0, np.float32)), graph.constant("one", np.array(1, np.float32))
    empty = graph.add("Equal", "letters", graph.constant("pad", np.array(0, np.int64)))
    inside = graph.add("Unsqueeze", graph.add("Where", empty, zero, one), graph.whole(1))
    states = graph.add("Transpose", graph.add("Concat", *parts, axis=2), perm=[0, 2, 1])

    def convolve(name: str, values: str, step: int) -> str:
        table, bias = (
            graph.half(name + ".w", state[name + ".weight"]),
            graph.constant(name + ".b", state[name + ".bias"]),
        )
        values = graph.add("Mul", values, inside)
        return graph.add("Relu", graph.add("Conv", values, table, bias, pads=[step, step], dilations=[step]))

    states = convolve("first", states, 1)
    for number, step in enumerate(STEPS):
        states = graph.add("Add", states, convolve(f"more.{number}", states, step))
    states = graph.add("Transpose", states, perm=[0, 2, 1])
    scores = graph.dense(states, "score", state["score.weight"], state["score.bias"], exact=True)
    inputs = {name: (int(TensorProto.INT64), ["batch", "letters"]) for name in WIDTHS}
    model = graph.finish(inputs, scores, ["batch", "letters", len(TAGS)])
    target.with_suffix(".onnx").write_bytes(model.SerializeToString(deterministic=True))
    steps = [[round(float(value), 4) for value in row] for row in student.crf.step.detach()]
    content = {"tags": list(TAGS), "types": list(TYPES), "steps": steps, "letters": letters}
    target.with_suffix(".json").write_text(json.dumps(content, ensure_ascii=False) + "\n", encoding="utf-8")
    with target.with_name(target.name + "-names.csv").open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file, lineterminator="\n")
        rows.writerow(("name", "type", "places"))
        rows.writerows((name, known.type, known.places) for name, known in names.items())


def makers_of(lessons: list[Lesson], sightings: list[Sighting], letters: str) -> dict[str, Grams]:
    """Return for each place a maker of numbers that knows the names of the other places alone."""
    places = sorted({lesson.place for lesson in lessons})
    return {place: Grams(letters, TYPES, known_names(sightings, place)) for place in places}


def main() -> None:
    """Read the command line, train, write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("teacher", type=Path)
    parser.add_argument("target", type=Path)
    parser.add_argument("gold", type=Path, nargs="+")
    parser.add_argument("--fold", type=int, help="leave out this fifth of the documents, 0 to 4")
    options = parser.parse_args()
    torch.use_deterministic_algorithms(True, warn_only=True)
    corpus, gold = read_corpus(options.corpus), read_gold(options.gold)
    left_out = set[str]() if options.fold is None else split_folds(corpus, gold)[options.fold]
    samples = read_samples(corpus, gold)
    read = sorted(corpus)[:: FOLD_SHARE if options.fold is not None else 1]
    texts = {name: outline for name, outline in corpus.items() if name not in left_out}
    samples = [sample for sample in samples if sample.document in texts]
    lessons, sightings = read_lessons(texts, EncoderRecogniser.load(options.teacher, 2), samples, set(read))
    numbers = letters_of(outline.clean.text for outline in corpus.values())
    letters = "".join(sorted(numbers, key=lambda letter: numbers[letter]))
    print(f"{len(lessons)} stretches, {len(known_names(sightings))} names", flush=True)
    torch.manual_seed(SEED)
    student = Student(len(letters) + 2)
    options.target.parent.mkdir(parents=True, exist_ok=True)
    train(student, lessons, makers_of(lessons, sightings, letters))
    export(student.eval(), options.target, letters, known_names(sightings))


if __name__ == "__main__":
    main()
