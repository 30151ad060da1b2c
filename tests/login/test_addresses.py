"""The e-mail of an account is put right by an administrator: from then on it alone opens the account."""

from __future__ import annotations

import pytest
from django.core import mail
from django.test import Client

from advocates.models import Bar, RoleKind, User
from tests.factories import make_user
from tests.login.test_login import reset_address

PASSWORD = "four quiet grey rivers"


def corrected(bar: Bar, user: User, email: str) -> None:
    office = Client()
    office.force_login(make_user(bar=bar, role=RoleKind.BAR_ADMIN))
    given = {"email": email, "language": "en", "is_active": "on", "roles-TOTAL_FORMS": 0, "roles-INITIAL_FORMS": 0}
    assert office.post(f"/admin/advocates/user/{user.pk}/change/", given).status_code == 302


def opens(email: str) -> bool:
    return Client().post("/login/", {"login": email, "password": PASSWORD}).status_code == 302


@pytest.fixture
def invited(bar: Bar) -> User:
    return make_user("old@mail.example.kz", bar=bar)


@pytest.mark.usefixtures("posted")
def test_the_address_before_opens_nothing_and_is_written_to_no_more(browser: Client, bar: Bar, invited: User) -> None:
    browser.post("/password/reset/", {"email": invited.email})
    where = browser.get(reset_address(), follow=True).redirect_chain[-1][0]
    browser.post(where, {"password1": PASSWORD, "password2": PASSWORD})
    assert opens("old@mail.example.kz")
    corrected(bar, invited, "new@mail.example.kz")
    assert (opens("old@mail.example.kz"), opens("new@mail.example.kz")) == (False, True)
    mail.outbox.clear()
    for email in ("old@mail.example.kz", "new@mail.example.kz"):
        browser.post("/password/reset/", {"email": email})
    assert [letter.to for letter in mail.outbox] == [["new@mail.example.kz"]]


def test_capitals_keep_nobody_out(bar: Bar, invited: User) -> None:
    invited.set_password(PASSWORD)
    invited.save()
    corrected(bar, invited, "New@Mail.Example.kz")
    assert opens("New@Mail.Example.kz")
    assert opens("new@mail.example.kz")
