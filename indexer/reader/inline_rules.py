"""Inline rules of markdown-it, the same for who reads an issue and who shows it: tags and comments as `markup` has
them, and addresses that stand in a text as they are, whole before Markdown sees emphasis in `https://u.example/_a_`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from markdown_it.rules_inline import StateInline

from wangqi.indexer.reader.markup import Tag, address_at, end_of_hidden, tag_at

Rule = Callable[[StateInline, bool], bool]

BARE: Final = "bare"
"""The markup of links that their author did not write as such."""

_SCHEME: Final = re.compile(r"https?$")
_ESCAPED: Final = re.compile(r"\\([!-/:-@\[-`{-~])|&amp;")


def make_markup_rule(push: Callable[[StateInline, Tag], None]) -> Rule:
    """A rule that drops comments and hidden elements, and hands tags that dress the text to `push`."""

    def markup(state: StateInline, silent: bool) -> bool:
        if state.src[state.pos] != "<":
            return False
        end = end_of_hidden(state.src, state.pos)
        if end == state.pos:
            tag = tag_at(state.src, state.pos)
            if not tag or not tag.is_markup:
                return False
            end = tag.end
            if not silent:
                state.linkLevel = _link_level(state.linkLevel, tag)
                push(state, tag)
        state.pos = end
        return True

    return markup


def _link_level(before: int, tag: Tag) -> int:
    if tag.name != "a":
        return before
    return max(0, before - 1) if tag.is_closing else before + bool(tag.attribute("href"))


def autolink_address(state: StateInline, silent: bool) -> bool:
    """Make a link of an address, at the colon of `https://…`."""
    if state.linkLevel > 0 or not state.src.startswith("://", state.pos):
        return False
    scheme = _SCHEME.search(state.pending)
    if not scheme:
        return False
    start = state.pos - len(scheme[0])
    end = address_at(state.src, start, state.posMax)
    if end <= start:
        return False
    if not silent:
        state.pending = state.pending[: scheme.start()]
        address = _ESCAPED.sub(lambda found: found[1] or "&", state.src[start:end])
        opening = state.push("link_open", "a", 1)
        opening.attrs, opening.markup = {"href": address}, BARE
        state.push("text", "", 0).content = address
        state.push("link_close", "a", -1).markup = BARE
    state.pos = end
    return True
