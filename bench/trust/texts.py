"""What an entry holds, read from its own texts and without the analyzer: the other side of every comparison."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any, Final
from urllib.parse import unquote

from wangqi.search.analysis.folding import fold_case
from wangqi.search.document.links import canonical_link
from wangqi.search.engine import Searcher
from wangqi.search.model import Entry

HAN: Final = re.compile(r"[\u4e00-\u9fff]+")
LATIN: Final = re.compile(r"[a-z][a-z0-9]+")
_SIGNS: Final = re.compile(r"[\W_]+")


def letters(text: str) -> str:
    """`text` folded, without blanks and signs: `RabbitMQ`, `rabbit mq` and `rabbit-mq` are the same."""
    return _SIGNS.sub("", fold_case(text).text)


class Texts:
    """The texts of all entries and fronts of an index, and how many of them hold something."""

    def __init__(self, searcher: Searcher) -> None:
        entries = [entry for info in searcher.issues() for entry in searcher.documents(info.ref.id)]
        self.titles: Final = sorted({entry.title for entry in entries if entry.role == "entry" and entry.title})
        own = [_own_text(entry) for entry in entries]
        self.prose: Final = [fold_case(text).text for text in _prose_by_page(entries).values()]
        """Title and text of the entries, folded: of those about one page, which are one hit, the newest."""
        places = (f"{entry.section}\n{entry.issue.title}" for entry in entries)
        self._everything = letters("".join(own)) + "\n" + letters("".join(dict.fromkeys(places)))
        self.holding = cache(self._holding)
        """How many pages' entries hold a word in title or text, character by character."""

    def is_held(self, word: str) -> bool:
        """Whether any entry holds `word`, or its section or issue does; blanks, signs and entries' bounds aside."""
        return letters(word) in self._everything

    def _holding(self, word: str) -> int:
        return sum(word in text for text in self.prose)


def _prose_by_page(entries: Iterable[Entry]) -> dict[str, str]:
    found: dict[str, str] = {}
    for entry in entries:
        if entry.role == "entry":
            found.setdefault(canonical_link(entry.url) if entry.url else entry.id, f"{entry.title}\n{entry.text}")
    return found


def _own_text(entry: Entry) -> str:
    return "\n".join(_parts(entry.title, entry.text, entry.url, (link.url for link in entry.links), entry.contributor))


def _parts(title: str, text: str, url: str | None, links: Iterable[str], *names: str | None) -> Iterator[str]:
    yield from (title, text, unquote(url or ""), *map(unquote, links), *filter(None, names))


def prose_of(hit: dict[str, Any]) -> str:
    """Title and text of a hit, who said it, and what is said of its images, folded."""
    return fold_case("\n".join([hit["title"], hit["text"], hit["attribution"] or "", *_said_of_images(hit)])).text


def letters_of(hit: dict[str, Any]) -> str:
    """All that is a hit's own (title, text, addresses, section, who sent or said it, what is said of its images),
    without blanks and signs. Its issue's title is not."""
    links = (f"{link['text']} {link['url']}" for link in hit["links"])
    names = (hit["section"], hit["contributor"], hit["attribution"], *_said_of_images(hit))
    return letters("\n".join(_parts(hit["title"], hit["text"], hit["url"], links, *names)))


def _said_of_images(hit: dict[str, Any]) -> list[str]:
    return [place["text"] for place in hit["matched_in"] if place["field"] == "image"]
