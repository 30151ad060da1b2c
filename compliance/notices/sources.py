"""What is quoted from a rulebook: names of lines, the clauses that are their legal ground, the time for late hours."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from django.utils import translation
from django.utils.translation import gettext as _

from compliance.rules import Facts, Period, Rulebook
from compliance.rules.calendar import add_months
from compliance.rules.language.words import Text
from compliance.rules.settling import late_until
from compliance.rules.variants import varied

_DAY = dt.timedelta(days=1)


class Ground(NamedTuple):
    """A clause, quoted: where it is written, and what it says (nothing where the rulebook does not repeat it)."""

    source: str
    text: str
    url: str


def line_name(rulebook: Rulebook, code: str, language: str) -> str:
    """The name of a line in a language: of the total, of a requirement, or of a part of one.

    A part has the requirement's code and, after a dot, the number of a stretch of the period, a subject or a title:
    "ethics.2", "spread.law". What the rulebook does not name is called by its code.
    """
    if code == "total":
        name = rulebook.total.name
        if name is not None:
            return name.said(language)
        with translation.override(language):
            return _("All hours")
    names = _names(rulebook)
    whole = max((known for known in names if code == known or code.startswith(f"{known}.")), key=len, default=None)
    if whole is None:
        return code
    part = code[len(whole) + 1 :]
    return f"{names[whole].said(language)}: {_part(rulebook, part, language)}" if part else names[whole].said(language)


def _names(rulebook: Rulebook) -> dict[str, Text]:
    """Names of requirements by code, those that only a variant has among them."""
    found = {each.code: each.name for each in rulebook.requirements}
    for variant in rulebook.variants:
        found = {**{each.code: each.name for each in varied(rulebook, (variant.code,)).requirements}, **found}
    return found


def _part(rulebook: Rulebook, part: str, language: str) -> str:
    subject = next((category for category in rulebook.categories if category.code == part), None)
    return subject.name.said(language) if subject else part


def make_up_until(rulebook: Rulebook, period_end: dt.date) -> dt.date | None:
    """The last day on which late hours still count for a period; None where the rules allow none.

    It never lies beyond the period that follows.
    """
    period = Period(period_end, period_end)
    following = add_months(period_end + _DAY, rulebook.period.months) - _DAY
    last = min(late_until(rulebook, period, Facts()), following)
    return last if last > period_end else None


def grounds(rulebook: Rulebook, clauses: Iterable[str], language: str) -> Iterator[Ground]:
    """The named clauses, each once, in the order given; what the rulebook does not contain is left out."""
    for code in dict.fromkeys(clauses):
        clause = rulebook.clauses.get(code)
        if clause is not None:
            source = ", ".join(part for part in (clause.document, clause.article) if part)
            yield Ground(source, clause.text.said(language) if clause.text else "", clause.url)
