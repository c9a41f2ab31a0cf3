"""Pages to ask: the named questions as forms, the SPARQL editor, the Cypher box."""

from collections.abc import Callable, Sequence
from itertools import islice

from graph.ask import Row, answer_question
from graph.questions import YEAR, Question, find_question, load_questions
from graph.rdf import PREFIXES
from graph.service.addresses import path_of
from graph.service.reading_pages import named_questions
from graph.service.visit import NotThere, Page, Visit
from graph.service.wording import code, term
from ontology.errors import PolicyKGError, WrongUse
from ontology.identifiers import RESOURCE
from ontology.records import Evidence

_ROWS_SHOWN = 200
_QUERY_ROWS = 1_000
_MOST_OPTIONS = 400
_PLACES = ("document", "start", "end", "quote")
_SCHEMES = {"mode": "modes", "role": "value-roles", "comparator": "comparators"}
_FIRST_QUERY = """SELECT ?kind (COUNT(?thing) AS ?things) WHERE {
  ?thing a ?kind ; skos:prefLabel ?name
} GROUP BY ?kind ORDER BY DESC(?things)"""
_FIRST_CYPHER = """MATCH (task:TaskStatement)-[:ADVANCES]->(strategy:Strategy)
RETURN strategy.name AS strategy, count(task) AS tasks
ORDER BY tasks DESC, strategy LIMIT 20"""


def questions(visit: Visit) -> Page:
    """List the named questions."""
    listed = named_questions(visit)
    table = (("name", "words"), [[question["name"], question["words"]] for question in listed])
    return Page("questions.html", {"questions": listed}, table, section="questions")


def question(visit: Visit) -> Page:
    """Show a question as a form, and its answer once it is asked; it is asked as soon as a parameter is given."""
    try:
        asked = find_question(visit.tail)
    except WrongUse:
        raise NotThere from None
    settings = {name: visit.given(name) for name in asked.parameters if visit.given(name)}
    is_asked = bool(settings) or bool(visit.given("ask")) or visit.given("format") != ""
    fields = [_field(visit, name, kinds, settings.get(name, "")) for name, kinds in asked.parameters.items()]
    words = asked.chinese if visit.language == "zh" else asked.english
    data: dict[str, object] = {"question": {"name": asked.name, "words": words}, "parameters": settings}
    more: dict[str, object] = {"fields": fields, "asked": is_asked, "error": ""}
    if not is_asked:
        return Page("question.html", data | {"rows": [], "total": 0, "note": ""}, None, more, "questions")
    try:
        answer = answer_question(visit, asked.name, settings)
    except WrongUse as error:
        more["error"] = str(error)
        return Page("question.html", data | {"error": str(error)}, None, more, "questions", 404)
    data |= {"rows": list(answer.rows), "total": len(answer.rows), "note": answer.note}
    more["rows"] = [_shown(visit, asked, row) for row in answer.rows[:_ROWS_SHOWN]]
    rows = [[row[column] for column in answer.columns] for row in answer.rows]
    return Page("question.html", data, (answer.columns, rows), more, "questions")


def _shown(visit: Visit, asked: Question, row: Row) -> dict[str, object]:
    quotations = []
    for number in range(1, asked.evidence + 1):
        place = "" if number == 1 else f"_{number}"
        document, start, end, quote = (row[f"{name}{place}"] for name in _PLACES)
        if isinstance(document, str) and isinstance(start, int) and isinstance(end, int):
            quotations.append(visit.speaker.quote(Evidence(document, start, end, str(quote))))
    cells = [(_heading(visit, column), _readable(visit, column, row[column])) for column in asked.columns]
    return {"cells": cells, "quotations": quotations}


def _heading(visit: Visit, column: str) -> str:
    try:
        return visit.words(f"columns.{column}")
    except KeyError:
        return column


def _readable(visit: Visit, column: str, cell: object) -> object:
    if isinstance(cell, str) and column in _SCHEMES:
        return code(_SCHEMES[column], cell, visit.language)
    return visit.names.name(cell) if isinstance(cell, str) and cell.startswith(RESOURCE) else cell


def _field(visit: Visit, name: str, kinds: str | tuple[str, ...], value: str) -> dict[str, object]:
    classes = kinds if isinstance(kinds, tuple) else ()
    options = [thing.notation or thing.name for kind in classes for thing in visit.names.of_kind(kind)]
    try:
        label = visit.words(f"parameters.{name}")
    except KeyError:
        label = name
    return {
        "name": name,
        "label": label,
        "kinds": "、".join(term(kind, visit.language) for kind in classes),
        "options": list(islice(dict.fromkeys(options), _MOST_OPTIONS)),
        "numeric": kinds == YEAR,
        "value": value,
    }


def query(visit: Visit) -> Page:
    """Show the SPARQL editor, and the rows of the query that it sent."""
    text, name = _text(visit, "sparql", _FIRST_QUERY)
    return _run(visit, "query", text, name, lambda: visit.sparql(text, limit=_QUERY_ROWS + 1))


def cypher(visit: Visit) -> Page:
    """Show the Cypher box, and the rows of the query that it sent."""
    text, name = _text(visit, "cypher", _FIRST_CYPHER)
    parameters = {parameter: None for question in load_questions().values() for parameter in question.parameters}

    def run() -> tuple[Sequence[str], Sequence[Sequence[object]]]:
        engine = visit.engine.engine(visit.generation.number)
        return engine.run(text, parameters, limit=_QUERY_ROWS + 1)

    return _run(visit, "cypher", text, name, run)


def _text(visit: Visit, language: str, first: str) -> tuple[str, str]:
    """Return the query to show and the question that it is of."""
    name = visit.given("question")
    if visit.given("query"):
        return visit.parameters["query"], name
    try:
        return (find_question(name).text(language), name) if name else (first, "")
    except WrongUse:
        raise NotThere from None


def _run(
    visit: Visit, kind: str, text: str, name: str, run: Callable[[], tuple[Sequence[str], Sequence[Sequence[object]]]]
) -> Page:
    data: dict[str, object] = {"query": text, "columns": [], "rows": [], "cut": False}
    error = ""
    ran = bool(visit.given("query"))
    if ran:
        try:
            columns, rows = run()
            kept = [list(row) for row in rows[:_QUERY_ROWS]]
            data |= {"columns": list(columns), "rows": kept, "cut": len(rows) > _QUERY_ROWS}
        except PolicyKGError as failure:
            error = str(failure)
            data["error"] = error
    shown = [[_linked(visit, cell) for cell in row] for row in data["rows"]]  # type: ignore[attr-defined]
    more = {
        "language": kind,
        "here": f"/{kind}",
        "text": text,
        "question": name,
        "questions": named_questions(visit),
        "error": error,
        "ran": ran,
        "shown": shown,
        "prefixes": [[prefix, iri] for prefix, iri in PREFIXES.items()],
    }
    table = (data["columns"], data["rows"]) if ran and not error else None
    return Page("query.html", data, table, more, kind, 400 if error else 200)  # type: ignore[arg-type]


def _linked(visit: Visit, cell: object) -> object:
    if isinstance(cell, str) and cell.startswith(RESOURCE) and path_of(cell):
        return {"name": visit.names.name(cell), "path": path_of(cell)}
    if isinstance(cell, str):
        for prefix, iri in PREFIXES.items():
            if cell.startswith(iri):
                return f"{prefix}:{cell.removeprefix(iri)}"
    return cell
