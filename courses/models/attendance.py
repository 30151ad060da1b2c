"""Who was there, for how long, and what it is worth."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from advocates.models import Advocate, Bar, ImportFile, ImportLine
from advocates.scoping import BarQuerySet
from courses.models.catalogue import Provider
from courses.models.sessions import Session


class Decision(models.TextChoices):
    FULL = "full", _("full credit")
    PARTIAL = "partial", _("partial credit")
    NONE = "none", _("no credit")


class AttendanceFile(ImportFile):
    """An attendance report of one session as uploaded, by the bar's staff or by the ``provider`` who taught it.

    Applying a report that ``replaces`` another takes that one back first. ``basis`` follows from all else that the
    preview was made from, "" where that was not asked.
    PII: the file itself (names, e-mails, times of presence).
    """

    session = models.ForeignKey(Session, models.PROTECT, related_name="files")
    source = models.CharField(_("kind of report"), max_length=40)
    time_zone = models.CharField(_("time zone of the file"), max_length=50)
    people = models.PositiveIntegerField(_("people"), default=0)
    provider = models.ForeignKey(
        Provider, models.PROTECT, null=True, blank=True, related_name="rosters", verbose_name=_("posted by")
    )
    replaces = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="replaced_by")
    basis = models.CharField(max_length=64, blank=True, editable=False, db_default="")

    objects = BarQuerySet["AttendanceFile"].as_manager()

    class Meta(ImportFile.Meta):
        verbose_name = _("attendance import")
        verbose_name_plural = _("attendance imports")


class AttendanceLine(ImportLine):
    """One person of a report. Ambiguous lines of an applied file are the review list.

    ``confidence`` is in percent; ``matched_by`` says on what the match rests (code, licence, email, name,
    alias, person).
    An ambiguous line of a preview with ``matched_by`` was decided already, for when the file is applied.
    ``changes`` of a new attendance are changes from nothing.

    PII: display name, e-mail as reported, time of presence.
    """

    file = models.ForeignKey(AttendanceFile, models.CASCADE, related_name="lines", db_constraint=False)
    session = models.ForeignKey(Session, models.PROTECT, related_name="lines", db_constraint=False)  # as the bar
    email = models.CharField(_("e-mail"), max_length=254, blank=True)
    licence = models.CharField(_("licence number"), max_length=50, blank=True)
    seconds = models.PositiveIntegerField(_("seconds present"), default=0)
    no_times = models.BooleanField(_("presence without times"), default=False)
    matched_by = models.CharField(_("matched by"), max_length=20, blank=True)
    confidence = models.PositiveSmallIntegerField(_("confidence, %"), default=0)
    resolved_at = models.DateTimeField(_("resolved"), null=True, blank=True)

    objects = BarQuerySet["AttendanceLine"].as_manager()

    class Meta(ImportLine.Meta):
        verbose_name = _("attendance line")
        verbose_name_plural = _("attendance lines")
        indexes = [
            models.Index(fields=["file", "outcome"], name="attendance_line_outcome"),
            models.Index(
                fields=["bar", "session"],
                name="attendance_to_review",
                condition=Q(outcome="ambiguous", resolved_at=None),
            ),
        ]


class Attendance(models.Model):
    """One advocate's presence at one session, judged. Replaced by a new row when corrected, never edited.

    ``bar`` is the bar that held the session. PII: who attended what, and for how long.
    """

    # Whoever writes attendances has locked the session, and its file: neither is looked up again for each of them.
    bar = models.ForeignKey(Bar, models.PROTECT, related_name="+", db_constraint=False)
    session = models.ForeignKey(Session, models.PROTECT, related_name="attendances", db_constraint=False)
    advocate = models.ForeignKey(Advocate, models.PROTECT, related_name="attendances")
    line = models.ForeignKey(
        AttendanceLine, models.PROTECT, null=True, blank=True, related_name="+", db_constraint=False
    )
    seconds = models.PositiveIntegerField(_("seconds present"))
    decision = models.CharField(_("decision"), max_length=10, choices=Decision)
    credit_percent = models.PositiveSmallIntegerField(_("share of the credit, %"))
    recorded_at = models.DateTimeField(auto_now_add=True)
    voided_at = models.DateTimeField(_("voided"), null=True, blank=True)
    void_reason = models.CharField(_("why voided"), max_length=300, blank=True)

    objects = BarQuerySet["Attendance"].as_manager()

    class Meta:
        verbose_name = _("attendance")
        verbose_name_plural = _("attendances")
        constraints = [
            models.UniqueConstraint(
                fields=["session", "advocate"], condition=Q(voided_at=None), name="attendance_once_per_session"
            ),
            models.CheckConstraint(
                condition=Q(decision=Decision.NONE, credit_percent=0)
                | Q(decision=Decision.FULL, credit_percent=100)
                | Q(decision=Decision.PARTIAL, credit_percent__gte=1, credit_percent__lte=99),
                name="attendance_share_fits_decision",
            ),
            models.CheckConstraint(
                condition=Q(voided_at=None) | ~Q(void_reason=""), name="attendance_voided_with_a_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.advocate}: {self.session}"
