"""Links of areas, agencies and people: which thing a mention names, read from the document's own area."""

import pytest

from extractors.linking.agencies import link_agency
from extractors.linking.areas import link_area
from extractors.linking.people import link_person, pair_posts, split_post, split_posts
from extractors.outline import read_outline
from extractors.pipeline import annotate
from extractors.scene import LinkedMention
from ontology.gazetteer import AreaRecord, area_by_code
from ontology.identifiers import mint
from tests.corpus import corpus_text, needs_corpus

CHONGQING, YUZHONG, QINGHAI, WUXING, SICHUAN = (
    area_by_code(code) for code in ("500000", "500103", "630000", "330502", "510000")
)


@pytest.mark.parametrize(
    ("words", "home", "year", "code", "name"),
    [
        ("渝中", CHONGQING, 2024, "500103", "渝中区"),
        ("渝", CHONGQING, 2024, "500000", "重庆市"),
        ("重庆市渝中区", None, None, "500103", "渝中区"),
        ("成都锦江", YUZHONG, 2026, "510104", "锦江区"),
        ("江北区", CHONGQING, 2020, "500105", "江北区"),
        ("江北区", CHONGQING, 2026, "500105", "江北区"),
        ("海南", QINGHAI, 2025, "632500", "海南藏族自治州"),
        ("海南", CHONGQING, 2025, "460000", "海南省"),
        ("吉林", None, 2025, "220000", "吉林省"),
        ("三湘", None, 2026, "430000", "湖南省"),
        ("吴", WUXING, 2018, "330502", "吴兴区"),
        ("湖", WUXING, 2018, "330500", "湖州市"),
    ],
)
def test_areas(words: str, home: AreaRecord | None, year: int | None, code: str, name: str) -> None:
    entity = link_area(words, home, year)
    assert entity is not None
    assert (entity.iri, entity.kind, entity.name, entity.notation) == (mint("area", code), "Area", name, code)


def test_homonyms_stay_open_and_the_new_district_begins_in_2025() -> None:
    assert link_area("鼓楼区", None, 2024) is None
    assert link_area("江北区", None, 2020) is None
    assert link_area("两江新区", CHONGQING, 2024) is None
    district = link_area("两江新区", CHONGQING, 2026)
    assert district is not None
    assert district.notation == "500157"


def test_townships_lie_in_the_county_named_with_them_or_in_the_documents_own() -> None:
    at_home = link_area("织里镇", WUXING, 2018)
    named = link_area("渝中区石板街道", None, 2020)
    assert at_home is not None
    assert at_home.iri == mint("area", "330502", "织里镇")
    assert named is not None
    assert named.iri == mint("area", "500103", "石板街道")
    assert link_area("织里镇", SICHUAN, 2018) is None


@pytest.mark.parametrize(
    ("words", "home", "place", "name"),
    [
        ("市发改委", YUZHONG, "500000", "重庆市发展和改革委员会"),
        ("市发展改革委", CHONGQING, "500000", "重庆市发展和改革委员会"),
        ("重庆市发展和改革委员会", None, "500000", "重庆市发展和改革委员会"),
        ("市委", YUZHONG, "500000", "中国共产党重庆市委员会"),
        ("江北区委", CHONGQING, "500105", "中国共产党重庆市江北区委员会"),
        ("区人大", YUZHONG, "500103", "重庆市渝中区人民代表大会"),
        ("省委", SICHUAN, "510000", "中国共产党四川省委员会"),
        ("党中央", YUZHONG, "central", "中国共产党中央委员会"),
        ("工信部", None, "central", "工业和信息化部"),
        ("财政局", WUXING, "330502", "湖州市吴兴区财政局"),
        ("区委宣传部", WUXING, "330502", "中国共产党湖州市吴兴区委员会宣传部"),
        ("中共北京市委", None, "110000", "中国共产党北京市委员会"),
    ],
)
def test_agencies(words: str, home: AreaRecord | None, place: str, name: str) -> None:
    entity = link_agency(words, home)
    assert entity is not None
    assert (entity.kind, entity.name) == ("Agency", name)
    assert entity.iri.startswith(mint("agency", place) + "/")


def test_spellings_of_one_agency_are_one_node() -> None:
    spellings = ("市发改委", "市发展改革委", "重庆市发改委", "市发展和改革委员会")
    entities = [link_agency(words, CHONGQING) for words in spellings]
    assert len({entity.iri for entity in entities if entity}) == 1
    assert all(entities)


@pytest.mark.parametrize("words", ["省委", "平湖机电集团", "平湖科技股份有限公司"])
def test_what_is_no_agency_of_the_documents_line_stays_open(words: str) -> None:
    assert link_agency(words, CHONGQING) is None


@pytest.mark.parametrize(
    ("post", "body", "title"),
    [
        ("市发展改革委党组书记、主任", "市发展改革委", "党组书记、主任"),
        ("江北区委书记", "江北区委", "书记"),
        ("重庆市副市长", "重庆市人民政府", "副市长"),
        ("平湖机电集团党委书记、董事长", "平湖机电集团", "党委书记、董事长"),
        ("总书记", "", "总书记"),
    ],
)
def test_posts_are_cut_into_body_and_title(post: str, body: str, title: str) -> None:
    assert split_post(post) == (body, title)
    assert split_posts(post) == ((body, title),)


def test_a_post_in_two_bodies_of_one_zone() -> None:
    pairs = split_posts("平湖新区党工委副书记、管委会常务副主任")
    assert pairs == (("平湖新区党工委", "副书记"), ("平湖新区管委会", "常务副主任"))


def test_one_name_is_one_person() -> None:
    first, again = link_person("赵明川"), link_person("赵 明川")
    assert first is not None
    assert again is not None
    assert first.iri == again.iri == mint("person", "赵明川")


PAIRS = {
    "002": {"胡衡华"},
    "003": {"王志杰", "许宏球", "余亚军", "高健", "章勇武", "陶世祥", "黄茂军", "石继东"},
    "004": {
        *("董建国", "陈军", "商奎", "王志杰", "王玉祥", "唐兴国", "曹清尧"),
        *("程志毅", "李维超", "杨晓云", "张学锋", "陈元春", "刘旗"),
    },
}


@needs_corpus
@pytest.mark.parametrize("key", sorted(PAIRS))
def test_people_beside_their_posts_in_the_corpus(key: str) -> None:
    doc = annotate(read_outline(corpus_text(key + "_")))
    mentions = [LinkedMention(s.start_char, s.end_char, s.label_, s.text, s.id_, None) for s in doc.spans["policy"]]
    pairs = list(pair_posts(mentions, doc.text))
    assert sorted(person.text for person, _ in pairs) == sorted(PAIRS[key])
    assert all(split_post(post.text)[0] for _, post in pairs)
