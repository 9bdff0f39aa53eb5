"""Old libraries warn on new Pythons: not through our doors."""

from pathlib import Path

import pytest
from running import run_python


@pytest.mark.parametrize(
    "code",
    [
        "from wangqi.search.analysis.segmenter import Segmenter; Segmenter(fast=False).cut('镜像分发')",
        "from wangqi.search.analysis import Analyzer; Analyzer().index('顯示器')",
        "import wangqi.search.whoosh_engine",
        "from wangqi.search.correction.pinyin import PinyinTable; PinyinTable([('音频', 1)])",
        "from wangqi.search.correction.typos import LatinWords; LatinWords([('mongodb', 1)]).near('mongobd')",
    ],
)
def test_an_import_prints_nothing_and_warns_of_nothing(code: str, tmp_path: Path) -> None:
    # Warnings about a module's source come only when it is compiled: so nothing compiled before is used.
    done = run_python(code, "-W", "error", PYTHONPYCACHEPREFIX=str(tmp_path), TMPDIR=str(tmp_path))
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert not list(tmp_path.glob("jieba*"))


def test_importing_the_analyzer_loads_no_library() -> None:
    libraries = {"jieba", "rjieba", "opencc", "whoosh", "numpy", "pypinyin", "rapidfuzz"}
    code = f"import sys, search.answer.service; print(sorted({libraries} & set(sys.modules)))"
    assert run_python(code).stdout.strip() == "[]"
