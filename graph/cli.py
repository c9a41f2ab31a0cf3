"""The command line, `policykg`: every command opens, asks, shows; the work is done elsewhere.

Errors go to standard error in one line with the remedy. Exit status: 0 all well, 1 a document failed or our error,
2 wrong use.
"""

import logging
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NoReturn

import click

from graph.questions import load_questions
from graph.rendering import FORMATS as ROW_FORMATS
from ontology.errors import PolicyKGError, WrongUse

_FOLDER = click.Path(path_type=Path, file_okay=False)
_FILE = click.Path(path_type=Path)


class _Commands(click.Group):
    """The group that turns our errors into one line on standard error and an exit status."""

    def make_context(
        self, info_name: str | None, args: list[str], parent: click.Context | None = None, **extra: Any
    ) -> click.Context:
        """Read the options of the group; a wrong one is told in one line, too."""
        try:
            return super().make_context(info_name, args, parent, **extra)
        except click.UsageError as error:
            _fail_usage(error)

    def invoke(self, ctx: click.Context) -> object:
        """Run the command; errors and Ctrl-C end the program with one line and their own exit status."""
        try:
            return super().invoke(ctx)
        except click.UsageError as error:
            _fail_usage(error)
        except PolicyKGError as error:
            _fail(str(error), error.exit_status)
        except KeyboardInterrupt:
            _fail("stopped; what was there before is still there", 130)
        except BrokenPipeError:
            sys.stderr.close()
            sys.exit(0)


def _fail(message: str, status: int) -> NoReturn:
    click.echo(f"policykg: {message}", err=True)
    sys.exit(status)


def _fail_usage(error: click.UsageError) -> NoReturn:
    """Tell wrong options in one line; a command without any shows its help, as click does."""
    if isinstance(error, click.exceptions.NoArgsIsHelpError):
        raise error
    command = error.ctx.command_path if error.ctx else "policykg"
    _fail(f"{' '.join(error.format_message().split()).rstrip('.')}; see `{command} --help`", error.exit_code)


@click.group(name="policykg", cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="policykg")
def main() -> None:
    """Read Chinese policy documents into a graph whose every answer shows the words it rests on."""
    logging.getLogger("neo4j").addHandler(logging.NullHandler())  # what goes wrong there, our errors say


@main.command()
@click.argument("paths", nargs=-1, required=True, type=_FILE, metavar="PATH...")
@click.option("--out", "folder", required=True, type=_FOLDER, help="The graph's folder; made where missing.")
@click.option(
    "--jobs", type=click.IntRange(min=1), help="Processes that read documents.  [default: the machine's cores]"
)
def build(paths: tuple[Path, ...], folder: Path, jobs: int | None) -> None:
    """Read files and folders into a graph.

    Documents already read by the same rules are skipped; a changed document replaces its claims. A document that
    cannot be read is reported and the rest is built; the exit status is then 1.
    """
    from graph.build import build as build_graph
    from graph.progress import show_progress

    with show_progress() as progress:
        report = build_graph(paths, folder, jobs=jobs, progress=progress)
    click.echo(report.summary(), nl=False)
    for failure in report.failures:
        click.echo(f"policykg: {failure}", err=True)
    if report.failures:
        sys.exit(1)


@main.command()
@click.argument("folder", type=_FOLDER, metavar="KG")
@click.argument("name", metavar="NAME", required=False)
@click.option("--set", "settings", multiple=True, metavar="KEY=VALUE", help="A parameter; left out it means any.")
@click.option("--engine", type=click.Choice(["sparql", "cypher"]), default="sparql", show_default=True)
@click.option("--format", "output", type=click.Choice(ROW_FORMATS), default="table", show_default=True)
def ask(folder: Path, name: str | None, settings: tuple[str, ...], engine: str, output: str) -> None:
    """Answer a named question; without NAME list the questions."""
    from graph import open_graph
    from graph.ask import answer_question
    from graph.rendering import render

    if name is None:
        click.echo(_question_list(), nl=False)
        return
    with open_graph(folder) as graph:
        _warn(graph.warning)
        answer = answer_question(graph, name, _settings(settings), engine)
    click.echo(render(answer, output), nl=False)
    if not answer.rows and output != "table":
        click.echo(f"policykg: no rows: {answer.note}", err=True)


@main.command()
@click.argument("folder", type=_FOLDER, metavar="KG")
@click.argument("query", metavar="QUERY|FILE")
@click.option("--format", "output", type=click.Choice([*ROW_FORMATS, "turtle"]), default="table", show_default=True)
def sparql(folder: Path, query: str, output: str) -> None:
    """Run any SPARQL 1.1 query; the default graph is the union of all documents, the usual prefixes are declared."""
    from graph import open_graph
    from graph.rendering import render_rows

    with open_graph(folder) as graph:
        _warn(graph.warning)
        text = _query_text(query)
        if output == "turtle":
            click.echo(graph.turtle(text), nl=False)
        else:
            click.echo(render_rows(*graph.sparql(text), output), nl=False)


@main.command()
@click.argument("folder", type=_FOLDER, metavar="KG")
@click.argument("query", metavar="QUERY|FILE")
@click.option("--format", "output", type=click.Choice(ROW_FORMATS), default="table", show_default=True)
def cypher(folder: Path, query: str, output: str) -> None:
    """Run any reading Cypher query on the embedded engine."""
    from graph import open_graph
    from graph.rendering import render_rows

    with open_graph(folder) as graph:
        _warn(graph.warning)
        click.echo(render_rows(*graph.cypher(_query_text(query)), output), nl=False)


@main.command()
@click.argument("files", nargs=-1, required=True, type=_FILE, metavar="FILE...")
@click.option("--format", "output", type=click.Choice(["jsonl", "markup", "html"]), default="jsonl", show_default=True)
def extract(files: tuple[Path, ...], output: str) -> None:
    """Print the mentions of files alone: doc, start, end, type, text, rule; offsets are code points of the raw file."""
    from extractors.formats import FORMATS
    from extractors.reading import read_mentions_of

    failed = False
    for path in files:
        try:
            raw, mentions = read_mentions_of(path)
        except PolicyKGError as error:
            failed = True
            click.echo(f"policykg: {error}", err=True)
            continue
        for line in FORMATS[output](raw, mentions):
            click.echo(line)
    if failed:
        sys.exit(1)


@main.command()
@click.argument("folder", type=_FOLDER, metavar="KG")
@click.argument("thing", metavar="ID")
def explain(folder: Path, thing: str) -> None:
    """Show an entity or claim with every piece of evidence, each quote in its sentence; ID is an IRI or a name."""
    from graph import open_graph
    from graph.explain import explain as explain_thing

    with open_graph(folder) as graph:
        _warn(graph.warning)
        for line in explain_thing(graph, thing):
            click.echo(line)


@main.command()
@click.argument("folder", type=_FOLDER, metavar="KG")
@click.argument("document", metavar="DOCUMENT")
def remove(folder: Path, document: str) -> None:
    """Take a document and exactly what it said out of the graph; DOCUMENT is its file's stem."""
    from graph.build import remove as remove_document

    remove_document(folder, document)
    click.echo(f"removed {document}")


@main.command()
@click.argument("folder", type=_FOLDER, metavar="KG")
@click.option("--format", "output", type=click.Choice(ROW_FORMATS), default="table", show_default=True)
def documents(folder: Path, output: str) -> None:
    """List the documents of a graph with what they say about themselves."""
    from graph import open_graph
    from graph.rendering import render_rows

    with open_graph(folder) as graph:
        _warn(graph.warning)
        click.echo(render_rows(*graph.documents(), output), nl=False)


@main.command()
@click.argument("folder", type=_FOLDER, metavar="KG")
@click.option(
    "--format",
    "output",
    required=True,
    type=click.Choice(["turtle", "nquads", "jsonld", "graphml", "csv"]),
    help="csv writes a folder of node and relationship files.",
)
@click.option("--out", "target", required=True, type=_FILE, help="The file (or folder) to write.")
def export(folder: Path, output: str, target: Path) -> None:
    """Write the whole graph to a file."""
    from graph import open_graph

    with open_graph(folder) as graph:
        _warn(graph.warning)
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


def _warn(message: str) -> None:
    if message:
        click.echo(f"policykg: {message}", err=True)
