"""Answers in XML, from templates; what a text holds that XML forbids is left out."""

from __future__ import annotations

import re
from datetime import date
from typing import Any, Final

from flask import Response, render_template

from wangqi.web.site.leases import Generation

_FORBIDDEN: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Not even as an escape (XML 1.0, 2.2); one of them and no reader takes the document."""


def xml_response(template: str, content_type: str, **values: Any) -> Response:
    text = _FORBIDDEN.sub("", render_template(template, **values))
    return Response(text, content_type=f"{content_type}; charset=utf-8")


def instant(day: date | None, generation: Generation) -> str:
    """The beginning of `day`. Without a date there is only the time at which the index was built."""
    return f"{day}T00:00:00Z" if day else generation.created
