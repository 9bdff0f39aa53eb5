"""The scale series as a plot: time of an OR query by number of documents, both axes logarithmic; plain SVG."""

from __future__ import annotations

from collections.abc import Mapping
from math import log10
from typing import Any, Final

WIDTH: Final = 640
HEIGHT: Final = 360
MARGIN: Final = 60
COLOURS: Final = {"ours": "#c2410c", "tantivy": "#1d4ed8", "tantivy-top": "#0891b2"}
DASHES: Final = {"p50": "", "p95": "6 4"}
DECADES: Final = (0.1, 1.0, 10.0, 100.0)
"""Milliseconds at the grid lines."""


def scale_plot(scale: Mapping[str, Mapping[str, Any]]) -> str:
    """`scale` is size → engine → what `bench.comparing.compare` found."""
    sizes = [int(size) for size in scale]
    lines = [_grid_line(value) for value in DECADES] + [_size_label(size, sizes) for size in sizes]
    for name, colour in COLOURS.items():
        for key, dash in DASHES.items():
            points = [(int(size), engines[name]["or"][key]) for size, engines in scale.items() if name in engines]
            lines.append(_series(points, sizes, colour, dash))
            lines.append(_label(points[-1], sizes, colour, f"{name} {key}"))
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" font-size="12">'
    style = "<style>text { font-family: sans-serif }</style>"
    ground = f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#fff"/>'
    title = f'<text x="{MARGIN}" y="20">OR queries, ms by number of documents (line: p50, dashes: p95)</text>'
    return "\n".join([head, style, ground, title, *lines, "</svg>"]) + "\n"


def _x(size: float, sizes: list[int]) -> float:
    low, high = log10(sizes[0]), log10(sizes[-1])
    return MARGIN + (WIDTH - 3 * MARGIN) * (log10(size) - low) / ((high - low) or 1)


def _y(milliseconds: float) -> float:
    low, high = log10(DECADES[0]), log10(DECADES[-1])
    return HEIGHT - MARGIN - (HEIGHT - 2 * MARGIN) * (log10(milliseconds) - low) / (high - low)


def _grid_line(value: float) -> str:
    y = _y(value)
    return (
        f'<line x1="{MARGIN}" x2="{WIDTH - 2 * MARGIN}" y1="{y:.1f}" y2="{y:.1f}" stroke="#ddd"/>'
        f'<text x="{MARGIN - 8}" y="{y + 4:.1f}" text-anchor="end">{value:g}</text>'
    )


def _size_label(size: int, sizes: list[int]) -> str:
    text = f"{size:,}".replace(",", " ")
    return f'<text x="{_x(size, sizes):.1f}" y="{HEIGHT - MARGIN + 20}" text-anchor="middle">{text}</text>'


def _series(points: list[tuple[int, float]], sizes: list[int], colour: str, dash: str) -> str:
    places = " ".join(f"{_x(size, sizes):.1f},{_y(value):.1f}" for size, value in points)
    return f'<polyline points="{places}" fill="none" stroke="{colour}" stroke-width="2" stroke-dasharray="{dash}"/>'


def _label(point: tuple[int, float], sizes: list[int], colour: str, text: str) -> str:
    return f'<text x="{_x(point[0], sizes) + 8:.1f}" y="{_y(point[1]) + 4:.1f}" fill="{colour}">{text}</text>'
