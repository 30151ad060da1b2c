"""Keys that are checked for all rows of a statement at once refuse whatever PostgreSQL's own would refuse."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.utils import InternalError

from advocates.models import Advocate
from cle.core.checked_keys import checked_keys, checks_of, names_nothing
from courses.models import Attendance, AttendanceLine, Session
from tests.factories import make_advocate, make_bar, make_course, make_session
from tests.house.rows import our_models

NOBODY = 10**9
_WAITING_FOR_US = """
    SELECT count(*) FROM pg_locks mine JOIN pg_locks theirs USING (transactionid)
     WHERE mine.pid = pg_backend_pid() AND mine.granted AND NOT theirs.granted
"""
_TRIGGERS = "SELECT tgrelid::regclass::text, tgname FROM pg_trigger WHERE tgenabled = 'O'"
_DELETE = "DELETE FROM courses_session WHERE id = %s"


def _asked(sql: str, *params: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, params or None)


def _attended(session: Session, advocate: Advocate) -> Attendance:
    return Attendance(bar=session.bar, session=session, advocate=advocate, seconds=0, decision="none", credit_percent=0)


@pytest.fixture
def session(db: None) -> Session:
    return make_session(make_course(make_bar("KZ")))


@pytest.fixture
def maria(session: Session) -> Advocate:
    return make_advocate(session.bar, "Озёрная Мария")


@pytest.mark.django_db
def test_each_checked_key_has_its_triggers() -> None:
    models = [model for model in our_models() if checked_keys(model)]
    wanted = {
        (table, name)
        for model in models
        for table, name, _trigger in checks_of(model._meta.db_table, checked_keys(model))
    }
    with connection.cursor() as cursor:
        cursor.execute(_TRIGGERS)
        assert wanted <= set(cursor.fetchall())
    assert {model._meta.label for model in models} == {"courses.AttendanceLine", "courses.Attendance"}


@pytest.mark.parametrize("column", ["bar_id", "session_id", "line_id", "advocate_id"])
def test_a_row_that_names_nothing_is_refused(session: Session, maria: Advocate, column: str) -> None:
    rows = [_attended(session, maria), _attended(session, make_advocate(session.bar, "Ли Анна"))]
    setattr(rows[1], column, NOBODY)
    with pytest.raises(IntegrityError, match=f'"{column}".*\n.*{NOBODY}'), transaction.atomic():
        Attendance.objects.bulk_create(rows)
    assert not Attendance.objects.exists()
    rows[0].save()
    with pytest.raises(IntegrityError, match=column), transaction.atomic():
        Attendance.objects.update(**{column: NOBODY})
    Attendance.objects.update(seconds=1, line=None)


def test_what_is_named_is_not_deleted(session: Session, maria: Advocate) -> None:
    row = _attended(session, maria)
    row.save()
    _asked("SET CONSTRAINTS courses_attendance_session_id IMMEDIATE")
    with pytest.raises(IntegrityError, match='"courses_attendance"'), transaction.atomic():
        _asked(_DELETE, session.pk)
    row.delete()
    _asked(_DELETE, session.pk)


def test_what_was_filled_without_triggers_is_looked_through(session: Session, maria: Advocate) -> None:
    _attended(session, maria).save()
    assert not any(names_nothing(model) for model in (Attendance, AttendanceLine, Session))
    _asked("SET LOCAL session_replication_role = replica")
    Attendance.objects.update(line=NOBODY)
    assert names_nothing(Attendance)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("deletes_first", [True, False])
def test_of_two_who_name_and_delete_at_once_the_second_waits_and_is_refused(deletes_first: bool) -> None:
    session = make_session(make_course(make_bar("KZ")))
    maria = make_advocate(session.bar, "Озёрная Мария")
    acts: list[Callable[[], None]] = [
        lambda: _asked(_DELETE, session.pk),
        lambda: _attended(session, maria).save(),
    ]
    first, second = acts if deletes_first else reversed(acts)
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            first()
            waiting = pool.submit(_alone, second)
            _until_somebody_waits(waiting)
        with pytest.raises(IntegrityError):
            waiting.result(timeout=20)
    assert Attendance.objects.exists() != deletes_first
    assert Session.objects.exists() != deletes_first


@pytest.mark.django_db(transaction=True)
def test_nothing_is_deleted_where_those_who_name_it_could_not_be_seen() -> None:
    session = make_session(make_course(make_bar("KZ")))
    deletion = f"BEGIN ISOLATION LEVEL REPEATABLE READ; DELETE FROM courses_session WHERE id = {session.pk}; COMMIT"
    with pytest.raises(InternalError, match="READ COMMITTED"):
        _asked(deletion)
    assert Session.objects.exists()


def _alone(work: Callable[[], None]) -> None:
    try:
        with transaction.atomic():
            work()
    finally:
        connection.close()


def _until_somebody_waits(waiting: Future[None]) -> None:
    for _turn in range(200):
        with connection.cursor() as cursor:
            cursor.execute(_WAITING_FOR_US)
            if cursor.fetchone()[0]:
                return
        time.sleep(0.02)
    raise AssertionError(f"nobody waits: {waiting}")
