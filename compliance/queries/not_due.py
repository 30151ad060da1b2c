"""Why somebody is not written to today: the conditions of the plan of notices, in words."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from advocates.models import Advocate, Bar
from advocates.ordering import KazakhOrder
from compliance.models import Case, CaseState, Notice, NoticeState, Standing, StandingStatus
from compliance.notices.ladder import Rung, Subject, day_of, due_stages, rungs_for
from compliance.notices.stages import OVERDUE, promised, stage_name
from compliance.queries.cases import licensed, times_opened
from compliance.queries.preferences import chosen_days
from compliance.queries.rules import ladder_on, rules_of
from compliance.queries.standing import LACKING
from compliance.rules.language.notices import NoticeStage

About = tuple[int, dt.date]
"""An advocate and the start of a period."""


@dataclass(frozen=True, slots=True)
class Known:
    """What is known about those asked for: their standings, cases, and what has been said to them."""

    today: dt.date
    ladder: tuple[Rung, ...]
    standings: Mapping[int, list[Standing]]
    licensed: Collection[int]
    cases: Mapping[About, str]
    notices: Mapping[tuple[int, dt.date, str], str]
    """Of the last round."""


def not_due(bar: Bar, today: dt.date, people: Collection[int]) -> list[tuple[str, list[Advocate]]]:
    """The reasons with the advocates of the bar whom they hold for, of those with these keys that a plan leaves out.

    The most frequent reason first. At most six statements.
    """
    if not people:
        return []
    known = _known(bar, today, people)
    found: dict[str, list[Advocate]] = {}
    for advocate in _in_order(bar, people):
        found.setdefault(_reason(known, advocate), []).append(advocate)
    return sorted(found.items(), key=lambda each: -len(each[1]))


def _in_order(bar: Bar, people: Collection[int]) -> Iterable[Advocate]:
    rows = Advocate.objects.for_bar(bar).filter(pk__in=people).select_related("preferences")
    return rows.order_by(KazakhOrder("full_name"), "pk")


def _known(bar: Bar, today: dt.date, people: Collection[int]) -> Known:
    about = Standing.objects.for_bar(bar).filter(advocate__in=people)
    standings: dict[int, list[Standing]] = {}
    for standing in about.order_by("due_on", "period_start"):
        standings.setdefault(standing.advocate_id, []).append(standing)
    cases = Case.objects.filter(advocate__in=people).values_list("advocate_id", "period_start", "state")
    said = Notice.objects.filter(advocate__in=people, session=None).exclude(state=NoticeState.WITHDRAWN)
    of_now = said.filter(round=times_opened())
    notices = of_now.values_list("advocate_id", "period_start", "stage", "state")
    return Known(
        today, ladder_on(rules_of(bar), today), standings,
        set(licensed(about, today).order_by().values_list("advocate", flat=True)),
        {(advocate, start): state for advocate, start, state in cases},
        {(advocate, start, stage): state for advocate, start, stage, state in notices if start},
    )  # fmt: skip


def _reason(known: Known, advocate: Advocate) -> str:
    """Of the first period in which something is missing."""
    standings = known.standings.get(advocate.pk)
    if not standings:
        return _("no standing has been worked out yet")
    if advocate.pk not in known.licensed:
        return _("has no licence any more")
    lacking = [each for each in standings if each.status in LACKING and each.missing]
    if not lacking:
        return _("nothing is missing")
    return _overdue(known, lacking[0]) if lacking[0].due_on < known.today else _to_come(known, advocate, lacking[0])


def _overdue(known: Known, standing: Standing) -> str:
    state = known.cases.get((standing.advocate_id, standing.period_start))
    if state is None or standing.status != StandingStatus.SHORT:
        return _("the hours are overdue, but the next sweep has yet to open a case")
    if state != CaseState.OPEN:
        return _("a case is under way: %(state)s") % {"state": CaseState(state).label}
    return _said(known, standing, OVERDUE)


def _to_come(known: Known, advocate: Advocate, standing: Standing) -> str:
    who = Subject(
        standing.status, standing.missing, standing.due_on, standing.petition_from,
        has_email=bool(advocate.email), wished=chosen_days(advocate),
    )  # fmt: skip
    days = [
        day for rung in rungs_for(known.ladder, who.wished)
        if (day := day_of(rung.stage, who)) is not None and day <= who.due_on
    ]  # fmt: skip
    if not days:
        return _("wishes no reminders") if who.wished is not None else _("the rules know no reminders")
    stages = due_stages(known.ladder, who, known.today, set())
    if stages:
        return _said(known, standing, stages[-1].code, stages[-1])
    ahead = [day for day in days if day > known.today]
    if not ahead:
        return _("nothing is due today")
    return _("the first reminder goes out on %(day)s") % {"day": date_format(min(ahead), "SHORT_DATE_FORMAT")}


def _said(known: Known, standing: Standing, stage: str, rule: NoticeStage | None = None) -> str:
    state = known.notices.get((standing.advocate_id, standing.period_start, stage))
    if state is None:
        return _("nothing is due today")
    said = {"stage": stage_name(stage, promised(rule) if rule else None), "state": NoticeState(state).label}
    return _("there is a notice already (%(stage)s): %(state)s") % said
