"""Which project a name means: what it is called without the word that says that it is one.

“云麓大桥”, “云麓大桥项目” and “云麓大桥工程” are one project; “云麓大桥二期” is another. What only such a word tells
from a place or a thing (“机场工程”) keeps it.
"""

from ontology.identifiers import mint
from ontology.records import Entity

_TAILS = ("建设项目", "建设工程", "项目建设", "工程项目", "项目", "工程", "建设")
_LEAST = 4  # characters that a name keeps


def project_entity(written: str, name: str) -> Entity:
    """Return the project called *name*; *written* is how the text has it. Both are canonical."""
    bare = name
    for tail in _TAILS:
        if name.endswith(tail) and len(name) - len(tail) >= _LEAST:
            bare = name[: -len(tail)]
            break
    aliases = tuple(sorted({written, name} - {name, ""}))
    return Entity(mint("project", bare), "Project", name, aliases=aliases)
