"""A period in words."""

from collections.abc import Iterator
from datetime import date

from ..assess import PeriodAssessment
from ..needs import Need
from ..requirement import Step
from .voice import Voice


def period_lines(period: PeriodAssessment, voice: Voice) -> Iterator[str]:
    """Status, figures, what is needed, and how the requirement came about, each with its clause."""
    yield voice("period", start=voice.day(period.period.start), end=voice.day(period.period.end),
                due=voice.day(period.due_on), status=voice(period.status))  # fmt: skip
    for line in period.lines:
        phrase = "line_met" if not line.missing else "line"
        yield voice(phrase, name=voice.line(line.code), required=voice.amount(line.required),
                    counted=voice.amount(line.counted), missing=voice.amount(line.missing))  # fmt: skip
    yield from needed(period, voice)
    yield from _moved(period, voice)
    yield from _done(period, voice)
    yield from _consequences(period, voice)
    yield voice("steps")
    for step in period.steps:
        yield f"  {step_text(step, voice)}{voice.source(step.clause)}"


def needed(period: PeriodAssessment, voice: Voice) -> Iterator[str]:
    """The cheapest way to finish, kind by kind, and the limits that are reached."""
    for need in period.needs:
        yield voice("need", amount=voice.amount(need.minutes), name=_kind(need, voice))
    closed = dict.fromkeys(code for need in period.needs for code in need.not_under)
    if closed:
        yield voice("cap_full", names=", ".join(voice.cap(code) for code in closed))


def _kind(need: Need, voice: Voice) -> str:
    also = [voice("also", amount=voice.amount(minutes), name=voice.line(code)) for code, minutes in need.also]
    return ", ".join([voice("any") if need.serves == "total" else voice.line(need.serves), *also])


def _moved(period: PeriodAssessment, voice: Voice) -> Iterator[str]:
    amounts = (("made_up", period.made_up), ("carried_in", period.carried_in), ("carried", period.carry.carried))
    for phrase, minutes in amounts:
        if minutes:
            yield voice(phrase, amount=voice.amount(minutes))


def _done(period: PeriodAssessment, voice: Voice) -> Iterator[str]:
    names = {act.code: act.name.said(voice.language) for act in voice.rulebook.acts}
    for act in period.acts:
        phrase = "act_done" if act.done_on else "act_due"
        yield voice(phrase, name=names[act.code], day=voice.day(act.done_on or act.due_on))


def _consequences(period: PeriodAssessment, voice: Voice) -> Iterator[str]:
    if period.excused:
        yield voice("excused")
    if period.status != "short":
        return
    if period.make_up_until > period.period.end:
        yield voice("make_up", day=voice.day(period.make_up_until))
    yield voice("petition", day=voice.day(period.petition_from))
    names = {stage.code: stage.name.said(voice.language) for stage in voice.rulebook.stages}
    for stage in period.stages:
        fee = "" if stage.fee is None else voice("fee", fee=voice.number(stage.fee))
        yield voice("stage", name=names[stage.code], day=voice.day(stage.on), fee=fee)


def step_text(step: Step, voice: Voice) -> str:
    """One step towards a figure."""
    code = step.code.partition(":")[0]
    name = voice.line(step.of)
    if code == "exempt":
        exemption = next((each for each in voice.rulebook.exemptions if f"exempt:{each.code}" == step.code), None)
        name = exemption.name.said(voice.language) if exemption and exemption.name else name
    return voice(f"step.{code}", amount=voice.amount(step.minutes), part=voice.number(step.part),
                 whole=voice.number(step.whole), name=name)  # fmt: skip


def spoken(period: PeriodAssessment, voice: Voice, today: date) -> Iterator[str]:
    """A few sentences to read out."""
    if period.status in ("compliant", "exempt"):
        yield voice("say.fine" if period.status == "compliant" else "say.exempt")
        return
    total = period.lines[0]
    yield voice("say.late" if today > period.due_on else "say.until", due=voice.day(period.due_on))
    yield voice("say.missing", counted=voice.amount(min(total.counted, total.required)),
                required=voice.amount(total.required), missing=voice.amount(period.missing))  # fmt: skip
    yield from needed(period, voice)
    yield from _done(period, voice)
    if period.status == "short" and period.make_up_until >= today > period.period.end:
        yield voice("make_up", day=voice.day(period.make_up_until))
