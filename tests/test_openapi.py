"""`/openapi.json` says what there is: every address, every parameter, every key of an answer."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sample_site import FixedSource, example_texts, make_site

from wangqi.search.model import KINDS
from wangqi.search.request import MAX_DEPTH, MAX_PER_PAGE, MAX_QUERY_CHARS
from wangqi.web.app import create_app
from wangqi.web.site.parameters import FACETS
from wangqi.web.site.routes import PROGRAMS

ADDRESSES = [
    "/api/v1/search",
    "/api/v1/search?q=消息系统 量子 -免费&explain=1&facets=kind,year,section,site,archive",  # relaxed: has a notice
    "/api/v1/search?q=xiaoxi xitong&per_page=1",  # corrected: the notice has a query
    "/api/v1/search?q=没有这样的东西&match=exact",
    "/api/v1/search?q=工具&group=issue&per_page=2",
    "/api/v1/entries/kibji655rfono-7nfqyb6i",
    "/api/v1/suggest?q=n",
    "/api/v1/lookup?url=nats.io",
    "/api/v1/lookup?url=octo/never-seen",
    "/api/v1/lookups?url=nats.io&url=octo/never-seen",
    "/api/v1/random",
    "/api/v1/issues?per_page=5&page=2",
    "/api/v1/issues/kibji655rfono",
    "/api/v1/status",
    "/healthz",
    "/openapi.json",
    "/api/v1/search?page=0",
    "/api/v1/entries/nothing-1",
]


@pytest.fixture(scope="module")
def document(example_site: Flask) -> Any:
    return example_site.test_client().get("/openapi.json").get_json()


@pytest.fixture
def client(example_site: Flask) -> FlaskClient:
    return example_site.test_client()


def paths_of(app: Flask) -> set[str]:
    rules = {re.sub(r"<(?:\w+:)?(?:\w+_)?(\w+)>", r"{\1}", rule.rule) for rule in app.url_map.iter_rules()}
    return {rule for rule in rules if rule.startswith(PROGRAMS)}


def parameters_of(document: Any, path: str) -> list[Any]:
    """The parameters of an operation, those that it shares with others too."""
    listed = document["paths"][path]["get"].get("parameters", [])
    shared = document["components"]["parameters"]
    return [shared[each["$ref"].rpartition("/")[2]] if "$ref" in each else each for each in listed]


def test_every_address_for_programs_is_in_the_document(example_site: Flask, document: Any) -> None:
    assert set(document["paths"]) == paths_of(example_site)


def test_every_parameter_is_in_the_document(client: FlaskClient, document: Any) -> None:
    for path in set(document["paths"]) - {"/healthz", "/robots.txt"}:  # these two are asked by whoever, however
        refused = client.get(re.sub(r"\{\w+\}", "1", path) + "?no-such=1").get_json()
        named = [each["name"] for each in parameters_of(document, path) if each["in"] == "query"]
        assert refused["detail"].endswith(f"known are {', '.join(named) or 'none'}"), path


def test_every_key_has_a_value(document: Any) -> None:
    # In YAML, a comma in a text without quotes begins another key.
    def keys_without(node: Any, place: str = "") -> Iterator[str]:
        named = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
        for name, value in named:
            if value is None:
                yield f"{place}/{name}"
            elif name not in ("example", "examples"):
                yield from keys_without(value, f"{place}/{name}")

    assert list(keys_without(document)) == []


def test_limits_and_choices_are_those_of_the_program(document: Any) -> None:
    parameters, schemas = document["components"]["parameters"], document["components"]["schemas"]
    assert parameters["page"]["schema"]["maximum"] == MAX_DEPTH
    assert parameters["per_page"]["schema"]["maximum"] == MAX_PER_PAGE
    assert f"{MAX_QUERY_CHARS} characters" in parameters["q"]["description"]
    assert schemas["Kind"]["enum"] == list(KINDS)
    assert schemas["Facet"]["enum"] == list(FACETS)


def examples_of(told: Any) -> list[Any]:
    several = [each["value"] for each in told.get("examples", {}).values()]
    return several or ([told["example"]] if "example" in told else [])


def test_every_example_is_answered(client: FlaskClient, document: Any) -> None:
    for path in document["paths"]:
        for parameter in parameters_of(document, path):
            for example in examples_of(parameter):
                value = ",".join(example) if isinstance(example, list) else str(example)
                place = path.replace(f"{{{parameter['name']}}}", value)
                query = {parameter["name"]: value} if parameter["in"] == "query" else {}
                assert client.get(place, query_string=query).status_code == 200, (path, parameter["name"])


def test_every_example_of_an_answer_is_as_the_document_says(document: Any) -> None:
    told = [each for path in document["paths"].values() for each in path["get"]["responses"].values()]
    checked = 0
    for response in [*told, *document["components"]["responses"].values()]:
        for content in response.get("content", {}).values():
            for example in examples_of(content):
                validator(content["schema"], document).validate(example)
                checked += 1
    assert checked


def validator(schema: Any, document: Any) -> jsonschema_rs.Draft202012Validator:
    """Of `schema`, without room for keys that it does not name."""
    whole = strict(schema | {"components": {"schemas": document["components"]["schemas"]}})
    return jsonschema_rs.Draft202012Validator(whole, validate_formats=True)


def strict(schema: Any) -> Any:
    if isinstance(schema, list):
        return [strict(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    told = {name: strict(value) for name, value in schema.items()}
    is_object = schema.get("type") == "object" and "properties" in schema
    return told | {"additionalProperties": False} if is_object else told


@pytest.mark.parametrize("address", ADDRESSES)
def test_every_key_of_an_answer_is_in_the_document(client: FlaskClient, document: Any, address: str) -> None:
    response = client.get(address)
    path = re.sub(r"(entries|issues)/[^/?]+", r"\1/{id}", address.partition("?")[0])
    told = document["paths"][path]["get"]["responses"][str(response.status_code)]
    told = document["components"]["responses"][told["$ref"].rpartition("/")[2]] if "$ref" in told else told
    validator(told["content"][response.content_type]["schema"], document).validate(response.get_json())


def test_a_key_that_is_not_told_would_be_noticed() -> None:
    schema = strict({"type": "object", "properties": {"a": {"type": "object", "properties": {}}}})
    assert jsonschema_rs.is_valid(schema, {"a": {}})
    assert not jsonschema_rs.is_valid(schema, {"a": {"b": 1}})


def test_the_document_names_the_site_that_serves_it(tmp_path: Path) -> None:
    site = make_site(example_texts(), tmp_path, base_url="https://h.example/weekly")
    assert site.test_client().get("/openapi.json").get_json()["servers"] == [{"url": "https://h.example/weekly"}]


def test_it_is_there_without_an_index_and_asked_for_once(example_site: Flask) -> None:
    client = create_app(FixedSource(None)).test_client()
    first = client.get("/openapi.json")
    assert first.status_code == 200
    assert client.get("/openapi.json", headers={"If-None-Match": first.headers["ETag"]}).status_code == 304
