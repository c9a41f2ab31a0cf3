"""The command line, `policykg`: every command opens, asks, shows; the work is done elsewhere.

The commands lie in `graph.commands`, one module a topic. Errors go to standard error in one line with the remedy. Exit
status: 0 all well, 1 a document failed or our error, 2 wrong use.
"""

import logging

import click

from graph.commands.asking import ask, cypher, documents, explain, export, sparql
from graph.commands.assisting import mcp
from graph.commands.building import build, remove
from graph.commands.console import Commands
from graph.commands.evaluation import annotate, evaluate
from graph.commands.extraction import extract
from graph.commands.reviewing import review
from graph.commands.servers import check_load, load
from graph.commands.serving import serve
from graph.commands.validation import validate


@click.group(name="policykg", cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="policykg")
def main() -> None:
    """Read Chinese policy documents into a graph whose every answer shows the words it rests on."""
    logging.getLogger("neo4j").addHandler(logging.NullHandler())  # what goes wrong there, our errors say


_COMMANDS = (
    build, ask, sparql, cypher, extract, explain, remove, documents, export, evaluate, annotate, review, validate,
    mcp, serve, load, check_load,
)  # fmt: skip

for _command in _COMMANDS:
    main.add_command(_command)
