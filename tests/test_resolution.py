"""Resolution: what is fit to be a mention, and who wins where proposals overlap."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractors.resolution import Reliability, company, load_reliability, make_fit, settle
from ontology.records import Block, BlockKind, CleanText, Outline, Proposal


def outline_of(text: str, *blocks: Block) -> Outline:
    return Outline(CleanText(text, text, tuple(range(len(text)))), blocks)


def proposal(text: str, words: str, kind: str = "PROGRAMME", rule: str = "test/rule") -> Proposal:
    start = text.index(words)
    return Proposal(start, start + len(words), kind, rule)


def fit_words(text: str, words: str, *blocks: Block) -> list[str]:
    return [text[p.start : p.end] for p in make_fit([proposal(text, words)], outline_of(text, *blocks))]


@pytest.mark.parametrize(
    ("text", "words", "fit"),
    [
        ("实施、林长制，落实责任", "、林长制，", ["林长制"]),
        ("共25家企业", "5家企业", []),
        ("推广APP应用", "PP应用", []),
        ("建设“渝快办平台", "“渝快办", ["渝快办"]),
        ("用好“渝快办”平台", "“渝快办”平台", ["“渝快办”平台"]),
        ("，。", "，。", []),
    ],
)
def test_ends_are_trimmed_and_words_stay_whole(text: str, words: str, fit: list[str]) -> None:
    assert fit_words(text, words) == fit


@pytest.mark.parametrize("words", ["12349养老服务热线体系", "12345热线", "“12320”", "12315", "110"])
def test_a_hotline_is_no_programme(words: str) -> None:
    text = f"拨打{words}反映诉求"
    assert [p.type for p in make_fit([proposal(text, words)], outline_of(text))] == ["PLATFORM"]


@pytest.mark.parametrize("words", ["1311", "33618", "11311", "416", "10万人计划", "12个重点专项"])
def test_a_coded_name_is_no_hotline(words: str) -> None:
    text = f"推进{words}落实"
    assert [p.type for p in make_fit([proposal(text, words)], outline_of(text))] == ["PROGRAMME"]


def test_a_footnote_mark_behind_a_quotation_ends_the_mention() -> None:
    text = "实施“满天星”行动计划。"
    footnote = Block(BlockKind.FOOTNOTE, len(text), len(text), anchor=text.index("”") + 1)
    assert fit_words(text, "“满天星”行动计划", footnote) == ["“满天星”"]


def test_what_a_footnote_mark_cuts_elsewhere_falls() -> None:
    text = "实施提振消费专项行动。"
    footnote = Block(BlockKind.FOOTNOTE, len(text), len(text), anchor=4)
    assert fit_words(text, "提振消费专项行动", footnote) == []


def test_no_mention_crosses_the_edge_of_a_block() -> None:
    text = "一是提升品质。实施林长制"
    blocks = Block(BlockKind.HEADING, 0, 7), Block(BlockKind.PARAGRAPH, 7, len(text))
    assert fit_words(text, "品质。实施", *blocks) == []
    assert fit_words(text, "林长制", *blocks) == ["林长制"]


def test_places_tell_the_company_a_proposal_keeps() -> None:
    text = "重庆机电集团在渝中区"
    long, short = proposal(text, "重庆机电集团", "ORG", "a"), proposal(text, "重庆", "AREA", "b")
    alone, again = proposal(text, "渝中区", "AREA", "b"), proposal(text, "渝中区", "AREA", "c")
    disputed, across = proposal(text, "渝中区", "ZONE", "d"), proposal(text, "集团在", "ORG", "e")
    everyone = Reliability({(rule, ""): (9, 10) for rule in "abcde"})
    places = {(p.rule, p.start): place for p, place in company([long, short, alone], everyone)}
    assert places == {("a", 0): "around", ("b", 0): "inside", ("b", 7): "alone"}
    assert dict(company([alone, again], everyone)) == {alone: "agreed", again: "agreed"}
    assert dict(company([alone, disputed], everyone)) == {alone: "disputed", disputed: "disputed"}
    assert dict(company([long, across], everyone)) == {long: "across", across: "across"}


def test_rules_that_are_mostly_wrong_are_no_company() -> None:
    text = "重庆机电集团"
    junk, short = proposal(text, "重庆机电集团", "ORG", "junk"), proposal(text, "重庆", "AREA", "b")
    assert dict(company([junk, short], Reliability({("junk", ""): (1, 90), ("b", ""): (9, 10)})))[short] == "alone"


def test_reliability_is_drawn_towards_the_rule_as_a_whole() -> None:
    counts = Reliability({("a", ""): (94, 100), ("a", "inside"): (0, 4), ("a", "alone"): (94, 96)})
    assert counts.of("never seen") == 0.5
    assert counts.of("a", "inside") < counts.of("a") < counts.of("a", "alone")
    assert counts.of("a", "across") == counts.of("a")


def test_the_measured_table_knows_the_rules_it_speaks_of() -> None:
    reliability = load_reliability()
    assert reliability.of("programmes/headed-sure", "alone") > reliability.of("programmes/tailed-possible", "alone")


def test_the_longer_wins_where_two_are_equally_reliable() -> None:
    text = "深化“满天星”行动计划"
    long, short = proposal(text, "“满天星”行动计划", rule="x"), proposal(text, "“满天星”", rule="y")
    assert settle([short, long], outline_of(text)) == [long]


ranges = st.tuples(st.integers(0, 29), st.integers(1, 30)).filter(lambda pair: pair[0] < pair[1])


@given(st.lists(st.tuples(ranges, st.sampled_from(["AREA", "PROGRAMME", "STRATEGY"]), st.sampled_from("abc"))))
def test_settled_proposals_never_overlap_and_stand_in_order(rows: list[tuple[tuple[int, int], str, str]]) -> None:
    text = "渝中区实施满天星行动，推进数字重庆和“一区两群”协调发展。今"
    proposals = [
        Proposal(start, min(end, len(text)), kind, rule) for (start, end), kind, rule in rows if start < len(text)
    ]
    settled = settle(proposals, outline_of(text))
    assert all(left.end <= right.start for left, right in pairwise(settled))
    assert settled == settle(reversed(proposals), outline_of(text))


class Doubter:
    """A recogniser that reads nothing and holds everything for improbable."""

    model, proposals = "accurate", ()

    def chance(self, proposal: Proposal) -> float:
        return 0.0


class Believer(Doubter):
    """A recogniser that holds everything for certain."""

    def chance(self, proposal: Proposal) -> float:
        return 1.0


def test_a_recogniser_is_heard_where_a_rule_is_unsure() -> None:
    text = "江边的新建成片区"
    unsure = proposal(text, "成片区", "ZONE", "no rule that was ever measured")
    outline = outline_of(text)
    assert settle([unsure], outline, Doubter()) == []
    assert settle([unsure], outline, Believer()) == [unsure]


@pytest.mark.parametrize("rule", ["people/post-beside-name", "box_lists/cell", "indicators/table"])
def test_a_recogniser_is_not_asked_about_the_layout(rule: str) -> None:
    text = "清溪区委书记林远山表示"
    post = proposal(text, "清溪区委书记", "POST", rule)
    assert settle([post], outline_of(text), Doubter()) == settle([post], outline_of(text)) == [post]
