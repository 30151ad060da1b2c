"""An assessment in words: in full, or as a person at the bar would say it on the phone. In kk, ru and en."""

from collections.abc import Iterator, Sequence
from datetime import date

from ..account import account
from ..assess import Assessment
from ..duties import DutyLine
from ..facts import Facts
from ..language.rulebook import Rulebook
from .credits import credit_lines
from .periods import period_lines, spoken
from .voice import Voice

LANGUAGES = ("kk", "ru", "en")


def told(
    rulebooks: Rulebook | Sequence[Rulebook], facts: Facts, today: date, language: str, *, phone: bool = False
) -> str:
    """The assessment of the facts in a language. Raises FactsError as `assess` does."""
    counted = account(rulebooks, facts, today)
    voice = Voice(counted.rules[-1], language)
    if phone:
        return " ".join(_phone(counted.result, counted.rules, today, voice))
    return "\n".join([*_full(counted.result, counted.rules, voice), *credit_lines(counted.credits, voice)])


def _full(result: Assessment, rules: Sequence[Rulebook], voice: Voice) -> Iterator[str]:
    yield from _head(result, voice)
    for period, rulebook in zip(result.periods, rules, strict=False):
        yield from period_lines(period, Voice(rulebook, voice.language))
    yield from (_duty(duty, voice) for duty in result.duties)


def _duty(duty: DutyLine, voice: Voice) -> str:
    name = next(each.name for each in voice.rulebook.duties if each.code == duty.code)
    phrase = f"duty_{duty.status}" if duty.last or duty.status == "met" else "duty_no_day"
    missing, day = voice.amount(duty.missing), voice.day(duty.last)
    return voice(phrase, name=name.said(voice.language), missing=missing, day=day)


def _head(result: Assessment, voice: Voice) -> Iterator[str]:
    yield voice.rulebook.title.said(voice.language)
    if voice.rulebook.example:
        yield voice("example")
    if result.starts_on:
        yield voice("no_period", start=voice.day(result.starts_on))


def _phone(result: Assessment, rules: Sequence[Rulebook], today: date, voice: Voice) -> Iterator[str]:
    """A period that was missed first, then the one that runs."""
    if result.starts_on:
        yield voice("no_period", start=voice.day(result.starts_on))
    told = [
        (period, Voice(rulebook, voice.language))
        for period, rulebook in zip(result.periods, rules, strict=False)
        if period is result.periods[-1] or period.status == "short"
    ]
    for period, own in told:
        if len(told) > 1:
            yield own("say.period", start=own.day(period.period.start), end=own.day(period.period.end))
        yield from spoken(period, own, today)
    if voice.rulebook.example:
        yield voice("example")
