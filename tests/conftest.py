"""Fixtures for all tests: what lies outside the project (archives, a browser) and may be missing.

A test that needs such a thing is skipped, saying how to get it; `WANGQI_REQUIRE=shared,browser` makes that a failure.
Those that need a cluster of OpenSearch run only where `-m` names them: its three nodes take all cores.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from flask import Flask
from newsletters import run_reindex, write_archive
from running import ROOT

from wangqi.search import budget
from wangqi.search.processes import available_processes

if TYPE_CHECKING:
    from cluster import Cluster, GivenCluster

# The engine in memory is slow: no test is to depend on how long an answer has taken, but those about that.
budget.OFFERS_S = 60.0  # type: ignore[misc]

# Nor on the language of whoever runs them.
os.environ["LC_ALL"] = "C.UTF-8"
os.environ.pop("LANGUAGE", None)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-golden", action="store_true", help="write what tests compare with anew")
    parser.addoption("--in-firefox", action="store_true", help="have Debian's Firefox in place of Chromium")
    parser.addoption(
        "--on-cluster", action="store_true", help="have a cluster of OpenSearch in place of the engine in memory"
    )


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """One more than there are cores: a third of the time tests wait, for servers and for clocks."""
    return available_processes() + 1


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    # What takes longest comes first.
    with_browser = {item.path for item in items if item.get_closest_marker("browser")}
    items.sort(key=lambda item: item.path not in with_browser)
    if "opensearch" in config.option.markexpr:
        return
    left_out = [item for item in items if item.get_closest_marker("opensearch")]
    items[:] = [item for item in items if item not in left_out]
    if left_out:
        config.hook.pytest_deselected(items=left_out)


def missing(what: str, reason: str) -> None:
    """Skip the running test, or fail it where `what` is required."""
    if what in os.environ.get("WANGQI_REQUIRE", "").split(","):
        pytest.fail(f"required but missing: {reason}")
    pytest.skip(reason)


@contextmanager
def start_cluster(folder: Path, *, heap_mb: int = 512, settings: Mapping[str, str] | None = None) -> Iterator[Cluster]:
    """Three nodes of OpenSearch, green; skips the test where there is no Java, or where another cluster is named."""
    from cluster import Cluster  # the other tests need no urllib3
    from opensearch_java import CannotBuild

    if os.environ.get("OPENSEARCH_URL"):
        pytest.skip("needs a cluster of its own: unset OPENSEARCH_URL")
    try:
        cluster = Cluster(folder, heap_mb=heap_mb, settings=settings)
    except CannotBuild as error:
        missing("opensearch", str(error))
    with cluster:
        seconds = cluster.green()
        print(f"\nthree nodes of OpenSearch: green after {seconds:.0f} s, {cluster.memory_mb()} MB")
        yield cluster


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder with `corpora/`, `gold/` and `judgments/`; use with the marker `shared`."""
    folder = Path(os.environ.get("WANGQI_SHARED", ROOT.parent / "shared"))
    if not (folder / "corpora").is_dir():
        missing("shared", f"no archives at {folder}: set WANGQI_SHARED to the folder that holds corpora/")
    return folder


@pytest.fixture(scope="session")
def chromium() -> str:
    """Path of the system's Chromium; use with the marker `browser`."""
    path = os.environ.get("CHROMIUM") or shutil.which("chromium")
    driver = [sys.executable, "-m", "playwright", "--version"]
    if not path or subprocess.run(driver, capture_output=True, check=False).returncode:
        missing("browser", "no Chromium to drive: apt-get install chromium fonts-noto-cjk libatomic1")
    assert path
    return path


@pytest.fixture(scope="session")
def hugo() -> str:
    """Path of Hugo; use with the marker `hugo`."""
    path = shutil.which("hugo")
    if not path:
        missing("hugo", "no Hugo to make a page with: apt-get install hugo")
    assert path
    return path


@pytest.fixture(scope="session")
def firefox() -> str:
    """Path of the system's Firefox; asked for with `--in-firefox` alone."""
    path = os.environ.get("FIREFOX") or shutil.which("firefox-esr")
    if not path:
        missing("firefox", "no Firefox to drive: apt-get install firefox-esr")
    assert path
    return path


@pytest.fixture(scope="session")
def nginx() -> str:
    """Path of nginx; use with the marker `nginx`."""
    path = shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")
    if not path:
        missing("nginx", "no nginx to put in front: apt-get install nginx")
    assert path
    return path


@pytest.fixture(scope="session")
def own_cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """Three nodes of OpenSearch that a test may kill, stop and freeze, and leaves running; use with the marker
    `opensearch`."""
    with start_cluster(tmp_path_factory.mktemp("cluster")) as cluster:
        yield cluster


@pytest.fixture(scope="session")
def cluster(request: pytest.FixtureRequest) -> GivenCluster:
    """The cluster that OPENSEARCH_URL names, or else three nodes of ours; use with the marker `opensearch`."""
    from cluster import GivenCluster

    url = os.environ.get("OPENSEARCH_URL")
    own: Cluster | None = None if url else request.getfixturevalue("own_cluster")
    return own or GivenCluster(url or "")


@pytest.fixture(scope="session", autouse=True)
def _in_place_of_memory(request: pytest.FixtureRequest) -> Iterator[None]:
    """With `--on-cluster`, whatever the tests would leave to the engine in memory they leave to a cluster."""
    if not request.config.getoption("--on-cluster"):
        yield
        return
    import newsletters
    import sample_site
    import samples
    from cluster import engine_of, remove_indexes

    on_cluster = partial(engine_of, request.getfixturevalue("cluster"))
    for module in (newsletters, sample_site, samples):
        setattr(module, "MemoryEngine", on_cluster)  # noqa: B010 - to mypy it is a class
    yield
    remove_indexes(request.getfixturevalue("cluster"))


@pytest.fixture(scope="module")
def browser(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """The system's Chromium, driven by Playwright; with `--in-firefox` its Firefox."""
    in_firefox = request.config.getoption("--in-firefox")
    path = request.getfixturevalue("firefox" if in_firefox else "chromium")
    from playwright.sync_api import sync_playwright  # may be missing; the fixture has looked

    with sync_playwright() as driver:
        if in_firefox:
            from firefox import launch

            browser = launch(driver, path, tmp_path_factory.mktemp("firefox"))
        else:
            browser = driver.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def ruanyf(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A checkout of the archive that comes as a git bundle: 407 issues in `docs/`, dates in the history."""
    folder = tmp_path_factory.mktemp("ruanyf")
    bundle = shared / "corpora" / "ruanyf-weekly.bundle"
    subprocess.run(["git", "clone", "--quiet", str(bundle), str(folder)], check=True, capture_output=True)
    return folder


@pytest.fixture(scope="session")
def example_site(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """The site of the bundled newsletter, over the engine in memory."""
    from sample_site import example_texts, make_site  # most tests need no site

    return make_site(example_texts(), tmp_path_factory.mktemp("example-site"))


@pytest.fixture(scope="module")
def site_address(example_site: Flask) -> Iterator[str]:
    """Address of the example site for a browser: under a path, where a script could get it wrong."""
    from browsing import serving
    from werkzeug.exceptions import NotFound
    from werkzeug.middleware.dispatcher import DispatcherMiddleware

    with serving(DispatcherMiddleware(NotFound(), {"/wangqi": example_site})) as address:
        yield f"{address}/wangqi"


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    """A newsletter of ten issues with two entries each."""
    return write_archive(tmp_path / "weekly")


@pytest.fixture
def index(tmp_path: Path, archive: Path) -> Path:
    """An index of `archive` with one generation, by the engine in memory."""
    run_reindex(tmp_path / "index", weekly=archive)
    return tmp_path / "index"
