"""The people whom the demo names: between them all can be tried, and a second run names the same ones."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.test import Client

from advocates.access import MAY, Action
from advocates.models import Advocate, Bar, Role, RoleKind, User
from cle.demo.plan import NATIONAL
from cle.demo.scene import prepare_logins
from tests.factories import make_advocate, make_bar

pytestmark = pytest.mark.django_db
Bars = dict[str, Bar]


@pytest.fixture
def bars() -> Bars:
    national = make_bar(NATIONAL)
    return {NATIONAL: national, "KZ-75": make_bar("KZ-75", national)}


@pytest.fixture
def advocate(bars: Bars) -> Advocate:
    return make_advocate(bars["KZ-75"])


def kinds(email: str, bar: Bar) -> set[RoleKind]:
    return {RoleKind(role.kind) for role in Role.objects.for_bar(bar).filter(user__email=email)}


def test_everybody_named_comes_in(client: Client, bars: Bars, advocate: Advocate, tmp_path: Path) -> None:
    named = prepare_logins(bars, advocate, tmp_path)
    assert [who.partition(",")[0] for who, _email, _password in named] == [
        "officer", "officer and reviewer", "administrator", "advocate",
    ]  # fmt: skip
    for _who, email, password in named:
        assert client.post("/login/", {"login": email, "password": password}).status_code == 302, email
        staff = User.objects.get(email=email).is_staff
        assert client.get("/", follow=True).redirect_chain[:1] == ([("/office/", 302)] if staff else [])
        client.logout()
    assert User.objects.get(email="advocate@demo.example") == Advocate.objects.get(pk=advocate.pk).user


def test_nothing_is_out_of_their_reach(bars: Bars, advocate: Advocate, tmp_path: Path) -> None:
    prepare_logins(bars, advocate, tmp_path)
    administrator, officer = (kinds(email, bars["KZ-75"]) for email in ("admin@demo.example", "officer@demo.example"))
    assert all(administrator & roles for roles in MAY.values())
    assert all(officer & MAY[action] for action in (Action.ACCREDIT, Action.DECIDE_CLAIMS, Action.STEP_CASES))


def test_a_second_run_names_the_same(bars: Bars, advocate: Advocate, tmp_path: Path) -> None:
    first = prepare_logins(bars, advocate, tmp_path)
    roles = set(Role.objects.values_list("pk", flat=True))
    assert prepare_logins(bars, advocate, tmp_path) == first
    assert set(Role.objects.values_list("pk", flat=True)) == roles
