"""Tokens: what they open, never more than their user may, and what is kept of them."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from advocates.access import MAY, OWN, SCOPES, Action, scope_of
from advocates.models import Advocate, Bar, Role, RoleKind, Token, User
from advocates.services.tokens import make_token, note_use, revoke_token
from cle.core.clock import now
from courses.models import Provider
from tests.api.test_me import problem
from tests.compliance.rows import ruled_bar
from tests.factories import make_advocate, make_bar, make_user
from tests.house.rows import digest

pytestmark = pytest.mark.django_db
MINE, YEAR = "/api/v1/me/tokens", dt.timedelta(days=366)
ROLL = "/api/v1/bars/{}/advocates"


@pytest.fixture
def national() -> Bar:
    return ruled_bar()


@pytest.fixture
def bar(national: Bar) -> Bar:
    return make_bar("R-1", national)


@pytest.fixture
def neighbour(national: Bar) -> Bar:
    return make_bar("R-2", national)


@pytest.fixture
def admin(bar: Bar) -> User:
    return make_user(bar=bar, role=RoleKind.BAR_ADMIN)


@pytest.fixture
def staff(client: Client, admin: User) -> Client:
    client.force_login(admin)
    return client


def soon(days: int = 90) -> str:
    return (now() + dt.timedelta(days)).isoformat()


def program(secret: str) -> Client:
    """A program that knows a secret and has no cookies; like a real one it gets no mercy on CSRF."""
    return Client(enforce_csrf_checks=True, headers={"authorization": f"Bearer {secret}", "accept-language": "en"})


def token_for(user: User, bar: Bar, *actions: Action | str) -> tuple[Token, str]:
    scopes = [scope_of(action) if isinstance(action, Action) else action for action in actions]
    return make_token(user, bar, "payroll", scopes, now() + dt.timedelta(days=9), now=now())


def asked(browser: Client, address: str = MINE, **body: Any) -> Any:
    return browser.post(address, {"name": "payroll", "expires_at": soon(), **body}, content_type="application/json")


def code(answer: Any, status: int) -> str:
    return str(problem(answer, status)["type"]).rpartition(":")[2]


def test_a_token_is_made_shown_once_and_works(staff: Client, bar: Bar) -> None:
    make_advocate(bar, "Сәрсенова Әлия")
    made = asked(staff, scopes=["read_roll"], bar=bar.code)
    assert made.status_code == 201
    secret = made.json().pop("secret")
    assert secret.startswith("cle_")
    assert len(secret) == 68
    answer = program(secret).get(ROLL.format(bar.code))
    assert [row["name"] for row in answer.json()["results"]] == ["Сәрсенова Әлия"]
    listed = staff.get(MINE).json()["results"]
    assert [(row["name"], row["start"]) for row in listed] == [("payroll", secret[:10])]
    assert secret not in staff.get(MINE).content.decode()


def test_only_a_digest_is_kept(staff: Client, bar: Bar) -> None:
    secret = asked(staff, scopes=["read_roll"], bar=bar.code).json()["secret"]
    with connection.cursor() as cursor:
        cursor.execute("SELECT t::text FROM advocates_token AS t")
        assert secret[12:] not in str(cursor.fetchall())


@pytest.mark.parametrize("secret", ["", "cle_", "cle_" + "0" * 64, "cle_ä", "two words"])
def test_a_wrong_secret_is_told_so(bar: Bar, secret: str) -> None:
    answer = program(secret).get(ROLL.format(bar.code))
    assert code(answer, 401) == "token-invalid"
    assert answer["WWW-Authenticate"].startswith("Bearer ")
    assert 'error="invalid_token"' in answer["WWW-Authenticate"]


def test_nobody_is_asked_for_a_bearer(client: Client, bar: Bar) -> None:
    answer = client.get(ROLL.format(bar.code))
    assert code(answer, 401) == "blank" or problem(answer, 401)
    assert answer["WWW-Authenticate"] == 'Bearer realm="api"'


def test_a_wrong_token_is_no_way_around_for_a_browser(staff: Client, bar: Bar) -> None:
    problem(staff.get(ROLL.format(bar.code), headers={"authorization": "Bearer cle_1"}), 401)


@pytest.mark.parametrize("ended", ["revoked", "expired", "user left", "role ended"])
def test_what_has_ended_opens_nothing(admin: User, bar: Bar, ended: str) -> None:
    token, secret = token_for(admin, bar, Action.READ_ROLL)
    assert program(secret).get(ROLL.format(bar.code)).status_code == 200
    status = 401
    if ended == "revoked":
        revoke_token(token, by=admin, now=now())
    elif ended == "expired":
        Token.objects.update(made_at=now() - dt.timedelta(9), expires_at=now() - dt.timedelta(seconds=1))
    elif ended == "user left":
        User.objects.filter(pk=admin.pk).update(is_active=False)
    else:
        Role.objects.update(ended_at=now())
        status = 404
    problem(program(secret).get(ROLL.format(bar.code)), status)


@pytest.mark.parametrize("action", Action)
@pytest.mark.parametrize("kind", RoleKind)
def test_a_token_is_made_for_what_its_user_may_and_nothing_else(bar: Bar, kind: RoleKind, action: Action) -> None:
    user = make_user(bar=bar, role=kind)
    browser = Client()
    browser.force_login(user)
    answer = asked(browser, scopes=[scope_of(action)], bar=bar.code)
    if kind in MAY[action]:
        assert answer.status_code == 201
    else:
        assert code(answer, 409) == "scope-not-held"
        assert not Token.objects.exists()


def test_a_token_grants_its_scopes_and_no_other_right_of_its_user(admin: User, bar: Bar) -> None:
    _token, secret = token_for(admin, bar, Action.READ_ROLL)
    for address in ("standings", "tokens", "roles"):
        assert code(program(secret).get(f"/api/v1/bars/{bar.code}/{address}"), 403) == "scope-needed"
    assert code(program(secret).get("/api/v1/me"), 403) == "scope-needed"


def test_reading_does_not_let_a_token_write(admin: User, bar: Bar) -> None:
    _token, secret = token_for(admin, bar, Action.READ_ACCESS)
    program_ = program(secret)
    assert program_.get(f"/api/v1/bars/{bar.code}/roles").status_code == 200
    before = digest()
    answer = program_.post(f"/api/v1/bars/{bar.code}/roles", {}, content_type="application/json")
    assert code(answer, 403) == "scope-needed"
    before["advocates_token"] = digest()["advocates_token"]  # its last use
    assert digest() == before


def test_a_token_grants_no_more_than_its_user_may_today(admin: User, bar: Bar) -> None:
    _token, secret = token_for(admin, bar, Action.READ_ROLL, Action.READ_ACCESS)
    Role.objects.update(kind=RoleKind.REVIEWER)
    assert program(secret).get(ROLL.format(bar.code)).status_code == 200
    problem(program(secret).get(f"/api/v1/bars/{bar.code}/roles"), 404)


def test_a_token_reaches_its_bar_and_those_below(national: Bar, bar: Bar, neighbour: Bar) -> None:
    everywhere = make_user(bar=national, role=RoleKind.BAR_ADMIN)
    _token, narrow = token_for(everywhere, bar, Action.READ_ROLL)
    _token, wide = token_for(everywhere, national, Action.READ_ROLL)
    for at in (national, bar, neighbour):
        assert program(wide).get(ROLL.format(at.code)).status_code == 200
    assert program(narrow).get(ROLL.format(bar.code)).status_code == 200
    problem(program(narrow).get(ROLL.format(national.code)), 404)
    problem(program(narrow).get(ROLL.format(neighbour.code)), 404)
    assert [row["code"] for row in program(narrow).get("/api/v1/bars").json()["results"]] == ["R-1"]


def test_a_token_of_a_superuser_is_as_narrow_as_any(bar: Bar, neighbour: Bar) -> None:
    _token, secret = token_for(User.objects.create_superuser("root@mail.example.kz"), bar, Action.READ_ROLL)
    assert program(secret).get(ROLL.format(bar.code)).status_code == 200
    problem(program(secret).get(ROLL.format(neighbour.code)), 404)
    assert code(program(secret).get(f"/api/v1/bars/{bar.code}/roles"), 403) == "scope-needed"


def test_an_advocate_s_own_token_reads_what_is_theirs(bar: Bar, client: Client) -> None:
    advocate = make_advocate(bar, "Сәрсенова Әлия", user=make_user())
    client.force_login(advocate.user)
    secret = asked(client, scopes=["own"]).json()["secret"]
    assert program(secret).get("/api/v1/me").json()["name"] == "Сәрсенова Әлия"
    assert code(program(secret).get(ROLL.format(bar.code)), 403) == "scope-needed"


def test_tokens_are_for_people_to_handle(admin: User, bar: Bar) -> None:
    """A token makes no tokens and lists none, whatever its scopes."""
    token, secret = token_for(admin, bar, *(scope for scope in SCOPES))
    provider = Provider.objects.create(bar=bar, name_kk="Орталық", name_ru="Центр")
    assert code(program(secret).get(MINE), 403) == "log-in-needed"
    assert code(asked(program(secret), scopes=["read_roll"], bar=bar.code), 403) == "log-in-needed"
    assert code(asked(program(secret), f"/api/v1/bars/{bar.code}/tokens", provider=provider.pk), 403) == "log-in-needed"
    assert list(Token.objects.all()) == [token]


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"scopes": []}, "#/scopes"),
        ({"scopes": ["strike_off"]}, "#/scopes/0"),
        ({"scopes": ["provider"]}, "#/scopes/0"),
        ({"scopes": ["read_roll"]}, "#/bar"),
        ({"scopes": ["read_roll"], "bar": "R-2"}, "#/bar"),
        ({"scopes": ["read_roll"], "bar": "R-9"}, "#/bar"),
        ({"scopes": ["own"]}, "#/bar"),
        ({"scopes": ["read_roll"], "bar": "R-1", "expires_at": None}, "#/expires_at"),
        ({"scopes": ["read_roll"], "bar": "R-1", "user": 1}, "#/user"),
    ],
)
def test_odd_wishes_are_refused(staff: Client, neighbour: Bar, body: dict[str, Any], pointer: str) -> None:
    answer = problem(asked(staff, **body), 400)
    assert pointer in [fault["pointer"] for fault in answer["errors"]]
    assert not Token.objects.exists()


@pytest.mark.parametrize("days", [-1, 367])
def test_a_token_has_an_end_within_a_year(staff: Client, bar: Bar, days: int) -> None:
    answer = asked(staff, scopes=["read_roll"], bar=bar.code, expires_at=soon(days))
    assert code(answer, 409) == "token-needs-an-end"
    assert not Token.objects.exists()


@pytest.mark.parametrize(
    "wrong", [{"expires_at": None}, {"scopes": []}, {"revoked_at": now()}, {"expires_at": now() + 2 * YEAR}],
    ids=["endless", "for nothing", "revoked by nobody", "two years"],
)  # fmt: skip
def test_the_database_holds_to_it(admin: User, bar: Bar, wrong: dict[str, Any]) -> None:
    token, _secret = token_for(admin, bar, Action.READ_ROLL)
    with pytest.raises(IntegrityError), transaction.atomic():
        Token.objects.filter(pk=token.pk).update(**wrong)


def test_the_last_use_is_noted_at_most_once_a_minute(admin: User, bar: Bar, staff: Client) -> None:
    token, secret = token_for(admin, bar, Action.READ_ROLL)
    assert staff.get(MINE).json()["results"][0]["last_used_at"] is None
    program(secret).get(ROLL.format(bar.code), REMOTE_ADDR="10.1.2.3")
    first = Token.objects.get()
    assert first.last_used_at is not None
    assert staff.get(MINE).json()["results"][0]["last_used_from"] == "10.1.2.3"
    note_use(token, "10.9.9.9", first.last_used_at + dt.timedelta(seconds=59))
    assert Token.objects.get().last_used_from == "10.1.2.3"
    note_use(token, "10.9.9.9", first.last_used_at + dt.timedelta(seconds=60))
    assert Token.objects.get().last_used_from == "10.9.9.9"


def test_one_revokes_one_s_own_twice_is_once(staff: Client, admin: User, bar: Bar) -> None:
    token, secret = token_for(admin, bar, Action.READ_ROLL)
    first = staff.post(f"{MINE}/{token.pk}/revoke").json()
    assert first["revoked_at"]
    problem(program(secret).get(ROLL.format(bar.code)), 401)
    assert staff.post(f"{MINE}/{token.pk}/revoke").json() == first


def test_somebody_else_s_token_is_not_there(staff: Client, bar: Bar) -> None:
    colleague = make_user(bar=bar, role=RoleKind.BAR_ADMIN)
    token, _secret = token_for(colleague, bar, Action.READ_ROLL)
    before = digest()
    problem(staff.post(f"{MINE}/{token.pk}/revoke"), 404)
    assert staff.get(MINE).json()["results"] == []
    assert digest() == before


def test_administrators_see_and_revoke_the_tokens_of_their_bar(staff: Client, bar: Bar, neighbour: Bar) -> None:
    colleague = make_user(bar=bar, name="Ким В.")
    token, secret = token_for(colleague, bar, Action.READ_ROLL)
    foreign, _secret = token_for(make_user(bar=neighbour), neighbour, Action.READ_ROLL)
    address = f"/api/v1/bars/{bar.code}/tokens"
    (row,) = staff.get(address).json()["results"]
    assert (row["id"], row["user"], row["scopes"]) == (token.pk, "Ким В.", ["read_roll"])
    problem(staff.post(f"{address}/{foreign.pk}/revoke"), 404)
    problem(staff.post(f"/api/v1/bars/{neighbour.code}/tokens/{foreign.pk}/revoke"), 404)
    assert staff.post(f"{address}/{token.pk}/revoke").status_code == 200
    problem(program(secret).get(ROLL.format(bar.code)), 401)
    foreign.refresh_from_db()
    assert foreign.revoked_at is None


@pytest.mark.parametrize("kind", RoleKind)
def test_who_handles_the_tokens_of_a_bar(client: Client, bar: Bar, admin: User, kind: RoleKind) -> None:
    token, _secret = token_for(admin, bar, Action.READ_ROLL)
    client.force_login(make_user(bar=bar, role=kind))
    address, before = f"/api/v1/bars/{bar.code}/tokens", digest()
    seen = {RoleKind.BAR_ADMIN: 200, RoleKind.AUDITOR: 200}.get(kind, 404)
    assert client.get(address).status_code == seen
    changed = {RoleKind.BAR_ADMIN: 200, RoleKind.AUDITOR: 403}.get(kind, 404)
    assert client.post(f"{address}/{token.pk}/revoke").status_code == changed
    if changed != 200:
        assert digest() == before


def test_a_provider_gets_a_token_of_its_own_account(staff: Client, bar: Bar, neighbour: Bar) -> None:
    provider = Provider.objects.create(bar=bar, name_kk="Орталық", name_ru="Центр", name_en="Centre")
    foreign = Provider.objects.create(bar=neighbour, name_kk="Өзге", name_ru="Другой")
    address = f"/api/v1/bars/{bar.code}/tokens"
    made = [asked(staff, address, provider=provider.pk).json() for _ in range(2)]
    provider.refresh_from_db()
    assert provider.account is not None
    assert not provider.account.has_usable_password()
    assert [token.scopes for token in provider.account.tokens.all()] == [["provider"]] * 2
    for token in made:
        assert code(program(token["secret"]).get(ROLL.format(bar.code)), 403) == "scope-needed"
        assert code(program(token["secret"]).get("/api/v1/me"), 403) == "scope-needed"
    problem(asked(staff, address, provider=foreign.pk), 400)


def test_a_list_of_three_costs_as_much_as_a_list_of_one(staff: Client, admin: User, bar: Bar) -> None:
    for address in (MINE, f"/api/v1/bars/{bar.code}/tokens"):
        counts = []
        for more in (1, 2):
            for _ in range(more):
                token_for(admin, bar, Action.READ_ROLL)
            with CaptureQueriesContext(connection) as queries:
                assert staff.get(address).status_code == 200
            counts.append(len(queries))
        assert counts == ([3, 3] if address == MINE else [4, 4])


def test_scopes_are_as_many_as_actions_and_told_in_the_description() -> None:
    assert set(SCOPES.values()) == set(Action)
    assert OWN not in SCOPES


def test_a_retired_advocate_s_own_token_finds_no_advocate(bar: Bar) -> None:
    advocate = make_advocate(bar, user=make_user())
    _token, secret = token_for(advocate.user, bar, OWN)
    Advocate.objects.update(user=None)
    problem(program(secret).get("/api/v1/me"), 404)


def test_what_a_program_does_is_done_in_the_name_of_its_user(admin: User, bar: Bar) -> None:
    _token, secret = token_for(admin, bar, Action.READ_ROLL)
    told: list[tuple[str | None, str | None]] = []

    def look(execute: Any, *statement: Any) -> Any:
        assert connection.connection is not None
        names = "current_setting('cle.user', true), current_setting('cle.address', true)"
        told.append(connection.connection.execute(f"SELECT {names}").fetchone())
        return execute(*statement)

    with connection.execute_wrapper(look):
        program(secret).get(ROLL.format(bar.code), REMOTE_ADDR="10.1.2.3")
    assert told[-1] == (str(admin.pk), "10.1.2.3")
    assert {user or "" for user, _address in told} == {"", str(admin.pk)}
