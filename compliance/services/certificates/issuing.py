"""Issuing: each fact once, numbers without gaps, whoever else issues at the same time and whenever one is killed."""

from __future__ import annotations

import datetime as dt
import logging
import os
from collections.abc import Callable, Sequence
from typing import NamedTuple

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from advocates.models import Advocate, Bar, User
from cle.core.clock import local_date
from cle.core.copying import copy_rows
from cle.core.errors import DomainError
from compliance.certificates.page import compose
from compliance.certificates.render import unprintable
from compliance.certificates.serials import CODE_BYTES, serial_text, verification_code
from compliance.certificates.snapshot import VERSION, Snapshot
from compliance.models import Certificate, CertificateKind, Revocation, SerialCounter
from compliance.queries.certificates import outlived_by, stored_code
from compliance.services.snapshots import Facts, PeriodFacts, Source, TranscriptFacts, sources_of
from courses.models import Session

logger = logging.getLogger(__name__)

BATCH = 500
"""Certificates per transaction: the bar's counter is locked for about a second, and a kill loses no more."""


Counters = dict[CertificateKind, SerialCounter]

SURE_TO_FIT = 200
"""Letters. With this many in each field at once the page still holds them all: laying it out tells nothing."""


class Issued(NamedTuple):
    """How many certificates were issued, and how many could not be because a text of theirs cannot be printed."""

    certificates: int
    unprintable: int


def issue_for_session(session: Session, *, now: dt.datetime, by: User | None = None) -> int:
    """Certify the credited attendances of a session and who taught there; returns how many certificates are new.

    Safe to repeat.
    """
    return sum(issue(source, now=now, by=by).certificates for source in sources_of(session))


def issue_for_period(bar: Bar, period_start: dt.date, *, now: dt.datetime, by: User | None = None) -> int:
    """Certify the bar's own advocates who met the requirement of a closed period; returns how many are new.

    Whose certificate was revoked is for a batch, which an officer asks for. Safe to repeat; nothing is issued while
    the period lasts.
    """
    return issue(PeriodFacts(bar, period_start, local_date(now, bar.time_zone)), now=now, by=by).certificates


def issue(
    source: Source, *, now: dt.datetime, by: User | None = None, progress: Callable[[int], None] | None = None
) -> Issued:
    """Certify all that waits in a source, one transaction and a constant number of statements per batch.

    What cannot be printed takes no number and waits until somebody has put the text right; the log says which.
    ``progress`` is told after each batch how many subjects have been dealt with.
    """
    issued = skipped = after = 0
    while True:
        with transaction.atomic():
            counters = lock_counters(source, now)
            waiting = source.waiting(after, BATCH)
            drafts = [draft(facts, source, counters, now=now, by=by) for facts in waiting]
            certificates = [certificate for certificate in drafts if certificate is not None]
            store(certificates, counters)
            supersede(certificates, by=by, now=now)
        issued, skipped = issued + len(certificates), skipped + len(waiting) - len(certificates)
        if progress is not None:
            progress(issued + skipped)
        if len(waiting) < BATCH:
            return Issued(issued, skipped)
        after = waiting[-1].key


@transaction.atomic
def issue_transcript(advocate: Advocate, *, now: dt.datetime, by: User) -> Certificate:
    """All that the advocate's ledger says today, with a number, to be shown to whomever it concerns.

    Asked for twice on a day on which nothing has changed, it is one paper. Raises DomainError for one's own, and for
    what cannot be printed.
    """
    if advocate.user_id == by.pk:
        raise DomainError("own-certificate", _("Nobody may issue a transcript to themselves."))
    source = TranscriptFacts(advocate, advocate.bar, local_date(now, advocate.bar.time_zone))
    counters, facts = lock_counters(source, now), source.facts()
    same = _issued_today(facts, source)
    if same is not None:
        return same
    new = draft(facts, source, counters, now=now, by=by)
    if new is None:
        raise DomainError("certificate-not-printable", _("A text of the certificate cannot be printed."))
    store([new], counters)
    return Certificate.objects.get(code=new.code)


def _issued_today(facts: Facts, source: TranscriptFacts) -> Certificate | None:
    """The last transcript that stands, if it was issued on the day of the source and says the same."""
    rows = Certificate.objects.filter(bar=source.bar, advocate=facts.advocate_id, kind=facts.kind, erased_at=None)
    last = rows.standing().order_by("-pk").first()
    if last is None:
        return None
    said = {"issued_on": source.today.isoformat(), **facts.said}
    snapshot = Snapshot.from_json(last.snapshot)
    return last if all(getattr(snapshot, name) == value for name, value in said.items()) else None


def lock_counters(source: Source, now: dt.datetime) -> Counters:
    """The bar's last number of each kind that the source may issue, of this year, held until this transaction ends.

    Who waits here sees all numbers before.
    """
    bar, year = source.bar, local_date(now, source.bar.time_zone).year
    new = [SerialCounter(bar=bar, kind=kind, year=year) for kind in source.kinds]
    SerialCounter.objects.bulk_create(new, ignore_conflicts=True)
    rows = SerialCounter.objects.filter(bar=bar, kind__in=source.kinds, year=year)
    return {CertificateKind(row.kind): row for row in rows.select_for_update().order_by("pk")}


def draft(facts: Facts, source: Source, counters: Counters, *, now: dt.datetime, by: User | None) -> Certificate | None:
    """A certificate with the next number of its kind, not yet stored; None, and no number used, if it cannot print."""
    counter = counters[facts.kind]
    number = counter.last + 1
    serial = serial_text(source.bar.code, counter.year, number, facts.kind.letter)
    snapshot = _printable(facts, source, serial, now)
    if snapshot is None:
        return None
    counter.last = number
    return Certificate(
        bar=source.bar, advocate_id=facts.advocate_id, kind=facts.kind, attendance_id=facts.attendance_id,
        teaching_id=facts.teaching_id, period_start=facts.period_start, revision=facts.revision, year=counter.year,
        number=number, serial=snapshot.serial, code=stored_code(snapshot.code), snapshot=snapshot.to_json(),
        sha256=snapshot.sha256(), issued_at=now, issued_by=by,
    )  # fmt: skip


def store(certificates: list[Certificate], counters: Counters) -> None:
    """Write certificates and the last numbers used, inside the transaction that holds the counters."""
    copy_rows(certificates)
    for counter in counters.values():
        counter.save(update_fields=["last"])


def supersede(new: Sequence[Certificate], *, by: User | None, now: dt.datetime) -> None:
    """Of one person at one session one certificate stands: a new one replaces that of an attendance which a later
    report or decision has replaced, for the reason given there. Whoever applied that report has decided what is right;
    the person is left with a paper that says so, and with no other.

    Of several from before this was so, the last is replaced; the others stay pointed out in the office.
    """
    attended = {each.advocate_id: each.attendance_id for each in new if each.attendance_id is not None}
    if not attended:
        return
    rows = outlived_by(attended).order_by("pk").select_for_update(of=("self",))
    old = {row.advocate_id: (row, row.attendance.void_reason) for row in rows if row.attendance is not None}
    stored = Certificate.objects.filter(attendance__in=[attended[pk] for pk in old], revision=1)
    revocations = [
        Revocation(certificate=before, bar_id=before.bar_id, replaced_by=one, reason=reason, by=by, at=now)
        for one in stored
        for before, reason in [old[one.advocate_id]]
    ]
    Revocation.objects.bulk_create(revocations, ignore_conflicts=True)  # somebody may be revoking it just now


def _printable(facts: Facts, source: Source, serial: str, now: dt.datetime) -> Snapshot | None:
    try:
        snapshot = _snapshot(facts, source, serial, now)
        faults = sorted(unprintable(snapshot))
        if snapshot.longest_text > SURE_TO_FIT and facts.kind != CertificateKind.TRANSCRIPT:
            compose(snapshot)
    except ValueError as error:  # an empty text, or one with no room on the page; says the field, never the value
        faults = [str(error)]
    if not faults:
        return snapshot
    logger.warning(
        "no certificate of %s for %s, it cannot be printed: %s", facts.kind.value, facts.key, ", ".join(faults)
    )
    return None


def _snapshot(facts: Facts, source: Source, serial: str, now: dt.datetime) -> Snapshot:
    code = verification_code(os.urandom(CODE_BYTES))
    return Snapshot(
        version=VERSION,
        kind=facts.kind.value,
        serial=serial,
        code=code,
        verify_url=settings.PUBLIC_URL + reverse("verify", args=[code]),
        issued_on=local_date(now, source.bar.time_zone).isoformat(),
        **facts.said,
    )
