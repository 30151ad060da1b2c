"""Whom to write to, on what standing, and which letters wait to be printed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable
from typing import Final

from django.db.models import Exists, F, OuterRef, Q

from advocates.models import Bar, User
from advocates.ordering import KazakhOrder
from compliance.cases import LIVE
from compliance.models import Case, CaseState, Notice, NoticeState, Standing, StandingStatus
from compliance.models.notices import NoticeQuerySet
from compliance.models.standings import StandingQuerySet
from compliance.notices.stages import OVERDUE
from compliance.queries.cases import licensed, overdue
from compliance.queries.rules import rules_of
from compliance.rules import Rulebook

SAID: Final = (NoticeState.SENT, NoticeState.PRINTED, NoticeState.FAILED, NoticeState.UNCERTAIN)
"""What went out, or was tried in vain. What is yet to be said is not written yet: it rests on a later standing."""


def said_to(user: User) -> NoticeQuerySet:
    """What the bar has said to the advocate who is asking, with the proof of it."""
    came_back = Q(state=NoticeState.TO_PRINT, sent_at__isnull=False)
    rows = Notice.objects.of(user).filter(Q(state__in=SAID) | came_back)
    return rows.select_related("handed_over_by", "opening")


def to_remind(today: dt.date) -> StandingQuerySet:
    """Standings with hours missing whose due date is still to come, or is today."""
    open_ = (StandingStatus.ON_TRACK, StandingStatus.AT_RISK)
    return licensed(Standing.objects.filter(status__in=open_, missing__gt=0, due_on__gte=today), today)


def to_warn(today: dt.date) -> StandingQuerySet:
    """Overdue standings whose case nobody has told the advocate about yet, nor excused or closed."""
    case = Case.objects.filter(
        advocate=OuterRef("advocate"), period_start=OuterRef("period_start"), state=CaseState.OPEN
    )
    return overdue(today).filter(Exists(case))


def standings_behind(notices: Collection[Notice], today: dt.date) -> dict[int, Standing]:
    """The standing that each notice rests on today, by the notice's key; a notice that is not there is not needed.

    The same conditions as when the notices were planned, in at most two statements.
    """
    warnings = [notice for notice in notices if notice.stage == OVERDUE]
    reminders = [notice for notice in notices if notice.stage != OVERDUE]
    return {**_behind(warnings, to_warn(today)), **_behind(reminders, to_remind(today))}


def _behind(notices: list[Notice], standings: StandingQuerySet) -> dict[int, Standing]:
    if not notices:
        return {}
    rows = standings.filter(
        advocate__in={notice.advocate_id for notice in notices},
        period_start__in={notice.period_start for notice in notices},
    ).select_related("rulebook__bar")
    found = {(row.advocate_id, row.period_start): row for row in rows}
    about = {notice.pk: (notice.advocate_id, notice.period_start) for notice in notices}
    return {pk: found[subject] for pk, subject in about.items() if subject in found}


def still_owed(returned: Collection[Notice], today: dt.date) -> set[int]:
    """Keys of those mailed notices that came back and are needed on paper: still overdue, and the case goes on."""
    case = Case.objects.filter(
        advocate=OuterRef("advocate"), period_start=OuterRef("period_start"), state__in=LIVE
    )  # fmt: skip
    return set(_behind(list(returned), overdue(today).filter(Exists(case))))


def rulebooks_behind(standings: Iterable[Standing]) -> dict[int, Rulebook]:
    """The rules that each standing was computed by, by the standing's key: two statements per different rulebook."""
    rules: dict[tuple[int, dt.date, dt.date], Rulebook] = {}
    behind = {}
    for standing in standings:
        key = standing.rulebook_id, standing.period_start, standing.period_end
        if key not in rules:
            rules[key] = rules_of(standing.rulebook.bar).behind(*key)
        behind[standing.pk] = rules[key]
    return behind


def letters_to_print(bar: Bar) -> NoticeQuerySet:
    """Notices of the bar's own advocates that go out on paper, unit by unit, then by name in Kazakh order."""
    return (
        Notice.objects.for_bar(bar)
        .to_print()
        .select_related("advocate__bar", "advocate__unit")
        .order_by(
            F("advocate__unit__name").asc(nulls_last=True), KazakhOrder("advocate__full_name"), "period_start", "pk"
        )
    )
