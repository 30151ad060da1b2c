"""Log-in with an organisation's OpenID Connect provider: to whose account, and to whose not."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.request import HTTPRedirectHandler, build_opener

import pytest
from allauth.socialaccount.models import SocialAccount
from django.test import Client

from advocates.models import Bar, Change, Role, RoleKind, User
from cle.core.env import Env
from cle.organisation import form_targets, organisation_login
from tests.login.codes import PASSWORD, code_of, with_app
from tests.login.provider import CLIENT, SECRET, Provider, provider_of
from tests.login.test_addresses import corrected
from tests.login.test_login import who

pytestmark = pytest.mark.django_db
START = "/login/with/organisation/"


class _Stay(HTTPRedirectHandler):
    def redirect_request(self, *args: Any) -> None:
        return None


@pytest.fixture
def provider(settings: Any, advocate: User) -> Iterator[Provider]:
    person = {"sub": "42", "email": "Advocate@mail.example.kz", "email_verified": True, "name": "Ә. Сәрсенова"}
    with provider_of(person) as running:
        env = Env(oidc_issuer=running.issuer, oidc_client_id=CLIENT, oidc_client_secret=SECRET, oidc_name="Ministry")
        settings.SOCIALACCOUNT_PROVIDERS = organisation_login(env)
        yield running


def through(browser: Client, query: str = "") -> Any:
    """From our button to the provider and back; returns our answer to the way back."""
    away = browser.post(START + query)
    assert away.status_code == 302, away.content.decode()
    try:
        build_opener(_Stay).open(away.headers["Location"])
    except OSError as redirected:
        back = redirected.headers["Location"]  # type: ignore[attr-defined]
    return browser.get(back.removeprefix("http://testserver"))


def test_it_is_off_unless_set(browser: Client, db: Any) -> None:
    assert "Log in with" not in browser.get("/login/").content.decode().replace("Log in with a passkey", "")
    assert browser.post(START).status_code == 404
    assert organisation_login(Env()) == {}


def test_a_verified_e_mail_opens_the_account_that_is_there(browser: Client, advocate: User, provider: Provider) -> None:
    assert "Log in with Ministry" in browser.get("/login/").content.decode()
    people = User.objects.count()
    assert through(browser).headers["Location"] == "/"
    assert who(browser) == str(advocate.pk)
    assert User.objects.count() == people
    assert provider.log.count("/token") == 1
    advocate.refresh_from_db()
    assert advocate.check_password(PASSWORD)
    assert (advocate.email, advocate.name) == ("advocate@mail.example.kz", "")


def test_once_linked_it_is_the_person_and_not_the_address(browser: Client, advocate: User, provider: Provider) -> None:
    through(browser)
    browser.post("/logout/")
    provider.person |= {"email": "renamed@ministry.example", "email_verified": False}
    through(browser)
    assert who(browser) == str(advocate.pk)
    assert SocialAccount.objects.count() == 1


def test_an_address_put_right_ends_the_link_until_the_organisation_vouches_for_it(
    browser: Client, bar: Bar, advocate: User, provider: Provider
) -> None:
    """The account may have been given to somebody else: who had it before does not come in by the organisation."""
    through(browser)
    browser.post("/logout/")
    corrected(bar, advocate, "new@mail.example.kz")
    gone = Change.objects.get(table="socialaccount_socialaccount", action="delete")
    assert gone.user == User.objects.get(roles__kind=RoleKind.BAR_ADMIN)
    assert gone.before is not None
    assert gone.before["user_id"] == advocate.pk
    assert through(browser).status_code == 403
    assert not who(browser)
    provider.person |= {"sub": "43", "email": "new@mail.example.kz"}
    through(browser)
    assert who(browser) == str(advocate.pk)


def test_a_name_put_right_leaves_the_link(browser: Client, bar: Bar, advocate: User, provider: Provider) -> None:
    through(browser)
    corrected(bar, advocate, advocate.email)
    assert SocialAccount.objects.filter(user=advocate).exists()


@pytest.mark.parametrize(
    "claims", [{"email_verified": False}, {"email_verified": "false"}, {"email_verified": None},
               {"email": "stranger@mail.example.kz"}, {"email": ""}],
)  # fmt: skip
def test_nothing_else_opens_an_account_or_makes_one(
    browser: Client, provider: Provider, claims: dict[str, Any]
) -> None:
    people = User.objects.count()
    provider.person |= claims
    answer = through(browser)
    assert answer.status_code == 403
    assert "No account for you here" in answer.content.decode()
    assert not who(browser)
    assert User.objects.count() == people
    assert not SocialAccount.objects.exists()


def test_who_has_left_does_not_come_back_this_way(browser: Client, advocate: User, provider: Provider) -> None:
    through(browser)
    browser.post("/logout/")
    User.objects.update(is_active=False)
    assert through(browser).headers["Location"] == "/login/inactive/"
    SocialAccount.objects.all().delete()
    assert through(browser).status_code == 403
    assert not who(browser)


@pytest.mark.usefixtures("strict")
def test_staff_show_their_second_factor_here_too(browser: Client, bar: Bar, advocate: User, provider: Provider) -> None:
    Role.objects.create(user=advocate, bar=bar, kind="reviewer")
    secret = with_app(advocate)
    assert through(browser).headers["Location"] == "/login/second/"
    assert not who(browser)
    browser.post("/login/second/", {"code": code_of(secret)})
    assert who(browser) == str(advocate.pk)
    assert browser.get("/api/v1/bars/R-1/courses").status_code != 403


@pytest.mark.usefixtures("strict")
def test_the_provider_s_word_is_no_second_factor(browser: Client, bar: Bar, advocate: User, provider: Provider) -> None:
    Role.objects.create(user=advocate, bar=bar, kind="bar_admin")
    provider.person |= {"amr": ["mfa"]}
    through(browser)
    assert browser.get("/api/v1/bars/R-1/advocates").status_code == 403


def test_a_way_back_that_nobody_began_leads_nowhere(browser: Client, provider: Provider) -> None:
    answer = browser.get(f"{START}callback/?code=code-0&state=forged")
    assert answer.status_code == 401
    assert "The log-in did not work" in answer.content.decode()
    assert not who(browser)


def test_a_visit_alone_begins_nothing(browser: Client, provider: Provider) -> None:
    """A link on another site would log the visitor in to an account of its choosing."""
    answer = browser.get(START)
    assert answer.status_code == 200
    assert "/authorize" not in provider.log


def test_the_address_asked_for_is_reached(browser: Client, provider: Provider) -> None:
    assert through(browser, "?next=/explained/").headers["Location"] == "/explained/"


def test_the_policy_lets_forms_lead_to_the_provider_and_nowhere_else() -> None:
    assert form_targets(Env()) == ["'self'"]
    assert form_targets(Env(oidc_issuer="https://id.example.kz/realms/bar")) == ["'self'", "https://id.example.kz"]
