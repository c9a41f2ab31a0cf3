"""`serve`: the SPARQL endpoint and the pages."""

import os
import secrets
from pathlib import Path

import click

from graph.commands.console import FOLDER, warn
from ontology.errors import WrongUse


@click.command()
@click.argument("folder", type=FOLDER, metavar="KG")
@click.option(
    "--host", default="127.0.0.1", show_default=True, help="The address to listen on; 0.0.0.0 is all of them."
)
@click.option("--port", type=click.IntRange(0, 65535), default=8000, show_default=True, help="0 takes a free one.")
@click.option(
    "--seconds",
    type=click.FloatRange(min=0.1),
    default=30.0,
    show_default=True,
    help="How long one query may take; then it is stopped, and the client is told.",
)
@click.option(
    "--rows", type=click.IntRange(min=1), default=100_000, show_default=True, help="How many rows a result may have."
)
@click.option("--workers", type=click.IntRange(1, 64), default=2, show_default=True, help="Processes that answer.")
@click.option("--cors", "origins", multiple=True, metavar="ORIGIN", help="Let pages of this origin ask ('*': of any).")
@click.option("--writable", is_flag=True, help="Serve a copy, kept in KG/writable, that takes SPARQL updates.")
@click.option(
    "--token",
    envvar="POLICYKG_TOKEN",
    default="",
    help="What an update must bring (Authorization: Bearer TOKEN); else one is made up. Also $POLICYKG_TOKEN.",
)
def serve(
    folder: Path,
    host: str,
    port: int,
    seconds: float,
    rows: int,
    workers: int,
    origins: tuple[str, ...],
    writable: bool,
    token: str,
) -> None:
    """Serve the graph: a SPARQL endpoint at /sparql, and pages to look at; Ctrl-C ends it."""
    from graph.service.allocator import begin_anew

    begin_anew("serve")

    from graph.projections import GraphFolder
    from graph.service.endpoint import Limits
    from graph.service.supervisor import Settings
    from graph.service.supervisor import serve as serve_until_stopped

    if token and not writable:
        raise WrongUse("--token is for updates; give --writable with it")
    place = GraphFolder.reading(folder)
    warn(place.warning)
    place.close()
    if writable and not token:
        token = secrets.token_urlsafe(18)
        click.echo(f"token for updates: {token}")
    limits = Limits(seconds, rows, token)
    settings = Settings(folder, host, port, limits, writable, origins, min(workers, 4 * (os.cpu_count() or 1)))
    serve_until_stopped(
        settings, lambda address: click.echo(f"{folder} is served at {address} (SPARQL: {address}sparql)")
    )
