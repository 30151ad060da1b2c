"""What the office's pages of notices and certificates need to be served: (body, before, query)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from advocates.models import Advocate, Bar
from cle.core.clock import local_date, now
from compliance.models import Certificate, Job, Notice, Revocation
from compliance.services.certificates.batches import Batch, draft_batch
from compliance.services.notices import draft_plan
from courses.models import Session
from courses.services.sessions import confirm_session
from tests.compliance.certified import held
from tests.house.rows import Rows


def _today(rows: Rows) -> Any:
    return local_date(now(), rows[Bar].time_zone)


def _plan(rows: Rows) -> dict[str, Any]:
    plan = draft_plan(rows[Bar], _today(rows))
    return {"digest": plan.digest, "count": max(1, len(plan.notices)), "sure": "on"}


def _printed(rows: Rows) -> None:
    Notice.objects.filter(pk=rows[Notice].pk).update(state="to_print", text="written")


def _uncertain(rows: Rows) -> None:
    Notice.objects.filter(pk=rows[Notice].pk).update(state="uncertain", handing_since=now())


def _held(rows: Rows) -> None:
    held(rows[Bar], rows[Advocate])


def _new_session(rows: Rows) -> int:
    return Session.objects.for_bar(rows[Bar]).latest("pk").pk


def _batch(rows: Rows) -> dict[str, Any]:
    draft = draft_batch(Batch(rows[Bar], _new_session(rows), None), _today(rows))
    return {"digest": draft.digest, "count": draft.count, "sure": "on"}


def _about(rows: Rows) -> dict[str, Any]:
    return {"session": _new_session(rows)}


def _stands(rows: Rows) -> None:
    """The certificate, and the credit that it is about."""
    Revocation.objects.filter(certificate=rows[Certificate]).delete()
    confirm_session(rows[Session], by=None, now=now())


def _archive(rows: Rows) -> None:
    Job.objects.filter(pk=rows[Job].pk).update(kind="certificates-archive")


def _stage(rows: Rows) -> dict[str, Any]:
    return {"stage": "overdue", "language": "ru"}


def _words(rows: Rows) -> dict[str, Any]:
    return {"letterhead_kk": "Алқа", "letterhead_ru": "Коллегия", "signatory_name": "Ким"}


PAPER_PAGES: Final[Mapping[str, tuple[Any, ...]]] = {
    "POST office:notices-plan": (_plan, None),
    "POST office:letters": (lambda rows: {"notices": [rows[Notice].pk], "handed_over_on": "2026-03-02"}, _printed),
    "POST office:notice": (lambda rows: {"do": "arrived"}, _uncertain),
    "GET office:certificate-batch": (None, None, _about),
    "POST office:certificate-batch": (_batch, _held, _about),
    "POST office:certificate": (lambda rows: {"reason": "misspelt", "revoke": "1"}, _stands),
    # Nobody has made the file; tests/office/test_certificates asks for a real one.
    "GET office:certificates-zip": (None, _archive, None, 404),
    "POST office:design": (_words, None),
    "GET office:wording": (None, None, _stage),
    "POST office:wording": (lambda rows: {"subject": "{due}", "body": "{name}", "publish": "1"}, None, _stage),
}
