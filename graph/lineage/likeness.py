"""How alike two tasks are: what the words of two agendas say of each pair of their tasks.

Words are weighed by how few tasks of both agendas have them (TF-IDF over pairs of characters): what every task says
says nothing. Each clause of a task flows to the one task of the other agenda that it is most like; a task that sends
a third of its clauses to another goes on there, wherever its title went.
"""

import math
import re
from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from graph.lineage.agendas import Task

_CLAUSE = re.compile("[。；！？\n]")
_NO_WORD = re.compile(r"[^\u4e00-\u9fffA-Za-z0-9]+")
_LEAST_CLAUSE = 8  # characters; shorter ones are enumerators and interjections
_LEAST_BEST = 0.03  # a best partner less like than that is none
_LEAST_LIKENESS = 0.02  # below it a clause is like nothing; up to 0.04 the fit is as good

Vector = dict[str, float]


class Likeness(NamedTuple):
    """What speaks for a later task's going on with an earlier one; every figure lies between 0 and 1.

    `text` and `title` are cosines; `onward` is the share of the earlier task's words that flow to the later one,
    `back` the share of the later one's that come from it; `first` and `second` say how near the pair comes to the
    earlier and to the later task's best partner; `names` is the weighed share of strategies, programmes and projects
    in common; `order` is 1 where both stand at the same place of their agendas.
    """

    text: float
    title: float
    onward: float
    back: float
    first: float
    second: float
    names: float
    order: float


def likenesses(earlier: Sequence[Task], later: Sequence[Task]) -> dict[tuple[int, int], Likeness]:
    """Return the likeness of each pair, by the places in *earlier* and *later*."""
    texts = [_grams(task.text) for task in (*earlier, *later)]
    titles = [_grams(task.title) for task in (*earlier, *later)]
    rarity = _rarity([*texts])
    bodies = [_vector(grams, rarity) for grams in texts]
    heads = [_vector(grams, rarity) for grams in titles]
    names = _rarity([Counter(task.names) for task in (*earlier, *later)])
    split = len(earlier)
    text = [[_dot(a, b) for b in bodies[split:]] for a in bodies[:split]]
    onward = [_flow(task, bodies[split:], rarity) for task in earlier]
    back = [_flow(task, bodies[:split], rarity) for task in later]
    found = {}
    for i, one in enumerate(earlier):
        for k, other in enumerate(later):
            column = max(_LEAST_BEST, *(row[k] for row in text))
            found[i, k] = Likeness(
                text=text[i][k],
                title=_dot(heads[i], heads[split + k]),
                onward=onward[i][k],
                back=back[k][i],
                first=text[i][k] / max(_LEAST_BEST, *text[i]),
                second=text[i][k] / column,
                names=_shared(one, other, names),
                order=1 - abs(one.place - other.place),
            )
    return found


def _grams(text: str) -> Counter[str]:
    counts: Counter[str] = Counter()
    for run in _NO_WORD.split(text):
        counts.update(run[place : place + 2] for place in range(len(run) - 1))
    return counts


def _rarity(bags: Sequence[Counter[str]]) -> Vector:
    """Return the weight of each word: the fewer bags have it, the more; 0 where all have it."""
    seen: Counter[str] = Counter()
    for bag in bags:
        seen.update(bag.keys())
    return {word: math.log(len(bags) / count) for word, count in seen.items()}


def _vector(grams: Counter[str], rarity: Vector) -> Vector:
    """Return the weighed words as a vector of length 1."""
    weighed = {gram: (1 + math.log(count)) * rarity.get(gram, 0.0) for gram, count in grams.items()}
    length = math.sqrt(sum(weight * weight for weight in weighed.values()))
    return {gram: weight / length for gram, weight in weighed.items() if weight} if length else {}


def _dot(one: Vector, other: Vector) -> float:
    if len(other) < len(one):
        one, other = other, one
    return sum(weight * other[gram] for gram, weight in one.items() if gram in other)


def _flow(task: Task, others: Sequence[Vector], rarity: Vector) -> list[float]:
    """Return which share of the words of *task* is most like each of *others*, clause by clause."""
    shares, total = [0.0] * len(others), 0
    for clause in _CLAUSE.split(task.text):
        if len(clause) < _LEAST_CLAUSE:
            continue
        vector = _vector(_grams(clause), rarity)
        likeness = [_dot(vector, other) for other in others]
        total += len(clause)
        if likeness and max(likeness) > _LEAST_LIKENESS:
            shares[likeness.index(max(likeness))] += len(clause)
    return [share / total for share in shares] if total else shares


def _shared(one: Task, other: Task, rarity: Vector) -> float:
    common = sum(rarity[name] for name in one.names.keys() & other.names.keys())
    least = min(sum(rarity[name] for name in task.names) for task in (one, other))
    return common / least if least else 0.0


class Match(NamedTuple):
    """What speaks for a task's speaking of a text: the weighed share of its words that the task has, its best clause.

    Both lie between 0 and 1; `clause` is the cosine of the text and the task's clause that is most like it.
    """

    share: float
    clause: float


def matches(texts: Sequence[str], tasks: Sequence[Task]) -> list[list[Match]]:
    """Return for each of *texts* how each of *tasks* matches it."""
    bags = [_grams(task.text) for task in tasks]
    rarity = _rarity(bags)
    clauses = [[_vector(_grams(clause), rarity) for clause in _CLAUSE.split(task.text)] for task in tasks]
    found = []
    for text in texts:
        grams = _grams("".join(text.split()))
        vector = _vector(grams, rarity)
        total = sum(rarity.get(gram, math.log(len(bags) + 1)) for gram in grams)
        row = []
        for bag, parts in zip(bags, clauses, strict=True):
            share = sum(rarity[gram] for gram in grams if gram in bag) / total if total else 0.0
            row.append(Match(share, max((_dot(vector, part) for part in parts), default=0.0)))
        found.append(row)
    return found
