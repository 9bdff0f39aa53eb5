"""The language of the terminal: Chinese where the environment asks for it, else English.

Whatever is printed for a person goes through `translated`. The Chinese is in `locale/zh/LC_MESSAGES/wangqi.po`, also
that of what click says itself; it is read, compiled (`wangqi.mo`), when the first message is said in Chinese.

>>> is_chinese({"LANG": "zh_CN.UTF-8"}), is_chinese({"LC_ALL": "C", "LANG": "zh_CN.UTF-8"})
(True, False)
"""

from __future__ import annotations

import gettext
from collections.abc import Callable, Mapping
from contextvars import ContextVar
from pathlib import Path
from typing import Final

from wangqi.search.errors.message import Message

LOCALE: Final = Path(__file__).parent.parent / "locale"
DOMAIN: Final = "wangqi"
CATALOGUE: Final = LOCALE / "zh" / "LC_MESSAGES" / f"{DOMAIN}.po"

_gettext: ContextVar[Callable[[str], str] | None] = ContextVar("gettext", default=None)
"""None for English, in which messages are made."""


def is_chinese(environment: Mapping[str, str]) -> bool:
    """Whether messages are wanted in Chinese, by the variables that gettext looks at."""
    locale = next((value for name in ("LC_ALL", "LC_MESSAGES", "LANG") if (value := environment.get(name))), "")
    if locale not in ("C", "POSIX"):  # a script that asks for these means it
        locale = environment.get("LANGUAGE") or locale
    return locale.lower().startswith("zh")


def choose_language(environment: Mapping[str, str]) -> None:
    """Say everything in the language of the terminal from now on."""
    if is_chinese(environment):
        gettext.bindtextdomain(DOMAIN, str(LOCALE))
        gettext.textdomain(DOMAIN)  # which click asks, for its own texts
        _gettext.set(_chinese)
    else:
        gettext.textdomain("messages")  # the one of before, which nobody has
        _gettext.set(None)


def speaks_chinese() -> bool:
    return _gettext.get() is not None


def translated(text: str) -> str:
    """A message in the language of the terminal; any other text as it is."""
    said = _gettext.get()
    return text.said(said) if said and isinstance(text, Message) else str(text)


def _chinese(template: str) -> str:
    return gettext.translation(DOMAIN, LOCALE, ["zh"]).gettext(template)  # which reads the file once
