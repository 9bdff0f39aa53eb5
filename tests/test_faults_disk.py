"""A disk that is really full: a small one in memory, in a namespace of its own that ends with the test."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from conftest import missing
from faults import answers, files_below, leftovers
from newsletters import ANALYZER, run_reindex, write_archive, write_issue
from real_server import serving
from running import program_environment, wangqi

from wangqi.search.whoosh_engine import WhooshEngine

ENGINE = WhooshEngine(ANALYZER)
SIZE = 2 << 20
STEP = 12 << 10
HELD = 'mount -t tmpfs -o size="$2" none "$1" && echo mounted && exec cat'
"""Ends with its input, and the disk with it."""


@dataclass
class Site:
    """An index on the disk that is one changed issue behind its archive, which lies elsewhere."""

    holder: int
    """The process in whose namespace the disk is."""
    folder: Path

    @property
    def disk(self) -> Path:
        """As it is seen from here."""
        return Path(f"/proc/{self.holder}/root{self.folder}/disk")

    @property
    def index(self) -> Path:
        return self.disk / "index"

    def leave(self, room: int) -> None:
        """Fill the disk but for so many bytes."""
        filler = self.disk / "filler"
        filler.unlink(missing_ok=True)
        filler.write_bytes(bytes(shutil.disk_usage(self.disk).free - room))
        assert shutil.disk_usage(self.disk).free == room

    def inside(self, *arguments: str) -> list[str]:
        """The command line as it is run where the disk is."""
        enter = ["nsenter", f"--target={self.holder}", "--user", "--mount", "--preserve-credentials"]
        return [*enter, f"--wd={self.folder}", *wangqi(*arguments)]

    def reindex(self) -> subprocess.CompletedProcess[str]:
        command = self.inside("reindex", "--index", str(self.folder / "disk/index"), f"weekly={self.folder / 'weekly'}")
        return subprocess.run(command, capture_output=True, text=True, env=program_environment(), check=False)


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    (tmp_path / "disk").mkdir()
    command = [shutil.which("unshare") or "false", "-rm", "sh", "-c", HELD, "sh", str(tmp_path / "disk"), str(SIZE)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as holder:
        assert holder.stdout
        if holder.stdout.readline() != b"mounted\n":
            missing("mount", "no small disk to fill: the system lets nobody mount one (unshare -rm)")
        weekly = write_archive(tmp_path / "weekly", 20)
        site = Site(holder.pid, tmp_path)
        run_reindex(site.index, ENGINE, weekly=weekly)
        write_issue(weekly, 1, "Fresh", "Tool1b")
        yield site
        holder.communicate()


def test_full_disk_leaves_the_old_answers_until_there_is_room(site: Site) -> None:
    before, old = files_below(site.index), answers(site.index, ENGINE)
    for room in range(0, SIZE, STEP):
        site.leave(room)
        done = site.reindex()
        if done.returncode == 0:
            break
        assert (done.returncode, done.stdout) == (1, "")
        assert done.stderr.startswith("wangqi: cannot write the index")
        assert done.stderr.endswith("No space left on device\n")
        assert done.stderr.count("\n") == 1
        assert files_below(site.index) == before
        assert leftovers(site.index) == []
        assert answers(site.index, ENGINE) == old
    assert room >= 4 * STEP
    assert "Fresh" in dict(answers(site.index, ENGINE))


def test_full_disk_does_not_keep_a_server_from_starting(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    site.leave(0)
    (site.folder / "wangqi.toml").write_text('[archives]\nweekly = "weekly"\n', encoding="utf-8")
    (site.folder / "index").symlink_to("disk/index")  # the log of the server is beside it, and not on the disk
    monkeypatch.setattr("real_server.wangqi", site.inside)
    with serving(site.folder / "index") as server:
        assert server.ask("/api/v1/search?q=Tool1a").json["total"] == 1
        health = server.ask("/healthz").json
        assert (health["status"], health["generation"]) == ("ok", "000001")
        assert "No space left on device" in server.log.read_text()
