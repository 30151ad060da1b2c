"""Posting to the credit ledger, and putting mistakes right. The database holds the promises; see the model."""

from __future__ import annotations

import datetime as dt

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from advocates.acting import beyond_the_wall
from advocates.models import Advocate, User
from cle.core.clock import local_date
from cle.core.errors import DomainError
from courses.models import Adjustment, Attendance, Category, Claim, DeliveryFormat, Entry


def credit_minutes(agenda_minutes: int, percent: int) -> int:
    """Whole minutes earned of ``agenda_minutes`` for a share in percent; a fraction of a minute is dropped."""
    return agenda_minutes * percent // 100


@beyond_the_wall("the credit of advocates of other bars who came to a session")
def post_attendances(attendances: list[Attendance], *, by: User | None) -> int:
    """Post the credit of attendances of one session; returns how many entries were new. Safe to repeat.

    Earned on the session's last local day; under the advocate's bar of today.
    """
    if not attendances:
        return 0
    session = attendances[0].session
    agenda = session.course.minutes_by_category()
    day = earned_on(session.ends_at, session.bar.time_zone)
    entries = [
        Entry(
            bar_id=attendance.advocate.bar_id, advocate_id=attendance.advocate_id, category_id=category,
            format=session.course.format, minutes=credit_minutes(minutes, attendance.credit_percent),
            earned_on=day, attendance=attendance, posted_by=by,
        )
        for attendance in sorted(attendances, key=lambda row: row.advocate_id)
        for category, minutes in agenda.items()
        if credit_minutes(minutes, attendance.credit_percent) > 0
    ]  # fmt: skip
    before = Entry.objects.filter(attendance__session=session, reverses=None).count()
    Entry.objects.bulk_create(entries, ignore_conflicts=True)
    return Entry.objects.filter(attendance__session=session, reverses=None).count() - before


def earned_on(ends_at: dt.datetime, zone: str) -> dt.date:
    """The local day on which a session ended: completion decides the day, and so the period.

    What ends at midnight has ended on the day that is over, not on the one that begins.
    """
    return local_date(ends_at - dt.timedelta(microseconds=1), zone)


@transaction.atomic
def reverse_entry(entry: Entry, *, reason: str, by: User | None) -> Entry:
    """Take back an entry, by an entry that mirrors it.

    Raises DomainError "reason-needed", "already-reversed", and "own-entry" for an entry of one's own.
    """
    if by is not None and entry.advocate.user_id == by.pk:
        raise DomainError("own-entry", _("Nobody may correct their own ledger."))
    if not reason.strip():
        raise DomainError("reason-needed", _("Say why the credit is taken back."))
    try:
        with transaction.atomic():
            return Entry.objects.create(
                bar_id=entry.bar_id, advocate_id=entry.advocate_id, category_id=entry.category_id,
                format=entry.format, minutes=-entry.minutes, earned_on=entry.earned_on,
                reverses=entry, reason=reason, posted_by=by,
            )  # fmt: skip
    except IntegrityError as error:
        raise DomainError("already-reversed", _("This entry has already been reversed, or is a reversal.")) from error


@transaction.atomic
def adjust(
    advocate: Advocate,
    category: Category,
    delivery: DeliveryFormat,
    minutes: int,
    earned: dt.date,
    *,
    reason: str,
    document: str = "",
    by: User | None,
) -> Entry:
    """Grant (or, with negative minutes, take away) credit by an officer's decision; never one's own."""
    if by is not None and advocate.user_id == by.pk:
        raise DomainError("own-adjustment", _("Nobody may grant credit to themselves, or take it away."))
    if not reason.strip() or minutes == 0:
        raise DomainError("adjustment-incomplete", _("An adjustment needs minutes other than 0 and a reason."))
    adjustment = Adjustment.objects.create(
        bar_id=advocate.bar_id, advocate=advocate, category=category, format=delivery, minutes=minutes,
        earned_on=earned, reason=reason, document=document, made_by=by,
    )  # fmt: skip
    return Entry.objects.create(
        bar_id=advocate.bar_id, advocate=advocate, category=category, format=delivery, minutes=minutes,
        earned_on=earned, adjustment=adjustment, reason=reason, posted_by=by,
    )  # fmt: skip


@transaction.atomic
def approve_claim(
    claim: Claim,
    *,
    by: User,
    now: dt.datetime,
    minutes: int | None = None,
    category: Category | None = None,
    reason: str = "",
) -> Entry:
    """Approve a submitted claim, as claimed, or with a reason for fewer minutes or in another category of the bar or
    one above it; nobody approves their own."""
    if claim.advocate.user_id == by.pk:
        raise DomainError("own-claim", _("Nobody may approve their own claim."))
    granted = claim.minutes if minutes is None else minutes
    if not 0 < granted <= claim.minutes or (granted < claim.minutes and not reason.strip()):
        raise DomainError("claim-minutes", _("Approve at most the minutes claimed; for fewer, give a reason."))
    if category is not None and category.pk != claim.category_id and not reason.strip():
        raise DomainError("reason-needed", _("Say why the credit counts in another category."))
    taken = Claim.objects.filter(pk=claim.pk, state=Claim.State.SUBMITTED).update(
        state=Claim.State.APPROVED, decided_by=by, decided_at=now, decision_reason=reason
    )
    if not taken:
        raise DomainError("claim-not-submitted", _("This claim does not wait for a decision."))
    return Entry.objects.create(
        bar_id=claim.advocate.bar_id, advocate_id=claim.advocate_id, category=category or claim.category,
        format=claim.format, minutes=granted, earned_on=claim.earned_on, claim=claim, posted_by=by,
    )  # fmt: skip
