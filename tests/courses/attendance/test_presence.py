from __future__ import annotations

import datetime as dt
from itertools import pairwise
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses.attendance.model import Interval, Presence, Report
from courses.attendance.presence import (
    clip,
    extend_open_ends,
    localise,
    seconds_present,
    shift,
    suggest_shift,
    union,
    wrong_event,
)  # fmt: skip
from tests.courses.attendance.tables import DAY, at, codes, report, stay

WINDOW = stay("10:00", "12:00")


def person(*intervals: Interval, **fields) -> Presence:
    return Presence(row=2, rows=(2,), name="Dana Kim", intervals=intervals, **fields)


def of(*people: Presence, **fields) -> Report:
    return Report("zoom-meeting", people, **fields)


@pytest.mark.parametrize(
    ("intervals", "seconds"),
    [
        pytest.param([("10:00", "11:00")], 3600, id="one"),
        pytest.param([("09:00", "13:00")], 7200, id="T7-clipped"),
        pytest.param([("08:00", "09:00")], 0, id="T7-before-the-session"),
        pytest.param([("10:00", "11:00"), ("10:30", "11:30")], 5400, id="T8-two-devices"),
        pytest.param([("10:00", "11:00"), ("10:00", "11:00")], 3600, id="T8-same-row-twice"),
        pytest.param([("10:00", "12:00"), ("10:30", "10:40")], 7200, id="T8-inside"),
        pytest.param([("10:00", "10:30"), ("10:30", "11:00")], 3600, id="T8-touching"),
        pytest.param([("10:00", "10:00")], 0, id="T11-no-length"),
        pytest.param([("10:00:00", "10:00:02"), ("10:00:04", "10:00:06")], 4, id="T11-seconds-and-not-minutes"),
    ],
)
def test_the_union_inside_the_session_counts(intervals, seconds):
    assert seconds_present([person(*(stay(*pair) for pair in intervals))], WINDOW) == seconds


@pytest.mark.parametrize(("grace", "seconds"), [(0, 3600), (19, 3600), (20, 3620), (600, 3620)])
def test_a_short_break_counts_only_if_the_bar_says_so(grace, seconds):
    broken = person(stay("10:00:00", "10:30:00"), stay("10:30:20", "11:00:20"))
    assert seconds_present([broken], WINDOW, grace_seconds=grace) == seconds


def test_grace_closes_gaps_but_adds_nothing_before_or_after():
    assert seconds_present([person(stay("10:10", "10:20"))], WINDOW, grace_seconds=7200) == 600


@pytest.mark.parametrize(
    ("people", "seconds"),
    [
        pytest.param([person(stay("10:00", "11:00")), person(seconds=1800)], 3600, id="times-over-a-smaller-total"),
        pytest.param([person(stay("10:00", "11:00")), person(seconds=5400)], 5400, id="larger-total"),
        pytest.param([person(seconds=1800), person(seconds=2400)], 2400, id="two-totals-may-overlap"),
        pytest.param([person(seconds=86_000)], 7200, id="total-longer-than-the-session"),
        pytest.param([person(marked=True)], 7200, id="mark"),
        pytest.param([person(stay("10:00", "10:40")), person(stay("10:20", "11:00"))], 3600, id="T8-phone-and-laptop"),
        pytest.param([], 0, id="nobody"),
    ],
)
def test_totals_are_never_added_to_times(people, seconds):
    assert seconds_present(people, WINDOW) == seconds


LAST_OF_SIX = dt.date(2024, 2, 29)  # Almaty went from UTC+6 to UTC+5 on the next day
FORWARD, BACK = dt.date(2026, 3, 29), dt.date(2026, 10, 25)  # the nights on which Berlin's clock changes


@pytest.mark.parametrize(
    ("zone", "day", "wall", "utc"),
    [
        pytest.param("Asia/Almaty", LAST_OF_SIX, ("10:00", "11:00"), ("04:00", "05:00"), id="T6-almaty-before"),
        pytest.param("Asia/Almaty", dt.date(2024, 3, 1), ("10:00", "11:00"), ("05:00", "06:00"), id="T6-almaty-after"),
        pytest.param("Asia/Kolkata", DAY, ("10:00", "11:00"), ("04:30", "05:30"), id="T6-half-hour-zone"),
        pytest.param("Europe/Berlin", BACK, ("02:50", "02:10"), ("00:50", "01:10"), id="T6-repeated-hour"),
        pytest.param("Europe/Berlin", BACK, ("01:30", "03:30"), ("23:30", "02:30"), id="T6-over-it"),
        pytest.param("Europe/Berlin", FORWARD, ("01:30", "03:30"), ("00:30", "01:30"), id="T6-missing-hour"),
    ],
)
def test_wall_clock_times_become_utc(zone, day, wall, utc):
    (found,) = localise(of(person(stay(*wall, day))), zone).presences
    (interval,) = found.intervals
    assert (f"{interval.start:%H:%M}", f"{interval.end:%H:%M}") == utc
    assert interval.start.utcoffset() == dt.timedelta(0)
    assert interval.start <= interval.end


def test_a_stay_through_the_repeated_hour_counts_its_real_length():
    """Joining at 01:30 and leaving at 03:30 that night is three hours."""
    (found,) = localise(of(person(stay("01:30", "03:30", BACK))), "Europe/Berlin").presences
    assert found.intervals[0].seconds == 3 * 3600
    assert found.problems == ()


def test_a_stay_that_ends_in_the_repeated_hour_has_two_readings_and_is_flagged():
    (found,) = localise(of(person(stay("01:30", "02:30", BACK))), "Europe/Berlin").presences
    assert found.intervals[0].seconds == 3600
    assert codes(found.problems) == [("repeated-hour", 2)]


def test_running_backward_on_an_ordinary_day_is_dropped_and_flagged():
    (found,) = localise(of(person(stay("10:50", "10:10"))), "Asia/Almaty").presences
    assert found.intervals == ()
    assert codes(found.problems) == [("leave-before-join", 2)]


def test_the_zone_in_the_file_wins_and_twice_is_once():
    once = localise(of(person(WINDOW), zone_in_file="UTC", held=(WINDOW,)), "Asia/Almaty")
    assert once.held == once.presences[0].intervals
    assert once.held[0].start == at("10:00").replace(tzinfo=dt.UTC)
    assert localise(once, "Europe/Berlin") == once


def test_an_unknown_zone_is_an_error():
    with pytest.raises(ZoneInfoNotFoundError):
        localise(of(person(WINDOW)), "Asia/Nowhere")


@pytest.mark.parametrize("hours", [-12, -5, -2, 0, 3, 8, 14])
def test_a_file_from_another_zone_is_recognised_by_whole_hours(hours):
    moved = shift(of(*(person(WINDOW) for _ in range(3))), -hours)
    assert suggest_shift(moved, WINDOW) == hours
    assert not wrong_event(moved, WINDOW)
    assert seconds_present(shift(moved, hours).presences[:1], WINDOW) == 7200


@pytest.mark.parametrize(
    ("stays", "wrong"),
    [
        pytest.param([stay("10:00", "11:00")] * 2 + [stay("08:00", "09:00")] * 2, False, id="half-fit"),
        pytest.param([stay("10:00", "11:00", dt.date(2026, 3, 20))] * 2, True, id="H8-another-date"),
        pytest.param([stay("08:00", "09:00")], False, id="a-shift-of-hours-would-mend-it"),
        pytest.param([], False, id="no-times"),
    ],
)
def test_a_report_of_another_event_is_recognised(stays, wrong):
    assert wrong_event(of(*(person(one) for one in stays)), WINDOW) is wrong


def test_a_report_without_times_is_judged_by_the_meetings_own_hours():
    total = person(seconds=600)
    assert not wrong_event(of(total, held=(WINDOW,)), WINDOW)
    assert wrong_event(of(total, held=(stay("10:00", "12:00", dt.date(2026, 4, 14)),)), WINDOW)


def test_open_ends_move_forward_only():
    open_person = person(stay("10:00", "10:30"), stay("10:40", "11:00"), open_ended=True)
    ends = [p.intervals[-1].end for hour in ("10:50", "11:50")
            for p in extend_open_ends(of(open_person), at(hour)).presences]  # fmt: skip
    assert ends == [at("11:00"), at("11:50")]


def test_from_the_file_to_the_minutes_with_a_host_in_moscow():
    """The export shows Moscow time; the session is at 10:00 in Almaty, two hours ahead."""
    text = (
        "Name (Original Name),User Email,Join Time,Leave Time,Duration (Minutes)\n"
        "Dana Kim,,14.03.2026 08:05:00,14.03.2026 10:30:00,145\n"
    )
    almaty = ZoneInfo("Asia/Almaty")
    window = Interval(*(moment.replace(tzinfo=almaty).astimezone(dt.UTC) for moment in (WINDOW.start, WINDOW.end)))
    right, assumed = localise(report(text), "Europe/Moscow"), localise(report(text), "Asia/Almaty")
    assert seconds_present(right.presences, window) == 115 * 60
    assert seconds_present(shift(assumed, 2).presences, window) == 115 * 60


MOMENTS = st.integers(0, 4 * 3600).map(lambda seconds: at("09:00") + dt.timedelta(seconds=seconds))
INTERVALS = st.tuples(MOMENTS, MOMENTS).map(lambda pair: Interval(min(pair), max(pair)))
MANY = st.lists(INTERVALS, max_size=8)


@given(MANY)
def test_union_is_idempotent_ordered_and_without_overlap(intervals):
    united = union(intervals)
    assert union(united) == united
    assert all(before.end < after.start for before, after in pairwise(united))


@given(
    st.permutations([stay("10:00", "10:30"), stay("10:20", "11:00"), stay("11:00", "11:10"), stay("09:00", "09:30")])
)
def test_union_does_not_depend_on_order(intervals):
    assert union(intervals) == (stay("09:00", "09:30"), stay("10:00", "11:10"))


@given(MANY)
def test_union_has_exactly_the_seconds_that_any_interval_has(intervals):
    def seconds(stays):
        return {second for one in stays for second in
                range(int(one.start.timestamp()), int(one.end.timestamp()))}  # fmt: skip

    assert seconds(union(intervals)) == seconds(intervals)


@given(MANY, INTERVALS, st.integers(0, 600), st.integers(0, 90_000))
def test_presence_is_never_longer_than_the_window(intervals, window, grace, total):
    present = seconds_present([person(*intervals), person(seconds=total, marked=True)], window, grace_seconds=grace)
    assert 0 <= present <= window.seconds


@given(MANY, INTERVALS, st.floats(0, 1))
def test_splitting_an_interval_changes_nothing(intervals, whole, part):
    cut = whole.start + dt.timedelta(seconds=int(whole.seconds * part))
    pieces = [*intervals, Interval(whole.start, cut), Interval(cut, whole.end)]
    assert seconds_present([person(*pieces)], WINDOW) == seconds_present([person(*intervals, whole)], WINDOW)


@given(MANY, INTERVALS)
def test_more_attendance_never_lowers_the_result(intervals, more):
    assert seconds_present([person(*intervals, more)], WINDOW) >= seconds_present([person(*intervals)], WINDOW)


@given(MANY)
def test_clipping_before_or_after_the_union_is_the_same(intervals):
    assert union(clip(intervals, WINDOW)) == clip(union(intervals), WINDOW)
