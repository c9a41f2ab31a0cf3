"""Holds what a Neo4j server has against the claims store: counts by label and type, and all properties of a sample."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from graph.claims import ClaimsStore
from graph.property_graph import CLAIM_LABEL, EVIDENCE_LABEL, ClaimNode, Properties, claim_nodes, entity_nodes
from graph.stores import server_state
from graph.stores.bolt import MARK, Engine
from graph.stores.dialects import SCHEMA_NAMES, server_schema
from graph.stores.server_rows import CLAIM_PROPERTIES, ENTITY_LABELS, OUR_PROPERTIES
from ontology.identifiers import document_iri

_PAGE = 500
_TOLD = 10
_OF_CLAIM = frozenset(("iri", *CLAIM_PROPERTIES))
_OF_EVIDENCE = frozenset(("iri", "claim", "number", "document", "start", "end", "quote"))

_DIRECT = "MATCH ()-[r]->() WHERE r.claim IS NOT NULL RETURN type(r), count(*)"
_OF_CLAIMS = f"""MATCH (a)-[r:SUBJECT|OBJECT|HAS_EVIDENCE|IN_DOCUMENT]->(b)
WHERE a.{MARK} IS NOT NULL AND b.{MARK} IS NOT NULL AND r.claim IS NULL RETURN type(r), count(*)"""
_CLAIMS = f"""UNWIND $iris AS iri MATCH (c:{CLAIM_LABEL} {{iri: iri}})-[:SUBJECT]->(s)
OPTIONAL MATCH (c)-[:OBJECT]->(o)
OPTIONAL MATCH (s)-[r]->(o) WHERE r.claim = iri
OPTIONAL MATCH (c)-[:HAS_EVIDENCE]->(e:{EVIDENCE_LABEL})-[:IN_DOCUMENT]->(d)
RETURN iri, properties(c) AS properties, s.iri AS subject, o.iri AS object,
       type(r) AS relationship, properties(r) AS direct, properties(e) AS evidence, d.iri AS document"""


@dataclass(slots=True)
class Check:
    """What was compared: each label and type with its number in the store and on the server, and what differs."""

    counts: dict[str, tuple[int, int]] = field(default_factory=dict)
    claims: int = 0
    things: int = 0
    problems: list[str] = field(default_factory=list)

    def table(self) -> tuple[Sequence[str], Sequence[Sequence[object]]]:
        """Return columns and rows of the counts."""
        rows = [(name, *pair, "" if pair[0] == pair[1] else "differs") for name, pair in self.counts.items()]
        return ("label or type", "graph", "server", ""), rows

    def summary(self) -> str:
        """Return what was compared, in a line."""
        verdict = f"{len(self.problems)} differences" if self.problems else "all equal"
        return f"compared: {len(self.counts)} counts, {self.claims:,} claims and {self.things:,} things; {verdict}\n"


def check(engine: Engine, store: ClaimsStore, sample: int) -> Check:
    """Compare the server of *engine* with *store*; every property of *sample* claims (0: of all) and of their ends."""
    found = Check()
    found.problems += _state_problems(engine, store)
    wanted: Counter[str] = Counter(f":{node.label}" for node in entity_nodes(store))
    step = 1 if not sample else max(1, store.counts()["claims"] // sample)
    page: list[ClaimNode] = []
    differing: list[str] = []
    for number, claim in enumerate(claim_nodes(store)):
        wanted.update(_counted(claim))
        if number % step == 0:
            page.append(claim)
        if len(page) >= _PAGE:
            differing += _differing(engine, store, page, found)
            page = []
    differing += _differing(engine, store, page, found)
    there = _server_counts(engine)
    found.counts = {name: (wanted[name], there[name]) for name in sorted({*wanted, *there})}
    found.problems += [
        f"{name}: {ours:,} in the graph, {theirs:,} on the server"
        for name, (ours, theirs) in found.counts.items()
        if ours != theirs
    ]
    found.problems += differing[:_TOLD] + ([f"{len(differing) - _TOLD} more differ"] if differing[_TOLD:] else [])
    if found.problems:
        found.problems.append("`policykg load` brings the server in step; with --anew it writes all of ours again")
    return found


def state_problem(engine: Engine, store: ClaimsStore) -> str:
    """Return what keeps the server from holding just what *store* holds, or ""."""
    state = server_state.read_state(engine)
    if state.is_empty:
        return "the database holds no graph of policykg; run `policykg load`"
    if not state.complete:
        return "a load is running or was interrupted, the server holds a part of the graph; run `policykg load` again"
    if state.digest != server_state.whole_digest(server_state.document_digests(store)):
        return "the server holds the graph as it was before; run `policykg load` again"
    return ""


def _state_problems(engine: Engine, store: ClaimsStore) -> Iterator[str]:
    problem = state_problem(engine, store)
    if problem:
        yield problem
    missing = sorted(set(server_schema()) - {name for (name,) in engine.run(SCHEMA_NAMES)[1]})
    if missing:
        yield f"the server lacks {len(missing)} indexes ({', '.join(missing[:3])})"


def _counted(claim: ClaimNode) -> Iterator[str]:
    yield from (f":{CLAIM_LABEL}", "SUBJECT")
    if claim.object is not None:
        yield "OBJECT"
    if claim.relationship is not None:
        yield claim.relationship
    for _ in claim.evidence:
        yield from (f":{EVIDENCE_LABEL}", "HAS_EVIDENCE", "IN_DOCUMENT")


def _server_counts(engine: Engine) -> Counter[str]:
    counts: Counter[str] = Counter()
    for label in (*ENTITY_LABELS, CLAIM_LABEL, EVIDENCE_LABEL):
        ((count,),) = engine.run(f"MATCH (n:{label}) WHERE n.{MARK} IS NOT NULL RETURN count(n)")[1]
        counts[f":{label}"] = count
    for query in (_DIRECT, _OF_CLAIMS):
        counts.update(dict(engine.run(query)[1]))
    return +counts


def _differing(engine: Engine, store: ClaimsStore, page: Sequence[ClaimNode], found: Check) -> Iterator[str]:
    """Yield which of the claims of *page*, and of the things at their ends, differ on the server."""
    there: dict[str, dict[str, Any]] = {}
    columns, rows = engine.run(_CLAIMS, {"iris": [claim.iri for claim in page]})
    for row in rows:
        cells = dict(zip(columns, row, strict=True))
        evidence = (_ours(cells.pop("evidence"), _OF_EVIDENCE), cells.pop("document"))
        own = {**cells, "properties": _ours(cells["properties"], _OF_CLAIM), "evidence": []}
        pieces = there.setdefault(cells["iri"], own)["evidence"]
        pieces.append(evidence)
    for claim in page:
        known = there.get(claim.iri)
        for name, value in _wanted_claim(claim).items():
            if known is None or not _same(known[name], value):
                yield f"{claim.iri}: {'is missing' if known is None else f'its {name} differs'}"
                break
    found.claims += len(page)
    yield from _differing_things(engine, store, page, found)


def _wanted_claim(claim: ClaimNode) -> dict[str, object]:
    """Return what the row of *claim* is to hold."""
    ends: dict[str, object] = {"properties": claim.properties, "subject": claim.subject}
    ends |= {"object": claim.object, "relationship": claim.relationship, "direct": claim.direct}
    return {**ends, "evidence": [(piece, document_iri(str(piece["document"]))) for piece in claim.evidence]}


def _differing_things(engine: Engine, store: ClaimsStore, page: Sequence[ClaimNode], found: Check) -> Iterator[str]:
    iris = sorted({end for claim in page for end in (claim.subject, claim.object) if end is not None})
    there: dict[str, tuple[list[str], Properties]] = {}
    for label in ENTITY_LABELS:
        query = f"UNWIND $iris AS iri MATCH (n:{label} {{iri: iri}}) RETURN iri, labels(n), properties(n)"
        there |= {iri: (labels, properties) for iri, labels, properties in engine.run(query, {"iris": iris})[1]}
    for node in entity_nodes(store, iris):
        labels, properties = there.get(node.iri, ([], {}))
        ours = {name: value for name, value in properties.items() if name in OUR_PROPERTIES}
        if node.label not in labels or not _same(ours, node.properties):
            differing = sorted(
                name for name in {*ours, *node.properties} if not _same(ours.get(name), node.properties.get(name))
            )
            yield f"{node.iri}: {', '.join(differing) + ' differs' if labels else 'is missing'}"
    found.things += len(iris)


def _ours(properties: object, names: frozenset[str]) -> object:
    """Return those *properties* that loads write; people may have added their own."""
    if not isinstance(properties, Mapping):
        return properties
    return {name: value for name, value in properties.items() if name in names}


def _same(known: object, wanted: object) -> bool:
    """Tell whether both are equal, numbers of one type; the order of evidence plays no part."""
    if isinstance(known, list) and isinstance(wanted, list) and known and isinstance(known[0], tuple):
        return sorted(map(_key, known)) == sorted(map(_key, wanted))
    return _key(known) == _key(wanted)


def _key(value: object) -> str:
    if isinstance(value, Mapping):
        return repr(sorted((name, _key(item)) for name, item in value.items()))
    return repr([_key(item) for item in value]) if isinstance(value, list | tuple) else repr(value)
