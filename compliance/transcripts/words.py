"""The paper's own words in Kazakh and Russian, Kazakh first, whatever language the site speaks."""

from datetime import date
from typing import Final

from compliance.certificates.words import Pair
from compliance.rounding import earned

TITLE: Final = Pair("Біліктілікті арттыру туралы үзінді көшірме", "Выписка о повышении квалификации")
PERSON: Final = Pair("Адвокат", "Адвокат")
LICENCE: Final = Pair("Лицензия", "Лицензия")
SPAN: Final = Pair("Кезең", "Период")
ONLY: Final = Pair("Тек мыналар", "Только")
MADE: Final = Pair("Жасалған күні", "Дата составления")
WHOLE: Final = Pair("барлық жазбалар", "все записи")
DAY: Final = Pair("Күні", "Дата")
WHAT: Final = Pair("Курс немесе негіздеме", "Курс или основание")
CATEGORY: Final = Pair("Санат", "Категория")
FORM: Final = Pair("Нысаны", "Форма")
HOURS: Final = Pair("Сағат", "Часы")
MINUTES: Final = Pair("Минут", "Минуты")
TOTAL: Final = Pair("Жиыны", "Итого")
NOTHING: Final = Pair("Жазба жоқ.", "Записей нет.")
MINUS: Final = "–"
"""The sign that the faces of the paper have."""

EXAMPLE: Final = Pair("МЫСАЛ (қолданыстағы норма емес)", "ПРИМЕР (не действующая норма)")
CHECK: Final = Pair(
    "Үзінді көшірменің түпнұсқалығын мына мекенжайда код бойынша тексеруге болады:",
    "Подлинность выписки можно проверить по коду на странице:",
)
STATES: Final = {
    "taken_back": Pair("кері алынды", "отозвано"),
    "correction": Pair("түзету", "исправление"),
}


def hour_note(unit_minutes: int) -> Pair:
    return Pair(f"Бір сағат – {unit_minutes} минут.", f"Один час – {unit_minutes} минут.")


def page_note(number: int, whole: int) -> Pair:
    return Pair(f"{number}-бет, барлығы {whole}", f"стр. {number} из {whole}")


def span(first: date | None, last: date | None) -> Pair:
    if first is None or last is None:
        return WHOLE
    days = f"{first:%d.%m.%Y} – {last:%d.%m.%Y}"
    return Pair(days, days)


def hours(minutes: int, unit_minutes: int) -> str:
    """At most two decimals, cut and never rounded up, as on the page; the exact minutes stand beside it."""
    hundredths = earned(minutes, unit_minutes)
    whole, part = divmod(abs(hundredths), 100)
    text = f"{whole},{part:02d}".rstrip("0").rstrip(",")
    return f"{MINUS}{text}" if hundredths < 0 else text
