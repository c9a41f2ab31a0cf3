"""The recognisers' parts: pieces, stretches, tag sequences, n-grams, quotes; and what their weights make of a text."""

import json
from itertools import pairwise, product
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractors.outline import read_outline
from extractors.pipeline import annotate
from extractors.reading import rules_hash
from extractors.recognisers.fast import Grams, KnownName
from extractors.recognisers.models import ACCURATE, FAST, MODELS, RULES_ALONE, load_recogniser
from extractors.recognisers.opinions import Opinion, embrace
from extractors.recognisers.pieces import SPECIAL, UNKNOWN, Vocabulary
from extractors.recognisers.sequences import Crf, Floats, Span
from extractors.recognisers.stretches import LENGTH, cut_ranges, cut_stretches
from ontology.errors import WrongUse
from ontology.records import Proposal
from ontology.terms import MentionType
from training.corpus import TAGS, TYPES, read_gold, read_samples

VOCABULARY = Vocabulary(
    [*SPECIAL, "▁", "乡", "村", "振", "兴", "乡村", "振兴", "乡村振"],
    [0, 0, 0, 0, -3, -5, -5, -5, -5, -6, -6, -10],
    {"　": " ", "①": "1", "\u200b": ""},
)


def test_the_most_probable_pieces_win() -> None:
    cut = VOCABULARY.cut("乡村振兴")
    assert [VOCABULARY.pieces[n] for n in cut.ids] == ["乡村", "振兴"]
    assert cut.piece_of == (0, 0, 1, 1)
    assert cut.place_of == (0, 1, 0, 1)


def test_unknown_characters_are_pieces_of_their_own() -> None:
    assert VOCABULARY.cut("乡①村").ids[1] == UNKNOWN


@given(st.text(alphabet="乡村振兴路 　\u200b①\n", max_size=40))
def test_each_character_has_a_piece(text: str) -> None:
    cut = VOCABULARY.cut(text)
    assert len(cut.piece_of) == len(cut.place_of) == len(text)
    assert all(0 <= here <= there < len(cut.ids) for here, there in pairwise([*cut.piece_of, len(cut.ids) - 1]))


@given(st.text(alphabet="甲乙，。\n", max_size=600))
def test_stretches_cover_all_but_blanks(text: str) -> None:
    ranges = list(cut_ranges(text))
    assert all(0 < end - start <= LENGTH for start, end in ranges)
    assert all(before[1] <= after[0] for before, after in pairwise(ranges))
    covered = {place for start, end in ranges for place in range(start, end)}
    assert all(not text[place].strip() for place in set(range(len(text))) - covered)


def test_stretches_end_with_sentences() -> None:
    text = "甲" * 150 + "。" + "乙" * 150 + "。"
    assert list(cut_ranges(text)) == [(0, 151), (151, 302)]


def test_a_stretch_brings_its_heading() -> None:
    outline = read_outline("某市工作报告\n\n一、重点项目\n\n开工临江大桥。" + "持续推进。" * 60)
    headings = [stretch.heading for stretch in cut_stretches(outline)]
    assert headings[-1] == "重点项目"
    assert len(headings) > 1


def _crf(seed: int) -> tuple[Crf, Floats]:
    maker = np.random.default_rng(seed)
    tags = ("O", "B-AREA", "I-AREA", "B-ORG", "I-ORG")
    return Crf.of(tags, maker.normal(size=(5, 5)).tolist()), maker.normal(size=(2, 5, 5)).astype(np.float32)


@pytest.mark.parametrize("seed", range(6))
def test_reading_agrees_with_trying_all_sequences(seed: int) -> None:
    crf, scores = _crf(seed)
    lengths = np.array([5, 3])
    for row, (spans, sums) in enumerate(crf.read(scores, lengths)):
        length = int(lengths[row])
        weights = {
            path: float(crf.first[path[0]] + sum(crf.steps[a, b] for a, b in pairwise(path)))
            + float(sum(scores[row, place, tag] for place, tag in enumerate(path)))
            for path in product(range(5), repeat=length)
        }
        best = max(weights, key=lambda path: weights[path])
        assert [place for place, tag in enumerate(best) if tag in (1, 3)] == [span.start for span in spans]
        total = sum(np.exp(weight) for weight in weights.values())
        for start, end, kind in product(range(length), range(1, length + 1), ("AREA", "ORG")):
            if start < end:
                begin = crf.numbers[f"B-{kind}"]
                wanted = (begin, *[begin + 1] * (end - start - 1))
                alike = sum(
                    np.exp(weight)
                    for path, weight in weights.items()
                    if path[start:end] == wanted and (*path, 0)[end] != begin + 1
                )
                assert sums.chance(Span(start, end, kind)) == pytest.approx(alike / total, rel=2e-3, abs=1e-6)


def test_a_chance_outside_the_text_is_none() -> None:
    crf, scores = _crf(0)
    (_, sums), _ = crf.read(scores, np.array([5, 3]))
    assert sums.chance(Span(3, 6, "AREA")) == 0.0
    assert sums.chance(Span(-1, 2, "AREA")) == 0.0


def test_an_opinion_weighs_a_mention_without_its_quotes() -> None:
    crf, scores = _crf(1)
    (_, sums), _ = crf.read(scores, np.array([5, 3]))
    opinion = Opinion("any", "“甲乙”丙", (), (0,), (sums,))
    assert opinion.chance(Proposal(0, 4, "ORG", "")) == sums.chance(Span(1, 3, "ORG"))
    assert opinion.chance(Proposal(0, 1, "ORG", "")) == 0.0


def test_a_type_that_a_recogniser_was_never_shown_gets_no_chance_and_no_error() -> None:
    outline = read_outline("执行GB/T 36073-2018。\n")
    for model in ("fast", "accurate"):
        recogniser = load_recogniser(model)
        assert recogniser is not None
        assert recogniser.read(outline).chance(Proposal(2, 16, "STANDARD", "standards/number")) is None


def test_quotes_come_in_pairs() -> None:
    text = "实施“星河”行动计划、“灯塔”工程，印发《方案》。"
    for words, whole in (("星河”行动计划", "“星河”行动计划"), ("灯塔", "“灯塔”"), ("方案", "《方案》")):
        start = text.index(words)
        first, last = embrace(text, start, start + len(words))
        assert text[first:last] == whole


def test_known_names_are_marked_longest_first() -> None:
    names = {"临江": KnownName("AREA", 1), "临江大桥": KnownName("PROJECT", 3)}
    made = Grams("临江大桥", ("AREA", "PROJECT"), names).inputs(["建临江大桥", "临江市"])
    assert made["names"].tolist() == [[0, 10, 11, 11, 12], [1, 3, 0, 0, 0]]
    assert made["letters"].tolist() == [[1, 2, 3, 4, 5], [2, 3, 1, 0, 0]]


@given(st.lists(st.text(alphabet="甲乙丙丁𠮷。", min_size=1, max_size=12), min_size=1, max_size=4))
def test_equal_n_grams_have_equal_numbers(texts: list[str]) -> None:
    made = Grams("甲乙", ("AREA",), {"丙丁": KnownName("AREA", 1)}).inputs(texts)
    for size, name in ((2, "pairs"), (3, "triples")):
        seen: dict[str, int] = {}
        for row, text in enumerate(texts):
            for place in range(len(text)):
                gram, number = (text + "\0" * size)[place : place + size], int(made[name][row, place])
                assert number > 0
                assert seen.setdefault(gram, number) == number


def test_a_model_that_is_not_there_is_told() -> None:
    assert load_recogniser(RULES_ALONE) is None
    with pytest.raises(WrongUse, match=r"no model 'other'; choose one of"):
        load_recogniser("other")


def test_a_model_without_weights_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("extractors.recognisers.models.WEIGHTS", tmp_path)
    load_recogniser.cache_clear()
    with pytest.raises(WrongUse, match=r"'accurate' has no weights here; train it"):
        load_recogniser("accurate")


UNSEEN = """某省某市2031年政府工作报告

二、2031年重点任务

我们要深入推进“百舸争流”行动，加快建设玉泉山抽水蓄能电站，让规上工业增加值增长8%左右，支持清溪区创建国家级示范区。"""


@pytest.mark.parametrize("model", [FAST, ACCURATE])
def test_a_recogniser_reads_what_no_list_knows(model: str) -> None:
    recogniser, outline = load_recogniser(model), read_outline(UNSEEN)
    assert recogniser is not None
    opinion = recogniser.read(outline)
    read = {(outline.clean.text[p.start : p.end], p.type) for p in opinion.proposals}
    assert ("“百舸争流”行动", "PROGRAMME") in read
    assert any(words.endswith("规上工业增加值") and kind == "INDICATOR" for words, kind in read)
    for proposal in opinion.proposals:
        assert proposal.rule == f"recogniser/{model}"
        assert 0.2 < (opinion.chance(proposal) or 0.0) <= 1.001
        other = opinion.chance(Proposal(proposal.start, proposal.end, "MEETING", ""))
        assert other is not None
        assert other < 0.1


def test_a_mention_says_whether_a_rule_or_a_recogniser_made_it() -> None:
    rules = {proposal.rule.partition("/")[0] for model in MODELS for proposal in _spans(model)}
    assert "recogniser" in rules
    assert "indicators" in rules
    assert not [proposal for proposal in _spans(RULES_ALONE) if proposal.rule.startswith("recogniser/")]
    assert len({rules_hash(model) for model in MODELS}) == len(MODELS)


def _spans(model: str) -> list[Proposal]:
    doc = annotate(read_outline(UNSEEN), model)
    return [Proposal(span.start_char, span.end_char, span.label_, span.id_) for span in doc.spans["policy"]]


def test_training_knows_every_type() -> None:
    assert sorted(TYPES) == sorted(MentionType)


def test_what_is_learned_is_what_was_marked(tmp_path: Path) -> None:
    raw = "某市工作报告\n\n推进“星河”行动，建成临江大桥。"
    start = raw.index("“星河”行动")
    bridge = raw.index("临江")
    rows = [(0, len(raw), "WINDOW"), (start, start + 6, "PROGRAMME"), (bridge, bridge + 4, "PROJECT")]
    path = tmp_path / "gold.jsonl"
    lines = [json.dumps({"doc": "one", "start": a, "end": b, "type": kind}) for a, b, kind in rows]
    path.write_text("\n".join(lines), encoding="utf-8")
    samples = read_samples({"one": read_outline(raw)}, read_gold([path]))
    letters = [(letter, TAGS[tag]) for sample in samples for letter, tag in zip(sample.text, sample.tags, strict=True)]
    marked = "".join(letter for letter, tag in letters if tag != "O")
    assert marked == "星河”行动临江大桥"
    assert [tag for _, tag in letters if tag.startswith("B-")] == ["B-PROGRAMME", "B-PROJECT"]
    path.write_text("no mention", encoding="utf-8")
    with pytest.raises(WrongUse, match="no JSON"):
        read_gold([path])
