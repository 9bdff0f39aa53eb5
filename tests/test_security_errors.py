"""Whatever fails inside the program, a visitor gets an id that stands in the log beside the trace, and no trace."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask, Response
from jinja2 import ChoiceLoader, DictLoader
from sample_site import example_texts, make_site
from werkzeug.exceptions import InternalServerError

PAGES = ("/", "/search?q=x", "/issues")
PROGRAMS = ("/api/v1/search?q=x", "/api/v1/status", "/healthz", "/search.atom?q=x", "/openapi.json")
SECRET = "a path of the server: /srv/secret"


def fail(*_: object, **__: object) -> Response:
    raise RuntimeError(SECRET)


def in_views(site: Flask) -> None:
    site.view_functions = dict.fromkeys(site.view_functions, fail)


def in_views_by_a_500(site: Flask) -> None:
    def abort(**_: object) -> Response:
        raise InternalServerError(SECRET)

    site.view_functions = dict.fromkeys(site.view_functions, abort)


def before_views(site: Flask) -> None:
    site.before_request(fail)


def after_views(site: Flask) -> None:
    site.after_request(fail)


@pytest.fixture
def site(tmp_path: Path) -> Flask:
    return make_site(example_texts(), tmp_path)


@pytest.mark.parametrize("path", [*PAGES, *PROGRAMS])
@pytest.mark.parametrize("break_it", [in_views, in_views_by_a_500, before_views, after_views])
def test_every_500_has_an_id_and_the_form_of_its_address(
    site: Flask, break_it: Callable[[Flask], None], path: str, caplog: pytest.LogCaptureFixture
) -> None:
    break_it(site)
    answer = site.test_client().get(path)
    assert answer.status_code == 500
    if path in PROGRAMS:
        assert answer.content_type == "application/problem+json"
        error_id = answer.get_json()["id"]
    else:
        assert answer.content_type.startswith("text/html")
        error_id = id_on_page(answer.text)
    check_told(error_id, answer.text, caplog.text)


def id_on_page(page: str) -> str:
    (found,) = re.findall(r"<code>([0-9a-f]{8})</code>", page)
    return str(found)


def check_told(error_id: str, answer: str, log: str) -> None:
    assert f"error {error_id} at /" in log
    assert SECRET in log
    for word in (SECRET, "Traceback", 'File "', "RuntimeError", "werkzeug"):
        assert word not in answer


def break_template(site: Flask, name: str) -> None:
    def raising() -> str:
        raise RuntimeError(SECRET)

    broken = DictLoader({name: "<p>half a page</p>{{ raising() }}"})
    assert site.jinja_env.loader
    site.jinja_env.globals["raising"] = raising
    site.jinja_env.loader = ChoiceLoader([broken, site.jinja_env.loader])


def test_bug_in_a_template_leaves_no_half_page(site: Flask, caplog: pytest.LogCaptureFixture) -> None:
    break_template(site, "results.html")
    answer = site.test_client().get("/search?q=x")
    assert answer.status_code == 500
    assert "half a page" not in answer.text
    check_told(id_on_page(answer.text), answer.text, caplog.text)


def test_bug_that_the_page_of_errors_has_too_is_told_in_plain_text(
    site: Flask, caplog: pytest.LogCaptureFixture
) -> None:
    break_template(site, "base.html")
    answer = site.test_client().get("/search?q=x")
    assert (answer.status_code, answer.mimetype) == (500, "text/plain")
    (error_id,) = re.findall("error ([0-9a-f]{8}): ", answer.text)
    check_told(error_id, answer.text, caplog.text)
