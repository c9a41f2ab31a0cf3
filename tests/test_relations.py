"""What a document says, read from short documents of our own: definitions, tasks, components, orientations, posts."""

from collections.abc import Callable

from extractors.reading import read_scene
from extractors.relations.components import read_components
from extractors.relations.definitions import read_definitions
from extractors.relations.document_facts import read_document_facts
from extractors.relations.findings import Findings
from extractors.relations.mentions import read_mentions
from extractors.relations.orientations import read_orientations
from extractors.relations.posts import read_posts
from extractors.relations.tasks import find_tasks, read_tasks
from extractors.scene import Scene
from ontology.records import Claim, Mode, Status

REPORT = """池州市人民政府工作报告

——2025年1月15日在池州市第九届人民代表大会第四次会议上

池州市人民政府市长 祁明川

各位代表：

一、2024年工作回顾

过去一年，我们突出稳中求好、以新促进、防险守底工作导向，全市发展稳步向前。

（一）产业根基更牢。“253”现代产业体系初步成形，建成云岭大桥。

二、2025年工作安排

总体要求是：牢牢把握稳中提质、以新促进、富民兴城工作导向，办好民生实事。

（一）推进制造强市建设。以“253”现代产业体系[[footnoteRef:0]]为抓手，促进乡村全面振兴。 \
[0: []“253”现代产业体系：“2”指2个主导产业；“5”指5个特色产业；“3”指新材料、新能源、新装备三个方向。]

一是壮大产业集群。加快建设云岭水库，由市发展改革委牵头推进。

二是优化服务。完善办事流程。（由市发展改革委、市财政局牵头负责）

（二）改善民生福祉。建立“1+4+N”养老体系[[footnoteRef:1]]，让老人安享晚年。 \
[1: []“1+4+N”养老体系：指建设1个区级指导中心、4个片区站和N个邻里点。]

三、加强政府自身建设

（一）坚持依法行政。推进政务公开。
"""


def scene_of(raw: str) -> Scene:
    return read_scene("sample", raw)


def claims_of(read: Callable[[Scene], Findings], raw: str = REPORT) -> list[Claim]:
    claims = read(scene_of(raw)).claims
    for claim in claims:
        for evidence in claim.evidence:
            assert raw[evidence.start : evidence.end] == evidence.quote
    return claims


def values_of(claims: list[Claim], predicate: str) -> list[str | int | float | None]:
    return [claim.value for claim in claims if claim.predicate == predicate]


def test_a_document_says_what_it_is() -> None:
    claims = claims_of(read_document_facts)
    assert values_of(claims, "planYear") == [2025]
    assert values_of(claims, "reviewYear") == [2024]
    assert values_of(claims, "issued") == ["2025-01-15"]
    assert [claim.object for claim in claims if claim.predicate == "area"] == [
        "https://w3id.org/policykg/id/area/341700"
    ]


def test_numbered_headings_of_review_and_plan_are_tasks_and_self_government_is_none() -> None:
    scene = scene_of(REPORT)
    titles = [
        (task.mode, task.year, task.path, scene.outline.text_of(scene.outline.blocks[task.block]))
        for task in find_tasks(scene)
    ]
    assert titles == [
        (Mode.REVIEW, 2024, "1", "产业根基更牢"),
        (Mode.PLAN, 2025, "1", "推进制造强市建设"),
        (Mode.PLAN, 2025, "1.1", "壮大产业集群"),
        (Mode.PLAN, 2025, "1.2", "优化服务"),
        (Mode.PLAN, 2025, "2", "改善民生福祉"),
    ]


def test_a_task_carries_what_its_own_words_name() -> None:
    claims = [claim for claim in claims_of(read_tasks) if claim.mode is Mode.PLAN]
    links = {(claim.subject.rsplit("/", 1)[1], claim.predicate, claim.words) for claim in claims if claim.object}
    assert ("1", "advances", "制造强市") in links
    assert ("1", "advances", "乡村全面振兴") in links
    assert ("1", "implements", "“253”现代产业体系") in links
    assert ("1.1", "includesProject", "云岭水库") in links
    assert not any(place == "1" and words == "云岭水库" for place, _, words in links)
    assert [claim.words for claim in claims if claim.predicate == "responsible"] == ["市发展改革委", "市财政局"]
    parents = {claim.subject.rsplit("/", 1)[1]: claim.object for claim in claims if claim.predicate == "partOf"}
    assert set(parents) == {"1.1", "1.2"}


def test_footnotes_define_their_terms_and_say_nothing_of_a_year() -> None:
    claims = claims_of(read_definitions)
    assert [claim.words for claim in claims] == ["“253”现代产业体系", "“1+4+N”养老体系"]
    mentions = [claim for claim in claims_of(read_mentions) if claim.object and claim.object.endswith("programme/253")]
    assert {(claim.year, claim.mode) for claim in mentions} == {
        (2024, Mode.REVIEW), (2025, Mode.PLAN), (None, None)
    }  # fmt: skip


def test_a_sentence_defines_too() -> None:
    raw = REPORT.replace("让老人安享晚年", "让老人安享晚年。“一键通”服务是指老人按一个键就能叫来医生")
    assert "“一键通”服务" in [claim.words for claim in claims_of(read_definitions, raw)]


def test_a_code_is_taken_apart_by_its_definition() -> None:
    claims = claims_of(read_components)
    whole = [claim for claim in claims if claim.predicate == "hasComponent"]
    counts = [
        (claim.subject.rsplit("/", 2)[1], claim.value)
        for claim in claims
        if claim.predicate == "count" and "253" in claim.subject
    ]
    assert [count for _, count in counts] == ["2", "5", "3"]
    assert {claim.status for claim in whole} == {Status.ASSERTED}
    assert values_of(claims, "count")[3:] == ["1", "4", "N"]


def test_parts_that_do_not_add_up_to_the_code_are_not_its_parts() -> None:
    raw = REPORT.replace("“5”指5个特色产业", "“6”指6个特色产业")
    claims = claims_of(read_components, raw)
    assert not any("253" in claim.subject for claim in claims)


def test_a_code_without_definition_is_inferred_from_the_headings_that_count() -> None:
    raw = """池州市人民政府工作报告

——2025年1月15日在池州市第九届人民代表大会第四次会议上

一、2025年工作任务

（一）做强“231”现代产业体系，夯实发展根基。坚持链式发展。

一是推动两大主导产业扩能升级。抓好项目。

二是推动三大特色产业集聚发展。抓好服务。

三是推动现代物流业提质增效。抓好通道。
"""
    claims = claims_of(read_components, raw)
    assert [(claim.value, claim.status) for claim in claims if claim.predicate == "count"] == [
        ("2", Status.INFERRED),
        ("3", Status.INFERRED),
        ("1", Status.INFERRED),
    ]
    assert values_of(claims, "label") == ["主导产业", "特色产业", "现代物流业"]


def test_orientations_follow_the_year_of_their_passage() -> None:
    claims = claims_of(read_orientations)
    by_year = {(claim.year, claim.mode, claim.ordinal): claim.evidence[0].quote for claim in claims}
    assert by_year == {
        (2024, Mode.REVIEW, 1): "稳中求好",
        (2024, Mode.REVIEW, 2): "以新促进",
        (2024, Mode.REVIEW, 3): "防险守底",
        (2025, Mode.PLAN, 1): "稳中提质",
        (2025, Mode.PLAN, 2): "以新促进",
        (2025, Mode.PLAN, 3): "富民兴城",
    }


def test_an_orientation_of_the_city_in_a_report_of_its_district_is_the_citys() -> None:
    raw = REPORT.replace("池州市", "池州市贵池区").replace("总体要求是：牢牢把握", "市委经济工作会议突出了")
    owners = {claim.year: claim.subject.rsplit("/", 1)[1] for claim in claims_of(read_orientations, raw)}
    assert owners == {2024: "341702", 2025: "341700"}


def test_a_person_beside_a_post_was_seen_in_the_year_of_issue() -> None:
    raw = REPORT.replace("完善办事流程。", "完善办事流程。市商务局局长方岭表示，要把服务送上门。")
    claims = claims_of(read_posts, raw)
    posts = [(claim.words, claim.value) for claim in claims if claim.predicate == "post"]
    assert posts == [("池州市人民政府市长 祁明川", "市长"), ("市商务局局长方岭", "局长")]
    assert values_of(claims, "seen") == [2025, 2025]
