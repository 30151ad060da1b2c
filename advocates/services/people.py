"""Writing about people: enrolment, transfer, status. History is dated, never overwritten."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any, Final

from django.db import connection, transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from advocates.acting import beyond_the_wall
from advocates.models import Advocate, Bar, Membership, Status, StatusSpan, User
from cle.core.errors import DomainError

LONG_AGO = dt.date(1900, 1, 1)
"""Start of a membership or status when the bar's records give no date."""

PARTICULARS: Final = frozenset({"email", "phone", "address", "language", "unit", "practice_form"})
"""What is kept by hand. Names, licences and dates come from the roll, statuses from decisions."""

_BEGIN = """
    INSERT INTO {table} (advocate_id, bar_id, period, ground, document, recorded_by_id, recorded_at{column})
    SELECT advocate_id, %(bar)s, daterange(coalesce(day, %(long_ago)s), NULL), '', %(document)s, %(by)s, %(now)s{value}
      FROM unnest(%(advocates)s::bigint[], %(days)s::date[]) AS joined(advocate_id, day)
"""

Joined = tuple[int, dt.date | str | None]
"""The key of an advocate and the date of joining, or its ISO text."""


def _locked(advocate: Advocate) -> Advocate:
    return Advocate.objects.select_for_update().get(pk=advocate.pk)


def touch(advocate_ids: list[int]) -> None:
    """Mark the records as changed, so that standings computed before are known to be behind."""
    Advocate.objects.filter(pk__in=advocate_ids).update(version=F("version") + 1)


@transaction.atomic
def record_status(
    advocate: Advocate,
    status: Status,
    since: dt.date,
    *,
    ground: str = "",
    document: str = "",
    by: User | None = None,
) -> StatusSpan:
    """Record a status that somebody decided, from ``since`` on; the span running until then ends that day.

    Raises DomainError "status-later-exists" when a status is already recorded from that day or later: what was recorded
    wrongly is corrected (``correct_status``), not guessed; "own-record" when it is the status of whoever records it.
    """
    person = _another_s(advocate, by)
    spans = StatusSpan.objects.filter(advocate=person)
    if spans.filter(period__startswith__gte=since).exists():
        raise DomainError("status-later-exists", _("A status is already recorded from that day or later."))
    running = spans.filter(period__contains=since).first()
    if running is not None:
        _end(running, since)
    span = StatusSpan.objects.create(
        advocate=person, bar_id=person.bar_id, status=status, period=DateRange(since, None),
        ground=ground, document=document, recorded_by=by,
    )  # fmt: skip
    touch([person.pk])
    return span


@transaction.atomic
def correct_status(
    advocate: Advocate, status: Status, since: dt.date, *, ground: str, document: str, by: User | None = None
) -> StatusSpan:
    """Put right the newest status, which was recorded wrongly; the one before lasts until it begins. The audit trail
    keeps what was there.

    Raises DomainError "no-status", "status-before-begins-later" for a day that leaves nothing of the one before, and
    "own-record".
    """
    person = _another_s(advocate, by)
    newest, before = (*StatusSpan.objects.filter(advocate=person).order_by("-period")[:2], None, None)[:2]
    if newest is None:
        raise DomainError("no-status", _("No status is recorded."))
    if before is not None:
        if not before.period.lower < since:
            raise DomainError("status-before-begins-later", _("The status before it begins on that day or later."))
        goes_on = before.period.upper == newest.period.lower
        _end(before, min(since, before.period.upper))  # no two hold on one day, in between either
    newest.period = DateRange(since, newest.period.upper)
    newest.status = status
    _recorded(newest, ground=ground, document=document, by=by, more=["period", "status"])
    if before is not None and goes_on:
        _end(before, since)
    touch([person.pk])
    return newest


def _end(span: StatusSpan | Membership, on: dt.date) -> None:
    """Let it end that day, which is no longer part of it."""
    span.period = DateRange(span.period.lower, on)
    span.save(update_fields=["period"])


def _recorded(
    span: StatusSpan | Membership, *, ground: str, document: str, by: User | None, more: Iterable[str] = ()
) -> None:
    """What it rests on now, by whom and when: the audit trail keeps what it rested on before."""
    span.ground, span.document, span.recorded_by, span.recorded_at = ground, document, by, timezone.now()
    span.save(update_fields=["ground", "document", "recorded_by", "recorded_at", *more])


def _another_s(advocate: Advocate, by: User | None) -> Advocate:
    """The advocate, locked. Raises DomainError "own-record" for whoever would write their own history."""
    person = _locked(advocate)
    if by is not None and person.user_id == by.pk:
        raise DomainError("own-record", _("This is your own record: somebody else has to do that."))
    return person


@transaction.atomic
def correct_particulars(advocate: Advocate, values: Mapping[str, Any]) -> Advocate:
    """Write the PARTICULARS that are given (``unit`` a Unit or None); the others stay as they are.

    Raises DomainError "unit-of-another-bar".
    """
    if odd := set(values) - PARTICULARS:
        raise LookupError(f"not kept by hand: {', '.join(sorted(odd))}")
    person, unit = _locked(advocate), values.get("unit")
    if unit is not None and unit.bar_id != person.bar_id:
        raise DomainError("unit-of-another-bar", _("Choose a unit of this bar."))
    for name, value in values.items():
        setattr(person, name, value)
    if values:
        person.save(update_fields=[*values, "updated_at"])
    return person


@beyond_the_wall("a move ends at another bar, whose people are not the reader's")
@transaction.atomic
def transfer(
    advocate: Advocate, to: Bar, on: dt.date, *, ground: str = "", document: str = "", by: User | None = None
) -> Membership:
    """Move an advocate to another bar from ``on``; the old membership ends that day, if it has not ended before, and
    stays in the history.

    The file goes along: it is that bar's from then on. Raises DomainError "transfer-not-possible", "membership-runs",
    "own-record".
    """
    person = _another_s(advocate, by)
    running = _running(person)
    if person.bar_id == to.pk or (running is not None and not running.period.lower < on):
        raise DomainError("transfer-not-possible", _("There is no membership of another bar to end on that day."))
    if running is None:
        _check_ended(person, on)
    else:
        _end(running, on)
    membership = _joins(person, to, on, ground=ground, document=document, recorded_by=by)
    _hand_on(person, to)
    return membership


def _hand_on(person: Advocate, to: Bar) -> None:
    """The file is that bar's from now on."""
    if person.bar_id != to.pk:
        person.bar, person.unit = to, None
        person.save(update_fields=["bar", "unit", "updated_at"])
    touch([person.pk])  # noted for the bar that it is of by now


def last_move(person: Advocate) -> tuple[Membership, Membership] | None:
    """The membership that runs and the one of another bar before it, that one first; None where nobody has moved."""
    newest = Membership.objects.filter(advocate=person).select_related("bar").order_by("-period")[:2]
    moved, before = (*newest, None, None)[:2]
    if moved is None or before is None or moved.bar_id == before.bar_id or moved.period.upper is not None:
        return None
    return before, moved


def _moved(person: Advocate) -> tuple[Membership, Membership, bool]:
    """With whether the one follows upon the other. Raises DomainError "no-move"."""
    found = last_move(person)
    if found is None:
        raise DomainError("no-move", _("There is no move to put right."))
    before, moved = found
    return before, moved, before.period.upper == moved.period.lower


@beyond_the_wall("a move begins and ends at other bars, whose people are not the reader's")
@transaction.atomic
def correct_move(
    advocate: Advocate, to: Bar, on: dt.date, *, ground: str = "", document: str = "", by: User | None = None
) -> Membership:
    """Put right the last move, which was recorded wrongly: to which bar, or from which day. The membership before lasts
    until then. The audit trail keeps what was there.

    Raises DomainError "no-move", "move-to-the-bar-before", "transfer-not-possible", "membership-runs", "own-record".
    """
    person = _another_s(advocate, by)
    before, moved, follows = _moved(person)
    if to.pk == before.bar_id:
        raise DomainError("move-to-the-bar-before", _("The membership before was of that bar: take the move back."))
    if not before.period.lower < on:
        raise DomainError("transfer-not-possible", _("There is no membership of another bar to end on that day."))
    if follows:
        _end(before, min(on, before.period.upper))  # no two hold on one day, in between either
    elif on < before.period.upper:
        raise DomainError("membership-runs", _("The membership before has not ended by that day."))
    moved.bar, moved.period = to, DateRange(on, None)
    _recorded(moved, ground=ground, document=document, by=by, more=["bar", "period"])
    if follows:
        _end(before, on)
    _hand_on(person, to)
    return moved


@beyond_the_wall("a move that did not take place ends at another bar, whose people are not the reader's")
@transaction.atomic
def take_back_move(advocate: Advocate, *, ground: str = "", document: str = "", by: User | None = None) -> Membership:
    """The last move did not take place: the membership before it goes on, if it ended with the move, and the file is
    its bar's again. The audit trail keeps the membership that was recorded, and until when the one before had lasted.

    Raises DomainError "no-move", "own-record".
    """
    person = _another_s(advocate, by)
    before, moved, follows = _moved(person)
    moved.delete()
    before.period = DateRange(before.period.lower, None if follows else before.period.upper)
    _recorded(before, ground=ground, document=document, by=by, more=["period"])
    _hand_on(person, before.bar)
    return before


@transaction.atomic
def leave_bar(
    advocate: Advocate, on: dt.date, *, ground: str = "", document: str = "", by: User | None = None
) -> Membership:
    """End the membership: ``on`` is the first day without. The file stays with the bar.

    Raises DomainError "no-membership" where none runs that began before, "own-record".
    """
    person = _another_s(advocate, by)
    running = _running(person)
    if running is None or not running.period.lower < on:
        raise DomainError("no-membership", _("There is no membership to end on that day."))
    _end(running, on)
    _recorded(running, ground=ground, document=document, by=by)
    touch([person.pk])
    return running


@transaction.atomic
def rejoin(
    advocate: Advocate, on: dt.date, *, ground: str = "", document: str = "", by: User | None = None
) -> Membership:
    """A new membership of the bar, ``on`` being its first day, of somebody whose last one has ended.

    Raises DomainError "membership-runs" where one lasts that day or longer, "own-record".
    """
    person = _another_s(advocate, by)
    _check_ended(person, on)
    touch([person.pk])
    return _joins(person, person.bar, on, ground=ground, document=document, recorded_by=by)


def _check_ended(person: Advocate, on: dt.date) -> None:
    lasting = Membership.objects.filter(advocate=person).exclude(period__endswith__lte=on)
    if lasting.exists():
        raise DomainError("membership-runs", _("The membership before has not ended by that day."))


def _running(person: Advocate) -> Membership | None:
    return Membership.objects.filter(advocate=person, period__upper_inf=True).first()


def _joins(person: Advocate, bar: Bar, on: dt.date, **said: Any) -> Membership:
    return Membership.objects.create(advocate=person, bar=bar, period=DateRange(on, None), **said)


def open_histories(joined: Iterable[Joined], *, bar_id: int, document: str, by: User | None = None) -> None:
    """First membership and "active" status of newly enrolled advocates, from their date of joining; set-based."""
    keys, days = zip(*joined, strict=True)
    said: dict[str, Any] = {
        "bar": bar_id, "document": document, "by": by and by.pk, "now": timezone.now(), "long_ago": LONG_AGO,
        "advocates": list(keys), "days": list(days),
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_BEGIN.format(table="advocates_membership", column="", value=""), said)
        cursor.execute(_BEGIN.format(table="advocates_statusspan", column=", status", value=", 'active'"), said)
