"""Calls of the API that must not be done twice, though the answer to the first may never have arrived."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models

from advocates.models.bars import Bar
from advocates.scoping import BarQuerySet


class IdempotentRequest(models.Model):
    """A bulk call that was carried out under a key of the caller's, and what was answered; kept for a day.

    Written in the transaction of the call itself: either both are there or neither is.
    PII: the answer may name advocates.
    """

    bar = models.ForeignKey(Bar, models.PROTECT, related_name="+")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    key = models.CharField(max_length=100)
    fingerprint = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(default=0)
    answer: models.JSONField[Any, Any] = models.JSONField(null=True)
    location = models.CharField(max_length=300, blank=True)
    made_at = models.DateTimeField(auto_now_add=True)

    objects = BarQuerySet["IdempotentRequest"].as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "key"], name="idempotent_request_once")]
        indexes = [models.Index(fields=["made_at"], name="idempotent_request_age")]

    def __str__(self) -> str:
        return self.key
