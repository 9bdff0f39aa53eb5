"""Parameters of a search: what they mean, what is refused by name, and that links say what was asked."""

from datetime import date
from typing import Any
from urllib.parse import parse_qs, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wangqi.search.analysis import fold_key
from wangqi.search.errors import RequestError
from wangqi.search.model import KINDS
from wangqi.search.request import Filters, SearchRequest
from wangqi.web.site.parameters import FACETS, read_search, write_search


def read(query: str) -> SearchRequest:
    return read_search(parse_qs(query, keep_blank_values=True))


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", SearchRequest()),
        ("q=+图床+", SearchRequest(q="图床")),
        ("utm_source=x", SearchRequest()),  # not ours: whoever is strict asks reject_unknown
        ("kind=tool,article", SearchRequest(filters=Filters(kind=("tool", "article")))),
        ("kind=工具，文章", SearchRequest(filters=Filters(kind=("tool", "article")))),  # Chinese names and comma
        ("kind=Tool&kind=工具", SearchRequest(filters=Filters(kind=("tool",)))),
        ("section=工具,资源", SearchRequest(filters=Filters(section=("工具,资源", "工具", "资源")))),  # or one name
        ('section="工具,资源"', SearchRequest(filters=Filters(section=("工具,资源",)))),
        ('section=,&section=""', SearchRequest()),
        ("section=,&section=", SearchRequest()),
        ("section=工具&section=资源", SearchRequest(filters=Filters(section=("工具", "资源")))),
        ("issue=301..405", SearchRequest(filters=Filters(issue=((301, 405),)))),
        ("issue=7,301..,..3", SearchRequest(filters=Filters(issue=((7, 7), (301, None), (None, 3))))),
        ("year=2024", SearchRequest(filters=Filters(year=((2024, 2024),)))),
        ("from=2024-03-08", SearchRequest(filters=Filters(date_from=date(2024, 3, 8)))),
        ("from=2024-02", SearchRequest(filters=Filters(date_from=date(2024, 2, 1)))),
        ("to=2024-02", SearchRequest(filters=Filters(date_to=date(2024, 2, 29)))),
        ("from=2024&to=2024", SearchRequest(filters=Filters(date_from=date(2024, 1, 1), date_to=date(2024, 12, 31)))),
        ("by=@Alice", SearchRequest(filters=Filters(by=("alice",)))),
        ("site=www.GitHub.com", SearchRequest(filters=Filters(site=("github.com",)))),
        ("site=https://github.com/", SearchRequest(filters=Filters(site=("github.com",)))),
        ("site=GitHub.com:443", SearchRequest(filters=Filters(site=("github.com",)))),
        ("site=http://[", SearchRequest(filters=Filters(site=("http://[",)))),  # no address: no hit, and no error
        ("issue=１２３４５６７８９", SearchRequest(filters=Filters(issue=((123456789, 123456789),)))),
        ("issue=7 .. 9", SearchRequest(filters=Filters(issue=((7, 9),)))),
        ("to=2024/2", SearchRequest(filters=Filters(date_to=date(2024, 2, 29)))),  # as in `date:`
        ("archive=甲,乙", SearchRequest(filters=Filters(archive=("甲", "乙")))),
        ("page=3&per_page=50&sort=newest&match=all&explain=1&group=issue",
         SearchRequest(page=3, per_page=50, sort="newest", match="all", explain=True, group="issue")),
        ("page=&kind=&from=&sort=", SearchRequest()),  # as a form with empty fields sends it
        ("facets=", SearchRequest(facets=())),
        ("facets=site,year", SearchRequest(facets=("site", "year"))),
    ],
)  # fmt: skip
def test_parameters_become_a_request(query: str, expected: SearchRequest) -> None:
    assert read(query) == expected


@pytest.mark.parametrize(
    "query",
    [
        "page=0", "page=-1", "page=x", "page=1.5", "page=²", "page=99999999999", "page=501", "page=1&page=2",
        "per_page=0", "per_page=101", "issue=x", "issue=..", "issue=1..x", "issue=1...2", "year=二〇二四",
        "from=2024-13", "from=2024-02-30", "from=0000", "to=yesterday", "to=24-1-1", "sort=best", "match=some",
        "issue=405..301", "issue=1,9..7", "year=2024..2020", "issue=1234567890", "to=2024&from=2025", "from=2024-00",
        "kind=spam", "kind=tool,spam", "facets=colour", "explain=yes", "q=a&q=b",
    ],
)  # fmt: skip
def test_what_cannot_be_used_is_refused_by_name(query: str) -> None:
    with pytest.raises(RequestError) as refused:
        read(query)
    assert refused.value.parameter == query.partition("=")[0]


def test_a_range_that_is_backward_is_told_how_it_is_written() -> None:
    with pytest.raises(RequestError, match=r"issue: must be .*301\.\.405 \(the smaller one first\)"):
        read("issue=9..7")


def test_depth_is_bounded_by_page_and_size_together() -> None:
    assert read("page=100&per_page=100").page == 100
    with pytest.raises(RequestError, match="page: must be a whole number from 1 to 100"):
        read("page=101&per_page=100")


words = st.text(
    st.characters(exclude_categories=["Cs", "Cc", "Zs", "Zl", "Zp"], exclude_characters=",，@."), min_size=1, max_size=5
)
# A name that nothing is left of to compare, such as a soft hyphen, is refused.
names = st.lists(words.map(str.lower).filter(fold_key), max_size=2, unique=True).map(tuple)
numbers = st.integers(0, 999_999)


def forward(ends: tuple[Any, Any]) -> bool:
    """Whether a range does not run backwards; None is open."""
    return None in ends or ends[0] <= ends[1]


ranges = st.tuples(numbers | st.none(), numbers | st.none()).filter(any).filter(forward)
filters = st.builds(
    Filters,
    archive=names,
    kind=st.lists(st.sampled_from(KINDS), max_size=2, unique=True).map(tuple),
    section=names,
    issue=st.lists(ranges, max_size=2, unique=True).map(tuple),
    year=st.lists(ranges, max_size=2, unique=True).map(tuple),
    date_from=st.dates() | st.none(),
    date_to=st.dates() | st.none(),
).filter(lambda filters: forward((filters.date_from, filters.date_to)))
requests = st.builds(
    SearchRequest,
    q=st.text(st.characters(exclude_categories=["Cs"]), max_size=20).map(str.strip),
    page=st.integers(1, 100),
    per_page=st.integers(1, 100),
    filters=filters,
    sort=st.sampled_from(["relevance", "newest", "oldest"]),
    match=st.sampled_from(["auto", "all", "exact"]),
    facets=st.lists(st.sampled_from(FACETS), unique=True).map(tuple),
    explain=st.booleans(),
    group=st.sampled_from(["entry", "issue"]),
)


@given(requests)
def test_a_written_request_reads_back_as_itself(request: SearchRequest) -> None:
    assert read(urlencode(write_search(request))) == request
