"""What a Neo4j server says about the load it holds: one marker node, and one node a document.

    (:PolicyKGLoad {id, state, store, digest, documents, entities, claims, since})     state: "loading" or "complete"
    (:PolicyKGDocument {key, digest})                                                  "" is what was concluded

While a load runs, or after it was interrupted, the marker says "loading", and the documents whose claims may be half
there have no digest.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import neo4j

from graph import identity, property_graph
from graph.claims import ClaimsStore
from graph.identity import INFERRED
from graph.stores.bolt import Engine
from ontology.identifiers import digest
from ontology.schema import POLICY_FILE

LOAD_LABEL = "PolicyKGLoad"
DOCUMENT_LABEL = "PolicyKGDocument"
COMPLETE = "complete"

MARKER_ID = "load"


@dataclass(frozen=True, slots=True)
class ServerState:
    """What a server holds: nothing ever, or a load that is complete or not; of which store; the documents' digests.

    `store` is "" after an import by neo4j-admin.
    """

    is_empty: bool
    complete: bool
    store: str
    digest: str
    documents: Mapping[str, str]


def read_state(engine: Engine) -> ServerState:
    """Return what the server of *engine* says that it holds."""
    query = f"MATCH (n:{LOAD_LABEL} {{id: $id}}) RETURN n.state, n.store, n.digest"
    rows = engine.run(query, {"id": MARKER_ID})[1]
    state, store, whole = rows[0] if rows else ("", "", "")
    known = engine.run(f"MATCH (n:{DOCUMENT_LABEL}) RETURN n.key, n.digest ORDER BY n.key")[1]
    return ServerState(
        not rows, state == COMPLETE, store or "", whole or "", {key: value or "" for key, value in known}
    )


def begin(transaction: neo4j.ManagedTransaction, store: ClaimsStore, changing: Iterable[str]) -> None:
    """Say that a load of *store* runs and that the claims of the documents *changing* may be half there."""
    marker = f"MERGE (n:{LOAD_LABEL} {{id: $id}}) SET n.state = 'loading', n.store = $store, n.since = datetime()"
    transaction.run(marker, id=MARKER_ID, store=store.identity).consume()
    forget = f"UNWIND $keys AS key MERGE (n:{DOCUMENT_LABEL} {{key: key}}) REMOVE n.digest"
    transaction.run(forget, keys=list(changing)).consume()


def mark_documents(transaction: neo4j.ManagedTransaction, digests: Mapping[str, str]) -> None:
    """Say that the claims of these documents are there as a whole."""
    rows = [{"key": key, "digest": value} for key, value in digests.items()]
    statement = f"UNWIND $rows AS row MERGE (n:{DOCUMENT_LABEL} {{key: row.key}}) SET n.digest = row.digest"
    transaction.run(statement, rows=rows).consume()


def forget_documents(transaction: neo4j.ManagedTransaction, keys: Iterable[str]) -> None:
    """Say nothing more of the documents *keys*."""
    transaction.run(f"MATCH (n:{DOCUMENT_LABEL}) WHERE n.key IN $keys DETACH DELETE n", keys=list(keys)).consume()


def finish(transaction: neo4j.ManagedTransaction, facts: Mapping[str, str | int]) -> None:
    """Say that the load is complete, with the *facts* of `marker_facts`."""
    statement = f"MERGE (n:{LOAD_LABEL} {{id: $id}}) SET n += $facts, n.since = datetime()"
    transaction.run(statement, id=MARKER_ID, facts=facts).consume()


def marker_facts(store: ClaimsStore, digests: Mapping[str, str]) -> dict[str, str | int]:
    """Return what the marker says of a complete load of *store*, whose documents have *digests*."""
    counts = {name: count for name, count in store.counts().items() if name != "mentions"}
    return {"state": COMPLETE, "store": store.identity, "digest": whole_digest(digests), **counts}


def whole_digest(digests: Mapping[str, str]) -> str:
    """Return a digest of all that a server holds whose documents have *digests*."""
    return digest(*(part for entry in sorted(digests.items()) for part in entry))


def document_digests(store: ClaimsStore) -> dict[str, str]:
    """Return a digest of what each document of *store* gives, and of what was concluded (`INFERRED`)."""
    projection, digests = _projection(), store.content_digests()
    return {key: digest(projection, content) for key, content in digests.items()} | {
        INFERRED: digest(projection, INFERRED, store.inferred_content())
    }


def _projection() -> str:
    """Return a digest of what decides how claims look as nodes: our code for it and policy.ttl."""
    sources = [Path(str(module.__file__)) for module in (identity, property_graph)] + [POLICY_FILE]
    return sha256(b"\0".join(source.read_bytes() for source in sources)).hexdigest()[:16]
