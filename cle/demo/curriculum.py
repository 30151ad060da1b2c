"""What the bars teach in the invented year: each regional bar its five courses, the national bar three for all."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from cle.demo.population import YEAR
from cle.demo.territories import NATIONAL

Category = Literal["law", "ethics", "practice"]
CourseFormat = Literal["in_person", "live_online", "recorded"]


@dataclass(frozen=True, slots=True)
class Segment:
    """A part of the agenda that earns credit; breaks are left out."""

    category: Category
    minutes: int


@dataclass(frozen=True, slots=True)
class CoursePlan:
    """An accredited course. ``length`` is from first word to last in minutes, breaks and all."""

    key: str
    bar_code: str
    title_kk: str
    title_ru: str
    title_en: str
    provider: str
    accreditation_number: str
    format: CourseFormat
    segments: tuple[Segment, ...]
    length: int

    @property
    def minutes(self) -> int:
        """What full attendance earns."""
        return sum(segment.minutes for segment in self.segments)


@dataclass(frozen=True, slots=True)
class Syllabus:
    """A course that many bars give under their own title: ``titles`` are kk, ru, en; ``window`` is when it is given."""

    code: str
    format: CourseFormat
    segments: tuple[Segment, ...]
    length: int
    capacity: int
    begins: dt.time
    window: tuple[dt.date, dt.date]
    titles: tuple[tuple[str, str, str], ...]


def _window(first_month: int, last_month: int) -> tuple[dt.date, dt.date]:
    return dt.date(YEAR, first_month, 3), dt.date(YEAR, last_month, 20)


SCHOOL = Syllabus(
    "school",
    "in_person",
    (Segment("law", 210), Segment("practice", 120), Segment("ethics", 90)),
    480,
    110,
    dt.time(9),
    _window(2, 11),
    (
        (
            "Адвокат мектебі: қылмыстық процесс",
            "Школа адвоката: уголовный процесс",
            "Advocate's school: criminal procedure",
        ),
        (
            "Адвокат мектебі: азаматтық процесс және әдеп",
            "Школа адвоката: гражданский процесс и этика",
            "Advocate's school: civil procedure and ethics",
        ),
        (
            "Адвокат мектебі: әкімшілік әділет",
            "Школа адвоката: административная юстиция",
            "Advocate's school: administrative justice",
        ),
    ),
)
DEFENCE = Syllabus(
    "defence",
    "in_person",
    (Segment("practice", 165), Segment("law", 165)),
    360,
    90,
    dt.time(10),
    _window(3, 12),
    (
        ("Сотта жауап алу шеберлігі", "Мастерство допроса в суде", "Examining a witness in court"),
        ("Алқабилер соты алдында қорғау", "Защита перед присяжными", "Defence before a jury"),
    ),
)
CIVIL = Syllabus(
    "civil",
    "live_online",
    (Segment("law", 180), Segment("practice", 150)),
    360,
    160,
    dt.time(10),
    _window(4, 12),
    (
        ("Отбасылық даулар: сот тәжірибесі", "Семейные споры: судебная практика", "Family disputes in the courts"),
        ("Еңбек даулары", "Трудовые споры", "Labour disputes"),
        ("Медиация және татуласу келісімі", "Медиация и мировое соглашение", "Mediation and settlement"),
    ),
)
ETHICS = Syllabus(
    "ethics",
    "live_online",
    (Segment("ethics", 120), Segment("law", 120)),
    255,
    160,
    dt.time(14),
    _window(2, 11),
    (
        ("Адвокаттық құпия және мүдделер қайшылығы", "Адвокатская тайна и конфликт интересов", "Secrecy and conflicts"),
        ("Кәсіби әдеп: тәртіптік тәжірибе", "Профессиональная этика: дисциплинарная практика", "Ethics in practice"),
    ),
)
RECORDED = Syllabus(
    "recorded",
    "recorded",
    (Segment("law", 210),),
    210,
    400,
    dt.time(18),
    _window(9, 12),
    (
        ("Цифрлық дәлелдемелер (жазба)", "Цифровые доказательства (запись)", "Digital evidence (recorded)"),
        ("Салық даулары (жазба)", "Налоговые споры (запись)", "Tax disputes (recorded)"),
    ),
)
NATIONAL_ETHICS = Syllabus(
    "code",
    "live_online",
    (Segment("ethics", 120), Segment("law", 120)),
    255,
    450,
    dt.time(14),
    _window(4, 10),
    (("Адвокаттың кәсіби әдеп кодексі", "Кодекс профессиональной этики адвоката", "The code of professional ethics"),),
)
NATIONAL_LAW = Syllabus(
    "legislation",
    "live_online",
    (Segment("law", 240), Segment("practice", 90)),
    360,
    450,
    dt.time(10),
    _window(5, 12),
    (("2025 жылғы заңнама жаңалықтары", "Новое в законодательстве 2025 года", "New legislation of 2025"),),
)
NATIONAL_RECORDED = Syllabus(
    "laundering",
    "recorded",
    (Segment("law", 300),),
    300,
    1000,
    dt.time(18),
    _window(10, 12),
    (
        (
            "Кірістерді жылыстатуға қарсы іс-қимыл (жазба)",
            "Противодействие отмыванию доходов (запись)",
            "Countering money laundering (recorded)",
        ),
    ),
)
REGIONAL = (SCHOOL, DEFENCE, CIVIL, ETHICS, RECORDED)
FOR_EVERYBODY = (NATIONAL_ETHICS, NATIONAL_LAW, NATIONAL_RECORDED)

_PROVIDERS = (
    "Учебный центр «Тулпар» (вымышленный)",
    "Академия практики «Ковыль» (вымышленная)",
    "Коллегия адвокатов, учебная комиссия",
)


def courses_of(bar_code: str, place: int) -> Iterator[tuple[Syllabus, CoursePlan]]:
    """The courses of a bar; ``place`` turns the titles and the providers, so that neighbours differ."""
    for number, syllabus in enumerate(FOR_EVERYBODY if bar_code == NATIONAL else REGIONAL, 1):
        kk, ru, en = syllabus.titles[place % len(syllabus.titles)]
        yield (
            syllabus,
            CoursePlan(
                key=f"{bar_code}-{syllabus.code}",
                bar_code=bar_code,
                title_kk=kk,
                title_ru=ru,
                title_en=en,
                provider=_PROVIDERS[(place + number) % len(_PROVIDERS)],
                accreditation_number=f"{bar_code}/{YEAR}/{number:03d}",
                format=syllabus.format,
                segments=syllabus.segments,
                length=syllabus.length,
            ),
        )
