"""Links judged by a gold of our own: what is linked is right, what is ambiguous stays open with its candidates."""

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from extractors.linking import link_mentions
from extractors.scene import LinkedMention
from ontology.gazetteer import area_by_code
from ontology.identifiers import RESOURCE
from ontology.records import Proposal
from tests.readings import outline

GOLD = Path(__file__).parent / "data" / "links.toml"
CASES: list[dict[str, Any]] = tomllib.loads(GOLD.read_text(encoding="utf-8"))["case"]
_MARK = re.compile(r"⟦([A-Z]+)\|([^|⟧]+)\|([^⟧]+)⟧")
PRECISION, RECALL = 0.97, 0.95


@dataclass(frozen=True)
class Judged:
    """One marked mention: what it should be linked to ("?…": nothing) and what it was linked to."""

    case: str
    wanted: str
    mention: LinkedMention

    @property
    def found(self) -> str:
        return self.mention.entity.iri.removeprefix(RESOURCE) if self.mention.entity else "?"

    @property
    def wants_link(self) -> bool:
        return not self.wanted.startswith("?")

    @property
    def told(self) -> str:
        open_to = ",".join(thing.iri.removeprefix(RESOURCE) for thing in self.mention.candidates)
        return f"{self.case}: {self.mention.type} {self.mention.text}: {self.found}{open_to}, not {self.wanted}"


def judged(case: dict[str, Any]) -> Iterator[Judged]:
    text, wanted, proposals = "", [], []
    last = 0
    for match in _MARK.finditer(case["text"]):
        text += case["text"][last : match.start()]
        proposals.append(Proposal(len(text), len(text) + len(match[2]), match[1], "gold/link"))
        wanted.append(match[3])
        text += match[2]
        last = match.end()
    text += case["text"][last:]
    home = area_by_code(case["home"]) if "home" in case else None
    for mention, target in zip(link_mentions(outline(text), proposals, home, case["year"]), wanted, strict=True):
        yield Judged(case["name"], target, mention)


LINKS = [link for case in CASES for link in judged(case)]
OPEN = [link for link in LINKS if not link.wants_link]


def test_what_is_linked_is_right_and_most_is_linked(capsys: pytest.CaptureFixture[str]) -> None:
    linked = [link for link in LINKS if link.mention.entity]
    right = [link for link in linked if link.found == link.wanted]
    precision, recall = len(right) / len(linked), len(right) / sum(link.wants_link for link in LINKS)
    with capsys.disabled():
        print(f"\nlinks: precision {precision:.3f} of {len(linked)}, recall {recall:.3f}, {len(OPEN)} to stay open")
    wrong = [link.told for link in linked if link.found != link.wanted]
    assert precision >= PRECISION, wrong
    assert recall >= RECALL, [link.told for link in LINKS if link.wants_link and not link.mention.entity]
    assert len(LINKS) >= 100


@pytest.mark.parametrize("link", OPEN, ids=lambda link: f"{link.mention.text} in {link.case}")
def test_what_is_ambiguous_stays_open_between_its_candidates(link: Judged) -> None:
    assert link.mention.entity is None, link.told
    candidates = {thing.iri.removeprefix(RESOURCE) for thing in link.mention.candidates}
    assert candidates == set(filter(None, link.wanted[1:].split(","))), link.told


def test_a_link_and_candidates_exclude_each_other() -> None:
    for link in LINKS:
        assert not (link.mention.entity and link.mention.candidates), link.told
        assert len(link.mention.candidates) != 1, link.told


def test_the_cases_have_names_of_their_own() -> None:
    assert len({case["name"] for case in CASES}) == len(CASES)
