"""`evaluate` on a gold of links between tasks: reads the agendas it speaks of, traces their tasks, scores the links."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

from graph.claims import ClaimsStore
from graph.lineage.evaluation import Agendas, Links, read_links, score_links, to_json, to_table
from graph.lineage.facts import Facts
from ontology.errors import PolicyKGError, WrongUse


def evaluate_links(gold: Path, corpus: Path | None, model: str, errors: int, output: str) -> str:
    """Return the scores of the links in *gold* on the documents in *corpus*, as a table or as JSON."""
    if output == "html":
        raise WrongUse(f"{gold}: links between tasks have no page; take --format table or json")
    if corpus is None:
        raise WrongUse(f"{gold}: where are the documents? name their folder with --corpus")
    links = read_links(gold)
    with tempfile.TemporaryDirectory() as folder, ClaimsStore.create(Path(folder) / "claims.sqlite") as store:
        read_agendas(store, corpus, links, model)
        scores = score_links(Facts(store), links)
    return to_table(scores, errors) if output == "table" else to_json(scores)


def read_agendas(store: ClaimsStore, corpus: Path, links: dict[Agendas, Links], model: str) -> None:
    """Read the documents below *corpus* that plan a year of an area of *links*."""
    from extractors.reading import read_document

    for path in sorted(corpus.rglob("*.txt")):
        if _is_wanted(path, links):
            store.put(read_document(path, model), model)


def _is_wanted(path: Path, links: dict[Agendas, Links]) -> bool:
    from extractors.outline import read_outline
    from extractors.readers.files import read_file

    try:
        facts = read_outline(read_file(path)[0]).facts
    except PolicyKGError:
        return False
    area, year = (facts[name].value if name in facts else "" for name in ("area", "plan_year"))
    return any(area == place[0] and year in _years(place) for place in links)


def _years(place: Agendas) -> Iterator[str]:
    yield from map(str, place[1:])
