from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cle.core.errors import FileRefused
from cle.core.tables import Row, Table
from courses.attendance.recognise import read_report
from courses.attendance.stamps import Order
from tests.courses.attendance.tables import codes, of_cells, of_text, one, report, rows_used

ZOOM = "Name (Original Name),User Email,Join Time,Leave Time,Duration (Minutes)"


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(ZOOM, id="zoom"),
        pytest.param("Name (Original Name),User Email,Total Duration (Minutes)", id="zoom-unique"),
        pytest.param("Full Name\tUser Action\tTimestamp", id="teams-t1"),
        pytest.param("First name,Last name,Email,Duration,Time joined,Time exited", id="meet"),
        pytest.param("ФИО;№ лицензии", id="list"),
        pytest.param("Attended,User Name,Email,Join Time,Leave Time,Time in Session (minutes)", id="webinar"),
        pytest.param("2. Participants\nName\tFirst join\tLast leave\tIn-meeting duration\tEmail\tRole", id="teams-t3"),
    ],
)
def test_h7_headings_without_people_are_refused_in_plain_words(text):
    with pytest.raises(FileRefused) as caught:
        report(text)
    assert caught.value.code == "no-rows"


@pytest.mark.parametrize("cells", [[], [[""]], [["", "  "], [" "]]], ids=["H7-nothing", "H7-empty", "H7-only-spaces"])
def test_h7_an_empty_table_is_refused(cells):
    with pytest.raises(FileRefused) as caught:
        read_report(of_cells(*cells))
    assert caught.value.code == "empty-file"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        pytest.param(
            "Topic,Meeting ID,User Name,User Email,Department,Group,Has Zoom Rooms?,Creation Time,Start Time,End Time,"
            "Duration (Minutes),Participants\nEthics,812,Lyra Test,host@example.kz,,,No,03/01/2026 08:00:00 AM,"
            "03/14/2026 09:55:00 AM,03/14/2026 12:00:00 PM,125,2",
            "meeting-list",
            id="H9-zoom-list-of-meetings",
        ),
        pytest.param(
            "First Name,Last Name,Email,Registration Time,Approval Status\n"
            "Dana,Kim,d@example.kz,03/10/2026 09:00:00 AM,approved",
            "registration-report",
            id="H9-zoom-registrations",
        ),
        pytest.param(
            "10:00:01 From Dana Kim to Everyone: good morning\n10:00:09 From Askar Invented to Everyone: hello, all",
            "chat-export",
            id="H9-chat",
        ),
        pytest.param(
            "Poll Report\nTopic,Webinar ID\nEthics,812\n#,User Name,User Email,Submitted Date/Time,Do you agree?\n"
            "1,Dana Kim,d@example.kz,\"Mar 14, 2026 10:00:00\",Yes",
            "poll-report",
            id="H9-poll",
        ),
        pytest.param("Product,Price\nApples,5\nPears,6", "not-recognised", id="something-else"),
    ],
)  # fmt: skip
def test_h9_other_files_are_refused_with_what_to_export_instead(text, code):
    with pytest.raises(FileRefused) as caught:
        report(text)
    assert caught.value.code == code
    assert "xport" in str(caught.value) or "Zoom meetings" in str(caught.value)


def test_t1_a_guessed_order_is_said_and_a_persons_answer_is_followed():
    text = f"{ZOOM}\nDana Kim,,03/04/2026 10:00:00 AM,03/04/2026 11:00:00 AM,60"
    guessed, told = report(text), report(text, order=Order.DAY_FIRST)
    assert codes(guessed.notes) == [("date-order-guessed", None)]
    assert (guessed.day.month, told.day.month) == (3, 4)
    assert told.notes == ()


def test_x10_dates_of_both_orders_are_said_and_the_rarer_are_skipped():
    row = "{},,{} 10:00:00 AM,{} 11:00:00 AM,60\n"
    dates = {"Dana Kim": "03/14/2026", "Askar Invented": "03/15/2026", "Rosa Nobody": "16/03/2026"}
    found = report(f"{ZOOM}\n" + "".join(row.format(name, date, date) for name, date in dates.items()))
    assert codes(found.notes) == [("date-order-mixed", None)]
    assert codes(found.skipped) == [("time-unreadable", 4)]


def test_problems_name_the_place_and_never_the_person():
    """Z8."""
    found = report(f"{ZOOM}\nDana Kim,d@example.kz,soon,03/14/2026 11:00:00 AM,60\n,,a,b,c")
    shown = " ".join(str(problem.message) for problem in found.skipped)
    assert "Dana" not in shown
    assert "example.kz" not in shown
    assert [problem.row for problem in found.skipped] == [2, 3]


NAMES = st.sampled_from(["Dana Kim", "dana kim", "Askar Invented", "iPhone (Rosa)", "", "Итого", "1"])
MAILS = st.sampled_from(["", "d@example.kz", "D@example.kz", "r***@example.com"])
TIMES = st.sampled_from(["03/14/2026 10:00:00 AM", "03/14/2026 11:00:00 AM", "14/03/2026 10:00", "", "--", "soon"])
LENGTHS = st.sampled_from(["", "60", "-1", "5000", "x"])
ROWS = st.lists(
    st.tuples(NAMES, MAILS, TIMES, TIMES, LENGTHS, st.sampled_from(["Yes", "No", ""])), min_size=1, max_size=12
)
HEADINGS = (
    ("Name (Original Name)", "User Email", "Join Time", "Leave Time", "Duration (Minutes)", "In Waiting Room"),
    ("User Name", "Email", "Join Time", "Leave Time", "Time in Session (minutes)", "Attended"),
    ("ФИО", "E-mail", "Вход", "Выход", "Минуты", "Присутствие"),
    ("Full name", "Email", "First seen", "Left", "Time in call", "Город"),
)


@settings(max_examples=60)
@given(ROWS, st.sampled_from(HEADINGS))
def test_every_row_with_anything_in_it_is_used_or_skipped_exactly_once(rows, heading):
    cells = (heading, *rows)
    table = Table("csv", tuple(Row(number, tuple(row)) for number, row in enumerate(cells, 1)))
    filled = [number for number, row in enumerate(cells, 1) if number > 1 and any(row)]
    if filled:
        assert rows_used(read_report(table)) == filled


EVENTS = st.lists(
    st.tuples(NAMES, st.sampled_from(["Joined", "Joined before", "Left", ""]), TIMES), min_size=1, max_size=15
)


@given(EVENTS)
def test_every_event_is_used_or_skipped_exactly_once(events):
    rows = [("Full Name", "User Action", "Timestamp"), *events]
    filled = [number for number, row in enumerate(rows, 1) if number > 1 and any(row)]
    if filled:
        assert rows_used(read_report(of_cells(*rows))) == filled


def test_a_report_of_one_person_needs_nothing_else():
    assert one(read_report(of_text(f"{ZOOM}\nDana Kim,,03/14/2026 10:00:00 AM,03/14/2026 11:00:00 AM,60"))).rows == (2,)
