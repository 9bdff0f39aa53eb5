"""What an answer may cost: a deadline in processor time, and what an answer leaves out when it is dear already."""

from __future__ import annotations

import flask
import pytest
from flask.testing import FlaskClient
from sample_site import ANALYZER, example_texts, generation_of, make_site

from wangqi.search import budget
from wangqi.search.answer.lookup import look_up
from wangqi.search.answer.open_index import OpenIndex
from wangqi.search.answer.service import search
from wangqi.search.engine import Searcher
from wangqi.search.errors import OverBudgetError
from wangqi.search.request import Filters, SearchRequest
from wangqi.search.whoosh_engine import WhooshEngine
from wangqi.web import app
from wangqi.web.pages import nothing_found as nothing
from wangqi.web.pages.nothing_found import ways_out

STORM = " ".join(f"{letter}*" for letter in "abcdefghijklmnopqrstuvwxyz")


@pytest.fixture(scope="module")
def searcher(tmp_path_factory: pytest.TempPathFactory) -> Searcher:
    engine = WhooshEngine(ANALYZER)
    return generation_of(example_texts(), tmp_path_factory.mktemp("cost"), engine=engine).searcher


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> FlaskClient:
    return make_site(example_texts(), tmp_path_factory.mktemp("site"), engine=WhooshEngine(ANALYZER)).test_client()


@pytest.mark.parametrize(
    "q",
    [
        STORM,
        "容器",
        '"容器镜像" "镜像分发"',
        "容器 OR 镜像 OR 网络",
        "-容器",
        "rengong zhineng",  # corrected
        "容器 灯塔 数据库 编辑器",  # relaxed
    ],
)
def test_every_kind_of_query_looks_at_the_deadline(searcher: Searcher, q: str) -> None:
    with pytest.raises(OverBudgetError, match="ask for less"), budget.limited_to(0.0):
        search(OpenIndex(searcher, ANALYZER), SearchRequest(q=q))
    assert search(OpenIndex(searcher, ANALYZER), SearchRequest(q=q)).took_ms  # nothing is limited outside


def test_looking_up_a_link_looks_at_the_deadline(searcher: Searcher) -> None:
    with pytest.raises(OverBudgetError), budget.limited_to(0.0):
        look_up(OpenIndex(searcher, ANALYZER), "https://github.com/")


def test_a_deadline_holds_for_all_that_an_answer_does(searcher: Searcher) -> None:
    asked = SearchRequest(q=STORM, per_page=100, explain=True)

    def answer() -> None:
        for _ in range(1000):
            search(OpenIndex(searcher, ANALYZER), asked)

    with pytest.raises(OverBudgetError), budget.limited_to(0.002):
        answer()


@pytest.mark.parametrize("path", ["/api/v1/search", "/search.atom", "/search"])
def test_what_takes_too_long_is_a_503_that_says_so(
    client: FlaskClient, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(app, "ANSWER_S", 0.0)
    answer = client.get(path, query_string={"q": STORM})
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "30")
    assert answer.headers["Cache-Control"] == "no-store"
    assert ("ask for less" if path != "/search" else "太费时了") in answer.text
    assert client.get("/healthz").status_code == 200


def test_ten_hits_at_most_are_explained(client: FlaskClient) -> None:
    hits = client.get("/api/v1/search", query_string={"per_page": 100, "explain": 1}).get_json()["hits"]
    assert len(hits) > 10
    assert [bool(hit.get("explain")) for hit in hits] == [True] * 10 + [False] * (len(hits) - 10)


def test_so_many_filters_are_tried_without_and_no_more(searcher: Searcher) -> None:
    by = tuple(f"someone-{number}" for number in range(100))
    result = search(OpenIndex(searcher, ANALYZER), SearchRequest(q="容器 镜像", filters=Filters(by=by)))
    tried: list[SearchRequest] = []

    def count(request: SearchRequest) -> int:
        tried.append(request)
        return 0

    with flask.Flask("test").test_request_context():
        ways_out(result, count)
    assert len(tried) == nothing.MAX_FILTERS + 1 + 2  # without all of them, and each word alone


def test_a_dear_answer_comes_without_what_is_only_offered(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    query = {"q": "容器", "kind": "video", "match": "all"}
    assert "去掉筛选" in client.get("/search", query_string=query).text
    monkeypatch.setattr(budget, "OFFERS_S", 0.0)
    assert "去掉筛选" not in client.get("/search", query_string=query).text
