"""Searches that found nothing: which are noted, what is kept of them, and what the author reads."""

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner
from sample_site import ANALYZER, example_texts, make_site

from wangqi.search.whoosh_engine import WhooshEngine
from wangqi.web.cli.program import main
from wangqi.web.site.misses import FILE_NAME, Misses, read_misses
from wangqi.web.site.noting import MAX_BYTES

MISSED = "量子打印机 zzqqx"

Ask = Callable[[str], None]


@pytest.fixture
def ask(tmp_path: Path) -> Ask:
    """Asks a site that notes misses in `tmp_path`; each answer is to be a page."""
    (tmp_path / "built").mkdir()
    site = make_site(example_texts(), tmp_path / "built", WhooshEngine(ANALYZER), misses=Misses(tmp_path))
    client = site.test_client()

    def asked(address: str) -> None:
        assert client.get(address).status_code == 200

    return asked


def noted(folder: Path) -> list[str]:
    return [miss.q for miss in read_misses(folder)]


@pytest.mark.parametrize(
    ("address", "is_noted"),
    [
        (f"/search?q={MISSED}", True),
        (f"/api/v1/search?q={MISSED}", True),
        (f"/search?q=++{MISSED.replace(' ', '++')}+", True),  # blanks are nothing
        ("/search?q=图床 zzqqx", True),  # others are shown, but none holds both words
        ("/search?q=图床", False),
        ("/search?q=", False),
        (f"/search?q={MISSED}&kind=book", False),  # a filter leaves out what is there
        ("/search?q=图床 kind:book", False),  # as it does in the box
        (f"/search?q={MISSED}&page=2", False),
        (f"/search.atom?q={MISSED}", False),  # asked again every hour by a program
        (f"/api/v1/suggest?q={MISSED}", False),
        (f"/search?q={'字' * 101}", False),  # pasted
    ],
)
def test_searches_that_no_entry_answers_are_noted(ask: Ask, tmp_path: Path, address: str, is_noted: bool) -> None:
    ask(address)
    assert bool(noted(tmp_path)) == is_noted


def test_nothing_is_kept_but_the_words_and_the_time(ask: Ask, tmp_path: Path) -> None:
    ask(f"/search?q={MISSED}&sort=newest")
    [line] = (tmp_path / FILE_NAME).read_text(encoding="utf-8").splitlines()
    kept = json.loads(line)
    assert kept == {"at": kept["at"], "q": MISSED}
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", kept["at"])
    assert (tmp_path / FILE_NAME).stat().st_mode & 0o077 == 0


def test_nothing_is_noted_by_default(tmp_path: Path) -> None:
    (tmp_path / "built").mkdir()
    make_site(example_texts(), tmp_path / "built").test_client().get(f"/search?q={MISSED}")
    assert [path.name for path in tmp_path.iterdir()] == ["built"]


def write(folder: Path, *lines: tuple[str, str]) -> None:
    """Searches of a day, by their time."""
    text = "".join(json.dumps({"at": f"2024-05-01T{at}Z", "q": q}, ensure_ascii=False) + "\n" for at, q in lines)
    (folder / FILE_NAME).write_text(text, encoding="utf-8")


def test_steps_of_typing_are_no_searches(tmp_path: Path) -> None:
    write(
        tmp_path,
        ("10:00:00", "Kube"),
        ("10:00:01", "kubernet"),
        ("10:00:03", "kubernetix"),
        ("10:00:09", "kubernet"),  # taken back
        ("10:02:00", "kube"),  # long after: someone who means it
        ("10:02:05", "量子"),
    )
    assert noted(tmp_path) == ["量子", "kube", "kubernetix"]


def test_the_most_frequent_come_first(tmp_path: Path) -> None:
    write(tmp_path, ("10:00:00", "Rust 播客"), ("11:00:00", "量子"), ("12:00:00", "rust 播客"))
    [first, second] = read_misses(tmp_path)
    assert (first.q, first.times, first.last) == ("rust 播客", 2, "2024-05-01T12:00:00Z")
    assert (second.q, second.times) == ("量子", 1)


def test_lines_that_are_cut_off_or_of_another_shape_are_passed_over(tmp_path: Path) -> None:
    write(tmp_path, ("10:00:00", "量子"))
    with (tmp_path / FILE_NAME).open("ab") as file:
        file.write(b'{"at":"2024-05\n[]\n{"at": 3, "q": 4}\n{"at": "2024-05-01", "q": "x"}\n\xff\n')
    assert noted(tmp_path) == ["量子"]


def test_the_file_does_not_grow_for_ever(ask: Ask, tmp_path: Path) -> None:
    (tmp_path / FILE_NAME).write_bytes(b"\n" * MAX_BYTES)
    ask(f"/search?q={MISSED}")
    assert (tmp_path / FILE_NAME).stat().st_size == MAX_BYTES
    told = CliRunner().invoke(main, ["misses", "--index", str(tmp_path)])
    assert (told.exit_code, "is full" in told.stderr) == (0, True)


def test_a_file_that_cannot_be_written_is_told_once(ask: Ask, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / FILE_NAME).mkdir()
    ask(f"/search?q={MISSED}")
    ask(f"/search?q={MISSED}2")
    assert [record.levelname for record in caplog.records if FILE_NAME in record.getMessage()] == ["WARNING"]


def test_nothing_is_noted_behind_a_link(ask: Ask, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    victim = tmp_path / "victim"
    victim.write_text("whole", encoding="utf-8")
    (tmp_path / FILE_NAME).symlink_to(victim)
    ask(f"/search?q={MISSED}")
    assert victim.read_text(encoding="utf-8") == "whole"
    assert "cannot be noted" in caplog.text
    with pytest.raises(OSError, match="symbolic links"):
        read_misses(tmp_path)


def test_the_author_reads_them(tmp_path: Path) -> None:
    def misses(*options: str) -> str:
        done = CliRunner().invoke(main, ["misses", "--index", str(tmp_path), *options])
        assert done.exit_code == 0, done.output
        return done.stdout

    assert "--note-misses" in misses()
    write(tmp_path, ("10:00:00", "Rust 播客"), ("11:00:00", "量子"), ("12:00:00", "rust 播客"))
    assert misses().splitlines() == ["     2  2024-05-01  rust 播客", "     1  2024-05-01  量子"]
    assert misses("-n", "1").splitlines() == ["     2  2024-05-01  rust 播客"]
    assert json.loads(misses("--json", "-n", "1")) == {
        "total": 2,
        "misses": [{"q": "rust 播客", "times": 2, "last": "2024-05-01T12:00:00Z"}],
    }
