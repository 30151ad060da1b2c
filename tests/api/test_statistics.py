"""Counts over the API: small ones left out for staff and everybody, exact for those who may read the standings."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.test import Client

from advocates.access import MAY, Action
from advocates.models import Bar, Role, RoleKind, Unit
from compliance.queries.statistics import periods_of_bars
from tests.api.test_me import problem
from tests.api.test_tokens import program, token_for
from tests.compliance.rows import make_standing, ruled_bar
from tests.compliance.test_sweep import statements
from tests.factories import make_advocate, make_bar, make_user

pytestmark = pytest.mark.django_db
OWN, PUBLIC = "/api/v1/bars/R-1/statistics", "/api/v1/statistics"
PAST = {"period_start": dt.date(2025, 1, 1), "period_end": dt.date(2025, 12, 31), "due_on": dt.date(2025, 12, 31)}
RUNNING = {"period_start": dt.date(2126, 1, 1), "period_end": dt.date(2126, 12, 31), "due_on": dt.date(2126, 12, 31)}


@pytest.fixture
def bar() -> Bar:
    return make_bar("R-1", ruled_bar())


@pytest.fixture
def staff(client: Client, bar: Bar) -> Client:
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    client.force_login(make_user(bar=bar))
    return client


def fill(bar: Bar, numbers: dict[str, int], unit: str = "", **fields: Any) -> None:
    """So many advocates of the unit in each standing."""
    place = Unit.objects.get_or_create(bar=bar, name=unit)[0] if unit else None
    for status, number in numbers.items():
        for _ in range(number):
            make_standing(make_advocate(bar, unit=place), status, **{**PAST, **fields})


def numbers(row: dict[str, Any]) -> list[int | None]:
    return [row["standings"][status] for status in ("compliant", "on_track", "at_risk", "short", "exempt")]


def test_exact_numbers_for_who_may_read_the_standings(staff: Client, bar: Bar) -> None:
    fill(bar, {"compliant": 6, "short": 2}, "Consultation 1")
    fill(bar, {"compliant": 5, "exempt": 1})
    shown = staff.get(OWN, {"exact": "true"}).json()
    assert (shown["advocates"], numbers(shown)) == (14, [11, 0, 0, 2, 1])
    assert [(unit["name"], unit["advocates"], numbers(unit)) for unit in shown["units"]] == [
        ("Consultation 1", 8, [6, 0, 0, 2, 0]),
        ("", 6, [5, 0, 0, 0, 1]),
    ]
    assert shown["requirements"] == [{"code": "ethics", "name": "Professional ethics", "missing": 2, "of": 14}]
    assert shown["period"] == {"period_start": "2025-01-01", "period_end": "2025-12-31", "due_on": "2025-12-31"}
    assert (shown["periods"], shown["smallest_shown"]) == ([shown["period"]], 1)


def test_small_numbers_are_left_out_with_those_that_would_tell_them(staff: Client, bar: Bar) -> None:
    fill(bar, {"compliant": 6, "short": 2}, "Consultation 1")
    fill(bar, {"compliant": 9, "short": 7}, "Consultation 2")
    shown = staff.get(OWN).json()
    assert (shown["advocates"], numbers(shown)) == (24, [15, 0, 0, 9, 0])
    assert [(unit["advocates"], numbers(unit)) for unit in shown["units"]] == [
        (8, [None, 0, 0, None, 0]),
        (16, [None, 0, 0, None, 0]),
    ]
    assert shown["smallest_shown"] == 5


def test_the_threshold_is_set_per_installation(staff: Client, bar: Bar, settings: Any) -> None:
    fill(bar, {"compliant": 6, "short": 2})
    settings.SMALLEST_COUNT = 2
    assert numbers(staff.get(OWN).json()) == [6, 0, 0, 2, 0]


def test_where_the_number_of_people_is_left_out_no_other_table_says_it(staff: Client, bar: Bar) -> None:
    fill(bar, {"compliant": 3})
    shown = staff.get(OWN).json()
    assert shown["advocates"] is None
    assert shown["requirements"] == [{"code": "ethics", "name": "Professional ethics", "missing": None, "of": None}]


def test_a_period_is_chosen_and_the_newest_is_the_first(staff: Client, bar: Bar) -> None:
    fill(bar, {"compliant": 6})
    fill(bar, {"on_track": 7}, **RUNNING)
    assert staff.get(OWN).json()["advocates"] == 7
    assert staff.get(OWN, {"period_start": "2025-01-01"}).json()["advocates"] == 6
    assert [period["period_start"] for period in staff.get(OWN).json()["periods"]] == ["2126-01-01", "2025-01-01"]
    missing = problem(staff.get(OWN, {"period_start": "2024-01-01"}), 404)
    assert missing["type"] == "urn:problem-type:cle:no-such-period"


def test_before_the_first_sweep_there_is_nothing_to_count(staff: Client, bar: Bar) -> None:
    shown = staff.get(OWN).json()
    assert (shown["period"], shown["advocates"], shown["units"], shown["periods"]) == (None, None, [], [])


@pytest.mark.parametrize("kind", RoleKind)
def test_a_role_reads_what_the_table_lets_it(client: Client, bar: Bar, kind: RoleKind) -> None:
    fill(bar, {"compliant": 6, "short": 2})
    client.force_login(make_user(bar=bar, role=kind))
    rough, exact = client.get(OWN), client.get(OWN, {"exact": "true"})
    if kind not in MAY[Action.READ_STATISTICS]:
        problem(rough, 404)
        problem(exact, 404)
    elif kind in MAY[Action.READ_STANDINGS]:
        assert numbers(exact.json()) == [6, 0, 0, 2, 0]
    else:
        assert numbers(rough.json()) == [None, 0, 0, None, 0]
        assert problem(exact, 403)["type"] == "urn:problem-type:cle:role-needed"


def test_a_token_for_counts_alone_is_shown_no_exact_ones(bar: Bar) -> None:
    fill(bar, {"compliant": 6, "short": 2})
    user = make_user(bar=bar)
    _token, secret = token_for(user, bar, Action.READ_STATISTICS)
    assert numbers(program(secret).get(OWN).json()) == [None, 0, 0, None, 0]
    assert problem(program(secret).get(OWN, {"exact": "true"}), 403)["type"].endswith("scope-needed")
    _token, secret = token_for(user, bar, Action.READ_STATISTICS, Action.READ_STANDINGS)
    assert numbers(program(secret).get(OWN, {"exact": "true"}).json()) == [6, 0, 0, 2, 0]


def test_the_head_of_a_unit_who_also_keeps_courses_reads_no_standings_of_the_whole_bar(
    client: Client, bar: Bar
) -> None:
    user = make_user(bar=bar, role=RoleKind.COURSE_MANAGER)
    Role.objects.create(user=user, bar=bar, kind=RoleKind.UNIT_HEAD, unit=Unit.objects.create(bar=bar, name="1"))
    client.force_login(user)
    problem(client.get(OWN, {"exact": "true"}), 403)


def test_another_bar_is_not_counted_and_its_staff_find_nothing(client: Client, staff: Client, bar: Bar) -> None:
    neighbour = make_bar("R-2", bar.parent)
    fill(neighbour, {"short": 9})
    fill(bar, {"compliant": 6})
    assert staff.get(OWN).json()["advocates"] == 6
    client.force_login(make_user(bar=neighbour))
    problem(client.get(OWN), 404)


def test_the_number_of_statements_does_not_grow(staff: Client, bar: Bar) -> None:
    def asked(address: str) -> int:
        with statements() as sent:
            assert staff.get(address).status_code == 200
        return len(sent)

    fill(bar, {"compliant": 1}, "Consultation 1")
    asked(OWN)
    with_one = asked(OWN), asked(PUBLIC)
    for number in range(2):
        fill(bar, {"short": 1}, f"Consultation 2{number}", **RUNNING)
        fill(make_bar(parent=bar.parent), {"short": 1})
    assert (asked(OWN), asked(PUBLIC)) == with_one
    assert with_one <= (9, 4)


def test_everybody_sees_periods_that_are_over_and_no_small_number(client: Client, bar: Bar) -> None:
    fill(bar, {"compliant": 6, "short": 2, "exempt": 7}, "Consultation 1")
    fill(bar, {"on_track": 9}, **RUNNING)
    answer = client.get(PUBLIC, {"bar": "R-1"})
    (row,) = answer.json()["results"]
    (period,) = row["periods"]
    assert row["bar"]["code"] == "R-1"
    assert (period["period_start"], period["advocates"], numbers(period)) == ("2025-01-01", 15, [None, 0, 0, None, 7])
    assert (
        period["requirements"] == [{"code": "ethics", "missing": None, "of": None}] or period["requirements"][0]["of"]
    )
    assert "Consultation" not in answer.content.decode()


def test_the_public_numbers_are_left_out_where_those_of_the_staff_are(staff: Client, bar: Bar) -> None:
    fill(bar, {"compliant": 6, "short": 2}, "Consultation 1")
    fill(bar, {"compliant": 8, "exempt": 3}, "Consultation 2")
    published = staff.get(PUBLIC, {"bar": "R-1"}).json()["results"][0]["periods"][0]
    own = staff.get(OWN).json()
    assert numbers(published) == numbers(own)
    assert (published["advocates"], published["requirements"][0]["missing"]) == (
        own["advocates"], own["requirements"][0]["missing"],
    )  # fmt: skip


def test_it_may_be_kept_and_is_asked_for_again_by_its_tag(client: Client, bar: Bar) -> None:
    fill(bar, {"compliant": 6})
    first = client.get(PUBLIC)
    assert {"public", "max-age=3600"} <= set(first["Cache-Control"].split(", "))
    assert client.get(PUBLIC, headers={"if-none-match": first["ETag"]}).status_code == 304
    fill(bar, {"compliant": 1})
    assert client.get(PUBLIC, headers={"if-none-match": first["ETag"]}).status_code == 200
    odd = client.get(PUBLIC, {"unit": "1"})
    problem(odd, 400)
    assert "public" not in odd.get("Cache-Control", "")


def test_a_period_is_over_when_its_last_deadline_has_passed(bar: Bar) -> None:
    fill(bar, {"short": 1})
    fill(bar, {"short": 1}, due_on=dt.date(2026, 3, 31))
    (period,) = periods_of_bars([bar.pk])
    assert [period.closed(dt.date(2026, 3, 31)), period.closed(dt.date(2026, 4, 1))] == [False, True]
