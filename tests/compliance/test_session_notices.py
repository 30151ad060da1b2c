"""Who is told that a session is off, or that a place is theirs: once, in their language, as long as it is true."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext
from icalendar import Calendar

from advocates.models import Advocate, Bar
from compliance.models import Notice, NoticeState, Preferences
from compliance.queries.session_notices import would_be_told
from compliance.services.notices import plan_session_notices, send_due
from courses.models import Session
from courses.services.scheduling import cancel_session, change_session
from courses.services.sessions import cancel_registration, register
from tests.compliance.rows import ruled_bar
from tests.factories import make_advocate, make_bar, make_course, make_session, make_user
from tests.plugins.smtp import Sink

NOW = dt.datetime(2026, 3, 2, 5, 0, tzinfo=dt.UTC)
MINUTE = dt.timedelta(minutes=1)


@pytest.fixture
def bar(db) -> Bar:
    return make_bar("R-1", ruled_bar(), sender_email="bar@mail.example.kz")


@pytest.fixture
def session(bar: Bar) -> Session:
    return make_session(make_course(bar), NOW + dt.timedelta(days=3), capacity=1, place="Тұлпар көшесі, 5")


@pytest.fixture
def make(bar: Bar) -> Callable[..., Advocate]:
    return lambda **fields: make_advocate(bar, **fields)


def call_off(session: Session) -> None:
    cancel_session(session, by=make_user(), reason="Спикер заболел", now=NOW)


def told() -> list[tuple[str, str]]:
    return list(Notice.objects.order_by("pk").values_list("advocate__full_name", "stage"))


def test_everybody_with_a_place_or_waiting_for_one_is_told_once(session: Session, make: Any, smtp: Sink) -> None:
    for name in ("Асанов", "Белов"):
        register(session, make(full_name=name, language="ru", email=f"{name.encode().hex()[:8]}@m.example.kz"), now=NOW)
    gone = make(full_name="Вагнер")
    register(session, gone, now=NOW)
    cancel_registration(session, gone, now=NOW)
    assert would_be_told(session, NOW) == (2, 0)
    call_off(session)
    assert [plan_session_notices(now=NOW) for _ in range(2)] == [2, 0]
    assert told() == [("Асанов", "session-cancelled"), ("Белов", "session-cancelled")]
    assert send_due(now=NOW + MINUTE, limit=10).sent == 2
    assert send_due(now=NOW + 2 * MINUTE, limit=10).sent == 0
    assert len(smtp.messages) == 2
    words = smtp.messages[0].get_body(("plain",)).get_content()
    assert "Спикер заболел" in words
    assert "Тұлпар көшесі, 5" in words
    assert "05.03.2026 10:00" in words
    assert Notice.objects.filter(state=NoticeState.SENT, text__contains="Спикер заболел").count() == 2


def test_the_entry_leaves_the_calendar_under_the_name_that_it_has_there(
    session: Session, make: Any, smtp: Sink
) -> None:
    person = make(language="kk")
    register(session, person, now=NOW)
    call_off(session)
    plan_session_notices(now=NOW)
    send_due(now=NOW + MINUTE, limit=10)
    (part,) = smtp.messages[0].iter_attachments()
    assert (part.get_content_type(), part.get_param("method")) == ("text/calendar", "CANCEL")
    calendar = Calendar.from_ical(part.get_content())
    (event,) = calendar.walk("VEVENT")
    assert calendar["method"] == "CANCEL"
    assert event["uid"].startswith(f"session-{session.pk}-{person.pk}@")
    assert (event["status"], event["organizer"]) == ("CANCELLED", "mailto:bar@mail.example.kz")


class TestAPlaceGained:
    @pytest.fixture
    def waiting(self, session: Session, make: Any) -> list[Advocate]:
        people = [make(full_name=name, language="ru") for name in ("Асанов", "Белов", "Вагнер")]
        for place, person in enumerate(people):
            register(session, person, now=NOW + place * MINUTE)
        return people

    def test_the_next_one_is_told_and_nobody_else(self, session: Session, waiting: list[Advocate]) -> None:
        assert plan_session_notices(now=NOW) == 0
        cancel_registration(session, waiting[0], now=NOW)
        assert plan_session_notices(now=NOW) == 1
        assert told() == [("Белов", "place-gained")]
        send_due(now=NOW + MINUTE, limit=10)
        assert mail.outbox[0].subject.startswith("У вас есть место")
        (entry,) = mail.outbox[0].attachments
        assert entry.get_param("method") == "PUBLISH"
        assert b"STATUS:CONFIRMED" in entry.get_payload(decode=True)

    def test_more_places_are_told_too(self, session: Session, waiting: list[Advocate]) -> None:
        change_session(session, {"capacity": 3}, now=NOW)
        plan_session_notices(now=NOW)
        assert told() == [("Белов", "place-gained"), ("Вагнер", "place-gained")]

    def test_whoever_gives_the_place_up_before_is_not_written_to(
        self, session: Session, waiting: list[Advocate]
    ) -> None:
        cancel_registration(session, waiting[0], now=NOW)
        plan_session_notices(now=NOW)
        cancel_registration(session, waiting[1], now=NOW)
        assert send_due(now=NOW + MINUTE, limit=10).withdrawn == 1
        assert not mail.outbox

    def test_a_place_taken_anew_is_no_place_gained(self, session: Session, waiting: list[Advocate]) -> None:
        cancel_registration(session, waiting[0], now=NOW)
        for person in waiting[1:]:
            cancel_registration(session, person, now=NOW)
        Notice.objects.all().delete()
        register(session, waiting[1], now=NOW)
        assert plan_session_notices(now=NOW) == 0

    def test_gained_once_more_it_is_told_once_more(self, session: Session, waiting: list[Advocate]) -> None:
        cancel_registration(session, waiting[0], now=NOW)
        assert plan_session_notices(now=NOW) == 1
        send_due(now=NOW + MINUTE, limit=10)
        cancel_registration(session, waiting[1], now=NOW + 10 * MINUTE)
        register(session, waiting[1], now=NOW + 10 * MINUTE)
        cancel_registration(session, waiting[2], now=NOW + 10 * MINUTE)
        assert [plan_session_notices(now=NOW + 20 * MINUTE) for _ in range(2)] == [1, 0]
        assert told() == [("Белов", "place-gained")] * 2


def test_whoever_has_no_address_is_counted_and_sees_it_on_the_desk(session: Session, make: Any) -> None:
    register(session, make(email=""), now=NOW)
    register(session, make(), now=NOW)
    assert would_be_told(session, NOW) == (1, 1)
    call_off(session)
    assert plan_session_notices(now=NOW) == 1


def test_nobody_is_told_of_what_is_over(session: Session, make: Any) -> None:
    register(session, make(), now=NOW)
    call_off(session)
    assert would_be_told(session, session.starts_at) == (0, 0)
    assert plan_session_notices(now=session.starts_at) == 0


def test_a_quiet_hour_is_heeded(session: Session, make: Any, bar: Bar) -> None:
    person = make()
    Preferences.objects.create(bar=bar, advocate=person, quiet_from=dt.time(9), quiet_until=dt.time(11))
    register(session, person, now=NOW)
    call_off(session)
    plan_session_notices(now=NOW)
    assert send_due(now=NOW + MINUTE, limit=10).sent == 0
    assert send_due(now=NOW + dt.timedelta(hours=2), limit=10).sent == 1


def test_without_a_known_language_it_is_said_in_both(session: Session, make: Any) -> None:
    register(session, make(language=""), now=NOW)
    call_off(session)
    plan_session_notices(now=NOW)
    send_due(now=NOW + MINUTE, limit=10)
    assert "* * *" in mail.outbox[0].body
    assert " / " in mail.outbox[0].subject


def test_three_people_cost_as_many_statements_as_one(bar: Bar, make: Any) -> None:
    def statements(people: int) -> int:
        session = make_session(make_course(bar), NOW + dt.timedelta(days=3))
        for _ in range(people):
            register(session, make(), now=NOW)
        call_off(session)
        with CaptureQueriesContext(connection) as asked:
            assert plan_session_notices(now=NOW) == people
        return len(asked)

    statements(1)
    assert statements(3) == statements(1) <= 6


@pytest.mark.django_db(transaction=True)
def test_two_planners_at_once_plan_one_notice_each(session: Session, make: Any) -> None:
    for _ in range(3):
        register(session, make(), now=NOW)
    call_off(session)

    def plan(_: int) -> int:
        try:
            return plan_session_notices(now=NOW)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        assert sum(pool.map(plan, range(2))) == 3
    assert Notice.objects.count() == 3
