"""The result as plain JSON data, in credits of the rulebook's unit."""

import json
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings

from compliance.rules import Facts, Grant, assess, explain
from compliance.rules.report import report
from tests.compliance.rules.books import (
    WORDS,
    book,
    calendar,
    cap,
    carrying,
    credit,
    first,
    late,
    minimum,
    prorating,
    span,
)
from tests.compliance.rules.strategies import TODAY, facts, rulebooks

PERIOD_KEYS = {
    "start", "end", "rulebook", "variants", "group", "status", "compliant", "exempt", "excused", "due_on", "due_at",
    "grace_ends_on", "petition_from", "make_up_until", "missing", "prorated", "months_subject", "months_of", "lines",
    "caps", "made_up", "carried_in", "carry", "acts", "stages", "steps",
}  # fmt: skip


def told(known: Facts, today: str, **changes: Any) -> dict[str, Any]:
    return report(book(version="7", **changes), known, date.fromisoformat(today))


def test_the_whole_of_it():
    known = Facts(credits=(credit("2024-05-01", 500), credit("2025-02-01", 150, "ethics", ref="9")))
    ethics = [minimum("ethics", "3/2")]
    result = told(known, "2025-06-01", requirements=ethics, late=late(120), caps=[cap(4, "recorded")])
    assert (result["rulebook"], result["example"], result["as_of"]) == ("test 7", False, "2025-06-01")
    assert (result["unit"]["minutes"], result["status"], result["starts_on"]) == (60, "on_track", None)
    assert result["changes_on"] == "2025-10-02"
    missed, running = result["periods"]
    assert (missed["start"], missed["end"], missed["due_on"]) == ("2024-01-01", "2024-12-31", "2024-12-31")
    assert (missed["grace_ends_on"], missed["petition_from"]) == ("2025-01-30", "2025-01-31")
    assert (missed["make_up_until"], missed["made_up"]) == ("2025-04-30", "5/3")
    assert missed["lines"]["total"] == {"required": 10, "counted": 10, "missing": 0, "met": True, "clause": "norm"}
    assert running["caps"] == {"recorded": 4}
    assert result["duties"] == {}


def test_what_a_credit_counted_for():
    result = told(Facts(credits=(credit("2024-05-01", 90, "ethics", ref="9"),)), "2024-06-01",
                  requirements=[minimum("ethics", 1)])  # fmt: skip
    (earned,) = result["credits"]
    portion = {"credits": 1.5, "reason": "counted", "period": "2024-01-01", "counts_for": ["total", "ethics"],
               "clause": "ethics"}  # fmt: skip
    assert {key: earned[key] for key in ("on", "ref", "category", "format", "credits")} == {
        "on": "2024-05-01", "ref": "9", "category": "ethics", "format": "live", "credits": 1.5,
    }  # fmt: skip
    assert sum(part["credits"] for part in earned["portions"]) == 1.5
    assert {key: earned["portions"][0][key] for key in portion if key != "credits"} == {
        key: value for key, value in portion.items() if key != "credits"
    }


@pytest.mark.parametrize(
    ("zone", "deadline", "due_at"),
    [
        ("America/Chicago", {}, "2024-12-31T23:59:00-06:00"),
        ("America/New_York", {"time": "16:45", "days_after": 45}, "2025-02-14T16:45:00-05:00"),
        ("Asia/Almaty", {}, "2024-12-31T23:59:00+05:00"),
        ("UTC", {}, "2024-12-31T23:59:00+00:00"),
    ],
)
def test_the_deadline_is_a_moment_in_the_zone_of_the_bar(zone, deadline, due_at):
    result = told(Facts(), "2024-06-01", zone=zone, period=calendar(1, deadline=deadline))
    assert result["periods"][0]["due_at"] == due_at


def test_a_period_that_shrank():
    known = Facts(statuses=(span("paused", "2024-01-01", "2024-05-01"),))
    rounding = {"to": "1/4", "direction": "nearest"}
    (period,) = told(known, "2024-06-01", proration=prorating("months", rounding=rounding))["periods"]
    assert (period["prorated"], period["months_subject"], period["months_of"]) == (True, 8, 12)
    assert period["lines"]["total"]["required"] == 6.75  # 10 x 8 / 12 = 6.67
    assert period["steps"] == [
        {"code": "norm", "of": "total", "credits": 10, "part": 0, "whole": 0, "clause": "norm"},
        {"code": "paused", "of": "total", "credits": 10, "part": 121, "whole": 366, "clause": "statuses"},
        {"code": "prorated", "of": "total", "credits": 6.75, "part": 8, "whole": 12, "clause": "proration"},
    ]


def test_the_unit_of_the_bar():
    known = Facts(credits=(credit("2024-05-01", 90),))
    result = told(known, "2024-06-01", unit={"minutes": 45, "name": WORDS})
    assert (result["unit"]["minutes"], result["periods"][0]["lines"]["total"]["counted"]) == (45, 2)
    assert result["credits"][0]["credits"] == 2


def test_what_is_carried_and_what_lapses():
    known = Facts(credits=(credit("2024-05-01", 960),))
    before, after = told(known, "2025-06-01", carry=carrying(5))["periods"]
    assert before["carry"] == {"carried": 5, "lapsed": 1, "by_requirement": {"total": 5}}
    assert (before["carried_in"], after["carried_in"]) == (0, 5)


def test_acts_stages_and_an_excuse():
    acts = [{"code": "plan", "name": WORDS, "clause": "act"}]
    stages = [{"code": "fee", "name": WORDS, "fee": ["49.5"], "day_after_due": 30, "clause": "stage"}]
    known = Facts(grants=(Grant("excuse", date(2024, 5, 1)),))
    missed, _ = told(known, "2025-06-01", acts=acts, stages=stages)["periods"]
    assert (missed["excused"], missed["compliant"], missed["exempt"], missed["status"]) == (True, False, False, "short")
    assert missed["acts"] == {"plan": {"due_on": "2024-12-31", "done_on": None, "needed": True, "clause": "act"}}
    assert missed["stages"] == {"fee": {"on": "2025-01-30", "fee": 49.5, "clause": "stage"}}


def test_before_the_first_period():
    known = Facts(admitted_on=date(2024, 5, 1), credits=(credit("2024-05-01", 30),))
    result = told(known, "2024-06-01", joining=first("later", years_after=1))
    assert (result["status"], result["periods"]) == ("not_yet_subject", [])
    assert (result["starts_on"], result["changes_on"]) == ("2025-01-01", "2025-01-01")
    assert [part["reason"] for part in result["credits"][0]["portions"]] == ["outside_period"]


def test_a_duty():
    duty = {"code": "basics", "name": WORDS, "amount": 4, "window": {"months": 12}, "clause": "duty"}
    known = Facts(admitted_on=date(2024, 5, 1), credits=(credit("2024-05-01", 90),))
    assert told(known, "2024-06-01", duties=[duty])["duties"]["basics"] == {
        "from": "2024-05-01", "to": "2025-04-30", "required": 4, "counted": 1.5, "missing": 2.5, "status": "open",
        "clause": "duty",
    }  # fmt: skip


@settings(max_examples=40)
@given(rulebooks(), facts())
def test_it_says_what_the_assessment_and_the_explanation_say(rulebook, known):
    result = json.loads(json.dumps(report(rulebook, known, TODAY)))
    periods = assess(rulebook, known, TODAY).periods
    assert [each["status"] for each in result["periods"]] == [each.status for each in periods]
    assert [each["due_on"] for each in result["periods"]] == [each.due_on.isoformat() for each in periods]
    assert [each["lines"].keys() for each in result["periods"]] == [
        {line.code: 0 for line in each.lines}.keys() for each in periods
    ]
    assert all(set(each) >= PERIOD_KEYS for each in result["periods"])
    explained = explain(rulebook, known, TODAY)
    assert [[part["reason"] for part in each["portions"]] for each in result["credits"]] == [
        [part.reason for part in each.portions] for each in explained
    ]
