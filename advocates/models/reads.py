"""Who has opened whose personal file."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from advocates.models.bars import Bar
from advocates.models.people import Advocate
from advocates.scoping import PersonQuerySet


class FilePart(models.TextChoices):
    """What of a file was opened. Lists of many people do not count."""

    PERSON = "person", _("particulars and statuses")
    EXPLANATION = "explanation", _("standing and how it was calculated")
    LEDGER = "ledger", _("credit ledger")
    ATTENDANCE = "attendance", _("attendance and registrations")
    CLAIM = "claim", _("a claim and its evidence")
    CASE = "case", _("a case")
    NOTICE = "notice", _("a notice")
    CERTIFICATE = "certificate", _("a certificate")
    REQUEST = "request", _("an objection or a request")
    CHANGES = "changes", _("what was changed in the file")
    OTHER = "other", _("something else in the file")


class FileRead(models.Model):
    """Somebody else than the advocate opened a part of the advocate's file: the first time in each hour.

    Only ever added to. ``address`` and ``request`` are those of that first time.
    PII: who looked, from which network address, at whose file.
    """

    bar = models.ForeignKey(Bar, models.PROTECT, related_name="+", db_index=False)
    advocate = models.ForeignKey(Advocate, models.PROTECT, related_name="reads", db_index=False)
    reader = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False)
    part = models.CharField(_("part of the file"), max_length=20, choices=FilePart)
    hour = models.DateTimeField()
    at = models.DateTimeField(_("time"))
    address = models.CharField(_("address"), max_length=100, blank=True)
    request = models.CharField(max_length=36, blank=True)

    objects = PersonQuerySet["FileRead"].as_manager()

    class Meta:
        verbose_name = _("opening of a file")
        verbose_name_plural = _("openings of files")
        constraints = [
            models.UniqueConstraint(fields=["advocate", "reader", "part", "hour"], name="file_read_once_an_hour")
        ]

    def __str__(self) -> str:
        return f"{self.advocate_id}: {self.part} {self.at:%d.%m.%Y %H:%M}"
