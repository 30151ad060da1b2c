"""What certificates are to say, read from the records a batch at a time, before they have a number.

Each source reads what its certificates share once, and its people in a constant number of statements per batch.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Protocol

from advocates.models import Advocate, Bar, User
from advocates.scoping import BarQuerySet
from cle.core.clock import local_date
from compliance.certificates.snapshot import Line
from compliance.models import BarPicture, Certificate, CertificateKind, Standing
from compliance.models.standings import StandingQuerySet
from compliance.notices.sources import line_name
from compliance.queries.certificates import (
    certifiable,
    certifiable_periods,
    certifiable_teaching,
    credit_behind,
    credited,
    met,
    revoked_periods,
    taught,
)
from compliance.queries.desk import entries_of
from compliance.queries.notices import rulebooks_behind
from compliance.queries.rules import ancestry, rules_of
from compliance.rules import Rulebook
from compliance.services.transcripts import statement_of
from courses.models import Attendance, Decision, Entry, Session, Teaching
from courses.services.ledger import earned_on

_CLOCK_HOUR = 60
_TOTAL = "total"
_NO_COURSE = dict.fromkeys(
    ("course_title_kk", "course_title_ru", "provider_name_kk", "provider_name_ru", "course_number", "format", "place"),
    "",
)


@dataclass(frozen=True, slots=True)
class Facts:
    """One certificate's subject, and the fields of its snapshot that follow from the records.

    ``key`` is that of the attendance, of what was taught or of the standing; one of the three subjects is set.
    """

    kind: CertificateKind
    key: int
    advocate_id: int
    said: dict[str, Any]
    attendance_id: int | None = None
    teaching_id: int | None = None
    period_start: dt.date | None = None
    revision: int = 1


class Source(Protocol):
    """Where certificates come from, of which kinds they may be, and the bar that issues them."""

    @property
    def kinds(self) -> tuple[CertificateKind, ...]: ...

    @property
    def bar(self) -> Bar: ...

    def waiting(self, after: int, limit: int) -> list[Facts]:
        """Subjects for which nothing stands, by key, with keys beyond ``after``."""

    def again(self, certificate: Certificate) -> list[Facts]:
        """The subject of a certificate as the records have it today; empty when there is nothing left to certify."""


class SessionFacts:
    """Attendances of one session. Its bar issues the certificates, wherever the advocates belong."""

    def __init__(self, session: Session) -> None:
        self.session = Session.objects.select_related("bar", "course__provider").get(pk=session.pk)
        self.bar = self.session.bar
        self._full = CertificateKind(self.session.course.certified_as)
        self._shared = {**letterhead(self.bar), **_course(self.session), **_shown_by(self.session)}

    @property
    def kinds(self) -> tuple[CertificateKind, ...]:
        """Of completion where the course gives such; then too, what was attended in part is certified as attended."""
        return tuple({CertificateKind.ATTENDANCE, self._full})

    def waiting(self, after: int, limit: int) -> list[Facts]:
        return self._read(certifiable().filter(session=self.session, pk__gt=after), limit)

    def again(self, certificate: Certificate) -> list[Facts]:
        return self._read(credited().filter(certificates=certificate), 1)

    def _read(self, rows: BarQuerySet[Attendance], limit: int) -> list[Facts]:
        attendances = list(rows.select_related("advocate").order_by("pk")[:limit])
        credit: defaultdict[int | None, list[Entry]] = defaultdict(list)
        for entry in credit_behind(attendances):
            credit[entry.attendance_id].append(entry)
        return [
            Facts(
                self._full if attendance.decision == Decision.FULL else CertificateKind.ATTENDANCE,
                attendance.pk,
                attendance.advocate_id,
                {**self._shared, **_person(attendance.advocate), **_earned(credit[attendance.pk])},
                attendance_id=attendance.pk,
            )
            for attendance in attendances
        ]


class TeachingFacts:
    """Who taught at one session, once its attendance is confirmed: that it was held has been vouched for."""

    kinds = (CertificateKind.TEACHING,)

    def __init__(self, session: Session) -> None:
        self.session = Session.objects.select_related("bar", "course__provider").get(pk=session.pk)
        self.bar = self.session.bar
        self._shared = {**letterhead(self.bar), **_course(self.session), **_shown_by(self.session)}

    def waiting(self, after: int, limit: int) -> list[Facts]:
        return self._read(certifiable_teaching().filter(session=self.session, pk__gt=after), limit)

    def again(self, certificate: Certificate) -> list[Facts]:
        return self._read(taught().filter(certificates=certificate), 1)

    def _read(self, rows: BarQuerySet[Teaching], limit: int) -> list[Facts]:
        return [
            Facts(
                CertificateKind.TEACHING,
                teaching.pk,
                teaching.advocate_id,
                {**self._shared, **_person(teaching.advocate), **_figures([], teaching.minutes)},
                teaching_id=teaching.pk,
            )
            for teaching in rows.select_related("advocate").order_by("pk")[:limit]
        ]


def sources_of(session: Session) -> list[Source]:
    """Who attended and, where anybody is still to be certified for it, who taught."""
    teaching = certifiable_teaching().filter(session=session).exists()
    return [SessionFacts(session), *([TeachingFacts(session)] if teaching else [])]


class PeriodFacts:
    """Requirements met in one closed period, by the advocates who are on the bar's roll today."""

    kinds = (CertificateKind.COMPLIANCE,)

    def __init__(self, bar: Bar, period_start: dt.date, today: dt.date) -> None:
        self.bar, self.period_start, self.today = bar, period_start, today
        self._shared = {**letterhead(bar), **_NO_COURSE}

    def waiting(self, after: int, limit: int) -> list[Facts]:
        rows = certifiable_periods(self.bar, self.today)
        return self._read(rows.filter(period_start=self.period_start, pk__gt=after), limit)

    def again(self, certificate: Certificate) -> list[Facts]:
        rows = met(self.today).filter(advocate=certificate.advocate_id, period_start=self.period_start)
        return self._read(rows, 1)

    def _read(self, rows: StandingQuerySet, limit: int) -> list[Facts]:
        standings = list(rows.select_related("advocate", "rulebook__bar").order_by("pk")[:limit])
        rulebooks = rulebooks_behind(standings)
        return [
            Facts(
                CertificateKind.COMPLIANCE,
                standing.pk,
                standing.advocate_id,
                {**self._shared, **_person(standing.advocate), **_counted(standing, rulebooks[standing.pk])},
                period_start=standing.period_start,
                revision=getattr(standing, "revision", 1),
            )
            for standing in standings
        ]


class RevokedPeriodFacts(PeriodFacts):
    """Those whose certificate was revoked before this officer asked for them."""

    def __init__(self, bar: Bar, period_start: dt.date, today: dt.date, *, by: User, asked_at: dt.datetime) -> None:
        super().__init__(bar, period_start, today)
        self._asked: dict[str, Any] = {"by": by, "asked_at": asked_at}

    def waiting(self, after: int, limit: int) -> list[Facts]:
        rows = revoked_periods(self.bar, self.today, **self._asked)
        return self._read(rows.filter(period_start=self.period_start, pk__gt=after), limit)


class TranscriptFacts:
    """All of one advocate's ledger, corrections included, whenever it is asked for."""

    kinds = (CertificateKind.TRANSCRIPT,)

    def __init__(self, advocate: Advocate, bar: Bar, today: dt.date) -> None:
        self.advocate, self.bar, self.today = advocate, bar, today

    def waiting(self, after: int, limit: int) -> list[Facts]:
        """Nobody waits for a transcript: each is asked for."""
        return []

    def again(self, certificate: Certificate) -> list[Facts]:
        return [self.facts()]

    def facts(self) -> Facts:
        entries = entries_of(Entry.objects.filter(advocate=self.advocate))
        statement = statement_of(self.advocate, entries, self.today)
        days = [line.day for line in statement.lines] or [self.today]
        said = {
            **letterhead(self.bar), **_NO_COURSE, **_person(self.advocate), **_figures([], max(0, statement.minutes)),
            "starts_on": days[0].isoformat(), "ends_on": days[-1].isoformat(),
            "unit_minutes": statement.unit_minutes, "example": statement.example,
            "entries": tuple(
                (line.day.isoformat(), *line.what, *line.category, line.format, line.minutes, line.state)
                for line in statement.lines
            ),
        }  # fmt: skip
        return Facts(CertificateKind.TRANSCRIPT, self.advocate.pk, self.advocate.pk, said)


def source_of(certificate: Certificate, today: dt.date) -> Source:
    """Where the facts of a certificate issued before are read again."""
    if certificate.attendance is not None:
        return SessionFacts(certificate.attendance.session)
    if certificate.teaching is not None:
        return TeachingFacts(certificate.teaching.session)
    if certificate.kind == CertificateKind.TRANSCRIPT:
        return TranscriptFacts(certificate.advocate, certificate.bar, today)
    if certificate.period_start is None:
        raise ValueError("a certificate without a subject")  # the table's own check keeps this from happening
    return PeriodFacts(certificate.bar, certificate.period_start, today)


def letterhead(bar: Bar) -> dict[str, str]:
    """The bar, and above it the bar at the top of the tree, unless that is the bar itself."""
    top = Bar.objects.get(pk=ancestry(bar)[0])
    own = ("letterhead_kk", "letterhead_ru", "signatory_name", "signatory_title_kk", "signatory_title_ru")
    return {
        "bar_name_kk": bar.name_kk,
        "bar_name_ru": bar.name_ru,
        "national_bar_name_kk": "" if top == bar else top.name_kk,
        "national_bar_name_ru": "" if top == bar else top.name_ru,
        **{name: getattr(bar, name) for name in own},
        **_pictures(bar),
    }


def _pictures(bar: Bar) -> dict[str, str]:
    """The bar's emblem and seal by their fingerprints; nothing where it has none."""
    rows = BarPicture.objects.for_bar(bar).in_use().values_list("part", "sha256")
    return {f"{part}_sha256": sha256 for part, sha256 in rows}


def _person(advocate: Advocate) -> dict[str, str]:
    return {
        "full_name": advocate.full_name,
        "licence_number": advocate.licence_number,
        "licence_date": advocate.licence_date.isoformat() if advocate.licence_date else "",
    }


def _course(session: Session) -> dict[str, str]:
    course, provider, zone = session.course, session.course.provider, session.bar.time_zone
    return {
        "course_title_kk": course.name_kk,
        "course_title_ru": course.name_ru,
        "provider_name_kk": provider.name_kk,
        "provider_name_ru": provider.name_ru,
        "course_number": course.number,
        "format": course.format_code,
        "place": session.place,
        "starts_on": local_date(session.starts_at, zone).isoformat(),
        "ends_on": earned_on(session.ends_at, zone).isoformat(),
    }


def _shown_by(session: Session) -> dict[str, Any]:
    """The hour in which minutes are shown: that of the rules in force on the day the credit was earned."""
    era = rules_of(session.bar).at(earned_on(session.ends_at, session.bar.time_zone))
    return _shown(era.rulebook) if era else {"unit_minutes": _CLOCK_HOUR, "example": False}


def _shown(rulebook: Rulebook) -> dict[str, Any]:
    return {"unit_minutes": rulebook.unit.minutes, "example": rulebook.example}


def _earned(entries: Iterable[Entry]) -> dict[str, Any]:
    """Minutes exactly as the ledger has them."""
    lines = [(entry.category.name_kk, entry.category.name_ru, entry.minutes) for entry in entries]
    return _figures(lines, sum(minutes for _kk, _ru, minutes in lines))


def _counted(standing: Standing, rulebook: Rulebook) -> dict[str, Any]:
    """Minutes as they counted in the period; requirements for which nothing counted are left out."""
    lines = [
        (line_name(rulebook, line["code"], "kk"), line_name(rulebook, line["code"], "ru"), line["counted"])
        for line in standing.lines
        if line["code"] != _TOTAL and line["counted"]
    ]
    days = {"starts_on": standing.period_start.isoformat(), "ends_on": standing.period_end.isoformat()}
    return {**days, **_shown(rulebook), **_figures(lines, standing.counted)}


def _figures(lines: list[Line], minutes: int) -> dict[str, Any]:
    return {"minutes": minutes, "lines": tuple(lines)}
