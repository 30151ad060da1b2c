"""Files that prove a claim, as they are kept."""

from __future__ import annotations

import secrets
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from advocates.models import Advocate, Bar
from advocates.scoping import PersonQuerySet
from courses.evidence.kinds import Kind
from courses.models.claims import Claim


def stored_name(evidence: Evidence, name: str) -> str:
    """Where a file is kept: nothing of the name it came with, nothing of whose it is."""
    return f"evidence/{secrets.token_hex(16)}.{Kind(evidence.kind).extension}"


class EvidenceQuerySet(PersonQuerySet["Evidence"]):
    def there(self) -> Self:
        """Not taken away again."""
        return self.filter(removed_at=None)


class Evidence(models.Model):
    """A file that proves a claim: checked by its content and kept under a name that says nothing.

    ``name`` is what people are shown. ``received_sha256`` is of the file as it was sent, ``sha256`` of what is kept:
    pictures are drawn anew, so that neither place nor camera nor anything hidden stays in them. One that is taken away
    before the claim was ever submitted loses its content (``file`` is empty); the row stays.

    PII: whatever the paper says; never an identity document, which whoever uploads has to confirm.
    """

    claim = models.ForeignKey(Claim, models.PROTECT, related_name="evidence")
    advocate = models.ForeignKey(Advocate, models.PROTECT, related_name="+")
    bar = models.ForeignKey(Bar, models.PROTECT, related_name="+")
    name = models.CharField(_("file name"), max_length=200)
    kind = models.CharField(_("kind"), max_length=10, choices=[(kind.value, kind.value) for kind in Kind])
    file = models.FileField(upload_to=stored_name, max_length=100, blank=True)
    size = models.PositiveIntegerField(_("size in bytes"))
    sha256 = models.CharField(max_length=64)
    received_sha256 = models.CharField(max_length=64)
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField(_("uploaded"))
    removed_at = models.DateTimeField(_("taken away"), null=True, blank=True)

    objects = EvidenceQuerySet.as_manager()

    class Meta:
        ordering = ["uploaded_at", "pk"]
        verbose_name = _("evidence")
        verbose_name_plural = _("evidence")
        constraints = [
            models.UniqueConstraint(
                fields=["claim", "received_sha256"], condition=Q(removed_at=None), name="evidence_once_per_claim"
            ),
            models.CheckConstraint(condition=Q(size__gte=1), name="evidence_is_not_empty"),
            models.CheckConstraint(
                condition=Q(removed_at__isnull=False) | ~Q(file=""), name="evidence_has_its_content"
            ),
        ]

    def __str__(self) -> str:
        return self.name
