"""Notices planned, rendered and handed to a mail server, beside a bare smtplib loop that sends the same bytes."""

from __future__ import annotations

import datetime as dt
import smtplib
import time
from collections.abc import Callable, Iterable

from django.db import connection
from django.db.models import Value
from django.db.models.functions import Concat
from django.test import override_settings

from advocates.models import Advocate, Bar
from compliance.models import Notice, NoticeState
from compliance.notices.digests import message_of
from compliance.services.cases import review_cases
from compliance.services.notices import plan_notices, send_due
from tests.bench.population import own_database, populate, settled
from tests.bench.sink import running
from tests.bench.sweep import NOW, TODAY, sweep

SMTP = {"EMAIL_BACKEND": "cle.mail.SmtpBackend", "EMAIL_HOST": "127.0.0.1", "PUBLIC_URL": "https://cle.example.kz"}
_BATCH = 200
"""As the schedule sends them."""


def prepare(people: int) -> Bar:
    """Advocates with addresses, a third of them short after the deadline, and their cases."""
    bar = populate(people)
    Advocate.objects.update(email=Concat("licence_key", Value("@mail.example.kz")))
    sweep(bar)
    review_cases(bar, TODAY, NOW)
    return bar


def send_all(now: dt.datetime) -> int:
    sent = 0
    while count := send_due(now=now, limit=_BATCH).sent:
        sent += count
    return sent


def bare(port: int, messages: Iterable[tuple[str, str, bytes]]) -> None:
    with smtplib.SMTP("127.0.0.1", port) as server:
        for sender, address, content in messages:
            server.sendmail(sender, [address], content)


def measure(bar: Bar, port: int) -> dict[str, object]:
    """Seconds of planning, of sending, and of the bare loop over the same messages."""
    later = NOW + dt.timedelta(hours=12)
    start = time.perf_counter()
    planned = plan_notices(bar, TODAY, NOW)
    planning = time.perf_counter() - start
    with override_settings(**SMTP, EMAIL_PORT=port):
        start = time.perf_counter()
        sent = send_all(later)
        sending = time.perf_counter() - start
        rows = Notice.objects.filter(state=NoticeState.SENT)
        messages = [("cle@localhost", row.address, message_of(row)) for row in rows]
    start = time.perf_counter()
    bare(port, messages)
    loop = time.perf_counter() - start
    assert planned == sent == len(messages)
    return {
        "notices": sent, "bytes_each": sum(len(content) for *_, content in messages) // max(1, sent),
        "planned_per_s": round(sent / planning), "sent_per_s": round(sent / sending), "bare_per_s": round(sent / loop),
        "ratio_to_bare": round((planning + sending) / loop, 1),
    }  # fmt: skip


def run(people: int, *, say: Callable[[str], None]) -> dict[str, object]:
    with own_database(), running() as port:
        say(f"making {people:,} advocates …")
        bar = prepare(people)
        settled()
        with connection.cursor() as cursor:
            cursor.execute("SHOW synchronous_commit")
            durable = cursor.fetchone()[0]
        say("sending …")
        return {"advocates": people, "synchronous_commit": durable, **measure(bar, port)}
