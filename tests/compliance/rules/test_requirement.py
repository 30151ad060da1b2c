"""What is owed in a period: who owes nothing, how figures shrink, and by which convention months are counted."""

from datetime import date
from fractions import Fraction
from typing import Any

import pytest

from compliance.rules import Facts, Grant, RoleSpan, requirement
from compliance.rules.figuring import in_full
from tests.compliance.rules.books import (
    admitted,
    book,
    cap,
    first,
    frames,
    in_hours,
    minimum,
    prorating,
    required,
    span,
)

HOUR = {"to": 1, "direction": "up"}
HALF_YEAR = (span("paused", "2026-03-01", "2026-09-01"),)  # 184 of 365 days


def test_the_norm_when_nothing_happened():
    result = required(requirements=[minimum("ethics", "3/2")])
    assert (dict(result.amounts), result.exempt) == ({"total": 600, "ethics": 90}, False)
    assert [(step.code, step.minutes, step.clause) for step in result.steps] == [("norm", 600, "norm")]


# --- who owes nothing ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("facts", "step"),
    [
        (Facts(statuses=(span("terminated", "2026-12-31"),)), "closed_at_due_date"),
        (Facts(statuses=(span("terminated", "2024-01-01"),)), "closed_at_due_date"),
        (Facts(left_on=date(2026, 12, 31)), "left"),
        (Facts(statuses=(span("paused", "2025-01-01"),)), "no_time_subject"),
        (Facts(grants=(Grant("exemption", date(2026, 1, 1), date(2027, 1, 1)),)), "no_time_subject"),
    ],
)
def test_nothing_is_owed(facts, step):
    result = required(facts, requirements=[minimum("ethics", 1)])
    assert (dict(result.amounts), result.exempt) == ({"total": 0, "ethics": 0}, True)
    assert result.steps[-1].code == step


@pytest.mark.parametrize(
    "facts",
    [
        Facts(left_on=date(2027, 1, 1)),
        Facts(statuses=(span("terminated", "2025-01-01", "2026-01-01"),)),
        Facts(statuses=(span("active", "2026-01-01"), span("unheard-of", "2026-02-01"))),
        Facts(statuses=(span("paused", "2027-01-01"),)),
        Facts(statuses=(span("paused", "2026-05-05", "2026-05-05"),)),
    ],
)
def test_what_does_not_touch_the_period_changes_nothing(facts):
    assert required(facts).total == 600


@pytest.mark.parametrize(
    ("rule", "owed", "exempt"), [("full", 600, False), ("exempt", 0, True), ("prorated", 453, False)]
)
def test_who_joins_inside_a_period(rule, owed, exempt):
    # 275 of 365 days: 600 x 275 / 365 = 452.05..., rounded up
    result = required(admitted("2026-04-01"), joining=first(rule))
    assert (result.total, result.exempt) == (owed, exempt)


def exemption(when: dict[str, Any], *relieves: str) -> dict[str, Any]:
    return {"code": "judges", "when": when, "relieves": list(relieves), "clause": "exemption"}


def test_an_exemption_of_the_whole_period():
    judge = Facts(roles=(RoleSpan("judge", date(2026, 3, 1)),))
    any_day = required(judge, exemptions=[exemption({"role": ["judge"]})])
    assert (any_day.total, any_day.exempt, any_day.steps[-1].code) == (0, True, "exempt:judges")
    assert required(judge, exemptions=[exemption({"role": ["judge"], "on": "every_day"})]).total == 600


@pytest.mark.parametrize(("since", "exempt"), [("2026-04-01", True), ("2026-04-02", False)])
def test_every_day_is_every_day_of_the_membership(since, exempt):
    """Admitted on 1 April while in the army: not a day of the period was one of practice."""
    known = Facts(admitted_on=date(2026, 4, 1), roles=(RoleSpan("military", date.fromisoformat(since)),))
    relief = exemption({"role": ["military"], "on": "every_day"})
    assert required(known, exemptions=[relief], proration=prorating("none")).exempt is exempt


def test_an_exemption_from_one_requirement():
    judge = Facts(roles=(RoleSpan("judge"),))
    asked = [minimum("ethics", 2), minimum("practice", 3)]
    result = required(judge, requirements=asked, exemptions=[exemption({"role": ["judge"]}, "ethics")])
    assert in_hours(result) == {"total": 10, "ethics": 0, "practice": 3}
    assert not result.exempt
    assert (result.steps[-1].of, result.steps[-1].clause) == ("ethics", "exemption")


def test_an_exemption_from_a_requirement_is_one_from_all_that_lies_within_it():
    judge = Facts(roles=(RoleSpan("judge"),))
    asked = [minimum("law", 1, within="practice"), minimum("practice", 2, within="ethics"), minimum("ethics", 3)]
    result = required(judge, requirements=asked, exemptions=[exemption({"role": ["judge"]}, "ethics")])
    assert in_hours(result) == {"total": 10, "ethics": 0, "practice": 0, "law": 0}


def test_a_limit_that_is_a_share_is_not_lost_with_the_requirement():
    """Half of the ethics asked may be written; of who is asked for none, written ethics still counts for the total."""
    half = {"code": "written", "counts": {"formats": ["writing"]}, "maximum": {"share": "1/2", "of": "ethics"}}
    rules = {"requirements": [minimum("ethics", 4)], "caps": [{**half, "clause": "cap"}]}
    relief = [exemption({"role": ["judge"]}, "ethics")]
    judge = Facts(roles=(RoleSpan("judge"),))
    assert required(judge, **rules, exemptions=relief).caps == {"written": 120}


def test_a_requirement_for_some_people_only():
    asked = [minimum("ethics", 2, when={"role": ["judge"]})]
    assert "ethics" not in required(requirements=asked).amounts
    assert required(Facts(roles=(RoleSpan("judge"),)), requirements=asked).amounts["ethics"] == 120


# --- figures ---------------------------------------------------------------------------------------------------------


def test_the_first_case_that_holds_is_taken():
    cases = [{"when": {"role": ["judge"]}, "is": 3}, {"when": {"admitted": {"from": "2020-01-01"}}, "is": "1/3"}]
    asked = [minimum("ethics", cases)]
    judge = Facts(admitted_on=date(2021, 1, 1), roles=(RoleSpan("judge"),))
    assert required(judge, requirements=asked).amounts["ethics"] == 180
    assert required(admitted("2021-01-01"), requirements=asked).amounts["ethics"] == 20
    assert required(admitted("2019-01-01"), requirements=asked).amounts["ethics"] == 0
    open_end = [minimum("ethics", [*cases, {"is": 1}])]
    assert required(admitted("2019-01-01"), requirements=open_end).amounts["ethics"] == 60


def test_shares_follow_what_they_are_a_share_of():
    asked = [
        minimum("ethics", {"share": "1/4"}),
        minimum("practice", {"share": "1/2", "of": "ethics", "rounding": {"to_minutes": 10, "direction": "up"}}),
    ]
    assert dict(required(requirements=asked).amounts) == {"total": 600, "ethics": 150, "practice": 80}
    # 600 x 181 / 365 = 297.5..., up to 298; a quarter is 74.5; half of it, 37.25, up to 40
    shrunk = required(Facts(statuses=HALF_YEAR), requirements=asked)
    assert dict(shrunk.amounts) == {"total": 298, "ethics": Fraction(149, 2), "practice": 40}


def test_a_decision_takes_off_so_much_and_never_below_nothing():
    asked = [minimum("ethics", 2)]
    grants = (
        Grant("reduction", date(2026, 3, 1), credits=4),
        Grant("reduction", date(2026, 3, 1), of="ethics", credits=5),
        Grant("reduction", date(2025, 3, 1), credits=1),
        Grant("reduction", date(2026, 3, 1), of="unknown", credits=1),
    )
    result = required(Facts(grants=grants), requirements=asked)
    assert in_hours(result) == {"total": 6, "ethics": 0}
    assert [(step.code, step.of) for step in result.steps[1:]] == [
        ("reduced_by_decision:0", "total"),
        ("reduced_by_decision:1", "ethics"),
    ]


def test_in_full_nothing_is_prorated_and_nobody_exempt():
    facts = Facts(statuses=(span("paused", "2025-01-01"),))
    frame = frames(book(requirements=[minimum("ethics", 1)]), facts, "2026-05-05")[-1]
    assert requirement(frame, facts).exempt
    assert dict(in_full(frame, facts).amounts) == {"total": 600, "ethics": 60}


# --- days ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("spans", "days"),
    [
        pytest.param([span("paused", "2026-03-01", "2026-09-01")], 181, id="end-is-not-included"),
        pytest.param([span("maternity", "2026-03-01", "2026-09-01")], 181, id="exempt-counts-like-a-pause"),
        pytest.param([span("paused", "2025-03-01", "2026-01-11")], 355, id="began-before-the-period"),
        pytest.param([span("paused", "2026-12-31")], 364, id="open-end"),
        pytest.param(
            [span("paused", "2026-01-01", "2026-01-11"), span("maternity", "2026-01-06", "2026-01-21")],
            345,
            id="overlap-counts-once",
        ),
        pytest.param([span("terminated", "2026-01-01", "2026-01-11")], 355, id="closed-and-reopened"),
    ],
)
def test_days_without_duty_shrink_the_norm(spans, days):
    result = required(Facts(statuses=tuple(spans)))
    assert result.total == -(-600 * days // 365)
    assert result == required(Facts(statuses=tuple(reversed(spans))))


def test_days_before_joining_are_not_taken_off_twice():
    facts = Facts(joined_on=date(2026, 4, 1), statuses=(span("paused", "2026-01-01", "2026-04-11"),))
    result = required(facts, joining=first("prorated"))
    assert result.total == -(-600 * 265 // 365)
    assert [(step.code, step.part, step.whole) for step in result.steps] == [
        ("norm", 0, 0),
        ("not_yet_member", 90, 365),
        ("paused", 10, 365),
        ("prorated", 265, 365),
    ]


def test_who_owes_in_full_is_not_relieved_by_a_pause_before_joining():
    facts = Facts(joined_on=date(2026, 4, 1), statuses=(span("paused", "2026-01-01", "2026-04-11"),))
    assert required(facts, joining=first("full")).total == -(-600 * 355 // 365)  # only the ten days after it


@pytest.mark.parametrize(
    ("rounding", "owed", "ethics"),
    [
        # 600 x 181 / 365 = 297.53, 90 x 181 / 365 = 44.63
        ({"to_minutes": 1, "direction": "up"}, 298, 45),
        ({"to_minutes": 1, "direction": "down"}, 297, 44),
        ({"to_minutes": 1, "direction": "nearest"}, 298, 45),
        ({"to": 1, "direction": "up"}, 300, 60),
        ({"to": "1/2", "direction": "nearest"}, 300, 30),
        ({"to": "1/2", "direction": "down"}, 270, 30),
        (None, Fraction(600 * 181, 365), Fraction(90 * 181, 365)),
    ],
)
def test_rounding_is_the_one_named(rounding, owed, ethics):
    rule = prorating("days", **({"rounding": rounding} if rounding else {}))
    result = required(Facts(statuses=HALF_YEAR), requirements=[minimum("ethics", "3/2")], proration=rule)
    assert dict(result.amounts) == {"total": owed, "ethics": ethics}


def test_a_requirement_may_round_and_shrink_in_its_own_way():
    asked = [
        minimum("ethics", 2, rounding={"to": "1/2", "direction": "down"}),
        minimum("practice", 2, prorate="never"),
        minimum("law", 2, prorate="dropped"),
    ]
    result = required(Facts(statuses=HALF_YEAR), requirements=asked)
    # ethics: 120 x 181 / 365 = 59.5 minutes, down to half an hour
    assert dict(result.amounts) == {"total": 298, "ethics": 30, "practice": 120, "law": 0}


def test_a_status_may_reduce_days_to_a_share():
    statuses = {"part-time": {"reduces_to": "1/2"}, "paused": "pauses"}
    whole_year = (span("part-time", "2026-01-01"),)
    assert required(Facts(statuses=whole_year), statuses=statuses).total == 300
    # With a pause over half of it the pause is the stronger: 181 days at a half.
    both = required(Facts(statuses=(*whole_year, *HALF_YEAR)), statuses=statuses)
    assert both.total == -(-600 * Fraction(181, 2) // 365)


def test_caps_shrink_only_if_they_say_so():
    caps = [cap(5, "recorded", prorated=True), cap(5, "reading"), cap({"share": "1/2"}, "online")]
    result = required(Facts(statuses=HALF_YEAR), caps=caps)
    # 300 x 181 / 365 = 148.8 minutes; half of 298 minutes
    assert dict(result.caps) == {"recorded": 149, "reading": 300, "online": 149}


def test_a_cap_for_some_people_only():
    caps = [cap([{"when": {"role": ["judge"]}, "is": 2}], "recorded")]
    assert dict(required(caps=caps).caps) == {}
    assert dict(required(Facts(roles=(RoleSpan("judge"),)), caps=caps).caps) == {"recorded": 120}
