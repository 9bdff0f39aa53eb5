"""Was this link recommended? However it is spelled, in the question or in the issue."""

from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from sample_site import make_site

LINK = "https://example.org/docs/灯"
LONG = "https://example.org/" + "part/" * 60
ISSUES = {
    7: f"1、[夜行灯]({LINK}?page=2)\n\n骑车用。\n\n2、[灯塔](https://github.com/Octo/Light-House)\n\n照亮仓库。\n",
    33: "1、[又见夜行灯](http://www.example.org/docs/灯/?page=2&utm_source=weekly#top)\n\n再说一次，[这里](https://example.org/shop?id=7)有卖。\n",
    40: "1、[包了一层](https://count.example/c?to=https%3A%2F%2Fexample.org%2Fdocs%2F%E7%81%AF%3Fpage%3D2)\n\n计数器。\n",
    38: "1、[放灯的人](https://www.youtube.com/watch?v=a-B_c4567XY&t=10s)\n\n一段录像。\n\n2、[灯会](https://example.org/fair)\n\n见[他的话](https://twitter.com/One/status/170012?s=20)。\n",
    39: "1、[又见放灯的人](https://youtu.be/a-B_c4567XY?si=Qq)\n\n同一段录像。\n",
    41: f"1、[克隆](https://github.com/octo/light-house.git)\n\n同一个仓库，[全文]({LONG})很长。\n",
}


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> FlaskClient:
    texts = {
        ("周刊", f"{number}.md"): f"# 第 {number} 期\n\n## 工具\n\n{entries}".encode()
        for number, entries in ISSUES.items()
    }
    return make_site(texts, tmp_path_factory.mktemp("lookup"), base_url="https://h.example/weekly").test_client()


def ask(client: FlaskClient, url: str) -> Any:
    response = client.get("/api/v1/lookup", query_string={"url": url})
    assert response.status_code == 200, response.text
    return response.get_json()


@pytest.mark.parametrize(
    "url",
    [
        "https://example.org/docs/灯?page=2",
        "http://example.org/docs/灯?page=2",
        "HTTPS://Example.ORG/docs/灯?page=2",
        "https://www.example.org/docs/灯?page=2",
        "https://example.org/docs/灯/?page=2",
        "https://example.org:443/docs/灯?page=2",
        "http://example.org:80/docs/灯?page=2",
        "https://example.org./docs/灯?page=2",  # the root of all names, written out
        "https://example.org/docs/%E7%81%AF?page=2",
        "https://example.org/docs/%e7%81%af?page=2",
        "https://example.org/%64ocs/灯?page=2",
        "https://example.org/docs/灯?page=2#第二节",
        "https://example.org/docs/灯?page=2&utm_source=weekly&utm_medium=email",
        "https://example.org/docs/灯?utm_campaign=x&page=2",
        "https://example.org/docs/灯?page=2&spm=a2c.1",
        "  https://example.org/docs/灯?page=2\n",
        "example.org/docs/灯?page=2",
        "www.example.org/docs/灯/?page=2",
        "//example.org/docs/灯?page=2",
        "https://count.example/c?to=https://example.org/docs/%E7%81%AF%3Fpage%3D2",
        "https://count.example/c/https://example.org/docs/灯?page=2",
        "https://out.example/go?url=https%3A%2F%2Fwww.example.org%2Fdocs%2F%25E7%2581%25AF%3Fpage%3D2",  # twice over
    ],
)
def test_every_spelling_of_a_link_finds_all_issues_it_ran_in(client: FlaskClient, url: str) -> None:
    answer = ask(client, url)
    assert answer["found"]
    assert [issue["number"] for issue in answer["issues"]] == [40, 33, 7]
    assert [entry["title"] for entry in answer["entries"]] == ["包了一层", "又见夜行灯", "夜行灯"]
    assert answer["message"] == "推荐过：第 40 期、第 33 期、第 7 期"
    assert answer["total"] == 3


@pytest.mark.parametrize(
    "url",
    [
        "octo/light-house",
        "Octo/Light-House",
        "octo/light-house/",
        "github.com/octo/light-house",
        "https://github.com/octo/light-house.git",
        "git@github.com:octo/light-house.git",
        "ssh://git@github.com/octo/light-house.git",
    ],
)
def test_a_repository_is_found_by_its_name(client: FlaskClient, url: str) -> None:
    assert {entry["title"] for entry in ask(client, url)["entries"]} == {"灯塔", "克隆"}


@pytest.mark.parametrize(
    "url",
    [
        "https://example.org/docs/灯",  # without its parameter it is another page
        "https://example.org/docs/灯?page=3",
        "https://m.example.org/docs/灯?page=2",  # as is one for phones
        "https://example.org:8080/docs/灯?page=2",
        "https://example.org/Docs/灯?page=2",  # letter case in a path may mean something
        "octo/other",
        "https://gitlab.example/octo/light-house",
        "https://例子.example/",
    ],
)
def test_another_page_was_never_recommended(client: FlaskClient, url: str) -> None:
    answer = ask(client, url)
    assert (answer["found"], answer["message"]) == (False, "未推荐过")
    assert (answer["total"], answer["issues"], answer["entries"]) == (0, [], [])


@pytest.mark.parametrize(
    "url",
    ["", " ", "图床", "夜行灯/台灯", "node", "3.11", "mailto:a@example.org", "javascript:alert(1)", "http://", "http://[::1",
     "https://example.org:x/", "ftp://example.org/a", "a b/c"],
)  # fmt: skip
def test_what_is_no_address_is_refused_by_name(client: FlaskClient, url: str) -> None:
    response = client.get("/api/v1/lookup", query_string={"url": url})
    assert (response.status_code, response.content_type) == (400, "application/problem+json")
    assert response.get_json()["parameter"] == "url"


def test_without_an_address_there_is_nothing_to_look_up(client: FlaskClient) -> None:
    assert client.get("/api/v1/lookup").get_json()["parameter"] == "url"


def test_the_host_of_a_link_may_be_written_in_any_script(tmp_path: Path) -> None:
    text = "# 第 1 期\n\n## 工具\n\n1、[灯](https://xn--fsqu00a.xn--fiqs8s/a)\n\n亮。\n"
    client = make_site({("周刊", "1.md"): text.encode()}, tmp_path).test_client()
    assert ask(client, "http://例子.中国/a/")["found"]


def test_addresses_of_an_answer_are_those_of_the_site(client: FlaskClient) -> None:
    answer = ask(client, "octo/light-house")
    assert answer["links"] == {
        "self": "https://h.example/weekly/api/v1/lookup?url=octo%2Flight-house",
        "html": "https://h.example/weekly/search?q=octo%2Flight-house",
    }
    assert answer["issues"][0]["url"].startswith("https://h.example/weekly/issues/")


def test_a_long_list_of_issues_is_cut_in_the_message_only(tmp_path: Path) -> None:
    text = "# 第 {} 期\n\n## 工具\n\n1、[灯](https://example.org/)\n\n亮。\n"
    texts = {("周刊", f"{number}.md"): text.format(number).encode() for number in range(1, 8)}
    answer = ask(make_site(texts, tmp_path).test_client(), "example.org")
    assert answer["message"] == "推荐过：第 7 期、第 6 期、第 5 期、第 4 期、第 3 期等 7 期"
    assert len(answer["issues"]) == 7


def test_an_issue_of_one_of_several_newsletters_is_named_with_it(tmp_path: Path) -> None:
    text = "# 第 1 期\n\n## 工具\n\n1、[灯](https://example.org/)\n\n亮。\n".encode()
    texts = {("qingtong", "1.md"): text, ("haiou", "1.md"): text}
    client = make_site(texts, tmp_path, names={"haiou": "海鸥通讯"}).test_client()
    assert set(ask(client, "example.org")["message"].removeprefix("推荐过：").split("、")) == {
        "qingtong 第 1 期",
        "海鸥通讯 第 1 期",
    }


@pytest.mark.parametrize("url", ["https://example.org/shop?id=7", "www.example.org/shop/?id=7&utm_source=x#buy"])
def test_a_page_that_was_only_named_is_told_apart(client: FlaskClient, url: str) -> None:
    answer = ask(client, url)
    assert (answer["found"], answer["issues"], answer["entries"]) == (False, [], [])
    assert [entry["title"] for entry in answer["mentions"]] == ["又见夜行灯"]
    assert answer["message"] == "未推荐过，第 33 期提到过"
    assert ask(client, "example.org/shop?id=8")["mentions"] == []
    assert ask(client, f"{LINK}?page=2")["mentions"] == []  # what an entry is about it does not only name


def test_an_address_longer_than_any_query_is_looked_up_whole(client: FlaskClient) -> None:
    assert [entry["title"] for entry in ask(client, LONG)["mentions"]] == ["克隆"]
    assert ask(client, f"{LONG}more")["mentions"] == []


def test_what_returns_in_every_issue_names_nothing(tmp_path: Path) -> None:
    text = "# 第 1 期\n\n## 订阅\n\n在[这里](https://example.org/feed)订阅。\n"
    answer = ask(make_site({("周刊", "1.md"): text.encode()}, tmp_path).test_client(), "example.org/feed")
    assert (answer["message"], answer["mentions"]) == ("未推荐过", [])


@pytest.mark.parametrize("url", ["youtu.be/a-B_c4567XY", "https://m.youtube.com/watch?v=a-B_c4567XY&feature=share"])
def test_a_page_of_a_known_site_is_found_by_any_of_its_addresses(client: FlaskClient, url: str) -> None:
    assert [entry["title"] for entry in ask(client, url)["entries"]] == ["又见放灯的人", "放灯的人"]
    (hit,) = client.get("/api/v1/search", query_string={"q": "录像"}).get_json()["hits"]
    assert len(hit["also_in"]) == 1


@pytest.mark.parametrize("url", ["x.com/one/status/170012", "https://mobile.twitter.com/i/web/status/170012?s=20"])
def test_a_mention_of_it_is_found_as_well(client: FlaskClient, url: str) -> None:
    assert [entry["title"] for entry in ask(client, url)["mentions"]] == ["灯会"]


def test_many_links_are_looked_up_in_one_request(client: FlaskClient) -> None:
    urls = ["https://github.com/octo/light-house", "octo/never-seen", "https://github.com/octo/light-house"]
    answer = client.get("/api/v1/lookups", query_string={"url": urls}).get_json()
    single = [client.get("/api/v1/lookup", query_string={"url": url}).get_json() for url in urls]
    assert [each["url"] for each in answer["lookups"]] == urls
    for many, one in zip(answer["lookups"], single, strict=True):
        assert (many["link"], many["found"], many["total"]) == (one["link"], one["found"], one["total"])
        assert many["entries"] == [entry["id"] for entry in one["entries"]][:5]
        assert many["issues"] == one["issues"][:5]


@pytest.mark.parametrize("urls", [[], ["a.example"] * 51, ["a.example", "图床"], ["", "a.example"]])
def test_too_many_links_or_none_are_refused(client: FlaskClient, urls: list[str]) -> None:
    refused = client.get("/api/v1/lookups", query_string={"url": urls})
    assert (refused.status_code, refused.get_json()["parameter"]) == (400, "url")


def test_some_entry_is_another_one_each_time(client: FlaskClient) -> None:
    answers = [client.get("/api/v1/random") for _ in range(60)]
    assert len({answer.get_json()["id"] for answer in answers}) > 1
    assert {answer.headers["Cache-Control"] for answer in answers} == {"no-store"}
