"""Stages after a missed deadline, with their fees."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from .calendar import DAY, next_year_day
from .facts import Done, Facts
from .language.after import Stage
from .language.amounts import Number
from .period import Frame


@dataclass(frozen=True, slots=True)
class StageDue:
    """A step that follows from being late: its day, if the rules name one, and the fee in the bar's money."""

    code: str
    on: date | None
    fee: Number | None
    clause: str


def stages_due(frame: Frame, facts: Facts, due_on: date, before: Sequence[bool]) -> tuple[StageDue, ...]:
    """The stages of a period that was missed on `due_on`; `before`: which of the periods before it were missed.

    An act that was done for this period by the day of a stage makes it apply (`if_act`); one done before that day
    keeps it away (`unless_act`).
    """
    found = []
    for stage in frame.rulebook.stages:
        day = _day(stage, frame, due_on)
        if _applies(stage, day, list(_acts_for(frame, facts, day))):
            found.append(StageDue(stage.code, day, fee_of(stage, _in_a_row(stage, facts, before)), stage.clause))
    return tuple(found)


def _applies(stage: Stage, day: date | None, acts: Sequence[Done]) -> bool:
    by_then = {done.act for done in acts if day is None or done.day <= day}
    before = {done.act for done in acts if day is None or done.day < day}
    return (stage.if_act is None or stage.if_act in by_then) and stage.unless_act not in before


def _acts_for(frame: Frame, facts: Facts, day: date | None) -> Iterator[Done]:
    """What was done for the period: by its own word, otherwise around its end, or later up to the day of the stage."""
    period = frame.period
    half = period.days // 2 * DAY
    last = max(period.end + half, day or period.end)
    for done in facts.acts:
        if done.period is not None:
            if period.start <= done.period <= period.end:
                yield done
        elif period.end - half <= done.day <= last:
            yield done


def _in_a_row(stage: Stage, facts: Facts, before: Sequence[bool]) -> int:
    """Which missed period in a row this one is, by the count of the stage."""
    count, clean = facts.late_before, 0
    for late in before:
        clean = 0 if late else clean + 1
        if late:
            count += 1
        elif clean >= stage.reset_after:
            count = 0
    return count + 1


def fee_of(stage: Stage, in_a_row: int) -> Number | None:
    """The fee of a stage for the so many-th missed period in a row; None: the stage has no fee."""
    if not stage.fee:
        return None
    beyond = max(0, in_a_row - len(stage.fee))
    return stage.fee[min(in_a_row, len(stage.fee)) - 1] + beyond * (stage.then_add or 0)


def _day(stage: Stage, frame: Frame, due_on: date) -> date | None:
    """Never before the due date is over: an extension moves the stage as well."""
    if stage.day_after_due is not None:
        return due_on + stage.day_after_due * DAY
    return max(next_year_day(frame.period.end, stage.on), due_on + DAY) if stage.on else None
