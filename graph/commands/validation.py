"""`validate`: what is wrong with a graph, and which of the documents' own sums do not add up."""

import json
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from graph.commands.console import FOLDER, warn
from graph.rendering import render_rows

if TYPE_CHECKING:
    from graph.validation import Finding


@click.command()
@click.argument("folder", type=FOLDER, metavar="KG")
@click.option("--format", "output", type=click.Choice(["table", "json"]), default="table", show_default=True)
@click.option("--all", "infos", is_flag=True, help="Show what texts leave open, too, such as values without a year.")
def validate(folder: Path, output: str, infos: bool) -> None:
    """Check the graph KG: what we must keep to (violations), and what is worth a look (warnings).

    Warnings are sums that a document states and that do not add up. Exit status 1 when there are violations, 0 when
    there are warnings only.
    """
    from graph.projections import GraphFolder
    from graph.stores.quads import QuadStore
    from graph.validation import INFO, VIOLATION
    from graph.validation import validate as check

    place = GraphFolder.reading(folder)
    try:
        warn(place.warning)
        with place.open_claims() as store, QuadStore.open(place.rdf_path) as quads:
            found = [finding for finding in check(quads, store) if infos or finding.severity != INFO]
    finally:
        place.close()
    click.echo(_as_json(found) if output == "json" else _as_table(found), nl=False)
    if any(finding.severity == VIOLATION for finding in found):
        sys.exit(1)


def _as_json(found: "Sequence[Finding]") -> str:
    return json.dumps([asdict(finding) for finding in found], ensure_ascii=False, indent=2) + "\n"


def _as_table(found: "Sequence[Finding]") -> str:
    if not found:
        return "nothing to report: the graph keeps to its shapes, and every sum that its documents state adds up\n"
    columns = ("severity", "what", "thing", "where", "words")
    rows = [
        (
            finding.severity,
            f"{finding.chinese} {finding.english}",
            finding.name or finding.thing,
            finding.evidence[0].document if finding.evidence else "",
            " … ".join("".join(piece.quote.split()) for piece in finding.evidence),
        )
        for finding in found
    ]
    counts = [f"{sum(row[0] == name for row in rows)} {name}s" for name in ("violation", "warning")]
    return render_rows(columns, rows, "table") + f"{', '.join(counts)}\n"
