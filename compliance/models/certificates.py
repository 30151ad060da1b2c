"""Certificates: numbered without gaps, frozen when issued, replaced or revoked by rows, checked by anyone."""

from __future__ import annotations

from typing import Any, Final, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from advocates.models import Advocate, Bar
from advocates.scoping import BarQuerySet, PersonQuerySet
from cle.core.append_only import AppendOnly
from courses.models import Attendance, Teaching


class CertificateKind(models.TextChoices):
    ATTENDANCE = "attendance", _("attendance")
    COMPLETION = "completion", _("completion of a course")
    COMPLIANCE = "compliance", _("compliance for a period")
    TEACHING = "teaching", _("teaching")
    TRANSCRIPT = "transcript", _("transcript")

    @property
    def letter(self) -> str:
        """What tells its series of numbers apart; those of attendance have none."""
        return _LETTERS[self]


_LETTERS: Final[dict[str, str]] = {
    CertificateKind.ATTENDANCE: "", CertificateKind.COMPLETION: "C", CertificateKind.COMPLIANCE: "P",
    CertificateKind.TEACHING: "T", CertificateKind.TRANSCRIPT: "E",
}  # fmt: skip


def kind_of_letter(letter: str) -> CertificateKind:
    """Raises ValueError for a letter of no kind."""
    for kind in CertificateKind:
        if kind.letter == letter:
            return kind
    raise ValueError("no kind has this letter")


class SerialCounter(models.Model):
    """The last serial number of a bar, a kind and a year; locked while a batch is numbered, so there are no gaps.

    PII: none.
    """

    bar = models.ForeignKey(Bar, models.PROTECT, related_name="+")
    kind = models.CharField(
        max_length=20, choices=CertificateKind, default=CertificateKind.ATTENDANCE, db_default="attendance"
    )
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField(default=0)

    objects = BarQuerySet["SerialCounter"].as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["bar", "kind", "year"], name="serial_counter_once")]

    def __str__(self) -> str:
        return f"{self.bar_id}/{self.kind}/{self.year}: {self.last}"


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

    Subject: the attendance, what was taught, or the advocate and period; of a transcript, the advocate alone. A
    replacement is a new row with the next ``revision``.
    What is printed may be erased once its own time is up (``erased_at``); number and code stay.
    PII: name, licence number, what was attended (as printed on the paper).
    """

    bar = models.ForeignKey(Bar, models.PROTECT, related_name="certificates")
    advocate = models.ForeignKey(Advocate, models.PROTECT, related_name="certificates")
    kind = models.CharField(_("kind"), max_length=20, choices=CertificateKind)
    attendance = models.ForeignKey(Attendance, models.PROTECT, null=True, blank=True, related_name="certificates")
    teaching = models.ForeignKey(Teaching, models.PROTECT, null=True, blank=True, related_name="certificates")
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
            models.UniqueConstraint(fields=["bar", "kind", "year", "number"], name="certificate_serial_once"),
            models.UniqueConstraint(
                fields=["attendance", "revision"],
                condition=Q(kind__in=["attendance", "completion"]),
                name="certificate_attendance_once",
            ),
            models.UniqueConstraint(
                fields=["teaching", "revision"], condition=Q(kind="teaching"), name="certificate_teaching_once"
            ),
            models.UniqueConstraint(
                fields=["advocate", "period_start", "revision"],
                condition=Q(kind="compliance"),
                name="certificate_period_once",
            ),
            models.CheckConstraint(
                condition=Q(
                    kind__in=["attendance", "completion"], attendance__isnull=False, teaching=None, period_start=None
                )
                | Q(kind="teaching", attendance=None, teaching__isnull=False, period_start=None)
                | Q(kind="transcript", attendance=None, teaching=None, period_start=None)
                | Q(kind="compliance", attendance=None, teaching=None, period_start__isnull=False),
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
