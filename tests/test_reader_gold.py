"""The reader against five issues as a careful reader sees them: rules in shared/gold/README.md."""

import json
import re
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest

from wangqi.indexer.reader import read_issue
from wangqi.search.model import Entry

pytestmark = pytest.mark.shared

EXACT = ["kuring-2", "kuring-6", "kuring-16", "ruanyf-101"]


def folded(text: str | None) -> str:
    return re.sub(r"\s", "", text or "")


def gold_entries(gold: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    """The entries that have to be found, each with the title of its section."""
    with_entries = ("entries", "essay", "ad")
    sections = [section for section in gold["sections"] if section.get("role", "entries") in with_entries]
    return [(section["title"], entry) for section in sections for entry in section["entries"]]


def agrees(wanted: tuple[str, dict[str, Any]], entry: Entry) -> bool:
    section, gold = wanted
    titles = {folded(gold["title"]), folded(gold.get("title_alt", gold["title"]))}
    return (
        folded(entry.title) in titles
        and unquote(entry.url or "") == unquote(gold["url"] or "")
        and folded(entry.section) == folded(section)
        and folded(entry.text).startswith(folded(gold["first_words"]))
        and gold.get("attribution") == entry.attribution
    )


def read_gold(shared: Path, ruanyf: Path, name: str) -> tuple[dict[str, Any], list[Entry]]:
    gold = json.loads((shared / "gold" / f"{name}.json").read_text(encoding="utf-8"))
    archive, _, path = gold["source"].partition("/")
    place = ruanyf / path if archive == "ruanyf-weekly" else shared / "corpora" / archive / path
    issue = read_issue(archive, path, place.read_bytes())
    assert (issue.ref.number, issue.ref.title) == (gold["issue"], gold["title"])
    assert (str(issue.ref.date) if issue.ref.date else None) == gold["date"]
    return gold, issue.entries()


@pytest.mark.parametrize("name", EXACT)
def test_every_entry_of_a_gold_issue_is_read_and_no_other(shared: Path, ruanyf: Path, name: str) -> None:
    gold, entries = read_gold(shared, ruanyf, name)
    wanted = gold_entries(gold)
    assert [one[1]["title"] for one, entry in zip(wanted, entries, strict=True) if not agrees(one, entry)] == []


def test_nearly_every_entry_of_the_running_numbers_issue_is_read(shared: Path, ruanyf: Path) -> None:
    gold, entries = read_gold(shared, ruanyf, "openbiox-44")
    wanted = gold_entries(gold)
    right = sum(any(agrees(one, entry) for entry in entries) for one in wanted)
    assert right / max(len(wanted), len(entries)) >= 0.95
