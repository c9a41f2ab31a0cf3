"""`mcp`: the graph for assistants."""

from importlib.util import find_spec
from pathlib import Path

import click

from graph.commands.console import FOLDER, warn
from ontology.errors import WrongUse


@click.command()
@click.argument("folder", type=FOLDER, metavar="KG")
@click.option(
    "--seconds",
    type=click.FloatRange(min=0.1),
    default=30.0,
    show_default=True,
    help="How long one call may take; then it is stopped, and the assistant is told.",
)
def mcp(folder: Path, seconds: float) -> None:
    """Serve the graph to assistants by the Model Context Protocol on standard input and output, reading only."""
    if find_spec("mcp") is None:
        raise WrongUse("`policykg mcp` needs the official SDK; install it with `pip install 'policykg[mcp]'`")
    from graph import open_graph
    from graph.assistants import serve

    with open_graph(folder) as graph:  # tell now what would else be told to the assistant
        warn(graph.warning)
    serve(folder, seconds)
