"""Pages of a listing: which there are around the present one.

>>> page_numbers(5, 12)
[1, None, 3, 4, 5, 6, 7, None, 12]
"""

from __future__ import annotations

from dataclasses import replace

from wangqi.search.request import MAX_DEPTH, SearchRequest


def last_page(request: SearchRequest, pages: int) -> int:
    """The last page that may be asked for; 1 when nothing matches."""
    return max(1, min(pages, MAX_DEPTH // request.per_page))


def neighbour_pages(request: SearchRequest, pages: int) -> tuple[SearchRequest | None, SearchRequest | None]:
    """The requests of the page before and the page after; a page beyond the last has the last one before it."""
    last = last_page(request, pages)
    before = replace(request, page=min(request.page - 1, last)) if request.page > 1 else None
    after = replace(request, page=request.page + 1) if request.page < last else None
    return before, after


def page_numbers(page: int, last: int) -> list[int | None]:
    """Numbers to offer: the first, the last and two on either side of `page`; None is a gap of more than one."""
    near = {1, last, *range(max(1, page - 2), min(last, page + 2) + 1)}
    # A gap of a single number is no shorter than the number.
    near |= {number for number in range(2, last) if {number - 1, number + 1} <= near}
    numbers: list[int | None] = []
    for number in sorted(near):
        if numbers and number - (numbers[-1] or 0) > 1:
            numbers.append(None)
        numbers.append(number)
    return numbers
