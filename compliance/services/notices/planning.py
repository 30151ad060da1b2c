"""Planning: a row for each notice that has become due."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Final
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from advocates.models import Bar
from cle.core.errors import DomainError
from compliance.models import Notice, NoticeChannel, NoticeState, Standing
from compliance.models.standings import StandingQuerySet
from compliance.notices.stages import OVERDUE, reminder_on
from compliance.queries.notices import to_remind, to_warn
from compliance.queries.preferences import near, wishes_of
from compliance.queries.rules import reminder_days
from compliance.services.notices.ledger import note_planned

_MORNING: Final = dt.time(9)
Key = tuple[int, dt.date, str]
"""Advocate, start of the period, stage: there is one notice for each."""


@dataclass(frozen=True, slots=True)
class Plan:
    """Notices that are due and not yet planned: new ones, and those withdrawn before that are needed again.

    ``standings`` are what each rests on. PII: who owes what.
    """

    new: list[Notice]
    again: list[Notice]
    standings: dict[Key, Standing]

    @property
    def notices(self) -> list[Notice]:
        """In an order that only depends on whom they are for."""
        return sorted([*self.new, *self.again], key=key_of)

    @property
    def digest(self) -> str:
        """The same as long as the same people would be written to about the same, by the same way."""
        said = [[*map(str, key_of(each)), each.channel, each.language] for each in self.notices]
        return hashlib.sha256(json.dumps(said).encode()).hexdigest()


def key_of(notice: Notice) -> Key:
    """Of a notice about a period: those about sessions are planned elsewhere."""
    assert notice.period_start is not None
    return notice.advocate_id, notice.period_start, notice.stage


@transaction.atomic
def plan_notices(bar: Bar, today: dt.date, now: dt.datetime) -> int:
    """Notices for the bar's own advocates that are due on ``today``, to go out from 9:00 of the bar's time zone.

    Reminders are for the days that the advocate has chosen, if any were; quiet hours are heeded when they are sent.
    Returns how many are new. One per advocate, period and stage, for ever; one that was withdrawn because the
    hours were there is due again when they are missing again. At most 11 statements; safe to run twice at once.
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
    wanted = dict(_wanted(bar, today, people))
    about = Notice.objects.filter(
        advocate__in={key[0] for key in wanted}, period_start__in={key[1] for key in wanted}
    ).only("advocate_id", "period_start", "stage", "state", "channel", "language")
    known = {key_of(notice): notice for notice in about}
    new = [_notice(bar, key, standing) for key, standing in wanted.items() if key not in known]
    again = [row for key, row in known.items() if key in wanted and row.state == NoticeState.WITHDRAWN]
    return Plan(new, again, wanted)


def _due_at(bar: Bar, today: dt.date, now: dt.datetime) -> dt.datetime:
    return max(now, dt.datetime.combine(today, _MORNING, ZoneInfo(bar.time_zone)))


def _put_down(plan: Plan, due_at: dt.datetime, now: dt.datetime) -> int:
    for notice in plan.new:
        notice.due_at = due_at
    count = _insert(plan.new) + _revive([notice.pk for notice in plan.again], due_at)
    note_planned(now, again=plan.again)
    return count


def _wanted(bar: Bar, today: dt.date, people: Collection[int] | None) -> Iterator[tuple[Key, Standing]]:
    usual = reminder_days(bar, today)
    for standing in near(_among(to_remind(today).for_bar(bar), people), today, max(usual, default=0)):
        wished = wishes_of(standing.advocate).reminder_days
        stage = reminder_on(today, standing.due_on, usual if wished is None else wished)
        if stage is not None:
            yield (standing.advocate_id, standing.period_start, stage), standing
    for standing in _among(to_warn(today).for_bar(bar), people).select_related("advocate"):
        yield (standing.advocate_id, standing.period_start, OVERDUE), standing


def _among(standings: StandingQuerySet, people: Collection[int] | None) -> StandingQuerySet:
    return standings if people is None else standings.filter(advocate__in=people)


def _notice(bar: Bar, key: Key, standing: Standing) -> Notice:
    advocate_id, period_start, stage = key
    by_email = bool(standing.advocate.email)
    return Notice(
        bar=bar, advocate_id=advocate_id, period_start=period_start, stage=stage,
        channel=NoticeChannel.EMAIL if by_email else NoticeChannel.PAPER,
        state=NoticeState.DUE if by_email else NoticeState.TO_PRINT,
        language=standing.advocate.language or bar.language,
    )  # fmt: skip


def _insert(notices: list[Notice]) -> int:
    """The keys are ours, so what another planner inserted at the same time is not counted."""
    Notice.objects.bulk_create(notices, ignore_conflicts=True)
    return Notice.objects.filter(uuid__in=[notice.uuid for notice in notices]).count()


def _revive(pks: list[int], due_at: dt.datetime) -> int:
    """Who has no e-mail address gets the letter on paper, as everybody does whose address is gone when it is sent."""
    return Notice.objects.filter(pk__in=pks, state=NoticeState.WITHDRAWN).update(
        state=NoticeState.DUE, channel=NoticeChannel.EMAIL, due_at=due_at, claimed_at=None, attempts=0, error=""
    )
