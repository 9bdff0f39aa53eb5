"""The author's desk: `wangqi check`, what an author wants to know of a draft before it is published, and `suggest`.

The reader has already said what it did not understand; here a draft is looked at as its author would once more.

draft      what is checked: an issue, its lines, its text
ran        the same link twice, links that ran before
addresses  addresses that lead nowhere
entries    titles, texts and sources that are missing, or that stand there twice
sections   names of sections
numbers    the number of the issue
markup     bold without an end, blanks that CommonMark does not know, what was left to do
suggesting what an archive suggests for `wangqi.toml`
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain
from typing import Final

from wangqi.indexer.check.addresses import odd_addresses
from wangqi.indexer.check.draft import DraftFile
from wangqi.indexer.check.entries import CHECKED_ENTRIES, LEAST_OTHERS, odd_entries
from wangqi.indexer.check.markup import odd_markup
from wangqi.indexer.check.numbers import odd_numbers
from wangqi.indexer.check.ran import links_that_ran, links_twice
from wangqi.indexer.check.sections import odd_sections
from wangqi.search.model import Entry, IssueRef, Problem

__all__ = ["DraftFile", "check_draft"]

USUAL_IN_A_DRAFT: Final = frozenset({"draft", "no-date", "unknown-section"})
"""What the reader reports and an author of a draft knows, or is told here in more words."""

ODD_SHARE: Final = 0.02
"""Of a newsletter's entries that have no address, for one to be a mistake."""


def check_draft(
    draft: DraftFile,
    entries: Iterable[Entry],
    issues: Sequence[IssueRef],
    *,
    ran: Mapping[str, Sequence[str]] | None = None,
) -> list[Problem]:
    """Problems of `draft`, in the order of its lines.

    `entries` ran before; `issues` are those of the draft's own newsletter. An issue at the place of the draft itself is
    passed over, so that a published issue can be checked too. `ran`, from another site, says of each canonical link
    where it ran.
    """
    own = draft.issue.ref
    before = [entry for entry in entries if entry.issue.id != own.id]
    of_archive = [entry for entry in before if entry.issue.archive == own.archive]
    others = [issue for issue in issues if issue.id != own.id]
    mistakes = chain(
        links_twice(draft),
        links_that_ran(draft, before, ran or {}),
        odd_addresses(draft),
        odd_entries(draft, of_archive, others),
        odd_sections(draft, of_archive),
        odd_numbers(draft, others),
        odd_markup(draft),
    )
    found = list(_of_the_reader(draft, of_archive))
    found += [Problem(path=own.path, line=line, code=code, message=text) for line, code, text in mistakes]
    return sorted(found, key=lambda problem: (problem.line, problem.code))


def _of_the_reader(draft: DraftFile, before: Sequence[Entry]) -> Iterator[Problem]:
    """What the reader reports, but for what authors do on purpose: entries without address among others, a section of
    nothing but the farewell of the issue."""
    sections = draft.issue.sections
    known = [*draft.entries(), *before[-CHECKED_ENTRIES:]]
    is_usual = sum(not entry.url and entry.kind != "quote" for entry in known) <= max(1, len(known) * ODD_SHARE)
    odd = {entry.line for section in sections for entry in _the_one_without_link(section.entries) if is_usual}
    for problem in draft.issue.problems:
        is_meant = {"no-link": problem.line not in odd, "empty-section": draft.has_text_below(problem.line)}
        if problem.code not in USUAL_IN_A_DRAFT and not is_meant.get(problem.code, False):
            yield problem


def _the_one_without_link(entries: Sequence[Entry]) -> Sequence[Entry]:
    """The entry that has no address where all others of its section have one: two are so on purpose."""
    without = [entry for entry in entries if entry.url is None]
    return without if len(without) == 1 and len(entries) > LEAST_OTHERS else ()
