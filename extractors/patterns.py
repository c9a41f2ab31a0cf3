"""Words live in data files: this module reads them.

`data/*.toml` holds patterns, each with examples that test themselves:

    [words]                          # optional: lists of words that code looks for

    [fragments]                      # optional: named pieces, used in a regex as {{name}}
    tail = "(?:行动|工程|计划)"

    [[pattern]]
    name = "quoted-code"             # the rule id is "<file stem>/<name>"
    type = "PROGRAMME"
    regex = '“[^”]{1,12}”{{tail}}'   # a group called "name" narrows the mention to it
    examples = ["深入实施⟦“满天星”行动⟧"]
    counterexamples = ["坚决做到“两个维护”"]

`data/*.csv` holds lexicons with a header row; every row says where its words come from in the column `source`.
"""

import csv
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from ontology.records import Proposal

DATA = Path(__file__).parent / "data"
_MARK = re.compile(r"⟦([^⟧]*)⟧")


@dataclass(frozen=True, slots=True)
class Pattern:
    """A regular expression over clean text and the sentences that prove it."""

    rule: str
    type: str
    regex: re.Pattern[str]
    examples: tuple[str, ...]
    counterexamples: tuple[str, ...]

    def find(self, text: str, start: int = 0, end: int | None = None) -> Iterator[Proposal]:
        """Yield a proposal for each match in the clean range *start*, *end* of *text*."""
        group = "name" if "name" in self.regex.groupindex else 0
        for match in self.regex.finditer(text, start, len(text) if end is None else end):
            first, last = match.span(group)
            if first < last:
                yield Proposal(first, last, self.type, self.rule)


@cache
def load_patterns(stem: str) -> tuple[Pattern, ...]:
    """Return the patterns of `data/<stem>.toml` in file order."""
    content = tomllib.loads((DATA / f"{stem}.toml").read_text(encoding="utf-8"))
    fragments: dict[str, str] = {}
    for name, fragment in content.get("fragments", {}).items():
        fragments[name] = _expand(fragment, fragments)
    return tuple(
        Pattern(
            rule=f"{stem}/{entry['name']}",
            type=entry["type"],
            regex=re.compile(_expand(entry["regex"], fragments), re.VERBOSE if entry.get("verbose") else 0),
            examples=tuple(entry["examples"]),
            counterexamples=tuple(entry.get("counterexamples", ())),
        )
        for entry in content["pattern"]
    )


@cache
def load_words(stem: str) -> dict[str, tuple[str, ...]]:
    """Return the lists of the section `[words]` of `data/<stem>.toml`."""
    content = tomllib.loads((DATA / f"{stem}.toml").read_text(encoding="utf-8"))
    return {name: tuple(words) for name, words in content["words"].items()}


@cache
def load_lexicon(stem: str) -> tuple[dict[str, str], ...]:
    """Return the rows of `data/<stem>.csv`."""
    with (DATA / f"{stem}.csv").open(encoding="utf-8", newline="") as lines:
        return tuple(csv.DictReader(lines))


def read_markup(marked: str) -> tuple[str, tuple[tuple[int, int], ...]]:
    """Split `"深入实施⟦“满天星”行动⟧"` into the plain text and the marked ranges in it."""
    plain, ranges, last = "", [], 0
    for match in _MARK.finditer(marked):
        plain += marked[last : match.start()]
        ranges.append((len(plain), len(plain) + len(match[1])))
        plain += match[1]
        last = match.end()
    return plain + marked[last:], tuple(ranges)


def _expand(regex: str, fragments: dict[str, str]) -> str:
    return re.sub(r"\{\{(\w+)\}\}", lambda match: fragments[match[1]], regex)
