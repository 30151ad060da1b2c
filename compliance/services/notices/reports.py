"""Reports of servers and providers, written down once each; what did not arrive goes on by its second channel."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction

from compliance.models import EventKind, EventSource, Notice, NoticeChannel, NoticeEvent, NoticeState
from compliance.notices.delivery_reports import Report
from compliance.notices.duty import is_statutory
from compliance.services.notices.ledger import event
from compliance.services.notices.outcomes import sent


@transaction.atomic
def record_report(report: Report, *, source: EventSource, key: str, now: dt.datetime, provider_id: str = "") -> bool:
    """Whether it was new, and about a notice that was handed to a server. Safe to run twice, and twice at once.

    Any report proves that a server has the message: an uncertain notice is settled by it.
    """
    rows = Notice.objects.filter(uuid=report.notice).exclude(message_id="")
    notice = rows.select_for_update(of=("self",)).select_related("advocate__bar").first()
    if notice is None or NoticeEvent.objects.filter(key=key).exists():
        return False
    if notice.state == NoticeState.UNCERTAIN or (notice.state == NoticeState.DUE and notice.handing_since):
        notice.state = sent(notice, now, source=source)
    told = {"source": source, "code": report.code, "key": key, "provider_id": provider_id}
    event(notice, report.kind, now, **{**told, "channel": NoticeChannel.EMAIL}).save(force_insert=True)
    if report.kind == EventKind.BOUNCED and notice.state == NoticeState.SENT:
        _returned(notice, report.code, now)
    return True


def _returned(notice: Notice, code: str, now: dt.datetime) -> None:
    """What the law asks for goes on paper, in the same words; the rest is shown to the office."""
    error = f"bounced {code}".strip()
    fields: dict[str, Any] = {"state": NoticeState.FAILED}
    if is_statutory(notice):
        fields = {"state": NoticeState.TO_PRINT, "channel": NoticeChannel.PAPER}
        event(notice, EventKind.SECOND_CHANNEL, now, channel=NoticeChannel.PAPER, code=error).save(force_insert=True)
    Notice.objects.filter(pk=notice.pk).update(error=error, **fields)
