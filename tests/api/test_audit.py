"""The audit trail through the API: for whom, of which rows, and never a secret."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.test import Client

from advocates.acting import acting
from advocates.models import Advocate, Bar, Change, Role, RoleKind, Unit, User
from cle.core.clock import now
from cle.core.pagination import KeysetPagination
from tests.api.test_me import problem, read_through
from tests.compliance.test_sweep import statements
from tests.factories import give_credit, make_advocate, make_bar, make_category, make_national, make_user

pytestmark = pytest.mark.django_db
AUDIT, OF_PERSON = "/api/v1/bars/{bar}/audit", "/api/v1/bars/{bar}/advocates/{advocate}/audit"
ADDRESSES = (AUDIT, OF_PERSON)


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
def officer(bar: Bar) -> User:
    return make_user(bar=bar, name="Officer")


@pytest.fixture
def advocate(bar: Bar, officer: User) -> Advocate:
    make_category(bar)  # the national bar's, which an officer of this one cannot make
    with acting("web", user=officer.pk, address="203.0.113.9", request="r-1"):
        person = make_advocate(bar, "Сәрсенова Әлия", national_id="850512300123")
        give_credit(person, 90)
    return person


@pytest.fixture
def auditor(client: Client, bar: Bar) -> Client:
    client.force_login(make_user(bar=bar, role=RoleKind.AUDITOR))
    return client


def of(address: str, advocate: Advocate, bar: Bar | None = None) -> str:
    return address.format(bar=(bar or advocate.bar).code, advocate=advocate.pk)


def rows(client: Client, address: str) -> list[dict[str, Any]]:
    answer = client.get(address)
    assert answer.status_code == 200, answer.content
    return list(answer.json()["results"])


@pytest.mark.parametrize("address", ADDRESSES)
@pytest.mark.parametrize("kind", RoleKind)
def test_administrators_and_auditors_read_it(
    client: Client, bar: Bar, advocate: Advocate, kind: RoleKind, address: str
) -> None:
    client.force_login(make_user(bar=bar, role=kind))
    answer = client.get(of(address, advocate))
    if kind in (RoleKind.AUDITOR, RoleKind.BAR_ADMIN):
        assert answer.status_code == 200
    else:
        problem(answer, 404)


@pytest.mark.parametrize("address", ADDRESSES)
def test_strangers_and_other_bars_find_nothing(
    client: Client, advocate: Advocate, neighbour: Bar, address: str
) -> None:
    problem(client.get(of(address, advocate)), 401)
    client.force_login(make_user(bar=neighbour, role=RoleKind.BAR_ADMIN))
    problem(client.get(of(address, advocate)), 404)
    problem(client.get(of(OF_PERSON, advocate, neighbour)), 404)


def test_national_staff_name_the_bar_and_see_that_bar_alone(
    client: Client, national: Bar, advocate: Advocate, neighbour: Bar
) -> None:
    make_advocate(neighbour)
    client.force_login(make_user(bar=national, role=RoleKind.AUDITOR))
    seen = {row["id"] for row in rows(client, of(AUDIT, advocate))}
    assert seen == set(Change.objects.for_bar(advocate.bar).values_list("pk", flat=True)) != set()


def test_who_what_when_and_from_where(auditor: Client, advocate: Advocate, officer: User) -> None:
    newest, *_older = rows(auditor, f"{of(AUDIT, advocate)}?table=courses_entry")
    change = Change.objects.get(pk=newest["id"])
    assert {name: newest[name] for name in ("action", "table", "row", "advocate", "address", "source", "request")} == {
        "action": "insert", "table": "courses_entry", "row": change.row, "advocate": advocate.pk,
        "address": "203.0.113.9", "source": "web", "request": "r-1",
    }  # fmt: skip
    assert newest["user"] == {"id": officer.pk, "name": "Officer"}
    assert (newest["before"], newest["after"]["minutes"]) == (None, 90)


def test_a_change_shows_what_was_there_before(auditor: Client, advocate: Advocate) -> None:
    Advocate.objects.filter(pk=advocate.pk).update(phone="+7 701 000 00 00")
    newest = rows(auditor, of(OF_PERSON, advocate))[0]
    assert (newest["user"], newest["source"]) == (None, "")
    assert (newest["before"], newest["after"]) == ({"phone": ""}, {"phone": "+7 701 000 00 00"})


def test_narrowed_by_person_user_table_and_day(auditor: Client, advocate: Advocate, officer: User, bar: Bar) -> None:
    other = make_advocate(bar)
    where = of(AUDIT, advocate)
    assert {row["advocate"] for row in rows(auditor, f"{where}?advocate={other.pk}")} == {other.pk}
    assert {row["user"]["id"] for row in rows(auditor, f"{where}?user={officer.pk}")} == {officer.pk}
    assert {row["table"] for row in rows(auditor, f"{where}?table=advocates_statusspan")} == {"advocates_statusspan"}
    today = now().date()
    days = [today - dt.timedelta(days=1), today + dt.timedelta(days=1)]
    assert len(rows(auditor, f"{where}?since={days[0]}&until={days[1]}")) == Change.objects.for_bar(bar).count()
    assert rows(auditor, f"{where}?until={days[0] - dt.timedelta(days=1)}") == []
    assert rows(auditor, f"{where}?since={days[1] + dt.timedelta(days=1)}") == []


@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ("advocate=x", "advocate"),
        ("table=Entry;", "table"),
        ("since=1.1.2026", "since"),
        ("since=2026-02-01&until=2026-01-01", "until"),
        ("bar=R-2", "bar"),
    ],
)
def test_a_wrong_parameter_is_named(auditor: Client, advocate: Advocate, query: str, parameter: str) -> None:
    document = problem(auditor.get(f"{of(AUDIT, advocate)}?{query}"), 400)
    assert {fault["parameter"] for fault in document["errors"]} == {parameter}


def test_the_file_of_one_takes_no_other_advocate(auditor: Client, advocate: Advocate, bar: Bar) -> None:
    where = of(OF_PERSON, advocate)
    assert {row["advocate"] for row in rows(auditor, where)} == {advocate.pk}
    problem(auditor.get(f"{where}?advocate={make_advocate(bar).pk}"), 400)


def test_accounts_are_shown_to_the_bars_that_they_work_for(
    auditor: Client, advocate: Advocate, officer: User, neighbour: Bar
) -> None:
    foreign = make_user(bar=neighbour)
    for user in (officer, foreign):
        user.set_password("other horse")
        user.save()
    found = rows(auditor, f"{of(AUDIT, advocate)}?table=advocates_user")
    keys = {row["row"] for row in found}
    assert str(officer.pk) in keys
    assert str(foreign.pk) not in keys
    changed = next(row for row in found if row["action"] == "update")
    assert (changed["before"], changed["after"]) == ({"password": "•••"}, {"password": "•••"})


def test_no_secret_is_part_of_an_answer(auditor: Client, advocate: Advocate, officer: User) -> None:
    text = "".join(
        auditor.get(of(address, advocate) + query).content.decode()
        for address, query in ((AUDIT, ""), (OF_PERSON, ""), (AUDIT, "?table=advocates_user"))
    )
    assert "national_id" in text
    assert "850512300123" not in text
    assert officer.password not in text


def test_pages_hold_each_change_once(auditor: Client, bar: Bar, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(KeysetPagination, "page_size", 2)
    Unit.objects.bulk_create([Unit(bar=bar, name=f"Unit {number}") for number in range(5)])
    where = f"{AUDIT.format(bar=bar.code)}?table=advocates_unit"
    keys = [row["id"] for page in read_through(auditor, where) for row in page]
    assert keys == sorted(set(keys), reverse=True)
    assert len(keys) == 5


def test_three_changes_cost_as_much_as_one(auditor: Client, advocate: Advocate) -> None:
    where = f"{of(AUDIT, advocate)}?table=courses_entry"

    def asked() -> int:
        with statements() as sent:
            assert auditor.get(where).status_code == 200
        return len(sent)

    one = asked()
    for _ in range(2):
        with acting("web", user=make_user(bar=advocate.bar).pk):
            give_credit(advocate, 30)
    assert len(rows(auditor, where)) == 3
    assert asked() == one <= 5


def test_a_role_that_ended_opens_nothing(auditor: Client, advocate: Advocate) -> None:
    Role.objects.update(ended_at=now())
    problem(auditor.get(of(AUDIT, advocate)), 404)


@pytest.mark.parametrize("address", ADDRESSES)
def test_nobody_writes_to_it(auditor: Client, advocate: Advocate, address: str) -> None:
    before = Change.objects.count()
    for method in (auditor.post, auditor.put, auditor.patch, auditor.delete):
        problem(method(of(address, advocate)), 405)
    assert Change.objects.count() == before
