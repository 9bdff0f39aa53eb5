"""Find the quotations of a section without numbers: a new one begins after each line that says who said it."""

from collections.abc import Sequence

from wangqi.indexer.reader.lines import Line
from wangqi.indexer.reader.speakers import is_attribution, speaker_start


def find_quotes(lines: Sequence[Line]) -> list[int]:
    """Indexes of the lines at which a quotation begins.

    Those who said it end quotations; after the last attribution on a line of its own each block quote or list item is
    one, without any of these all the text is one.
    """
    shown = [index for index, line in enumerate(lines) if line.text]
    signed = [at for at, index in enumerate(shown) if is_attribution(lines[index])]
    end = signed[-1] + 1 if signed else 0
    rest = shown[end:]
    starts = {shown[at] for at in range(1, len(shown)) if _begins(lines[shown[at]], lines[shown[at - 1]])}
    return sorted({*starts, *_parts(lines, rest), *(shown[:1] if signed else ())})


def _begins(line: Line, before: Line) -> bool:
    """Whether a quotation begins at `line`, since one ends `before` it or since it is an item with its own speaker."""
    if line.marker and speaker_start(line) is not None:
        return True
    is_ended = is_attribution(before) or (speaker_start(before) is not None and not _goes_on_item(line))
    return is_ended and not is_attribution(line)


def _goes_on_item(line: Line) -> bool:
    return line.place.depth > 0 and not line.marker


def _parts(lines: Sequence[Line], shown: list[int]) -> list[int]:
    """The quotations of lines without attributions."""
    if quoted := [index for index in shown if lines[index].place.quote and lines[index].opens]:
        return _separate(lines, quoted)
    return [index for index in shown if lines[index].marker] or shown[:1]


def _separate(lines: Sequence[Line], quoted: list[int]) -> list[int]:
    """The first line of each block quote."""
    ids = [lines[index].place.quote_id for index in quoted]
    return [index for index, here, before in zip(quoted, ids, [0, *ids[:-1]], strict=True) if here != before]
