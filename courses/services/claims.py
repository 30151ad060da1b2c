"""What an advocate and the bar do with a claim. Every change writes a step; the ledger's part is in ``ledger``."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from advocates.models import Advocate, User
from cle.core.clock import local_date
from cle.core.errors import DomainError, Text
from courses.models import Category, Claim, ClaimState, ClaimStep, Entry
from courses.services.ledger import approve_claim as post_claim

OPEN = (ClaimState.DRAFT, ClaimState.RETURNED)
"""States in which a claim is in the hands of the advocate."""
MOST_MINUTES: Final = 60_000
"""A thousand hours: a slip of the pen rather than a claim."""


@transaction.atomic
def draft_claim(advocate: Advocate, *, by: User, now: dt.datetime, **fields: Any) -> Claim:
    """``fields``: title, description, category, format, minutes, earned_on. Raises DomainError for a day to come."""
    _check_day(advocate, fields.get("earned_on"), now)
    claim = Claim.objects.create(bar_id=advocate.bar_id, advocate=advocate, **fields)
    _note(claim, None, by=by, now=now)
    return claim


@transaction.atomic
def change_claim(claim: Claim, *, now: dt.datetime, **fields: Any) -> Claim:
    """Say it differently, while it is a draft or has been returned. What it said before is in the audit trail."""
    locked = _locked(claim, OPEN, _("Only a draft, or a claim that was returned, can be changed."))
    _check_day(locked.advocate, fields.get("earned_on"), now)
    for name, value in fields.items():
        setattr(locked, name, value)
    locked.save(update_fields=list(fields))
    return locked


@transaction.atomic
def submit_claim(claim: Claim, *, by: User, now: dt.datetime) -> Claim:
    """Put it before the bar, with something to check it by: a file, or a description. Raises DomainError."""
    locked = _locked(claim, OPEN, _("Only a draft, or a claim that was returned, can be submitted."))
    if not locked.description.strip() and not locked.evidence.there().exists():
        raise DomainError("claim-needs-proof", _("Add a file, or describe how the claim can be checked."))
    locked.submitted_at = now
    return _move(locked, ClaimState.SUBMITTED, by=by, now=now)


@transaction.atomic
def withdraw_claim(claim: Claim, *, by: User, now: dt.datetime, reason: str = "") -> Claim:
    """Give it up before it is decided, for good; whoever changes their mind makes a new one."""
    states = (*OPEN, ClaimState.SUBMITTED)
    locked = _locked(claim, states, _("This claim has been decided, or was withdrawn before."))
    return _move(locked, ClaimState.WITHDRAWN, by=by, now=now, reason=reason)


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
    """The credit is posted, as claimed; with a reason, for fewer minutes or in another category. Raises DomainError;
    never one's own."""
    locked = Claim.objects.select_for_update(of=("self",)).select_related("advocate").get(pk=claim.pk)
    entry = post_claim(locked, by=by, now=now, minutes=minutes, category=category, reason=reason.strip())
    locked.state = ClaimState.APPROVED
    _note(locked, ClaimState.SUBMITTED, by=by, now=now, reason=reason, minutes=entry.minutes)
    return entry


def return_claim(claim: Claim, *, by: User, now: dt.datetime, reason: str) -> Claim:
    """Back to the advocate, to be said or proved better. Raises DomainError; never one's own."""
    return _refuse(claim, ClaimState.RETURNED, by=by, now=now, reason=reason)


def reject_claim(claim: Claim, *, by: User, now: dt.datetime, reason: str) -> Claim:
    """No credit, and an end. Raises DomainError; never one's own."""
    return _refuse(claim, ClaimState.REJECTED, by=by, now=now, reason=reason)


@transaction.atomic
def _refuse(claim: Claim, to_state: ClaimState, *, by: User, now: dt.datetime, reason: str) -> Claim:
    locked = _locked(claim, (ClaimState.SUBMITTED,), _("This claim does not wait for a decision."))
    if locked.advocate.user_id == by.pk:
        raise DomainError("own-claim", _("Nobody may decide on their own claim."))
    if not reason.strip():
        raise DomainError("reason-needed", _("Say why."))
    locked.decided_by, locked.decided_at, locked.decision_reason = by, now, reason.strip()
    return _move(locked, to_state, by=by, now=now, reason=reason)


def _locked(claim: Claim, states: Collection[ClaimState], otherwise: Text) -> Claim:
    """The claim as it is now, kept so until the transaction ends; DomainError when it is in none of the states."""
    locked = Claim.objects.select_for_update(of=("self",)).select_related("advocate__bar").get(pk=claim.pk)
    if locked.state not in states:
        raise DomainError("claim-state", otherwise)
    return locked


def _move(claim: Claim, to_state: ClaimState, *, by: User, now: dt.datetime, reason: str = "") -> Claim:
    before, claim.state = ClaimState(claim.state), to_state
    if to_state in (ClaimState.SUBMITTED, ClaimState.WITHDRAWN):
        claim.decided_by, claim.decided_at, claim.decision_reason = None, None, ""
    claim.save(update_fields=["state", "submitted_at", "decided_by", "decided_at", "decision_reason"])
    _note(claim, before, by=by, now=now, reason=reason)
    return claim


def _note(
    claim: Claim, before: ClaimState | None, *, by: User, now: dt.datetime, reason: str = "", minutes: int = 0
) -> None:
    ClaimStep.objects.create(
        claim=claim, advocate_id=claim.advocate_id, bar_id=claim.bar_id, from_state=before or "",
        to_state=claim.state, minutes=minutes or claim.minutes, by=by, at=now, reason=reason.strip(),
    )  # fmt: skip


def _check_day(advocate: Advocate, earned: dt.date | None, now: dt.datetime) -> None:
    if earned is not None and earned > local_date(now, advocate.bar.time_zone):
        raise DomainError("claim-in-future", _("Credit can be claimed once it has been earned."))
