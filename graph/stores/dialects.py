"""What engines spell differently: constraints and indexes. All other Cypher of ours is the same on each of them.

    ArcadeDB       uniqueness and range indexes by `CREATE … IF NOT EXISTS`; no full-text index over Bolt
    Neo4j 5, 2026  the same, `SHOW CONSTRAINTS` and `SHOW INDEXES`, and full-text indexes with an analyzer

Names of labels and properties come from policy.ttl, never from data.
"""

from collections.abc import Iterable, Mapping

from ontology.terms import Kind

RANGE_INDEXES = (
    ("Area", "notation"),
    ("Claim", "document"),
    ("Claim", "predicate"),
    ("Claim", "year"),
    ("Document", "notation"),
    ("Document", "planYear"),
    ("Document", "reviewYear"),
    ("Observation", "period"),
    ("Observation", "value"),
    ("PolicyDocument", "notation"),
    ("Programme", "notation"),
    ("TaskStatement", "governs"),
)
"""Label and property of what people look up by years, codes and values (texts of any length cannot be indexed so)."""

FULL_TEXT = "policykg_names"
"""The name of the full-text index over names and aliases."""

_UNNAMED = frozenset((Kind.CLAIM, Kind.EVIDENCE))


def unique(label: str, name: str = "iri") -> str:
    """Return the statement that lets the property *name* stand once for *label*."""
    return f"CREATE CONSTRAINT {label}_{name} IF NOT EXISTS FOR (n:{label}) REQUIRE n.{name} IS UNIQUE"


def indexed(label: str, name: str) -> str:
    """Return the statement that has nodes of *label* found by the property *name*."""
    return f"CREATE INDEX {label}_{name} IF NOT EXISTS FOR (n:{label}) ON (n.{name})"


def full_text(labels: Iterable[str]) -> str:
    """Return the statement that has nodes of *labels* found by parts of their names and aliases, Chinese ones too."""
    return (
        f"CREATE FULLTEXT INDEX {FULL_TEXT} IF NOT EXISTS FOR (n:{'|'.join(labels)}) ON EACH [n.name, n.aliases] "
        "OPTIONS {indexConfig: {`fulltext.analyzer`: 'cjk'}}"
    )


def server_schema() -> Mapping[str, str]:
    """Return the name of each constraint and index that Neo4j is to have, with the statement that makes it."""
    labels = sorted(map(str, Kind))
    statements = {f"{label}_iri": unique(label) for label in labels}
    statements |= {f"{label}_{name}": indexed(label, name) for label, name in RANGE_INDEXES}
    named = [label for label in labels if label not in _UNNAMED]
    return {**statements, FULL_TEXT: full_text(named)}


SCHEMA_NAMES = "SHOW INDEXES YIELD name RETURN name"
"""The names of all indexes of Neo4j; a uniqueness constraint has an index of its name."""

AWAIT_INDEXES = "CALL db.awaitIndexes(600)"
"""Returns when the indexes of Neo4j are ready; raises after ten minutes."""

REPLAN = "CALL db.prepareForReplanning(60)"
"""Has Neo4j count its indexes anew and forget plans that were made for what it held before."""
