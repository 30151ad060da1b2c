"""The one entry to the rules: period, requirement, valuation, allocation and carry-out, one after the other."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from .acts import ActLine, act_lines
from .calendar import DAY, next_year_day
from .carry import CarryOut, carry_out
from .duties import DutyLine, duty_lines
from .facts import Facts
from .language.amounts import Number
from .language.rulebook import Rulebook
from .lines import Line, lines_of
from .needs import Need, needs
from .period import Frame, Period, Timeline, law_of, timeline
from .requirement import Step
from .settling import Settled, late_until, settle
from .stages import StageDue, stages_due

Status = Literal["compliant", "on_track", "at_risk", "short", "exempt"]


@dataclass(frozen=True, slots=True)
class PeriodAssessment:
    """How one period stands.

    `petition_from` is the first day on which the bar may ask for suspension if the period stays short: the day
    after the grace has run out (Kazakhstan: more than 30 calendar days late, Law No. 176-VI, Art. 43(3)(3)).
    "short" is said only after the due date. `made_up` minutes come from after the period, `carried_in` is what counts
    here of credit carried in.
    `missing` is the fewest minutes that complete the period, one hour serving all it may serve, and `needs` of which
    kind they must be. `excused`: the bar has accepted a reason for being late. `stages` are the steps that follow from
    being late.
    """

    period: Period
    rulebook: str
    variants: tuple[str, ...]
    group: str
    due_on: date
    grace_ends_on: date
    petition_from: date
    make_up_until: date
    status: Status
    lines: tuple[Line, ...]
    missing: Number
    needs: tuple[Need, ...]
    caps: tuple[tuple[str, Number], ...]
    made_up: Number
    carried_in: Number
    carry: CarryOut
    acts: tuple[ActLine, ...]
    stages: tuple[StageDue, ...]
    excused: bool
    steps: tuple[Step, ...]
    months_subject: Number
    months_of: int

    def line(self, code: str) -> Line:
        """The figure of that code. Raises KeyError if the period has none."""
        for line in self.lines:
            if line.code == code:
                return line
        raise KeyError(code)


@dataclass(frozen=True, slots=True)
class Assessment:
    """The regulated periods, oldest first; the last one holds the day of the assessment.

    `starts_on` is set as long as the first period lies ahead. `changes_on` is the next day on which the passage of
    time alone may change the result, or what the bar may do.
    """

    periods: tuple[PeriodAssessment, ...]
    duties: tuple[DutyLine, ...]
    starts_on: date | None
    changes_on: date | None

    @property
    def current(self) -> PeriodAssessment | None:
        return self.periods[-1] if self.periods else None

    @property
    def previous(self) -> PeriodAssessment | None:
        return self.periods[-2] if len(self.periods) > 1 else None


def assess(rulebooks: Rulebook | Sequence[Rulebook], facts: Facts, today: date) -> Assessment:
    """How the advocate stands on that day, under the rules or under all their versions, each for its own periods.

    Raises FactsError if the facts contradict themselves, or lack something without which the rules say nothing.
    """
    law = law_of(rulebooks)
    line = timeline(law, facts, today)
    duties = duty_lines(law[-1], facts, today)
    if not line.frames:
        return Assessment((), duties, line.after, line.after)
    settled = settle(line, facts, today)
    return composed(line, settled, facts, today, duties)


def composed(
    line: Timeline, settled: Sequence[Settled], facts: Facts, today: date, duties: tuple[DutyLine, ...]
) -> Assessment:
    """The assessment of periods that have been settled."""
    results: list[PeriodAssessment] = []
    before: list[bool] = []
    for each, acts in zip(settled, act_lines([each.frame for each in settled], facts), strict=True):
        result, late = _result(each, () if each.requirement.exempt else acts, facts, today, before)
        before.append(late)
        results.append(result)
    return Assessment(tuple(results), duties, None, _changes_on(results, settled, line, today))


def _result(
    settled: Settled, acts: tuple[ActLine, ...], facts: Facts, today: date, before: Sequence[bool]
) -> tuple[PeriodAssessment, bool]:
    frame, required = settled.frame, settled.requirement
    due = _due_on(frame, facts)
    grace = grace_ends_on(frame, due)
    made_up = sum(use.minutes for use in settled.late)
    status = _status(settled, acts, due, today)
    missed = _missed_on(settled, acts, due, today)
    subject = required.subject
    return PeriodAssessment(
        period=frame.period,
        rulebook=f"{frame.base.code} {frame.base.version}",
        variants=frame.variants,
        group=frame.block.group,
        due_on=due,
        grace_ends_on=grace,
        petition_from=grace + DAY,
        make_up_until=late_until(frame.rulebook, frame.period, facts),
        status=status,
        lines=lines_of(settled),
        missing=settled.solution.missing,
        needs=needs(settled),
        caps=tuple(required.caps.items()),
        made_up=made_up,
        carried_in=sum(use.minutes for use in settled.uses if use.item.vintage is not None and use.fate == "counted"),
        carry=carry_out(settled),
        acts=acts,
        stages=_stages(settled, acts, facts, missed, before),
        excused=_excused(frame, facts),
        steps=_steps(settled, made_up),
        months_subject=subject.held,
        months_of=subject.of,
    ), missed is not None


def _stages(
    settled: Settled, acts: tuple[ActLine, ...], facts: Facts, missed: date | None, before: Sequence[bool]
) -> tuple[StageDue, ...]:
    """The steps that follow from being late, up to the day on which it was made good."""
    if missed is None:
        return ()
    found = stages_due(settled.frame, facts, missed, before)
    if settled.solution.missing or any(act.needed and act.done_on is None for act in acts):
        return found
    days = [use.item.day for use in settled.late] + [act.done_on for act in acts if act.needed and act.done_on]
    return tuple(stage for stage in found if stage.on is None or stage.on <= max(days, default=missed))


def grace_ends_on(frame: Frame, due: date) -> date:
    """The last day of grace of a period that is due on that day."""
    rule = frame.rulebook.late
    days = due + rule.grace_days * DAY
    return max(days, next_year_day(frame.period.end, rule.grace_until)) if rule.grace_until else days


def _missed_on(settled: Settled, acts: tuple[ActLine, ...], due: date, today: date) -> date | None:
    """The due date of what was late first, whether or not it was made good since; None: nothing was."""
    if settled.requirement.exempt:
        return None
    days = [act.due_on for act in acts if act.needed and (act.late or (act.done_on is None and today > act.due_on))]
    if any(use.item.day > due for use in settled.late) or (today > due and settled.solution.missing):
        days.append(due)
    return min(days, default=None)


def _due_on(frame: Frame, facts: Facts) -> date:
    """The due date, or the day until which it was extended."""
    extended = [
        grant.end
        for grant in facts.grants
        if grant.kind == "extension" and grant.end and frame.period.start <= grant.start <= frame.period.end
    ]
    return max([frame.due_on, *extended])


def _excused(frame: Frame, facts: Facts) -> bool:
    period = frame.period
    return any(grant.kind == "excuse" and period.start <= grant.start <= period.end for grant in facts.grants)


def _steps(settled: Settled, made_up: Number) -> tuple[Step, ...]:
    if not made_up:
        return settled.requirement.steps
    return (*settled.requirement.steps, Step("made_up", made_up, settled.frame.rulebook.late.make_up_clause))


def _status(settled: Settled, acts: tuple[ActLine, ...], due: date, today: date) -> Status:
    if settled.requirement.exempt:
        return "exempt"
    open_until = _open(settled, acts, due)
    if not open_until:
        return "compliant"
    if today > min(open_until):
        return "short"
    risk_from = min(open_until) - settled.frame.rulebook.at_risk_days * DAY
    return "at_risk" if today >= risk_from else "on_track"


def _open(settled: Settled, acts: tuple[ActLine, ...], due: date) -> list[date]:
    """When what is still open is due: the hours, and each act without which the period is not complied."""
    undone = [act.due_on for act in acts if act.needed and act.done_on is None]
    return [due, *undone] if settled.solution.missing else undone


def _changes_on(results: Sequence[PeriodAssessment], settled: Sequence[Settled], line: Timeline, today: date) -> date:
    """The next day on which anything may change without anybody doing anything."""
    days = [line.after]
    for result, each in zip(results, settled, strict=True):
        risk = each.frame.rulebook.at_risk_days * DAY
        if result.status not in ("compliant", "exempt"):
            for due in _open(each, result.acts, result.due_on):
                days += [due - risk, due + DAY]
        if result.status == "short":
            days.append(result.petition_from)
    return min(day for day in days if day > today)
