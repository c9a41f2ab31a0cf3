"""The claims store: what goes in comes out, documents replace exactly their own rows, history leaves no trace."""

from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings

from graph.claims import SCHEMA_VERSION, ClaimsStore
from graph.identity import INFERRED, claim_iri, merge_entity
from ontology.errors import BrokenGraph
from ontology.identifiers import RESOURCE, document_iri
from ontology.records import Claim, Entity, Evidence, Reading
from tests.readings import (
    AREA,
    PROGRAMME,
    awkward_reading,
    evidence,
    inferred_claim,
    large_reading,
    reading,
    readings,
    small_reading,
)


def make(path: Path, *contents: Reading) -> ClaimsStore:
    store = ClaimsStore.create(path)
    for content in contents:
        store.put(content, "rules")
    return store


def claims_of(store: ClaimsStore, key: str) -> list[Claim]:
    return [stored.claim for stored in store.claims(key)]


@pytest.mark.parametrize("content", [small_reading(), awkward_reading()], ids=["small", "awkward"])
def test_what_is_put_comes_back(tmp_path: Path, content: Reading) -> None:
    with make(tmp_path / "claims", content) as store:
        assert claims_of(store, content.key) == list(content.claims)
        assert [type(claim.value) for claim in claims_of(store, content.key)] == [type(c.value) for c in content.claims]
        assert [linked.mention for linked in store.mentions(content.key)] == list(content.mentions)
        assert store.raw_text(content.key) == content.raw
        assert {entity.iri for entity in store.entities()} == {e.iri for e in content.entities} | {
            document_iri(content.key)
        }


@settings(max_examples=25, deadline=None)
@given(content=readings())
def test_any_reading_comes_back(content: Reading) -> None:
    with TemporaryDirectory() as folder, make(Path(folder) / "claims", content) as store:
        kept = claims_of(store, content.key)
        wanted = {claim_iri(content.key, claim): claim for claim in reversed(content.claims)}
        assert {claim_iri(content.key, claim): claim for claim in kept} == wanted


def test_put_then_remove_leaves_no_trace(tmp_path: Path) -> None:
    with make(tmp_path / "a", small_reading("甲")) as alone, make(tmp_path / "b", small_reading("甲")) as store:
        store.put(small_reading("乙", 2024), "rules")
        store.put_inferred([inferred_claim()])
        assert store.digest() != alone.digest()
        assert store.remove("乙")
        assert store.digest() == alone.digest()
        assert store.counts() == alone.counts()
        assert list(store.entities()) == list(alone.entities())
        assert not store.remove("乙")


def test_order_of_insertion_does_not_matter(tmp_path: Path) -> None:
    first, second = small_reading("甲"), small_reading("乙", 2024)
    with make(tmp_path / "a", first, second) as one, make(tmp_path / "b", second, first) as other:
        one.put_inferred([inferred_claim()])
        other.put_inferred([inferred_claim()])
        assert one.digest() == other.digest()
        assert list(one.claims()) == list(other.claims())


def test_a_changed_document_replaces_exactly_its_own(tmp_path: Path) -> None:
    with make(tmp_path / "claims", small_reading("甲"), large_reading("丁", 30)) as store:
        before = list(store.claims("丁"))
        changed = small_reading("甲")
        store.put(replace(changed, claims=changed.claims[:2]), "rules")
        assert claims_of(store, "甲") == list(changed.claims[:2])
        assert list(store.claims("丁")) == before


def test_a_reading_that_contradicts_itself_changes_nothing(tmp_path: Path) -> None:
    good = small_reading()
    stray = Claim(AREA.iri, "covers", (Evidence("甲", 0, 3, "不是这"),), "x/1", object=AREA.iri)
    unknown = Claim(AREA.iri, "covers", (evidence("甲", good.raw, "山阳市"),), "x/1", object="urn:nobody")
    nameless = replace(unknown, object=AREA.iri, predicate="noSuchProperty")
    endless = Claim(AREA.iri, "value", (evidence("甲", good.raw, "山阳市"),), "x/1", value=float("inf"))
    with make(tmp_path / "claims", good) as store:
        digest = store.digest()
        for bad in (stray, unknown, nameless, endless):
            with pytest.raises(ValueError, match="甲"):
                store.put(replace(good, claims=(*good.claims, bad)), "rules")
        with pytest.raises(ValueError, match="NoSuchKind"):
            store.put(replace(good, entities=(*good.entities, Entity("urn:x", "NoSuchKind", "x"))), "rules")
        assert store.digest() == digest


def test_is_current_asks_for_bytes_and_rules(tmp_path: Path) -> None:
    content = small_reading()
    with make(tmp_path / "claims", content) as store:
        assert store.is_current("甲", content.sha256, "rules")
        assert not store.is_current("甲", content.sha256, "other rules")
        assert not store.is_current("甲", "0" * 64, "rules")
        assert not store.is_current("乙", content.sha256, "rules")
        revision = store.revision
        store.put(content, "other rules")  # read anew, nothing else came of it
        assert store.is_current("甲", content.sha256, "other rules")
        assert store.changes(revision).documents == ()


def test_changes_name_what_was_touched(tmp_path: Path) -> None:
    with make(tmp_path / "claims", small_reading("甲"), small_reading("乙")) as store:
        revision = store.revision
        store.remove("乙")
        changes = store.changes(revision)
        assert changes.documents == ("乙",)
        assert {AREA.iri, PROGRAMME.iri, document_iri("乙")} <= set(changes.entities)
        assert document_iri("甲") not in changes.entities


def test_inferred_claims_are_replaced_wholly_and_go_with_their_evidence(tmp_path: Path) -> None:
    with make(tmp_path / "claims", small_reading("甲"), small_reading("乙")) as store:
        store.put_inferred([inferred_claim()])
        assert claims_of(store, INFERRED) == [inferred_claim()]
        revision = store.revision
        store.put_inferred([inferred_claim()])
        assert store.changes(revision).documents == ()
        store.put_inferred([])
        assert claims_of(store, INFERRED) == []
        store.put_inferred([inferred_claim()])
        store.put(small_reading("乙", 2030), "rules")
        assert claims_of(store, INFERRED) == []
        with pytest.raises(ValueError, match="nothing describes"):
            store.put_inferred([replace(inferred_claim(), object="urn:nobody")])


def test_a_name_is_the_one_that_most_documents_use() -> None:
    described = [
        Entity("urn:x", "Agency", "市发展改革委", "", ("发改委",)),
        Entity("urn:x", "Agency", "市发展和改革委员会"),
        Entity("urn:x", "Agency", "市发展改革委", "Q1"),
    ]
    merged = merge_entity(described)
    assert merged == Entity("urn:x", "Agency", "市发展改革委", "Q1", ("发改委", "市发展和改革委员会"))
    assert merge_entity(described[:2]).name == "市发展和改革委员会"  # one each: the longest
    assert merge_entity(described[::-1]) == merged


@pytest.mark.parametrize("kinds", ["Area Area Zone", "Zone Area Area", "Area Zone", "Agency Programme Area", "Zone"])
def test_a_kind_is_the_one_that_most_documents_use(tmp_path: Path, kinds: str) -> None:
    raw = "山阳市新区"
    described = [Entity("urn:x", kind, "新区") for kind in kinds.split()]
    with make(tmp_path / "claims", *(reading(str(n), raw, (thing,), ()) for n, thing in enumerate(described))) as store:
        assert store.kinds(["urn:x", "urn:nobody"]) == {"urn:x": merge_entity(described).kind}


def test_claim_ids_come_from_content() -> None:
    claim = small_reading().claims[0]
    assert claim_iri("甲", claim).startswith(f"{RESOURCE}claim/")
    assert claim_iri("甲", claim) == claim_iri("甲", replace(claim, words="别的", confidence=0.5, rule="x/2"))
    others = [replace(claim, year=1999), replace(claim, mode=None), replace(claim, ordinal=7)]
    others.append(replace(claim, object=None, value=3))
    others.append(replace(claim, object=None, value=3.0))
    others.append(replace(claim, object=None, value="3"))
    assert len({claim_iri("甲", claim), claim_iri("乙", claim), *(claim_iri("甲", other) for other in others)}) == 8


def test_equal_claims_are_kept_once_with_the_best_confidence(tmp_path: Path) -> None:
    content = small_reading()
    doubtful = replace(content.claims[0], confidence=0.2, rule="z/1")
    with make(tmp_path / "claims", replace(content, claims=(doubtful, *content.claims))) as store:
        assert claims_of(store, "甲") == list(content.claims)


def test_lookups(tmp_path: Path) -> None:
    with make(tmp_path / "claims", small_reading("甲"), small_reading("乙")) as store:
        assert [document.key for document in store.documents()] == ["乙", "甲"]
        document = store.document("甲")
        assert document is not None
        assert document.facts == {"title": small_reading().raw[:6]}
        first = next(store.claims("甲"))
        assert store.claim(first.id) == first
        assert store.claim("urn:nobody") is None
        assert {stored.claim.object for stored in store.claims_about(AREA.iri)} == {AREA.iri}
        assert next(store.literals(PROGRAMME.iri))[1:] == ("definition", "四类“支柱”产业")
        (passage,) = store.passages("甲")
        assert (passage.start, passage.end, passage.year) == (0, document.chars, 2025)
        assert store.entity("urn:nobody") is None
        with pytest.raises(KeyError):
            store.raw_text("丙")


def test_rejected_literals_are_no_values(tmp_path: Path) -> None:
    raw = "山阳市。"
    claim = Claim(AREA.iri, "value", (evidence("丁", raw, "山阳市"),), "x/1", value=1)
    rejected = replace(claim, value=2, status="rejected")  # type: ignore[arg-type]
    with make(tmp_path / "claims", reading("丁", raw, [AREA], [claim, rejected])) as store:
        assert [value for *_, value in store.literals(AREA.iri)] == [1]
        assert len(list(store.claims("丁"))) == 2


def test_what_is_no_store_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(BrokenGraph, match="policykg build"):
        ClaimsStore.open(tmp_path / "missing")
    (tmp_path / "text").write_text("不是数据库" * 300, encoding="utf-8")
    with pytest.raises(BrokenGraph, match="not a claims store"):
        ClaimsStore.open(tmp_path / "text")
    with pytest.raises(BrokenGraph, match="not a claims store"):
        ClaimsStore.open_or_create(tmp_path / "text")
    with pytest.raises(BrokenGraph, match="exists already"):
        ClaimsStore.create(tmp_path / "text")
    with make(tmp_path / "old") as store:
        store._connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION + 1}")
    with pytest.raises(BrokenGraph, match="version"):
        ClaimsStore.open(tmp_path / "old")


def test_an_unfinished_file_is_made_anew(tmp_path: Path) -> None:
    (tmp_path / "claims").touch()
    with ClaimsStore.open_or_create(tmp_path / "claims") as store:
        store.put(small_reading(), "rules")
    with ClaimsStore.open_or_create(tmp_path / "claims") as store:
        assert store.counts()["documents"] == 1
