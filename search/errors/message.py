"""What is told to a person: English text that keeps what it was made of, so that it can be said in another language.

Whoever finds something out makes the message; whoever shows it chooses the language (`web/words/terminal.py`). To
everybody else, JSON included, it is the English text.

>>> found = Message("{count} of {path}", count=2, path="a.md")
>>> found, found.template, found.values
('2 of a.md', '{count} of {path}', {'count': 2, 'path': 'a.md'})
>>> found.said({"{count} of {path}": "{path} 中的 {count} 个"}.get)
'a.md 中的 2 个'
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import reduce
from typing import Any, Final, Self

Value = str | int | float | tuple[str, ...]
"""A text may be a message itself; a tuple is a list of texts, with commas between them."""

COMMA: Final = ", "


class Message(str):
    """A template with values, filled in as by `str.format`; without values the template is the text."""

    template: str
    values: dict[str, Value]

    def __new__(cls, template: str, /, **values: object) -> Self:
        kept = {name: _kept(value) for name, value in values.items()}
        message = super().__new__(cls, _filled(template, kept))
        message.template, message.values = template, kept
        return message

    def __reduce__(self) -> tuple[Any, ...]:  # a copy, also one in another process, keeps both
        return unpacked, (packed(self),)

    def said(self, gettext: Callable[[str], str]) -> str:
        """The message in the language in which `gettext` says its templates, and those of the messages in it."""
        return _filled(
            gettext(self.template), {name: _said(value, gettext) for name, value in self.values.items()}, gettext(COMMA)
        )


def plural(num: int, one: str, several: str) -> Message:
    """One of two templates, for `num` things; their number is at `{num}`."""
    return Message(one if num == 1 else several, num=num)


def one_after_the_other(messages: Iterable[str]) -> str:
    return reduce(lambda said, more: Message("{said}; {more}", said=said, more=more), messages)


def message_of(error: BaseException) -> str:
    """The message of an error of ours, which `str(error)` has in English; of others their text."""
    said = error.args[0] if error.args else ""
    return said if isinstance(said, Message) else str(error)


def packed(message: Value) -> Any:
    """A text, or a value of one, as JSON can hold it, for `unpacked`."""
    if isinstance(message, Message):
        values = {name: packed(value) for name, value in message.values.items()}
        return {"template": message.template, "values": values}
    return [packed(each) for each in message] if isinstance(message, tuple) else message


def unpacked(found: Any) -> Any:
    """Raises `LookupError`, `TypeError` or `ValueError` for what `packed` has not made."""
    if isinstance(found, dict):
        return Message(found["template"], **{name: unpacked(value) for name, value in found["values"].items()})
    return tuple(map(unpacked, found)) if isinstance(found, list) else found


def _kept(value: object) -> Value:
    if isinstance(value, BaseException):
        return message_of(value)
    if isinstance(value, list | tuple):
        return tuple(part if isinstance(part, str) else str(part) for part in value)
    return value if isinstance(value, str | int | float) else str(value)


def _filled(template: str, values: dict[str, Value], comma: str = COMMA) -> str:
    plain = {name: comma.join(value) if isinstance(value, tuple) else value for name, value in values.items()}
    return template.format(**plain) if plain else template


def _said(value: Value, gettext: Callable[[str], str]) -> Value:
    if isinstance(value, tuple):
        return tuple(str(_said(part, gettext)) for part in value)
    return value.said(gettext) if isinstance(value, Message) else value
