"""Parameters as they are sent: in another encoding, cut off, with what a messenger has added."""

import re

import pytest
from flask.testing import FlaskClient
from sample_site import example_texts, make_site

from wangqi.web.site.query_string import read_query, without_added

GBK = "图床".encode("gbk")


@pytest.mark.parametrize(
    ("query", "q", "is_old"),
    [
        (b"q=a+b%20c", "a b c", False),
        (b"q=%E5%9B%BE%E5%BA%8A", "图床", False),
        ("q=图床".encode(), "图床", False),  # as it is where there is another server in front
        (b"q=" + GBK, "图床", True),
        (b"q=%CD%BC%B4%B2", "图床", True),
        (b"q=%E5%9B%BE%E5%BA", "图\ufffd", False),  # UTF-8 that was cut off, not 鍥惧簥
        (b"q=%E5%9B%BE%E5", "图\ufffd", False),
        (b"q=%FF%FE", "\ufffd\ufffd", False),  # neither
        (b"q=caf%E9", "caf\ufffd", False),
        (b"q=%", "%", False),
        (b"q", "", False),
        (b"&q=&&", "", False),
    ],
)
def test_text_is_utf_8_or_else_gbk(query: bytes, q: str, is_old: bool) -> None:
    assert read_query(query) == ({"q": [q]}, is_old)


def test_values_keep_their_order() -> None:
    assert read_query(b"kind=tool&q=a&kind=book")[0] == {"kind": ["tool", "book"], "q": ["a"]}


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> FlaskClient:
    return make_site(example_texts(), tmp_path_factory.mktemp("added")).test_client()


def test_words_in_gbk_are_searched_for_and_it_is_said(client: FlaskClient) -> None:
    found = client.get("/api/v1/search", query_string="q=%CD%BC%B4%B2").get_json()
    assert found["query"]["q"] == "图床"
    assert [notice["code"] for notice in found["notices"]] == ["read-as-gbk"]
    assert "按 GBK 读成了“图床”" in client.get("/search?q=%CD%BC%B4%B2").text
    assert client.get("/api/v1/search", query_string="q=图床").get_json()["notices"] == []


ADDED = [
    "from=timeline", "from=singlemessage&isappinstalled=0", "from=groupmessage&scene=1&clicktime=1700000000",
    "from=1055095010", "utm_source=weekly&utm_medium=rss", "fbclid=IwAR0", "gclid=x", "spm=a2c6h.1", "share_token=x",
    "share_source=copy_web&mc_cid=1", "from=timeline&from=",
]  # fmt: skip


SHARED = ["/search?q=工具", "/search.atom?q=工具", "/?", "/issues?", "/search?q=工具&from=2024-01"]


def without_time(page: str) -> str:
    return re.sub(r"· \d+ ms", "", page)


@pytest.mark.parametrize("added", ADDED)
@pytest.mark.parametrize("path", SHARED)
def test_what_messengers_and_trackers_add_is_passed_over(client: FlaskClient, path: str, added: str) -> None:
    plain, shared = client.get(path), client.get(f"{path}&{added}")
    assert (plain.status_code, shared.status_code) == (200, 200)
    assert without_time(shared.text) == without_time(plain.text)  # and is in no link of the page


@pytest.mark.parametrize("value", ["2024-13", "2024-02-30", "2024.1.1x", "12/2024", "20241301"])
def test_a_date_that_is_none_is_still_an_error(client: FlaskClient, value: str) -> None:
    assert client.get(f"/search?q=工具&from={value}").status_code == 400


@pytest.mark.parametrize("added", ["from=timeline", "utm_source=weekly", "isappinstalled=0"])
def test_the_api_takes_only_parameters_of_its_own(client: FlaskClient, added: str) -> None:
    answer = client.get(f"/api/v1/search?q=工具&{added}")
    assert answer.status_code == 400
    assert answer.get_json()["parameter"] == added.partition("=")[0]


def test_no_parameter_of_a_search_is_taken_for_an_added_one() -> None:
    own = {"q": ["a"], "from": ["2024-03"], "to": ["2024"], "site": ["a.example"], "section": ["工具"], "hl": ["b"]}
    assert without_added(own) == own


@pytest.mark.parametrize(
    ("path", "target"),
    [
        ("/issues/", "/issues"),
        ("/search/?q=a+b", "/search?q=a+b"),
        ("/api/v1/search/?q=%E5%9B%BE", "/api/v1/search?q=%E5%9B%BE"),
        ("/search.atom/?q=a", "/search.atom?q=a"),
        ("/issues///", "/issues"),
        ("/issues/qingtong/issue-01.md/", "/issues/qingtong/issue-01.md"),
    ],
)
def test_a_slash_too_many_leads_to_the_address(client: FlaskClient, path: str, target: str) -> None:
    answer = client.get(path)
    while answer.status_code == 308 and answer.headers["Location"] != target:
        answer = client.get(answer.headers["Location"])
    assert answer.status_code == 308
    assert client.get(target).status_code == 200


@pytest.mark.parametrize("path", ["/nothing/", "//evil.example/search/", "/%2fevil.example/issues/", "/static/"])
def test_a_slash_leads_nowhere_else(client: FlaskClient, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code in (308, 404)
    assert "//evil" not in answer.headers.get("Location", "").removeprefix("http://localhost")
