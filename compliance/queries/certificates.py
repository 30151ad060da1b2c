"""What is still to be certified, what was, and which certificates have lost their ground."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Collection, Mapping

from django.db.models import Count, Exists, OuterRef, Q, Subquery

from advocates.acting import beyond_the_wall, holding
from advocates.models import Bar, User
from advocates.scoping import BarQuerySet, PersonQuerySet
from compliance.certificates.serials import normalise_code
from compliance.models import Certificate, CertificateKind, Standing, StandingStatus
from compliance.models.certificates import CertificateQuerySet
from compliance.models.standings import StandingQuerySet
from courses.models import Attendance, Decision, Entry, Session, SessionState, Teaching

_CREDITABLE = (Decision.FULL, Decision.PARTIAL)


def _credit(attendance: OuterRef) -> Exists:
    """Something posted for the attendance still stands."""
    return Exists(Entry.objects.filter(attendance=attendance, reversed_by=None))


def credited() -> BarQuerySet[Attendance]:
    """Attendances that the bar has confirmed and whose credit stands, at least in part."""
    return Attendance.objects.filter(
        _credit(OuterRef("pk")), session__state=SessionState.CONFIRMED, voided_at=None, decision__in=_CREDITABLE
    )


def certifiable() -> BarQuerySet[Attendance]:
    """Credited attendances that were never certified."""
    issued = Certificate.objects.filter(attendance=OuterRef("pk"), revision=1)
    return credited().filter(~Exists(issued))


def taught() -> BarQuerySet[Teaching]:
    """What was taught at sessions whose attendance is confirmed, and was not taken back."""
    return Teaching.objects.on_record().filter(session__state=SessionState.CONFIRMED)


def certifiable_teaching() -> BarQuerySet[Teaching]:
    """What was taught, and was never certified."""
    return taught().filter(~Exists(Certificate.objects.filter(teaching=OuterRef("pk"), revision=1)))


@beyond_the_wall("whether a certificate rests on a provider's own report")
def rest_on_file(file_id: int) -> bool:
    """Whether a certificate that holds was issued for an attendance that rests on this report."""
    return Certificate.objects.filter(attendance__line__file=file_id, revocation=None).exists()


def outlived_by(attended: Mapping[int, int]) -> CertificateQuerySet:
    """Certificates that stand for what was on record before these attendances, by advocate, of the same sessions."""
    newer = Attendance.objects.filter(
        pk__in=attended.values(), session=OuterRef("attendance__session"), advocate=OuterRef("advocate")
    )
    rows = Certificate.objects.standing().filter(
        Exists(newer), advocate__in=attended, attendance__voided_at__isnull=False
    )
    return rows.select_related("attendance")


def sessions_without_certificates() -> list[int]:
    """Keys of the sessions with people who wait for their certificate, in one statement."""
    waiting = certifiable().order_by().values_list("session_id", flat=True)
    return sorted(waiting.union(certifiable_teaching().order_by().values_list("session_id", flat=True)))


def met(today: dt.date) -> StandingQuerySet:
    """Standings of periods that are over and in which the requirement was met."""
    return Standing.objects.filter(status=StandingStatus.COMPLIANT, period_end__lt=today)


def certifiable_sessions(bar: Bar) -> list[Session]:
    """Sessions of the bar whose people wait for their certificate, the newest first; ``waiting`` is how many."""
    waiting: Counter[int] = Counter()
    for rows in (certifiable(), certifiable_teaching()):  # of the bar that held them
        waiting.update(dict(rows.for_bar(bar).order_by().values_list("session").annotate(Count("pk"))))
    sessions = list(Session.objects.for_bar(bar).filter(pk__in=waiting).select_related("course").order_by("-starts_at"))
    for session in sessions:
        session.waiting = waiting[session.pk]  # type: ignore[attr-defined]
    return sessions


def certifiable_periods(bar: Bar, today: dt.date) -> StandingQuerySet:
    """Of the bar's own advocates: requirements met in closed periods, and never certified."""
    return met(today).for_bar(bar).filter(~Exists(_of_the_period()))


def revoked_periods(bar: Bar, today: dt.date, *, by: User, asked_at: dt.datetime | None = None) -> StandingQuerySet:
    """Requirements met whose certificate was revoked, for an officer to issue anew; ``revision`` is the next.

    Somebody revoked it, for a reason in their own words: hours that were missing and have been made up since, or
    anything else. No program tells these apart, so none of them comes back by itself: they are shown to an officer,
    who issues them or lets them be; nobody their own. What was revoked after ``asked_at`` stays revoked, or a job that
    starts again would bring back what somebody has revoked meanwhile.
    """
    issued = _of_the_period()
    rows = met(today).for_bar(bar).exclude(advocate__user=by)
    rows = rows.filter(Exists(issued), ~Exists(issued.standing()))
    if asked_at is not None:
        rows = rows.filter(~Exists(issued.filter(revocation__at__gt=asked_at)))
    last = issued.order_by("-revision").values("revision")[:1]
    return rows.annotate(revision=Subquery(last) + 1)


def _of_the_period() -> CertificateQuerySet:
    """Certificates for the standing of the outer query, whether or not they stand."""
    kind = CertificateKind.COMPLIANCE
    return Certificate.objects.filter(advocate=OuterRef("advocate"), period_start=OuterRef("period_start"), kind=kind)


def closed_periods(bar: Bar, today: dt.date) -> list[dt.date]:
    """First days of the closed periods for which advocates of the bar were never certified."""
    waiting = certifiable_periods(bar, today).order_by("period_start")
    return list(waiting.values_list("period_start", flat=True).distinct())


def offered_periods(bar: Bar, today: dt.date, *, by: User) -> list[dt.date]:
    """First days of the closed periods for which this officer can issue certificates, for the first time or anew."""
    anew = revoked_periods(bar, today, by=by).order_by().values_list("period_start", flat=True)
    return sorted({*closed_periods(bar, today), *anew})


def credit_behind(attendances: Collection[Attendance]) -> list[Entry]:
    """The entries that stand for these attendances, in the order of the agenda, in one statement."""
    entries = Entry.objects.filter(attendance__in=attendances, reversed_by=None)
    return list(entries.select_related("category").order_by("attendance_id", "pk"))


def find_by_code(text: str) -> Certificate | None:
    """The certificate with this code however a person typed it, with all that the public check shows."""
    try:
        code = normalise_code(text)
    except ValueError:
        return None
    rows = Certificate.objects.select_related("bar", "revocation__replaced_by")
    with holding(stored_code(code)):
        return rows.filter(code=stored_code(code)).first()


def stored_code(code: str) -> str:
    """A verification code as the table keeps it: without its dashes."""
    return code.replace("-", "")


def certificates_without_credit() -> PersonQuerySet[Certificate]:
    """Valid certificates whose attendance was voided or whose credit was taken back altogether, of teaching that was
    taken back, and of a period in which hours are missing by now.

    For a person to look at: nothing revokes a certificate by itself. Only another that says what has taken the place
    of an attendance replaces it (``supersede``).
    """
    gone = Q(attendance__voided_at__isnull=False) | ~Q(_credit(OuterRef("attendance")))
    period = {"advocate": OuterRef("advocate"), "period_start": OuterRef("period_start")}
    unmet = Q(Exists(Standing.objects.missing_hours().filter(**period)), kind=CertificateKind.COMPLIANCE)
    return Certificate.objects.filter(
        Q(gone, attendance__isnull=False) | Q(teaching__ended_at__isnull=False) | unmet, revocation=None
    )


@beyond_the_wall("what advocates of other bars earned at a session that this bar certifies")
def to_put_right(bar: Bar, limit: int) -> list[Certificate]:
    """The first of those that the bar has issued, the oldest first, with their advocates."""
    rows = certificates_without_credit().filter(bar=bar).select_related("advocate")
    return list(rows.order_by("pk")[:limit])
