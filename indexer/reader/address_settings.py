"""The settings of an issue that its address on the author's site may be made of, beside number, date and title.

>>> address_settings({"title": "七", "slug": "lantern", "Section": "2024 春", "tags": ["a"], "cover": "https://a.example"})
(('slug', 'lantern'), ('section', '2024 春'))
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Final

MAX_KEYS: Final = 12
MAX_CHARS: Final = 100
FIRST: Final = ("slug", "permalink", "url")
"""What addresses are made of mostly: kept whatever else there is."""

_TOLD_OTHERWISE: Final = frozenset({"title", "number", "date", "description", "summary", "tags", "keywords", "author"})


def address_settings(settings: Mapping[str, object]) -> tuple[tuple[str, str], ...]:
    """Names, in lower case, and values of those that are one short text or number and no address by themselves."""
    found = [(key.lower(), str(value).strip()) for key, value in settings.items() if _is_plain(value)]
    fitting = [(key, value) for key, value in found if _may_be_named(key) and _fits(value)]
    if any(key.lower() == "slug" for key in settings) and "slug" not in dict(fitting):
        fitting.append(("slug", ""))  # one was given that cannot be used: the file's name is not it
    return tuple(sorted(fitting, key=lambda pair: pair[0] not in FIRST)[:MAX_KEYS])


def _is_plain(value: object) -> bool:
    return isinstance(value, str | int | float | date) and not isinstance(value, bool)


def _may_be_named(key: str) -> bool:
    return key.isidentifier() and key not in _TOLD_OTHERWISE


def _fits(value: str) -> bool:
    return 0 < len(value) <= MAX_CHARS and value.isprintable() and "://" not in value
