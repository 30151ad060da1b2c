"""The ledger of a notice: what happened to it, one row for each thing, from the plan to the proof."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from advocates.models import Advocate, Bar
from advocates.scoping import PersonQuerySet
from cle.core.append_only import AppendOnly
from compliance.models.notices import Notice, NoticeChannel


class EventKind(models.TextChoices):
    PLANNED = "planned", _("planned")
    CLAIMED = "claimed", _("taken by a sender")
    HANDING = "handing", _("being handed to the server")
    ACCEPTED = "accepted", _("accepted by the server")
    REFUSED = "refused", _("not accepted; will be tried again")
    UNCERTAIN = "uncertain", _("nobody knows whether the server has it")
    NOT_FOUND = "not_found", _("looked for and not found: it is sent again")
    AGAIN = "again", _("given back to be sent again")
    RELAYED = "relayed", _("passed on by the server")
    DELIVERED = "delivered", _("put into the mailbox")
    DELAYED = "delayed", _("delayed on its way")
    BOUNCED = "bounced", _("returned: it did not arrive")
    GIVEN_UP = "given_up", _("given up")
    SECOND_CHANNEL = "second_channel", _("goes on paper instead")
    WRITTEN = "written", _("written for the printer")
    HANDED_OVER = "handed_over", _("handed over on paper")
    WITHDRAWN = "withdrawn", _("withdrawn: no longer needed")


class EventSource(models.TextChoices):
    PROGRAM = "program", _("this program")
    SERVER = "server", _("the mail server")
    MAILBOX = "mailbox", _("a report in the mailbox")
    PROVIDER = "provider", _("a report of the provider")
    PERSON = "person", _("a person")


class NoticeEvent(models.Model):
    """One thing that happened to a notice. ``code`` is an answer or a status as a number or a word, never the address;
    ``digests`` are SHA-256 of what was handed over (``compliance.notices.digests``); ``key`` tells a report that is
    told twice. ``sender`` is the bar's own address: rates are counted by it.

    PII: when and how a person was written to.
    """

    bar = models.ForeignKey(Bar, models.PROTECT, related_name="+", db_index=False)
    advocate = models.ForeignKey(Advocate, models.PROTECT, related_name="+")
    notice = models.ForeignKey(Notice, models.PROTECT, related_name="events")
    kind = models.CharField(_("what"), max_length=16, choices=EventKind)
    at = models.DateTimeField(_("when"))
    channel = models.CharField(_("channel"), max_length=10, choices=NoticeChannel)
    source = models.CharField(_("known from"), max_length=10, choices=EventSource, default=EventSource.PROGRAM)
    code = models.CharField(_("answer"), max_length=200, blank=True)
    provider_id = models.CharField(_("number at the provider"), max_length=200, blank=True)
    sender = models.CharField(max_length=254, blank=True)
    digests: models.JSONField[Any, Any] = models.JSONField(default=dict, blank=True)
    key = models.CharField(max_length=200, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )

    objects = PersonQuerySet["NoticeEvent"].as_manager()

    class Meta:
        ordering = ["at", "pk"]
        verbose_name = _("event of a notice")
        verbose_name_plural = _("events of notices")
        constraints = [
            models.UniqueConstraint(fields=["key"], condition=~Q(key=""), name="notice_event_told_once"),
            models.CheckConstraint(
                condition=~Q(source="person") | Q(by__isnull=False), name="notice_event_by_a_person"
            ),
        ]
        indexes = [
            models.Index(fields=["sender", "at"], condition=Q(kind="handing"), name="notice_event_rate"),
            models.Index(fields=["at"], condition=Q(kind="bounced"), name="notice_event_bounced"),
        ]
        triggers = [AppendOnly(name="notice_event_append_only")]

    def __str__(self) -> str:
        return f"{self.notice_id}: {self.kind} {self.at:%d.%m.%Y %H:%M}"
