"""Consent to the processing of personal data and its withdrawal (Law of Kazakhstan No. 94-V, Art. 8)."""

from __future__ import annotations

import datetime as dt
from typing import Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from advocates.models.bars import Bar, Language
from advocates.models.people import Advocate
from advocates.scoping import BarQuerySet, PersonQuerySet
from cle.core.append_only import AppendOnly


class Operator(models.Model):
    """A bar as an operator of personal data, and whom it has made responsible for them (Art. 8(4)(1), 25(2)(10)).

    PII: name and contact of the responsible person, which the bar publishes.
    """

    bar = models.OneToOneField(Bar, models.PROTECT, related_name="operator")
    number = models.CharField(
        _("business identification number"), max_length=20, validators=[RegexValidator(r"^[0-9A-Z]+$")]
    )
    responsible_name = models.CharField(_("person responsible for personal data"), max_length=200)
    responsible_contact = models.CharField(_("how to reach that person"), max_length=300)
    policy = models.CharField(_("policy: document that approved it"), max_length=300, blank=True)

    objects = BarQuerySet["Operator"].as_manager()

    class Meta:
        verbose_name = _("operator of personal data")
        verbose_name_plural = _("operators of personal data")
        constraints = [
            models.CheckConstraint(
                condition=~Q(number="") & ~Q(responsible_name="") & ~Q(responsible_contact=""),
                name="operator_is_known",
            )
        ]

    def __str__(self) -> str:
        return f"{self.bar}: {self.number}"


class Given(models.TextChoices):
    """How a consent or its withdrawal reached the bar."""

    PAGE = "page", _("by the advocate, logged in")
    PAPER = "paper", _("on paper")


class ConsentQuerySet(PersonQuerySet["Consent"]):
    def standing(self, today: dt.date) -> Self:
        """Neither withdrawn nor run out."""
        return self.filter(Q(until=None) | Q(until__gte=today), withdrawal=None)


class Consent(models.Model):
    """What an advocate agreed to, in the words of Art. 8(4): (1) whose, (2) who, (3) for how long, (4)-(6) what may
    happen to the data, (7) which data. The text itself is that of ``version``; ``example`` while no bar approved it.

    PII: the name as it was given.
    """

    bar = models.ForeignKey(Bar, models.PROTECT, related_name="+")
    advocate = models.ForeignKey(Advocate, models.PROTECT, related_name="consents")
    operator_name = models.CharField(_("operator"), max_length=200)
    operator_number = models.CharField(_("operator's BIN"), max_length=20)
    subject_name = models.CharField(_("who agreed"), max_length=300, blank=True)
    term = models.CharField(_("for how long"), max_length=300)
    until = models.DateField(_("last day"), null=True, blank=True)
    third_parties = models.BooleanField(_("may be handed to third parties"))
    third_parties_note = models.CharField(_("to whom"), max_length=500, blank=True)
    cross_border = models.BooleanField(_("transferred abroad"))
    cross_border_note = models.CharField(_("where to"), max_length=500, blank=True)
    publication = models.BooleanField(_("published"))
    publication_note = models.CharField(_("what is published"), max_length=500, blank=True)
    data = ArrayField(models.CharField(max_length=200), verbose_name=_("list of data"))
    version = models.CharField(_("version of the text"), max_length=100)
    language = models.CharField(_("language"), max_length=2, choices=Language)
    example = models.BooleanField(_("example text"), default=False)
    given_at = models.DateTimeField(_("given"))
    how = models.CharField(_("how"), max_length=10, choices=Given)
    document = models.CharField(_("document"), max_length=300, blank=True)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(auto_now_add=True)

    objects = ConsentQuerySet.as_manager()

    class Meta:
        verbose_name = _("consent")
        verbose_name_plural = _("consents")
        ordering = ["-given_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(data__len__gte=1), name="consent_names_data"),
            models.CheckConstraint(
                condition=~Q(operator_name="") & ~Q(operator_number="") & ~Q(term="") & ~Q(version=""),
                name="consent_names_its_terms",
            ),
            *(
                models.CheckConstraint(
                    condition=Q(**{name: False}) | ~Q(**{f"{name}_note": ""}), name=f"consent_{name}_said_what"
                )
                for name in ("third_parties", "cross_border", "publication")
            ),
            models.CheckConstraint(
                condition=Q(how="page", document="") | (Q(how="paper") & ~Q(document="")),
                name="consent_on_paper_has_a_document",
            ),
        ]
        triggers = [AppendOnly(name="consent_append_only", erasable=("subject_name",))]

    def __str__(self) -> str:
        return f"{self.version} ({self.given_at:%d.%m.%Y})"


class Withdrawal(models.Model):
    """A consent taken back: within ``answer_due_on`` the bar stops, or refuses with its reasons (Art. 8(7)).

    PII: none beyond the link to a person; the reasons may speak of one.
    """

    class Answer(models.TextChoices):
        STOPPED = "stopped", _("processing was stopped")
        REFUSED = "refused", _("refused with reasons")

    bar = models.ForeignKey(Bar, models.PROTECT, related_name="+")
    advocate = models.ForeignKey(Advocate, models.PROTECT, related_name="+")
    consent = models.OneToOneField(Consent, models.PROTECT, related_name="withdrawal")
    withdrawn_at = models.DateTimeField(_("withdrawn"))
    answer_due_on = models.DateField(_("to be answered by"))
    how = models.CharField(_("how"), max_length=10, choices=Given)
    document = models.CharField(_("document"), max_length=300, blank=True)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True)
    answer = models.CharField(_("answer"), max_length=10, choices=Answer, blank=True)
    reason = models.CharField(_("reasons"), max_length=1000, blank=True)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")

    objects = PersonQuerySet["Withdrawal"].as_manager()

    class Meta:
        verbose_name = _("withdrawal of a consent")
        verbose_name_plural = _("withdrawals of consents")
        constraints = [
            models.CheckConstraint(
                condition=Q(answered_at=None, answer="", answered_by=None)
                | (Q(answered_at__isnull=False, answered_by__isnull=False) & ~Q(answer="")),
                name="withdrawal_answered_whole",
            ),
            models.CheckConstraint(
                condition=~Q(answer="refused") | ~Q(reason=""), name="withdrawal_refused_with_reasons"
            ),
            models.CheckConstraint(
                condition=Q(answered_at=None) | Q(answered_at__gte=F("withdrawn_at")), name="withdrawal_then_answer"
            ),
        ]
        indexes = [models.Index(fields=["bar", "answer_due_on"], condition=Q(answered_at=None), name="withdrawal_open")]
        triggers = [
            AppendOnly(
                name="withdrawal_append_only",
                answer=("answered_at", "answer", "reason", "answered_by_id"),
                erasable=("reason",),
            )
        ]

    def __str__(self) -> str:
        return f"{self.consent}: {self.withdrawn_at:%d.%m.%Y}"
