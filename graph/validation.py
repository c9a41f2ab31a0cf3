"""Checks a graph against the shapes: what we must keep to, and what documents say of their own figures.

The union of all named graphs, with the class hierarchy of policy.ttl, is held against `ontology/shapes.ttl` by the
SHACL engine shacl-rust; pySHACL, the slower oracle, finds the same (a test compares). A violation is a fault of ours, a
warning is worth a look (a sum that a document states and that does not add up), an info tells what a text left open (a
value without a year).
"""

import re
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import rdflib
import shacl_rust

from graph.claims import ClaimsStore
from graph.stores.quads import QuadStore
from ontology.identifiers import ONTOLOGY, RESOURCE
from ontology.records import Evidence
from ontology.schema import POLICY_FILE, SHAPES_FILE

VIOLATION, WARNING, INFO = "violation", "warning", "info"
_SH = rdflib.Namespace("http://www.w3.org/ns/shacl#")
_CLAIM = re.compile(re.escape(f"{RESOURCE}claim/") + "[^/]+")


@dataclass(frozen=True, slots=True)
class Finding:
    """What a shape says of a thing, in Chinese and in English, and the words that it is about, where there are any."""

    severity: str
    chinese: str
    english: str
    thing: str
    name: str
    property: str
    evidence: tuple[Evidence, ...]


def validate(quads: QuadStore, store: ClaimsStore) -> list[Finding]:
    """Return what is wrong with the graph in *quads*, violations first; *store* holds the claims it was made from."""
    found = {_finding(store, result) for result in _results(quads)}
    order = (VIOLATION, WARNING, INFO)
    return sorted(
        found, key=lambda finding: (order.index(finding.severity), *_place(finding), finding.thing, finding.english)
    )


def _results(quads: QuadStore) -> list[dict[str, object]]:
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder) / "graph.nt"
        quads.write_triples(data)
        with data.open("a", encoding="utf-8") as file:
            file.write(_hierarchy())
        report = shacl_rust.validate_file(str(data), str(SHAPES_FILE), experimental_index=True)
    return list(report["results"])


@cache
def _hierarchy() -> str:
    """Return policy.ttl as N-Triples: sh:class looks up the superclasses there."""
    return str(rdflib.Graph().parse(POLICY_FILE).serialize(format="nt"))


@cache
def _messages() -> dict[str, str]:
    """Return the language of each message of the shapes; the engine gives them without."""
    shapes = rdflib.Graph().parse(SHAPES_FILE)
    return {str(text): text.language or "" for text in shapes.objects(None, _SH.message) if hasattr(text, "language")}


def _finding(store: ClaimsStore, result: dict[str, object]) -> Finding:
    thing = str(result["focusNode"]).strip("<>")
    path = str(result.get("resultPath") or "").strip("<>")
    told = result["messages"]
    texts = {_messages().get(str(text), ""): str(text) for text in told} if isinstance(told, list) else {}
    name = path.removeprefix(ONTOLOGY)
    entity = store.entity(thing)
    return Finding(
        severity=str(result["severity"]).strip("<>").rpartition("#")[2].lower(),
        chinese=texts.get("zh", ""),
        english=texts.get("en", ""),
        thing=thing,
        name=entity.name if entity else "",
        property=name,
        evidence=tuple(_evidence(store, thing, name)),
    )


def _evidence(store: ClaimsStore, thing: str, predicate: str) -> Iterator[Evidence]:
    """Yield the words of the claim that *thing* is or belongs to, else of what is claimed of it by *predicate*."""
    claim = _CLAIM.match(thing)
    if claim:
        stored = store.claim(claim[0])
        yield from stored.claim.evidence if stored else ()
        return
    about = [stored.claim for stored in store.claims_about(thing)]
    chosen = [claim for claim in about if claim.predicate == predicate] or about[:1]
    for claim_found in chosen[:1]:
        yield from claim_found.evidence


def _place(finding: Finding) -> tuple[str, int]:
    return (finding.evidence[0].document, finding.evidence[0].start) if finding.evidence else ("", -1)
