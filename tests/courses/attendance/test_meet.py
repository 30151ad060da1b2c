from __future__ import annotations

from courses.attendance.presence import seconds_present
from tests.courses.attendance.tables import codes, report, stay

OFFICIAL = """
First name,Last name,Email,Duration,Time joined,Time exited
Askar,Invented,a@example.kz,1 hr 25 min,10:01 AM,11:40 AM
Rosa,Nobody,r***@example.com,40 sec,10:02 AM,10:03 AM
Rosa,Nobody,q***@example.com,58 min,10:02 AM,11:03 AM
Dana,Kim,,,10:02 AM,10:03 AM
"""


def test_googles_own_report_gives_lengths_without_asking_for_a_date():
    found = report(OFFICIAL)
    assert found.source == "meet"
    assert [(p.name, p.email, p.seconds, p.intervals) for p in found.presences] == [
        ("Invented Askar", "a@example.kz", 5100, ()),
        ("Nobody Rosa", "", 3480, ()),
    ]


def test_time_between_first_join_and_last_exit_is_never_taken_for_presence():
    """Askar was in for 1 h 25 min of the 99 minutes between joining and leaving."""
    found = report(OFFICIAL)
    assert seconds_present(found.presences[:1], stay("10:00", "12:00")) == 5100
    assert codes(found.skipped) == [("no-times", 5)]


def test_a_masked_mail_is_no_key_and_two_totals_of_one_name_are_flagged():
    rosa = report(OFFICIAL).presences[1]
    assert codes(rosa.problems) == [("email-masked", 3), ("email-masked", 4), ("several-totals", 3)]


def test_a_browser_extension_with_the_times_above_the_headings():
    found = report(
        "* Meeting code: abc-defg-hij\n* Created on 2026-03-14 10:00:00\n* Ended on 2026-03-14 12:00:00\n\n"
        "Full Name,First Seen,Time in Call\nDana Kim,10:00:05,01:02:03\nAskar Invented,10:05,00:00:59"
    )
    assert found.source == "meet"
    assert [(p.name, p.seconds) for p in found.presences] == [("Dana Kim", 3723), ("Askar Invented", 59)]
    assert found.held == (stay("10:00", "12:00"),)


def test_a_column_of_minutes_and_seconds_is_recognised_by_its_largest_value():
    text = "Full Name,First Seen,Time in Call\nDana Kim,10:00,59:30\nAskar Invented,10:05,1:10"
    assert [p.seconds for p in report(text).presences] == [3570, 70]
