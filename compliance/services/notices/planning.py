"""Planning: a row for each notice that has become due."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from itertools import chain
from typing import Final
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Case, Q, Value, When
from django.utils.translation import gettext_lazy as _

from advocates.models import Bar
from cle.core.clock import local_midnight
from cle.core.errors import DomainError
from compliance.models import Notice, NoticeChannel, NoticeState, Standing
from compliance.models.standings import StandingQuerySet
from compliance.notices.ladder import Rung, channel_of, due_stages
from compliance.notices.stages import promised, stage_name
from compliance.queries.notices import after_time, heed_reasons, in_time, round_of, subject_of
from compliance.queries.rules import ladder_on, rules_of
from compliance.rules.language.notices import NoticeStage
from compliance.services.notices.ledger import note_planned
from compliance.services.notices.outcomes import UNSAID

_MORNING: Final = dt.time(9)
Key = tuple[int, dt.date, int, str]
"""Advocate, start of the period, round, stage: there is one notice for each."""


@dataclass(frozen=True, slots=True)
class Plan:
    """Notices that are due and not yet planned: new ones, and those withdrawn before that are needed again.

    ``standings`` are what each rests on, ``stages`` what each says. PII: who owes what.
    """

    new: list[Notice]
    again: list[Notice]
    standings: dict[Key, Standing]
    stages: dict[Key, NoticeStage]

    @property
    def notices(self) -> list[Notice]:
        """In an order that only depends on whom they are for."""
        return sorted([*self.new, *self.again], key=key_of)

    def name_of(self, notice: Notice) -> str:
        """Of its stage, in the words of the page's language."""
        return stage_name(notice.stage, promised(self.stages[key_of(notice)]))

    @property
    def digest(self) -> str:
        """The same as long as the same people would be written to about the same, by the same way."""
        said = [[*map(str, key_of(each)), each.channel, each.language] for each in self.notices]
        return hashlib.sha256(json.dumps(said).encode()).hexdigest()


def key_of(notice: Notice) -> Key:
    """Of a notice about a period: those about sessions are planned elsewhere."""
    assert notice.period_start is not None
    return notice.advocate_id, notice.period_start, notice.round, notice.stage


@transaction.atomic
def plan_notices(bar: Bar, today: dt.date, now: dt.datetime) -> int:
    """Notices for the bar's own advocates that are due on ``today``, to go out from 9:00 of the bar's time zone.

    By the ladder of the rules in force on that day. Reminders are for the days that the advocate has chosen, if any
    were; quiet hours are heeded when they are sent. Returns how many are new. One per advocate, period and stage, and
    anew when the case is opened again; one that was withdrawn because the hours were there is due again when they are
    missing again. At most 11 statements, and a few more where reasons for being late were accepted; safe to run twice
    at once.
    """
    return _put_down(draft_plan(bar, today), _due_at(bar, today, now), now)


@transaction.atomic
def plan_as_shown(
    bar: Bar, today: dt.date, now: dt.datetime, *, digest: str, count: int, people: Collection[int] | None = None
) -> int:
    """`plan_notices`, if it would do what somebody was shown: so many notices with this digest of `draft_plan`.

    Raises DomainError "plan-changed" otherwise.
    """
    plan = draft_plan(bar, today, people)
    if (plan.digest, len(plan.notices)) != (digest, count):
        raise DomainError("plan-changed", _("Things have changed since the preview: look at a new one."))
    return _put_down(plan, _due_at(bar, today, now), now)


def draft_plan(bar: Bar, today: dt.date, people: Collection[int] | None = None) -> Plan:
    """What `plan_notices` would do on that day, for the whole bar or for the advocates with these keys alone.

    Nothing is written.
    """
    ladder = ladder_on(rules_of(bar), today)
    standings = _written_to(bar, today, people, ladder) if ladder else []
    known = _known(standings)
    said = _said(known)
    standing_of, stages = {}, {}
    for standing in standings:
        subject = standing.advocate_id, standing.period_start, round_of(standing)
        for stage in due_stages(ladder, subject_of(standing, bar.time_zone), today, said.get(subject, set())):
            standing_of[*subject, stage.code], stages[*subject, stage.code] = standing, stage
    new = [_notice(bar, stage, standing_of[key]) for key, stage in stages.items() if key not in known]
    again = [row for key, row in known.items() if key in stages and row.state == NoticeState.WITHDRAWN]
    return Plan(new, again, standing_of, stages)


def _written_to(bar: Bar, today: dt.date, people: Collection[int] | None, ladder: tuple[Rung, ...]) -> list[Standing]:
    """Whoever a stage may be for on that day."""
    own = _among(Standing.objects.for_bar(bar), people)
    moment = local_midnight(today, bar.time_zone)
    rows = chain(in_time(own, today, ladder), after_time(own, today, moment, ladder))
    found = list({row.pk: row for row in rows}.values())
    heed_reasons(found)
    return found


def _known(standings: Iterable[Standing]) -> dict[Key, Notice]:
    """Every notice so far about these periods."""
    subjects = [(standing.advocate_id, standing.period_start) for standing in standings]
    if not subjects:
        return {}
    about = Notice.objects.filter(
        advocate__in={advocate for advocate, _start in subjects}, period_start__in={start for _, start in subjects}
    ).only("advocate_id", "period_start", "round", "stage", "state", "channel", "language")
    return {key_of(notice): notice for notice in about}


def _said(known: dict[Key, Notice]) -> dict[tuple[int, dt.date, int], set[str]]:
    """The codes of what has been said about each period in each round; what was withdrawn has not."""
    said: dict[tuple[int, dt.date, int], set[str]] = {}
    for (advocate, start, number, code), notice in known.items():
        if notice.state != NoticeState.WITHDRAWN:
            said.setdefault((advocate, start, number), set()).add(code)
    return said


def _due_at(bar: Bar, today: dt.date, now: dt.datetime) -> dt.datetime:
    return max(now, dt.datetime.combine(today, _MORNING, ZoneInfo(bar.time_zone)))


def _put_down(plan: Plan, due_at: dt.datetime, now: dt.datetime) -> int:
    for notice in plan.new:
        notice.due_at = due_at
    count = _insert(plan.new) + _revive(plan, due_at)
    note_planned(now, again=plan.again)
    return count


def _among(standings: StandingQuerySet, people: Collection[int] | None) -> StandingQuerySet:
    return standings if people is None else standings.filter(advocate__in=people)


def _notice(bar: Bar, stage: NoticeStage, standing: Standing) -> Notice:
    channel = channel_of(stage, has_email=bool(standing.advocate.email)) or NoticeChannel.PAPER
    return Notice(
        bar=bar, advocate_id=standing.advocate_id, period_start=standing.period_start,
        round=round_of(standing), stage=stage.code,
        statutory=stage.statutory, facts=promised(stage), channel=channel, state=_first_state(channel),
        language=standing.advocate.language or bar.language,
    )  # fmt: skip


def _first_state(channel: NoticeChannel) -> NoticeState:
    return NoticeState.DUE if channel == NoticeChannel.EMAIL else NoticeState.TO_PRINT


def _insert(notices: list[Notice]) -> int:
    """The keys are ours, so what another planner inserted at the same time is not counted."""
    Notice.objects.bulk_create(notices, ignore_conflicts=True)
    return Notice.objects.filter(uuid__in=[notice.uuid for notice in notices]).count()


def _revive(plan: Plan, due_at: dt.datetime) -> int:
    """Who has no e-mail address gets the letter on paper, as everybody does whose address is gone when it is sent.

    Nothing is kept of a letter written or mailed before: it is another letter, and is written anew.
    """
    by_post = [notice.pk for notice in plan.again if plan.stages[key_of(notice)].channels[0] == "paper"]
    again = Notice.objects.filter(pk__in=[notice.pk for notice in plan.again], state=NoticeState.WITHDRAWN)
    on_paper = Q(pk__in=by_post)
    return again.update(
        state=_either(on_paper, NoticeState.TO_PRINT, NoticeState.DUE),
        channel=_either(on_paper, NoticeChannel.PAPER, NoticeChannel.EMAIL),
        due_at=due_at, claimed_at=None, attempts=0, error="", sent_at=None, address="", **UNSAID,
    )  # fmt: skip


def _either(condition: Q, then: str, otherwise: str) -> Case:
    return Case(When(condition, then=Value(then)), default=Value(otherwise))
