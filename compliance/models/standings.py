"""What each advocate has of what is required: derived from the ledger, rebuildable at any time."""

from __future__ import annotations

import datetime as dt
from typing import Any, Self, cast

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from advocates.models import Advocate, Bar
from advocates.scoping import BarQuerySet, PersonQuerySet
from compliance.models.rulebooks import AdoptedRulebook


class StandingStatus(models.TextChoices):
    COMPLIANT = "compliant", _("compliant")
    ON_TRACK = "on_track", _("on track")
    AT_RISK = "at_risk", _("at risk")
    SHORT = "short", _("short")
    EXEMPT = "exempt", _("exempt")


class StandingQuerySet(PersonQuerySet["Standing"]):
    def short(self) -> Self:
        return self.filter(status=StandingStatus.SHORT)

    def missing_hours(self) -> Self:
        """Something is still missing, whether or not the period is over."""
        return self.filter(status__in=[StandingStatus.SHORT, StandingStatus.AT_RISK, StandingStatus.ON_TRACK])

    def current(self) -> Self:
        """The newest period of each advocate."""
        return self.order_by("advocate_id", "-period_start").distinct("advocate_id")


_Asked = models.Manager.from_queryset(StandingQuerySet)


class Headings(models.Model):
    """What the lines of a standing are called: the codes of the rules, and the clauses that ask for them; the total
    first. Many standings share them, and the database writes them down once (``cle_headings``).

    PII: none.
    """

    bar = models.ForeignKey(Bar, models.PROTECT, related_name="+", db_index=False)
    codes = ArrayField(models.TextField())
    clauses = ArrayField(models.TextField())
    sha256 = models.CharField(max_length=64)

    objects = BarQuerySet["Headings"].as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["bar", "sha256"], name="headings_once")]

    def __str__(self) -> str:
        return ", ".join(self.codes)


class StandingManager(_Asked["Standing"]):
    def get_queryset(self) -> StandingQuerySet:
        """With the headings, without which the figures of a row say nothing."""
        return cast("StandingQuerySet", super().get_queryset().select_related("headings"))


class Standing(models.Model):
    """One advocate in one period. A flag for people: it advises, it changes nothing about a person.

    Minutes are whole: what is required or missing is rounded up, what counts is rounded down. ``missing`` is the fewest
    that complete the period. ``figures`` holds required, counted and missing of each line, in the order of the
    ``headings``: numbers alone, since words written with each row take as long to write as all the rest of it.
    ``ledger_version`` is the number of ledger entries it was computed from, read in the same statement as their sums.
    ``put_off_to`` is no column: whoever knows of accepted reasons for being late says so.

    PII: whether a person meets the requirement.
    """

    # Written a million at a time: the keys below are indexed by the constraints and indexes of Meta, and what a
    # sweep copies from the advocates and the rules it has just read is not looked up again row by row, which takes as
    # long as all the rest of it. No row of either can be deleted: memberships and other records refer to them too.
    bar = models.ForeignKey(Bar, models.PROTECT, related_name="+", db_index=False, db_constraint=False)
    advocate = models.ForeignKey(
        Advocate, models.PROTECT, related_name="standings", db_index=False, db_constraint=False
    )
    rulebook = models.ForeignKey(AdoptedRulebook, models.PROTECT, related_name="+", db_index=False, db_constraint=False)
    period_start = models.DateField(_("period starts"))
    period_end = models.DateField(_("period ends"))
    due_on = models.DateField(_("due"))
    petition_from = models.DateField(_("first day a petition is possible"))
    status = models.CharField(_("standing"), max_length=12, choices=StandingStatus)
    required = models.IntegerField(_("required minutes"))
    counted = models.IntegerField(_("counted minutes"))
    missing = models.IntegerField(_("missing minutes"))
    # Neither is empty: the database fills both in for processes of the release before, which do not know of them.
    headings = models.ForeignKey(
        Headings, models.PROTECT, null=True, related_name="+", db_index=False, db_constraint=False
    )
    figures = ArrayField(models.IntegerField(), null=True)
    ledger_version = models.BigIntegerField()
    computed_at = models.DateTimeField(_("computed"))

    objects = StandingManager()
    put_off_to: dt.date | None = None

    class Meta:
        verbose_name = _("standing")
        verbose_name_plural = _("standings")
        constraints = [
            models.UniqueConstraint(fields=["advocate", "period_start"], name="standing_once_per_period"),
            models.CheckConstraint(
                condition=Q(period_end__gte=F("period_start"), due_on__gte=F("period_end")),
                name="standing_dates_in_order",
            ),
            models.CheckConstraint(
                condition=Q(required__gte=0, counted__gte=0, missing__gte=0), name="standing_minutes_not_negative"
            ),
            models.CheckConstraint(condition=~Q(status="short") | Q(missing__gt=0), name="standing_short_of_something"),
        ]
        indexes = [
            models.Index(fields=["due_on"], condition=Q(status="short"), name="standing_short"),
            # What processes of the release before insert, until the database has filled in the headings: always empty.
            models.Index(fields=["id"], condition=Q(headings=None), name="standing_of_before"),
        ]

    def __str__(self) -> str:
        return f"{self.period_start:%d.%m.%Y}: {self.get_status_display()}"

    @property
    def petition_possible_from(self) -> dt.date:
        return self.put_off_to or self.petition_from

    @property
    def lines(self) -> list[dict[str, Any]]:
        """{code, clause, required, counted, missing} of each line: the total first, then the requirements by their
        codes."""
        assert self.headings is not None
        assert self.figures is not None
        numbers = iter(self.figures)
        return [
            {"code": code, "clause": clause, "required": required, "counted": counted, "missing": missing}
            for code, clause, required, counted, missing in zip(
                self.headings.codes, self.headings.clauses, numbers, numbers, numbers, strict=True
            )
        ]


class Assessed(models.Model):
    """From what an advocate's standings were computed; any part that has moved on makes them stale.

    PII: none beyond the link to a person.
    """

    advocate = models.OneToOneField(
        Advocate, models.PROTECT, primary_key=True, related_name="assessed", db_constraint=False
    )
    bar = models.ForeignKey(Bar, models.PROTECT, related_name="+", db_index=False, db_constraint=False)
    ledger_version = models.BigIntegerField()
    record_version = models.BigIntegerField()
    rules_version = models.IntegerField()
    as_of = models.DateField()
    changes_on = models.DateField(null=True)

    objects = PersonQuerySet["Assessed"].as_manager()

    def __str__(self) -> str:
        return f"{self.advocate_id}: {self.as_of}"


class MovedOn(models.Model):
    """Noted by the database when an advocate's ledger or record moves on, in the same transaction: the standings are to
    be looked at again. Taken away by whoever looks; who is killed meanwhile has taken nothing away.

    Only for speed. The nightly sweep compares everybody, whatever is noted here.

    PII: none beyond the link to a person.
    """

    advocate = models.ForeignKey(Advocate, models.PROTECT, related_name="+", db_index=False, db_constraint=False)
    bar = models.ForeignKey(Bar, models.PROTECT, related_name="+", db_index=False, db_constraint=False)

    objects = PersonQuerySet["MovedOn"].as_manager()

    class Meta:
        indexes = [models.Index(fields=["bar", "advocate"], name="moved_on_of_bar")]

    def __str__(self) -> str:
        return f"{self.advocate_id}"
