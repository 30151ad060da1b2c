"""What an advocate asks of the bar by right, and what the bar has answered in the time that the law gives it.

Law No. 94-V on personal data: objections to a decision made by a machine (Art. 19-1, three working days), and the
correction of what is recorded about a person (Art. 24, 25(2)(8), one working day).
"""

from __future__ import annotations

import datetime as dt
from typing import ClassVar, Self, TypeVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from advocates.models import Advocate, Bar
from advocates.scoping import PersonQuerySet
from cle.core.append_only import AppendOnly
from compliance.models.cases import Case

Row = TypeVar("Row", bound="Asked", covariant=True)


class AskedQuerySet(PersonQuerySet[Row]):
    def waiting(self) -> Self:
        return self.filter(answered_at=None)

    def overdue(self, today: dt.date) -> Self:
        """Unanswered after the last day of their term."""
        return self.waiting().filter(due_on__lt=today)


class Asked(models.Model):
    """Asked, then answered once. ``due_on`` is the last day for the answer, in the bar's time zone."""

    working_days: ClassVar[int]

    advocate = models.ForeignKey(Advocate, models.PROTECT, related_name="%(class)ss")
    bar = models.ForeignKey(Bar, models.PROTECT, related_name="+")
    text = models.TextField(_("what is asked"))
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    made_at = models.DateTimeField(_("asked"))
    due_on = models.DateField(_("to be answered by"))
    outcome = models.CharField(_("outcome"), max_length=12, blank=True)
    answer = models.TextField(_("answer"), blank=True)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True)

    class Meta:
        abstract = True
        ordering = ["due_on", "pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(text=""), name="%(class)s_says_something"),
            models.CheckConstraint(
                condition=Q(answered_at=None, answered_by=None, outcome="", answer="")
                | (Q(answered_at__isnull=False, answered_by__isnull=False) & ~Q(outcome="") & ~Q(answer="")),
                name="%(class)s_answered_by_somebody_with_words",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.advocate}: {self.due_on:%d.%m.%Y}"


ANSWER = ("answered_at", "answered_by_id", "outcome", "answer")


class ObjectionOutcome(models.TextChoices):
    UPHELD = "upheld", _("upheld")
    DISMISSED = "dismissed", _("dismissed")


class Objection(Asked):
    """An advocate objects to how they stand in a period, and to the case about it where there is one.

    It changes no state by itself: the officer who answers decides, and takes the step in the case.

    PII: a person's objection in their words, and the answer.
    """

    working_days = 3

    period_start = models.DateField(_("period starts"))
    case = models.ForeignKey(Case, models.PROTECT, null=True, blank=True, related_name="objections")

    objects = AskedQuerySet["Objection"].as_manager()

    class Meta(Asked.Meta):
        verbose_name = _("objection")
        verbose_name_plural = _("objections")
        constraints = [
            *Asked.Meta.constraints,
            models.UniqueConstraint(
                fields=["advocate", "period_start"], condition=Q(answered_at=None), name="objection_one_at_a_time"
            ),
        ]
        indexes = [models.Index(fields=["due_on"], condition=Q(answered_at=None), name="objection_to_answer")]
        triggers = [AppendOnly(name="objection_answered_once", answer=ANSWER, erasable=("text", "answer"))]


class Particular(models.TextChoices):
    """What of a file can be wrong."""

    NAME = "name", _("name of the person")
    LICENCE = "licence", _("licence number or date")
    JOINED = "joined", _("date of joining")
    CONTACT = "contact", _("e-mail, phone or address")
    UNIT = "unit", _("unit or form of practice")
    STATUS = "status", _("status")
    CREDIT = "credit", _("credit")
    OTHER = "other", _("other")


class CorrectionOutcome(models.TextChoices):
    CORRECTED = "corrected", _("corrected")
    REFUSED = "refused", _("refused")


class Correction(Asked):
    """An advocate asks that what is recorded about them be put right. Who answers has put it right, or says why not.

    PII: what is wrong about a person, and the proof.
    """

    working_days = 1

    particular = models.CharField(_("what is wrong"), max_length=10, choices=Particular)
    proof = models.TextField(_("proof"))

    objects = AskedQuerySet["Correction"].as_manager()

    class Meta(Asked.Meta):
        verbose_name = _("request to correct a file")
        verbose_name_plural = _("requests to correct a file")
        constraints = [
            *Asked.Meta.constraints,
            models.CheckConstraint(condition=~Q(proof=""), name="correction_has_a_proof"),
            models.UniqueConstraint(
                fields=["advocate", "particular"], condition=Q(answered_at=None), name="correction_one_at_a_time"
            ),
        ]
        indexes = [models.Index(fields=["due_on"], condition=Q(answered_at=None), name="correction_to_answer")]
        triggers = [AppendOnly(name="correction_answered_once", answer=ANSWER, erasable=("text", "answer", "proof"))]
