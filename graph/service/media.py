"""Media types of the SPARQL protocol: what the endpoint can write, and what a client would rather have."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from pyoxigraph import QueryResultsFormat, RdfFormat

Format = QueryResultsFormat | RdfFormat


@dataclass(frozen=True, slots=True)
class Form:
    """A way to write a result: its short name (for `format=`), its format, the media types that ask for it."""

    name: str
    format: Format
    types: tuple[str, ...]

    @property
    def content_type(self) -> str:
        """The value of Content-Type; the formats whose standard leaves the encoding open say UTF-8."""
        return f"{self.types[0]}; charset=utf-8" if self.types[0].startswith("text/") else self.types[0]


_JSON = Form("json", QueryResultsFormat.JSON, ("application/sparql-results+json", "application/json"))
_XML = Form("xml", QueryResultsFormat.XML, ("application/sparql-results+xml", "application/xml", "text/xml"))
_CSV = Form("csv", QueryResultsFormat.CSV, ("text/csv",))
_TSV = Form("tsv", QueryResultsFormat.TSV, ("text/tab-separated-values",))

ROWS: tuple[Form, ...] = (_JSON, _XML, _CSV, _TSV)
TRIPLES: tuple[Form, ...] = (
    Form("turtle", RdfFormat.TURTLE, ("text/turtle", "application/x-turtle")),
    Form("ntriples", RdfFormat.N_TRIPLES, ("application/n-triples",)),
    Form("jsonld", RdfFormat.JSON_LD, ("application/ld+json", "application/json")),
    Form("trig", RdfFormat.TRIG, ("application/trig",)),
    Form("nquads", RdfFormat.N_QUADS, ("application/n-quads",)),
    Form("rdfxml", RdfFormat.RDF_XML, ("application/rdf+xml", "application/xml", "text/xml")),
)
FORM_NAMES = frozenset(form.name for form in (*ROWS, *TRIPLES))


@lru_cache(maxsize=512)
def choose(forms: Sequence[Form], accept: str) -> Form | None:
    """Return the one of *forms* that the header *accept* likes best (RFC 9110); None where it refuses all of them.

    Among equals the earlier form wins. An empty header accepts anything.
    """
    ranges = _ranges(accept)
    if not ranges:
        return forms[0]
    scored = [(_liking(ranges, form), form) for form in forms]
    best = max(quality for quality, _ in scored)
    return next((form for quality, form in scored if quality == best), None) if best > 0 else None


@lru_cache(maxsize=512)
def prefers_html(accept: str) -> bool:
    """Tell whether *accept* likes an HTML page better than anything the endpoint writes: it comes from a browser."""
    ranges = _ranges(accept)
    html = _quality(ranges, "text/html") if ranges else 0.0
    return html > 0 and all(html > _quality(ranges, form.types[0]) for form in (*ROWS, *TRIPLES))


def _ranges(accept: str) -> list[tuple[str, float]]:
    """Return the media ranges of an Accept header with their qualities; what cannot be read is left out."""
    ranges = []
    for part in accept.split(","):
        kind, *parameters = (piece.strip().lower() for piece in part.split(";"))
        if "/" not in kind:
            continue
        quality = 1.0
        for parameter in parameters:
            name, _, value = parameter.partition("=")
            if name.strip() == "q":
                quality = _number(value)
        ranges.append((kind, quality))
    return ranges


def _liking(ranges: list[tuple[str, float]], form: Form) -> float:
    """Return how much a form is liked: under its own type by any range, under its other types only by their names."""
    others = [quality for kind, quality in ranges if kind in form.types[1:]]
    return max((_quality(ranges, form.types[0]), *others))


def _quality(ranges: list[tuple[str, float]], kind: str) -> float:
    """Return the quality of the most specific range that covers the media type *kind*, 0 when none does."""
    for wanted in (kind, kind.partition("/")[0] + "/*", "*/*"):
        found = [quality for given, quality in ranges if given == wanted]
        if found:
            return max(found)
    return 0.0


def _number(text: str) -> float:
    try:
        return min(max(float(text), 0.0), 1.0)
    except ValueError:
        return 0.0
