"""The public check of a certificate: does it stand, and what does it say."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from django.utils.formats import number_format

from cle.core.clock import local_date
from compliance.certificates.serials import normalise_code
from compliance.certificates.snapshot import Snapshot
from compliance.models import Certificate
from compliance.services.certificates.files import read_snapshot


@dataclass(frozen=True, slots=True)
class Check:
    """What the public check shows. Texts of the paper are (language, text) pairs, for it has no English."""

    name: str
    subject: list[tuple[str, str]]
    bar: list[tuple[str, str]]
    starts_on: dt.date
    ends_on: dt.date
    issued_on: dt.date
    hours: str
    minutes: int
    unit_minutes: int
    example: bool
    ended_on: dt.date | None
    newer: str

    @property
    def state(self) -> str:
        """ "valid", "revoked", or "replaced" by the certificate with the code ``newer``."""
        if self.ended_on is None:
            return "valid"
        return "replaced" if self.newer else "revoked"


def check_of(certificate: Certificate, language: str) -> Check:
    """What the paper says, and whether it still stands. Raises DomainError when the record was altered."""
    snapshot = read_snapshot(certificate)
    revocation = getattr(certificate, "revocation", None)
    newer = revocation.replaced_by if revocation else None
    return Check(
        name=snapshot.full_name,
        subject=_said(snapshot, "course_title", language),
        bar=_said(snapshot, "bar_name", language),
        starts_on=dt.date.fromisoformat(snapshot.starts_on),
        ends_on=dt.date.fromisoformat(snapshot.ends_on),
        issued_on=dt.date.fromisoformat(snapshot.issued_on),
        hours=_hours(snapshot),
        minutes=snapshot.minutes,
        unit_minutes=snapshot.unit_minutes,
        example=snapshot.example,
        ended_on=local_date(revocation.at, certificate.bar.time_zone) if revocation else None,
        newer=normalise_code(newer.code) if newer else "",
    )


def _said(snapshot: Snapshot, field: str, language: str) -> list[tuple[str, str]]:
    """A text of the paper in the reader's language; in both of the paper's when it has not got that one."""
    languages = [language] if language in ("kk", "ru") else ["kk", "ru"]
    texts = {language: str(getattr(snapshot, f"{field}_{language}")) for language in languages}
    return [(language, text) for language, text in texts.items() if text]


def _hours(snapshot: Snapshot) -> str:
    """As printed: hours of the certificate's unit to two places, half up."""
    shown = (Decimal(snapshot.minutes) / snapshot.unit_minutes).quantize(Decimal("0.01"), ROUND_HALF_UP)
    return str(number_format(f"{shown.normalize():f}"))
