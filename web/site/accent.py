"""The owner's colour as a stylesheet: links are in it, on light paper and in the dark, as far as it can be read there.

>>> accent_style("#1d4f8c")
':root{--link:#1d4f8c}@media screen and (prefers-color-scheme:dark){:root{--link:#8db5e8}}'
"""

from __future__ import annotations

import base64
import colorsys
import hashlib
from typing import Final

READABLE: Final = 4.5
"""The least contrast of text with what is behind it (WCAG 2.2, 1.4.3)."""

_BEHIND: Final = "#ffe9a3"
_BEHIND_IN_THE_DARK: Final = "#4f3f0e"
"""What a link may stand on that is least unlike its text: a word that is marked (`--mark` in wangqi.css)."""

_STEP: Final = 0.01
"""Of lightness, from 0 to 1."""

Colour = tuple[float, float, float]
"""Red, green and blue from 0 to 1."""


def accent_style(accent: str) -> str:
    """CSS that gives links the colour `accent` (`#rrggbb`), moved towards black or white until it can be read."""
    light = _readable(accent, on=_BEHIND, step=-_STEP)
    dark = _readable(accent, on=_BEHIND_IN_THE_DARK, step=_STEP)
    return f":root{{--link:{light}}}@media screen and (prefers-color-scheme:dark){{:root{{--link:{dark}}}}}"


def source_of(style: str) -> str:
    """What a content security policy says of an inline `style` that it allows."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()}'"


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two colours, 1 to 21 (WCAG 2.2, "contrast ratio")."""
    darker, lighter = sorted([_luminance(_parsed(one)), _luminance(_parsed(other))])
    return (lighter + 0.05) / (darker + 0.05)


def _readable(accent: str, *, on: str, step: float) -> str:
    hue, lightness, saturation = colorsys.rgb_to_hls(*_parsed(accent))
    colour = accent
    while contrast(colour, on) < READABLE:
        lightness += step
        colour = _written(colorsys.hls_to_rgb(hue, min(max(lightness, 0), 1), saturation))
    return colour


def _parsed(colour: str) -> Colour:
    red, green, blue = bytes.fromhex(colour.removeprefix("#"))
    return red / 255, green / 255, blue / 255


def _written(colour: Colour) -> str:
    return "#" + bytes(round(part * 255) for part in colour).hex()


def _luminance(colour: Colour) -> float:
    """The relative luminance of a colour in sRGB (WCAG 2.2)."""
    red, green, blue = map(_linear, colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
