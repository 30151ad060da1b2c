# ruff: noqa: DTZ001, DTZ007 - the file's times have no zone
"""A real export of a meeting, with fictional people."""

from __future__ import annotations

import csv
import datetime as dt
from pathlib import Path

import pytest

from cle.core.tables import read_table
from courses.attendance.model import Interval, Report
from courses.attendance.presence import seconds_present, union
from courses.attendance.recognise import read_report
from tests.courses.attendance.tables import rows_used

FILE = Path(__file__).parent / "files" / "zoom-meeting-participants.csv"
WHOLE_DAY = Interval(dt.datetime(2021, 11, 19), dt.datetime(2021, 11, 20))


@pytest.fixture(scope="module")
def sample() -> Report:
    return read_report(read_table(FILE.read_bytes(), FILE.name))


def seconds_by_mail() -> dict[str, set[int]]:
    """The seconds of the day in which each person was connected, counted one by one."""
    connected: dict[str, set[int]] = {}
    with FILE.open(newline="", encoding="utf-8") as lines:
        for row in csv.DictReader(lines):
            start, end = (dt.datetime.strptime(row[key], "%m/%d/%Y %I:%M:%S %p") for key in ("Join Time", "Leave Time"))
            first, last = (int((moment - WHOLE_DAY.start).total_seconds()) for moment in (start, end))
            connected.setdefault(row["User Email"], set()).update(range(first, last))
    return connected


def test_27_people_from_31_rows_and_no_row_is_lost(sample):
    assert sample.source == "zoom-meeting"
    assert len(sample.presences) == 27
    assert rows_used(sample) == list(range(2, 33))
    assert sample.skipped == sample.notes == ()
    assert sample.day == dt.date(2021, 11, 19)


def test_each_person_has_exactly_the_seconds_in_which_they_were_connected(sample):
    expected = {email: len(seconds) for email, seconds in seconds_by_mail().items()}
    assert {p.email: seconds_present([p], WHOLE_DAY) for p in sample.presences} == expected


def test_those_who_joined_again_while_connected_are_not_counted_twice(sample):
    again = {p.name: (sum(i.seconds for i in p.intervals), sum(i.seconds for i in union(p.intervals)))
             for p in sample.presences if len(p.rows) > 1}  # fmt: skip
    assert again == {
        "003_Power Girl": (13439, 6812),
        "010_Cyborg Superman": (5128, 5128),
        "017_Swarm": (6462, 6448),
        "022_Dazzler": (1705, 1705),
    }


def test_the_account_name_in_brackets_is_kept_apart(sample):
    originals = {p.name: p.original_name for p in sample.presences if p.original_name}
    assert originals["015_Loki"] == "Loki Laufeyson"
    assert len(originals) == 6
