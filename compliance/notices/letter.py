"""A notice as words: subject, plain text and HTML, in the advocate's language or in two."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from typing import Any, Final, NamedTuple

import css_inline
from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation

from advocates.models import Advocate
from compliance.models import Standing
from compliance.notices.amounts import hours_text
from compliance.notices.sources import Ground, grounds, line_name, make_up_until
from compliance.notices.stages import OVERDUE, promised, stage_for
from compliance.notices.wordings import Words, fill, shipped, words_of
from compliance.rounding import owed
from compliance.rules import Rulebook
from compliance.rules.language.notices import NoticeStage

_FOLDER: Final = "compliance/notices"
_BILINGUAL: Final = ("kk", "ru")
"""The state language first, then Russian, when the advocate's language is not known."""
_INLINER: Final = css_inline.CSSInliner(load_remote_stylesheets=False, keep_at_rules=True)
_DAY: Final = dt.timedelta(days=1)
_LONGEST_SUBJECT: Final = 300
_KIND_OF_EVENT: Final[Mapping[str, str]] = {
    **dict.fromkeys(("open", "notified", "objected"), "overdue"),
    **{event: event for event in ("petition_drafted", "decided", "excused", "cured", "closed")},
    **dict.fromkeys(("suspended", "refused"), "decided"),
}
"""The shipped text about each event of a case; of any other one it only says that there was a step."""
_SETTLED: Final = ("excused", "cured", "closed")
_CONFIRMED: Final = ("petition_drafted", "decided", "excused", "closed", "step")
"""Kinds of letters about a step that a person has taken."""


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
    """The letter in one language; the wording is plain text with blank lines between paragraphs.

    Subject and opening are the bar's to word. Figures, dates, closing and grounds are not.
    """

    language: str
    bar_name: str
    subject: str
    opening: str
    dates: str
    closing: str
    figures: list[Figure]
    grounds: list[Ground]


def write_letter(
    advocate: Advocate,
    stage: str,
    standing: Standing,
    rulebook: Rulebook,
    today: dt.date,
    drafts: Mapping[str, Words] | None = None,
) -> Letter:
    """The letter of a stage from a standing as it is now. No remote resource, nothing that tells when it is read.

    ``drafts`` are words by language that are tried in the place of those in use.
    """  # fmt: skip
    rule = stage_for(stage, standing, rulebook)
    languages = (advocate.language,) if advocate.language else _BILINGUAL
    words = {language: _words(standing, rule, language, drafts or {}) for language in languages}
    facts = {**_facts(stage, standing, rulebook), **promised(rule), **_versions(words)}
    context = _context(advocate, rule, standing, rulebook, today)
    parts = [_part(language, words[language], facts, rule, rulebook, context) for language in languages]
    subject = " / ".join(part.subject for part in parts)[:_LONGEST_SUBJECT]
    whole = {**context, "parts": parts, "subject": subject}
    text = re.sub(r"\n{3,}", "\n\n", _rendered("letter.txt", whole))
    return Letter(subject, f"{text}\n", _INLINER.inline(_rendered("letter.html", whole)), facts)


def kind_of(stage: NoticeStage) -> str:
    """Which of the shipped texts a stage has: by what it is about, whatever it is called."""
    if stage.case_event is not None:
        return _KIND_OF_EVENT.get(stage.case_event, "step")
    if stage.audience == "everyone":
        return "everyone"
    if stage.petition_day is not None:
        return "petition"
    return "before" if stage.day is not None and stage.day <= 0 else "overdue"


def _context(
    advocate: Advocate, rule: NoticeStage, standing: Standing, rulebook: Rulebook, today: dt.date
) -> dict[str, Any]:
    kind = kind_of(rule)
    return {
        **_days(standing, rulebook, today),
        "advocate": advocate,
        "bar": advocate.bar,
        "kind": kind,
        "overdue": kind in ("overdue", "petition", "petition_drafted"),
        "lacking": standing.missing > 0 and kind not in _SETTLED,
        "confirmed": kind in _CONFIRMED,
        "example": rulebook.example,
        "unit_minutes": rulebook.unit.minutes,
        "site": settings.PUBLIC_URL,
    }


def _words(standing: Standing, rule: NoticeStage, language: str, drafts: Mapping[str, Words]) -> Words:
    own = drafts.get(language) or words_of(standing, rule.code, language)
    return own or shipped(kind_of(rule), language)


def _versions(words: Mapping[str, Words]) -> dict[str, Any]:
    """Which version of whose words the letter was written with; nothing where all of it is as shipped."""
    used = {language: said.version for language, said in words.items() if said.version}
    return {"wording": {key: {"id": one.pk, "version": one.version} for key, one in used.items()}} if used else {}


def values_of(facts: dict[str, Any], context: dict[str, Any], language: str) -> dict[str, str]:
    """What the placeholders stand for in a letter."""
    days = ("start", "end", "due", "grace_ends", "petition_from", "make_up_until", "today")
    unit = context["unit_minutes"]
    return {
        **{name: context[name] for name in (*days, "site")},
        "name": context["advocate"].full_name,
        "bar": context["bar"].name_in(language),
        "contact": context["bar"].contact,
        "counted": hours_text(facts["counted"], unit),
        **{name: hours_text(facts[name], unit, rounded=owed) for name in ("required", "missing")},
    }


def _rendered(template: str, context: dict[str, Any]) -> str:
    return render_to_string(f"{_FOLDER}/{template}", context).strip()


def _facts(stage: str, standing: Standing, rulebook: Rulebook) -> dict[str, Any]:
    days = ("period_start", "period_end", "due_on")
    return {
        "stage": stage,
        **{name: getattr(standing, name).isoformat() for name in days},
        "petition_from": standing.petition_possible_from.isoformat(),
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
        "petition_from": standing.petition_possible_from,
    }
    return {
        **{name: f"{day:%d.%m.%Y}" for name, day in days.items()},
        "grace_days": (grace_ends - standing.due_on).days,
        "make_up_until": f"{make_up:%d.%m.%Y}" if make_up else "",
        "make_up_open": make_up is not None and today <= make_up,
    }


def _part(
    language: str, words: Words, facts: dict[str, Any], rule: NoticeStage, rulebook: Rulebook, context: dict[str, Any]
) -> Part:
    clauses = [line["clause"] for line in facts["lines"] if line["missing"]]
    clauses += [rulebook.late.grace_clause] if rule.code == OVERDUE else []
    clauses += [rule.clause] if rule.clause else []
    with translation.override(language):
        values = values_of(facts, context, language)
        return Part(
            language=language,
            bar_name=values["bar"],
            subject=" ".join(fill(words.subject, values).split()),
            opening=fill(words.body, values),
            dates=_rendered("dates.txt", context),
            closing=_rendered("closing.txt", context),
            figures=[_figure(line, language, rulebook) for line in facts["lines"]],
            grounds=list(grounds(rulebook, clauses, language)),
        )


def _figure(line: dict[str, Any], language: str, rulebook: Rulebook) -> Figure:
    unit = rulebook.unit.minutes
    required, missing = (hours_text(line[name], unit, rounded=owed) for name in ("required", "missing"))
    return Figure(line_name(rulebook, line["code"], language), required, hours_text(line["counted"], unit), missing)
