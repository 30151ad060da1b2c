"""The API of a bar's staff: which bars, which roles, which rows, and what is refused."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

import advocates
from advocates.access import MAY, Action, roles_for
from advocates.models import Advocate, Bar, Role, RoleKind, Status, Unit, User
from advocates.services.people import record_status
from cle.core.clock import now
from cle.core.pagination import KeysetPagination
from tests.api.test_me import problem, read_through
from tests.compliance.rows import make_standing, ruled_bar
from tests.compliance.test_sweep import statements
from tests.factories import give_credit, make_advocate, make_bar, make_user

pytestmark = pytest.mark.django_db
ROLL, STANDINGS = "/api/v1/bars/{bar}/advocates", "/api/v1/bars/{bar}/standings"
ONE, EXPLAINED = ROLL + "/{advocate}", ROLL + "/{advocate}/explanation"
ADDRESSES = {ROLL: Action.READ_ROLL, STANDINGS: Action.READ_STANDINGS, ONE: Action.READ_STANDINGS,
             EXPLAINED: Action.READ_STANDINGS}  # fmt: skip


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
def advocate(bar: Bar) -> Advocate:
    return entered(bar, "Сәрсенова Әлия")


@pytest.fixture
def staff(client: Client, bar: Bar) -> Client:
    """The browser of the compliance officer of the bar, set to English."""
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    client.force_login(make_user(bar=bar))
    return client


def entered(bar: Bar, name: str = "", **fields: Any) -> Advocate:
    """Somebody of whom there is something to read at each address."""
    person = make_advocate(bar, name, national_id=f"8505{Advocate.objects.count():08}", **fields)
    make_standing(person)
    give_credit(person, 90)
    return person


def of(address: str, advocate: Advocate, bar: Bar | None = None) -> str:
    return address.format(bar=(bar or advocate.bar).code, advocate=advocate.pk)


def names(answer: Any) -> list[str]:
    return [row["name"] for row in answer.json()["results"]]


@pytest.mark.parametrize("address", ADDRESSES)
@pytest.mark.parametrize("kind", RoleKind)
def test_a_role_reads_what_the_table_lets_it(
    client: Client, bar: Bar, advocate: Advocate, kind: RoleKind, address: str
) -> None:
    client.force_login(make_user(bar=bar, role=kind))
    answer = client.get(of(address, advocate))
    if kind in MAY[ADDRESSES[address]] - {RoleKind.UNIT_HEAD}:  # who needs a unit
        assert answer.status_code == 200
    else:
        problem(answer, 404)


def test_what_is_not_in_the_table_nobody_may() -> None:
    assert set(MAY) == set(Action)
    assert roles_for("strike off") == frozenset()  # type: ignore[arg-type]
    assert RoleKind.UNIT_HEAD not in roles_for(Action.READ_LEDGER)
    assert RoleKind.COURSE_MANAGER not in roles_for(Action.READ_STANDINGS)


def test_the_page_shows_the_table() -> None:
    page = (Path(advocates.__file__).parent / "docs" / "who-may-do-what.md").read_text(encoding="utf-8")
    lines = [line.strip("|").split("|") for line in page.splitlines() if line.startswith("|")]
    (_, *kinds), _, *rows = [[cell.strip() for cell in line] for line in lines]
    shown = {
        action: {kind for kind, cell in zip(kinds, cells, strict=True) if cell == "yes"} for action, *cells in rows
    }
    assert set(kinds) == set(RoleKind)
    assert shown == {action.value: {str(kind) for kind in may} for action, may in MAY.items()}


@pytest.mark.parametrize("address", ADDRESSES)
def test_another_bar_is_as_if_it_were_not_there(
    staff: Client, advocate: Advocate, neighbour: Bar, address: str
) -> None:
    theirs = entered(neighbour)
    foreign, nowhere = staff.get(of(address, theirs)), staff.get(of(address, theirs).replace("R-2", "R-9"))
    assert problem(foreign, 404) == problem(nowhere, 404)


@pytest.mark.parametrize(
    ("language", "said"), [("ru", "Страница не найдена."), ("kk", "Табылмады."), ("en", "Not found.")]
)
def test_what_is_not_there_is_said_in_the_language_of_the_request(
    staff: Client, neighbour: Bar, language: str, said: str
) -> None:
    answer = staff.get(ROLL.format(bar=neighbour.code), headers={"accept-language": language})
    assert problem(answer, 404)["detail"] == said


@pytest.mark.parametrize("address", [ONE, EXPLAINED])
def test_somebody_of_another_bar_is_not_found_under_one_s_own(
    staff: Client, bar: Bar, neighbour: Bar, address: str
) -> None:
    problem(staff.get(of(address, entered(neighbour), bar)), 404)


@pytest.mark.parametrize("address", ADDRESSES)
def test_the_staff_of_the_bar_above_read_the_bars_below_and_not_the_reverse(
    client: Client, national: Bar, advocate: Advocate, address: str
) -> None:
    client.force_login(make_user(bar=national))
    assert client.get(of(address, advocate)).status_code == 200
    above = entered(national)
    client.force_login(make_user(bar=advocate.bar))
    problem(client.get(of(address, above)), 404)


def test_the_bars_one_may_read(client: Client, national: Bar, bar: Bar, neighbour: Bar) -> None:
    def codes(user: User) -> list[str]:
        client.force_login(user)
        return [row["code"] for row in client.get("/api/v1/bars").json()["results"]]

    assert codes(make_user(bar=bar)) == ["R-1"]
    assert codes(make_user(bar=national)) == sorted([national.code, "R-1", "R-2"])
    assert codes(make_user(bar=bar, role=RoleKind.UNIT_HEAD)) == ["R-1"]
    assert codes(make_advocate(bar, user=make_user()).user) == []


@pytest.mark.parametrize("address", ADDRESSES)
def test_whoever_is_no_staff_finds_nothing(client: Client, advocate: Advocate, address: str) -> None:
    problem(client.get(of(address, advocate)), 401)
    advocate.user = make_user()
    advocate.save(update_fields=["user"])
    client.force_login(advocate.user)
    problem(client.get(of(address, advocate)), 404)


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_role_that_ended_opens_nothing(client: Client, bar: Bar, advocate: Advocate, address: str) -> None:
    user = make_user(bar=bar)
    Role.objects.filter(user=user).update(ended_at=now())
    client.force_login(user)
    problem(client.get(of(address, advocate)), 404)


@pytest.mark.parametrize("address", ["/api/v1/bars", *ADDRESSES])
def test_nothing_can_be_written_and_nothing_is_kept_on_the_way(staff: Client, advocate: Advocate, address: str) -> None:
    where = of(address, advocate)
    assert "no-store" in staff.get(where)["Cache-Control"]
    for method in (staff.post, staff.put, staff.patch, staff.delete):
        changes = (address, method) == (ONE, staff.patch)  # which is for administrators
        problem(method(where), 403 if changes else 405)


@pytest.mark.parametrize("address", ["/api/v1/bars", *ADDRESSES])
def test_a_national_identifier_is_never_part_of_an_answer(staff: Client, advocate: Advocate, address: str) -> None:
    answer = staff.get(of(address, advocate)).content.decode()
    assert advocate.national_id.reveal() not in answer
    assert "national_id" not in answer


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["Сәрсенова Әлия", "Ким Виктор"]),
        ("name=әлия", ["Сәрсенова Әлия"]),
        ("name=ӘЛИЯ сәрсен", ["Сәрсенова Әлия"]),
        ("name=%25", []),
        ("licence=№ 0777", ["Ким Виктор"]),
        ("status=suspended_own", ["Ким Виктор"]),
        ("status=active", ["Сәрсенова Әлия"]),
    ],
)
def test_the_roll_is_searched(staff: Client, bar: Bar, advocate: Advocate, query: str, found: list[str]) -> None:
    other = entered(bar, "Ким Виктор", licence_number="0777")
    record_status(other, Status.SUSPENDED_OWN, dt.date(2026, 1, 12))
    assert names(staff.get(f"{of(ROLL, advocate)}?{query}")) == found


def test_one_person_is_shown_with_their_history(staff: Client, advocate: Advocate) -> None:
    record_status(advocate, Status.SUSPENDED_OWN, dt.date(2026, 1, 12))
    shown = staff.get(of(ONE, advocate)).json()
    assert (shown["id"], shown["name"], shown["joined_on"]) == (advocate.pk, "Сәрсенова Әлия", "2015-03-02")
    assert [(span["status"], span["since"], span["until"]) for span in shown["statuses"]] == [
        ("active", "2015-03-02", "2026-01-12"),
        ("suspended_own", "2026-01-12", None),
    ]
    assert [standing["status"] for standing in shown["standings"]] == ["short"]


def test_the_explanation_is_the_one_the_advocate_reads(staff: Client, advocate: Advocate) -> None:
    shown = staff.get(of(EXPLAINED, advocate)).json()
    advocate.user = make_user()
    advocate.save(update_fields=["user"])
    staff.force_login(advocate.user)
    assert shown == staff.get("/api/v1/me/explanation").json()
    assert shown["words"]["sections"]


def test_standings_are_narrowed_by_status_and_period(staff: Client, bar: Bar, advocate: Advocate) -> None:
    make_standing(make_advocate(bar, "Ким Виктор"), "compliant", period_start=dt.date(2024, 1, 1),
                  period_end=dt.date(2024, 12, 31), due_on=dt.date(2024, 12, 31))  # fmt: skip
    where = of(STANDINGS, advocate)
    assert names(staff.get(where)) == ["Сәрсенова Әлия", "Ким Виктор"]
    assert names(staff.get(f"{where}?status=short")) == ["Сәрсенова Әлия"]
    assert names(staff.get(f"{where}?period_start=2024-01-01")) == ["Ким Виктор"]
    assert staff.get(f"{where}?fields=status,name").json()["results"][1] == {
        "status": "compliant",
        "name": "Ким Виктор",
    }


@pytest.mark.parametrize(
    ("address", "query", "parameter"),
    [
        (ROLL, "status=dead", "status"),
        (ROLL, "bar=R-2", "bar"),
        (STANDINGS, "status=lost", "status"),
        (STANDINGS, "period_start=2025", "period_start"),
        (STANDINGS, "advocate__bar=1", "advocate__bar"),
        (ONE, "cursor=1", "cursor"),
        (ONE, "limit=1", "limit"),
        (ROLL, "limit=0", "limit"),
        (ROLL, "limit=101", "limit"),
        (ROLL, "limit=all", "limit"),
    ],
)
def test_a_wrong_parameter_is_named(
    staff: Client, advocate: Advocate, address: str, query: str, parameter: str
) -> None:
    document = problem(staff.get(f"{of(address, advocate)}?{query}"), 400)
    assert {fault["parameter"] for fault in document["errors"]} == {parameter}


@pytest.mark.parametrize("address", [ROLL, STANDINGS])
def test_pages_hold_each_row_once(staff: Client, bar: Bar, neighbour: Bar, address: str) -> None:
    people = [entered(bar).full_name for _ in range(5)]
    entered(neighbour)
    read = read_through(staff, f"{address.format(bar=bar.code)}?limit=2")
    assert [len(page) for page in read] == [2, 2, 1]
    assert sorted(row["name"] for page in read for row in page) == sorted(people)


def test_a_corrected_name_moves_nobody_across_a_page(staff: Client, bar: Bar, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(KeysetPagination, "page_size", 1)
    first, second = entered(bar, "Абаев Ерлан"), entered(bar, "Яхина Анна")
    following = staff.get(of(ROLL, first)).json()["next"]
    Advocate.objects.filter(pk=second.pk).update(full_name="Аахина Анна", name_key="аахина анна")
    assert names(staff.get(following)) == ["Аахина Анна"]


def test_histories_are_in_their_order_however_they_were_entered(staff: Client, advocate: Advocate) -> None:
    record_status(advocate, Status.SUSPENDED_OWN, dt.date(2026, 1, 12))
    year = {"period_start": dt.date(2027, 1, 1), "period_end": dt.date(2027, 12, 31), "due_on": dt.date(2027, 12, 31)}
    make_standing(advocate, "on_track", **year)
    advocate.statuses.filter(status="active").update(document="read again")  # the row moves to the end of the table
    shown = staff.get(of(ONE, advocate)).json()
    assert [span["status"] for span in shown["statuses"]] == ["active", "suspended_own"]
    assert [standing["period_start"] for standing in shown["standings"]] == ["2027-01-01", "2026-01-01"]


@pytest.mark.parametrize("address", [ROLL, STANDINGS])
def test_three_rows_cost_as_much_as_one(staff: Client, advocate: Advocate, address: str) -> None:
    def asked() -> int:
        with statements() as sent:
            assert staff.get(of(address, advocate)).status_code == 200
        return len(sent)

    with_one = asked()
    for _ in range(2):
        entered(advocate.bar)
    assert asked() == with_one
    assert with_one <= 5


@pytest.mark.parametrize(("address", "most"), [(ONE, 8), (EXPLAINED, 11)])
def test_a_long_history_costs_as_much_as_a_short_one(
    staff: Client, advocate: Advocate, address: str, most: int
) -> None:
    def asked() -> int:
        with statements() as sent:
            assert staff.get(of(address, advocate)).status_code == 200
        return len(sent)

    asked()  # documents of rules are read once per process
    short = asked()
    for year in (2024, 2025):
        record_status(advocate, Status.SUSPENDED_OWN, dt.date(year, 1, 12))
        record_status(advocate, Status.ACTIVE, dt.date(year, 3, 12))
        last = dt.date(year, 12, 31)
        make_standing(advocate, period_start=dt.date(year, 1, 1), period_end=last, due_on=last)
        give_credit(advocate, 90, dt.date(year, 5, 2))
    assert asked() == short
    assert short <= most


@pytest.fixture
def head(client: Client, bar: Bar, advocate: Advocate) -> Client:
    """The browser of the head of the unit to which the advocate belongs; somebody else of the bar does not."""
    unit = Unit.objects.create(bar=bar, name="Consultation 1")
    Advocate.objects.filter(pk=advocate.pk).update(unit=unit)
    entered(bar, "Ким Виктор")
    user = make_user(bar=bar, role=RoleKind.UNIT_HEAD)
    Role.objects.filter(user=user).update(unit=unit)
    client.force_login(user)
    return client


@pytest.mark.parametrize("address", [ROLL, STANDINGS])
def test_the_head_of_a_unit_reads_of_that_unit_alone(head: Client, advocate: Advocate, address: str) -> None:
    assert names(head.get(of(address, advocate))) == ["Сәрсенова Әлия"]


@pytest.mark.parametrize("address", [ONE, EXPLAINED])
def test_the_head_of_a_unit_finds_nobody_outside_it(head: Client, advocate: Advocate, address: str) -> None:
    other = Advocate.objects.get(full_name="Ким Виктор")
    assert head.get(of(address, advocate)).status_code == 200
    problem(head.get(of(address, other)), 404)


def test_a_unit_of_another_bar_makes_nobody_its_head(
    client: Client, bar: Bar, neighbour: Bar, advocate: Advocate
) -> None:
    unit = Unit.objects.create(bar=neighbour, name="Consultation 2")
    user = make_user(bar=bar, role=RoleKind.UNIT_HEAD)
    Role.objects.filter(user=user).update(unit=unit)
    client.force_login(user)
    problem(client.get(of(ROLL, advocate)), 404)
    problem(client.get(ROLL.format(bar=neighbour.code)), 404)
