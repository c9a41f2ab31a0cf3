"""SPARQL updates as text: what is refused, and how the protocol's dataset gets in.

`using-graph-uri` and `using-named-graph-uri` act as if every operation with a pattern had USING and USING NAMED
clauses; together with such a clause or WITH in the update itself they are an error.
"""

import re
from collections.abc import Sequence

from pyoxigraph import NamedNode

from graph.service.protocol import Refused
from graph.stores.sparql_text import code_of, plain_text, refuse_nested

_WORD = r"(?<![\w:?$@.-])(?:{})(?![\w:-])"
_LOAD = re.compile(_WORD.format("LOAD"), re.IGNORECASE)
_SERVICE = re.compile(_WORD.format("SERVICE"), re.IGNORECASE)
_OWN_DATASET = re.compile(_WORD.format("USING|WITH"), re.IGNORECASE)
_TOKEN = re.compile(rf"[{{}}]|{_WORD.format('INSERT|DELETE|DATA|WHERE')}", re.IGNORECASE)


def prepare_update(update: str, default_graphs: Sequence[str], named_graphs: Sequence[str]) -> str:
    """Return *update* with the dataset of the protocol in it.

    Raises Refused for SERVICE and LOAD, which leave the machine or read its files, and for two datasets.
    """
    update = plain_text(update)
    code = code_of(update)
    refuse_nested(code)
    for word in (_LOAD, _SERVICE):
        if found := word.search(code):
            raise Refused(403, f"{found[0].upper()} is refused: nothing is fetched because of an update")
    if not default_graphs and not named_graphs:
        return update
    if _OWN_DATASET.search(code):
        raise Refused(
            400, "the update has USING or WITH; then using-graph-uri and using-named-graph-uri may not be given"
        )
    try:
        clauses = [f"USING {NamedNode(graph)}" for graph in default_graphs]
        clauses += [f"USING NAMED {NamedNode(graph)}" for graph in named_graphs]
    except ValueError as error:
        raise Refused(400, f"using-graph-uri and using-named-graph-uri are IRIs: {error}") from None
    return _with_clauses(update, code, f" {' '.join(clauses)} ")


def _with_clauses(update: str, code: str, clauses: str) -> str:
    """Put *clauses* before each WHERE that belongs to an operation; DELETE WHERE has its template written out."""
    pieces: list[str] = []
    depth = place = 0
    before = ""
    for token in _TOKEN.finditer(code):
        word = token[0].upper()
        if word in "{}":
            depth += 1 if word == "{" else -1
        elif depth == 0 and word == "WHERE":
            pieces.append(update[place : token.start()])
            place = token.start()
            if before == "DELETE":
                pieces.append(_group_after(update, code, token.end()))
            pieces.append(clauses)
        before = word
    return "".join((*pieces, update[place:]))


def _group_after(update: str, code: str, place: int) -> str:
    """Return the group in braces that begins after *place*."""
    depth = 0
    for token in re.finditer(r"[{}]", code[place:]):
        depth += 1 if token[0] == "{" else -1
        if depth == 0:
            return update[place : place + token.end()]
    raise Refused(400, "the update has a { that is not closed")
