"""A notice: a message about how a query was understood."""

from __future__ import annotations

from dataclasses import dataclass

NoticeValue = str | int | tuple[str, ...]
"""A tuple is a list of words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """Something the reader should know about how the query was understood."""

    code: str
    """`relaxed`, `did-you-mean`, `truncated`, `unbalanced-quote`, `unknown-field`, …"""
    template: str
    """The message in Chinese with `%(name)s` where a value belongs, so that it can be said in another language."""
    values: tuple[tuple[str, NoticeValue], ...] = ()
    """What belongs there, by name."""
    q: str | None = None
    """A query to try instead, ready for the box."""

    @property
    def message(self) -> str:
        return self.said()

    def said(self, template: str | None = None, comma: str = "、") -> str:
        """The message, or its translation `template`; `comma` parts the words of a list."""
        return (template or self.template) % self.values_in(comma)

    def values_in(self, comma: str) -> dict[str, str | int]:
        """The values as a message says them."""
        return {
            name: comma.join(f"“{word}”" for word in value) if isinstance(value, tuple) else value
            for name, value in self.values
        }
