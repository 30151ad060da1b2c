"""The roll over the API: found in any script, in two orders, by unit; particulars and statuses written by few."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.test import Client

from advocates.models import Advocate, Bar, Role, RoleKind, StatusSpan, Unit
from advocates.services.people import record_status, transfer
from cle.core.pagination import KeysetPagination
from tests.api.test_bars import names
from tests.api.test_me import problem, read_through
from tests.compliance.rows import ruled_bar
from tests.compliance.test_sweep import statements
from tests.factories import make_advocate, make_bar, make_user
from tests.house.rows import digest

pytestmark = pytest.mark.django_db
ROLL = "/api/v1/bars/R-1/advocates"
UNITS = "/api/v1/bars/R-1/units"
STATUS = {"status": "suspended_cle", "since": "2026-02-15", "ground": "43(3)(3)", "document": "Order 7 of 15.02.2026"}
KEPT = {"email": "aliya@mail.example.kz", "phone": "+7 701 000 00 00", "address": "Abay 1", "language": "ru",
        "practice_form": "office"}  # fmt: skip


@pytest.fixture
def bar() -> Bar:
    return make_bar("R-1", ruled_bar())


@pytest.fixture
def person(bar: Bar) -> Advocate:
    return make_advocate(bar, "Сәрсенова Әлия Маратқызы")


@pytest.fixture
def admin(client: Client, bar: Bar) -> Client:
    """The browser of an administrator of the bar."""
    client.force_login(make_user(bar=bar, role=RoleKind.BAR_ADMIN))
    return client


def send(method: Any, where: str, body: dict[str, Any]) -> Any:
    return method(where, body, content_type="application/json")


@pytest.mark.parametrize(
    "typed",
    ["Sarsenova Aliya", "Sársenova Álııa", "Äliya", "Särsenova Äliia", "сарсенова алия", "ӘЛИЯ СӘРСЕНОВА", "sars ali",
     "Maratkyzy", "Маратқызы сәр", "Маратовна"],
)  # fmt: skip
def test_a_name_is_found_in_any_script(admin: Client, bar: Bar, person: Advocate, typed: str) -> None:
    make_advocate(bar, "Ким Виктор")
    found = names(admin.get(ROLL, {"name": typed}))
    assert found == ([] if typed == "Маратовна" else [person.full_name])


@pytest.mark.parametrize(
    ("written", "typed"),
    [
        ("Sarsenova Aliya", "Сәрсенова Әлия"),
        ("Ким-Смирнова Юлия", "smirnova"),
        ("Ковыльная (Тестова) Анна", "Testova Anna"),
        ("Жұмағұлов Қанат", "Jumagulov"),
        ("Щербаков Яков", "Shcherbakov Yakov"),
        ("Жұмағұлов Қанат", "Zhumagulov Qanat"),
        ("Аманов Серік Сабыр ұлы", "Сабырұлы"),
        ("Сәрсенбиева Жанар", "Сәрсенби z"),
    ],
)
def test_either_side_may_be_in_any_script(admin: Client, bar: Bar, written: str, typed: str) -> None:
    make_advocate(bar, written)
    assert names(admin.get(ROLL, {"name": typed})) == [written]


def test_of_those_found_so_many_are_shown_as_were_asked_for(admin: Client, bar: Bar) -> None:
    people = [make_advocate(bar, f"Сәрсенова Әлия {number}").full_name for number in range(3)]
    assert [names(admin.get(ROLL, {"name": "сәрс", "limit": limit})) for limit in (1, 2, 3)] == [
        people[:1], people[:2], people,
    ]  # fmt: skip
    pages = read_through(admin, f"{ROLL}?name=sars&limit=2")
    assert [[row["name"] for row in page] for page in pages] == [people[:2], people[2:]]


@pytest.mark.parametrize("typed", ["и", "иванов", "иванов и", "анна и"])
def test_who_was_entered_first_is_found_first(admin: Client, bar: Bar, typed: str) -> None:
    """By reading from the top, by the index where that finds too few, and by two words."""
    neighbour = make_bar("R-2", bar.parent)
    names_of_all = ["Иванов Игорь Анна", "Ким Виктор", "Иванов Иван Анна"]
    people = [make_advocate(where, name).full_name for name in names_of_all for where in (bar, neighbour)]
    for limit, found in ((1, people[:1]), (2, [people[0], people[4]]), (3, [people[0], people[4]])):
        assert names(admin.get(ROLL, {"name": typed, "limit": limit})) == found


@pytest.mark.parametrize("typed", ["%", "'", "' | '", "арсенова", "!", "a:* & b", "\\"])
def test_what_is_no_beginning_of_a_name_finds_nobody(admin: Client, person: Advocate, typed: str) -> None:
    assert names(admin.get(ROLL, {"name": typed})) == []


def test_the_search_goes_by_an_index(person: Advocate) -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("SET LOCAL enable_sort = off")  # a table of one row is as quickly sorted
    plan = Advocate.objects.named("sars aliya").explain()
    assert "advocate_two_words" in plan
    ordered = Advocate.objects.for_bar(person.bar).by_name()[:100].explain()
    assert "advocate_by_name" in ordered


def test_the_order_of_the_alphabet_from_page_to_page(admin: Client, bar: Bar, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(KeysetPagination, "page_size", 2)
    sorted_names = ["Абаев Ян", "Әділов Ян", "Әділов Ян", "Кимов Ян", "Қанатов Ян", "Яхина Ян"]
    for name in sorted_names[::-1]:
        make_advocate(bar, name)
    pages = read_through(admin, f"{ROLL}?ordering=name")
    assert [len(page) for page in pages] == [2, 2, 2]
    assert [row["name"] for page in pages for row in page] == sorted_names
    assert len({row["id"] for page in pages for row in page}) == 6


@pytest.mark.parametrize("cursor", ["WyJcdTAwMDAiLCIxIl0", "WyJcdWQ4MDAiLCIxIl0", "W10", "MQ"])
def test_a_cursor_of_one_s_own_making_is_refused(admin: Client, person: Advocate, cursor: str) -> None:
    problem(admin.get(ROLL, {"ordering": "name", "cursor": cursor}), 400)


def test_the_people_of_a_unit(admin: Client, bar: Bar, person: Advocate) -> None:
    unit, other = (Unit.objects.create(bar=bar, name=name) for name in ("Consultation 1", "Consultation 2"))
    Advocate.objects.filter(pk=person.pk).update(unit=unit)
    make_advocate(bar, "Ким Виктор", unit=other)
    assert names(admin.get(ROLL, {"unit": unit.pk})) == [person.full_name]
    assert [row["name"] for row in admin.get(UNITS).json()["results"]] == ["Consultation 1", "Consultation 2"]


def test_the_head_of_a_unit_sees_that_unit(client: Client, bar: Bar) -> None:
    unit, _other = (Unit.objects.create(bar=bar, name=name) for name in ("Consultation 1", "Consultation 2"))
    user = make_user(bar=bar, role=RoleKind.UNIT_HEAD)
    Role.objects.filter(user=user).update(unit=unit)
    client.force_login(user)
    assert [row["id"] for row in client.get(UNITS).json()["results"]] == [unit.pk]


@pytest.mark.parametrize("address", [UNITS, ROLL])
def test_three_rows_cost_as_much_as_one(admin: Client, bar: Bar, address: str) -> None:
    def asked() -> int:
        with statements() as sent:
            assert admin.get(address, {"ordering": "name"} if address == ROLL else {}).status_code == 200
        return len(sent)

    def add() -> None:
        number = Unit.objects.count()
        make_advocate(bar, unit=Unit.objects.create(bar=bar, name=f"Consultation {number}"))

    add()
    with_one = asked()
    add()
    add()
    assert asked() == with_one
    assert with_one <= 5


def test_only_the_fields_asked_for(admin: Client, person: Advocate) -> None:
    (row,) = admin.get(ROLL, {"fields": "name,id"}).json()["results"]
    assert row == {"id": person.pk, "name": person.full_name}
    fault = problem(admin.get(ROLL, {"fields": "id,national_id"}), 400)["errors"][0]
    assert fault == {"parameter": "fields", "detail": "There is no field national_id."}


def test_particulars_are_corrected_and_the_rest_stays(admin: Client, bar: Bar, person: Advocate) -> None:
    unit = Unit.objects.create(bar=bar, name="Consultation 1")
    shown = send(admin.patch, f"{ROLL}/{person.pk}", {**KEPT, "unit": unit.pk})
    assert shown.status_code == 200
    assert {**KEPT, "unit": "Consultation 1", "name": person.full_name}.items() <= shown.json().items()
    assert send(admin.patch, f"{ROLL}/{person.pk}", {"unit": None}).json()["unit"] == ""
    person.refresh_from_db()
    assert {name: getattr(person, name) for name in KEPT} == KEPT


@pytest.mark.parametrize(
    ("body", "pointer"),
    [({"full_name": "X"}, "#/full_name"), ({"national_id": "1"}, "#/national_id"), ({"email": "x"}, "#/email"),
     ({"language": "de"}, "#/language"), ({"unit": 0}, "#/unit")],
)  # fmt: skip
def test_a_wrong_particular_is_named_and_nothing_is_written(
    admin: Client, person: Advocate, body: dict[str, Any], pointer: str
) -> None:
    before = digest()
    fault = problem(send(admin.patch, f"{ROLL}/{person.pk}", {"phone": "1", **body}), 400)
    assert [each["pointer"] for each in fault["errors"]] == [pointer]
    assert digest() == before


def test_a_unit_of_another_bar_cannot_be_given(admin: Client, bar: Bar, person: Advocate) -> None:
    foreign = Unit.objects.create(bar=make_bar("R-2", bar.parent), name="Consultation 1")
    before = digest()
    problem(send(admin.patch, f"{ROLL}/{person.pk}", {"unit": foreign.pk}), 400)
    assert digest() == before


def test_a_status_that_was_decided_is_recorded_with_its_ground(admin: Client, person: Advocate) -> None:
    answer = send(admin.post, f"{ROLL}/{person.pk}/statuses", STATUS)
    assert (answer.status_code, answer.json()) == (201, {**STATUS, "until": None})
    spans = admin.get(f"{ROLL}/{person.pk}/statuses").json()["results"]
    assert [(span["status"], span["until"]) for span in spans] == [("active", "2026-02-15"), ("suspended_cle", None)]
    assert StatusSpan.objects.get(status="suspended_cle").recorded_by is not None


def test_a_status_sent_twice_is_recorded_once(admin: Client, person: Advocate) -> None:
    send(admin.post, f"{ROLL}/{person.pk}/statuses", STATUS)
    before = digest()
    again = problem(send(admin.post, f"{ROLL}/{person.pk}/statuses", STATUS), 409)
    assert again["type"] == "urn:problem-type:cle:status-later-exists"
    assert digest() == before


def test_nobody_records_their_own_status(admin: Client, bar: Bar) -> None:
    user = make_user(bar=bar, role=RoleKind.BAR_ADMIN)
    own = make_advocate(bar, user=user)
    admin.force_login(user)
    before = digest()
    refused = problem(send(admin.post, f"{ROLL}/{own.pk}/statuses", STATUS), 409)
    assert refused["type"] == "urn:problem-type:cle:own-record"
    assert digest() == before


@pytest.mark.parametrize("lacking", STATUS)
def test_a_status_needs_all_of_it(admin: Client, person: Advocate, lacking: str) -> None:
    body = {name: value for name, value in STATUS.items() if name != lacking}
    fault = problem(send(admin.post, f"{ROLL}/{person.pk}/statuses", body), 400)
    assert [each["pointer"] for each in fault["errors"]] == [f"#/{lacking}"]


@pytest.mark.parametrize("kind", [*RoleKind, None])
@pytest.mark.parametrize("home", ["own", "above", "neighbour"])
def test_who_may_write(client: Client, bar: Bar, person: Advocate, kind: RoleKind | None, home: str) -> None:
    at = {"own": bar, "above": bar.parent, "neighbour": make_bar("R-2", bar.parent)}[home]
    client.force_login(make_user(bar=at, role=kind) if kind else make_user())
    before = digest()
    answers = [
        send(client.patch, f"{ROLL}/{person.pk}", KEPT),
        send(client.post, f"{ROLL}/{person.pk}/statuses", STATUS),
    ]
    if home != "neighbour" and kind == RoleKind.BAR_ADMIN:
        assert [answer.status_code for answer in answers] == [200, 201]
        return
    reads = home != "neighbour" and kind in (RoleKind.COMPLIANCE_OFFICER, RoleKind.AUDITOR)
    for answer in answers:
        problem(answer, 403 if reads else 404)
    assert digest() == before


def test_somebody_of_another_bar_is_not_there_to_write_on(admin: Client, bar: Bar) -> None:
    foreign = make_advocate(make_bar("R-2", bar.parent))
    before = digest()
    problem(send(admin.patch, f"{ROLL}/{foreign.pk}", KEPT), 404)
    problem(send(admin.post, f"{ROLL}/{foreign.pk}/statuses", STATUS), 404)
    problem(admin.get(f"{ROLL}/{foreign.pk}/statuses"), 404)
    assert digest() == before


def test_the_bars_somebody_belonged_to(admin: Client, bar: Bar) -> None:
    moved = make_advocate(make_bar("R-2", bar.parent))
    transfer(moved, bar, dt.date(2025, 3, 1), document="Minutes 4")
    record_status(moved, "suspended_own", dt.date(2025, 6, 1))  # type: ignore[arg-type]
    shown = admin.get(f"{ROLL}/{moved.pk}").json()["memberships"]
    assert [(row["bar"]["code"], row["since"], row["until"]) for row in shown] == [
        ("R-2", "2015-03-02", "2025-03-01"),
        ("R-1", "2025-03-01", None),
    ]
