"""A claim from draft to decision: who may do what when, and what is left behind of every step."""

from __future__ import annotations

import datetime as dt
import importlib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.db import IntegrityError, ProgrammingError, connection, transaction

from advocates.models import Advocate, Bar
from cle.core.errors import DomainError
from courses.models import Claim, ClaimStep, DeliveryFormat, Entry, Evidence
from courses.services import claims
from courses.services.evidence import MOST_FILES, add_evidence, remove_evidence
from tests.courses.files import document, picture
from tests.factories import make_advocate, make_bar, make_category, make_user

NOW = dt.datetime(2026, 3, 10, 20, 0, tzinfo=dt.UTC)
"""One in the morning of 11 March in Almaty."""


@pytest.fixture
def bar(db) -> Bar:
    return make_bar()


@pytest.fixture
def advocate(bar: Bar) -> Advocate:
    return make_advocate(bar, user=make_user())


def drafted(advocate: Advocate, **fields: Any) -> Claim:
    given = {
        "title": "An article", "description": "In the journal, issue 2", "category": make_category(advocate.bar),
        "format": DeliveryFormat.SELF_STUDY, "minutes": 90, "earned_on": dt.date(2026, 3, 11), **fields,
    }  # fmt: skip
    return claims.draft_claim(advocate, by=advocate.user, now=NOW, **given)


def submitted(advocate: Advocate) -> Claim:
    return claims.submit_claim(drafted(advocate), by=advocate.user, now=NOW)


def steps(claim: Claim) -> list[tuple[str, str]]:
    return list(ClaimStep.objects.filter(claim=claim).values_list("from_state", "to_state"))


def test_every_change_is_a_step(advocate: Advocate, bar: Bar) -> None:
    claim, reviewer = submitted(advocate), make_user(bar=bar)
    returned = claims.return_claim(claim, by=reviewer, now=NOW, reason=" Which issue? ")
    assert (returned.decided_by, returned.decision_reason) == (reviewer, "Which issue?")
    claims.change_claim(claim, now=NOW, minutes=120)
    again = claims.submit_claim(claim, by=advocate.user, now=NOW)
    assert (again.decided_by, again.decision_reason) == (None, "")
    entry = claims.approve_claim(claim, by=reviewer, now=NOW, minutes=60, reason="Half of it")
    assert (entry.minutes, entry.advocate) == (60, advocate)
    assert steps(claim) == [
        ("", "draft"), ("draft", "submitted"), ("submitted", "returned"), ("returned", "submitted"),
        ("submitted", "approved"),
    ]  # fmt: skip
    assert list(ClaimStep.objects.values_list("minutes", flat=True)) == [90, 90, 90, 120, 60]


@pytest.mark.parametrize("change", ["update", "delete"])
def test_no_step_is_ever_edited(advocate: Advocate, change: str) -> None:
    rows = ClaimStep.objects.filter(claim=drafted(advocate))
    with pytest.raises(ProgrammingError, match="Cannot"), transaction.atomic():
        rows.update(reason="x") if change == "update" else rows.delete()


def test_a_draft_can_be_of_today_in_the_bar_s_time_and_not_of_tomorrow(advocate: Advocate) -> None:
    claim = drafted(advocate, earned_on=dt.date(2026, 3, 11))
    with pytest.raises(DomainError, match="once it has been earned"):
        drafted(advocate, earned_on=dt.date(2026, 3, 12))
    with pytest.raises(DomainError, match="once it has been earned"):
        claims.change_claim(claim, now=NOW, earned_on=dt.date(2026, 3, 12))


def test_a_claim_is_submitted_with_something_to_check_it_by(advocate: Advocate) -> None:
    bare = drafted(advocate, description=" ")
    with pytest.raises(DomainError, match="Add a file"):
        claims.submit_claim(bare, by=advocate.user, now=NOW)
    file = add_evidence(bare, "paper.pdf", document(), by=advocate.user, now=NOW)
    remove_evidence(file, now=NOW)
    with pytest.raises(DomainError, match="Add a file"):
        claims.submit_claim(bare, by=advocate.user, now=NOW)
    add_evidence(bare, "paper.pdf", document(), by=advocate.user, now=NOW)
    assert claims.submit_claim(bare, by=advocate.user, now=NOW).state == "submitted"


def django_settings() -> Any:
    """As installed: tests keep their files in memory."""
    return importlib.import_module("cle.settings").STORAGES


def act(name: str, claim: Claim, user: Any) -> None:
    more = {"reason": "because"} if name in ("return_claim", "reject_claim") else {}
    if name == "change_claim":
        claims.change_claim(claim, now=NOW, minutes=1)
    else:
        getattr(claims, name)(claim, by=user, now=NOW, **more)


ALLOWED = {
    "draft": {"change_claim", "submit_claim", "withdraw_claim"},
    "submitted": {"withdraw_claim", "approve_claim", "return_claim", "reject_claim"},
    "returned": {"change_claim", "submit_claim", "withdraw_claim"},
    "approved": set(),
    "rejected": set(),
    "withdrawn": set(),
}
ACTS = sorted(set.union(*ALLOWED.values()))


@pytest.mark.parametrize("act_name", ACTS)
@pytest.mark.parametrize("state", ALLOWED)
def test_what_may_be_done_in_which_state(advocate: Advocate, bar: Bar, state: str, act_name: str) -> None:
    reviewer = make_user(bar=bar)
    claim = drafted(advocate) if state == "draft" else submitted(advocate)
    way = {"returned": "return_claim", "approved": "approve_claim", "rejected": "reject_claim"}
    if state in way:
        act(way[state], claim, reviewer)
    elif state == "withdrawn":
        act("withdraw_claim", claim, advocate.user)
    user = reviewer if act_name in ("approve_claim", "return_claim", "reject_claim") else advocate.user
    before = steps(claim)
    if act_name in ALLOWED[state]:
        act(act_name, claim, user)
    else:
        with pytest.raises(DomainError):
            act(act_name, claim, user)
        assert steps(claim) == before
        assert Claim.objects.get(pk=claim.pk).state == state


@pytest.mark.parametrize("act_name", ["approve_claim", "return_claim", "reject_claim"])
def test_nobody_decides_on_their_own(advocate: Advocate, act_name: str) -> None:
    claim = submitted(advocate)
    with pytest.raises(DomainError) as refused:
        act(act_name, claim, advocate.user)
    assert refused.value.code == "own-claim"
    assert not Entry.objects.exists()


@pytest.mark.parametrize("act_name", ["return_claim", "reject_claim"])
def test_no_refusal_without_a_reason(advocate: Advocate, bar: Bar, act_name: str) -> None:
    with pytest.raises(DomainError, match="Say why"):
        getattr(claims, act_name)(submitted(advocate), by=make_user(bar=bar), now=NOW, reason="  ")


@pytest.mark.parametrize("fields", [{"state": "submitted"}, {"state": "approved"}, {"minutes": 0}])
def test_the_database_keeps_claims_in_order(advocate: Advocate, fields: dict[str, Any]) -> None:
    claim = drafted(advocate)
    with pytest.raises(IntegrityError), transaction.atomic():
        Claim.objects.filter(pk=claim.pk).update(**fields)


def test_a_file_is_kept_under_a_name_that_says_nothing(advocate: Advocate) -> None:
    evidence = add_evidence(drafted(advocate), "Әлия.pdf", document(), by=advocate.user, now=NOW)
    assert (evidence.name, evidence.kind, evidence.size) == ("Әлия.pdf", "pdf", len(document()))
    assert evidence.file.name.startswith("evidence/")
    assert len(evidence.file.name) == len("evidence/") + 32 + len(".pdf")
    assert default_storage.open(evidence.file.name).read() == document()


def test_a_kept_file_is_for_the_account_of_the_server_alone(advocate: Advocate, settings: Any, tmp_path: Path) -> None:
    kept = {**django_settings()["default"]["OPTIONS"], "location": tmp_path}
    backend = "django.core.files.storage.FileSystemStorage"
    settings.STORAGES = {**settings.STORAGES, "default": {"BACKEND": backend, "OPTIONS": kept}}
    evidence = add_evidence(drafted(advocate), "a.pdf", document(), by=advocate.user, now=NOW)
    path = tmp_path / str(evidence.file.name)
    assert (path.stat().st_mode & 0o777, path.parent.stat().st_mode & 0o777) == (0o600, 0o700)


def test_the_same_file_twice_is_one_and_ten_are_the_most(advocate: Advocate) -> None:
    claim = drafted(advocate)
    content = document()
    first = add_evidence(claim, "a.pdf", content, by=advocate.user, now=NOW)
    assert add_evidence(claim, "b.pdf", content, by=advocate.user, now=NOW) == first
    for width in range(1, MOST_FILES):
        add_evidence(claim, "p.png", picture("PNG", (width, 1)), by=advocate.user, now=NOW)
    with pytest.raises(DomainError, match="at most 10"):
        add_evidence(claim, "p.png", picture("PNG", (99, 1)), by=advocate.user, now=NOW)


def test_what_the_bar_never_saw_is_erased_when_it_is_taken_away(
    advocate: Advocate, django_capture_on_commit_callbacks: Any
) -> None:
    evidence = add_evidence(drafted(advocate), "a.pdf", document(), by=advocate.user, now=NOW)
    kept = evidence.file.name
    with django_capture_on_commit_callbacks(execute=True):
        for _ in range(2):
            gone = remove_evidence(evidence, now=NOW)
    assert not default_storage.exists(kept)
    assert (gone.file.name, gone.removed_at, gone.sha256) == ("", NOW, evidence.sha256)


def test_what_the_bar_has_seen_is_kept(advocate: Advocate, bar: Bar, django_capture_on_commit_callbacks: Any) -> None:
    claim = drafted(advocate)
    evidence = add_evidence(claim, "a.pdf", document(), by=advocate.user, now=NOW)
    claims.submit_claim(claim, by=advocate.user, now=NOW + dt.timedelta(hours=1))
    with pytest.raises(DomainError, match="not with the bar"):
        remove_evidence(evidence, now=NOW)
    with pytest.raises(DomainError, match="not with the bar"):
        add_evidence(claim, "b.pdf", picture(), by=advocate.user, now=NOW)
    claims.return_claim(claim, by=make_user(bar=bar), now=NOW, reason="Not legible")
    with django_capture_on_commit_callbacks(execute=True):
        remove_evidence(evidence, now=NOW)
    assert default_storage.exists(evidence.file.name)
    assert Evidence.objects.there().count() == 0


@pytest.mark.django_db(transaction=True)
def test_of_two_decisions_at_once_one_counts() -> None:
    bar = make_bar()
    advocate = make_advocate(bar, user=make_user())
    claim, reviewer = submitted(advocate), make_user(bar=bar)

    def decide(name: str) -> bool:
        try:
            act(name, claim, reviewer)
        except DomainError:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(4) as pool:
        done = list(pool.map(decide, ["approve_claim", "reject_claim", "return_claim", "approve_claim"]))
    assert sum(done) == 1
    assert len(steps(claim)) == 3
    assert Entry.objects.count() == (Claim.objects.get().state == "approved")
