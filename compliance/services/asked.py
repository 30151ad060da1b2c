"""Objections and requests for correction: made by the advocate, answered by an officer in the term of the law."""

from __future__ import annotations

import datetime as dt
import hashlib
import logging
from typing import Any, NamedTuple, TypeVar

from django.core.files.base import ContentFile
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from advocates.models import Advocate, User
from advocates.working_days import add_working_days
from cle.core.clock import local_date
from cle.core.errors import DomainError
from compliance.models import Case, Correction, Excuse, ExcuseOutcome, Objection
from compliance.models.asked import Asked
from compliance.queries.excuses import reasons_of
from courses.evidence import check, shown_name

Kind = TypeVar("Kind", bound=Asked)
logger = logging.getLogger(__name__)


class Paper(NamedTuple):
    """A file as somebody sent it."""

    name: str
    content: bytes


def object_to(advocate: Advocate, period_start: dt.date, text: str, *, by: User, now: dt.datetime) -> Objection:
    """Against how the advocate stands in a period, and so against the case about it. One at a time for a period."""
    case = Case.objects.filter(advocate=advocate, period_start=period_start).first()
    return _ask(Objection, advocate, text, by=by, now=now, period_start=period_start, case=case)


def ask_correction(
    advocate: Advocate, particular: str, text: str, proof: str, *, by: User, now: dt.datetime
) -> Correction:
    """Of what is recorded about the advocate; ``particular`` is one of ``Particular``. One at a time for each."""
    return _ask(Correction, advocate, text, by=by, now=now, particular=particular, proof=proof.strip())


def name_excuse(
    advocate: Advocate, period_start: dt.date, reason: str, text: str, document: str, since: dt.date, until: dt.date,
    *, by: User, now: dt.datetime, paper: Paper | None = None,
) -> Excuse:  # fmt: skip
    """A reason for being late in a period, by the advocate or by an officer for them. Somebody else decides about it.

    ``paper`` is the document as a file. Raises FileRefused for one that is not taken, DomainError for a reason that the
    rules do not name, or while an earlier one waits.
    """
    if since > until:
        raise DomainError("excuse-days", _("The last day comes before the first."))
    if reason not in dict(reasons_of(advocate, local_date(now, advocate.bar.time_zone))):
        raise DomainError("excuse-reason", _("The bar's rules do not name this reason."))
    if Excuse.objects.waiting().filter(advocate=advocate, period_start=period_start).exists():
        raise DomainError("already-asked", _("Your earlier request about this has not been answered yet."))
    case = Case.objects.filter(advocate=advocate, period_start=period_start).first()
    about = {"period_start": period_start, "case": case, "reason": reason, "since": since, "until": until}
    kept = _kept(paper) if paper else {}
    return _ask(Excuse, advocate, text, by=by, now=now, document=document.strip(), **about, **kept)


def _kept(paper: Paper) -> dict[str, Any]:
    kind, content = check(paper.content)
    return {
        "paper": ContentFile(content, paper.name), "paper_name": shown_name(paper.name, kind), "paper_kind": kind.value,
        "sha256": hashlib.sha256(content).hexdigest(),
    }  # fmt: skip


def paper_of(excuse: Excuse) -> bytes | None:
    """The file as it is kept; None where there is none, or the store has lost it, which is written to the log."""
    if not excuse.paper:
        return None
    try:
        with excuse.paper.open("rb") as file:
            content: bytes = file.read()
    except FileNotFoundError:
        logger.exception("the paper of reason %s is not in the store", excuse.pk)
        return None
    return content


@transaction.atomic
def take_back(excuse: Excuse, *, text: str, by: User, now: dt.datetime) -> Excuse:
    """What was decided about a reason, accepted or refused, no longer holds: a row of its own, with words, once."""
    if by.pk in (excuse.advocate.user_id, excuse.made_by_id):
        raise DomainError("own-request", _("Nobody may answer their own request."))
    if not text.strip():
        raise DomainError("reason-needed", _("Say why."))
    if excuse.outcome not in (ExcuseOutcome.ACCEPTED, ExcuseOutcome.REFUSED):
        raise DomainError("excuse-undecided", _("There is no decision to take back."))
    said = {name: getattr(excuse, name) for name in ("period_start", "case", "reason", "since", "until", "document")}
    try:
        with transaction.atomic():
            return Excuse.objects.create(
                advocate=excuse.advocate, bar=excuse.bar, text=text.strip(), made_by=by, made_at=now,
                due_on=local_date(now, excuse.bar.time_zone), outcome=ExcuseOutcome.REVERSED, answer=text.strip(),
                answered_by=by, answered_at=now, reverses=excuse, **said,
            )  # fmt: skip
    except IntegrityError as error:
        raise DomainError("already-answered", _("This has been answered before.")) from error


def _ask(kind: type[Kind], advocate: Advocate, text: str, *, by: User, now: dt.datetime, **fields: Any) -> Kind:
    """Raises DomainError while an earlier one about the same has not been answered."""
    bar = advocate.bar
    due_on = add_working_days(local_date(now, bar.time_zone), kind.working_days, bar.jurisdiction)
    try:
        with transaction.atomic():
            return kind._default_manager.create(
                advocate=advocate, bar=bar, text=text.strip(), made_by=by, made_at=now, due_on=due_on, **fields
            )
    except IntegrityError as error:
        raise DomainError("already-asked", _("Your earlier request about this has not been answered yet.")) from error


@transaction.atomic
def answer(asked: Asked, *, outcome: str, text: str, by: User, now: dt.datetime) -> None:
    """Once, with words, by somebody else than whom it is about and who made it. Raises DomainError."""
    if by.pk in (asked.advocate.user_id, asked.made_by_id):
        raise DomainError("own-request", _("Nobody may answer their own request."))
    if not text.strip():
        raise DomainError("reason-needed", _("Say why."))
    waiting = type(asked)._default_manager.filter(pk=asked.pk, answered_at=None)
    if not waiting.update(outcome=outcome, answer=text.strip(), answered_by=by, answered_at=now):
        raise DomainError("already-answered", _("This has been answered before."))
