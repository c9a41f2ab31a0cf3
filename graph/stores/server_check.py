"""Compares what a Neo4j server holds with the claims: counts by label and type, and a sample property by property."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from graph.claims import ClaimsStore
from graph.property_graph import CLAIM_LABEL, EVIDENCE_LABEL, ClaimNode, Properties, claim_nodes, entity_nodes
from graph.stores.loading import LABELS
from graph.stores.server import Server
from graph.stores.server_load import MARK, read_state, wanted_digest
from ontology.terms import OBJECT_PROPERTIES, Predicate

SAMPLE = 500
"""How many claims are compared property by property, evenly over the store."""

_CLAIM = frozenset(
    ("iri", "predicate", "value", "year", "mode", "ordinal", "words", "status", "confidence", "rule", "document")
)
_EVIDENCE = frozenset(("iri", "claim", "number", "document", "start", "end", "quote"))
_STRUCTURE = ("SUBJECT", "OBJECT", "HAS_EVIDENCE", "IN_DOCUMENT")


@dataclass(frozen=True, slots=True)
class Comparison:
    """Rows of (label or type, in the claims, on the server); `differences` says in one line each what is not equal."""

    counts: tuple[tuple[str, int, int], ...]
    compared: int
    differences: tuple[str, ...]


def compare(store: ClaimsStore, server: Server, sample: int = SAMPLE) -> Comparison:
    """Count on both sides, and compare *sample* claims with their ends and evidence."""
    differences = list(state_differs(store, server))
    wanted = _wanted_counts(store)
    found = _server_counts(server)
    counts = tuple((name, wanted[name], found[name]) for name in sorted({*wanted, *found}))
    differences += [
        f"{name}: {here} in the claims, {there} on the server" for name, here, there in counts if here != there
    ]
    total = sum(store.claim_counts().values())
    chosen = list(islice(claim_nodes(store), 0, None, max(1, total // max(1, sample))))
    for start in range(0, len(chosen), 200):
        differences += _claims_differ(store, server, chosen[start : start + 200])
    return Comparison(counts, len(chosen), tuple(differences))


def state_differs(store: ClaimsStore, server: Server) -> Iterator[str]:
    """Yield in one line why *server* does not hold just what *store* says; nothing where it does."""
    state, loaded = read_state(server)
    if not state:
        yield "the server holds no graph of ours; run `policykg load`"
    elif state != "complete":
        yield "a load did not finish; run `policykg load` again"
    elif loaded != wanted_digest(store):
        yield "the server holds an earlier state of the graph; run `policykg load` again"


def _wanted_counts(store: ClaimsStore) -> Counter[str]:
    counts = Counter(f"(:{node.label})" for node in entity_nodes(store))
    for claim in claim_nodes(store):
        pieces = len(claim.evidence)
        more = {
            f"(:{CLAIM_LABEL})": 1,
            f"(:{EVIDENCE_LABEL})": pieces,
            "[:SUBJECT]": 1,
            "[:OBJECT]": claim.object is not None,
        }
        counts.update({**more, "[:HAS_EVIDENCE]": pieces, "[:IN_DOCUMENT]": pieces})
        if claim.relationship is not None:
            counts[f"[:{claim.relationship}]"] += 1
    return +counts


def _server_counts(server: Server) -> Counter[str]:
    counts: Counter[str] = Counter()
    for label in (*LABELS, CLAIM_LABEL, EVIDENCE_LABEL):
        counts[f"(:{label})"] = _number(server, f"MATCH (n:{label}) WHERE n.{MARK} IS NOT NULL RETURN count(n)")
    for name in _STRUCTURE:
        source = EVIDENCE_LABEL if name == "IN_DOCUMENT" else CLAIM_LABEL
        ours = f"MATCH (n:{source})-[r:{name}]->() WHERE n.{MARK} IS NOT NULL RETURN count(r)"
        counts[f"[:{name}]"] = _number(server, ours)
    for name in {Predicate(predicate).name for predicate in OBJECT_PROPERTIES} - set(_STRUCTURE):
        counts[f"[:{name}]"] = _number(server, f"MATCH ()-[r:{name}]->() WHERE r.claim IS NOT NULL RETURN count(r)")
    return +counts


def _number(server: Server, query: str) -> int:
    return int(server.read(query)[0][0])


def _claims_differ(store: ClaimsStore, server: Server, claims: list[ClaimNode]) -> Iterator[str]:
    query = f"""UNWIND $iris AS iri MATCH (c:{CLAIM_LABEL} {{iri: iri}})-[:SUBJECT]->(s)
        OPTIONAL MATCH (c)-[:OBJECT]->(o)
        RETURN iri, properties(c), s.iri, labels(s), o.iri, labels(o),
               [(c)-[:HAS_EVIDENCE]->(e:{EVIDENCE_LABEL}) | properties(e)],
               [(s)-[r]->(o) WHERE r.claim = iri | [type(r), properties(r)]]"""
    found = {row[0]: row[1:] for row in server.read(query, iris=[claim.iri for claim in claims])}
    for claim in claims:
        if claim.iri not in found:
            yield f"{claim.iri}: not on the server"
            continue
        own, subject, subject_labels, target, target_labels, evidence, direct = found[claim.iri]
        pieces = sorted((_named(piece, _EVIDENCE) for piece in evidence), key=lambda piece: int(str(piece["number"])))
        pairs = (
            ("properties", claim.properties, _named(own, _CLAIM)),
            ("subject", claim.subject, subject),
            ("object", claim.object, target),
            ("evidence", list(claim.evidence), pieces),
            ("direct relationship", [] if claim.direct is None else [[claim.relationship, claim.direct]], direct),
            ("label of the subject", True, claim.subject_label in subject_labels),
            ("label of the object", True, claim.object is None or claim.object_label in (target_labels or ())),
        )
        for what, here, there in pairs:
            if here != there:
                yield f"{claim.iri}: {what}: {here!r} in the claims, {there!r} on the server"[:400]
    yield from _entities_differ(store, server, claims)


def _entities_differ(store: ClaimsStore, server: Server, claims: list[ClaimNode]) -> Iterator[str]:
    ends = sorted({end for claim in claims for end in (claim.subject, claim.object) if end})
    groups: dict[str, list[str]] = {}
    nodes = {node.iri: node for node in entity_nodes(store, ends)}
    for node in nodes.values():
        groups.setdefault(node.label, []).append(node.iri)
    for label, iris in groups.items():
        query = f"UNWIND $iris AS iri MATCH (n:{label} {{iri: iri}}) RETURN iri, properties(n)"
        found = dict(server.read(query, iris=iris))
        for iri in iris:
            here, there = nodes[iri].properties, found.get(iri, {})
            wrong = sorted(name for name in here if there.get(name) != here[name])
            if wrong:
                yield f"{iri}: {', '.join(wrong)} differ between the claims and the server"


def _named(properties: Properties, names: frozenset[str]) -> Properties:
    """Return those *properties* that loads write; a user may have added others."""
    return {name: value for name, value in properties.items() if name in names}
