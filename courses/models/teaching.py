"""Who taught at a session, of the advocates on a roll."""

from __future__ import annotations

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from advocates.models import Advocate, Bar
from advocates.scoping import BarQuerySet
from cle.core.append_only import AppendOnly
from courses.models.sessions import Session


class TeachingQuerySet(BarQuerySet["Teaching"]):
    def on_record(self) -> Self:
        """Not taken back."""
        return self.filter(ended_at=None)


class Teaching(models.Model):
    """An advocate taught at a session of the bar for so many minutes; taken back by a person, never changed.

    It is what a certificate of teaching rests on, and posts no credit: whether and how teaching counts is for the
    rules, and is claimed.

    PII: who taught.
    """

    bar = models.ForeignKey(Bar, models.PROTECT, related_name="+")
    session = models.ForeignKey(Session, models.PROTECT, related_name="teaching")
    advocate = models.ForeignKey(Advocate, models.PROTECT, related_name="teaching")
    minutes = models.PositiveIntegerField(_("minutes taught"))
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    added_at = models.DateTimeField(_("added"))
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    ended_at = models.DateTimeField(_("taken back"), null=True, blank=True)

    objects = TeachingQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        verbose_name = _("teaching at a session")
        verbose_name_plural = _("teaching at sessions")
        constraints = [
            models.UniqueConstraint(
                fields=["session", "advocate"], condition=Q(ended_at=None), name="teaching_once_per_session"
            ),
            models.CheckConstraint(condition=Q(minutes__gte=1), name="teaching_has_minutes"),
            models.CheckConstraint(
                condition=Q(ended_at=None, ended_by=None) | Q(ended_at__isnull=False, ended_by__isnull=False),
                name="teaching_taken_back_by_somebody",
            ),
        ]
        triggers = [AppendOnly(name="teaching_append_only", answer=("ended_at", "ended_by_id"))]

    def __str__(self) -> str:
        return f"{self.advocate}: {self.session}"
