"""New York: credits of 50 minutes, two transitional years of their own, cyber-ethics that may serve ethics."""

from typing import Any

from .case import Case, Result

BOOKS = ("us-ny",)
EXPERIENCED = {"admitted": "2005-04-02", "born": "1975-09-14"}
LATER = {"NY-P04": "the proof of attendance that a provider must have"}


def credit(hours: int, category: str, **more: Any) -> dict[str, Any]:
    return {"on": "2025-03-10", "minutes": hours * 50, "category": category, **more}


def of_length(minutes: int) -> Case:
    facts = EXPERIENCED | {"credits": [{"on": "2025-03-10", "category": "practice", "minutes": minutes}]}
    return Case(BOOKS, facts, "2025-06-01", {"credit": worth(0)})


def worth(place: int) -> Any:
    """Reads the credits that one of the activities is worth."""
    return lambda result: result["credits"][place]["credits"]


def cycle(ethics: int, cyber_ethics: int, dei: int, total: int) -> dict[str, Any]:
    """An experienced attorney who has earned this in one cycle."""
    rest = credit(total - ethics - cyber_ethics - dei, "practice")
    kinds = {"ethics": ethics, "cyber_ethics": cyber_ethics, "dei": dei}
    return EXPERIENCED | {"credits": [rest, *(credit(hours, code) for code, hours in kinds.items() if hours)]}


def subjects_asked(result: Result) -> str:
    """Whether the last period asks for any subject at all."""
    lines = result["periods"][-1]["lines"]
    asked = [code for code, line in lines.items() if code != "total" and line["required"]]
    return ", ".join(asked) or "any combination"


CASES = {
    "NY-P01": Case(
        BOOKS,
        EXPERIENCED
        | {
            "credits": [
                {"on": "2025-03-10", "category": "practice", "minutes": 70, "ref": "attended"},
                {"on": "2025-03-10", "category": "practice", "minutes": 70, "ref": "spoke", "activity": "teaching"},
            ]
        },
        "2025-06-01",
        {"attendee_credit": worth(0), "speaker_credit": worth(1)},
    ),
    "NY-P02": Case(
        BOOKS,
        {"admitted": "2024-02-20", "born": "1996-09-14"},
        "2024-10-01",
        {
            "total": "lines.total.required",
            "ethics": "lines.ethics.required",
            "skills": "lines.skills.required",
            "lpm_or_practice_or_cyber_general": "lines.management_practice.required",
        },
    ),
    "NY-P05": Case(
        BOOKS,
        {
            "admitted": "2021-10-05",
            "born": "1995-03-05",
            "attributes": {"track": "experienced"},
            "credits": [credit(16, "practice", on="2023-06-10", tags=["second_year"])],
        },
        "2025-01-15",
        {"max_second_year_credits_applied_to_biennial": "lines.total.counted"},
    ),
    "NY-D01": of_length(24),
    "NY-D02": of_length(25),
    "NY-D04": of_length(50),
    "NY-D05": of_length(70),
    "NY-D07": of_length(100),
    "NY-D08": of_length(124),
    "NY-D10": Case(
        BOOKS,
        EXPERIENCED | {"statuses": [{"status": "not_practising", "from": "2024-09-14", "until": "2025-05-30"}]},
        "2026-06-01",
        {"required": "lines.total.required"},
    ),
    "NY-D11": Case(
        BOOKS,
        {
            "admitted": "2024-02-20",
            "born": "1996-09-14",
            "statuses": [{"status": "not_practising", "from": "2024-02-20", "until": "2025-05-02"}],
        },
        "2026-01-10",
        {"required": "lines.total.required", "categories": subjects_asked},
    ),
    "NY-D13": Case(
        BOOKS,
        cycle(ethics=1, cyber_ethics=4, dei=1, total=24),
        "2025-06-01",
        {
            "ethics_counted": "lines.ethics.counted",
            "cyber_met": "lines.cyber.met",
            "compliant": "compliant",
        },
    ),
    "NY-D14": Case(
        BOOKS,
        cycle(ethics=0, cyber_ethics=6, dei=1, total=24),
        "2025-06-01",
        {
            "ethics_counted": "lines.ethics.counted",
            "ethics_short": "lines.ethics.missing",
            "compliant": "compliant",
        },
    ),
}
