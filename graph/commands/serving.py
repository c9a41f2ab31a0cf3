"""`load`, `check-load`, and what every command needs that speaks to a Neo4j server of the user's own."""

import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import click

from graph.commands.console import FOLDER, fail_after, warn
from ontology.errors import WrongUse

if TYPE_CHECKING:
    from graph.claims import ClaimsStore
    from graph.stores.server import Server

_PASSWORD = "NEO4J_PASSWORD"  # noqa: S105 (the name of the variable)
_Command = TypeVar("_Command", bound=Callable[..., object])


def SERVER(required: bool = False) -> Callable[[_Command], _Command]:
    """Return a decorator that gives a command the options of a server, as `address`, `user` and `database`."""

    def decorate(command: _Command) -> _Command:
        database = click.option("--database", default="neo4j", show_default=True, help="The server's database.")
        user = click.option("--user", default="neo4j", show_default=True, help="The server's user.")
        address = click.option(
            "--neo4j",
            "address",
            required=required,
            metavar="URI",
            help=f"A Neo4j server, e.g. neo4j://localhost:7687; the password comes from {_PASSWORD} or a prompt.",
        )
        return address(user(database(command)))

    return decorate


def open_server(address: str, user: str, database: str) -> "Server":
    """Connect to a server, with the password of the environment, else asked for. Raises WrongUse, EngineFailed."""
    from graph.stores.server import Server

    password = os.environ.get(_PASSWORD)
    if password is None and not sys.stdin.isatty():
        raise WrongUse(
            f"no password for {address}; set {_PASSWORD}, or run the command in a terminal, which asks for it"
        )
    if password is None:
        password = str(click.prompt(f"Password of {user} at {address}", hide_input=True, err=True))
    return Server(address, user, password, database)


def state_of_load(store: "ClaimsStore", server: "Server") -> Iterator[str]:
    """Yield what is wrong when *server* does not hold just what *store* says."""
    from graph.stores.server_check import state_differs

    yield from state_differs(store, server)


@click.command()
@click.argument("folder", type=FOLDER, metavar="KG")
@SERVER(required=True)
@click.option("--prune", is_flag=True, help="Remove what documents said that are on the server and not in KG.")
@click.option("--dry-run", "dry", is_flag=True, help="Say what would be sent; write nothing.")
def load(folder: Path, address: str, user: str, database: str, prune: bool, dry: bool) -> None:
    """Load the graph KG into a Neo4j server, or bring what was loaded up to date; only what differs is sent.

    What is not ours on the server is never touched. A load that was interrupted goes on when it is run again.
    """
    from graph import open_graph
    from graph.progress import show_progress
    from graph.stores.server_load import load as load_graph

    with open_graph(folder) as graph, open_server(address, user, database) as server, show_progress() as progress:
        warn(graph.warning)
        report = load_graph(graph.claims, server, prune, dry, progress)
    click.echo(report.summary(), nl=False)
    warn(*report.warnings())


@click.command("check-load")
@click.argument("folder", type=FOLDER, metavar="KG")
@SERVER(required=True)
@click.option("--sample", type=click.IntRange(min=1), default=500, show_default=True, help="Claims to compare in full.")
def check_load(folder: Path, address: str, user: str, database: str, sample: int) -> None:
    """Compare a Neo4j server with the graph KG: counts by label and type, and a sample of claims in full.

    The exit status is 1 when something differs.
    """
    from graph import open_graph
    from graph.rendering import render_rows
    from graph.stores.server_check import compare

    with open_graph(folder) as graph, open_server(address, user, database) as server:
        warn(graph.warning)
        comparison = compare(graph.claims, server, sample)
    columns = ("what", "claims_store", "server")
    click.echo(render_rows(columns, comparison.counts, "table"), nl=False)
    click.echo(f"{comparison.compared} claims compared in full, {len(comparison.differences)} differences")
    fail_after(comparison.differences)
