"""`wangqi check DRAFT.md`: problems that an author wants to know before an issue is published.

The reader has already said what it did not understand (unknown sections, gaps in the numbers, links without an
address); here the draft is compared with itself and with the issues that ran before.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from search.document.links import canonical_link
from search.model import Entry, Issue, IssueRef, Problem

USUAL_IN_A_DRAFT = frozenset({"draft", "no-date"})
"""What the reader reports and an author of a draft knows."""


def check_draft(draft: Issue, entries: Iterable[Entry], issues: Sequence[IssueRef]) -> list[Problem]:
    """Problems of `draft`, in the order of its lines.

    `entries` ran before; `issues` are those of the draft's own newsletter. An issue at the place of the draft itself is
    passed over, so that a published issue can be checked too.
    """
    found = [problem for problem in draft.problems if problem.code not in USUAL_IN_A_DRAFT]
    found += _links_twice(draft)
    found += _links_that_ran(draft, (entry for entry in entries if entry.issue.id != draft.ref.id))
    found += _number(draft, [issue for issue in issues if issue.id != draft.ref.id])
    return sorted(found, key=lambda problem: (problem.line, problem.code))


def _links_twice(draft: Issue) -> Iterator[Problem]:
    first: dict[str, Entry] = {}
    for entry in draft.entries():
        if not entry.url:
            continue
        before = first.setdefault(canonical_link(entry.url), entry)
        if before is not entry:
            message = f"{_name(entry)}: the same link as on line {before.line} ({_name(before)}): {entry.url}"
            yield Problem(path=draft.ref.path, line=entry.line, code="link-twice", message=message)


def _links_that_ran(draft: Issue, entries: Iterable[Entry]) -> Iterator[Problem]:
    wanted = {canonical_link(entry.url) for entry in draft.entries() if entry.url}
    ran: dict[str, list[Entry]] = {}
    for entry in entries:
        if entry.url and (link := canonical_link(entry.url)) in wanted:
            ran.setdefault(link, []).append(entry)
    for entry in draft.entries():
        if entry.url and (before := ran.get(canonical_link(entry.url))):
            places = ", ".join(f"{old.issue.archive}/{old.issue.path}:{old.line}" for old in before)
            message = f"{_name(entry)}: ran before in {places}: {entry.url}"
            yield Problem(path=draft.ref.path, line=entry.line, code="link-ran", message=message)


def _number(draft: Issue, issues: Sequence[IssueRef]) -> Iterator[Problem]:
    numbered = {issue.number: issue for issue in issues if issue.number is not None}
    if not numbered:
        return
    number, following = draft.ref.number, max(numbered) + 1
    if number is None:
        message = f"neither front matter, title nor name of the file has a number; the next one is {following}"
        yield Problem(path=draft.ref.path, line=1, code="no-number", message=message)
    elif number in numbered:
        message = f"number {number} was taken by {numbered[number].path}; the next one is {following}"
        yield Problem(path=draft.ref.path, line=1, code="number-taken", message=message)
    elif number > following:
        message = f"number {number}, but the last issue is number {following - 1} ({numbered[following - 1].path})"
        yield Problem(path=draft.ref.path, line=1, code="number-skipped", message=message)


def _name(entry: Entry) -> str:
    return entry.title or entry.text[:20]
