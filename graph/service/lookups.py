"""Which queries are lookups: so small that the event loop answers them itself, without a thread.

A lookup is one triple pattern with a constant, or up to three about one constant subject with constant predicates; no
path, no filter, no modifier but LIMIT. With a limit set the indexes answer it in a fraction of a millisecond, whatever
the graph holds. What is matched here cannot be anything but a query: no SERVICE, no update.
"""

import re

MOST_ROWS = 500  # a lookup with more answers than this is run again, as any other query

_IRI = r'<[^<>"{}|^`\\\x00-\x20]*>'
_NAME = r"(?:[A-Za-z][A-Za-z0-9_-]*)?:[\w一-鿿-]*"
_VAR = r"[?$][A-Za-z_]\w*"
_TEXT = r'"[^"\\\n\r]*"(?:@[A-Za-z]+(?:-[A-Za-z0-9]+)*|\^\^(?:' + f"{_IRI}|{_NAME}" + r"))?|[+-]?\d+"
_CONSTANT = f"(?:{_IRI}|{_NAME})"
_VERB = f"(?:{_CONSTANT}|a)"
_OBJECT = f"(?:{_VAR}|{_CONSTANT}|{_TEXT})"
_VALUE = f"(?:{_CONSTANT}|{_TEXT})"
_PATTERNS = "|".join(
    (
        rf"{_CONSTANT}\s+(?:{_VERB}|{_VAR})\s+{_OBJECT}",
        rf"{_CONSTANT}\s+{_VERB}\s+{_OBJECT}(?:\s*;\s*{_VERB}\s+{_OBJECT}){{1,2}}",
        rf"{_VAR}\s+(?:{_VERB}|{_VAR})\s+{_VALUE}",
        rf"{_VAR}\s+{_VERB}\s+{_VAR}",
    )
)
_LOOKUP = re.compile(
    rf"\s*(?:PREFIX\s+(?:[A-Za-z][A-Za-z0-9_-]*)?:\s*{_IRI}\s*){{0,20}}"
    rf"(?:SELECT\s*(?:\*|{_VAR}(?:\s+{_VAR}){{0,9}})|ASK)\s*(?:WHERE\s*)?"
    rf"{{\s*(?:{_PATTERNS})\s*\.?\s*}}\s*(?:LIMIT\s+(?P<limit>\d{{1,9}})\s*)?",
    re.IGNORECASE,
)


def as_lookup(query: str) -> str | None:
    """Return *query* with a limit of MOST_ROWS + 1 where it is a lookup that has none smaller, else None."""
    found = _LOOKUP.fullmatch(query) if len(query) < 2_000 else None
    if found is None:
        return None
    limit = found["limit"]
    if limit is None:
        return f"{query} LIMIT {MOST_ROWS + 1}"
    return query if int(limit) <= MOST_ROWS else f"{query[: found.start('limit')]}{MOST_ROWS + 1}"
