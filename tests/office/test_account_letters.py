"""Letters about accounts, in the office: who was told and when, who has never logged in, and all these at once."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.test import Client

from advocates.models import Advocate, Bar, RoleKind, User
from cle.core.clock import now
from compliance.models import Notice
from compliance.services.notices import open_and_tell, send_due
from tests.factories import make_advocate, make_bar, make_user
from tests.office.pages import hidden, statements, text_of
from tests.office.people import browser_of
from tests.plugins.smtp import Sink

pytestmark = pytest.mark.django_db
PAGE = "/office/R-1/advocates/access/letters/"


@pytest.fixture(autouse=True)
def second_wall(settings: Any) -> None:
    settings.SECOND_WALL = True


def holder(bar: Bar, name: str, *, seen: dt.datetime | None = None, **fields: Any) -> Advocate:
    user = make_user(last_login=seen)
    return make_advocate(bar, name, user=user, email=user.email, **fields)


def names(answer: Any) -> list[str]:
    return [line["person"].full_name for line in answer.context["lines"]]


def test_who_was_told_and_when_and_who_was_here(officer: Client, bar: Bar, smtp: Sink) -> None:
    holder(bar, "Аман Ерлан")
    holder(bar, "Бек Дана", seen=dt.datetime(2026, 3, 2, tzinfo=dt.UTC))
    make_advocate(bar, "Ким Олег")
    open_and_tell(bar, now().date(), now=now())
    smtp.recipient = "550 5.1.1 No such user"
    send_due(now=now(), limit=10)
    make_advocate(bar, "Ли Ира")
    make_advocate(make_bar("R-2", bar.parent), "Чужая Анна", user=make_user())
    answer = officer.get(PAGE)
    said = text_of(answer)
    assert names(answer) == ["Аман Ерлан", "Ким Олег"]
    assert "2 advocates have an account and have never logged in." in said
    assert "not written to" in said
    assert "failed" in said
    assert f"/office/R-1/notices/{Notice.objects.get().pk}/" in answer.content.decode()
    every = officer.get(PAGE + "?who=all")
    assert names(every) == ["Аман Ерлан", "Бек Дана", "Ким Олег"]
    assert "02.03.2026" in text_of(every) or "03/02/2026" in text_of(every)
    assert names(officer.get(PAGE + "?who=all&name=бек")) == ["Бек Дана"]
    assert PAGE in officer.get("/office/R-1/advocates/access/").content.decode()


def test_all_who_never_logged_in_are_written_to_after_a_preview(officer: Client, bar: Bar, smtp: Sink) -> None:
    for language in ("ru", "kk"):
        holder(bar, f"Новый {language}", language=language)
    holder(bar, "Бек Дана", seen=now())
    preview = officer.post(PAGE)
    said = text_of(preview)
    assert "Write to 2 advocates?" in said
    assert "открыла для вас учётную запись" in said
    assert "сізге тіркелгі ашты" in said
    assert not Notice.objects.exists()
    given = {"step": "confirm", "basis": hidden(preview, "basis")}
    assert "2 letters are on their way." in text_of(officer.post(PAGE, given, follow=True))
    assert "Things have changed since the preview" in text_of(officer.post(PAGE, given, follow=True))
    assert send_due(now=now(), limit=10).sent == 2
    assert len(smtp.messages) == 2
    assert "Write to 2 of them" in text_of(officer.get(PAGE))
    User.objects.filter(advocate__language="ru").update(last_login=now())
    assert "Write to 1 of them" in text_of(officer.get(PAGE))


def test_who_cannot_be_written_to_is_named_with_the_reason(officer: Client, bar: Bar) -> None:
    holder(bar, "Аман Ерлан")
    Advocate.objects.update(email="another@mail.example.kz")
    said = text_of(officer.get(PAGE))
    assert "The roll has another address than the account" in said
    assert "There is nobody to whom a letter can go now." in said
    assert "There is nobody to whom a letter can go now." in text_of(officer.post(PAGE))


def test_the_page_asks_as_often_for_many(officer: Client, bar: Bar) -> None:
    holder(bar, "Аман Ерлан")
    make_advocate(bar)
    open_and_tell(bar, now().date(), now=now())
    with_two = statements(officer, PAGE)
    for _ in range(3):
        holder(bar, "Бек Дана")
        make_advocate(bar)
    open_and_tell(bar, now().date(), now=now())
    assert statements(officer, PAGE) == with_two


@pytest.mark.parametrize("role", [RoleKind.COMPLIANCE_OFFICER, RoleKind.AUDITOR, RoleKind.COURSE_MANAGER])
def test_it_is_for_those_who_keep_the_roll(bar: Bar, role: RoleKind) -> None:
    holder(bar, "Аман Ерлан")
    browser = browser_of(bar, role)
    assert browser.get(PAGE).status_code == 404
    assert browser.post(PAGE, {"step": "confirm"}).status_code == 404
    assert not Notice.objects.exists()
