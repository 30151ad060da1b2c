"""The language against the rules of many countries: each book in cases/books, with its figures and their source.

Where a source gives the rule only, the figures are worked out from it.
"""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from compliance.rules import parse_rulebook, read_facts
from compliance.rules.report import report
from tests.compliance.rules.cases.case import HERE, at, book

OURS = ("ca-on", "sg", "ie-2018", "ie-2024", "plan-and-reflect", "seventy-two-hours", "kz-example")


def expect(name: str, facts: dict[str, Any], today: str, figures: dict[str, Any], period: str | None = None):
    """The figures stand at their paths in the period that begins on `period`, or in the last one."""
    every = report(book(name), read_facts(facts), date.fromisoformat(today))["periods"]
    one = every[-1] if period is None else next(each for each in every if each["start"] == period)
    assert {path: at(one, path) for path in figures} == figures


def expect_required(name: str, facts: dict[str, Any], today: str, credits: Any):
    expect(name, facts, today, {"lines.total.required": credits})


def hours(day: str, credits: int, **more: Any) -> dict[str, Any]:
    return {"on": day, "minutes": credits * 60, **more}


@pytest.mark.parametrize("path", sorted((HERE / "books").glob("*.json")), ids=lambda path: path.stem)
def test_every_book_is_well_formed(path: Path):
    parse_rulebook(json.loads(path.read_text(encoding="utf-8")))


@pytest.mark.parametrize("name", OURS)
def test_shipped_examples(name):
    for example in book(name).examples:
        expect(name, example.facts, example.today, example.expect, example.period)


# --- California: hours of the new subjects cure a period under the older rules ---------------------------------------
# Carry-back: calbar.ca.gov, Inactive or Not Eligible Status. Implicit bias is a part of bias, prevention of competence.


@pytest.mark.parametrize(
    ("group", "start", "day", "category", "line"),
    [
        ("1", "2019-02-01", "2022-03-01", "implicit_bias", "bias"),
        ("2", "2021-02-01", "2024-03-01", "prevention", "competence"),
    ],
)
def test_ca_an_hour_of_a_part_serves_the_whole_under_the_older_rules(group, start, day, category, line):
    law = [book(f"us-ca-{year}") for year in (2008, 2014, 2022, 2025)]
    facts = {"admitted": "2001-12-04", "group": group, "credits": [hours(day, 1, category=category)]}
    every = report(law, read_facts(facts), date(2024, 7, 1))["periods"]
    period = next(each for each in every if each["start"] == start)
    assert (period["made_up"], period["lines"][line]["missing"]) == (1, 0)


@pytest.mark.parametrize(("start", "late"), [("2013-02-01", 75), ("2022-02-01", 103)])
def test_ca_who_is_late_pays_a_fee_and_for_reinstatement(start, late):
    """Late fees of 2015 and now; 200 dollars to come back, by the rules on members who are not eligible."""
    law = [book(f"us-ca-{year}") for year in (2008, 2014, 2022, 2025)]
    every = report(law, read_facts({"admitted": "2001-12-04", "group": "1"}), date(2026, 1, 1))["periods"]
    stages = next(each["stages"] for each in every if each["start"] == start)
    assert (stages["late"]["fee"], stages["reinstatement"]["fee"]) == (late, 200)
    assert stages["reinstatement"]["on"] == stages["not_eligible"]["on"] == f"{int(start[:4]) + 3}-07-01"


# --- Wisconsin: who is inactive on 1 February, the day of the report, need not report ---------------------------------
# Wisconsin Supreme Court Rules, chapter 31.


@pytest.mark.parametrize(
    ("since", "until", "exempt"),
    [
        ("2026-01-20", None, True),
        ("2024-01-01", "2026-02-01", False),
        ("2026-02-01", None, True),
        ("2026-02-02", None, False),
    ],
)
def test_wi_the_status_on_1_february_decides(since, until, exempt):
    status = {"status": "inactive", "from": since} | ({"until": until} if until else {})
    facts = {"admitted": "2011-06-14", "statuses": [status]}
    expect("us-wi", facts, "2026-03-01", {"exempt": exempt}, "2024-01-01")


# --- Illinois: new members owe 15 hours by the last day of the month of admission one year on, whatever their group ---
# mcleboard.org, FAQs A360 to A445; the rulebook begins in July 2023, inside a period of A to M.


@pytest.mark.parametrize("surname", ["Adams", "Norris"])
def test_il_new_members_have_their_own_first_period(surname):
    facts = {"admitted": "2023-11-09", "surname_at_admission": surname}
    figures = {"start": "2023-11-09", "due_on": "2024-11-30", "acts.recorded.due_on": "2024-12-31"}
    expect("us-il", facts, "2024-03-01", {**figures, "lines.total.required": 15, "lines.basics.required": 6})


# --- Virginia: the rest of the licence year is free, and what is earned in it since the licence goes on ---------------
# vsb.org, FAQs for new admittees: 12 at most, 2 of them ethics and 4 live.


@pytest.mark.parametrize(("day", "carried"), [("2016-12-05", 4), ("2016-12-04", 0)])
def test_va_carries_what_was_earned_since_the_licence(day, carried):
    facts = {"licensed": "2016-12-05", "credits": [hours(day, 4, category="general")]}
    expect("us-va", facts, "2018-01-10", {"carry.carried": carried}, "2016-11-01")


# --- Oregon: access to justice in every second period; counted from the admission, not from the oldest rules written --
# https://www.americanbar.org/events-cle/mcle/jurisdiction/oregon/


@pytest.mark.parametrize(
    ("admitted", "access"),
    [("2014-10-15", [3, 0, 3]), ("2011-10-15", [0, 3, 0]), ("2008-10-15", [3, 0, 3]), ("2012-10-15", [0, 3, 0])],
)
def test_or_every_second_period_from_the_admission_on(admitted, access):
    """The rulebook begins in 2015: in the second period of those admitted in 2011, in the third of those of 2008."""
    every = report(book("us-or"), read_facts({"admitted": admitted}), date(2023, 6, 1))["periods"]
    assert [each["lines"]["access"]["required"] for each in every[:3]] == access


def test_or_the_first_period_ends_on_30_april_of_the_next_calendar_year():
    """Whether that day still lies ahead in the year of admission or not; three years each from then on."""
    rules = book("us-or").model_dump(mode="json", by_alias=True, exclude_unset=True)
    own = {"rule": "own", "ends_on": "04-30", "years_after": 1, "then": "from_its_end", "clause": "rule"}
    law = parse_rulebook({**rules, "joining": own})
    for admitted, year in (("2016-02-03", 2017), ("2016-10-06", 2017), ("2017-01-01", 2018)):
        every = report(law, read_facts({"admitted": admitted}), date(2019, 1, 1))["periods"]
        ends = [each["end"] for each in every]
        assert ends == [f"{year}-04-30", f"{year + 3}-04-30"]


# --- Texas: the year of the month of birth, a first period of 24 months, the month of birth as grace -----------------
# texasbar.com; Texas State Bar Rules, article XII.


@pytest.mark.parametrize(
    ("born", "admitted", "start", "end"),
    [
        ("1980-07-15", "2022-01-05", "2022-07-01", "2024-06-30"),
        ("1980-01-31", "2022-02-05", "2023-01-02", "2025-01-01"),
        ("1996-02-29", "2022-02-05", "2023-02-01", "2025-01-31"),
    ],
)
def test_tx_the_first_period_is_24_months_from_the_month_of_birth(born, admitted, start, end):
    expect("us-tx", {"born": born, "admitted": admitted}, "2023-06-01", {"start": start, "end": end})


@pytest.mark.parametrize(("day", "counted"), [("2022-05-01", 2), ("2022-04-30", 0)])
def test_tx_hours_of_the_twelve_months_before_the_first_period_count(day, counted):
    facts = {"born": "1995-05-20", "admitted": "2022-11-03", "credits": [hours(day, 2)]}
    expect("us-tx", facts, "2023-06-01", {"start": "2023-05-01", "lines.total.counted": counted})


@pytest.mark.parametrize(("day", "made_up", "left"), [("2024-07-31", 3, 0), ("2024-08-01", 0, 3)])
def test_tx_hours_of_the_month_of_birth_fill_the_year_before(day, made_up, left):
    credits = [hours("2024-03-01", 12, tags=["accredited"]), hours(day, 3, category="ethics")]
    facts = {"born": "1980-07-15", "admitted": "2012-01-05", "credits": credits}
    expect("us-tx", facts, "2024-09-01", {"made_up": made_up, "missing": 3 - made_up}, "2023-07-01")
    expect("us-tx", facts, "2024-09-01", {"lines.total.counted": left}, "2024-07-01")


def test_tx_self_study_is_limited_in_all_and_in_ethics():
    credits = [
        hours("2024-02-01", 10, tags=["accredited"]),
        hours("2024-02-02", 2, category="ethics", tags=["accredited"]),
        hours("2024-02-03", 2, category="ethics", format="self_study"),
        hours("2024-02-04", 4, format="self_study"),
    ]
    facts = {"born": "1980-07-15", "admitted": "2012-01-05", "credits": credits}
    expect("us-tx", facts, "2024-06-01", {"lines.total.counted": 15, "lines.ethics.counted": 3, "missing": 0})


# --- Nevada: 20 hours and 4 of ethics go on for two years, oldest first -----------------------------------------------
# From a summary of its rules.


def test_nv_surplus_lasts_two_years():
    credits = [hours("2022-03-01", 33), hours("2022-03-02", 6, category="ethics")]
    facts = {"admitted": "2022-01-03", "credits": credits}
    carried = {"carry.carried": 24, "carry.by_requirement.ethics": 4, "carry.lapsed": 2}
    expect("us-nv", facts, "2025-12-31", carried, "2022-01-01")
    expect("us-nv", facts, "2025-12-31", {"missing": 0, "carried_in": 13, "carry.carried": 11}, "2023-01-01")
    expect("us-nv", facts, "2025-12-31", {"missing": 2, "carried_in": 11, "carry.carried": 0}, "2024-01-01")
    expect("us-nv", facts, "2025-12-31", {"missing": 13, "carried_in": 0}, "2025-01-01")


# --- Maine: harassment may serve ethics or the rest, ethics the rest only; all that goes on is general ----------------
# From a summary of its rules.


@pytest.mark.parametrize(("category", "missing"), [("harassment", 0), ("ethics", 1)])
def test_me_surplus_flows_one_way(category, missing):
    credits = [hours("2022-03-01", 10), hours("2022-03-02", 2, category=category)]
    expect("us-me", {"admitted": "2022-01-03", "credits": credits}, "2022-12-31", {"missing": missing})


def test_me_carries_ten_hours_as_general_and_five_of_self_study():
    credits = [
        hours("2022-03-01", 10),
        hours("2022-03-02", 5, category="ethics"),
        hours("2022-03-03", 2, category="harassment"),
        hours("2022-03-04", 7, format="self_study"),
    ]
    facts = {"admitted": "2022-01-03", "credits": credits}
    figures = {"carried_in": 10, "lines.total.missing": 2, "lines.ethics.missing": 1, "lines.harassment.missing": 1}
    expect("us-me", facts, "2023-12-31", figures, "2023-01-01")
    expect("us-me", {**facts, "credits": [*credits[:1], credits[3]]}, "2023-12-31", {"carried_in": 3}, "2023-01-01")


# --- Kentucky: an extension costs more each time in a row, and as at first after three years in time ------------------
# From a summary of its rules.


@pytest.mark.parametrize(
    ("missed", "fee"),
    [((2018,), 250), ((2018, 2019), 350), ((2018, 2019, 2020), 500), ((2018, 2020), 350), ((2018, 2021), 350),
     ((2018, 2022), 250)],
)  # fmt: skip
def test_ky_the_fee_rises_and_begins_anew(missed, fee):
    met = [year for year in range(2018, 2023) if year not in missed]
    credits = [
        hours(f"{year}-05-02", many, category=code) for year in met for code, many in (("general", 10), ("ethics", 2))
    ]
    facts = {"admitted": "2017-07-03", "credits": credits}
    expect("us-ky", facts, f"{missed[-1]}-09-01", {"stages.extension.fee": fee}, f"{missed[-1] - 1}-07-01")


def test_ky_preparation_law_school_and_integrated_ethics():
    law_school = {"on": "2023-02-01", "activity": "law_school", "measures": {"semester_hours": 3}}
    credits = [
        hours("2023-02-02", 26, activity="preparation"),
        law_school,
        hours("2023-02-03", 2, category="ethics", tags=["integrated"]),
    ]
    figures = {"lines.total.counted": 12 + 6 + 2, "lines.ethics.missing": 2}
    expect("us-ky", {"admitted": "2022-07-01", "credits": credits}, "2023-06-30", figures)


# --- Hong Kong: CPD 15 points, carry 10, cure by 15 December; RME 3 hours, or 6 by the end of the next year -----------
# Law Society of Hong Kong, FAQs on CPD; RME Information Package. The points by start month (Table B) were not found.


@pytest.mark.parametrize(
    ("admitted", "owed"),
    [("2022-11-01", 15), ("2023-01-01", 15), ("2023-01-02", "1545/124"), ("2023-04-10", 9), ("2023-10-01", 2)],
)
def test_hk_is_owed_in_full_by_who_starts_by_1_january(admitted, owed):
    expect_required("hk", {"admitted": admitted}, "2023-10-31", owed)


def test_hk_carries_ten_points_to_the_next_year_only():
    facts = {"admitted": "2021-11-01", "credits": [hours("2022-03-01", 30)]}
    expect("hk", facts, "2024-10-31", {"carry.carried": 10, "carry.lapsed": 5}, "2021-11-01")
    expect("hk", facts, "2024-10-31", {"carried_in": 10, "missing": 5, "carry.carried": 0}, "2022-11-01")
    expect("hk", facts, "2024-10-31", {"carried_in": 0, "missing": 15}, "2023-11-01")


@pytest.mark.parametrize(("day", "status"), [("2022-12-15", "compliant"), ("2022-12-16", "short")])
def test_hk_is_cured_by_15_december(day, status):
    facts = {"admitted": "2021-11-01", "credits": [hours("2022-03-01", 12), hours(day, 3)]}
    expect("hk", facts, "2023-01-31", {"status": status}, "2021-11-01")


@pytest.mark.parametrize(("earned", "missing"), [(6, 0), (5, 1)])
def test_hk_rme_missed_in_one_year_is_owed_with_the_next(earned, missing):
    facts = {"admitted": "2020-11-02", "credits": [hours("2020-12-01", 3), hours("2022-12-01", earned)]}
    expect("hk-rme", facts, "2023-10-31", {"missing": 0}, "2021-11-01")
    expect("hk-rme", facts, "2023-10-31", {"missing": missing}, "2022-11-01")


@pytest.mark.parametrize(("admitted", "owed"), [("2023-07-24", 3), ("2023-07-25", 0)])
def test_hk_rme_year_of_less_than_a_hundred_days_is_exempted(admitted, owed):
    expect_required("hk-rme", {"admitted": admitted}, "2023-10-31", owed)


# --- France: 20 hours in the year, or 40 in two consecutive years -----------------------------------------------------
# Conseil national des barreaux, decision 2018-001: teaching counts four times, repeats of it 12 hours at most.


@pytest.mark.parametrize(
    ("first", "second", "statuses"),
    [
        (20, 20, ("compliant", "compliant")),
        (10, 30, ("compliant", "compliant")),
        (35, 5, ("compliant", "compliant")),
        (10, 29, ("short", "compliant")),
        (15, 19, ("short", "short")),
    ],
)
def test_fr_either_window_suffices(first, second, statuses):
    facts = {"admitted": "2010-01-01", "credits": [hours("2022-05-02", first), hours("2023-05-02", second)]}
    for start, status in zip(("2022-01-01", "2023-01-01"), statuses, strict=True):
        expect("fr", facts, "2024-02-15", {"status": status}, start)


@pytest.mark.parametrize(
    ("first", "second", "enough"),
    [(10, 20, (True, True)), (15, 15, (True, True)), (5, 20, (False, True)), (5, 25, (True, True))],
)
def test_fr_a_newcomer_owes_thirty_in_a_half_year_and_the_next(first, second, enough):
    """Both ways are pro rata: 10 hours in the half year, or 30 in it and the whole one."""
    facts = {"admitted": "2022-07-01", "credits": [hours("2022-09-01", first), hours("2023-05-02", second)]}
    for start, met in zip(("2022-01-01", "2023-01-01"), enough, strict=True):
        expect("fr", facts, "2024-02-15", {"lines.total.met": met}, start)


@pytest.mark.parametrize(("repeat", "counted"), [(True, 12), (False, 20)])
def test_fr_an_hour_taught_is_four_and_repeats_stop_at_twelve(repeat, counted):
    facts = {"admitted": "2010-01-01", "credits": [hours("2023-05-02", 5, activity="teaching", repeat=repeat)]}
    expect("fr", facts, "2023-12-01", {"lines.total.counted": counted})


def test_fr_repeated_teaching_counts_twelve_hours_over_two_years():
    credits = [hours(day, 2, activity="teaching", repeat=True) for day in ("2022-05-02", "2023-05-02", "2024-05-02")]
    every = report(book("fr"), read_facts({"admitted": "2010-01-01", "credits": credits}), date(2024, 12, 1))["periods"]
    assert [each["lines"]["total"]["counted"] for each in every[-3:]] == [8, 4, 8]


@pytest.mark.parametrize(("repeat", "statuses"), [(True, ("short", "short")), (False, ("compliant", "compliant"))])
def test_fr_a_year_is_not_helped_by_what_the_limit_keeps_out_of_the_next(repeat, statuses):
    """10 hours, and 7.5 taught: 30 if given for the first time, but 12 if repeated."""
    taught = {"on": "2023-05-02", "minutes": 450, "activity": "teaching", "repeat": repeat}
    facts = {"admitted": "2010-01-01", "credits": [hours("2022-05-02", 10), taught]}
    for start, status in zip(("2022-01-01", "2023-01-01"), statuses, strict=True):
        expect("fr", facts, "2024-02-15", {"status": status}, start)


@pytest.mark.parametrize(("special", "missing"), [(20, 0), (12, 8)])
def test_fr_forty_hours_of_a_specialist_hold_twenty_of_the_specialism_for_both_years(special, missing):
    credits = [hours("2022-05-02", special, category="specialism"), hours("2022-06-02", 40 - special)]
    facts = {"admitted": "2010-01-01", "roles": [{"role": "specialist"}], "credits": credits}
    expect("fr", facts, "2023-12-01", {"missing": 0}, "2022-01-01")
    expect("fr", facts, "2023-12-01", {"missing": missing}, "2023-01-01")


def test_fr_specialists_owe_half_in_their_subject_and_beginners_ten_of_ethics():
    specialist = {"admitted": "2010-01-01", "roles": [{"role": "specialist"}]}
    expect("fr", specialist, "2023-12-01", {"lines.specialism.required": 10})
    expect("fr", {"admitted": "2022-01-01"}, "2023-12-01", {"lines.deontology.required": 10})


# --- Pro bono: so many hours for a credit, up to a limit --------------------------------------------------------------
# American Bar Association, table of ratios: Alabama 1 for 6, at most 3 from October to September; its year is another.


def pro_bono(day: str, many: int) -> dict[str, Any]:
    return {"on": day, "minutes": 0, "activity": "pro_bono", "measures": {"hours": many}}


def test_al_pro_bono_is_limited_from_october_to_september():
    credits = [pro_bono("2023-10-05", 12), pro_bono("2024-05-05", 18), pro_bono("2024-11-05", 24)]
    facts = {"admitted": "2010-01-04", "credits": credits}
    expect("us-al", facts, "2024-12-31", {"lines.total.counted": 2}, "2023-01-01")
    expect("us-al", facts, "2024-12-31", {"lines.total.counted": 1 + 3}, "2024-01-01")


# --- Philippines: 36 hours, all of them by subject --------------------------------------------------------------------
# Bar Matter No. 850, Rule 2; MCLE Governing Board Order No. 1, s. 2008: new lawyers owe two thirds, a third or nothing.


@pytest.mark.parametrize(
    ("admitted", "owed"),
    [
        ("2013-04-15", 36),
        ("2014-04-14", 36),
        ("2014-04-15", 24),
        ("2015-04-15", 12),
        ("2015-12-14", 12),
        ("2015-12-15", 0),
    ],
)
def test_ph_new_lawyers_owe_by_steps(admitted, owed):
    expect_required("ph", {"admitted": admitted}, "2016-04-14", owed)


def test_ph_subjects_fill_the_whole():
    subjects = {"ethics": 6, "trial": 4, "adr": 5, "updates": 9, "writing": 4, "international": 2, "prescribed": 6}
    credits = [hours("2014-06-02", owed, category=code) for code, owed in subjects.items()]
    expect("ph", {"admitted": "2001-01-01", "credits": credits}, "2016-04-14", {"status": "compliant"})
    wrong = [hours("2014-06-02", 6, category="updates"), *credits[1:]]
    figures = {"missing": 6, "lines.total.missing": 0, "lines.ethics.missing": 6}
    expect("ph", {"admitted": "2001-01-01", "credits": wrong}, "2016-04-14", figures)


# --- Kenya: 5 units in the calendar year; Advocates (Continuing Professional Development) Rules, LN 43/2014 -----------


def test_ke_five_units_a_year():
    facts = {"admitted": "2010-01-01", "credits": [hours("2023-02-01", 9), hours("2024-02-01", 4)]}
    expect("ke", facts, "2024-12-01", {"lines.total.required": 5, "missing": 1, "carried_in": 0})


# --- Germany: 15 hours for each title and year, self-study 5, no hour twice; Fachanwaltsordnung, section 15 -----------


def test_de_each_title_asks_for_fifteen():
    credits = [
        hours("2024-02-01", 15, category="family"),
        hours("2024-03-01", 8, category="tax"),
        hours("2024-04-01", 7, category="tax", format="self_study"),
    ]
    facts = {"admitted": "2005-01-03", "titles": ["family", "tax"], "credits": credits}
    lines = report(book("de"), read_facts(facts), date(2024, 12, 1))["periods"][-1]["lines"]
    assert lines["title.family"]["missing"] == 0
    assert lines["title.tax"] == {"required": 15, "counted": 13, "missing": 2, "met": False, "clause": "rule"}


def test_de_an_hour_fit_for_two_titles_serves_one():
    roles = [{"role": "fachanwalt_family"}, {"role": "fachanwalt_tax"}]
    credits = [hours("2024-02-01", 15, tags=["family", "tax"]), hours("2024-03-01", 10, tags=["tax"])]
    expect("de-tags", {"admitted": "2005-01-03", "roles": roles, "credits": credits}, "2024-12-01", {"missing": 5})


# --- Bar of England and Wales: 45 hours in 3 calendar years from the 1 January after starting, then no hours ----------
# Bar Standards Board, New Practitioner Programme: 9 of advocacy, 3 of ethics, accrual from the start, half hours down.


def test_bsb_new_practitioners():
    credits = [
        hours("2023-11-06", 9, category="advocacy"),
        hours("2024-05-06", 3, category="ethics"),
        hours("2025-05-06", 33),
    ]
    figures = {
        "start": "2024-01-01",
        "end": "2026-12-31",
        "lines.total.required": 45,
        "lines.total.counted": 45,
        "lines.advocacy.required": 9,
        "lines.ethics.required": 3,
        "status": "compliant",
    }
    expect("gb-bsb", {"admitted": "2023-10-02", "credits": credits}, "2026-06-01", figures)


def test_bsb_rounds_down_to_half_hours_and_then_asks_for_no_hours():
    facts = {"admitted": "2016-10-03", "credits": [{"on": "2018-05-07", "minutes": 89}]}
    expect("gb-bsb", facts, "2019-12-01", {"lines.total.counted": 1})
    figures = {"start": "2020-01-01", "lines.total.required": 0, "acts.plan.needed": True, "status": "at_risk"}
    expect("gb-bsb", facts, "2020-12-01", figures)


# --- Saskatchewan: minus one hour for each full month inactive; 36 in a rolling three years from 2010 to 2013 ---------
# Law Society of Saskatchewan, CPD policy.


@pytest.mark.parametrize(
    ("first", "until", "owed"), [("2023-03-15", "2023-06-15", 10), ("2023-03-01", "2023-06-01", 9)]
)
def test_sk_only_full_months_reduce(first, until, owed):
    statuses = [{"status": "inactive", "from": first, "until": until}]
    expect_required("ca-sk", {"admitted": "2010-01-01", "statuses": statuses}, "2023-12-01", owed)


def test_sk_a_part_of_a_month_counts_for_a_new_member():
    expect_required("ca-sk", {"admitted": "2023-06-20"}, "2023-12-01", 7)


@pytest.mark.parametrize(("earned", "missing"), [((12, 6, 18), 0), ((30, 3, 3), 0), ((0, 12, 12), 12)])
def test_sk_rolling_window_of_three_years(earned, missing):
    credits = [hours(f"{year}-05-03", many) for year, many in zip((2010, 2011, 2012), earned, strict=True)]
    facts = {"admitted": "2000-01-03", "credits": credits}
    expect("ca-sk-2010", facts, "2012-12-31", {"missing": missing})
    expect_required("ca-sk-2010", facts, "2011-12-31", 0)


# --- Prince Edward Island: nearest half hour, teaching three times; Law Society of PEI, CPD regulations ---------------


@pytest.mark.parametrize(
    ("minutes", "activity", "credits"),
    [
        (70, "attendance", 1),
        (75, "attendance", 1.5),
        (100, "attendance", 1.5),
        (70, "teaching", 3),
        (14, "attendance", 0),
    ],
)
def test_pe_values(minutes, activity, credits):
    facts = {"admitted": "2000-01-03", "credits": [{"on": "2023-05-03", "minutes": minutes, "activity": activity}]}
    expect("ca-pe", facts, "2023-12-31", {"lines.total.counted": credits})


# --- New South Wales: one unit of each field, carry of January to March at most 3, teaching 5 -------------------------
# Legal Profession Uniform Continuing Professional Development (Solicitors) Rules 2015.


def nsw(*credits: dict[str, Any]) -> dict[str, Any]:
    return {"admitted": "2023-04-01", "credits": list(credits)}


def test_nsw_one_unit_of_each_field():
    law, ethics, skills = (("law", 8), ("ethics", 1), ("skills", 1))
    facts = nsw(*(hours("2023-05-03", many, category=code) for code, many in (law, ethics, skills)))
    expect("au-nsw", facts, "2024-03-31", {"missing": 1, "lines.total.counted": 10})


@pytest.mark.parametrize(("day", "carried"), [("2024-01-01", 3), ("2023-12-31", 0)])
def test_nsw_carries_what_was_earned_in_january_to_march(day, carried):
    fields = [hours("2023-05-03", 3, category=code) for code in ("ethics", "management", "skills")]
    facts = nsw(*fields, hours("2023-05-04", 1, category="law"), hours(day, 5, category="law"))
    expect("au-nsw", facts, "2024-03-31", {"carry.carried": carried})


def test_nsw_teaching_counts_five_and_writing_by_the_thousand_words():
    writing = {"on": "2023-06-01", "category": "law", "activity": "writing", "measures": {"words": 2900}}
    facts = nsw(hours("2023-05-03", 7, category="law", activity="teaching"), writing)
    expect("au-nsw", facts, "2024-03-31", {"lines.total.counted": 7})


# --- Neighbours of the bars of Kazakhstan -----------------------------------------------------------------------------


@pytest.mark.parametrize(("admitted", "owed"), [("2010-02-01", "1650/73"), ("2025-02-03", "2200/73")])
def test_dagestan_by_days_of_membership(admitted, owed):
    """30 and 40 hours times 275/365: http://advokatrd.ru/center-of-excellence/"""
    statuses = [{"status": "not_member", "from": admitted, "until": "2026-04-01"}]
    expect_required("ru-da", {"admitted": admitted, "statuses": statuses}, "2026-12-01", owed)


def test_ukraine_a_second_year_advocate_with_twelve_points_lacks_four():
    """16 points in each of the first three years, then 10: http://kdka.org.ua/2023/02/02/"""
    facts = {"admitted": "2022-03-01", "credits": [hours("2023-05-03", 12)]}
    expect("ua", facts, "2023-12-31", {"missing": 4})
    expect_required("ua", {"admitted": "2015-03-02"}, "2023-12-31", 10)


def test_kazakh_insolvency_administrators_from_the_year_after_registration():
    """Once in three years, from the year after entry in the register: Law on rehabilitation and bankruptcy, 12(12)."""
    figures = {"start": "2025-01-01", "end": "2027-12-31", "acts.training.due_on": "2027-12-31"}
    expect("kz-insolvency", {"joined": "2024-05-10"}, "2025-06-01", figures)


def test_carry_over_worked_example():
    """Norm 16, earned 23, cap 5: 5 are carried, 2 lapse, the next year needs 11 more."""
    facts = {"joined": "2020-01-06", "credits": [{"on": "2025-04-01", "minutes": 23 * 45}]}
    expect("kz-carry", facts, "2026-06-01", {"carry.carried": 5, "carry.lapsed": 2}, "2025-01-01")
    expect("kz-carry", facts, "2026-06-01", {"carried_in": 5, "missing": 11}, "2026-01-01")
