"""A case: an advocate was short when the deadline had passed. Advisory; people take every step that touches rights.

Three dates are kept apart (Law No. 176-VI, Art. 43(3)(3)): the day the hours were due; the last of the 30
calendar days after it; and the first day on which the bar may petition for suspension.
"""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from advocates.models import Advocate, Bar
from advocates.scoping import PersonQuerySet
from cle.core.append_only import AppendOnly


class CaseState(models.TextChoices):
    OPEN = "open", _("open")
    NOTIFIED = "notified", _("notified")
    OBJECTED = "objected", _("objected")
    CURED = "cured", _("cured")
    EXCUSED = "excused", _("excused")
    PETITION_DRAFTED = "petition_drafted", _("petition drafted")
    DECIDED = "decided", _("decision recorded")
    SUSPENDED = "suspended", _("suspension recorded")
    REFUSED = "refused", _("petition refused")
    LICENSOR_TOLD = "licensor_told", _("licensor told of the cure")
    MEMBERSHIP_DRAFTED = "membership_drafted", _("end of membership put to the presidium")
    MEMBERSHIP_ENDED = "membership_ended", _("end of membership recorded")
    CLOSED = "closed", _("closed")


class Case(models.Model):
    """One advocate's shortage in one period. ``term_ends_on`` is of a decision recorded, until it is taken back.

    ``put_off_to`` is no column: whoever knows of accepted reasons for being late says so.

    PII: an alleged breach of a professional duty.
    """

    bar = models.ForeignKey(Bar, models.PROTECT, related_name="cases")
    advocate = models.ForeignKey(Advocate, models.PROTECT, related_name="cases")
    period_start = models.DateField(_("period starts"))
    due_on = models.DateField(_("due"))
    grace_ends_on = models.DateField(_("grace ends"))
    petition_from = models.DateField(_("first day a petition is possible"))
    state = models.CharField(_("state"), max_length=20, choices=CaseState, default=CaseState.OPEN)
    term_ends_on = models.DateField(_("last day of the term decided"), null=True, blank=True)
    opened_at = models.DateTimeField(_("opened"))
    changed_at = models.DateTimeField(_("last step"))

    objects = PersonQuerySet["Case"].as_manager()
    put_off_to: dt.date | None = None

    class Meta:
        ordering = ["due_on", "pk"]
        verbose_name = _("case")
        verbose_name_plural = _("cases")
        constraints = [
            models.UniqueConstraint(fields=["advocate", "period_start"], name="case_once_per_period"),
            models.CheckConstraint(
                condition=Q(grace_ends_on__gte=F("due_on"), petition_from__gt=F("grace_ends_on")),
                name="case_dates_in_order",
            ),
        ]
        indexes = [models.Index(fields=["bar", "state"], name="case_by_state")]

    def __str__(self) -> str:
        return f"{self.advocate}: {self.due_on:%d.%m.%Y}"

    @property
    def petition_possible_from(self) -> dt.date:
        return self.put_off_to or self.petition_from


class CaseStep(models.Model):
    """One step of a case: from which state to which, who confirmed it, on what ground. Never edited.

    ``code`` names the step in the rules of the period; ``day`` and ``until`` are of what it records, such as a
    decision and the term in it. ``by`` is empty only for steps the system may record by itself (opening, notice sent,
    hours made up).
    PII: reasons about a person.
    """

    case = models.ForeignKey(Case, models.PROTECT, related_name="steps")
    bar = models.ForeignKey(Bar, models.PROTECT, related_name="+")
    from_state = models.CharField(max_length=20, choices=CaseState, blank=True)
    to_state = models.CharField(max_length=20, choices=CaseState)
    code = models.CharField(_("step of the rules"), max_length=64, blank=True, db_default="")
    day = models.DateField(_("its day"), null=True, blank=True)
    until = models.DateField(_("last day of the term decided"), null=True, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    at = models.DateTimeField()
    reason = models.CharField(_("reason"), max_length=500, blank=True)
    document = models.CharField(_("document"), max_length=300, blank=True)

    class Meta:
        ordering = ["at", "pk"]
        verbose_name = _("step")
        verbose_name_plural = _("steps")
        constraints = [
            models.CheckConstraint(
                condition=Q(to_state__in=["open", "notified", "cured"]) | Q(by__isnull=False),
                name="case_step_confirmed_by_a_person",
            ),
            models.CheckConstraint(
                condition=Q(until=None) | Q(day__isnull=False, until__gt=F("day")), name="case_step_term_after_its_day"
            ),
        ]
        triggers = [AppendOnly(name="case_step_append_only", erasable=("reason", "document"))]

    def __str__(self) -> str:
        return f"{self.from_state} → {self.to_state}"
