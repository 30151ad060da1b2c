"""California: rules chosen by the end of the period, groups by surname, proration by complete months."""

from typing import Any

from .case import Case, Result

BOOKS = ("us-ca-2008", "us-ca-2014", "us-ca-2022", "us-ca-2025")
LINES = {
    "total_hours": "lines.total.required",
    "ethics_hours": "lines.ethics.required",
    "months_subject": "months_subject",
    "bias_hours": "lines.bias.required",
    "competence_hours": "lines.competence.required",
}
WHOLE = {"total_hours": "lines.total.required", "prorated": "prorated"}
LATER = {"CA-P23": "the choice of members to audit, at random and by risk"}


def credit(day: str, hours: float, category: str = "general", form: str = "in_person") -> dict[str, Any]:
    return {"on": day, "minutes": int(hours * 60), "category": category, "format": form}


def admitted(day: str, group: str, today: str, **facts: Any) -> Case:
    return Case(BOOKS, {"admitted": day, "group": group, **facts}, today, LINES)


def of_length(minutes: int) -> Case:
    facts = {"admitted": "2001-12-04", "group": "2", "credits": [{"on": "2022-03-10", "minutes": minutes}]}
    return Case(BOOKS, facts, "2022-06-01", {"credit": lambda result: result["credits"][0]["credits"]})


def in_period(result: Result, start: str) -> float:
    """Credit that counts in the period beginning on that day as its own."""
    return sum(
        portion["credits"]
        for each in result["credits"]
        for portion in each["portions"]
        if portion["period"] == start and portion["reason"] in ("counted", "surplus")
    )


def full_but(hours: float, start: int) -> list[dict[str, Any]]:
    """Credit of the three years from that one that leaves so many hours of general subjects to earn."""
    return [
        credit(f"{start}-03-10", 4, "ethics"),
        credit(f"{start}-04-10", 2, "implicit_bias"),
        credit(f"{start + 1}-03-10", 1, "competence"),
        credit(f"{start + 1}-04-10", 18 - hours),
    ]


GROUP_2, GROUP_1, GROUP_3 = "2015-01-15", "2016-01-15", "2017-01-15"
CASES = {
    "CA-P01": admitted("2012-06-12", "2", GROUP_2),
    "CA-P02": admitted("2012-12-12", "2", GROUP_2),
    "CA-P04": admitted("2013-12-12", "2", GROUP_2),
    "CA-P05": admitted("2014-06-12", "2", GROUP_2),
    "CA-P07": admitted("2013-06-12", "1", GROUP_1),
    "CA-P08": admitted("2013-12-12", "1", GROUP_1),
    "CA-P10": admitted("2014-12-12", "1", GROUP_1),
    "CA-P11": admitted("2014-06-12", "3", GROUP_3),
    "CA-P13": Case(BOOKS, {"admitted": "2012-06-12", "group": "1"}, GROUP_1, WHOLE),
    "CA-P14": Case(BOOKS, {"admitted": "2012-12-12", "group": "1"}, GROUP_1, WHOLE),
    "CA-P17": Case(
        BOOKS,
        {"admitted": "2021-02-01", "group": "2", "credits": full_but(-5, 2021)},
        "2024-01-31",
        {"compliant": "compliant", "carry_forward": "carry.carried"},
    ),
    "CA-P18": Case(
        BOOKS,
        {"admitted": "2021-02-01", "group": "2", "credits": [*full_but(3, 2021), credit("2024-03-05", 3)]},
        "2024-04-01",
        {
            "counts_for_old_period": "made_up",
            "counts_for_new_period": lambda result: in_period(result, "2024-02-01"),
            "carry_back_allowed": lambda result: result["periods"][-2]["compliant"],
            "carry_forward_allowed": lambda result: any(each["carry"]["carried"] for each in result["periods"]),
        },
        period="2021-02-01",
    ),
    "CA-P20": Case(
        BOOKS,
        {
            "admitted": "2001-12-04",
            "group": "2",
            "statuses": [{"status": "not_eligible", "from": "2013-03-01", "until": "2013-11-01"}],
        },
        GROUP_2,
        WHOLE | {"months_subject": "months_subject"},
    ),
    "CA-P21": Case(
        BOOKS,
        {"admitted": "2008-12-04", "surname_at_admission": "Castillo"},
        GROUP_1,
        {
            "group": lambda result: int(result["periods"][-1]["group"]),
            "group_changes": lambda result: len({each["group"] for each in result["periods"]}) > 1,
        },
    ),
    "CA-D01": Case(
        BOOKS,
        {
            "admitted": "2001-12-04",
            "group": "2",
            "statuses": [{"status": "inactive", "from": "2013-01-20", "until": "2013-12-10"}],
        },
        GROUP_2,
        {
            "months_subject": "months_subject",
            "total_hours": "lines.total.required",
            "ethics_hours": "lines.ethics.required",
            "self_study_max": "caps.self_study",
            "participatory_min": "lines.participatory.required",
        },
    ),
    "CA-D02": Case(
        BOOKS,
        {
            "admitted": "2001-12-04",
            "group": "2",
            "statuses": [{"status": "inactive", "from": "2012-02-01", "until": "2014-09-01"}],
        },
        GROUP_2,
        {"total_hours": "lines.total.required", "ethics_hours": "lines.ethics.required"},
    ),
    "CA-D04": of_length(60),
    "CA-D05": of_length(52),
    "CA-D07": of_length(67),
    "CA-D08": of_length(68),
    "CA-D10": of_length(38),
    "CA-D11": Case(
        BOOKS,
        {
            "admitted": "2012-02-01",
            "group": "2",
            "credits": [
                credit("2012-05-10", 4, "ethics"),
                credit("2012-06-10", 1, "bias"),
                credit("2012-07-10", 1, "competence"),
                credit("2012-08-10", 5),
                credit("2013-05-10", 14, form="self_study"),
            ],
        },
        GROUP_2,
        {
            "countable_self_study": lambda result: sum(
                portion["credits"]
                for each in result["credits"]
                for portion in each["portions"]
                if each["format"] == "self_study" and portion["counts_for"]
            ),
            "countable_total": "lines.total.counted",
            "compliant": "compliant",
            "shortfall_participatory": "lines.participatory.missing",
        },
    ),
    "CA-D13": Case(
        BOOKS,
        {
            "admitted": "2021-02-01",
            "group": "2",
            "credits": [
                credit("2021-05-10", 4, "ethics"),
                credit("2021-06-10", 1, "bias"),
                credit("2021-07-10", 1, "implicit_bias"),
                credit("2021-08-10", 1, "competence"),
                credit("2022-05-10", 18),
            ],
        },
        "2024-01-31",
        {"compliant": "compliant"},
    ),
}
