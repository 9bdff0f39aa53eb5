"""The compiled sets are safe for every argument that Python can give: built once with address and undefined-behaviour
sanitizers, which end the process at the first byte read or number made that C does not allow."""

import shlex
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest
from conftest import missing
from running import ROOT, program_environment

SANITIZERS = ("-fsanitize=address,undefined", "-fno-sanitize-recover=all", "-g", "-O1")

TESTS = """
import sys
from importlib.machinery import ExtensionFileLoader
from importlib.util import module_from_spec, spec_from_file_location
import pytest
name = "wangqi.search.whoosh_engine.sets._sets"
loader = ExtensionFileLoader(name, sys.argv[1])
sys.modules[name] = module_from_spec(spec_from_file_location(name, sys.argv[1], loader=loader))
sys.exit(pytest.main(["-q", "-p", "no:cacheprovider", "-p", "no:xdist", "-k", "compiled", "tests/test_sets.py"]))
"""


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    compiler = shlex.split(sysconfig.get_config_var("CC") or "cc")
    target = tmp_path_factory.mktemp("sanitized") / "_sets.so"
    source = ROOT / "search" / "whoosh_engine" / "sets" / "_sets.c"
    include = sysconfig.get_paths()["include"]
    command = [*compiler, *SANITIZERS, "-fPIC", "-shared", f"-I{include}", "-o", str(target), str(source)]
    if not shutil.which(compiler[0]) or subprocess.run(command, capture_output=True, check=False).returncode:
        missing("compiler", "no C compiler with sanitizers (gcc and libasan) is installed")
    return target


@pytest.mark.compiler
@pytest.mark.parametrize("calls", [400, pytest.param(50_000, marks=pytest.mark.slow)])
def test_no_argument_makes_the_compiled_sets_do_what_c_does_not_allow(calls: int, library: Path) -> None:
    done = run_sanitized(library, str(ROOT / "tests" / "support" / "set_attacks.py"), str(library), str(calls))
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]


@pytest.mark.slow
@pytest.mark.compiler
def test_the_sanitized_build_gives_what_the_other_ways_give(library: Path) -> None:
    done = run_sanitized(library, "-c", TESTS, str(library))
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    assert " passed" in done.stdout


@pytest.mark.compiler
def test_the_sanitizers_are_at_work(library: Path) -> None:
    """The control: a read beyond an array of Python's own ends the process."""
    done = run_sanitized(library, "-c", "import ctypes; ctypes.string_at(ctypes.create_string_buffer(1), 1 << 20)")
    assert done.returncode != 0
    assert "AddressSanitizer" in done.stderr


def run_sanitized(library: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    names = ("libasan.so", "libubsan.so")
    found = [
        subprocess.run(["gcc", f"-print-file-name={name}"], capture_output=True, text=True).stdout for name in names
    ]
    environment = program_environment(
        LD_PRELOAD=":".join(each.strip() for each in found),
        ASAN_OPTIONS="detect_leaks=0:allocator_may_return_null=1",
        UBSAN_OPTIONS="halt_on_error=1:print_stacktrace=1",
        PYTHONMALLOC="malloc",  # each object by itself, so that what is read beyond it is seen
        OPENBLAS_NUM_THREADS="1",
    )
    return subprocess.run(
        [sys.executable, *arguments], env=environment, cwd=ROOT, capture_output=True, text=True, check=False
    )
