"""The spaCy pipeline: one component per kind of thing, a trained recogniser, then resolution.

`build_pipeline()` returns a `spacy.blank("zh")` with character tokens, so token offsets are clean offsets. Each
extractor is a function `propose_*(doc) -> Iterable[Proposal]`: it reads `doc._.outline` (the clean text is
`doc._.outline.clean.text`; spaCy builds `doc.text` anew each time) and the
proposals of the extractors before it (`doc._.proposals`), and proposes ranges. A trained recogniser, where one is
asked for, reads the document on its own (`doc._.opinion`). The last component settles overlaps
and writes `doc.spans["policy"]` (label = type, id = rule), which displaCy draws with `style="span"` or `"ent"`.

Adding an extractor: a module with one `propose_*` function, its words in `data/`, one line in `EXTRACTORS`.
"""

from collections.abc import Callable, Iterable
from functools import cache

import spacy
from spacy.language import Language
from spacy.tokens import Doc

from extractors import (
    agencies,
    areas,
    events,
    indicators,
    meetings,
    organisations,
    people,
    platforms,
    policy_documents,
    programmes,
    projects,
    strategies,
    zones,
)
from extractors.recognisers.models import DEFAULT_MODEL, load_recogniser
from extractors.recognisers.opinions import Recogniser
from extractors.resolution import settle
from ontology.records import Outline, Proposal

Extractor = Callable[[Doc], Iterable[Proposal]]

EXTRACTORS: tuple[tuple[str, Extractor], ...] = (
    ("areas", areas.propose_areas),
    ("zones", zones.propose_zones),
    ("agencies", agencies.propose_agencies),
    ("organisations", organisations.propose_organisations),
    ("meetings", meetings.propose_meetings),
    ("policy_documents", policy_documents.propose_policy_documents),
    ("strategies", strategies.propose_strategies),
    ("programmes", programmes.propose_programmes),
    ("projects", projects.propose_projects),
    ("platforms", platforms.propose_platforms),
    ("events", events.propose_events),
    ("indicators", indicators.propose_indicators),
    ("people", people.propose_people),
)


@cache
def build_pipeline(model: str = DEFAULT_MODEL) -> Language:
    """Return the pipeline with the recogniser *model* (made once per process; nothing happens at import)."""
    for name in ("outline", "proposals", "opinion"):
        if not Doc.has_extension(name):
            Doc.set_extension(name, default=None)
    nlp = spacy.blank("zh")
    for name, extractor in EXTRACTORS:
        _add(nlp, f"policykg_{name}", _proposing(extractor))
    recogniser = load_recogniser(model)
    if recogniser is not None:
        _add(nlp, f"policykg_recogniser_{model}", _reading(recogniser))
    _add(nlp, "policykg_resolution", _resolve)
    return nlp


def annotate(outline: Outline, model: str = DEFAULT_MODEL) -> Doc:
    """Run the pipeline over *outline*; the mentions are in `doc.spans["policy"]`, clean offsets."""
    nlp = build_pipeline(model)
    doc = nlp.make_doc(outline.clean.text)
    doc._.outline, doc._.proposals = outline, []
    for _, component in nlp.pipeline:
        doc = component(doc)
    return doc


def _add(nlp: Language, name: str, component: Callable[[Doc], Doc]) -> None:
    Language.component(name, func=component)
    nlp.add_pipe(name)


def _proposing(extractor: Extractor) -> Callable[[Doc], Doc]:
    def propose(doc: Doc) -> Doc:
        doc._.proposals.extend(extractor(doc))
        return doc

    return propose


def _reading(recogniser: Recogniser) -> Callable[[Doc], Doc]:
    def read(doc: Doc) -> Doc:
        doc._.opinion = recogniser.read(doc._.outline)
        return doc

    return read


def _resolve(doc: Doc) -> Doc:
    spans = []
    for proposal in settle(doc._.proposals, doc._.outline, doc._.opinion):
        span = doc.char_span(proposal.start, proposal.end, label=proposal.type)
        if span is not None:
            span.id_ = proposal.rule
            spans.append(span)
    doc.spans["policy"] = spans
    return doc
