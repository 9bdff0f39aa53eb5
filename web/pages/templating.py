"""What templates can say beside Jinja's own words: labels, marks, and messages in the language of the page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from jinja2 import Environment

from search.document.links import site_of, web_address
from web.pages.marked_text import marked
from web.pages.view import kept_parameters
from web.words.as_markdown import hit_as_markdown
from web.words.labels import also_label, issue_label, issue_lead, issue_title, kind_label, place_label, year_label
from web.words.language import counted, gettext, ngettext

FILTERS: Final[tuple[Callable[..., Any], ...]] = (
    *(also_label, issue_label, issue_lead, issue_title, kind_label, place_label, year_label),
    *(hit_as_markdown, marked, site_of, web_address),
)


def prepare(environment: Environment) -> None:
    """Add the filters, and `_("…")`, `counted("…", n)`, `{% trans %}` for messages."""
    environment.filters |= {function.__name__: function for function in FILTERS}
    environment.globals |= {"counted": counted, "kept_parameters": kept_parameters}
    environment.add_extension("jinja2.ext.i18n")
    install = environment.install_gettext_callables  # type: ignore[attr-defined]  # the extension brings it
    install(gettext, ngettext, newstyle=True)
