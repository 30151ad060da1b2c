"""What was erased, on whose word."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from advocates.models import Advocate, Bar
from advocates.scoping import BarQuerySet
from cle.core.append_only import AppendOnly


class Erasure(models.Model):
    """An erasure that a person confirmed, having seen the count: of what was due, or (``advocate``) of one person.

    ``record`` is a code of ``retention.json``; what counts from a day before ``before`` goes.
    PII: none, but for the key of a row that names nobody any more.
    """

    bar = models.ForeignKey(Bar, models.PROTECT, related_name="+")
    record = models.CharField(_("records"), max_length=40)
    advocate = models.ForeignKey(Advocate, models.PROTECT, null=True, blank=True, related_name="+")
    before = models.DateField(_("from before"))
    counted = models.PositiveIntegerField(_("confirmed"))
    confirmed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    confirmed_at = models.DateTimeField(_("confirmed on"))
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)
    erased = models.PositiveIntegerField(_("erased"), default=0)

    objects = BarQuerySet["Erasure"].as_manager()

    class Meta:
        verbose_name = _("erasure")
        verbose_name_plural = _("erasures")
        ordering = ["-confirmed_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(counted__gte=1), name="erasure_of_something"),
            models.CheckConstraint(condition=Q(advocate=None) | Q(record="advocates"), name="erasure_of_a_person"),
        ]
        triggers = [AppendOnly(name="erasure_append_only", answer=("finished_at", "erased"))]

    def __str__(self) -> str:
        return f"{self.record}: {self.counted}"
