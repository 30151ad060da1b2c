"""The other states, each with a small rulebook that exists for its cases only."""

from typing import Any

from .case import Case, Reading, Result, book


def credit(hours: float, on: str, category: str = "general", minutes: int = 60, **more: Any) -> dict[str, Any]:
    return {"on": on, "minutes": int(hours * minutes), "category": category, **more}


def worth(result: Result) -> float:
    """What all the credit of the case is worth before any cap."""
    return sum(each["credits"] for each in result["credits"])


def span_of(place: int) -> Reading:
    """Reads the days of one of the periods."""
    return lambda result: f"{result['periods'][place]['start']}/{result['periods'][place]['end']}"


def counted(form: str) -> Reading:
    """Reads the credit of a format that counts."""
    return lambda result: sum(
        portion["credits"]
        for each in result["credits"]
        for portion in each["portions"]
        if each["format"] == form and portion["counts_for"]
    )


# --- Virginia --------------------------------------------------------------------------------------------------------


def virginia(**facts: Any) -> dict[str, Any]:
    return {"licensed": "2016-12-05", **facts}


def exempt(result: Result) -> str | None:
    """The days of the first period, if nothing is owed for it."""
    period = result["periods"][0]
    return span_of(0)(result) if period["exempt"] else None


VIRGINIA = {
    "VA-P01": Case(
        ("us-va",),
        virginia(
            credits=[
                credit(8, "2017-03-10"),
                credit(8, "2017-04-10", format="recorded"),
                credit(5, "2017-05-10", "ethics"),
            ]
        ),
        "2018-01-10",
        {
            "exempt_period": exempt,
            "first_period_start": lambda result: result["periods"][1]["start"],
            "first_completion_deadline": lambda result: result["periods"][1]["due_on"],
            "max_carry": "carry.carried",
            "max_carry_ethics": "carry.by_requirement.ethics",
            "max_carry_live": "carry.by_requirement.live",
        },
        period="2016-11-01",
    ),
    "VA-D01": Case(
        ("us-va",),
        {"licensed": "2023-10-25", "admitted": "2023-11-10"},
        "2024-01-10",
        {"exempt_period": exempt, "first_completion_deadline": "due_on"},
    ),
    "VA-D02": Case(
        ("us-va",),
        virginia(
            credits=[
                credit(3, "2018-03-10", "ethics"),
                credit(12, "2018-04-10"),
                credit(7, "2018-05-10", format="recorded"),
            ]
        ),
        "2018-10-31",
        {
            "compliant": "compliant",
            "carry": "carry.carried",
            "carry_ethics": "carry.by_requirement.ethics",
            "carry_live_max": "carry.by_requirement.live",
        },
    ),
}

# --- Indiana, Wisconsin ----------------------------------------------------------------------------------------------


def indiana(first: float, second: float, third: float) -> dict[str, Any]:
    """Hours by calendar year of the first period, three of them in ethics."""
    hours = [credit(first - 3, "2020-03-10"), credit(second, "2021-03-10"), credit(third, "2022-03-10")]
    return {"admitted": "2019-10-15", "credits": [credit(3, "2020-02-10", "ethics"), *hours]}


def failed(result: Result) -> str:
    """The first year whose minimum is missing."""
    lines = result["periods"][-1]["lines"]
    code = next(code for code, line in lines.items() if code.startswith("yearly.") and line["missing"])
    return f"year {code.removeprefix('yearly.')} minimum {lines[code]['required']}"


def wisconsin(year: int, today: str) -> Case:
    reads: dict[str, Reading] = {"period_end_years": end_years, "example_period": span_of(-1)}
    return Case(("us-wi",), {"admitted": f"{year}-06-14"}, today, reads)


def end_years(result: Result) -> str:
    ends = {int(period["end"][:4]) % 2 for period in result["periods"]}
    return {(1,): "odd", (0,): "even"}[tuple(ends)]


INDIANA_WISCONSIN = {
    "IN-P01": Case(
        ("us-in",),
        {"admitted": "2019-10-15"},
        "2021-01-10",
        {
            "special_course_hours": lambda result: result["duties"]["applied_professionalism"]["required"],
            "window": lambda result: "{from}/{to}".format(**result["duties"]["applied_professionalism"]),
        },
    ),
    "IN-D01": Case(
        ("us-in",),
        indiana(20, 10, 6),
        "2022-12-31",
        {"compliant": "compliant", "total": "lines.total.counted"},
    ),
    "IN-D02": Case(
        ("us-in",),
        indiana(25, 5, 6),
        "2022-12-31",
        {"compliant": "compliant", "total": "lines.total.counted", "failed": failed},
    ),
    "WI-D01": wisconsin(2011, "2025-06-01"),
    "WI-D02": wisconsin(2012, "2024-06-01"),
}

# --- Ohio, Pennsylvania ----------------------------------------------------------------------------------------------


def taught(times: int, role: str) -> dict[str, Any]:
    """So many first presentations of an hour."""
    days = [f"2014-0{month}-10" for month in range(1, times + 1)]
    return {
        "admitted": "2004-11-08",
        "surname_at_admission": "Keller",
        "credits": [credit(1, day, activity="teaching", role=role) for day in days],
    }


def of_length(minutes: int) -> Case:
    facts = {"admitted": "2004-10-15", "group": "3", "credits": [credit(1, "2024-03-10", minutes=minutes)]}
    return Case(("us-pa",), facts, "2024-06-01", {"credit": worth})


def assigned(group: str) -> Case:
    """Admitted on 15 October 2023 and assigned at random to a group; the first period is looked at."""
    reads: dict[str, Reading] = {
        "first_deadline": lambda result: result["periods"][0]["due_on"],
        "bridge_the_gap": lambda result: result["periods"][0]["lines"]["bridge_the_gap"]["required"] > 0,
    }
    return Case(("us-pa",), {"admitted": "2023-10-15", "group": group}, "2024-10-20", reads)


TAUGHT: dict[str, Reading] = {"credit": worth, "cap_of_period": "caps.teaching"}
OHIO_PENNSYLVANIA = {
    "OH-P01": Case(
        ("us-oh",),
        taught(0, ""),
        "2015-03-01",
        {
            "deadline": "due_on",
            "cycle": lambda result: f"{end_years(result)}-year end",
            "required": "lines.total.required",
            "professional_conduct": "lines.conduct.required",
        },
    ),
    "OH-D01": Case(("us-oh",), taught(1, "sole"), "2015-03-01", TAUGHT),
    "OH-D02": Case(("us-oh",), taught(1, "panel"), "2015-03-01", TAUGHT),
    "OH-D04": Case(("us-oh",), taught(5, "sole"), "2015-03-01", {"uncapped": worth, "credit": "lines.total.counted"}),
    "PA-D01": of_length(59),
    "PA-D02": of_length(60),
    "PA-D04": of_length(90),
    "PA-D05": of_length(119),
    "PA-D07": of_length(150),
    "PA-D08": assigned("1"),
    "PA-D10": assigned("3"),
    "PA-D11": Case(
        ("us-pa",),
        {
            "admitted": "2004-10-15",
            "group": "3",
            "credits": [
                credit(2, "2024-03-10", "ethics"),
                credit(3, "2024-04-10"),
                credit(7, "2024-05-10", format="recorded"),
            ],
        },
        "2024-12-31",
        {
            "countable_prerecorded": counted("recorded"),
            "countable_total": "lines.total.counted",
            "compliant": "compliant",
        },
    ),
    "PB-D07": Case(
        ("us-pa",),
        {"admitted": "2004-10-15", "group": "3", "credits": [credit(15, "2024-03-10", activity="pro_bono")]},
        "2024-12-31",
        {"credit": "lines.total.counted"},
    ),
}

# --- New Jersey ------------------------------------------------------------------------------------------------------

SUBJECTS = ("family", "management", "estates", "municipal", "civil_criminal_trial")
NEW_JERSEY = {
    "NJ-P01": Case(
        ("us-nj",),
        {
            "admitted": "2004-05-03",
            "born": "1975-08-14",
            "credits": [
                {"on": "2023-03-10", "minutes": 80},
                {"on": "2023-03-10", "minutes": 40, "category": "ethics"},
            ],
        },
        "2023-06-01",
        {"ethics_credit": "lines.ethics.counted"},
        elsewhere={"reason": "the words are those of the clause that the rulebook names for the minimum"},
    ),
    "NJ-D01": Case(
        ("us-nj",),
        {"admitted": "2004-05-03", "born": "1975-08-14"},
        "2023-06-01",
        {"compliance_group": lambda result: int(result["periods"][-1]["group"])},
    ),
    "NJ-D02": Case(
        ("us-nj",),
        {"admitted": "2023-05-03", "born": "1997-08-14"},
        "2024-02-01",
        {"new_admittee_period_start": "start", "new_admittee_period_end": "end"},
    ),
    "NJ-D04": Case(
        ("us-nj",),
        {
            "admitted": "2017-05-03",
            "born": "1991-08-14",
            "credits": [
                *(credit(3, "2018-03-10", code, 50) for code in SUBJECTS),
                credit(4, "2018-04-10", "ethics", 50),
                credit(5, "2018-05-10", "general", 50),
            ],
        },
        "2019-12-31",
        {"compliant": "compliant"},
    ),
}

# --- Florida, Iowa, Oregon -------------------------------------------------------------------------------------------

COURSE = "Florida Legal Professionalism"


def florida(*credits: dict[str, Any]) -> dict[str, Any]:
    return {"admitted": "2004-10-15", "group": "a", "credits": list(credits)}


def missing_course(result: Result) -> str:
    """What is missing of the requirement that one named course alone can meet."""
    missing = result["periods"][-1]["lines"]["professionalism_course"]["missing"]
    return f"{missing}h mandatory named course"


def ethics_window(result: Result) -> str:
    """The window of the ethics requirement, where it decided a figure of the first year."""
    assert any(step["code"] == "window" and step["of"] == "ethics" for step in result["periods"][0]["steps"])
    window = book("us-ia").requirements[0].window
    return {12: "one year", 24: "two years"}[window.months if window else 12]


FLORIDA_IOWA_OREGON = {
    "FL-P01": Case(
        ("us-fl",),
        florida(*(credit(1, day, minutes=50, course="Evidence") for day in ("2024-03-10", "2025-03-10"))),
        "2025-06-01",
        {"total_credit": "lines.total.counted"},
    ),
    "FL-D01": Case(
        ("us-fl",),
        florida(
            credit(3, "2024-03-10", "technology", 50),
            credit(5, "2024-04-10", "ethics", 50),
            credit(23, "2024-05-10", minutes=50),
        ),
        "2026-06-30",
        {"compliant": "compliant", "missing": missing_course},
    ),
    "FL-D02": Case(
        ("us-fl",),
        florida(
            credit(3, "2024-03-10", "technology", 50),
            credit(3, "2024-04-10", "ethics", 50),
            credit(2, "2024-04-11", "ethics", 50, course=COURSE),
            credit(26, "2024-05-10", minutes=50),
        ),
        "2026-06-30",
        {"compliant": "compliant", "carry": "carry.carried"},
    ),
    "IA-D01": Case(
        ("us-ia",),
        {
            "admitted": "2023-01-01",
            "credits": [credit(3, "2023-03-10", "ethics"), credit(12, "2023-04-10"), credit(15, "2024-03-10")],
        },
        "2024-12-31",
        {
            "compliant_2023": lambda result: result["periods"][0]["compliant"],
            "compliant_2024": lambda result: result["periods"][1]["compliant"],
            "ethics_window": ethics_window,
        },
    ),
    "OR-D01": Case(
        ("us-or",),
        {"admitted": "2014-10-15"},
        "2021-06-01",
        {
            "access_to_justice": lambda result: {
                f"P{number}": period["lines"]["access"]["required"]
                for number, period in enumerate(result["periods"], start=1)
            },
            "total_each": lambda result: sum({each["lines"]["total"]["required"] for each in result["periods"]}),
        },
    ),
}

CASES = {**VIRGINIA, **INDIANA_WISCONSIN, **OHIO_PENNSYLVANIA, **NEW_JERSEY, **FLORIDA_IOWA_OREGON}
