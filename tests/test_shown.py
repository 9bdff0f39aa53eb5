"""What comes from elsewhere is shown on a terminal and in a log, and never acts there."""

import ast
import contextlib
import json
import logging
import os
import re
import socket
import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from newsletters import issue_text
from real_server import serving
from running import DEADLINE_S, HOST, ROOT, program_environment, wangqi

from wangqi.web.cli.logs import PER_MINUTE, Bounded, ShownRecord
from wangqi.web.cli.program import MODULES, main
from wangqi.web.cli.shown import escaped_in_json, shown, shown_in_line

EVIL = "\x1b]0;owned\x07\x9b31m\x7f\u202eexe\u2066"
"""Sets the title of the window, turns to red, deletes, and reads backwards."""

FORBIDDEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2028\u2029\u2066-\u2069\ud800-\udfff]"
)


@given(st.text(st.characters() | st.sampled_from(EVIL + "\n\t\ud800\udcff\u2028")))
def test_nothing_of_a_text_acts_and_nothing_else_of_it_is_lost(text: str) -> None:
    assert not FORBIDDEN.search(shown(text))
    assert not re.search("[\n\t]", shown_in_line(text))
    harmless = FORBIDDEN.sub("", text)
    assert shown(harmless) == harmless
    document = json.dumps([text], ensure_ascii=False)
    assert not FORBIDDEN.search(escaped_in_json(document))
    assert json.loads(escaped_in_json(document)) == [re.sub("[\ud800-\udfff]", lambda lone: shown(lone[0]), text)]


def test_bytes_of_a_name_that_are_no_utf8_are_written_out_in_json() -> None:
    document = json.dumps({"path": os.fsdecode(b"\xb5\xda.md")}, ensure_ascii=False)
    assert escaped_in_json(document) == r'{"path": "\\xb5\\xda.md"}'


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("\x1b[31m红\x1b[0m", "␛[31m红␛[0m"),
        ("a\rb\x7f", "a␍b␡"),
        ("\x9b31m", "\\x9b31m"),
        ("\u202egnp", "\\u202egnp"),
        (os.fsdecode(b"\xb5\xda.md"), "\\xb5\\xda.md"),  # a name in GBK
        ("一\n\t二", "一\n\t二"),
        ("👨‍👩‍👧", "👨‍👩‍👧"),  # joined by U+200D
    ],
)
def test_control_characters_are_shown(text: str, expected: str) -> None:
    assert shown(text) == expected


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A site whose archive, index and notes hold what acts on a terminal, wherever it can stand."""
    folder = tmp_path_factory.mktemp("site")
    archive = folder / "weekly"
    archive.mkdir()
    title = "".join(f"\\u{ord(char):04x}" for char in EVIL)
    front = f'---\ntitle: "{title} 第 1 期"\ndate: 明天\n---\n'
    text = (
        front + f"\n## &#x202e;工具\n\n1、[镜&#x202e;子](https://mirror.example/&#x202e;)\n\n一面镜子{EVIL}&#x2066;。\n"
    )
    for name in (f"a{EVIL}", "b\nwangqi: all is well"):
        (archive / f"{name}.md").write_text(text, encoding="utf-8")
    (archive / f"link{EVIL}.md").symlink_to("nowhere")
    Path(os.fsdecode(os.fsencode(archive) + b"/\xb5\xda.md")).write_bytes(b"\xff")
    (archive / "issue-02.md").write_text(issue_text(2, "Mirror"), encoding="utf-8")
    missed = {"at": "2024-05-01T10:00:00Z", "q": f"量子{EVIL}\n"}
    (folder / ".wangqi").mkdir()
    (folder / ".wangqi/misses.jsonl").write_text(json.dumps(missed) + "\n", encoding="utf-8")
    target = {"archive": "weekly", "file": f"x{EVIL}", "line": 1}
    judgments = {"query": f"镜子{EVIL}", "kind": f"keywords{EVIL}", "targets": [target]}
    (folder / "judgments.jsonl").write_text(json.dumps(judgments) + "\n", encoding="utf-8")
    (folder / "wangqi.toml").write_text('[archives]\nweekly = "weekly"\n', encoding="utf-8")
    run(folder, "reindex")
    return folder


def run(folder: Path, *arguments: str) -> str:
    """All that a command prints, which must be text."""
    if arguments[0] == "serve":  # starts others, which print by themselves
        command = wangqi(*arguments)
        done = subprocess.run(command, cwd=folder, env=program_environment(), check=False, capture_output=True)
        return (done.stdout + done.stderr).decode()
    with contextlib.chdir(folder):
        result = CliRunner().invoke(main, arguments)
    assert isinstance(result.exception, SystemExit | None), result.exception
    return result.stdout + result.stderr


HOSTILE_FILE = f"weekly/a{EVIL}.md"
ARGUMENTS: dict[str, list[tuple[str, ...]]] = {
    "analyze": [(EVIL,), (f"图床{EVIL}", "--json")],
    "check": [(HOSTILE_FILE,), (HOSTILE_FILE, "--json"), (f"missing{EVIL}.md",)],
    "evaluate": [("judgments.jsonl",), (f"missing{EVIL}",)],
    "explain": [("镜子",), (f"镜子{EVIL}",), ("镜子", "--json")],
    "mcp": [(f"--{EVIL}",), (EVIL,)],  # what it answers is ASCII (tests/test_mcp.py)
    "misses": [(), ("--json",)],
    "parse": [(HOSTILE_FILE,), (HOSTILE_FILE, "--json")],
    "reindex": [(), ("--full",), ("--full", "--json"), (f"{EVIL}",)],
    "search": [
        ("镜子",),
        (f"镜子{EVIL}",),
        ("镜子", "--format", "json"),
        ("镜子", "--format", "markdown"),
        ("x", f"--{EVIL}"),
    ],
    "serve": [(f"missing{EVIL}",), (f"--{EVIL}",)],
}
"""For commands that say more than they do without any."""


@pytest.mark.parametrize("command", [*MODULES, f"no{EVIL}"])
def test_no_command_prints_a_control_character(command: str, folder: Path) -> None:
    for arguments in ARGUMENTS.get(command, [(), ("--json",)]):
        printed = run(folder, command, *arguments)
        assert printed
        assert not FORBIDDEN.search(printed), (arguments, printed)
        assert "\nwangqi: all is well" not in printed  # a line that the name of a file would forge


def test_what_is_hostile_was_there_to_be_shown(folder: Path) -> None:
    assert "␛]0;owned" in run(folder, "search", "镜子")
    assert "␛]0;owned" in run(folder, "misses")
    assert "␛]0;owned" in run(folder, "reindex", "--full")
    assert "\\xb5" in run(folder, "reindex", "--full") or "\ufffd" in run(folder, "reindex", "--full")


def test_colours_of_a_terminal_are_the_program_s_own(folder: Path) -> None:
    printed = CliRunner().invoke(main, ["search", "--index", str(folder / ".wangqi"), "镜子"], color=True).stdout
    own = re.compile("\x1b\\[(?:0|1|2|33)m")
    assert own.search(printed)
    assert not FORBIDDEN.search(own.sub("", printed))


def test_there_is_one_way_to_print() -> None:
    for path in sorted((ROOT / "web/cli").glob("*.py")):
        calls = [node.func for node in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(node, ast.Call)]
        names = {ast.unparse(each) for each in calls} & {"click.echo", "click.secho", "print", "sys.stdout.write"}
        assert not names or path.name == "shared.py", path


def test_requests_that_are_none_neither_act_in_the_log_nor_fill_it(folder: Path) -> None:
    requests = [
        b"GET /\x1b]0;owned\x07 HTTP/1.1\r\n\r\n", b"\x1b[31mGET / HTTP/1.1\r\n\r\n", b"GET / HTTP/\xc2\x9b1\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: x\r\nA\x1b[31m: b\r\n\r\n", b"GET /%1b]0;owned%07 HTTP/1.1\r\nHost: \x1b[31m\r\n\r\n",
        b"GET /?q=a\r\n\x1b[2J: x\r\n\r\n", b"\n\nwangqi: all is well\n\n\r\n\r\n",
    ]  # fmt: skip
    with serving(folder / ".wangqi", workers=1) as server:
        for number in range(200):
            with socket.create_connection((HOST, server.port), timeout=DEADLINE_S) as client:
                client.sendall(requests[number % len(requests)])
                client.recv(65536)
        written = server.log.read_bytes().decode()
    assert not FORBIDDEN.search(written)
    assert "\nwangqi: all is well" not in written
    assert written.count("\n") < 2 * PER_MINUTE + 20


def logged(count: int, seconds: list[float]) -> list[str]:
    """What comes of so many warnings at each of some times."""
    lines: list[str] = []

    class Lines(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            lines.append(record.getMessage())

    now = 0.0
    logger, handler, bound = logging.getLogger("wangqi.test"), Lines(), Bounded(lambda: now)
    logger.addHandler(handler)
    logger.addFilter(bound)
    try:
        for now in seconds:  # noqa: B007  the clock
            for number in range(count):
                logger.warning("bad %d", number)
    finally:
        logger.removeHandler(handler)
        logger.removeFilter(bound)
    return lines


def test_a_flood_of_lines_is_bounded_and_what_is_left_out_is_counted() -> None:
    assert len(logged(PER_MINUTE, [0.0])) == PER_MINUTE
    lines = logged(10_000, [0.0, 30.0, 61.0])
    assert len(lines) == 2 * PER_MINUTE + 3
    assert "more are left out" in lines[PER_MINUTE]
    assert lines[PER_MINUTE + 1] == f"{20_000 - PER_MINUTE} more like the last were left out"


def test_a_trace_in_the_log_is_shown_too() -> None:
    try:
        raise ValueError(EVIL)
    except ValueError as error:
        info = (ValueError, error, error.__traceback__)
    record = ShownRecord("x", logging.ERROR, "x.py", 1, "at %s", (f"/{EVIL}\n",), info)
    written = logging.Formatter().format(record)
    assert not FORBIDDEN.search(written)
    assert "at /␛]0;owned" in written
    assert "ValueError: ␛]0;owned" in written
