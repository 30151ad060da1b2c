from dataclasses import replace
from decimal import Decimal

import pytest

from compliance.certificates import words
from compliance.certificates.words import Pair
from tests.compliance.certificates.samples import ORDINARY, PERIOD


@pytest.mark.parametrize(
    ("minutes", "unit", "kk", "ru"),
    [
        (0, 60, "0 сағат", "0 часов"),
        (60, 60, "1 сағат", "1 час"),
        (120, 60, "2 сағат", "2 часа"),
        (240, 60, "4 сағат", "4 часа"),
        (300, 60, "5 сағат", "5 часов"),
        (660, 60, "11 сағат", "11 часов"),
        (720, 60, "12 сағат", "12 часов"),
        (1260, 60, "21 сағат", "21 час"),
        (1320, 60, "22 сағат", "22 часа"),
        (6660, 60, "111 сағат", "111 часов"),
        (90, 60, "1,5 сағат", "1,5 часа"),
        (30, 60, "0,5 сағат", "0,5 часа"),
        (75, 60, "1,25 сағат", "1,25 часа"),
        (45, 45, "1 академиялық сағат", "1 академический час"),
        (90, 45, "2 академиялық сағат", "2 академических часа"),
        (225, 45, "5 академиялық сағат", "5 академических часов"),
        (945, 45, "21 академиялық сағат", "21 академический час"),
        (450, 45, "10 академиялық сағат", "10 академических часов"),
        (4500, 45, "100 академиялық сағат", "100 академических часов"),
        (54, 45, "1,2 академиялық сағат", "1,2 академического часа"),
        (100, 45, "2,22 академиялық сағат (100 минут)", "2,22 академического часа (100 минут)"),
        (50, 50, "1 сағат (50 минут)", "1 час (50 минут)"),
        (101, 60, "1,68 сағат (101 минут)", "1,68 часа (101 минута)"),
        (182, 60, "3,03 сағат (182 минут)", "3,03 часа (182 минуты)"),
    ],
)
def test_duration(minutes: int, unit: int, kk: str, ru: str) -> None:
    assert words.duration(minutes, unit) == Pair(kk, ru)


@pytest.mark.parametrize(
    ("number", "plural"),
    [("1", "one"), ("3", "few"), ("14", "many"), ("24", "few"), ("101", "one"), ("112", "many"), ("1.5", "other")],
)
def test_russian_plural_classes(number: str, plural: str) -> None:
    assert words.ru_plural(Decimal(number)) == plural


@pytest.mark.parametrize(
    ("number", "text"),
    [("10", "10"), ("100.00", "100"), ("1.50", "1,5"), ("2.005", "2,01"), ("0", "0"), ("0.10", "0,1")],
)
def test_decimal_comma_without_idle_zeros(number: str, text: str) -> None:
    assert words.decimal_text(Decimal(number)) == text


def test_dates() -> None:
    assert words.day_text("2026-03-01") == "01.03.2026"
    assert words.days_text("2026-03-01", "2026-03-01") == "01.03.2026"
    assert words.days_text("2026-03-01", "2026-03-12") == "01.03.2026 – 12.03.2026"


def test_licence_by_its_statutory_name() -> None:
    kk, ru = words.licence("77", "2018-05-10")
    assert kk == "адвокаттық қызметпен айналысуға арналған лицензия № 77, 10.05.2018 ж. берілген"
    assert ru == "лицензия на занятие адвокатской деятельностью № 77 от 10.05.2018"
    assert words.licence("77", "").ru == "лицензия на занятие адвокатской деятельностью № 77"
    assert words.licence("", "2018-05-10") == Pair("", "")


def test_the_paper_has_its_statutory_name() -> None:
    kk, ru = (" ".join(text.split()).capitalize() for text in words.TITLE)
    assert (
        Pair(kk, ru) == words.NAME == ("Біліктілікті арттыру туралы сертификат", "Сертификат о повышении квалификации")
    )


def test_facts_of_a_course_come_in_order() -> None:
    labels = [label.ru for label, _ in words.facts(ORDINARY)]
    assert labels == [
        "Организатор обучения",
        "Номер аккредитации",
        "Форма проведения",
        "Место проведения",
        "Период проведения",
        "Объём",
        "в том числе",
    ]


def test_facts_leave_out_what_is_unknown() -> None:
    assert [label for label, _ in words.facts(PERIOD)] == [words.PERIOD, words.VOLUME]


def test_one_day_is_a_date_and_not_a_period() -> None:
    rows = dict(words.facts(replace(ORDINARY, ends_on=ORDINARY.starts_on)))
    assert rows[words.DAY] == [Pair("10.11.2026", "10.11.2026")]
    assert words.DAYS not in rows


def test_hours_per_category() -> None:
    rows = dict(words.facts(ORDINARY))
    assert rows[words.INCLUDING][0] == (
        "Кәсіби этика: 2 академиялық сағат",
        "Профессиональная этика: 2 академических часа",
    )
