"""Who has opened whose file: written down once an hour, and shown to whose file it is."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.urls import reverse

from advocates.models import Advocate, Bar, FilePart, FileRead, Role, RoleKind, User
from advocates.services.reads import record_read
from cle.core.clock import now
from cle.core.pagination import KeysetPagination
from tests.api.test_me import problem, read_through
from tests.compliance.certified import attended
from tests.compliance.rows import make_standing, ruled_bar
from tests.compliance.test_sweep import statements
from tests.factories import make_advocate, make_bar, make_user

pytestmark = pytest.mark.django_db
READERS = "/api/v1/me/readers"
PERSON = "/api/v1/bars/{bar}/advocates/{advocate}"


@pytest.fixture
def national() -> Bar:
    return ruled_bar()


@pytest.fixture
def bar(national: Bar) -> Bar:
    return make_bar("R-1", national)


@pytest.fixture
def advocate(bar: Bar) -> Advocate:
    person = make_advocate(bar, "Сәрсенова Әлия", user=make_user())
    make_standing(person)
    return person


@pytest.fixture
def officer(bar: Bar) -> User:
    return make_user(bar=bar, name="Officer of the bar")


@pytest.fixture
def staff(client: Client, officer: User) -> Client:
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    client.force_login(officer)
    return client


@pytest.fixture
def me(advocate: Advocate) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(advocate.user)
    return client


def person(advocate: Advocate, rest: str = "") -> str:
    return PERSON.format(bar=advocate.bar.code, advocate=advocate.pk) + rest


def shown(me: Client) -> list[dict[str, Any]]:
    return list(me.get(READERS).json()["results"])


def parts() -> list[str]:
    return list(FileRead.objects.order_by("pk").values_list("part", flat=True))


def test_the_advocate_sees_who_looked_at_what(staff: Client, me: Client, advocate: Advocate, officer: User) -> None:
    assert shown(me) == []
    staff.get(person(advocate), REMOTE_ADDR="203.0.113.9")
    (read,) = shown(me)
    at = dt.datetime.fromisoformat(read.pop("at"))
    assert now() - dt.timedelta(minutes=5) < at <= now()
    assert read == {
        "part": "person", "part_name": "particulars and statuses", "reader": "Officer of the bar",
        "roles": ["compliance officer"], "bar": {"code": "R-1", "name": "R-1 Bar"},
    }  # fmt: skip
    row = FileRead.objects.get()
    assert (row.reader, row.address, row.bar, len(row.request)) == (officer, "203.0.113.9", advocate.bar, 36)


def test_once_an_hour_for_each_part(staff: Client, advocate: Advocate) -> None:
    for rest in ("", "", "/explanation", "/statuses", "/explanation"):
        assert staff.get(person(advocate, rest)).status_code == 200
    assert parts() == ["person", "explanation"]
    record_read(make_user(), FilePart.PERSON, advocate.pk)
    assert len(parts()) == 3


def test_who_finds_nobody_has_read_nothing(client: Client, staff: Client, advocate: Advocate, national: Bar) -> None:
    problem(staff.get(person(make_advocate(make_bar("R-2", national)))), 404)
    problem(staff.get(person(advocate) + "?odd=1"), 400)
    client.force_login(make_user(bar=advocate.bar, role=RoleKind.REVIEWER))
    problem(client.get(person(advocate)), 404)
    assert parts() == []


def test_lists_do_not_count_nor_what_one_reads_oneself(staff: Client, me: Client, advocate: Advocate) -> None:
    for address in ("advocates", "standings"):
        assert staff.get(f"/api/v1/bars/R-1/{address}").status_code == 200
    certificate = attended(advocate)
    for address in ("/api/v1/me", "/api/v1/me/explanation", READERS, f"/certificates/{certificate.code}.pdf"):
        me.get(address)
    Role.objects.create(user=advocate.user, bar=advocate.bar, kind=RoleKind.BAR_ADMIN)
    record_read(advocate.user, FilePart.PERSON, advocate.pk)
    assert parts() == []


def test_pages_of_the_office_count(staff: Client, advocate: Advocate) -> None:
    assert staff.get("/admin/advocates/advocate/").status_code == 200
    assert parts() == []
    assert staff.get(f"/admin/advocates/advocate/{advocate.pk}/change/").status_code == 200
    standing = advocate.standings.get()
    assert staff.get(f"/admin/compliance/standing/{standing.pk}/change/").status_code == 200
    assert parts() == ["person", "explanation"]


def test_papers_count(staff: Client, advocate: Advocate) -> None:
    certificate = attended(advocate)
    assert staff.get(reverse("certificate-pdf", args=[certificate.code])).status_code == 200
    assert parts() == ["certificate"]


def test_national_staff_and_operators_are_told_apart(
    client: Client, me: Client, national: Bar, advocate: Advocate
) -> None:
    above = make_user(bar=national, role=RoleKind.AUDITOR, name="Auditor above")
    operator = make_user(name="Operator", is_superuser=True)
    for user in (above, operator):
        record_read(user, FilePart.EXPLANATION, advocate.pk)
    Role.objects.filter(user=above).update(ended_at=now() + dt.timedelta(seconds=1))
    Role.objects.create(user=above, bar=make_bar("R-9", national), kind=RoleKind.BAR_ADMIN)
    assert {read["reader"]: read["roles"] for read in shown(me)} == {"Operator": [], "Auditor above": ["auditor"]}


def test_others_do_not_see_it(staff: Client, advocate: Advocate, bar: Bar) -> None:
    staff.get(person(advocate))
    other = make_advocate(bar, user=make_user())
    client = Client()
    client.force_login(other.user)
    assert shown(client) == []
    problem(staff.get(READERS), 404)
    problem(Client().get(READERS), 401)


def test_three_readers_cost_as_much_as_one(me: Client, advocate: Advocate, bar: Bar) -> None:
    def asked() -> int:
        with statements() as sent:
            shown(me)
        return len(sent)

    record_read(make_user(bar=bar), FilePart.PERSON, advocate.pk)
    one = asked()
    for _ in range(2):
        record_read(make_user(bar=bar), FilePart.PERSON, advocate.pk)
    assert asked() == one == 5


def test_many_files_are_one_statement(officer: User, bar: Bar) -> None:
    people = [make_advocate(bar).pk for _ in range(3)]
    with statements() as sent:
        record_read(officer, FilePart.LEDGER, *people)
    assert len(sent) == 1
    assert FileRead.objects.count() == 3


@pytest.mark.parametrize("sql", ["UPDATE advocates_fileread SET part = 'other'", "DELETE FROM advocates_fileread"])
def test_it_is_only_ever_added_to(officer: User, advocate: Advocate, sql: str) -> None:
    record_read(officer, FilePart.LEDGER, advocate.pk)
    with pytest.raises(DatabaseError, match="only ever added to"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)
    assert parts() == ["ledger"]


# --- for whoever watches over the bar ---

BAR_READERS = "/api/v1/bars/R-1/readers"


@pytest.fixture
def auditor(bar: Bar) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(make_user(bar=bar, role=RoleKind.AUDITOR))
    return client


def listed(auditor: Client, query: str = "") -> list[dict[str, Any]]:
    answer = auditor.get(BAR_READERS + query)
    assert answer.status_code == 200, answer.content
    return list(answer.json()["results"])


def test_the_bar_sees_who_of_its_staff_read_whose_file(
    staff: Client, auditor: Client, advocate: Advocate, officer: User
) -> None:
    staff.get(person(advocate), REMOTE_ADDR="203.0.113.9")
    (read,) = listed(auditor)
    row = FileRead.objects.get()
    assert dt.datetime.fromisoformat(read.pop("at")) == row.at
    assert read == {
        "part": "person", "part_name": "particulars and statuses", "roles": ["compliance officer"],
        "reader": {"id": officer.pk, "name": "Officer of the bar"},
        "advocate": {"id": advocate.pk, "name": "Сәрсенова Әлия"},
        "address": "203.0.113.9", "request": row.request,
    }  # fmt: skip


def test_narrowed_by_reader_advocate_and_day(auditor: Client, advocate: Advocate, officer: User, bar: Bar) -> None:
    other, reader = make_advocate(bar), make_user(bar=bar)
    record_read(officer, FilePart.LEDGER, advocate.pk, other.pk)
    record_read(reader, FilePart.PERSON, other.pk)
    assert len(listed(auditor)) == 3
    assert {read["reader"]["id"] for read in listed(auditor, f"?reader={reader.pk}")} == {reader.pk}
    (only,) = listed(auditor, f"?reader={officer.pk}&advocate={other.pk}")
    assert (only["part"], only["advocate"]["id"]) == ("ledger", other.pk)
    today = now().date()
    before, after = today - dt.timedelta(days=1), today + dt.timedelta(days=1)
    assert len(listed(auditor, f"?since={before}&until={after}")) == 3
    assert listed(auditor, f"?until={before - dt.timedelta(days=1)}") == []
    assert listed(auditor, f"?since={after + dt.timedelta(days=1)}") == []


@pytest.mark.parametrize("query", ["reader=x", "advocate=0", "since=1.1.2026", "since=2026-02-01&until=2026-01-01"])
def test_a_wrong_parameter_is_refused(auditor: Client, query: str) -> None:
    problem(auditor.get(f"{BAR_READERS}?{query}"), 400)


def test_readings_of_other_bars_are_not_shown(auditor: Client, national: Bar, officer: User) -> None:
    record_read(officer, FilePart.PERSON, make_advocate(make_bar("R-2", national)).pk)
    assert listed(auditor) == []
    problem(auditor.get("/api/v1/bars/R-2/readers"), 404)
    problem(Client().get(BAR_READERS), 401)


@pytest.mark.parametrize("kind", RoleKind)
def test_administrators_and_auditors_read_it(client: Client, bar: Bar, kind: RoleKind) -> None:
    client.force_login(make_user(bar=bar, role=kind))
    allowed = kind in (RoleKind.AUDITOR, RoleKind.BAR_ADMIN)
    assert client.get(BAR_READERS).status_code == (200 if allowed else 404)


def test_pages_hold_each_reading_once(auditor: Client, bar: Bar, officer: User, monkeypatch: Any) -> None:
    monkeypatch.setattr(KeysetPagination, "page_size", 2)
    record_read(officer, FilePart.LEDGER, *(make_advocate(bar).pk for _ in range(5)))
    found = [read["advocate"]["id"] for page in read_through(auditor, BAR_READERS) for read in page]
    assert sorted(found) == sorted(FileRead.objects.values_list("advocate", flat=True))


def test_three_readings_cost_the_bar_as_much_as_one(auditor: Client, bar: Bar) -> None:
    def asked() -> int:
        with statements() as sent:
            listed(auditor)
        return len(sent)

    record_read(make_user(bar=bar), FilePart.PERSON, make_advocate(bar).pk)
    one = asked()
    for _ in range(2):
        record_read(make_user(bar=bar), FilePart.PERSON, make_advocate(bar).pk)
    assert asked() == one
