"""How long one person was present: the union of all their stays within the session, in whole seconds."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import replace
from zoneinfo import ZoneInfo

from django.utils.translation import gettext_lazy as _

from cle.core.errors import Problem
from courses.attendance.model import Interval, Presence, Report
from courses.attendance.plain import NOBODY, PlainRows, Presences, parts

_WHOLE_MINUTES = 1980
_A_DAY = dt.timedelta(days=1)
_MOST_ASKED = dt.timedelta(days=30)
_SHIFTS = sorted((hours for hours in range(-12, 15) if hours), key=lambda hours: (abs(hours), hours))


def union(intervals: Iterable[Interval], *, grace_seconds: int = 0) -> tuple[Interval, ...]:
    """The same time without overlaps, in order; gaps of at most ``grace_seconds`` are closed. Empty stays drop out."""
    merged: list[Interval] = []
    for stay in sorted((i for i in intervals if i.end > i.start), key=lambda i: (i.start, i.end)):
        if merged and (stay.start - merged[-1].end).total_seconds() <= grace_seconds:
            merged[-1] = Interval(merged[-1].start, max(merged[-1].end, stay.end))
        else:
            merged.append(stay)
    return tuple(merged)


def clip(intervals: Iterable[Interval], window: Interval) -> tuple[Interval, ...]:
    """The parts of the intervals inside the window."""
    cut = (Interval(max(i.start, window.start), min(i.end, window.end)) for i in intervals)
    return tuple(i for i in cut if i.start < i.end)


def seconds_present(presences: Iterable[Presence], window: Interval, *, grace_seconds: int = 0) -> int:
    """Seconds that ONE person, matched to all these presences, was in the session; from 0 to its length.

    Stays are clipped to the window and united, so a second device or report never counts twice. Sources
    with only a total are not added: the largest total or the union counts, whichever is more. A mark
    without times counts as the whole session. Minutes are made of the result once, by the caller.
    """
    people = list(presences)
    if len(people) == 1 and len(people[0].intervals) == 1 and people[0].seconds is None and not people[0].marked:
        return _seconds_of(people[0].intervals[0], window)
    inside = clip((stay for person in people for stay in person.intervals), window)
    lengths = (stay.end - stay.start for stay in union(inside, grace_seconds=grace_seconds))
    timed = int(sum(lengths, dt.timedelta()).total_seconds())
    total = max((person.seconds for person in people if person.seconds is not None), default=0)
    whole = window.seconds if any(person.marked for person in people) else 0
    return max(timed, min(total, window.seconds), whole)


def localise(report: Report, zone: str) -> Report:
    """The report in UTC: its wall-clock times taken in ``zone`` (IANA name), or in the zone that the file states.

    On the night when the clock goes back a repeated hour is read as the shortest stay that runs forward, and
    flagged; a stay that runs backward in every reading is dropped and flagged. An hour that
    the clock skips is read as if it had not been skipped. Raises ZoneInfoNotFoundError. Doing it twice changes nothing.
    """
    place = ZoneInfo(report.zone_in_file or zone)
    held = (_in_utc(stay, place)[0] for stay in report.held)
    others, plain = parts(report.presences)
    offset = _one_offset(others, plain, place)
    if offset is None:
        others, plain = tuple(report.presences), NOBODY
    moved = tuple(
        (offset is not None and _moved(presence, offset)) or _localised(presence, place) for presence in others
    )
    return replace(
        report,
        presences=Presences(moved, plain.moved(offset)) if offset is not None and len(plain) else moved,
        held=tuple(stay for stay in held if stay is not None),
    )


def extend_open_ends(report: Report, end: dt.datetime) -> Report:
    """People without a time of leaving counted until ``end``, once a person has confirmed that they stayed."""
    return replace(
        report, presences=tuple(_extended(p, end) if p.open_ended else p for p in report.presences), open_ended=False
    )


def suggest_shift(report: Report, window: Interval) -> int:
    """Hours to add to the file's times so that at least half the stays meet the window; 0 if they do, or never would.

    A whole number of hours from -12 to 14: the account that exported the file may be in another zone.
    """
    stays, plain = _stays(report)
    if not (stays or len(plain)) or _meets_half(stays, plain, window, 0):
        return 0
    fitting = [hours for hours in _SHIFTS if _meets_half(stays, plain, window, hours)]
    return max(fitting, key=lambda hours: _seconds_inside(stays, plain, window, hours), default=0)


def shift(report: Report, hours: int) -> Report:
    """The report with all times moved by so many hours."""
    step = dt.timedelta(hours=hours)

    def moved(stays: Sequence[Interval]) -> tuple[Interval, ...]:
        return tuple(Interval(stay.start + step, stay.end + step) for stay in stays)

    presences = tuple(replace(presence, intervals=moved(presence.intervals)) for presence in report.presences)
    return replace(report, presences=presences, held=moved(report.held))


def wrong_event(report: Report, window: Interval) -> bool:
    """Whether fewer than half of the stays meet the window and no shift of whole hours would mend that.

    A report without stays is judged by the meeting's own times, and never refused if it has none.
    """
    stays, plain = _stays(report)
    some = bool(stays or len(plain))
    return some and not _meets_half(stays, plain, window, 0) and suggest_shift(report, window) == 0


def _stays(report: Report) -> tuple[Sequence[Interval], PlainRows]:
    """All stays, those of plain rows apart; those of the meeting where nobody has any."""
    others, plain = parts(report.presences)
    stays = [stay for presence in others for stay in presence.intervals]
    return (stays if stays or len(plain) else report.held), plain


def _meets_half(stays: Sequence[Interval], plain: PlainRows, window: Interval, hours: int) -> bool:
    step = dt.timedelta(hours=hours)
    meeting = sum(s.start + step < window.end and s.end + step > window.start for s in stays)
    return 2 * (meeting + plain.meeting(window, step)) >= len(stays) + len(plain)


def _seconds_of(stay: Interval, window: Interval) -> int:
    """What ``seconds_present`` says of somebody with one stay."""
    start, end = max(stay.start, window.start), min(stay.end, window.end)
    return int((end - start).total_seconds()) if start < end else 0


def _seconds_inside(stays: Sequence[Interval], plain: PlainRows, window: Interval, hours: int) -> int:
    step = dt.timedelta(hours=hours)
    inside = clip((Interval(s.start + step, s.end + step) for s in stays), window)
    return sum(i.seconds for i in inside) + int(plain.inside(window, step).sum())


def _one_offset(others: Iterable[Presence], plain: PlainRows, place: ZoneInfo) -> dt.timedelta | None:
    """How far the place is ahead of UTC, if that is the same all the time that the report tells of, else None.

    Clocks are never changed twice in an hour, so that each hour from a day before to a day after can be asked.
    """
    moments = [*plain.span(), *(stay.start for presence in others for stay in presence.intervals)]
    if not moments or any(moment.tzinfo is not None for moment in moments):
        return None
    first, last = min(moments) - _A_DAY, max(moments) + 2 * _A_DAY
    if last - first > _MOST_ASKED or first.year < _WHOLE_MINUTES:
        return None
    hours = (first + dt.timedelta(hours=number) for number in range((last - first) // dt.timedelta(hours=1) + 2))
    offsets = {hour.replace(tzinfo=place, fold=fold).utcoffset() for hour in hours for fold in (0, 1)}
    return offsets.pop() if len(offsets) == 1 else None


def _moved(presence: Presence, offset: dt.timedelta) -> Presence | None:
    """The presence in UTC, if it is one stay of less than a day that runs forward; None for others."""
    if len(presence.intervals) != 1:
        return None
    (stay,) = presence.intervals
    if stay.end.tzinfo is not None or not stay.start <= stay.end <= stay.start + _A_DAY:
        return None
    start, end = stay.start.replace(tzinfo=dt.UTC), stay.end.replace(tzinfo=dt.UTC)
    moved = Interval(start - offset, end - offset) if offset else Interval(start, end)
    return presence.at((moved,), presence.problems)


def _localised(presence: Presence, place: ZoneInfo) -> Presence:
    stays, problems = [], list(presence.problems)
    for wall in presence.intervals:
        stay, doubt = _in_utc(wall, place)
        if stay is not None:
            stays.append(stay)
        if doubt == "repeated-hour":
            message = _("The clock went back during this stay; the shorter reading counts.")
            problems.append(Problem(doubt, message, presence.row))
        elif doubt:
            message = _("The time of leaving is before the time of joining.")
            problems.append(Problem(doubt, message, presence.row))
    return presence.at(tuple(stays), tuple(problems))


def _in_utc(wall: Interval, place: ZoneInfo) -> tuple[Interval | None, str]:
    """(the stay in UTC, or None if it runs backward; "repeated-hour" or "leave-before-join" if there is a doubt)."""
    if wall.start.tzinfo is not None:
        return wall, ""
    # Two aware times of one zone are subtracted as wall-clock times, so the readings are compared in UTC.
    starts, ends = _readings(wall.start, place), _readings(wall.end, place)
    forward = [Interval(start, end) for start in starts for end in ends if start <= end]
    if not forward:
        return None, "leave-before-join"
    lengths = {stay.end - stay.start for stay in forward}
    return min(forward, key=lambda stay: stay.end - stay.start), "repeated-hour" if len(lengths) > 1 else ""


def _readings(wall: dt.datetime, place: ZoneInfo) -> list[dt.datetime]:
    first, second = (wall.replace(tzinfo=place, fold=fold).astimezone(dt.UTC) for fold in (0, 1))
    return [first, second] if first < second else [first]


def _extended(presence: Presence, end: dt.datetime) -> Presence:
    *earlier, last = presence.intervals
    return replace(presence, intervals=(*earlier, Interval(last.start, max(last.end, end))), open_ended=False)
