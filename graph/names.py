"""From a name as people write it to the things it may mean, or to an error with the nearest names."""

from collections.abc import Iterable, Iterator, Sequence
from difflib import SequenceMatcher
from heapq import nlargest

from ontology.errors import WrongUse
from ontology.identifiers import RESOURCE, canonical_name
from ontology.records import Entity

_SUGGESTIONS = 5


def resolve_name(things: Iterable[Entity], text: str, kinds: Sequence[str] = (), where: str = "the graph") -> list[str]:
    """Return the IRIs of the *things* of *kinds* (all when empty) called *text*: by name, alias, code or IRI.

    Several IRIs come back when a name is ambiguous. Raises WrongUse with the nearest names when nothing is called so.
    """
    wanted = canonical_name(text)
    entities = [entity for entity in things if not kinds or entity.kind in kinds]
    found = [entity.iri for entity in entities if entity.iri == text or wanted in _spellings(entity)]
    if found:
        return sorted(found)
    near = nlargest(_SUGGESTIONS, _scored(wanted, entities))
    hint = (
        "did you mean " + ", ".join(dict.fromkeys(name for _, name in near)) + "?" if near else "the graph names none"
    )
    raise WrongUse(f"no {' or '.join(kinds) or 'thing'} is called {text!r} in {where}; {hint}")


def search_names(things: Iterable[Entity], text: str, kinds: Sequence[str] = ()) -> list[Entity]:
    """Return the *things* of *kinds* (all when empty) with a name like *text*, the likest first."""
    wanted = canonical_name(text)
    best: dict[str, tuple[float, Entity]] = {}
    for entity in things:
        if not kinds or entity.kind in kinds:
            score = max((score for score, _ in _scored(wanted, [entity])), default=0.0)
            if score:
                best[entity.iri] = score, entity
    return [entity for _, entity in sorted(best.values(), key=lambda found: (-found[0], found[1].iri))]


def _spellings(entity: Entity) -> set[str]:
    names = {canonical_name(name) for name in (entity.name, entity.notation, *entity.aliases) if name}
    if entity.iri.startswith(f"{RESOURCE}area/"):
        names |= {name.removesuffix("市") for name in names if len(name) > 2}
    return names


def _scored(wanted: str, entities: Sequence[Entity]) -> Iterator[tuple[float, str]]:
    matcher = SequenceMatcher(b=wanted, autojunk=False)
    for entity in entities:
        for name in (entity.name, entity.notation, *entity.aliases):
            if not name:
                continue
            matcher.set_seq1(canonical_name(name))
            contained = wanted in name or name in wanted
            if contained or matcher.quick_ratio() >= 0.4:
                score = matcher.ratio() + (0.5 if contained else 0.0)
                if score >= 0.4:
                    yield score, name
