"""Deciding claims: one after another, as claimed or otherwise, and never one's own."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from advocates.models import Advocate, Bar, FilePart, FileRead, RoleKind, User
from courses.models import Claim, Entry, Evidence
from courses.services import claims
from tests.factories import make_advocate, make_bar, make_category, make_national, make_user

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 3, 2, 6, tzinfo=dt.UTC)


@pytest.fixture
def bar() -> Bar:
    return make_bar("KZ-99", make_national())


@pytest.fixture
def reviewer(bar: Bar) -> User:
    return make_user(bar=bar, role=RoleKind.REVIEWER)


@pytest.fixture
def page(client: Client, reviewer: User) -> Client:
    client.force_login(reviewer)
    return client


def claimed(advocate: Advocate, title: str = "Article", hour: int = 0, **fields: Any) -> Claim:
    """A claim of 90 minutes of law that waits."""
    given = {
        "title": title, "description": "Page 12", "category": make_category(advocate.bar), "format": 1, "minutes": 90,
        "earned_on": dt.date(2026, 2, 1), **fields,
    }  # fmt: skip
    claim = claims.draft_claim(advocate, by=make_user(), now=NOW, **given)
    return claims.submit_claim(claim, by=make_user(), now=NOW + dt.timedelta(hours=hour))


def at(claim: Claim) -> str:
    return reverse("office:claim", args=["KZ-99", claim.pk])


def test_what_waits_longest_comes_first_and_drafts_never(page: Client, bar: Bar) -> None:
    person = make_advocate(bar)
    late, early = claimed(person, "Late", 5), claimed(person, "Early", 1)
    claims.draft_claim(
        person, by=make_user(), now=NOW, title="Draft", category=make_category(bar), format=1, minutes=9,
        earned_on=dt.date(2026, 2, 1),
    )  # fmt: skip
    rows = page.get("/office/KZ-99/claims/").context["rows"]
    assert list(rows) == [early, late]
    claims.reject_claim(early, by=make_user(), now=NOW, reason="No")
    assert list(page.get("/office/KZ-99/claims/").context["rows"]) == [late]
    assert set(page.get("/office/KZ-99/claims/?state=all").context["rows"]) == {late, early}


def test_a_decision_leads_to_the_next_claim_and_at_last_to_the_list(page: Client, bar: Bar) -> None:
    first, second = claimed(make_advocate(bar), hour=1), claimed(make_advocate(bar), hour=2)
    answer = page.post(at(first), {"decision": "approve"})
    assert answer["Location"] == at(second)
    assert Entry.objects.get(claim=first).minutes == 90
    assert page.post(at(second), {"decision": "reject", "reason": "No proof"})["Location"] == "/office/KZ-99/claims/"
    second.refresh_from_db()
    assert (second.state, second.decision_reason) == ("rejected", "No proof")


@pytest.mark.parametrize("decision", ["return", "reject"])
def test_who_refuses_says_why(page: Client, bar: Bar, decision: str) -> None:
    claim = claimed(make_advocate(bar))
    answer = page.post(at(claim), {"decision": decision})
    assert answer.status_code == 422
    assert b"Say why." in answer.content
    claim.refresh_from_db()
    assert claim.state == "submitted"


def test_less_or_something_else_is_granted_with_a_reason(page: Client, bar: Bar) -> None:
    claim, ethics = claimed(make_advocate(bar)), make_category(bar, "ethics")
    given = {"decision": "approve", "minutes": "45", "category": ethics.pk}
    assert page.post(at(claim), given).status_code == 422
    assert not Entry.objects.exists()
    page.post(at(claim), {**given, "reason": "Half of it, on ethics"})
    entry = Entry.objects.get(claim=claim)
    assert (entry.minutes, entry.category) == (45, ethics)
    claim.refresh_from_db()
    assert (claim.state, claim.decision_reason) == ("approved", "Half of it, on ethics")


def test_never_more_than_was_claimed(page: Client, bar: Bar) -> None:
    claim = claimed(make_advocate(bar))
    given = {"decision": "approve", "minutes": "91", "reason": "Generous"}
    assert page.post(at(claim), given).status_code == 422
    assert not Entry.objects.exists()


def test_nobody_decides_their_own(page: Client, bar: Bar, reviewer: User) -> None:
    own = claimed(make_advocate(bar, user=reviewer))
    shown = page.get(at(own))
    assert not shown.context["may_decide"]
    assert b"somebody else decides it" in shown.content
    page.post(at(own), {"decision": "approve"})
    own.refresh_from_db()
    assert own.state == "submitted"
    other = claimed(make_advocate(bar))
    assert page.post(at(other), {"decision": "approve"})["Location"] == "/office/KZ-99/claims/"  # not to the own one


def test_who_only_reads_sees_no_form_and_decides_nothing(client: Client, bar: Bar) -> None:
    client.force_login(make_user(bar=bar, role=RoleKind.AUDITOR))
    claim = claimed(make_advocate(bar))
    assert b'name="decision"' not in client.get(at(claim)).content
    assert client.post(at(claim), {"decision": "approve"}).status_code == 403


def test_reading_is_written_down(page: Client, bar: Bar) -> None:
    claim = claimed(make_advocate(bar))
    page.get(at(claim))
    assert FileRead.objects.get(advocate=claim.advocate).part == FilePart.CLAIM


@pytest.mark.parametrize(("kind", "sandboxed"), [("png", True), ("pdf", False)])
def test_a_file_is_shown_beside_the_form_and_nowhere_else(page: Client, bar: Bar, kind: str, sandboxed: bool) -> None:
    claim = claimed(make_advocate(bar))
    evidence = Evidence.objects.create(
        claim=claim, bar=bar, advocate=claim.advocate, name=f"scan.{kind}", kind=kind, size=1, sha256="0" * 64,
        received_sha256="0" * 64, uploaded_by=make_user(), uploaded_at=NOW, file=ContentFile(b"x", f"x.{kind}"),
    )  # fmt: skip
    where = reverse("office:claim-file", args=["KZ-99", claim.pk, evidence.pk])
    assert where in page.get(at(claim)).content.decode()
    answer = page.get(where)
    assert answer["Content-Type"] == {"png": "image/png", "pdf": "application/pdf"}[kind]
    assert answer["Content-Disposition"].startswith("inline")
    assert answer["X-Frame-Options"] == "SAMEORIGIN"
    policy = answer["Content-Security-Policy"]
    assert "default-src 'none'; frame-ancestors 'self'" in policy
    assert ("sandbox" in policy) is sandboxed


@pytest.mark.parametrize("rows", [1, 3])
def test_the_queue_asks_as_often_for_many(page: Client, bar: Bar, rows: int) -> None:
    for number in range(rows):
        claimed(make_advocate(bar), str(number))
    with CaptureQueriesContext(connection) as asked:
        page.get("/office/KZ-99/claims/")
    assert len(asked) == 10
