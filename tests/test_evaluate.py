"""Scoring: counted twice in ways written apart, errors by cause, every kind of bad gold told in one line, the page."""

import json
import random
import re
import subprocess
import sys
from collections.abc import Iterable
from html.parser import HTMLParser
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st

from extractors.evaluation.causes import Cause, find_causes
from extractors.evaluation.gold import Annotation
from extractors.evaluation.page import to_page
from extractors.evaluation.report import Report
from extractors.evaluation.scoring import Judged, judged, score
from extractors.reading import read_scene
from graph.cli import main
from tests.conftest import SAMPLES

SCORER = Path(__file__).resolve().parents[2] / "shared" / "gold" / "score.py"
TEXT = "平湖市政府推进“星火”行动，开工澄江大桥、云岭水库二期，市财政局局长许怀川出席平湖博览会。规上工业增加值增长7%。"
GOLD = (
    ("AGENCY", "平湖市政府"),
    ("PROGRAMME", "“星火”行动"),
    ("PROJECT", "澄江大桥"),
    ("PROJECT", "云岭水库二期"),
    ("POST", "市财政局局长"),
    ("PERSON", "许怀川"),
    ("EVENT", "平湖博览会"),
    ("INDICATOR", "规上工业增加值"),
)
FOUND = (
    ("AGENCY", "平湖市政府"),  # right
    ("PROGRAMME", "星火”行动"),  # right once the quotes at the ends are stripped
    ("STRATEGY", "澄江大桥"),  # type
    ("PROJECT", "云岭水库"),  # boundary
    ("AGENCY", "市财政局"),  # type and boundary
    ("PERSON", "许怀川"),  # right
    ("AREA", "平湖"),  # spurious beside the agency that holds it, and type and boundary of nothing
)


def marks(text: str, named: Iterable[tuple[str, str]]) -> list[Annotation]:
    return [Annotation(text.index(words), text.index(words) + len(words), kind, words) for kind, words in named]


def little() -> Judged:
    found = [*marks(TEXT, FOUND[:-1]), Annotation(TEXT.index("平湖博"), TEXT.index("平湖博") + 2, "AREA", "平湖")]
    return judged("甲", TEXT, "policy-notice", (), (marks(TEXT, GOLD), found))


def run(*arguments: object) -> Result:
    return CliRunner(env={"COLUMNS": "200", "POLICYKG_CORPUS": ""}).invoke(main, list(map(str, arguments)))


# -- counting --------------------------------------------------------------------------------------------------------


def test_a_little_gold_counted_by_hand() -> None:
    scores = score([little()])
    assert scores.micro.rates() == pytest.approx((3 / 7, 3 / 8, 2 * 3 / 15))
    assert scores.micro.rates(relaxed=True)[:2] == (4 / 7, 4 / 8)
    assert (scores.types["PROJECT"].gold, scores.types["PROJECT"].found) == (2, 1)
    assert (scores.types["PROJECT"].exact, scores.types["PROJECT"].relaxed) == (0, 1)
    assert scores.types["INDICATOR"].rates() == (0.0, 0.0, 0.0)
    assert list(scores.genres) == ["policy-notice"]
    assert scores.genres["policy-notice"] == scores.micro


def test_every_mention_has_one_cause() -> None:
    told = {(finding.cause, (finding.gold or finding.found).text) for finding in find_causes(little())}  # type: ignore[union-attr]
    assert told == {
        (Cause.RIGHT, "平湖市政府"),
        (Cause.RIGHT, "星火”行动"),
        (Cause.TYPE, "澄江大桥"),
        (Cause.BOUNDARY, "云岭水库二期"),
        (Cause.TYPE_AND_BOUNDARY, "市财政局局长"),
        (Cause.RIGHT, "许怀川"),
        (Cause.TYPE_AND_BOUNDARY, "平湖博览会"),
        (Cause.MISSED, "规上工业增加值"),
    }


def test_types_and_windows_leave_the_rest_out() -> None:
    window = (TEXT.index("开工"), TEXT.index("，市财政局"))
    inside = judged("甲", TEXT, "", [window], ([], marks(TEXT, FOUND)))
    assert {mention.text for mention in inside.found} == {"澄江大桥", "云岭水库"}
    only = judged("甲", TEXT, "", (), (marks(TEXT, GOLD), marks(TEXT, FOUND)), frozenset(("PERSON",)))
    assert score([only]).micro.rates() == (1.0, 1.0, 1.0)


@st.composite
def apart(draw: st.DrawFn) -> list[Annotation]:
    """Draw mentions that do not overlap, as gold and predictions are, in a text of other letters than the edges."""
    cuts = sorted(draw(st.sets(st.integers(0, 30), max_size=10)))
    kinds = st.sampled_from(("AREA", "ZONE", "ORG"))
    return [Annotation(a, b, draw(kinds), "字" * (b - a)) for a, b in zip(cuts[::2], cuts[1::2], strict=False)]


def most_pairs(gold: list[Annotation], found: list[Annotation]) -> int:
    """Return the size of a largest set of pairs of one type that overlap, by augmenting paths."""
    partner: dict[Annotation, Annotation] = {}

    def placed(mention: Annotation, seen: set[Annotation]) -> bool:
        for other in found:
            if other in seen or other.type != mention.type or other.end <= mention.start or mention.end <= other.start:
                continue
            seen.add(other)
            if other not in partner or placed(partner[other], seen):
                partner[other] = mention
                return True
        return False

    return sum(placed(mention, set()) for mention in gold)


@given(apart(), apart())
def test_counting_agrees_with_a_way_written_apart(gold: list[Annotation], found: list[Annotation]) -> None:
    document = judged("乙", "字" * 31, "", (), (gold, found))
    micro = score([document]).micro
    assert micro.exact == len({(m.start, m.end, m.type) for m in gold} & {(m.start, m.end, m.type) for m in found})
    assert micro.relaxed == most_pairs(gold, found)
    assert (micro.gold, micro.found) == (len(gold), len(found))
    findings = find_causes(document)
    assert sorted(f.gold for f in findings if f.gold) == sorted(gold)
    assert sorted(f.found for f in findings if f.found) == sorted(found)
    assert sum(finding.cause is Cause.RIGHT for finding in findings) == micro.exact
    for finding in findings:
        if finding.gold and finding.found:
            assert finding.gold.start < finding.found.end
            assert finding.found.start < finding.gold.end


@pytest.mark.skipif(not SCORER.is_file(), reason="the scorer of the gold is not here: put it in ../shared/gold")
@pytest.mark.parametrize("types", ["", "AREA,PROJECT"])
def test_counting_agrees_with_the_scorer_of_the_gold(tmp_path: Path, types: str) -> None:
    chance = random.Random(7)
    texts = {f"d{n}": "".join(chance.choices("“”《》 \n渝中区甲乙丙丁戊", k=120)) for n in range(40)}
    gold, found = ([*drawn(chance, texts), *extra] for extra in ([], drawn(chance, {"stranger": "甲" * 120})))
    windows = [{"doc": f"d{n}", "start": a, "end": a + 50, "type": "WINDOW"} for n in range(9) for a in (0, 60)]
    for name, rows in (("gold", [*windows, *gold, *gold[:5]]), ("found", found)):
        lines = "".join(f"{json.dumps(row, ensure_ascii=False)}\n" for row in rows)
        (tmp_path / f"{name}.jsonl").write_text(lines, encoding="utf-8")
    command = [sys.executable, str(SCORER), str(tmp_path / "gold.jsonl"), str(tmp_path / "found.jsonl"), "--json"]
    command += ["--types", types] if types else []
    theirs = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
    scores = score(
        judged(
            name,
            text,
            "",
            [(row["start"], row["end"]) for row in windows if row["doc"] == name],  # type: ignore[misc]
            (of(gold, name), of(found, name)),
            frozenset(filter(None, types.split(","))),
        )
        for name, text in texts.items()
    )
    ours = {
        kind: dict(zip(("precision", "recall", "f1"), counts.rates(), strict=True))
        | {"gold": counts.gold, "predicted": counts.found, "relaxed_f1": counts.rates(relaxed=True)[2]}
        for kind, counts in [*scores.types.items(), ("micro", scores.micro)]
    }
    assert ours == theirs
    assert 0 < ours["micro"]["f1"] < ours["micro"]["relaxed_f1"] < 1


def drawn(chance: random.Random, texts: dict[str, str]) -> list[dict[str, object]]:
    rows = []
    for name, text in texts.items():
        for _ in range(12):
            start = chance.randrange(110)
            end = start + chance.randrange(1, 5)
            kind = chance.choice(("AREA", "ORG", "PROJECT"))
            rows.append({"doc": name, "start": start, "end": end, "type": kind, "text": text[start:end]})
    return rows


def of(rows: list[dict[str, object]], name: str) -> list[Annotation]:
    return [Annotation(r["start"], r["end"], r["type"], r["text"]) for r in rows if r["doc"] == name]  # type: ignore[arg-type]


# -- the command -----------------------------------------------------------------------------------------------------


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    """A gold and its corpus side by side: gold/gold.jsonl, corpus/sub/甲.txt; the gold is what the pipeline finds."""
    (tmp_path / "corpus" / "sub").mkdir(parents=True)
    (tmp_path / "gold").mkdir()
    text = (SAMPLES / "chizhou-2025-page.txt").read_text(encoding="utf-8")
    (tmp_path / "corpus" / "sub" / "甲.txt").write_text(text, encoding="utf-8")
    (tmp_path / "gold" / "gold.jsonl").write_text("".join(lines_of("甲", text)), encoding="utf-8")
    return tmp_path


def lines_of(name: str, text: str) -> list[str]:
    scene = read_scene(name, text)
    rows = []
    for mention in scene.mentions:
        words = scene.evidence(mention.start, mention.end)
        rows.append({"doc": name, "start": words.start, "end": words.end, "type": mention.type, "text": words.quote})
    return [f"{json.dumps(row, ensure_ascii=False)}\n" for row in rows]


def test_the_pipeline_against_itself_is_perfect_and_against_less_it_is_not(corpus: Path) -> None:
    gold = corpus / "gold" / "gold.jsonl"
    perfect = json.loads(run("evaluate", gold, "--format", "json").stdout)
    assert perfect["micro"]["f1"] == perfect["micro"]["relaxed_f1"] == 1.0
    assert list(perfect["genres"]) == ["economic-work-conference"]
    lines = gold.read_text(encoding="utf-8").splitlines(keepends=True)
    gold.write_text("".join(lines[1:]), encoding="utf-8")
    result = json.loads(run("evaluate", gold, "--format", "json", "--errors", 3).stdout)
    assert result["micro"]["recall"] == 1.0
    assert result["micro"]["precision"] == pytest.approx((len(lines) - 1) / len(lines))
    (error,) = result["errors"]
    assert (error["cause"], error["doc"], error["predicted"]["text"]) == (
        "spurious",
        "甲",
        json.loads(lines[0])["text"],
    )
    assert f"【{error['predicted']['text']}】" in error["context"]


def test_the_tables_show_types_genres_causes_and_errors(corpus: Path) -> None:
    gold = corpus / "gold" / "gold.jsonl"
    lines = gold.read_text(encoding="utf-8").splitlines(keepends=True)
    gold.write_text("".join(lines[1:]), encoding="utf-8")
    table = run("evaluate", gold, "--errors", 1).stdout
    for heading in ("type", "genre", "boundary", "relaxed F1", "economic-work-conference", "all"):
        assert heading in table
    assert re.search(r"^spurious +甲:\d+  found AREA 池州  .*【池州】", table, re.MULTILINE)
    one = run("evaluate", gold, "--types", "person", "--out", corpus / "out.txt")
    assert one.stdout == f"wrote {corpus / 'out.txt'}\n"
    assert "AREA" not in (corpus / "out.txt").read_text(encoding="utf-8")


def test_marked_files_bring_their_text_along(tmp_path: Path) -> None:
    (tmp_path / "marked").mkdir()
    title = "池州市人民政府关于办好实事的通知\n\n"
    text = f"{title}⟦AREA|贵池区⟧和⟦AREA|东至县⟧要抓好落实。⟦AREA|石台县⟧开工⟦PROJECT|杏渡水库⟧。\n"
    (tmp_path / "marked" / "乙.marked.txt").write_text(text, encoding="utf-8")
    result = json.loads(run("evaluate", tmp_path / "marked", "--format", "json", "--types", "AREA").stdout)
    assert result["types"]["AREA"]["gold"] == 3
    assert result["types"]["AREA"]["recall"] == 1.0
    assert list(result["genres"]) == ["policy-notice"]


def line(**changes: object) -> str:
    row = {"doc": "甲", "start": 2, "end": 4, "type": "AREA", "text": "池州"} | changes
    return json.dumps({name: value for name, value in row.items() if value is not None}, ensure_ascii=False) + "\n"


@pytest.mark.parametrize(
    ("gold", "words"),
    [
        (line(doc="丙"), ["丙: no document of that name", "--corpus"]),
        (line(start=9000, end=9002), ["gold.jsonl:1: 9000–9002 lies outside 甲", "characters"]),
        (line(start=4, end=2), ["gold.jsonl:1: 4–2 lies outside"]),
        (line(text="重庆"), ["gold.jsonl:1: 甲 reads 「池州」 at 2–4, the gold 「重庆」", "changed"]),
        (line() + "{'doc'\n", ["gold.jsonl:2: no JSON", "column 2"]),
        (line() + "\n[1]\n", ["gold.jsonl:3: no mention", "whole numbers"]),
        (line(start=None), ["gold.jsonl:1: no mention", '"start"']),
        (line(start=2.5), ["gold.jsonl:1: no mention"]),
        (line(type="CITY"), ["gold.jsonl:1: there is no type 'CITY'", "AREA"]),
        (line(type="WINDOW", end=9000), ["the window 2–9000 lies outside"]),
    ],
    ids=lambda value: "" if isinstance(value, str) else value[0].split(":")[-1].strip()[:24],
)
def test_bad_gold_is_told_in_one_line(corpus: Path, gold: str, words: list[str]) -> None:
    (corpus / "gold" / "gold.jsonl").write_text(gold, encoding="utf-8")
    result = run("evaluate", corpus / "gold" / "gold.jsonl")
    assert (result.exit_code, result.stdout) == (1, "")
    (told,) = result.stderr.splitlines()
    assert told.startswith("policykg: ")
    for word in words:
        assert word in told


def test_all_bad_lines_are_told_at_once(corpus: Path) -> None:
    (corpus / "gold" / "gold.jsonl").write_text(line(type="X") + "{\n" + line(type="Y"), encoding="utf-8")
    assert [told.split(":")[2] for told in run("evaluate", corpus / "gold" / "gold.jsonl").stderr.splitlines()] == [
        "1",
        "2",
        "3",
    ]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["GOLD/missing.jsonl"], "there is no such file or folder"),
        (["GOLD/empty"], "no gold in this folder"),
        (["GOLD/gold.jsonl", "--corpus", "GOLD/missing"], "there is no such folder"),
        (["GOLD/gold.jsonl", "--types", "AREA,CITY"], "there is no type CITY"),
        (["GOLD/gold.jsonl", "--out", "GOLD/no/x.txt"], "cannot be written"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_wrong_use_is_told_in_one_line(corpus: Path, arguments: list[str], words: str) -> None:
    (corpus / "gold" / "empty").mkdir()
    result = run("evaluate", *(word.replace("GOLD", str(corpus / "gold")) for word in arguments))
    assert (result.exit_code, result.stdout) == (2, "")
    (told,) = result.stderr.splitlines()
    assert words in told


# -- the page --------------------------------------------------------------------------------------------------------


class Page(HTMLParser):
    """What a browser would see: tags, attributes, the text of the documents without signs."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.words: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        while self.open and self.open.pop() != tag:
            pass

    def handle_data(self, data: str) -> None:
        if "div" in self.open and "sup" not in self.open:
            self.words.append(data)

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.tags if name == tag]


def test_the_page_shows_the_text_and_every_cause_and_needs_nothing_else() -> None:
    text = TEXT + "\n<script>alert('1 & 2')</script>"
    document = judged("甲<b>", text, "policy-notice", (), (little().gold, little().found))
    written = "".join(to_page(Report([document]), "a<i>"))
    page = Page(written)
    assert "".join(page.words).strip() == text
    assert not re.search(r"""(?:src|href)=|url\(|@import|https?://""", written)
    assert len(page.all("script")) == 1
    assert len(page.all("mark")) == 8
    told = [mark["data-cause"] for mark in page.all("mark")]
    assert told.count("right") == 3
    assert {"boundary", "type", "type+boundary", "missed"} <= set(told)
    assert {box["value"] for box in page.all("input") if box["name"] == "cause"} == set(Cause)
    assert {box["value"] for box in page.all("input") if box["name"] == "type"} >= {"PROJECT", "STRATEGY"}
    assert all(("tabindex" in mark) == (mark["data-cause"] != "right") for mark in page.all("mark"))


@given(apart(), apart())
def test_the_page_keeps_every_character(gold: list[Annotation], found: list[Annotation]) -> None:
    text = "".join(chr(0x4E00 + n) for n in range(31))
    document = judged("乙", text, "", (), (gold, found))
    assert "".join(Page("".join(to_page(Report([document]), "t"))).words).strip() == text


def test_a_page_shows_windows_alone(corpus: Path) -> None:
    gold = corpus / "gold" / "gold.jsonl"
    gold.write_text(line(type="WINDOW", start=0, end=10) + line(), encoding="utf-8")
    assert run("evaluate", gold, "--format", "html", "--out", corpus / "page.html").exit_code == 0
    page = Page((corpus / "page.html").read_text(encoding="utf-8"))
    assert "".join(page.words).strip() == "明年池州经济怎么干"
