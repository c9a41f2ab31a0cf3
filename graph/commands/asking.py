"""`ask`, `sparql`, `cypher`, `explain`, `documents`, `export`: what a graph says, in every way to ask."""

from collections.abc import Iterable
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import click

from graph.commands.console import FILE, FOLDER, warn
from graph.commands.servers import connected, server_options
from graph.questions import load_questions
from graph.rendering import FORMATS as ROW_FORMATS
from ontology.errors import WrongUse

if TYPE_CHECKING:
    from graph.ask import Graph
    from graph.opened import KnowledgeGraph, Table
    from graph.served import ServedGraph
    from graph.stores.bolt import Engine


@click.command()
@click.argument("folder", type=FOLDER, metavar="KG")
@click.argument("name", metavar="NAME", required=False)
@click.option("--set", "settings", multiple=True, metavar="KEY=VALUE", help="A parameter; left out it means any.")
@click.option(
    "--engine", type=click.Choice(["sparql", "cypher"]), help="[default: sparql; cypher where --neo4j is given]"
)
@server_options(required=False)
@click.option("--format", "output", type=click.Choice(ROW_FORMATS), default="table", show_default=True)
def ask(
    folder: Path,
    name: str | None,
    settings: tuple[str, ...],
    engine: str | None,
    address: str | None,
    user: str,
    database: str,
    output: str,
) -> None:
    """Answer a named question; without NAME list the questions.

    With --neo4j the server answers, which `policykg load` has filled.
    """
    from graph import open_graph
    from graph.ask import answer_question
    from graph.rendering import render

    if name is None:
        click.echo(_question_list(), nl=False)
        return
    if address and engine == "sparql":
        raise WrongUse("a Neo4j server answers Cypher only; leave --engine out, or --neo4j")
    with ExitStack() as stack:
        graph = stack.enter_context(open_graph(folder))
        warn(graph.warning)
        asked: Graph = graph
        if address:
            asked = _served(graph, stack.enter_context(connected(address, user, database)))
        answer = answer_question(asked, name, _settings(settings), engine or ("cypher" if address else "sparql"))
    click.echo(render(answer, output), nl=False)
    if not answer.rows and output != "table":
        warn(f"no rows: {answer.note}")


@click.command()
@click.argument("folder", type=FOLDER, metavar="KG")
@click.argument("query", metavar="QUERY|FILE")
@click.option("--format", "output", type=click.Choice([*ROW_FORMATS, "turtle"]), default="table", show_default=True)
def sparql(folder: Path, query: str, output: str) -> None:
    """Run any SPARQL 1.1 query; the default graph is the union of all documents, the usual prefixes are declared."""
    from graph import open_graph
    from graph.rendering import render_rows

    with open_graph(folder) as graph:
        warn(graph.warning)
        text = _query_text(query)
        if output == "turtle":
            click.echo(graph.turtle(text), nl=False)
        else:
            click.echo(render_rows(*graph.sparql(text), output), nl=False)


@click.command()
@click.argument("words", nargs=-1, required=True, metavar="[KG] QUERY|FILE")
@server_options(required=False)
@click.option("--write", is_flag=True, help="Let the query change what the server holds, or load files there.")
@click.option(
    "--timeout", type=click.FloatRange(min=0.001), default=300, show_default=True, help="Seconds, on a server."
)
@click.option("--format", "output", type=click.Choice(ROW_FORMATS), default="table", show_default=True)
def cypher(
    words: tuple[str, ...], address: str | None, user: str, database: str, write: bool, timeout: float, output: str
) -> None:
    """Run any reading Cypher query on the embedded engine of KG, or with --neo4j on a server.

    With --neo4j no KG is needed. A query that writes or reads files is refused, on a server unless --write is given.
    """
    from graph import open_graph
    from graph.rendering import render_rows

    query = _query_text(words[-1])
    if len(words) != (1 if address else 2):
        raise WrongUse(
            "with --neo4j give just the query or its file"
            if address
            else "give a graph's folder and a query or its file"
        )
    if address:
        with connected(address, user, database) as engine:
            found: Table = engine.run(query, write=write, seconds=timeout)
    elif write:
        raise WrongUse("--write needs --neo4j; the embedded graph follows the documents, change them and build again")
    else:
        with open_graph(Path(words[0])) as graph:
            warn(graph.warning)
            found = graph.cypher(query)
    click.echo(render_rows(*found, output), nl=False)


@click.command()
@click.argument("folder", type=FOLDER, metavar="KG")
@click.argument("thing", metavar="ID")
def explain(folder: Path, thing: str) -> None:
    """Show an entity or claim with every piece of evidence, each quote in its sentence; ID is an IRI or a name."""
    from graph import open_graph

    with open_graph(folder) as graph:
        warn(graph.warning)
        for line in graph.explain(thing).lines():
            click.echo(line)


@click.command()
@click.argument("folder", type=FOLDER, metavar="KG")
@click.option("--format", "output", type=click.Choice(ROW_FORMATS), default="table", show_default=True)
def documents(folder: Path, output: str) -> None:
    """List the documents of a graph with what they say about themselves."""
    from graph import open_graph
    from graph.rendering import render_rows

    with open_graph(folder) as graph:
        warn(graph.warning)
        click.echo(render_rows(*graph.documents(), output), nl=False)


@click.command()
@click.argument("folder", type=FOLDER, metavar="KG")
@click.option(
    "--format",
    "output",
    required=True,
    type=click.Choice(["turtle", "nquads", "jsonld", "graphml", "csv", "neo4j-admin", "grass", "cypher"]),
    help="csv, neo4j-admin and cypher write a folder: tables, an import, the questions for Neo4j Browser.",
)
@click.option("--out", "target", required=True, type=FILE, help="The file (or folder) to write.")
def export(folder: Path, output: str, target: Path) -> None:
    """Write the whole graph to a file."""
    from graph import open_graph

    with open_graph(folder) as graph:
        warn(graph.warning)
        graph.export(output, target)
    click.echo(f"wrote {target}")
    if output == "neo4j-admin":
        click.echo(f"stop the server, then: {target / 'import.sh'} [DATABASE]")


def _served(graph: "KnowledgeGraph", engine: "Engine") -> "ServedGraph":
    """Return *graph* asked on the server of *engine*, with a warning where that holds something else."""
    from graph.served import ServedGraph
    from graph.stores.server_check import state_problem

    warn(state_problem(engine, graph.claims))
    return ServedGraph(graph, engine)


def _settings(pairs: Iterable[str]) -> dict[str, str]:
    settings = {}
    for pair in pairs:
        key, equals, value = pair.partition("=")
        if not equals or not key or not value.strip():
            raise WrongUse(f"--set {pair!r} is no KEY=VALUE pair; write for example --set year=2025")
        if key.strip() in settings:
            raise WrongUse(f"--set {key.strip()} is given twice; ask once for each value")
        settings[key.strip()] = value.strip()
    return settings


def _query_text(query: str) -> str:
    """Return what stands in the file that *query* names, else the query itself."""
    path = Path(query)
    try:
        is_file = path.is_file()
    except (OSError, ValueError):  # longer than any file name
        is_file = False
    if not is_file and ("\n" in query or "{" in query or " " in query.strip()):
        return query
    if not is_file:
        raise WrongUse(
            f"{query}: neither a query nor a file; quote the query, or give the path of a file that holds one"
        )
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise WrongUse(f"{query}: cannot be read as UTF-8 text ({error})") from error


def _question_list() -> str:
    lines = []
    for question in load_questions().values():
        lines.append(f"{question.name:<22}{question.english}  {question.chinese}")
        lines.append(f"{'':<22}--set {', '.join(question.parameters)}")
    return "\n".join(lines) + "\n"
