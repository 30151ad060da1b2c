"""Facts as a JSON document: what is read, in which zone a day is, and every fault with its path."""

from datetime import date
from fractions import Fraction
from typing import Any

import pytest

from compliance.rules import Credit, Done, Facts, Grant, RoleSpan, RulebookError, StatusSpan, facts_schema, read_facts


def faults(data: Any) -> set[tuple[str, str]]:
    with pytest.raises(RulebookError) as caught:
        read_facts(data)
    return {(problem.path, problem.message) for problem in caught.value.problems}


def test_everything_there_is_to_know():
    data = {
        "joined": "2024-03-01", "admitted": "2024-02-01", "licensed": "2024-01-15", "left": "2026-01-01",
        "born": "1980-02-29", "surname_at_admission": "Akhmetova", "group": "a", "titles": ["tax"],
        "attributes": {"track": "judge"}, "late_before": 2,
        "statuses": [{"status": "paused", "from": "2024-05-01", "until": "2024-06-01"}],
        "roles": [{"role": "judge"}, {"role": "notary", "from": "2024-05-01"}],
        "grants": [{"kind": "reduction", "from": "2024-05-01", "credits": "3/2", "of": "ethics", "reason": "ill"}],
        "acts": [{"act": "plan", "on": "2024-05-01"}],
        "credits": [
            {"on": "2024-05-01", "category": "ethics", "format": "live", "minutes": 90, "ref": "1", "course": "x",
             "activity": "teaching", "role": "panel", "repeat": True, "tags": ["named"], "measures": {"pages": 5},
             "state": "pending"},
            {"on": "2024-05-02", "credits": 1.5},
        ],
    }  # fmt: skip
    day = date(2024, 5, 1)
    assert read_facts(data) == Facts(
        joined_on=date(2024, 3, 1), admitted_on=date(2024, 2, 1), licensed_on=date(2024, 1, 15),
        left_on=date(2026, 1, 1), born_on=date(1980, 2, 29), surname_at_admission="Akhmetova", group="a",
        titles=("tax",), attributes={"track": "judge"}, late_before=2,
        statuses=(StatusSpan("paused", day, date(2024, 6, 1)),),
        roles=(RoleSpan("judge"), RoleSpan("notary", day)),
        grants=(Grant("reduction", day, of="ethics", credits=Fraction(3, 2), reason="ill"),),
        acts=(Done("plan", day),),
        credits=(
            Credit(day, "ethics", "live", 90, "1", activity="teaching", role="panel", repeat=True, course="x",
                   tags=("named",), measures={"pages": 5}, state="pending"),
            Credit(date(2024, 5, 2), credits=Fraction(3, 2)),
        ),
    )  # fmt: skip


def test_nothing_is_known():
    assert read_facts({}) == Facts()


@pytest.mark.parametrize(
    ("moment", "zone", "day"),
    [
        pytest.param("2025-12-31T23:45:00-06:00", "America/Chicago", date(2025, 12, 31), id="before-midnight-there"),
        pytest.param("2026-01-01T05:45:00+00:00", "America/Chicago", date(2025, 12, 31), id="the-same-moment"),
        pytest.param("2026-01-01T06:00:00Z", "America/Chicago", date(2026, 1, 1), id="midnight-there"),
        pytest.param("2025-12-31T19:30:00Z", "Asia/Almaty", date(2026, 1, 1), id="already-next-year"),
        pytest.param("2025-12-31T23:45:00", "Asia/Almaty", date(2025, 12, 31), id="no-zone-is-the-bar's-own"),
        pytest.param("2025-12-31", "Asia/Almaty", date(2025, 12, 31), id="a-day-is-a-day"),
    ],
)
def test_a_moment_is_of_the_day_that_it_was_in_the_zone_of_the_bar(moment, zone, day):
    found = read_facts({"credits": [{"on": moment, "minutes": 60}]}, zone)
    assert found.credits[0].day == day


UNKNOWN_KEY = "is not a key that this part of the document knows"


@pytest.mark.parametrize(
    ("data", "path", "message"),
    [
        ({"joinned": "2026-01-01"}, "joinned", UNKNOWN_KEY),
        ({"joined": "2026-02-30"}, "joined", "there is no such day as 2026-02-30"),
        ({"joined": "01.02.2026"}, "joined", "must be a date written YYYY-MM-DD"),
        ({"joined": 1767225600}, "joined", "must be a date written YYYY-MM-DD"),
        ({"credits": {}}, "credits", "must be a list"),
        ({"credits": [{"minutes": 60}]}, "credits.0.on", "is required"),
        ({"credits": [{"on": "2026-01-01", "minutes": 9.5}]}, "credits.0.minutes", "must be a whole number of minutes"),
        ({"credits": [{"on": "2026-01-01", "minutes": 9.0}]}, "credits.0.minutes", "must be a whole number of minutes"),
        ({"credits": [{"on": "2026-01-01", "minutes": "9"}]}, "credits.0.minutes", "must be a whole number of minutes"),
        (
            {"credits": [{"on": "2026-01-01", "minutes": True}]},
            "credits.0.minutes",
            "must be a whole number of minutes",
        ),
        (
            {"credits": [{"on": "2026-01-01", "minutes": 10**7}]},
            "credits.0.minutes",
            "must be a whole number of minutes",
        ),
        ({"credits": [{"on": "2026-01-01", "categry": "x"}]}, "credits.0.categry", UNKNOWN_KEY),
        ({"credits": [{"on": "2026-01-01"}, {"on": "2026-01-01T25:00"}]}, "credits.1.on", None),
        ({"credits": [{"on": "2026-01-01", "credits": -1}]}, "credits.0.credits", None),
        ({"credits": [{"on": "2026-01-01", "state": "maybe"}]}, "credits.0.state", None),
        ({"credits": [{"on": "2026-01-01", "repeat": "no"}]}, "credits.0.repeat", "must be true or false"),
        ({"statuses": [{"status": "Paused", "from": "2026-01-01"}]}, "statuses.0.status", None),
        ({"statuses": [{"status": "paused"}]}, "statuses.0.from", "is required"),
        ({"grants": [{"kind": "gift", "from": "2026-01-01"}]}, "grants.0.kind", None),
        ({"acts": [{"act": "plan", "on": "2026-06-31"}]}, "acts.0.on", "there is no such day as 2026-06-31"),
    ],
)
def test_one_fault(data, path, message):
    found = faults(data)
    assert [each for each, _ in found] == [path]
    assert message is None or found == {(path, message)}


def test_all_faults_at_once():
    data = {"foo": 1, "joined": "x", "credits": [{"on": "2026-01-01", "minutes": 1.5}, 5]}
    assert {path for path, _ in faults(data)} == {"foo", "joined", "credits.0.minutes", "credits.1"}


@pytest.mark.parametrize("data", [[], None, "facts", {"credits": "x"}, {"credits": [None]}, {"statuses": [[]]}])
def test_anything_else_is_refused_without_falling_over(data):
    assert faults(data)


def test_the_schema_describes_the_document():
    schema = facts_schema()
    assert {"joined", "admitted", "licensed", "born", "credits", "statuses", "grants", "acts"} <= set(
        schema["properties"]
    )
    assert "on" in schema["$defs"]["Credit"]["properties"]
