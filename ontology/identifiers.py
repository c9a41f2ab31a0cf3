"""IRIs: the same thing gets the same one in every build, on every machine, in every store.

An identifier is made from content alone: `https://w3id.org/policykg/id/KIND/PART/PART`. Parts keep their Chinese
characters (RFC 3987 allows them), so that an IRI can be read aloud; characters that an IRI may not hold are
percent-encoded.
"""

import hashlib
import unicodedata
from urllib.parse import quote

ONTOLOGY = "https://w3id.org/policykg/ontology#"
RESOURCE = "https://w3id.org/policykg/id/"

_QUOTES = str.maketrans("", "", "“”‘’「」『』《》〈〉\"'")


def canonical_name(name: str) -> str:
    """Return *name* as identity sees it: NFKC, no white space, no quotation or book-title marks."""
    folded = unicodedata.normalize("NFKC", name)
    return "".join(folded.split()).translate(_QUOTES)


def mint(kind: str, *parts: str | int) -> str:
    """Return the IRI of the thing of *kind* that *parts* identify, e.g. `mint("programme", "33618")`."""
    tail = "/".join(_encode(str(part)) for part in parts)
    return f"{RESOURCE}{kind}/{tail}"


def document_iri(key: str) -> str:
    """Return the IRI of the document whose file stem is *key*; its named graph has the same."""
    return mint("document", key)


def digest(*parts: str | int | None) -> str:
    """Return 16 hexadecimal digits that stand for *parts* (SHA-256, cut); None and "" differ."""
    joined = "\x1f".join("\x00" if part is None else str(part) for part in parts)
    return hashlib.sha256(joined.encode()).hexdigest()[:16]


def _encode(part: str) -> str:
    return "".join(char if char.isalnum() or char in "-._~·、（）—–" else quote(char, safe="") for char in part)
