"""`ask`, `sparql`, `cypher`, `explain`, `documents`, `export`: what a graph says, in every way to ask."""

from collections.abc import Iterable
from pathlib import Path

import click

from graph.commands.console import FILE, FOLDER, warn
from graph.commands.serving import SERVER, open_server, state_of_load
from graph.questions import load_questions
from graph.rendering import FORMATS as ROW_FORMATS
from ontology.errors import WrongUse


@click.command()
@click.argument("folder", type=FOLDER, metavar="KG")
@click.argument("name", metavar="NAME", required=False)
@click.option("--set", "settings", multiple=True, metavar="KEY=VALUE", help="A parameter; left out it means any.")
@click.option("--engine", type=click.Choice(["sparql", "cypher"]), default="sparql", show_default=True)
@click.option("--format", "output", type=click.Choice(ROW_FORMATS), default="table", show_default=True)
@SERVER()
def ask(
    folder: Path,
    name: str | None,
    settings: tuple[str, ...],
    engine: str,
    output: str,
    address: str | None,
    user: str,
    database: str,
) -> None:
    """Answer a named question; without NAME list the questions.

    With --neo4j, which goes with --engine cypher, a server that `policykg load` loaded answers.
    """
    from graph import open_graph
    from graph.ask import answer_question
    from graph.opened import Served
    from graph.rendering import render

    if name is None:
        click.echo(_question_list(), nl=False)
        return
    with open_graph(folder) as graph:
        warn(graph.warning)
        if address is None:
            answer = answer_question(graph, name, _settings(settings), engine)
        elif engine != "cypher":
            raise WrongUse("--neo4j answers Cypher; add --engine cypher")
        else:
            with open_server(address, user, database) as server:
                warn(*state_of_load(graph.claims, server))
                answer = answer_question(Served(graph, server), name, _settings(settings), engine)
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
@click.option("--format", "output", type=click.Choice(ROW_FORMATS), default="table", show_default=True)
@SERVER()
@click.option("--write", is_flag=True, help="Let the query change a server's graph or read a file (LOAD CSV).")
def cypher(words: tuple[str, ...], output: str, address: str | None, user: str, database: str, write: bool) -> None:
    """Run any reading Cypher query on the embedded engine of KG, or with --neo4j on a server (then KG is left out)."""
    from graph import open_graph
    from graph.rendering import render_rows

    if len(words) != (2 if address is None else 1):
        raise WrongUse("give KG and a query, or --neo4j URI and a query; see `policykg cypher --help`")
    text = _query_text(words[-1])
    if address is not None:
        with open_server(address, user, database) as server:
            click.echo(render_rows(*server.run(text, write=write), output), nl=False)
        return
    if write:
        raise WrongUse("--write goes with --neo4j; the embedded graph is read-only: change the documents, build again")
    with open_graph(Path(words[0])) as graph:
        warn(graph.warning)
        click.echo(render_rows(*graph.cypher(text), output), nl=False)


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
    type=click.Choice(["turtle", "nquads", "jsonld", "graphml", "csv"]),
    help="csv writes a folder of node and relationship files.",
)
@click.option("--out", "target", required=True, type=FILE, help="The file (or folder) to write.")
def export(folder: Path, output: str, target: Path) -> None:
    """Write the whole graph to a file."""
    from graph import open_graph

    with open_graph(folder) as graph:
        warn(graph.warning)
        graph.export(output, target)
    click.echo(f"wrote {target}")


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
