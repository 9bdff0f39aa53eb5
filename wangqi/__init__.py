"""往期 Wangqi: full-text search over the past issues of a Chinese Markdown newsletter, for programs in Python.

    import wangqi

    with wangqi.open(".wangqi") as index:
        for hit in index.search("图床", kind="tool").hits:
            print(hit.entry.title, hit.entry.url, hit.entry.issue.date)

The folders of the program, `search`, `indexer` and `web`, stand at the top of the repository; links in this folder lead
to them, so that they are one package to import. What is built from the repository holds them in their place.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

# This runs whenever the program starts: nothing is loaded here that takes time.

if TYPE_CHECKING:
    from wangqi.index import Index

__all__ = ["open"]

if not Path(__file__).with_name("search").is_dir():
    raise ImportError(
        f"{Path(__file__).with_name('search')} is no folder: this checkout was made without links. Allow them (on "
        "Windows in developer mode: git config core.symlinks true) and run git checkout -- wangqi"
    )


def open(index: str | Path | None = None, *, folder: str | Path | None = None) -> Index:
    """The index in the folder `index`; without it, the one that the settings name.

    The settings are those of `wangqi.toml` in `folder` (the working directory without it) and the variables
    `WANGQI_*`: the words of a dictionary have to be those that the index was made with.

    Raises `wangqi.search.errors.SearchError`: `ConfigError` for settings that cannot be used, `StoreError` where there
    is no index, or none that can be opened.
    """
    from wangqi.index import Index

    return Index(index, folder)
