"""What a bar says at a stage, in its own words."""

from __future__ import annotations

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from advocates.models import Bar, Language
from advocates.scoping import BarQuerySet
from cle.core.append_only import AppendOnly


class NoticeWordingQuerySet(BarQuerySet["NoticeWording"]):
    def in_use(self) -> Self:
        """The newest version of each; an empty one says that the bar has no words of its own any more."""
        newer = NoticeWording.objects.filter(
            bar=OuterRef("bar"), stage=OuterRef("stage"), language=OuterRef("language"), version__gt=OuterRef("version")
        )
        return self.filter(~Exists(newer))


class NoticeWording(models.Model):
    """One version of the words of a stage in a language: of the bar that wrote it, and of the bars below it that have
    none of their own. Plain text with blank lines between paragraphs and placeholders such as ``{due}``.

    Never edited: a notice names the version it was written with. An empty version ends the one before, so that what
    the bar above says, or the text that comes with the program, is said again.

    PII: none.
    """

    bar = models.ForeignKey(Bar, models.PROTECT, related_name="+")
    stage = models.CharField(_("stage"), max_length=40)
    language = models.CharField(_("language"), max_length=2, choices=Language)
    version = models.PositiveIntegerField(_("version"))
    subject = models.CharField(_("subject"), max_length=120, blank=True)
    body = models.TextField(_("text"), blank=True, max_length=6000)
    written_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    written_at = models.DateTimeField(_("written"))

    objects = NoticeWordingQuerySet.as_manager()

    class Meta:
        ordering = ["bar", "stage", "language", "-version"]
        verbose_name = _("wording of notices")
        verbose_name_plural = _("wordings of notices")
        constraints = [
            models.UniqueConstraint(fields=["bar", "stage", "language", "version"], name="wording_once_per_version"),
            models.CheckConstraint(condition=Q(version__gte=1), name="wording_versions_from_one"),
            models.CheckConstraint(
                condition=Q(subject="", body="") | (~Q(subject="") & ~Q(body="")), name="wording_whole_or_empty"
            ),
        ]
        triggers = [AppendOnly(name="notice_wording_append_only")]

    def __str__(self) -> str:
        return f"{self.stage} ({self.language}), {self.version}"
