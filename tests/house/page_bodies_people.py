"""What is sent to the pages about advocates, claims, requests and rules so that they do what they are for."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any, Final

from advocates.models import Advocate, Membership, StatusSpan, Unit, User
from advocates.queries.accounts import basis_of, present, prospects
from cle.core.clock import local_date, now
from compliance.models import Job
from compliance.queries import accounts
from compliance.services.rulebooks import digest
from courses.models import Category, Claim, Entry
from tests.compliance.rows import addition_document
from tests.house.personal_bodies import file_kept
from tests.house.rows import DAY, Rows

Pair = tuple[Callable[[Rows], Any] | None, Callable[[Rows], object] | None]


def _confirmed(**given: Any) -> Callable[[Rows], Any]:
    return lambda rows: {"step": "confirm", **given}


def _particulars(rows: Rows) -> Any:
    return {"step": "confirm", "unit": rows[Unit].pk, "phone": "+7 701 000 00 02"}


def _adjustment(rows: Rows) -> Any:
    return {
        "step": "confirm", "what": "grant", "category": rows[Category].pk, "format": "1", "minutes": "45",
        "earned_on": "2026-03-02", "reason": "Taught", "document": "No. 7",
        "basis": str(Entry.objects.filter(advocate=rows[Advocate]).count()),
    }  # fmt: skip


def _leaving(rows: Rows) -> Any:
    held = Membership.objects.filter(advocate=rows[Advocate]).count()
    return {"step": "confirm", "what": "left", "on": "2026-03-02", "document": "No. 7", "basis": str(held)}


def _status_put_right(rows: Rows) -> Any:
    newest = StatusSpan.objects.filter(advocate=rows[Advocate]).latest("period")
    return {
        "step": "confirm", "status": "suspended_own", "since": "2026-03-02", "ground": "43(2)", "document": "No. 7",
        "basis": f"{newest.pk} {newest.recorded_at.isoformat()}",
    }  # fmt: skip


def _with_address(rows: Rows) -> None:
    """An advocate for whom an account can be opened."""
    row = rows[Advocate]
    Advocate.objects.filter(pk=row.pk).update(user=None, email=f"advocate-{row.pk}@mail.example.kz")


def _accounts(rows: Rows) -> Any:
    bar = rows[Advocate].bar
    found = prospects(bar, present(bar, local_date(now(), bar.time_zone)))
    return {"step": "confirm", "basis": basis_of(found)}


def _never_here(rows: Rows) -> None:
    """An account that was never used, at the address on the roll."""
    user = User.objects.create(email=f"advocate-{rows[Advocate].pk}@mail.example.kz")
    Advocate.objects.filter(pk=rows[Advocate].pk).update(user=user, email=user.email)


def _letters(rows: Rows) -> Any:
    bar = rows[Advocate].bar
    people = accounts.holders(bar, local_date(now(), bar.time_zone))
    return {"step": "confirm", "basis": accounts.basis_of(accounts.tellable(accounts.newcomers(people)))}


def _waiting(rows: Rows) -> None:
    """The claim waits for a decision."""
    submitted = {"state": "submitted", "decided_at": None, "decided_by": None, "decision_reason": ""}
    Claim.objects.filter(pk=rows[Claim].pk).update(**submitted)


def _decision(rows: Rows) -> Any:
    return {"decision": "approve", "category": rows[Category].pk, "reason": "So it is"}


def _draft(rows: Rows) -> str:
    return json.dumps(addition_document("of-the-bar", DAY.replace(year=2036)))


def _adoption(rows: Rows) -> Any:
    sha256 = digest(json.loads(_draft(rows)))
    return {"text": _draft(rows), "digest": sha256, "step": "confirm", "number": "7", "decided_on": "2026-03-02"}


def _judged(rows: Rows) -> None:
    result = {"bars": [], "on": "2026-03-02", "since": "2026-03-02"}
    done = {"kind": "rulebook-impact", "state": "done", "finished_at": now(), "result": result}
    Job.objects.filter(pk=rows[Job].pk).update(**done)


PEOPLE_PAGES: Final[Mapping[str, Pair]] = {
    "POST office:advocate-particulars": (_particulars, None),
    "POST office:advocate-status": (
        _confirmed(status="suspended_own", since="2026-03-02", ground="43(2)", document="No. 7"), None,
    ),
    "POST office:advocate-membership": (_leaving, None),
    "POST office:advocate-status-correction": (_status_put_right, None),
    "POST office:advocates-access": (_accounts, _with_address),
    "POST office:advocate-access": (_accounts, _with_address),
    "POST office:advocates-access-letters": (_letters, _never_here),
    "POST office:advocate-adjustment": (_adjustment, None),
    "POST office:advocate-reversal": (_confirmed(reason="Counted twice"), None),
    "POST office:claim": (_decision, _waiting),
    "GET office:claim-file": (None, file_kept),
    "POST office:objection": (lambda rows: {"outcome": "upheld", "text": "So it is"}, None),
    "POST office:correction": (lambda rows: {"outcome": "corrected", "text": "So it is"}, None),
    "POST office:rulebook-draft": (lambda rows: {"text": _draft(rows)}, None),
    "POST office:rulebook-impact": (lambda rows: {"text": _draft(rows)}, None),
    "POST office:rulebook-adoption": (_adoption, None),
    "GET office:rulebook-impact-result": (None, _judged),
}  # fmt: skip
"""By method and name of the route: the body, and what makes the rows fit."""
