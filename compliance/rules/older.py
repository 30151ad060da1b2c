"""Documents of the first schema, as bars may have adopted them: read as what they say in the language of today."""

from typing import Any

Data = dict[str, Any]

_ROUNDINGS = {
    "up_to_minute": {"to_minutes": 1, "direction": "up"},
    "down_to_minute": {"to_minutes": 1, "direction": "down"},
    "up_to_unit": {"to": 1, "direction": "up"},
}
_JOINING = {"full": "full", "exempt": "exempt", "prorated_days": "prorated"}
_KEPT = ("code", "version", "title", "example", "effective_from", "clauses", "at_risk_days", "reminder_days")


def brought_up(data: Data) -> Data:
    """The same rules in the second schema; an adopted document itself is never changed."""
    shared = {"schema": 2, **{key: data[key] for key in _KEPT if key in data}}
    unit = data["unit"]["minutes"]
    asked = {
        "categories": [{"code": each["code"], "name": each["name"]} for each in data.get("categories", [])],
        "requirements": [_minimum(each, unit) for each in data.get("categories", []) if each["minimum_minutes"]],
        "caps": [_cap(each, unit) for each in data.get("format_caps", [])],
    }
    if data.get("extends"):
        return {
            **shared,
            **asked,
            "extends": data["extends"],
            "raise": {"total": _credits(data["total_minutes"], unit)},
        }
    return {
        **shared,
        **asked,
        "admission": "joined",
        "unit": data["unit"],
        "period": _period(data["period"]),
        "joining": {"rule": _JOINING[data["first_period"]["rule"]], "clause": data["first_period"]["clause"]},
        "total": {"amount": _credits(data["total_minutes"], unit), "clause": data["total_clause"]},
        "valuation": {"clause": data["total_clause"]},
        "late": data["late"],
        "proration": {
            "by": "days",
            "rounding": _ROUNDINGS[data["proration"].get("rounding", "up_to_minute")],
            "clause": data["proration"]["clause"],
        },
        "statuses": data["statuses"],
        "statuses_clause": data["statuses_clause"],
    }


def _credits(minutes: int, unit: int) -> str:
    return f"{minutes}/{unit}"


def _minimum(category: Data, unit: int) -> Data:
    return {
        "code": category["code"],
        "name": category["name"],
        "amount": _credits(category["minimum_minutes"], unit),
        "counts": {"categories": [category["code"]]},
        "clause": category["clause"],
    }


def _cap(cap: Data, unit: int) -> Data:
    return {
        "code": "-".join(sorted(cap["formats"])),
        "counts": {"formats": cap["formats"]},
        "maximum": _credits(cap["maximum_minutes"], unit),
        "prorated": cap.get("prorated", False),
        "clause": cap["clause"],
    }


def _period(period: Data) -> Data:
    start = period["start"]
    anchor = (
        {"rule": "fixed", "first_start": f"{start['first_year']:04}-01-01"}
        if start["rule"] == "calendar"
        else {"rule": "admission", "starts": "year_day", "on": "01-01"}
    )
    return {"months": 12 * period["years"], "anchor": anchor, "clause": period["clause"]}
