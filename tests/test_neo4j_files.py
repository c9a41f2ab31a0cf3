"""What goes to Neo4j without a server: addresses, what errors become, files for the import and for Browser."""

import csv
import re
from pathlib import Path

import pytest
from neo4j.exceptions import Neo4jError

from graph.browser import write_queries, write_style
from graph.claims import ClaimsStore
from graph.property_graph import claim_nodes, entity_nodes
from graph.questions import load_questions
from graph.stores.admin_import import write_import
from graph.stores.dialects import RANGE_INDEXES, server_schema
from graph.stores.server import Place, failure_of, read_password, read_place
from ontology.errors import EngineFailed, PolicyKGError, TookTooLong, WrongUse
from ontology.terms import Kind, Predicate
from tests.readings import AWKWARD, awkward_reading, inferred_claim, small_reading

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture
def store(tmp_path: Path) -> ClaimsStore:
    made = ClaimsStore.create(tmp_path / "claims.sqlite")
    for content in (small_reading("甲"), small_reading("乙", 2024), awkward_reading("怪")):
        made.put(content, "rules")
    made.put_inferred([inferred_claim()])
    return made


@pytest.mark.parametrize("scheme", ["neo4j", "bolt", "neo4j+s", "bolt+s", "neo4j+ssc", "bolt+ssc"])
def test_addresses_that_drivers_know_are_taken(scheme: str) -> None:
    assert read_place(f"{scheme}://example:7687", "me", "db") == Place(f"{scheme}://example:7687", "me", "db")


@pytest.mark.parametrize("address", ["localhost:7687", "http://localhost:7474", "", "bolt://", "neo4j:7687"])
def test_other_addresses_are_refused_with_one_that_works(address: str) -> None:
    with pytest.raises(WrongUse, match=r"write neo4j://HOST:7687"):
        read_place(address, "neo4j", "neo4j")


def test_a_password_in_the_address_is_refused_and_not_repeated() -> None:
    with pytest.raises(WrongUse, match="NEO4J_PASSWORD") as caught:
        read_place("bolt://neo4j:geheim@localhost:7687", "neo4j", "neo4j")
    assert "geheim" not in str(caught.value)


def test_the_password_comes_from_the_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NEO4J_PASSWORD", "geheim")
    assert read_password(lambda _: "asked", Place("bolt://x")) == "geheim"
    monkeypatch.delenv("NEO4J_PASSWORD")
    with pytest.raises(WrongUse, match="set NEO4J_PASSWORD"):
        read_password(lambda _: "asked", Place("bolt://x"))


@pytest.mark.parametrize(
    ("code", "words", "kind", "told"),
    [
        ("Neo.ClientError.Database.DatabaseNotFound", "no", WrongUse, "--database"),
        ("Neo.ClientError.General.ForbiddenOnReadOnlyDatabase", "no", EngineFailed, "make it writable"),
        ("Neo.ClientError.Cluster.NotALeader", "no", EngineFailed, "make it writable"),
        ("Neo.ClientError.Transaction.TransactionTimedOut", "no", TookTooLong, "--timeout"),
        ("Neo.DatabaseError.Transaction.TransactionCommitFailed", "no", EngineFailed, "free some space"),
        ("Neo.DatabaseError.General.UnknownError", "No space left on device", EngineFailed, "free some space"),
        ("Neo.TransientError.Database.DatabaseUnavailable", "no", EngineFailed, "restart it"),
        ("Neo.ClientError.Schema.ConstraintValidationFailed", "no", EngineFailed, "another database"),
        ("Neo.ClientError.Security.Forbidden", "no", EngineFailed, "another --user"),
        ("Neo.TransientError.Transaction.DeadlockDetected", "no", EngineFailed, "run the command again"),
    ],
)
def test_what_a_server_says_becomes_one_line_with_the_remedy(
    code: str, words: str, kind: type[PolicyKGError], told: str
) -> None:
    error = Neo4jError._hydrate_neo4j(code=code, message=words)
    failure = failure_of(Place("bolt://x"), error, connected=True)
    assert type(failure) is kind
    assert told in str(failure)
    assert "\n" not in str(failure)


def test_the_schema_speaks_of_policy_ttl_only() -> None:
    kinds, names = set(map(str, Kind)), {"iri", "name", "aliases", "notation", *map(str, Predicate)}
    names |= {"document", "predicate", "year"}
    assert {kind for kind, _ in RANGE_INDEXES} <= kinds
    assert {name for _, name in RANGE_INDEXES} <= names
    assert set(server_schema()) >= {f"{kind}_iri" for kind in kinds}


# -- neo4j-admin -----------------------------------------------------------------------------------------------------


def imported(folder: Path, room: str) -> list[dict[str, str]]:
    """Return all rows of a room, by column with its type, those of no value left out."""
    found = []
    for header in sorted((folder / room).glob("*-header.csv")):
        (columns,) = csv.reader([header.read_text(encoding="utf-8").strip()])
        with header.with_name(header.name.replace("-header", "")).open(encoding="utf-8", newline="") as file:
            found += [dict(zip(columns, row, strict=True)) for row in csv.reader(file)]
    return found


def test_the_import_holds_every_node_and_relationship_with_its_types(store: ClaimsStore, tmp_path: Path) -> None:
    write_import(store, tmp_path / "import")
    nodes, links = imported(tmp_path / "import", "nodes"), imported(tmp_path / "import", "relationships")
    entities, claims = list(entity_nodes(store)), list(claim_nodes(store))
    pieces = sum(len(claim.evidence) for claim in claims)
    ours = [row for row in nodes if "iri:ID" in row]
    assert len(ours) == len(entities) + len(claims) + pieces
    assert len({row["iri:ID"] for row in ours}) == len(ours)
    assert {row[":ID"] for row in nodes if ":ID" in row} == {
        "PolicyKGLoad/",
        *(f"PolicyKGDocument/{key}" for key in ("", "甲", "乙", "怪")),
    }
    direct = sum(claim.relationship is not None for claim in claims)
    objects = sum(claim.object is not None for claim in claims)
    assert len(links) == len(claims) + objects + direct + 2 * pieces
    values = {type(c.properties["value"]).__name__ for c in claims if "value" in c.properties}
    seen = {column.partition(":")[2] for row in ours for column in row if column.startswith("value:")}
    assert values == {"str", "int", "float"}
    assert {"string", "long", "double"} <= seen
    awkward = [row for row in ours if row.get("words:string") == AWKWARD]
    assert len(awkward) == 11


def test_the_script_names_every_file(store: ClaimsStore, tmp_path: Path) -> None:
    write_import(store, tmp_path / "import")
    script = (tmp_path / "import" / "import.sh").read_text(encoding="utf-8")
    named = set(re.findall(r"=((?:nodes|relationships)/\S+?),(\S+)", script))
    there = {path.relative_to(tmp_path / "import").as_posix() for path in (tmp_path / "import").rglob("*.csv")}
    assert {path for pair in named for path in pair} == there
    assert "database import full" in script
    assert "--array-delimiter=U+001F" in script


# -- Browser ---------------------------------------------------------------------------------------------------------


def test_the_style_has_a_rule_and_a_colour_for_each_class(tmp_path: Path) -> None:
    write_style(tmp_path / "x.grass")
    style = (tmp_path / "x.grass").read_text(encoding="utf-8")
    rules = dict(re.findall(r"node\.(\w+) \{\n  color: (#[0-9A-F]{6});", style))
    assert set(map(str, Kind)) <= set(rules)
    assert len({rules[str(kind)] for kind in Kind}) == len(Kind)
    for kind in Kind:
        assert f"node.{kind} {{" in style
    assert "/*" not in style  # Neo4j Browser 5.24 skips every rule after a comment
    assert style.count("{\n") == style.count("\n}")


def test_every_question_is_saved_with_its_parameters(store: ClaimsStore, tmp_path: Path) -> None:
    write_queries(store, tmp_path / "questions")
    assert {path.stem for path in (tmp_path / "questions").iterdir()} == set(load_questions())
    for question in load_questions().values():
        text = (tmp_path / "questions" / f"{question.name}.cypher").read_text(encoding="utf-8")
        assert re.findall(r"^:param (\w+) =>", text, re.MULTILINE) == list(question.parameters)
        assert question.text("cypher").strip() in text
        assert question.chinese in text


def test_no_password_stands_in_the_compose_file() -> None:
    text = (ROOT / "compose.yaml").read_text(encoding="utf-8")
    assert set(re.findall(r"NEO4J_(?:PASSWORD|AUTH): (.*)", text)) == {
        "${NEO4J_PASSWORD:?set NEO4J_PASSWORD}",
        "neo4j/${NEO4J_PASSWORD:?set NEO4J_PASSWORD}",
    }
    for part in ("neo4j:", "endpoint:", "healthcheck:", "volumes:"):
        assert part in text
