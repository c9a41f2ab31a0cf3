"""The graph for assistants: a server of the Model Context Protocol on standard input and output.

Every tool reads only and is bounded in rows, characters and seconds; a result that was cut says so in `cut`, in words
that tell what to do. Every row and statement carries its evidence: document, start, end, quote. The records below are
what the tools return; the SDK makes their JSON schema from them (and takes a slot for a default, so they have none).
"""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import wraps
from pathlib import Path
from typing import Annotated, ParamSpec, TypeVar

from mcp.server.mcpserver import MCPServer
from mcp.server.mcpserver.exceptions import ToolError
from mcp.types import ToolAnnotations
from pydantic import Field

from graph.explain import Statement
from graph.explain import Thing as ExplainedThing
from graph.names import search_names
from graph.opened import KnowledgeGraph
from graph.questions import load_questions
from graph.rdf import PREFIXES
from graph.worker import Worker
from ontology.errors import PolicyKGError
from ontology.records import Entity
from ontology.terms import Kind

Cell = str | int | float | bool | None
Row = dict[str, Cell]
Parameters = ParamSpec("Parameters")
Result = TypeVar("Result")

MOST_ROWS = 500
MOST_CHARACTERS = 40_000  # of one result; some ten thousand tokens
MOST_IN_A_CELL = 2_000

Limit = Annotated[int, Field(ge=1, le=MOST_ROWS, description="how many rows at most")]

_INSTRUCTIONS = f"""A knowledge graph read from Chinese policy documents; every statement carries the words it rests on.
Start with `questions` (what can be asked by name) and `search` (what things are called here), then `ask` and `entity`;
`sparql` is for what they do not answer. Quote the evidence: document, start and end (Unicode characters from 0, end
exclusive), quote. "No rows" means that no document of this graph says so, not that it is not so. Where `cut` is not
empty the result is not complete. In SPARQL these prefixes are declared: {", ".join(PREFIXES)}. A claim is a node:
?claim rdf:subject ?s ; rdf:predicate ?p ; rdf:object ?o ; pk:status ?status ; pk:evidence/oa:hasTarget ?target;
what is claimed also stands as plain triples ?s ?p ?o; things have skos:prefLabel and are of a class pk:…"""


@dataclass(frozen=True)
class NamedQuestion:
    """A question that can be asked by name; `parameters` says of what kind the value of each is."""

    name: str
    english: str
    chinese: str
    parameters: dict[str, str]
    columns: list[str]
    example: dict[str, str]


@dataclass(frozen=True)
class Rows:
    """Rows of an answer; `note` says why there are none, `cut` what is missing."""

    columns: list[str]
    rows: list[Row]
    note: str = ""
    cut: str = ""


@dataclass(frozen=True)
class Named:
    """A thing by its names; `kind` is its class in the ontology."""

    iri: str
    kind: str
    name: str
    notation: str
    aliases: list[str]


@dataclass(frozen=True)
class Found:
    """The things that are called so; `cut` says what is missing."""

    things: list[Named]
    cut: str = ""


@dataclass(frozen=True)
class Place:
    """Evidence: the quote, where it stands, and its sentence with the quote between 【 and 】."""

    document: str
    start: int
    end: int
    quote: str
    sentence: str


@dataclass(frozen=True)
class Said:
    """One claim with its evidence."""

    claim: str
    subject: str
    predicate: str
    object: str
    status: str
    confidence: float
    year: int | None
    mode: str | None
    evidence: list[Place]


@dataclass(frozen=True)
class Explained:
    """What is said of the things of a name; `cut` says what is missing."""

    things: list[Named]
    statements: list[Said] = field(default_factory=list)
    cut: str = ""


def serve(folder: Path, seconds: float) -> None:
    """Answer an assistant on standard input and output until it leaves; no call may take longer than *seconds*."""
    with Worker(folder, seconds) as worker:
        build_server(worker).run("stdio")


def build_server(worker: Worker) -> MCPServer:
    """Return the server whose tools ask the graph of *worker*."""
    server = MCPServer("policykg", instructions=_INSTRUCTIONS, log_level="WARNING")
    read_only = ToolAnnotations(read_only_hint=True, idempotent_hint=True, open_world_hint=False)

    def questions() -> list[NamedQuestion]:
        """List the named questions with their parameters and columns."""
        return named_questions()

    def ask(question: str, parameters: dict[str, str] | None = None, limit: Limit = 50) -> Rows:
        """Answer a named question. A parameter left out means any; names are looked up, years have four digits."""
        return worker.do(answer, question, parameters or {}, limit)

    def search(text: str, kind: Kind | None = None, limit: Limit = 20) -> Found:
        """Find things by a name, an alias, a code or something like it; the likest come first."""
        return worker.do(find, text, kind, limit)

    def entity(name: str, limit: Limit = 30) -> Explained:
        """Show all that is said of a thing, or a single claim, with evidence; `name` is a name or an IRI."""
        return worker.do(explain, name, limit)

    def sparql(query: str, limit: Limit = 100) -> Rows:
        """Run a reading SPARQL 1.1 query (SELECT, ASK, CONSTRUCT, DESCRIBE) on the union of all documents."""
        return worker.do(select, query, limit)

    for tool in (questions, ask, search, entity, sparql):
        server.add_tool(_telling(tool), annotations=read_only)
    return server


def _telling(tool: Callable[Parameters, Result]) -> Callable[Parameters, Result]:
    """Return *tool* with our errors told to the assistant, who can then do better."""

    @wraps(tool)
    def told(*arguments: Parameters.args, **named: Parameters.kwargs) -> Result:
        try:
            return tool(*arguments, **named)
        except PolicyKGError as error:
            raise ToolError(str(error)) from None

    return told


# -- jobs of the worker ----------------------------------------------------------------------------------------------


def named_questions() -> list[NamedQuestion]:
    """Return the named questions."""
    return [
        NamedQuestion(
            question.name,
            question.english,
            question.chinese,
            {
                name: kinds if isinstance(kinds, str) else " or ".join(kinds)
                for name, kinds in question.parameters.items()
            },
            list(question.all_columns),
            dict(question.example),
        )
        for question in load_questions().values()
    ]


def answer(graph: KnowledgeGraph, question: str, settings: Mapping[str, str], limit: int) -> Rows:
    """Return the first *limit* rows of the named question's answer."""
    found = graph.ask(question, **settings)
    rows, cut = _fitting(found.rows, limit)
    told = f"the first {len(rows)} of {len(found)} rows; {_ADVICE}" if cut else ""
    return Rows(list(found.columns), rows, found.note, told)


def find(graph: KnowledgeGraph, text: str, kind: str | None, limit: int) -> Found:
    """Return the first *limit* things that are called *text* or nearly so."""
    found = search_names(graph.entities(), text, (kind,) if kind else ())
    cut = f"the first {limit} of {len(found)} things; give more of the name, or a kind" if len(found) > limit else ""
    return Found([_named(entity) for entity in found[:limit]], cut)


def explain(graph: KnowledgeGraph, name: str, limit: int) -> Explained:
    """Return the first *limit* statements about all the things called *name*, or a single claim."""
    parts = graph.explain(name, limit).parts
    things = [part for part in parts if isinstance(part, ExplainedThing)]
    statements = [part for part in parts if isinstance(part, Statement)]
    statements += [statement for thing in things for statement in thing.statements]
    kept: list[Said] = []
    used = 0
    for statement in statements[:limit]:
        said = _said(statement)
        used += sum(len(place.sentence) + len(place.quote) + 100 for place in said.evidence) + 200
        if kept and used > MOST_CHARACTERS:
            break
        kept.append(said)
    total = len(statements) + sum(thing.left_out for thing in things)
    cut = f"the first {len(kept)} of {total} statements; {_ADVICE}" if total > len(kept) else ""
    return Explained([_named(thing.entity) for thing in things], kept, cut)


def select(graph: KnowledgeGraph, query: str, limit: int) -> Rows:
    """Return the first *limit* rows of a SPARQL query; no more are looked for."""
    columns, found = graph.sparql(query, limit=limit + 1)
    rows, cut = _fitting((dict(zip(columns, row, strict=True)) for row in found), limit)
    told = f"the first {len(rows)} rows, there is more; {_ADVICE}" if cut else ""
    return Rows(list(columns), rows, "" if rows else "nothing in this graph matches the query", told)


_ADVICE = f"ask for less, or raise limit (at most {MOST_ROWS} rows and {MOST_CHARACTERS:,} characters come at once)"


def _fitting(rows: Iterable[Mapping[str, object]], limit: int) -> tuple[list[Row], bool]:
    """Return the first rows, at most *limit* and MOST_CHARACTERS of them, and whether anything was left out."""
    kept: list[Row] = []
    used, cut = 0, False
    for row in rows:
        short = {column: _cell(value) for column, value in row.items()}
        used += len(json.dumps(short, ensure_ascii=False))
        if len(kept) == limit or (kept and used > MOST_CHARACTERS):
            return kept, True
        cut = cut or any(short[column] != value for column, value in row.items() if isinstance(value, str))
        kept.append(short)
    return kept, cut


def _cell(value: object) -> Cell:
    if value is None or isinstance(value, bool | int | float):
        return value
    text = str(value)
    return text if len(text) <= MOST_IN_A_CELL else f"{text[:MOST_IN_A_CELL]}… (cut)"


def _named(entity: Entity) -> Named:
    return Named(entity.iri, entity.kind, entity.name, entity.notation, list(entity.aliases))


def _said(statement: Statement) -> Said:
    claim = statement.claim
    return Said(
        statement.id,
        statement.subject,
        claim.predicate,
        statement.target,
        claim.status,
        claim.confidence,
        claim.year,
        claim.mode,
        _places(statement),
    )


def _places(statement: Statement) -> list[Place]:
    return [
        Place(piece.evidence.document, piece.evidence.start, piece.evidence.end, piece.evidence.quote, str(piece))
        for piece in statement.quotations
    ]
