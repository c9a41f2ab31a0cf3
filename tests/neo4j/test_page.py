"""The commands of docs/neo4j.md on a real server, in their order, with what the page shows."""

import re
import shlex
from pathlib import Path

import pytest

from graph.stores.bolt import Engine
from tests.conftest import SAMPLES
from tests.neo4j.conftest import policykg
from tests.neo4j.servers import ROOT, Server

PAGES = ("docs/neo4j.md", "docs/neo4j.zh.md")
PRINTED = re.compile(r"^\$ (?P<command>.+)\n(?P<shown>(?:[^$`\n].*\n)*)", re.MULTILINE)
CYPHER = re.compile(r"^(?:CALL|MATCH) .+$", re.MULTILINE)


def commands(page: str) -> list[tuple[list[str], str]]:
    """Return the commands of policykg on *page*, each with what the page says that it prints ("" is anything)."""
    found = (
        (shlex.split(match["command"], comments=True), match["shown"])
        for match in PRINTED.finditer((ROOT / page).read_text(encoding="utf-8"))
    )
    return [(words[1:], shown) for words, shown in found if words[0] == "policykg"]


@pytest.mark.parametrize("page", PAGES)
def test_the_page_says_what_happens(
    server: Server, engine: Engine, page: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert policykg(server, "build", SAMPLES, "--out", "kg").exit_code == 0
    run = set()
    for words, shown in commands(page):
        done = policykg(server, *(server.address if word.startswith("neo4j://") else word for word in words))
        assert done.exit_code == 0, (words, done.output)
        assert shown in ("", done.stdout)
        run.add(words[0])
    assert {"load", "check-load", "ask", "cypher", "export"} <= run
    text = (ROOT / page).read_text(encoding="utf-8")
    for query in CYPHER.findall(text):
        assert engine.run(query)[1], query
