"""Limits of the process and of the machine: a run ends with a line that names the right cause, and nothing changed."""

import resource
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest
from newsletters import write_archive
from running import program_environment, wangqi

from wangqi.web.cli.memory_limit import REINDEX_MB

MEGABYTE = 1 << 20

CROWDED = """
mount -t tmpfs -o size=4k none /dev/shm || exit 77
head -c 4096 /dev/zero > /dev/shm/full
exec "$@"
"""
"""A shell script: a command with a full /dev/shm, which nobody else sees."""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with an index, and an archive that is worth several processes."""
    folder = tmp_path_factory.mktemp("site")
    archive = write_archive(folder / "weekly", issues=3)
    assert reindex(folder).returncode == 0
    for number in range(10, 30):
        text = (archive / "issue-01.md").read_text(encoding="utf-8").replace("1", str(number))
        (archive / f"issue-{number}.md").write_text(text + "一面镜子的说明。\n\n" * 3000, encoding="utf-8")
    return folder


def reindex(
    folder: Path,
    *,
    limit: tuple[int, int] | None = None,
    around: Sequence[str] = (),
    command: str = "reindex",
    **variables: str,
) -> subprocess.CompletedProcess[str]:
    """A reindex under a limit (of `resource`, and how much), or as the arguments of another command."""
    return subprocess.run(
        [*around, *wangqi(command, "weekly")],
        cwd=folder,
        env=program_environment(OPENBLAS_NUM_THREADS="1", **variables),
        preexec_fn=(lambda: resource.setrlimit(limit[0], (limit[1], limit[1]))) if limit else None,
        capture_output=True,
        text=True,
        check=False,
    )


def serving(folder: Path) -> str:
    return (folder / ".wangqi/CURRENT").read_text()


def test_files_that_may_not_become_large_are_told_apart_from_a_full_disk(site: Path) -> None:
    done = reindex(site, limit=(resource.RLIMIT_FSIZE, 10_000))
    assert (done.returncode, serving(site)) == (1, "000001\n")
    [line] = done.stderr.splitlines()
    assert "File too large, a limit of this process (`ulimit -f`)" in line


@pytest.mark.parametrize("command", ["reindex", "serve"])
@pytest.mark.parametrize("megabytes", [60, 100, 140, 200])
def test_too_little_memory_is_told_as_such(megabytes: int, command: str, site: Path) -> None:
    done = reindex(site, limit=(resource.RLIMIT_AS, megabytes * MEGABYTE), command=command)
    assert (done.returncode, serving(site)) == (1, "000001\n")
    [line] = done.stderr.splitlines()
    assert f"not enough memory: this process may have {megabytes} MB (`ulimit -v`)" in line


@pytest.mark.parametrize("megabytes", [REINDEX_MB, 350, 400])
def test_memory_that_ends_on_the_way_is_told_too(megabytes: int, site: Path, tmp_path: Path) -> None:
    folder = shutil.copytree(site, tmp_path / "site")
    done = reindex(folder, limit=(resource.RLIMIT_AS, megabytes * MEGABYTE))
    lines = done.stderr.splitlines()
    assert done.returncode == 0 or (serving(folder) == "000001\n" and len(lines) == 1 and "memory" in lines[0])


def test_a_full_shared_memory_is_not_taken_for_a_full_disk(site: Path) -> None:
    if not shutil.which("unshare"):
        pytest.skip("no unshare, to mount a file system that nobody else sees")
    done = reindex(site, around=["unshare", "--mount", "sh", "-c", CROWDED, "sh"])
    if done.returncode == 77 or "unshare" in done.stderr:
        pytest.skip("only root may mount")
    assert (done.returncode, serving(site)) == (1, "000001\n")
    [line] = done.stderr.splitlines()
    assert "/dev/shm: No space left on device" in line


def test_no_place_for_temporary_files_is_needed(site: Path, tmp_path: Path) -> None:
    folder = shutil.copytree(site, tmp_path / "site")
    done = reindex(folder, TMPDIR="/proc")
    assert (done.returncode, "Traceback" in done.stderr) == (0, False)
