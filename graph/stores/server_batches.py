"""Claims on their way to a Neo4j server: those of one transaction, and the statements that write them."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from typing import TypeVar

import neo4j

from graph.property_graph import ClaimNode
from graph.stores import server_rows, server_state
from graph.stores.server_rows import Row, Shape
from ontology.errors import EngineFailed

ROWS = 1000
"""How many rows go with one statement."""

_Item = TypeVar("_Item")


class Batch:
    """Claims to be written in one transaction, and the documents that are complete with them."""

    def __init__(self, sweep: bool, shape: Shape | None = None) -> None:
        """Begin with nothing; *sweep* deletes what may be left of claims that somebody deleted by hand.

        With a *shape* all claims are new and have it.
        """
        self._sweep = sweep
        self._shape = shape
        self.gone: list[str] = []
        self.claims: dict[str, list[tuple[str, ClaimNode]]] = {"new": [], "changed": []}
        self.documents: dict[str, str] = {}
        self._tried = False

    @property
    def size(self) -> int:
        """How many claims there are."""
        return len(self.gone) + sum(map(len, self.claims.values()))

    def add(self, what: str, iri: str, mark: str, claim: ClaimNode | None) -> None:
        """Take in a claim that is "new", "changed" or "gone" (without a node)."""
        if claim is None:
            self.gone.append(iri)
        else:
            self.claims[what].append((mark, claim))

    def write(self, transaction: neo4j.ManagedTransaction) -> None:
        """Write all of it; a second try leaves out what the first one wrote although its answer got lost."""
        if self._tried:
            there = transaction.run(server_rows.CLAIMS_THERE, iris=[claim.iri for _, claim in self.claims["new"]])
            known = {record[0] for record in there}
            self.claims["new"] = [pair for pair in self.claims["new"] if pair[1].iri not in known]
        self._tried = True
        if self._shape:
            rows = [server_rows.claim_row(claim, mark, None) for mark, claim in self.claims["new"]]
            _create_alike(transaction, self._shape, rows)
            return
        ids = self._ids(transaction)
        gone: list[Row] = [{"iri": iri} for iri in self.gone]
        changed = [server_rows.claim_row(claim, mark, ids, complete=True) for mark, claim in self.claims["changed"]]
        new = [server_rows.claim_row(claim, mark, ids) for mark, claim in self.claims["new"]]
        _run(transaction, server_rows.REMOVED_DIRECT, [*gone, *({"iri": row["iri"]} for row in changed)])
        _run(transaction, server_rows.REMOVED_EVIDENCE, gone)
        _run(transaction, server_rows.REMOVED_CLAIMS, gone)
        _run(transaction, server_rows.UPDATED_CLAIMS, changed)
        _run(transaction, server_rows.UPDATED_EVIDENCE, changed)
        linked = [row for row in new if row["type"] is not None]
        if self._sweep:
            _run(transaction, server_rows.STRAY_DIRECT, linked)
            _run(transaction, server_rows.STRAY_EVIDENCE, new)
        _run(transaction, server_rows.CREATED_LITERALS, [row for row in new if row["object"] is None])
        _run(transaction, server_rows.CREATED_LINKS, [row for row in new if row["object"] is not None])
        _run(transaction, server_rows.CREATED_DIRECT, [*linked, *(row for row in changed if row["type"] is not None)])
        if self.documents:
            server_state.mark_documents(transaction, self.documents)

    def _ids(self, transaction: neo4j.ManagedTransaction) -> dict[str, str]:
        """Return the server's names of all entities that the claims speak of, by IRI."""
        wanted: dict[str, set[str]] = defaultdict(set)
        for claims in self.claims.values():
            for _, claim in claims:
                for label, iri in server_rows.claim_ends(claim):
                    wanted[label].add(iri)
        ids: dict[str, str] = {}
        for label, iris in sorted(wanted.items()):
            ids |= {record[0]: record[1] for record in transaction.run(server_rows.ids_of(label), iris=sorted(iris))}
        missing = sorted(set().union(*wanted.values()) - set(ids))
        if missing:
            raise _went(missing[0])
        return ids


def _create_alike(transaction: neo4j.ManagedTransaction, shape: Shape, rows: Sequence[Row]) -> None:
    """Create claims of one *shape*; raises EngineFailed where what they speak of is not there."""
    statement = server_rows.created_alike(shape)
    for part in pages(rows, ROWS):
        made = transaction.run(statement, rows=part).consume().counters.nodes_created
        if made != sum(1 + len(row["evidence"]) for row in part):
            raise _went("what a claim speaks of")


def _went(what: str) -> EngineFailed:
    return EngineFailed(f"{what} went from the server while it was being loaded; run the command again")


def writing(statement: str, rows: list[Row]) -> Callable[[neo4j.ManagedTransaction], None]:
    """Return the work of a transaction that runs *statement* over *rows*."""
    return lambda transaction: _run(transaction, statement, rows)


def _run(transaction: neo4j.ManagedTransaction, statement: str, rows: Sequence[Row]) -> None:
    for part in pages(rows, ROWS):
        transaction.run(statement, rows=part).consume()


def pages(items: Iterable[_Item], size: int) -> Iterator[list[_Item]]:
    """Yield *items* in lists of *size*, the last one shorter."""
    iterator = iter(items)
    while page := list(islice(iterator, size)):
        yield page
