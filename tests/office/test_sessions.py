"""Sessions in the office: planned, called off with the people named, places given, and the attendance confirmed."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from advocates.models import RoleKind
from cle.core.clock import now
from courses.models import Entry, Registration, Session
from courses.services.sessions import register
from tests.factories import make_advocate, make_attendance, make_bar, make_session, make_user
from tests.office.taught import Taught, coming, logged_in, taught, text_of

pytestmark = pytest.mark.django_db
URL = "/office/KZ-71/sessions/"


@pytest.fixture
def there() -> Taught:
    return taught()


@pytest.fixture
def office(there: Taught) -> Client:
    return logged_in(there.manager)


def test_a_session_is_planned_in_the_bar_s_own_time(office: Client, there: Taught) -> None:
    url = f"/office/KZ-71/courses/{there.course.pk}/sessions/new/"
    sent = {"starts_at": "2026-12-01T10:00", "ends_at": "2026-12-01T13:00", "language": "kk", "capacity": "20"}
    assert office.post(url, {**sent, "ends_at": "2026-12-01T09:00"}).status_code == 422
    assert office.post(url, sent).status_code == 302
    made = Session.objects.latest("pk")
    assert (made.starts_at.isoformat(), made.capacity) == ("2026-12-01T05:00:00+00:00", 20)
    assert 'value="2026-12-01T10:00"' in text_of(office.get(f"{URL}{made.pk}/edit/"))
    office.post(f"{URL}{made.pk}/edit/", {**sent, "place": "Алматы"})
    made.refresh_from_db()
    assert made.place == "Алматы"


def test_a_day_without_accreditation_is_refused_in_words(office: Client, there: Taught) -> None:
    url = f"/office/KZ-71/courses/{there.course.pk}/sessions/new/"
    sent = {"starts_at": "2020-12-01T10:00", "ends_at": "2020-12-01T13:00", "language": "kk"}
    assert "not accredited on the day of the session" in text_of(office.post(url, sent, follow=True))


def test_calling_off_says_first_how_many_are_touched(office: Client, there: Taught) -> None:
    session = coming(there.course, capacity=1)
    for person in (there.maria, there.askar):
        register(session, person, now=now())
    page = text_of(office.get(f"{URL}{session.pk}/cancel/"))
    assert "1 advocate has a place. 1 waits for one." in page
    assert office.post(f"{URL}{session.pk}/cancel/", {"reason": " "}).status_code == 422
    office.post(f"{URL}{session.pk}/cancel/", {"reason": "The speaker is ill."})
    session.refresh_from_db()
    assert (session.state, session.cancel_reason) == ("cancelled", "The speaker is ill.")


class TestPlaces:
    def test_somebody_is_found_by_name_in_either_script_and_by_licence(self, office: Client, there: Taught) -> None:
        session = coming(there.course)
        for text in ("Озёрн", "ozern", there.maria.licence_number):
            page = office.get(f"{URL}{session.pk}/places/", {"q": text})
            assert there.maria in page.context["found"], text
        assert office.get(f"{URL}{session.pk}/places/").context["found"] == []

    def test_a_place_is_given_and_given_up_and_the_next_moves_up(self, office: Client, there: Taught) -> None:
        session = coming(there.course, capacity=1)
        url = f"{URL}{session.pk}/places/"
        for person in (there.maria, there.askar):
            office.post(url, {"advocate": person.pk})
        place, waiting = Registration.objects.order_by("pk")
        assert (place.state, waiting.state) == ("registered", "waiting")
        answer = office.post(f"{url}{place.pk}/cancel/", follow=True)
        assert "moves up from the waiting list" in text_of(answer)
        waiting.refresh_from_db()
        assert waiting.state == "registered"

    def test_nobody_of_another_bar_gets_one(self, office: Client, there: Taught) -> None:
        stranger = make_advocate(make_bar("KZ-75", there.bar.parent))
        answer = office.post(f"{URL}{coming(there.course).pk}/places/", {"advocate": stranger.pk})
        assert answer.status_code == 422
        assert not Registration.objects.exists()


class TestConfirming:
    def test_names_the_count_and_posts_the_credit(self, office: Client, there: Taught) -> None:
        make_attendance(there.session, there.maria)
        make_attendance(there.session, there.askar, 0)
        url = f"{URL}{there.session.pk}/confirm/"
        assert "Confirm and post the credit of 1 person" in text_of(office.get(url))
        answer = office.post(url, {"count": 1}, follow=True)
        assert "1 entry of credit is posted" in text_of(answer)
        assert Entry.objects.get().minutes == 180

    def test_another_count_than_was_shown_posts_nothing(self, office: Client, there: Taught) -> None:
        make_attendance(there.session, there.maria)
        answer = office.post(f"{URL}{there.session.pk}/confirm/", {"count": 2}, follow=True)
        assert "Meanwhile something has changed" in text_of(answer)
        assert not Entry.objects.exists()


class TestList:
    def test_stages(self, office: Client, there: Taught) -> None:
        next_one = coming(there.course)
        off = coming(there.course, state="cancelled", cancelled_at=now(), cancel_reason="ill")
        done = make_session(there.course, state="confirmed", confirmed_at=now())
        for stage, found in (
            ("", [next_one]), ("confirm", [there.session]), ("past", [done, there.session]), ("cancelled", [off])
        ):  # fmt: skip
            rows = office.get(URL, {"when": stage} if stage else {}).context["rows"]
            assert sorted(row.pk for row in rows) == sorted(row.pk for row in found), stage

    def test_costs_the_same_for_any_number(self, office: Client, there: Taught) -> None:
        office.get(URL, {"when": "confirm"})
        for _ in range(2):
            with CaptureQueriesContext(connection) as seen:
                assert office.get(URL, {"when": "confirm"}).status_code == 200
            assert len(seen) == 9, [query["sql"][:80] for query in seen]
            make_session(there.course)
            make_session(there.course)


def test_who_may_read_no_attendance_sees_no_people(there: Taught) -> None:
    reviewer = logged_in(make_user(bar=there.bar, role=RoleKind.REVIEWER))
    page = text_of(reviewer.get(f"{URL}{there.session.pk}/"))
    assert "/places/" not in page
    assert "/attendance/" not in page
    assert reviewer.get(f"{URL}{there.session.pk}/places/").status_code == 404
