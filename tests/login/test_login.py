"""Logging in with a password: what works, what is refused, how often, and what is said."""

from __future__ import annotations

import re
from typing import Any

import pytest
from celery.exceptions import Retry
from django.core import mail
from django.core.mail.backends.base import BaseEmailBackend
from django.test import Client

from advocates.models import User
from advocates.tasks import send_letter
from tests.login.codes import PASSWORD

pytestmark = pytest.mark.django_db


def log_in(browser: Client, user: User, password: str = PASSWORD, **more: Any) -> Any:
    return browser.post("/login/", {"login": user.email, "password": password}, **more)


def who(browser: Client) -> str:
    return str(browser.session.get("_auth_user_id", ""))


def test_one_logs_in_by_e_mail_in_any_case_and_out_again(browser: Client, advocate: User) -> None:
    answer = browser.post("/login/", {"login": "Advocate@Mail.example.kz", "password": PASSWORD})
    assert answer.headers["Location"] == "/"
    assert who(browser) == str(advocate.pk)
    assert browser.get("/logout/").status_code == 200
    assert who(browser)
    browser.post("/logout/")
    assert not who(browser)


def test_a_wrong_password_and_an_unknown_address_are_told_the_same(browser: Client, advocate: User) -> None:
    answers = [log_in(browser, advocate, "wrong horse"), log_in(browser, User(email="no@mail.example.kz"))]
    said = [re.sub(r'value="[^"]*"', "", answer.content.decode()) for answer in answers]
    assert "The e-mail or the password is not right." in said[0]
    assert said[0] == said[1]
    assert not who(browser)


def test_who_has_left_is_told_so(browser: Client, advocate: User) -> None:
    User.objects.update(is_active=False)
    assert log_in(browser, advocate, follow=True).redirect_chain == [("/login/inactive/", 302)]
    assert not who(browser)


def test_the_address_asked_for_is_reached_and_no_other_site_is(browser: Client, advocate: User) -> None:
    for asked, reached in (("/explained/", "/explained/"), ("https://evil.example/", "/")):
        answer = browser.post(f"/login/?next={asked}", {"login": advocate.email, "password": PASSWORD, "next": asked})
        assert answer.headers["Location"] == reached
        browser.post("/logout/")


def test_staying_logged_in_is_a_choice(browser: Client, advocate: User) -> None:
    log_in(browser, advocate)
    assert browser.cookies["sessionid"]["max-age"] == ""
    browser.post("/logout/")
    browser.post("/login/", {"login": advocate.email, "password": PASSWORD, "remember": "on"})
    assert int(browser.cookies["sessionid"]["max-age"]) > 86400


def test_five_wrong_passwords_close_the_account_to_passwords_for_a_while(browser: Client, advocate: User) -> None:
    for number in range(5):
        assert log_in(browser, advocate, f"wrong {number}", REMOTE_ADDR=f"10.0.0.{number}").status_code == 200
    answer = log_in(browser, advocate, REMOTE_ADDR="10.0.0.9")
    assert answer.status_code == 429
    assert answer["Retry-After"] == "300"
    assert "Too many attempts" in answer.content.decode()
    assert not who(browser)


def test_an_address_that_tries_many_accounts_is_stopped(browser: Client, advocate: User) -> None:
    for number in range(10):
        log_in(browser, User(email=f"u{number}@mail.example.kz"), "guess")
    assert log_in(browser, advocate).status_code == 429
    assert log_in(browser, advocate, REMOTE_ADDR="10.0.0.9").status_code == 302


def test_each_answer_says_how_many_attempts_are_left(browser: Client, advocate: User) -> None:
    first = browser.post("/login/", {})
    assert (first["RateLimit-Limit"], first["RateLimit-Remaining"]) == ("30", "29")
    for _ in range(29):
        browser.post("/login/", {})
    answer = log_in(browser, advocate)
    assert answer.status_code == 429
    assert 1 <= int(answer["Retry-After"]) <= 60
    assert answer["RateLimit-Remaining"] == "0"
    assert "Too many requests" in answer.content.decode()
    assert browser.get("/login/").status_code == 200
    assert log_in(browser, advocate, REMOTE_ADDR="10.0.0.9").status_code == 302


@pytest.mark.parametrize("email", ["advocate@mail.example.kz", "no@mail.example.kz"])
def test_letters_are_not_sent_without_end(browser: Client, advocate: User, email: str) -> None:
    asked = [browser.post("/password/reset/", {"email": email}) for _ in range(4)]
    assert [answer.status_code for answer in asked] == [302, 302, 302, 429]
    many = [browser.post("/password/reset/", {"email": f"u{n}@mail.example.kz"}).status_code for n in range(8)]
    assert many[-1] == 429


@pytest.mark.parametrize("address", ["/signup/", "/accounts/signup/", "/login/code/", "/security/email/"])
def test_nobody_signs_up(browser: Client, address: str) -> None:
    assert browser.get(address).status_code == 404


def test_the_office_s_own_log_in_leads_to_the_one(browser: Client, staff: User) -> None:
    answer = browser.post("/admin/login/", {"username": staff.email, "password": PASSWORD})
    assert answer.headers["Location"].startswith("/login/?next=")
    assert not who(browser)


def reset_address() -> str:
    (letter,) = mail.outbox
    found = re.search(r"http://testserver(/password/reset/\S+)", str(letter.body))
    assert found
    return found[1]


@pytest.mark.usefixtures("posted")
def test_a_lost_password_is_set_anew_by_a_letter(browser: Client, advocate: User) -> None:
    User.objects.filter(pk=advocate.pk).update(language="en")
    assert browser.post("/password/reset/", {"email": advocate.email}).headers["Location"] == "/password/reset/sent/"
    assert mail.outbox[0].subject == "A new password for the CLE tracker"
    form = browser.get(reset_address(), follow=True)
    where = form.redirect_chain[-1][0]
    assert where.endswith("-set-password/")  # the key itself is in no address that could be handed on
    weak = browser.post(where, {"password1": "password12", "password2": "password12"}).content.decode()
    assert "among the first that anybody would guess" in weak
    new = {"password1": "four quiet grey rivers", "password2": "four quiet grey rivers"}
    assert browser.post(where, new).headers["Location"] == "/password/reset/done/"
    assert browser.get("/password/reset/done/").status_code == 200
    assert log_in(browser, advocate).status_code == 200
    assert log_in(browser, advocate, new["password1"]).status_code == 302
    assert [letter.subject for letter in mail.outbox[1:]] == ["Your password was changed"]
    browser.post("/logout/")
    assert "too old" in browser.get(reset_address_of_first(), follow=True).content.decode()


def reset_address_of_first() -> str:
    mail.outbox[:] = mail.outbox[:1]
    return reset_address()


@pytest.mark.usefixtures("posted")
def test_an_unknown_address_gets_no_letter_and_is_not_told(browser: Client, advocate: User) -> None:
    known = browser.post("/password/reset/", {"email": advocate.email})
    unknown = browser.post("/password/reset/", {"email": "no@mail.example.kz"})
    assert known.headers["Location"] == unknown.headers["Location"]
    assert [letter.to for letter in mail.outbox] == [[advocate.email]]


@pytest.mark.usefixtures("posted")
def test_whoever_was_given_an_account_sets_its_first_password_so(browser: Client) -> None:
    invited = User.objects.create_user("new@mail.example.kz", None, language="en")
    browser.post("/password/reset/", {"email": invited.email})
    where = browser.get(reset_address(), follow=True).redirect_chain[-1][0]
    browser.post(where, {"password1": "four quiet grey rivers", "password2": "four quiet grey rivers"})
    assert log_in(browser, invited, "four quiet grey rivers").status_code == 302


@pytest.mark.usefixtures("posted")
@pytest.mark.parametrize(("language", "subject"), [("ru", "Новый пароль"), ("kk", "жаңа құпиясөз")])
def test_letters_are_in_the_language_of_the_account(
    browser: Client, advocate: User, language: str, subject: str
) -> None:
    User.objects.filter(pk=advocate.pk).update(language=language)
    browser.post("/password/reset/", {"email": advocate.email})
    assert subject in mail.outbox[0].subject


@pytest.mark.usefixtures("posted")
def test_the_password_is_changed_by_whoever_knows_it(browser: Client, advocate: User) -> None:
    log_in(browser, advocate)
    new = {"password1": "four quiet grey rivers", "password2": "four quiet grey rivers"}
    wrong = browser.post("/security/password/", {"oldpassword": "wrong", **new})
    assert "The password is not right." in wrong.content.decode()
    short = {"oldpassword": PASSWORD, "password1": "short", "password2": "short"}
    assert "at least 10 characters" in browser.post("/security/password/", short).content.decode()
    assert browser.post("/security/password/", {"oldpassword": PASSWORD, **new}).status_code == 302
    assert who(browser)
    advocate.refresh_from_db()
    assert advocate.check_password(new["password1"])
    assert len(mail.outbox) == 1


PAGES = ["/login/", "/password/reset/", "/password/reset/sent/", "/password/reset/1-x/", "/password/reset/done/",
         "/login/inactive/", "/login/cancelled/", "/login/failed/"]  # fmt: skip
OWN_PAGES = ["/security/", "/security/password/", "/security/codes/", "/security/passkeys/", "/security/passkeys/add/",
             "/security/confirm/", "/logout/"]  # fmt: skip


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
@pytest.mark.parametrize("address", [*PAGES, *OWN_PAGES])
def test_each_page_is_whole_in_each_language(advocate: User, address: str, language: str) -> None:
    browser = Client(headers={"accept-language": language})
    if address in OWN_PAGES:
        log_in(browser, advocate)
    answer = browser.get(address)
    page = answer.content.decode()
    assert answer.status_code == (401 if address == "/login/failed/" else 200)
    assert f'<html lang="{language}">' in page
    assert page.count("<h1>") == 1
    policy = answer["Content-Security-Policy"]
    assert "unsafe" not in policy
    scripts = re.findall(r"<script([^>]*)>", page)
    assert all('src="/static/' in script or 'type="application/json"' in script for script in scripts)
    assert not re.search(r"\son\w+=|style=", page)


class _Refusing(BaseEmailBackend):
    def send_messages(self, messages: Any) -> int:
        raise ConnectionRefusedError


def test_no_answer_hangs_on_the_mail_server(
    browser: Client, advocate: User, transactional_db: Any, settings: Any
) -> None:
    """The letter waits on the queue, whoever is asked for; the worker tries again."""
    settings.EMAIL_BACKEND = f"{__name__}._Refusing"
    for email in (advocate.email, "no@mail.example.kz"):
        assert browser.post("/password/reset/", {"email": email}).status_code == 302
    with pytest.raises(Retry):
        send_letter.apply(kwargs={"to": "a@mail.example.kz", "subject": "s", "body": "b"}, throw=True).get()


def test_without_a_count_of_attempts_nobody_comes_in(browser: Client, advocate: User, settings: Any) -> None:
    settings.CACHES = {
        "default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": "redis://127.0.0.1:1/0"}
    }
    assert browser.get("/login/").status_code == 200
    for answer in (log_in(browser, advocate), browser.post("/password/reset/", {"email": advocate.email})):
        assert answer.status_code == 503
        assert answer["Retry-After"] == "60"
        assert "The log-in is out of order" in answer.content.decode()
    assert not who(browser)
