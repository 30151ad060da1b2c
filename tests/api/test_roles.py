"""Roles through the API: who gives them, to whom, and that nothing is lost or doubled."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from advocates.models import Bar, Role, RoleKind, Unit, User
from advocates.services.roles import end_role, give_role
from cle.core.clock import now
from cle.core.errors import DomainError
from tests.api.test_me import problem
from tests.api.test_tokens import code
from tests.factories import make_advocate, make_bar, make_national, make_user
from tests.house.rows import digest

pytestmark = pytest.mark.django_db
ROLES = "/api/v1/bars/{}/roles"


@pytest.fixture
def national() -> Bar:
    return make_national()


@pytest.fixture
def bar(national: Bar) -> Bar:
    return make_bar("R-1", national)


@pytest.fixture
def neighbour(national: Bar) -> Bar:
    return make_bar("R-2", national)


@pytest.fixture
def admin(bar: Bar) -> User:
    return make_user("admin@mail.example.kz", bar=bar, role=RoleKind.BAR_ADMIN)


@pytest.fixture
def office(client: Client, admin: User) -> Client:
    client.force_login(admin)
    return client


def given(browser: Client, bar: Bar, **body: Any) -> Any:
    body = {"email": "new@mail.example.kz", "kind": "reviewer", **body}
    return browser.post(ROLES.format(bar.code), body, content_type="application/json")


def test_a_role_opens_an_account_and_its_office(office: Client, bar: Bar) -> None:
    answer = given(office, bar, email="New@Mail.example.kz", name="Ким В.")
    assert answer.status_code == 201
    user = User.objects.get(email="new@mail.example.kz")
    assert (user.name, user.is_staff, user.has_usable_password()) == ("Ким В.", True, False)
    assert answer.json() | {"id": 0, "given_at": ""} == {
        "id": 0, "email": "new@mail.example.kz", "name": "Ким В.", "kind": "reviewer", "unit": None, "given_at": "",
        "ended_at": None,
    }  # fmt: skip


def test_twice_is_once(office: Client, bar: Bar) -> None:
    first, second = given(office, bar), given(office, bar)
    assert first.json() == second.json()
    assert Role.objects.filter(kind="reviewer").count() == 1


def test_a_role_ends_and_stays_on_record(office: Client, bar: Bar) -> None:
    role = given(office, bar).json()
    address = f"{ROLES.format(bar.code)}/{role['id']}/end"
    ended = office.post(address).json()
    assert ended["ended_at"]
    assert office.post(address).json() == ended
    assert not User.objects.get(email="new@mail.example.kz").is_staff
    lasting, gone = (office.get(ROLES.format(bar.code) + f"?lasting={asked}").json() for asked in ("true", "false"))
    assert [row["email"] for row in lasting["results"]] == ["admin@mail.example.kz"]
    assert [row["email"] for row in gone["results"]] == ["new@mail.example.kz"]
    assert given(office, bar).json()["id"] != role["id"]


@pytest.mark.parametrize("kind", RoleKind)
def test_who_handles_roles(client: Client, bar: Bar, admin: User, kind: RoleKind) -> None:
    client.force_login(make_user(bar=bar, role=kind))
    before = digest()
    assert client.get(ROLES.format(bar.code)).status_code == (200 if kind in ("bar_admin", "auditor") else 404)
    refused = {RoleKind.BAR_ADMIN: 201, RoleKind.AUDITOR: 403}.get(kind, 404)
    assert given(client, bar).status_code == refused
    if refused != 201:
        assert client.post(f"{ROLES.format(bar.code)}/{admin.roles.get().pk}/end").status_code == refused
        assert digest() == before


def test_nobody_gives_or_ends_a_role_at_a_bar_that_is_not_theirs(
    office: Client, national: Bar, neighbour: Bar, admin: User
) -> None:
    role = Role.objects.get(user=make_user(bar=neighbour))
    before = digest()
    for elsewhere in (national, neighbour):
        problem(given(office, elsewhere), 404)
        problem(office.post(f"{ROLES.format(elsewhere.code)}/{role.pk}/end"), 404)
    problem(office.post(f"{ROLES.format('R-1')}/{role.pk}/end"), 404)
    for elsewhere in (national, neighbour):
        with pytest.raises(DomainError) as refused:
            give_role(elsewhere, "new@mail.example.kz", RoleKind.AUDITOR, by=admin)
        assert refused.value.code == "role-not-yours-to-give"
    with pytest.raises(DomainError):
        end_role(role, by=admin, now=now())
    assert digest() == before


def test_the_bar_above_gives_roles_below(client: Client, national: Bar, bar: Bar) -> None:
    client.force_login(make_user(bar=national, role=RoleKind.BAR_ADMIN))
    assert given(client, bar).status_code == 201


def test_nobody_gives_a_role_to_themselves(office: Client, bar: Bar, admin: User) -> None:
    before = digest()
    assert code(given(office, bar, email=admin.email), 409) == "own-role"
    assert digest() == before


def test_an_account_of_another_bar_is_not_drawn_in(office: Client, bar: Bar, neighbour: Bar) -> None:
    """Whoever has nothing to do with the bar is not shown to its administrator by giving them a role."""
    theirs = make_user("theirs@mail.example.kz", bar=neighbour, name="Secret Name")
    advocate = make_advocate(neighbour, user=make_user("advocate@mail.example.kz"))
    before = digest()
    for user in (theirs, advocate.user, User.objects.create_superuser("root@mail.example.kz")):
        before = digest()
        answer = given(office, bar, email=user.email)
        assert code(answer, 409) == "account-elsewhere"
        assert "Secret" not in answer.content.decode()
        assert digest() == before


def test_an_advocate_of_the_bar_may_work_for_it(office: Client, bar: Bar) -> None:
    advocate = make_advocate(bar, user=make_user("advocate@mail.example.kz"))
    assert given(office, bar, email="advocate@mail.example.kz").status_code == 201
    assert advocate.user.roles.get().bar == bar


@pytest.mark.parametrize(
    ("kind", "has_unit", "status"),
    [("unit_head", True, 201), ("unit_head", False, 409), ("reviewer", True, 409), ("reviewer", False, 201)],
)
def test_heads_have_a_unit_and_nobody_else(office: Client, bar: Bar, kind: str, has_unit: bool, status: int) -> None:
    unit = Unit.objects.create(bar=bar, name="Consultation 1")
    answer = given(office, bar, kind=kind, **({"unit": unit.pk} if has_unit else {}))
    assert answer.status_code == status
    if status == 409:
        assert code(answer, 409) == "unit-needed"


def test_a_unit_is_of_the_same_bar(office: Client, bar: Bar, neighbour: Bar, admin: User) -> None:
    unit = Unit.objects.create(bar=neighbour, name="Consultation 2")
    problem(given(office, bar, kind="unit_head", unit=unit.pk), 400)
    with pytest.raises(DomainError) as refused:
        give_role(bar, "new@mail.example.kz", RoleKind.UNIT_HEAD, unit, by=admin)
    assert refused.value.code == "unit-of-another-bar"


def test_a_head_heads_one_unit_at_a_time(office: Client, bar: Bar) -> None:
    one, other = (Unit.objects.create(bar=bar, name=f"Consultation {number}") for number in (1, 2))
    assert given(office, bar, kind="unit_head", unit=one.pk).status_code == 201
    assert code(given(office, bar, kind="unit_head", unit=other.pk), 409) == "role-held"


@pytest.mark.parametrize("body", [{"email": "no"}, {"kind": "king"}, {"user": 1}, {"ended_at": None}])
def test_odd_bodies_are_refused(office: Client, bar: Bar, body: dict[str, Any]) -> None:
    problem(given(office, bar, **body), 400)


def test_a_list_of_three_costs_as_much_as_a_list_of_one(office: Client, bar: Bar) -> None:
    counts = []
    for more in (0, 2):
        for _ in range(more):
            make_user(bar=bar)
        with CaptureQueriesContext(connection) as queries:
            assert len(office.get(ROLES.format(bar.code)).json()["results"]) == 1 + more
        counts.append(len(queries))
    assert counts == [4, 4]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("there", [True, False], ids=["an account", "no account"])
def test_several_at_once_give_one_role_of_one_account(bar: Bar, admin: User, there: bool) -> None:
    email = "advocate@mail.example.kz"
    if there:
        make_advocate(bar, user=make_user(email))

    def give(_: int) -> str:
        try:
            return str(give_role(bar, email, RoleKind.REVIEWER, by=admin).pk)
        except DomainError as refused:  # the account of a role that is not yet there is not known to anybody
            return refused.code
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        assert len(set(pool.map(give, range(4))) - {"account-elsewhere"}) == 1
    assert User.objects.get(email=email).roles.count() == 1
