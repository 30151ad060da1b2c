"""Reasons for being late: which may be named, what each is called, and which days they cover."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Sequence

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from advocates.models import Advocate
from cle.core.clock import local_date
from compliance.cases import ladder
from compliance.models import Case, CaseState, Excuse, Standing
from compliance.models.standings import StandingQuerySet
from compliance.queries.rules import rules_at, rules_of
from compliance.rules import Period, Rulebook
from compliance.rules.enforcing import first_unexcused

OTHER = "other"
"""Can always be named: the words say what it is."""


def rulebook_at(advocate: Advocate, day: dt.date) -> Rulebook | None:
    era = rules_of(advocate.bar).at(day)
    return era.rulebook if era else None


def reasons_of(advocate: Advocate, day: dt.date) -> list[tuple[str, str]]:
    """Codes and names by the rules in force on a day, in the language of the page."""
    return reasons_in(rulebook_at(advocate, day), get_language() or "kk")


def reasons_in(rulebook: Rulebook | None, language: str) -> list[tuple[str, str]]:
    listed = rulebook.enforcement.excuses if rulebook and rulebook.enforcement else None
    known = [(each.code, each.name.said(language)) for each in listed.reasons] if listed else []
    with override(language):
        return [*known, (OTHER, _("another reason"))]


def named(excuses: Collection[Excuse], language: str) -> dict[int, str]:
    """What each reason was called at the bar and on the day on which it was named, by the key of the row: the advocate
    may have moved since. One statement for each bar."""
    rules = {bar: rules_at(bar) for bar in {each.bar_id for each in excuses}}
    found = {}
    for each in excuses:
        era = rules[each.bar_id].at(local_date(each.made_at, each.bar.time_zone))
        known = dict(reasons_in(era.rulebook if era else None, language))
        found[each.pk] = known.get(each.reason, each.reason)
    return found


def excuses_about(case: Case) -> QuerySet[Excuse]:
    """All that were named about the period, with what was decided and taken back, oldest first."""
    rows = Excuse.objects.filter(advocate=case.advocate_id, period_start=case.period_start)
    return rows.select_related("bar", "made_by", "answered_by", "reverses").order_by("made_at", "pk")


def is_excused() -> Exists:
    """Whether a reason is accepted for the row's advocate and period."""
    return Exists(Excuse.objects.holding().filter(advocate=OuterRef("advocate"), period_start=OuterRef("period_start")))


def with_excuses(standings: StandingQuerySet) -> StandingQuerySet:
    """With whether a reason is accepted (``is_excused``), which costs no statement where there is none."""
    return standings.annotate(is_excused=is_excused())


def excused_days(case: Case) -> list[Period]:
    """Spans that accepted reasons cover."""
    return days_excused([case])[case.advocate_id, case.period_start]


def days_excused(about: Collection[Case | Standing]) -> defaultdict[tuple[int, dt.date], list[Period]]:
    """The same by advocate and first day of the period, in one statement."""
    found: defaultdict[tuple[int, dt.date], list[Period]] = defaultdict(list)
    rows = Excuse.objects.holding().filter(
        advocate__in={each.advocate_id for each in about}, period_start__in={each.period_start for each in about}
    )
    for advocate, start, *days in rows.values_list("advocate_id", "period_start", "since", "until"):
        found[advocate, start].append(Period(*days))
    return found


def put_off(about: Case | Standing, rulebook: Rulebook, excused: Sequence[Period]) -> dt.date:
    """The first day of a petition, put off by the days that accepted reasons cover, where the rules say so."""
    heeded = any(rule.to_state == CaseState.PETITION_DRAFTED and rule.unless_excused for rule in ladder(rulebook))
    if not (heeded and excused):
        return about.petition_from
    return first_unexcused(about.due_on, about.petition_from, excused, dt.date.min)
