"""The scores on paper: tables for people, one JSON object for programs."""

import io
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from extractors.evaluation.causes import ERRORS, Cause, Finding, count_causes, find_causes
from extractors.evaluation.scoring import Counts, Judged, Scores, score

ALL = "all"
_HEADER = ("gold", "found", "P", "R", "F1", "relaxed F1")
_REACH = 12


@dataclass(slots=True)
class Report:
    """All that there is to say of the judged documents."""

    documents: list[Judged]
    scores: Scores = field(init=False)
    findings: list[tuple[Judged, Finding]] = field(init=False)

    def __post_init__(self) -> None:
        self.scores = score(self.documents)
        self.findings = [(document, finding) for document in self.documents for finding in find_causes(document)]


def to_table(report: Report, errors: int = 0) -> str:
    """Return tables of scores by type, by genre and of errors by cause, with up to *errors* examples of each cause."""
    scores = report.scores
    by_type = [*scores.types.items(), (ALL, scores.micro)]
    drawn = [_draw(("type", *_HEADER), [(name, *_cells(counts)) for name, counts in by_type])]
    drawn.append(_draw(("genre", *_HEADER), [(name, *_cells(counts)) for name, counts in scores.genres.items()]))
    drawn.append(_causes(report))
    if errors:
        drawn.append("".join(f"{line}\n" for line in _examples(report, errors)))
    return "\n".join(drawn)


def to_json(report: Report, errors: int = 0) -> str:
    """Return one JSON object: documents, micro, types, genres, causes, and up to *errors* examples of each cause."""
    scores = report.scores
    causes = count_causes(finding for _, finding in report.findings)
    content = {
        "documents": len(report.documents),
        "micro": _rates(scores.micro),
        "types": {name: _rates(counts) for name, counts in scores.types.items()},
        "genres": {name: _rates(counts) for name, counts in scores.genres.items()},
        "causes": {cause: dict(sorted(causes[cause].items())) for cause in causes},
        "errors": [_error(document, finding) for document, finding in _some(report, errors)],
    }
    return json.dumps(content, ensure_ascii=False, indent=2) + "\n"


def _rates(counts: Counts) -> dict[str, float]:
    precision, recall, f1 = counts.rates()
    relaxed = counts.rates(relaxed=True)
    names = ("precision", "recall", "f1", "relaxed_precision", "relaxed_recall", "relaxed_f1")
    rates = zip(names, (precision, recall, f1, *relaxed), strict=True)
    return {"gold": counts.gold, "predicted": counts.found, **dict(rates)}


def _cells(counts: Counts) -> tuple[str, ...]:
    rates = (*counts.rates(), counts.rates(relaxed=True)[2])
    return (str(counts.gold), str(counts.found), *(f"{rate:.3f}" for rate in rates))


def _causes(report: Report) -> str:
    counts = count_causes(finding for _, finding in report.findings)
    kinds = sorted({kind for of_cause in counts.values() for kind in of_cause})
    rows = [(kind, *(_number(counts[cause][kind]) for cause in Cause)) for kind in kinds]
    rows.append((ALL, *(_number(counts[cause].total()) for cause in Cause)))
    return _draw(("type", *Cause), rows)


def _number(count: int) -> str:
    return str(count) if count else "·"


def _some(report: Report, errors: int) -> Iterator[tuple[Judged, Finding]]:
    for cause in ERRORS:
        yield from [pair for pair in report.findings if pair[1].cause is cause][:errors]


def _examples(report: Report, errors: int) -> Iterator[str]:
    """Yield one line an error: cause, place, gold, what was found, the words around it."""
    for document, finding in _some(report, errors):
        sides = (("gold", finding.gold), ("found", finding.found))
        shown = "  ".join(f"{side} {mention.type} {_line(mention.text)}" for side, mention in sides if mention)
        yield f"{finding.cause:<14}{document.name}:{finding.start}  {shown}  {context(document.text, finding)}"


def context(text: str, finding: Finding) -> str:
    """Return the words around *finding* on one line, the gold (else what was found) between 【 and 】."""
    mention = finding.gold or finding.found
    assert mention is not None
    before, after = text[max(0, mention.start - _REACH) : mention.start], text[mention.end : mention.end + _REACH]
    return _line(f"{before}【{text[mention.start : mention.end]}】{after}")


def _line(text: str) -> str:
    return "".join(text.split())


def _error(document: Judged, finding: Finding) -> dict[str, object]:
    sides: dict[str, object] = {
        side: {"start": mention.start, "end": mention.end, "type": mention.type, "text": mention.text}
        for side, mention in (("gold", finding.gold), ("predicted", finding.found))
        if mention
    }
    return {"cause": finding.cause, "doc": document.name, **sides, "context": context(document.text, finding)}


def _draw(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a table; the figures, all columns but the first, stand to the right."""
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False)
    for number, column in enumerate(columns):
        table.add_column(Text(column), overflow="fold", justify="right" if number else "left")
    for row in rows:
        table.add_row(*map(Text, row))
    out = io.StringIO()
    Console(file=out, no_color=True, highlight=False, force_jupyter=False).print(table)
    return "\n".join(line.rstrip() for line in out.getvalue().splitlines()) + "\n"
