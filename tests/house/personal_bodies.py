"""What advocates ask for and the bar answers: bodies that are served, and what has to have happened first."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any, Final

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile

from advocates.models import User
from cle.core.clock import now
from compliance.models import Excuse, Notice, Objection, Standing
from courses.attendance.codes import poster_code
from courses.models import Category, Claim, Evidence, Session
from tests.courses.files import document
from tests.house.rows import Rows

Made = Callable[[Rows], Any] | None


def _submitted(rows: Rows) -> None:
    Claim.objects.update(state="submitted", decided_at=None, decided_by=None, decision_reason="")


def file_kept(rows: Rows) -> None:
    """Each test begins with an empty store of files."""
    if not default_storage.exists(name := rows[Evidence].file.name):
        default_storage.save(name, ContentFile(b"x"))


def paper_kept(rows: Rows) -> None:
    if not default_storage.exists(name := rows[Excuse].paper.name):
        default_storage.save(name, ContentFile(b"x"))


def yet_to_come(rows: Rows) -> None:
    day = now() + dt.timedelta(days=1)
    Session.objects.update(starts_at=day, ends_at=day + dt.timedelta(hours=1))


def answered(rows: Rows) -> None:
    waiting = Objection.objects.filter(answered_at=None)
    waiting.update(outcome="upheld", answer="So", answered_by=rows[User].pk, answered_at=now())


def said(rows: Rows) -> None:
    Notice.objects.update(state="sent", sent_at=now())


def _claim(rows: Rows) -> Any:
    whole = {"title": "A", "category": rows[Category].code, "format": "recorded", "minutes": 1}
    return {**whole, "earned_on": "2026-01-01"}


def _upload(rows: Rows) -> Any:
    return {"file": SimpleUploadedFile("a.pdf", document()), "no_identity_document": "true"}


def _objection(rows: Rows) -> Any:
    return {"period_start": str(rows[Standing].period_start), "text": "Not so"}


def _correction(rows: Rows) -> Any:
    return {"particular": "credit", "text": "Not so", "proof": "A paper"}


def an_excuse(rows: Rows) -> Any:
    days = {"since": "2026-01-05", "until": "2026-01-09"}
    return {
        "period_start": str(rows[Standing].period_start),
        "reason": "other",
        "document": "No. 7",
        "text": "Ill",
        **days,
    }


def excuse_for_them(rows: Rows) -> Any:
    return {name: value for name, value in an_excuse(rows).items() if name != "period_start"}


def decided(rows: Rows) -> None:
    waiting = Excuse.objects.filter(answered_at=None)
    waiting.update(outcome="accepted", answer="So", answered_by=rows[User].pk, answered_at=now())


def going_on(rows: Rows) -> None:
    """The session is being held at this moment."""
    lasts(rows, now() - dt.timedelta(hours=1))


def lasts(rows: Rows, starts_at: dt.datetime) -> None:
    sessions = Session.objects.filter(pk=rows[Session].pk)
    sessions.update(starts_at=starts_at, ends_at=starts_at + dt.timedelta(hours=2), state="planned")


def _presence(rows: Rows) -> Any:
    return {"code": poster_code(rows[Session].pk, rows[Session].poster_since), "kind": "out"}


PERSONAL_CALLS: Final[Mapping[str, tuple[Made, Made]]] = {
    "POST api:claim-approve": (lambda rows: {"category": rows[Category].code, "reason": "as it says"}, _submitted),
    "POST api:claim-return": (None, _submitted),
    "POST api:claim-reject": (None, _submitted),
    "GET api:claim-evidence": (None, file_kept),
    "GET api:own-evidence": (None, file_kept),
    "POST api:own-claims": (_claim, None),
    "POST api:own-claim-evidence": (_upload, None),
    "POST api:own-registrations": (lambda rows: {"session": rows[Session].pk}, yet_to_come),
    "DELETE api:own-registration": (None, yet_to_come),
    "POST api:own-presence": (_presence, going_on),
    "GET api:own-notice": (None, said),
    "GET api:own-notice-proof": (None, said),
    "POST api:own-objections": (_objection, answered),
    "POST api:own-excuses": (an_excuse, decided),
    "POST api:case-excuses": (excuse_for_them, decided),
    "POST api:excuse-reversal": (None, decided),
    "POST api:own-corrections": (_correction, None),
    "PATCH api:preferences": (lambda rows: {"reminder_days": [1]}, None),
}
"""By method and name of the route: the body, and what makes the rows fit."""
