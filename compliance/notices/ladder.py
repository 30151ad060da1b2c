"""Which stages of the ladder are due for somebody on a day. The planner and the forecast ask the same question here."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final

from compliance.models import CaseState, NoticeChannel, StandingStatus
from compliance.rules.ladder import OVERDUE, reminder
from compliance.rules.language.notices import NoticeStage

_DAY: Final = dt.timedelta(days=1)
LATEST: Final = 30
"""Days for which a courtesy is made up for after the due date. What is statutory is sent as long as it is needed."""
TOLD: Final = (CaseState.NOTIFIED, CaseState.OBJECTED)
"""States of a case in which the advocate knows of the shortage and nobody has gone on yet."""
OPEN_STATUSES: Final = (StandingStatus.ON_TRACK, StandingStatus.AT_RISK)


@dataclass(frozen=True, slots=True)
class Rung:
    """A stage, and since when the rules have known it: nothing that happened before calls for it."""

    stage: NoticeStage
    since: dt.date


@dataclass(frozen=True, slots=True)
class Subject:
    """One advocate in one period, as far as the ladder looks at them. ``wished``: days chosen for reminders.

    PII: who owes what.
    """

    status: str
    missing: int
    due_on: dt.date
    petition_from: dt.date
    case_state: str = ""
    case_since: dt.date | None = None
    has_email: bool = True
    wished: tuple[int, ...] | None = None


def due_stages(ladder: tuple[Rung, ...], who: Subject, today: dt.date, said: Collection[str]) -> list[NoticeStage]:
    """What the advocate is to have been told by today, in this period; ``said`` are the codes of what has been.

    All that is statutory; of the rest only the last that has come, and not on the day of something statutory that is
    new: one letter, not a volley. What was overtaken is never made up for.
    """
    rungs = ladder if who.wished is None else rungs_for(ladder, who.wished)
    fitting = [(moment, rung.stage) for rung in rungs if (moment := _moment(rung, who, today))]
    statutory = [(moment, stage) for moment, stage in fitting if stage.statutory]
    due = [stage for _moment_of, stage in statutory]
    if any(stage.code not in said for stage in due):
        return due
    overtaken = max((moment for moment, _stage in statutory), default=dt.date.min)
    optional = [(moment, stage) for moment, stage in fitting if not stage.statutory and moment > overtaken]
    return [*due, max(optional, key=lambda each: each[0])[1]] if optional else due


@lru_cache(maxsize=512)
def rungs_for(ladder: tuple[Rung, ...], wished: tuple[int, ...] | None) -> tuple[Rung, ...]:
    """The ladder of somebody who has chosen days for reminders: they take the place of the optional ones ahead of the
    due date.
    """
    if wished is None:
        return ladder
    kept = [rung for rung in ladder if not is_choosable(rung.stage)]
    return (*kept, *(Rung(reminder(days), dt.date.min) for days in sorted(wished, reverse=True)))


def looks_back(ladder: tuple[Rung, ...]) -> int:
    """For how many days after the due date a stage may still speak to everyone, case or no case."""
    days = [rung.stage.day for rung in ladder if rung.stage.audience == "everyone" and rung.stage.day is not None]
    return max(days) + LATEST if max(days, default=0) > 0 else 0


def is_choosable(stage: NoticeStage) -> bool:
    """A reminder in the place of which the advocate may choose other days."""
    return not stage.statutory and stage.day is not None and stage.day <= 0


def channel_of(stage: NoticeStage, *, has_email: bool) -> NoticeChannel | None:
    """The first way on which the advocate can be reached; what is statutory goes on paper where no other is left."""
    for channel in stage.channels:
        if channel == "paper" or has_email:
            return NoticeChannel(channel)
    return NoticeChannel.PAPER if stage.statutory else None


def _moment(rung: Rung, who: Subject, today: dt.date) -> dt.date | None:
    """The day on which the stage came up for somebody whom it is for; None where it has not, or is over."""
    stage = rung.stage
    day = day_of(stage, who) if stage.case_event is None else min(who.case_since or today, today)
    if day is None or day > today or not still_for(stage, who, today):
        return None
    if (stage.without_email and who.has_email) or channel_of(stage, has_email=who.has_email) is None:
        return None
    return day if stage.code == OVERDUE or _in_time(rung, who, day, today) else None


def _in_time(rung: Rung, who: Subject, day: dt.date, today: dt.date) -> bool:
    if rung.stage.case_event is None and day <= who.due_on:
        return True
    return rung.since <= day and (rung.stage.statutory or today <= day + LATEST * _DAY)


def day_of(stage: NoticeStage, who: Subject) -> dt.date | None:
    """The day that the rules name; None for what waits for a step in the case."""
    if stage.day is not None:
        return who.due_on + stage.day * _DAY
    return None if stage.petition_day is None else who.petition_from + stage.petition_day * _DAY


def still_for(stage: NoticeStage, who: Subject, today: dt.date) -> bool:
    """Whether the stage is (still) for somebody in this position: asked when it is planned, and again when it is sent.

    After the due date, what speaks of missing hours rests on a case that the advocate knows of (the notice that they
    are overdue, on one that has been opened).
    """
    if not _in_audience(stage, who):
        return False
    if stage.case_event is not None:
        return who.case_state == stage.case_event and (stage.audience != "short" or who.due_on < today)
    if stage.petition_day is None and stage.day is not None and stage.day <= 0:
        return who.due_on >= today and (stage.audience == "everyone" or who.status in OPEN_STATUSES)
    return (stage.audience == "everyone" and stage.petition_day is None) or who.case_state in TOLD


def _in_audience(stage: NoticeStage, who: Subject) -> bool:
    match stage.audience:
        case "everyone":
            return True
        case "missing":
            return who.missing > 0 and who.status in (*OPEN_STATUSES, StandingStatus.SHORT)
        case "at_risk":
            return who.missing > 0 and who.status in (StandingStatus.AT_RISK, StandingStatus.SHORT)
    return who.status == StandingStatus.SHORT


# --- what becomes of somebody who earns nothing more -----------------------------------------------------------------


def later(who: Subject, today: dt.date, at_risk_days: int) -> Subject:
    """The same person on a later day, if no credit is earned until then and everything is sent on its day."""
    status, state, since = who.status, who.case_state, who.case_since
    if who.missing and status in OPEN_STATUSES:
        if who.due_on < today:
            status = StandingStatus.SHORT
        elif today >= who.due_on - at_risk_days * _DAY:
            status = StandingStatus.AT_RISK
    if status == StandingStatus.SHORT and who.due_on < today and not state:
        state, since = CaseState.OPEN, today
    return replace(who, status=status, case_state=state, case_since=since)


def told(who: Subject, today: dt.date) -> Subject:
    """After the notice that the hours are overdue has reached the advocate."""
    return replace(who, case_state=CaseState.NOTIFIED, case_since=today) if who.case_state == CaseState.OPEN else who


def days_to_look_at(ladder: tuple[Rung, ...], who: Subject, at_risk_days: int) -> Iterator[dt.date]:
    """Every day on which something can change for somebody who earns nothing more, and the two after it: a courtesy
    waits a day for what is statutory, and a step in a case is one day old at the next planning.
    """
    turns = [who.due_on + _DAY, who.due_on - at_risk_days * _DAY]
    for rung in rungs_for(ladder, who.wished):
        day = day_of(rung.stage, who)
        turns += [day] if day else []
        turns += [rung.since] if rung.since > dt.date.min else []
    for turn in turns:
        yield from (turn, turn + _DAY, turn + 2 * _DAY)
