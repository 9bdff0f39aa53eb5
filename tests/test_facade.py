"""`wangqi.open`: the index for programs in Python."""

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from newsletters import ANALYZER, run_reindex, write_archive, write_issue
from running import ROOT, run_python, until

import wangqi
from wangqi.index import Index
from wangqi.search.errors import ConfigError, NoIndexError, RequestError
from wangqi.search.whoosh_engine import WhooshEngine


@pytest.fixture
def past(tmp_path: Path) -> Iterator[Index]:
    run_reindex(tmp_path / "index", WhooshEngine(ANALYZER), weekly=write_archive(tmp_path / "weekly"))
    with wangqi.open(tmp_path / "index", folder=tmp_path) as opened:
        yield opened


def test_search_takes_what_the_api_takes(past: Index) -> None:
    assert [hit.entry.title for hit in past.search("Tool7b").hits] == ["Tool7b"]
    listed = past.search("kind:tool", issue=["3", "5..6"], sort="oldest", per_page=5)
    assert [hit.entry.title for hit in listed.hits] == ["Tool3a", "Tool3b", "Tool5a", "Tool5b", "Tool6a"]
    assert (listed.total, listed.pages) == (6, 2)
    assert past.search("", issue=[3, 5], kind=None).total == 4
    assert past.search("Tool7b", explain=True, from_=date(2020, 1, 1)).total == 0  # they have no days


def test_parameter_that_cannot_be_used_is_named(past: Index) -> None:
    with pytest.raises(RequestError, match="sort"):
        past.search("x", sort="best")
    with pytest.raises(RequestError, match="pages"):
        past.search("x", pages=2)


@pytest.mark.parametrize(
    "typed", ["http://www.tool4a.example", "tool4a.example", " HTTPS://Tool4a.example/?utm_source=x"]
)
def test_lookup_knows_a_page_however_it_is_spelled(past: Index, typed: str) -> None:
    assert [entry.title for entry in past.lookup(typed).entries] == ["Tool4a"]


def test_lookup_of_what_never_ran_is_empty_and_of_no_address_an_error(past: Index) -> None:
    assert past.lookup("https://tool44a.example/").entries == []
    for typed in ("图床", ""):
        with pytest.raises(RequestError, match="url"):
            past.lookup(typed)


def test_entry_is_found_by_the_id_of_a_hit(past: Index) -> None:
    [hit] = past.search("Tool2a").hits
    assert past.entry(hit.entry.id) == hit.entry
    assert past.entry(f"{hit.entry.issue.id}-1") == hit.entry  # an id of version 0.1
    for gone in ("weekly/issue-02-none", f"{hit.entry.issue.id}-abcdefgh"):
        assert past.entry(gone) is None


def test_what_is_published_later_is_followed(past: Index, tmp_path: Path) -> None:
    write_issue(tmp_path / "weekly", 11, "Fresh")
    run_reindex(tmp_path / "index", WhooshEngine(ANALYZER), weekly=tmp_path / "weekly")
    until(lambda: past.search("Fresh").total == 1)


def test_no_index_and_settings_that_cannot_be_used_are_said(tmp_path: Path) -> None:
    with pytest.raises(NoIndexError, match="reindex"):
        wangqi.open(tmp_path / "index", folder=tmp_path)
    (tmp_path / "wangqi.toml").write_text("titel = 1", encoding="utf-8")
    with pytest.raises(ConfigError, match="titel"):
        wangqi.open(tmp_path / "index", folder=tmp_path)


@pytest.fixture
def beside_an_index(tmp_path: Path) -> str:
    """The first line of a program that runs where `wangqi reindex` ran."""
    run_reindex(tmp_path / ".wangqi", WhooshEngine(ANALYZER), example=ROOT / "examples" / "newsletter")
    return f"import os; os.chdir({str(tmp_path)!r})\n"


@pytest.mark.parametrize("readme", ["README.md", "README.zh-CN.md"])
def test_line_of_the_readme_runs(beside_an_index: str, readme: str) -> None:
    [line] = re.findall(r"`(wangqi\.open\(.*?)`", (ROOT / readme).read_text("utf-8"))
    done = run_python(f"{beside_an_index}import wangqi; print({line}.total)")
    assert (done.stderr, int(done.stdout) > 0) == ("", True)


def test_example_of_the_documentation_runs(beside_an_index: str) -> None:
    [code] = re.findall(
        r"## From Python.*?```python\n(.*?)```", (ROOT / "docs/json-api.md").read_text("utf-8"), re.DOTALL
    )
    done = run_python(f"{beside_an_index}{code}")
    assert (done.returncode, done.stderr) == (0, "")
    assert 1 <= len(done.stdout.splitlines()) <= 3


def test_import_loads_nothing_that_takes_time() -> None:
    code = (
        "import sys, wangqi; print({name.split('.')[0] for name in sys.modules} & {'numpy', 'flask', 'jieba', 'click'})"
    )
    assert run_python(code).stdout == "set()\n"
