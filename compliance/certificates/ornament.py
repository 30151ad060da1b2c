"""The certificate's frame: two lines, the inner one curling into ram's horns (қошқар мүйіз) at the corners."""

from functools import cache
from typing import Final

_OUTER: Final = 22.0
_INNER: Final = 29.0
_CURL_AT: Final = 25.0  # how far from the corner the inner line turns into a horn
_RADII: Final = (9.5, 9.0, 7.2, 5.6, 4.2, 2.9, 1.8)
_QUARTER: Final = 0.5523  # where a Bézier curve's handles stand for a quarter of a circle
_BRAND: Final = ".07 .22 .33"
_GOLD: Final = ".70 .58 .33"

Point = tuple[float, float]


@cache
def frame(width: float, height: float) -> str:
    """The frame of a page as PDF operators, made once."""
    outer = f"{_BRAND} RG 1.1 w {_OUTER} {_OUTER} {width - 2 * _OUTER:.2f} {height - 2 * _OUTER:.2f} re S"
    across, up = width - 2 * _INNER, height - 2 * _INNER
    corner = _corner(across / 2, up / 2)
    horns = [
        f"q {sx} 0 0 {sy} {x:.2f} {y:.2f} cm {corner} Q"
        for x, sx in ((_INNER, 1), (width - _INNER, -1))
        for y, sy in ((_INNER, 1), (height - _INNER, -1))
    ]
    return "\n".join(["q", outer, f"{_GOLD} RG {_GOLD} rg .8 w 1 J 1 j", *horns, "Q"])


def band(left: float, bottom: float, width: float, height: float) -> str:
    """A gap in the frame, for a word to stand in."""
    return f"1 g {left:.2f} {bottom:.2f} {width:.2f} {height:.2f} re f"


def _corner(across: float, up: float) -> str:
    """Half of each inner line that meets in a corner at the origin, and a lozenge between their horns."""
    horn = [(across, 0.0), *_horn()]
    mirrored = [(up, 0.0), *_horn()]
    lozenge = "7 4 m 10 7 l 7 10 l 4 7 l h f"
    return f"{_path(horn)} {_path([(y, x) for x, y in mirrored])} {lozenge}"


def _path(points: list[Point]) -> str:
    """Move, draw a line, then curve on: two points first, three for each curve after."""
    text = [f"{x:.2f} {y:.2f}" for x, y in points]
    curves = [" ".join(text[at : at + 3]) + " c" for at in range(2, len(text), 3)]
    return " ".join([f"{text[0]} m {text[1]} l", *curves, "S"])


def _horn() -> list[Point]:
    """A spiral of quarter circles: comes in leftwards along y = 0, turns up and winds inwards."""
    (x, y), (dx, dy) = (_CURL_AT, 0.0), (-1.0, 0.0)
    points = [(x, y)]
    for radius in _RADII:
        nx, ny = dy, -dx  # to the right of the way we go
        end = (x + radius * (nx + dx), y + radius * (ny + dy))
        handle = _QUARTER * radius
        points += [(x + handle * dx, y + handle * dy), (end[0] - handle * nx, end[1] - handle * ny), end]
        (x, y), (dx, dy) = end, (nx, ny)
    return points
