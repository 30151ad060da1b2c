# ruff: noqa: E501 - rows as the files have them
from __future__ import annotations

import datetime as dt

import pytest

from cle.core.tables import read_table
from courses.attendance.presence import extend_open_ends, seconds_present
from courses.attendance.recognise import read_report
from tests.courses.attendance.tables import DAY, at, codes, names, of_text, one, report, rows_used, stay, stays

SESSION = stay("09:00", "13:00")


def tabbed(text: str) -> str:
    """Columns are written with " | " to be seen; Teams separates them with tabs."""
    return text.strip("\n").replace(" | ", "\t")


EVENTS = tabbed("""
Full Name | User Action | Timestamp
Lyra Test | Joined before | 3/14/2026, 10:00:00 AM
Askar Invented (Guest) | Joined | 3/14/2026, 10:05:00 AM
Askar Invented (Guest) | Left | 3/14/2026, 10:35:00 AM
Askar Invented (Guest) | Joined | 3/14/2026, 10:40:00 AM
Dana Kim | Joined | 3/14/2026, 10:10:00 AM
Dana Kim | Joined | 3/14/2026, 10:20:00 AM
Dana Kim | Left | 3/14/2026, 10:30:00 AM
Dana Kim | Left | 3/14/2026, 10:50:00 AM
Rosa Nobody | Left | 3/14/2026, 11:00:00 AM
""")


def test_t1_events_become_intervals_and_every_oddity_is_reported():
    """T9: Joined without Left, Left without Joined, Joined twice, Joined before."""
    found = report(EVENTS)
    assert (found.source, found.day, found.open_ended) == ("teams", DAY, True)
    assert [(p.name, stays(p), codes(p.problems), p.open_ended) for p in found.presences] == [
        ("Lyra Test", ["10:00:00-11:00:00"], [("joined-before", 2), ("open-end", 2)], True),
        ("Askar Invented", ["10:05:00-10:35:00", "10:40:00-11:00:00"], [("open-end", 5)], True),
        ("Dana Kim", ["10:10:00-10:30:00"], [("joined-twice", 7), ("left-without-join", 9)], False),
    ]
    assert codes(found.skipped) == [("left-without-join", 10)]
    assert rows_used(found) == list(range(2, 11))


def test_open_ends_reach_the_end_of_the_session_only_when_a_person_says_so():
    found = report(EVENTS)
    extended = extend_open_ends(found, at("12:00"))
    assert [seconds_present([p], SESSION) // 60 for p in found.presences] == [60, 50, 20]
    assert [seconds_present([p], SESSION) // 60 for p in extended.presences] == [120, 110, 20]
    assert not extended.open_ended


@pytest.mark.parametrize(
    ("heading", "joined", "left", "first", "second"),
    [
        pytest.param("Nome Completo | Atividade | Data e hora", "Entrou", "Saiu",
                     "14/03/2026 10:05:00", "14/03/2026 10:35:00", id="portuguese"),
        pytest.param("ชื่อเต็ม | Abc | Def", "Ghi", "Jkl", "14/3/2026, 10:05:00", "14/3/2026, 10:35:00", id="unknown-language"),
        pytest.param("Full Name | User Action | Timestamp", "Joined", "Left",
                     "03/14/26, 10:05:00 am", "03/14/26, 10:35:00 am", id="T3-lower-case-am"),
    ],
)  # fmt: skip
def test_t1_in_other_languages_and_date_formats(heading, joined, left, first, second):
    lines = [heading, f"Dana Kim | {joined} | {first}", f"Dana Kim | {left} | {second}",
             f"Askar Invented | {joined} | {first}"]  # fmt: skip
    found = report(tabbed("\n".join(lines)))
    assert [(p.name, stays(p)) for p in found.presences] == [
        ("Dana Kim", ["10:05:00-10:35:00"]),
        ("Askar Invented", ["10:05:00-10:35:00"]),
    ]


def test_t1_rows_that_lack_something_are_skipped():
    found = report(EVENTS + "\nDana Kim\t\t3/14/2026, 10:10:00 AM\nDana Kim\tJoined\tsoon")
    assert codes(found.skipped) == [("left-without-join", 10), ("incomplete-event", 11), ("time-unreadable", 12)]


T2_BLOCK = """
Meeting Summary
Total Number of Participants | 3
Meeting Title | Invented seminar
Meeting Start Time | 3/14/2026, 9:55:01 AM
Meeting End Time | 3/14/2026, 12:01:44 PM
Meeting Id | 00000000-0000-0000-0000-000000000000

"""
T2 = {
    "5": "Full Name | Join Time | Leave Time | Duration | Email\n"
    "Dana Kim | 3/14/2026, 10:00:00 AM | 3/14/2026, 10:59:32 AM | 59m 32s | d@example.kz\n"
    "Dana Kim | 3/14/2026, 11:00:00 AM | 3/14/2026, 12:00:40 PM | 1h 0m | d@example.kz",
    "6": "Full Name | Join Time | Leave Time | Duration | Email | Role\n"
    "Dana Kim | 3/14/2026, 10:00:00 AM | 3/14/2026, 10:59:32 AM | 59m 32s | d@example.kz | Organizer\n"
    "Dana Kim | 3/14/2026, 11:00:00 AM | 3/14/2026, 12:00:40 PM | 1h 0m | d@example.kz | Organizer",
    "7": "Full Name | Join Time | Leave Time | Duration | Email | Role | Participant ID (UPN)\n"
    "Dana Kim | 3/14/2026, 10:00:00 AM | 3/14/2026, 10:59:32 AM | 59m 32s |  | Presenter | d@example.kz\n"
    "Dana Kim | 3/14/2026, 11:00:00 AM | 3/14/2026, 12:00:40 PM | 1h 0m |  | Presenter | d@example.kz",
}


@pytest.mark.parametrize(("columns", "role"), [("5", "attendee"), ("6", "host"), ("7", "attendee")])
def test_t2_one_row_per_join(columns, role):
    found = report(tabbed(T2_BLOCK + T2[columns]))
    person = one(found)
    assert (found.source, person.email, person.role) == ("teams", "d@example.kz", role)
    assert stays(person) == ["10:00:00-10:59:32", "11:00:00-12:00:40"]
    assert found.held == (stay("09:55:01", "12:01:44"),)
    assert person.problems == ()


def test_t2_in_french():
    found = report(
        tabbed(
            "*Résumé de la réunion\nNombre total de participants | 1\nTitre | Séminaire\n"
            "Heure de début de la réunion | 14/03/2026 à 09:55:01\nHeure de fin | 14/03/2026 à 12:01:44\n\n"
            "Nom complet | Heure d'arrivée | Heure de départ | Durée | E-mail | Rôle\n"
            "Dana Kim (Invité) | 14/03/2026 à 10:00:00 | 14/03/2026 à 11:59:10 | 1\u00a0h\u00a059\u00a0m |  | Organisateur"
        )
    )
    person = one(found)
    assert (person.name, person.role, stays(person)) == ("Dana Kim", "host", ["10:00:00-11:59:10"])


def test_an_external_upn_is_no_mail():
    text = T2["7"].replace("d@example.kz", "d_example.kz#EXT#@tenant.onmicrosoft.com")
    assert one(report(tabbed(T2_BLOCK + text))).email == ""


T3 = """
1. Summary
Meeting title | Invented seminar
Attended participants | 3
Start time | 3/14/26, 9:55:01 AM
End time | 3/14/26, 12:01:44 PM
Meeting duration | 2h 6m 43s

2. Participants
Name | First join | Last leave | In-meeting duration | Email | Participant ID (UPN) | Role
Lyra Test | 3/14/26, 9:55:01 AM | 3/14/26, 12:01:44 PM | 2h 6m 43s | host@example.kz | host@example.kz | Organizer
Dana Kim | 3/14/26, 10:00:00 AM | 3/14/26, 12:00:00 PM | 1h 30m | d@example.kz | d@example.kz | Attendee
Askar Invented (Unverified) | 3/14/26, 10:00:00 AM | 3/14/26, 11:00:00 AM | 10m 48s |  |  | Attendee

3. In-Meeting Activities
Name | Join time | Leave time | Duration | Email | Role
Lyra Test | 3/14/26, 9:55:01 AM | 3/14/26, 12:01:44 PM | 2h 6m 43s | host@example.kz | Organizer
Dana Kim | 3/14/26, 10:00:00 AM | 3/14/26, 10:30:00 AM | 30m | d@example.kz | Attendee
Dana Kim | 3/14/26, 11:00:00 AM | 3/14/26, 12:00:00 PM | 1h | d@example.kz | Attendee
"""
POLISH = (
    ("1. Summary", "1. Podsumowanie"), ("2. Participants", "2. Uczestnicy"),
    ("3. In-Meeting Activities", "3. Działania podczas spotkania"), ("First join", "Pierwsze dołączenie"),
    ("Last leave", "Ostatnie wyjście"), ("In-meeting duration", "Czas udziału w spotkaniu"), ("Role", "Rola"),
    ("Join time", "Godzina dołączenia"), ("Leave time", "Godzina opuszczenia"), ("Email", "Adres e-mail"),
    ("2h 6m 43s", "2 godz. 6 min 43 s"), ("Organizer", "Organizator"), ("Name", "Imię i nazwisko"),
)  # fmt: skip
UNKNOWN = (
    ("1. Summary", "1. Aaa"), ("2. Participants", "2. Bbb"), ("3. In-Meeting Activities", "3. Ccc ddd"),
    ("First join", "Eee"), ("Last leave", "Fff"), ("In-meeting duration", "Ggg"), ("Participant ID (UPN)", "Hhh"),
    ("Join time", "Iii"), ("Leave time", "Jjj"), ("Duration", "Kkk"), ("Email", "Lll"), ("Role", "Mmm"), ("Name", "Nnn"),
)  # fmt: skip


@pytest.mark.parametrize("words", [(), POLISH, UNKNOWN], ids=["english", "polish", "unknown-language"])
def test_t3_stays_come_from_section_3_and_never_from_first_to_last(words):
    text = T3
    for old, new in words:
        text = text.replace(old, new)
    found = report(tabbed(text))
    lyra, dana, askar = found.presences
    assert found.source == "teams"
    assert (lyra.role, stays(lyra)) == ("host", ["09:55:01-12:01:44"])
    assert (dana.email, stays(dana), dana.seconds) == ("d@example.kz", ["10:00:00-10:30:00", "11:00:00-12:00:00"], None)
    assert seconds_present([dana], SESSION) == 90 * 60
    assert (askar.name, askar.intervals, askar.seconds) == ("Askar Invented", (), 648)
    assert found.held == (stay("09:55:01", "12:01:44"),)


def test_t3_every_line_of_both_sections_is_accounted_for():
    found = report(tabbed(T3))
    assert rows_used(found) == [10, 11, 12, 16, 17, 18]
    assert found.skipped == ()


def test_t3_without_section_3_uses_the_stated_length():
    found = report(tabbed(T3[: T3.index("3. In")]))
    assert [(p.name, p.seconds, p.intervals) for p in found.presences] == [
        ("Lyra Test", 7603, ()),
        ("Dana Kim", 5400, ()),
        ("Askar Invented", 648, ()),
    ]


@pytest.mark.parametrize(
    "extra",
    [
        pytest.param("\n4. Engagement\nReactions | 12\nRaised hands | 3\n", id="H6-fourth-section"),
        pytest.param(
            "\n4. Polls\nQuestion | A | B | C | D\nWhat? | 1 | 2 | 3 | 4\n", id="H6-fourth-section-with-columns"
        ),
    ],
)
def test_t3_an_unknown_section_changes_nothing(extra):
    assert report(tabbed(T3 + extra)).presences == report(tabbed(T3)).presences


def test_t3_states_utc_in_its_headings():
    text = T3.replace("First join", "First Join (UTC)").replace("Join time", "Join time (UTC)")
    assert report(tabbed(text)).zone_in_file == "UTC"


def test_t3_day_first_with_two_digit_years():
    text = T3.replace("3/14/26", "14/03/26").replace(" AM", "").replace(" PM", "")
    assert report(tabbed(text)).held == (stay("09:55:01", "12:01:44"),)


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-be", "utf-16-le"])
def test_straight_from_teams_in_utf_16(encoding):
    """E1, E2: with a byte order mark, in either order of bytes."""
    content = tabbed(T3).replace("\n", "\t\r\n").encode(encoding)
    mark = {"utf-16-be": b"\xfe\xff", "utf-16-le": b"\xff\xfe"}.get(encoding, b"")
    assert names(read_report(read_table(mark + content, "report.csv"))) == ["Lyra Test", "Dana Kim", "Askar Invented"]


def test_re_saved_with_commas():
    text = "\n".join('"' + line.replace("\t", '","') + '"' if line else "" for line in tabbed(T3).split("\n"))
    assert len(read_report(of_text(text)).presences) == 3


LIVE = """
SessionId,ParticipantId,FullName,UserAgent,UtcEventTimestamp,Action,Role
s-1,p-1,Dana Kim,Edge,3/14/2026 5:00:00 AM,Joined,Attendee
s-2,p-1,Dana Kim,Phone,3/14/2026 5:20:00 AM,Joined,Attendee
s-1,p-1,Dana Kim,Edge,3/14/2026 5:30:00 AM,Left,Attendee
s-2,p-1,Dana Kim,Phone,3/14/2026 6:00:00 AM,Left,Attendee
"""


def test_live_event_is_paired_by_session_and_in_utc():
    found = report(LIVE)
    person = one(found)
    assert (found.source, found.zone_in_file) == ("teams-live", "UTC")
    assert stays(person) == ["05:00:00-05:30:00", "05:20:00-06:00:00"]
    assert (person.problems, person.rows) == ((), (2, 3, 4, 5))
    assert found.day == dt.date(2026, 3, 14)
