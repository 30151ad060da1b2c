"""An uploaded file, its preview and what came of each row. The roll and the attendance reports share these shapes."""

from __future__ import annotations

from typing import Any, Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from advocates.models.bars import Bar
from advocates.models.people import Advocate
from advocates.scoping import BarQuerySet
from cle.core.sealed_fields import SealedField, SealedTextField


class ImportState(models.TextChoices):
    RECEIVED = "received", _("received, not read yet")
    PREVIEWED = "previewed", _("previewed")
    APPLIED = "applied", _("applied")
    DISCARDED = "discarded", _("discarded")


class Outcome(models.TextChoices):
    CREATED = "created", _("to be created")
    CHANGED = "changed", _("changed")
    UNCHANGED = "unchanged", _("unchanged")
    AMBIGUOUS = "ambiguous", _("ambiguous")
    REJECTED = "rejected", _("rejected")


_COUNTS = F("created") + F("changed") + F("unchanged") + F("ambiguous") + F("rejected")


class ImportFile(models.Model):
    """One upload. ``rows`` counts the file's data rows; each is accounted for under exactly one outcome.

    A large file is received first and read by a worker; until then it has no rows and no plan.
    """

    bar = models.ForeignKey(Bar, models.PROTECT, related_name="+")
    file_name = models.CharField(_("file name"), max_length=255)
    sha256 = models.CharField(max_length=64)
    content = SealedField(place="import.content")
    state = models.CharField(_("state"), max_length=20, choices=ImportState, default=ImportState.PREVIEWED)
    plan_sha256 = models.CharField(max_length=64, blank=True)
    notes = models.JSONField(default=list)
    rows = models.PositiveIntegerField(_("rows"), default=0)
    created = models.PositiveIntegerField(_("created"), default=0)
    changed = models.PositiveIntegerField(_("changed"), default=0)
    unchanged = models.PositiveIntegerField(_("unchanged"), default=0)
    ambiguous = models.PositiveIntegerField(_("ambiguous"), default=0)
    rejected = models.PositiveIntegerField(_("rejected"), default=0)
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    uploaded_at = models.DateTimeField(auto_now_add=True)
    applied_at = models.DateTimeField(_("applied"), null=True, blank=True)

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(condition=Q(rows=_COUNTS), name="%(class)s_every_row_accounted_for"),
            models.CheckConstraint(
                condition=Q(state=ImportState.APPLIED, applied_at__isnull=False)
                | (~Q(state=ImportState.APPLIED) & Q(applied_at=None)),
                name="%(class)s_applied_has_a_time",
            ),
        ]

    def __str__(self) -> str:
        return self.file_name

    @property
    def counts(self) -> dict[str, int]:
        return {outcome.value: getattr(self, outcome.value) for outcome in Outcome}


class ImportLine(models.Model):
    """One entry of a file (in an attendance report: one person, from one or more rows) and its outcome.

    ``changes`` maps field → [old, new]; ``problems`` are [{code, message, row, column}];
    ``suggestions`` are [{advocate, confidence, reason}] for a person to choose from.
    """

    # What is named is not looked up again for each of a million lines: whoever writes them has just read it, the file
    # names the bar as well, and an advocate is never deleted, as memberships name each. The doctor looks at it.
    bar = models.ForeignKey(Bar, models.PROTECT, related_name="+", db_constraint=False)
    rows = ArrayField(models.PositiveIntegerField())
    outcome = models.CharField(_("outcome"), max_length=20, choices=Outcome)
    label = models.CharField(_("name in the file"), max_length=300, blank=True)
    advocate = models.ForeignKey(Advocate, models.PROTECT, null=True, blank=True, related_name="+", db_constraint=False)
    changes = models.JSONField(default=dict)
    problems: models.JSONField[Any, Any] = models.JSONField(default=list)
    suggestions: models.JSONField[Any, Any] = models.JSONField(default=list)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.label


class RollFile(ImportFile):
    """A bar's roll as uploaded. ``missing`` lists advocates of the bar that the roll does not name: never removed.

    ``as_of`` is the date in its title; ``basis`` follows from all else that the preview was made from, "" when that
    is not certain.

    PII: the file itself, sealed (names, licences, contacts).
    """

    missing: models.JSONField[Any, Any] = models.JSONField(default=list)
    as_of = models.DateField(null=True, blank=True, editable=False)
    basis = models.CharField(max_length=64, blank=True, editable=False, db_default="")

    objects = BarQuerySet["RollFile"].as_manager()

    class Meta(ImportFile.Meta):
        verbose_name = _("roll import")
        verbose_name_plural = _("roll imports")


class RollLineQuerySet(BarQuerySet["RollLine"]):
    def settled(self) -> Self:
        """Open lines of which somebody has said whom they name."""
        return self.filter(models.Q(chosen__isnull=False) | models.Q(chosen_new=True), outcome=Outcome.AMBIGUOUS)


class RollLine(ImportLine):
    """One person of an uploaded roll. ``changes`` masks the national identifier; its columns here hold it sealed.

    Of an open line, ``chosen`` or ``chosen_new`` is what was said before the roll is applied: it is decided then.

    PII: name, and the old and new values of changed fields.
    """

    file = models.ForeignKey(RollFile, models.CASCADE, related_name="lines", db_constraint=False)
    national_id = SealedTextField(place="roll_line.national_id", blank=True)
    national_id_before = SealedTextField(place="roll_line.national_id_before", blank=True)
    chosen = models.ForeignKey(Advocate, models.PROTECT, null=True, blank=True, related_name="+")
    chosen_new = models.BooleanField(_("chosen to be a new person"), default=False)

    objects = RollLineQuerySet.as_manager()

    class Meta(ImportLine.Meta):
        verbose_name = _("roll line")
        verbose_name_plural = _("roll lines")
        indexes = [models.Index(fields=["file", "outcome"], name="roll_line_outcome")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(chosen=None) | models.Q(chosen_new=False), name="roll_line_chosen_once"
            )
        ]
