"""The calendar: its address is given once, taken back at any time, and shows one advocate's days to whoever has it."""

from __future__ import annotations

import datetime as dt
import re
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from icalendar import Calendar

from advocates.models import Advocate, Bar
from cle.core.clock import now
from compliance.models import CalendarFeed
from compliance.services.feeds import give_address
from courses.models import Session, SessionState
from courses.services.sessions import register
from tests.compliance.rows import make_standing, ruled_bar
from tests.compliance.test_sweep import statements
from tests.factories import make_advocate, make_course, make_session, make_user
from tests.house.rows import digest

pytestmark = pytest.mark.django_db
MINE = "/api/v1/me/calendar"


@pytest.fixture
def bar() -> Bar:
    return ruled_bar(code="R-1")


@pytest.fixture
def advocate(bar: Bar) -> Advocate:
    return make_advocate(bar, user=make_user(), language="ru")


@pytest.fixture
def me(client: Client, advocate: Advocate) -> Client:
    client.force_login(advocate.user)
    return client


def address(client: Client) -> str:
    made = client.post(MINE)
    assert made.status_code == 201
    return str(made.json()["url"]).removeprefix("http://localhost:8000")


def place(advocate: Advocate, days: int = 7, **fields: Any) -> Session:
    fields = {"place": "Алматы, Абай даңғылы 1", "link": "https://meet.example.kz/x", **fields}
    session = make_session(make_course(advocate.bar), now() + dt.timedelta(days=7), **fields)
    register(session, advocate, now=now())
    moved = dt.timedelta(days=days - 7)
    Session.objects.filter(pk=session.pk).update(starts_at=session.starts_at + moved, ends_at=session.ends_at + moved)
    return session


def events(where: str) -> dict[str, Any]:
    """As a program without a session reads them, by their identity."""
    answer = Client().get(where)
    assert answer.status_code == 200
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    return {str(event["uid"]): event for event in Calendar.from_ical(answer.content).walk("VEVENT")}


def test_sessions_and_deadlines_are_there_for_a_program_that_cannot_log_in(me: Client, advocate: Advocate) -> None:
    session = place(advocate)
    make_standing(advocate, "on_track", due_on=dt.date(2999, 12, 31), period_end=dt.date(2999, 12, 31))
    found = events(address(me))
    assert set(found) == {f"session-{session.pk}-{advocate.pk}@localhost", f"deadline-20260101-{advocate.pk}@localhost"}
    held = found[f"session-{session.pk}-{advocate.pk}@localhost"]
    assert held["summary"] == session.course.name_ru
    assert held.decoded("dtstart") == session.starts_at.replace(microsecond=0)
    assert (held["status"], held["url"], held["location"]) == (
        "CONFIRMED", "https://meet.example.kz/x", "Алматы, Абай даңғылы 1",
    )  # fmt: skip
    due = found[f"deadline-20260101-{advocate.pk}@localhost"]
    assert (due.decoded("dtstart"), due["transp"]) == (dt.date(2999, 12, 31), "TRANSPARENT")
    assert "01.01.2026" in due["summary"]


def test_it_does_not_say_how_much_is_missing(me: Client, advocate: Advocate) -> None:
    make_standing(advocate, "at_risk", due_on=dt.date(2999, 12, 31), missing=777)
    (event,) = events(address(me)).values()
    said = " ".join(str(event[name]) for name in event)
    assert not re.search(r"777|12[.,]95|at_risk", said)
    assert advocate.full_name not in said


@pytest.mark.parametrize(("language", "says"), [("kk", "(kk)"), ("ru", "Курс"), ("en", "Course"), ("", "(kk)")])
def test_it_is_in_the_advocate_s_language(me: Client, advocate: Advocate, language: str, says: str) -> None:
    Advocate.objects.update(language=language)
    place(advocate)
    (event,) = events(address(me)).values()
    assert says in event["summary"]


def test_who_waits_is_told_so_and_what_is_off_is_marked(me: Client, advocate: Advocate) -> None:
    full = make_session(
        make_course(advocate.bar), now() + dt.timedelta(days=3), capacity=1, link="https://x.example.kz/"
    )
    register(full, make_advocate(advocate.bar), now=now())
    register(full, advocate, now=now())
    off = place(advocate)
    Session.objects.filter(pk=off.pk).update(state=SessionState.CANCELLED)
    waiting, cancelled = events(address(me)).values()
    assert (waiting["status"], cancelled["status"]) == ("TENTATIVE", "CANCELLED")
    assert "url" not in waiting
    assert waiting["summary"] != full.course.name_ru


def test_what_is_long_over_is_gone(me: Client, advocate: Advocate) -> None:
    place(advocate, days=-100)
    recent = place(advocate, days=-80)
    assert list(events(address(me))) == [f"session-{recent.pk}-{advocate.pk}@localhost"]


def test_it_is_the_calendar_of_one_person(me: Client, advocate: Advocate) -> None:
    other = make_advocate(advocate.bar, user=make_user())
    place(other)
    make_standing(other, "on_track", due_on=dt.date(2999, 12, 31))
    assert events(address(me)) == {}
    browser = Client()
    browser.force_login(other.user)
    assert len(events(address(browser))) == 2


def test_the_address_is_told_once_and_cannot_be_read_again(me: Client, advocate: Advocate) -> None:
    assert me.get(MINE).json() == {"in_use": False, "made_at": None, "last_used_at": None}
    where = address(me)
    secret = where.removeprefix("/calendar/").removesuffix(".ics")
    assert len(secret) >= 43  # 256 bits, six to a letter
    assert me.get(MINE).json()["in_use"]
    assert secret not in me.get(MINE).content.decode()
    assert secret not in str(list(CalendarFeed.objects.values()))


def test_a_new_address_takes_the_old_one_s_place_and_can_be_taken_back(me: Client) -> None:
    first, second = address(me), address(me)
    assert first != second
    assert Client().get(first).status_code == 404
    assert Client().get(second).status_code == 200
    for _ in range(2):
        assert me.delete(MINE).json()["in_use"] is False
    assert Client().get(second).status_code == 404
    assert CalendarFeed.objects.count() == 2


@pytest.mark.parametrize("secret", ["x", "A" * 43, "%D3%98"])
def test_a_guess_finds_nothing_and_writes_nothing(me: Client, secret: str) -> None:
    address(me)
    before = digest()
    assert Client().get(f"/calendar/{secret}.ics").status_code == 404
    assert digest() == before


def test_nothing_is_kept_on_the_way_nor_found_by_a_search(me: Client) -> None:
    answer = Client().get(address(me))
    assert answer["Cache-Control"] == "private, no-store"
    assert answer["X-Robots-Tag"] == "noindex"
    assert not answer.cookies


def test_guessing_is_slowed_down(me: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    client = Client()
    answers = [client.get("/calendar/x.ics") for _ in range(61)]
    assert {answer.status_code for answer in answers[:60]} == {404}
    assert answers[60].status_code == 429
    assert int(answers[60]["Retry-After"]) > 0


def test_that_it_was_used_is_noted_once_an_hour(me: Client) -> None:
    where = address(me)
    Client().get(where)
    noted = me.get(MINE).json()["last_used_at"]
    assert noted is not None
    before = digest()
    Client().get(where)
    assert digest() == before


def test_three_events_cost_as_much_as_one(me: Client, advocate: Advocate) -> None:
    where = address(me)

    def cost() -> int:
        with statements() as sent:
            events(where)
        return len(sent)

    place(advocate)
    cost()
    with_one = cost()
    place(advocate)
    place(advocate)
    assert cost() == with_one <= 5


@pytest.mark.django_db(transaction=True)
def test_of_two_new_addresses_at_once_one_is_in_use() -> None:
    advocate = make_advocate(ruled_bar(code="R-9"), user=make_user())

    def give(_number: int) -> str:
        try:
            return give_address(advocate, now=now())
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        assert len(set(pool.map(give, range(4)))) == 4
    assert CalendarFeed.objects.in_use().count() == 1
