"""Accounts for the advocates of a bar."""

from __future__ import annotations

import datetime as dt
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from advocates.models import Advocate, Bar, RoleKind, Status, User
from advocates.queries.accounts import Finding, basis_of, present, prospects
from advocates.services.accounts import open_accounts, take_access_away
from advocates.services.people import leave_bar, record_status
from cle.core.errors import DomainError
from courses.models import Provider
from tests.factories import make_advocate, make_bar, make_user

pytestmark = pytest.mark.django_db
TODAY = dt.date(2026, 6, 1)


@pytest.fixture
def bar() -> Bar:
    return make_bar("R-1", make_bar("KZ"))


def said(*words: str) -> str:
    out = StringIO()
    call_command(*words, stdout=out)
    return out.getvalue()


def finding(person: Advocate, by: User | None = None) -> Finding:
    (found,) = prospects(person.bar, present(person.bar, TODAY).filter(pk=person.pk), by)
    return found.finding


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

    def test_a_thousand_cost_as_many_statements_as_three(self, bar: Bar) -> None:
        counted = []
        for number in (1, 3):
            for _ in range(number):
                make_advocate(bar)
            with CaptureQueriesContext(connection) as asked:
                assert open_accounts(bar, TODAY).opened == number
            counted.append(len(asked))
        assert counted[0] == counted[1] <= 10


class TestWhoGetsOne:
    @pytest.mark.parametrize("status", [Status.TERMINATED, Status.DEPRIVED, Status.EXCLUDED_LICENSED, Status.DECEASED])
    def test_nobody_whose_licence_has_ended(self, bar: Bar, status: Status) -> None:
        record_status(make_advocate(bar), status, dt.date(2026, 3, 2))
        assert open_accounts(bar, TODAY).opened == 0
        assert open_accounts(bar, dt.date(2026, 3, 1)).opened == 1

    def test_nobody_who_has_left(self, bar: Bar) -> None:
        leave_bar(make_advocate(bar), dt.date(2026, 3, 2))
        assert open_accounts(bar, TODAY).opened == 0

    def test_who_is_suspended_must_make_up_for_it_and_gets_one(self, bar: Bar) -> None:
        record_status(make_advocate(bar), Status.SUSPENDED_CLE, dt.date(2026, 3, 2))
        assert open_accounts(bar, TODAY).opened == 1


class TestAccountsThatAreThere:
    """Somebody else may have set the password of an account that waits under an advocate's address."""

    def test_one_that_another_bar_made_is_not_linked(self, bar: Bar) -> None:
        stranger = make_user("one@mail.example.kz", bar=make_bar("R-2", bar.parent))
        person = make_advocate(bar, email=stranger.email)
        assert finding(person) == Finding.NEEDS_A_LOOK
        open_accounts(bar, TODAY)
        person.refresh_from_db()
        assert person.user is None

    def test_one_of_nobody_is_not_linked(self, bar: Bar) -> None:
        assert finding(make_advocate(bar, email=make_user().email)) == Finding.NEEDS_A_LOOK

    def test_one_that_works_elsewhere_too_or_has_worked_there(self, bar: Bar) -> None:
        user = make_user(bar=bar)
        person = make_advocate(bar, email=user.email)
        assert finding(person) == Finding.LINKED
        role = user.roles.create(bar=make_bar("R-2", bar.parent), kind=RoleKind.REVIEWER)
        assert finding(person) == Finding.NEEDS_A_LOOK
        role.ended_at = dt.datetime(2026, 3, 2, tzinfo=dt.UTC)
        role.save()
        assert finding(person) == Finding.NEEDS_A_LOOK

    def test_one_with_which_a_provider_of_another_bar_posts_its_courses(self, bar: Bar) -> None:
        user = make_user(bar=bar)
        person = make_advocate(bar, email=user.email)
        provider = Provider.objects.create(bar=bar, name_kk="Орталық", account=user)
        assert finding(person) == Finding.LINKED
        provider.bar = make_bar("R-2", bar.parent)
        provider.save()
        assert finding(person) == Finding.NEEDS_A_LOOK

    def test_one_whose_role_has_ended_or_that_runs_everything(self, bar: Bar) -> None:
        user = make_user(bar=bar)
        user.roles.update(ended_at=dt.datetime(2026, 3, 2, tzinfo=dt.UTC))
        root = make_user(bar=bar, is_superuser=True)
        for one in (user, root):
            assert finding(make_advocate(bar, email=one.email)) == Finding.NEEDS_A_LOOK

    def test_one_of_the_bar_above_is_linked(self, bar: Bar) -> None:
        assert bar.parent is not None
        assert finding(make_advocate(bar, email=make_user(bar=bar.parent).email)) == Finding.LINKED

    def test_nobody_gives_themselves_a_file(self, bar: Bar) -> None:
        admin = make_user(bar=bar, role=RoleKind.BAR_ADMIN)
        person = make_advocate(bar, email=admin.email)
        assert finding(person, admin) == Finding.OWN
        assert open_accounts(bar, TODAY, by=admin).linked == 0
        assert finding(person, make_user(bar=bar)) == Finding.LINKED

    def test_those_who_run_the_installation_take_the_look(self, bar: Bar) -> None:
        person = make_advocate(bar, email=make_user().email)
        with pytest.raises(CommandError, match="single advocates"):
            said("open_accounts", "R-1", "--looked-at")
        assert "linked: 1" in said("open_accounts", "R-1", "--advocate", str(person.pk), "--looked-at", "--apply")


class TestWhatWasShown:
    def test_something_else_than_was_shown_is_not_done(self, bar: Bar) -> None:
        first, _second = make_advocate(bar), make_advocate(bar)
        shown = basis_of(prospects(bar, present(bar, TODAY)))
        Advocate.objects.filter(pk=first.pk).update(email="another@mail.example.kz")  # as many, elsewhere
        with pytest.raises(DomainError, match="look at a new one"):
            open_accounts(bar, TODAY, shown=shown)
        assert not Advocate.objects.exclude(user=None).exists()
        assert open_accounts(bar, TODAY, shown=basis_of(prospects(bar, present(bar, TODAY)))).opened == 2


class TestTakingAway:
    def test_the_file_is_shut_and_the_account_stays(self, client: Client, bar: Bar) -> None:
        admin, person = make_user(bar=bar, role=RoleKind.BAR_ADMIN), make_advocate(bar)
        open_accounts(bar, TODAY)
        person.refresh_from_db()
        assert person.user is not None
        client.force_login(person.user)
        assert client.get("/my/certificates/").status_code == 200
        assert take_access_away(person, by=admin)
        assert client.get("/my/certificates/").status_code == 404
        assert not take_access_away(person, by=admin)
        assert User.objects.filter(email=person.email).exists()

    def test_not_from_oneself_and_not_another_than_was_shown(self, bar: Bar) -> None:
        admin = make_user(bar=bar, role=RoleKind.BAR_ADMIN)
        own, other = make_advocate(bar, user=admin), make_advocate(bar, user=make_user())
        with pytest.raises(DomainError, match="your own record"):
            take_access_away(own, by=admin)
        with pytest.raises(DomainError, match="look at a new one"):
            take_access_away(other, by=admin, shown=admin.pk)
