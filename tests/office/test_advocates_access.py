"""Accounts of advocates, in the office: how many, for whom not and why, and one taken off a file."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from advocates.models import Advocate, Bar, RoleKind, Unit, User
from cle.core.clock import now
from compliance.models import CalendarFeed, Notice, Preferences
from compliance.services.feeds import give_address
from compliance.services.notices import send_due
from tests.compliance.rows import NOW
from tests.factories import make_advocate, make_bar, make_user
from tests.office.pages import hidden, statements, text_of
from tests.office.people import browser_of
from tests.plugins.smtp import Sink

pytestmark = pytest.mark.django_db
LIST = "/office/R-1/advocates/access/"


@pytest.fixture(autouse=True)
def second_wall(settings: Any) -> None:
    settings.SECOND_WALL = True


def of(person: Advocate) -> str:
    return reverse("office:advocate-access", args=["R-1", person.pk])


def account_of(person: Advocate) -> User | None:
    return Advocate.objects.get(pk=person.pk).user


class TestMany:
    def test_who_can_have_none_and_why(self, officer: Client, bar: Bar) -> None:
        """Addresses are shared with, and accounts belong to, people whom the second wall hides."""
        elsewhere = make_bar("R-2", bar.parent)
        make_advocate(bar, "Аман Ерлан", email="")
        make_advocate(bar, "Бек Дана", email="office@mail.example.kz")
        make_advocate(elsewhere, "Чужая Анна", email="office@mail.example.kz")
        make_advocate(bar, "Ким Олег", email="taken@mail.example.kz")
        make_advocate(elsewhere, "Чужая Вера", user=make_user("taken@mail.example.kz"))
        make_advocate(bar, "Ли Ира", email=make_user(bar=elsewhere).email)
        make_advocate(bar, "Ян Ира", email="officer@mail.example.kz")
        make_advocate(bar, user=make_user())
        make_advocate(bar)
        answer = officer.get(LIST)
        assert [(person.full_name, str(why).split(".")[0]) for person, why in answer.context["lines"]] == [
            ("Аман Ерлан", "There is no e-mail on the roll"),
            ("Бек Дана", "Several advocates have this address"),
            ("Ким Олег", "The account of this address is another advocate's"),
            ("Ли Ира", "This address has an account already, and the bar cannot know who has its password"),
            ("Ян Ира", "This address is that of your own account: somebody else has to do that"),
        ]
        said = text_of(answer)
        assert "1 advocate of the bar has an account. For 1 more one can be opened" in said
        assert "http://testserver/login/" in said
        assert "Чужая" not in said

    def test_first_the_number_is_shown_then_it_is_done(self, officer: Client, bar: Bar) -> None:
        people = [make_advocate(bar) for _ in range(2)]
        preview = officer.post(LIST)
        assert "Open accounts for 2 advocates?" in text_of(preview)
        assert account_of(people[0]) is None
        assert not Notice.objects.exists()
        given = {"step": "confirm", "basis": hidden(preview, "basis")}
        assert "2 advocates can log in now." in text_of(officer.post(LIST, given, follow=True))
        assert not Notice.objects.exists()
        assert [account_of(person).email for person in people] == [person.email for person in people]  # type: ignore[union-attr]
        assert "Things have changed since the preview" in text_of(officer.post(LIST, given, follow=True))

    def test_the_preview_says_that_letters_go_out_and_what_they_say(
        self, officer: Client, bar: Bar, smtp: Sink
    ) -> None:
        for language in ("ru", "ru", "kk", ""):
            make_advocate(bar, language=language)
        stopped = make_advocate(bar)
        Preferences.objects.create(bar=bar, advocate=stopped, unsubscribed_on=NOW.date())
        preview = officer.post(LIST)
        said = text_of(preview)
        assert re.search(r'name="tell" value="yes" checked', preview.content.decode())
        assert "Tell 4 advocates by e-mail how to log in" in said
        assert "What the letter says: Russian" in said
        assert "What the letter says: in Kazakh and Russian" in said
        assert "открыла для вас учётную запись" in said
        assert not smtp.messages
        given = {"step": "confirm", "basis": hidden(preview, "basis"), "tell": "yes"}
        done = text_of(officer.post(LIST, given, follow=True))
        assert "5 advocates can log in now. 4 letters are on their way." in done
        assert "5 of them have never logged in." in done
        assert "Things have changed since the preview" in text_of(officer.post(LIST, given, follow=True))
        assert send_due(now=now(), limit=10).sent == 4

    def test_somebody_has_come_in_between(self, officer: Client, bar: Bar) -> None:
        person = make_advocate(bar)
        basis = hidden(officer.post(LIST), "basis")
        make_advocate(bar)
        answer = officer.post(LIST, {"step": "confirm", "basis": basis}, follow=True)
        assert "Things have changed since the preview" in text_of(answer)
        assert "Open accounts for 2 advocates" in text_of(answer)
        assert account_of(person) is None

    def test_the_page_asks_as_often_for_many(self, officer: Client, bar: Bar) -> None:
        make_advocate(bar, email="")
        make_advocate(bar)
        with_two = statements(officer, LIST)
        for _ in range(3):
            make_advocate(bar, email="")
            make_advocate(bar, email=make_user().email)
        assert statements(officer, LIST) == with_two

    @pytest.mark.parametrize("role", [RoleKind.COMPLIANCE_OFFICER, RoleKind.AUDITOR, RoleKind.COURSE_MANAGER])
    def test_it_is_for_those_who_keep_the_roll(self, bar: Bar, role: RoleKind) -> None:
        browser = browser_of(bar, role)
        assert browser.get(LIST).status_code == 404
        assert browser.post(LIST, {"step": "confirm"}).status_code == 404
        assert "advocates/access/" not in browser.get("/office/R-1/advocates/").content.decode()

    def test_the_list_of_advocates_leads_here(self, officer: Client, bar: Bar) -> None:
        assert LIST in officer.get("/office/R-1/advocates/").content.decode()


class TestOne:
    def test_an_account_is_opened_and_taken_away(self, officer: Client, bar: Bar) -> None:
        person = make_advocate(bar)
        assert of(person) in officer.get(reverse("office:advocate", args=["R-1", person.pk])).content.decode()
        given = {"step": "open", "basis": hidden(officer.get(of(person)), "basis")}
        assert "The advocate can log in now." in text_of(officer.post(of(person), given, follow=True))
        assert not Notice.objects.exists()
        user = account_of(person)
        assert user is not None
        give_address(person, now=NOW)
        given = {"step": "take", "account": hidden(officer.get(of(person)), "account")}
        assert "leads to this file no more" in text_of(officer.post(of(person), given, follow=True))
        assert account_of(person) is None
        assert not CalendarFeed.objects.in_use().exists()
        assert "ask those who run the installation" in text_of(officer.get(of(person)))

    def test_a_letter_tells_of_it_and_another_one_when_it_failed(self, officer: Client, bar: Bar, smtp: Sink) -> None:
        person = make_advocate(bar, language="en")
        page = officer.get(of(person))
        assert "Tell 1 advocate by e-mail how to log in" in text_of(page)
        given = {"step": "open", "basis": hidden(page, "basis"), "tell": "yes"}
        assert "a letter is on its way" in text_of(officer.post(of(person), given, follow=True))
        waiting = text_of(officer.get(of(person)))
        assert "A letter is on its way." in waiting
        assert "Send the letter" not in waiting
        smtp.recipient = "550 5.1.1 No such user"
        send_due(now=now(), limit=10)
        failed = officer.get(of(person))
        assert "failed" in text_of(failed)
        assert "has opened an account for you" in text_of(failed)
        given = {"step": "write", "basis": hidden(failed, "basis")}
        smtp.recipient = "250 OK"
        assert "A letter is on its way." in text_of(officer.post(of(person), given, follow=True))
        assert "Things have changed" in text_of(officer.post(of(person), given, follow=True))
        send_due(now=now(), limit=10)
        assert len(smtp.messages) == 1
        sent = text_of(officer.get(of(person)))
        assert "Send the letter again" in sent
        assert "Last log-in never" in sent

    def test_why_not_is_said(self, officer: Client, bar: Bar) -> None:
        person = make_advocate(bar, email="")
        assert "There is no e-mail on the roll." in text_of(officer.get(of(person)))
        assert "There is no e-mail on the roll." in text_of(officer.post(of(person), {"step": "open"}, follow=True))

    def test_an_ended_member_gets_none(self, officer: Client, bar: Bar) -> None:
        person = make_advocate(bar)
        person.statuses.update(status="terminated")
        assert "has ended" in text_of(officer.post(of(person), {"step": "open"}, follow=True))
        assert account_of(person) is None

    def test_nobody_takes_their_own_away(self, client: Client, bar: Bar) -> None:
        admin = make_user(bar=bar, role=RoleKind.BAR_ADMIN)
        person = make_advocate(bar, user=admin)
        client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
        client.force_login(admin)
        assert "your own record" in text_of(client.get(of(person)))
        client.post(of(person), {"step": "take", "account": str(admin.pk)})
        assert account_of(person) == admin

    def test_to_others_there_is_no_such_page(self, bar: Bar) -> None:
        unit = Unit.objects.create(bar=bar, name="No. 1")
        person = make_advocate(bar, unit=unit)
        for browser in (
            browser_of(make_bar("R-2", bar.parent), RoleKind.BAR_ADMIN),
            browser_of(bar, RoleKind.UNIT_HEAD, unit),
            browser_of(bar, RoleKind.AUDITOR),
        ):
            assert browser.get(of(person)).status_code == 404
            assert browser.post(of(person), {"step": "open"}).status_code == 404
            assert browser.post(of(person), {"step": "write"}).status_code == 404
        assert account_of(person) is None
