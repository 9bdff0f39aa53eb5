"""Fuzzing without an end in sight: `make fuzz` looks for inputs that break the reader, the queries or the API.

    python tests/support/fuzzing.py [MINUTES]

What is found is kept in hypothesis' own folder (`.hypothesis/`, not in git) and tried first the next time.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import html5lib
import schemathesis
from attacks import PAYLOADS
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sample_site import ANALYZER, example_texts, make_site
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import positive_data_acceptance
from test_faults_queries import QUERIES
from test_reader_properties import TEXTS

from wangqi.indexer.reader import read_issue
from wangqi.indexer.rendering import render_issue
from wangqi.search.errors import ReadError
from wangqi.search.plan.making import make_plan
from wangqi.search.query.parser import parse

ROUND = settings(max_examples=500, deadline=None, suppress_health_check=list(HealthCheck))
LIMIT_S = 2.0
"""Of the processor: hypothesis' own deadline counts what else the machine does."""
ISSUES = st.one_of(TEXTS, st.lists(st.one_of(TEXTS, st.sampled_from(PAYLOADS)), max_size=5).map("\n\n".join))
FORBIDDEN = frozenset({"script", "style", "iframe", "object", "embed", "form", "base", "meta", "link", "svg", "math"})


@contextmanager
def soon() -> Iterator[None]:
    started = time.process_time()
    yield
    taken_s = time.process_time() - started
    assert taken_s < LIMIT_S, f"{taken_s:.1f} s"


@ROUND
@given(ISSUES)
@soon()
def fuzz_reader(text: str) -> None:
    """Any text is an issue or a `ReadError`, and its page holds nothing that could act."""
    data = text.encode(errors="ignore")
    try:
        issue = read_issue("样刊", "第1期.md", data)
    except ReadError:
        return
    html = render_issue(data, anchors={entry.line: [entry.id] for entry in issue.documents()}).html
    for element in html5lib.parseFragment(html, namespaceHTMLElements=False).iter():
        assert element.tag not in FORBIDDEN, html
        assert not any(name.startswith("on") or name == "style" for name in element.attrib), html


@ROUND
@given(QUERIES)
@soon()
def fuzz_query(q: str) -> None:
    """Any text is a query, and can be planned."""
    make_plan(parse(q).query, ANALYZER)


def api_target(folder: Path) -> Callable[[], None]:
    """Requests made from the API's own description: none is a server error, each is answered as described."""
    document = schemathesis.openapi.from_wsgi("/openapi.json", make_site(example_texts(), folder))
    operations = [found.ok() for found in document.get_all_operations() if isinstance(found, Ok)]

    @ROUND
    @given(st.one_of([operation.as_strategy() for operation in operations]))
    @soon()
    def fuzz_api(case: Any) -> None:
        response = case.call(headers={"Accept-Encoding": "identity"})
        # Some values are refused by rules that no schema tells: test_openapi_fuzzing.py knows them.
        case.validate_response(response, excluded_checks=[positive_data_acceptance])

    return fuzz_api


def main(minutes: float = 10) -> None:
    end, rounds = time.monotonic() + minutes * 60, 0
    with tempfile.TemporaryDirectory() as folder:
        ANALYZER.index("预热")  # loads the dictionary
        targets = [fuzz_reader, fuzz_query, api_target(Path(folder))]
        while time.monotonic() < end:
            for target in targets:
                target()
            rounds += 1
    print(f"{rounds} rounds of {len(targets)} targets, {ROUND.max_examples} inputs each: nothing broke")


if __name__ == "__main__":
    main(*map(float, sys.argv[1:]))
