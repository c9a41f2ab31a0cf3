"""`extract`: the mentions of files alone, without a graph."""

from pathlib import Path

import click

from graph.commands.console import FILE, MODEL, fail_after
from ontology.errors import PolicyKGError


@click.command()
@click.argument("files", nargs=-1, required=True, type=FILE, metavar="FILE...")
@click.option("--format", "output", type=click.Choice(["jsonl", "markup", "html"]), default="jsonl", show_default=True)
@MODEL
def extract(files: tuple[Path, ...], output: str, model: str) -> None:
    """Print the mentions of files alone: doc, start, end, type, text, rule, link; offsets are code points of the file.

    A link is the IRI of the thing, null where it stays open; candidates are then the things that it may be.
    """
    from extractors.formats import FORMATS
    from extractors.reading import read_scene_of

    failures = []
    for path in files:
        try:
            scene = read_scene_of(path, model)
        except PolicyKGError as error:
            failures.append(str(error))
            continue
        for line in FORMATS[output](scene):
            click.echo(line)
    fail_after(failures)
