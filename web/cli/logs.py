"""The logs of a server: what a visitor sends stands in them shown, and cannot fill them."""

from __future__ import annotations

import logging
from collections.abc import Callable
from time import monotonic
from typing import Any, Final

from wangqi.web.cli.shown import shown, shown_in_line

LOGGERS: Final = ("wangqi", "wangqi.web.errors", "gunicorn.error")
"""Those that write because of what a visitor does."""

PER_MINUTE: Final = 60
"""Records of one logger and level, in each process."""


def set_up_logs() -> None:
    """Show control characters in whatever is logged from now on, and bound what visitors cause."""
    logging.setLogRecordFactory(ShownRecord)
    for name in LOGGERS:
        logger = logging.getLogger(name)
        if not any(isinstance(each, Bounded) for each in logger.filters):
            logger.addFilter(Bounded())


class ShownRecord(logging.LogRecord):
    """A log record of one line, whatever its message holds; a trace keeps its lines."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        if self.exc_info:
            self.exc_text = shown(logging.Formatter().formatException(self.exc_info))

    def getMessage(self) -> str:  # noqa: N802
        return shown_in_line(super().getMessage())


class Bounded(logging.Filter):
    """Lets `PER_MINUTE` records of a level through, and says how many it left out."""

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        super().__init__()
        self._clock = clock
        self._minutes: dict[int, _Minute] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        now = self._clock()
        minute = self._minutes.get(record.levelno)
        if minute is None or now >= minute.end:
            if minute and minute.left_out:
                _say(record, f"{minute.left_out} more like the last were left out")
            minute = self._minutes[record.levelno] = _Minute(now + 60)
        minute.count += 1
        if minute.count == PER_MINUTE + 1:
            _say(record, f"{PER_MINUTE} such lines within a minute: more are left out until it is over, and counted")
        return minute.left_out == 0


class _Minute:
    def __init__(self, end: float) -> None:
        self.end = end
        self.count = 0

    @property
    def left_out(self) -> int:
        return max(0, self.count - PER_MINUTE)


def _say(record: logging.LogRecord, message: str) -> None:
    """Log beside the filter."""
    told = logging.makeLogRecord({"name": record.name, "levelno": record.levelno, "levelname": record.levelname})
    told.msg = message
    logging.getLogger(record.name).callHandlers(told)
