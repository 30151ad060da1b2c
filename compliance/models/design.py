"""The pictures on a bar's certificates."""

from __future__ import annotations

from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from advocates.models import Bar
from advocates.scoping import BarQuerySet
from cle.core.append_only import AppendOnly


class PicturePart(models.TextChoices):
    CREST = "crest", _("emblem")
    SEAL = "seal", _("seal")


class BarPictureQuerySet(BarQuerySet["BarPicture"]):
    def in_use(self) -> Self:
        """Printed on what is issued now."""
        return self.filter(ended_at=None)


class BarPicture(models.Model):
    """A bar's emblem or seal, as it is printed: a small PNG or JPEG that was drawn anew.

    A certificate names its pictures by ``sha256``, so none is ever changed or deleted: another one takes its place for
    what is issued from then on, and what was issued before is printed with the same bytes as ever.

    PII: none.
    """

    bar = models.ForeignKey(Bar, models.PROTECT, related_name="+")
    part = models.CharField(_("part"), max_length=10, choices=PicturePart)
    content: models.BinaryField[Any, Any] = models.BinaryField()
    sha256 = models.CharField(max_length=64)
    width = models.PositiveSmallIntegerField(_("width in points"))
    height = models.PositiveSmallIntegerField(_("height in points"))
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    added_at = models.DateTimeField(_("added"))
    ended_at = models.DateTimeField(_("in use until"), null=True, blank=True)
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")

    objects = BarPictureQuerySet.as_manager()

    class Meta:
        ordering = ["bar", "part", "pk"]
        verbose_name = _("picture on certificates")
        verbose_name_plural = _("pictures on certificates")
        constraints = [
            models.UniqueConstraint(fields=["bar", "part"], condition=Q(ended_at=None), name="bar_picture_one_in_use"),
            models.CheckConstraint(
                condition=Q(ended_at=None, ended_by=None) | Q(ended_at__isnull=False, ended_by__isnull=False),
                name="bar_picture_ended_by_somebody",
            ),
        ]
        indexes = [models.Index(fields=["bar", "sha256"], name="bar_picture_by_fingerprint")]
        triggers = [AppendOnly(name="bar_picture_append_only", answer=("ended_at", "ended_by_id"))]

    def __str__(self) -> str:
        return str(self.get_part_display())
