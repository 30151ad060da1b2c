"""What the proof of service of a notice rests on, read from the records in a constant number of statements."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

from django.db.models import QuerySet

from compliance.certificates.words import Pair, licence
from compliance.models import EventKind, EventSource, Notice, NoticeChannel, NoticeEvent
from compliance.notices.digests import WORDS, compared
from compliance.notices.stages import stage_name
from compliance.reports.service.proof import Happened, Proof, Sum
from compliance.reports.spreadsheet import in_both, said_in_both

_HANDED_OVER = (EventKind.HANDING, EventKind.WRITTEN)


def events_of(notice: Notice) -> QuerySet[NoticeEvent]:
    """The whole ledger of a notice, the oldest first."""
    return NoticeEvent.objects.filter(notice=notice).select_related("by").order_by("at", "pk")


def sums_of(notice: Notice, events: list[NoticeEvent]) -> tuple[Sum, ...]:
    """Those of the last time that its words were handed over or written, compared with what is kept now."""
    kept: dict[str, str] = next((event.digests for event in reversed(events) if event.kind in _HANDED_OVER), {})
    if not notice.text:
        return ()
    same = compared(notice, kept)
    return tuple(Sum(name, kept[name], same[name]) for name in (*WORDS, "message") if name in same)


def proof_of(notice: Notice, now: dt.datetime) -> Proof:
    """Of a notice with its advocate, bar, opening and whoever handed it over."""
    advocate, events = notice.advocate, list(events_of(notice))
    zone = ZoneInfo(advocate.bar.time_zone)
    opening = getattr(notice, "opening", None)
    handed = f"{notice.handed_over_on:%d.%m.%Y}, {notice.handed_over_by}" if notice.handed_over_on else ""
    return Proof(
        number=notice.pk, bar=Pair(advocate.bar.name_kk, advocate.bar.name_ru), advocate=advocate.full_name,
        licence=licence(advocate.licence_number, advocate.licence_date.isoformat() if advocate.licence_date else ""),
        stage=Pair(*said_in_both(lambda: stage_name(notice.stage, notice.facts))),
        state=Pair(*said_in_both(notice.get_state_display)),
        channel=Pair(*said_in_both(notice.get_channel_display)), address=notice.address,
        message_id=notice.message_id, sent="" if handed else _said(notice.sent_at, zone),
        opened=_said(opening.at, zone) if opening else "", handed_over=handed, subject=notice.subject, text=notice.text,
        sums=sums_of(notice, events), events=tuple(_happened(event, zone) for event in events),
        made_at=_said(now, zone), zone=advocate.bar.time_zone,
    )  # fmt: skip


def _happened(event: NoticeEvent, zone: ZoneInfo) -> Happened:
    return Happened(
        at=_said(event.at, zone), what=Pair(*in_both(EventKind(event.kind).label)),
        channel=Pair(*in_both(NoticeChannel(event.channel).label)),
        source=Pair(*in_both(EventSource(event.source).label)), code=event.code, number=event.provider_id,
        by=str(event.by) if event.by else "",
    )  # fmt: skip


def _said(moment: dt.datetime | None, zone: ZoneInfo) -> str:
    return f"{moment.astimezone(zone):%d.%m.%Y %H:%M:%S}" if moment else ""
