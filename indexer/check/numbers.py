"""The number of an issue: missing, taken, one too far, or another one than in the name of its file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from wangqi.indexer.check.draft import DraftFile, Mistake
from wangqi.indexer.reader.metadata import find_number
from wangqi.search.errors.message import Message
from wangqi.search.model import IssueRef

LATELY: Final = 6
"""Issues that show whether a newsletter leaves numbers out."""


def odd_numbers(draft: DraftFile, issues: Sequence[IssueRef]) -> Iterator[Mistake]:
    """`issues` are the others of its newsletter."""
    yield from _disagreement(draft)
    numbered = {issue.number: issue for issue in issues if issue.number is not None}
    if len(numbered) * 2 < len(issues) or not numbered:
        return  # a newsletter that does not count its issues
    number, following = draft.issue.ref.number, max(numbered) + 1
    if number is None:
        message = Message(
            "neither front matter, title nor name of the file has a number; the next one is {following}",
            following=following,
        )
        yield Mistake(1, "no-number", message)
    elif number in numbered:
        message = Message(
            "number {number} was taken by {path}; the next one is {following}",
            number=number,
            path=numbered[number].path,
            following=following,
        )
        yield Mistake(1, "number-taken", message)
    elif number > following and _counts_on(sorted(numbered)):
        message = Message(
            "number {number}, but the last issue is number {last} ({path})",
            number=number,
            last=following - 1,
            path=numbered[following - 1].path,
        )
        yield Mistake(1, "number-skipped", message)


def _counts_on(numbers: Sequence[int]) -> bool:
    """Whether the newsletter left no number out lately, as an archive of a part of its issues does."""
    last = numbers[-LATELY:]
    return last[-1] - last[0] == len(last) - 1


def _disagreement(draft: DraftFile) -> Iterator[Mistake]:
    ref = draft.issue.ref
    name = find_number({}, [], ref.path) if draft.folder else None
    if name is not None and ref.number is not None and name != ref.number:
        message = Message(
            "number {number} in settings or title, but {name} in the name of the file, {path}",
            number=ref.number,
            name=name,
            path=ref.path,
        )
        yield Mistake(1, "number-name", message)
