"""Files of a claim: taken in, given out, taken away."""

from __future__ import annotations

import datetime as dt
import hashlib
import logging
from functools import partial
from typing import Final

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from advocates.models import User
from cle.core.errors import DomainError
from courses.evidence import check, shown_name
from courses.models import Claim, Evidence
from courses.services.claims import OPEN

logger = logging.getLogger(__name__)
MOST_FILES: Final = 10


@transaction.atomic
def add_evidence(claim: Claim, name: str, content: bytes, *, by: User, now: dt.datetime) -> Evidence:
    """Check a file by its content and keep it. The same file again is the one that is there already.

    Raises FileRefused for a file that is not taken, DomainError where the claim cannot have one.
    """
    locked = _open(claim)
    received = hashlib.sha256(content).hexdigest()
    there = list(Evidence.objects.there().filter(claim=locked))
    if same := [evidence for evidence in there if evidence.received_sha256 == received]:
        return same[0]
    if len(there) >= MOST_FILES:
        raise DomainError("evidence-too-many", _("A claim may have at most 10 files."))
    kind, kept = check(content)
    evidence = Evidence(
        claim=locked, advocate_id=locked.advocate_id, bar_id=locked.bar_id, name=shown_name(name, kind),
        kind=kind.value, size=len(kept), sha256=hashlib.sha256(kept).hexdigest(), received_sha256=received,
        uploaded_by=by, uploaded_at=now,
    )  # fmt: skip
    evidence.file.save(evidence.name, ContentFile(kept), save=False)
    evidence.save(force_insert=True)
    return evidence


@transaction.atomic
def remove_evidence(evidence: Evidence, *, now: dt.datetime) -> Evidence:
    """Take a file away again, while the claim is in the advocate's hands. Twice is once.

    What the bar has never seen loses its content with the transaction; the row stays in any case.
    """
    claim = _open(evidence.claim)
    locked = Evidence.objects.select_for_update(of=("self",)).get(pk=evidence.pk)
    if locked.removed_at is None:
        locked.removed_at = now
        if claim.submitted_at is None or locked.uploaded_at > claim.submitted_at:
            transaction.on_commit(partial(locked.file.storage.delete, locked.file.name or ""))
            locked.file = ""
        locked.save(update_fields=["removed_at", "file"])
    return locked


def _open(claim: Claim) -> Claim:
    locked = Claim.objects.select_for_update(of=("self",)).get(pk=claim.pk)
    if locked.state not in OPEN:
        raise DomainError("claim-state", _("Files are added and taken away while the claim is not with the bar."))
    return locked


def content_of(evidence: Evidence) -> bytes | None:
    """The file as it is kept; None where the store has lost it, which is written to the log."""
    try:
        with evidence.file.open("rb") as file:
            content: bytes = file.read()
    except FileNotFoundError:
        logger.exception("the file of evidence %s is not in the store", evidence.pk)
        return None
    return content
