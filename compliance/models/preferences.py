"""How an advocate wants to be written to, as far as the law leaves it to them."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from advocates.models import Advocate, Bar
from advocates.scoping import PersonQuerySet


class Preferences(models.Model):
    """An advocate's wishes for optional reminders; the overdue notice is statutory and heeds none of them.

    ``reminder_days`` are days before the due date: null for those of the rulebook, empty for no reminders at all.
    ``quiet_from`` to ``quiet_until`` are local times of the bar, over midnight where the first is the later one.
    ``unsubscribed_on``: the day from which nothing optional is mailed any more.
    The language is the advocate's own column.

    PII: when a person does not want to be disturbed.
    """

    advocate = models.OneToOneField(Advocate, models.PROTECT, primary_key=True, related_name="preferences")
    bar = models.ForeignKey(Bar, models.PROTECT, related_name="+")
    reminder_days = ArrayField(models.PositiveSmallIntegerField(), null=True, blank=True)
    quiet_from = models.TimeField(_("quiet from"), null=True, blank=True)
    quiet_until = models.TimeField(_("quiet until"), null=True, blank=True)
    unsubscribed_on = models.DateField(_("no optional letters since"), null=True, blank=True)
    changed_at = models.DateTimeField(_("changed"), auto_now=True)

    objects = PersonQuerySet["Preferences"].as_manager()

    class Meta:
        verbose_name = _("preferences")
        verbose_name_plural = _("preferences")
        constraints = [
            models.CheckConstraint(
                condition=Q(quiet_from=None, quiet_until=None)
                | (Q(quiet_from__isnull=False, quiet_until__isnull=False) & ~Q(quiet_from=F("quiet_until"))),
                name="preferences_quiet_from_and_until",
            ),
        ]

    def __str__(self) -> str:
        return str(self.advocate)
