"""The credit ledger: append-only, in whole minutes. A mistake is put right by a reversing entry.

The database keeps the promises: each source posts once per category, an entry is reversed at most once and
exactly, no row is ever updated or deleted, and each insert raises the version of the advocate's account.
"""

from __future__ import annotations

from typing import Final

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from advocates.models import Advocate, Bar
from advocates.scoping import PersonQuerySet
from cle.core.append_only import AppendOnly
from courses.models.attendance import Attendance
from courses.models.catalogue import Category, DeliveryFormat

MOST_MINUTES: Final = (1 << 23) - 1
"""Of one entry, earned or taken away: no mistake in typing is larger, and 24 bits hold it (a sweep reads them so)."""


class Account(models.Model):
    """How many entries an advocate's ledger has: compared by standings to tell whether they are behind.

    Written by a trigger of the ledger only. PII: none beyond the link to a person.
    """

    advocate = models.OneToOneField(Advocate, models.PROTECT, primary_key=True, related_name="account")
    bar = models.ForeignKey(Bar, models.PROTECT, related_name="+", db_index=False)
    version = models.BigIntegerField(default=0)

    objects = PersonQuerySet["Account"].as_manager()

    class Meta:
        verbose_name = _("account")
        verbose_name_plural = _("accounts")

    def __str__(self) -> str:
        return f"{self.advocate_id}: {self.version}"


class CreditFields(models.Model):
    """What was earned: minutes in one category and format on one day."""

    bar = models.ForeignKey(Bar, models.PROTECT, related_name="+", db_index=False)
    category = models.ForeignKey(Category, models.PROTECT, related_name="+", db_index=False)
    format = models.SmallIntegerField(_("format"), choices=DeliveryFormat)
    minutes = models.IntegerField(_("minutes"))
    earned_on = models.DateField(_("earned on"))

    class Meta:
        abstract = True


class Adjustment(CreditFields):
    """Credit that an officer grants or takes away, with a reason and a document.

    PII: the reason may speak of a person.
    """

    advocate = models.ForeignKey(Advocate, models.PROTECT, related_name="adjustments")
    reason = models.CharField(_("reason"), max_length=500)
    document = models.CharField(_("document"), max_length=300, blank=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    made_at = models.DateTimeField(auto_now_add=True)

    objects = PersonQuerySet["Adjustment"].as_manager()

    class Meta:
        verbose_name = _("adjustment")
        verbose_name_plural = _("adjustments")
        constraints = [
            models.CheckConstraint(condition=~Q(minutes=0), name="adjustment_changes_something"),
            models.CheckConstraint(condition=~Q(reason=""), name="adjustment_has_a_reason"),
        ]

    def __str__(self) -> str:
        return self.reason


_COUNT = """
    INSERT INTO courses_account (advocate_id, bar_id, version)
    SELECT advocate_id, min(bar_id), count(*) FROM added GROUP BY advocate_id ORDER BY advocate_id
    ON CONFLICT (advocate_id) DO UPDATE SET version = courses_account.version + excluded.version;
    RETURN NULL;
"""
_MIRROR = """
    IF EXISTS (
        SELECT 1 FROM added JOIN courses_entry AS original ON original.id = added.reverses_id
        WHERE (added.advocate_id, added.category_id, added.format, added.earned_on, added.minutes)
              IS DISTINCT FROM
              (original.advocate_id, original.category_id, original.format, original.earned_on, -original.minutes)
           OR original.reverses_id IS NOT NULL
    ) THEN
        RAISE EXCEPTION 'a reversal must mirror an original entry' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
"""
_ADDED = pgtrigger.Referencing(new="added")  # type: ignore[no-untyped-call]
_SOURCES = ("attendance", "claim", "adjustment", "reverses")


def _exactly_one_source() -> Q:
    condition = Q()
    for source in _SOURCES:
        condition |= Q(**{f"{other}__isnull": other != source for other in _SOURCES})
    return condition


class Entry(CreditFields):
    """Minutes earned in one category and format on one day, from one source; or the reversal of such an entry.

    PII: what a person studied.
    """

    # Sources are indexed by the unique constraints below, the advocate by an index that holds whatever sums ask for:
    # what a person earned over the years lies on as many pages of the table, and side by side in the index.

    advocate = models.ForeignKey(Advocate, models.PROTECT, related_name="entries", db_index=False)
    attendance = models.ForeignKey(
        Attendance, models.PROTECT, null=True, blank=True, related_name="entries", db_index=False
    )
    claim = models.ForeignKey(
        "courses.Claim", models.PROTECT, null=True, blank=True, related_name="entries", db_index=False
    )
    adjustment = models.ForeignKey(
        Adjustment, models.PROTECT, null=True, blank=True, related_name="entries", db_index=False
    )
    reverses = models.OneToOneField("self", models.PROTECT, null=True, blank=True, related_name="reversed_by")
    reason = models.CharField(_("reason"), max_length=500, blank=True)
    posted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    posted_at = models.DateTimeField(auto_now_add=True)

    objects = PersonQuerySet["Entry"].as_manager()

    class Meta:
        verbose_name = _("ledger entry")
        verbose_name_plural = _("credit ledger")
        ordering = ["-earned_on", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["attendance", "category"], condition=Q(attendance__isnull=False), name="entry_attendance_once"
            ),
            models.UniqueConstraint(fields=["claim"], condition=Q(claim__isnull=False), name="entry_claim_once"),
            models.UniqueConstraint(
                fields=["adjustment"], condition=Q(adjustment__isnull=False), name="entry_adjustment_once"
            ),
            models.CheckConstraint(condition=_exactly_one_source(), name="entry_has_one_source"),
            models.CheckConstraint(
                condition=Q(minutes__gte=1)
                | (Q(minutes__lte=-1) & (Q(reverses__isnull=False) | Q(adjustment__isnull=False))),
                name="entry_takes_away_only_to_correct",
            ),
            models.CheckConstraint(condition=Q(reverses=None) | ~Q(reason=""), name="entry_reversed_with_a_reason"),
            models.CheckConstraint(
                condition=Q(minutes__gte=-MOST_MINUTES, minutes__lte=MOST_MINUTES), name="entry_of_16_years_at_most"
            ),
        ]
        indexes = [
            models.Index(
                fields=["advocate"], include=["category", "format", "earned_on", "minutes", "adjustment"],
                name="entry_of_advocate",
            )
        ]  # fmt: skip
        triggers = [
            AppendOnly(name="entry_append_only", erasable=("reason",)),
            pgtrigger.Trigger(
                name="entry_counted", when=pgtrigger.After, operation=pgtrigger.Insert, level=pgtrigger.Statement,
                referencing=_ADDED, func=_COUNT,
            ),
            pgtrigger.Trigger(
                name="entry_mirrors", when=pgtrigger.After, operation=pgtrigger.Insert, level=pgtrigger.Statement,
                referencing=_ADDED, func=_MIRROR,
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.minutes} ({self.earned_on:%d.%m.%Y})"

    @property
    def is_reversal(self) -> bool:
        return self.reverses_id is not None
