"""Brings a Neo4j server in step with the claims store; every moment of it can be interrupted and taken up again.

    marker "loading" ─► entities ─► claims of changed documents ─► what is gone ─► marker "complete"

A document whose digest the server has is skipped. Of the others, and of all entities, the marks on the server are
compared with those of the store, in pages, so that only what differs is sent and memory does not grow with the graph.
A claim is written in one transaction with its evidence and relationships: it is there as a whole or not at all. Nodes
without our mark, relationships that name no claim of ours and properties that policy.ttl does not have belong to other
people and stay.

A server that has no claims yet gets those of one shape together, of all documents, which goes faster; no document
counts as loaded before the end then.

Entities are written by several connections at once, none of which touches another's nodes; claims by one, while the
next are being read, because two that share an entity would lock each other out.
"""

from collections import defaultdict, deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from threading import Thread
from types import TracebackType
from typing import Self, TypeVar

import neo4j

from graph.claims import ClaimsStore
from graph.identity import INFERRED
from graph.progress import Reporter, silent
from graph.property_graph import CLAIM_LABEL, EVIDENCE_LABEL, ClaimNode, EntityNode, claim_nodes, entity_nodes
from graph.stores import server_rows, server_state
from graph.stores.bolt import Engine
from graph.stores.dialects import AWAIT_INDEXES, REPLAN, SCHEMA_NAMES, server_schema, unique
from graph.stores.server_batches import ROWS, Batch, pages, writing
from graph.stores.server_rows import Row, Shape
from graph.stores.server_state import ServerState
from ontology.errors import EngineFailed, QueryFailed, WrongUse

SCHEMA_SECONDS = 900.0
"""How long one index may take."""

_PAGE = 5000
_CLAIMS = 4000  # a transaction
_DELETED = 1000  # a transaction
_ALIKE = 50  # claims of one shape, for which a statement of their own pays
_AHEAD = 2  # batches that wait for a writer
_WRITERS = 2
_Item = TypeVar("_Item")


@dataclass(slots=True)
class LoadReport:
    """What a load did, or would do: documents by what became of them, and how many things and claims were written."""

    sent: list[str] = field(default_factory=list)
    gone: list[str] = field(default_factory=list)
    unchanged: int = 0
    resumed: bool = False
    counts: dict[str, int] = field(default_factory=lambda: defaultdict(int))

    @property
    def writes(self) -> int:
        """How many things and claims were written or deleted."""
        return sum(self.counts.values())

    def summary(self, dry: bool = False) -> str:
        """Return the summary that people see."""
        would = "would be " if dry else ""
        lines = []
        for what in ("things", "claims"):
            new, changed, gone = (self.counts.get(f"{what} {how}", 0) for how in ("new", "changed", "gone"))
            lines.append(f"{what + ':':<11}{would}{new:,} new, {changed:,} changed, {gone:,} gone\n")
        resumed = "; an interrupted load is taken up\n" if self.resumed else "\n"
        return (
            f"documents: {would}{len(self.sent)} sent, {len(self.gone)} taken away, {self.unchanged} unchanged"
            + resumed
            + "".join(lines)
        )


class ServerLoad:
    """One load of *store* to the server of *engine*; `run` does it."""

    def __init__(
        self,
        engine: Engine,
        store: ClaimsStore,
        dry: bool = False,
        anew: bool = False,
        progress: Reporter = silent,
    ) -> None:
        """Prepare; nothing is sent. *dry* only compares; *anew* trusts no mark and writes all that is ours again."""
        self._engine = engine
        self._store = store
        self._dry = dry
        self._anew = anew
        self._progress = progress
        self._report = LoadReport()
        self._done = self._total = 0
        self._was_empty = False
        self._held: dict[str, bool] = {}
        self._facts: dict[str, str | int] = {}

    def run(self, prune: bool = False) -> LoadReport:
        """Load, and return what was done; *prune* takes away documents that another graph brought there, too.

        Raises WrongUse where the server holds documents of another graph, EngineFailed where something fails.
        """
        state = server_state.read_state(self._engine)
        wanted = server_state.document_digests(self._store)
        self._refuse_strangers(state, wanted, prune)
        self._was_empty = state.is_empty
        if not self._dry:
            self._make_schema()
        self._facts = server_state.marker_facts(self._store, wanted)
        if state.complete and state.digest == self._facts["digest"] and not self._anew:
            self._report.unchanged = len(wanted) - 1
            return self._report
        changed = {key: value for key, value in wanted.items() if self._anew or state.documents.get(key) != value}
        gone = sorted(set(state.documents) - set(wanted))
        self._report.resumed = not state.complete and not state.is_empty
        self._report.sent = sorted(set(changed) - {INFERRED})
        self._report.gone = gone
        self._report.unchanged = len(wanted) - 1 - len(self._report.sent)
        self._load(changed, gone)
        return self._report

    def _load(self, changed: dict[str, str], gone: Sequence[str]) -> None:
        counts = self._store.claim_counts()
        self._total = self._store.counts()["entities"] + sum(counts.get(key, 0) for key in changed)
        self._advance(0)
        self._write(lambda transaction: server_state.begin(transaction, self._store, [*changed, *gone]))
        self._renew_entities()
        if self._was_empty and not self._holds(CLAIM_LABEL) and not self._holds(EVIDENCE_LABEL):
            self._create_claims(changed)
        else:
            self._renew_claims(changed, gone)
        if not self._was_empty:
            self._remove_entities()
        self._write(lambda transaction: self._finish(transaction, gone))
        if self._report.writes and not self._dry:
            # Only administrators may; without it the first answers are slower.
            with suppress(QueryFailed, EngineFailed):
                self._engine.run(REPLAN, write=True)

    def _finish(self, transaction: neo4j.ManagedTransaction, gone: Sequence[str]) -> None:
        server_state.forget_documents(transaction, gone)
        server_state.finish(transaction, self._facts)

    def _refuse_strangers(self, state: ServerState, wanted: Iterable[str], prune: bool) -> None:
        others = sorted(set(state.documents) - set(wanted))
        if others and state.store not in {"", self._store.identity} and not prune:
            raise WrongUse(
                f"the database holds {len(others)} documents of another graph ({', '.join(others[:3])}); "
                "load into another database, or take them away with --prune"
            )

    def _make_schema(self) -> None:
        """Create the constraints and indexes that are missing, ready to be used."""
        there = {name for (name,) in self._engine.run(SCHEMA_NAMES)[1]}
        markers = {
            f"{server_state.LOAD_LABEL}_id": unique(server_state.LOAD_LABEL, "id"),
            f"{server_state.DOCUMENT_LABEL}_key": unique(server_state.DOCUMENT_LABEL, "key"),
        }
        missing = [statement for name, statement in {**markers, **server_schema()}.items() if name not in there]
        for statement in (*missing, AWAIT_INDEXES) if missing else ():
            _within(SCHEMA_SECONDS, partial(self._engine.run, statement, write=True))

    # -- entities --------------------------------------------------------------------------------------------------

    def _renew_entities(self) -> None:
        with _Writers(_WRITERS) as writers:
            for nodes in pages(entity_nodes(self._store), _PAGE):
                groups: dict[str, list[EntityNode]] = defaultdict(list)
                for node in nodes:
                    groups[node.label].append(node)
                for label, group in sorted(groups.items()):
                    for statement, rows in self._differing(label, group):
                        for part in pages(rows, ROWS):
                            writers.submit(self._write, writing(statement, part))
                self._advance(len(nodes))

    def _differing(self, label: str, nodes: Sequence[EntityNode]) -> Iterator[tuple[str, list[Row]]]:
        """Yield statements with their rows that bring *nodes* of *label* up to date."""
        wanted = {node.iri: (node, server_rows.entity_mark(node)) for node in nodes}
        there = {} if self._was_empty and not self._holds(label) else self._marks(label, list(wanted))
        missing = [iri for iri in wanted if iri not in there]
        if missing and not self._was_empty:
            there |= self._relabel(label, missing)
        new = [server_rows.entity_row(*wanted[iri]) for iri in wanted if iri not in there]
        changed = [iri for iri in there if self._anew or there[iri] != wanted[iri][1]]
        self._report.counts["things new"] += len(new)
        self._report.counts["things changed"] += len(changed)
        yield server_rows.created_entities(label), new
        if changed and not self._dry:
            names: dict[str, list[str]] = dict(self._engine.run(server_rows.names_of(label), {"iris": changed})[1])
            rows = [server_rows.changed_entity_row(*wanted[iri], names.get(iri, ())) for iri in changed]
            yield server_rows.updated_entities(label), rows

    def _marks(self, label: str, iris: list[str]) -> dict[str, str]:
        """Return the marks of those of *iris* that are there; raises EngineFailed for a node that is not ours."""
        there: dict[str, str] = dict(self._engine.run(server_rows.marks_of(label), {"iris": iris})[1])
        _refuse_foreign(label, there)
        return there

    def _holds(self, label: str) -> bool:
        """Tell whether nodes of *label* were there when the load first came to it."""
        if label not in self._held:
            self._held[label] = bool(self._engine.run(server_rows.any_of(label))[1])
        return self._held[label]

    def _relabel(self, label: str, iris: list[str]) -> dict[str, str]:
        """Give *label* to those of *iris* that are there under another one, and return their marks."""
        found: dict[str, str] = {}
        for other in server_rows.ENTITY_LABELS:
            there = self._marks(other, iris) if other != label else {}
            if there and not self._dry:
                rows = [{"iri": iri} for iri in there]
                self._write(writing(server_rows.relabelled_entities(other, label), rows))
            found |= there
        return found

    def _remove_entities(self) -> None:
        """Delete the entities of ours that the store does not describe any more."""
        for label in server_rows.ENTITY_LABELS:
            after = ""
            while iris := [iri for (iri,) in self._engine.run(server_rows.page_of(label), _page_after(after))[1]]:
                after = iris[-1]
                kinds = self._store.kinds(iris)
                rows = [{"iri": iri} for iri in iris if kinds.get(iri) != label]
                self._report.counts["things gone"] += len(rows)
                for part in pages(rows, _DELETED):
                    self._write(writing(server_rows.removed_entities(label), part))

    # -- claims ----------------------------------------------------------------------------------------------------

    def _create_claims(self, wanted: dict[str, str]) -> None:
        """Write the claims of all documents to a server that has none, those of one shape together."""
        batches: dict[Shape, Batch] = {}
        rest = self._batch()
        with _Writers(1) as writers:
            for claim in self._claims_of(wanted):
                shape = server_rows.shape_of(claim)
                if shape not in batches:
                    batches[shape] = Batch(sweep=False, shape=shape)
                batches[shape].add("new", claim.iri, server_rows.claim_mark(claim), claim)
                if batches[shape].size >= ROWS:
                    writers.submit(self._write_batch, batches.pop(shape))
            for batch in batches.values():
                if batch.size >= _ALIKE:
                    writers.submit(self._write_batch, batch)
                else:
                    rest.claims["new"].extend(batch.claims["new"])
            rest.documents = wanted
            writers.submit(self._write_batch, rest)

    def _claims_of(self, keys: Iterable[str]) -> Iterator[ClaimNode]:
        """Yield the claims of the documents *keys*, what was concluded last, and report the progress."""
        for key in sorted(keys, key=lambda key: (key == INFERRED, key)):
            for claims in pages(claim_nodes(self._store, key), _PAGE):
                yield from claims
                self._advance(len(claims))

    def _renew_claims(self, changed: dict[str, str], gone: Sequence[str]) -> None:
        with _Writers(1) as writers:
            batch = self._batch()
            for key in (*sorted(changed, key=lambda key: (key == INFERRED, key)), *gone):
                nodes = claim_nodes(self._store, key) if key in changed else iter(())
                for node in self._differing_claims(key, nodes):
                    batch.add(*node)
                    if batch.size >= _CLAIMS:
                        writers.submit(self._write_batch, batch)
                        batch = self._batch()
                if key in changed:
                    batch.documents[key] = changed[key]
            writers.submit(self._write_batch, batch)

    def _batch(self) -> Batch:
        return Batch(sweep=not self._was_empty)

    def _differing_claims(
        self, key: str, nodes: Iterator[ClaimNode]
    ) -> Iterator[tuple[str, str, str, ClaimNode | None]]:
        """Yield "new", "changed" or "gone" with IRI, mark and node for the claims of the document *key*."""
        there: dict[str, str | None] = dict(self._engine.run(server_rows.MARKS_OF_DOCUMENT, {"document": key})[1])
        for claims in pages(nodes, _PAGE):
            for claim in claims:
                mark = server_rows.claim_mark(claim)
                known = there.pop(claim.iri, "")
                if known is None:
                    _refuse_foreign(CLAIM_LABEL, {claim.iri: None})
                if not known:
                    yield "new", claim.iri, mark, claim
                elif known != mark or self._anew:
                    yield "changed", claim.iri, mark, claim
            self._advance(len(claims))
        for iri, left in there.items():
            if left is not None:
                yield "gone", iri, left, None

    def _write_batch(self, batch: Batch) -> None:
        self._report.counts["claims gone"] += len(batch.gone)
        for what, claims in batch.claims.items():
            self._report.counts[f"claims {what}"] += len(claims)
        self._write(batch.write)

    def _write(self, work: Callable[[neo4j.ManagedTransaction], None]) -> None:
        if not self._dry:
            self._engine.transact(work)

    def _advance(self, done: int) -> None:
        self._done += done
        self._progress("loading", self._done, self._total)


class _Writers:
    """Threads that write, a few batches behind the one that reads; the first error ends the work."""

    def __init__(self, count: int) -> None:
        self._pool = ThreadPoolExecutor(count)
        self._pending: deque[Future[None]] = deque()
        self._limit = count + _AHEAD

    def submit(self, work: Callable[[_Item], None], item: _Item) -> None:
        """Have *work* done on *item*; raises what earlier work raised."""
        while len(self._pending) >= self._limit:
            self._pending.popleft().result()
        self._pending.append(self._pool.submit(work, item))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Wait for all that was submitted, unless something failed."""
        try:
            while self._pending and error is None:
                self._pending.popleft().result()
        finally:
            self._pool.shutdown(cancel_futures=True)


def _within(seconds: float, work: Callable[[], object]) -> None:
    """Do *work*, which a server whose disk is full never answers; raises EngineFailed after so many *seconds*."""
    answer: Future[object] = Future()

    def answered() -> None:
        try:
            answer.set_result(work())
        except BaseException as error:
            answer.set_exception(error)

    Thread(target=answered, daemon=True).start()
    try:
        answer.result(seconds)
    except TimeoutError:
        raise EngineFailed(
            f"the server has made no index in {seconds:g} seconds; look into its log (a full disk?), "
            "restart it and run the command again"
        ) from None


def _refuse_foreign(label: str, marks: Mapping[str, str | None]) -> None:
    """Raise EngineFailed when a node has none of the *marks*, by IRI: it is not ours, though it has our key."""
    for iri, mark in marks.items():
        if mark is None:
            raise EngineFailed(
                f"a node {label} with the iri {iri} is there that policykg did not write; "
                "remove it or give it another iri, or load into another database"
            )


def _page_after(iri: str) -> dict[str, object]:
    return {"after": iri, "limit": _PAGE}
