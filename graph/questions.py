"""The named questions: `queries/questions.toml` says what each asks, `queries/NAME.rq` and `NAME.cypher` how.

Both files of a pair give the same rows. Parameters arrive as IRIs or integers, never as text spliced into a query: a
SPARQL file reads parameter `area` as the variable `?set_area`, a Cypher file as `$area` (null when left out).
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from importlib.resources import files

from ontology.errors import WrongUse

YEAR = "year"
_EVIDENCE = ("document", "start", "end", "quote")


@dataclass(frozen=True, slots=True)
class Question:
    """One named question. A parameter is YEAR, "any", or the classes whose names it takes.

    `example` sets parameters that show it on the samples.
    """

    name: str
    english: str
    chinese: str
    parameters: Mapping[str, str | tuple[str, ...]]
    columns: tuple[str, ...]
    order: tuple[str, ...]
    lists: tuple[str, ...]
    evidence: int
    empty: str
    example: Mapping[str, str]

    @property
    def all_columns(self) -> tuple[str, ...]:
        """The columns of an answer: the question's own, then where each row rests."""
        places = ["" if number == 1 else f"_{number}" for number in range(1, self.evidence + 1)]
        return self.columns + tuple(column + place for place in places for column in _EVIDENCE)

    def text(self, language: str) -> str:
        """Return the query in *language*, "sparql" or "cypher"; raises WrongUse for another."""
        suffix = {"sparql": "rq", "cypher": "cypher"}.get(language)
        if suffix is None:
            raise WrongUse(f"no engine is called {language!r}; choose sparql or cypher")
        return (files("graph.queries") / f"{self.name}.{suffix}").read_text(encoding="utf-8")


@cache
def load_questions() -> Mapping[str, Question]:
    """Return all questions by name, in the order of the file."""
    content = tomllib.loads((files("graph.queries") / "questions.toml").read_text(encoding="utf-8"))
    return {name: _question(name, entry) for name, entry in content.items()}


def find_question(name: str) -> Question:
    """Return the question called *name*; raises WrongUse with the nearest names."""
    questions = load_questions()
    if name in questions:
        return questions[name]
    near = get_close_matches(name, questions, cutoff=0.5) or list(questions)
    raise WrongUse(f"no question is called {name!r}; did you mean {', '.join(near)}?")


def _question(name: str, entry: dict[str, object]) -> Question:
    def words(key: str) -> tuple[str, ...]:
        value = entry.get(key, ())
        assert isinstance(value, (list, tuple))
        return tuple(value)

    parameters, example = entry["parameters"], entry.get("example", {})
    assert isinstance(parameters, dict)
    assert isinstance(example, dict)
    return Question(
        name=name,
        english=str(entry["en"]),
        chinese=str(entry["zh"]),
        parameters={key: tuple(kinds) if isinstance(kinds, list) else kinds for key, kinds in parameters.items()},
        columns=words("columns"),
        order=words("order"),
        lists=words("lists"),
        evidence=int(str(entry.get("evidence", 1))),
        empty=str(entry["empty"]),
        example=example,
    )
