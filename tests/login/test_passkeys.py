"""Somebody's passkeys are theirs alone. How passkeys are made and used is for a browser: tests/browser."""

from __future__ import annotations

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client

from advocates.models import User
from tests.factories import make_user
from tests.login.test_login import log_in

pytestmark = pytest.mark.django_db


def passkey_of(user: User) -> Authenticator:
    return Authenticator.objects.create(user=user, type="webauthn", data={"name": "Key", "credential": {}})


@pytest.mark.parametrize("page", ["", "remove/"])
@pytest.mark.parametrize("method", ["get", "post"])
def test_a_passkey_of_somebody_else_is_not_there(browser: Client, advocate: User, page: str, method: str) -> None:
    theirs = passkey_of(make_user())
    log_in(browser, advocate)
    address = f"/security/passkeys/{theirs.pk}/{page}"
    assert getattr(browser, method)(address, {"name": "Mine"}).status_code == 404
    theirs.refresh_from_db()
    assert theirs.data["name"] == "Key"


def test_one_s_own_is_listed_renamed_and_removed(browser: Client, advocate: User) -> None:
    mine = passkey_of(advocate)
    theirs = passkey_of(make_user())
    User.objects.filter(pk=advocate.pk).update(language="en")
    log_in(browser, advocate)
    # Logged in as far as the second step; for the pages themselves that is not enough.
    assert browser.get("/security/passkeys/").status_code == 302
    Authenticator.objects.filter(pk=mine.pk).delete()
    browser.post("/logout/")
    log_in(browser, advocate)
    mine = passkey_of(advocate)
    assert "Key" in browser.get("/security/passkeys/").content.decode()
    assert browser.get(f"/security/passkeys/{mine.pk}/").status_code == 200
    assert browser.post(f"/security/passkeys/{mine.pk}/", {"name": "Phone"}).status_code == 302
    assert "Phone" in browser.get("/security/passkeys/").content.decode()
    assert "Phone" in browser.get(f"/security/passkeys/{mine.pk}/remove/").content.decode()
    assert browser.post(f"/security/passkeys/{mine.pk}/remove/").status_code == 302
    assert list(Authenticator.objects.all()) == [theirs]
