"""What can be learned: credit categories, providers, courses that are or may be accredited, and their agendas."""

from __future__ import annotations

import datetime as dt
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from advocates.models import Bar
from advocates.scoping import BarQuerySet


class Named(models.Model):
    """Has a name in Kazakh, Russian and English."""

    name_kk = models.CharField(_("name in Kazakh"), max_length=300)
    name_ru = models.CharField(_("name in Russian"), max_length=300)
    name_en = models.CharField(_("name in English"), max_length=300, blank=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name_in(get_language() or "kk")

    def name_in(self, language: str) -> str:
        return str(getattr(self, f"name_{language}", "") or self.name_kk)


class Category(Named):
    """A kind of credit (ethics, procedure, …), named by rulebooks by its code. Kept by the national bar.

    PII: none.
    """

    bar = models.ForeignKey(Bar, models.PROTECT, related_name="categories")
    code = models.SlugField(_("code"), max_length=40)

    objects = BarQuerySet["Category"].as_manager()

    class Meta:
        ordering = ["code"]
        verbose_name = _("category")
        verbose_name_plural = _("categories")
        constraints = [models.UniqueConstraint(fields=["bar", "code"], name="category_once_per_bar")]


class DeliveryFormat(models.IntegerChoices):
    """How a course is taken. Small integers, so that the ledger stays narrow; rulebooks use ``code``."""

    IN_PERSON = 1, _("in person")
    LIVE_ONLINE = 2, _("online, live")
    RECORDED = 3, _("recorded")
    SELF_STUDY = 4, _("self-study")

    @property
    def code(self) -> str:
        """The name that rulebooks and certificates use: in_person, live_online, recorded, self_study."""
        return self.name.lower()


class Provider(Named):
    """Who teaches. With an ``account``, the organisation's own programs may post its courses and rosters.

    The clear matches of a roster are applied at once where the provider is ``trusted``; otherwise by the bar's staff.

    PII: a contact, where the provider is a person.
    """

    bar = models.ForeignKey(Bar, models.PROTECT, related_name="providers")
    contact = models.CharField(_("contact"), max_length=300, blank=True)
    account = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="provider"
    )
    trusted = models.BooleanField(_("rosters are applied at once"), default=False)

    objects = BarQuerySet["Provider"].as_manager()

    class Meta(Named.Meta):
        abstract = False
        verbose_name = _("provider")
        verbose_name_plural = _("providers")


class CourseState(models.TextChoices):
    DRAFT = "draft", _("draft")
    SUBMITTED = "submitted", _("submitted")
    IN_REVIEW = "in_review", _("in review")
    RETURNED = "returned", _("returned")
    APPROVED = "approved", _("approved")
    REFUSED = "refused", _("refused")
    WITHDRAWN = "withdrawn", _("withdrawn")


class CourseQuerySet(BarQuerySet["Course"]):
    def accredited_on(self, day: dt.date) -> Self:
        """Courses whose accreditation holds on a day of the bar. One that was never approved has no such day."""
        return self.filter(
            Q(accredited_until=None) | Q(accredited_until__gte=day), state__in=ACCREDITED, accredited_from__lte=day
        )


ACCREDITED = (CourseState.APPROVED, CourseState.WITHDRAWN)
"""States of courses that have dates of accreditation; a withdrawn one may have had it, until a day."""


class CertifiedAs(models.TextChoices):
    """Which certificate whoever was there in full is given; for a part of it, it is always one of attendance."""

    ATTENDANCE = "attendance", _("of attendance")
    COMPLETION = "completion", _("of completion")


class Course(Named):
    """A course of a provider, and its accreditation by a bar, for a time.

    Number and first day come with the approval; until then ``accredited_until`` is what was asked for.
    ``derived_from`` is the course that this one repeats, or the live one of which it is the recording.
    Presence is judged against the percentages kept here: from ``full_percent`` of the session's hours attended,
    credit is full; from ``partial_percent``, in proportion to the minutes present; below that, none.

    PII: none.
    """

    bar = models.ForeignKey(Bar, models.PROTECT, related_name="courses")
    provider = models.ForeignKey(Provider, models.PROTECT, related_name="courses")
    state = models.CharField(_("state"), max_length=20, choices=CourseState, default=CourseState.APPROVED)
    number = models.CharField(_("accreditation number"), max_length=50)
    accredited_from = models.DateField(_("accredited from"), null=True)
    accredited_until = models.DateField(_("accredited until"), null=True, blank=True)
    format = models.SmallIntegerField(_("format"), choices=DeliveryFormat)
    full_percent = models.PositiveSmallIntegerField(_("presence for full credit, %"), default=80)
    partial_percent = models.PositiveSmallIntegerField(_("presence for partial credit, %"), default=50)
    certified_as = models.CharField(
        _("certificate for full presence"), max_length=20, choices=CertifiedAs, default=CertifiedAs.ATTENDANCE,
        db_default=CertifiedAs.ATTENDANCE,
    )  # fmt: skip
    derived_from = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="derived")

    objects = CourseQuerySet.as_manager()

    class Meta:
        ordering = ["number"]
        verbose_name = _("course")
        verbose_name_plural = _("courses")
        constraints = [
            models.UniqueConstraint(
                fields=["bar", "number"], condition=~Q(number=""), name="course_number_once_per_bar"
            ),
            models.CheckConstraint(
                condition=Q(state=CourseState.APPROVED, accredited_from__isnull=False) & ~Q(number="")
                | Q(state=CourseState.WITHDRAWN)
                | Q(accredited_from=None, number="") & ~Q(state=CourseState.APPROVED),
                name="course_accredited_by_approval_alone",
            ),
            models.CheckConstraint(
                condition=Q(partial_percent__gte=1, partial_percent__lte=F("full_percent"), full_percent__lte=100),
                name="course_presence_makes_sense",
            ),
            models.CheckConstraint(
                condition=Q(accredited_until=None) | Q(accredited_until__gte=F("accredited_from")),
                name="course_accreditation_ends_after_it_begins",
            ),
        ]

    def accredited_on(self, day: dt.date) -> bool:
        """The same as the queryset's, of one course."""
        first, last = self.accredited_from, self.accredited_until
        return self.state in ACCREDITED and first is not None and first <= day and (last is None or day <= last)

    @property
    def format_code(self) -> str:
        return DeliveryFormat(self.format).code

    def minutes_by_category(self) -> dict[int, int]:
        """Credit minutes of the whole agenda by category id, in agenda order."""
        totals: dict[int, int] = {}
        for segment in self.segments.all():
            totals[segment.category_id] = totals.get(segment.category_id, 0) + segment.minutes
        return totals


class Segment(models.Model):
    """One part of a course's agenda, in one category; breaks are not segments.

    ``begins`` is the local time on the agenda's ``day`` (1 for the first), None where only a length was given: what
    counts are the minutes.

    PII: none.
    """

    course = models.ForeignKey(Course, models.CASCADE, related_name="segments")
    bar = models.ForeignKey(Bar, models.PROTECT, related_name="+")
    position = models.PositiveSmallIntegerField(_("position"))
    title = models.CharField(_("title"), max_length=300)
    category = models.ForeignKey(Category, models.PROTECT, related_name="+")
    minutes = models.PositiveIntegerField(_("minutes"))
    day = models.PositiveSmallIntegerField(_("day"), default=1)
    begins = models.TimeField(_("begins"), null=True, blank=True)

    objects = BarQuerySet["Segment"].as_manager()

    class Meta:
        ordering = ["position"]
        verbose_name = _("segment")
        verbose_name_plural = _("segments")
        constraints = [
            models.UniqueConstraint(fields=["course", "position"], name="segment_position_once"),
            models.CheckConstraint(condition=Q(minutes__gte=1), name="segment_has_minutes"),
        ]

    def __str__(self) -> str:
        return self.title
