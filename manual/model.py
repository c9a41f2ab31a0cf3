"""The page of the model, out of policy.ttl and the vocabularies: classes, properties, codes."""

from collections.abc import Iterable, Iterator
from functools import cache

from rdflib import OWL, RDF, RDFS, SKOS, Graph, Literal, URIRef
from rdflib.collection import Collection
from rdflib.term import Node

from manual.languages import Words, code, table, word
from ontology.identifiers import ONTOLOGY
from ontology.schema import POLICY_FILE, VOCABULARY_FOLDER, is_object_property, relationship_type
from ontology.terms import Kind, Predicate

_WORDS: Words = {
    "title": ("The model", "模型"),
    "head": (
        "What may be said in the graph, out of `ontology/policy.ttl`, the one source. In SPARQL the prefix `pk:` "
        "stands for "
        f"`{ONTOLOGY}`; in Cypher a class is a label, a property to another thing is a relationship in capitals, "
        "a property with a value is a "
        "property of the node.",
        "图谱中可以说什么，全部出自唯一来源 `ontology/policy.ttl`。SPARQL 里前缀 `pk:` 代表 "
        f"`{ONTOLOGY}`；Cypher 里类即标签，指向事物的属性是大写的关系，带值的属性是节点属性。",
    ),
    "claims": ("Claims and evidence", "断言与依据"),
    "claims_text": (
        "Nothing is said without evidence. A claim is a node with subject, predicate, object (or a value), the "
        "year it speaks of, a status "
        "(asserted by the text, inferred by a rule, curated or rejected by a person), a confidence, and one or "
        "more pieces of evidence: a document, "
        "start and end in Unicode characters from 0 (end exclusive), and the quote. Claims that conflict stay "
        "side by side. Beside the claim "
        "the same fact stands as a plain triple and as a direct relationship, for queries that do not ask why.",
        "没有依据的话一句不说。断言是一个节点：主语、谓语、宾语（或值）、所述年份、状态（原文陈述、规则推断、人工"
        "确认或否定）、置信度，以及一处或多处依据："
        "文件、起止位置（Unicode 字符，从 0 计，止位不含）和原文。互相矛盾的断言并存。不问缘由的查询可直接用并列"
        "的三元组或直接关系。",
    ),
    "classes": ("Classes", "类"),
    "class": ("class", "类"),
    "label": ("label", "名称"),
    "meaning": ("meaning", "含义"),
    "properties": ("Properties", "属性"),
    "of_all": ("Of anything", "任何事物"),
    "property": ("property", "属性"),
    "cypher": ("in Cypher", "Cypher 写法"),
    "leads": ("leads to", "指向"),
    "vocabularies": ("Vocabularies", "受控词表"),
    "code": ("code", "代码"),
}
_PATTERN = """(:Claim)-[:SUBJECT]->(thing)   (:Claim)-[:OBJECT]->(thing)   (thing)-[:UPPER_SNAKE]->(thing)
(:Claim)-[:HAS_EVIDENCE]->(:Evidence {document, start, end, quote})-[:IN_DOCUMENT]->(:Document)"""


def model_page(language: str) -> str:
    """Return the page in *language*."""
    parts = [f"# {word(_WORDS, 'title', language)}\n", f"{word(_WORDS, 'head', language)}\n"]
    parts += [f"## {word(_WORDS, 'claims', language)}\n", f"{word(_WORDS, 'claims_text', language)}\n"]
    parts += [code(_PATTERN, "text"), f"## {word(_WORDS, 'classes', language)}\n", _classes(language)]
    parts += [f"## {word(_WORDS, 'properties', language)}\n", *_properties(language)]
    parts += [f"## {word(_WORDS, 'vocabularies', language)}\n", *_vocabularies(language)]
    return "\n".join(parts)


@cache
def _policy() -> Graph:
    return Graph().parse(POLICY_FILE)


def _classes(language: str) -> str:
    rows = ((f"`{kind}`", _text(_term(kind), RDFS.label, language), _meaning(kind, language)) for kind in Kind)
    return table([word(_WORDS, key, language) for key in ("class", "label", "meaning")], rows)


def _properties(language: str) -> Iterator[str]:
    """Yield a table for each class that is the domain of properties, and one for those of no class."""
    by_domain: dict[str, list[Predicate]] = {}
    for predicate in Predicate:
        for domain in _ends(predicate, RDFS.domain) or [""]:
            by_domain.setdefault(domain, []).append(predicate)
    heads = [word(_WORDS, key, language) for key in ("property", "label", "cypher", "leads", "meaning")]
    for domain in sorted(by_domain):
        title = _heading(domain, language) if domain else word(_WORDS, "of_all", language)
        yield f"### {title}\n"
        yield table(heads, (_property(predicate, language) for predicate in by_domain[domain]))


def _heading(domain: str, language: str) -> str:
    return domain if language == "en" else f"{domain} {_text(_term(domain), RDFS.label, language)}"


def _property(predicate: Predicate, language: str) -> list[str]:
    leads = is_object_property(predicate)
    cypher = f"-[:{relationship_type(predicate)}]->" if leads else f".{predicate}"
    ends = ", ".join(f"`{end}`" for end in _ends(predicate, RDFS.range))
    return [
        f"`pk:{predicate}`",
        _text(_term(predicate), RDFS.label, language),
        f"`{cypher}`",
        ends,
        _meaning(predicate, language),
    ]


def _ends(predicate: str, side: Node) -> list[str]:
    """Return the local names of the classes (or the datatype) on one *side* of a property, sorted."""
    found: set[str] = set()
    for node in _policy().objects(_term(predicate), side):
        union = _policy().value(node, OWL.unionOf)
        members: Iterable[Node] = [node] if union is None else Collection(_policy(), union)
        found |= {str(member).removeprefix(ONTOLOGY).rpartition("#")[2].rpartition("/")[2] for member in members}
    return sorted(found)


def _vocabularies(language: str) -> Iterator[str]:
    heads = [word(_WORDS, key, language) for key in ("code", "label", "meaning")]
    for path in sorted(VOCABULARY_FOLDER.glob("*.ttl")):
        graph = Graph().parse(path)
        concepts = sorted(
            graph.subjects(RDF.type, SKOS.Concept), key=lambda node: str(graph.value(node, SKOS.notation))
        )
        yield f"### {path.stem}\n"
        yield table(
            heads,
            (
                [
                    f"`{graph.value(concept, SKOS.notation)}`",
                    _text(concept, SKOS.prefLabel, language, graph),
                    _text(concept, SKOS.definition, language, graph),
                ]
                for concept in concepts
            ),
        )


def _term(name: str) -> URIRef:
    return URIRef(ONTOLOGY + name)


def _meaning(name: str, language: str) -> str:
    return _text(_term(name), RDFS.comment, language)


def _text(term: Node, about: Node, language: str, graph: Graph | None = None) -> str:
    """Return the text in *language*, else the one that there is."""
    found = {
        node.language or "": str(node)
        for node in (graph or _policy()).objects(term, about)
        if isinstance(node, Literal)
    }
    return found.get(language) or found.get("en") or next(iter(found.values()), "")
