"""What people load into Neo4j Browser: a style sheet with Chinese captions, and the questions as saved queries."""

from contextlib import suppress
from pathlib import Path

from graph.claims import ClaimsStore
from graph.names import resolve_name
from graph.property_graph import CLAIM_LABEL, EVIDENCE_LABEL
from graph.questions import YEAR, Question, load_questions
from graph.stores.server_state import DOCUMENT_LABEL, LOAD_LABEL
from ontology.errors import WrongUse
from ontology.records import Entity
from ontology.terms import Kind

_CAPTIONS = {CLAIM_LABEL: "predicate", EVIDENCE_LABEL: "quote", "CodeComponent": "label", "Observation": "valueText"}
_CAPTIONS |= {"TaskStatement": "title", LOAD_LABEL: "state", DOCUMENT_LABEL: "key"}
_COLOURS = (
    *("#4C8EDA", "#57C7E3", "#8DCC93", "#ECB5C9", "#F79767", "#D9C8AE", "#DA7194", "#C990C0", "#569480", "#F16667"),
    *("#FFC454", "#6DCE9E", "#FF756E", "#DE9BF9", "#FB95AF", "#FFD86E", "#8E7CC3", "#76A5AF", "#B6D7A8", "#E69138"),
    *("#A64D79", "#6AA84F", "#3D85C6", "#CC4125", "#F1C232", "#45818E", "#674EA7"),
)
_STYLE = """node {
  diameter: 50px;
  color: #A5ABB6;
  border-color: #9AA1AC;
  border-width: 2px;
  text-color-internal: #FFFFFF;
  font-size: 10px;
}
relationship {
  color: #A5ABB6;
  shaft-width: 1px;
  font-size: 8px;
  padding: 3px;
  text-color-external: #000000;
  text-color-internal: #FFFFFF;
  caption: '<type>';
}
"""


def write_style(target: Path) -> None:
    """Write the style sheet: captions are names, colours go by class. A comment would make Browser skip the rules."""
    rules = [_STYLE]
    kinds = sorted(map(str, Kind))
    for kind, colour in zip(kinds, _COLOURS, strict=False):
        rules.append(_rule(kind, colour, 30 if kind in {CLAIM_LABEL, EVIDENCE_LABEL} else 65))
    rules += [_rule(marker, "#A5ABB6", 25) for marker in (LOAD_LABEL, DOCUMENT_LABEL)]
    target.write_text("".join(rules), encoding="utf-8")


def _rule(kind: str, colour: str, diameter: int) -> str:
    return (
        f"node.{kind} {{\n  color: {colour};\n  border-color: {colour};\n  text-color-internal: {_on(colour)};\n"
        f"  diameter: {diameter}px;\n  caption: '{{{_CAPTIONS.get(kind, 'name')}}}';\n}}\n"
    )


def _on(colour: str) -> str:
    """Return black or white, whichever is easier to read on *colour* (#RRGGBB)."""
    red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    return "#000000" if 299 * red + 587 * green + 114 * blue > 128_000 else "#FFFFFF"


def write_queries(store: ClaimsStore, folder: Path) -> None:
    """Write each question into the new *folder* as NAME.cypher, with a `:param` line for each parameter.

    A parameter has the value of the question's example where this graph names it, else null, which means any.
    """
    folder.mkdir()
    things = list(store.entities())
    for question in load_questions().values():
        known = {name: _found(question, name, text, things) for name, text in question.example.items()}
        (folder / f"{question.name}.cypher").write_text(_saved(question, known), encoding="utf-8")


def _found(question: Question, name: str, text: str, things: list[Entity]) -> str | int | None:
    """Return the value of the parameter *name* that *text* means, None where this graph does not name it."""
    kinds = question.parameters[name]
    if kinds == YEAR:
        return int(text)
    with suppress(WrongUse):
        return resolve_name(things, text, kinds if isinstance(kinds, tuple) else ())[0]
    return None


def _saved(question: Question, known: dict[str, str | int | None]) -> str:
    lines = [f"// {question.chinese} · {question.english}"]
    lines += [f":param {name} => {_literal(known.get(name))};" for name in question.parameters]
    return "\n".join(lines) + f"\n\n{question.text('cypher').rstrip()};\n"


def _literal(value: str | int | None) -> str:
    if value is None:
        return "null"
    return str(value) if isinstance(value, int) else "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'"
