"""What an installation holds, with a C compiler at hand and without one."""

import shutil
import subprocess
import sys
import tarfile
from pathlib import Path
from zipfile import ZipFile

import pytest
import rooms
from running import ROOT, program_environment

PACKAGE = "wangqi"
COMPILED = "wangqi/search/whoosh_engine/sets/_sets.abi3.so"
SHOW_THE_SITE = """
import wangqi.web
from pathlib import Path
from wangqi.indexer.config import Config
from wangqi.indexer.store.following import Follower
from wangqi.web.app import create_app
from wangqi.web.cli.composition import make_engine

print(wangqi.web.__path__[0])
config = Config(index_dir=Path(".wangqi").absolute())
client = create_app(Follower(config.index_dir, make_engine(config)), config).test_client()
for address in ("/", "/static/wangqi.css"):
    print(client.get(address, headers={"Host": "127.0.0.1"}).status_code)
"""
LEFT_BEHIND = shutil.ignore_patterns("__pycache__", "*.so")


def wheel_of(sources: Path, **environment: str) -> Path:
    """The wheel that pip makes of `sources`, with the setuptools that is installed."""
    command = [
        sys.executable,
        "-m",
        "pip",
        "wheel",
        "-q",
        "--no-index",
        "--no-deps",
        "--no-build-isolation",
        "-w",
        "made",
        ".",
    ]
    done = subprocess.run(command, cwd=sources, env=program_environment(**environment), capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    [wheel] = (sources / "made").iterdir()
    return wheel


@pytest.fixture
def sources(tmp_path: Path) -> Path:
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, tmp_path)
    for folder in rooms.PACKAGES:
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=LEFT_BEHIND)
    shutil.copytree(ROOT / PACKAGE, tmp_path / PACKAGE, ignore=LEFT_BEHIND, symlinks=True)
    return tmp_path


def files_of(sources: Path) -> set[str]:
    """Every file of the package, by the path that it is imported by."""
    folders = [(sources / PACKAGE, PACKAGE), *((sources / name, f"{PACKAGE}/{name}") for name in rooms.PACKAGES)]
    return {
        f"{place}/{path.relative_to(folder).as_posix()}"
        for folder, place in folders
        for path in folder.rglob("*")
        if path.is_file()
    }


def installed_by(wheel: Path) -> set[str]:
    return {name for name in ZipFile(wheel).namelist() if ".dist-info/" not in name}


@pytest.mark.compiler
def test_every_file_is_installed_with_the_sets_compiled_for_any_python(sources: Path) -> None:
    expected = files_of(sources)
    wheel = wheel_of(sources)
    assert "-cp311-abi3-" in wheel.name
    assert installed_by(wheel) == expected | {COMPILED}


def test_every_file_but_the_compiled_sets_is_installed_where_nothing_compiles(sources: Path) -> None:
    expected = files_of(sources)
    assert installed_by(wheel_of(sources, CC="false")) == expected


def sdist_of(sources: Path) -> Path:
    """The archive of sources that is published, with the setuptools that is installed."""
    code = "from setuptools.build_meta import build_sdist; build_sdist('published')"
    done = subprocess.run([sys.executable, "-W", "ignore", "-c", code], cwd=sources, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    [published] = (sources / "published").iterdir()
    return published


@pytest.mark.compiler
def test_published_sources_build_into_the_same_wheel(sources: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    expected = installed_by(wheel_of(sources))
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    with tarfile.open(sdist_of(sources)) as published:
        published.extractall(elsewhere, filter="data")
    [unpacked] = elsewhere.iterdir()
    assert installed_by(wheel_of(unpacked)) == expected


def test_modules_of_other_programs_named_search_indexer_and_web_do_no_harm(
    sources: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """`pip install web.py` brings a module `web`."""
    installed = tmp_path_factory.mktemp("installed")
    ZipFile(wheel_of(sources, CC="false")).extractall(installed)
    for name in rooms.PACKAGES:
        (installed / f"{name}.py").write_text("raise SystemExit('the module of another program was imported')")
    folder = tmp_path_factory.mktemp("newsletter")

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        environment = program_environment(PYTHONPATH=str(installed))
        command = [sys.executable, "-P", *arguments]
        return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True)

    for command in (["--help"], ["reindex", str(ROOT / "examples" / "newsletter")], ["search", "消息"]):
        done = run("-m", "wangqi", *command)
        assert done.returncode == 0, done.stderr
    site = run("-c", SHOW_THE_SITE)
    assert (site.stdout.splitlines(), site.stderr) == ([str(installed / "wangqi" / "web"), "200", "200"], "")


def test_checkout_without_links_says_how_to_get_them(sources: Path) -> None:
    """As git makes them on Windows where links are not allowed: files that hold the name."""
    for name in rooms.PACKAGES:
        (sources / PACKAGE / name).unlink()
        (sources / PACKAGE / name).write_text(f"../{name}", encoding="utf-8")
    done = subprocess.run([sys.executable, "-c", "import wangqi"], cwd=sources, capture_output=True, text=True)
    assert done.returncode == 1
    assert "git config core.symlinks true" in done.stderr.splitlines()[-1]
