"""Every target of the Makefile works in a fresh clone: `scripts/try_targets.py`."""

import time
from pathlib import Path

import pytest
import try_targets
from running import ROOT

MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")


def folder_with(tmp_path: Path, makefile: str) -> Path:
    from newsletters import git

    folder = tmp_path / "clone"
    folder.mkdir()
    (folder / "Makefile").write_text(makefile, encoding="utf-8")
    git(folder, "init", "-q")
    git(folder, "add", ".")
    git(folder, "commit", "-qm", "一")
    return folder


@pytest.mark.parametrize(
    ("recipe", "fails"),
    [
        ("true", False),
        ("false", True),
        ("sleep 60", False),  # still running: it started well
        ("echo 'Traceback (most recent call last)'; sleep 60", True),
    ],
)
def test_a_target_fails_that_ends_badly_or_shows_a_trace(tmp_path: Path, recipe: str, fails: bool) -> None:
    folder = folder_with(tmp_path, f".PHONY: it\nit:\n\t@{recipe}\n")
    assert try_targets.try_target("it", folder, 1.0).failed is fails


def test_what_a_stopped_target_started_is_stopped_as_well(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = folder_with(tmp_path, "it:\n\t@(trap '' TERM; while :; do touch $(CURDIR)/late; sleep 0.1; done) & wait\n")
    monkeypatch.setattr(try_targets, "STOP_S", 1.0)
    try_targets.try_target("it", folder, 0.5)
    (folder / "late").unlink()
    time.sleep(0.5)
    assert not (folder / "late").exists()


def test_what_one_target_left_is_gone_for_the_next(tmp_path: Path) -> None:
    folder = folder_with(tmp_path, "make:\n\t@touch left\nneed:\n\t@test -e left\n")
    assert [try_targets.try_target(name, folder, 5.0).failed for name in ("make", "need")] == [False, True]


def test_every_target_is_tried_those_that_remove_things_last() -> None:
    names = try_targets.targets(MAKEFILE)
    assert {"serve", "test", "lint", "bench-engines", "bench-reading", "screenshots"} <= set(names)
    assert names[-2:] == ["deploy", "clean"]


@pytest.mark.slow
@pytest.mark.shared
@pytest.mark.usefixtures("shared")
def test_every_target_works_in_a_fresh_clone() -> None:
    assert try_targets.main([]) == 0
