"""Dated history: which bar, which status, on what ground, by whose hand. Ranges of one person cannot overlap."""

from __future__ import annotations

from typing import Final

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, FloatField, Func, Value
from django.db.models.functions import Cast, Greatest, Least
from django.utils.translation import gettext_lazy as _

from advocates.models.bars import Bar
from advocates.models.people import Advocate
from advocates.scoping import BarQuerySet, PersonQuerySet

_LONG_BEFORE, _LONG_AFTER = Value(-1e7), Value(1e7)
"""Days that stand for no beginning and no end: numbers of days between them are exact, and so are halves of days."""


def days_of_one() -> Func:
    """Whose the row is and on which days, as a rectangle: half as wide as the way to the next person, and ending half a
    day before the first day that is not meant, since rectangles that touch do overlap.

    An index of rectangles takes a new row in a sixth of the time that one of two ranges does.
    """
    person = Cast(F("advocate_id"), FloatField())
    since = Least(_LONG_AFTER, Greatest(_LONG_BEFORE, _day("lower")))  # either leaves out what is NULL
    until = Greatest(_LONG_BEFORE, Least(_LONG_AFTER, _day("upper")))
    first, last = Func(person, since, function="point"), Func(person + Value(0.5), until - Value(0.5), function="point")
    return Func(first, last, function="box")


def _day(end: str) -> Cast:
    """The number of the day at that end of the period; NULL where it has none."""
    day = Func(F("period"), function=end)
    return Cast(Func(day, template="extract(julian from %(expressions)s)"), FloatField())


def _one_at_a_time(name: str) -> ExclusionConstraint:
    """No two rows of one advocate on one day."""
    return ExclusionConstraint(name=name, expressions=[(days_of_one(), RangeOperators.OVERLAPS)])


class Dated(models.Model):
    """From a day (included) to a day (excluded), open while it lasts; ground is the article, document its proof."""

    period = DateRangeField(_("period"))
    ground = models.CharField(_("ground (article)"), max_length=200, blank=True)
    document = models.CharField(_("document"), max_length=300, blank=True)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    recorded_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        abstract = True


class Membership(Dated):
    """Membership of a bar. One current bar per advocate (Law No. 176-VI, Art. 50(3), 58-1).

    PII: links a person to a bar.
    """

    advocate = models.ForeignKey(Advocate, models.PROTECT, related_name="memberships")
    bar = models.ForeignKey(Bar, models.PROTECT, related_name="memberships")

    objects = BarQuerySet["Membership"].as_manager()

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        constraints = [
            _one_at_a_time("membership_one_bar_at_a_time"),
            models.CheckConstraint(condition=models.Q(period__isempty=False), name="membership_not_empty"),
        ]

    def __str__(self) -> str:
        return f"{self.bar}: {self.period}"


class Status(models.TextChoices):
    """Statuses of the register: Law No. 176-VI, Art. 32, 38, 43, 44, 58, 60."""

    ACTIVE = "active", _("active")
    SUSPENDED_OWN = "suspended_own", _("suspended (own request, office or service)")
    SUSPENDED_CLE = "suspended_cle", _("suspended for CLE")
    SUSPENDED_OTHER = "suspended_other", _("suspended, other ground")
    TERMINATED = "terminated", _("licence terminated")
    DEPRIVED = "deprived", _("deprived of licence")
    EXCLUDED_LICENSED = "excluded_licensed", _("excluded, keeps licence")
    DECEASED = "deceased", _("deceased")
    TRAINEE = "trainee", _("trainee")
    ASSISTANT = "assistant", _("assistant")


ENDED: Final = (Status.TERMINATED, Status.DEPRIVED, Status.EXCLUDED_LICENSED, Status.DECEASED)
"""Statuses in which nobody is an advocate of the bar any more. Suspension is none of them: it passes."""


class StatusSpan(Dated):
    """A status over a span of days. The software records what people decided; it never decides a status.

    PII: professional status and its ground.
    """

    advocate = models.ForeignKey(Advocate, models.PROTECT, related_name="statuses")
    bar = models.ForeignKey(Bar, models.PROTECT, related_name="+")
    status = models.CharField(_("status"), max_length=20, choices=Status)

    objects = PersonQuerySet["StatusSpan"].as_manager()

    class Meta:
        verbose_name = _("status")
        verbose_name_plural = _("statuses")
        constraints = [
            _one_at_a_time("status_one_at_a_time"),
            models.CheckConstraint(condition=models.Q(period__isempty=False), name="status_not_empty"),
        ]

    def __str__(self) -> str:
        return f"{self.get_status_display()}: {self.period}"
