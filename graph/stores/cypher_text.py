"""Cypher as text: what a reading query may not say.

Engines differ in what they enforce (ArcadeDB ignores Bolt's access mode, and reads files for LOAD CSV); this is the
same everywhere and comes before them.
"""

import re

from ontology.errors import QueryFailed

_SKIPPED = re.compile(
    r"'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\"|`(?:[^`]|``)*`|//[^\n]*|/\*.*?\*/",
    re.DOTALL,
)
_WRITING = re.compile(
    r"(?<!\w)(CREATE|MERGE|SET|DELETE|REMOVE|DROP|FOREACH|ALTER|GRANT|REVOKE|DENY|LOAD\s+CSV)(?!\w)", re.IGNORECASE
)
_CODEPOINT = re.compile(r"\\u([0-9A-Fa-f]{4})")
_NAMES_FOLLOW = ".:|&!$"


def refuse_writing(cypher: str) -> None:
    """Raise QueryFailed when *cypher* changes the graph or reads a file.

    Clause words are fine in strings, comments and backticks, as property, label, type, parameter and map key.
    """
    plain = _CODEPOINT.sub(lambda found: chr(int(found[1], 16)), cypher)
    code = _SKIPPED.sub(lambda found: "x" + " " * (len(found[0]) - 1) if found[0][0] != "/" else " ", plain)
    for word in _WRITING.finditer(code):
        if code[: word.start()].rstrip()[-1:] in tuple(_NAMES_FOLLOW) or code[word.end() :].lstrip()[:1] == ":":
            continue
        clause = " ".join(word[1].upper().split())
        if clause == "LOAD CSV":
            raise QueryFailed("Cypher: LOAD CSV is refused, queries read the graph and no files")
        raise QueryFailed(f"Cypher: {clause} is refused, the graph is read-only; change the documents and build again")
