"""A report that is carried out as it was stored does what it would do planned anew, whatever has happened since."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from django.db import connection, transaction

from advocates.models import Advocate, Bar, Membership, NameAlias, Status
from advocates.services.people import record_status, transfer
from cle.core.errors import DomainError
from courses.models import Attendance, AttendanceFile, AttendanceLine, Course, Registration, Session
from courses.queries.records_behind import about_so_many
from courses.services.attendance import (
    apply_attendance,
    discard_preview,
    locked_session,
    preview_attendance,
    undo_import,
)
from courses.services.attendance_basis import SHARE, basis_of, still_holds
from tests.courses.reports import NOW, START, imported, sheet
from tests.factories import make_advocate, make_attendance, make_bar, make_course, make_session

HEADINGS = ("licence number", "name", "join time", "leave time")
CAME, LEFT = f"{START:%Y-%m-%d %H:%M:%S}", f"{START + dt.timedelta(hours=3):%Y-%m-%d %H:%M:%S}"
NAMES = ("Озёрная Мария", "Ақбұлақов Ерлан", "Соснин Пётр", "Лугова Инна")


@pytest.fixture
def session(db) -> Session:
    return make_session(make_course(make_bar("KZ-71", make_bar("KZ"))), START)


@pytest.fixture
def people(session: Session) -> list[Advocate]:
    return [
        make_advocate(session.bar, name, licence_number=f"{14_000_001 + number}") for number, name in enumerate(NAMES)
    ]


def report(people: list[Advocate]) -> bytes:
    """All of them by licence, one by name alone, one who is nobody's, one row without a time."""
    rows = [(one.licence_number, one.full_name, CAME, LEFT) for one in people[1:]]
    others = [("", people[0].full_name, CAME, LEFT), ("", "Щеглов Сема", CAME, LEFT), ("", "Соснин Пётр", CAME, "")]
    return sheet(HEADINGS, *rows, *others)


def _nothing(session: Session, people: list[Advocate]) -> None:
    """Only of another session."""
    other = make_session(session.course, START + dt.timedelta(days=1))
    make_attendance(other, people[0])


def _renamed(session: Session, people: list[Advocate]) -> None:
    people[0].full_name = people[0].family_name = "Берёзова Мария"
    people[0].save()


def _written_over_with_the_same(session: Session, people: list[Advocate]) -> None:
    people[0].save()


def _newcomer(session: Session, people: list[Advocate]) -> None:
    make_advocate(session.bar, NAMES[0], licence_number="14000900")


def _at_another_bar(session: Session, people: list[Advocate]) -> None:
    transfer(people[2], make_bar("KZ-75"), dt.date(2025, 3, 1))


def _died(session: Session, people: list[Advocate]) -> None:
    record_status(people[1], Status.DECEASED, dt.date(2025, 3, 1))


def _left(session: Session, people: list[Advocate]) -> None:
    Membership.objects.filter(advocate=people[3]).update(period=(dt.date(2015, 3, 2), dt.date(2025, 3, 1)))


def _known_by_another_name(session: Session, people: list[Advocate]) -> None:
    NameAlias.objects.create(bar=session.bar, advocate=people[3], key="сема щеглов", decided_by=None)


def _registered(session: Session, people: list[Advocate]) -> None:
    Registration.objects.create(session=session, bar=session.bar, advocate=people[0], state="registered", asked_at=NOW)


def _moved(session: Session, people: list[Advocate]) -> None:
    Session.objects.filter(pk=session.pk).update(ends_at=session.ends_at + dt.timedelta(hours=2))


def _other_terms(session: Session, people: list[Advocate]) -> None:
    Course.objects.filter(pk=session.course_id).update(full_percent=100, partial_percent=90)


def _another_parent(session: Session, people: list[Advocate]) -> None:
    Bar.objects.filter(pk=make_bar("KZ-79").pk).update(parent=session.bar)


def _another_report(session: Session, people: list[Advocate]) -> None:
    imported(session, report(people[2:]), "other.csv", time_zone="Asia/Almaty")


def _seen(session: Session, people: list[Advocate]) -> None:
    make_attendance(session, people[1], percent=0)


Event = Callable[[Session, list[Advocate]], None]
EVENTS: tuple[Event, ...] = (
    _renamed, _written_over_with_the_same, _newcomer, _at_another_bar, _died, _left, _known_by_another_name,
    _registered, _moved, _other_terms, _another_parent, _another_report, _seen,
)  # fmt: skip


def came_of(file: AttendanceFile) -> object:
    """All that the import has written, or why it refused; and then as if it had never been."""
    try:
        with transaction.atomic():
            apply_attendance(file, by=None, now=NOW)
            seen, lines = Attendance.objects.order_by("pk"), AttendanceLine.objects.order_by("pk")
            found = (
                list(seen.values_list("advocate", "line", "seconds", "decision", "voided_at")),
                list(lines.values_list("outcome", "advocate", "changes", "resolved_at")),
            )
            raise transaction.TransactionManagementError
    except transaction.TransactionManagementError:
        return found
    except DomainError as error:
        return error.code


def previewed(session: Session, people: list[Advocate]) -> AttendanceFile:
    return preview_attendance(session, report(people), "report.csv", by=None, time_zone="Asia/Almaty")


@pytest.mark.parametrize("event", [_nothing, *EVENTS], ids=lambda event: event.__name__)
def test_a_report_carried_out_as_stored_is_the_one_planned_anew(
    session: Session, people: list[Advocate], event: Event
) -> None:
    file = previewed(session, people)
    assert file.basis
    event(session, people)
    as_stored = came_of(file)
    AttendanceFile.objects.filter(pk=file.pk).update(basis="")
    assert came_of(file) == as_stored


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: event.__name__)
def test_the_plan_is_made_anew_once_anything_is_not_as_it_was(
    session: Session, people: list[Advocate], event: Event
) -> None:
    file = previewed(session, people)
    assert still_holds(file, locked(session))
    event(session, people)
    assert not still_holds(file, locked(session))


def test_what_comes_of_another_session_is_nothing_to_it(session: Session, people: list[Advocate]) -> None:
    file = previewed(session, people)
    _nothing(session, people)
    assert still_holds(file, locked(session))


def locked(session: Session) -> Session:
    with transaction.atomic():
        return locked_session(session.pk)


def test_what_was_stored_is_what_was_planned(session: Session, people: list[Advocate]) -> None:
    file = previewed(session, people)
    apply_attendance(file, by=None, now=NOW)
    seen = Attendance.objects.filter(session=session, voided_at=None)
    assert set(seen.values_list("advocate", flat=True)) == {one.pk for one in people}
    assert file.counts["ambiguous"] == file.lines.filter(outcome="ambiguous", resolved_at=None).count() == 1


def test_of_a_few_people_of_many_it_is_not_asked(session: Session, people: list[Advocate]) -> None:
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE advocates_advocate")
    on_rolls = about_so_many()
    assert on_rolls == Advocate.objects.count()
    assert basis_of(session, -(-on_rolls // SHARE))
    assert basis_of(session, (on_rolls - 1) // SHARE) == ""


def test_previews_of_the_same_session_do_not_matter_to_each_other(session: Session, people: list[Advocate]) -> None:
    first, second = previewed(session, people), previewed(session, people)
    assert first.basis == second.basis != ""
    discard_preview(first)
    assert still_holds(second, locked(session))


def test_a_report_after_one_that_was_applied_has_no_basis(session: Session, people: list[Advocate]) -> None:
    first, second = previewed(session, people), previewed(session, people)
    apply_attendance(first, by=None, now=NOW)
    assert not still_holds(second, locked(session))
    assert previewed(session, people).basis == ""


def test_nor_has_one_after_a_report_in_which_everything_waits_for_a_decision(
    session: Session, people: list[Advocate]
) -> None:
    nobody = sheet(HEADINGS, ("", "Щеглов Сема", CAME, LEFT), ("", "Соснин Пётр", CAME, ""))
    before, again = previewed(session, people), previewed(session, people)
    applied = imported(session, nobody, "nobody.csv", time_zone="Asia/Almaty")
    assert not Attendance.objects.exists()
    assert applied.state == "applied"
    assert not still_holds(before, locked(session))
    undo_import(applied, by=None, reason="wrong list", now=NOW)
    assert still_holds(again, locked(session))


def test_a_file_without_a_basis_is_planned_anew_unasked(
    session: Session, people: list[Advocate], django_assert_num_queries
) -> None:
    file = previewed(session, people)
    file.basis = ""
    with django_assert_num_queries(0):
        assert not still_holds(file, session)
