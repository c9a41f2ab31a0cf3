"""The statements that write our nodes to a Neo4j server, each over `UNWIND $rows AS row`, and the rows they take.

Every node of ours carries the mark (`MARK`): a digest of what was loaded, by which a later load sees what changed, and
by which nodes of other people stay untouched. Every direct relationship of ours names its claim. Statements name labels
of policy.ttl; all else is a parameter, the types of relationships, too. They are few, because a server that is new
takes longer to plan a statement than to run it: the ends of a claim are found by the names that the server gave them.
Only on a server that has no claims yet do those of one shape (labels of their ends, type of relationship) come together
in such numbers that a statement of their own, which runs twice as fast, pays for its plan.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from graph.property_graph import CLAIM_LABEL, EVIDENCE_LABEL, ClaimNode, EntityNode
from graph.stores.bolt import MARK
from ontology.errors import BrokenGraph
from ontology.identifiers import digest, document_iri
from ontology.schema import relationship_type
from ontology.terms import Kind, Predicate

ENTITY_LABELS = tuple(sorted({str(kind) for kind in Kind} - {CLAIM_LABEL, EVIDENCE_LABEL}))
OUR_PROPERTIES = frozenset(("iri", "name", "notation", "aliases", *map(str, Predicate)))
"""The properties that entities of ours may have; all others on their nodes are somebody else's."""

RELATIONSHIPS = frozenset(map(relationship_type, Predicate))
Shape = tuple[str, str | None, str | None]
"""Labels of a claim's subject and object, and the type of the direct relationship between them."""

CLAIM_PROPERTIES = (
    *("predicate", "value", "year", "mode", "ordinal", "words", "status", "confidence", "rule", "document"),
)
Row = dict[str, Any]
_CLAIM = f"UNWIND $rows AS row MATCH (c:{CLAIM_LABEL} {{iri: row.iri}})"
_SUBJECT = "UNWIND $rows AS row MATCH (s) WHERE elementId(s) = row.subject"
_OBJECT = "MATCH (o) WHERE elementId(o) = row.object"
_PIECES = "UNWIND row.evidence AS piece MATCH (d) WHERE elementId(d) = piece.document"
_QUOTED = f"CREATE (c)-[:HAS_EVIDENCE]->(e:{EVIDENCE_LABEL})-[:IN_DOCUMENT]->(d) SET e = piece.properties"
_REST = f"SET c = row.properties WITH c, row {_PIECES} {_QUOTED}"

CREATED_LITERALS = f"{_SUBJECT} CREATE (c:{CLAIM_LABEL})-[:SUBJECT]->(s) {_REST}"
CREATED_LINKS = f"{_SUBJECT} {_OBJECT} CREATE (s)<-[:SUBJECT]-(c:{CLAIM_LABEL})-[:OBJECT]->(o) {_REST}"
CREATED_DIRECT = f"{_SUBJECT} {_OBJECT} CREATE (s)-[r:$(row.type)]->(o) SET r = row.direct"
STRAY_DIRECT = f"{_SUBJECT} {_OBJECT} MATCH (s)-[r]->(o) WHERE r.claim = row.iri DELETE r"
STRAY_EVIDENCE = f"""UNWIND $rows AS row UNWIND row.evidence AS piece
    MATCH (e:{EVIDENCE_LABEL} {{iri: piece.properties.iri}}) WHERE e.{MARK} IS NOT NULL DETACH DELETE e"""
UPDATED_CLAIMS = f"{_CLAIM} SET c += row.properties"
UPDATED_EVIDENCE = f"""{_CLAIM} {_PIECES}
    MERGE (e:{EVIDENCE_LABEL} {{iri: piece.properties.iri}}) SET e += piece.properties
    MERGE (c)-[:HAS_EVIDENCE]->(e) MERGE (e)-[:IN_DOCUMENT]->(d)"""
REMOVED_DIRECT = (
    f"{_CLAIM}-[:SUBJECT]->(s) MATCH (c)-[:OBJECT]->(o) MATCH (s)-[r]->(o) WHERE r.claim = row.iri DELETE r"
)
REMOVED_EVIDENCE = f"{_CLAIM}-[:HAS_EVIDENCE]->(e:{EVIDENCE_LABEL}) WHERE e.claim = row.iri DETACH DELETE e"
REMOVED_CLAIMS = f"{_CLAIM} DETACH DELETE c"
CLAIMS_THERE = f"UNWIND $iris AS iri MATCH (c:{CLAIM_LABEL} {{iri: iri}}) RETURN c.iri"
MARKS_OF_DOCUMENT = f"MATCH (c:{CLAIM_LABEL} {{document: $document}}) RETURN c.iri, c.{MARK}"


def created_alike(shape: Shape) -> str:
    """Return the statement that creates claims of one *shape*, whose ends its rows name by IRI."""
    subject, target, kind = shape
    found = f"UNWIND $rows AS row MATCH (s:{checked(subject)} {{iri: row.subject}})"
    made = f"CREATE (s)<-[:SUBJECT]-(c:{CLAIM_LABEL})"
    if target is not None:
        found += f" MATCH (o:{checked(target)} {{iri: row.object}})"
        made += "-[:OBJECT]->(o)"
    if kind is not None:
        if kind not in RELATIONSHIPS:
            raise BrokenGraph(f"{kind!r} is no relationship of policy.ttl; build the graph anew")
        made += f" CREATE (s)-[r:{kind}]->(o) SET r = row.direct"
    quoted = f"UNWIND row.evidence AS piece MATCH (d:{Kind.DOCUMENT} {{iri: piece.document}}) {_QUOTED}"
    return f"{found} {made} SET c = row.properties WITH c, row {quoted}"


def shape_of(claim: ClaimNode) -> Shape:
    """Return the shape of *claim*."""
    return claim.subject_label, claim.object_label, claim.relationship


def checked(label: str) -> str:
    """Return *label*, which goes into a statement; raises BrokenGraph for one that policy.ttl does not have."""
    if label not in ENTITY_LABELS:
        raise BrokenGraph(f"{label!r} is no class of policy.ttl; build the graph anew")
    return label


def any_of(label: str) -> str:
    """Return the query for one node of *label*."""
    known = label in {CLAIM_LABEL, EVIDENCE_LABEL}
    return f"MATCH (n:{label if known else checked(label)}) RETURN 1 LIMIT 1"


def marks_of(label: str) -> str:
    """Return the query for the marks of the entities `$iris` of *label*."""
    return f"UNWIND $iris AS iri MATCH (n:{checked(label)} {{iri: iri}}) RETURN n.iri, n.{MARK}"


def names_of(label: str) -> str:
    """Return the query for what properties the entities `$iris` of *label* have."""
    return f"UNWIND $iris AS iri MATCH (n:{checked(label)} {{iri: iri}}) RETURN n.iri, keys(n)"


def page_of(label: str) -> str:
    """Return the query for the entities of ours of *label* in the order of their IRIs, from `$after` on."""
    return (
        f"MATCH (n:{checked(label)}) WHERE n.iri > $after AND n.{MARK} IS NOT NULL "
        "RETURN n.iri AS iri ORDER BY iri LIMIT $limit"
    )


def created_entities(label: str) -> str:
    """Return the statement that creates entities of *label*; one that is there already stays as it is."""
    return f"UNWIND $rows AS row MERGE (n:{checked(label)} {{iri: row.iri}}) ON CREATE SET n = row.properties"


def updated_entities(label: str) -> str:
    """Return the statement that changes entities of ours."""
    return f"UNWIND $rows AS row MATCH (n:{checked(label)} {{iri: row.iri}}) SET n += row.properties"


def relabelled_entities(old: str, new: str) -> str:
    """Return the statement that gives entities of ours another label."""
    found = f"UNWIND $rows AS row MATCH (n:{checked(old)} {{iri: row.iri}})"
    return f"{found} SET n:{checked(new)} REMOVE n:{checked(old)}"


def removed_entities(label: str) -> str:
    """Return the statement that deletes entities of ours, with the links that hang on them."""
    return f"UNWIND $rows AS row MATCH (n:{checked(label)} {{iri: row.iri}}) WHERE n.{MARK} IS NOT NULL DETACH DELETE n"


def ids_of(label: str) -> str:
    """Return the query for the server's own names of the entities `$iris` of *label*."""
    return f"UNWIND $iris AS iri MATCH (n:{checked(label)} {{iri: iri}}) RETURN iri, elementId(n)"


def entity_mark(node: EntityNode) -> str:
    """Return the mark of *node*."""
    return digest(_json([node.label, node.properties]))


def entity_row(node: EntityNode, mark: str) -> Row:
    """Return the row of *node* for `created_entities`."""
    return {"iri": node.iri, "properties": {**node.properties, MARK: mark}}


def changed_entity_row(node: EntityNode, mark: str, names: Iterable[str]) -> Row:
    """Return the row of *node* for `updated_entities`; ours among the properties *names* that went are unset."""
    gone = dict.fromkeys((OUR_PROPERTIES & set(names)) - set(node.properties))
    return {"iri": node.iri, "properties": {**gone, **node.properties, MARK: mark}}


def claim_mark(claim: ClaimNode) -> str:
    """Return the mark of *claim*, of all that hangs on it, too."""
    ends = [claim.subject, claim.object, claim.relationship]
    return digest(_json([claim.properties, ends, claim.direct, claim.evidence]))


def claim_ends(claim: ClaimNode) -> Iterator[tuple[str, str]]:
    """Yield label and IRI of the entities that the row of *claim* speaks of."""
    yield claim.subject_label, claim.subject
    if claim.object is not None and claim.object_label is not None:
        yield claim.object_label, claim.object
    for piece in claim.evidence:
        yield Kind.DOCUMENT, document_iri(str(piece["document"]))


def claim_row(claim: ClaimNode, mark: str, ids: Mapping[str, str] | None, complete: bool = False) -> Row:
    """Return the row of *claim*; *ids* are the server's names of the entities that it speaks of, None keeps their IRIs.

    *complete* names the properties that the claim lacks, too, so that an update unsets them.
    """
    empty = dict.fromkeys(CLAIM_PROPERTIES) if complete else {}
    name = str if ids is None else ids.__getitem__
    evidence = [
        {"document": name(document_iri(str(piece["document"]))), "properties": {**piece, MARK: mark}}
        for piece in claim.evidence
    ]
    return {
        "iri": claim.iri,
        "subject": name(claim.subject),
        "object": None if claim.object is None else name(claim.object),
        "type": claim.relationship,
        "properties": {**empty, **claim.properties, MARK: mark},
        "direct": claim.direct,
        "evidence": evidence,
    }


def _json(content: Iterable[object] | Mapping[str, object]) -> str:
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
