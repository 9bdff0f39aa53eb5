"""The language of what a reader sees: Chinese, or English where a page is made for somebody who asks for it.

Messages are written in Chinese where they are used; `locale/en.po` has the English for each of them.

    >>> with_language(ENGLISH), gettext("最新"), counted("%(num)s 条", 2)
    (None, 'Newest', '2 entries')
"""

from __future__ import annotations

from contextvars import ContextVar
from dataclasses import dataclass
from functools import cache
from gettext import GNUTranslations, NullTranslations
from io import BytesIO
from pathlib import Path
from typing import Final

from wangqi.search.query.notice import Notice

LOCALE: Final = Path(__file__).parent.parent / "locale"


@dataclass(frozen=True, slots=True)
class Language:
    code: str
    """In an address: `zh` or `en`."""
    tag: str
    """Of a page, as BCP 47 has it."""
    name: str
    """As its speakers call it."""
    comma: str
    """What parts the words of a list."""


CHINESE: Final = Language("zh", "zh-CN", "中文", "、")
ENGLISH: Final = Language("en", "en", "English", ", ")
LANGUAGES: Final = {language.code: language for language in (CHINESE, ENGLISH)}

_current: ContextVar[Language] = ContextVar("language", default=CHINESE)


def with_language(language: Language) -> None:
    """Say everything in `language` from now on (in this thread)."""
    _current.set(language)


def current_language() -> Language:
    return _current.get()


def gettext(message: str) -> str:
    return _catalog(_current.get()).gettext(message)


def counted(message: str, num: int, **values: object) -> str:
    """`message` for `num` things, their number at `%(num)s`. English has a form for one and one for many."""
    return ngettext(message, message, num) % (values | {"num": num})


def ngettext(one: str, many: str, num: int) -> str:
    return _catalog(_current.get()).ngettext(one, many, num)


def notice_text(notice: Notice) -> str:
    return notice.said(gettext(notice.template), _current.get().comma)


@cache
def _catalog(language: Language) -> NullTranslations:
    if language is CHINESE:
        return NullTranslations()
    import polib  # the command line, which speaks Chinese, does without

    return GNUTranslations(BytesIO(polib.pofile(str(LOCALE / f"{language.code}.po")).to_binary()))
