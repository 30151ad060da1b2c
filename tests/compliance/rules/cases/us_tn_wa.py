"""Tennessee: two kinds of hours, one of which may stand in for the other. Washington: groups by year of admission."""

from typing import Any

from .case import Case, Reading, Result

TN, WA = ("us-tn",), ("us-wa",)
LATER = {
    "TN-P02": "fees that a provider owes for the attendance it reports",
    "WA-P04": "reports that a provider owes",
}


def credit(hours: float, category: str = "general", on: str = "2024-05-10", **more: Any) -> dict[str, Any]:
    return {"on": on, "minutes": int(hours * 60), "category": category, **more}


def carried(code: str) -> Reading:
    """Reads what is carried of a requirement, out of the period meant by the case."""
    return lambda result: result["periods"][0]["carry"]["by_requirement"].get(code, 0)


def used(code: str) -> Reading:
    """Reads the credit that counts for a requirement in the year itself."""
    return lambda result: sum(
        portion["credits"]
        for each in result["credits"]
        for portion in each["portions"]
        if code in portion["counts_for"] and portion["reason"] == "counted"
    )


def years_to_make_up(result: Result) -> float:
    """The duty on coming back, in years of the norm."""
    return result["duties"]["return"]["required"] / result["periods"][-1]["lines"]["total"]["required"]


def counts_in(result: Result) -> str:
    """Which of the two years the last credit counts in."""
    (portion,) = result["credits"][-1]["portions"]
    return "new year" if portion["period"] == result["periods"][-1]["start"] else "old year"


def first_two_years(admitted: int) -> Reading:
    """Reads the years from the one of the admission to the first period."""
    return lambda result: list(range(admitted, int(result["periods"][0]["start"][:4])))


def span(result: Result) -> str:
    period = result["periods"][0]
    return f"{period['start'][:4]}-{period['end'][:4]}"


def counts_from(result: Result) -> str:
    """The first credit is of the day of admission: whether it counts."""
    return "date of admission" if result["credits"][0]["portions"][0]["reason"] == "counted" else "first period"


def returning(inactive_from: str) -> Case:
    facts = {
        "admitted": "2005-11-05",
        "statuses": [{"status": "inactive", "from": inactive_from, "until": "2025-01-01"}],
    }
    return Case(TN, facts, "2025-03-01", {"years_to_make_up": years_to_make_up})


def admitted(year: int) -> Case:
    facts = {"admitted": f"{year}-05-16", "credits": [credit(2, "law", on=f"{year}-05-16")]}
    reads: dict[str, Reading] = {
        "exempt_years": first_two_years(year),
        "first_reporting_period": span,
        "credits_count_from": counts_from,
    }
    return Case(WA, facts, f"{year + 3}-06-01", reads)


def late_again(before: int) -> Case:
    facts = {"admitted": "1999-05-17", "late_before": before}
    return Case(WA, facts, "2016-02-10", {"late_fee": "stages.late.fee"}, period="2013-01-01")


FEES = {"acts": [{"act": "fees", "on": "2024-12-10"}]}
CASES = {
    "TN-P01": Case(
        TN,
        {
            "admitted": "2010-11-05",
            "statuses": [{"status": "exempt", "from": "2024-01-01", "until": "2025-01-01"}],
            "credits": [credit(16), credit(6, "ep")],
        },
        "2024-12-31",
        {"carry_general": carried("general"), "carry_ep": carried("ep")},
    ),
    "TN-P04": returning("2023-01-01"),
    "TN-P05": returning("2015-01-01"),
    "TN-D01": Case(
        TN,
        {
            "admitted": "2010-11-05",
            "credits": [credit(13), credit(2, "ep"), credit(1, on="2025-01-01T00:45:00-06:00")],
        },
        "2025-01-10",
        {"counts_in": counts_in, "late_fee_if_needed": "stages.late.fee"},
        period="2024-01-01",
    ),
    "TN-D02": Case(
        TN,
        {"admitted": "2010-11-05", "credits": [credit(12), credit(6, "ep")]} | FEES,
        "2024-12-31",
        {
            "compliant": "compliant",
            "ep_used": used("ep"),
            "general_used": used("general"),
            "carry_general": carried("general"),
            "carry_ep": carried("ep"),
        },
    ),
    "TN-D07": Case(
        TN,
        {"admitted": "2010-11-05", "credits": [credit(13), credit(2, "ep")]} | FEES,
        "2024-12-31",
        {
            "compliant": "compliant",
            "missing": lambda result: {
                code: line["missing"]
                for code, line in result["periods"][0]["lines"].items()
                if code != "total" and line["missing"]
            },
        },
    ),
    "TN-D03": Case(
        TN,
        {"admitted": "2010-11-05", "credits": [credit(1, activity="teaching", measures={"pages": 3})]},
        "2024-12-31",
        {"credit": lambda result: result["credits"][0]["credits"]},
    ),
    "TN-D05": Case(
        TN,
        {"admitted": "2010-11-05", "credits": [credit(20, activity="moot_court")]},
        "2024-12-31",
        {"credit_ep": "lines.ep.counted", "uncapped": lambda result: result["credits"][0]["credits"]},
    ),
    "WA-P01": admitted(2011),
    "WA-P02": admitted(2012),
    "WA-D01": Case(
        WA,
        {
            "admitted": "1999-05-17",
            "credits": [
                *(credit(8, "law", on=f"2017-03-{day:02}") for day in range(1, 7)),
                credit(7, "law", on="2017-03-07"),
                credit(8, "ethics", on="2018-03-01"),
                credit(2, "ethics", on="2018-03-02"),
            ],
        },
        "2018-12-31",
        {
            "carry": "carry.carried",
            "carry_ethics_max": "carry.by_requirement.ethics",
            "forfeited": "carry.lapsed",
        },
        period="2016-01-01",
    ),
    "WA-D02": late_again(0),
    "WA-D04": late_again(2),
    "WA-D05": Case(
        WA,
        {
            "admitted": "2017-03-01",
            "credits": [credit(6, "law", on="2019-03-05"), credit(3.5, "law", on="2019-03-05")],
        },
        "2021-06-01",
        {"creditable_that_day": "lines.total.counted"},
    ),
}
