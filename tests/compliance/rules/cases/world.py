"""The published cases outside the United States: Ontario, Ireland and Singapore."""

from typing import Any

from .case import Case, Result

LATER: dict[str, str] = {}


def _line(result: Result, code: str) -> Any:
    return result["periods"][-1]["lines"][code]


def _credit(day: str, credits: int, **more: Any) -> dict[str, Any]:
    return {"on": day, "minutes": credits * 60, **more}


# --- Ontario: a calendar year, figures by months of practice ---------------------------------------------------------

_REPORTED = [{"act": "report", "on": "2024-12-31"}]
_FIGURES = {"total_hours": "lines.total.required", "professionalism_min": "lines.professionalism.required"}


def _surplus(result: Result) -> Any:
    line = _line(result, "professionalism")
    return line["counted"] - line["required"]


def _substantive(result: Result) -> Any:
    """All that is not needed as professionalism."""
    return _line(result, "total")["counted"] - _line(result, "professionalism")["required"]


def _missing(result: Result) -> dict[str, Any]:
    lines = result["periods"][-1]["lines"]
    return {code: line["missing"] for code, line in lines.items() if line["missing"]}


ONTARIO = {
    "ON-D01": Case(("ca-on",), {"licensed": "2024-06-20"}, "2024-12-31", _FIGURES),
    "ON-D02": Case(
        ("ca-on",),
        {
            "licensed": "2015-05-01",
            "statuses": [{"status": "not_practising", "from": "2024-03-16", "until": "2024-09-30"}],
        },
        "2024-12-31",
        _FIGURES,
    ),
    "ON-D05": Case(
        ("ca-on",),
        {
            "licensed": "2015-05-01",
            "credits": [
                _credit("2024-03-01", 3, category="edi"),
                _credit("2024-04-01", 2, category="professionalism"),
                _credit("2024-05-01", 7, category="substantive"),
            ],
            "acts": _REPORTED,
        },
        "2024-12-31",
        {
            "edi_met": "lines.edi.met",
            "professionalism_counted": "lines.professionalism.counted",
            "professionalism_surplus_to_substantive": _surplus,
            "substantive_counted": _substantive,
            "total": "lines.total.counted",
            "compliant": "compliant",
        },
    ),
    "ON-D04": Case(
        ("ca-on",),
        {"licensed": "2015-05-01", "credits": [_credit("2024-05-01", 12, category="substantive")], "acts": _REPORTED},
        "2024-12-31",
        {"compliant": "compliant", "missing": _missing},
    ),
}


# --- Ireland: two versions, roles, a cap by day and one by format ----------------------------------------------------

_IRELAND = ("ie-2018", "ie-2024")
_SOLE = {"admitted": "2005-10-03", "roles": [{"role": "sole_practitioner"}]}
_2024 = {
    "total": "lines.total.required",
    "prof_dev_wellbeing": "lines.prof_dev.required",
    "client_care": "lines.client_care.required",
}

IRELAND = {
    "IE-P01": Case(_IRELAND, {"admitted": "2005-10-03"}, "2024-06-30", _2024),
    "IE-P02": Case(_IRELAND, _SOLE, "2024-06-30", {**_2024, "aml_within_client_care": "lines.aml.required"}),
    "IE-P04": Case(
        _IRELAND,
        _SOLE,
        "2018-06-30",
        {
            "total": "lines.total.required",
            "management": "lines.management.required",
            "regulatory": "lines.regulatory.required",
            "aml_within_regulatory": "lines.aml.required",
            "max_elearning_writing": "caps.elearning_writing",
        },
    ),
    "IE-D01": Case(
        _IRELAND,
        {"admitted": "2005-10-03", "credits": [_credit("2018-05-10", 9, format="group_study")]},
        "2018-06-30",
        {"creditable": "lines.total.counted"},
    ),
    "IE-D02": Case(
        _IRELAND,
        {
            "admitted": "2005-10-03",
            "grants": [{"kind": "reduction", "from": "2018-01-01", "credits": 8}],
            # Over two days: the cap of a single day is not what is asked for.
            "credits": [_credit(day, 4, format="elearning") for day in ("2018-05-10", "2018-05-11")],
        },
        "2018-06-30",
        {"countable_elearning": "lines.total.counted"},
    ),
}


# --- Singapore: groups by admission, bands of months, and a waiver that let a credit serve either of two years --------

_SINGAPORE = ("sg",)
_POINTS = {"points": "lines.total.required", "public_points": "lines.public.required"}
_ETHICS = {"mec_points": "lines.mec.required", "public_mec_points": "lines.public_mec.required"}
_TEACHING = {"max_teaching_points": "caps.teaching"}
_ADMITTED = {"g1": "2021-08-02", "g2": "2015-08-03", "g3": "2005-08-01"}


def _held(group: str, months: int, reads: dict[str, str]) -> Case:
    """A certificate from the month that leaves so many of the year 2025."""
    facts: dict[str, Any] = {
        "statuses": [{"status": "no_certificate", "from": "2025-01-01", "until": f"2025-{13 - months:02}-01"}]
    }
    if group == "s36b":
        facts |= {"admitted": "2015-08-03", "attributes": {"registration": "s36B"}}
    else:
        facts |= {"admitted": _ADMITTED[group]}
    return Case(_SINGAPORE, facts, "2025-12-31", reads)


def _group(result: Result) -> Any:
    return result["periods"][-1]["variants"][-1].upper()


def _years_open_to(result: Result) -> list[str]:
    """The years whose credit could be earned on the day of the last credit."""
    day = result["credits"][-1]["on"]
    return [each["start"][:4] for each in result["periods"] if each["start"] <= day <= each["make_up_until"]]


def _counts_once(result: Result) -> Any:
    """Although two years could use all of it, no minute of the credit counts twice."""
    credit = result["credits"][-1]
    return sum(portion["credits"] for portion in credit["portions"]) == credit["credits"]


SINGAPORE = {
    "SG-P01": _held("g1", 9, {**_POINTS, **_ETHICS, **_TEACHING}),
    "SG-P02": _held("g1", 8, _POINTS),
    "SG-P04": _held("g2", 9, {**_POINTS, **_ETHICS, **_TEACHING}),
    "SG-P05": _held("g2", 8, _POINTS),
    "SG-P07": _held("g3", 9, {**_POINTS, **_ETHICS}),
    "SG-P08": _held("g3", 8, _POINTS),
    "SG-P10": _held("s36b", 9, {**_POINTS, **_ETHICS}),
    "SG-P11": _held("s36b", 8, _POINTS),
    "SG-D01": Case(
        _SINGAPORE, {"admitted": "2020-01-01"}, "2025-12-31", {"group": _group, "points": "lines.total.required"}
    ),
    "SG-D02": Case(
        _SINGAPORE, {"admitted": "2020-01-02"}, "2025-12-31", {"group": _group, "points": "lines.total.required"}
    ),
    "SG-P20": Case(
        ("sg-2024", "sg"),
        # Short of two points for 2024, and with three earned on the day of the case.
        {
            "admitted": "2015-08-03",
            "credits": [_credit("2024-05-06", 8, format="public"), _credit("2025-02-15", 3, format="public")],
        },
        "2025-12-31",
        {"may_apply_to": _years_open_to, "not_both": _counts_once},
    ),
}

CASES = {**ONTARIO, **IRELAND, **SINGAPORE}
