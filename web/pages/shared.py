"""The common part of all pages: the language, the addresses in it, and answers that browsers may keep."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from flask import Blueprint, Response, make_response, request
from markupsafe import Markup
from werkzeug.wrappers import Response as BaseResponse

from wangqi.search.answer import service
from wangqi.search.answer.result import SearchResult
from wangqi.search.request import SearchRequest
from wangqi.web.http.headers import answered
from wangqi.web.pages.templating import prepare
from wangqi.web.site.addresses import Addresses
from wangqi.web.site.leases import (
    Generation,
    absolute_addresses,
    current_site,
    local_addresses,
    page_arguments,
    query_arguments,
)
from wangqi.web.site.routes import PROGRAMS
from wangqi.web.words.language import CHINESE, LANGUAGES, Language, current_language, with_language

blueprint: Final = Blueprint("pages", __name__)

blueprint.record_once(lambda state: prepare(state.app.jinja_env))


@blueprint.before_app_request
def _speak() -> None:
    # Programs are told in Chinese whoever runs them: their answers are kept without a word about languages.
    if not request.path.startswith(PROGRAMS):
        # What is read here is Chinese: whoever asks for neither language has come for that.
        preferred = request.accept_languages.best_match(list(LANGUAGES), default=CHINESE.code)
        with_language(chosen_language() or LANGUAGES[preferred])


@blueprint.teardown_app_request
def _speak_chinese_again(_: BaseException | None) -> None:
    with_language(CHINESE)


@blueprint.app_context_processor
def common() -> dict[str, Any]:
    """Variables of every template, error pages included."""
    return {
        "site": current_site(),
        "addresses": page_addresses(),
        "absolute": absolute_addresses(),
        "asked": SearchRequest(),
        "language": current_language(),
        "original": language_of_issues(),
        "other_languages": [(each, _here_in(each)) for each in LANGUAGES.values() if each is not current_language()],
    }


def chosen_language() -> Language | None:
    """The one that the address of this request names; its pages' links and forms keep it."""
    return LANGUAGES.get(query_arguments().get("lang", [""])[0])


def language_of_issues() -> Markup:
    """The attribute of what issues say, which stays Chinese on a page in another language: for a reader aloud, and for
    the choice of a font."""
    return Markup() if current_language() is CHINESE else Markup(f' lang="{CHINESE.tag}"')


def page_addresses() -> Addresses:
    chosen = chosen_language()
    return local_addresses(chosen.code if chosen else "")


def answer(make: Callable[[Generation], str | BaseResponse]) -> Response:
    """The page that `make` renders from the current generation, or whatever else it answers; the 304 for a reader who
    has it."""
    response = answered(lambda generation: make_response(make(generation)), current_language().code)
    response.vary.add("Accept-Language")
    return response


def found(asked: SearchRequest, generation: Generation) -> SearchResult:
    return service.search(generation.index, asked)


def _here_in(language: Language) -> str:
    parameters = [(name, value) for name, values in page_arguments().items() for value in values if name != "lang"]
    return local_addresses(language.code).here(request.path, parameters)
