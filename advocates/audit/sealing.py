"""Seals what no transaction can add to any more; nobody who writes waits for it."""

from __future__ import annotations

import datetime as dt
import logging
import time
from typing import Any, Final

from django.db import connection, transaction

from advocates.audit.canonical import chained, digests, packed
from advocates.models import AuditSeal
from cle.core.locks import AUDIT_SEAL, one_at_a_time

logger = logging.getLogger(__name__)

BATCH: Final = 5000
"""Changes under one seal: 200 kB of digests, and some 5 MB while they are made."""

PATIENCE = dt.timedelta(seconds=20)
"""How long to wait for transactions that were under way at the start. Longer ones are left to the next look."""


_WRITERS = """
    SELECT virtualtransaction FROM pg_locks
    WHERE locktype = 'relation' AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
        AND relation = 'advocates_change'::regclass AND mode = 'RowExclusiveLock' AND pid <> pg_backend_pid()
"""
"""Transactions that have written to the trail: from before they are given a key there they hold this until they end."""


def seal_changes(*, now: dt.datetime, patience: dt.timedelta = PATIENCE) -> list[AuditSeal]:
    """Seal all that is final, in batches; none when a transaction of before outlasts ``patience``."""
    last = _final(patience)
    made: list[AuditSeal] = []
    while last and (seal := _seal_next(last, now)):
        made.append(seal)
        logger.info("audit trail sealed: changes %d to %d, sha256 %s", seal.first, seal.last, seal.sha256)
    return made


def _final(patience: dt.timedelta) -> int:
    """The key up to which no change can come to light any more; 0 when that cannot be told yet.

    Keys are given out in order, but transactions end in any. Whoever was given a key below the last that can be
    seen is over by now, or among the writers: once these are over, so are all.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT max(id) FROM advocates_change")
        last: int = cursor.fetchone()[0] or 0
        writers, end = _writers(cursor), time.monotonic() + patience.total_seconds()
        while writers & _writers(cursor):
            if time.monotonic() > end:
                return 0
            time.sleep(0.05)
    return last


def _writers(cursor: Any) -> set[str]:
    cursor.execute(_WRITERS)
    return {transaction for (transaction,) in cursor.fetchall()}


@transaction.atomic
def _seal_next(last: int, now: dt.datetime) -> AuditSeal | None:
    """The next seal, of at most a batch of changes up to ``last``; None when there are none left."""
    one_at_a_time(AUDIT_SEAL, 0)
    before = AuditSeal.objects.order_by("last").last()
    first = before.last + 1 if before else 1
    found = digests(first, last, BATCH)
    if not found:
        return None
    seal = AuditSeal(first=first, last=found[-1][0], count=len(found), digests=packed(found), sealed_at=now)
    seal.sha256 = chained(before.sha256 if before else "", seal)
    seal.save(force_insert=True)
    return seal
