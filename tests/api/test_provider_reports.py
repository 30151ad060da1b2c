"""What staff read about what providers have reported."""

from __future__ import annotations

import datetime as dt

import pytest

from advocates.access import MAY, Action
from advocates.models import Bar, RoleKind
from courses.models import Entry, NilReturn, Session
from courses.services.rosters import report_nobody
from courses.services.sessions import confirm_session
from tests.api.roles import browser
from tests.api.test_me import problem
from tests.compliance.certified import attended
from tests.compliance.test_sweep import statements
from tests.courses.reports import NOW
from tests.factories import (
    make_advocate,
    make_attendance,
    make_bar,
    make_course,
    make_national,
    make_session,
    make_user,
)

pytestmark = pytest.mark.django_db
PERIOD = "?earned_from=2025-01-01&earned_to=2025-12-31"
NIL, OVERDUE, POSTINGS = ("nil-returns", "overdue", f"postings{PERIOD}")


@pytest.fixture
def bar() -> Bar:
    return make_bar("R-1", make_national())


@pytest.fixture
def session(bar: Bar) -> Session:
    return make_session(make_course(bar))


def of(noun: str, session: Session, bar: str = "R-1") -> str:
    return f"/api/v1/bars/{bar}/providers/{session.course.provider_id}/{noun}"


def nobody(session: Session) -> NilReturn:
    return report_nobody(session.course.provider, session, by=make_user(), now=NOW)


@pytest.mark.parametrize("noun", [NIL, OVERDUE, POSTINGS])
@pytest.mark.parametrize("kind", RoleKind)
def test_who_reads(bar: Bar, session: Session, kind: RoleKind, noun: str) -> None:
    answer = browser(bar, kind).get(of(noun, session))
    assert answer.status_code == (200 if kind in MAY[Action.READ_COURSES] else 404)


@pytest.mark.parametrize("noun", [NIL, OVERDUE, POSTINGS])
def test_a_provider_of_another_bar_is_not_there(bar: Bar, noun: str) -> None:
    theirs = make_session(make_course(make_bar("R-2")))
    client = browser(bar, RoleKind.BAR_ADMIN)
    problem(client.get(of(noun, theirs)), 404)
    problem(client.get(of(noun, theirs, "R-2")), 404)


def test_nothing_is_overdue_where_the_bar_has_confirmed_its_own_list(bar: Bar, session: Session) -> None:
    make_attendance(session, make_advocate(bar))
    confirm_session(session, by=None, now=NOW)
    assert browser(bar, RoleKind.BAR_ADMIN).get(of(OVERDUE, session)).json()["results"] == []


def test_a_session_is_overdue_until_it_is_reported(bar: Bar, session: Session) -> None:
    """WA-P04: a live course that nobody attended is reported all the same."""
    make_session(session.course, dt.datetime(2100, 1, 1, tzinfo=dt.UTC))
    client = browser(bar, RoleKind.COURSE_MANAGER)
    assert [row["id"] for row in client.get(of(OVERDUE, session)).json()["results"]] == [session.pk]
    made = nobody(session)
    assert client.get(of(OVERDUE, session)).json()["results"] == []
    assert [row["id"] for row in client.get(of(NIL, session)).json()["results"]] == [made.pk]


def test_posted_minutes_are_those_of_the_ledger(bar: Bar) -> None:
    attended(make_advocate(bar))
    shown = browser(bar, RoleKind.AUDITOR).get(of(POSTINGS, Session.objects.get())).json()
    assert shown["minutes"] == sum(Entry.objects.values_list("minutes", flat=True)) > 0
    assert [row["people"] for row in shown["sessions"]] == [1]


@pytest.mark.parametrize("noun", [NIL, OVERDUE, POSTINGS])
def test_three_rows_cost_as_much_as_one(bar: Bar, session: Session, noun: str) -> None:
    def asked() -> int:
        with statements() as sent:
            assert client.get(of(noun, session)).status_code == 200
        return len(sent)

    client = browser(bar, RoleKind.AUDITOR)
    asked()
    with_one = asked()
    for _ in range(2):
        nobody(make_session(session.course))
        make_session(session.course)
    assert asked() == with_one
    assert with_one <= 6
