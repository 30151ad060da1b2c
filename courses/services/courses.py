"""Writing down what a course is, until somebody decides on it; and courses made from earlier ones."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from advocates.models import User
from cle.core.errors import DomainError
from courses.accreditation import OPEN
from courses.models import (
    AccreditationStep,
    Category,
    CertifiedAs,
    Course,
    CourseState,
    DeliveryFormat,
    Provider,
    Segment,
)

LIVE = (DeliveryFormat.IN_PERSON, DeliveryFormat.LIVE_ONLINE)


@dataclass(frozen=True, slots=True)
class Part:
    """One part of an agenda; ``begins`` is the local time on its ``day``, None where only a length was given."""

    position: int
    title: str
    category: Category
    minutes: int
    day: int = 1
    begins: dt.time | None = None


@dataclass(frozen=True, slots=True)
class Outline:
    """What a course is said to be; ``accredited_until`` is the last day that is asked for, None for no end."""

    name_kk: str
    name_ru: str
    name_en: str
    format: DeliveryFormat
    full_percent: int
    partial_percent: int
    accredited_until: dt.date | None
    agenda: tuple[Part, ...]
    certified_as: str = CertifiedAs.ATTENDANCE


@transaction.atomic
def draft_course(
    provider: Provider, outline: Outline, *, by: User, now: dt.datetime, derived_from: Course | None = None
) -> Course:
    """A new draft of the provider's, at the provider's bar."""
    course = Course(bar_id=provider.bar_id, provider=provider, state=CourseState.DRAFT, derived_from=derived_from)
    _fill(course, outline)
    course.save()
    _write_agenda(course, outline)
    AccreditationStep.objects.create(course=course, bar_id=course.bar_id, to_state=CourseState.DRAFT, by=by, at=now)
    return course


@transaction.atomic
def change_course(course: Course, provider: Provider, outline: Outline) -> Course:
    """Say anew what the course is, agenda and all. Raises DomainError "course-not-open" once it was submitted."""
    locked = Course.objects.select_for_update().get(pk=course.pk)
    if locked.state not in OPEN:
        message = _("A course is changed while it is a draft or was returned. Later, make a copy and submit that.")
        raise DomainError("course-not-open", message)
    locked.provider = provider
    _fill(locked, outline)
    locked.save()
    locked.segments.all().delete()  # nothing rests on the agenda of a course that was never accredited
    _write_agenda(locked, outline)
    return locked


def clone_course(course: Course, *, by: User, now: dt.datetime) -> Course:
    """A new draft that repeats the course with the same agenda, to be accredited anew."""
    return draft_course(course.provider, outline_of(course), by=by, now=now, derived_from=course)


def recording_of(course: Course, until: dt.date, *, by: User, now: dt.datetime) -> Course:
    """A new draft of the recording of an accredited live course, to be accredited until a day of its own.

    Raises DomainError "course-not-live" for any other course.
    """
    if course.state != CourseState.APPROVED or course.format not in LIVE:
        raise DomainError("course-not-live", _("Only an accredited live course can be offered as a recording."))
    outline = outline_of(course, format=DeliveryFormat.RECORDED, accredited_until=until)
    return draft_course(course.provider, outline, by=by, now=now, derived_from=course)


def outline_of(
    course: Course, *, format: DeliveryFormat | None = None, accredited_until: dt.date | None = None
) -> Outline:
    """What the course is said to be; the days of its accreditation are no part of that."""
    parts = course.segments.select_related("category")
    return Outline(
        course.name_kk, course.name_ru, course.name_en, format or DeliveryFormat(course.format),
        course.full_percent, course.partial_percent, accredited_until,
        tuple(
            Part(part.position, part.title, part.category, part.minutes, part.day, part.begins) for part in parts
        ),
        course.certified_as,
    )  # fmt: skip


def _fill(course: Course, outline: Outline) -> None:
    course.name_kk, course.name_ru, course.name_en = outline.name_kk, outline.name_ru, outline.name_en
    course.format, course.accredited_until = outline.format, outline.accredited_until
    course.certified_as = outline.certified_as
    course.full_percent, course.partial_percent = outline.full_percent, outline.partial_percent


def _write_agenda(course: Course, outline: Outline) -> None:
    Segment.objects.bulk_create(
        Segment(
            course=course, bar_id=course.bar_id, position=part.position, title=part.title, category=part.category,
            minutes=part.minutes, day=part.day, begins=part.begins,
        )
        for part in outline.agenda
    )  # fmt: skip
