"""Which issue is newer: by date, then number; without a date, by number among those of the archive."""

from datetime import date
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wangqi.search.document.issue_order import IssueOrder
from wangqi.search.model import IssueRef


def issue(name: str) -> IssueRef:
    """`甲2@0105`: number 2 of the archive 甲, on the fifth of January. `甲3+`: not committed to git yet."""
    place, _, day = name.removesuffix("+").partition("@")
    when = date(2024, int(day[:2]), int(day[2:])) if day else None
    number = int(place[1:]) if place[1:].isdigit() else None
    return IssueRef(
        id=name,
        archive=place[0],
        path=f"{place}.md",
        number=number,
        title="",
        date=when,
        is_uncommitted=name.endswith("+"),
    )


@pytest.mark.parametrize(
    "oldest_first",
    [
        ["甲1@0101", "甲2@0108"],
        ["甲2@0101", "甲1@0108"],  # a date says more than a number
        ["甲1@0101", "甲2@0101", "甲3@0101"],
        ["甲1@0101", "甲2@0108", "甲3+"],
        ["甲1@0101", "甲2+", "甲4@0108"],  # its number tells more
        ["甲x@0101", "甲z@0108", "甲y+"],
        ["甲1", "甲2", "甲3+", "甲x+"],
        ["甲1@0101", "甲2", "甲3", "甲4@0108"],
        ["甲1", "甲2", "甲3@0101"],  # before there was git
        ["甲1", "甲2", "甲3"],
        ["甲1@0101", "乙7@0105", "甲2@0108", "甲3", "乙8@0109"],  # archives count by themselves
        ["甲1@0101", "乙2", "乙3"],  # of 乙 nothing is known
        ["甲1@0101", "甲x@0103", "甲2@0108", "甲3", "甲y"],
    ],
)
def test_issues_stand_in_their_order_whatever_order_they_come_in(oldest_first: list[str]) -> None:
    issues = [issue(name) for name in oldest_first]
    order = IssueOrder(issues)
    mixed = Random(7).sample(issues, len(issues))
    assert [one.id for one in sorted(mixed, key=order.oldest_first)] == oldest_first


def test_newest_first_is_the_other_way_round_but_for_what_has_no_place() -> None:
    issues = [issue(name) for name in ("甲1@0101", "甲2", "甲3@0108", "甲4", "甲x", "甲y+")]
    order = IssueOrder(issues)
    assert [one.id for one in sorted(issues, key=order.newest_first)] == [
        "甲y+", "甲4", "甲3@0108", "甲2", "甲1@0101", "甲x",
    ]  # fmt: skip


dates = st.none() | st.dates(date(2024, 1, 1), date(2024, 2, 1))
numbered = st.lists(st.tuples(st.integers(0, 30), dates), max_size=20, unique_by=lambda pair: pair[0])


@given(numbered)
def test_dated_issues_keep_their_order_beside_undated_ones(pairs: list[tuple[int, date | None]]) -> None:
    issues = [
        IssueRef(id=str(number), archive="甲", path=f"{number}.md", number=number, title="", date=day)
        for number, day in pairs
    ]
    dated = [one for one in issues if one.date]
    among_all = sorted(issues, key=IssueOrder(issues).newest_first)
    assert [one for one in among_all if one.date] == sorted(dated, key=IssueOrder(dated).newest_first)


@given(st.sets(st.integers(1, 30), min_size=1), st.sets(st.integers(1, 30)))
def test_where_dates_follow_the_numbers_all_stand_by_number(numbers: set[int], undated: set[int]) -> None:
    issues = [
        IssueRef(
            id=str(number), archive="甲", path=f"{number}.md", number=number, title="",
            date=None if number in undated else date(2024, 1, number),
        )
        for number in numbers
    ]  # fmt: skip
    order = IssueOrder(issues)
    assert [one.number for one in sorted(issues, key=order.newest_first)] == sorted(numbers, reverse=True)
    assert [one.number for one in sorted(issues, key=order.oldest_first)] == sorted(numbers)
