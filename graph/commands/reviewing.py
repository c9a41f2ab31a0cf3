"""`review`: what is open goes out as a table, what people decided comes back."""

from collections import Counter
from pathlib import Path

import click

from graph.commands.console import FILE, FOLDER, fail_after, warn
from ontology.errors import WrongUse


@click.command()
@click.argument("folder", type=FOLDER, metavar="KG")
@click.option(
    "--out", "target", type=FILE, help="The CSV file to write, for Excel or LibreOffice.  [default: review.csv]"
)
@click.option("--below", type=float, default=0.8, show_default=True, help="Show inferences less sure than this.")
@click.option("--apply", "filled", type=FILE, help="Take the decisions in this file over, now and for later builds.")
def review(folder: Path, target: Path | None, below: float, filled: Path | None) -> None:
    """Write what a person should decide: open links, uncertain inferences, persons who may be two.

    Fill in the column decision and give the file back with --apply, or to `policykg build --review`.
    """
    if filled is not None and target is not None:
        raise WrongUse("--out and --apply do not go together; apply the file first, then write what is left")
    if filled is not None:
        _apply(folder, filled)
        return
    from graph.decisions import write_rows
    from graph.projections import GraphFolder
    from graph.review import review as review_graph

    place = GraphFolder.reading(folder)
    try:
        warn(place.warning)
        with place.open_claims() as store:
            rows = review_graph(store, folder, below)
    finally:
        place.close()
    path = target or Path("review.csv")
    write_rows(path, rows)
    states = Counter(row.state for row in rows)
    click.echo(f"wrote {path}: {states['open']} open, {states['decided']} decided, {states['stale']} stale")


def _apply(folder: Path, filled: Path) -> None:
    from graph.build import apply_decisions

    report = apply_decisions(folder, filled)
    click.echo(f"{report.decided} decisions, {len(report.stale)} stale")
    warn(*report.stale)
    fail_after(report.failures)
