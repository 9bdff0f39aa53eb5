"""The files of an export, in order."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Final

from flask import Flask

from wangqi.indexer.rendering.parts import LongIssue
from wangqi.search.errors.message import Message
from wangqi.search.model import Entry, IssueInfo, IssueRef, entry_id
from wangqi.search.processes import seldom_collecting
from wangqi.search.request import MAX_PER_PAGE, SearchRequest
from wangqi.web.export.addresses import NOT_FOUND, ExportedFiles, entry_file, file_of
from wangqi.web.export.output import Output, output_in
from wangqi.web.export.pages import Renderer
from wangqi.web.export.search_files import SearchFiles
from wangqi.web.site import routes
from wangqi.web.site.entry_lines import entry_lines
from wangqi.web.site.leases import Generation

STATIC: Final = Path(__file__).resolve().parents[1] / "static"
SCRIPTS: Final = (
    *("files-text.js", "files-index.js", "files-parse.js", "files-cut.js", "files-words.js", "files-holding.js"),
    *("files-rank.js", "files-filters.js", "files-correct.js", "files-query.js", "files-request.js"),
    *("files-elements.js", "files-years.js", "narrowing.js"),
)
"""What the search page needs besides its own script, `files-search.js`; fetched all at once."""

STATIC_FILES: Final = (
    *("favicon.svg", "apple-touch-icon.png", "wangqi.css", "x.svg"),
    *(*SCRIPTS, "files-search.js", "files-api.js", "wangqi-search.js"),
)

NEED_ADDRESS: Final = ("404.html", "search.atom", "issues.atom", "sitemap.xml", "robots.txt", "opensearch.xml")
"""Documents whose addresses begin with the host: left out while the site's own address is not known."""

_REDIRECT: Final = (
    '<!doctype html><meta charset="utf-8"><title>{title}</title><base href="{page}">'
    '<meta http-equiv="refresh" content="0;url={anchor}"><a href="{anchor}">打开</a>\n'
)
"""Tens of thousands of files: the address of the page stands there once, and the title."""

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class ExportReport:
    """What an export did."""

    generation: str
    issues: int
    files: int
    written: int
    removed: int
    bytes: int
    """Of all its files."""
    left_out: tuple[str, ...]
    """What needs `base_url`."""


def export(
    app: Flask,
    generation: Generation,
    files: ExportedFiles,
    folder: Path,
    progress: Progress = lambda what, done, total: None,
) -> ExportReport:
    """Write the site of `generation`, which `app` shows, into `folder`: the same bytes for the same generation and
    settings. `app` must have been made with `files`.

    Raises `StoreError` when the folder holds other files than an export's.
    """
    held = generation.searcher.issues()
    with output_in(folder) as output:
        _Export(generation, output, Renderer(app), files).write(held, progress)
    return ExportReport(
        generation=generation.name,
        issues=len(held),
        files=len(output.files),
        written=output.written,
        removed=output.removed,
        bytes=sum(output.files.values()),
        left_out=() if files.base_url else NEED_ADDRESS,
    )


class _Export:
    def __init__(self, generation: Generation, output: Output, renderer: Renderer, files: ExportedFiles) -> None:
        self._generation = generation
        self._output = output
        self._renderer = renderer
        self._files = files

    def write(self, held: list[IssueInfo], progress: Progress) -> None:
        self._page(routes.HOME)
        self._page(routes.ISSUES)
        for done, info in enumerate(held, start=1):
            self._issue(info)
            progress(Message("pages"), done, len(held))
        self._search(held)
        self._lines(held)
        for name in STATIC_FILES:
            self._output.write(f"static/{name}", (STATIC / name).read_bytes())
        self._output.write(".nojekyll", b"")  # GitHub Pages would leave out names that begin with _
        if self._files.base_url:
            self._documents()

    def _page(self, path: str, part: int = 1) -> None:
        self._output.write(file_of(path, part), self._renderer.page(path, part))

    def _documents(self) -> None:
        """What programs ask for, and the page of addresses that are not there."""
        self._output.write(file_of(NOT_FOUND), self._renderer.not_found())
        for path in (routes.SITEMAP, routes.ROBOTS, routes.OPENSEARCH, routes.ISSUES_FEED):
            self._output.write(path.lstrip("/"), self._renderer.page(path))
        parts = self._renderer.page(routes.SITEMAP).count(b"<sitemap>")  # of one too long to be one file
        for part in range(1, parts + 1):
            path = routes.SITEMAP_PART.replace("<int:part>", str(part))
            self._output.write(path.lstrip("/"), self._renderer.page(path))
        self._output.write(routes.FEED.lstrip("/"), self._renderer.page(routes.FEED, per_page=str(MAX_PER_PAGE)))

    def _issue(self, info: IssueInfo) -> None:
        """The pages of an issue, and those that lead to its entries by their ids."""
        ref = info.ref
        long = self._long(ref.id)
        for part in range(1, (len(long) if long else 1) + 1):
            self._page(f"/issues/{ref.archive}/{ref.path}", part)
        addresses = self._files.from_depth(1)
        for entry in self._generation.searcher.documents(ref.id):
            if entry.role == "entry":
                part = long.part_with(entry.line) if long else 1
                address = addresses.place_in_part(ref, entry.id, part)
                self._output.write(entry_file(entry.id), _redirect(entry, address))

    def _search(self, held: Sequence[IssueInfo]) -> None:
        """The search page, and the files that it searches."""
        page = self._renderer.template(routes.SEARCH, "search_in_files.html", asked=SearchRequest(), scripts=SCRIPTS)
        self._output.write(file_of(routes.SEARCH), page)
        searched = SearchFiles(self._generation.index.analyzer.base)
        with seldom_collecting():
            for info in reversed(held):
                for path, data in searched.add(info.ref, self._indexed(info.ref), self._long(info.ref.id)):
                    self._output.write(path, data)
            for path, data in searched.files():
                self._output.write(path, data)

    def _indexed(self, ref: IssueRef) -> list[Entry]:
        """The issue itself, then its documents."""
        itself = self._generation.searcher.entry(entry_id(ref.id, "issue"))
        return [*filter(None, [itself]), *self._generation.searcher.documents(ref.id)]

    def _long(self, issue_id: str) -> LongIssue | None:
        """The issue in parts, if its page is."""
        if not self._generation.is_long(issue_id):
            return None
        text = self._generation.text(issue_id)
        assert text is not None
        return LongIssue(text)

    def _lines(self, held: Iterable[IssueInfo]) -> None:
        """Every entry as a line of JSON, in the shape of the API; newest issue first."""
        files = self._files
        addresses = files.absolute() if files.base_url else files.from_depth(0)
        lines = entry_lines(self._generation.searcher, held, addresses)
        self._output.write(routes.ENTRIES.lstrip("/"), b"".join(lines))


def _redirect(entry: Entry, address: str) -> bytes:
    title = entry.title or entry.section or entry.id
    page, _, place = address.partition("#")
    return _REDIRECT.format(title=escape(title), page=escape(page), anchor=escape(f"#{place}")).encode()
