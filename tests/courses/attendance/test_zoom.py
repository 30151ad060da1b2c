# ruff: noqa: DTZ001, E501 - wall-clock times without a zone, and headings as the files have them
from __future__ import annotations

import datetime as dt

import pytest

from courses.attendance.names import split_original
from courses.attendance.presence import seconds_present
from courses.attendance.recognise import read_report
from tests.courses.attendance.tables import DAY, codes, names, of_cells, one, report, rows_used, stay, stays

INFO_2021 = """Meeting ID,Topic,Start Time,End Time,User Email,Duration (Minutes),Participants,
812 3456 7890,"Ethics, part 2",03/14/2026 09:55:00 AM,03/14/2026 12:00:00 PM,host@example.kz,125,1,

"""
INFO_2025 = """Topic,ID,Host,Duration (minutes),Start time,End time,Participants
"Ethics, part 2",81234567890,Lyra Test (host@example.kz),125,"03/14/2026 09:55:00 AM","03/14/2026 12:00:00 PM",1

"""
EVERY_JOIN = {
    "Z-P0": "User Name,Join time,Leave time,Duration(Minutes),Attentiveness Score\n"
    "Dana Kim,03/14/2026 10:00:00 AM,03/14/2026 11:30:00 AM,90,80%",
    "Z-P3": "Name (Original Name),User Email,Join Time,Leave Time,Duration (Minutes)\n"
    "Dana Kim,d@example.kz,03/14/2026 10:00:00 AM,03/14/2026 11:30:00 AM,90",
    "Z-P4": "Name (Original Name),User Email,Join Time,Leave Time,Duration (Minutes),Guest\n"
    "Dana Kim,d@example.kz,03/14/2026 10:00:00 AM,03/14/2026 11:30:00 AM,90,N0",
    "Z-P5": "Name (Original Name),User Email,Join Time,Leave Time,Duration (Minutes),Guest,Recording Consent\n"
    "Dana Kim,d@example.kz,03/14/2026 10:00:00 AM,03/14/2026 11:30:00 AM,90,Yes,NA",
    "Z-P6": "Name (Original Name),User Email,Join Time,Leave Time,Duration (Minutes),Guest,Recording Consent,"
    "In Waiting Room\nDana Kim,d@example.kz,03/14/2026 10:00:00 AM,03/14/2026 11:30:00 AM,90,Yes,Y,No",
    "Z-P6b": "Name (Original Name),User Email,Join Time,Leave Time,Duration (Minutes),Guest,"
    "Recording Disclaimer Response,In Waiting Room\n"
    "Dana Kim,d@example.kz,03/14/2026 10:00:00 AM,03/14/2026 11:30:00 AM,90,Yes,OK,No",
    "Z-P7": "Name (original name),Email,Join time,Leave time,Duration (minutes),Guest,Recording disclaimer response,"
    'In waiting room\nDana Kim,d@example.kz,"03/14/2026 10:00:00 AM","03/14/2026 11:30:00 AM",90,Yes,No Response,No',
    "Z-API": "id,user_id,name,user_email,join_time,leave_time,duration,attentiveness_score\n"
    "1,16778240,Dana Kim,d@example.kz,2026-03-14T10:00:00Z,2026-03-14T11:30:00Z,90,",
    "24-hour-with-pm-ru": "Имя (настоящее имя),Электронная почта пользователя,Время входа,Время выхода,"
    "Продолжительность (минуты),Гость,Согласие на запись,В зале ожидания\n"
    "Dana Kim,d@example.kz,14.03.2026 10:00:00 AM,14.03.2026 11:30:00 AM,90,Да,,Нет",
    "ja": "名前 (元の名前),ユーザーメール,参加時刻,退出時刻,所要時間（分）\n"
    "Dana Kim,d@example.kz,2026/03/14 10:00,2026/03/14 11:30,90",
    "H4-latin-letters-in-russian": "Имя (настоящеe имя),Электронная почта пользователя,Вpeмя входа,Время выхода\n"
    "Dana Kim,d@example.kz,14.03.2026 10:00:00,14.03.2026 11:30:00",
}
UNIQUE_USERS = {
    "Z-P1": "Name (Original Name),User Email,Total Duration (Minutes)\nDana Kim,d@example.kz,90",
    "Z-P1b": "Name (Original Name),Total Duration (Minutes)\nDana Kim,90",
    "Z-P2": "Name (Original Name),User Email,Total Duration (Minutes),Guest\nDana Kim,d@example.kz,90,Yes",
    "Z-P7u": "Name (original name),Email,Total duration (minutes),Guest\nDana Kim,d@example.kz,90,Yes",
}


@pytest.mark.parametrize("info", ["", INFO_2021, INFO_2025], ids=["alone", "Z-M1", "Z-M2"])
@pytest.mark.parametrize("text", [pytest.param(text, id=key) for key, text in EVERY_JOIN.items()])
def test_every_version_with_one_row_per_join(info, text):
    if "14.03.2026" in text:
        info = info.replace("03/14/2026", "14.03.2026").replace(" PM", "").replace(" AM", "")
    found = report(info + text)
    person = one(found)
    assert (found.source, person.name, person.role) == ("zoom-meeting", "Dana Kim", "attendee")
    assert stays(person) == ["10:00:00-11:30:00"]
    assert person.seconds is None
    assert found.day == DAY
    assert codes(person.problems) == codes(found.skipped) == []
    assert found.held == ((stay("09:55", "12:00"),) if info else ())


@pytest.mark.parametrize("info", ["", INFO_2021, INFO_2025], ids=["alone", "Z-M1", "Z-M2"])
@pytest.mark.parametrize("text", [pytest.param(text, id=key) for key, text in UNIQUE_USERS.items()])
def test_every_version_with_unique_users_has_a_total_and_no_intervals(info, text):
    person = one(report(info + text))
    assert (person.name, person.seconds, person.intervals) == ("Dana Kim", 5400, ())


def test_only_the_api_states_its_zone():
    assert report(EVERY_JOIN["Z-API"]).zone_in_file == "UTC"
    assert report(EVERY_JOIN["Z-P7"]).zone_in_file == ""


FLAT_2021 = """
Topic,Meeting ID,User Name,User Email,Department,Group,Has Zoom Rooms?,Creation Time,Start Time,End Time,Duration (Minutes),Participants,Name (Original Name),User Email,Join Time,Leave Time,Duration (Minutes),Guest,Recording Consent
Ethics,812345678,Lyra Test,host@example.kz,,,No,03/01/2026 08:00:00 AM,03/14/2026 09:55:00 AM,03/14/2026 12:00:00 PM,125,2,Dana Kim,d@example.kz,03/14/2026 10:00:00 AM,03/14/2026 11:30:00 AM,90,Yes,Y
Ethics,812345678,Lyra Test,host@example.kz,,,No,03/01/2026 08:00:00 AM,03/14/2026 09:55:00 AM,03/14/2026 12:00:00 PM,125,2,Askar Invented,,03/14/2026 10:05:00 AM,03/14/2026 10:15:00 AM,10,Yes,Y
Notary acts,899999999,Lyra Test,host@example.kz,,,No,03/01/2026 08:00:00 AM,03/15/2026 02:00:00 PM,03/15/2026 03:00:00 PM,60,1,Dana Kim,d@example.kz,03/15/2026 02:00:00 PM,03/15/2026 03:00:00 PM,60,Yes,Y
"""
FLAT_2026 = """
Topic,Type,ID,Host name,Host email,Start time,End time,Participants,Duration (minutes),Total participant minutes,Department,Group,Source,Unique viewers,Max concurrent views,Creation time,Name (original name),Email,Join time,Leave time,Duration (minutes),Guest,Recording disclaimer response,In waiting room
Ethics,Meeting,812345678,Lyra Test,host@example.kz,03/14/2026 09:55:00 AM,03/14/2026 12:00:00 PM,2,125,100,,,Zoom,2,2,03/01/2026 08:00:00 AM,Dana Kim,d@example.kz,03/14/2026 10:00:00 AM,03/14/2026 11:30:00 AM,90,Yes,OK,No
Ethics,Meeting,812345678,Lyra Test,host@example.kz,03/14/2026 09:55:00 AM,03/14/2026 12:00:00 PM,2,125,100,,,Zoom,2,2,03/01/2026 08:00:00 AM,Askar Invented,,03/14/2026 10:05:00 AM,03/14/2026 10:15:00 AM,10,Yes,OK,No
Notary acts,Meeting,899999999,Lyra Test,host@example.kz,03/15/2026 02:00:00 PM,03/15/2026 03:00:00 PM,1,60,60,,,Zoom,1,1,03/01/2026 08:00:00 AM,Dana Kim,d@example.kz,03/15/2026 02:00:00 PM,03/15/2026 03:00:00 PM,60,Yes,OK,No
"""


@pytest.mark.parametrize("text", [FLAT_2021, FLAT_2026], ids=["H2-Z-F1", "H2-Z-F2"])
def test_repeated_headings_are_read_right_of_the_name_and_never_the_hosts(text):
    found = report(text)
    assert [(p.name, p.email, p.rows) for p in found.presences] == [
        ("Dana Kim", "d@example.kz", (2, 4)),
        ("Askar Invented", "", (3,)),
    ]
    assert [p.problems for p in found.presences] == [(), ()], "the meeting's own length would disagree with the times"
    next_day = DAY + dt.timedelta(days=1)
    assert found.held == (stay("09:55", "12:00"), stay("14:00", "15:00", next_day))
    assert codes(found.notes) == [("several-meetings", None)]
    assert found.day == DAY


@pytest.mark.parametrize("blank", ["", '""', ",,,,,,"], ids=["empty", "quotes", "H1-commas"])
def test_several_meetings_one_below_the_other(blank):
    first, second = INFO_2025.rstrip() + f"\n{blank}\n", INFO_2025.rstrip().replace("03/14", "03/15") + f"\n{blank}\n"
    people = EVERY_JOIN["Z-P7"] + f"\n{blank}\n"
    found = report(first + people + second + people.replace("03/14", "03/15"))
    assert len(found.held) == 2
    assert stays(one(found)) == ["10:00:00-11:30:00"] * 2
    assert seconds_present(found.presences, stay("10:00", "12:00")) == 5400


def test_the_waiting_room_is_listed_and_does_not_count():
    found = report(
        INFO_2025 + "Name (original name),Email,Join time,Leave time,Duration (minutes),Guest,In waiting room\n"
        "Озёрная М.Н. (iPhone Masha),,03/14/2026 09:58:10 AM,03/14/2026 10:00:05 AM,2,Yes,Yes\n"
        "Озёрная М.Н. (iPhone Masha),,03/14/2026 10:00:06 AM,03/14/2026 10:41:00 AM,41,Yes,No\n"
        "Озёрная Мария,masha@example.kz,03/14/2026 10:40:30 AM,03/14/2026 11:34:40 AM,55,Yes,No"
    )
    assert codes(found.skipped) == [("waiting-room", 5)]
    assert names(found) == ["Озёрная М.Н.", "Озёрная Мария"]
    assert seconds_present(found.presences, stay("09:00", "12:00")) == 94 * 60 + 34
    assert rows_used(found) == [5, 6, 7]


@pytest.mark.parametrize(
    ("cell", "name", "original"),
    [
        pytest.param("Dana K. (Dana Kim)", "Dana K.", "Dana Kim", id="plain"),
        pytest.param("Dana (Almaty) (Dana Kim)", "Dana (Almaty)", "Dana Kim", id="P11-two-pairs"),
        pytest.param("Dana (Kim (Almaty))", "Dana", "Kim (Almaty)", id="P11-nested"),
        pytest.param("Dana :) (Dana Kim)", "Dana :)", "Dana Kim", id="P11-smiley"),
        pytest.param("Dana Kim)", "Dana Kim)", "", id="P11-unbalanced"),
        pytest.param("(Dana Kim)", "(Dana Kim)", "", id="nothing-but-brackets"),
        pytest.param("Dana（Kim）", "Dana", "Kim", id="full-width"),
        pytest.param("(" * 5000 + "Dana" + ")" * 4999, "(", "(" * 4998 + "Dana" + ")" * 4998, id="Z7-long-runs"),
        pytest.param("(" * 4999 + "Dana" + ")" * 5000, "(" * 4999 + "Dana" + ")" * 5000, "", id="Z7-never-balanced"),
    ],
)
def test_the_last_balanced_brackets_hold_the_original_name(cell, name, original):
    assert split_original(cell) == (name, original)


HEADER = "Name (Original Name),User Email,Join Time,Leave Time,Duration (Minutes)\n"


def test_renamed_during_the_meeting_is_one_person_and_flagged():
    found = report(
        HEADER + "iPhone,d@example.kz,03/14/2026 10:00:00 AM,03/14/2026 10:30:00 AM,30\n"
        "Dana Kim,D@Example.kz,03/14/2026 10:30:00 AM,03/14/2026 11:00:00 AM,30"
    )
    person = one(found)
    assert (person.name, person.other_names, person.rows) == ("iPhone", ("Dana Kim",), (2, 3))
    assert codes(person.problems) == [("several-names", 2)]


@pytest.mark.parametrize(
    ("names", "people"),
    [
        (("Озёрная Мария", "Акбулаков Аскар", "Озёрная М.Н."), [(2, 4), (3,)]),
        (("Озёрная М.", "Акбулаков М."), [(2,), (3,)]),
        (("iPhone", "Озёрная Мария", "Акбулаков Аскар"), [(2,), (3,), (4,)]),
        (("iPhone (Озёрная Мария)", "iPhone (Акбулаков Аскар)"), [(2,), (3,)]),
        (("Озёрная Мария", "Maria Ozernaya", "Galaxy A52"), [(2, 3, 4)]),
        (("Ақбұлақов Асқар", "Акбулаков А."), [(2, 3)]),
        (("Озёрная Мария", "Адвокат Алматы"), [(2, 3)]),
        (("Ким Виктор", "Ким Анна"), [(2, 3)]),
        ([f"Фамилия{'абвгдежзик'[n // 10]}{'абвгдежзик'[n % 10]} Имя{n}" for n in range(51)], [tuple(range(2, 53))]),
    ],
)
def test_an_office_s_address_is_that_of_several_people(names, people):
    rows = (f"{name},office@bk.example,03/14/2026 10:00:00 AM,03/14/2026 10:30:00 AM,30" for name in names)
    found = report("\n".join([HEADER.strip(), *rows]))
    assert [person.rows for person in found.presences] == people


@pytest.mark.parametrize(
    ("mail", "join", "doubts"),
    [
        pytest.param("b@example.kz", "10:29:59", ["same-name-different-mail"], id="at-the-same-time"),
        pytest.param("b@example.kz", "10:30:00", [], id="one-after-the-other"),
        pytest.param("", "10:29:59", [], id="one-without-mail"),
    ],
)
def test_one_name_with_two_mails_stays_two_presences(mail, join, doubts):
    found = report(
        HEADER + "Dana Kim,a@example.kz,03/14/2026 10:00:00 AM,03/14/2026 10:30:00 AM,30\n"
        f"dana  kim,{mail},03/14/2026 {join} AM,03/14/2026 10:40:00 AM,"
    )
    assert [(p.rows, [problem.code for problem in p.problems]) for p in found.presences] == [
        ((2,), doubts),
        ((3,), doubts),
    ]


@pytest.mark.parametrize(
    "name",
    ["iPhone", "Galaxy A52", "user", "77011234567", "dana@example.kz", "🙂", "=cmd()", "<script>alert(1)</script>"],
)
def test_a_name_that_names_nobody_is_still_a_presence(name):
    """P6: nobody is lost before a person has looked."""
    found = report(HEADER + f"{name},,03/14/2026 10:00:00 AM,03/14/2026 10:30:00 AM,30")
    assert one(found).email == ""
    assert one(found).rows == (2,)


def test_a_row_without_name_and_mail_is_skipped_with_its_number():
    found = report(HEADER + ",,03/14/2026 10:00:00 AM,03/14/2026 10:30:00 AM,30")
    assert codes(found.skipped) == [("no-name", 2)]


@pytest.mark.parametrize(
    ("times", "stated", "seconds", "problems"),
    [
        pytest.param(("10:00:00", "10:00:02"), "1", 2, [], id="T11-one-minute-for-two-seconds"),
        pytest.param(("10:00:00", "10:00:00"), "0", 0, [], id="T11-no-time-at-all"),
        pytest.param(("10:00:00", "10:30:00"), "60", 1800, ["duration-disagrees"], id="T11-disagrees"),
        pytest.param(("10:00:00", "10:30:00"), "-30", 1800, ["duration-out-of-range"], id="T11-negative"),
        pytest.param(("10:00:00", "10:30:00"), "1500", 1800, ["duration-out-of-range"], id="T11-over-24-hours"),
        pytest.param(("10:00:00", "10:30:00"), "32", 1800, [], id="T11-rounded"),
        pytest.param(("10:00:00", "10:30:00"), "", 1800, [], id="T11-missing"),
    ],
)
def test_the_times_win_over_the_stated_length(times, stated, seconds, problems):
    join, leave = times
    person = one(report(HEADER + f"Dana Kim,,03/14/2026 {join} AM,03/14/2026 {leave} AM,{stated}"))
    assert seconds_present([person], stay("09:00", "12:00")) == seconds
    assert [problem.code for problem in person.problems] == problems


@pytest.mark.parametrize(
    ("join", "leave", "length", "code"),
    [
        ("03/14/2026 11:30:00 AM", "03/14/2026 10:00:00 AM", "90", "leave-before-join"),
        ("soon", "03/14/2026 10:00:00 AM", "90", "time-unreadable"),
        ("03/14/2026 10:00:00 AM", "", "", "no-times"),
        ("", "", "a while", "duration-unreadable"),
    ],
)
def test_a_row_without_usable_times_is_skipped_with_the_reason(join, leave, length, code):
    other = "Askar Invented,,03/14/2026 10:00:00 AM,03/14/2026 10:30:00 AM,30\n"
    found = report(HEADER + other + f"Dana Kim,,{join},{leave},{length}")
    assert codes(found.skipped) == [(code, 3)]
    assert names(found) == ["Askar Invented"]
    assert rows_used(found) == [2, 3]


def test_someone_still_inside_counts_with_the_stated_length():
    person = one(report(HEADER + "Dana Kim,,03/14/2026 10:00:00 AM,,42"))
    assert (person.intervals, person.seconds) == ((), 42 * 60)


def test_rows_of_other_lengths_and_identical_rows():
    row = "Dana Kim,,03/14/2026 10:00:00 AM,03/14/2026 10:30:00 AM,30"
    found = report(HEADER + f"{row}\n{row},extra,cells\nAskar Invented,,03/14/2026 10:00:00 AM,03/14/2026 10:30:00 AM")
    assert [p.rows for p in found.presences] == [(2, 3), (4,)]
    assert seconds_present(found.presences[:1], stay("09:00", "12:00")) == 1800


def test_a_workbook_with_real_dates():
    table = of_cells(
        ["Name (Original Name)", "Join Time", "Leave Time", "Duration (Minutes)"],
        ["Dana Kim", dt.datetime(2026, 3, 14, 10), dt.datetime(2026, 3, 14, 11, 30), 90.0],
        [77011234567.0, dt.datetime(2026, 3, 14, 10), dt.datetime(2026, 3, 14, 10, 30), 30.0],
    )
    found = read_report(table)
    assert names(found) == ["Dana Kim", "77011234567"]
    assert stays(found.presences[0]) == ["10:00:00-11:30:00"]
