"""What becomes of a certificate that is wrong: replaced or revoked by a row, never edited, never deleted."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from advocates.acting import beyond_the_wall
from advocates.models import User
from cle.core.clock import local_date
from cle.core.errors import DomainError
from compliance.models import Certificate, Revocation
from compliance.queries.cases import may_decide
from compliance.services.certificates.files import ERASED
from compliance.services.certificates.issuing import draft, lock_counters, store
from compliance.services.snapshots import source_of


@beyond_the_wall("what advocates of other bars earned at a session that this bar certifies")
@transaction.atomic
def replace_certificate(certificate: Certificate, *, by: User, reason: str, now: dt.datetime) -> Certificate:
    """Issue the next revision, which says what the records say today; the old one no longer stands.

    Raises DomainError when ``by`` has no role over the issuing bar, or is whom the certificate names, when there is
    no reason, when the certificate was replaced or revoked before, when no credit is left to certify, or when the new
    paper could not be printed.
    """
    old = _locked(certificate, by, reason)
    today = local_date(now, old.bar.time_zone)
    if old.erased_at is not None:
        raise DomainError("certificate-erased", ERASED)
    source = source_of(old, today)
    facts = source.again(old)
    if not facts:
        raise DomainError("nothing-to-certify", _("There is nothing left to certify: revoke the certificate instead."))
    counters = lock_counters(source, now)
    new = draft(replace(facts[0], revision=old.revision + 1), source, counters, now=now, by=by)
    if new is None:
        raise DomainError("certificate-not-printable", _("A text of the certificate cannot be printed."))
    store([new], counters)
    new = Certificate.objects.get(code=new.code)
    _record(old, by=by, reason=reason, now=now, replaced_by=new)
    return new


@transaction.atomic
def revoke_certificate(certificate: Certificate, *, by: User, reason: str, now: dt.datetime) -> Revocation:
    """Say that a certificate no longer stands, for a reason; once.

    Raises DomainError when ``by`` has no role over the issuing bar, or is whom the certificate names, when there is
    no reason, or when the certificate was replaced or revoked before.
    """
    return _record(_locked(certificate, by, reason), by=by, reason=reason, now=now)


def _locked(certificate: Certificate, by: User, reason: str) -> Certificate:
    """The certificate, held until this transaction ends, if it may be withdrawn."""
    if not may_decide(by, certificate.bar):
        raise DomainError("not-of-this-bar", _("Only an officer of the bar that issued the certificate may do this."))
    if certificate.advocate.user_id == by.pk:
        raise DomainError("own-certificate", _("Nobody may replace or revoke their own certificate."))
    if not reason.strip():
        raise DomainError("reason-needed", _("Say why the certificate no longer stands."))
    rows = Certificate.objects.select_for_update(of=("self",)).select_related(
        "bar", "attendance__session", "teaching__session"
    )
    locked = rows.get(pk=certificate.pk)
    if Revocation.objects.filter(certificate=locked).exists():
        raise DomainError("already-revoked", _("This certificate has already been replaced or revoked."))
    return locked


def _record(
    certificate: Certificate, *, by: User, reason: str, now: dt.datetime, replaced_by: Certificate | None = None
) -> Revocation:
    return Revocation.objects.create(
        certificate=certificate, bar_id=certificate.bar_id, replaced_by=replaced_by,
        reason=reason.strip(), by=by, at=now,
    )  # fmt: skip
