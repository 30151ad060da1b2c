"""All certificates of a session or of a closed period: shown first, then issued by a job that may start again."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, Self

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from advocates.acting import beyond_the_wall
from advocates.models import Bar, User
from cle.core.clock import local_date
from cle.core.errors import DomainError
from compliance.models import Certificate, CertificateKind, Job
from compliance.models.certificates import CertificateQuerySet
from compliance.queries.certificates import certifiable, certifiable_periods, certifiable_teaching, revoked_periods
from compliance.services.certificates.issuing import issue
from compliance.services.snapshots import PeriodFacts, RevokedPeriodFacts, Source, sources_of
from courses.models import Session

SHOWN: Final = 10


@dataclass(frozen=True, slots=True)
class Batch:
    """What a batch is about: a session of the bar, or a closed period of its advocates; one of the two.

    ``by`` is the officer who asks, ``asked_at`` when: unknown while it is only shown. Without either, nothing that was
    revoked is issued anew.
    """

    bar: Bar
    session_id: int | None = None
    period_start: dt.date | None = None
    by: User | None = None
    asked_at: dt.datetime | None = None

    @property
    def parameters(self) -> dict[str, Any]:
        """As a job keeps them."""
        return {"session": self.session_id, "period_start": self.period_start and self.period_start.isoformat()}

    @classmethod
    def of_job(cls, job: Job) -> Self:
        start = job.parameters["period_start"]
        start = start and dt.date.fromisoformat(start)
        return cls(job.bar, job.parameters["session"], start, by=job.asked_by, asked_at=job.asked_at)

    def waiting(self, today: dt.date) -> list[QuerySet[Any]]:
        """The subjects for which nothing stands: who attended a session, then who taught there; or who met a norm,
        those first whose certificate was revoked: whoever looks at the first names is to see them."""
        if self.session_id is not None:
            return [rows.filter(session=self.session_id) for rows in (certifiable(), certifiable_teaching())]
        rows = [certifiable_periods(self.bar, today)]
        if self.by is not None:
            rows.insert(0, revoked_periods(self.bar, today, by=self.by, asked_at=self.asked_at))
        return [each.filter(period_start=self._period) for each in rows]

    def sources(self, today: dt.date) -> list[Source]:
        if self.session_id is not None:
            session = Session.objects.for_bar(self.bar).get(pk=self.session_id)
            return sources_of(session)
        sources: list[Source] = [PeriodFacts(self.bar, self._period, today)]
        if self.by is not None and self.asked_at is not None:
            sources += [RevokedPeriodFacts(self.bar, self._period, today, by=self.by, asked_at=self.asked_at)]
        return sources

    @property
    def _period(self) -> dt.date:
        if self.period_start is None:
            raise ValueError("a batch about nothing")
        return self.period_start

    def issued(self) -> CertificateQuerySet:
        """The certificates that the bar has issued for it, whenever."""
        rows = Certificate.objects.filter(bar=self.bar)
        if self.session_id is not None:
            return rows.filter(Q(attendance__session=self.session_id) | Q(teaching__session=self.session_id))
        return rows.filter(kind=CertificateKind.COMPLIANCE, period_start=self.period_start)

    def people(self) -> list[int]:
        """Keys of the advocates whose certificates still stand."""
        return list(self.issued().standing().order_by("advocate").values_list("advocate", flat=True).distinct())

    def issued_by(self, job: Job) -> CertificateQuerySet:
        """Those that the job has issued, in however many attempts: they bear its time."""
        return self.issued().filter(issued_at=job.asked_at, issued_by=job.asked_by)


@dataclass(frozen=True, slots=True)
class Draft:
    """How many certificates a batch would issue, to whom among others, and a digest of to whom in all. PII: names."""

    count: int
    digest: str
    names: list[str]


@beyond_the_wall("what advocates of other bars earned at a session that this bar certifies")
def draft_batch(batch: Batch, today: dt.date) -> Draft:
    """What issuing the batch would do. Nothing is written, in four statements at the most."""
    keys: list[str] = []
    names: list[str] = []
    for rows in batch.waiting(today):
        ordered = rows.order_by("pk")
        keys += [f"{rows.model.__name__} {key}" for key in ordered.values_list("pk", flat=True)]
        names += ordered.values_list("advocate__full_name", flat=True)[: SHOWN - len(names)]
    return Draft(len(keys), hashlib.sha256(",".join(keys).encode()).hexdigest(), names)


def check_as_shown(batch: Batch, today: dt.date, *, digest: str, count: int) -> None:
    """Raises DomainError when the batch would issue nothing, or other certificates than somebody was shown."""
    draft = draft_batch(batch, today)
    if not draft.count:
        raise DomainError("nothing-to-certify", _("Nobody waits for a certificate here."))
    if (draft.digest, draft.count) != (digest, count):
        raise DomainError("batch-changed", _("Things have changed since the preview: look at a new one."))


def issue_batch(job: Job, report: Callable[[int, int], None]) -> dict[str, Any]:
    """The job: certificates dated when it was asked for. An attempt after one that was cut off issues the rest.

    The result counts what all attempts issued, and what cannot be printed; {first, last} are serial numbers or null.
    """
    batch = Batch.of_job(job)
    today = local_date(job.asked_at, job.bar.time_zone)
    done, waiting = batch.issued_by(job).count(), sum(rows.count() for rows in batch.waiting(today))
    whole, unprintable = done + waiting, 0
    report(done, whole)
    for source in batch.sources(today):
        found = issue(
            source, now=job.asked_at, by=job.asked_by,
            progress=lambda number, before=done: report(before + number, whole),  # type: ignore[misc]
        )  # fmt: skip
        done, unprintable = done + sum(found), unprintable + found.unprintable
    serials = batch.issued_by(job).order_by("kind", "year", "number").values_list("serial", flat=True)
    return {"issued": serials.count(), "unprintable": unprintable, "first": serials.first(), "last": serials.last()}
