"""Functions that templates have beside Jinja's own: labels, marks, and messages in the language of the page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from jinja2 import Environment
from markupsafe import Markup

from wangqi.search.document.links import site_of, web_address
from wangqi.web.pages.choices import all_folded, choice, choices, facet_choices, year_bars
from wangqi.web.pages.syntax_help import examples
from wangqi.web.pages.view import kept_parameters
from wangqi.web.site.leases import archive_name, canonical_source
from wangqi.web.words.labels import entry_title, issue_label, issue_title, kind_label
from wangqi.web.words.language import counted, gettext, ngettext

FILTERS: Final[tuple[Callable[..., Any], ...]] = (
    archive_name,
    canonical_source,
    entry_title,
    issue_label,
    issue_title,
    kind_label,
    site_of,
    web_address,
)
FUNCTIONS: Final[tuple[Callable[..., Any], ...]] = (
    all_folded,
    choice,
    choices,
    counted,
    examples,
    facet_choices,
    kept_parameters,
    year_bars,
)


def prepare(environment: Environment) -> None:
    """Add filters and functions, and `_("…")`, `counted("…", n)`, `{% trans %}` for messages."""
    environment.filters |= {function.__name__: function for function in FILTERS}
    environment.globals |= {function.__name__: function for function in FUNCTIONS}
    environment.add_extension("jinja2.ext.i18n")
    install = environment.install_gettext_callables  # type: ignore[attr-defined]  # the extension brings it
    install(gettext, ngettext, newstyle=True)
    environment.globals["_"] = _said


def _said(message: str, **values: object) -> Markup:
    """What the extension makes of `_("…")` as well, in several times as long: a page has twenty."""
    return Markup(gettext(message)) % values if values else Markup(gettext(message))
