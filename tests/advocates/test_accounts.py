"""Accounts for the advocates of a bar."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import call_command
from django.test import Client

from advocates.models import Advocate, Bar
from tests.factories import make_advocate, make_bar, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def bar() -> Bar:
    return make_bar("R-1", make_bar("KZ"))


def said(*words: str) -> str:
    out = StringIO()
    call_command(*words, stdout=out)
    return out.getvalue()


class TestAccounts:
    def test_an_advocate_gets_one_with_which_the_desk_opens(self, client: Client, bar: Bar) -> None:
        person = make_advocate(bar, email="One@mail.example.kz", language="en")
        assert "opened: 1" in said("open_accounts", "R-1")
        assert Advocate.objects.get().user is None
        for number in (1, 0):
            assert f"opened: {number}" in said("open_accounts", "R-1", "--apply")
        user = Advocate.objects.get().user
        assert user is not None
        assert (user.email, user.name, user.language) == ("one@mail.example.kz", person.full_name, "en")
        assert not user.has_usable_password()
        client.force_login(user)
        assert client.get("/").context["advocate"] == person

    def test_who_works_for_a_bar_keeps_the_account_that_is_there(self, bar: Bar) -> None:
        officer = make_user(bar=bar)
        make_advocate(bar, email=officer.email)
        assert "linked: 1" in said("open_accounts", "R-1", "--apply")
        assert Advocate.objects.get().user == officer

    def test_an_address_that_others_read_opens_nothing(self, bar: Bar) -> None:
        make_advocate(bar, email="")
        make_advocate(bar, email="office@mail.example.kz")
        make_advocate(make_bar("R-2", bar.parent), email="Office@mail.example.kz")
        make_advocate(bar, email="taken@mail.example.kz")
        make_advocate(bar, email="other@mail.example.kz", user=make_user("taken@mail.example.kz"))
        found = said("open_accounts", "R-1", "--apply")
        assert found.splitlines()[2:5] == ["without email: 1", "shared email: 1", "account of another: 1"]
        assert Advocate.objects.exclude(user=None).count() == 1
