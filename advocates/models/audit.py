"""The audit trail: what the database itself writes down about each change, and the seals that show tampering."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.utils.translation import gettext_lazy as _

from advocates.models.bars import Bar
from advocates.models.people import Advocate
from advocates.scoping import BarQuerySet


class Change(models.Model):
    """One row that was inserted, updated or deleted: by whom, when, from where, on whose record, before and after.

    Written by a trigger of each table (``audit_record``) and by nothing else; nobody can update or delete it. An
    update holds the columns that changed, an insert or a delete the whole row. Secrets are marked, files are sums.
    Keys are kept, not referred to: what they named may be gone. ``login`` is the account at PostgreSQL.

    PII: whatever the changed row says of a person; who changed it, and from which network address.
    """

    class Action(models.TextChoices):
        INSERT = "insert", _("entered")
        UPDATE = "update", _("changed")
        DELETE = "delete", _("deleted")

    at = models.DateTimeField(_("time"))
    transaction = models.BigIntegerField()
    table = models.CharField(_("table"), max_length=63)
    action = models.CharField(_("action"), max_length=6, choices=Action)
    row = models.CharField(_("row"), max_length=100)
    bar = models.ForeignKey(Bar, models.DO_NOTHING, null=True, related_name="+", db_index=False, db_constraint=False)
    advocate = models.ForeignKey(
        Advocate, models.DO_NOTHING, null=True, related_name="+", db_index=False, db_constraint=False
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.DO_NOTHING, null=True, related_name="+", db_index=False, db_constraint=False
    )
    address = models.CharField(_("address"), max_length=100, blank=True)
    source = models.CharField(_("source"), max_length=10, blank=True)
    request = models.CharField(_("request"), max_length=36, blank=True)
    login = models.CharField(max_length=63)
    before: models.JSONField[Any, Any] = models.JSONField(null=True)
    after: models.JSONField[Any, Any] = models.JSONField(null=True)

    objects = BarQuerySet["Change"].as_manager()

    class Meta:
        verbose_name = _("change")
        verbose_name_plural = _("audit trail")
        indexes = [
            models.Index(fields=["bar", "id"], name="change_of_bar"),
            models.Index(
                fields=["advocate", "id"], condition=models.Q(advocate__isnull=False), name="change_of_person"
            ),
            BrinIndex(fields=["at"], name="change_at"),
        ]

    def __str__(self) -> str:
        return f"{self.table} {self.row}: {self.action}"


class AuditSeal(models.Model):
    """The changes ``first`` to ``last`` as they stood when they were sealed, chained to the seal before.

    ``digests`` holds, for each change in order, its key (8 bytes) and the SHA-256 of its canonical text (32 bytes);
    ``sha256`` covers them, the range, the count and the ``sha256`` of the seal before.
    PII: none.
    """

    first = models.BigIntegerField(unique=True)
    last = models.BigIntegerField(unique=True)
    count = models.PositiveIntegerField()
    digests = models.BinaryField()
    sha256 = models.CharField(max_length=64)
    sealed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(last__gte=models.F("first"), count__gte=1), name="audit_seal_covers_something"
            )
        ]

    def __str__(self) -> str:
        return f"{self.first}-{self.last}: {self.sha256}"
