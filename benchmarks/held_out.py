"""What rules and recognisers say of documents that the recognisers have not seen: five folds, read once each.

The recognisers of the folds are what `make folds` leaves in its folder: accurate-0.onnx … accurate-4.onnx and
fast-0.onnx … fast-4.onnx with their JSON files. Rules and names were written with the gold before our eyes; only the
marks of our own (`training/marks.jsonl`) are new to them.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from extractors.evaluation.gold import Annotation
from extractors.evaluation.scoring import Counts, Judged, judged, score
from extractors.pipeline import annotate
from extractors.recognisers.accurate import EncoderRecogniser
from extractors.recognisers.fast import ConvolutionRecogniser
from extractors.recognisers.models import ACCURATE, FAST, RULES_ALONE
from extractors.recognisers.opinions import Opinion
from ontology.records import Outline, Proposal
from training.corpus import TYPES, Gold, read_corpus, read_gold
from training.folds import split_folds

_KINDS = {ACCURATE: EncoderRecogniser, FAST: ConvolutionRecogniser}


@dataclass(frozen=True, slots=True)
class HeldOut:
    """A document, what all rules propose in it, and the opinions of recognisers trained without it, by model."""

    name: str
    fold: int
    outline: Outline
    proposals: tuple[Proposal, ...]
    opinions: dict[str, Opinion]


def read_held_out(corpus_folder: Path, folder: Path, paths: list[Path]) -> tuple[Gold, list[HeldOut]]:
    """Return the gold in the files *paths* and its documents, read with the recognisers of the folds in *folder*."""
    corpus, gold = read_corpus(corpus_folder), read_gold(paths)
    documents = []
    for fold, names in enumerate(split_folds(corpus, gold)):
        found = {model: folder / f"{model}-{fold}" for model in _KINDS}
        recognisers = {
            model: _KINDS[model].load(path, 2) for model, path in found.items() if path.with_suffix(".onnx").exists()
        }
        for name in sorted(names):
            outline = corpus[name]
            proposals = tuple(annotate(outline, RULES_ALONE)._.proposals)
            opinions = {model: recogniser.read(outline) for model, recogniser in recognisers.items()}
            documents.append(HeldOut(name, fold, outline, proposals, opinions))
    return gold, documents


def lay_beside(document: HeldOut, found: list[Proposal], gold: Gold) -> Judged:
    """Return *document* with what was *found* in it (clean offsets) beside the gold."""
    clean = document.outline.clean
    marks = [Annotation(a, b, kind, clean.raw[a:b]) for a, b, kind in gold.mentions.get(document.name, [])]
    ranges = [(*clean.to_raw(p.start, p.end), p.type) for p in found]
    said = [Annotation(a, b, kind, clean.raw[a:b]) for a, b, kind in ranges]
    windows = sorted(gold.windows[document.name])
    return judged(document.name, clean.raw, "", windows, (marks, said))


def table(columns: dict[str, list[Judged]]) -> Iterator[str]:
    """Yield the lines of a Markdown table: exact F1 by type, then exact and relaxed over all, a column each."""
    scores = {name: score(documents) for name, documents in columns.items()}
    yield "| type | gold | " + " | ".join(columns) + " |"
    yield "| --- | ---: |" + " ---: |" * len(columns)
    first = next(iter(scores.values()))
    for kind in TYPES:
        counts = {name: made.types.get(kind, Counts()) for name, made in scores.items()}
        cells = " | ".join(f"{count.rates()[2]:.3f}" for count in counts.values())
        yield f"| {kind} | {first.types.get(kind, Counts()).gold} | {cells} |"
    for name, relaxed in (("all, exact", False), ("all, relaxed", True)):
        cells = " | ".join(f"**{made.micro.rates(relaxed)[2]:.3f}**" for made in scores.values())
        yield f"| {name} | {first.micro.gold} | {cells} |"
