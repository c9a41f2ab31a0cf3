"""SPARQL as text: what is refused before it runs, how parameters get in, how an error is told in one line.

pyoxigraph's own substitutions want every parameter in the SELECT clause and join them as a table; here a parameter's
tokens in the pattern become the term itself, so that it also works in UNION, EXISTS and FILTER and uses the indexes.
"""

import re
from collections.abc import Iterator, Mapping

from pyoxigraph import Literal, NamedNode

from graph.rdf import PREFIXES
from ontology.errors import QueryFailed, QueryRefused

_SKIPPED = (
    r'"""(?:[^"\\]|\\.|"{1,2}(?!"))*"""|\'\'\'(?:[^\'\\]|\\.|\'{1,2}(?!\'))*\'\'\''
    r'|"(?:[^"\\\n]|\\.)*"|\'(?:[^\'\\\n]|\\.)*\'|<[^<>"{}|^`\\\x00-\x20]*>|#[^\n]*'
)
_TOKEN = re.compile(_SKIPPED, re.DOTALL)
_BINDABLE = re.compile(
    rf"(?P<skipped>{_SKIPPED})|(?P<brace>[{{}}])|(?P<bound>\bBOUND\s*\(\s*[?$](?P<tested>\w+)\s*\))|[?$](?P<name>\w+)",
    re.DOTALL | re.IGNORECASE,
)
_SERVICE = re.compile(r"(?<![\w:?$@.-])SERVICE(?![\w:])", re.IGNORECASE)
_UPDATE = re.compile(r"(?<![\w:?$@.-])(INSERT|DELETE|LOAD|CLEAR|CREATE|DROP|COPY|MOVE|ADD)(?![\w:])", re.IGNORECASE)
_FROM = re.compile(r"(?<![\w:?$@.-])FROM(?![\w:-])", re.IGNORECASE)
_QUERY = re.compile(r"(?<![\w:?$@.-])(SELECT|ASK|CONSTRUCT|DESCRIBE)(?![\w:])", re.IGNORECASE)
_MOST_NESTED = 400
_MOST_OPERATORS = 1_000
_BRACKET = re.compile(r"[({\[]|[)}\]]")
_OPERATOR = re.compile(r"[!+*/^|&=]|(?<!\w)-|(?<![\w:?$@.-])UNION(?![\w:-])", re.IGNORECASE)
_CODEPOINT = re.compile(r"\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})")
_PLACE = re.compile(r"error at (\d+):(\d+): (.*)", re.DOTALL)


def refuse_unsafe(sparql: str) -> None:
    """Raise QueryRefused for SERVICE, which leaves the machine, and for updates."""
    code = code_of(sparql)
    refuse_nested(code)
    if _SERVICE.search(code):
        raise QueryRefused("SPARQL: SERVICE is refused, no query leaves this machine; ask the other endpoint directly")
    update = _UPDATE.search(code)
    if update and not _QUERY.search(code):
        raise QueryRefused(
            f"SPARQL: {update[1].upper()} is an update, and the graph is read-only; change the documents"
        )


def refuse_nested(code: str) -> None:
    """Raise QueryFailed where brackets or operators of *code* would overflow the stack of pyoxigraph's parser."""
    depth = deepest = 0
    for bracket in _BRACKET.finditer(code):
        depth += 1 if bracket[0] in "({[" else -1
        deepest = max(deepest, depth)
    if deepest > _MOST_NESTED:
        raise QueryFailed(f"SPARQL: brackets are nested too deeply ({deepest:,} levels; most: {_MOST_NESTED})")
    operators = len(_OPERATOR.findall(code)) if len(code) > _MOST_OPERATORS else 0
    if operators > _MOST_OPERATORS:
        raise QueryFailed(
            f"SPARQL: {operators:,} operators are too many (most: {_MOST_OPERATORS:,}); list values in VALUES or IN"
        )


def names_dataset(sparql: str) -> bool:
    """Tell whether the query says itself, by FROM, which graphs it asks."""
    return _FROM.search(code_of(sparql)) is not None


def plain_text(sparql: str) -> str:
    """Return *sparql* with its codepoint escapes (backslash, u, four digits) resolved, as a parser sees it."""
    return _CODEPOINT.sub(lambda found: chr(min(int(found[1] or found[2], 16), 0x10FFFF)), sparql)


def code_of(sparql: str) -> str:
    """Return `plain_text` with spaces in place of strings, comments and IRIs, at the same places."""
    return _TOKEN.sub(_blank, plain_text(sparql))


def bind(sparql: str, terms: Mapping[str, NamedNode | Literal]) -> str:
    """Return *sparql* with the variables of *terms* given: in patterns the term, elsewhere bound by VALUES.

    `BOUND(?x)` becomes true. A parameter may not stand in the SELECT clause of a sub-query.
    """
    if not terms:
        return sparql
    pieces: list[str] = []
    groups: list[int] = []
    outside: set[str] = set()
    depth = place = 0
    for token in _BINDABLE.finditer(sparql):
        pieces.append(sparql[place : token.start()])
        place = token.end()
        text, name = token[0], token["name"] or token["tested"]
        if token["brace"]:
            groups += [len(pieces)] if text == "{" and not depth else []
            depth += 1 if text == "{" else -1
        elif name in terms and not depth:
            outside.add(name)
        elif name in terms:
            text = "true" if token["bound"] else str(terms[name])
        pieces.append(text)
    pieces.append(sparql[place:])
    if outside and groups:
        names = sorted(outside)
        rows = " ".join(str(terms[name]) for name in names)
        pieces[groups[-1]] += f" VALUES ({' '.join('?' + name for name in names)}) {{ ({rows}) }} "
    return "".join(pieces)


def explain(error: Exception, sparql: str) -> str:
    """Return one line that tells where and why pyoxigraph refused *sparql*."""
    found = _PLACE.search(str(error))
    if not found:
        return f"SPARQL: {' '.join(str(error).split())}"
    row, column, reason = int(found[1]), int(found[2]), found[3]
    lines = sparql.split("\n")
    rest = lines[row - 1][column - 1 :].strip() if row <= len(lines) else ""
    where = f"SPARQL, line {row}, column {column}"
    if "Prefix not found" in reason:
        return f"{where}: unknown prefix; declare it with PREFIX, or use {', '.join(sorted(PREFIXES))}"
    wanted = ", ".join(_readable(reason))
    return f"{where}: cannot read on at {rest[:40] or 'the end'!r}" + (f"; expected {wanted}" if wanted else "")


def _readable(reason: str) -> Iterator[str]:
    """Yield the keywords and marks that the parser would have liked, at most eight."""
    parts = [part.strip() for part in reason.removeprefix("expected one of ").removeprefix("expected ").split(", ")]
    readable = [part for part in parts if part.isidentifier() or re.fullmatch(r'"[^"\\]+"', part)]
    yield from readable[:8]


def _blank(token: re.Match[str]) -> str:
    """Return spaces for a string, a comment or an IRI; `<` may also be "less than" (`FILTER(?x<5)SERVICE#>`)."""
    return token[0] if token[0].startswith("<") and ")" in token[0] else " " * len(token[0])
