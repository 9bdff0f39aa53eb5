"""The application over ruanyf and kuring, asked as any caller asks it."""

from __future__ import annotations

import subprocess
from functools import cache
from pathlib import Path
from typing import Any, Final

from bench.corpus import ROOT, WORK
from bench.site import named_archives, wangqi
from wangqi.indexer.store.following import Follower
from wangqi.search.analysis import Analyzer
from wangqi.search.whoosh_engine import WhooshEngine
from wangqi.web.app import create_app

INDEX: Final = WORK / "trust"
ARCHIVES: Final = ("ruanyf", "kuring")
PER_PAGE: Final = 100

Answer = dict[str, Any]


def make_index(index: Path = INDEX) -> None:
    """Index the archives, if that is not done yet."""
    command = wangqi("reindex", *named_archives(ARCHIVES), index=index)
    subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


class TrustSite:
    """Answers of `/api/v1/search`, and the searcher below it."""

    def __init__(self, index: Path = INDEX) -> None:
        analyzer = Analyzer()
        follower = Follower(index, WhooshEngine(analyzer), watch=False)
        with follower.lease() as generation:
            self.searcher = generation.searcher
        self._client = create_app(follower).test_client()
        self.ask = cache(self._ask)
        """The answer for `q`, sorted so, with so many hits; asked once."""

    def _ask(self, q: str, *, sort: str = "relevance", per_page: int = PER_PAGE) -> Answer:
        parameters = {"q": q, "sort": sort, "per_page": per_page, "facets": "kind"}
        response = self._client.get("/api/v1/search", query_string=parameters)
        assert response.status_code == 200, (q, response.status)
        answer: Answer = response.get_json()
        return answer
