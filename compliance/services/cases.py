"""Cases: opened and cured by the system, decided by people. No step here touches anybody's status.

Whether a licence is suspended is decided by the licensor on a petition that people send (Law No. 176-VI,
Art. 43(4)); automated processing may not change a person's rights (Law No. 94-V on personal data, Art. 19-1).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from typing import NamedTuple

from django.db import transaction
from django.db.models import DateField, F, OuterRef, QuerySet, Subquery
from django.db.models.functions import Cast
from django.utils.translation import gettext_lazy as _

from advocates.models import Bar, User
from cle.core.errors import DomainError
from compliance.models import Case, CaseState, CaseStep, Standing
from compliance.queries.cases import (
    first_day_of,
    grace_end,
    made_up,
    may_decide,
    moved_dates,
    rulebook_of,
    short_again,
    steps_from,
    without_case,
)
from compliance.rules.enforcing import last_day
from compliance.rules.language.enforcement import CaseStepRule

_DAY = dt.timedelta(days=1)


class CaseCounts(NamedTuple):
    """What a review did."""

    opened: int
    cured: int
    reopened: int


@transaction.atomic
def review_cases(bar: Bar, today: dt.date, now: dt.datetime) -> CaseCounts:
    """Open, cure and reopen the cases of the bar's own advocates (not of the bars below) by their standings.

    Live cases take over dates that have moved. At most 11 statements for any number of rows; safe to repeat and
    to run twice at once.
    """
    counts = CaseCounts(
        cured=_move(made_up(bar), CaseState.CURED, now),
        reopened=_move(short_again(bar), CaseState.OPEN, now),
        opened=_open(bar, today, now),
    )
    _follow_dates(bar)
    return counts


def mark_notified(case_ids: Collection[int], *, now: dt.datetime, by: User | None = None) -> int:
    """The overdue notice has reached the advocate; ``by`` is who handed it over, nobody for an e-mail.

    Only open cases move; returns how many did.
    """
    with transaction.atomic():
        return _move(Case.objects.filter(pk__in=case_ids, state=CaseState.OPEN), CaseState.NOTIFIED, now, by=by)


@transaction.atomic
def take_step(
    case: Case,
    to_state: CaseState,
    *,
    by: User,
    now: dt.datetime,
    today: dt.date,
    reason: str = "",
    document: str = "",
    day: dt.date | None = None,
    until: dt.date | None = None,
) -> Case:
    """An officer's step, by the rules of the case's period. ``day`` is of what is recorded, ``until`` the end of its
    term, by itself the last day that the rules allow.

    Raises DomainError when the officer, the state, the record or the day do not allow it.
    """
    locked = Case.objects.select_for_update(of=("self",)).select_related("advocate__bar").get(pk=case.pk)
    _check_officer(locked, by)
    rule = _rule(locked, to_state)
    _check_words(rule, reason.strip(), document.strip())
    _check_day(locked, rule, today)
    day, until = _term(rule, day, until, today)
    CaseStep.objects.create(
        case=locked, bar_id=locked.bar_id, from_state=locked.state, to_state=to_state, code=rule.code, day=day,
        until=until, by=by, at=now, reason=reason.strip(), document=document.strip(),
    )  # fmt: skip
    if rule.term:
        locked.term_ends_on = until
    elif rule.reverses and locked.state == CaseState.SUSPENDED:
        locked.term_ends_on = None
    locked.state, locked.changed_at = to_state, now
    locked.save(update_fields=["state", "changed_at", "term_ends_on"])
    return locked


def _check_officer(case: Case, by: User) -> None:
    if case.advocate.user_id == by.pk:
        raise DomainError("own-case", _("Nobody may decide in their own case."))
    if not may_decide(by, case.advocate.bar):
        raise DomainError(
            "not-an-officer", _("Only a compliance officer or an administrator of the bar may take this step.")
        )


def _rule(case: Case, to_state: CaseState) -> CaseStepRule:
    rule = next((each for each in steps_from(case, rulebook_of(case)) if each.to_state == to_state), None)
    if rule is None:
        states = {"from": CaseState(case.state).label, "to": to_state.label}
        raise DomainError("case-step-not-possible", _("A case cannot go from “%(from)s” to “%(to)s”.") % states)
    return rule


def _check_words(rule: CaseStepRule, reason: str, document: str) -> None:
    if rule.needs_reason and not reason:
        raise DomainError("reason-needed", _("Write down the reason for this step."))
    if rule.needs_document and not document:
        raise DomainError("document-needed", _("Name the document that proves the reason."))


def _check_day(case: Case, rule: CaseStepRule, today: dt.date) -> None:
    """Art. 43(3)(3): more than 30 calendar days late. The standing of this moment counts, not the one of last night."""
    grace = grace_end(case, today) if rule.while_short else case.grace_ends_on
    if grace is None:
        short = Standing.objects.short().filter(advocate=case.advocate_id, period_start=case.period_start)
        if short.exists():
            raise DomainError("no-licence", _("There is no licence any more: the case can be closed"))
        raise DomainError("case-made-up", _("The advocate is no longer short of hours for this period."))
    first = first_day_of(case, rule, grace, today)
    if first is None or first <= today:
        return
    at = {"day": f"{first:%d.%m.%Y}"}
    if rule.to_state == CaseState.PETITION_DRAFTED:
        raise DomainError("petition-too-early", _("A petition is possible from %(day)s on.") % at)
    raise DomainError("step-too-early", _("This step is possible from %(day)s on.") % at)


def _term(
    rule: CaseStepRule, day: dt.date | None, until: dt.date | None, today: dt.date
) -> tuple[dt.date | None, dt.date | None]:
    """The day of what is recorded, and the last day of its term: at most as long as the rules allow."""
    if day is not None and day > today:
        raise DomainError("day-to-come", _("What is recorded cannot lie in the future."))
    if (rule.needs_day or rule.term) and day is None:
        raise DomainError("day-needed", _("Name the day of the decision."))
    if rule.term is None or day is None:
        return day, None
    latest = last_day(rule, day)
    if until is not None and latest is not None and not day < until <= latest:
        at = {"day": f"{latest:%d.%m.%Y}"}
        raise DomainError(
            "term-too-long", _("The term ends after the day of the decision, on %(day)s at the latest.") % at
        )
    return day, until or latest


def _open(bar: Bar, today: dt.date, now: dt.datetime) -> int:
    """A second review at the same time waits at the unique key, inserts nothing and finds no case without a step."""
    Case.objects.bulk_create(
        [
            Case(
                bar=bar, advocate_id=standing.advocate_id, period_start=standing.period_start,
                due_on=standing.due_on, grace_ends_on=standing.petition_from - _DAY,
                petition_from=standing.petition_from, opened_at=now, changed_at=now,
            )
            for standing in without_case(bar, today).order_by("advocate_id", "period_start")
        ],
        ignore_conflicts=True,
    )  # fmt: skip
    new = Case.objects.for_bar(bar).filter(state=CaseState.OPEN, opened_at=now, steps=None).values_list("pk", "bar_id")
    steps = [CaseStep(case_id=pk, bar_id=bar_id, to_state=CaseState.OPEN, at=now) for pk, bar_id in new]
    return len(CaseStep.objects.bulk_create(steps))


def _move(cases: QuerySet[Case], to_state: CaseState, now: dt.datetime, *, by: User | None = None) -> int:
    """Lock, in the order of the keys, then move; a row that somebody else moved meanwhile no longer matches."""
    rows = list(cases.select_for_update(of=("self",)).only("pk", "bar_id", "state").order_by("pk"))
    Case.objects.filter(pk__in=[case.pk for case in rows]).update(state=to_state, changed_at=now)
    CaseStep.objects.bulk_create(
        CaseStep(case=case, bar_id=case.bar_id, from_state=case.state, to_state=to_state, by=by, at=now)
        for case in rows
    )
    return len(rows)


def _follow_dates(bar: Bar) -> None:
    standing = Standing.objects.filter(advocate=OuterRef("advocate"), period_start=OuterRef("period_start"))
    moved_dates(bar).update(
        due_on=Subquery(standing.values("due_on")),
        grace_ends_on=Subquery(standing.values(day=Cast(F("petition_from") - _DAY, DateField()))),
        petition_from=Subquery(standing.values("petition_from")),
    )
