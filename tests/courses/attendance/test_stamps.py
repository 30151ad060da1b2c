# ruff: noqa: DTZ001 - wall-clock times without a zone are the subject
from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses.attendance.model import UnreadableError
from courses.attendance.stamps import Order, find_order, looks_like_stamp, parse_day, parse_stamp, states_utc

MORNING = dt.datetime(2026, 3, 14, 9, 2, 3)
EVENING = dt.datetime(2026, 3, 14, 21, 2, 3)
NO_SECONDS = dt.datetime(2026, 3, 14, 9, 2)
M, D = Order.MONTH_FIRST, Order.DAY_FIRST


@pytest.mark.parametrize(
    ("value", "order", "moment"),
    [
        pytest.param("03/14/2026 09:02:03 AM", M, MORNING, id="zoom"),
        pytest.param("3/14/2026 9:02", M, NO_SECONDS, id="zoom-saved-in-excel"),
        pytest.param("03/14/26 09:02", M, NO_SECONDS, id="T2-two-digit-year"),
        pytest.param("03/14/2026 21:02:03", M, EVENING, id="24-hour-month-first"),
        pytest.param("14.03.2026 21:02:03", D, EVENING, id="russian"),
        pytest.param("14.03.2026 21:02:03 PM", D, EVENING, id="T3-24-hour-clock-with-pm"),
        pytest.param("14.03.2026 09:02:03 ПП", D, EVENING, id="T3-russian-afternoon"),
        pytest.param("14.03.2026 09:02:03 ДП", D, MORNING, id="T3-russian-morning"),
        pytest.param("2026/03/14 9:02", D, NO_SECONDS, id="japanese"),
        pytest.param("Mar 14, 2026 09:02:03", D, MORNING, id="webinar"),
        pytest.param("Mar 14, 2026 9:02 AM", D, NO_SECONDS, id="webinar-callers"),
        pytest.param("14 марта 2026 г. 9:02", D, NO_SECONDS, id="russian-month"),
        pytest.param("2026-03-14T09:02:03Z", D, MORNING, id="zoom-api"),
        pytest.param("2026-03-14T09:02:03.123Z", D, MORNING, id="parts-of-a-second"),
        pytest.param("2026-03-14T14:02:03+05:00", D, MORNING, id="offset-becomes-utc"),
        pytest.param("3/14/2026, 9:02:03 AM", M, MORNING, id="teams-us"),
        pytest.param("14/3/2026, 09:02:03", D, MORNING, id="teams-uk"),
        pytest.param("03/14/26, 9:02:03 pm", M, EVENING, id="T3-lower-case-pm"),
        pytest.param("3/14/26, 9:02:03\u202fPM", M, EVENING, id="narrow-space"),
        pytest.param("14/03/2026 à 09:02:03", D, MORNING, id="french"),
        pytest.param('="2026-03-14 09:02:03"', D, MORNING, id="Z3-webex-formula"),
        pytest.param("3/14/2026 12:05:00 AM", M, dt.datetime(2026, 3, 14, 0, 5), id="T3-midnight"),
        pytest.param("3/14/2026 12:05:00 PM", M, dt.datetime(2026, 3, 14, 12, 5), id="T3-noon"),
        pytest.param("14.03.2026 00:05:00 AM", D, dt.datetime(2026, 3, 14, 0, 5), id="T3-hour-zero-with-am"),
        pytest.param(dt.datetime(2026, 3, 14, 9, 2, 3), D, MORNING, id="cell-of-date-and-time"),
        pytest.param(46095.375, D, dt.datetime(2026, 3, 14, 9, 0), id="X4-serial"),
        pytest.param("46095,375", D, dt.datetime(2026, 3, 14, 9, 0), id="X4-serial-as-text"),
        pytest.param("0,375", D, dt.time(9, 0), id="X4-part-of-a-day-as-text"),
        pytest.param("0.416666667", D, dt.time(10, 0), id="X4-part-of-a-day-with-a-dot"),
        pytest.param("0,5", D, dt.time(12, 0), id="X4-noon-as-text"),
        pytest.param("0.25", D, dt.time(0, 25), id="two-digits-after-a-dot-are-minutes"),
        pytest.param("9:02", D, dt.time(9, 2), id="T4-time-only"),
        pytest.param("9-02", D, dt.time(9, 2), id="typed-with-a-hyphen"),
        pytest.param("9.02", D, dt.time(9, 2), id="typed-with-a-dot"),
        pytest.param("10:01 PM", D, dt.time(22, 1), id="T4-meet"),
        pytest.param(0.375, D, dt.time(9, 0), id="excel-part-of-a-day"),
        pytest.param(dt.time(9, 2), D, dt.time(9, 2), id="cell-of-time"),
        pytest.param(dt.datetime(1899, 12, 31, 9, 2), D, dt.time(9, 2), id="T2-year-1899-is-a-bare-time"),
        pytest.param("--", D, None, id="missing-dashes"),
        pytest.param("", D, None, id="missing-empty"),
    ],
)
def test_all_ways_to_write_a_moment(value, order, moment):
    assert parse_stamp(value, order) == moment


@pytest.mark.parametrize(
    "value",
    [
        pytest.param("14/03/2026 09:02", id="T1-day-over-12-in-a-month-first-file"),
        pytest.param("03/14/20266 09:02", id="T2-five-digit-year"),
        pytest.param("03/14/2126 09:02", id="T2-year-out-of-range"),
        pytest.param("03/14/2026", id="no-time"),
        pytest.param("03/14/2026 24:01", id="no-such-hour"),
        pytest.param("03/14/2026 10:75", id="no-such-minute"),
        pytest.param("yesterday", id="word"),
        pytest.param(46095, id="whole-number"),
        pytest.param(True, id="boolean"),
    ],
)
def test_an_impossible_moment_is_an_error(value):
    with pytest.raises(UnreadableError):
        parse_stamp(value, M)


@pytest.mark.parametrize(
    ("values", "near", "order", "how"),
    [
        pytest.param(["03/04/2026 9:00", "03/14/2026 9:00"], None, M, "seen", id="T1-second-over-12"),
        pytest.param(["03/04/2026 9:00", "14/03/2026 9:00"], None, D, "seen", id="T1-first-over-12"),
        pytest.param(["03/04/2026 9:00"], dt.date(2026, 3, 4), M, "near", id="T1-session-in-march"),
        pytest.param(["03/04/2026 9:00"], dt.date(2026, 4, 3), D, "near", id="T1-session-in-april"),
        pytest.param(["03/04/2026 23:50"], dt.date(2026, 3, 5), M, "near", id="T1-session-the-next-day-abroad"),
        pytest.param(["03/04/2026 9:00 AM"], None, M, "guessed", id="T1-undecided"),
        pytest.param(["03.04.2026 9:00"], None, D, "seen", id="T1-dots"),
        pytest.param(["03/03/2026 9:00"], None, M, "seen", id="T1-same-either-way"),
        pytest.param(["03/14/2026 9:00", "14/03/2026 9:00"], None, D, "mixed", id="X10-both"),
        pytest.param(["2026-03-04 9:00"], None, D, "seen", id="year-first-needs-no-decision"),
        pytest.param(["03/04/2026 9:00", "25.12.1980"], dt.date(2026, 3, 4), M, "near", id="bare-dates-do-not-decide"),
        pytest.param([dt.datetime(2026, 3, 4), 5, ""], None, D, "seen", id="cells-of-dates"),
    ],
)
def test_day_and_month_are_told_apart_once_for_the_file(values, near, order, how):
    found = find_order(values, near=near)
    assert (found.order, found.how) == (order, how)


@pytest.mark.parametrize(
    ("value", "yes"),
    [
        ("3/14/26, 9:02:03 AM", True),
        ("9:02", True),
        (dt.time(9), True),
        ("59m 32s", False),
        ("a@b.kz", False),
        ("14", False),
    ],
)
def test_a_moment_is_told_by_its_shape(value, yes):
    assert looks_like_stamp(value) is yes


@pytest.mark.parametrize(
    ("value", "day"),
    [
        ("14.3.2026", dt.date(2026, 3, 14)),
        (dt.datetime(2026, 3, 14), dt.date(2026, 3, 14)),
        ("31.2.2026", None),
        ("№", None),
    ],
)
def test_headings_that_are_dates(value, day):
    assert parse_day(value, D) == day


def test_only_a_stated_zone_counts_as_utc():
    assert states_utc("2026-03-14T09:02:03Z")
    assert not states_utc("03/14/2026 09:02:03 AM")


@given(
    st.datetimes(dt.datetime(1950, 1, 1), dt.datetime(2049, 12, 31)).map(lambda moment: moment.replace(microsecond=0))
)
def test_one_moment_in_four_wordings_is_one_moment(moment):
    assert parse_stamp(moment.strftime("%m/%d/%Y %I:%M:%S %p"), M) == moment
    assert parse_stamp(moment.strftime("%d.%m.%y %H:%M:%S"), D) == moment
    assert parse_stamp(moment.strftime("%Y-%m-%dT%H:%M:%S"), M) == moment
    assert parse_stamp(moment.strftime("%d/%m/%Y, %H:%M:%S %p"), D) == moment
