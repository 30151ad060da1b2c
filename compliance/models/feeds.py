"""The address of an advocate's calendar, of which only a digest is kept."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from advocates.models import Advocate, Bar
from advocates.scoping import PersonQuerySet


class CalendarFeedQuerySet(PersonQuerySet["CalendarFeed"]):
    def in_use(self) -> Self:
        return self.filter(revoked_at=None)


class CalendarFeed(models.Model):
    """One address under which an advocate's calendar was, or is, to be had without logging in.

    PII: when somebody's calendar program last asked, at most once an hour.
    """

    advocate = models.ForeignKey(Advocate, models.PROTECT, related_name="calendar_feeds")
    bar = models.ForeignKey(Bar, models.PROTECT, related_name="+")
    secret_sha256 = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField(_("made"))
    last_used_at = models.DateTimeField(_("last used"), null=True, blank=True)
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True)

    objects = CalendarFeedQuerySet.as_manager()

    class Meta:
        verbose_name = _("calendar address")
        verbose_name_plural = _("calendar addresses")
        constraints = [
            models.UniqueConstraint(fields=["advocate"], condition=Q(revoked_at=None), name="calendar_feed_one_in_use")
        ]

    def __str__(self) -> str:
        return f"{self.advocate}: {self.made_at:%d.%m.%Y}"
