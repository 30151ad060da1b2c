"""Checking in with a phone, and what the bar's staff see of it and do with it."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from advocates.models import Advocate, Bar, RoleKind, User
from cle.core.clock import now
from compliance.services.presence import WRONG_CODES
from compliance.views.own.presence import SEEN_FOR
from courses.attendance import codes
from courses.attendance.codes import poster_code, screen_code
from courses.models import Attendance, AttendanceFile, Entry, PresenceMark, Registration, Session
from courses.queries.presence import How, Kind
from courses.services.presence import mark_presence, switch_poster
from courses.services.sessions import confirm_session
from tests.factories import make_advocate, make_bar, make_course, make_session, make_user

pytestmark = pytest.mark.django_db
HOUR = dt.timedelta(hours=1)


@pytest.fixture
def bar() -> Bar:
    return make_bar("KZ-71", make_bar("KZ"))


@pytest.fixture
def session(bar: Bar) -> Session:
    return make_session(make_course(bar), now() - HOUR)


def advocate_of(bar: Bar, name: str = "Әділова Гүлнар Серікқызы") -> Advocate:
    return make_advocate(bar, name, user=make_user())


def browser(user: User | None) -> Client:
    client = Client()
    if user is not None:
        client.force_login(user)
    return client


def code_of(session: Session) -> str:
    return screen_code(session.pk, now())


def later(monkeypatch: pytest.MonkeyPatch, moment: dt.datetime) -> None:
    monkeypatch.setattr("compliance.views.own.presence.now", lambda: moment)
    monkeypatch.setattr("compliance.views.office.presence.now", lambda: moment)


def test_from_the_camera_to_the_record(session: Session, bar: Bar) -> None:
    person = advocate_of(bar)
    client = browser(person.user)
    url = reverse("here-code", args=[code_of(session)])
    page = client.get(url).content.decode()
    assert person.full_name in page
    assert not PresenceMark.objects.exists(), "opening a page says nothing"
    client.post(url, {"kind": "in"})
    client.post(url, {"kind": "in"})
    assert list(PresenceMark.objects.values_list("advocate", "kind", "how")) == [(person.pk, "in", "screen")]
    assert "provisional" in client.get(reverse("here")).content.decode()
    assert "I am leaving" in client.get(url).content.decode()
    client.post(url, {"kind": "out"})
    assert list(PresenceMark.objects.values_list("kind", flat=True)) == ["in", "out"]
    assert not Attendance.objects.exists()


def test_who_has_to_log_in_first_does_not_lose_the_code(
    session: Session, bar: Bar, monkeypatch: pytest.MonkeyPatch
) -> None:
    person, client = advocate_of(bar), Client()
    seen_at = now()
    url = reverse("here-code", args=[screen_code(session.pk, seen_at)])
    answer = client.get(url)
    assert answer.status_code == 302
    assert answer["Location"].endswith(f"?next={url}")
    later(monkeypatch, seen_at + 3 * dt.timedelta(seconds=codes.STEP))
    client.post(reverse("login"), {"login": person.user.email, "password": "correct horse"})
    assert client.get(url).status_code == 200
    client.post(url, {"kind": "in"})
    assert PresenceMark.objects.count() == 1
    friend = browser(advocate_of(bar, "Омаров Айдар").user)
    assert friend.get(url).status_code == 422, "what one browser has seen is of no use in another"
    later(monkeypatch, seen_at + SEEN_FOR + dt.timedelta(seconds=1))
    assert client.get(url).status_code == 422


def test_typed_by_hand(session: Session, bar: Bar) -> None:
    client, code = browser(advocate_of(bar).user), code_of(session)
    answer = client.post(reverse("here"), {"code": f"{code[:4]} {code[4:]}"})
    assert answer["Location"] == reverse("here-code", args=[code])
    wrong = client.post(reverse("here"), {"code": "12"})
    assert wrong.status_code == 422
    assert "8 or 10 digits" in wrong.content.decode()


def test_guessing_is_stopped_and_then_a_right_code_is_of_no_use(session: Session, bar: Bar) -> None:
    person, code = advocate_of(bar), code_of(session)
    wrong = reverse("here-code", args=[f"{(int(code) + 1) % 10**8:08}"])
    client = browser(person.user)
    statuses = [client.get(wrong).status_code for _ in range(WRONG_CODES + 1)]
    assert statuses == [422] * (WRONG_CODES - 1) + [429] * 2
    assert client.get(reverse("here-code", args=[code])).status_code == 429
    other = browser(advocate_of(bar, "Омаров Айдар").user)
    assert other.get(reverse("here-code", args=[code])).status_code == 200, "the room is not shut for others"


def test_advocates_of_another_bar_are_told_so(session: Session) -> None:
    stranger = advocate_of(make_bar("KZ-75", Bar.objects.get(code="KZ")))
    client, url = browser(stranger.user), reverse("here-code", args=[code_of(session)])
    answer = client.post(url, {"kind": "in"}, follow=True)
    assert "not for advocates of your bar" in answer.content.decode()
    assert not PresenceMark.objects.exists()


def test_what_became_of_it_is_shown(session: Session, bar: Bar) -> None:
    person = advocate_of(bar)
    mark_presence(session, person, Kind.IN, How.SCREEN, now=now())
    client = browser(person.user)
    Attendance.objects.create(
        bar=bar, session=session, advocate=person, seconds=9000, decision="full", credit_percent=100
    )
    confirm_session(_over(session), by=None, now=now())
    page = client.get(reverse("here")).content.decode()
    assert "full credit" in page
    assert "provisional" not in page


@pytest.mark.parametrize("number", [1, 3])
def test_my_presences_cost_the_same(bar: Bar, number: int) -> None:
    person = advocate_of(bar)
    for _ in range(number):
        mark_presence(make_session(make_course(bar), now() - HOUR), person, Kind.IN, How.SCREEN, now=now())
    client = browser(person.user)
    with CaptureQueriesContext(connection) as asked:
        assert client.get(reverse("here")).content.decode().count("provisional:") == number
    assert len(asked) == 6, [query["sql"][:90] for query in asked]


# Staff


@pytest.fixture
def manager(bar: Bar) -> Client:
    return browser(make_user(bar=bar, role=RoleKind.COURSE_MANAGER))


def at(name: str, session: Session, *more: int) -> str:
    return reverse(f"office:{name}", args=[session.bar.code, session.pk, *more])


def test_the_screen_shows_the_code_of_the_moment(session: Session, bar: Bar, manager: Client) -> None:
    mark_presence(session, advocate_of(bar), Kind.IN, How.SCREEN, now=now())
    moment = now()
    page = manager.get(at("presence-screen", session)).content.decode()
    assert any(
        codes.spaced(screen_code(session.pk, when)) in page
        for when in (moment, moment + dt.timedelta(seconds=codes.STEP))
    )
    assert "<svg" in page
    assert "<b>1</b> have checked in" in page
    auditor = browser(make_user(bar=bar, role=RoleKind.AUDITOR))
    assert auditor.get(at("presence", session)).status_code == 200
    assert auditor.get(at("presence-screen", session)).status_code == 404, "codes are not for those who only read"
    assert auditor.get(at("poster", session)).status_code == 404


def test_no_code_before_its_time(bar: Bar, manager: Client) -> None:
    page = manager.get(at("presence-screen", make_session(make_course(bar), now() + HOUR))).content.decode()
    assert "Checking in begins at" in page
    assert 'class="digits"' not in page


def test_a_poster_is_switched_on_printed_used_and_shown_as_weaker(session: Session, bar: Bar, manager: Client) -> None:
    assert "No poster is allowed" in manager.get(at("poster", session)).content.decode()
    manager.post(at("presence", session), {"on": "yes"})
    session.refresh_from_db()
    assert session.poster_since is not None
    code = poster_code(session.pk, session.poster_since)
    assert codes.spaced(code) in manager.get(at("poster", session)).content.decode()
    browser(advocate_of(bar).user).post(reverse("here-code", args=[code]), {"kind": "in"})
    assert PresenceMark.objects.get().how == How.POSTER
    assert "used the poster, which proves less" in manager.get(at("presence", session)).content.decode()
    manager.post(at("presence", session), {"on": "no"})
    session.refresh_from_db()
    assert session.poster_since is None


def test_the_sheet_has_those_with_a_place_in_kazakh_order_and_blank_rows(
    session: Session, bar: Bar, manager: Client
) -> None:
    names = ["Яхина Роза", "Қасымов Ержан", "Әділова Гүлнар", "Кузнецов Пётр"]
    for name in names:
        Registration.objects.create(
            bar=bar, session=session, advocate=make_advocate(bar, name), state="registered", asked_at=now()
        )
    Registration.objects.create(
        bar=bar, session=session, advocate=make_advocate(bar, "Ахметов Н"), state="waiting", asked_at=now()
    )
    page = manager.get(at("sign-in-sheet", session), {"blank": 3}).content.decode()
    found = [page.index(name) for name in ("Әділова", "Кузнецов", "Қасымов", "Яхина")]
    assert found == sorted(found)
    assert "Ахметов" not in page
    assert page.count('class="hand"') == 4 + 3


def _over(session: Session) -> Session:
    start = now() - 3 * HOUR
    Session.objects.filter(pk=session.pk).update(starts_at=start, ends_at=start + 2 * HOUR)
    session.refresh_from_db()
    return session


def test_taking_over_is_previewed_and_done_by_a_person(session: Session, bar: Bar, manager: Client) -> None:
    over = _over(session)
    stayed, left = advocate_of(bar), advocate_of(bar, "Омаров Айдар")
    for person in (stayed, left):
        mark_presence(over, person, Kind.IN, How.SCREEN, now=over.starts_at)
    mark_presence(over, left, Kind.OUT, How.SCREEN, now=over.starts_at + 30 * dt.timedelta(minutes=1))
    answer = manager.post(at("presence-take-over", over), {"count_open": "yes"})
    file = AttendanceFile.objects.get()
    assert answer["Location"] == at("presence-taken", over, file.pk)
    page = manager.get(answer["Location"]).content.decode()
    assert "Did not check out" in page
    assert "Record 2 attendances" in page
    assert not Attendance.objects.exists()
    manager.post(answer["Location"], {"do": "apply"})
    assert dict(Attendance.objects.values_list("advocate", "decision")) == {stayed.pk: "full", left.pk: "none"}
    assert not Entry.objects.exists(), "credit waits for the session to be confirmed"
    assert "Applied" in manager.get(answer["Location"]).content.decode()


def test_putting_it_aside(session: Session, bar: Bar, manager: Client) -> None:
    over = _over(session)
    mark_presence(over, advocate_of(bar), Kind.IN, How.SCREEN, now=over.starts_at)
    where = manager.post(at("presence-take-over", over), {"count_open": "yes"})["Location"]
    manager.post(where, {"do": "discard"})
    assert AttendanceFile.objects.get().state == "discarded"
    answer = manager.post(where, {"do": "apply"}, follow=True)
    assert "discarded" in answer.content.decode()
    assert not Attendance.objects.exists()


def test_an_uploaded_file_is_never_read_as_presences(session: Session, bar: Bar, manager: Client) -> None:
    """The address of a preview shows what was made of codes, and no report from elsewhere."""
    file = AttendanceFile.objects.create(
        bar=bar, session=session, source="list", time_zone="UTC", file_name="presence.csv", sha256="0" * 64,
        content=b"x", plan_sha256="0" * 64, rows=1, ambiguous=1,
    )  # fmt: skip
    assert manager.get(at("presence-taken", session, file.pk)).status_code == 404


@pytest.mark.parametrize("number", [1, 3])
def test_staff_pages_cost_the_same(session: Session, bar: Bar, manager: Client, number: int) -> None:
    over = _over(session)
    for position in range(number):
        person = advocate_of(bar, f"Омаров Айдар {position}")
        mark_presence(over, person, Kind.IN, How.SCREEN, now=over.starts_at)
        Registration.objects.create(bar=bar, session=over, advocate=person, state="registered", asked_at=now())
    switch_poster(over, True, now=now())
    where = manager.post(at("presence-take-over", over), {"count_open": "yes"})["Location"]
    pages: dict[str, Any] = {
        at("presence", over): None,
        at("presence-screen", over): None,
        at("poster", over): None,
        at("sign-in-sheet", over): None,
        at("presence-take-over", over): None,
        where: None,
    }
    for page in pages:
        with CaptureQueriesContext(connection) as asked:
            assert manager.get(page).status_code == 200
        pages[page] = len(asked)
    assert list(pages.values()) == [9, 7, 6, 7, 8, 11]
