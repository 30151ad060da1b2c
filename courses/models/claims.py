"""Credit that an advocate asks for, what was done about it step by step, and the files that prove it."""

from __future__ import annotations

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from advocates.models import Advocate, Bar
from advocates.scoping import PersonQuerySet
from cle.core.append_only import AppendOnly
from courses.models.ledger import CreditFields


class ClaimState(models.TextChoices):
    DRAFT = "draft", _("draft")
    SUBMITTED = "submitted", _("submitted")
    RETURNED = "returned", _("returned")
    APPROVED = "approved", _("approved")
    REJECTED = "rejected", _("rejected")
    WITHDRAWN = "withdrawn", _("withdrawn")


class ClaimQuerySet(PersonQuerySet["Claim"]):
    def seen_by_staff(self) -> Self:
        """Those that were submitted at least once: a draft is nobody's business but the advocate's."""
        return self.filter(submitted_at__isnull=False)


class Claim(CreditFields):
    """Credit that an advocate asks for, decided by somebody else.

    ``submitted_at`` is the time of the latest submission, null for what was never submitted. ``decided_*`` speak of
    the decision that stands; earlier ones are in the steps.

    PII: what a person studied, and their words.
    """

    State = ClaimState

    advocate = models.ForeignKey(Advocate, models.PROTECT, related_name="claims")
    title = models.CharField(_("title"), max_length=300)
    description = models.TextField(_("description"), blank=True)
    state = models.CharField(_("state"), max_length=20, choices=ClaimState, default=ClaimState.DRAFT)
    submitted_at = models.DateTimeField(_("submitted on"), null=True, blank=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    decision_reason = models.CharField(_("reason"), max_length=500, blank=True)

    objects = ClaimQuerySet.as_manager()

    class Meta:
        verbose_name = _("claim")
        verbose_name_plural = _("claims")
        constraints = [
            models.CheckConstraint(condition=Q(minutes__gte=1), name="claim_has_minutes"),
            models.CheckConstraint(
                condition=Q(state__in=["draft", "submitted", "withdrawn"], decided_at=None)
                | Q(state__in=["returned", "approved", "rejected"], decided_at__isnull=False, decided_by__isnull=False),
                name="claim_decided_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["draft", "withdrawn"]) | Q(submitted_at__isnull=False),
                name="claim_submitted_has_a_time",
            ),
        ]
        indexes = [
            models.Index(fields=["submitted_at"], condition=Q(state="submitted"), name="claim_waiting"),
        ]

    def __str__(self) -> str:
        return self.title


class ClaimStep(models.Model):
    """One step of a claim: from which state to which, by whom, and why. Never edited.

    ``minutes`` are those asked for at this step or, once approved, those granted.
    PII: words about a person's claim.
    """

    claim = models.ForeignKey(Claim, models.PROTECT, related_name="steps")
    advocate = models.ForeignKey(Advocate, models.PROTECT, related_name="+")
    bar = models.ForeignKey(Bar, models.PROTECT, related_name="+")
    from_state = models.CharField(max_length=20, choices=ClaimState, blank=True)
    to_state = models.CharField(max_length=20, choices=ClaimState)
    minutes = models.PositiveIntegerField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    reason = models.CharField(_("reason"), max_length=500, blank=True)

    objects = PersonQuerySet["ClaimStep"].as_manager()

    class Meta:
        ordering = ["at", "pk"]
        verbose_name = _("step of a claim")
        verbose_name_plural = _("steps of claims")
        constraints = [
            models.CheckConstraint(
                condition=~Q(to_state__in=["returned", "rejected"]) | ~Q(reason=""),
                name="claim_step_refused_with_a_reason",
            )
        ]
        triggers = [AppendOnly(name="claim_step_append_only", erasable=("reason",))]

    def __str__(self) -> str:
        return f"{self.from_state} → {self.to_state}"
