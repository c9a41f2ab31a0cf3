"""The spaCy pipeline: its components in order, character tokens, spans that displaCy draws."""

from spacy import displacy

from extractors.outline import read_outline
from extractors.pipeline import annotate, build_pipeline
from tests.inline_markup import plain

MARKED = """我们要在⟦AREA|池州市⟧办好⟦EVENT|皖南绿色食品博览会⟧，深入推进⟦STRATEGY|乡村全面振兴⟧，
让⟦INDICATOR|规上工业增加值⟧增长8%左右。"""


def test_components_run_in_this_order_and_resolution_last() -> None:
    assert [name.removeprefix("policykg_") for name in build_pipeline().pipe_names] == [
        "areas",
        "zones",
        "agencies",
        "organisations",
        "meetings",
        "policy_documents",
        "strategies",
        "programmes",
        "projects",
        "platforms",
        "events",
        "indicators",
        "people",
        "recogniser_accurate",
        "resolution",
    ]
    assert not [name for name in build_pipeline("rules").pipe_names if "recogniser" in name]


def test_mentions_are_spans_over_single_characters() -> None:
    raw = plain(MARKED)
    outline = read_outline(raw)
    doc = annotate(outline)
    assert all(len(token.text) == 1 for token in doc)
    found = [(span.label_, span.text) for span in doc.spans["policy"]]
    assert found == [
        ("AREA", "池州市"),
        ("EVENT", "皖南绿色食品博览会"),
        ("STRATEGY", "乡村全面振兴"),
        ("INDICATOR", "规上工业增加值"),
    ]
    for span in doc.spans["policy"]:
        start, end = outline.clean.to_raw(span.start_char, span.end_char)
        assert raw[start:end] == span.text
        assert "/" in span.id_


def test_displacy_draws_the_spans() -> None:
    doc = annotate(read_outline(plain(MARKED)))
    drawn = displacy.render(doc, style="span", options={"spans_key": "policy"}, jupyter=False)
    assert "STRATEGY" in drawn
    assert "EVENT" in drawn
