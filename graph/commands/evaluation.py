"""`evaluate` and `annotate`: how well the pipeline reads, and the gold to tell it by."""

import os
from collections.abc import Iterable
from pathlib import Path

import click

from graph.commands.console import FILE, FOLDER, MODEL, fail_after
from ontology.errors import PolicyKGError, WrongUse
from ontology.terms import MentionType

_CORPUS = click.option(
    "--corpus",
    type=FOLDER,
    help="The folder of the documents.  [default: $POLICYKG_CORPUS, else ../corpus beside the gold]",
)


@click.command()
@click.argument("gold", type=FILE, metavar="GOLD")
@_CORPUS
@click.option("--types", metavar="TYPE,...", help="Score these types only.", default="")
@MODEL
@click.option("--errors", type=click.IntRange(min=0), default=0, show_default=True, help="Examples of each cause.")
@click.option("--format", "output", type=click.Choice(["table", "json", "html"]), default="table", show_default=True)
@click.option("--out", "target", type=FILE, help="The file to write.  [default: standard output]")
def evaluate(
    gold: Path, corpus: Path | None, types: str, model: str, errors: int, output: str, target: Path | None
) -> None:
    """Read the documents of GOLD and score the mentions found: exact and relaxed F1, errors by cause.

    GOLD is JSON lines (doc, start, end, type, text; lines of type WINDOW give the annotated ranges), a file of inline
    markup ⟦TYPE|words⟧, or a folder of either. As html it is a page to read the errors in. A GOLD of links between
    tasks (CSV: area, from_year, to_year, earlier_task, task, kind) scores how tasks are traced from year to year.
    """
    from graph.commands.link_evaluation import evaluate_links
    from graph.lineage.evaluation import is_links

    if is_links(gold):
        _write([evaluate_links(gold, _corpus(corpus, gold), model, errors, output)], target)
        return
    from extractors.evaluation.gold import read_gold
    from extractors.evaluation.judging import judge
    from extractors.evaluation.page import to_page
    from extractors.evaluation.report import Report, to_json, to_table

    wanted = _types(types)
    documents, problems = read_gold(gold)
    fail_after(problems)
    results = list(judge(documents, _corpus(corpus, gold), model, wanted))
    fail_after(result for result in results if isinstance(result, str))
    report = Report([result for result in results if not isinstance(result, str)])
    if output == "html":
        _write(to_page(report, f"policykg evaluate {gold.name}"), target)
    else:
        _write([to_table(report, errors) if output == "table" else to_json(report, errors)], target)


@click.group()
def annotate() -> None:
    """Turn documents into files to mark by hand, and marked files into gold.

    A marked file is the document itself with ⟦TYPE|words⟧ around each mention: correct the marks in any editor.
    """


@annotate.command()
@click.argument("files", nargs=-1, required=True, type=FILE, metavar="FILE...")
@click.option("--out", "folder", required=True, type=FOLDER, help="The folder for the marked files.")
@MODEL
def draft(files: tuple[Path, ...], folder: Path, model: str) -> None:
    """Write each FILE with the mentions found in it marked, as a draft to correct."""
    from extractors.evaluation.drafts import draft_of, write_marked

    problems = []
    for path in files:
        try:
            click.echo(f"wrote {write_marked(path.stem, draft_of(path, model), folder)}")
        except PolicyKGError as error:
            problems.append(str(error))
    fail_after(problems)


@annotate.command("to-gold")
@click.argument("marked", nargs=-1, required=True, type=FILE, metavar="MARKED...")
@_CORPUS
@click.option("--out", "target", type=FILE, help="The file of JSON lines to write.  [default: standard output]")
def to_gold(marked: tuple[Path, ...], corpus: Path | None, target: Path | None) -> None:
    """Turn marked files, or folders of them, into gold as JSON lines.

    Every file is compared with its document: only marks may have changed. Without ⟦WINDOW⟧ … ⟦/WINDOW⟧ the whole
    document counts as read.
    """
    from extractors.evaluation.drafts import gold_of
    from extractors.evaluation.gold import to_lines

    documents, problems = gold_of(marked, _corpus(corpus, marked[0]))
    fail_after(problems)
    _write((f"{line}\n" for line in to_lines(documents)), target)


@annotate.command("from-gold")
@click.argument("gold", type=FILE, metavar="GOLD")
@_CORPUS
@click.option("--out", "folder", required=True, type=FOLDER, help="The folder for the marked files.")
def from_gold(gold: Path, corpus: Path | None, folder: Path) -> None:
    """Write the documents of GOLD as marked files, the ranges that were read between ⟦WINDOW⟧ and ⟦/WINDOW⟧."""
    from extractors.evaluation.drafts import marked_of, write_marked
    from extractors.evaluation.gold import read_gold

    documents, problems = read_gold(gold)
    fail_after(problems)
    for document in documents:
        try:
            click.echo(f"wrote {write_marked(document.name, marked_of(document, _corpus(corpus, gold)), folder)}")
        except PolicyKGError as error:
            problems.append(str(error))
    fail_after(problems)


def _types(names: str) -> frozenset[str]:
    """Return the types in a list with commas; raises WrongUse for one that does not exist."""
    wanted = frozenset(name.strip().upper() for name in names.split(",") if name.strip())
    unknown = wanted - frozenset(map(str, MentionType))
    if unknown:
        raise WrongUse(f"--types: there is no type {min(unknown)}; the types are {', '.join(sorted(MentionType))}")
    return wanted


def _corpus(named: Path | None, gold: Path) -> Path | None:
    """Return the folder of the documents: the one *named*, $POLICYKG_CORPUS, or ../corpus beside *gold*; None for none.

    Raises WrongUse where a named folder does not exist.
    """
    told = named or (Path(os.environ["POLICYKG_CORPUS"]) if os.environ.get("POLICYKG_CORPUS") else None)
    if told and not told.is_dir():
        raise WrongUse(f"{told}: there is no such folder; name the folder of the documents with --corpus")
    place = gold.resolve()
    beside = (place if place.is_dir() else place.parent).parent / "corpus"
    return told or (beside if beside.is_dir() else None)


def _write(pieces: Iterable[str], target: Path | None) -> None:
    """Write *pieces* to the file *target*, or to standard output."""
    if target is None:
        for piece in pieces:
            click.echo(piece, nl=False)
        return
    try:
        target.write_text("".join(pieces), encoding="utf-8", newline="")
    except OSError as error:
        raise WrongUse(f"{target}: cannot be written ({error.strerror}); take another --out") from error
    click.echo(f"wrote {target}")
