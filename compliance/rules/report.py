"""The result of an assessment as plain JSON data, in credits of the rulebook's unit."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

from .account import Account, account
from .assess import PeriodAssessment
from .duties import DutyLine
from .explain import Explained, Portion
from .facts import Facts
from .language.amounts import Number, exact, written
from .language.rulebook import Rulebook
from .lines import Line
from .needs import Need
from .requirement import Step

Data = dict[str, Any]


def report(rulebooks: Rulebook | Sequence[Rulebook], facts: Facts, today: date) -> Data:
    """Assessment and explanation together, from one count.

    Raises FactsError as `assess` does.
    """
    return report_of(account(rulebooks, facts, today), today)


def report_of(counted: Account, today: date) -> Data:
    """The same of an account that has been taken already."""
    result, newest = counted.result, counted.newest
    unit = newest.unit.minutes
    return {
        "rulebook": f"{newest.code} {newest.version}",
        "example": newest.example,
        "unit": {"minutes": unit, "name": newest.unit.name.en},
        "as_of": today.isoformat(),
        "status": result.periods[-1].status if result.periods else "not_yet_subject",
        "starts_on": _day(result.starts_on),
        "changes_on": _day(result.changes_on),
        "periods": [_period(each, rules) for each, rules in zip(result.periods, counted.rules, strict=False)],
        "duties": {code: _duty(each, unit) for code, each in _numbered(result.duties)},
        "credits": [_credit(each, unit) for each in counted.credits],
    }


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _amount(minutes: Number, unit: int) -> Any:
    return written(exact(Fraction(minutes) / unit))


def _period(result: PeriodAssessment, rules: Rulebook) -> Data:
    unit = rules.unit.minutes
    hour, minute = (int(part) for part in rules.period.deadline.time.split(":"))
    due_at = datetime.combine(result.due_on, time(hour, minute), ZoneInfo(rules.zone))
    return {
        "start": result.period.start.isoformat(),
        "end": result.period.end.isoformat(),
        "rulebook": result.rulebook,
        "variants": list(result.variants),
        "group": result.group,
        "status": result.status,
        "compliant": result.status in ("compliant", "exempt"),
        "exempt": result.status == "exempt",
        "excused": result.excused,
        "due_on": result.due_on.isoformat(),
        "due_at": due_at.isoformat(),
        "grace_ends_on": result.grace_ends_on.isoformat(),
        "petition_from": result.petition_from.isoformat(),
        "make_up_until": result.make_up_until.isoformat(),
        "missing": _amount(result.missing, unit),
        "prorated": any(step.code == "prorated" for step in result.steps),
        "months_subject": written(result.months_subject),
        "months_of": result.months_of,
        "lines": {line.code: _line(line, unit) for line in result.lines},
        "needs": [_need(need, unit) for need in result.needs],
        "caps": {code: _amount(minutes, unit) for code, minutes in result.caps},
        "made_up": _amount(result.made_up, unit),
        "carried_in": _amount(result.carried_in, unit),
        "carry": {
            "carried": _amount(result.carry.carried, unit),
            "lapsed": _amount(result.carry.lapsed, unit),
            "by_requirement": {code: _amount(minutes, unit) for code, minutes in result.carry.by_requirement},
        },
        "acts": {
            act.code: {"due_on": _day(act.due_on), "done_on": _day(act.done_on), "needed": act.needed,
                       "clause": act.clause} for act in result.acts
        },
        "stages": {
            stage.code: {"on": _day(stage.on), "fee": None if stage.fee is None else written(stage.fee),
                         "clause": stage.clause} for stage in result.stages
        },
        "steps": [_step(step, unit) for step in result.steps],
    }  # fmt: skip


def _line(line: Line, unit: int) -> Data:
    return {
        "required": _amount(line.required, unit),
        "counted": _amount(line.counted, unit),
        "missing": _amount(line.missing, unit),
        "met": line.missing == 0,
        "clause": line.clause,
    }


def _need(need: Need, unit: int) -> Data:
    return {
        "credits": _amount(need.minutes, unit),
        "serves": need.serves,
        "also": {code: _amount(minutes, unit) for code, minutes in need.also},
        "not_under": list(need.not_under),
    }


def _step(step: Step, unit: int) -> Data:
    return {
        "code": step.code,
        "of": step.of,
        "credits": _amount(step.minutes, unit),
        "part": written(step.part),
        "whole": written(step.whole),
        "clause": step.clause,
    }


def _numbered(duties: Sequence[DutyLine]) -> Iterator[tuple[str, DutyLine]]:
    """By code, with a number behind it where somebody has a duty more than once ("return.2")."""
    seen = Counter(each.code for each in duties)
    place: Counter[str] = Counter()
    for each in duties:
        place[each.code] += 1
        yield (f"{each.code}.{place[each.code]}" if seen[each.code] > 1 else each.code), each


def _duty(duty: DutyLine, unit: int) -> Data:
    return {
        "from": duty.first.isoformat(),
        "to": _day(duty.last),
        "required": _amount(duty.required, unit),
        "counted": _amount(duty.counted, unit),
        "missing": _amount(duty.missing, unit),
        "status": duty.status,
        "clause": duty.clause,
    }


def _credit(each: Explained, unit: int) -> Data:
    credit = each.credit
    return {
        "on": credit.day.isoformat(),
        "ref": credit.ref,
        "category": credit.category,
        "counted_as": each.counted_as or credit.category,
        "format": credit.format,
        "credits": _amount(each.worth, unit),
        "portions": [_portion(portion, unit) for portion in each.portions],
    }


def _portion(portion: Portion, unit: int) -> Data:
    return {
        "credits": _amount(portion.minutes, unit),
        "reason": portion.reason,
        "period": portion.period.start.isoformat() if portion.period else None,
        "counts_for": list(portion.counts_for),
        "clause": portion.clause,
    }
