"""Logging in as people do it: with passkeys, from the keyboard, on a phone."""

from __future__ import annotations

import re
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from playwright.sync_api import Page, expect

from advocates.models import RoleKind, User
from cle.core.env import Env
from cle.organisation import form_targets, organisation_login
from tests.browser.conftest import Watched
from tests.browser.wcag import faults
from tests.factories import make_advocate, make_bar, make_user
from tests.login.codes import PASSWORD, code_of
from tests.login.provider import CLIENT, SECRET, provider_of

pytestmark = pytest.mark.django_db(transaction=True)
DEVICE = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
          "isUserVerified": True, "automaticPresenceSimulation": True}  # fmt: skip


@pytest.fixture
def advocate() -> User:
    person = make_advocate(make_bar("R-1"), "Сәрсенова Әлия", user=make_user("advocate@mail.example.kz"))
    assert person.user is not None
    return person.user


@pytest.fixture
def staff() -> User:
    return make_user("staff@mail.example.kz", bar=make_bar("R-1"), role=RoleKind.BAR_ADMIN)


def with_device(page: Page) -> None:
    """A phone that holds passkeys and knows its owner's face."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    session.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})


def log_in(watched: Watched, user: User) -> None:
    watched.go("/login/")
    watched.page.get_by_label("E-mail").fill(user.email)
    watched.page.get_by_label("Password", exact=True).fill(PASSWORD)
    watched.page.get_by_role("button", name="Log in", exact=True).click()
    watched.page.wait_for_url(re.compile(r"^(?!.*/login/$)"))


def log_out(watched: Watched) -> None:
    watched.page.get_by_role("button", name="Log out").click()
    watched.page.wait_for_url(watched.home + "/")


def add_passkey(watched: Watched) -> None:
    watched.go("/security/passkeys/add/")
    watched.page.get_by_label("Name").fill("Phone")
    watched.page.get_by_role("button", name="Add a passkey").click()
    watched.page.wait_for_url("**/security/recovery/")


def test_a_passkey_is_made_and_opens_the_account_by_itself(watched: Watched, advocate: User) -> None:
    with_device(watched.page)
    log_in(watched, advocate)
    add_passkey(watched)
    assert Authenticator.objects.get(type="webauthn").data["name"] == "Phone"
    log_out(watched)
    watched.go("/login/")
    watched.page.get_by_role("button", name="Log in with a passkey").click()
    watched.page.wait_for_url(watched.home + "/")
    expect(watched.page.get_by_role("button", name="Log out")).to_be_visible()


def test_a_passkey_is_the_second_step_after_a_password(watched: Watched, advocate: User) -> None:
    with_device(watched.page)
    log_in(watched, advocate)
    add_passkey(watched)
    log_out(watched)
    log_in(watched, advocate)
    assert watched.path == "/login/second/"
    watched.page.get_by_role("button", name="Use a passkey").click()
    watched.page.wait_for_url(watched.home + "/")


def test_a_passkey_opens_the_office(watched: Watched, staff: User, settings: Any) -> None:
    settings.STAFF_SECOND_FACTOR = "required"
    with_device(watched.page)
    log_in(watched, staff)
    watched.go("/admin/")
    assert watched.path == "/security/"
    add_passkey(watched)
    log_out_of_all(watched)
    watched.go("/admin/")
    assert watched.path.startswith("/login/")
    watched.page.get_by_role("button", name="Log in with a passkey").click()
    watched.page.wait_for_url(watched.home + "/admin/")


def log_out_of_all(watched: Watched) -> None:
    watched.page.context.clear_cookies()


def test_a_device_without_the_passkey_says_so(watched: Watched, advocate: User) -> None:
    with_device(watched.page)
    watched.go("/login/")
    watched.page.get_by_role("button", name="Log in with a passkey").click()
    expect(watched.page.get_by_role("alert")).to_contain_text("could not be used")


def test_the_whole_way_from_the_keyboard(watched: Watched, advocate: User) -> None:
    """Log in, set up an app for codes, log out, log in with a code: no mouse."""
    page = watched.page
    watched.go("/login/")
    page.get_by_label("E-mail").focus()
    for typed, key in ((advocate.email, "Tab"), (PASSWORD, "Enter")):
        page.keyboard.type(typed)
        page.keyboard.press(key)
    page.wait_for_url(watched.home + "/")
    watched.go("/security/")
    page.get_by_role("link", name="Set up").press("Enter")
    secret = page.locator(".secret").inner_text()
    page.get_by_label("Authenticator code").focus()
    page.keyboard.type(code_of(secret))
    page.keyboard.press("Enter")
    page.wait_for_url("**/security/recovery/")
    log_out(watched)
    log_in(watched, advocate)
    page.get_by_label("Code").focus()
    page.keyboard.type(code_of(secret))
    page.keyboard.press("Enter")
    page.wait_for_url(watched.home + "/")


def test_the_organisation_s_log_in_is_reached_and_left_again(watched: Watched, advocate: User, settings: Any) -> None:
    """The strict policy lets the form lead there; a policy without the provider stops it."""
    with provider_of({"sub": "42", "email": advocate.email, "email_verified": True}) as provider:
        env = Env(oidc_issuer=provider.issuer, oidc_client_id=CLIENT, oidc_client_secret=SECRET, oidc_name="Ministry")
        settings.SOCIALACCOUNT_PROVIDERS = organisation_login(env)
        watched.go("/login/")
        with watched.page.expect_console_message(lambda message: "form-action" in message.text):
            watched.page.get_by_role("button", name="Log in with Ministry").click()
        assert provider.log == ["/.well-known/openid-configuration"]
        directives = {**settings.CONTENT_SECURITY_POLICY["DIRECTIVES"], "form-action": form_targets(env)}
        settings.CONTENT_SECURITY_POLICY = {"DIRECTIVES": directives}
        watched.go("/login/")
        watched.page.get_by_role("button", name="Log in with Ministry").click()
        watched.page.wait_for_url(watched.home + "/")
        expect(watched.page.get_by_role("button", name="Log out")).to_be_visible()
        assert all(url.startswith(provider.issuer + "/authorize?") for url in watched.outside)
    watched.complaints.clear()
    watched.outside.clear()


OWN = ["/security/", "/security/password/", "/security/codes/", "/security/passkeys/add/", "/security/confirm/"]
OPEN = ["/login/", "/password/reset/", "/password/reset/sent/", "/password/reset/1-x/", "/login/inactive/"]


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_each_page_fits_a_phone_and_is_for_everybody(watched: Watched, advocate: User, language: str) -> None:
    """No sideways scrolling at 360 pixels, and nothing that WCAG 2.2 AA's machine-checkable part objects to."""
    page = watched.page
    log_in(watched, advocate)
    for path in (*OWN, *OPEN):
        if path == OPEN[0]:
            log_out_of_all(watched)
        page.context.add_cookies([{"name": "django_language", "value": language, "url": watched.home}])
        watched.go(path)
        assert page.locator("html").get_attribute("lang") == language
        assert page.evaluate("document.documentElement.scrollWidth") <= 360, path
        assert faults(page) == [], path
