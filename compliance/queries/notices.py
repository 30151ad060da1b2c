"""Whom to write to, on what standing, and which letters wait to be printed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable
from typing import Any, Final

from django.db.models import Exists, F, OuterRef, Q, Subquery, prefetch_related_objects

from advocates.models import Bar, User
from advocates.ordering import KazakhOrder
from cle.core.clock import local_date
from compliance.cases import LIVE
from compliance.models import Case, Notice, NoticeState, Standing
from compliance.models.notices import NoticeQuerySet
from compliance.models.standings import StandingQuerySet
from compliance.notices.duty import is_statutory
from compliance.notices.ladder import LATEST, OPEN_STATUSES, TOLD, Rung, Subject, looks_back, still_for
from compliance.notices.stages import keep_stage, stage_of
from compliance.notices.wordings import with_wordings
from compliance.queries.cases import licensed, overdue, times_opened
from compliance.queries.excuses import days_excused, is_excused, put_off
from compliance.queries.preferences import FURTHEST, chosen_days, near
from compliance.queries.rules import rules_of
from compliance.rules import Rulebook
from compliance.rules.language.notices import NoticeStage

SAID: Final = (NoticeState.SENT, NoticeState.PRINTED, NoticeState.FAILED, NoticeState.UNCERTAIN)
"""What went out, or was tried in vain. What is yet to be said is not written yet: it rests on a later standing."""


def said_to(user: User) -> NoticeQuerySet:
    """What the bar has said to the advocate who is asking, with the proof of it."""
    came_back = Q(state=NoticeState.TO_PRINT, sent_at__isnull=False)
    rows = Notice.objects.of(user).filter(Q(state__in=SAID) | came_back)
    return rows.select_related("handed_over_by", "opening")


def came_back(notices: Iterable[Notice]) -> list[Notice]:
    """Those that the law asks for and that were returned: until they are handed over on paper they have reached
    nobody, whatever the case says."""
    return [each for each in notices if each.state == NoticeState.TO_PRINT and each.sent_at and is_statutory(each)]


def in_time(standings: StandingQuerySet, today: dt.date, ladder: tuple[Rung, ...]) -> StandingQuerySet:
    """Of whose periods a stage ahead of the due date may speak on that day, with their wishes and their case."""
    stages = [rung.stage for rung in ladder if rung.stage.day is not None and rung.stage.day <= 0]
    ahead = max((-stage.day for stage in stages if stage.day is not None), default=0)
    rows = near(standings.filter(due_on__gte=today), today, ahead)
    if all(stage.audience != "everyone" for stage in stages):
        rows = rows.filter(status__in=OPEN_STATUSES, missing__gt=0)
    return with_case(licensed(rows, today))


def after_time(
    standings: StandingQuerySet, today: dt.date, moment: dt.datetime, ladder: tuple[Rung, ...]
) -> StandingQuerySet:
    """Of whose periods any other stage may speak on that day: because of their case, or to everyone after the due
    date."""
    cases = Case.objects.filter(advocate=OuterRef("advocate"), period_start=OuterRef("period_start"))
    wanted = Q(Exists(cases.filter(_states_of(ladder, moment))))
    if back := looks_back(ladder):
        wanted |= Q(due_on__lt=today, due_on__gte=today - dt.timedelta(days=back))
    return with_case(licensed(standings.filter(wanted), today))


def _states_of(ladder: tuple[Rung, ...], moment: dt.datetime) -> Q:
    """Of cases that a stage looks at; a courtesy looks back for some days only."""
    found = Q(state__in=TOLD) if any(_after_due(rung) for rung in ladder) else Q(pk__in=())
    for rung in ladder:
        event = rung.stage.case_event
        if event is not None:
            fresh = {} if rung.stage.statutory else {"changed_at__gte": moment - dt.timedelta(days=LATEST + 1)}
            found |= Q(state=event, **fresh)
    return found


def _after_due(rung: Rung) -> bool:
    return rung.stage.petition_day is not None or (rung.stage.day or 0) > 0


def with_case(standings: StandingQuerySet) -> StandingQuerySet:
    """With the state of the case about each, since when it is in it and how often it was opened; and whether a reason
    was accepted."""
    case = Case.objects.filter(advocate=OuterRef("advocate"), period_start=OuterRef("period_start"))
    return standings.annotate(
        case_state=Subquery(case.values("state")), case_since=Subquery(case.values("changed_at")),
        case_round=times_opened(), is_excused=is_excused(),
    ).select_related("advocate__preferences")  # fmt: skip


def heed_reasons(standings: Iterable[Standing]) -> None:
    """Nobody is told of a petition on a day that an accepted reason has put off: note on these rows of ``with_case`` or
    ``with_excuses`` to which day. Statements are asked where there are reasons at all, whatever their number."""
    rows: Iterable[Any] = standings
    excused = [row for row in rows if row.is_excused]
    if not excused:
        return
    prefetch_related_objects(excused, "rulebook__bar")
    days, rulebooks = days_excused(excused), rulebooks_behind(excused)
    for row in excused:
        row.put_off_to = put_off(row, rulebooks[row.pk], days[row.advocate_id, row.period_start])


def round_of(standing: Standing) -> int:
    """Of what is to be said about a row of ``with_case``."""
    row: Any = standing
    return int(row.case_round)


def subject_of(standing: Standing, zone: str) -> Subject:
    """What the ladder looks at, of a row of ``with_case``; days are those of the bar's time zone."""
    row: Any = standing
    return Subject(
        standing.status, standing.missing, standing.due_on, standing.petition_possible_from, row.case_state or "",
        local_date(row.case_since, zone) if row.case_since else None,
        bool(standing.advocate.email), chosen_days(standing.advocate),
    )  # fmt: skip


def all_ahead(bars: Iterable[Bar], today: dt.date, until: dt.date, back: int) -> StandingQuerySet:
    """Every standing of these bars' own advocates of which a notice may speak from today until a day; ``back``: for how
    many days after the due date everyone may be spoken to."""
    case = Case.objects.filter(advocate=OuterRef("advocate"), period_start=OuterRef("period_start"))
    rows = Standing.objects.filter(advocate__bar__in=bars, due_on__lte=until + dt.timedelta(days=FURTHEST))
    rows = rows.filter(Q(missing__gt=0) | Q(due_on__gte=today - dt.timedelta(days=back)) | Exists(case))
    return with_case(licensed(rows, today)).defer("figures")


def standings_behind(notices: Collection[Notice], today: dt.date) -> dict[int, Standing]:
    """The standing that each notice rests on today, by the notice's key; a notice that is not there is not needed.

    The same conditions as when the notices were planned, in one statement; a few more where reasons were accepted. What
    was planned before the case was opened again is not needed: that is said anew.
    """
    standings = with_wordings(with_case(licensed(Standing.objects.all(), today))).select_related("advocate__bar")
    found = _behind(list(notices), standings)
    heed_reasons(found.values())
    behind = {}
    for notice in notices:
        standing, stage = found.get(notice.pk), stage_of(notice.stage, notice.facts)
        if standing is not None and stage is not None and _is_needed(stage, standing, today):
            keep_stage(standing, stage)
            behind[notice.pk] = standing
    return behind


def _behind(notices: list[Notice], standings: StandingQuerySet) -> dict[int, Standing]:
    if not notices:
        return {}
    rows = standings.filter(
        advocate__in={notice.advocate_id for notice in notices},
        period_start__in={notice.period_start for notice in notices},
    ).select_related("rulebook__bar")
    found = {(row.advocate_id, row.period_start, round_of(row)): row for row in rows}
    about = {notice.pk: (notice.advocate_id, notice.period_start, notice.round) for notice in notices}
    return {pk: found[subject] for pk, subject in about.items() if subject in found}


def still_owed(returned: Collection[Notice], today: dt.date) -> set[int]:
    """Keys of those mailed notices that came back and are needed on paper: still overdue, and the case goes on. (When
    it was opened again since, there is another notice.)"""
    case = Case.objects.filter(
        advocate=OuterRef("advocate"), period_start=OuterRef("period_start"), state__in=LIVE
    )  # fmt: skip
    standings = overdue(today).filter(Exists(case)).annotate(case_round=times_opened())
    return set(_behind(list(returned), standings))


def _is_needed(stage: NoticeStage, standing: Standing, today: dt.date) -> bool:
    return still_for(stage, subject_of(standing, standing.advocate.bar.time_zone), today)


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
