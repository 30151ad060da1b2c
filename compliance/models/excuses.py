"""Reasons for being late: what was named, for which days, by whom; and what somebody else decided about it, and when.

"Valid reason" is not defined for raising qualification (Law No. 176-VI, Art. 43(3)(3)), so a person decides about each.
It is no exemption: the hours stay owed.
"""

from __future__ import annotations

import secrets
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from cle.core.append_only import AppendOnly
from compliance.models.asked import ANSWER, Asked, AskedQuerySet
from compliance.models.cases import Case
from courses.evidence.kinds import Kind


def stored_paper(excuse: Excuse, name: str) -> str:
    """Where a paper is kept: nothing of the name it came with, nothing of whose it is."""
    return f"excuses/{secrets.token_hex(16)}.{Kind(excuse.paper_kind).extension}"


class ExcuseOutcome(models.TextChoices):
    ACCEPTED = "accepted", _("accepted")
    REFUSED = "refused", _("refused")
    REVERSED = "reversed", _("taken back")


class ExcuseQuerySet(AskedQuerySet["Excuse"]):
    def holding(self) -> Self:
        """Accepted, and not taken back since."""
        return self.filter(outcome=ExcuseOutcome.ACCEPTED, reversal=None)


class Excuse(Asked):
    """A reason for being late in a period, with the days that it covers and the document that proves it.

    ``paper`` is the document as a file, where there is one: checked by its content, kept under a name that says
    nothing. Who names it never decides about it. A decision is taken back by a row of its own, which ``reverses`` it.

    PII: why a person could not do something, which may say something of their health; the decision about it.
    """

    working_days = 3
    """No law names a term for these; it is that of an objection, which such a reason is in substance."""

    period_start = models.DateField(_("period starts"))
    case = models.ForeignKey(Case, models.PROTECT, null=True, blank=True, related_name="excuses")
    reason = models.CharField(_("reason"), max_length=64)
    since = models.DateField(_("from"))
    until = models.DateField(_("until"))
    document = models.CharField(_("document"), max_length=300)
    paper = models.FileField(upload_to=stored_paper, max_length=100, blank=True)
    paper_name = models.CharField(_("file name"), max_length=200, blank=True)
    paper_kind = models.CharField(max_length=10, choices=[(kind.value, kind.value) for kind in Kind], blank=True)
    sha256 = models.CharField(max_length=64, blank=True)
    reverses = models.OneToOneField("self", models.PROTECT, null=True, blank=True, related_name="reversal")

    objects = ExcuseQuerySet.as_manager()

    class Meta(Asked.Meta):
        verbose_name = _("reason for being late")
        verbose_name_plural = _("reasons for being late")
        constraints = [
            *Asked.Meta.constraints,
            models.CheckConstraint(condition=Q(until__gte=F("since")), name="excuse_days_in_order"),
            models.CheckConstraint(condition=~Q(document=""), name="excuse_has_a_document"),
            models.CheckConstraint(condition=Q(paper="") | ~Q(paper_kind=""), name="excuse_paper_has_a_kind"),
            models.CheckConstraint(
                condition=Q(reverses=None) & ~Q(outcome="reversed") | Q(reverses__isnull=False, outcome="reversed"),
                name="excuse_taken_back_by_a_row",
            ),
            models.UniqueConstraint(
                fields=["advocate", "period_start"], condition=Q(answered_at=None), name="excuse_one_at_a_time"
            ),
        ]
        indexes = [models.Index(fields=["due_on"], condition=Q(answered_at=None), name="excuse_to_answer")]
        triggers = [
            AppendOnly(
                name="excuse_answered_once",
                answer=ANSWER,
                erasable=("reason", "text", "answer", "document", "paper", "paper_name"),
            )
        ]
