"""`wangqi mcp`: past issues for assistants, by the Model Context Protocol over standard input and output.

Two tools, `search` and `fetch`, which take one text and answer one text with JSON: the only ones that every assistant
uses (ChatGPT's connectors read no others, and nothing but the text).
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib.metadata import version
from typing import TYPE_CHECKING, Any, Final

import click

from wangqi.search.errors import SearchError
from wangqi.web.cli.json_rpc import InvalidParamsError, Method, answer_lines
from wangqi.web.cli.shared import index_option, settings

if TYPE_CHECKING:
    from wangqi.indexer.config import Config
    from wangqi.indexer.store.following import Follower
    from wangqi.indexer.store.opening import OpenGeneration
    from wangqi.search.answer.result import Hit
    from wangqi.search.model import Entry
    from wangqi.web.site.addresses import Addresses

PROTOCOLS: Final = ("2025-11-25", "2025-06-18", "2025-03-26", "2024-11-05")
"""Versions that have what is used here, newest first."""

ABOUT: Final = (
    "Past issues of Chinese Markdown newsletters: each entry is a tool, article, book or the like that was "
    "recommended, with a link and a few lines. Queries may be Chinese or English, in few words."
)
TITLE_CHARS: Final = 60
"""Of a quotation, which has no title."""

SEARCH_HELP: Final = (
    "Find recommended entries. Words are separated by blanks; all are looked for first, then most of them. "
    '"…" is a phrase, -word excludes, kind:tool, year:2024, issue:300..310, site:github.com, section:工具 filter; '
    "an address or owner/repo finds what was said of it. Results have id, title, url, a snippet as text, and "
    "issue, date, kind and link; partial: true for those that hold only some of the words."
)
FETCH_HELP: Final = "The whole text of an entry by the id that search gave."


@click.command()
@index_option
def mcp(index: str | None) -> None:
    """Answer assistants over standard input and output, as an MCP server with the tools `search` and `fetch`.

    New generations are followed. An assistant is told to start it as: wangqi mcp --index /srv/weekly/.wangqi
    """
    from wangqi.indexer.store.following import Follower
    from wangqi.web.cli.composition import make_engine

    config = settings(index=index)
    tools = Tools(config, Follower(config.index_dir, make_engine(config)))
    answer_lines(sys.stdin.buffer, sys.stdout.buffer, methods(tools))


def methods(tools: Tools) -> Mapping[str, Method]:
    return {
        "initialize": _initialize,
        "ping": lambda params: {},
        "tools/list": lambda params: {"tools": [_described(tool) for tool in tools.all()]},
        "tools/call": tools.call,
    }


def _initialize(params: dict[str, Any]) -> dict[str, Any]:
    asked = params.get("protocolVersion")
    return {
        "protocolVersion": asked if asked in PROTOCOLS else PROTOCOLS[0],
        "capabilities": {"tools": {}},
        "serverInfo": {"name": "wangqi", "title": "往期 Wangqi", "version": version("wangqi")},
        "instructions": ABOUT,
    }


@dataclass(frozen=True, slots=True)
class Tool:
    name: str
    about: str
    argument: str
    """Name of its only argument, a text."""
    answer: Callable[[OpenGeneration, str], dict[str, Any]]


def _described(tool: Tool) -> dict[str, Any]:
    return {
        "name": tool.name,
        "description": tool.about,
        "inputSchema": {
            "type": "object",
            "properties": {tool.argument: {"type": "string"}},
            "required": [tool.argument],
        },
        "annotations": {"readOnlyHint": True, "openWorldHint": False},
    }


class Tools:
    """The tools over the generation that serves at the moment of a call."""

    def __init__(self, config: Config, follower: Follower) -> None:
        self._config = config
        self._follower = follower

    def all(self) -> list[Tool]:
        return [
            Tool("search", f"{ABOUT} {SEARCH_HELP}", "query", self._search),
            Tool("fetch", FETCH_HELP, "id", self._fetch),
        ]

    def call(self, params: dict[str, Any]) -> dict[str, Any]:
        """What goes wrong with the index, or with what was asked, is the tool's answer, for the assistant to read."""
        tool = next((tool for tool in self.all() if tool.name == params.get("name")), None)
        if tool is None:
            raise InvalidParamsError("there is no tool of that name; there are search and fetch")
        arguments = params.get("arguments")
        typed = arguments.get(tool.argument) if isinstance(arguments, dict) else None
        if not isinstance(typed, str):
            raise InvalidParamsError(f"{tool.name} needs {tool.argument}, a text")
        try:
            with self._follower.lease() as generation:
                return _as_text(json.dumps(tool.answer(generation, typed), ensure_ascii=False))
        except SearchError as error:
            return _as_text(str(error), is_error=True)

    def _search(self, generation: OpenGeneration, query: str) -> dict[str, Any]:
        from wangqi.search.answer import service
        from wangqi.web.site.parameters import read_search

        result = service.search(generation.index, read_search({"q": [query]}))
        addresses = self._addresses(generation)
        return {
            "results": [_result(hit, addresses) for hit in result.hits],
            "total": result.total,
            "notices": [notice.message for notice in result.notices],
        }

    def _fetch(self, generation: OpenGeneration, entry_id: str) -> dict[str, Any]:
        entry = generation.searcher.entry(entry_id)
        if entry is None:
            raise SearchError("no entry has this id; ids come from search")
        addresses = self._addresses(generation)
        return _head(entry, addresses) | {"text": entry.text, "metadata": _metadata(entry)}

    def _addresses(self, generation: OpenGeneration) -> Addresses:
        from wangqi.web.site.addresses import Addresses

        return Addresses(self._config.base_url or "", self._config.links, in_parts=generation.is_long)


def _as_text(text: str, *, is_error: bool = False) -> dict[str, Any]:
    return {"content": [{"type": "text", "text": text}], "isError": is_error}


def _result(hit: Hit, addresses: Addresses) -> dict[str, Any]:
    return _head(hit.entry, addresses) | {"text": hit.snippet.text, "partial": hit.partial, **_metadata(hit.entry)}


def _head(entry: Entry, addresses: Addresses) -> dict[str, Any]:
    """`url` is what can be cited: the entry's place on the site, where it has an address; else the link that it
    recommends."""
    from wangqi.search.document.links import web_address

    place = addresses.permalink(entry.id) if addresses.root else addresses.source(entry.issue)
    return {
        "id": entry.id,
        "title": entry.title or entry.text[:TITLE_CHARS],
        "url": place or web_address(entry.url) or "",
    }


def _metadata(entry: Entry) -> dict[str, Any]:
    from wangqi.search.document.links import web_address
    from wangqi.web.words.labels import issue_label

    return {
        "link": web_address(entry.url),
        "kind": entry.kind,
        "section": entry.section,
        "archive": entry.issue.archive,
        "issue": issue_label(entry.issue),
        "date": entry.issue.date and str(entry.issue.date),
    }
