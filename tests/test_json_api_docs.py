"""`docs/json-api.md` is true: its examples are run against the bundled newsletter, its tables name every parameter."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from sample_site import example_texts, make_site

from wangqi.search.model import KINDS
from wangqi.web.site.parameters import FACETS, SEARCH_PARAMETERS

TEXT = (Path(__file__).resolve().parent.parent / "docs" / "json-api.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"^`GET (\S+)`\n\n```json\n(.*?)^```$", TEXT, re.MULTILINE | re.DOTALL)


def fits(example: Any, answer: Any) -> bool:
    """Whether `answer` is as the `example` says, in which "…" stands for anything."""
    if example == "…":
        return True
    if isinstance(example, dict) and isinstance(answer, dict):
        told = {name: value for name, value in example.items() if name != "…"}
        complete = "…" in example or told.keys() == answer.keys()
        return complete and all(name in answer and fits(value, answer[name]) for name, value in told.items())
    if isinstance(example, list) and isinstance(answer, list):
        told_items = example[:-1] if example[-1:] == ["…"] else example
        complete = len(told_items) == len(answer) or told_items is not example
        return complete and all(map(fits, told_items, answer)) and len(answer) >= len(told_items)
    return bool(example == answer)


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Any:
    return make_site(example_texts(), tmp_path_factory.mktemp("docs"), base_url="http://127.0.0.1:8000").test_client()


@pytest.mark.parametrize(("address", "example"), EXAMPLES, ids=[address for address, _ in EXAMPLES])
def test_the_example_is_what_the_api_answers(client: Any, address: str, example: str) -> None:
    answer = client.get(address).get_json()
    assert fits(json.loads(example), answer), json.dumps(answer, ensure_ascii=False, indent=1)


def test_every_endpoint_has_an_example(client: Any) -> None:
    shown = {re.sub(r"(entries|issues)/[^/]+", r"\1/<id>", address.partition("?")[0]) for address, _ in EXAMPLES}
    rules = {rule.rule for rule in client.application.url_map.iter_rules() if "static" not in rule.rule}
    served = {re.sub(r"<\w+>", "<id>", rule) for rule in rules if rule.startswith(("/api/", "/healthz"))}
    assert shown == served


def test_every_address_for_programs_is_named(client: Any) -> None:
    for path in client.get("/openapi.json").get_json()["paths"]:
        assert f"`{path}" in TEXT or path == "/sitemap-{part}.xml", path  # the parts are named by the sitemap


def test_every_parameter_and_choice_is_named() -> None:
    for name in (*SEARCH_PARAMETERS, *KINDS, *FACETS):
        assert f"`{name}`" in TEXT, name


def test_every_notice_is_in_both_documents(client: Any) -> None:
    root = Path(__file__).resolve().parent.parent
    sources = [path.read_text(encoding="utf-8") for name in ("search", "web") for path in (root / name).rglob("*.py")]
    codes = {code for text in sources for code in re.findall(r'Notice\(\s*code="([\w-]+)"', text)}
    schema = client.get("/openapi.json").get_json()["components"]["schemas"]["Notice"]
    assert len(codes) > 10
    assert set(schema["properties"]["code"]["examples"]) == codes
    told = TEXT.partition("**Notices.**")[2].partition("\n\n")[0]
    assert set(re.findall(r"`([a-z-]+)`", told)) - {"q", "notices", "code", "message"} == codes


def test_filters_in_the_box_are_told(client: Any) -> None:
    q = "kind:工具,文章 issue:3..5 -year:2020 date:2024-03.. -site:nats.io"
    assert client.get("/api/v1/search", query_string={"q": q}).get_json()["query"]["filters"] == {
        "kind": ["tool", "article"],
        "issue": ["3..5"],
        "from": ["2024-03-01"],
        "exclude": [{"year": ["2020"]}, {"site": ["nats.io"]}],
    }


def test_an_example_that_is_not_true_would_be_noticed() -> None:
    assert not fits({"a": 1}, {"a": 2})
    assert not fits({"a": 1}, {"a": 1, "b": 2})
    assert not fits([1], [1, 2])
    assert not fits([1, "…"], [])
    assert fits({"a": [1, "…"], "…": "…"}, {"a": [1, 2], "b": 3})
