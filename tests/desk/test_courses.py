"""The catalogue of an advocate: what is in it, places and waiting lists, the way to finish, and what if."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from advocates.models import Advocate, Bar
from cle.core.clock import local_date
from compliance.services.finishing import finish_of
from courses.models import CourseState, DeliveryFormat, Registration, Session, SessionState
from courses.services.accreditation import end_accreditation
from courses.services.sessions import register
from tests.compliance.rows import ruled_bar
from tests.factories import give_credit, make_advocate, make_attendance, make_bar, make_course, make_session, make_user

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


def now() -> dt.datetime:
    return timezone.now()


@pytest.fixture
def bar() -> Bar:
    return ruled_bar(contact="bar@example.kz")


@pytest.fixture
def advocate(bar: Bar) -> Advocate:
    return make_advocate(bar, "Сәрсенова Әлия", user=make_user("own@mail.example.kz"))


@pytest.fixture
def own(client: Client, advocate: Advocate) -> Client:
    client.force_login(advocate.user)
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    return client


def coming(bar: Bar, minutes: dict[str, int] | None = None, days: float = 1, **fields: Any) -> Session:
    """Of a course of its own; by default tomorrow, of three hours of law."""
    of_course = {name: fields.pop(name) for name in ("format", "state", "accredited_until") if name in fields}
    return make_session(make_course(bar, minutes, **of_course), now() + DAY * days, **fields)


def text_of(client: Client, path: str, status: int = 200) -> str:
    response = client.get(path)
    assert response.status_code == status
    return " ".join(response.content.decode().split())


def names(client: Client, query: str = "") -> list[str]:
    return [str(one.session.course) for one in client.get(f"/my/courses/{query}").context["shown"]]


def test_the_catalogue_holds_what_can_be_attended(own: Client, bar: Bar) -> None:
    later, sooner = coming(bar, days=5), coming(bar, days=2)
    coming(bar, days=-1)
    coming(bar, state=CourseState.WITHDRAWN)
    make_session(later.course, now() + DAY, state=SessionState.CANCELLED)
    coming(bar, accredited_until=dt.date(2025, 1, 1))
    coming(make_bar())
    assert names(own) == [str(sooner.course), str(later.course)]


def test_of_a_session_without_accreditation_no_place_is_offered_and_who_has_one_is_told(
    own: Client, bar: Bar, advocate: Advocate
) -> None:
    session, told = coming(bar), "no credit can be posted"
    address = f"/my/courses/{session.pk}/"
    assert 'value="register"' in text_of(own, address)
    assert told not in text_of(own, address)
    register(session, advocate, now=now())
    today = local_date(now(), bar.time_zone)
    end_accreditation(session.course, today, by=make_user(), now=now(), reason="No longer taught as approved.")
    assert told in text_of(own, address)
    own.post(address, {"act": "give_up"})
    assert 'value="register"' not in text_of(own, address)


def test_sessions_of_the_bar_above_are_open_too(client: Client) -> None:
    national = ruled_bar(code="KZ")
    region = make_bar(parent=national)
    client.force_login(make_advocate(region, user=make_user()).user)
    session = coming(national)
    assert [one.session for one in client.get("/my/courses/").context["shown"]] == [session]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("?category=ethics", {"ethics"}),
        ("?format=recorded", {"recorded"}),
        ("?language=kk", {"kazakh"}),
        ("?place=astana", {"there"}),
        ("?from={in_5}", {"late"}),
        ("?to={in_5}", {"ethics", "recorded", "kazakh", "there"}),
        ("?category=ethics&language=kk", set()),
        ("?category=nonsense", {"ethics", "recorded", "kazakh", "there", "late"}),
    ],
)
def test_filters(own: Client, bar: Bar, query: str, found: set[str]) -> None:
    sessions = {
        "ethics": coming(bar, {"ethics": 90}),
        "recorded": coming(bar, format=DeliveryFormat.RECORDED),
        "kazakh": coming(bar, language="kk"),
        "there": coming(bar, place="Astana, Abai 1"),
        "late": coming(bar, days=9),
    }
    query = query.format(in_5=(now() + 5 * DAY).date().isoformat())
    shown = {one.session for one in own.get(f"/my/courses/{query}").context["shown"]}
    assert shown == {sessions[name] for name in found}


def test_an_empty_catalogue_says_what_to_do(own: Client) -> None:
    assert "No course is coming up." in text_of(own, "/my/courses/")
    assert "Take a filter away" in text_of(own, "/my/courses/?place=nowhere")


def test_a_place_is_taken_and_given_up(own: Client, bar: Bar, advocate: Advocate) -> None:
    session = coming(bar, capacity=2, link="https://meet.example/1", format=DeliveryFormat.LIVE_ONLINE)
    path = f"/my/courses/{session.pk}/"
    assert "2 places left" in text_of(own, path)
    assert "meet.example" not in text_of(own, path)
    assert own.post(path, {"act": "register"})["Location"] == path
    assert advocate.registrations.get().state == Registration.State.REGISTERED
    text = text_of(own, path)
    assert "You have a place" in text
    assert "meet.example" in text
    assert str(session.course) in text_of(own, "/")
    own.post(path, {"act": "give_up"})
    assert advocate.registrations.get().state == Registration.State.CANCELLED
    assert "2 places left" in text_of(own, path)
    assert "My next courses" not in text_of(own, "/")


def test_a_full_session_has_a_waiting_list(own: Client, bar: Bar, advocate: Advocate) -> None:
    session = coming(bar, capacity=1)
    first, second = make_advocate(bar), make_advocate(bar)
    register(session, first, now=now())
    register(session, second, now=now())
    path = f"/my/courses/{session.pk}/"
    assert "Join the waiting list" in text_of(own, "/my/courses/")
    assert "You are on the waiting list." in " ".join(
        own.post(path, {"act": "register"}, follow=True).content.decode().split()
    )
    assert "Waiting list: number 2" in text_of(own, path)
    assert "Waiting list: number 2" in text_of(own, "/")


def test_what_has_begun_is_closed(own: Client, bar: Bar, advocate: Advocate) -> None:
    session = coming(bar, days=-0.01)
    path = f"/my/courses/{session.pk}/"
    assert "Registration for this session is closed." in text_of(own, path)
    own.post(path, {"act": "register"})
    assert not advocate.registrations.exists()


def test_a_session_that_was_called_off_says_why(own: Client, bar: Bar, advocate: Advocate) -> None:
    session = coming(bar)
    register(session, advocate, now=now())
    Session.objects.filter(pk=session.pk).update(
        state="cancelled", cancelled_at=now(), cancel_reason="The hall is flooded"
    )
    assert "Called off" in text_of(own, "/")
    assert "The hall is flooded" in text_of(own, f"/my/courses/{session.pk}/")


def test_a_session_of_another_bar_is_not_there(own: Client, advocate: Advocate) -> None:
    session = coming(make_bar())
    assert own.get(f"/my/courses/{session.pk}/").status_code == 404
    assert own.post(f"/my/courses/{session.pk}/", {"act": "register"}).status_code == 404
    assert not Registration.objects.exists()


def test_a_session_as_a_file_for_the_calendar(own: Client, bar: Bar, advocate: Advocate) -> None:
    session = coming(bar, place="Hall 1")
    path = f"/my/courses/{session.pk}.ics"
    assert own.get(path).status_code == 404
    register(session, advocate, now=now())
    response = own.get(path)
    assert response["Content-Type"].startswith("text/calendar")
    assert b"LOCATION:Hall 1" in response.content
    assert response.content.count(b"BEGIN:VEVENT") == 1


# --- the shortest way to finish --------------------------------------------------------------------------------------


def finish(client: Client) -> tuple[list[Session], Any]:
    context = client.get("/my/finish/").context
    return [one.session for one in context["shown"]], context["finish"]


def nearly(advocate: Advocate, law: int = 630, ethics: int = 0) -> None:
    """Of 720 minutes, 90 of them of ethics, that each year asks for: the year before has them all."""
    year = now().year
    for start, earned in ((year - 1, {"law": 630, "ethics": 90}), (year, {"law": law, "ethics": ethics})):
        for category, minutes in earned.items():
            if minutes:
                give_credit(advocate, minutes, dt.date(start, 1, 1), category)


def this_year(session: Session) -> bool:
    return session.starts_at.year == now().year


def test_the_one_session_that_is_enough(own: Client, bar: Bar, advocate: Advocate) -> None:
    nearly(advocate)
    coming(bar, {"law": 360}, days=0.1)
    ethics = coming(bar, {"ethics": 90}, days=0.2)
    if not this_year(ethics):
        pytest.skip("nothing comes this year any more")
    sessions, found = finish(own)
    assert sessions == [ethics]
    assert (found.way.missing, found.way.shortest) == (0, True)
    text = text_of(own, "/my/finish/")
    assert "1 course is enough" in text
    assert "Register" in text


def test_no_set_is_enough_and_it_is_said(own: Client, bar: Bar, advocate: Advocate) -> None:
    nearly(advocate, law=0)
    session = coming(bar, {"law": 90}, days=0.1)
    if not this_year(session):
        pytest.skip("nothing comes this year any more")
    sessions, found = finish(own)
    assert sessions == [session]
    assert found.way.missing == 630
    assert "No set of the courses listed now is enough: 14 h would still be missing." in text_of(own, "/my/finish/")


def test_nothing_helps_and_it_is_said(own: Client, advocate: Advocate) -> None:
    nearly(advocate)
    assert "No coming course helps with what is missing." in text_of(own, "/my/finish/")


def test_a_place_that_is_held_counts_already(own: Client, bar: Bar, advocate: Advocate) -> None:
    nearly(advocate)
    session = coming(bar, {"ethics": 90}, days=0.1)
    if not this_year(session):
        pytest.skip("nothing comes this year any more")
    register(session, advocate, now=now())
    context = own.get("/my/finish/").context
    assert context["finish"].period.missing == 0
    assert [one.session for one in context["planned"]] == [session]


@pytest.mark.parametrize(("length", "missing"), [(1, 0), (3, 90)])
def test_what_ends_in_the_next_period_does_not_complete_this_one(
    bar: Bar, advocate: Advocate, length: int, missing: int
) -> None:
    begin = dt.datetime(2026, 12, 30, 5, 0, tzinfo=dt.UTC)
    give_credit(advocate, 630, begin.date() - 30 * DAY)
    session = make_session(make_course(bar, {"ethics": 90}), begin, minutes=length * 24 * 60)
    asked = begin - 10 * DAY
    register(session, advocate, now=asked)
    found = finish_of(advocate, asked, asked.date())
    assert found is not None
    assert (found.planned, found.period.missing) == ((session,), missing)


def test_what_is_full_or_was_attended_is_not_proposed(own: Client, bar: Bar, advocate: Advocate) -> None:
    nearly(advocate)
    full = coming(bar, {"ethics": 90}, days=0.1, capacity=1)
    register(full, make_advocate(bar), now=now())
    again = coming(bar, {"ethics": 90}, days=0.1)
    make_attendance(make_session(again.course), advocate)
    sessions, found = finish(own)
    assert (sessions, found.offered) == ([], 0)


def test_there_is_nothing_to_finish_without_rules(client: Client) -> None:
    client.force_login(make_advocate(make_bar(), user=make_user()).user)
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    assert "There is nothing to finish now." in text_of(client, "/my/finish/")


# --- what if ---------------------------------------------------------------------------------------------------------


def figures(client: Client, query: str) -> dict[str, tuple[int, int]]:
    """Of the newest period, by requirement: minutes counted now and then."""
    context = client.get(f"/my/what-if/?{query}").context
    return {each.then.code: (each.now.counted, each.then.counted) for each in context["result"][0].changes}


def test_planned_courses_are_tried(own: Client, advocate: Advocate) -> None:
    nearly(advocate, law=60)
    day = now().date().isoformat()
    query = f"course1-category=ethics&course1-format=in_person&course1-on={day}&course1-minutes=90"
    make_course(advocate.bar, {"ethics": 1})
    assert figures(own, query) == {"total": (60, 150), "ethics": (0, 90)}
    assert "Nothing was changed." in text_of(own, f"/my/what-if/?{query}")
    assert advocate.entries.filter(earned_on__year=now().year).count() == 1


def test_a_session_of_the_catalogue_is_tried(own: Client, bar: Bar, advocate: Advocate) -> None:
    nearly(advocate, law=60)
    session = coming(bar, {"law": 90, "ethics": 45}, days=0.01)
    if not this_year(session):
        pytest.skip("nothing comes this year any more")
    assert figures(own, f"sessions={session.pk}") == {"total": (60, 195), "ethics": (0, 45)}


def test_a_change_of_status_is_tried(own: Client, advocate: Advocate) -> None:
    nearly(advocate)
    year = now().year
    context = own.get(f"/my/what-if/?status=suspended_own&since={year}-01-02").context
    then = context["result"][0].changes[0].then
    assert then.required < 720
    assert not advocate.statuses.exclude(status="active").exists()


@pytest.mark.parametrize(
    "query", ["course1-category=law", "status=suspended_own", "sessions=99999", "course2-minutes=0", "since=soon"]
)
def test_what_cannot_be_tried_is_said(own: Client, bar: Bar, query: str) -> None:
    make_course(bar)
    assert "Something needs another look:" in text_of(own, f"/my/what-if/?{query}", 422)


def test_a_place_that_is_held_is_ticked(own: Client, bar: Bar, advocate: Advocate) -> None:
    session = coming(bar)
    register(session, advocate, now=now())
    assert f'value="{session.pk}" id="id_sessions_0" checked' in text_of(own, "/my/what-if/")


# --- one price, whatever the number of rows --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "price"), [("/my/courses/", 14), ("/my/finish/", 20), ("/my/what-if/", 15), ("/", 13)]
)
def test_three_sessions_cost_as_much_as_one(own: Client, bar: Bar, advocate: Advocate, path: str, price: int) -> None:
    def statements() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert own.get(path).status_code == 200
        return len(queries)

    nearly(advocate, law=0)
    register(coming(bar, days=0.2), advocate, now=now())
    coming(bar, {"law": 90, "ethics": 90}, days=0.3)
    statements()
    with_one = statements()
    for number in range(2):
        register(coming(bar, days=0.2), advocate, now=now())
        coming(bar, {"law": 90, "ethics": 90 + number}, days=0.3)
    assert statements() == with_one
    assert with_one <= price
