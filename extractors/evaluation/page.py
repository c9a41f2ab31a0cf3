"""The errors in their text: one HTML page that needs nothing beside itself.

A gold mention is underlined, a found one has a coloured ground, so a right one has both. Errors carry a mark of their
cause; the boxes at the top leave causes and types in or out, `n` and `p` step from error to error, and every error is
reached with the tabulator key, too. Without JavaScript the page is still all there, only unfiltered.
"""

import html
from collections import Counter
from collections.abc import Iterator
from functools import cache
from importlib import resources
from itertools import pairwise

from extractors.evaluation.causes import Cause, Finding, count_causes
from extractors.evaluation.gold import Annotation
from extractors.evaluation.report import ALL, Report
from extractors.evaluation.scoring import Counts, Judged
from extractors.formats import COLOURS

SIGNS = {
    Cause.RIGHT: "✓",
    Cause.BOUNDARY: "↔",
    Cause.TYPE: "T",
    Cause.TYPE_AND_BOUNDARY: "T↔",
    Cause.MISSED: "−",
    Cause.SPURIOUS: "+",
}
"""How the page marks each cause, besides its colour."""


def to_page(report: Report, title: str) -> Iterator[str]:
    """Yield the page in pieces; *title* says what was scored."""
    yield f'<!doctype html>\n<html lang="zh">\n<head><meta charset="utf-8"><title>{html.escape(title)}</title>\n'
    yield '<meta name="viewport" content="width=device-width,initial-scale=1"><meta name="color-scheme" '
    yield f'content="light dark">\n<style>\n{_asset("page.css")}{_type_colours()}</style></head>\n<body>\n'
    yield f"<header><h1>{html.escape(title)}</h1>\n{_legend()}{_filters(report)}</header>\n"
    yield f"<details><summary>scores</summary>\n{_scores(report)}</details>\n<main>\n"
    findings: dict[str, list[Finding]] = {document.name: [] for document in report.documents}
    for document, finding in report.findings:
        findings[document.name].append(finding)
    for document in report.documents:
        yield from _document(document, findings[document.name])
    yield f"</main>\n<script>\n{_asset('page.js')}</script>\n</body></html>\n"


@cache
def _asset(name: str) -> str:
    return resources.files("extractors.evaluation").joinpath(name).read_text(encoding="utf-8")


def _type_colours() -> str:
    return "".join(f".found.{kind}{{--ground:{colour}}}" for kind, colour in COLOURS.items()) + "\n"


def _legend() -> str:
    signs = "  ".join(f"<b>{SIGNS[cause]}</b> {cause}" for cause in Cause)
    return (
        '<p class="legend"><span class="gold">gold: underlined</span> <span class="found AREA">found: coloured</span> '
        f"{signs} <kbd>n</kbd> next error <kbd>p</kbd> previous error <kbd>/</kbd> filters</p>\n"
    )


def _filters(report: Report) -> str:
    counts = count_causes(finding for _, finding in report.findings)
    causes = "".join(_box("cause", cause, f"{SIGNS[cause]} {cause}", counts[cause].total()) for cause in Cause)
    types = "".join(_box("type", kind, kind, count) for kind, count in sorted(_errors_by_type(report).items()))
    return (
        f"<form><fieldset><legend>cause</legend>{causes}</fieldset><fieldset><legend>type (errors)</legend>{types}"
        '<button type="button" id="none">none</button> <button type="button" id="all">all</button></fieldset>'
        '<p id="where" role="status"></p></form>\n'
    )


def _errors_by_type(report: Report) -> Counter[str]:
    """Return for every type that occurs how many errors have it on one side or the other."""
    counts: Counter[str] = Counter()
    for _, finding in report.findings:
        for kind in {mention.type for mention in (finding.gold, finding.found) if mention}:
            counts[kind] += finding.cause is not Cause.RIGHT
    return counts


def _box(name: str, value: str, label: str, count: int) -> str:
    return f'<label><input type="checkbox" name="{name}" value="{value}" checked> {label} <i>{count}</i></label> '


def _scores(report: Report) -> str:
    scores = report.scores
    rows = [*scores.types.items(), *scores.genres.items(), (ALL, scores.micro)]
    head = "".join(f"<th>{name}" for name in ("", "gold", "found", "P", "R", "F1", "relaxed F1"))
    body = "".join(f"<tr><th>{html.escape(name)}{_row(counts)}" for name, counts in rows)
    return f"<table><tr>{head}{body}</table>\n"


def _row(counts: Counts) -> str:
    rates = (*counts.rates(), counts.rates(relaxed=True)[2])
    return f"<td>{counts.gold}<td>{counts.found}" + "".join(f"<td>{rate:.3f}" for rate in rates)


def _document(document: Judged, findings: list[Finding]) -> Iterator[str]:
    rates = sum(finding.cause is Cause.RIGHT for finding in findings), len(findings)
    name = html.escape(document.name)
    yield f"<article><h2>{name} <small>{html.escape(document.genre)} · {rates[0]} of {rates[1]} right</small></h2>\n"
    for start, end in document.windows or ((0, len(document.text)),):
        here = [finding for finding in findings if start <= finding.start < end]
        yield f'<div class="text" data-start="{start}">{"".join(_window(document.text, start, end, here))}</div>\n'
    yield "</article>\n"


def _window(text: str, start: int, end: int, findings: list[Finding]) -> Iterator[str]:
    """Yield the text from *start* to *end*, each finding in an element of its own that overlapping ones share."""
    last = start
    for group in _groups(findings):
        first = min(finding.start for finding in group)
        final = max(_end(finding) for finding in group)
        yield html.escape(text[last:first])
        yield _group(text, first, final, group)
        last = final
    yield html.escape(text[last:end])


def _groups(findings: list[Finding]) -> Iterator[list[Finding]]:
    group: list[Finding] = []
    for finding in findings:
        if group and finding.start >= max(map(_end, group)):
            yield group
            group = []
        group.append(finding)
    if group:
        yield group


def _end(finding: Finding) -> int:
    return max(mention.end for mention in (finding.gold, finding.found) if mention)


def _group(text: str, start: int, end: int, group: list[Finding]) -> str:
    """Return the element of *group*: its text cut wherever a mention begins or ends, then the signs of its causes."""
    gold = [finding.gold for finding in group if finding.gold]
    found = [finding.found for finding in group if finding.found]
    edges = {start, end, *(edge for mention in (*gold, *found) for edge in (mention.start, mention.end))}
    pieces = "".join(_piece(text, piece, gold, found) for piece in pairwise(sorted(edges)))
    causes = " ".join(dict.fromkeys(finding.cause for finding in group))
    types = " ".join(dict.fromkeys(mention.type for mention in (*gold, *found)))
    told = html.escape("; ".join(map(_told, group)))
    error = ' tabindex="0"' if any(finding.cause is not Cause.RIGHT for finding in group) else ""
    mark = f'<mark data-cause="{causes}" data-type="{types}" title="{told}"{error}>'
    return f"{mark}{pieces}<sup>{_label(group)}</sup></mark>"


def _piece(text: str, piece: tuple[int, int], gold: list[Annotation], found: list[Annotation]) -> str:
    """Return the range *piece* of *text*, which no mention begins or ends in, dressed as what lies over it."""
    start, end = piece
    classes = ["gold"] if any(mention.start <= start and end <= mention.end for mention in gold) else []
    over = next((mention for mention in found if mention.start <= start and end <= mention.end), None)
    classes += ["found", over.type] if over else []
    words = html.escape(text[start:end])
    return f'<span class="{" ".join(classes)}">{words}</span>' if classes else words


def _label(group: list[Finding]) -> str:
    return " ".join(
        f"{SIGNS[finding.cause]}{'→'.join(dict.fromkeys(m.type for m in (finding.gold, finding.found) if m))}"
        for finding in group
    )


def _told(finding: Finding) -> str:
    sides = (("gold", finding.gold), ("found", finding.found))
    words = [
        f"{side} {mention.type} “{''.join(mention.text.split())}” {mention.start}–{mention.end}"
        for side, mention in sides
        if mention
    ]
    return f"{finding.cause}: {', '.join(words)}"
