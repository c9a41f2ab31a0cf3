"""What code needs to know of policy.ttl at run time; nothing here parses Turtle (terms.py is generated).

Functions that take a predicate raise ValueError for one that policy.ttl does not have: that is a slip in our code.
"""

from pathlib import Path

from ontology.errors import WrongUse
from ontology.identifiers import ONTOLOGY
from ontology.terms import (
    CODE_LABELS,
    DATATYPES,
    FUNCTIONAL_PROPERTIES,
    KIND_OF_MENTION,
    LABELS,
    OBJECT_PROPERTIES,
    Kind,
    Predicate,
)

POLICY_FILE = Path(__file__).parent / "policy.ttl"
SHAPES_FILE = Path(__file__).parent / "shapes.ttl"
VOCABULARY_FOLDER = Path(__file__).parent / "vocabularies"

_LANGUAGES = ("zh", "en")


def iri_of(term: str) -> str:
    """Return the IRI of the class or property with the local name *term*."""
    return ONTOLOGY + term


def is_functional(predicate: str) -> bool:
    """Return whether a thing has one value of *predicate*, so that the property graph keeps a scalar and no list."""
    return Predicate(predicate) in FUNCTIONAL_PROPERTIES


def is_object_property(predicate: str) -> bool:
    """Return whether *predicate* leads to another thing (True) or to a literal (False)."""
    return Predicate(predicate) in OBJECT_PROPERTIES


def datatype(predicate: str) -> str | None:
    """Return the XSD name of the values of *predicate* (`integer`, `decimal`, `string`); None where it is open."""
    return DATATYPES.get(Predicate(predicate))


def relationship_type(predicate: str) -> str:
    """Return what *predicate* is called between nodes of the property graph: `includesProject` → INCLUDES_PROJECT."""
    return Predicate(predicate).name


def predicate_of(relationship: str) -> Predicate:
    """Return the property whose relationship type is *relationship*; raises WrongUse when there is none."""
    try:
        return Predicate[relationship]
    except KeyError:
        raise WrongUse(f"no property has the relationship type {relationship}; see ontology/policy.ttl") from None


def kind_of_mention(mention_type: str) -> Kind:
    """Return the class of the things that mentions of *mention_type* (`AREA`, `ORG`, …) name."""
    return Kind(KIND_OF_MENTION[mention_type])


def label(term: str, language: str = "zh") -> str:
    """Return the label of a class or property in *language*, `zh` or `en`; raises WrongUse for an unknown term."""
    if term not in LABELS:
        raise WrongUse(f"policy.ttl has no class or property {term}; see ontology/policy.ttl")
    return LABELS[term][_LANGUAGES.index(language)]


def code_label(scheme: str, code: str, language: str = "zh") -> str:
    """Return the label of *code* in the vocabulary *scheme*, e.g. `code_label("comparators", "at-most", "en")`."""
    codes = CODE_LABELS.get(scheme, {})
    if code not in codes:
        raise WrongUse(f"the vocabulary {scheme} has no code {code}; see ontology/vocabularies")
    return codes[code][_LANGUAGES.index(language)]
