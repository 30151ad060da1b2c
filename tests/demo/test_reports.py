from __future__ import annotations

import codecs
import csv
import datetime as dt
import io
from pathlib import Path
from random import Random

import openpyxl
import pytest

from cle.demo.curriculum import CIVIL
from cle.demo.enrolment import Enrolment
from cle.demo.population import people
from cle.demo.presence import Attendance, attend
from cle.demo.report_zoom import minutes, stamp, webinar_stamp
from cle.demo.reports import write_report
from cle.demo.sessions import ZONE, ReportKind, SessionPlan

ENCODINGS: dict[ReportKind, tuple[str, bytes]] = {
    "zoom-meeting": ("utf-8-sig", codecs.BOM_UTF8),
    "zoom-webinar": ("utf-8-sig", codecs.BOM_UTF8),
    "teams": ("utf-16", codecs.BOM_UTF16_LE),
    "meet": ("utf-8-sig", codecs.BOM_UTF8),
    "list-csv": ("cp1251", b""),
}


def _session(kind: ReportKind) -> SessionPlan:
    return SessionPlan(
        "kz-71-civil-01", "KZ-71-civil", "KZ-71", "Семейные споры", "2025-03-14T10:00:00", "2025-03-14T16:00:00",
        160, "kz-71-civil-01.csv", kind,
    )  # fmt: skip


def _written(kind: ReportKind, path: Path) -> tuple[list[Attendance], list[list[str]]]:
    """The attendances, and the cells of the text report that was written of them."""
    session = _session(kind)
    rows = attend(session, [Enrolment(person, CIVIL, "full") for person in people("KZ-71", 120, 2025)], Random(9))
    write_report(kind, session, rows, path)
    encoding, mark = ENCODINGS[kind]
    assert path.read_bytes().startswith(mark)
    delimiter = {"teams": "\t", "list-csv": ";"}.get(kind, ",")
    return rows, list(csv.reader(io.StringIO(path.read_bytes().decode(encoding), newline=""), delimiter=delimiter))


def test_a_zoom_meeting_has_its_block_a_blank_line_and_a_row_for_each_join(tmp_path: Path) -> None:
    attended, cells = _written("zoom-meeting", tmp_path / "z.csv")
    joins = sum(len(row.stays) + (row.waiting is not None) for row in attended)
    assert cells[0][0] == "Topic"
    assert cells[1][6] == str(joins)
    assert cells[2] == []
    assert cells[3][0] == "Name (original name)"
    assert len(cells) == 4 + joins
    assert {row[7] for row in cells[4:]} == {"Yes", "No"}


def test_a_webinar_has_its_sections_and_no_registration_on_later_rows(tmp_path: Path) -> None:
    attended, cells = _written("zoom-webinar", tmp_path / "w.csv")
    titles = [row[0] for row in cells if row[1:] == [""]]
    people_rows = cells[cells.index(["Attendee Details", ""]) + 2 :]
    present = [row for row in people_rows if row[0] == "Yes"]
    assert titles == ["Attendee Report", "Host Details", "Attendee Details"]
    assert len(present) == sum(len(row.stays) for row in attended)
    assert sum(row[6] == "" for row in present) == sum(len(row.stays) - 1 for row in attended)
    assert all(row[7:] == ["--"] * 5 for row in people_rows if row[0] == "No")


def test_teams_has_three_numbered_sections(tmp_path: Path) -> None:
    attended, cells = _written("teams", tmp_path / "t.csv")
    titles = [row[0] for row in cells if row and row[0][:2] in ("1.", "2.", "3.")]
    activities = cells[cells.index(["3. In-Meeting Activities"]) + 2 :]
    assert titles == ["1. Summary", "2. Participants", "3. In-Meeting Activities"]
    assert len(activities) == sum(len(row.stays) for row in attended)
    assert cells[2] == ["Attended participants", str(len(attended))]


def test_meet_has_one_row_for_each_person_with_the_length_in_words(tmp_path: Path) -> None:
    attended, cells = _written("meet", tmp_path / "m.csv")
    assert cells[0] == ["First name", "Last name", "Email", "Duration", "Time joined", "Time exited"]
    assert len(cells) == 1 + len(attended)
    assert all(" hr " in row[3] for row in cells[1:])


def test_a_text_list_gives_licence_numbers_and_times_of_day(tmp_path: Path) -> None:
    attended, cells = _written("list-csv", tmp_path / "l.csv")
    assert cells[3][1:3] == ["№ лицензии", "Фамилия, имя, отчество"]
    assert [row[1] for row in cells[5:]] == [row.licence_number for row in attended]
    assert all(row[3] == f"{person.whole.start:%H:%M}" for row, person in zip(cells[5:], attended, strict=True))


def test_a_list_workbook_keeps_numbers_as_text_and_kazakh_letters(tmp_path: Path) -> None:
    session = _session("list-xlsx")
    rows = attend(session, [Enrolment(person, CIVIL, "full") for person in people("KZ-71", 120, 2025)], Random(9))
    write_report("list-xlsx", session, rows, tmp_path / "l.xlsx")
    page = openpyxl.load_workbook(tmp_path / "l.xlsx").worksheets[0]
    read = [(page.cell(number, 2).value or "", page.cell(number, 3).value) for number in range(6, page.max_row + 1)]
    assert read == [(row.licence_number, row.shown) for row in rows]
    assert str(page["A1"].value).startswith("Регистрационный лист")


@pytest.mark.parametrize(
    ("hour", "expected"),
    [(0, "03/14/2025 12:05:09 AM"), (12, "03/14/2025 12:05:09 PM"), (16, "03/14/2025 04:05:09 PM")],
)
def test_zoom_counts_the_hours_of_half_a_day(hour: int, expected: str) -> None:
    assert stamp(dt.datetime(2025, 3, 14, hour, 5, 9, tzinfo=ZONE)) == expected


def test_webinars_name_the_month_and_count_to_twenty_four() -> None:
    assert webinar_stamp(dt.datetime(2025, 3, 4, 16, 5, 9, tzinfo=ZONE)) == "Mar 04, 2025 16:05:09"


def test_a_minute_begun_is_a_minute_counted(tmp_path: Path) -> None:
    attended, cells = _written("zoom-meeting", tmp_path / "z.csv")
    stays = {(stamp(stay.start), stamp(stay.end)): stay for row in attended for stay in row.stays}
    for row in cells[4:]:
        if row[7] == "No":
            stay = stays[row[2], row[3]]
            assert int(row[4]) == minutes(stay)
            assert 0 <= int(row[4]) * 60 - stay.seconds < 60
