# ruff: noqa: DTZ001, E501 - wall-clock times without a zone, and rows as the files have them
from __future__ import annotations

import datetime as dt

import pytest

from cle.core.errors import FileRefused
from courses.attendance.presence import seconds_present
from courses.attendance.recognise import read_report
from tests.courses.attendance.tables import DAY, codes, names, of_cells, one, report, rows_used, stay, stays

PAPER = [
    ["Список участников семинара", "", "", "", ""],
    ["", "", "", "", ""],
    ["№ п/п", "ФИО", "№ лицензии", "Время прихода", "Время ухода"],
    [1, 2, 3, 4, 5],
    [1.0, "Озёрная Мария Николаевна", "0001234", "9-00", "11.30"],
    ["", "", "", "", ""],
    [2.0, "Қасымов Асқар", 12345678.0, dt.time(9, 5), 0.5],
    [3.0, "Ким Дана", "0005678", "", ""],
    ["Итого", 3, "", "", ""],
    ["Председатель ____________ Тестова Л.", "", "", "", ""],
]


def test_a_paper_list_typed_in_a_spreadsheet():
    """H1, H5: a title, the row of column numbers, blank rows, a total and a signature."""
    found = read_report(of_cells(*PAPER), session_day=DAY)
    assert (found.source, found.day) == ("list", DAY)
    assert [(p.name, p.licence, stays(p)) for p in found.presences] == [
        ("Озёрная Мария Николаевна", "0001234", ["09:00:00-11:30:00"]),
        ("Қасымов Асқар", "12345678", ["09:05:00-12:00:00"]),
    ]
    assert codes(found.skipped) == [("column-numbers", 4), ("no-times", 8), ("totals-row", 9), ("signature-row", 10)]
    assert rows_used(found) == [4, 5, 7, 8, 9, 10]


def test_times_without_a_date_need_the_day_of_the_session():
    """T4."""
    with pytest.raises(FileRefused) as caught:
        read_report(of_cells(*PAPER))
    assert caught.value.code == "session-day-needed"


@pytest.mark.parametrize(("stated", "zone"), [("+05:00", "UTC"), ("Z", "UTC"), ("", "")])
def test_times_that_name_their_zone_are_not_moved_again(stated, zone):
    row = f"Ким Дана,2026-03-14T10:00:00{stated},2026-03-14T13:00:00{stated}"
    found = report(f"ФИО,Время прихода,Время ухода\n{row}", session_day=DAY)
    assert found.zone_in_file == zone
    begins = 5 if stated == "+05:00" else 10
    assert stays(one(found)) == [f"{begins:02}:00:00-{begins + 3:02}:00:00"]


@pytest.mark.parametrize(
    ("join", "leave", "expected"),
    [
        pytest.param("22:00", "01:30", ["22:00:00-01:30:00"], id="T5-over-midnight"),
        pytest.param("22:00", "10:00", ["22:00:00-10:00:00"], id="T5-twelve-hours"),
        pytest.param("22:00", "10:01", None, id="T5-more-than-twelve-hours"),
        pytest.param("09:00", "22:00", ["09:00:00-22:00:00"], id="a-long-day"),
    ],
)
def test_leaving_before_joining_is_over_midnight_up_to_twelve_hours(join, leave, expected):
    found = report(f"ФИО,Время прихода,Время ухода\nКим Дана,{join},{leave}", session_day=DAY)
    assert [stays(p) for p in found.presences] == ([expected] if expected else [])
    assert codes(found.skipped) == ([] if expected else [("leave-before-join", 2)])


def test_a_date_column_dates_the_times_of_its_row():
    found = report("ФИО,Дата,Вход,Выход\nКим Дана,14.03.2026,9:00,10:00\nИксов Аскар,15.03.2026,9:00,10:00")
    assert [p.intervals[0].start.day for p in found.presences] == [14, 15]


def test_a_column_of_minutes():
    found = report("№ лицензии;ФИО;Количество минут\n0001234;Ким Дана;62,5\n0005678;Иксов Аскар;1 ч 25 мин")
    assert [(p.licence, p.seconds) for p in found.presences] == [("0001234", 3750), ("0005678", 5100)]


@pytest.mark.parametrize("mark", ["+", "P", "да", "Да.", "1", "✓", "yes", "иә"])
def test_a_mark_is_presence_without_times(mark):
    found = report(f"ФИО;Присутствие\nКим Дана;{mark}\nИксов Аскар;")
    person = one(found)
    assert (person.marked, person.intervals, person.seconds) == (True, (), None)
    assert seconds_present([person], stay("10:00", "12:00")) == 7200
    assert codes(found.skipped) == [("did-not-attend", 3)]
    assert codes(found.notes) == [("no-times", None)]


@pytest.mark.parametrize(
    ("mark", "code"),
    [("-", "did-not-attend"), ("н", "did-not-attend"), ("нет", "did-not-attend"), ("0", "did-not-attend"),
     ("болел", "mark-unclear")],
)  # fmt: skip
def test_other_marks_credit_nobody(mark, code):
    found = report(f"ФИО;Присутствие\nКим Дана;{mark}")
    assert found.presences == ()
    assert codes(found.skipped) == [(code, 2)]


PLUS_MINUS = [
    ["Студент", "7.3.2026", "14.3.2026", dt.datetime(2026, 3, 21)],
    ["Ким Дана", "+", "-", "+"],
    ["Иксов Аскар", "-", "+", "+"],
]


@pytest.mark.parametrize(
    ("day", "present"),
    [(7, ["Ким Дана"]), (14, ["Иксов Аскар"]), (21, ["Ким Дана", "Иксов Аскар"])],
)
def test_one_column_per_date_is_chosen_by_the_session(day, present):
    found = read_report(of_cells(*PLUS_MINUS), session_day=dt.date(2026, 3, day))
    assert names(found) == present
    assert found.day == dt.date(2026, 3, day)


@pytest.mark.parametrize(("day", "code"), [(None, "session-day-needed"), (dt.date(2026, 3, 8), "no-column-for-day")])
def test_without_the_right_column_the_sheet_is_refused(day, code):
    with pytest.raises(FileRefused) as caught:
        read_report(of_cells(*PLUS_MINUS), session_day=day)
    assert caught.value.code == code


def test_headings_without_a_year_are_dates_of_the_sessions_year():
    found = read_report(
        of_cells(["ФИО", "7.03", 14.03], ["Ким Дана", "+", "-"], ["Иксов Аскар", "-", "+"]), session_day=DAY
    )
    assert names(found) == ["Иксов Аскар"]


def test_marks_under_an_unknown_heading_are_used_if_there_is_one_such_column():
    assert names(report("ФИО;Город;Занятие\nКим Дана;Алматы;+\nИксов Аскар;Семей;-")) == ["Ким Дана"]
    with pytest.raises(FileRefused) as caught:
        report("ФИО;Занятие 1;Занятие 2\nКим Дана;+;-\nИксов Аскар;-;+")
    assert caught.value.code == "several-mark-columns"


def test_a_minus_beats_times():
    found = report("ФИО;Явка;Вход;Выход\nКим Дана;-;9:00;10:00\nИксов Аскар;;9:00;10:00", session_day=DAY)
    assert names(found) == ["Иксов Аскар"]
    assert codes(found.skipped) == [("did-not-attend", 2)]


def test_a_time_of_arrival_alone_is_a_mark():
    found = report("ФИО;Время регистрации;Время прихода\nКим Дана;8:00;9:00\nИксов Аскар;8:00;")
    assert one(found).marked
    assert codes(found.skipped) == [("did-not-attend", 3)]


def test_two_columns_of_moments_in_an_unknown_language_are_taken_for_times_and_said():
    found = report("Name,Beitritt,Austritt\nDana Kim,14.03.2026 10:00:00,14.03.2026 11:00:00")
    assert stays(one(found)) == ["10:00:00-11:00:00"]
    assert codes(found.notes) == [("columns-guessed", None)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("ID,Имя,Фамилия\n1,Дана,Ким\n2,Аскар,Иксов", ["Ким Дана", "Иксов Аскар"], id="given-name-first"),
        pytest.param("Фамилия;Имя;Отчество\nКим;Дана;Львовна", ["Ким Дана Львовна"], id="three-columns"),
        pytest.param("№;Аты-жөні\n1;Қасымов Асқар", ["Қасымов Асқар"], id="kazakh"),
        pytest.param('Name,Email\n"Kim, Dana",d@example.kz', ["Kim, Dana"], id="D2-comma-in-the-name"),
        pytest.param("Timestamp,Full name\n3/14/2026 10:01:02,Dana Kim", ["Dana Kim"], id="form"),
        pytest.param(
            "Фио;Город\nКим Дана;Алматы\nФИО;Город\nИксов Аскар;Семей", ["Ким Дана", "Иксов Аскар"], id="new-page"
        ),
    ],
)
def test_a_bare_list_says_that_all_were_present(text, expected):
    found = report(text)
    assert names(found) == expected
    assert all(p.marked for p in found.presences)


def test_licence_numbers_alone_are_enough_and_keep_their_zeros():
    found = report("Номер лицензии\n0001234\n№ 0005678 от 01.02.2003")
    assert [(p.name, p.licence) for p in found.presences] == [("", "0001234"), ("", "№ 0005678 от 01.02.2003")]


def test_namesakes_with_different_licences_are_two_people():
    found = report("ФИО;№ лицензии;Минуты\nКим Дана;0001;30\nКим Дана;0002;40\nКим Дана;0001;20")
    assert [(p.licence, p.rows, p.seconds) for p in found.presences] == [("0001", (2, 4), 1800), ("0002", (3,), 2400)]
    assert codes(found.presences[0].problems) == [("several-totals", 2)]


def test_webex_with_formula_dates_breakouts_and_placeholder_mails():
    """T10, Z3: breakout rows repeat the main session's time; a guest's placeholder address is no key."""
    head = "Meeting Name\tMeeting Start Time\tDisplay Name\tAttendee Email\tJoin Time\tLeave Time\tAttendance Duration\tSession Name\n"
    row = 'Seminar\t"=""2026-03-14 10:00:00"""\tDana Kim\t{mail}\t"=""2026-03-14 10:02:22"""\t"=""2026-03-14 11:59:00"""\t117 mins\t{room}\n'
    found = report(
        head
        + row.format(mail="x@guest.webex.localhost", room="Main Session")
        + row.format(mail="x@guest.webex.localhost", room="Breakout Session 1")
    )
    person = one(found)
    assert (person.name, person.email, stays(person)) == ("Dana Kim", "", ["10:02:22-11:59:00"])
    assert codes(found.skipped) == [("breakout-room", 3)]


def test_big_blue_button_with_its_mixed_russian_headings():
    """H3."""
    found = report(
        "Имя,Модератор,Activity Score,Время разговора,Вошел,Вышел,Duration\n"
        '"Ким Дана","FALSE","7,5","00:01:00","14.03.2026, 10:00","14.03.2026, 11:00","01:00:00"\n'
        '"Иксов Аскар","FALSE","7,5","00:01:00","14.03.2026, 10:00","-","00:40:00"\n'
    )
    assert [(stays(p), p.seconds) for p in found.presences] == [(["10:00:00-11:00:00"], None), ([], 2400)]
