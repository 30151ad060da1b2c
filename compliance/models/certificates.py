"""Certificates: numbered without gaps, frozen when issued, replaced or revoked by rows, checked by anyone."""

from __future__ import annotations

from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from advocates.models import Advocate, Bar
from advocates.scoping import BarQuerySet, PersonQuerySet
from cle.core.append_only import AppendOnly
from courses.models import Attendance


class CertificateKind(models.TextChoices):
    ATTENDANCE = "attendance", _("attendance")
    COMPLIANCE = "compliance", _("compliance for a period")


class SerialCounter(models.Model):
    """The last serial number used by a bar in a year; locked while a batch is numbered, so there are no gaps.

    PII: none.
    """

    bar = models.ForeignKey(Bar, models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField(default=0)

    objects = BarQuerySet["SerialCounter"].as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["bar", "year"], name="serial_counter_once")]

    def __str__(self) -> str:
        return f"{self.bar_id}/{self.year}: {self.last}"


class CertificateQuerySet(PersonQuerySet["Certificate"]):
    def concerning(self, bar: Bar) -> Self:
        """Of the bar's own advocates, whoever issued them, and those that the bar itself issued, to whomever."""
        return self.filter(Q(advocate__bar=bar) | Q(bar=bar))

    def said(self, text: str) -> Self:
        """By the name of the advocate, by the serial number, or by the code with its dashes or without."""
        by_number = Q(serial__icontains=text) | Q(code=text.replace("-", "").upper())
        return self.filter(by_number | Q(advocate__in=Advocate.objects.named(text)))

    def standing(self, valid: bool = True) -> Self:
        """Neither revoked nor replaced; with ``valid`` false, the others."""
        return self.filter(revocation__isnull=valid)


class Certificate(models.Model):
    """One fact, certified once. The PDF is a pure function of ``snapshot``; the row is never edited or deleted.

    Subject: the attendance, or the advocate and period. A replacement is a new row with the next ``revision``.
    What is printed may be erased once its own time is up (``erased_at``); number and code stay.
    PII: name, licence number, what was attended (as printed on the paper).
    """

    bar = models.ForeignKey(Bar, models.PROTECT, related_name="certificates")
    advocate = models.ForeignKey(Advocate, models.PROTECT, related_name="certificates")
    kind = models.CharField(_("kind"), max_length=20, choices=CertificateKind)
    attendance = models.ForeignKey(Attendance, models.PROTECT, null=True, blank=True, related_name="certificates")
    period_start = models.DateField(_("period starts"), null=True, blank=True)
    revision = models.PositiveSmallIntegerField(_("revision"), default=1)
    year = models.PositiveSmallIntegerField(_("year"))
    number = models.PositiveIntegerField(_("number"))
    serial = models.CharField(_("serial number"), max_length=60)
    code = models.CharField(_("verification code"), max_length=16, unique=True)
    snapshot: models.JSONField[Any, Any] = models.JSONField()
    sha256 = models.CharField(max_length=64)
    issued_at = models.DateTimeField(_("issued"))
    issued_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    erased_at = models.DateTimeField(_("erased"), null=True, blank=True, editable=False)

    objects = CertificateQuerySet.as_manager()

    class Meta:
        ordering = ["bar", "-year", "-number"]
        verbose_name = _("certificate")
        verbose_name_plural = _("certificates")
        constraints = [
            models.UniqueConstraint(fields=["bar", "year", "number"], name="certificate_serial_once"),
            models.UniqueConstraint(
                fields=["attendance", "revision"], condition=Q(kind="attendance"), name="certificate_attendance_once"
            ),
            models.UniqueConstraint(
                fields=["advocate", "period_start", "revision"],
                condition=Q(kind="compliance"),
                name="certificate_period_once",
            ),
            models.CheckConstraint(
                condition=Q(kind="attendance", attendance__isnull=False, period_start=None)
                | Q(kind="compliance", attendance=None, period_start__isnull=False),
                name="certificate_has_its_subject",
            ),
        ]
        triggers = [AppendOnly(name="certificate_frozen", erasable=("snapshot", "sha256", "erased_at"))]

    def __str__(self) -> str:
        return self.serial


class Revocation(models.Model):
    """Why a certificate no longer stands, and what replaced it if anything did.

    PII: none beyond the link to a certificate.
    """

    certificate = models.OneToOneField(Certificate, models.PROTECT, related_name="revocation")
    bar = models.ForeignKey(Bar, models.PROTECT, related_name="+")
    replaced_by = models.OneToOneField(Certificate, models.PROTECT, null=True, blank=True, related_name="replaces")
    reason = models.CharField(_("reason"), max_length=500)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    at = models.DateTimeField()

    objects = BarQuerySet["Revocation"].as_manager()

    class Meta:
        verbose_name = _("revocation")
        verbose_name_plural = _("revocations")
        constraints = [models.CheckConstraint(condition=~Q(reason=""), name="revocation_has_a_reason")]

    def __str__(self) -> str:
        return f"{self.certificate}: {self.reason}"
