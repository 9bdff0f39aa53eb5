"""Find the quotations of a section without numbers: a new one begins after each line that says who said it."""

from collections.abc import Sequence
from itertools import pairwise

from wangqi.indexer.reader.entries import is_attribution
from wangqi.indexer.reader.lines import Line


def find_quotes(lines: Sequence[Line]) -> list[int]:
    """Indexes of the lines at which a quotation begins.

    Attributions end quotations; without any, each block quote or list item is one; else all the text is one.
    """
    shown = [index for index, line in enumerate(lines) if line.text]
    if not shown:
        return []
    if any(is_attribution(lines[index]) for index in shown):
        starts = [shown[0]]
        for one, following in pairwise(shown):
            if is_attribution(lines[one]) and not is_attribution(lines[following]):
                starts.append(following)
        return starts
    if quoted := [index for index in shown if lines[index].place.quote and lines[index].opens]:
        return _separate(lines, quoted)
    if items := [index for index in shown if lines[index].marker]:
        return items
    return shown[:1]


def _separate(lines: Sequence[Line], quoted: list[int]) -> list[int]:
    """The first line of each block quote."""
    ids = [lines[index].place.quote_id for index in quoted]
    return [index for index, here, before in zip(quoted, ids, [0, *ids[:-1]], strict=True) if here != before]
