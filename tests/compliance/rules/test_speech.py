"""An assessment in words: complete in each language, and never more than the figures say."""

import string
from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given, settings

from compliance.rules import Done, Facts, Rulebook
from compliance.rules.explain import Reason
from compliance.rules.speech import LANGUAGES, told
from compliance.rules.speech.phrases import EN, PHRASES
from compliance.rules.speech.voice import Voice
from tests.compliance.rules.books import book, cap, credit, minimum
from tests.compliance.rules.strategies import TODAY, facts, rulebooks

ACADEMIC = {"minutes": 45, "name": "academic hour", "short": {"kk": "ак. сағ", "ru": "ак. ч", "en": "ac. h"}}


def fields(phrase: str) -> set[str]:
    return {name for _text, name, _spec, _how in string.Formatter().parse(phrase) if name}


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_phrases_of_each_language_say_the_same_things(language):
    assert {key: fields(phrase) for key, phrase in PHRASES[language].items()} == {
        key: fields(phrase) for key, phrase in EN.items()
    }


def test_every_reason_has_words():
    assert {f"why.{reason}" for reason in Reason.__args__} <= set(EN)


@pytest.mark.parametrize(
    ("minutes", "kk", "ru", "en"),
    [
        (0, "0 ак. сағ", "0 ак. ч", "0 ac. h"),
        (45, "1 ак. сағ", "1 ак. ч", "1 ac. h"),
        (90 + 9, "2,2 ак. сағ", "2,2 ак. ч", "2.2 ac. h"),
        (602, "13 ак. сағ 17 мин", "13 ак. ч 17 мин", "13 ac. h 17 min"),
        (40, "40 мин", "40 мин", "40 min"),
    ],
)
def test_amounts(minutes, kk, ru, en):
    rules = book(unit=ACADEMIC)
    assert [Voice(rules, language).amount(minutes) for language in LANGUAGES] == [kk, ru, en]


def test_an_amount_is_never_rounded():
    rules = book(unit={"minutes": 50, "name": "hour"})
    assert Voice(rules, "en").amount(Fraction(200, 3)) == "1 hour 50/3 min"
    assert Voice(rules, "ru").number(1) == "1"


def said(language: str, *, phone: bool = False, rules: Rulebook | None = None, day: str = "2024-11-20") -> str:
    credits = (credit("2024-03-01", 120, "ethics"), credit("2024-04-01", 400, format="recorded"))
    rulebook = rules or book(
        requirements=[minimum("ethics", 1, name={"kk": "Әдеп", "ru": "Этика", "en": "Ethics"})],
        caps=[cap(5, "recorded", name={"kk": "Жазба", "ru": "Запись", "en": "Recorded"})],
    )
    return told(rulebook, Facts(credits=credits), date.fromisoformat(day), language, phone=phone)


def test_on_the_phone():
    assert said("en", phone=True) == (
        "Due on 31 Dec 2024. 7 text of 10 text counted. Missing: 3 text. Still needed: 3 text – of any kind. "
        "The limit is reached, such credit no longer counts: Recorded."
    )
    assert said("ru", phone=True).startswith("Срок – 31.12.2024. Зачтено 7 текст из 10 текст. Не хватает: 3 текст.")
    assert said("kk", phone=True).startswith("Мерзімі 31.12.2024.")


def test_in_full_each_credit_has_its_reason_and_its_clause():
    text = said("en")
    assert "1 Apr 2024, text, recorded: 6 text 40 min" in text
    assert "5 text counted for Total [Rules of the test bar, norm]; 1 text 40 min above a limit" in text
    assert "[Rules of the test bar, cap]" in text


def test_a_missed_period_is_said_first_and_the_first_day_of_a_petition_is_a_persons_matter():
    phone = said("en", phone=True, day="2025-02-05")
    assert phone.index("It was due on 31 Dec 2024") < phone.index("Due on 31 Dec 2025")
    assert "First day on which a petition is possible: 31 Jan 2025. A person decides." in said("en", day="2025-02-05")


def test_who_is_not_yet_subject():
    rules = book(joining={"rule": "later", "years_after": 1, "clause": "first"})
    text = told(rules, Facts(joined_on=date(2024, 3, 1)), date(2024, 6, 1), "ru", phone=True)
    assert text == "Первый отчётный период начинается 01.01.2025."


def test_acts_duties_and_stages_have_words():
    rules = book(
        total={"amount": 0, "clause": "norm"},
        acts=[{"code": "plan", "name": "Plan", "days_after": -300, "clause": "act"},
              {"code": "record", "name": "Record", "clause": "act"}],
        duties=[{"code": "course", "name": "Course", "amount": 4, "window": {"months": 12}, "clause": "duty"}],
        stages=[{"code": "late", "name": "Late", "day_after_due": 31, "fee": [150], "clause": "stage"}],
    )  # fmt: skip
    known = Facts(joined_on=date(2024, 2, 1), acts=(Done("plan", date(2024, 2, 3)),))
    text = told(rules, known, date(2025, 3, 1), "en")
    for words in ("Plan: done on 3 Feb 2024.", "Record: to be done by 31 Dec 2024.", "Late: 31 Jan 2025, fee 150.",
                  "Course: 4 text missing, due 31 Jan 2025."):  # fmt: skip
        assert words in text


@pytest.mark.parametrize("language", LANGUAGES)
@settings(max_examples=40, deadline=None)
@given(rulebooks(), facts())
def test_anything_can_be_said(language, rulebook, known):
    text = told(rulebook, known, TODAY, language)
    assert text
    assert "{" not in text
    assert told(rulebook, known, TODAY, language, phone=True)
