"""Entries without title, text or source where the others have them, and titles that stand there twice."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from wangqi.indexer.check.draft import DraftFile, Mistake, name_of
from wangqi.search.analysis import fold_key
from wangqi.search.document.links import canonical_link
from wangqi.search.errors.message import Message
from wangqi.search.model import Entry, IssueRef

LEAST_OTHERS: Final = 4
"""Entries of a section that have a text, for one that has none to be a mistake; quotations alike."""

USUAL_SHARE: Final = 0.9
"""Of the quotations of a newsletter that name their source, for one that does not to be a mistake."""

MIN_TITLE_CHARS: Final = 4
"""Shorter titles (官网, Go) may well stand there twice."""

NAME_CHARS: Final = 20
"""A longer title may say all that is to be said."""

CHECKED_ENTRIES: Final = 2000
"""Of those that ran before, the last."""


def odd_entries(draft: DraftFile, before: Sequence[Entry], issues: Sequence[IssueRef]) -> Iterator[Mistake]:
    """`before` are entries of the newsletter that ran, in `issues`, of which the last ones tell what is usual."""
    titled = sum(bool(issue.title) for issue in issues)
    if not draft.issue.ref.title and titled >= USUAL_SHARE * len(issues):
        yield Mistake(1, "no-title", Message("the issue has no title: begin with a heading, # 第 12 期：…"))
    yield from _twice(draft)
    for section in draft.issue.sections:
        yield from _without_text(section.entries)
        for entry in section.entries:
            if not entry.title and entry.kind not in ("quote", "excerpt") and not entry.text:
                yield Mistake(
                    entry.line,
                    "no-title",
                    Message("the entry has no title: {url}", url=entry.url)
                    if entry.url
                    else Message("the entry has no title: and no text"),
                )
    yield from _without_source(draft, before)


def _twice(draft: DraftFile) -> Iterator[Mistake]:
    first: dict[str, Entry] = {}
    for entry in draft.entries():
        title = fold_key(entry.title).strip()
        if len(title) < MIN_TITLE_CHARS:
            continue
        before = first.setdefault(title, entry)
        is_same = before.url and entry.url and canonical_link(before.url) == canonical_link(entry.url)
        if before is not entry and not is_same:  # the same link twice is told already
            yield Mistake(
                entry.line,
                "title-twice",
                Message("{title}: the same title as on line {line}", title=entry.title, line=before.line),
            )


def _without_text(entries: Sequence[Entry]) -> Iterator[Mistake]:
    """The one entry of a section that has no text, where all the others have one."""
    without = [entry for entry in entries if not entry.text and not entry.images and entry.kind != "quote"]
    if len(without) == 1 and len(entries) > LEAST_OTHERS and without[0].url and len(without[0].title) <= NAME_CHARS:
        yield Mistake(
            without[0].line,
            "no-text",
            Message("{name}: no text, as the others of its section have", name=name_of(without[0])),
        )


def _without_source(draft: DraftFile, before: Sequence[Entry]) -> Iterator[Mistake]:
    quotes = [entry for entry in draft.entries() if entry.kind == "quote"]
    without = [entry for entry in quotes if not _names_source(entry)]
    ran = [entry for entry in before[-CHECKED_ENTRIES:] if entry.kind == "quote"]
    usual = sum(map(_names_source, ran))
    is_usual = usual >= LEAST_OTHERS and usual >= USUAL_SHARE * len(ran)
    is_odd_one = len(without) == 1 < len(quotes)
    for entry in without if is_usual or is_odd_one else ():
        yield Mistake(
            entry.line,
            "no-source",
            Message("{name}…: who said it is missing: end with a line —— 某人", name=name_of(entry)),
        )


def _names_source(entry: Entry) -> bool:
    return bool(entry.attribution or entry.url)
