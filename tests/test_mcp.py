"""`wangqi mcp`, asked as an assistant asks it: lines of JSON to a process, and lines back."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from newsletters import write_archive, write_issue
from running import program_environment, until, wangqi

Json = dict[str, Any]

QUOTATION = "# 青铜周刊（第 9 期）\n\n## 言论\n\n1、\n\n青铜是时间的颜色。\n\n-- 匠人\n"


class Assistant:
    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self.process = process

    def send(self, line: bytes) -> None:
        assert self.process.stdin
        self.process.stdin.write(line + b"\n")
        self.process.stdin.flush()

    def read(self) -> Json:
        assert self.process.stdout
        line = self.process.stdout.readline()
        assert line.isascii()
        answer: Json = json.loads(line)
        assert answer.pop("jsonrpc") == "2.0"
        return answer

    def ask(self, method: str, **params: object) -> Json:
        self.send(json.dumps({"jsonrpc": "2.0", "id": 1, "method": method, "params": params}).encode())
        answer = self.read()
        assert answer["id"] == 1
        return answer

    def call(self, tool: str, **arguments: object) -> Json:
        """The document in the only text of a tool's answer; the text itself when it is an error."""
        result = self.ask("tools/call", name=tool, arguments=arguments)["result"]
        (item,) = result["content"]
        assert item["type"] == "text"
        document: Json = {"error": item["text"]} if result["isError"] else json.loads(item["text"])
        return document


def run(folder: Path, *arguments: str) -> None:
    subprocess.run(wangqi(*arguments), cwd=folder, env=program_environment(), check=True, capture_output=True)


@contextmanager
def assistant_in(folder: Path, **variables: str) -> Iterator[Assistant]:
    with subprocess.Popen(
        wangqi("mcp"), cwd=folder, env=program_environment(**variables), stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        yield Assistant(process)
        assert process.stdin
        process.stdin.close()
        assert process.wait(30) == 0


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("mcp")
    write_archive(folder / "weekly", 3)
    (folder / "weekly/issue-09.md").write_text(QUOTATION)
    run(folder, "reindex", "weekly")
    return folder


@pytest.fixture(scope="module")
def assistant(folder: Path) -> Iterator[Assistant]:
    with assistant_in(folder, WANGQI_BASE_URL="https://weekly.example/past") as assistant:
        yield assistant


@pytest.mark.parametrize(("asked", "spoken"), [("2024-11-05", "2024-11-05"), ("1999-01-01", "2025-11-25")])
def test_it_speaks_the_version_that_is_asked_for(assistant: Assistant, asked: str, spoken: str) -> None:
    result = assistant.ask("initialize", protocolVersion=asked, capabilities={}, clientInfo={})["result"]
    assert (result["protocolVersion"], list(result["capabilities"])) == (spoken, ["tools"])
    assistant.send(b'{"jsonrpc": "2.0", "method": "notifications/initialized"}')  # which gets no answer
    assert assistant.ask("ping")["result"] == {}


def test_there_are_two_tools_of_one_text_each(assistant: Assistant) -> None:
    tools = assistant.ask("tools/list")["result"]["tools"]
    assert [(tool["name"], tool["inputSchema"]["required"]) for tool in tools] == [
        ("search", ["query"]),
        ("fetch", ["id"]),
    ]


def test_what_search_finds_can_be_fetched(assistant: Assistant) -> None:
    found = assistant.call("search", query="Tool2a 说明")
    first = found["results"][0]
    assert (first["title"], first["partial"], found["total"]) == ("Tool2a", False, 1)
    assert first["url"].startswith("https://weekly.example/past/entries/")
    fetched = assistant.call("fetch", id=first["id"])
    assert fetched.pop("metadata") == {
        "link": "https://tool2a.example/",
        "kind": "tool",
        "section": "工具",
        "archive": "weekly",
        "issue": "第 2 期",
        "date": None,
    }
    assert fetched == {"id": first["id"], "title": "Tool2a", "url": first["url"], "text": "Tool2a 的说明。"}


def test_every_kind_of_result_can_be_fetched(assistant: Assistant) -> None:
    results = [
        result
        for query in ("第 2 期", "时间的颜色", "青铜周刊")
        for result in assistant.call("search", query=query)["results"]
    ]
    assert {result["kind"] for result in results} >= {"issue", "quote"}
    for result in results:
        assert assistant.call("fetch", id=result["id"])["id"] == result["id"]
        assert result["title"]


@pytest.mark.parametrize("query", ["", "！！！", "xyzabcq", "\ud800", "a" * 5000, "kind:", '"', "\0"])
def test_whatever_is_asked_is_answered(assistant: Assistant, query: str) -> None:
    answer = assistant.call("search", query=query)
    assert "error" in answer or answer["results"] is not None


def test_what_cannot_be_done_is_said(assistant: Assistant) -> None:
    assert "no entry has this id" in assistant.call("fetch", id="nothing")["error"]
    for params in ({"name": "erase"}, {}, {"name": "search"}, {"name": "search", "arguments": {"query": 1}}):
        assert assistant.ask("tools/call", **params)["error"]["code"] == -32602
    assert assistant.ask("resources/list")["error"]["code"] == -32601


@pytest.mark.parametrize(
    ("line", "code"),
    [
        (b"{", -32700),
        (b"\xff", -32700),
        (b"[" * 100_000, -32700),
        (b'"' + b"a" * 2_000_000 + b'"', -32700),
        (b"[]", -32600),
        (b"1", -32600),
        (b'{"id": 1}', -32600),
        (b'{"id": {}, "method": "ping"}', -32600),
        (b'{"id": 1, "method": "ping", "params": []}', -32602),
    ],
    ids=range(9),
)
def test_a_line_that_is_no_request_is_refused_and_the_next_one_answered(
    assistant: Assistant, line: bytes, code: int
) -> None:
    assistant.send(line)
    assert assistant.read()["error"]["code"] == code
    assert assistant.ask("ping")["result"] == {}


def test_without_an_address_of_the_site_the_link_is_cited(folder: Path) -> None:
    with assistant_in(folder) as assistant:
        assert assistant.call("search", query="Tool2a")["results"][0]["url"] == "https://tool2a.example/"


def test_an_index_that_comes_later_is_followed(tmp_path: Path) -> None:
    write_archive(tmp_path / "weekly", 1)
    with assistant_in(tmp_path) as assistant:
        assert "no index" in assistant.call("search", query="Tool1a")["error"]
        run(tmp_path, "reindex", "weekly")
        until(lambda: assistant.call("search", query="Tool1a").get("total") == 1)
        write_issue(tmp_path / "weekly", 2, "Fresh")
        run(tmp_path, "reindex")
        until(lambda: assistant.call("search", query="Fresh").get("total") == 1)
