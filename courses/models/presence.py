"""That an advocate was in the room at a moment, by a code that was shown there."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Mod
from django.db.models.lookups import Exact
from django.utils.translation import gettext_lazy as _

from advocates.models import Advocate, Bar
from advocates.scoping import BarQuerySet
from cle.core.append_only import AppendOnly
from courses.models.sessions import Session


class PresenceMark(models.Model):
    """One check-in or check-out. Nothing is credited by it: a person takes the presences over, and confirms.

    ``number`` counts an advocate's marks in a session from 1: odd ones are check-ins, even ones check-outs, so that
    the two alternate however many requests arrive at once. ``bar`` is the bar that holds the session.

    PII: who was where, and when.
    """

    class Kind(models.TextChoices):
        IN = "in", _("check-in")
        OUT = "out", _("check-out")

    class How(models.TextChoices):
        SCREEN = "screen", _("code on the screen")
        POSTER = "poster", _("code on the poster")

    bar = models.ForeignKey(Bar, models.PROTECT, related_name="+")
    session = models.ForeignKey(Session, models.PROTECT, related_name="marks")
    advocate = models.ForeignKey(Advocate, models.PROTECT, related_name="marks")
    number = models.PositiveSmallIntegerField(_("number"))
    kind = models.CharField(_("kind"), max_length=3, choices=Kind)
    how = models.CharField(_("by which code"), max_length=10, choices=How)
    at = models.DateTimeField(_("at"))

    objects = BarQuerySet["PresenceMark"].as_manager()

    class Meta:
        ordering = ["at", "pk"]
        verbose_name = _("presence by code")
        verbose_name_plural = _("presences by code")
        constraints = [
            models.UniqueConstraint(fields=["session", "advocate", "number"], name="presence_mark_once"),
            models.CheckConstraint(
                condition=Q(Exact(Mod(F("number"), 2), 1), kind="in") | Q(Exact(Mod(F("number"), 2), 0), kind="out"),
                name="presence_marks_alternate",
            ),
        ]
        triggers = [AppendOnly(name="presence_mark_append_only")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.at:%d.%m.%Y %H:%M}"
