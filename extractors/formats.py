"""Mentions of one text on paper: JSON lines, inline markup, a page with colours."""

import html
import json
from collections.abc import Callable, Iterator

from extractors.scene import LinkedMention, Scene
from ontology.gazetteer import clear_name

COLOURS = {
    "AREA": "#cfe8ff", "ZONE": "#b9e3d6", "AGENCY": "#ffd9b3", "ORG": "#f3e0b5", "PERSON": "#f7c6d0", "POST": "#f2d7e8",
    "STRATEGY": "#ffe680", "PROGRAMME": "#d9ccff", "PROJECT": "#c9e4a5", "PLATFORM": "#c4ddd8", "EVENT": "#ffcfb0",
    "MEETING": "#e0d4c8", "POLICYDOC": "#d4d4d4", "INDICATOR": "#bfe0e8",
}  # fmt: skip
"""The background of each type of mention, for dark letters."""


def to_jsonl(scene: Scene) -> Iterator[str]:
    """Yield one JSON object a mention: doc, start, end, type, text, rule, link, link_name; raw offsets.

    `link` is the IRI of the thing named, null where it stays open; `candidates` then lists the things that it may be.
    """
    for mention in scene.mentions:
        words = scene.evidence(mention.start, mention.end)
        row: dict[str, object] = {
            "doc": scene.key,
            "start": words.start,
            "end": words.end,
            "type": mention.type,
            "text": words.quote,
            "rule": mention.rule,
            "link": mention.entity.iri if mention.entity else None,
            "link_name": mention.entity.name if mention.entity else None,
        }
        if mention.candidates:
            row["candidates"] = [{"iri": thing.iri, "name": clear_name(thing)} for thing in mention.candidates]
        yield json.dumps(row, ensure_ascii=False)


def to_markup(scene: Scene) -> Iterator[str]:
    """Yield the raw text with `⟦TYPE|words⟧` around each mention; without the marks it is the text again."""
    yield "".join(_woven(scene, lambda mention, words: f"⟦{mention.type}|{words}⟧", str))


def to_html(scene: Scene) -> Iterator[str]:
    """Yield a page that shows each mention in the colour of its type, with its rule on hover."""
    title = html.escape(scene.key)
    yield f'<!doctype html>\n<html lang="zh"><meta charset="utf-8"><title>{title}</title>'
    yield "<style>body{font:16px/1.9 sans-serif;max-width:48em;margin:2em auto;white-space:pre-wrap}"
    yield "mark{border-radius:.25em;padding:.1em .15em}mark sub{font-size:.6em;margin-left:.3em;opacity:.7}"
    yield "".join(f".{kind}{{background:{colour}}}" for kind, colour in COLOURS.items()) + "</style><body>"
    yield "".join(_woven(scene, _mark, html.escape)) + "</body></html>"


def _mark(mention: LinkedMention, words: str) -> str:
    rule = html.escape(mention.rule)
    return f'<mark class="{mention.type}" title="{rule}">{html.escape(words)}<sub>{mention.type}</sub></mark>'


def _woven(scene: Scene, mark: Callable[[LinkedMention, str], str], plain: Callable[[str], str]) -> Iterator[str]:
    raw, last = scene.outline.clean.raw, 0
    for mention in scene.mentions:
        words = scene.evidence(mention.start, mention.end)
        yield plain(raw[last : words.start])
        yield mark(mention, words.quote)
        last = words.end
    yield plain(raw[last:])


FORMATS: dict[str, Callable[[Scene], Iterator[str]]] = {
    "jsonl": to_jsonl,
    "markup": to_markup,
    "html": to_html,
}
