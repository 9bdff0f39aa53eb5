"""Exports of small archives, and a static host for one, under a path where a relative address could go wrong."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from mimetypes import guess_type
from pathlib import Path
from typing import TYPE_CHECKING, Any

from browsing import serving
from sample_site import Texts, generation_of

from wangqi.indexer.config import Config
from wangqi.web.cli.export import export_generation
from wangqi.web.export.export import ExportReport

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

HERE = "https://weekly.example/past"


def export_texts(texts: Texts, index: Path, folder: Path, **settings: Any) -> ExportReport:
    """Write the site of `texts` into `folder`; their index is built in the empty folder `index`."""
    index.mkdir()
    config = Config(**{"base_url": HERE} | settings)
    return export_generation(generation_of(texts, index), config, folder, lambda what, done, total: None)


def files_in(folder: Path) -> dict[str, bytes]:
    """Every file below `folder` by its path."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()
    }


class StaticHost:
    """Serves the files of `folder` below `/past/`, as hosts of static sites do: a folder by its `index.html`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        path = environ["PATH_INFO"].encode("latin-1").decode().removeprefix("/past/")
        file = self._folder / path / "index.html" if path == "" or path.endswith("/") else self._folder / path
        if not file.is_file():
            start_response("404 Not Found", [])
            return []
        kind = guess_type(file.name)[0] or "application/octet-stream"
        start_response("200 OK", [("Content-Type", kind), ("Access-Control-Allow-Origin", "*")])
        return [file.read_bytes()]


@contextmanager
def hosted(folder: Path) -> Iterator[str]:
    """The address of the exported site in `folder`."""
    with serving(StaticHost(folder)) as address:
        yield f"{address}/past/"
