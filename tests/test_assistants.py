"""`policykg mcp`: an assistant asks over standard input and output, with the SDK's own client."""

import asyncio
import os
import sys
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from mcp import Client, StdioServerParameters

from graph import assistants
from graph.commands import assisting
from graph.opened import KnowledgeGraph
from graph.questions import load_questions
from graph.worker import Worker
from ontology.errors import BrokenGraph, EngineFailed, QueryFailed, TookTooLong, WrongUse
from tests.conftest import SAMPLES

PROGRAM = "from graph.cli import main; main()"
ENDLESS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l FILTER(?a != ?l) }"


def talk(folder: Path, talking: Callable[[Client], Awaitable[None]], *options: str) -> None:
    """Start the command, let *talking* use a client that is connected to it, and end both."""
    command = ["-c", PROGRAM, "mcp", str(folder), *options]
    environment = {**os.environ, "PYTHONPATH": str(SAMPLES.parent)}
    server = StdioServerParameters(command=sys.executable, args=command, env=environment)

    async def session() -> None:
        async with Client(server) as client:
            await talking(client)

    asyncio.run(asyncio.wait_for(session(), 60))


async def call(client: Client, tool: str, **arguments: object) -> Any:
    result = await client.call_tool(tool, arguments)
    assert not result.is_error, result.content
    return result.structured_content


async def refusal(client: Client, tool: str, **arguments: object) -> str:
    result = await client.call_tool(tool, arguments)
    assert result.is_error
    return str(result.content[0].text)  # type: ignore[union-attr]


def quotes_stand_in_their_document(rows: list[dict[str, Any]]) -> bool:
    texts = {path.stem: path.read_bytes() for path in SAMPLES.glob("*.txt")}
    decoded = {stem: text.decode("gb18030" if "2024" in stem else "utf-8-sig") for stem, text in texts.items()}
    return bool(rows) and all(decoded[row["document"]][row["start"] : row["end"]] == row["quote"] for row in rows)


def test_an_assistant_finds_its_way_to_the_words(sample_folder: Path) -> None:
    async def talking(client: Client) -> None:
        tools = (await client.list_tools()).tools
        assert {tool.name for tool in tools} == {"questions", "ask", "search", "entity", "sparql"}
        assert all(tool.description and tool.annotations and tool.annotations.read_only_hint for tool in tools)
        listed = (await call(client, "questions"))["result"]
        assert [question["name"] for question in listed] == list(load_questions())
        found = await call(client, "search", text="云麓")
        assert found["things"][0]["name"] == "云麓大桥"
        said = await call(client, "entity", name=found["things"][0]["iri"])
        assert quotes_stand_in_their_document([place for claim in said["statements"] for place in claim["evidence"]])
        answer = await call(client, "ask", question="programme-history", parameters={"code": "3245"})
        assert quotes_stand_in_their_document(answer["rows"])
        assert answer["cut"] == ""
        rows = await call(client, "sparql", query="SELECT ?name { ?x a pk:Area ; skos:prefLabel ?name } ORDER BY ?name")
        assert {"name": "贵池区"} in rows["rows"]

    talk(sample_folder, talking)


def test_an_assistant_is_told_of_errors_cuts_and_time(sample_folder: Path) -> None:
    async def talking(client: Client) -> None:
        assert "did you mean" in await refusal(client, "ask", question="programme-histori")
        assert "云麓大桥" in await refusal(client, "entity", name="云麓大乔")
        assert "read-only" in await refusal(client, "sparql", query="DELETE WHERE { ?s ?p ?o }")
        assert "SERVICE is refused" in await refusal(client, "sparql", query="SELECT * { SERVICE <http://x/> { } }")
        assert "limit" in await refusal(client, "sparql", query="ASK {}", limit=assistants.MOST_ROWS + 1)
        few = await call(client, "sparql", query="SELECT * { ?s ?p ?o }", limit=3)
        assert (len(few["rows"]), few["cut"][:22]) == (3, "the first 3 rows, ther")
        assert "stopped after 3 seconds" in await refusal(client, "sparql", query=ENDLESS)
        nobody = await call(client, "sparql", query="SELECT * { ?s pk:nothing ?o }")
        assert (nobody["rows"], nobody["cut"]) == ([], "")
        assert "nothing in this graph" in nobody["note"]

    talk(sample_folder, talking, "--seconds", "3")


# -- cuts ------------------------------------------------------------------------------------------------------------


def test_rows_beyond_the_limit_are_counted(sample_graph: KnowledgeGraph) -> None:
    whole = sample_graph.ask("orientations")
    part = assistants.answer(sample_graph, "orientations", {}, 5)
    assert part.rows == list(whole.rows[:5])
    assert part.cut.startswith(f"the first 5 of {len(whole)} rows; ")
    assert assistants.answer(sample_graph, "orientations", {}, len(whole)).cut == ""


def test_statements_and_things_beyond_the_limit_are_counted(sample_graph: KnowledgeGraph) -> None:
    total = len(sample_graph.explain("池州市").things[0].statements)
    part = assistants.explain(sample_graph, "池州市", 4)
    assert len(part.statements) == 4
    assert part.cut.startswith(f"the first 4 of {total} statements; ")
    assert assistants.find(sample_graph, "池州", None, 1).cut.startswith("the first 1 of ")
    assert assistants.find(sample_graph, "云麓大桥", "Project", 500).cut == ""


def test_long_answers_and_long_cells_are_cut_and_say_so(
    sample_graph: KnowledgeGraph, monkeypatch: pytest.MonkeyPatch
) -> None:
    long = assistants.select(sample_graph, 'SELECT ("云" AS ?short) (STR("' + "云" * 3000 + '") AS ?long) {}', 5)
    assert long.rows == [{"short": "云", "long": "云" * assistants.MOST_IN_A_CELL + "… (cut)"}]
    assert long.cut
    monkeypatch.setattr(assistants, "MOST_CHARACTERS", 300)
    part = assistants.answer(sample_graph, "orientations", {}, 500)
    assert 0 < len(part.rows) < len(sample_graph.ask("orientations"))
    assert part.cut
    said = assistants.explain(sample_graph, "云麓大桥", 500)
    assert len(said.statements) == 1
    assert said.cut


def test_a_claim_is_shown_alone(sample_graph: KnowledgeGraph) -> None:
    claim = sample_graph.explain("云麓大桥").things[0].statements[0].id
    shown = assistants.explain(sample_graph, claim, 10)
    assert (shown.things, [said.claim for said in shown.statements], shown.cut) == ([], [claim], "")


# -- the worker ------------------------------------------------------------------------------------------------------


@pytest.fixture
def worker(sample_folder: Path) -> Iterator[Worker]:
    with Worker(sample_folder, 2) as worker:
        yield worker


def die(graph: KnowledgeGraph) -> None:
    os._exit(9)


def count(graph: KnowledgeGraph) -> int:
    return len(graph.entities())


def ask_endlessly(graph: KnowledgeGraph) -> object:
    return graph.sparql(ENDLESS)


def refuse(graph: KnowledgeGraph) -> object:
    return graph.sparql("SELECT nothing")


def test_a_worker_survives_what_happens_to_its_process(worker: Worker, sample_graph: KnowledgeGraph) -> None:
    known = len(sample_graph.entities())
    assert worker.do(count) == known
    with pytest.raises(TookTooLong, match="stopped after 2 seconds"):
        worker.do(ask_endlessly)
    assert worker.do(count) == known
    with pytest.raises(EngineFailed, match="died"):
        worker.do(die)
    with pytest.raises(QueryFailed):
        worker.do(refuse)
    assert worker.do(count) == known


def test_a_worker_without_a_graph_says_so_every_time(tmp_path: Path) -> None:
    with Worker(tmp_path, 2) as worker:
        for _ in range(2):
            with pytest.raises(BrokenGraph, match=tmp_path.name):
                worker.do(count)


def test_without_the_sdk_the_command_says_what_to_install(sample_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(assisting, "find_spec", lambda _: None)
    with pytest.raises(WrongUse, match="pip install"):
        assisting.mcp.callback(sample_folder, 1.0)  # type: ignore[misc]
