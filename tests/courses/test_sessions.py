"""Registration with a waiting list, and confirming a session."""

from __future__ import annotations

import datetime as dt
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from advocates.models import Status
from advocates.services.people import leave_bar, record_status
from cle.core.errors import DomainError
from courses.models import Entry, Registration, Session
from courses.services.scheduling import change_session
from courses.services.sessions import cancel_registration, confirm_session, register
from tests.factories import make_advocate, make_attendance, make_bar, make_course, make_session

BEFORE = dt.datetime(2025, 3, 1, tzinfo=dt.UTC)
AFTER = dt.datetime(2025, 4, 1, tzinfo=dt.UTC)
REGISTERED, WAITING, CANCELLED = "registered", "waiting", "cancelled"


@pytest.fixture
def session(db) -> Session:
    return make_session(make_course(make_bar()), capacity=2)


def states(session: Session) -> list[str]:
    return list(session.registrations.order_by("advocate_id").values_list("state", flat=True))


def test_who_comes_late_waits_and_moves_up(session):
    people = [make_advocate(session.bar) for _ in range(4)]
    assert [register(session, person, now=BEFORE).state for person in people] == [REGISTERED] * 2 + [WAITING] * 2
    following = cancel_registration(session, people[0], now=BEFORE)
    assert following is not None
    assert following.advocate == people[2]
    assert states(session) == [CANCELLED, REGISTERED, REGISTERED, WAITING]


def test_nobody_moves_up_whose_licence_or_membership_has_ended_meanwhile(session):
    people = [make_advocate(session.bar) for _ in range(5)]
    for person in people:
        register(session, person, now=BEFORE)
    record_status(people[2], Status.TERMINATED, BEFORE.date())
    leave_bar(people[3], BEFORE.date())
    following = cancel_registration(session, people[0], now=BEFORE)
    assert following is not None
    assert following.advocate == people[4]
    assert states(session) == [CANCELLED, REGISTERED, WAITING, WAITING, REGISTERED]


def test_asking_twice_changes_nothing(session):
    person = make_advocate(session.bar)
    assert register(session, person, now=BEFORE) == register(session, person, now=BEFORE)
    assert Registration.objects.count() == 1


def test_leaving_the_waiting_list_moves_nobody(session):
    people = [make_advocate(session.bar) for _ in range(4)]
    for person in people:
        register(session, person, now=BEFORE)
    assert cancel_registration(session, people[2], now=BEFORE) is None
    assert states(session) == [REGISTERED, REGISTERED, CANCELLED, WAITING]
    assert cancel_registration(session, people[2], now=BEFORE) is None


@pytest.mark.parametrize("begun", [False, True])
def test_nobody_moves_up_once_it_has_begun(session, begun):
    people = [make_advocate(session.bar) for _ in range(4)]
    for person in people:
        register(session, person, now=BEFORE)
    moment = session.starts_at - dt.timedelta(seconds=not begun)
    moved = cancel_registration(session, people[0], now=moment)
    change_session(session, {"capacity": 3}, now=moment)
    assert (moved is None) == begun
    last = [WAITING, WAITING] if begun else [REGISTERED, REGISTERED]
    assert states(session) == [CANCELLED, REGISTERED, *last]


def test_coming_back_queues_at_the_end(session):
    people = [make_advocate(session.bar) for _ in range(3)]
    for person in people:
        register(session, person, now=BEFORE)
    cancel_registration(session, people[0], now=BEFORE)
    assert register(session, people[0], now=BEFORE + dt.timedelta(hours=1)).state == WAITING
    assert Registration.objects.count() == 3


def test_closed_once_it_has_begun(session):
    with pytest.raises(DomainError, match="closed"):
        register(session, make_advocate(session.bar), now=session.starts_at)


def test_confirming_posts_once_and_not_before_the_end(session):
    make_attendance(session, make_advocate(session.bar))
    make_attendance(session, make_advocate(session.bar), percent=0)
    with pytest.raises(DomainError, match="held"):
        confirm_session(session, by=None, now=BEFORE)
    assert [confirm_session(session, by=None, now=AFTER) for _ in range(2)] == [1, 0]
    session.refresh_from_db()
    assert (session.state, session.confirmed_at) == ("confirmed", AFTER)
    assert Entry.objects.get().minutes == 180


@pytest.mark.django_db(transaction=True)
def test_the_last_place_is_given_once():
    session = make_session(make_course(make_bar()), capacity=3)
    people = [make_advocate(session.bar) for _ in range(12)]

    def ask(person) -> str:
        try:
            return register(session, person, now=BEFORE).state
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        given = list(pool.map(ask, people))
    assert given.count(REGISTERED) == 3
    assert session.registrations.filter(state=REGISTERED).count() == 3
