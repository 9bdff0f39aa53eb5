"""`/openapi.json` is true for any request: schemathesis makes them from it, good and bad, and checks the answers.

Among its checks: no status, content type, header or value that the document does not tell; no bad value is taken and no
good one refused; other methods are a 405.
"""

from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from sample_site import FixedSource, example_texts, generation_of
from schemathesis.specs.openapi.checks import positive_data_acceptance

from wangqi.search.document.filter_types import ListFilter
from wangqi.search.document.filters import LIST_FILTERS
from wangqi.search.document.links import typed_address
from wangqi.search.document.values import read_days
from wangqi.search.request import MAX_DEPTH, PER_PAGE
from wangqi.web.app import create_app
from wangqi.web.site import routes
from wangqi.web.site.parameters import FEED

bounded = settings(
    max_examples=60,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
source = FixedSource(None)
READ_FILTERS = [row for name, row in LIST_FILTERS.items() if name != "kind"]  # the schema lists the kinds
document = schemathesis.openapi.from_wsgi("/openapi.json", create_app(source))


@pytest.fixture(scope="module", autouse=True)
def with_index(tmp_path_factory: pytest.TempPathFactory) -> None:
    source.generation = generation_of(example_texts(), tmp_path_factory.mktemp("openapi"))


def test_the_document_is_openapi() -> None:
    document.validate()


def cannot_be_read(row: ListFilter, query: dict[str, Any]) -> bool:
    """Whether an alternative is a range that runs backwards, or a name with nothing in it to compare (`@`, `.`)."""
    given = query.get(row.name) or []
    texts = [given] if isinstance(given, str) else given  # alternatives in one text, or a list of texts
    return any(row.read_value(part) is None for text in texts for part in row.split(text))


def breaks_a_rule_that_no_schema_tells(query: dict[str, Any], per_page: int = PER_PAGE) -> bool:
    """Values that only a reader refuses, and some that are good each by itself: too deep, or running backwards."""
    deep = int(query.get("page") or 1) * int(query.get("per_page") or per_page) > MAX_DEPTH
    first, last = (read_days(query.get(name) or "") for name in ("from", "to"))
    backwards = bool(first and last and first[0] > last[1])
    urls = query.get("url") or []
    no_page = any(typed_address(url) is None for url in ([urls] if isinstance(urls, str) else urls))
    return deep or backwards or no_page or any(cannot_be_read(row, query) for row in READ_FILTERS)


@pytest.mark.parametrize(
    ("query", "breaks"),
    [
        ({"page": "500"}, False),
        ({"page": "501"}, True),
        ({"url": ["https://a.example", "https://例：子:19"]}, True),
        ({"url": ["https://a.example", "octo/cat"]}, False),
        ({"by": "甲,@"}, True),
        ({"section": ["工具", "\u200b"]}, True),
        ({"issue": "7,9..3"}, True),
        ({"site": "github.com", "issue": "4..6,9", "tag": "", "section": [""]}, False),
    ],
)
def test_only_what_cannot_be_read_breaks_a_rule(query: dict[str, Any], breaks: bool) -> None:
    assert breaks_a_rule_that_no_schema_tells(query) is breaks


@document.parametrize()
@bounded
def test_every_request_is_answered_as_the_document_says(case: Any) -> None:
    check(case)


@pytest.mark.slow
@document.parametrize()
@settings(bounded, max_examples=150)
def test_many_more_requests_are_answered_as_the_document_says(case: Any) -> None:
    check(case)


def check(case: Any) -> None:
    response = case.call(headers={"Accept-Encoding": "identity"})  # it does not unpack what no network brought
    good = case.meta.generation.mode.is_positive
    per_page = FEED.per_page if case.path == routes.FEED else PER_PAGE
    refused = good and response.status_code == 400 and breaks_a_rule_that_no_schema_tells(case.query, per_page)
    case.validate_response(response, excluded_checks=[positive_data_acceptance] if refused else [])
