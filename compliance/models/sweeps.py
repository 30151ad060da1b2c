"""A sweep as rows: the run, and the key ranges it is cut into. A worker that dies leaves a range to be taken again."""

from __future__ import annotations

import datetime as dt
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from advocates.models import Bar
from advocates.scoping import BarQuerySet


class SweepRun(models.Model):
    """One sweep over a bar and the bars below it, as of a day; finished when no range of it is left.

    PII: none.
    """

    bar = models.ForeignKey(Bar, models.PROTECT, related_name="sweeps")
    as_of = models.DateField(_("as of"))
    rebuild = models.BooleanField(_("recompute everything"), default=False)
    started_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    started_at = models.DateTimeField(_("started"))
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)
    advocates = models.PositiveIntegerField(_("advocates looked at"), default=0)
    assessed = models.PositiveIntegerField(_("assessed"), default=0)
    written = models.PositiveIntegerField(_("standings written"), default=0)

    objects = BarQuerySet["SweepRun"].as_manager()

    class Meta:
        ordering = ["-started_at"]
        verbose_name = _("sweep")
        verbose_name_plural = _("sweeps")

    def __str__(self) -> str:
        return f"{self.bar}: {self.as_of:%d.%m.%Y}"


class SweepRangeQuerySet(BarQuerySet["SweepRange"]):
    def claim(self, pk: int, now: dt.datetime) -> bool:
        """Take the range; exactly one caller ever gets True."""
        return self.filter(pk=pk, claimed_at=None, finished_at=None).update(claimed_at=now) == 1

    def unfinished(self) -> Self:
        return self.filter(finished_at=None)

    def release_abandoned(self, before: dt.datetime) -> int:
        """Give back ranges whose worker has been silent since ``before``."""
        return self.filter(finished_at=None, claimed_at__lt=before).update(claimed_at=None)


class SweepRange(models.Model):
    """Primary keys ``first`` to ``last`` (both included) of the advocates of one run.

    PII: none.
    """

    run = models.ForeignKey(SweepRun, models.CASCADE, related_name="ranges")
    bar = models.ForeignKey(Bar, models.PROTECT, related_name="+")
    first = models.BigIntegerField()
    last = models.BigIntegerField()
    claimed_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    advocates = models.PositiveIntegerField(default=0)
    assessed = models.PositiveIntegerField(default=0)
    written = models.PositiveIntegerField(default=0)

    objects = SweepRangeQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["run", "first"], name="sweep_range_once"),
            models.CheckConstraint(condition=Q(last__gte=models.F("first")), name="sweep_range_in_order"),
        ]
        indexes = [models.Index(fields=["run"], condition=Q(finished_at=None), name="sweep_range_unfinished")]

    def __str__(self) -> str:
        return f"{self.first}-{self.last}"
