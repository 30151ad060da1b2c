"""A notice that is due, then sent: one per advocate, period, session or account, stage and round."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Q, Value
from django.utils.translation import gettext_lazy as _

from advocates.models import Advocate, Bar, Language
from advocates.scoping import PersonQuerySet
from courses.models import Session


class NoticeState(models.TextChoices):
    DUE = "due", _("to be sent")
    SENT = "sent", _("sent")
    WITHDRAWN = "withdrawn", _("withdrawn: no longer needed")
    FAILED = "failed", _("failed")
    UNCERTAIN = "uncertain", _("perhaps sent: somebody has to decide")
    TO_PRINT = "to_print", _("to be printed")
    PRINTED = "printed", _("handed over on paper")


class NoticeChannel(models.TextChoices):
    EMAIL = "email", _("e-mail")
    PAPER = "paper", _("paper")


class NoticeQuerySet(PersonQuerySet["Notice"]):
    def due(self, now: dt.datetime) -> Self:
        """Waiting to be sent and claimed by nobody."""
        return self.filter(state=NoticeState.DUE, claimed_at=None, due_at__lte=now)

    def claim(self, pk: int, now: dt.datetime, next_try: dt.datetime) -> bool:
        """Take the notice for sending; exactly one caller ever gets True. Whatever breaks afterwards, even the
        process, it does not come back before ``next_try``.
        """
        taken = {"claimed_at": now, "attempts": models.F("attempts") + 1, "due_at": next_try}
        return self.due(now).filter(pk=pk).update(**taken) == 1

    def release_abandoned(self, before: dt.datetime) -> int:
        """Give back notices whose sender has been silent since ``before``, and had not turned to the server yet."""
        return self.abandoned(before).filter(handing_since=None).update(claimed_at=None)

    def abandoned(self, before: dt.datetime) -> Self:
        return self.filter(state=NoticeState.DUE, claimed_at__lt=before)

    def to_print(self) -> Self:
        return self.filter(state=NoticeState.TO_PRINT)


class Notice(models.Model):
    """What was said to whom, when, with the exact words. Stage: "reminder-90", "reminder-30", …, "overdue" about a
    period, or what the rulebook calls it; "session-cancelled" and "place-gained" about a session; "account-opened"
    about neither. ``statutory`` notices heed no wish and are never given up; that and the stage are as the rulebook
    said when the notice was planned.

    ``round``: 1, and one more each time the case about the period is opened again, or the place in the session gained
    again, or the letter about the account sent again: what was said before the hours were made up does not tell anybody
    that they are missing once more.

    The content is rendered when it is sent, from the standing or the session of that moment, and kept as sent:
    ``envelope`` is all of the message but its words. ``handing_since``: a sender has turned to the server and has not
    written down its answer yet; while that stands, nobody knows whether the server has the message.
    PII: address, and what a person still owes.
    """

    bar = models.ForeignKey(Bar, models.PROTECT, related_name="notices")
    advocate = models.ForeignKey(Advocate, models.PROTECT, related_name="notices")
    period_start = models.DateField(_("period starts"), null=True, blank=True)
    session = models.ForeignKey(Session, models.PROTECT, null=True, blank=True, related_name="notices")
    stage = models.CharField(_("stage"), max_length=40)
    round = models.PositiveSmallIntegerField(default=1, db_default=1, editable=False)
    statutory = models.BooleanField(_("statutory"), default=False, db_default=False)
    uuid = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    channel = models.CharField(_("channel"), max_length=10, choices=NoticeChannel)
    language = models.CharField(_("language"), max_length=2, choices=Language)
    state = models.CharField(_("state"), max_length=12, choices=NoticeState, default=NoticeState.DUE)
    due_at = models.DateTimeField(_("to be sent on"))
    claimed_at = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    handing_since = models.DateTimeField(null=True, blank=True)
    error = models.CharField(_("last error"), max_length=300, blank=True)
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)
    message_id = models.CharField(max_length=255, blank=True)
    address = models.CharField(_("address"), max_length=300, blank=True)
    subject = models.CharField(_("subject"), max_length=300, blank=True)
    text = models.TextField(_("text"), blank=True)
    html = models.TextField(blank=True)
    envelope: models.JSONField[Any, Any] = models.JSONField(
        default=dict, db_default=Value({}, models.JSONField()), blank=True
    )
    facts: models.JSONField[Any, Any] = models.JSONField(default=dict)
    handed_over_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    handed_over_on = models.DateField(_("handed over on"), null=True, blank=True)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        ordering = ["due_at", "pk"]
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        constraints = [
            models.UniqueConstraint(
                fields=["advocate", "period_start", "stage", "round"], name="notice_once_per_stage_and_round"
            ),
            models.UniqueConstraint(
                fields=["advocate", "session", "stage", "round"], name="notice_once_per_session_and_round"
            ),
            models.UniqueConstraint(
                fields=["advocate", "stage", "round"],
                condition=Q(period_start=None, session=None),
                name="notice_once_per_account_and_round",
            ),
            models.CheckConstraint(
                condition=(Q(period_start=None) ^ Q(session=None))
                | Q(period_start=None, session=None, stage="account-opened"),
                name="notice_about_one_thing",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["sent", "printed"]) | Q(sent_at__isnull=False), name="notice_sent_has_a_time"
            ),
            models.CheckConstraint(
                condition=Q(handed_over_on=None) | Q(state="printed", handed_over_by__isnull=False),
                name="notice_handed_over_by_somebody",
            ),
        ]
        indexes = [
            models.Index(fields=["due_at"], condition=Q(state="due"), name="notice_due"),
            models.Index(fields=["bar", "state"], name="notice_by_state"),
        ]

    def __str__(self) -> str:
        return f"{self.stage}: {self.advocate}"
