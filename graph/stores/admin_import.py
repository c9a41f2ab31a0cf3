"""The graph as files for `neo4j-admin database import full`: the quickest first load, of millions of nodes.

    DIR/nodes/Area-header.csv             iri:ID,name:string,…,:LABEL
    DIR/nodes/Area.csv                    the rows
    DIR/relationships/COVERS-header.csv   :START_ID,:END_ID,claim:string,…,:TYPE
    DIR/import.sh                         the command; run it where the stopped server's neo4j-admin is

What is imported is what `policykg load` would have written, its marks and marker included: the next load makes the
indexes and sends only what changed since. A property that is a number in one node and a text in another has a file for
each. Texts are quoted, so that an empty one stays apart from none.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from itertools import chain
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from graph.claims import ClaimsStore
from graph.property_graph import (
    CLAIM_LABEL,
    EVIDENCE_LABEL,
    ClaimNode,
    Property,
    claim_nodes,
    entity_nodes,
    relationships_of,
)
from graph.stores import server_rows, server_state
from graph.stores.bolt import MARK
from ontology.errors import WrongUse

ARRAY_DELIMITER = "\x1f"
SCRIPT = "import.sh"

_OPTIONAL = {"mode": "string", "ordinal": "long", "words": "string", "year": "long"}
"""What a claim may lack, and its type: a column all the same, so that the files are few; each costs the import time."""
_OF_LINKS = tuple(name for name in _OPTIONAL if name != "words")

_Types = tuple[tuple[str, str], ...]
_Cells = Mapping[str, Property | None]
_ID = "iri"


def write_import(store: ClaimsStore, folder: Path) -> None:
    """Write all of *store* into the new *folder*. Raises WrongUse for a list that holds U+001F in a text."""
    with _Files(folder) as files:
        for node in entity_nodes(store):
            files.add_node(node.label, {**node.properties, MARK: server_rows.entity_mark(node)})
        for claim in claim_nodes(store):
            _add_claim(files, claim)
        digests = server_state.document_digests(store)
        facts = {"id": server_state.MARKER_ID, **server_state.marker_facts(store, digests)}
        del facts["store"]  # a name made by chance; the files of equal graphs are equal
        files.add_marker(server_state.LOAD_LABEL, "", dict(facts))
        for key, value in digests.items():
            files.add_marker(server_state.DOCUMENT_LABEL, key, {"key": key, "digest": value})
    (folder / SCRIPT).write_text(_script(files), encoding="utf-8")
    (folder / SCRIPT).chmod(0o755)


def _add_claim(files: "_Files", claim: ClaimNode) -> None:
    mark = server_rows.claim_mark(claim)
    files.add_node(CLAIM_LABEL, {**dict.fromkeys(_OPTIONAL), **claim.properties, MARK: mark})
    for piece in claim.evidence:
        files.add_node(EVIDENCE_LABEL, {**piece, MARK: mark})
    for start, kind, end, properties in relationships_of(claim):
        files.add_link(start, kind, end, {**dict.fromkeys(_OF_LINKS), **properties} if properties else {})


class _Files:
    """The files of one folder: for each label or type one for each set of properties with their types."""

    def __init__(self, folder: Path) -> None:
        self.groups: dict[tuple[str, str], dict[_Types, str]] = defaultdict(dict)
        self._folder = folder
        self._open: dict[tuple[str, str, _Types], IO[str]] = {}
        self._files = ExitStack()
        for name in ("nodes", "relationships"):
            (folder / name).mkdir(parents=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._files.close()

    def add_node(self, label: str, properties: _Cells) -> None:
        own = {name: properties[name] for name in sorted(properties) if name != _ID}
        self._add("nodes", label, [f"{_ID}:ID"], [str(properties[_ID])], own)

    def add_marker(self, label: str, key: str, properties: _Cells) -> None:
        self._add("nodes", label, [":ID"], [f"{label}/{key}"], {name: properties[name] for name in sorted(properties)})

    def add_link(self, start: str, kind: str, end: str, properties: _Cells) -> None:
        own = {name: properties[name] for name in sorted(properties)}
        self._add("relationships", kind, [":START_ID", ":END_ID"], [start, end], own)

    def _add(self, room: str, name: str, keys: Sequence[str], ids: Sequence[str], properties: _Cells) -> None:
        types = tuple((each, _OPTIONAL[each] if value is None else _type(value)) for each, value in properties.items())
        file = self._open.get((room, name, types)) or self._begin(room, name, keys, types)
        file.write(",".join(chain(map(_cell, ids), map(_cell, properties.values()), (name,))) + "\n")

    def _begin(self, room: str, name: str, keys: Sequence[str], types: _Types) -> IO[str]:
        group = self.groups[room, name]
        stem = name if not group else f"{name}-{len(group) + 1}"
        group[types] = stem
        last = ":LABEL" if room == "nodes" else ":TYPE"
        header = ",".join([*keys, *(f"{each}:{kind}" for each, kind in types), last])
        (self._folder / room / f"{stem}-header.csv").write_text(header + "\n", encoding="utf-8")
        path = self._folder / room / f"{stem}.csv"
        file = self._files.enter_context(path.open("w", encoding="utf-8", newline=""))
        self._open[room, name, types] = file
        return file


def _type(value: object) -> str:
    if isinstance(value, list):
        return f"{_type(value[0]) if value else 'string'}[]"
    return "string" if isinstance(value, str) else "double" if isinstance(value, float) else "long"


def _cell(value: object) -> str:
    if isinstance(value, list):
        texts = [str(item) for item in value]
        if any(ARRAY_DELIMITER in text for text in texts):
            raise WrongUse("a list of names holds the control character U+001F, which divides lists in CSV; use Bolt")
        return _quoted(ARRAY_DELIMITER.join(texts)) if texts else ""
    if value is None:
        return ""
    return _quoted(value) if isinstance(value, str) else str(value)


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'


def _script(files: _Files) -> str:
    """Return the shell script that imports the files into the database that its first argument names."""
    lines = [
        "#!/bin/sh",
        "# Imports this folder into a database of a stopped Neo4j: ./import.sh [DATABASE]. What it held is lost.",
        "# NEO4J_ADMIN names the program where it is not on the path.",
        'cd "$(dirname "$0")" || exit 1',
        'exec "${NEO4J_ADMIN:-neo4j-admin}" database import full "${1:-neo4j}" --overwrite-destination \\',
        "  --array-delimiter=U+001F --multiline-fields=true --id-type=string \\",
    ]
    inputs = [
        f"  --{room}={room}/{stem}-header.csv,{room}/{stem}.csv"
        for (room, _), group in sorted(files.groups.items())
        for stem in group.values()
    ]
    return "\n".join(lines) + "\n" + " \\\n".join(inputs) + "\n"
