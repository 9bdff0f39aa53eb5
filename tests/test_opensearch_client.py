"""Calls to a cluster, before nodes on the loopback that are silent, slow, full or no OpenSearch at all."""

import json
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from loopback_node import (
    ANOTHER_AUTHORITY,
    CERTIFICATE,
    Asked,
    Behaviour,
    LoopbackNode,
    Reply,
    always,
    frozen,
    in_turn,
    proxy_to,
)
from running import HOST, free_port, program_environment, run_python, wangqi

from wangqi.search import budget
from wangqi.search.errors import (
    ConfigError,
    EngineAwayError,
    EngineDeniedError,
    EngineFullError,
    EngineRefusedError,
)
from wangqi.search.opensearch_engine import client as client_module
from wangqi.search.opensearch_engine.access import read_access
from wangqi.search.opensearch_engine.client import WHO_ARE_YOU, Client, Search, connect
from wangqi.search.opensearch_engine.deadline import Deadline
from wangqi.search.opensearch_engine.query.asking import AskedIndex

SOON = 0.3
DOCUMENT = {"_id": "1", "found": True}


def within(seconds: float = 20.0, each_s: float = 5.0) -> Deadline:
    return Deadline.after(seconds, each_s=each_s)


Start = Callable[..., LoopbackNode]


@pytest.fixture
def start() -> Iterator[Start]:
    """Starts a node that behaves so; ended with the test."""
    with ExitStack() as nodes:
        yield lambda behaviour, **options: nodes.enter_context(LoopbackNode(behaviour, **options))


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nodes have less time to say who they are."""
    monkeypatch.setattr(client_module, "LOOK_S", SOON / 2)


def error(status: int, kind: str, reason: str = "") -> Behaviour:
    return always({"error": {"type": kind, "reason": reason}, "status": status}, status)


def client_of(*urls: str) -> Client:
    return connect(read_access(",".join(urls)))


def nobody() -> str:
    return f"http://{HOST}:{free_port()}"


def times(seen: float, started: float) -> None:
    assert time.monotonic() - started < seen


# Addresses


@pytest.mark.parametrize(
    ("written", "urls", "user", "password"),
    [
        ("http://a:9200", ("http://a:9200",), "", ""),
        ("http://a:9200,http://b:9200", ("http://a:9200", "http://b:9200"), "", ""),
        (" http://a:9200/ , http://b:9200\n", ("http://a:9200", "http://b:9200"), "", ""),
        ("http://a:9200 http://a:9200", ("http://a:9200",), "", ""),
        ("https://search.example.org/cluster/", ("https://search.example.org/cluster",), "", ""),
        ("https://wang:qi@a:9200,https://b:9200", ("https://a:9200", "https://b:9200"), "wang", "qi"),
        ("https://wang:%E5%BE%80%3A@a", ("https://a",), "wang", "往:"),  # as addresses write what is not ASCII
        ("http://[::1]:9200", ("http://[::1]:9200",), "", ""),
    ],
)
def test_addresses_are_read_as_people_write_them(written: str, urls: tuple[str, ...], user: str, password: str) -> None:
    access = read_access(written)
    assert (access.urls, access.user, access.password) == (urls, user, password)


@pytest.mark.parametrize("written", ["", " , ", "a:9200", "ftp://a", "http://", "http://a:many", "http://a?pretty"])
def test_what_is_no_address_is_an_error_that_says_how_to_write_one(written: str) -> None:
    with pytest.raises(ConfigError, match="OPENSEARCH_URL="):
        read_access(written)


def test_a_password_is_shown_nowhere() -> None:
    access = read_access("http://wang:geheim@a")
    assert "geheim" not in repr(access)
    with pytest.raises(ConfigError) as told:
        read_access("http://wang:geheim@a:port")
    assert "geheim" not in str(told.value)


# One call


def test_a_call_sends_json_and_reads_json(start: Start) -> None:
    node = start(always(DOCUMENT))
    assert client_of(node.url).call("PUT", "/weekly/_doc/1", {"q": "图床"}, deadline=within()) == DOCUMENT
    (asked,) = node.asked
    assert (asked.method, json.loads(asked.body), asked.headers["Content-Type"]) == (
        "PUT",
        {"q": "图床"},
        "application/json",
    )


def test_a_call_without_a_body_sends_none(start: Start) -> None:
    node = start(always(DOCUMENT))
    client_of(node.url).call("GET", "/", deadline=within())
    assert node.asked[0].body == b""


def test_nodes_are_asked_in_turn(start: Start) -> None:
    nodes = [start(always(DOCUMENT)) for _ in range(3)]
    client = client_of(*(node.url for node in nodes))
    for _ in range(9):
        client.call("GET", "/", deadline=within())
    assert [len(node.asked) for node in nodes] == [3, 3, 3]


@pytest.mark.parametrize(
    "behaviour",
    [
        frozen,
        lambda asked: Reply(body=json.dumps(DOCUMENT).encode(), pause_s=0.1),  # each byte in time, the whole too late
        lambda asked: Reply(body=b"<html>Please log in</html>"),
        lambda asked: Reply(body=b'["a list"]'),
        lambda asked: Reply(body=b'{"took":'),
        lambda asked: Reply(302, b"", {"Location": "http://127.0.0.1:1/login"}),
        lambda asked: Reply(502, b"<html>Bad Gateway</html>"),
        lambda asked: Reply(headers={"Content-Length": "100", "Connection": "close"}),  # hangs up in the middle
        error(503, "cluster_manager_not_discovered_exception"),
        error(503, "cluster_block_exception", "blocked by: [SERVICE_UNAVAILABLE/1/state not recovered / initialized];"),
        error(429, "circuit_breaking_exception", "[parent] Data too large"),
        error(500, "node_closed_exception"),
    ],
)
def test_where_a_node_gives_no_answer_the_next_one_does(start: Start, behaviour: Behaviour) -> None:
    broken, good = start(behaviour), start(always(DOCUMENT))
    client = client_of(broken.url, good.url)
    for _ in range(2):
        assert client.call("GET", "/", deadline=within(each_s=SOON)) == DOCUMENT
    assert broken.asked


def test_where_nothing_listens_the_next_node_answers(start: Start) -> None:
    client = client_of(nobody(), start(always(DOCUMENT)).url, nobody())
    for _ in range(3):
        assert client.call("GET", "/", deadline=within()) == DOCUMENT


def test_a_node_that_fell_silent_is_left_alone_after_one_call(start: Start) -> None:
    silent, good = start(frozen), start(always(DOCUMENT))
    client = client_of(silent.url, good.url)
    started = time.monotonic()
    for _ in range(20):
        client.call("GET", "/", deadline=within(each_s=SOON))
    assert [asked.path for asked in silent.asked] == ["/", WHO_ARE_YOU]
    times(4 * SOON, started)


def test_while_a_node_is_silent_searches_use_copies_on_others(start: Start) -> None:
    def answer(asked: Asked) -> Reply:
        return always({"nodes": {"id-of-good": {}}} if asked.path == WHO_ARE_YOU else {"responses": [{}]})(asked)

    silent, good = start(frozen), start(answer)
    client = client_of(silent.url, good.url)
    for _ in range(2):
        client.msearch([({"index": "a", "preference": "_local"}, {})], deadline=within(each_s=SOON))
    asked = [json.loads(asked.body.splitlines()[0]) for asked in good.asked if asked.body]
    assert [header["preference"] for header in asked] == ["_prefer_nodes:id-of-good"] * 2


def test_a_search_that_waits_for_another_node_makes_no_node_silent(start: Start) -> None:
    """As when a node is frozen that holds shards and is not among the addresses."""

    def answer(asked: Asked) -> Reply:
        return always({"nodes": {"a": {}}})(asked) if asked.path == WHO_ARE_YOU else frozen(asked)

    nodes = [start(answer), start(answer)]
    client = client_of(*(node.url for node in nodes))
    with pytest.raises(EngineAwayError, match="no answer within"):
        client.msearch([({}, {})], deadline=within(each_s=SOON))
    with pytest.raises(EngineAwayError):
        client.msearch([({}, {})], deadline=within(each_s=SOON))
    assert not any(b"preference" in asked.body for node in nodes for asked in node.asked)


def test_a_node_that_answers_again_is_asked_again(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("wangqi.search.opensearch_engine.nodes.SILENT_S", 0.1)
    broken = Reply(headers={"Content-Length": "9", "Connection": "close"})
    starting = start(in_turn(broken, broken, Reply()))
    client = client_of(starting.url, start(always({})).url)
    for _ in range(4):
        client.call("GET", "/", deadline=within())
    assert len(starting.asked) == 2
    time.sleep(0.15)
    for _ in range(6):
        client.call("GET", "/", deadline=within())
    assert [asked.path for asked in starting.asked[2:]] == [WHO_ARE_YOU] + ["/"] * 3


def test_a_connection_that_was_cut_while_idle_is_no_failure_of_a_single_node(start: Start) -> None:
    cut = Reply(headers={"Content-Length": "9", "Connection": "close"})
    node = start(in_turn(cut, Reply()))
    assert client_of(node.url).call("GET", "/", deadline=within()) == {}


# No answer at all


def test_that_nobody_answers_says_who_was_asked_and_what_to_do() -> None:
    urls = nobody(), nobody()
    with pytest.raises(EngineAwayError) as told:
        client_of(*urls).call("GET", "/", deadline=within())
    message = str(told.value)
    assert all(f"{url}: Connection refused" in message for url in urls)
    assert "OPENSEARCH_URL" in message


def test_an_unknown_name_is_said(start: Start) -> None:
    with pytest.raises(EngineAwayError, match=r"node\.invalid"):
        client_of("http://node.invalid:9200").call("GET", "/", deadline=within())


def test_all_calls_of_a_search_share_one_deadline(start: Start) -> None:
    client = client_of(*(start(frozen).url for _ in range(3)))
    started = time.monotonic()
    deadline = within(4 * SOON, each_s=2 * SOON)
    with pytest.raises(EngineAwayError, match=r"does not answer within 1\.2 s \(http.*no answer within 0\.6 s"):
        client.call("GET", "/", deadline=deadline)
    with pytest.raises(EngineAwayError, match="no time left"):
        client.call("GET", "/", deadline=deadline)
    times(6 * SOON, started)


def stops_in_the_middle(asked: Asked) -> Reply:
    """As a node that freezes while it sends, what it had to say late enough."""
    asked.closing.wait(3.6 * SOON)
    return Reply(body=b"{" * 3, headers={"Content-Length": "100"}, pause_s=8 * SOON)


@pytest.mark.parametrize("behaviour", [frozen, stops_in_the_middle])
def test_a_deadline_holds_in_total_looking_around_included(start: Start, behaviour: Behaviour) -> None:
    client = client_of(*(start(behaviour).url for _ in range(3)))
    started = time.monotonic()
    with pytest.raises(EngineAwayError):
        client.call("GET", "/", deadline=within(6 * SOON, each_s=4 * SOON))
    times(7 * SOON, started)


def test_a_deadline_counts_from_when_the_work_began(start: Start) -> None:
    deadline = Deadline.after(5, began=time.monotonic() - 6)
    with pytest.raises(EngineAwayError, match="within 5 s"):
        client_of(start(always({})).url).call("GET", "/", deadline=deadline)


# Refusals


@pytest.mark.parametrize("status", [400, 404, 409])
def test_a_refusal_tells_status_and_kind_and_no_other_node_is_asked(start: Start, status: int) -> None:
    nodes = [start(error(status, "some_exception", "no such index [wangqi]")) for _ in range(2)]
    with pytest.raises(EngineRefusedError, match=rf"{status} some_exception: no such index") as told:
        client_of(*(node.url for node in nodes)).call("GET", "/", deadline=within())
    assert (told.value.status, told.value.kind) == (status, "some_exception")
    assert sum(len(node.asked) for node in nodes) == 1


def test_of_a_search_that_failed_on_its_shards_the_cause_is_told(start: Start) -> None:
    shards = [{"shard": 0, "reason": {"type": "script_exception", "reason": "runtime error"}}]
    failed = {"type": "search_phase_execution_exception", "reason": "all shards failed", "failed_shards": shards}
    with pytest.raises(EngineRefusedError, match="400 script_exception: runtime error"):
        client_of(start(always({"error": failed}, 400)).url).call("GET", "/", deadline=within())


@pytest.mark.parametrize(
    ("status", "kind", "reason"),
    [
        (
            429,
            "cluster_block_exception",
            "index [a] blocked by: [TOO_MANY_REQUESTS/12/disk usage exceeded flood-stage watermark, …];",
        ),
        (403, "index_create_block_exception", "blocked by: [FORBIDDEN/10/cluster create-index blocked (api)];"),
    ],
)
def test_full_disks_are_said(start: Start, status: int, kind: str, reason: str) -> None:
    with pytest.raises(EngineFullError, match="make room on its nodes"):
        client_of(start(error(status, kind, reason)).url).call("PUT", "/a", deadline=within())


def test_an_index_that_may_not_be_written_to_is_no_full_disk(start: Start) -> None:
    node = start(error(403, "cluster_block_exception", "index [a] blocked by: [FORBIDDEN/8/index write (api)];"))
    with pytest.raises(EngineRefusedError):
        client_of(node.url).call("PUT", "/a/_doc/1", {}, deadline=within())


# Passwords and certificates, before a proxy as the security plug-in is one


@pytest.fixture
def guarded(start: Start) -> LoopbackNode:
    return start(proxy_to(start(always(DOCUMENT)).url, user="wang", password="往期"), tls=True)


def guarded_url(node: LoopbackNode, user: str) -> str:
    return node.url.replace("://", f"://{user}@")


def test_password_and_certificate_open_a_guarded_cluster(guarded: LoopbackNode) -> None:
    access = read_access(guarded.url, user="wang", password="往期", ca_certificate=CERTIFICATE)
    assert connect(access).call("GET", "/", deadline=within()) == DOCUMENT


@pytest.mark.parametrize("user", ["", "wang:else", "else:%E5%BE%80%E6%9C%9F"])
def test_a_wrong_password_is_said_and_not_shown(guarded: LoopbackNode, user: str) -> None:
    access = read_access(guarded_url(guarded, user) if user else guarded.url, ca_certificate=CERTIFICATE)
    with pytest.raises(EngineDeniedError, match="does not let us in") as told:
        connect(access).call("GET", "/", deadline=within())
    assert "else" not in str(told.value)
    assert len(guarded.asked) == 1  # another node has the same passwords, and many wrong ones lock a user out


def test_a_user_who_may_not_do_this_is_told_so(start: Start) -> None:
    node = start(error(403, "security_exception", "no permissions for [indices:admin/create]"))
    with pytest.raises(EngineDeniedError, match=r"no permissions for \[indices:admin/create\]"):
        client_of(node.url).call("PUT", "/a", deadline=within())


@pytest.mark.parametrize("authority", [None, ANOTHER_AUTHORITY])
def test_a_certificate_that_nobody_vouches_for_gets_no_password(guarded: LoopbackNode, authority: Path | None) -> None:
    access = read_access(guarded.url, user="wang", password="往期", ca_certificate=authority)
    with pytest.raises(EngineAwayError, match="certificate verify failed"):
        connect(access).call("GET", "/", deadline=within())
    assert guarded.asked == []


def test_tls_where_there_is_none_is_an_error_that_says_so(start: Start) -> None:
    node = start(always({}))
    with pytest.raises(EngineAwayError, match=r"https://.*(?i:ssl|version|record)"):
        client_of(node.url.replace("http:", "https:")).call("GET", "/", deadline=within())


@pytest.mark.parametrize("content", [None, "no certificate"])
def test_a_certificate_that_cannot_be_read_is_an_error_of_the_settings(tmp_path: Path, content: str | None) -> None:
    path = tmp_path / "ca.pem"
    if content:
        path.write_text(content)
    with pytest.raises(ConfigError, match=r"ca\.pem"):
        connect(read_access("https://a", ca_certificate=path))


# Several searches in one call


def test_searches_are_asked_in_one_call_and_never_answered_in_part(start: Start) -> None:
    node = start(always({"responses": [{"took": 1}, {"took": 2}]}))
    searches: list[Search] = [({"index": "a"}, {"query": {}}), ({"index": "a", "routing": "b"}, {"size": 0})]
    assert client_of(node.url).msearch(searches, deadline=within()) == [{"took": 1}, {"took": 2}]
    headers = [json.loads(line) for line in node.asked[0].body.splitlines()[::2]]
    assert [header["allow_partial_search_results"] for header in headers] == [False, False]


def test_a_search_that_lost_a_shard_is_no_answer(start: Start) -> None:
    lost = {"status": 503, "error": {"type": "search_phase_execution_exception", "reason": "Search rejected"}}
    node = start(always({"responses": [{"took": 1}, lost]}))
    with pytest.raises(EngineAwayError, match="Search rejected"):
        client_of(node.url).msearch([({}, {})] * 2, deadline=within())


def test_json_of_something_else_is_no_answer_to_a_search(start: Start) -> None:
    with pytest.raises(EngineAwayError, match="no responses in"):
        client_of(start(always({"ok": True})).url).msearch([({}, {})], deadline=within())


# Who waits


def test_only_where_a_visitor_waits_an_answer_must_come_soon(start: Start) -> None:
    def slow(asked: Asked) -> Reply:
        time.sleep(2 * SOON)
        return always({"responses": [DOCUMENT]})(asked)

    index = AskedIndex(client_of(start(slow).url), "weekly", call_s=SOON, search_s=SOON)
    assert index.ask({}) == DOCUMENT  # as in a reindex
    with budget.limited_to(1.0), pytest.raises(EngineAwayError, match=r"within 0\.3 s"):
        index.ask({})


# Processes


def test_a_process_that_was_forked_has_connections_of_its_own(start: Start) -> None:
    node = start(lambda asked: Reply(body=json.dumps({"path": asked.path}).encode(), pause_s=0.01))
    code = (
        "import os\n"
        "from wangqi.search.opensearch_engine.access import read_access\n"
        "from wangqi.search.opensearch_engine.client import connect\n"
        "from wangqi.search.opensearch_engine.deadline import Deadline\n"
        f"client = connect(read_access('{node.url}'))\n"
        "client.call('GET', '/before', deadline=Deadline.after(5))\n"
        "child = os.fork()\n"
        "print(client.call('GET', f'/{bool(child)}', deadline=Deadline.after(5)) == {'path': f'/{bool(child)}'})\n"
        "child and os.wait()"
    )
    assert run_python(code).stdout.split() == ["True", "True"]


def test_nothing_of_this_is_loaded_before_a_cluster_is_named() -> None:
    code = "import sys, web.cli.composition, search.opensearch_engine.client; print('urllib3' in sys.modules)"
    assert run_python(code).stdout.strip() == "False"


def test_that_urllib3_is_missing_says_what_to_install() -> None:
    code = (
        "import sys; sys.modules['urllib3'] = None\n"
        "from wangqi.search.opensearch_engine.access import read_access\n"
        "from wangqi.search.opensearch_engine.client import connect\n"
        "connect(read_access('http://a'))"
    )
    assert "pip install 'wangqi[opensearch]'" in run_python(code).stderr


def test_the_command_line_says_that_the_cluster_is_away(archive: Path, tmp_path: Path) -> None:
    away = {"WANGQI_ENGINE": "opensearch", "OPENSEARCH_URL": nobody()}
    for command in ("reindex", "serve"):
        done = subprocess.run(
            wangqi(command, "--index", str(tmp_path / "index"), f"weekly={archive}"),
            env=program_environment(**away),
            capture_output=True,
            text=True,
            check=False,
        )
        assert (done.returncode, done.stdout) == (5, "")
        assert f"{away['OPENSEARCH_URL']}: Connection refused" in done.stderr
