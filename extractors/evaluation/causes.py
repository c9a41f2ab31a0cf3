"""Why a mention is wrong: each gold mention and each found one has exactly one cause.

A pair of the same type and range is right. Of what is left, an overlapping pair of one type is a boundary error, a pair
on the same range a type error, any other overlapping pair both at once; a gold mention that nothing overlaps is missed,
a found one spurious.
"""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum

from extractors.evaluation.gold import Annotation
from extractors.evaluation.scoring import Judged, overlapping, pairs, same_range


class Cause(StrEnum):
    """What became of a mention."""

    RIGHT = "right"
    BOUNDARY = "boundary"
    TYPE = "type"
    TYPE_AND_BOUNDARY = "type+boundary"
    MISSED = "missed"
    SPURIOUS = "spurious"


ERRORS = tuple(cause for cause in Cause if cause is not Cause.RIGHT)


@dataclass(frozen=True, slots=True)
class Finding:
    """A gold mention, what was found for it, or both, and the cause; not both are None."""

    cause: Cause
    gold: Annotation | None
    found: Annotation | None

    @property
    def start(self) -> int:
        """Where it begins."""
        return min(mention.start for mention in (self.gold, self.found) if mention)


_FITS: tuple[tuple[Cause, Callable[[Annotation, Annotation], bool]], ...] = (
    (Cause.RIGHT, lambda gold, found: gold.type == found.type and same_range(gold, found)),
    (Cause.BOUNDARY, lambda gold, found: gold.type == found.type and overlapping(gold, found)),
    (Cause.TYPE, same_range),
    (Cause.TYPE_AND_BOUNDARY, overlapping),
)


def find_causes(document: Judged) -> list[Finding]:
    """Return a finding for every mention of *document*, gold or found, in text order."""
    gold, found = list(document.gold), list(document.found)
    findings = []
    for cause, fit in _FITS:
        for mention, other in pairs(gold, found, fit):
            gold.remove(mention)
            found.remove(other)
            findings.append(Finding(cause, mention, other))
    findings += [Finding(Cause.MISSED, mention, None) for mention in gold]
    findings += [Finding(Cause.SPURIOUS, None, mention) for mention in found]
    return sorted(findings, key=lambda finding: (finding.start, finding.cause))


def count_causes(findings: Iterable[Finding]) -> dict[Cause, Counter[str]]:
    """Return for each cause how often it befell each type: that of the gold, of a spurious mention its own."""
    counts: dict[Cause, Counter[str]] = {cause: Counter() for cause in Cause}
    for finding in findings:
        mention = finding.gold or finding.found
        assert mention is not None
        counts[finding.cause][mention.type] += 1
    return counts
