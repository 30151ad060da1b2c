"""The advocate's own pages and presence by code: bodies that are served, and what has to have happened first."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any, Final

from django.core.files.uploadedfile import SimpleUploadedFile

from advocates.models import User
from cle.core.clock import now
from compliance.models import Correction, Standing
from courses.attendance.stays import SOURCE
from courses.models import AttendanceFile, Category
from tests.courses.files import document
from tests.house.personal_bodies import an_excuse, answered, decided, file_kept, going_on, lasts, paper_kept, said
from tests.house.rows import Rows

Made = Callable[[Rows], Any] | None


def held(rows: Rows) -> None:
    """The session was over a moment ago."""
    lasts(rows, now() - dt.timedelta(hours=3))


def taken_over(rows: Rows) -> None:
    """The report of the session is one that was made of its codes, and waits."""
    AttendanceFile.objects.filter(pk=rows[AttendanceFile].pk).update(source=SOURCE, state="previewed", applied_at=None)


def corrected(rows: Rows) -> None:
    waiting = Correction.objects.filter(answered_at=None)
    waiting.update(outcome="corrected", answer="So", answered_by=rows[User].pk, answered_at=now())


def _claim(rows: Rows) -> Any:
    whole = {"title": "A", "category": rows[Category].pk, "format": 3, "hours": 1, "minutes": 30}
    return {**whole, "earned_on": "2026-01-01", "description": "A link"}


def _upload(rows: Rows) -> Any:
    file = SimpleUploadedFile("a.pdf", document())
    return {"do": "upload", "papers": file, "no_identity_document": "on"}


OWN_PAGES: Final[Mapping[str, tuple[Made, Made]]] = {
    "GET here-code": (None, going_on),
    "POST here": (lambda rows: {"code": "1234 5678"}, None),
    "POST here-code": (lambda rows: {"kind": "in"}, going_on),
    "POST own:claim-new": (_claim, None),
    "POST own:claim-change": (_claim, None),
    "POST own:claim": (_upload, None),
    "GET own:claim-file": (None, file_kept),
    "GET own:notice": (None, said),
    "GET own:notices": (None, said),
    "GET own:notice-proof": (None, said),
    "POST own:object": (lambda rows: {"period_start": str(rows[Standing].period_start), "text": "Not so"}, answered),
    "GET own:excuse-paper": (None, paper_kept),
    "GET office:excuse-paper": (None, paper_kept),
    "POST own:excuse": (an_excuse, decided),
    "POST own:correct": (lambda rows: {"particular": "name", "text": "Not so", "proof": "A paper"}, corrected),
    "POST own:consents": (lambda rows: {"version": "kz-example-1", "agreed": "on"}, None),
    "POST own:preferences": (lambda rows: {"language": "kk", "reminders": "usual"}, None),
    "POST own:calendar-address": (lambda rows: {"do": "make"}, None),
    "GET office:presence-screen": (None, going_on),
    "POST office:presence": (lambda rows: {"on": "no"}, None),
    "POST office:presence-take-over": (lambda rows: {"count_open": "yes"}, held),
    "GET office:presence-taken": (None, taken_over),
    "POST office:presence-taken": (lambda rows: {"do": "discard"}, taken_over),
}
"""By method and name of the route: the body, and what makes the rows fit."""
