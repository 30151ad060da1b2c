"""Charts as SVG drawn by the server: sizes are attributes, colours classes, and every figure stands beside as text."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from compliance.queries.standing import Dates, Point

register = template.Library()

TOP, FOOT = 18, 178
"""Of the plot, in pixels from above: widths stretch with the page, heights and letters do not."""


@register.simple_tag
def strip(value: int, most: int, tone: str = "calm") -> SafeString:
    """One bar, as long as its value is of the greatest one beside it; a thin one where the value is small, not none."""
    width = max(100 * value / most, 0.7 if value else 0) if most else 0
    return format_html(
        '<svg class="chart" width="100%" height="16" aria-hidden="true" focusable="false">'
        '<rect width="100%" height="16" rx="3" class="track"/><rect width="{}%" height="16" rx="3" class="{}"/></svg>',
        f"{width:.2f}", tone,
    )  # fmt: skip


@register.simple_tag
def stacked(parts: Iterable[tuple[int, str]]) -> SafeString:
    """Parts of a whole side by side, each with its tone; a whole of nothing is an empty bar."""
    given = list(parts)
    whole, left, rects = sum(value for value, _tone in given), 0.0, []
    for value, tone in given:
        width = 100 * value / whole if whole else 0
        rects.append((f"{left:.2f}", f"{width:.2f}", tone))
        left += width
    return format_html(
        '<svg class="chart" width="100%" height="16" aria-hidden="true" focusable="false">'
        '<rect width="100%" height="16" class="track"/>{}</svg>',
        format_html_join("", '<rect x="{}%" width="{}%" height="16" class="{}"/>', rects),
    )  # fmt: skip


class Mark(NamedTuple):
    """A day below the plot: where, and on which side of it the words stand."""

    x: str
    day: dt.date
    anchor: str


@register.inclusion_tag("office/chart_curve.html")
def curve(points: Sequence[Point], dates: Dates) -> dict[str, Any]:
    """The share over the days of a period, up to the last point; the rest of the period stays empty."""
    width = max((dates.due_on - dates.start).days, (points[-1].day - dates.start).days, 1)
    placed = [(100 * max(0, (point.day - dates.start).days) / width, point) for point in points]
    line = " ".join(f"{x:.2f},{100 - point.share:.2f}" for x, point in [(0.0, Point(dates.start, 0, 1)), *placed])
    last_x, last = placed[-1]
    return {
        "line": line,
        "area": f"{line} {last_x:.2f},100 0,100",
        "top": TOP, "foot": FOOT, "height": FOOT - TOP, "below": FOOT + 18,
        "grid": [(TOP + (FOOT - TOP) * (100 - share) // 100, share) for share in (0, 25, 50, 75, 100)],
        "marks": list(_marks(dates, width)),
        "due_x": f"{100 * (dates.due_on - dates.start).days / width:.2f}",
        "last": last, "last_x": f"{last_x:.2f}", "last_y": f"{FOOT - (FOOT - TOP) * last.share / 100:.1f}",
        "last_share": int(last.share), "to_the_left": last_x > 75, "dates": dates,
    }  # fmt: skip


def _marks(dates: Dates, width: int) -> Iterator[Mark]:
    """The first day, the due date, and a day about half-way between."""
    yield Mark("0", dates.start, "start")
    middle = dates.start + (dates.due_on - dates.start) / 2
    half = middle.replace(day=1)
    yield Mark(f"{100 * (half - dates.start).days / width:.2f}", half, "middle")
    due = 100 * (dates.due_on - dates.start).days / width
    yield Mark(f"{due:.2f}", dates.due_on, "end")
