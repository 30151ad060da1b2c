"""Codes that are shown in the room, the marks that they leave, and taking these over as attendance."""

from __future__ import annotations

import datetime as dt
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from advocates.models import Advocate, Bar, Outcome, Status
from advocates.services.people import record_status
from cle.core.errors import DomainError
from courses.attendance import codes
from courses.attendance.codes import STEP, on_the_poster, on_the_screen, poster_code, screen_code
from courses.attendance.presence import seconds_present
from courses.attendance.stays import Stay, read_stays, sheet_of_stays
from courses.models import Attendance, Entry, PresenceMark, Session
from courses.queries.presence import AFTER, BEFORE, How, Kind, count_at, people_at, presences_of, session_shown_by
from courses.services.attendance import apply_attendance, undo_import
from courses.services.attendance_judging import window_of
from courses.services.presence import MOST_MARKS, mark_presence, switch_poster
from courses.services.presence_taking import previews_of, take_over
from courses.services.scheduling import cancel_session
from courses.services.sessions import confirm_session
from tests.factories import make_advocate, make_bar, make_course, make_session, make_user

START = dt.datetime(2026, 3, 14, 5, 0, tzinfo=dt.UTC)
END = START + dt.timedelta(minutes=180)
MINUTE = dt.timedelta(minutes=1)
moments = st.integers(1_600_000_000, 2_000_000_000).map(lambda second: dt.datetime.fromtimestamp(second, dt.UTC))


@pytest.fixture
def national(db) -> Bar:
    return make_bar("KZ")


@pytest.fixture
def bar(national: Bar) -> Bar:
    return make_bar("KZ-71", national)


@pytest.fixture
def session(bar: Bar) -> Session:
    return make_session(make_course(bar), START)


@pytest.fixture
def person(bar: Bar) -> Advocate:
    return make_advocate(bar, "Әділова Гүлнар Серікқызы")


def come(session: Session, person: Advocate, minute: int, how: PresenceMark.How = How.SCREEN) -> PresenceMark:
    return mark_presence(session, person, Kind.IN, how, now=START + minute * MINUTE)


def leave(session: Session, person: Advocate, minute: int) -> PresenceMark:
    return mark_presence(session, person, Kind.OUT, How.SCREEN, now=START + minute * MINUTE)


def refused(code: str, session: Session, person: Advocate, kind: PresenceMark.Kind, minute: int) -> None:
    with pytest.raises(DomainError) as refusal:
        mark_presence(session, person, kind, How.SCREEN, now=START + minute * MINUTE)
    assert refusal.value.code == code
    assert not PresenceMark.objects.filter(advocate=person).exists() or code in ("session-over", "marked-too-often")


@given(moments, st.integers(1, 10**9), st.integers(0, 4 * STEP))
def test_a_code_is_good_for_its_own_step_and_the_next_and_no_longer(at: dt.datetime, session: int, later: int) -> None:
    code = screen_code(session, at)
    assert len(code) == codes.SCREEN_DIGITS
    assert code.isdigit()
    then = at + dt.timedelta(seconds=later)
    steps = codes.step_of(then) - codes.step_of(at)
    assert on_the_screen(code, session, then) == (steps <= 1)
    assert on_the_screen(code, session, at + dt.timedelta(seconds=codes.seconds_left(at) - 1))


@given(moments, st.integers(1, 10**9), st.integers(1, 10**9))
def test_no_session_has_the_code_of_another(at: dt.datetime, one: int, other: int) -> None:
    assert on_the_screen(screen_code(one, at), other, at) == (one == other)
    assert on_the_poster(poster_code(one, at), other, at) == (one == other)
    assert not on_the_screen(poster_code(one, at), one, at)


def test_codes_are_of_the_secret(settings) -> None:
    code, poster = screen_code(7, START), poster_code(7, START)
    old, settings.SECRET_KEY = settings.SECRET_KEY, "quite another secret"
    assert not on_the_screen(code, 7, START)
    assert not on_the_poster(poster, 7, START)
    settings.SECRET_KEY_FALLBACKS = [old]
    assert on_the_poster(poster, 7, START), "a poster that hangs already outlives a change of the secret"


def test_digits_are_even(settings) -> None:
    """A thousand codes of one session share no first digit more than chance allows, and hardly ever a code."""
    shown = [screen_code(1, START + step * dt.timedelta(seconds=STEP)) for step in range(1000)]
    assert len(set(shown)) >= 999
    assert max(sum(code[0] == digit for code in shown) for digit in "0123456789") < 160


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("1234 5678", "12345678"),
        (" 1234-5678 ", "12345678"),
        ("12345\u00a067890", "1234567890"),
        ("123", ""),
        ("123456789", ""),
        ("١٢٣٤٥٦٧٨", ""),
        ("abcdefgh", ""),
        ("", ""),
        ("1" * 10_000, ""),
    ],
)
def test_what_is_typed(typed: str, code: str) -> None:
    assert codes.bare(typed) == code


@given(st.integers(0, 10**10 - 1))
def test_spaces_are_for_the_eye(number: int) -> None:
    for code in (f"{number:010}", f"{number % 10**8:08}"):
        assert codes.bare(codes.spaced(code)) == code


def test_a_code_leads_to_its_session_while_it_is_open(session: Session, national: Bar) -> None:
    make_session(make_course(national), START)
    for at in (START - BEFORE, START, END, END + AFTER):
        shown = session_shown_by(screen_code(session.pk, at), at)
        assert shown is not None
        assert (shown.session, shown.how) == (session, How.SCREEN)
    for at in (START - BEFORE - MINUTE, END + AFTER + MINUTE):
        assert session_shown_by(screen_code(session.pk, at), at) is None
    assert session_shown_by("00000000", START) is None
    assert session_shown_by("", START) is None


def test_a_poster_counts_from_when_it_is_allowed_until_it_is_not(session: Session) -> None:
    hung = switch_poster(session, True, now=START - MINUTE)
    assert switch_poster(session, True, now=START).poster_since == hung.poster_since, "twice is once"
    assert hung.poster_since is not None
    code = poster_code(session.pk, hung.poster_since)
    shown = session_shown_by(code, START)
    assert shown is not None
    assert shown.how == How.POSTER
    switch_poster(session, False, now=START)
    assert session_shown_by(code, START) is None
    switch_poster(session, True, now=START + MINUTE)
    assert session_shown_by(code, START + MINUTE) is None, "what hung before hangs no longer"


def test_in_and_out_twice_is_once(session: Session, person: Advocate) -> None:
    first = come(session, person, -5)
    assert come(session, person, 3) == first
    out = leave(session, person, 60)
    assert leave(session, person, 61) == out
    come(session, person, 75, How.POSTER)
    assert list(PresenceMark.objects.values_list("number", "kind", "how")) == [
        (1, "in", "screen"), (2, "out", "screen"), (3, "in", "poster"),
    ]  # fmt: skip
    there = people_at(session)[0]
    assert there.is_there
    assert there.by_poster
    assert count_at(session) == (1, 1)


def test_who_and_when(session: Session, person: Advocate, national: Bar) -> None:
    refused("session-closed", session, person, Kind.IN, -31)
    refused("session-over", session, person, Kind.IN, 181)
    refused("session-closed", session, person, Kind.IN, 211)
    refused("not-checked-in", session, person, Kind.OUT, 10)
    stranger = make_advocate(make_bar("KZ-75", national))
    refused("not-of-this-bar", session, stranger, Kind.IN, 10)
    national_session = make_session(make_course(national), START)
    assert come(national_session, stranger, 10).bar == national
    newcomer = make_advocate(session.bar, joined_on=dt.date(2026, 3, 15))
    refused("not-of-this-bar", session, newcomer, Kind.IN, 10)
    record_status(person, Status.TERMINATED, dt.date(2026, 3, 1), document="No. 1", by=None)
    refused("not-of-this-bar", session, person, Kind.IN, 10)


def test_no_longer_once_it_is_confirmed_or_called_off(bar: Bar, person: Advocate) -> None:
    over, off = (make_session(make_course(bar), START) for _ in range(2))
    confirm_session(over, by=None, now=END)
    over.refresh_from_db()
    refused("session-closed", over, person, Kind.IN, 10)
    cancel_session(off, by=make_user(bar=bar), reason="flood", now=START - MINUTE)
    off.refresh_from_db()
    refused("session-cancelled", off, person, Kind.IN, 10)


def test_nobody_fills_the_table(session: Session, person: Advocate) -> None:
    for minute in range(MOST_MARKS // 2):
        come(session, person, minute)
        leave(session, person, minute)
    refused("marked-too-often", session, person, Kind.IN, 100)


def test_the_database_keeps_marks_as_they_are(session: Session, person: Advocate) -> None:
    mark = come(session, person, 0)
    rows = PresenceMark.objects.filter(pk=mark.pk)
    for change in (lambda: rows.update(at=END), rows.delete):
        with pytest.raises(DatabaseError, match="Cannot"), transaction.atomic():
            change()
    with pytest.raises(IntegrityError, match="presence_marks_alternate"), transaction.atomic():
        PresenceMark.objects.create(
            bar=session.bar, session=session, advocate=person, number=2, kind="in", how="screen", at=START
        )


@pytest.mark.django_db(transaction=True)
def test_two_presses_at_once_are_one() -> None:
    bar = make_bar("KZ-71")
    session, person = make_session(make_course(bar), START), make_advocate(bar)

    def press(kind: PresenceMark.Kind) -> int:
        try:
            return mark_presence(session, person, kind, How.SCREEN, now=START).pk
        finally:
            connection.close()

    for kind in (Kind.IN, Kind.OUT, Kind.IN):
        with ThreadPoolExecutor(8) as pool:
            assert len(set(pool.map(press, [kind] * 8))) == 1
    assert list(PresenceMark.objects.values_list("number", "kind")) == [(1, "in"), (2, "out"), (3, "in")]


# Taking them over


def taken(session: Session, *, count_open: bool = True):
    return take_over(session, count_open=count_open, by=make_user(bar=session.bar), now=END + MINUTE)


def test_minutes_there_become_attendance_and_credit_only_when_a_person_says_so(
    session: Session, person: Advocate
) -> None:
    come(session, person, -10)
    leave(session, person, 60)
    come(session, person, 90)
    leave(session, person, 190)
    file = taken(session)
    assert not Attendance.objects.exists()
    line = file.lines.get()
    assert (line.advocate, line.matched_by, line.outcome, line.seconds) == (person, "code", "created", 150 * 60)
    apply_attendance(file, by=None, now=END + MINUTE)
    made = Attendance.objects.get()
    assert (made.seconds, made.decision, made.credit_percent) == (150 * 60, "full", 100)
    assert not Entry.objects.exists()
    assert presences_of(person, 5)[0].is_provisional
    confirm_session(session, by=None, now=END + MINUTE)
    assert Entry.objects.get().minutes == 180
    shown = presences_of(person, 5)[0]
    assert not shown.is_provisional
    assert shown.attendance == made
    undo_import(file, by=None, reason="wrong room", now=END + 2 * MINUTE)
    assert not Attendance.objects.filter(voided_at=None).exists()


@pytest.mark.parametrize(("count_open", "minutes"), [(True, 120), (False, 20)])
def test_who_did_not_check_out_counts_as_a_person_decides(
    session: Session, person: Advocate, count_open: bool, minutes: int
) -> None:
    come(session, person, 0)
    leave(session, person, 20)
    come(session, person, 80)
    line = taken(session, count_open=count_open).lines.get()
    assert line.seconds == minutes * 60
    assert [problem["code"] for problem in line.problems] == (["not-checked-out"] if count_open else [])


def test_namesakes_without_licence_or_e_mail_are_told_apart(session: Session) -> None:
    """They were logged in: nothing is matched by a name."""
    two = [make_advocate(session.bar, "Ким Анна", licence_number="", email="") for _ in range(2)]
    for person in two:
        come(session, person, 0)
    file = taken(session)
    assert {line.advocate for line in file.lines.all()} == set(two)
    assert file.created == 2


def test_who_was_struck_off_meanwhile_is_for_a_person_to_decide(session: Session, person: Advocate) -> None:
    come(session, person, 0)
    record_status(person, Status.TERMINATED, dt.date(2026, 3, 1), document="No. 1", by=None)
    line = taken(session).lines.get()
    assert (line.outcome, line.advocate) == (Outcome.AMBIGUOUS, None)


def test_again_is_not_twice(session: Session, person: Advocate) -> None:
    come(session, person, 0)
    first, second = taken(session), taken(session)
    assert previews_of(session) == [second]
    apply_attendance(second, by=None, now=END + MINUTE)
    first.refresh_from_db()
    assert first.state == "discarded"
    third = taken(session)
    assert (third.created, third.unchanged) == (0, 1)
    apply_attendance(third, by=None, now=END + MINUTE)
    assert Attendance.objects.count() == 1


def test_not_before_the_end_and_not_nothing(session: Session, person: Advocate) -> None:
    by = make_user(bar=session.bar)
    with pytest.raises(DomainError, match="over"):
        take_over(session, count_open=True, by=by, now=END - MINUTE)
    with pytest.raises(DomainError, match="no presence"):
        take_over(session, count_open=True, by=by, now=END)
    come(session, person, 0)
    with pytest.raises(DomainError, match="no presence"):
        take_over(session, count_open=False, by=by, now=END)


stays = st.lists(
    st.tuples(st.integers(1, 4), st.integers(-1800, 12_000), st.integers(0, 9_000), st.booleans()), max_size=12
)


@given(stays)
def test_the_sheet_says_what_was_written(drawn: list[tuple[int, int, int, bool]]) -> None:
    second = dt.timedelta(seconds=1)
    written = [
        Stay(key, f'Ә "{key}", х', "077", START + begin * second, START + (begin + length) * second, out)
        for key, begin, length, out in drawn
    ]
    report = read_stays(sheet_of_stays(written))
    window = window_of(Session(starts_at=START, ends_at=END))
    for presence in report.presences:
        mine = [stay for stay in written if stay.advocate == presence.advocate]
        assert [(one.start, one.end) for one in presence.intervals] == [(one.joined, one.left) for one in mine]
        inside = {
            moment for one in drawn if one[0] == presence.advocate
            for moment in range(max(one[1], 0), min(one[1] + one[2], window.seconds))
        }  # fmt: skip
        assert seconds_present([presence], window) == len(inside)
    assert {presence.advocate for presence in report.presences} == {stay.advocate for stay in written}
    assert sorted(row for presence in report.presences for row in presence.rows) == list(range(2, len(drawn) + 2))


@pytest.mark.parametrize("people", [1, 3])
def test_lists_cost_the_same_for_however_many(session: Session, people: int) -> None:
    for number in range(people):
        person = make_advocate(session.bar)
        come(session, person, number)
    with CaptureQueriesContext(
        connection,
    ) as asked:
        assert len(people_at(session)) == people
        assert count_at(session) == (people, people)
    assert len(asked) == 3
    for _ in range(people - 1):
        come(make_session(make_course(session.bar), START), person, 1)
    with CaptureQueriesContext(connection) as asked:
        assert len(presences_of(person, 20)) == people
    assert len(asked) == 3
