"""Every data file of the extractors proves itself: patterns by their own sentences, lexicons by naming a source."""

from pathlib import Path

import pytest

from extractors.patterns import DATA, Pattern, load_lexicon, load_patterns, read_markup

PATTERNS = [pattern for path in sorted(DATA.glob("*.toml")) for pattern in load_patterns(path.stem)]
LEXICONS = sorted(DATA.glob("*.csv"))
RULES = [pattern.rule for pattern in PATTERNS]


@pytest.mark.parametrize("pattern", PATTERNS, ids=RULES)
def test_a_pattern_finds_exactly_what_its_examples_mark(pattern: Pattern) -> None:
    assert pattern.examples, f"{pattern.rule} shows no example"
    for example in pattern.examples:
        text, ranges = read_markup(example)
        found = [(proposal.start, proposal.end) for proposal in pattern.find(text)]
        assert found == list(ranges), f"{example}: found {[text[start:end] for start, end in found]}"


@pytest.mark.parametrize("pattern", PATTERNS, ids=RULES)
def test_a_pattern_finds_nothing_in_its_counterexamples(pattern: Pattern) -> None:
    for text in pattern.counterexamples:
        assert "⟦" not in text, f"{pattern.rule}: a counterexample marks nothing"
        assert [text[proposal.start : proposal.end] for proposal in pattern.find(text)] == [], text


def test_rules_have_names_of_their_own() -> None:
    assert len(RULES) == len(set(RULES))


@pytest.mark.parametrize("path", LEXICONS, ids=lambda path: path.stem)
def test_every_row_of_a_lexicon_names_its_source(path: Path) -> None:
    rows = load_lexicon(path.stem)
    assert rows, f"{path.name} is empty"
    for number, row in enumerate(rows, 2):
        assert (row.get("source") or "").strip(), f"{path.name}:{number} has no source"
        assert None not in row, f"{path.name}:{number} has more fields than its header"


def test_markup_is_taken_apart() -> None:
    assert read_markup("深入实施⟦“满天星”行动⟧和⟦林长制⟧") == ("深入实施“满天星”行动和林长制", ((4, 11), (12, 15)))
