"""Short forms that a document introduces itself: 云岭机电集团有限公司（以下简称“云岭机电”） … 云岭机电."""

from collections.abc import Sequence
from dataclasses import replace

from extractors.patterns import load_patterns
from extractors.scene import LinkedMention
from ontology.identifiers import canonical_name
from ontology.records import Entity


def link_short_forms(mentions: Sequence[LinkedMention], text: str) -> tuple[LinkedMention, ...]:
    """Return *mentions* with every short form linked to what *text* introduced it for, from there on.

    *mentions* are in text order, *text* is clean. The long form is the mention that ends where its short form is told.
    """
    introduced = _introduced(mentions, text)
    if not introduced:
        return tuple(mentions)
    linked = []
    for mention in mentions:
        known = {name: entity for start, name, entity in introduced if start <= mention.start}
        thing = known.get(canonical_name(mention.text))
        linked.append(replace(mention, entity=thing, candidates=()) if thing else mention)
    return tuple(linked)


def _introduced(mentions: Sequence[LinkedMention], text: str) -> list[tuple[int, str, Entity]]:
    """Return (where, short form, thing) for every short form told right behind a mention that has a link."""
    long_forms = {mention.end: mention for mention in mentions if mention.entity}
    found = []
    for pattern in load_patterns("short_forms"):
        for match in pattern.regex.finditer(text):
            behind = match.start() if match.start() in long_forms else match.start() - 1
            mention = long_forms.get(behind)
            name = canonical_name(match["name"])
            closes = behind == match.start() or text[behind] in "”’》」"
            if mention and mention.entity and name and closes:
                thing = mention.entity
                aliases = tuple(sorted({*thing.aliases, name} - {thing.name}))
                found.append((match.start(), name, replace(thing, aliases=aliases)))
    return sorted(found, key=lambda told: told[0])
