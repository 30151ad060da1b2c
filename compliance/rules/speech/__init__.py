"""An assessment in words: in full, or as a person at the bar would say it on the phone. In kk, ru and en."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from ..account import Account, account
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
    if phone:
        return spoken_of(counted, today, language)
    return "\n\n".join("\n".join(section) for section in sections_of(counted, language))


def spoken_of(counted: Account, today: date, language: str) -> str:
    """A few sentences to read out."""
    voice = Voice(counted.rules[-1], language)
    return " ".join(_phone(counted.result, counted.rules, today, voice))


def sections_of(counted: Account, language: str, formats: Mapping[str, str] | None = None) -> list[list[str]]:
    """The whole in lines: what the rules are, each period, the duties outside them, each credit; none is empty.

    `formats` are names of formats by their codes, which a rulebook does not have.
    """
    voice = Voice(counted.rules[-1], language, formats)
    periods = zip(counted.result.periods, counted.rules, strict=False)
    found = [
        list(_head(counted.result, voice)),
        *(list(period_lines(period, Voice(rulebook, language))) for period, rulebook in periods),
        [_duty(duty, voice) for duty in counted.result.duties],
        list(credit_lines(counted.credits, voice)),
    ]
    return [section for section in found if section]


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
