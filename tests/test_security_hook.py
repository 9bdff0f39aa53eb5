"""The hook: who knows the secret starts a pull and a reindex in a process of its own; nobody else starts anything."""

import hmac
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from newsletters import git, write_archive, write_issue
from real_server import RealServer, serving
from running import HOST, ROOT, program_environment, until
from sample_site import example_texts, make_site

from wangqi.search.errors import ConfigError
from wangqi.web.api.deliveries import REMEMBERED_S, Deliveries
from wangqi.web.api.hook import MAX_BODY_BYTES, Hook, read_secret
from wangqi.web.cli.update import Updates, in_line
from wangqi.web.site.routes import HOOK

SECRET = "一个足够长的秘密-0123456789"
BODY = '{"ref": "refs/heads/main", "say": "新一期"}'.encode()


def signature(body: bytes = BODY, secret: str = SECRET) -> str:
    return "sha256=" + hmac.new(secret.encode(), body, "sha256").hexdigest()


@pytest.fixture
def started() -> list[str]:
    return []


@pytest.fixture
def client(tmp_path: Path, started: list[str]) -> FlaskClient:
    hook = Hook("ascii-secret-0123456789", lambda: started.append("reindex"))
    return make_site(example_texts(), tmp_path, hook=hook).test_client()


KNOWN = "ascii-secret-0123456789"


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"X-Hub-Signature-256": signature(secret=KNOWN)}, 202),
        ({"X-Gitlab-Token": KNOWN}, 202),
        ({"X-Gitee-Token": KNOWN}, 202),
        ({}, 403),
        ({"X-Hub-Signature-256": ""}, 403),
        ({"X-Hub-Signature-256": "sha256="}, 403),
        ({"X-Hub-Signature-256": signature(secret="another")}, 403),
        ({"X-Hub-Signature-256": signature(BODY + b" ", KNOWN)}, 403),
        ({"X-Hub-Signature-256": signature(secret=KNOWN).upper()}, 403),
        ({"X-Hub-Signature-256": signature(secret=KNOWN).removeprefix("sha256=")}, 403),
        ({"X-Hub-Signature": "sha1=" + hmac.new(KNOWN.encode(), BODY, "sha1").hexdigest()}, 403),
        ({"X-Gitlab-Token": KNOWN[:-1]}, 403),
        ({"X-Gitlab-Token": "\xff"}, 403),
        ({"Authorization": f"Bearer {KNOWN}"}, 403),
    ],
)
def test_only_who_knows_the_secret_starts_a_reindex(
    client: FlaskClient, started: list[str], headers: dict[str, str], status: int
) -> None:
    answer = client.post(HOOK, data=BODY, headers=headers)
    assert answer.status_code == status
    assert bool(started) == (status == 202)
    assert (answer.content_type == "application/problem+json") == (status == 403)
    assert "Access-Control-Allow-Origin" not in answer.headers


def test_body_that_is_too_large_is_not_read(client: FlaskClient, started: list[str]) -> None:
    body = b"x" * (MAX_BODY_BYTES + 1)
    assert client.post(HOOK, data=body, headers={"X-Hub-Signature-256": signature(body, KNOWN)}).status_code == 413
    assert client.get(HOOK).status_code == 405
    assert started == []


REPEATED = [
    ({"X-GitHub-Delivery": "7"}, {"X-GitHub-Delivery": "7"}, False),
    ({"X-Gitea-Delivery": "7"}, {"X-Gitea-Delivery": "7"}, False),
    ({"X-Gitlab-Event-UUID": "7"}, {"X-Gitlab-Event-UUID": "7"}, False),
    ({"X-GitHub-Delivery": "7"}, {"X-GitHub-Delivery": "8"}, True),
    ({}, {}, True),  # a script with the token, which names nothing
]


@pytest.mark.parametrize(("first", "second", "is_news"), REPEATED)
def test_delivery_that_comes_again_starts_nothing(
    client: FlaskClient, started: list[str], first: dict[str, str], second: dict[str, str], is_news: bool
) -> None:
    answers = [client.post(HOOK, data=BODY, headers={"X-Gitlab-Token": KNOWN} | each) for each in (first, second)]
    assert [answer.status_code for answer in answers] == [202, 202]
    assert answers[1].get_json() == {"status": "accepted" if is_news else "repeated"}
    assert len(started) == 1 + is_news


def test_signed_delivery_is_known_by_its_signature_whatever_it_is_called(
    client: FlaskClient, started: list[str]
) -> None:
    for name in "789":
        headers = {"X-Hub-Signature-256": signature(secret=KNOWN), "X-GitHub-Delivery": name}
        assert client.post(HOOK, data=BODY, headers=headers).status_code == 202
    assert started == ["reindex"]


def test_who_does_not_know_the_secret_makes_no_delivery_known(client: FlaskClient, started: list[str]) -> None:
    client.post(HOOK, data=BODY, headers={"X-Gitlab-Token": "guessed", "X-GitHub-Delivery": "7"})
    client.post(HOOK, data=BODY, headers={"X-Gitlab-Token": KNOWN, "X-GitHub-Delivery": "7"})
    assert started == ["reindex"]


def test_delivery_is_forgotten_after_a_while() -> None:
    now = [1000.0]
    heard = Deliveries(clock=lambda: now[0])
    assert [heard.is_repeated(["a", "b"]), heard.is_repeated(["b"]), heard.is_repeated(["c"])] == [False, True, False]
    now[0] += REMEMBERED_S
    assert not heard.is_repeated(["a"])


def children() -> set[str]:
    return set(Path(f"/proc/self/task/{os.getpid()}/children").read_text().split())


def test_no_process_is_started_while_another_waits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    archive, before = write_archive(tmp_path / "weekly", 1), children()
    updates = [Updates((f"weekly={archive}",), str(tmp_path / "index"), tmp_path / "index") for _ in range(2)]
    with in_line(tmp_path / "index") as is_needed:
        assert is_needed
        for each in updates * 5:  # as if two processes were asked five times
            each.start()
        assert len(children() - before) == sum(each.running for each in updates) == 1
    until(lambda: not any(each.running for each in updates), "the one that waited does not end")
    assert (tmp_path / "index" / "CURRENT").exists()


def test_without_a_secret_there_is_no_hook(tmp_path: Path) -> None:
    assert make_site(example_texts(), tmp_path).test_client().post(HOOK, data=BODY).status_code == 404


def test_secret_comes_from_a_variable_or_a_file_and_is_not_short(tmp_path: Path) -> None:
    file = tmp_path / "secret"
    file.write_text(f"{SECRET}\n", encoding="utf-8")
    assert read_secret(None, file) == read_secret(SECRET, None) == SECRET
    assert read_secret(None, None) is None
    for value, place in (("short", None), (None, tmp_path / "nowhere")):
        with pytest.raises(ConfigError, match="the secret of the hook"):
            read_secret(value, place)


def test_one_update_works_one_waits_and_the_others_need_not(tmp_path: Path) -> None:
    with in_line(tmp_path) as needed:
        assert needed
        others = [another_update(tmp_path) for _ in range(3)]
        until(lambda: sum(update.poll() is not None for update in others) == 2, "two do not go")
        assert [update.communicate()[0] for update in others if update.poll() is not None] == ["False\n"] * 2
        (waiting,) = [update for update in others if update.poll() is None]
    assert waiting.communicate()[0] == "True\n"


def another_update(index: Path) -> subprocess.Popen[str]:
    """A process that says whether it is needed when it is its turn."""
    imports = "from pathlib import Path; from wangqi.web.cli.update import in_line"
    command = f"{imports}\nwith in_line(Path({str(index)!r})) as is_needed: print(is_needed)"
    return subprocess.Popen(
        [sys.executable, "-c", command], stdout=subprocess.PIPE, text=True, env=program_environment()
    )


@pytest.fixture(scope="module")
def origin(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the author pushes to."""
    folder = write_archive(tmp_path_factory.mktemp("hook") / "origin", 2)
    git(folder, "init", "-q")
    git(folder, "add", ".")
    git(folder, "commit", "-qm", "一")
    return folder


@pytest.fixture(scope="module")
def server(origin: Path) -> Iterator[RealServer]:
    here = origin.parent
    git(here, "clone", "-q", str(origin), "weekly")
    with serving(here / "index", weekly=here / "weekly", environment={"WANGQI_HOOK_SECRET": SECRET}) as server:
        yield server


def push(origin: Path, number: int, title: str) -> None:
    write_issue(origin, number, title)
    git(origin, "add", ".")
    git(origin, "commit", "-qm", title)


def test_what_was_pushed_is_found_after_the_hook(server: RealServer, origin: Path) -> None:
    push(origin, 3, "Fresh3")
    large = BODY + b" " * (MAX_BODY_BYTES - len(BODY))
    assert server.ask(HOOK, "POST", b"{}", X_Hub_Signature_256=signature()).status == 403
    assert server.ask(HOOK, "POST", large, X_Hub_Signature_256=signature(large)).status == 202
    until(lambda: server.ask("/api/v1/search?q=Fresh3").json["total"] == 1, "the new issue is not found")


def test_hooks_that_come_together_are_all_taken_at_once(server: RealServer, origin: Path) -> None:
    statuses: list[int] = []

    def ask() -> None:
        statuses.append(server.ask(HOOK, "POST", BODY, X_Hub_Signature_256=signature()).status)

    push(origin, 4, "Fresh4")
    together = [threading.Thread(target=ask) for _ in range(6)]
    for each in together:
        each.start()
    for each in together:
        each.join()
    assert statuses == [202] * 6
    until(lambda: server.ask("/api/v1/search?q=Fresh4").json["total"] == 1, "the new issue is not found")


def test_hook_reads_no_body_without_a_length_and_none_that_is_too_long(server: RealServer) -> None:
    head = f"POST {HOOK} HTTP/1.1\r\nHost: localhost\r\nX-Hub-Signature-256: {signature()}\r\n"
    for length, status in (
        ("Transfer-Encoding: chunked", b"411"),
        (f"Content-Length: {MAX_BODY_BYTES + 1}", b"413"),
        ("Content-Length: -1", b"400"),
        (f"Content-Length: {'9' * 5000}", b"400"),  # more digits than Python makes a number of
    ):
        assert server.send(f"{head}{length}\r\n\r\nabc".encode()).startswith(b"HTTP/1.1 " + status)
    assert server.ask("/", "POST", BODY, X_Hub_Signature_256=signature()).status == 405


def head_of(server: RealServer, *headers: str) -> socket.socket:
    """A client that has sent the head of a delivery, and none of its megabyte."""
    client = socket.create_connection((HOST, server.port), timeout=10)
    lines = [f"POST {HOOK} HTTP/1.1", "Host: localhost", f"Content-Length: {MAX_BODY_BYTES}", *headers, "", ""]
    client.sendall("\r\n".join(lines).encode())
    return client


@pytest.mark.parametrize("header", ["X: y", "X-Hub-Signature-256: sha256=00", "X-Gitlab-Token: guessed"])
def test_who_shows_neither_signature_nor_token_is_refused_before_the_body(server: RealServer, header: str) -> None:
    with head_of(server, header) as client:
        assert client.recv(65536).startswith(b"HTTP/1.1 403 ")


def test_body_that_is_announced_is_asked_for_where_it_is_read(server: RealServer) -> None:
    with head_of(server, f"X-Hub-Signature-256: {signature()}", "Expect: 100-continue") as client:
        assert client.recv(65536) == b"HTTP/1.1 100 Continue\r\n\r\n"
        client.sendall(b"x" * MAX_BODY_BYTES)
        assert client.recv(65536).startswith(b"HTTP/1.1 403 ")


def test_bodies_that_come_together_take_no_memory(server: RealServer) -> None:
    before = memory_kb(server)
    clients = [head_of(server, f"X-Hub-Signature-256: {signature()}") for _ in range(100)]
    for client in clients:
        client.sendall(b"x" * (MAX_BODY_BYTES - 1))  # and the last byte never comes
    grown = [after / each for after, each in zip(memory_kb(server), before, strict=True)]
    for client in clients:
        client.close()
    assert max(grown) < 1.3, "of a hundred megabytes"


def memory_kb(server: RealServer) -> list[int]:
    """What each process that answers has resident."""
    statuses = [Path(f"/proc/{pid}/status").read_text() for pid in server.workers()]
    return [int(line.split()[1]) for text in statuses for line in text.splitlines() if line.startswith("VmRSS:")]
