"""What a provider reports where there is nobody to report."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from advocates.models import Bar
from advocates.scoping import BarQuerySet
from courses.models.catalogue import Provider
from courses.models.sessions import Session


class NilReturn(models.Model):
    """A provider's statement that nobody attended a session, or that no session was held from a day to a day.

    A roster that comes after all takes its place: the statement is withdrawn, never deleted. PII: none.
    """

    bar = models.ForeignKey(Bar, models.PROTECT, related_name="+")
    provider = models.ForeignKey(Provider, models.PROTECT, related_name="nil_returns")
    session = models.ForeignKey(Session, models.PROTECT, null=True, blank=True, related_name="nil_returns")
    first = models.DateField(_("first day"), null=True, blank=True)
    last = models.DateField(_("last day"), null=True, blank=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    made_at = models.DateTimeField(_("made"))
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, blank=True)

    objects = BarQuerySet["NilReturn"].as_manager()

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("nil return")
        verbose_name_plural = _("nil returns")
        constraints = [
            models.CheckConstraint(
                condition=Q(session__isnull=False, first=None, last=None)
                | Q(session=None, first__isnull=False, last__gte=F("first")),
                name="nil_return_of_a_session_or_a_period",
            ),
            models.UniqueConstraint(
                fields=["session"], condition=Q(withdrawn_at=None), name="nil_return_once_per_session"
            ),
            models.UniqueConstraint(
                fields=["provider", "first", "last"],
                condition=Q(withdrawn_at=None, session=None),
                name="nil_return_once_per_period",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.provider}: {self.session or f'{self.first} - {self.last}'}"
