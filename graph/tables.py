"""The property graph as CSV tables, one a label and one a relationship type, for spreadsheets and data frames.

    nodes/Area.csv            iri:ID,name:string,…,:LABEL
    relationships/COVERS.csv  :START_ID,:END_ID,claim:string,…,:TYPE

The headers are those of `neo4j-admin`, though a first load to Neo4j goes better by `graph/stores/admin_import.py`. List
values are joined by U+001F; where a text holds that itself, U+FFFD stands.
"""

import csv
from collections import defaultdict
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from graph.claims import ClaimsStore
from graph.property_graph import CLAIM_LABEL, EVIDENCE_LABEL, Property, claim_nodes, entity_nodes, relationships_of

ARRAY_DELIMITER = "\x1f"

_CLAIM = {
    "predicate": "string",
    "value": "string",
    "year": "int",
    "mode": "string",
    "ordinal": "int",
    "words": "string",
    "status": "string",
    "confidence": "double",
    "rule": "string",
    "document": "string",
}
_EVIDENCE = {"claim": "string", "number": "int", "document": "string", "start": "int", "end": "int", "quote": "string"}
_DIRECT = {"claim": "string", **{name: _CLAIM[name] for name in ("document", "year", "mode", "ordinal")}}
_DIRECT |= {name: _CLAIM[name] for name in ("status", "confidence")}


def write_tables(store: ClaimsStore, folder: Path) -> None:
    """Write all of *store* into the new *folder*; rows come in the store's order."""
    columns = _entity_columns(store)
    with _Tables(folder) as tables:
        for node in entity_nodes(store):
            tables.add_node(node.label, columns[node.label], node.properties)
        for claim in claim_nodes(store):
            tables.add_node(CLAIM_LABEL, _CLAIM, claim.properties)
            for start, kind, end, properties in relationships_of(claim):
                tables.add_relationship((start, kind, end), _DIRECT if properties else {}, properties)
            for piece in claim.evidence:
                tables.add_node(EVIDENCE_LABEL, _EVIDENCE, piece)


class _Tables:
    """The open files of one folder, each begun when its first row comes."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._files = ExitStack()
        self._writers: dict[Path, Any] = {}
        for name in ("nodes", "relationships"):
            (folder / name).mkdir(parents=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._files.close()

    def add_node(self, label: str, types: Mapping[str, str], properties: Mapping[str, Property]) -> None:
        header = ["iri:ID", *(f"{name}:{kind}" for name, kind in types.items()), ":LABEL"]
        cells = (_cell(properties.get(name)) for name in types)
        self._write(self._folder / "nodes" / f"{label}.csv", header, [properties["iri"], *cells, label])

    def add_relationship(
        self, ends: tuple[str, str, str], types: Mapping[str, str], properties: Mapping[str, Property]
    ) -> None:
        source, kind, target = ends
        header = [":START_ID", ":END_ID", *(f"{name}:{type_}" for name, type_ in types.items()), ":TYPE"]
        cells = (_cell(properties.get(name)) for name in types)
        self._write(self._folder / "relationships" / f"{kind}.csv", header, [source, target, *cells, kind])

    def _write(self, path: Path, header: list[str], row: list[object]) -> None:
        if path not in self._writers:
            file = self._files.enter_context(path.open("w", encoding="utf-8", newline=""))
            self._writers[path] = csv.writer(file, lineterminator="\n")
            self._writers[path].writerow(header)
        self._writers[path].writerow(row)


def _entity_columns(store: ClaimsStore) -> dict[str, dict[str, str]]:
    """Return for each label its properties and their types, own properties first."""
    seen: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for node in entity_nodes(store):
        for name, value in node.properties.items():
            kinds = {_type(item) for item in value} if isinstance(value, list) else {_type(value)}
            seen[node.label][name] |= kinds | ({"[]"} if isinstance(value, list) else set())
    columns = {}
    for label, found in seen.items():
        others = sorted(set(found) - {"iri", "name", "notation", "aliases"})
        columns[label] = {"name": "string", "notation": "string", "aliases": "string[]"}
        columns[label] |= {name: _column_type(found[name]) for name in others}
    return columns


def _type(value: object) -> str:
    return "string" if isinstance(value, str) else "double" if isinstance(value, float) else "int"


def _column_type(kinds: set[str]) -> str:
    widest = next((kind for kind in ("string", "double") if kind in kinds), "int")
    return f"{widest}[]" if "[]" in kinds else widest


def _cell(value: Property | None) -> str | int | float:
    if isinstance(value, list):
        return ARRAY_DELIMITER.join(str(item).replace(ARRAY_DELIMITER, "\ufffd") for item in value)
    return "" if value is None else value
