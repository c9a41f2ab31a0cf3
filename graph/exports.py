"""Writes the whole graph into files that other tools read; equal content gives equal bytes.

    nquads    all quads, one a line, sorted by code point     turtle   the union of all graphs, without graph names
    jsonld    all quads, a named graph each                   graphml  entities and direct relationships, for Gephi
    csv       a folder (or a .zip) of tables, one a label and one a relationship type, array delimiter U+001F
    neo4j-admin  a folder of headers, rows and the command for a first load of Neo4j (`graph.stores.admin_import`)
    grass     a style sheet for Neo4j Browser      cypher   a folder with each question as a query for Neo4j Browser

A file appears whole or not at all.
"""

import re
import tempfile
import zipfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from heapq import merge
from itertools import groupby, islice
from pathlib import Path
from typing import IO

import networkx as nx
import pyoxigraph
from pyoxigraph import Quad, RdfFormat

from graph.browser import write_queries, write_style
from graph.claims import ClaimsStore
from graph.property_graph import Property, to_networkx
from graph.rdf import PREFIXES, to_quads
from graph.stores.admin_import import write_import
from graph.tables import write_tables
from ontology.errors import WrongUse

FORMATS = ("turtle", "nquads", "jsonld", "graphml", "csv", "neo4j-admin", "grass", "cypher")
_FOLDERS = frozenset(("csv", "neo4j-admin", "cypher"))

_SORTED_AT_ONCE = 200_000
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


def export_graph(store: ClaimsStore, form: str, target: Path) -> None:
    """Write all of *store* as *form*, one of FORMATS, to *target*, in place of a file that is there.

    Raises WrongUse for an unknown form, a folder that is missing or not writable, and for a folder that is there.
    """
    writers: dict[str, Callable[[ClaimsStore, Path], None]] = {
        "turtle": _write_turtle,
        "nquads": _write_nquads,
        "jsonld": _write_jsonld,
        "graphml": _write_graphml,
        "csv": _write_csv,
        "neo4j-admin": write_import,
        "grass": lambda _, path: write_style(path),
        "cypher": write_queries,
    }
    if form not in writers:
        raise WrongUse(f"no export is called {form!r}; choose {', '.join(FORMATS)}")
    if target.is_dir() or (form in _FOLDERS and target.exists()):
        raise WrongUse(f"{target}: exists already; name another one")
    try:
        with tempfile.TemporaryDirectory(prefix=f".{target.name}-", dir=target.absolute().parent) as beside:
            made = Path(beside) / target.name
            writers[form](store, made)
            made.replace(target)
    except OSError as error:
        raise WrongUse(
            f"{target}: cannot be written ({error.strerror}); check the folder and its permissions"
        ) from error


def sorted_lines(quads: Iterable[Quad], form: RdfFormat = RdfFormat.N_QUADS) -> Iterator[bytes]:
    """Yield *quads* as the distinct lines of N-Quads (or N-Triples), sorted; memory does not grow with them."""
    with ExitStack() as stack:
        runs = [_run(stack, chunk, form) for chunk in _chunks(quads)]
        for line, _ in groupby(merge(*runs)):
            yield line


def _chunks(quads: Iterable[Quad]) -> Iterator[list[Quad]]:
    iterator = iter(quads)
    while chunk := list(islice(iterator, _SORTED_AT_ONCE)):
        yield chunk


def _run(stack: ExitStack, quads: list[Quad], form: RdfFormat) -> IO[bytes]:
    """Return a file of the sorted lines of *quads*, gone with *stack*."""
    statements = quads if form == RdfFormat.N_QUADS else [quad.triple for quad in quads]
    lines = pyoxigraph.serialize(statements, format=form) or b""
    file = stack.enter_context(tempfile.TemporaryFile())  # noqa: SIM115 (closed by the stack)
    file.writelines(sorted(set(lines.splitlines(keepends=True))))
    file.seek(0)
    return file


def _write_nquads(store: ClaimsStore, target: Path) -> None:
    with target.open("wb") as file:
        file.writelines(sorted_lines(to_quads(store)))


def _write_turtle(store: ClaimsStore, target: Path) -> None:
    _convert(store, target, RdfFormat.N_TRIPLES, RdfFormat.TURTLE)


def _write_jsonld(store: ClaimsStore, target: Path) -> None:
    _convert(store, target, RdfFormat.N_QUADS, RdfFormat.JSON_LD)


def _convert(store: ClaimsStore, target: Path, lines: RdfFormat, form: RdfFormat) -> None:
    """Write *store* as *form* by way of sorted *lines*, which fix the order."""
    with tempfile.TemporaryFile() as file:
        file.writelines(sorted_lines(to_quads(store), lines))
        file.seek(0)
        statements = pyoxigraph.parse(file, format=lines)
        content = (quad if lines == RdfFormat.N_QUADS else quad.triple for quad in statements)
        pyoxigraph.serialize(content, target, format=form, prefixes=PREFIXES)


def _write_graphml(store: ClaimsStore, target: Path) -> None:
    """Write the graph as Gephi wants it: `label` is what it shows, the name of a node, the type of an edge."""
    graph = to_networkx(store)
    for iri, attributes in graph.nodes(data=True):
        shown = {"label": attributes.get("name") or iri, "type": attributes.pop("label")}
        attributes.update({name: _plain(value) for name, value in {**attributes, **shown}.items()})
    for *_, attributes in graph.edges(data=True):
        shown = {"label": attributes["type"]}
        attributes.update({name: _plain(value) for name, value in {**attributes, **shown}.items()})
    nx.write_graphml(graph, target, encoding="utf-8", named_key_ids=True)


def _plain(value: Property) -> Property:
    """Return what GraphML can hold: lists as one text, no character that XML forbids."""
    text = " | ".join(map(str, value)) if isinstance(value, list) else value
    return _NOT_XML.sub("\ufffd", text) if isinstance(text, str) else text


def _write_csv(store: ClaimsStore, target: Path) -> None:
    folder = target if target.suffix != ".zip" else target.with_suffix("")
    write_tables(store, folder)
    if folder != target:
        with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
            for path in sorted(folder.rglob("*.csv")):
                entry = zipfile.ZipInfo(path.relative_to(folder).as_posix())  # dated 1980, so that bytes repeat
                archive.writestr(entry, path.read_bytes(), zipfile.ZIP_DEFLATED)
