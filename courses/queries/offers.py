"""Courses as strangers are shown them: plain values, for a page has a hundred courses and hundreds of parts."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any, Final, NamedTuple, TypedDict

from django.db.models import QuerySet

from courses.models import Course, DeliveryFormat, Segment

_LANGUAGES: Final = ("kk", "ru", "en")


class BarName(NamedTuple):
    code: str
    name: str

    def __str__(self) -> str:
        return self.name


class Part(TypedDict):
    """Credit in one category, by all parts of the agenda together; as it is shown."""

    code: str
    name: str
    minutes: int


@dataclass(frozen=True, slots=True)
class Offer:
    """A course, its bar and its provider by name; all names in one language."""

    id: int
    number: str
    name: str
    bar: BarName
    provider: str
    format_code: str
    accredited_from: dt.date
    accredited_until: dt.date | None
    categories: list[Part]

    @property
    def minutes(self) -> int:
        return sum(part["minutes"] for part in self.categories)


def as_rows(courses: QuerySet[Course]) -> QuerySet[Course, Any]:
    """The columns that ``offers`` needs. A page can be cut from them."""
    names = [f"{whose}name_{language}" for whose in ("", "bar__", "provider__") for language in _LANGUAGES]
    own = ("pk", "number", "format", "accredited_from", "accredited_until")
    return courses.values_list(*own, "bar__code", *names, named=True)


def offers(rows: Collection[Any], language: str) -> list[Offer]:
    """What is shown of these ``as_rows``, in their order; one statement."""
    agendas = _agendas([row.pk for row in rows], language)
    return [_offer(row, language, agendas.get(row.pk, {})) for row in rows]


def offers_of(courses: Iterable[int], language: str) -> dict[int, Offer]:
    """What is shown of courses, by their keys; two statements."""
    rows = as_rows(Course.objects.filter(pk__in=set(courses)))
    return {offer.id: offer for offer in offers(list(rows), language)}


def _offer(row: Any, language: str, agenda: dict[int, Part]) -> Offer:
    names = row._asdict()

    def named(whose: str, otherwise: str) -> str:
        return str(names.get(f"{whose}name_{language}") or names[f"{whose}name_{otherwise}"])

    return Offer(
        row.pk, row.number, named("", "kk"), BarName(row.bar__code, named("bar__", "en")), named("provider__", "kk"),
        DeliveryFormat(row.format).code, row.accredited_from, row.accredited_until, list(agenda.values()),
    )  # fmt: skip


def _agendas(courses: Collection[int], language: str) -> dict[int, dict[int, Part]]:
    """By course and category, in the order of the agenda."""
    found: dict[int, dict[int, Part]] = defaultdict(dict)
    parts = Segment.objects.filter(course__in=courses).order_by("position").values_list(
        "course_id", "category_id", "minutes", "category__code", "category__name_kk", *_also(language)
    )  # fmt: skip
    for course, category, minutes, code, *names in parts:
        agenda = found[course]
        if category in agenda:
            agenda[category]["minutes"] += minutes
        else:
            agenda[category] = {"code": code, "name": names[-1] or names[0], "minutes": minutes}
    return found


def _also(language: str) -> list[str]:
    return [f"category__name_{language}"] if language in _LANGUAGES[1:] else []
