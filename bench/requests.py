"""Requests that nobody sends in earnest, to every address of the site with all its parameters together: what the
dearest of them takes the processor.

    python -m bench.requests 20000          # prints the dearest ten
"""

from __future__ import annotations

import functools
import gc
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any, Final
from urllib.parse import quote, unquote_plus, urlencode

from werkzeug.test import Client

from bench.hostile import BOMBS, CHARS, WORDS
from bench.site import INDEX, bring_up_to_date
from wangqi.indexer.store.following import Follower
from wangqi.search.analysis import Analyzer
from wangqi.search.model import IssueRef
from wangqi.search.request import MAX_DEPTH, MAX_QUERY_CHARS
from wangqi.search.whoosh_engine import WhooshEngine
from wangqi.web.app import create_app

COUNT: Final = 20_000
SEED: Final = 6
TIMES: Final = 3
"""The dearest are asked so many times more, by a program that remembers nothing: what else the machine does then costs
at most once."""

DEAREST: Final = 10
"""That are named."""

SHOWN: Final = 120
"""Characters of an address in the report: what makes it dear stands in the query, which comes first."""

LONGEST: Final = 4000
"""Characters of an address: longer ones are refused."""


@dataclass(frozen=True, slots=True)
class Material:
    """What requests are made of: pieces of what the index holds, so that they find something."""

    titles: Sequence[str]
    issues: Sequence[IssueRef]
    entries: Sequence[str]
    links: Sequence[str]
    sections: Sequence[str]
    people: Sequence[str]


class Requests:
    """Addresses drawn at random; always the same for the same seed."""

    def __init__(self, material: Material, seed: int) -> None:
        self._material, self._random = material, Random(seed)
        searches = [self._search_of("/api/v1/search"), self._search_of("/search"), self._search_of("/search.atom")]
        self._kinds: Sequence[Callable[[], str]] = (
            *(searches * 8),
            *[self._suggest, self._lookup, self._issue_page] * 4,
            *[self._entry, self._listing, self._issue, self._plain],
        )

    def draw(self) -> str:
        return self._random.choice(self._kinds)()[:LONGEST]

    def _query(self) -> str:
        """What is typed into the box, by one of many ways to make it dear."""
        random = self._random
        ways: Sequence[Callable[[], str]] = (
            lambda: random.choice(BOMBS),
            lambda: "".join(random.choices(CHARS, k=random.randint(1, MAX_QUERY_CHARS))),
            lambda: " ".join(random.choices(WORDS, k=random.randint(1, 40))),
            lambda: " ".join(f"{self._letters(2)}*" for _ in range(random.randint(1, 70))),
            lambda: " ".join(f'"{self._piece(12)}"' for _ in range(random.randint(1, 30))),
            lambda: " OR ".join(self._piece(8) for _ in range(random.randint(1, 40))),
            lambda: " ".join(f"-{self._piece(4)}" for _ in range(random.randint(1, 40))),
            lambda: " ".join(self._letters(8) for _ in range(random.randint(1, 40))),
            lambda: "".join(self._piece(10) for _ in range(random.randint(1, 30))),
            lambda: " ".join(self._piece(6) for _ in range(random.randint(1, 12))),
            lambda: random.choice(self._material.links),
            lambda: "",
        )
        return random.choice(ways)()

    def _letters(self, most: int) -> str:
        return "".join(self._random.choices("abcdefghijklmnopqrstuvwxyz", k=self._random.randint(1, most)))

    def _piece(self, most: int) -> str:
        title = self._random.choice(self._material.titles)
        start = self._random.randrange(len(title))
        return title[start : start + self._random.randint(1, most)]

    def _search_of(self, path: str) -> Callable[[], str]:
        def search() -> str:
            per_page = self._random.choice((1, 20, 100, 100))
            parameters: dict[str, Any] = {"q": self._query(), "per_page": per_page}
            parameters["page"] = self._random.choice((1, 1, 2, MAX_DEPTH // per_page))
            parameters["explain"] = self._random.choice((0, 1))
            others = {name: make() for name, make in self._parameters().items() if self._random.random() < 0.25}
            return f"{path}?{urlencode(parameters | others, errors='replace')}"

        return search

    def _parameters(self) -> dict[str, Callable[[], object]]:
        random, material = self._random, self._material
        return {
            "sort": lambda: random.choice(("newest", "oldest", "relevance")),
            "group": lambda: random.choice(("entry", "issue")),
            "match": lambda: random.choice(("all", "exact", "auto")),
            "facets": lambda: "kind,year,section,site,archive",
            "archive": lambda: self._several(("ruanyf", "kuring", "openbiox", "x")),
            "kind": lambda: self._several(("tool", "article", "工具", "quote")),
            "section": lambda: self._several(material.sections),
            "issue": lambda: self._several(("1..400", "..99", "300", "7..")),
            "year": lambda: self._several(("2018..", "..2020", "2021")),
            "from": lambda: "2019-01-01",
            "to": lambda: "2030-12-31",
            "by": lambda: self._several(material.people),
            "site": lambda: self._several(("github.com", "com", "example.org", "medium.com")),
        }

    def _several(self, values: Sequence[str]) -> str:
        return ",".join(self._random.choices(values, k=self._random.choice((1, 1, 2, 60))))

    def _suggest(self) -> str:
        return f"/api/v1/suggest?{urlencode({'q': self._query()}, errors='replace')}"

    def _lookup(self) -> str:
        url = self._random.choice((self._random.choice(self._material.links), self._query()))
        return f"/api/v1/lookup?{urlencode({'url': url}, errors='replace')}"

    def _issue_page(self) -> str:
        ref = self._random.choice(self._material.issues)
        marked = self._random.choice(("", f"?{urlencode({'hl': self._query()}, errors='replace')}"))
        return f"/issues/{quote(ref.archive)}/{quote(ref.path)}{marked}"

    def _entry(self) -> str:
        return self._random.choice(("/entries/", "/api/v1/entries/")) + self._random.choice(self._material.entries)

    def _listing(self) -> str:
        page, per_page = self._random.choice((1, 2, 99)), self._random.choice((1, 100))
        return self._random.choice(("/issues", f"/api/v1/issues?page={page}&per_page={per_page}"))

    def _issue(self) -> str:
        return f"/api/v1/issues/{self._random.choice(self._material.issues).id}"

    def _plain(self) -> str:
        programs = ("/sitemap.xml", "/sitemap-1.xml", "/openapi.json", "/opensearch.xml", "/robots.txt", "/healthz")
        return self._random.choice(("/", "/?lang=en", "/random", "/api/v1/status", "/nothing-here", *programs))


class Site:
    """The application over the real archives, with what it takes to answer."""

    def __init__(self) -> None:
        bring_up_to_date()
        analyzer = Analyzer()
        follower = Follower(INDEX, WhooshEngine(analyzer), watch=False)
        with follower.lease() as generation:
            self.material = _material(generation.searcher)
        self._client = Client(create_app(follower))
        for path in (
            "/",
            "/search?q=yuji+预热+warmm&explain=1",
            "/search.atom?q=a",
            "/api/v1/suggest?q=a",
            "/openapi.json",
        ):
            self.milliseconds(path)
        self._caches = [each for each in gc.get_objects() if _remembers(each)]
        gc.collect()
        gc.freeze()  # as the server does: a search for garbage among all that is loaded takes a tenth of a second

    def milliseconds(self, path: str) -> float:
        """Processor time of an answer, all of it made."""
        started = time.process_time()
        with self._client.get(path, headers={"Host": "localhost"}) as response:
            status = response.status_code
            response.get_data()
        taken = (time.process_time() - started) * 1000
        assert status < 500 or status == 503, (status, path)
        return taken

    def anew(self, path: str) -> float:
        """The same by a program that has answered nothing before."""
        for cached in self._caches:
            cached.cache_clear()
        return self.milliseconds(path)


def _remembers(item: object) -> bool:
    """Whether `item` keeps answers; what is loaded once and for all is no such thing."""
    return isinstance(item, functools._lru_cache_wrapper) and (item.cache_parameters()["maxsize"] or 0) > 1


def _material(searcher: Any) -> Material:
    issues = [info.ref for info in searcher.issues()]
    entries = [entry for ref in issues for entry in searcher.documents(ref.id)]
    return Material(
        titles=[entry.title for entry in entries if entry.title],
        issues=issues,
        entries=[entry.id for entry in entries],
        links=[entry.url for entry in entries if entry.url],
        sections=sorted({entry.section for entry in entries if entry.section}),
        people=sorted({entry.contributor for entry in entries if entry.contributor}),
    )


def measure(count: int = COUNT) -> dict[str, Any]:
    """Milliseconds of processor time of a first answer, and the dearest addresses."""
    site = Site()
    requests = Requests(site.material, SEED)
    paths = list(dict.fromkeys(requests.draw() for _ in range(count)))
    times = {path: site.milliseconds(path) for path in paths}
    dearest = _looked_at_again(site, times)
    middle = sorted(times.values())[len(times) // 2]
    return {"requests": len(paths), "p50": middle, "max": dearest[0][1], "dearest": dearest}


def _looked_at_again(site: Site, times: dict[str, float]) -> list[tuple[str, float]]:
    """The dearest, each of which was asked again; `times` are mended on the way."""
    sure: set[str] = set()
    while True:
        dearest = sorted(times.items(), key=lambda item: -item[1])[:DEAREST]
        doubtful = [path for path, _ in dearest if path not in sure]
        if not doubtful:
            return dearest
        for path in doubtful:
            times[path] = min([times[path], *(site.anew(path) for _ in range(TIMES))])
        sure.update(doubtful)


def shown(path: str) -> str:
    """The beginning of an address as one reads it; nothing in it is marked up."""
    readable = unquote_plus(path, errors="replace")[:SHOWN]
    return "".join(char if char.isprintable() and char not in "`|" else " " for char in readable)


def main() -> None:
    found = measure(int(sys.argv[1]) if len(sys.argv) > 1 else COUNT)
    print(f"{found['requests']} requests, p50 {found['p50']:.1f} ms, the dearest:")
    for path, milliseconds in found["dearest"]:
        print(f"{milliseconds:7.1f} ms  {shown(path)}")


if __name__ == "__main__":
    main()
