"""Reindex over the real archives: everything is read, nothing twice, an edit costs one issue."""

import shutil
from dataclasses import asdict
from pathlib import Path

import pytest
from newsletters import make_engine, reindex_all

from wangqi.indexer.store.generations import Store


@pytest.mark.shared
def test_real_archives_are_indexed_whole_and_then_only_what_changes(shared: Path, ruanyf: Path, tmp_path: Path) -> None:
    archive = tmp_path / "ruanyf"
    shutil.copytree(ruanyf, archive, symlinks=True)
    archives = {
        "ruanyf": archive / "docs",
        "kuring": shared / "corpora" / "kuring",
        "openbiox": shared / "corpora" / "openbiox",
    }
    engine, index = make_engine(), tmp_path / "index"

    first = reindex_all(index, archives, engine)
    assert asdict(first.issues) == {"added": 602, "changed": 0, "removed": 0, "unchanged": 0, "failed": 0}
    assert first.entries >= 18_000
    records = Store(index).manifest(first.generation).issues.values()
    assert not [record.path for record in records if record.archive == "ruanyf" and record.entered is None]

    again = reindex_all(index, archives, engine)
    assert (again.changed, again.issues.unchanged) == (False, 602)

    with (archive / "docs" / "issue-300.md").open("a", encoding="utf-8") as file:
        file.write("\n补记一行。\n")
    edited = reindex_all(index, archives, engine)
    assert asdict(edited.issues) == {"added": 0, "changed": 1, "removed": 0, "unchanged": 601, "failed": 0}
