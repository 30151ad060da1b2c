"""A picture of lines with both scales logarithmic, as SVG: readable in print, each line by its mark and its name."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from itertools import pairwise
from math import ceil, floor, log10
from typing import NamedTuple

_WIDTH, _HEIGHT = 940, 520
_LEFT, _RIGHT, _TOP, _BOTTOM = 80, 290, 50, 60
_COLOURS = ("#1f5aa6", "#b3261e", "#1b7f4d", "#8a5a00", "#6a3fa0", "#00727a", "#444444")
_LABEL = 18
"""Points between the names of two lines that end close together."""


class Line(NamedTuple):
    name: str
    points: list[tuple[float, float]]


def picture(title: str, lines: list[Line]) -> str:
    """Lines of positive figures, the names of the lines at their ends."""
    across = _decades([x for line in lines for x, _y in line.points])
    up = _decades([y for line in lines for _x, y in line.points])
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" font-family="sans-serif"'
        f' font-size="13" role="img" aria-label="{escape(title)}">',
        f'<rect width="{_WIDTH}" height="{_HEIGHT}" fill="#ffffff"/>',
        f'<text x="{_LEFT}" y="28" font-size="16" font-weight="bold">{escape(title)}</text>',
        *_grid(across, up),
    ]
    places = _apart([_at(line.points[-1], across, up)[1] for line in lines])
    for line, colour, place in zip(lines, _COLOURS, places, strict=False):
        parts += _drawn(line, colour, place, across, up)
    return "\n".join([*parts, "</svg>", ""])


def _decades(values: list[float]) -> tuple[int, int]:
    """The powers of ten that enclose all values; at least one apart."""
    low, high = floor(log10(min(values))), ceil(log10(max(values)))
    return low, max(high, low + 1)


def _at(point: tuple[float, float], across: tuple[int, int], up: tuple[int, int]) -> tuple[float, float]:
    right, top = _WIDTH - _LEFT - _RIGHT, _HEIGHT - _TOP - _BOTTOM
    x = (log10(point[0]) - across[0]) / (across[1] - across[0])
    y = (log10(point[1]) - up[0]) / (up[1] - up[0])
    return round(_LEFT + x * right, 1), round(_HEIGHT - _BOTTOM - y * top, 1)


def _grid(across: tuple[int, int], up: tuple[int, int]) -> Iterator[str]:
    for power in range(across[0], across[1] + 1):
        x, _y = _at((10.0**power, 10.0 ** up[0]), across, up)
        yield f'<line x1="{x}" y1="{_TOP}" x2="{x}" y2="{_HEIGHT - _BOTTOM}" stroke="#dddddd"/>'
        yield f'<text x="{x}" y="{_HEIGHT - _BOTTOM + 20}" text-anchor="middle">{10**power:,}</text>'
    for power in range(up[0], up[1] + 1):
        _x, y = _at((10.0 ** across[0], 10.0**power), across, up)
        said = f"{10.0**power:g}"
        yield f'<line x1="{_LEFT}" y1="{y}" x2="{_WIDTH - _RIGHT}" y2="{y}" stroke="#dddddd"/>'
        yield f'<text x="{_LEFT - 8}" y="{y + 4}" text-anchor="end">{said} s</text>'
    middle = (_LEFT + _WIDTH - _RIGHT) / 2
    yield f'<text x="{middle}" y="{_HEIGHT - 15}" text-anchor="middle">advocates</text>'


def _apart(heights: list[float]) -> list[float]:
    """The heights of the names, moved down where they would overlap, and up again where they would leave the page."""
    placed = list(heights)
    order = sorted(range(len(heights)), key=heights.__getitem__)
    for before, after in pairwise(order):
        placed[after] = max(placed[after], placed[before] + _LABEL)
    beyond = max(0.0, max(placed) - (_HEIGHT - _BOTTOM))
    return [height - beyond for height in placed]


def _drawn(line: Line, colour: str, place: float, across: tuple[int, int], up: tuple[int, int]) -> Iterator[str]:
    points = [_at(point, across, up) for point in line.points]
    path = " ".join(f"{x},{y}" for x, y in points)
    yield f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>'
    for x, y in points:
        yield f'<circle cx="{x}" cy="{y}" r="4" fill="{colour}"/>'
    (x, y), edge = points[-1], _WIDTH - _RIGHT + 12
    last = f"{line.points[-1][1]:.3g} s"
    yield f'<line x1="{x}" y1="{y}" x2="{edge}" y2="{place}" stroke="{colour}" stroke-dasharray="2 3"/>'
    yield f'<text x="{edge + 4}" y="{place + 4}" fill="{colour}">{escape(line.name)}: {last}</text>'
