"""Steps after a missed deadline, duties outside the periods, and what is to be done rather than earned."""

from datetime import date
from fractions import Fraction
from typing import Any

import pytest

from compliance.rules import Done, Facts, Grant, PeriodAssessment, RoleSpan, assess
from compliance.rules.duties import DutyLine
from compliance.rules.language.after import Stage
from compliance.rules.report import report
from compliance.rules.stages import fee_of
from tests.compliance.rules.books import WORDS, book, credit, late, span


def assessed(known: Facts, today: str, **changes: Any) -> tuple[PeriodAssessment, ...]:
    return assess(book(**changes), known, date.fromisoformat(today)).periods


def done(act: str, day: str) -> Done:
    return Done(act, date.fromisoformat(day))


# --- stages ----------------------------------------------------------------------------------------------------------


def stage(code: str, **rules: Any) -> dict[str, Any]:
    return {"code": code, "name": WORDS, "clause": "stage", **rules}


LADDER = [
    stage("notice", day_after_due=30),
    stage("fee", on="02-01", fee=[150], then_add=300),
    stage("off-the-roll", on="12-31"),
    stage("end-of-time", fee=["99.50"]),
]


def test_the_ladder_of_who_is_short():
    (missed, running) = assessed(Facts(), "2025-01-01", stages=LADDER)
    assert [(each.code, each.on, each.fee, each.clause) for each in missed.stages] == [
        ("notice", date(2025, 1, 30), None, "stage"),
        ("fee", date(2025, 2, 1), 150, "stage"),
        ("off-the-roll", date(2025, 12, 31), None, "stage"),  # after the due date, which is such a day itself
        ("end-of-time", None, Fraction(199, 2), "stage"),
    ]
    assert running.stages == ()


@pytest.mark.parametrize("hours", [(10, 0), (9, 1)])
def test_who_is_in_time_has_none_and_who_made_it_up_has_them(hours):
    known = Facts(
        credits=tuple(credit(day, 60 * n) for day, n in zip(("2024-05-01", "2025-01-15"), hours, strict=True))
    )
    period = assessed(known, "2025-02-01", stages=LADDER, late=late(120))[0]
    assert period.status == "compliant"
    assert bool(period.stages) is (hours[1] > 0)


@pytest.mark.parametrize(("in_a_row", "fee"), [(1, 150), (2, 450), (3, 750), (4, 1050)])
def test_a_fee_that_grows_without_end(in_a_row, fee):
    assert fee_of(Stage.model_validate(stage("fee", fee=[150], then_add=300)), in_a_row) == fee


@pytest.mark.parametrize(("in_a_row", "fee"), [(1, 50), (2, 100), (3, 200), (9, 200)])
def test_a_fee_that_stops_growing(in_a_row, fee):
    assert fee_of(Stage.model_validate(stage("fee", fee=[50, 100, 200])), in_a_row) == fee


def test_a_stage_may_have_no_fee():
    assert fee_of(Stage.model_validate(stage("notice")), 5) is None


def fees(known: Facts, today: str, **rules: Any) -> list[Any]:
    ladder = [stage("fee", fee=[100, 200, 300], **rules)]
    return [period.stages[0].fee if period.stages else None for period in assessed(known, today, stages=ladder)]


def year(number: int) -> Any:
    return credit(f"{number}-05-01", 600)


def test_missed_periods_in_a_row():
    assert fees(Facts(), "2027-05-05") == [100, 200, 300, None]
    assert fees(Facts(late_before=1), "2026-05-05") == [200, 300, None]


def test_a_period_in_time_begins_the_count_anew():
    assert fees(Facts(credits=(year(2025),)), "2027-05-05") == [100, None, 100, None]


def test_only_so_many_periods_in_time_begin_the_count_anew():
    assert fees(Facts(credits=(year(2025),)), "2027-05-05", reset_after=2) == [100, None, 200, None]
    twice = Facts(credits=(year(2025), year(2026)))
    assert fees(twice, "2028-05-05", reset_after=2) == [100, None, None, 100, None]


def test_each_stage_begins_anew_by_its_own_count():
    ladder = [stage("fee", fee=[150], then_add=300), stage("slow", fee=[250, 350], reset_after=3)]
    last = assessed(Facts(credits=(year(2025),)), "2027-05-05", stages=ladder)[2]
    assert [each.fee for each in last.stages] == [150, 350]


def test_stages_that_depend_on_what_the_member_did():
    ladder = [
        stage("grace", fee=[100], if_act="asked-for-grace"),
        stage("silence", fee=[250], unless_act="asked-for-grace"),
    ]
    asked = Facts(acts=(done("asked-for-grace", "2025-01-10"),))
    too_early = Facts(acts=(done("asked-for-grace", "2023-12-31"),))
    found = [assessed(known, "2025-02-01", stages=ladder)[0].stages for known in (asked, too_early, Facts())]
    assert [[each.code for each in stages] for stages in found] == [["grace"], ["silence"], ["silence"]]


def test_an_extension_moves_the_stages():
    known = Facts(grants=(Grant("extension", date(2024, 5, 1), date(2025, 3, 31)),))
    assert assessed(known, "2025-03-31", stages=LADDER)[0].stages == ()
    assert assessed(known, "2025-04-01", stages=LADDER)[0].stages[0].on == date(2025, 4, 30)


# --- acts ------------------------------------------------------------------------------------------------------------


def act(code: str, **rules: Any) -> dict[str, Any]:
    return {"code": code, "name": WORDS, "clause": "act", **rules}


EARNED = (credit("2024-02-02", 600), credit("2025-02-02", 600))


def test_when_an_act_is_due_and_when_it_was_done():
    acts = [act("plan", days_after=-335), act("declare", days_after=31), act("rate", needed_to_comply=False)]
    known = Facts(acts=(done("plan", "2024-01-20"), done("plan", "2024-01-10"), done("declare", "2025-01-31")))
    period = assessed(known, "2025-02-01", acts=acts)[0]
    assert [(each.code, each.due_on, each.done_on, each.needed) for each in period.acts] == [
        ("plan", date(2024, 1, 31), date(2024, 1, 10), True),
        ("declare", date(2025, 1, 31), date(2025, 1, 31), True),
        ("rate", date(2024, 12, 31), None, False),
    ]


@pytest.mark.parametrize(
    ("day", "status", "fee"),
    [
        pytest.param("2023-12-31", "short", 99, id="before-the-period"),
        pytest.param("2024-01-01", "compliant", None, id="its-first-day"),
        pytest.param("2024-12-31", "compliant", None, id="its-last-day"),
        pytest.param("2025-01-31", "compliant", None, id="the-day-it-is-due"),
        pytest.param("2025-02-01", "compliant", 99, id="late"),
    ],
)
def test_in_time_or_late(day, status, fee):
    known = Facts(credits=EARNED, acts=(done("declare", day),))
    rules: dict[str, Any] = {"acts": [act("declare", days_after=31)], "stages": [stage("fee", fee=[99])]}
    period = assessed(known, "2025-03-01", **rules)[0]
    assert (period.status, [each.fee for each in period.stages]) == (status, [fee] if fee else [])


def test_each_thing_done_serves_one_period_the_oldest_still_open():
    known = Facts(credits=EARNED, acts=(done("declare", "2025-01-10"), done("declare", "2025-03-10")))
    found = assessed(known, "2025-04-01", acts=[act("declare", days_after=31)])
    assert [period.acts[0].done_on for period in found] == [date(2025, 1, 10), date(2025, 3, 10)]
    once = Facts(credits=EARNED, acts=(done("declare", "2025-01-10"),))
    found = assessed(once, "2025-04-01", acts=[act("declare", days_after=31)])
    assert [period.acts[0].done_on for period in found] == [date(2025, 1, 10), None]


def test_an_act_due_on_a_day_of_the_year():
    period = assessed(Facts(credits=EARNED), "2025-02-01", acts=[act("declare", on="03-31")])[0]
    assert period.acts[0].due_on == date(2025, 3, 31)


@pytest.mark.parametrize(
    ("today", "expected"),
    [
        pytest.param("2024-11-01", "on_track", id="92-days-before-the-declaration"),
        pytest.param("2024-11-02", "at_risk", id="90-days-before-it"),
        pytest.param("2025-01-31", "at_risk", id="its-last-day"),
        pytest.param("2025-02-01", "short", id="overdue"),
    ],
)
def test_without_a_needed_act_nobody_complies(today, expected):
    assert assessed(Facts(credits=EARNED), today, acts=[act("declare", days_after=31)])[0].status == expected


def test_the_first_act_that_is_overdue_decides():
    acts = [act("plan", days_after=-335), act("declare", days_after=31)]
    known = Facts(credits=EARNED)
    assert [assessed(known, day, acts=acts)[0].status for day in ("2024-01-31", "2024-02-01")] == ["at_risk", "short"]


def test_what_is_not_needed_changes_nothing():
    assert assessed(Facts(credits=EARNED), "2025-02-01", acts=[act("rate", needed_to_comply=False)])[0].status == (
        "compliant"
    )


def test_a_period_without_hours_but_with_a_plan():
    acts, rules = [act("plan"), act("reflect", days_after=60)], {"total": {"amount": 0, "clause": "norm"}}
    assert assessed(Facts(), "2024-05-01", acts=acts, **rules)[0].status == "on_track"
    both = Facts(acts=(done("plan", "2024-03-01"), done("reflect", "2025-01-10")))
    assert assessed(both, "2025-02-01", acts=acts, **rules)[0].status == "compliant"


def test_an_act_of_some_people_only():
    acts = [act("audit", when={"role": ["principal"]})]
    assert assessed(Facts(credits=EARNED), "2025-02-01", acts=acts)[0].acts == ()
    principal = Facts(credits=EARNED, roles=(RoleSpan("principal"),))
    assert assessed(principal, "2025-02-01", acts=acts)[0].status == "short"


def test_the_next_day_on_which_an_act_changes_the_status():
    rulebook = book(acts=[act("declare", days_after=60)])
    result = assess(rulebook, Facts(credits=EARNED[:1]), date(2024, 11, 15))
    assert (result.periods[0].status, result.changes_on) == ("on_track", date(2024, 12, 1))


# --- duties ----------------------------------------------------------------------------------------------------------


def duties(known: Facts, today: str, *rules: dict[str, Any]) -> tuple[DutyLine, ...]:
    written = [{"name": WORDS, "clause": "duty", **rule} for rule in rules]
    return assess(book(duties=written), known, date.fromisoformat(today)).duties


BASICS: dict[str, Any] = {"code": "basics", "amount": 4, "counts": {"courses": ["basics"]}, "window": {"months": 12}}


@pytest.mark.parametrize(
    ("earned", "today", "counted", "expected"),
    [
        ("2025-06-14", "2025-06-14", 240, "met"),
        ("2025-06-15", "2025-06-15", 0, "missed"),
        ("2024-06-14", "2025-06-14", 0, "open"),
        ("2025-06-15", "2026-06-15", 0, "missed"),
    ],
)
def test_once_within_twelve_months_of_the_admission(earned, today, counted, expected):
    known = Facts(admitted_on=date(2024, 6, 15), credits=(credit(earned, 240, course="basics"), credit(earned, 600)))
    (line,) = duties(known, today, BASICS)
    assert (line.first, line.last, line.required) == (date(2024, 6, 15), date(2025, 6, 14), 240)
    assert (line.counted, line.missing, line.status, line.clause) == (counted, 240 - counted, expected, "duty")


@pytest.mark.parametrize(("until", "counted"), [("2024-09-01", 240), ("2024-09-02", 0)])
def test_what_is_earned_under_a_status_in_which_learning_does_not_count_serves_no_duty(until, counted):
    rulebook = book(duties=[{"name": WORDS, "clause": "duty", **BASICS}],
                    valuation={"not_during": ["paused"], "clause": "valuation"})  # fmt: skip
    known = Facts(admitted_on=date(2024, 6, 15), statuses=(span("paused", "2024-07-01", until),),
                  credits=(credit("2024-09-01", 240, course="basics"),))  # fmt: skip
    (line,) = assess(rulebook, known, date(2024, 10, 1)).duties
    assert line.counted == counted


@pytest.mark.parametrize(
    ("window", "first", "last"),
    [
        ({"months": 12, "starts": "month"}, "2024-06-01", "2025-05-31"),
        ({"months": 12, "starts": "next_month"}, "2024-07-01", "2025-06-30"),
        ({"months": 24, "starts": "year_day", "on": "01-01"}, "2025-01-01", "2026-12-31"),
        ({"months": 24, "plus_months": -12}, "2023-06-15", "2025-06-14"),
        ({"months": 24, "plus_months": 12}, "2025-06-15", "2027-06-14"),
    ],
)
def test_the_window_of_a_duty(window, first, last):
    (line,) = duties(Facts(admitted_on=date(2024, 6, 15)), "2024-07-01", {**BASICS, "window": window})
    assert (line.first.isoformat(), line.last.isoformat()) == (first, last)


def test_who_was_admitted_before_records_began_has_no_such_duty():
    assert duties(Facts(), "2024-07-01", BASICS) == ()


def test_a_duty_of_some_people_only():
    rule = {**BASICS, "when": {"admitted": {"from": "2024-01-01"}}}
    assert duties(Facts(admitted_on=date(2023, 6, 15)), "2024-07-01", rule) == ()
    assert len(duties(Facts(admitted_on=date(2024, 6, 15)), "2024-07-01", rule)) == 1


@pytest.mark.parametrize(
    ("away", "at_most", "hours"),
    [
        (("2022-01-01", "2023-12-31"), None, 10),
        (("2022-01-01", "2024-01-01"), None, 20),
        (("2010-01-01", "2024-01-01"), 5, 50),
        (("2010-01-01", "2024-01-01"), None, 140),
    ],
)
def test_so_much_for_each_full_year_away(away, at_most, hours):
    rule: dict[str, Any] = {"code": "return", "amount": 10, "return_from": ["inactive"]}
    rule |= {"at_most_years": at_most} if at_most else {}
    known = Facts(statuses=(span("inactive", *away),))
    (line,) = duties(known, "2024-07-01", rule)
    assert (line.first, line.last, line.required, line.status) == (
        date.fromisoformat(away[1]),
        None,
        60 * hours,
        "open",
    )


def test_only_what_was_earned_after_the_return_counts():
    rule = {"code": "return", "amount": 10, "return_from": ["inactive"]}
    known = Facts(statuses=(span("inactive", "2022-01-01", "2024-01-01"),),
                  credits=(credit("2023-12-31", 600), credit("2024-01-01", 1200)))  # fmt: skip
    (line,) = duties(known, "2024-07-01", rule)
    assert (line.counted, line.missing, line.status) == (1200, 0, "met")
    still_away = Facts(statuses=(span("inactive", "2022-01-01"),))
    assert duties(still_away, "2024-07-01", rule) == ()


RETURN: dict[str, Any] = {"code": "return", "amount": 10, "return_from": ["inactive", "suspended"]}
TWICE = (span("inactive", "2018-01-01", "2020-01-01"), span("inactive", "2022-01-01", "2023-01-01"))


@pytest.mark.parametrize(
    ("earned", "figures"),
    [
        ([], [(0, 20), (0, 10)]),
        ([("2020-05-05", 30)], [(30, 0), (0, 10)]),
        ([("2020-05-05", 15), ("2023-05-05", 10)], [(20, 0), (5, 5)]),
        ([("2023-05-05", 30)], [(20, 0), (10, 0)]),
    ],
)
def test_no_hour_makes_up_for_two_returns(earned, figures):
    """The first is filled first, and only hours of after the second serve that one."""
    known = Facts(statuses=TWICE, credits=tuple(credit(day, 60 * hours) for day, hours in earned))
    lines = duties(known, "2024-07-01", RETURN)
    assert [(line.counted / 60, line.missing / 60) for line in lines] == figures


def test_the_report_has_both_returns():
    rulebook = book(duties=[{"name": WORDS, "clause": "duty", **RETURN}])
    found = report(rulebook, Facts(statuses=TWICE), date(2024, 7, 1))["duties"]
    assert {code: duty["required"] for code, duty in found.items()} == {"return.1": 20, "return.2": 10}


def test_from_one_status_away_into_another_is_no_return():
    away = (span("inactive", "2018-01-01", "2019-07-01"), span("suspended", "2019-07-01", "2021-01-01"))
    (line,) = duties(Facts(statuses=away), "2024-07-01", RETURN)
    assert (line.first, line.required) == (date(2021, 1, 1), 30 * 60)
    assert duties(Facts(statuses=away), "2020-07-01", RETURN) == ()
