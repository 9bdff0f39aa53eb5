"""The JSON API: shapes, paging, errors that name the parameter, caching, headers."""

import json
import re
from dataclasses import replace
from math import prod
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sample_site import FixedSource, example_texts, generation_of, make_site

from wangqi.indexer.store.following import Health
from wangqi.search.engine import Matches
from wangqi.search.errors import DamagedIndexError, EngineAwayError
from wangqi.web.app import create_app

PROBLEM = "application/problem+json"


@pytest.fixture
def client(example_site: Flask) -> FlaskClient:
    return example_site.test_client()


def get(client: FlaskClient, address: str) -> Any:
    response = client.get(address)
    assert response.status_code == 200, response.text
    return response.get_json()


def test_a_search_answers_in_the_promised_shape(client: FlaskClient) -> None:
    answer = get(client, "/api/v1/search?q=消息系统")
    assert list(answer) == [
        "query", "total", "partial", "page", "per_page", "pages", "took_ms", "generation", "hits", "facets",
        "notices", "links",
    ]  # fmt: skip
    hit = answer["hits"][0]
    assert (hit["title"], hit["kind"], hit["section"], hit["archive"]) == ("NATS", "resource", "资源", "qingtong")
    assert (hit["url"], hit["site"]) == ("https://nats.io/", "nats.io")
    assert hit["path"] == "issue-06.md"
    assert hit["issue"]["number"] == 6
    assert hit["issue"]["date"] == "2024-08-01"
    assert hit["issue"]["url"] == "http://localhost/issues/qingtong/issue-06.md"
    assert hit["permalink"] == f"http://localhost/issues/qingtong/issue-06.md#e-{hit['id'].partition('-')[2]}"
    assert answer["query"] == {
        "q": "消息系统",
        "terms": ["消息系统"],
        "excluded": [],
        "match": answer["query"]["match"],
        "filters": {},
        "wishes": [],
    }


def test_a_link_that_returns_is_one_hit_and_the_others_are_named(tmp_path: Path) -> None:
    text = "# 第 {} 期\n\n## 工具\n\n1、[夜灯](https://lamp.example/)\n\n夜里骑车用的灯。\n"
    places = [("甲", 1), ("甲", 3), ("乙", 2)]  # numbers of two newsletters
    texts = {(archive, f"{number}.md"): text.format(number).encode() for archive, number in places}
    answer = get(make_site(texts, tmp_path).test_client(), "/api/v1/search?q=夜灯")
    assert answer["total"] == 1
    hit = answer["hits"][0]
    told = [(other["archive"], other["path"], other["number"]) for other in hit["also_in"]]
    assert {(hit["archive"], hit["path"], hit["issue"]["number"]), *told} == {
        (archive, f"{number}.md", number) for archive, number in places
    }
    assert all(set(other) == {"id", "archive", "path", "number"} for other in hit["also_in"])


def test_an_answer_is_explained_when_that_is_asked_for(client: FlaskClient) -> None:
    answer = get(client, "/api/v1/search?q=消息系统 量子&explain=1")
    assert [word["word"] for word in answer["explain"]["words"]] == ["消息", "系统", "量子"]
    for hit in answer["hits"]:
        plus = sum(line.get("plus", 0) for line in hit["explain"])
        times = prod(line.get("times", 1) for line in hit["explain"])
        assert plus * times == pytest.approx(hit["score"], rel=0.01)
        assert any("量子" in line["text"] for line in hit["explain"])
    assert "explain=1" in answer["links"]["self"]
    plain = get(client, "/api/v1/search?q=消息系统 量子")
    assert "explain" not in plain
    assert all("explain" not in hit for hit in plain["hits"])


def test_ranges_count_code_points_of_the_original_text(client: FlaskClient) -> None:
    for hit in get(client, "/api/v1/search?q=图床 工具")["hits"]:
        marked = [hit["text"][start:end] for start, end in hit["highlights"]["text"]]
        marked += [hit["title"][start:end] for start, end in hit["highlights"]["title"]]
        assert marked
        assert all(set(text) <= set("图床工具") for text in marked)
        for start, end in hit["snippet"]["ranges"]:
            assert set(hit["snippet"]["text"][start:end]) <= set("图床工具")


def test_a_correction_is_announced_with_a_query_for_what_was_typed(client: FlaskClient) -> None:
    answer = get(client, "/api/v1/search?q=xiaoxi xitong")
    assert answer["total"]
    assert answer["query"]["terms"] == ["消息", "系统"]
    assert answer["notices"][0] == {
        "code": "corrected",
        "message": "已为您显示“消息 系统”的结果，仍可搜索“xiaoxi xitong”",
        "q": '"xiaoxi" "xitong"',
    }
    assert get(client, "/api/v1/search?q=xiaoxi xitong&match=exact")["total"] == 0


def test_pages_follow_each_other_without_repeating_or_skipping(client: FlaskClient) -> None:
    whole = get(client, "/api/v1/search?q=的&issue=1..6&per_page=100")
    found, address = [], "/api/v1/search?q=的&issue=1..6&per_page=7"
    while address:
        response = client.get(address)
        page = response.get_json()
        found += [hit["id"] for hit in page["hits"]]
        address = page["links"]["next"]
        assert ('rel="next"' in response.headers.get("Link", "")) == (address is not None)
    assert found == [hit["id"] for hit in whole["hits"]]
    assert page["page"] == page["pages"] == -(-whole["total"] // 7)
    assert page["links"]["prev"] in response.headers["Link"]


def test_a_page_beyond_the_last_is_empty_and_leads_back(client: FlaskClient) -> None:
    answer = get(client, "/api/v1/search?q=图床&page=400")
    assert answer["hits"] == []
    assert answer["total"] > 0
    assert get(client, answer["links"]["prev"])["hits"]


def test_sort_changes_the_order_and_never_the_hits(client: FlaskClient) -> None:
    orders = {
        sort: get(client, f"/api/v1/search?q=工具&per_page=100&sort={sort}")["hits"]
        for sort in ("relevance", "newest", "oldest")
    }
    days = {sort: [hit["issue"]["date"] for hit in hits] for sort, hits in orders.items()}
    assert days["newest"] == sorted(days["newest"], reverse=True)
    assert days["oldest"] == sorted(days["oldest"])
    assert len({frozenset(hit["id"] for hit in hits) for hits in orders.values()}) == 1


@pytest.mark.parametrize(
    ("query", "field", "values"),
    [
        ("kind=文章", lambda hit: hit["kind"], {"article"}),
        ("kind=tool,book", lambda hit: hit["kind"], {"tool", "book"}),
        ("section=图书", lambda hit: hit["section"], {"图书"}),
        ("section=图书,资源", lambda hit: hit["section"], {"图书", "资源"}),
        ('section="图书"', lambda hit: hit["section"], {"图书"}),
        ("section=图书,资源&q=section:图书", lambda hit: hit["section"], {"图书"}),
        ("issue=4..5", lambda hit: hit["issue"]["number"], {4, 5}),
        ("year=2025", lambda hit: hit["issue"]["date"][:4], {"2025"}),
        ("from=2024-12&to=2025-01", lambda hit: hit["issue"]["date"], {"2024-12-01", "2025-01-01"}),
        ("site=github.com", lambda hit: hit["site"], {"github.com"}),
        ("archive=qingtong&issue=6", lambda hit: hit["archive"], {"qingtong"}),
    ],
)
def test_filters_leave_only_what_meets_them(client: FlaskClient, query: str, field: Any, values: set[object]) -> None:
    answer = get(client, f"/api/v1/search?{query}&per_page=100")
    assert {field(hit) for hit in answer["hits"]} == values
    assert answer["total"] < get(client, "/api/v1/search")["total"]


def test_a_facet_counts_what_its_filter_would_leave(client: FlaskClient) -> None:
    answer = get(client, "/api/v1/search?q=工具&facets=kind,year,section,site,archive")
    assert set(answer["facets"]) == {"kind", "year", "section", "site", "archive"}
    for name, values in answer["facets"].items():
        for value in values[:3]:
            params = {"q": "工具", "match": "all", name: value["value"]}
            assert client.get("/api/v1/search", query_string=params).get_json()["total"] == value["count"], (
                name,
                value,
            )


def test_the_same_search_is_there_as_a_page_and_as_a_feed(client: FlaskClient) -> None:
    links = get(client, "/api/v1/search?q=工具&kind=tool&sort=oldest&facets=&page=2&per_page=5")["links"]
    asked = "q=%E5%B7%A5%E5%85%B7&kind=tool"
    assert links["html"] == f"http://localhost/search?{asked}&sort=oldest&per_page=5&page=2"
    assert links["atom"] == f"http://localhost/search.atom?{asked}&per_page=5"  # from what is newest


def test_an_entry_is_found_by_its_id(client: FlaskClient) -> None:
    hit = get(client, "/api/v1/search?q=NATS")["hits"][0]
    entry = get(client, f"/api/v1/entries/{hit['id']}")
    assert entry == {name: hit[name] for name in entry}


def test_issues_are_listed_newest_first_a_page_at_a_time(client: FlaskClient) -> None:
    first = get(client, "/api/v1/issues?per_page=5")
    assert [issue["number"] for issue in first["issues"]] == [12, 11, 10, 9, 8]
    assert (first["total"], first["pages"], first["links"]["prev"]) == (12, 3, None)
    last = get(client, get(client, first["links"]["next"])["links"]["next"])
    assert [issue["number"] for issue in last["issues"]] == [2, 1]
    assert last["links"]["next"] is None
    assert get(client, "/api/v1/issues?archive=nobody")["total"] == 0


@pytest.mark.parametrize(
    ("query", "total"),
    [
        ("archive=Qingtong,other", 12),
        ("archive=other", 0),
        ("archive=", 12),
        ("archive=other，", 0),
        ('archive="qingtong"', 12),
    ],
)
def test_issues_of_archives_are_asked_for_as_in_a_search(client: FlaskClient, query: str, total: int) -> None:
    assert client.get(f"/api/v1/issues?{query}").get_json()["total"] == total


def test_an_issue_has_its_entries_by_section(client: FlaskClient) -> None:
    listed = next(info for info in get(client, "/api/v1/issues")["issues"] if info["number"] == 6)
    issue = get(client, f"/api/v1/issues/{listed['id']}")
    titles = {section["title"]: [entry["title"] for entry in section["entries"]] for section in issue["sections"]}
    assert titles["工具"] == ["atuin", "just"]
    assert titles["图书"] == ["信息检索导论"]
    assert {name: issue[name] for name in listed} == listed


def test_suggestions_are_titles_in_the_form_of_opensearch(client: FlaskClient) -> None:
    response = client.get("/api/v1/suggest?q=NG")
    assert response.content_type == "application/x-suggestions+json"
    typed, titles, descriptions, addresses = response.get_json()
    assert (typed, titles[0], descriptions[0]) == ("NG", "ngx_healthcheck_module", "第 3 期 · 工具")
    assert len(titles) == len(descriptions) == len(addresses)
    [entry] = get(client, f"/api/v1/search?q={titles[0]}&match=exact")["hits"]
    assert addresses[0] == entry["permalink"]
    assert get(client, "/api/v1/suggest") == ["", [], [], []]


def test_status_tells_what_the_index_holds(client: FlaskClient) -> None:
    status = get(client, "/api/v1/status")
    (archive,) = status["archives"]
    assert (status["generation"], status["issues"], archive["name"]) == ("000001", 12, "qingtong")
    assert archive["entries"] == status["entries"] == sum(i["entries"] for i in get(client, "/api/v1/issues")["issues"])
    assert archive["newest"] == {"number": 12, "date": "2025-02-01"}


@pytest.mark.parametrize(
    ("address", "parameter"),
    [
        ("/api/v1/search?colour=red", "colour"),
        ("/api/v1/search?page=0", "page"),
        ("/api/v1/search?per_page=500", "per_page"),
        ("/api/v1/search?sort=best", "sort"),
        ("/api/v1/search?kind=好东西", "kind"),
        ("/api/v1/search?by=@", "by"),
        ("/api/v1/search?site=.", "site"),
        ("/api/v1/search?tag=%23", "tag"),
        ("/api/v1/search?section=工具,%E2%80%8B", "section"),
        ("/api/v1/search?from=明天", "from"),
        ("/api/v1/search?issue=405..301", "issue"),
        ("/api/v1/search?from=2025&to=2024", "to"),
        ("/api/v1/issues?page=x", "page"),
        ("/api/v1/issues?q=x", "q"),
        ("/api/v1/status?x=", "x"),
        ("/api/v1/entries/x-1?y=1", "y"),
        ("/api/v1/suggest?prefix=x", "prefix"),
    ],
)
def test_a_wrong_parameter_is_a_problem_that_names_it(client: FlaskClient, address: str, parameter: str) -> None:
    response = client.get(address)
    problem = response.get_json()
    assert (response.status_code, response.content_type) == (400, PROBLEM)
    assert (problem["status"], problem["title"], problem["parameter"]) == (400, "Bad Request", parameter)
    assert problem["detail"].startswith(f"{parameter}: ")


@pytest.mark.parametrize(
    ("method", "address", "status"),
    [
        ("GET", "/api/v1/entries/nothing-1", 404),
        ("GET", "/api/v1/issues/nothing", 404),
        ("GET", "/api/v2/search", 404),
        ("POST", "/api/v1/search", 405),
        ("DELETE", "/api/v1/entries/x-1", 405),
        ("GET", "/api/v1/search?q=" + "x" * 5000, 414),
        ("HEAD", "/api/v1/search?q=x", 200),
        ("OPTIONS", "/api/v1/search", 200),
    ],
)
def test_a_status_says_what_became_of_the_request(client: FlaskClient, method: str, address: str, status: int) -> None:
    response = client.open(address, method=method)
    assert response.status_code == status
    if status >= 400:
        assert response.content_type == PROBLEM
        assert response.get_json()["status"] == status
    if status == 405:
        assert "GET" in response.headers["Allow"]


def test_an_unchanged_answer_is_304_before_anything_is_searched(tmp_path: Path, monkeypatch: Any) -> None:
    source = FixedSource(generation_of(example_texts(), tmp_path))
    client = create_app(source).test_client()
    first = client.get("/api/v1/search?q=图床")
    assert first.headers["Cache-Control"] == "public, max-age=60"
    monkeypatch.setattr("wangqi.search.answer.service.search", None)  # a search would now be an error
    again = client.get("/api/v1/search?q=图床", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    assert again.headers["ETag"] == first.headers["ETag"]


def test_an_index_that_was_deleted_and_built_again_has_other_etags(tmp_path: Path) -> None:
    source = FixedSource(generation_of(example_texts(), tmp_path))
    client = create_app(source).test_client()
    etag = client.get("/api/v1/search?q=图床").headers["ETag"]
    assert source.generation
    # Its first generation has the same name as the first one before.
    source.generation = replace(source.generation, created="2025-05-05T00:00:00+00:00")
    assert client.get("/api/v1/search?q=图床", headers={"If-None-Match": etag}).status_code == 200


@pytest.mark.parametrize(
    "address", ["/api/v1/search?q=图床", "/api/v1/issues", "/api/v1/status", "/", "/search?q=图床", "/issues"]
)
def test_a_new_generation_or_another_query_has_another_etag(tmp_path: Path, address: str) -> None:
    generation = generation_of(example_texts(), tmp_path)
    source = FixedSource(generation)
    client = create_app(source).test_client()
    etag = client.get(address).headers["ETag"]
    assert client.get(address, headers={"If-None-Match": etag}).status_code == 304
    assert client.get("/search?q=别的", headers={"If-None-Match": etag}).status_code == 200
    (tmp_path / "2").mkdir()
    source.generation = generation_of(example_texts(), tmp_path / "2", "000002")
    assert client.get(address, headers={"If-None-Match": etag}).status_code == 200


def test_health_tells_when_an_older_generation_serves(tmp_path: Path) -> None:
    source = FixedSource(generation_of(example_texts(), tmp_path))
    client = create_app(source).test_client()
    health = get(client, "/healthz")
    assert health.keys() == {"status", "generation", "update", "looked", "searched"}
    assert (health["status"], health["generation"]) == ("ok", "000001")
    assert health["looked"].endswith("+00:00")
    source.problem = "/secret/000002: a file is missing"
    health = get(client, "/healthz")
    assert (health["status"], health["generation"], health["reason"]) == ("stale", "000001", "an older one")


@pytest.mark.parametrize("path", ["/search?q=图床", "/api/v1/search?q=图床", "/search.atom?q=图床", "/"])
def test_engine_that_does_not_answer_is_a_503_and_never_nothing_found(path: str, tmp_path: Path) -> None:
    def away(*_: object, **__: object) -> Matches:
        raise EngineAwayError("http://node1.internal:9200: no answer within 2.5 s")

    source = FixedSource(generation_of(example_texts(), tmp_path))
    assert source.generation
    source.generation.searcher.find = away  # type: ignore[method-assign]
    answer = create_app(source).test_client().get(path)
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
    assert "node1" not in answer.text


def test_health_without_anybody_who_follows_is_a_503(tmp_path: Path) -> None:
    source = FixedSource(generation_of(example_texts(), tmp_path))
    source.health = lambda: Health(status="unhealthy", reason="nobody looks")  # type: ignore[method-assign]
    answer = create_app(source).test_client().get("/healthz")
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "30")
    assert answer.get_json()["detail"] == "unhealthy: nobody looks"


@pytest.mark.parametrize(
    ("error", "status", "advice"),
    [(RuntimeError("secret"), 500, "its log"), (DamagedIndexError("/secret/x"), 503, "wangqi verify")],
)
def test_an_error_of_ours_shows_no_trace(
    tmp_path: Path, monkeypatch: Any, caplog: Any, error: Exception, status: int, advice: str
) -> None:
    def fail(*_: object) -> None:
        raise error

    client = create_app(FixedSource(generation_of(example_texts(), tmp_path))).test_client()
    monkeypatch.setattr("wangqi.search.answer.service.search", fail)
    response = client.get("/api/v1/search?q=x")
    problem = response.get_json()
    assert (response.status_code, response.content_type) == (status, PROBLEM)
    assert advice in problem["detail"]
    assert "secret" not in response.text
    assert "secret" in caplog.text  # the author finds it there, beside the id
    assert problem.get("id", "") in caplog.text


def test_addresses_that_are_no_links_are_not_given_out(tmp_path: Path) -> None:
    links = "1、[点我](javascript:alert(1))\n\n说明 ![图](data:image/png;base64,xx) 和[别的](vbscript:x)"
    issue = f"# 第 1 期\n\n## 工具\n\n{links}\n"
    texts = {("demo", "1.md"): issue.encode()}
    client = create_app(FixedSource(generation_of(texts, tmp_path))).test_client()
    assert "script:" not in client.get("/api/v1/search").text
    assert "data:" not in client.get("/api/v1/search").text


def test_an_issue_says_where_its_author_shows_it(tmp_path: Path) -> None:
    place = ("周刊", "2024/第 7 期.md")
    text = "# 周刊\n\n## 工具\n\n1、[灯](https://a.example/)\n".encode()
    texts = {place: text, ("other", "a.md"): text}
    client = make_site(texts, tmp_path, links={"周刊": "https://blog.example/{path}#{stem}"}).test_client()
    expected = "https://blog.example/2024/%E7%AC%AC%207%20%E6%9C%9F.md#%E7%AC%AC%207%20%E6%9C%9F"
    listed = get(client, "/api/v1/issues")["issues"]
    assert {issue["archive"]: issue["source_url"] for issue in listed} == {"周刊": expected, "other": None}
    [hit] = get(client, "/api/v1/search?q=灯&archive=周刊")["hits"]
    assert hit["issue"]["source_url"] == expected


def test_another_template_is_another_answer(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    sites = [
        make_site(example_texts(), tmp_path / name, links={"qingtong": f"https://{name}.example/"}) for name in "ab"
    ]
    assert len({site.test_client().get("/api/v1/issues").headers["ETag"] for site in sites}) == 2


def test_every_entry_is_a_line_of_json_a_page_of_issues_at_a_time(client: FlaskClient) -> None:
    address: str | None = "/entries.jsonl?per_page=5"
    lines: list[Any] = []
    while address:
        answer = client.get(address)
        assert answer.mimetype == "application/x-ndjson"
        lines += [json.loads(line) for line in answer.text.splitlines()]
        following = re.search(r'<([^>]*)>; rel="next"', answer.headers.get("Link", ""))
        address = following and following[1].removeprefix("http://localhost")
    assert len(lines) == get(client, "/api/v1/status")["entries"] == len({line["id"] for line in lines})
    assert lines[0] == get(client, f"/api/v1/entries/{lines[0]['id']}")


def test_who_has_the_lines_is_told_so(client: FlaskClient) -> None:
    etag = client.get("/entries.jsonl").headers["ETag"]
    assert client.get("/entries.jsonl", headers={"If-None-Match": etag}).status_code == 304
    assert client.get("/entries.jsonl?page=2").headers["ETag"] != etag


def test_contributors_are_counted(tmp_path: Path) -> None:
    text = (
        "# 第 {0} 期\n\n## 工具\n\n1、[甲{0}](https://a.example/{0})\n\n灯。（[@Lin](https://github.com/lin) 投稿）\n"
    )
    texts = {("甲", f"{number}.md"): text.format(number).encode() for number in (1, 2)}
    client = make_site(texts, tmp_path).test_client()
    counted = get(client, "/api/v1/search?facets=by")["facets"]["by"]
    assert [each["count"] for each in counted] == [2]
    assert get(client, f"/api/v1/search?by={counted[0]['value']}")["total"] == 2
