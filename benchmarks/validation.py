"""How long validation takes: `python -m benchmarks.validation KG [COPIES]` validates the graph KG that many times over.

Each copy has things of its own (their IRIs get a number), so that the shapes have as many targets as triples grow.
"""

import resource
import sys
import tempfile
import time
from pathlib import Path

from pyoxigraph import RdfFormat, Store

from graph.projections import GraphFolder
from graph.stores.quads import QuadStore
from graph.validation import validate
from ontology.identifiers import RESOURCE


def main(folder: Path, copies: int) -> None:
    """Print triples, seconds, findings and the memory that it took."""
    place = GraphFolder.reading(folder)
    with tempfile.TemporaryDirectory() as scratch, place.open_claims() as claims:
        store = _many(place.rdf_path, Path(scratch), copies)
        with QuadStore(store) as quads:
            began = time.perf_counter()
            found = validate(quads, claims)
            seconds = time.perf_counter() - began
            memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
            print(f"{len(quads):,} triples, {seconds:.1f} s, {len(found)} findings, {memory:,} MB at most")
    place.close()


def _many(rdf: Path, scratch: Path, copies: int) -> Store:
    with QuadStore.open(rdf) as quads:
        quads.write_triples(scratch / "one.nt")
    text = (scratch / "one.nt").read_text(encoding="utf-8")
    store = Store(str(scratch / "many"))
    for number in range(copies):
        store.bulk_load(text.replace(RESOURCE, f"{RESOURCE}{number}/").encode(), format=RdfFormat.N_TRIPLES)
    return store


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 1)
