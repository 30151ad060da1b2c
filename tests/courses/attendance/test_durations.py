# ruff: noqa: DTZ001 - a cell that is a date has no zone
from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses.attendance.durations import DAY, MINUTE, pair_of, parse_duration, unit_of
from courses.attendance.model import UnreadableError


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        pytest.param("95", 5700, id="T12-bare-minutes"),
        pytest.param("62,5", 3750, id="T12-decimal-comma"),
        pytest.param("62.5", 3750, id="T12-decimal-point"),
        pytest.param("0,5", 30, id="T12-half-a-minute"),
        pytest.param("1h 2m 3s", 3723, id="T12-teams"),
        pytest.param("59m 32s", 3572, id="T12-teams-under-an-hour"),
        pytest.param("2h 59m", 10740, id="T12-teams-without-seconds"),
        pytest.param("1 h 59 m", 7140, id="T12-french"),
        pytest.param("1\u00a0h\u202f59\u00a0m", 7140, id="T12-no-break-spaces"),
        pytest.param("2 godz. 19 min 19 s", 8359, id="T12-polish"),
        pytest.param("1 hr 25 min", 5100, id="T12-meet"),
        pytest.param("40 sec", 40, id="T12-meet-seconds"),
        pytest.param("1 hr", 3600, id="T12-meet-hour"),
        pytest.param("204 mins", 12240, id="T12-webex"),
        pytest.param("1 hour, 5 minutes", 3900, id="T12-with-comma"),
        pytest.param("0 days 00:59:32.000000", 3572, id="T12-pandas"),
        pytest.param("PT1H2M3S", 3723, id="T12-iso"),
        pytest.param("pt40m", 2400, id="T12-iso-lower-case"),
        pytest.param("1 ч 2 мин 3 с", 3723, id="T12-russian"),
        pytest.param("1 ч. 25 мин.", 5100, id="T12-russian-dots"),
        pytest.param("1 сағ 2 мин", 3720, id="T12-kazakh"),
        pytest.param("01:02:03", 3723, id="T12-clock"),
        pytest.param("1:02", 3720, id="T12-hours-and-minutes"),
        pytest.param("0", 0, id="T11-zero"),
        pytest.param(0.043055555555, 3720, id="T12-part-of-a-day"),
        pytest.param(95, 5700, id="T12-number"),
        pytest.param(95.0, 5700, id="T12-float-minutes"),
        pytest.param(dt.timedelta(hours=1, seconds=3), 3603, id="T12-timedelta"),
        pytest.param(dt.time(1, 2, 3), 3723, id="T12-cell-of-time"),
        pytest.param("", None, id="missing-empty"),
        pytest.param(" -- ", None, id="missing-dashes"),
        pytest.param("-", None, id="missing-dash"),
        pytest.param("NA", None, id="missing-na"),
    ],
)
def test_all_wordings_give_seconds(text, seconds):
    assert parse_duration(text) == seconds


@pytest.mark.parametrize(
    ("value", "code"),
    [
        pytest.param("-5", "duration-out-of-range", id="T11-negative"),
        pytest.param(-5, "duration-out-of-range", id="T11-negative-number"),
        pytest.param("1 day 2 hours", "duration-out-of-range", id="T11-over-24-hours"),
        pytest.param("1441", "duration-out-of-range", id="T11-over-1440-minutes"),
        pytest.param("an hour", "duration-unreadable", id="words-without-number"),
        pytest.param("5 parsecs", "duration-unreadable", id="unknown-unit"),
        pytest.param("1:75:00", "duration-unreadable", id="impossible-minutes"),
        pytest.param(True, "duration-unreadable", id="boolean"),
        pytest.param(float("inf"), "duration-unreadable", id="infinite"),
        pytest.param(dt.datetime(2026, 3, 14), "duration-unreadable", id="date"),
    ],
)
def test_nonsense_is_an_error_and_not_zero(value, code):
    with pytest.raises(UnreadableError) as caught:
        parse_duration(value)
    assert caught.value.code == code


@pytest.mark.parametrize(
    ("heading", "values", "seconds"),
    [
        ("Duration", ["1:02", "0:40"], 3720),
        ("Duration", ["1:02", "59:32"], 62),
        ("Duration (mm:ss)", ["1:02"], 62),
        ("Длительность (чч:мм)", ["1:02", "59:00"], 3720),
    ],
)
def test_one_colon_is_decided_by_the_heading_or_the_largest_value_of_the_column(heading, values, seconds):
    assert parse_duration("1:02", pair=pair_of(heading, values)) == seconds


@pytest.mark.parametrize(
    ("heading", "unit"),
    [("Duration (Minutes)", MINUTE), ("Время, часов", 3600), ("Duration", MINUTE), ("Seconds", 1), ("Минуты", MINUTE)],
)
def test_bare_numbers_count_in_what_the_heading_says(heading, unit):
    assert unit_of(heading) == unit


@given(st.integers(0, DAY - 1))
def test_one_length_in_five_wordings_is_one_number(seconds):
    h, m, s = seconds // 3600, seconds // 60 % 60, seconds % 60
    wordings = (
        f"{h}h {m}m {s}s",
        f"{h}:{m:02}:{s:02}",
        f"PT{h}H{m}M{s}S",
        f"{h} ч {m} мин {s} с",
        f"{h} godz. {m} min {s} s",
    )
    assert {parse_duration(text) for text in wordings} == {seconds}
