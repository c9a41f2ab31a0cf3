"""Pages to find and read: the first page, search, a thing, a claim, a document, a neighbourhood."""

import re
from collections import defaultdict
from collections.abc import Container, Sequence
from dataclasses import asdict, dataclass

from graph.claims import StoredDocument
from graph.questions import load_questions
from graph.service.addresses import around_path, iri_of, link, path_of
from graph.service.document_text import Range, show_text
from graph.service.name_index import NAMELESS
from graph.service.pictures import Spoke, draw_neighbourhood
from graph.service.protocol import Refused
from graph.service.statements import sides_of
from graph.service.visit import Elsewhere, NotThere, Page, Visit
from graph.service.wording import code, term
from ontology.identifiers import document_iri
from ontology.records import Entity, Status
from ontology.terms import Kind

_FOUND = 100
_SUGGESTED = 8
_NEIGHBOURS = 36
_PLACES = ("document", "start", "end", "quote")
_GROUPS = {
    Kind.AREA: "places",
    Kind.ZONE: "places",
    Kind.AGENCY: "actors",
    Kind.ORGANIZATION: "actors",
    Kind.PERSON: "actors",
    Kind.MEMBERSHIP: "actors",
    Kind.STRATEGY: "policy",
    Kind.PROGRAMME: "policy",
    Kind.POLICY_DOCUMENT: "policy",
    Kind.PROJECT: "works",
    Kind.PLATFORM: "works",
    Kind.PROJECT_LISTING: "works",
    Kind.EVENT: "events",
    Kind.MEETING: "events",
    Kind.INDICATOR: "figures",
    Kind.OBSERVATION: "figures",
}


def home(visit: Visit) -> Page:
    """Show the documents, the questions, and what kinds of things there are."""
    documents = [about_document(visit, document) for document in visit.claims.documents()]
    kinds = [{"kind": kind, "count": count} for kind, count in visit.names.kinds()]
    counts = {name: f"{count:,}" for name, count in visit.claims.counts().items()}
    data = {"documents": documents, "kinds": kinds, "counts": counts, "questions": named_questions(visit)}
    columns = list(documents[0]) if documents else ["document"]
    return Page("home.html", data, (columns, [list(document.values()) for document in documents]), section="home")


def search(visit: Visit) -> Page:
    """Show what is called so, or all of a kind."""
    text, kind = visit.given("q"), visit.given("kind")
    if kind and kind not in frozenset(Kind):
        raise NotThere(f"no kind of thing is called {kind!r}; the first page lists them")
    everything: Sequence[Entity] = visit.names.search(text)
    is_near = bool(text) and not everything
    if is_near:
        everything = visit.names.search_near(text)
    found = [entity for entity in everything if not kind or entity.kind == kind]
    if not text and kind:
        found = visit.names.of_kind(kind)
    kinds = [{"kind": name, "count": count} for name, count in visit.names.kinds(everything)]
    things = [thing_of(entity) for entity in found[:_FOUND]]
    data = {"q": text, "kind": kind, "kinds": kinds, "total": len(found), "near": is_near, "things": things}
    columns = ("iri", "kind", "name", "notation", "aliases")
    rows = [[e.iri, e.kind, e.name, e.notation, "、".join(e.aliases)] for e in found]
    return Page("search.html", data, (columns, rows), section="search")


def suggest(visit: Visit) -> Page:
    """Give the first names that begin with or hold what was typed; JSON only."""
    found = visit.names.suggest(visit.given("q"), _SUGGESTED)
    return Page("", {"things": [thing_of(entity) | {"label": term(entity.kind, visit.language)} for entity in found]})


def thing(visit: Visit) -> Page:
    """Show a thing with all that is said of it, or a claim."""
    iri = iri_of(visit.tail)
    if path_of(iri).startswith("/document/"):
        raise Elsewhere(path_of(iri))
    entity = visit.names.get(iri)
    if entity is None:
        return _claim(visit, iri)
    return _about(visit, entity, visit.path)


def document_claims(visit: Visit) -> Page:
    """Show what is said of a document, as of any other thing."""
    entity = visit.names.get(document_iri(visit.tail))
    if entity is None:
        raise NotThere
    return _about(visit, entity, visit.path)


def _about(visit: Visit, entity: Entity, path: str) -> Page:
    sides, years, total, left_out = sides_of(visit.claims, visit.speaker, entity.iri, bool(visit.given("all")))
    history = {
        Kind.PROGRAMME: link("/questions/programme-history", code=entity.notation or entity.name, ask=1),
        Kind.STRATEGY: link("/questions/strategy-tasks", strategy=entity.name, ask=1),
        Kind.INDICATOR: link("/indicators", indicator=entity.name),
        Kind.AREA: link("/years", area=entity.name),
    }.get(Kind(entity.kind), "")
    data = {
        "thing": thing_of(entity),
        "years": [{"year": year, "count": count} for year, count in years],
        "sides": [{"name": name, "groups": [asdict(group) for group in groups]} for name, groups in sides],
        "total": total,
        "left_out": left_out,
    }
    query = f"SELECT ?property ?value WHERE {{\n  <{entity.iri}> ?property ?value\n}}"
    more: dict[str, object] = {
        "history": history,
        "around": around_path(entity.iri),
        "sparql": link("/query", query=query),
        "path": path,
    }
    shown = {group.anchor for _, groups in sides for group in groups}
    more["year_links"] = {year: _year_link(visit, path, f"y{year}", shown) for year, _ in years}
    return Page("entity.html", data, _claim_table(data["sides"]), more)


def _year_link(visit: Visit, path: str, anchor: str, shown: Container[str]) -> str:
    """Return the address of a year on the page of a thing; "" where not even the full page shows it."""
    if anchor in shown:
        return f"#{anchor}"
    return "" if visit.given("all") else f"{link(path, all=1)}#{anchor}"


def _claim_table(sides: object) -> tuple[Sequence[str], list[list[object]]]:
    columns = ("claim", "subject", "predicate", "object", "year", "mode", "status", "confidence", *_PLACES)
    rows: list[list[object]] = []
    assert isinstance(sides, list)
    for side in sides:
        for group in side["groups"]:
            for said in group["statements"]:
                ends = (said["subject"], said["target"])
                head = [said["iri"], *(end["iri"] or end["name"] for end in ends)]
                head.insert(2, said["predicate"])
                head += [said[name] for name in ("year", "mode", "status", "confidence")]
                rows += [[*head, *(piece[name] for name in _PLACES)] for piece in said["quotations"]]
    return columns, rows


def _claim(visit: Visit, iri: str) -> Page:
    stored = visit.claims.claim(iri)
    if stored is None:
        raise NotThere
    return Page("claim.html", {"said": asdict(visit.speaker.say(stored))})


def document(visit: Visit) -> Page:
    """Show a document's text, the words of a claim marked."""
    stored = visit.claims.document(visit.tail)
    if stored is None:
        raise NotThere
    raw = visit.claims.raw_text(stored.key)
    target = _target(visit, len(raw))
    mentions = list(visit.claims.mentions(stored.key))
    text = show_text(raw, visit.claims.passages(stored.key), mentions, target)
    facts = about_document(visit, stored)
    columns = ("start", "end", "type", "text", "iri", "rule")
    rows = [[m.mention.start, m.mention.end, m.mention.type, m.mention.text, m.iri, m.mention.rule] for m in mentions]
    data = {
        "document": facts,
        "outline": [asdict(heading) for heading in text.outline],
        "groups": [{"name": name, "count": count} for name, count in text.groups],
        "target": {"start": target[0], "end": target[1], "quote": raw[target[0] : target[1]]} if target else None,
        "mentions": [dict(zip(columns, row, strict=True)) for row in rows],
        "raw": raw,
    }
    more = {"text": text.html, "claims": f"/document-claims/{path_of(document_iri(stored.key)).rpartition('/')[2]}"}
    return Page("document.html", data, (columns, rows), more)


def _target(visit: Visit, length: int) -> Range | None:
    start, end = visit.given("start"), visit.given("end")
    if not start and not end:
        return None
    if all(re.fullmatch("[0-9]{1,9}", place) for place in (start, end)) and int(start) < int(end) <= length:
        return int(start), int(end)
    raise Refused(400, f"start and end are characters of this document, from 0 to {length}; given: {start!r}, {end!r}")


@dataclass
class _Neighbour:
    """A thing at the other end of claims."""

    iri: str
    count: int
    relations: dict[str, int]


def around(visit: Visit) -> Page:
    """Draw what a thing is connected to."""
    entity = visit.names.get(iri_of(visit.tail))
    if entity is None:
        raise NotThere
    found: dict[str, _Neighbour] = defaultdict(lambda: _Neighbour("", 0, {}))
    for stored in visit.claims.claims_about(entity.iri):
        claim = stored.claim
        other = claim.object if claim.subject == entity.iri else claim.subject
        if other is None or other == entity.iri or claim.status == Status.REJECTED:
            continue
        neighbour = found[other]
        neighbour.iri, neighbour.count = other, neighbour.count + 1
        relation = term(claim.predicate, visit.language)
        neighbour.relations[relation] = neighbour.relations.get(relation, 0) + 1
    ordered = sorted(found.values(), key=lambda n: (_is_nameless(visit, n.iri), -n.count, n.iri))
    return _picture_page(visit, entity, ordered)


def _picture_page(visit: Visit, entity: Entity, ordered: Sequence[_Neighbour]) -> Page:
    drawn = sorted(ordered[:_NEIGHBOURS], key=lambda n: (_group(visit, n.iri), n.iri))
    spokes = [_spoke(visit, neighbour) for neighbour in drawn]
    title = visit.words("around.picture", name=entity.name)
    neighbours = [
        {
            "iri": neighbour.iri,
            "name": spoke.name,
            "path": path_of(neighbour.iri),
            "around": spoke.path,
            "group": spoke.group,
            "relations": sorted(neighbour.relations),
            "count": neighbour.count,
        }
        for neighbour, spoke in zip(drawn, spokes, strict=True)
    ]
    listed = sorted(zip(drawn, spokes, strict=True), key=lambda pair: (-pair[0].count, pair[0].iri))
    rows = [[{"name": s.name, "path": path_of(n.iri)}, s.relation, n.count] for n, s in listed]
    data = {"thing": thing_of(entity), "neighbours": neighbours, "total": len(ordered)}
    more = {"picture": draw_neighbourhood(entity.name, spokes, title), "rows": rows}
    table = [[n.iri, s.name, s.relation, n.count] for n, s in listed]
    return Page("around.html", data, (("iri", "name", "relation", "claims"), table), more)


def _spoke(visit: Visit, neighbour: _Neighbour) -> Spoke:
    name, relation = visit.names.name(neighbour.iri), "、".join(sorted(neighbour.relations))
    return Spoke(name, around_path(neighbour.iri), relation, _group(visit, neighbour.iri))


def _is_nameless(visit: Visit, iri: str) -> bool:
    entity = visit.names.get(iri)
    return entity is None or entity.kind in NAMELESS


def _group(visit: Visit, iri: str) -> str:
    entity = visit.names.get(iri)
    return _GROUPS.get(Kind(entity.kind), "other") if entity else "other"


def thing_of(entity: Entity) -> dict[str, object]:
    """Return a thing as pages and JSON show it."""
    return {
        "iri": entity.iri,
        "path": path_of(entity.iri),
        "kind": entity.kind,
        "name": entity.name,
        "notation": entity.notation,
        "aliases": list(entity.aliases),
    }


def about_document(visit: Visit, document: StoredDocument) -> dict[str, object]:
    """Return what a document says of itself."""
    facts = document.facts
    genre = facts.get("genre", "")
    return {
        "document": document.key,
        "path": path_of(document_iri(document.key)),
        "title": facts.get("title") or document.key,
        "area": facts.get("area", ""),
        "genre": code("genres", genre, visit.language) if genre else "",
        "issued": facts.get("issued", ""),
        "review_year": facts.get("review_year", ""),
        "plan_year": facts.get("plan_year", ""),
        "characters": document.chars,
    }


def named_questions(visit: Visit) -> list[dict[str, str]]:
    """Return the named questions in the visitor's language."""
    return [
        {"name": question.name, "words": question.chinese if visit.language == "zh" else question.english}
        for question in load_questions().values()
    ]
