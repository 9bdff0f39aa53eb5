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

from search.document.values import read_days, read_numbers
from search.request import MAX_DEPTH
from web.app import create_app

bounded = settings(
    max_examples=60,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
source = FixedSource(None)
document = schemathesis.openapi.from_wsgi("/openapi.json", create_app(source))


@pytest.fixture(scope="module", autouse=True)
def with_index(tmp_path_factory: pytest.TempPathFactory) -> None:
    source.generation = generation_of(example_texts(), tmp_path_factory.mktemp("openapi"))


def test_the_document_is_openapi() -> None:
    document.validate()


def breaks_a_rule_that_no_schema_tells(query: dict[str, Any]) -> bool:
    """Values that are good each by itself: too deep, or running backwards."""
    deep = int(query.get("page") or 1) * int(query.get("per_page") or 20) > MAX_DEPTH
    ranges = [value for name in ("issue", "year") for value in query.get(name) or []]
    first, last = (read_days(query.get(name) or "") for name in ("from", "to"))
    return deep or not all(map(read_numbers, ranges)) or bool(first and last and first[0] > last[1])


@document.parametrize()
@bounded
def test_every_request_is_answered_as_the_document_says(case: Any) -> None:
    response = case.call(headers={"Accept-Encoding": "identity"})  # it does not unpack what no network brought
    good = case.meta.generation.mode.is_positive
    refused = good and response.status_code == 400 and breaks_a_rule_that_no_schema_tells(case.query)
    case.validate_response(response, excluded_checks=[positive_data_acceptance] if refused else [])
