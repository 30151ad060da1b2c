"""That somebody has read what was said to them: part of the proof of service."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from advocates.models import Advocate, Bar
from advocates.scoping import PersonQuerySet
from cle.core.append_only import AppendOnly
from compliance.models.notices import Notice


class NoticeOpening(models.Model):
    """The first time that the advocate, logged in, opened a notice in full.

    PII: when a person read what.
    """

    notice = models.OneToOneField(Notice, models.PROTECT, related_name="opening")
    advocate = models.ForeignKey(Advocate, models.PROTECT, related_name="+")
    bar = models.ForeignKey(Bar, models.PROTECT, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(_("opened"))

    objects = PersonQuerySet["NoticeOpening"].as_manager()

    class Meta:
        verbose_name = _("opening of a notice")
        verbose_name_plural = _("openings of notices")
        triggers = [AppendOnly(name="notice_opening_append_only")]

    def __str__(self) -> str:
        return f"{self.notice_id}: {self.at:%d.%m.%Y %H:%M}"
