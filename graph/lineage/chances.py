"""How probable a link is that the likeness of two tasks suggests: a logistic regression, its weights in `data/`.

The weights are fitted by `benchmarks.measure_lineage` on links that were drawn by reading, so that of the links at 0.8
about 0.8 are right. Below `LEAST` nothing is claimed.
"""

import csv
import math
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from graph.lineage.likeness import Likeness

LEAST = 0.5
DATA = Path(__file__).parent / "data"
FEATURES = ("bias", *Likeness._fields, "stronger flow")


def chance(like: Likeness, weights: Mapping[str, float]) -> float:
    """Return the chance that a careful reader links two tasks of this likeness."""
    total = sum(weights[name] * value for name, value in zip(FEATURES, features(like), strict=True))
    return 1 / (1 + math.exp(-total))


def features(like: Likeness) -> tuple[float, ...]:
    """Return what the regression weighs, in the order of `FEATURES`."""
    return (1.0, *like, max(like.onward, like.back))


@cache
def load_weights(kind: str) -> Mapping[str, float]:
    """Return the weights of `FEATURES` for links of *kind*, "task" or "cascade"."""
    with (DATA / f"{kind}_weights.csv").open(encoding="utf-8", newline="") as lines:
        return {row["feature"]: float(row["weight"]) for row in csv.DictReader(lines)}
