"""Measures Neo4j: loads through Bolt (first, second), the raw driver with the same rows, `neo4j-admin`, all questions.

    python -m benchmarks.neo4j_load VERSION KG...      KG are built graphs; the server comes from Maven

The server gets no warning of what comes; raw driver and loader take turns on an emptied database, twice, and the better
of the two is told for each.
"""

import os
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import neo4j

from graph import open_graph
from graph.ask import Graph, answer_question
from graph.claims import ClaimsStore
from graph.opened import KnowledgeGraph
from graph.property_graph import claim_nodes, entity_nodes
from graph.questions import load_questions
from graph.served import ServedGraph
from graph.stores.bolt import Engine
from graph.stores.server import Place, open_server
from graph.stores.server_check import check
from graph.stores.server_load import ServerLoad
from ontology.identifiers import document_iri
from tests.neo4j.conftest import empty
from tests.neo4j.servers import Server

ROUNDS = 2
BATCH = 1000
Statements = list[tuple[str, list[dict[str, Any]]]]


def seconds(work: Callable[[], object]) -> float:
    """Return how long *work* takes."""
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def by_hand(store: ClaimsStore) -> Statements:
    """Return the statements that somebody would write for the same nodes and relationships, with their rows."""
    entities: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for node in entity_nodes(store):
        entities[node.label].append({**node.properties, "_policykg": "0123456789abcdef"})
    statements = [(f"UNWIND $rows AS row CREATE (n:{label}) SET n = row", rows) for label, rows in entities.items()]
    claims: dict[tuple[str, str | None, str | None], list[dict[str, Any]]] = defaultdict(list)
    for claim in claim_nodes(store):
        pieces = [
            {"iri": document_iri(str(piece["document"])), "properties": {**piece, "_policykg": "0123456789abcdef"}}
            for piece in claim.evidence
        ]
        ends = {"subject": claim.subject, "object": claim.object, "direct": claim.direct, "evidence": pieces}
        row = {**ends, "properties": {**claim.properties, "_policykg": "0123456789abcdef"}}
        claims[claim.subject_label, claim.object_label, claim.relationship].append(row)
    for (subject, target, kind), rows in claims.items():
        match = f"MATCH (s:{subject} {{iri: row.subject}})"
        create = "CREATE (c:Claim)-[:SUBJECT]->(s) SET c = row.properties"
        if target:
            match += f" MATCH (o:{target} {{iri: row.object}})"
            create += " CREATE (c)-[:OBJECT]->(o)"
        if kind:
            create += f" CREATE (s)-[r:{kind}]->(o) SET r = row.direct"
        evidence = (
            "WITH c, row UNWIND row.evidence AS piece MATCH (d:Document {iri: piece.iri}) "
            "CREATE (c)-[:HAS_EVIDENCE]->(e:Evidence)-[:IN_DOCUMENT]->(d) SET e = piece.properties"
        )
        statements.append((f"UNWIND $rows AS row {match} {create} {evidence}", rows))
    return statements


def write_raw(server: Server, statements: Statements) -> None:
    """Write *statements* with the driver alone, a transaction a batch."""
    with (
        neo4j.GraphDatabase.driver(server.address, auth=("neo4j", server.password)) as driver,
        driver.session() as session,
    ):
        for statement, rows in statements:
            for start in range(0, len(rows), BATCH):
                part = rows[start : start + BATCH]
                session.execute_write(lambda tx, text, given: tx.run(text, rows=given).consume(), statement, part)


def measure_bolt(server: Server, engine: Engine, store: ClaimsStore) -> dict[str, float]:
    """Return the best times of first load, second load and raw driver."""
    statements = by_hand(store)
    times: dict[str, list[float]] = defaultdict(list)
    for _ in range(ROUNDS):
        empty(engine)
        times["raw driver"].append(seconds(lambda: write_raw(server, statements)))
        empty(engine)
        times["first load"].append(seconds(lambda: ServerLoad(engine, store).run()))
        times["second load"].append(seconds(lambda: ServerLoad(engine, store).run()))
    return {name: min(taken) for name, taken in times.items()}


def measure_import(server: Server, graph: KnowledgeGraph) -> dict[str, float]:
    """Return the times of the export and of the import, on a server of its own that never runs."""
    with tempfile.TemporaryDirectory() as folder:
        target, other = Path(folder) / "import", Server(server.version, Path(folder) / "home")
        exported = seconds(lambda: graph.export("neo4j-admin", target))
        begun = time.perf_counter()
        done = other.admin_script(target / "import.sh")
        if done.returncode:
            raise RuntimeError(done.stdout + done.stderr)
        return {"export neo4j-admin": exported, "neo4j-admin import": time.perf_counter() - begun}


def compare_questions(graph: KnowledgeGraph, engine: Engine, version: str) -> None:
    """Print rows and milliseconds of every question on the three engines; the second answer counts."""
    served = ServedGraph(graph, engine)
    print(f"| question | rows | SPARQL ms | ArcadeDB ms | Neo4j {version} ms |\n| --- | ---: | ---: | ---: | ---: |")
    for name in load_questions():
        asked: tuple[tuple[Graph, str], ...] = ((graph, "sparql"), (graph, "cypher"), (served, "cypher"))
        answers, taken = [], []
        for which, language in asked:
            ask = partial(answer_question, which, name, {}, language)
            answers.append(ask())
            taken.append(seconds(ask))
        equal = f"{len(answers[0]):,}" if answers[0] == answers[1] == answers[2] else "DIFFER"
        print(f"| {name} | {equal} | " + " | ".join(f"{1000 * each:,.0f}" for each in taken) + " |", flush=True)


def main(version: str, folders: Sequence[str]) -> None:
    """Measure each graph."""
    with (
        tempfile.TemporaryDirectory() as home,
        Server(version, Path(home) / "home", quick=False) as server,
        open_server(Place(server.address), server.password) as engine,
    ):
        for folder in folders:
            with open_graph(folder) as graph:
                measure(graph, server, engine)


def measure(graph: KnowledgeGraph, server: Server, engine: Engine) -> None:
    """Print all figures of *graph*."""
    counts = graph.claims.counts()
    print(f"\n{graph.folder}: {counts}, {os.cpu_count()} cores, Neo4j {server.version}\n", flush=True)
    times = measure_bolt(server, engine, graph.claims) | measure_import(server, graph)
    for name, taken in times.items():
        print(f"| {name} | {taken:.2f} s | {counts['claims'] / taken:,.0f} claims/s |", flush=True)
    print(f"\n{check(engine, graph.claims, 1000).summary()}", flush=True)
    compare_questions(graph, engine, server.version)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
