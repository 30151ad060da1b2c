"""Which cases are to be opened or cured, who may decide in one, and which steps are possible."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator
from typing import Any, NamedTuple

from django.db.models import Count, Exists, OuterRef, Prefetch, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from advocates.access import Action, roles_for
from advocates.models import Bar, Role, Status, StatusSpan, User
from cle.core.errors import Text
from compliance.cases import BY_HAND, LIVE, Needs
from compliance.models import Case, CaseState, CaseStep, Notice, Objection, Standing, StandingStatus
from compliance.models.standings import StandingQuerySet
from compliance.notices.stages import OVERDUE

_UNLICENSED = (Status.TERMINATED, Status.DEPRIVED, Status.EXCLUDED_LICENSED, Status.DECEASED)


def licensed(standings: StandingQuerySet, today: dt.date) -> StandingQuerySet:
    """Of people who have a licence, suspended or not; nobody writes to the dead, or about a licence that is gone."""
    gone = StatusSpan.objects.filter(advocate=OuterRef("advocate"), period__contains=today, status__in=_UNLICENSED)
    return standings.filter(~Exists(gone))


def overdue(today: dt.date) -> StandingQuerySet:
    """Short after the due date."""
    return licensed(Standing.objects.short().filter(due_on__lt=today), today)


def without_case(bar: Bar, today: dt.date) -> StandingQuerySet:
    """Overdue standings of the bar's own advocates that no case speaks of yet."""
    case = Case.objects.filter(advocate=OuterRef("advocate"), period_start=OuterRef("period_start"))
    return overdue(today).for_bar(bar).filter(~Exists(case))


def made_up(bar: Bar) -> QuerySet[Case]:
    """Live cases of the bar whose shortage is gone."""
    return Case.objects.for_bar(bar).filter(
        Exists(_standing(StandingStatus.COMPLIANT, StandingStatus.EXEMPT)), state__in=LIVE
    )


def short_again(bar: Bar) -> QuerySet[Case]:
    """Cured cases of the bar whose standing fell back, because credit was reversed."""
    return Case.objects.for_bar(bar).filter(Exists(_standing(StandingStatus.SHORT)), state=CaseState.CURED)


def moved_dates(bar: Bar) -> QuerySet[Case]:
    """Live cases of the bar whose standing has other dates by now."""
    same = {"due_on": OuterRef("due_on"), "petition_from": OuterRef("petition_from")}
    return Case.objects.for_bar(bar).filter(Exists(_standing().exclude(**same)), state__in=LIVE)


def _standing(*statuses: StandingStatus) -> StandingQuerySet:
    rows = Standing.objects.filter(advocate=OuterRef("advocate"), period_start=OuterRef("period_start"))
    return rows.filter(status__in=statuses) if statuses else rows


def told_by(notice_ids: Collection[int]) -> list[int]:
    """Keys of the open cases that these notices, as far as they are of the stage "overdue", told about."""
    notice = Notice.objects.filter(
        pk__in=notice_ids, stage=OVERDUE, advocate=OuterRef("advocate"), period_start=OuterRef("period_start")
    )
    return list(Case.objects.filter(Exists(notice), state=CaseState.OPEN).values_list("pk", flat=True))


class PossibleStep(NamedTuple):
    """A step that a person may take, what must be written down with it, and the day from which it is possible."""

    to_state: CaseState
    needs: Needs
    possible_from: dt.date | None


def possible_steps(case: Case) -> Iterator[PossibleStep]:
    """The steps from the state that the case is in. No petition is among them once the hours are there."""
    for (from_state, to_state), needs in BY_HAND.items():
        if from_state != case.state:
            continue
        day = petition_day(case) if to_state == CaseState.PETITION_DRAFTED else None
        if day is not None or to_state != CaseState.PETITION_DRAFTED:
            yield PossibleStep(to_state, needs, day)


def petition_day(case: Case) -> dt.date | None:
    """The first day on which a petition is possible: the later of the case's and the standing's of this moment.

    None when the advocate is no longer short (Law No. 176-VI, Art. 43(3)(3)).
    """
    standing = Standing.objects.short().filter(advocate=case.advocate_id, period_start=case.period_start).first()
    return None if standing is None else max(case.petition_from, standing.petition_from)


class NextStep(NamedTuple):
    """What a case waits for, and the day that counts for it; None where there is none."""

    what: Text
    day: dt.date | None


def next_step(case: Any) -> NextStep:
    """Of a case of ``with_answers_due``. It says what people may do next and does nothing."""
    match CaseState(case.state):
        case CaseState.OPEN:
            return NextStep(_("Tell the advocate that the hours are overdue"), None)
        case CaseState.OBJECTED:
            return NextStep(_("Answer the objection"), case.answer_due)
        case CaseState.NOTIFIED:
            return NextStep(_("A petition may be drafted, unless there is a valid reason"), case.petition_from)
        case CaseState.PETITION_DRAFTED:
            return NextStep(_("The presidium decides whether to send the petition; record what was decided"), None)
        case CaseState.DECIDED:
            return NextStep(_("The hours are to be made up; then the case ends by itself"), None)
        case _:
            return NextStep(_("Nothing: the case is over"), None)


def with_answers_due(cases: QuerySet[Case]) -> QuerySet[Case]:
    """By the day that comes next. Adds ``answer_due``, the day by which the oldest unanswered objection about the case
    must be answered."""
    waiting = Objection.objects.waiting().filter(
        advocate=OuterRef("advocate"), period_start=OuterRef("period_start")
    )  # fmt: skip
    rows = cases.annotate(answer_due=Subquery(waiting.order_by("due_on").values("due_on")[:1]))
    return rows.order_by(Coalesce("answer_due", "petition_from"), "due_on", "pk")


def by_state(bar: Bar) -> dict[str, int]:
    """How many cases the bar has in each state."""
    counted = Case.objects.for_bar(bar).order_by().values_list("state").annotate(Count("pk"))
    return {**dict.fromkeys(CaseState.values, 0), **dict(counted)}


def case_file(bar: Bar) -> QuerySet[Case]:
    """Cases of the bar with the advocate and every step so far, oldest first."""
    steps = Prefetch("steps", CaseStep.objects.select_related("by").order_by("at", "pk"))
    people = "advocate__bar", "advocate__unit"
    return with_answers_due(Case.objects.for_bar(bar)).select_related(*people).prefetch_related(steps)


def notices_about(case: Case) -> QuerySet[Notice]:
    """What was said to the advocate about the period, oldest first, with the proof of service."""
    rows = Notice.objects.filter(advocate=case.advocate, period_start=case.period_start)
    return rows.select_related("handed_over_by", "opening").order_by("due_at", "pk")


def objections_about(case: Case) -> QuerySet[Objection]:
    rows = Objection.objects.filter(advocate=case.advocate, period_start=case.period_start)
    return rows.select_related("answered_by").order_by("made_at", "pk")


def may_decide(user: User, bar: Bar) -> bool:
    """Has the user a deciding role over the bar: at it, or at a bar above it. Being a superuser is no office."""
    if not Bar.objects.open_to(user).filter(pk=bar.pk).exists():
        return False
    offices = Bar.objects.filter(
        Exists(Role.objects.filter(bar=OuterRef("pk"), user=user, ended_at=None, kind__in=roles_for(Action.STEP_CASES)))
    )
    return any(Bar.objects.below(office).filter(pk=bar.pk).exists() for office in offices)
