"""The rules that a bar has adopted: documents, kept for ever, each from its day."""

from __future__ import annotations

import pgtrigger
from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from advocates.models import Bar
from advocates.scoping import BarQuerySet


class AdoptedRulebook(models.Model):
    """One version of a rulebook, or of an addition to the rulebook of a bar above, as a bar adopted it.

    Applies to periods from ``effective_from`` on; never edited, only followed by a newer one.
    PII: none.
    """

    bar = models.ForeignKey(Bar, models.PROTECT, related_name="rulebooks")
    code = models.CharField(_("code"), max_length=60)
    version = models.CharField(_("version"), max_length=40)
    effective_from = models.DateField(_("effective from"))
    document = models.JSONField(_("document"))
    sha256 = models.CharField(max_length=64)
    decision = models.CharField(_("decision of the bar"), max_length=300, blank=True)
    adopted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    adopted_at = models.DateTimeField(auto_now_add=True)

    objects = BarQuerySet["AdoptedRulebook"].as_manager()

    class Meta:
        ordering = ["effective_from", "pk"]
        verbose_name = _("rulebook")
        verbose_name_plural = _("rulebooks")
        constraints = [
            models.UniqueConstraint(fields=["bar", "code", "version"], name="rulebook_version_once"),
            models.UniqueConstraint(fields=["bar", "effective_from"], name="rulebook_one_from_a_day"),
        ]
        triggers = [pgtrigger.Protect(name="rulebook_append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.code} {self.version}"
