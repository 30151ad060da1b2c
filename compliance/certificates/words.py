"""The certificate's own words in Kazakh and Russian: they are printed side by side, whatever language the site speaks.

The names of the paper and of the licence are those of the Law of 5 July 2018 No. 176-VI on advocacy.
"""

from decimal import ROUND_HALF_UP, Decimal
from typing import Final, NamedTuple

from compliance.certificates.snapshot import Snapshot


class Pair(NamedTuple):
    """One thing said in the state language and in Russian."""

    kk: str
    ru: str


NAME: Final = Pair("Біліктілікті арттыру туралы сертификат", "Сертификат о повышении квалификации")
TITLE: Final = Pair("БІЛІКТІЛІКТІ АРТТЫРУ ТУРАЛЫ\nСЕРТИФИКАТ", "СЕРТИФИКАТ\nО ПОВЫШЕНИИ КВАЛИФИКАЦИИ")
LEAD: Final = Pair("Осы сертификат адвокатқа", "Настоящий сертификат выдан адвокату")
STATEMENT: Final = {
    "attendance": Pair(
        "біліктілікті арттыру бағдарламасы бойынша оқудан өткені үшін берілді",
        "за прохождение обучения по программе повышения квалификации",
    ),
    "compliance": Pair(
        "есепті кезеңде біліктілікті арттыру нормасын орындағанын растау үшін берілді",
        "в подтверждение выполнения нормы повышения квалификации за отчётный период",
    ),
    "completion": Pair(
        "біліктілікті арттыру курсын толық аяқтағаны үшін берілді",
        "за полное прохождение курса повышения квалификации",
    ),
    "transcript": Pair(
        "біліктілікті арттыру есебіндегі жазбаларын растау үшін берілді",
        "в подтверждение записей об учтённых часах повышения квалификации",
    ),
    "teaching": Pair(
        "біліктілікті арттыру бағдарламасы бойынша сабақ бергені үшін берілді",
        "за преподавание по программе повышения квалификации",
    ),
}
FORMAT: Final = {
    "in_person": Pair("күндізгі", "очная"),
    "live_online": Pair("онлайн, тікелей эфир", "онлайн, в прямом эфире"),
    "recorded": Pair("онлайн, бейнежазба", "онлайн, в записи"),
    "self_study": Pair("өз бетінше оқу", "самостоятельное обучение"),
}
PROVIDER: Final = Pair("Оқу ұйымдастырушысы", "Организатор обучения")
FORM: Final = Pair("Өткізу нысаны", "Форма проведения")
PLACE: Final = Pair("Өткізілген орны", "Место проведения")
DAY: Final = Pair("Өткізілген күні", "Дата проведения")
DAYS: Final = Pair("Өткізілген мерзімі", "Период проведения")
PERIOD: Final = Pair("Есепті кезең", "Отчётный период")
ACCREDITATION: Final = Pair("Аккредиттеу нөмірі", "Номер аккредитации")
VOLUME: Final = Pair("Көлемі", "Объём")
INCLUDING: Final = Pair("оның ішінде", "в том числе")
ISSUED: Final = Pair("Берілген күні", "Дата выдачи")
SIGNED: Final = Pair("қолы", "подпись")
PICTURED: Final = {
    "crest": Pair("Алқаның эмблемасы", "Эмблема коллегии"),
    "seal": Pair("Алқаның мөрі", "Печать коллегии"),
}
SEAL: Final = Pair("М.О.", "М.П.")
CHECK: Final = Pair(
    "Сертификаттың түпнұсқалығын мына мекенжайда код бойынша тексеруге болады:",
    "Подлинность сертификата можно проверить по коду на странице:",
)
EXAMPLE: Final = "МЫСАЛ · ОБРАЗЕЦ · EXAMPLE"

_ACADEMIC: Final = 45
_RU_HOURS: Final = {"one": "час", "few": "часа", "many": "часов", "other": "часа"}
_RU_ACADEMIC: Final = {
    "one": "академический",
    "few": "академических",
    "many": "академических",
    "other": "академического",
}
_RU_MINUTES: Final = {"one": "минута", "few": "минуты", "many": "минут", "other": "минуты"}


def ru_plural(number: Decimal) -> str:
    """Russian plural class of a number that is not negative: one (1, 21), few (2-4), many (5-20), other (1,5)."""
    if number != number.to_integral_value():
        return "other"
    last, last_two = int(number) % 10, int(number) % 100
    if last == 1 and last_two != 11:
        return "one"
    return "few" if last in (2, 3, 4) and last_two not in (12, 13, 14) else "many"


def decimal_text(number: Decimal) -> str:
    """«1,5»: a decimal comma, no idle zeros, at most two places (half goes up)."""
    return f"{number.quantize(Decimal('0.01'), ROUND_HALF_UP):f}".rstrip("0").rstrip(".").replace(".", ",")


def duration(minutes: int, unit_minutes: int) -> Pair:
    """Minutes shown in hours of `unit_minutes` (45 is the academic hour).

    Where the figure had to be rounded, or the hour is one of 50 minutes that nobody would guess, the exact
    minutes follow in brackets.
    """
    exact = Decimal(minutes) / unit_minutes
    shown = exact.quantize(Decimal("0.01"), ROUND_HALF_UP)
    text, plural = decimal_text(shown), ru_plural(shown)
    academic = unit_minutes == _ACADEMIC
    kk = f"{text} академиялық сағат" if academic else f"{text} сағат"
    ru = f"{text} {_RU_ACADEMIC[plural]} {_RU_HOURS[plural]}" if academic else f"{text} {_RU_HOURS[plural]}"
    if shown == exact and unit_minutes in (_ACADEMIC, 60):
        return Pair(kk, ru)
    return Pair(f"{kk} ({minutes} минут)", f"{ru} ({minutes} {_RU_MINUTES[ru_plural(Decimal(minutes))]})")


def day_text(iso: str) -> str:
    """«2026-03-10» as «10.03.2026»."""
    year, month, day = iso.split("-")
    return f"{day}.{month}.{year}"


def days_text(starts_on: str, ends_on: str) -> str:
    """One day, or «10.03.2026 – 12.03.2026»."""
    return day_text(starts_on) if starts_on == ends_on else f"{day_text(starts_on)} – {day_text(ends_on)}"


def licence(number: str, iso_date: str) -> Pair:
    """The licence by its statutory name with its number and, if known, its date; empty when there is no number."""
    if not number:
        return Pair("", "")
    kk = f"адвокаттық қызметпен айналысуға арналған лицензия № {number}"
    ru = f"лицензия на занятие адвокатской деятельностью № {number}"
    if not iso_date:
        return Pair(kk, ru)
    return Pair(f"{kk}, {day_text(iso_date)} ж. берілген", f"{ru} от {day_text(iso_date)}")


def facts(snapshot: Snapshot) -> list[tuple[Pair, list[Pair]]]:
    """The rows under the course title: a label and the lines of its value; what is unknown has no row."""
    s = snapshot
    when = PERIOD if s.kind in ("compliance", "transcript") else DAY if s.starts_on == s.ends_on else DAYS
    days = days_text(s.starts_on, s.ends_on)
    rows = [
        (PROVIDER, [Pair(s.provider_name_kk, s.provider_name_ru)]),
        (ACCREDITATION, [Pair(s.course_number, s.course_number)]),
        (FORM, [FORMAT.get(s.format, Pair("", ""))]),
        (PLACE, [Pair(s.place, s.place)]),
        (when, [Pair(days, days)]),
        (VOLUME, [duration(s.minutes, s.unit_minutes)]),
        (INCLUDING, [_category(*line, s.unit_minutes) for line in s.lines]),
    ]
    return [(label, value) for label, value in rows if any(any(pair) for pair in value)]


def _category(label_kk: str, label_ru: str, minutes: int, unit_minutes: int) -> Pair:
    kk, ru = duration(minutes, unit_minutes)
    return Pair(f"{label_kk}: {kk}", f"{label_ru}: {ru}")
