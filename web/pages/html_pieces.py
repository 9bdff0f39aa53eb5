"""HTML made in Python: what a page repeats many times, a fifth of the time that Jinja takes for it.

>>> link = Html('<a href="%s">%s</a>')
>>> Html("<li>%s</li>")(link("/search?q=a&page=2", "<2>"))
Markup('<li><a href="/search?q=a&amp;page=2">&lt;2&gt;</a></li>')
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from html import escape
from typing import Final, LiteralString

from markupsafe import Markup

NOTHING: Final = Markup()

as_html: Final[Callable[[str], Markup]] = partial(str.__new__, Markup)
"""What `Markup` makes of a string, in a third of the time: a page has five hundred pieces."""


class Html:
    """A piece of HTML in which each `%s` is a place for a value, in text or between double quotes."""

    __slots__ = ("_piece",)

    def __init__(self, piece: LiteralString) -> None:
        self._piece = piece

    def __call__(self, *values: object) -> Markup:
        return as_html(self._piece % tuple([escaped(value) for value in values]))


def escaped(value: object) -> str:
    """The one rule of escaping: everything is escaped but `Markup`, which is HTML already."""
    return value if isinstance(value, Markup) else escape(str(value))


def joined(parts: Iterable[Markup]) -> Markup:
    return as_html("".join(parts))
