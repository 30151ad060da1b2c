"""The second factor: set up, asked for, guarded, and needed by staff before anything of a bar opens."""

from __future__ import annotations

import re
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from cryptography.fernet import InvalidToken
from django.core import mail
from django.core.cache import cache
from django.core.management import CommandError, call_command
from django.test import Client

from advocates.access import Action
from advocates.models import Bar, Role, User
from tests.api.test_me import problem
from tests.api.test_tokens import code, program, token_for
from tests.login.codes import code_of, kept_secret_of, with_app
from tests.login.test_login import log_in, who

pytestmark = pytest.mark.django_db
OFFICE = ["/admin/", "/admin/advocates/advocate/", "/certificates/ABC.pdf"]


def set_up(browser: Client) -> str:
    """An app for codes through the pages; returns its secret."""
    page = browser.get("/security/codes/").content.decode()
    secret = re.search(r'class="secret">(\w+)<', page)
    assert secret
    answer = browser.post("/security/codes/", {"code": code_of(secret[1])})
    assert answer.headers["Location"] == "/security/recovery/"
    return secret[1]


@pytest.mark.usefixtures("posted")
def test_an_app_is_set_up_with_recovery_codes_and_asked_for_from_then_on(browser: Client, advocate: User) -> None:
    User.objects.update(language="en")
    log_in(browser, advocate)
    secret = set_up(browser)
    assert kept_secret_of(advocate) == secret
    codes = re.findall(r"<code>(\d{8})</code>", browser.get("/security/recovery/").content.decode())
    assert len(set(codes)) == 10
    assert codes == browser.get("/security/recovery/file/").content.decode().split()
    assert [letter.subject for letter in mail.outbox] == ["An app for codes was added"]
    browser.post("/logout/")
    cache.clear()  # the half minute in which the same code is not taken twice
    assert log_in(browser, advocate).headers["Location"] == "/login/second/"
    assert not who(browser)
    assert browser.post("/login/second/", {"code": "000000"}).status_code == 200
    assert not who(browser)
    assert browser.post("/login/second/", {"code": code_of(secret)}).headers["Location"] == "/"
    assert who(browser) == str(advocate.pk)


def test_a_recovery_code_works_once(browser: Client, advocate: User) -> None:
    log_in(browser, advocate)
    set_up(browser)
    (recovery, *_) = re.findall(r"<code>(\d{8})</code>", browser.get("/security/recovery/").content.decode())
    for status in (302, 200):
        browser.post("/logout/")
        log_in(browser, advocate)
        assert browser.post("/login/second/", {"code": recovery}).status_code == status


def test_a_code_is_not_taken_twice(browser: Client, advocate: User) -> None:
    secret = with_app(advocate)
    log_in(browser, advocate)
    used = code_of(secret)
    assert browser.post("/login/second/", {"code": used}).status_code == 302
    browser.post("/logout/")
    log_in(browser, advocate)
    assert browser.post("/login/second/", {"code": used}).status_code == 200


def test_a_code_of_the_next_half_minute_is_taken_and_no_others(browser: Client, advocate: User) -> None:
    """So that nobody is turned away who types while the code runs out, or whose phone's clock is a little off."""
    secret = with_app(advocate)
    log_in(browser, advocate)
    for steps, status in ((-2, 200), (3, 200), (1, 302)):
        assert browser.post("/login/second/", {"code": code_of(secret, steps)}).status_code == status


def test_guessing_codes_is_stopped(browser: Client, advocate: User) -> None:
    secret = with_app(advocate)
    log_in(browser, advocate)
    for number in range(5):
        assert browser.post("/login/second/", {"code": f"00000{number}"}).status_code == 200
    answer = browser.post("/login/second/", {"code": code_of(secret)})
    assert answer.status_code == 429
    assert answer["Retry-After"] == "300"
    assert not who(browser)


def test_secrets_are_encrypted_where_they_are_kept(browser: Client, advocate: User, settings: Any) -> None:
    log_in(browser, advocate)
    secret = set_up(browser)
    recovery = Authenticator.objects.get(type="recovery_codes").data
    assert secret not in str(Authenticator.objects.get(type="totp").data)
    assert len(recovery["seed"]) > 100
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "another key", [settings.SECRET_KEY]
    assert kept_secret_of(advocate) == secret
    settings.SECRET_KEY_FALLBACKS = []
    with pytest.raises(InvalidToken):
        kept_secret_of(advocate)


def test_after_a_while_whoever_changes_the_factors_confirms_who_they_are(
    browser: Client, advocate: User, settings: Any
) -> None:
    log_in(browser, advocate)
    assert browser.get("/security/codes/").status_code == 200
    settings.ACCOUNT_REAUTHENTICATION_TIMEOUT = -1
    answer = browser.get("/security/codes/")
    assert answer.headers["Location"] == "/security/confirm/?next=%2Fsecurity%2Fcodes%2F"
    settings.ACCOUNT_REAUTHENTICATION_TIMEOUT = 600
    wrong = browser.post("/security/confirm/", {"password": "wrong", "next": "/security/codes/"})
    assert "The password is not right." in wrong.content.decode()
    right = browser.post("/security/confirm/", {"password": "correct horse", "next": "/security/codes/"})
    assert right.headers["Location"] == "/security/codes/"


@pytest.mark.parametrize("address", OFFICE)
@pytest.mark.usefixtures("strict")
def test_staff_set_up_a_second_factor_before_the_office_opens(browser: Client, staff: User, address: str) -> None:
    log_in(browser, staff)
    assert browser.get(address).headers["Location"] == "/security/"
    page = browser.get("/security/").content.decode()
    assert "Your role needs a second factor" in page
    set_up(browser)
    assert browser.get(address).headers.get("Location") != "/security/"
    assert browser.get("/admin/").status_code == 200


@pytest.mark.usefixtures("strict")
def test_a_session_from_before_shows_the_factor_that_is_there(browser: Client, staff: User) -> None:
    log_in(browser, staff)
    secret = with_app(staff)
    answer = browser.get("/admin/")
    assert answer.headers["Location"] == "/security/confirm/code/?next=%2Fadmin%2F"
    done = browser.post("/security/confirm/code/", {"code": code_of(secret), "next": "/admin/"})
    assert done.headers["Location"] == "/admin/"
    assert browser.get("/admin/").status_code == 200


@pytest.mark.usefixtures("strict")
def test_the_api_of_a_bar_wants_it_too(browser: Client, staff: User, bar: Bar) -> None:
    log_in(browser, staff)
    for address in ("/api/v1/bars", "/api/v1/bars/R-1/advocates", "/api/v1/bars/R-1/roles"):
        assert code(browser.get(address), 403) == "second-factor-needed"
    making = {"name": "n", "scopes": ["read_roll"], "bar": "R-1", "expires_at": "2027-01-01T00:00:00Z"}
    assert code(browser.post("/api/v1/me/tokens", making, "application/json"), 403) == "second-factor-needed"
    set_up(browser)
    assert browser.get("/api/v1/bars/R-1/advocates").status_code == 200


@pytest.mark.usefixtures("strict")
def test_a_role_is_what_counts_and_a_token_needs_no_factor(browser: Client, staff: User, bar: Bar) -> None:
    User.objects.update(is_staff=False)
    log_in(browser, staff)
    assert code(browser.get("/api/v1/bars/R-1/advocates"), 403) == "second-factor-needed"
    _token, secret = token_for(staff, bar, Action.READ_ROLL)
    assert program(secret).get("/api/v1/bars/R-1/advocates").status_code == 200


@pytest.mark.usefixtures("strict")
def test_advocates_choose(browser: Client, advocate: User) -> None:
    log_in(browser, advocate)
    assert browser.get("/").status_code == 200
    assert browser.get("/api/v1/me").status_code == 200
    problem(browser.get("/api/v1/bars/R-1/advocates"), 404)
    assert Role.objects.count() == 0


def test_where_it_is_optional_staff_choose(browser: Client, staff: User) -> None:
    log_in(browser, staff)
    assert browser.get("/admin/").status_code == 200


def test_the_app_is_removed_by_its_holder(browser: Client, advocate: User) -> None:
    log_in(browser, advocate)
    set_up(browser)
    assert browser.get("/security/codes/remove/").status_code == 200
    assert browser.post("/security/codes/remove/").status_code == 302
    assert not Authenticator.objects.exists()


def test_new_recovery_codes_replace_the_old(browser: Client, advocate: User) -> None:
    log_in(browser, advocate)
    set_up(browser)
    old, new = (
        set(re.findall(r"<code>(\d{8})</code>", page.content.decode()))
        for page in (
            browser.get("/security/recovery/"),
            browser.post("/security/recovery/new/", follow=True),
        )
    )
    assert len(new) == 10
    assert not old & new
    assert browser.get("/security/recovery/new/").status_code == 200


@pytest.mark.usefixtures("posted")
def test_who_has_lost_everything_is_helped_by_the_installation(
    advocate: User, staff: User, capsys: pytest.CaptureFixture[str]
) -> None:
    with_app(advocate)
    with_app(staff)
    for said in ("1 second factors", "0 second factors"):
        call_command("reset_second_factor", "Advocate@mail.example.kz")
        assert capsys.readouterr().out.startswith(said)
    assert [kept.user for kept in Authenticator.objects.all()] == [staff]
    assert [letter.to for letter in mail.outbox] == [[advocate.email]]
    with pytest.raises(CommandError):
        call_command("reset_second_factor", "no@mail.example.kz")
