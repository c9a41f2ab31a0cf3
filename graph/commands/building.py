"""`build` and `remove`: documents go into a graph and out of it."""

from pathlib import Path

import click

from graph.commands.console import FILE, FOLDER, MODEL, fail_after, warn


@click.command()
@click.argument("paths", nargs=-1, required=True, type=FILE, metavar="PATH...")
@click.option("--out", "folder", required=True, type=FOLDER, help="The graph's folder; made where missing.")
@click.option(
    "--jobs", type=click.IntRange(min=1), help="Processes that read documents.  [default: the machine's cores]"
)
@MODEL
@click.option("--review", type=FILE, help="A review file with decisions; kept in KG and replayed in every later build.")
def build(paths: tuple[Path, ...], folder: Path, jobs: int | None, model: str, review: Path | None) -> None:
    """Read files and folders into a graph.

    Documents already read by the same rules and model are skipped; a changed document replaces its claims. A document
    that cannot be read is reported and the rest is built; the exit status is then 1.
    """
    from graph.build import build as build_graph
    from graph.progress import show_progress

    with show_progress() as progress:
        report = build_graph(paths, folder, jobs=jobs, progress=progress, review=review, model=model)
    click.echo(report.summary(), nl=False)
    warn(*report.stale)
    fail_after(report.failures)


@click.command()
@click.argument("folder", type=FOLDER, metavar="KG")
@click.argument("document", metavar="DOCUMENT")
def remove(folder: Path, document: str) -> None:
    """Take a document and exactly what it said out of the graph; DOCUMENT is its file's stem."""
    from graph.build import remove as remove_document

    remove_document(folder, document)
    click.echo(f"removed {document}")
