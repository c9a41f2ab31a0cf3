"""The pages by plain HTTP: every one in both languages, as JSON and CSV, and what happens where nothing is."""

import csv
import io
import json
import zlib
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import quote, urljoin, urlsplit

import pytest
from lxml import html

from graph.build import build
from graph.questions import load_questions
from graph.service.name_index import NameIndex
from graph.service.pictures import Point, draw_series
from ontology.records import Entity
from ontology.terms import Kind
from tests.served import Answer, Server, serving

DOCUMENT = "chizhou-2024-report"
PAGES = {
    "home": "/",
    "search": "/search?q=3245",
    "kind": "/search?kind=Programme",
    "thing": "/id/programme/3245",
    "document": f"/document/{DOCUMENT}",
    "place": f"/document/{DOCUMENT}?start=100&end=120",
    "document-claims": f"/document-claims/{DOCUMENT}",
    "around": "/around/programme/3245",
    "years": "/years",
    "indicators": "/indicators",
    "indicator": "/indicators?indicator=地区生产总值增速",
    "questions": "/questions",
    "question": "/questions/programme-history",
    "answer": "/questions/programme-history?code=3245",
    "query": "/query",
    "rows": "/query?query=SELECT ?s ?name { ?s a pk:Programme ; skos:prefLabel ?name } ORDER BY ?s",
    "cypher": "/cypher",
}
BROWSER = "text/html,application/xhtml+xml,*/*;q=0.8"
Told = dict[str, Any]
Rows = list[list[Any]]


def _of_things(told: Told) -> Rows:
    return [[t["iri"], t["kind"], t["name"], t["notation"], "、".join(t["aliases"])] for t in told["things"]]


def _of_claims(told: Told) -> Rows:
    rows = []
    for side in told["sides"]:
        for said in (said for group in side["groups"] for said in group["statements"]):
            head = [
                said["iri"],
                said["subject"]["iri"],
                said["predicate"],
                said["target"]["iri"] or said["target"]["name"],
            ]
            head += [said[name] for name in ("year", "mode", "status", "confidence")]
            rows += [[*head, *(q[name] for name in ("document", "start", "end", "quote"))] for q in said["quotations"]]
    return rows


def _of_years(told: Told) -> Rows:
    cells = [(row, str(year)) for row in told["rows"] for year in told["years"]]
    return [[r["name"], y, task["name"], task["iri"]] for r, y in cells for task in r["cells"].get(y, ())]


TABLES: dict[str, Callable[[Told], Rows]] = {
    "home": lambda told: [list(document.values()) for document in told["documents"]],
    "search": _of_things,
    "kind": _of_things,
    "thing": _of_claims,
    "document-claims": _of_claims,
    "document": lambda told: [list(mention.values()) for mention in told["mentions"]],
    "around": lambda told: [
        [n["iri"], n["name"], "、".join(n["relations"]), n["count"]]
        for n in sorted(told["neighbours"], key=lambda n: (-n["count"], n["iri"]))
    ],
    "years": _of_years,
    "indicators": lambda told: [[i["iri"], i["name"], i["count"]] for i in told["indicators"]],
    "questions": lambda told: [[question["name"], question["words"]] for question in told["questions"]],
    "answer": lambda told: [list(row.values()) for row in told["rows"]],
    "rows": lambda told: told["rows"],
}


@pytest.fixture(scope="module")
def server(sample_server: Server) -> Server:
    return sample_server


def page(server: Server, path: str, **parameters: str) -> Answer:
    address = quote(_and(path, **parameters), safe="/%?=&+:;,@!$()*'")  # as browsers write it
    return server.ask("GET", address, headers={"Accept": BROWSER})


def told(server: Server, path: str, **parameters: str) -> Told:
    answer = server.get(_and(path, format="json", **parameters))
    assert answer.status == 200, answer.text
    content: Told = json.loads(answer.text)
    return content


def table(server: Server, path: str) -> list[list[str]]:
    answer = server.get(_and(path, format="csv"))
    assert answer.status == 200, answer.text
    assert answer.headers["content-type"].startswith("text/csv")
    return list(csv.reader(io.StringIO(answer.text)))


def _and(path: str, **parameters: str) -> str:
    more = "&".join(f"{name}={quote(value, safe='')}" for name, value in parameters.items())
    return path + (("&" if "?" in path else "?") + more if more else "")


def words_of(element: Any) -> str:
    return "".join(element.text_content().split())


# -- every page, every form ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", PAGES)
def test_a_page_comes_in_both_languages(server: Server, name: str) -> None:
    titles = []
    for language, code in (("zh", "zh-CN"), ("en", "en")):
        answer = page(server, PAGES[name], lang=language)
        assert answer.status == 200, answer.text
        assert answer.headers["content-type"] == "text/html; charset=utf-8"
        document = html.fromstring(answer.body)
        assert document.get("lang") == code
        assert len(document.findall(".//h1")) == 1
        titles.append(document.findtext(".//title"))
        ids = Counter(document.xpath("//@id"))
        assert not [name for name, count in ids.items() if count > 1], "an id is given twice"
    assert titles[0] != titles[1]


@pytest.mark.parametrize("name", PAGES)
def test_a_page_comes_as_json_by_address_and_by_accept(server: Server, name: str) -> None:
    content = told(server, PAGES[name])
    assert content
    accepted = server.get(PAGES[name], "application/json")
    assert accepted.headers["content-type"] == "application/json"
    if name != "question":  # its JSON is the answer at once, its page the form
        assert json.loads(accepted.text) == content


@pytest.mark.parametrize("name", TABLES)
def test_the_table_of_a_page_has_the_rows_of_its_json(server: Server, name: str) -> None:
    rows = TABLES[name](told(server, PAGES[name]))
    assert rows
    written = table(server, PAGES[name])[1:]
    assert written == [["" if cell is None else str(cell) for cell in row] for row in rows]


def test_every_named_question_is_a_form_and_an_answer(server: Server) -> None:
    for question in load_questions().values():
        form = html.fromstring(page(server, f"/questions/{question.name}", lang="en").body)
        names = set(form.xpath("//form[@class='ask']//input/@name"))
        assert names == {*question.parameters, "ask"}
        answer = page(server, f"/questions/{question.name}", ask="1", **question.example)
        assert answer.status == 200, (question.name, answer.text)
        shown = len(html.fromstring(answer.body).xpath("//ol[@class='answers']/li"))
        total = told(server, f"/questions/{question.name}", **question.example)["total"]
        assert shown == min(total, 200), question.name
        assert shown or "empty" in answer.text


def test_codes_are_put_into_words(server: Server) -> None:
    for language, words in (("zh", "回顾"), ("en", "review")):
        answer = html.fromstring(page(server, PAGES["answer"], lang=language).body)
        assert words in answer.xpath("//ol[@class='answers']//dd/text()")


def test_the_language_is_remembered_and_else_what_the_browser_reads(server: Server) -> None:
    chosen = page(server, "/", lang="en")
    cookie = chosen.headers["set-cookie"].partition(";")[0]
    remembered = server.ask("GET", "/", headers={"Accept": BROWSER, "Cookie": cookie})
    assert '<html lang="en">' in remembered.text
    for accepted, code in (("en-GB,en;q=0.9", "en"), ("zh-TW", "zh-CN"), ("fr", "zh-CN")):
        answer = server.ask("GET", "/", headers={"Accept": BROWSER, "Accept-Language": accepted})
        assert f'<html lang="{code}">' in answer.text


def test_pages_answer_head_requests(server: Server) -> None:
    answer = server.ask("HEAD", "/years", headers={"Accept": BROWSER})
    assert answer.status == 200
    assert not answer.body


# -- what is not there, and what cannot be -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("/nowhere", "There is no such page."),
        ("/id/programme/99999", "There is no such page."),
        ("/id/claim/0000", "There is no such page."),
        ("/around/programme/99999", "There is no such page."),
        ("/document/nothing", "There is no such page."),
        ("/document-claims/nothing", "There is no such page."),
        ("/questions/nothing", "There is no such page."),
        ("/query?question=nothing", "There is no such page."),
        ("/search?kind=Nothing", "no kind of thing is called 'Nothing'"),
        ("/years?area=亚特兰蒂斯", "亚特兰蒂斯"),
        ("/indicators?indicator=亚特兰蒂斯", "no Indicator is called '亚特兰蒂斯'"),
        ("/indicators?indicator=地区生产总值增速&area=亚特兰蒂斯", "亚特兰蒂斯"),
        ("/questions/programme-history?code=99999", "99999"),
    ],
)
def test_what_is_unknown_is_not_found_in_one_clear_line(server: Server, path: str, said: str) -> None:
    answer = page(server, path, lang="en")
    assert answer.status == 404
    (problem,) = html.fromstring(answer.body).xpath("//*[@role='alert']")
    assert said in problem.text_content()
    assert "\n" not in problem.text_content().strip()
    machine = server.get(_and(path, format="json"))
    assert machine.status == 404
    assert json.loads(machine.text)


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("/?format=pdf", "no format is called 'pdf'"),
        (f"/document/{DOCUMENT}?start=5&end=3", "characters of this document"),
        (f"/document/{DOCUMENT}?start=0&end=9999999", "characters of this document"),
        (f"/document/{DOCUMENT}?start=x&end=3", "characters of this document"),
        (f"/document/{DOCUMENT}?start=3", "characters of this document"),
        (f"/document/{DOCUMENT}?start=-3&end=4", "characters of this document"),
        ("/query?query=SELECT WHERE", "SPARQL"),
        ("/query?query=INSERT DATA { <a:a> <a:b> <a:c> }", ""),
        ("/query?query=SELECT * { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }", "SERVICE"),
    ],
)
def test_what_cannot_be_is_refused_in_one_clear_line(server: Server, path: str, said: str) -> None:
    answer = page(server, path)
    assert answer.status == 400, answer.text
    (problem,) = html.fromstring(answer.body).xpath("//*[@role='alert']")
    assert said in problem.text_content()


def test_what_no_page_is_written_in_is_not_acceptable(server: Server) -> None:
    assert server.get("/", "image/png").status == 406
    assert server.get("/query", "text/csv").status == 406  # it has no table before a query ran


def test_pages_take_no_other_method(server: Server) -> None:
    for method in ("POST", "PUT", "DELETE"):
        assert server.ask(method, "/", b"").status == 405


def test_a_path_does_not_lead_out_of_the_static_files(server: Server) -> None:
    for path in ("/static/../pages.py", "/static/%2e%2e/pages.py", "/static/..%2fwords.toml", "/static/nothing.js"):
        assert server.ask("GET", path).status == 404


# -- search ------------------------------------------------------------------------------------------------------------


def entities(*names: str, kind: Kind = Kind.PROJECT) -> list[Entity]:
    return [Entity(f"https://w3id.org/policykg/id/project/{name}", str(kind), name) for name in names]


def test_names_come_by_how_well_they_are_meant() -> None:
    index = NameIndex(entities("山城33618工程", "33618", "33618体系", "18号线", "星光68"))
    assert [thing.name for thing in index.search("33618")] == ["33618", "33618体系", "山城33618工程"]
    assert [thing.name for thing in index.search("18号线二期")] == ["18号线"]


def test_names_that_are_merely_like_it_come_only_when_nothing_is_called_so(server: Server) -> None:
    called = told(server, "/search?q=3245")
    assert not called["near"]
    assert called["things"][0]["notation"] == "3245"
    assert all("3245" in "".join((t["name"], t["notation"], *t["aliases"])) for t in called["things"])
    like = told(server, "/search?q=3246产业体系")
    assert like["near"]
    assert "3245现代产业体系" in {thing["name"] for thing in like["things"]}
    assert "names that are like it" in page(server, "/search?q=3246产业体系", lang="en").text


def test_width_and_case_make_no_difference() -> None:
    index = NameIndex(entities("AI实验室"))
    assert index.search("ａｉ") == index.things


def test_suggestions_are_things_that_begin_so(server: Server) -> None:
    found = told(server, "/suggest?q=324")["things"]
    assert found[0]["path"] == "/id/programme/3245"
    assert len(found) <= 8
    assert told(server, "/suggest?q=")["things"] == []


# -- evidence ----------------------------------------------------------------------------------------------------------


def test_every_quote_shown_is_the_very_text_at_its_place(server: Server) -> None:
    raws: dict[str, str] = {}
    shown = 0
    for thing in told(server, "/search?kind=Programme")["things"] + told(server, "/search?kind=Area")["things"]:
        for side in told(server, thing["path"])["sides"]:
            for said in (said for group in side["groups"] for said in group["statements"]):
                for piece in said["quotations"]:
                    key = piece["document"]
                    raw = raws.get(key) or raws.setdefault(key, told(server, f"/document/{key}")["raw"])
                    assert "".join(raw[piece["start"] : piece["end"]].split()) == piece["quote"]
                    shown += 1
    assert shown > 100


def test_the_document_marks_the_very_characters_of_a_quote(server: Server) -> None:
    answer = told(server, "/questions/programme-history?code=3245")
    for row in answer["rows"]:
        path = f"/document/{row['document']}?start={row['start']}&end={row['end']}"
        target = told(server, path)["target"]
        assert target["quote"] == row["quote"]
        document = html.fromstring(page(server, path).body)
        marks = document.xpath("//article//mark")
        assert marks[0].get("id") == "here"
        assert "".join(map(words_of, marks)) == "".join(row["quote"].split())


def test_a_document_shows_all_its_text_once(server: Server) -> None:
    for document in told(server, "/")["documents"]:
        raw = told(server, document["path"])["raw"]
        (article,) = html.fromstring(page(server, document["path"]).body).xpath("//article")
        assert Counter(words_of(article)) <= Counter("".join(raw.split()))
        assert len(words_of(article)) > 0.9 * len("".join(raw.split()))


def test_every_year_of_a_thing_has_its_place(server: Server) -> None:
    document = html.fromstring(page(server, "/id/programme/3245").body)
    years = document.xpath("//ol[@class='strip']//a/@href")
    assert len(years) >= 2
    assert {year[1:] for year in years} <= set(document.xpath("//@id"))


# -- nothing from elsewhere, nothing that is not ours ------------------------------------------------------------------


@pytest.mark.parametrize("name", PAGES)
def test_a_page_says_what_a_browser_may_do(server: Server, name: str) -> None:
    headers = page(server, PAGES[name]).headers
    policy = dict(part.split(" ", 1) for part in headers["content-security-policy"].split("; "))
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == policy["connect-src"] == "'self'"
    assert policy["frame-ancestors"] == "'none'"
    assert "http" not in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"
    assert {"Accept", "Accept-Language", "Cookie"} <= set(headers["vary"].split(", "))


def test_a_crawl_from_the_first_page_meets_no_dead_link(server: Server) -> None:
    seen, waiting, kinds = {"/"}, ["/"], Counter[str]()
    while waiting:
        address = waiting.pop()
        answer = page(server, address)
        assert answer.status == 200, f"{address}: {words_of(html.fromstring(answer.body).find('.//main'))}"
        kinds[address.split("/")[1].partition("?")[0]] += 1
        if not answer.headers["content-type"].startswith("text/html"):
            continue
        document = html.fromstring(answer.body)
        ids = set(document.xpath("//@id"))
        for element, attribute, link, _ in document.iterlinks():
            parts = urlsplit(urljoin("http://here" + address, link))
            assert parts.netloc == "here", f"{address} leads elsewhere: {link}"
            target = parts.path + (f"?{parts.query}" if parts.query else "")
            if attribute == "href" and link.startswith("#"):
                assert parts.fragment in ids, f"{address}: {link}"
            elif target not in seen and _is_followed(target) and element.tag != "blockquote":
                seen.add(target)
                waiting.append(target)
    assert {"id", "document", "around", "questions", "indicators", "years", "query", "cypher", "search"} <= set(kinds)
    assert kinds["id"] > 300


def _is_followed(address: str) -> bool:
    """Follow all pages about things; of the many claims, places in documents and other forms only some."""
    many = address.startswith("/id/claim/") or "start=" in address or "format=" in address or "lang=" in address
    many = many or address.startswith(("/query", "/around/"))
    return not many or zlib.crc32(address.encode()) % 16 == 0


def test_the_json_of_a_thing_is_where_its_page_says(server: Server) -> None:
    for kind in Kind:
        for thing in told(server, f"/search?kind={kind}")["things"][:6]:
            for path in (
                thing["path"],
                html.fromstring(page(server, thing["path"]).body).xpath("//footer//a/@href")[0],
            ):
                assert server.get(path).status == 200, path


HOSTILE = "<script>清岸"
WRITTEN = f"""<h1>渡口市2031年工作报告</h1>

一、重点工作

深入开展“{HOSTILE}”行动，推动“{HOSTILE}”行动落地见效，地区生产总值增长6%，"><img src=x onerror=alert(1)>不得出现。
"""


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("hostile")
    (folder / "a<b>&.txt").write_text(WRITTEN, encoding="utf-8")
    build([folder / "a<b>&.txt"], folder / "kg", model="rules")
    with serving(folder / "kg") as running:
        yield running


def test_words_of_a_document_never_become_markup(hostile: Server) -> None:
    (thing,) = [t for t in told(hostile, "/search?kind=Programme")["things"] if HOSTILE in t["name"]]
    document = told(hostile, "/")["documents"][0]["path"]
    paths = ["/", thing["path"], document, thing["path"].replace("/id/", "/around/"), f"/search?q={HOSTILE}"]
    paths += ["/search?kind=Programme", "/indicators", f"/questions/programme-history?code={HOSTILE}行动"]
    paths += ["/query?query=SELECT ?name { ?s skos:prefLabel ?name }"]
    for path in paths:
        content = page(hostile, path).text
        assert HOSTILE not in content, path
        assert "<img src=x" not in content
        assert "<b>&" not in content
    assert "&lt;script&gt;清岸" in page(hostile, thing["path"]).text


@pytest.mark.parametrize(
    "path",
    [
        "/search?q={}",
        "/search?kind={}",
        "/years?area={}",
        "/indicators?indicator={}",
        "/questions/programme-history?code={}",
        "/questions/{}",
        "/query?query={}",
        "/query?question={}",
        "/document/chizhou-2024-report?start={}&end=1",
        "/id/{}",
        "/?format={}",
        "/?lang={}&x={}",
    ],
)
def test_words_of_an_address_never_become_markup(server: Server, path: str) -> None:
    evil = "\"'><script>alert(1)</script>"
    content = page(server, path.replace("{}", quote(evil, safe=""))).text
    assert "<script>alert" not in content
    assert "'><" not in content.replace("''><", "")


def test_a_chart_of_any_values_is_drawn() -> None:
    for low, high in ((260, 260), (130, 390), (0, 0), (-3, 4), (0.001, 9999), (97.5, 400), (1e9, 1e9 + 1)):
        points = [Point(2024, low, "target", str(low)), Point(2025, high, "actual", str(high))]
        assert "<svg" in draw_series(points, "x")
