"""Mentions of one text on paper: JSON lines, inline markup, a page with colours."""

import html
import json
from collections.abc import Callable, Iterator, Sequence

from ontology.records import Mention

_COLOURS = {
    "AREA": "#cfe8ff", "ZONE": "#b9e3d6", "AGENCY": "#ffd9b3", "ORG": "#f3e0b5", "PERSON": "#f7c6d0", "POST": "#f2d7e8",
    "STRATEGY": "#ffe680", "PROGRAMME": "#d9ccff", "PROJECT": "#c9e4a5", "PLATFORM": "#c4ddd8", "EVENT": "#ffcfb0",
    "MEETING": "#e0d4c8", "POLICYDOC": "#d4d4d4", "INDICATOR": "#bfe0e8",
}  # fmt: skip


def to_jsonl(raw: str, mentions: Sequence[Mention]) -> Iterator[str]:
    """Yield one JSON object a mention: doc, start, end, type, text, rule; raw offsets."""
    for mention in mentions:
        yield json.dumps(
            {
                "doc": mention.document,
                "start": mention.start,
                "end": mention.end,
                "type": mention.type,
                "text": mention.text,
                "rule": mention.rule,
            },
            ensure_ascii=False,
        )


def to_markup(raw: str, mentions: Sequence[Mention]) -> Iterator[str]:
    """Yield the raw text with `⟦TYPE|words⟧` around each mention; without the marks it is the text again."""
    yield "".join(_woven(raw, mentions, lambda mention: f"⟦{mention.type}|{mention.text}⟧", str))


def to_html(raw: str, mentions: Sequence[Mention]) -> Iterator[str]:
    """Yield a page that shows each mention in the colour of its type, with its rule on hover."""
    title = html.escape(mentions[0].document) if mentions else "policykg"
    yield f'<!doctype html>\n<html lang="zh"><meta charset="utf-8"><title>{title}</title>'
    yield "<style>body{font:16px/1.9 sans-serif;max-width:48em;margin:2em auto;white-space:pre-wrap}"
    yield "mark{border-radius:.25em;padding:.1em .15em}mark sub{font-size:.6em;margin-left:.3em;opacity:.7}"
    yield "".join(f".{kind}{{background:{colour}}}" for kind, colour in _COLOURS.items()) + "</style><body>"
    yield "".join(_woven(raw, mentions, _mark, html.escape)) + "</body></html>"


def _mark(mention: Mention) -> str:
    rule, words = html.escape(mention.rule), html.escape(mention.text)
    return f'<mark class="{mention.type}" title="{rule}">{words}<sub>{mention.type}</sub></mark>'


def _woven(
    raw: str, mentions: Sequence[Mention], mark: Callable[[Mention], str], plain: Callable[[str], str]
) -> Iterator[str]:
    last = 0
    for mention in mentions:
        yield plain(raw[last : mention.start])
        yield mark(mention)
        last = mention.end
    yield plain(raw[last:])


FORMATS: dict[str, Callable[[str, Sequence[Mention]], Iterator[str]]] = {
    "jsonl": to_jsonl,
    "markup": to_markup,
    "html": to_html,
}
