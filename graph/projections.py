"""The folder of a graph on disk, and how its projections follow the claims without ever being half-made.

    KG/claims.sqlite            the truth (`graph.claims`)
    KG/CURRENT                  the number of the generation that answers; replaced atomically
    KG/generations/N/           rdf/ (pyoxigraph), property_graph/ (ArcadeDB), manifest.json
    KG/lock                     held by the one build that may write
    KG/review.csv               what people decided (`graph.review`); kept from build to build

A generation is made beside the current one and becomes current when it is complete: a build that is killed leaves what
was, and its remains are swept by the next. A new generation starts as a copy of the current one (hard links for RDF) in
which only changed documents and entities are made anew, unless most of the graph changed.
"""

import fcntl
import hashlib
import json
import os
import shutil
import weakref
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Self

from pyoxigraph import Quad

from graph import identity, property_graph, rdf
from graph.claims import Changes, ClaimsStore
from graph.identity import graph_iri
from graph.property_graph import claim_nodes, entity_nodes, nodes_of_claims
from graph.rdf import ENTITIES_GRAPH, claim_quads, document_quads, entity_quads, to_quads
from graph.stores import loading
from graph.stores.arcadedb import open_engine
from graph.stores.loading import FirstLoad, LabelChanged
from graph.stores.quads import QuadStore
from ontology.errors import BrokenGraph
from ontology.schema import POLICY_FILE

Progress = Callable[[str, int, int], None]

_OURS = frozenset(
    ("claims.sqlite", "claims.sqlite-wal", "claims.sqlite-shm", "CURRENT", "generations", "lock", "review.csv")
)
_DELETION_COST = 6
"""How many claims ArcadeDB loads in the time that it takes to delete one (measured)."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a generation was made from; `claims` counts them by document."""

    projection: str
    store: str
    revision: int
    digest: str
    claims: dict[str, int]


class GraphFolder:
    """A graph's folder, opened by `reading` or `writing`."""

    def __init__(self, folder: Path) -> None:
        """Name the *folder*; nothing is opened yet."""
        self.folder = folder
        self.claims_path = folder / "claims.sqlite"
        self._generation: Path | None = None
        self.warning = ""
        self._release: Callable[[], object] = lambda: None
        self._begun: int | None = None
        self._ahead: ThreadPoolExecutor | None = None
        self._first: Future[FirstLoad] | None = None
        self._running = ExitStack()

    @classmethod
    def reading(cls, folder: Path) -> Self:
        """Open the graph in *folder* for questions; `warning` says when its answers are older than its claims.

        The generation in use stays on disk until `close`. Raises BrokenGraph when there is no complete graph.
        """
        opened = cls(folder)
        if not opened.claims_path.is_file():
            raise BrokenGraph(f"{folder}: no graph here; make one with `policykg build PATH... --out {folder}`")
        manifest = opened._hold()
        with opened.open_claims() as store:
            if store.digest() != manifest.digest:
                opened.warning = (
                    f"{folder}: a build is running or was interrupted, answers come from the graph before it; "
                    "run `policykg build` again"
                )
        return opened

    @classmethod
    @contextmanager
    def writing(cls, folder: Path, create: bool = True) -> Iterator[Self]:
        """Hold the graph in *folder* for one build; nobody else can build it meanwhile.

        *create* makes a missing or empty folder. Raises BrokenGraph for a folder of something else, for a missing one
        without *create*, and while another build runs.
        """
        opened = cls(folder)
        try:
            if create:
                folder.mkdir(parents=True, exist_ok=True)
            strangers = sorted({path.name for path in folder.iterdir()} - _OURS)
        except OSError as error:
            raise BrokenGraph(f"{folder}: no graph folder ({error.strerror}); give the folder of a graph") from error
        if not opened.claims_path.exists() and (strangers or not create):
            seen = f"it holds {strangers[0]}" if strangers else "it has no claims.sqlite"
            raise BrokenGraph(f"{folder}: not a graph ({seen}); give another folder")
        lock = os.open(folder / "lock", os.O_RDWR | os.O_CREAT, 0o644)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            os.close(lock)
            raise BrokenGraph(f"{folder}: another build of this graph is running; wait for it and try again") from error
        try:
            with opened._running:
                yield opened
        finally:
            os.close(lock)

    def close(self) -> None:
        """Let the generation go that `reading` held."""
        self._release()

    def open_claims(self) -> ClaimsStore:
        """Return the claims (a context manager), made where missing."""
        return ClaimsStore.open_or_create(self.claims_path)

    @property
    def rdf_path(self) -> Path:
        """The folder for `QuadStore.open`."""
        return self._require() / "rdf"

    @property
    def property_graph_path(self) -> Path:
        """The folder for `open_engine`."""
        return self._require() / "property_graph"

    def start_engine(self) -> None:
        """Begin a first projection while documents are still being read; within `writing`.

        Starts the Cypher engine in the background, for `load_ahead`. Only saves time, and only where there is no
        graph yet: `project` does all that is left.
        """
        if self._current() is None:
            self._sweep(keep=None)
            self._begun = self._following(None)
            self._ahead = self._running.enter_context(ThreadPoolExecutor(1))
            self._first = self._ahead.submit(self._begin, self._path(self._begun) / "property_graph")

    def load_ahead(self, key: str) -> None:
        """Load the document *key*, just stored, into the engine that `start_engine` started, if it did."""
        if self._ahead and self._first:
            self._first = self._ahead.submit(self._load_ahead, self._first, key)

    def _begin(self, folder: Path) -> FirstLoad:
        return FirstLoad(self._running.enter_context(open_engine(folder, writable=True)))

    def _load_ahead(self, before: "Future[FirstLoad]", key: str) -> FirstLoad:
        load = before.result()
        with self.open_claims() as store:  # a connection belongs to its thread
            load.add(store, key)
        return load

    def project(self, store: ClaimsStore, progress: Progress = lambda *_: None) -> None:
        """Make the projections follow *store*; within `writing`. Does nothing when they already do.

        *progress* is told stage, done and total. Raises EngineFailed or BrokenGraph; the old graph is then still there.
        """
        wanted = Manifest(_projection_hash(), store.identity, store.revision, store.digest(), store.claim_counts())
        number = self._current()
        known = None if number is None else _read_manifest(self._path(number))
        self._sweep(keep=self._begun if number is None else number)
        if known and (known.projection, known.digest) == (wanted.projection, wanted.digest):
            self._generation = self._path(number or 0)
            return
        following = self._begun or self._following(number)
        target = self._path(following)
        target.mkdir(parents=True, exist_ok=self._begun is not None)
        before = self._path(number) if number is not None and known and _continues(known, wanted) else None
        self._make(store, target, before, known, progress)
        (target / "manifest.json").write_text(json.dumps(asdict(wanted), ensure_ascii=False), encoding="utf-8")
        self._point(following)
        self._generation = target
        self._sweep(keep=following)

    def _make(
        self, store: ClaimsStore, target: Path, before: Path | None, known: Manifest | None, progress: Progress
    ) -> None:
        """Make both projections at once: one engine is another process, the other lets this one go on."""
        changes = store.changes(known.revision) if before and known else None
        progress("projecting", 0, 2)
        with ThreadPoolExecutor(1) as pool:
            quads = pool.submit(self._make_rdf, target / "rdf", before and before / "rdf", changes)
            folder = target / "property_graph"
            if before and changes and known and _worth_changing(known, store, changes):
                shutil.copytree(before / "property_graph", folder)
                try:
                    _change_property_graph(store, folder, changes)
                except LabelChanged:
                    shutil.rmtree(folder)
                    self._load_all(store, folder)
            else:
                self._load_all(store, folder)
            progress("projecting", 1, 2)
            quads.result()
        progress("projecting", 2, 2)

    def _load_all(self, store: ClaimsStore, folder: Path) -> None:
        """Load all of *store*; what `load_ahead` loaded is there already, unless a thing changed its kind meanwhile."""
        if self._first:
            with suppress(LabelChanged), self._running:
                self._first.result().finish(store)
                return
            shutil.rmtree(folder)
        _load_property_graph(store, folder)

    def _make_rdf(self, target: Path, before: Path | None, changes: Changes | None) -> None:
        with self.open_claims() as store:  # a connection belongs to its thread
            if before is None or changes is None:
                QuadStore.create(target, to_quads(store)).close()
                return
            graphs = [graph_iri(key) for key in changes.documents]
            gone = {ENTITIES_GRAPH: changes.entities}
            QuadStore.change(before, target, graphs, gone, changes.claims, _added(store, changes)).close()

    def _current(self) -> int | None:
        try:
            return int((self.folder / "CURRENT").read_text(encoding="ascii"))
        except (OSError, ValueError):
            return None

    def _point(self, number: int) -> None:
        beside = self.folder / "generations" / "CURRENT.new"
        with beside.open("w", encoding="ascii") as file:
            file.write(f"{number}\n")
            file.flush()
            os.fsync(file.fileno())
        beside.replace(self.folder / "CURRENT")

    def _following(self, number: int | None) -> int:
        """Return a number above all that are taken; a killed build's or a reader's generation may still lie there."""
        folder = self.folder / "generations"
        taken = [int(path.name) for path in folder.iterdir() if path.name.isdigit()] if folder.is_dir() else []
        return max([number or 0, *taken]) + 1

    def _path(self, number: int) -> Path:
        return self.folder / "generations" / str(number)

    def _require(self) -> Path:
        if self._generation is None:
            raise BrokenGraph(f"{self.folder}: no projections; run `policykg build` again")
        return self._generation

    def _hold(self) -> Manifest:
        """Choose the current generation and keep a shared lock on it, so that no build deletes it under us."""
        while (number := self._current()) is not None:
            self._generation = self._path(number)
            try:
                held = os.open(self._generation / "manifest.json", os.O_RDONLY)
            except OSError as error:
                if self._current() == number:
                    raise BrokenGraph(f"{self._generation}: incomplete; run `policykg build` again") from error
                continue  # a build finished this very moment
            self._release = weakref.finalize(self, os.close, held)
            fcntl.flock(held, fcntl.LOCK_SH)
            manifest = _read_manifest(self._generation)
            if self._current() == number and manifest:
                return manifest
            self._release()
        raise BrokenGraph(f"{self.folder}: its first build did not finish; run `policykg build` again")

    def _sweep(self, keep: int | None) -> None:
        """Delete all generations but *keep*, and what killed builds left; one that is being read stays for now."""
        folder = self.folder / "generations"
        for path in folder.iterdir() if folder.is_dir() else ():
            if path.name == str(keep) or _is_read(path):
                continue
            shutil.rmtree(path, ignore_errors=True) if path.is_dir() else path.unlink()


def _added(store: ClaimsStore, changes: Changes) -> Iterator[Quad]:
    for entity in filter(None, map(store.entity, changes.entities)):
        yield from entity_quads(entity)
    for key in changes.documents:
        yield from document_quads(store, key)
    for stored in filter(None, map(store.claim, changes.claims)):
        yield from claim_quads(stored)


def _load_property_graph(store: ClaimsStore, folder: Path) -> None:
    with open_engine(folder, writable=True) as engine:
        FirstLoad(engine).finish(store)


def _change_property_graph(store: ClaimsStore, folder: Path, changes: Changes) -> None:
    with open_engine(folder, writable=True) as engine:
        for key in changes.documents:
            loading.remove_claims(engine, key)
        loading.remove_concluded(engine, changes.claims)
        loading.renew_entities(engine, changes.entities, entity_nodes(store, changes.entities))
        for key in changes.documents:
            loading.load_claims(engine, claim_nodes(store, key))
        concluded = filter(None, map(store.claim, changes.claims))
        loading.load_claims(engine, nodes_of_claims(store, concluded))


def _worth_changing(known: Manifest, store: ClaimsStore, changes: Changes) -> bool:
    now = store.claim_counts()
    deleted = sum(known.claims.get(key, 0) for key in changes.documents) + len(changes.claims)
    added = sum(now.get(key, 0) for key in changes.documents) + len(changes.claims)
    return _DELETION_COST * deleted + added < sum(now.values())


def _continues(known: Manifest, wanted: Manifest) -> bool:
    """Tell whether the change log of the store covers all that happened since *known*."""
    same = (known.projection, known.store) == (wanted.projection, wanted.store)
    return same and known.revision <= wanted.revision


def _read_manifest(generation: Path) -> Manifest | None:
    try:
        return Manifest(**json.loads((generation / "manifest.json").read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None


def _is_read(generation: Path) -> bool:
    try:
        held = os.open(generation / "manifest.json", os.O_RDONLY)
    except OSError:
        return False
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return True
    finally:
        os.close(held)
    return False


def _projection_hash() -> str:
    """Return a digest of what decides how claims look in the projections: our code for it and policy.ttl."""
    modules = (identity, rdf, property_graph, loading)
    sources = [Path(str(module.__file__)) for module in modules] + [POLICY_FILE]
    return hashlib.sha256(b"\0".join(source.read_bytes() for source in sources)).hexdigest()[:16]
