"""Five folds over the annotated documents: all documents of one place lie in one fold.

Reports of one place say the same names year after year, so a split by document alone would flatter a recogniser.
Documents of the nation, and those whose place is unknown, each count as a place of their own.
"""

from collections import defaultdict

from extractors.reading import home_of
from ontology.records import Outline
from training.corpus import Gold

FOLDS = 5
_PROVINCE = 2  # digits of an area's code


def split_folds(corpus: dict[str, Outline], gold: Gold) -> list[set[str]]:
    """Return the documents of each fold; the folds have about equally many annotated characters."""
    sizes: dict[str, int] = defaultdict(int)
    members: dict[str, set[str]] = defaultdict(set)
    for document, windows in gold.windows.items():
        place = place_of(document, corpus[document])
        sizes[place] += sum(end - start for start, end in windows)
        members[place].add(document)
    folds: list[set[str]] = [set() for _ in range(FOLDS)]
    loads = [0] * FOLDS
    for place in sorted(sizes, key=lambda place: (-sizes[place], place)):
        lightest = loads.index(min(loads))
        folds[lightest] |= members[place]
        loads[lightest] += sizes[place]
    return folds


def place_of(document: str, outline: Outline) -> str:
    """Return the province that *document* speaks for, else the document itself."""
    home = home_of(outline)
    return home.code[:_PROVINCE] if home else document
