"""A notice as words: subject, plain text and HTML, in the advocate's language or in two."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any, Final, NamedTuple

import css_inline
from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation

from advocates.models import Advocate
from compliance.models import Standing
from compliance.notices.amounts import hours_text
from compliance.notices.sources import Ground, grounds, line_name, make_up_until
from compliance.notices.stages import OVERDUE
from compliance.rounding import owed
from compliance.rules import Rulebook

_FOLDER: Final = "compliance/notices"
_BILINGUAL: Final = ("kk", "ru")
"""The state language first, then Russian, when the advocate's language is not known."""
_INLINER: Final = css_inline.CSSInliner(load_remote_stylesheets=False, keep_at_rules=True)
_DAY: Final = dt.timedelta(days=1)


class Letter(NamedTuple):
    """What is sent, and the figures it states. ``facts`` is JSON data: minutes, and dates as YYYY-MM-DD."""

    subject: str
    text: str
    html: str
    facts: dict[str, Any]


class Figure(NamedTuple):
    """One requirement in words; the first of a letter is the total."""

    name: str
    required: str
    counted: str
    missing: str


class Part(NamedTuple):
    """The letter in one language; the wording is plain text with blank lines between paragraphs."""

    language: str
    bar_name: str
    subject: str
    opening: str
    dates: str
    closing: str
    figures: list[Figure]
    grounds: list[Ground]


def write_letter(advocate: Advocate, stage: str, standing: Standing, rulebook: Rulebook, today: dt.date) -> Letter:
    """The letter of a stage from a standing as it is now. No remote resource, nothing that tells when it is read."""
    facts = _facts(stage, standing, rulebook)
    context = {
        **_days(standing, rulebook, today),
        "advocate": advocate,
        "bar": advocate.bar,
        "overdue": stage == OVERDUE,
        "example": rulebook.example,
        "unit_minutes": rulebook.unit.minutes,
        "site": settings.PUBLIC_URL,
    }
    languages = (advocate.language,) if advocate.language else _BILINGUAL
    parts = [_part(language, facts, rulebook, context) for language in languages]
    subject = " / ".join(part.subject for part in parts)
    whole = {**context, "parts": parts, "subject": subject}
    text = re.sub(r"\n{3,}", "\n\n", _rendered("letter.txt", whole))
    return Letter(subject, f"{text}\n", _INLINER.inline(_rendered("letter.html", whole)), facts)


def _rendered(template: str, context: dict[str, Any]) -> str:
    return render_to_string(f"{_FOLDER}/{template}", context).strip()


def _facts(stage: str, standing: Standing, rulebook: Rulebook) -> dict[str, Any]:
    days = ("period_start", "period_end", "due_on", "petition_from")
    return {
        "stage": stage,
        **{name: getattr(standing, name).isoformat() for name in days},
        **{name: getattr(standing, name) for name in ("required", "counted", "missing")},
        "lines": standing.lines,
        "unit_minutes": rulebook.unit.minutes,
        "rulebook": f"{rulebook.code} {rulebook.version}",
    }


def _days(standing: Standing, rulebook: Rulebook, today: dt.date) -> dict[str, Any]:
    """The three dates, kept apart, and the others, as dd.mm.yyyy; ``grace_days`` between the first two."""
    grace_ends = standing.petition_from - _DAY
    make_up = make_up_until(rulebook, standing.period_end)
    days = {
        "today": today,
        "start": standing.period_start,
        "end": standing.period_end,
        "due": standing.due_on,
        "grace_ends": grace_ends,
        "petition_from": standing.petition_from,
    }
    return {
        **{name: f"{day:%d.%m.%Y}" for name, day in days.items()},
        "grace_days": (grace_ends - standing.due_on).days,
        "make_up_until": f"{make_up:%d.%m.%Y}" if make_up else "",
        "make_up_open": make_up is not None and today <= make_up,
    }


def _part(language: str, facts: dict[str, Any], rulebook: Rulebook, context: dict[str, Any]) -> Part:
    clauses = [line["clause"] for line in facts["lines"] if line["missing"]]
    if facts["stage"] == OVERDUE:
        clauses.append(rulebook.late.grace_clause)
    with translation.override(language):
        return Part(
            language=language,
            bar_name=context["bar"].name_in(language),
            subject=_rendered("subject.txt", context),
            opening=_rendered("opening.txt", context),
            dates=_rendered("dates.txt", context),
            closing=_rendered("closing.txt", context),
            figures=[_figure(line, language, rulebook) for line in facts["lines"]],
            grounds=list(grounds(rulebook, clauses, language)),
        )


def _figure(line: dict[str, Any], language: str, rulebook: Rulebook) -> Figure:
    unit = rulebook.unit.minutes
    required, missing = (hours_text(line[name], unit, rounded=owed) for name in ("required", "missing"))
    return Figure(line_name(rulebook, line["code"], language), required, hours_text(line["counted"], unit), missing)
