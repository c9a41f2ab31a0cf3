"""`load` and `check-load`: the graph on a Neo4j server."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from graph.commands.console import FOLDER, fail_after, warn

if TYPE_CHECKING:
    from graph.stores.bolt import Engine

_Command = TypeVar("_Command", bound=Any)


def server_options(required: bool) -> Callable[[_Command], _Command]:
    """Return a decorator that adds --neo4j, --user and --database; `connected` takes their values."""

    def decorate(command: _Command) -> _Command:
        address = "The server: neo4j://HOST:7687, bolt, +s or +ssc. Its password: NEO4J_PASSWORD, else a prompt."
        options = (
            click.option("--neo4j", "address", required=required, metavar="URI", help=address),
            click.option("--user", default="neo4j", show_default=True, help="The server's user."),
            click.option("--database", default="neo4j", show_default=True, help="The server's database."),
        )
        for option in reversed(options):
            command = option(command)
        return command

    return decorate


@contextmanager
def connected(address: str, user: str, database: str) -> Iterator["Engine"]:
    """Yield a connection to the server at *address*; its password is asked for where NEO4J_PASSWORD is not set."""
    from graph.stores.server import open_server, read_password, read_place

    place = read_place(address, user, database)

    def ask(words: str) -> str:
        return str(click.prompt(words, hide_input=True, err=True))

    with open_server(place, read_password(ask, place)) as engine:
        yield engine


@click.command()
@click.argument("folder", type=FOLDER, metavar="KG")
@server_options(required=True)
@click.option("--prune", is_flag=True, help="Take documents away, too, that another graph brought there.")
@click.option("--dry-run", "dry", is_flag=True, help="Say what would be sent; write nothing.")
@click.option("--anew", is_flag=True, help="Write all that is ours again, whatever the server says that it has.")
def load(folder: Path, address: str, user: str, database: str, prune: bool, dry: bool, anew: bool) -> None:
    """Load the graph into Neo4j, or bring what is there in step with it.

    Only what changed is sent. Nodes, relationships and properties of other people are never touched. A load that was
    interrupted is taken up by the next.
    """
    from graph import open_graph
    from graph.progress import show_progress
    from graph.stores.server_load import ServerLoad

    with open_graph(folder) as graph, connected(address, user, database) as engine:
        warn(graph.warning)
        with show_progress() as progress:
            report = ServerLoad(engine, graph.claims, dry, anew, progress).run(prune)
    click.echo(report.summary(dry), nl=False)


@click.command("check-load")
@click.argument("folder", type=FOLDER, metavar="KG")
@server_options(required=True)
@click.option("--sample", default=1000, show_default=True, type=click.IntRange(min=0), help="Claims compared; 0: all.")
def check_load(folder: Path, address: str, user: str, database: str, sample: int) -> None:
    """Compare what Neo4j holds with the graph: counts by label and type, and every property of a sample of claims.

    The exit status is 1 where something differs.
    """
    from graph import open_graph
    from graph.rendering import render_rows
    from graph.stores.server_check import check

    with open_graph(folder) as graph, connected(address, user, database) as engine:
        found = check(engine, graph.claims, sample)
    click.echo(render_rows(*found.table(), "table"), nl=False)
    click.echo(found.summary(), nl=False)
    fail_after(found.problems)
