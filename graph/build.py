"""Documents become a graph: read what is new, store its claims, conclude across documents, renew the projections.

    paths ─► files ─► (processes) read_document ─► ClaimsStore.put ─► conclude ─► decisions ─► projections

A file is skipped when the store holds it with the same bytes, read by the same rules. A file that cannot be read is
reported and the rest goes on; what the store held of it before stays. Each document is stored in one transaction and
the projections are swapped as a whole, so a build that is killed leaves the graph as it was, and the next one goes on
from the documents already read.
"""

import hashlib
import multiprocessing
import os
import signal
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field
from pathlib import Path

from extractors.recognisers.models import DEFAULT_MODEL
from graph.claims import ClaimsStore
from graph.decisions import read_rows
from graph.lineage import conclude
from graph.progress import Reporter, silent
from graph.projections import GraphFolder
from graph.review import DECISIONS, describe_stale, take_over
from ontology.errors import PolicyKGError, WrongUse
from ontology.records import Reading

SUFFIXES = (".txt", ".docx", ".pdf", ".html", ".htm", ".md")  # what a folder is searched for
_POOL_WORTH = 400_000  # bytes; below it a second process costs more than it reads


@dataclass(slots=True)
class BuildReport:
    """What a build did. `read` and `kept` are document keys, `failures` tell in one line each what could not be read.

    `decided` counts the decisions of people that were replayed, `stale` tells of those whose words are gone.
    """

    read: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)
    kinds: dict[str, int] = field(default_factory=dict)
    decided: int = 0
    stale: list[str] = field(default_factory=list)

    def summary(self) -> str:
        """Return the summary that people see."""
        kinds = ", ".join(
            f"{count:,} {kind}" for kind, count in sorted(self.kinds.items(), key=lambda k: (-k[1], k[0]))
        )
        failed = f", {len(self.failures)} failed" if self.failures else ""
        review = f"review:    {self.decided} decisions, {len(self.stale)} stale\n" if self.decided or self.stale else ""
        return (
            f"documents: {len(self.read)} read, {len(self.kept)} unchanged{failed}; "
            f"{self.counts['documents']} in the graph\n"
            f"found:     {self.counts['mentions']:,} mentions, {self.counts['entities']:,} things, "
            f"{self.counts['claims']:,} claims, {self.counts['evidence']:,} quotes\n"
            f"things:    {kinds}\n{review}"
        )


def build(
    paths: Sequence[Path],
    out: Path,
    jobs: int | None = None,
    progress: Reporter = silent,
    review: Path | None = None,
    model: str = DEFAULT_MODEL,
) -> BuildReport:
    """Read *paths* (files, and folders with all documents below them) into the graph in the folder *out*.

    *model* is the recogniser that reads beside the rules. The decisions in the file *review* are taken over into the
    graph's own; those are replayed in every build. Raises WrongUse where nothing can be read at all, BrokenGraph where
    *out* is no graph folder or is being built.
    """
    report = BuildReport()
    files = list(_files(paths, report))
    if not files:
        nothing = f"no document in {', '.join(map(str, paths))}; give files ({', '.join(SUFFIXES)}) or folders"
        raise WrongUse("; ".join(report.failures) or nothing)
    if review is not None:
        read_rows(review)  # what is no review file is told before anything is read
    with GraphFolder.writing(out) as folder, folder.open_claims() as store:
        decides = review is not None or (out / DECISIONS).exists() or store.is_curated  # claims may yet change
        folder.start_engine()  # before the extractors are loaded: both take their seconds at the same time
        from extractors.reading import rules_hash

        rules = rules_hash(model)
        for path, result in _readings(_changed(files, store, rules, report), model, jobs, progress):
            failure = _put(store, result, rules, path) if isinstance(result, Reading) else str(result)
            if failure:
                report.failures.append(failure)
            else:
                if not decides:
                    folder.load_ahead(path.stem)
                report.read.append(path.stem)
        _conclude(store, folder, progress, report, review)
        report.counts = store.counts()
        report.kinds = Counter(entity.kind for entity in store.entities())
    report.failures.sort()
    report.read.sort()
    return report


def remove(folder_path: Path, document: str) -> None:
    """Take the document with the key *document* out of the graph; raises WrongUse when it is not there."""
    with GraphFolder.writing(folder_path, create=False) as folder, folder.open_claims() as store:
        if not store.remove(document):
            raise WrongUse(
                f"{folder_path} holds no document {document!r}; `policykg documents {folder_path}` lists them"
            )
        _conclude(store, folder, silent, BuildReport())


def apply_decisions(folder_path: Path, review: Path) -> BuildReport:
    """Take the decisions in the file *review* over into the graph and renew what they change; no document is read."""
    report = BuildReport()
    with GraphFolder.writing(folder_path, create=False) as folder, folder.open_claims() as store:
        _conclude(store, folder, silent, report, review)
    return report


def _conclude(
    store: ClaimsStore, folder: GraphFolder, progress: Reporter, report: BuildReport, review: Path | None = None
) -> None:
    """Renew what follows from all documents together and from what people decided, then the projections."""
    progress("concluding", 0, 1)
    made, problems = take_over(store, *conclude(store), folder.folder, review)
    store.curate(made.statuses)
    store.put_inferred(made.claims, made.entities)
    report.failures += problems
    report.decided, report.stale = made.decided, [describe_stale(row) for row in made.stale]
    progress("concluding", 1, 1)
    folder.project(store, progress)


def _files(paths: Sequence[Path], report: BuildReport) -> Iterator[Path]:
    """Yield each file once; a missing path and a second file of the same stem are failures."""
    stems: dict[str, Path] = {}
    for path in paths:
        if not path.exists():
            report.failures.append(f"{path}: there is no such file or folder; check the path")
            continue
        found = sorted(p for p in path.rglob("*") if _is_document(p, path)) if path.is_dir() else [path]
        for file in found:
            first = stems.setdefault(file.stem, file)
            if first is file:
                yield file
            elif os.path.realpath(first) != os.path.realpath(file):
                report.failures.append(
                    f"{file}: {first} has the same name; a document is known by its name without the ending, "
                    "rename one or leave one out"
                )


def _is_document(path: Path, folder: Path) -> bool:
    """Tell whether *path* below *folder* is a document: not hidden, no lock file of Word, no page about the folder."""
    if path.suffix.lower() not in SUFFIXES or path.stem.upper() == "README":
        return False
    return not path.is_dir() and not any(part[0] in ".~" for part in path.relative_to(folder).parts)


def _changed(files: Sequence[Path], store: ClaimsStore, rules: str, report: BuildReport) -> list[Path]:
    """Return the files that the store does not hold as they are; the others are kept."""
    changed = []
    for path in files:
        try:
            sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
        except OSError:
            changed.append(path)  # reading it will say what is wrong
            continue
        if store.is_current(path.stem, sha256, rules):
            report.kept.append(path.stem)
        else:
            changed.append(path)
    return changed


def _readings(
    files: Sequence[Path], model: str, jobs: int | None, progress: Reporter
) -> Iterator[tuple[Path, Reading | PolicyKGError]]:
    """Yield each file with what was read or why it was not; in order of completion."""
    total = len(files)
    workers = min(jobs or _default_jobs(files), total)
    progress("reading", 0, total)
    if workers <= 1:
        for done, path in enumerate(files, 1):
            yield path, _read(path, model)
            progress("reading", done, total)
        return
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(workers, spawn, signal.signal, (signal.SIGINT, signal.SIG_IGN)) as pool:
        futures: dict[Future[Reading | PolicyKGError], Path] = {pool.submit(_read, path, model): path for path in files}
        try:
            for done, future in enumerate(as_completed(futures), 1):
                yield futures[future], _result(future, futures[future])
                progress("reading", done, total)
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)  # Ctrl-C does not wait for the rest
            raise


def _default_jobs(files: Sequence[Path]) -> int:
    size = sum(path.stat().st_size for path in files if path.is_file())
    return (os.cpu_count() or 1) if size > _POOL_WORTH else 1


def _read(path: Path, model: str) -> Reading | PolicyKGError:
    from extractors.reading import read_document

    try:
        return read_document(path, model)
    except PolicyKGError as error:
        return error
    except Exception as error:
        return PolicyKGError(f"{path}: reading failed ({type(error).__name__}: {error}); please report this document")


def _put(store: ClaimsStore, reading: Reading, rules: str, path: Path) -> str:
    """Store what was read; return what is wrong with it, or "" when all is well."""
    try:
        store.put(reading, rules, str(path))
    except ValueError as error:
        return f"{path}: what was read contradicts itself ({error}); please report this document"
    return ""


def _result(future: "Future[Reading | PolicyKGError]", path: Path) -> Reading | PolicyKGError:
    try:
        return future.result()
    except BrokenProcessPool:
        return PolicyKGError(f"{path}: the process that read it died; try again with --jobs 1")
