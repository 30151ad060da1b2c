"""Whether the trail still says what it said when it was sealed; names the first thing that does not."""

from __future__ import annotations

import datetime as dt
import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import Min

from advocates.audit.attach import missing
from advocates.audit.canonical import chained, digests, unpacked
from advocates.audit.functions import body_of
from advocates.audit.tables import Recorded
from advocates.models import AuditSeal, Change

LATE = dt.timedelta(days=1)
"""The schedule seals every few minutes: what is older and not sealed was not sealed, or has lost its seal."""


@dataclass(frozen=True)
class Verdict:
    """What was looked at, and the first thing that is wrong; ``fault`` is '' when nothing is."""

    seals: int
    changes: int
    unsealed: int
    tables: int
    last: AuditSeal | None
    fault: str


def verify(tables: Iterable[Recorded], *, now: dt.datetime, anchor: str = "") -> Verdict:
    """Recompute everything. ``anchor`` is the sum of a seal as it was kept elsewhere: one such seal must stand."""
    tables = list(tables)
    seals = changes = 0
    last: AuditSeal | None = None
    fault = _switched_off(tables) or _before_the_first()
    anchored = not anchor
    for seal in [] if fault else AuditSeal.objects.order_by("first").iterator(chunk_size=20):
        fault = _break(last, seal) or _difference(seal)
        if fault:
            break
        seals, changes, last, anchored = seals + 1, changes + seal.count, seal, anchored or seal.sha256 == anchor
    fault = fault or ("" if anchored else f"no seal has the sum {anchor}") or _overdue(last, now)
    unsealed = Change.objects.filter(pk__gt=last.last if last else 0).count()
    return Verdict(seals, changes, unsealed, len(tables), last, fault)


def _break(before: AuditSeal | None, seal: AuditSeal) -> str:
    expected = before.last + 1 if before else 1
    if seal.first != expected:
        return f"a seal is missing: changes {expected} to {seal.first - 1} are under none"
    if chained(before.sha256 if before else "", seal) != seal.sha256:
        return f"the seal of changes {seal.first} to {seal.last} was altered"
    return ""


def _difference(seal: AuditSeal) -> str:
    """The first change that is not as it was sealed."""
    try:
        sealed = dict(unpacked(bytes(seal.digests)))
    except struct.error:
        return f"the seal of changes {seal.first} to {seal.last} was altered"
    there = dict(digests(seal.first, seal.last))
    if sealed == there and len(there) == seal.count:
        return ""
    return next(_named(sealed, there, seal))


def _named(sealed: dict[int, bytes], there: dict[int, bytes], seal: AuditSeal) -> Iterator[str]:
    under = f"under the seal of changes {seal.first} to {seal.last}"
    for key in sorted(sealed.keys() | there.keys()):
        if key not in there:
            yield f"change {key} is missing {under}"
        elif key not in sealed:
            yield f"change {key} was put in {under}"
        elif sealed[key] != there[key]:
            yield f"change {key} was altered {under}"
    yield f"the count is wrong {under}"


def _before_the_first() -> str:
    lowest = Change.objects.filter(pk__lt=1).aggregate(key=Min("pk"))["key"]
    return "" if lowest is None else f"change {lowest} was put in before the first"


def _overdue(last: AuditSeal | None, now: dt.datetime) -> str:
    oldest = Change.objects.filter(pk__gt=last.last if last else 0).order_by("pk").first()
    if oldest is None or oldest.at > now - LATE:
        return ""
    why = "the schedule stood still, or a seal is gone"
    return f"change {oldest.pk} of {oldest.at:%Y-%m-%d %H:%M} UTC is under no seal: {why}"


def _switched_off(tables: list[Recorded]) -> str:
    """What keeps the trail from being written."""
    for table, trigger in missing(connection, tables):
        return f"{table.table} is not recorded: its trigger {trigger} is gone, switched off or changed"
    for name, body in _bodies():
        if body != body_of(name, _schema()):
            return f"the function {name} was altered"
    return ""


def _bodies() -> list[tuple[str, str]]:
    names = ["audit_record", "audit_refuse", "audit_shown"]
    with connection.cursor() as cursor:
        cursor.execute("SELECT proname, prosrc FROM pg_proc WHERE proname = ANY(%s) ORDER BY proname", [names])
        found: list[tuple[str, str]] = cursor.fetchall()
    return found


def _schema() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT quote_ident(current_schema())")
        row: Any = cursor.fetchone()
    return str(row[0])
