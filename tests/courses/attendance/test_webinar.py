# ruff: noqa: E501 - headings as the files have them
from __future__ import annotations

import pytest

from courses.attendance.presence import seconds_present
from tests.courses.attendance.tables import codes, one, report, rows_used, stay, stays

TOP = """Attendee Report,
Report Generated:,"Mar 15, 2026 8:50 PM"
Topic,Webinar ID,Actual Start Time,Actual Duration (minutes),# Registered,# Cancelled,Unique Viewers,Total Users,Max Concurrent Views
"Ethics, part 2",812-345-678,"Mar 14, 2026 9:55 AM",125,40,0,31,52,28
"""
HOST = """Host Details,
Attended,User Name,Email,Join Time,Leave Time,Time in Session (minutes),Country/Region Name
Yes,Lyra Test,host@example.kz,"Mar 14, 2026 09:55:01","Mar 14, 2026 12:00:07",126,Kazakhstan
"""
PANEL = """Panelist Details
"Attended","User Name","Email","Join Time","Leave Time","Time in Session (minutes)","Country/Region Name"
"Yes","Askar I.","a@example.kz","Mar 14, 2026 10:30:20","Mar 14, 2026 10:45:00",15,"Kazakhstan"
"""
ATTENDEES = """Attendee Details,
"Attended","First Name","Last Name","Email","Registration Time","Approval Status","Join Time","Leave Time","Time in Session (minutes)","Country/Region Name"
"Yes","Askar","Invented","a@example.kz","Mar 10, 2026 09:00:00","upgraded to panelist","Mar 14, 2026 10:00:00","Mar 14, 2026 10:30:10",31,"Kazakhstan"
"Yes","Askar","Invented","a@example.kz","","","Mar 14, 2026 10:40:00","Mar 14, 2026 12:00:05",81,"Kazakhstan"
"No","Rosa","Nobody","r@example.kz","Mar 11, 2026 09:00:00","approved","--","--","--","--"
"""
CALLERS = """Other Attended
User Name,Join Time,Leave Time,Time in Session (minutes),Country/Region Name
77010000000,"Mar 14, 2026 9:58 AM","Mar 14, 2026 10:58 AM",60,Kazakhstan
"""
WHOLE = TOP + HOST + PANEL + ATTENDEES + CALLERS


def test_sections_are_united_per_person_and_keep_the_role():
    found = report(WHOLE)
    assert found.source == "zoom-webinar"
    assert [(p.name, p.email, p.role, p.rows) for p in found.presences] == [
        ("Lyra Test", "host@example.kz", "host", (7,)),
        ("Askar I.", "a@example.kz", "panelist", (10, 13, 14)),
        ("77010000000", "", "attendee", (18,)),
    ]
    assert found.presences[1].other_names == ("Invented Askar",)
    assert found.held == (stay("09:55", "12:00"),)


def test_minutes_as_panelist_and_attendee_are_neither_lost_nor_doubled():
    askar = report(WHOLE).presences[1]
    assert seconds_present([askar], stay("09:00", "13:00")) == (30 * 60 + 10) + (2 * 3600 + 5 - 30 * 60 - 20)


def test_no_and_dashes_are_absence_and_missing_registration_is_not():
    found = report(WHOLE)
    assert codes(found.skipped) == [("did-not-attend", 15)]
    assert rows_used(found) == [7, 10, 13, 14, 15, 18]


@pytest.mark.parametrize(
    "titles",
    [
        pytest.param(
            ("Сведения об организаторе", "Сведения о докладчике", "Сведения об участниках", "Другие"), id="russian"
        ),
        pytest.param(("Abc def", "Ghi jkl,,", "Mno pqr", "Stu vwx"), id="H6-unknown-language"),
    ],
)
def test_sections_are_found_by_shape_whatever_their_titles(titles):
    text = WHOLE
    for old, new in zip(
        ("Host Details,", "Panelist Details", "Attendee Details,", "Other Attended"), titles, strict=True
    ):
        text = text.replace(old, new)
    assert [p.role for p in report(text).presences] == ["host", "panelist", "attendee"]


def test_newer_headings_with_questions_of_the_organiser():
    found = report(
        TOP + "Attendee Details\n"
        "Attended,User Name (Original Name),First Name,Last Name,Email,Phone,Registration Time,Approval Status,Join Time,"
        "Leave Time,Time in Session (minutes),Is Guest,Country/Region Name,Source Name,Which region are you from?\n"
        "Yes,Dana K. (Dana Kim),Dana,Kim,d@example.kz,,03/10/2026 09:00:00 AM,approved,03/14/2026 10:00:00 AM,"
        '03/14/2026 11:00:00 AM,60,Yes,Kazakhstan,,"Almaty, Kazakhstan"'
    )
    person = one(found)
    assert (person.name, person.original_name, stays(person)) == ("Kim Dana", "Dana K.", ["10:00:00-11:00:00"])


def test_a_yes_without_times_is_no_attendance():
    rosa = '"No","Rosa","Nobody","r@example.kz","Mar 11, 2026 09:00:00","approved","--","--","--","--"'
    found = report(WHOLE.replace(rosa, rosa.replace('"No"', '"Yes"')))
    assert codes(found.skipped) == [("no-times", 15)]
