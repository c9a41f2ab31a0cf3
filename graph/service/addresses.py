"""The addresses of pages: those of things follow from their IRIs, so that they can be cited and never change."""

from urllib.parse import quote, urlencode

from ontology.identifiers import RESOURCE, document_iri

_DOCUMENT = document_iri("")


def path_of(iri: str) -> str:
    """Return the path of the page about the thing or claim *iri*; "" for what is not ours."""
    if iri.startswith(_DOCUMENT):
        return "/document/" + quote(iri.removeprefix(_DOCUMENT))
    return "/id/" + quote(iri.removeprefix(RESOURCE), safe="/") if iri.startswith(RESOURCE) else ""


def iri_of(tail: str) -> str:
    """Return the IRI whose page is at `/id/` and *tail*, a decoded path."""
    return RESOURCE + tail


def around_path(iri: str) -> str:
    """Return the path of the picture around the thing *iri*."""
    return "/around/" + quote(iri.removeprefix(RESOURCE), safe="/")


def place_path(document: str, start: int, end: int) -> str:
    """Return the path of the characters from *start* to *end* of the document with the key *document*."""
    return f"/document/{quote(document)}?{urlencode({'start': start, 'end': end})}#here"


def link(path: str, **parameters: object) -> str:
    """Return *path* with those *parameters* that are not empty."""
    given = {name: value for name, value in parameters.items() if value not in (None, "")}
    return f"{path}?{urlencode(given)}" if given else path
