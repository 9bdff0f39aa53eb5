"""Queries that nobody types in earnest, over as many entries as seven years of a newsletter: none fails, none is dear.

The short form counts; `make test-long` measures the processor's time of all of them and prints it.
"""

from __future__ import annotations

import string
from pathlib import Path
from time import process_time

import pytest
from attacks import PAYLOADS
from flask import Flask
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sample_site import ANALYZER, example_texts, make_site

from bench.hostile import BOMBS
from wangqi.search.request import MAX_QUERY_CHARS
from wangqi.search.whoosh_engine import WhooshEngine

MORE_BOMBS = (
    *("kind:" * 40, "issue:1..9999999999", "year:0..99999", "date:2020-99-99", "by:" + "长" * 190, "site:" + "." * 190),
    *('"' + "的" * 198 + '"', '"a" ' * 50, "-" * 200, "-a " * 66, "a OR " * 40, "OR " * 66, "「" * 200, "“”" * 100),
    *("\\" * 200, "\u0301" * 200, "a\u0301" * 100, "\u200d" * 200, "ﷺ" * 200, "㍿" * 200, "İ" * 200, "ß" * 200),
    *("1" * 200, "0." * 100, "e" * 199 + "*", "*" * 200, "?" * 200, "~" * 200, "^9" * 100, "[a TO z]", "a~2 b~2 c~2"),
    *(
        "zhuangzhuangzhuang" * 11,
        "xian " * 40,
        "shi" * 66,
        "lvlvlv" * 33,
        "https://a/?" + "b=c&" * 40,
        "人工只能 " * 33,
    ),
)
WORDS = st.sampled_from(
    [
        *"的是了在有和不人",
        "软件",
        "工具",
        "kai*",
        "a*",
        "pyhton",
        "xuexi",
        "OR",
        "-",
        '"',
        "(",
        ")",
        "kind:tool",
        "year:2020..",
    ]
)
QUERIES = st.one_of(
    st.text(max_size=MAX_QUERY_CHARS),
    st.text(string.ascii_letters + " *-\"':.", max_size=MAX_QUERY_CHARS),
    st.text("的是了在有和不人这中大来上国开源软件工具网页 ", max_size=MAX_QUERY_CHARS),
    st.lists(WORDS, max_size=60).map(" ".join),
    st.lists(WORDS, max_size=60).map("".join),
    st.sampled_from(PAYLOADS),
)
LIMIT_MS = 100
twenty_thousand = settings(
    max_examples=20_000,
    deadline=None,
    database=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    return make_site(example_texts(), tmp_path_factory.mktemp("small"), WhooshEngine(ANALYZER))


def ask(site: Flask, q: str) -> int:
    return site.test_client().get("/api/v1/search", query_string={"q": q, "per_page": 100}).status_code


def test_there_are_sixty_named_queries() -> None:
    assert len({*BOMBS, *MORE_BOMBS}) >= 60


@pytest.mark.parametrize("q", [*BOMBS, *MORE_BOMBS], ids=lambda q: repr(q[:12]))
def test_no_named_query_fails(small: Flask, q: str) -> None:
    assert ask(small, q) in (200, 414)


@settings(max_examples=300, deadline=None, derandomize=True, database=None)
@given(QUERIES)
def test_no_query_fails(small: Flask, q: str) -> None:
    assert ask(small, q) in (200, 414)


@pytest.mark.slow
@pytest.mark.shared
def test_no_query_takes_longer_than_a_tenth_of_a_second(shared: Path) -> None:
    """20 000 made by hypothesis and the named ones, at 17 000 entries: the API's first answer to each, in whole."""
    site, times = whole_site(), dict[str, float]()

    def measure(q: str) -> None:
        if q not in times:  # what was asked before is remembered
            times[q] = answer_ms(site, q)

    for q in (*BOMBS, *MORE_BOMBS):
        measure(q)
    twenty_thousand(given(QUERIES)(measure))()
    # The first answer, whatever else this process did meanwhile, such as looking through all that hypothesis keeps.
    doubtful = {q: again_ms(q) for q, ms in times.items() if ms >= LIMIT_MS}
    ordered = sorted((times | doubtful).values())
    print(
        f"\n{len(times)} queries: median {ordered[len(ordered) // 2]:.1f} ms, "
        f"p99 {ordered[len(ordered) * 99 // 100]:.1f} ms, most {ordered[-1]:.1f} ms; "
        f"{len(doubtful)} of them asked again in other sites, at most {max(doubtful.values(), default=0.0):.1f} ms"
    )
    assert ordered[-1] < LIMIT_MS


def answer_ms(site: Flask, q: str) -> float:
    """Processor time of an answer."""
    started = process_time()
    status = ask(site, q)
    taken = (process_time() - started) * 1000
    assert status in (200, 414), q
    return taken


def again_ms(q: str) -> float:
    """The same in three sites that nobody has asked, the least: what else the machine did costs once."""
    return min(answer_ms(whole_site(), q) for _ in range(3))


def whole_site() -> Flask:
    from bench.site import INDEX, bring_up_to_date
    from wangqi.indexer.config import Config
    from wangqi.web.cli.serve import make_site as make_real_site

    bring_up_to_date()
    return make_real_site(Config(index_dir=INDEX))
