"""Long work that somebody asked for: its state, how far it is, and what came of it."""

from __future__ import annotations

import datetime as dt
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from advocates.models import Bar
from advocates.scoping import BarQuerySet


class JobState(models.TextChoices):
    WAITING = "waiting", _("waiting")
    RUNNING = "running", _("running")
    DONE = "done", _("done")
    FAILED = "failed", _("failed")


class JobQuerySet(BarQuerySet["Job"]):
    def claim(self, pk: int, now: dt.datetime) -> bool:
        """Take the job; exactly one caller ever gets True."""
        waiting = self.filter(pk=pk, state=JobState.WAITING)
        return waiting.update(state=JobState.RUNNING, claimed_at=now, attempts=models.F("attempts") + 1) == 1

    def release_abandoned(self, before: dt.datetime) -> int:
        """Give back jobs whose worker has been silent since ``before``."""
        silent = self.filter(state=JobState.RUNNING, claimed_at__lt=before)
        return silent.update(state=JobState.WAITING, claimed_at=None)

    def waiting(self) -> Self:
        return self.filter(state=JobState.WAITING)


class Job(models.Model):
    """Work for a bar, done by a worker. ``done`` of ``total`` parts; both 0 while the whole is not yet known.

    ``result`` is for programs and depends on ``kind``; ``problem`` is {code, message} of a job that failed.
    PII: parameters and result may name advocates by their keys.
    """

    bar = models.ForeignKey(Bar, models.PROTECT, related_name="+")
    kind = models.CharField(_("kind"), max_length=40)
    state = models.CharField(_("state"), max_length=10, choices=JobState, default=JobState.WAITING)
    parameters: models.JSONField[Any, Any] = models.JSONField(default=dict)
    done = models.PositiveIntegerField(_("done"), default=0)
    total = models.PositiveIntegerField(_("of"), default=0)
    result: models.JSONField[Any, Any] = models.JSONField(default=dict)
    problem: models.JSONField[Any, Any] = models.JSONField(default=dict)
    attempts = models.PositiveSmallIntegerField(default=0)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    asked_at = models.DateTimeField(_("asked"))
    claimed_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)

    objects = JobQuerySet.as_manager()

    class Meta:
        verbose_name = _("job")
        verbose_name_plural = _("jobs")
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["done", "failed"], finished_at__isnull=False)
                | Q(state__in=["waiting", "running"], finished_at=None),
                name="job_finished_has_a_time",
            ),
        ]
        indexes = [models.Index(fields=["asked_at"], condition=Q(finished_at=None), name="job_unfinished")]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"
