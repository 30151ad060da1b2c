"""Claims on the advocate's own pages: drafted, proved with files, submitted, returned, submitted again."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from advocates.models import Advocate, Bar, RoleKind
from cle.core.clock import now
from courses.models import Claim, Evidence
from courses.services.claims import approve_claim, draft_claim, return_claim, submit_claim
from courses.services.evidence import MOST_FILES
from tests.courses.files import archive, document, picture
from tests.factories import make_advocate, make_bar, make_category, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def bar() -> Bar:
    return make_bar("KZ-71", make_bar("KZ"))


@pytest.fixture
def person(bar: Bar) -> Advocate:
    return make_advocate(bar, "Әділова Гүлнар", user=make_user())


@pytest.fixture
def client(person: Advocate) -> Client:
    browser = Client()
    assert person.user is not None
    browser.force_login(person.user)
    return browser


def said(bar: Bar, **fields: Any) -> dict[str, Any]:
    whole = {"title": "Seminar on evidence", "category": make_category(bar).pk, "format": 1, "hours": 2, "minutes": 15}
    return {**whole, "earned_on": "2026-01-15", "description": "", **fields}


def drafted(person: Advocate, **fields: Any) -> Claim:
    assert person.user is not None
    whole = {"title": "Seminar", "category": make_category(person.bar), "format": 1, "minutes": 90, **fields}
    return draft_claim(person, by=person.user, now=now(), earned_on=dt.date(2026, 1, 15), **whole)


def at(claim: Claim, name: str = "claim") -> str:
    return reverse(f"own:{name}", args=[claim.pk])


def files(*named: tuple[str, bytes], confirmed: bool = True) -> dict[str, Any]:
    papers = [SimpleUploadedFile(name, content) for name, content in named]
    return {"do": "upload", "papers": papers, **({"no_identity_document": "on"} if confirmed else {})}


def test_from_draft_to_decision(client: Client, bar: Bar, person: Advocate) -> None:
    client.post(reverse("own:claim-new"), said(bar))
    claim = Claim.objects.get()
    assert (claim.state, claim.minutes, claim.advocate) == ("draft", 135, person)
    page = client.get(at(claim)).content.decode()
    assert "2 h 15 min" in page
    assert 'value="submit"' not in page, "there is nothing to check it by yet"
    client.post(at(claim), files(("scan.pdf", document()), ("photo.jpg", picture())))
    assert sorted(Evidence.objects.values_list("kind", flat=True)) == ["jpeg", "pdf"]
    client.post(at(claim), {"do": "submit"})
    reviewer = make_user(bar=bar, role=RoleKind.REVIEWER)
    return_claim(claim, by=reviewer, now=now(), reason="Who taught it?")
    assert "Who taught it?" in client.get(reverse("own:claims")).content.decode()
    assert "What the bar asks for" in client.get(at(claim)).content.decode()
    client.post(at(claim, "claim-change"), said(bar, hours=1, minutes=0, description="Professor Omarov"))
    answer = client.post(at(claim), {"do": "submit"}, follow=True)
    assert "Submitted." in answer.content.decode()
    claim.refresh_from_db()
    assert (claim.state, claim.minutes) == ("submitted", 60)
    approve_claim(claim, by=reviewer, now=now(), minutes=45, reason="Without the break")
    page = client.get(at(claim)).content.decode()
    assert "granted: 45 min" in page
    assert "Without the break" in page
    assert 'value="withdraw"' not in page


def test_each_file_is_told_by_its_content_and_a_bad_one_stops_no_other(client: Client, person: Advocate) -> None:
    claim = drafted(person)
    answer = client.post(at(claim), files(("tool.pdf", archive()), ("scan.pdf", document())), follow=True)
    text = answer.content.decode()
    assert "tool.pdf: Only PDF, JPEG, PNG and WebP" in text
    assert "1 file was added." in text
    assert Evidence.objects.get().name == "scan.pdf"


def test_no_identity_document_has_to_be_confirmed(client: Client, person: Advocate) -> None:
    claim = drafted(person)
    assert "Never upload a copy of an identity document" in client.get(at(claim)).content.decode()
    answer = client.post(at(claim), files(("scan.pdf", document()), confirmed=False))
    assert answer.status_code == 422
    assert "Confirm that no file is a copy" in answer.content.decode()
    assert client.post(at(claim), files()).status_code == 422
    assert not Evidence.objects.exists()


def test_the_eleventh_file_is_refused(client: Client, person: Advocate) -> None:
    claim = drafted(person)
    client.post(at(claim), files(*((f"{n}.png", picture("PNG", (10 + n, 10))) for n in range(MOST_FILES + 1))))
    assert Evidence.objects.count() == MOST_FILES
    assert 'type="file"' not in client.get(at(claim)).content.decode()


def test_a_file_is_saved_and_taken_away(client: Client, person: Advocate) -> None:
    claim = drafted(person)
    client.post(at(claim), files(("scan.pdf", document())))
    evidence = Evidence.objects.get()
    answer = client.get(reverse("own:claim-file", args=[claim.pk, evidence.pk]))
    assert answer.content == document()
    assert answer["Content-Disposition"].startswith("attachment")
    other = Client()
    other.force_login(make_advocate(person.bar, user=make_user()).user)
    assert other.get(reverse("own:claim-file", args=[claim.pk, evidence.pk])).status_code == 404
    client.post(at(claim), {"do": "remove", "evidence": evidence.pk})
    assert not Evidence.objects.there().exists()
    assert client.get(reverse("own:claim-file", args=[claim.pk, evidence.pk])).status_code == 404


def test_nobody_removes_a_file_of_somebody_else_through_their_own_claim(client: Client, person: Advocate) -> None:
    stranger = make_advocate(person.bar, user=make_user())
    theirs, browser = drafted(stranger), Client()
    browser.force_login(stranger.user)
    browser.post(at(theirs), files(("scan.pdf", document())))
    client.post(at(drafted(person)), {"do": "remove", "evidence": Evidence.objects.get().pk})
    assert Evidence.objects.there().count() == 1


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"hours": 0, "minutes": 0}, "Say how long"),
        ({"earned_on": "2999-01-01"}, "once it has been earned"),
        ({"category": 0}, "not one of the available choices"),
        ({"format": 9}, "not one of the available choices"),
        ({"hours": 5000}, "less than or equal to 1000"),
        ({"title": ""}, "required"),
    ],
)
def test_what_is_wrong_is_said_beside_it(client: Client, bar: Bar, wrong: dict[str, Any], told: str) -> None:
    answer = client.post(reverse("own:claim-new"), said(bar, **wrong))
    assert answer.status_code == 422
    assert told in answer.content.decode()
    assert not Claim.objects.exists()


def test_what_is_with_the_bar_cannot_be_changed_but_withdrawn(client: Client, person: Advocate) -> None:
    claim = drafted(person, description="A link")
    submit_claim(claim, by=person.user, now=now())  # type: ignore[arg-type]
    answer = client.post(at(claim, "claim-change"), said(person.bar))
    assert answer.status_code == 422
    assert "Only a draft" in answer.content.decode()
    client.post(at(claim), {"do": "withdraw", "reason": "Another bar has it"})
    claim.refresh_from_db()
    assert claim.state == "withdrawn"
    assert "Another bar has it" in client.get(at(claim)).content.decode()


@pytest.mark.parametrize("number", [1, 3])
def test_lists_cost_the_same(client: Client, person: Advocate, number: int) -> None:
    for _ in range(number):
        claim = drafted(person, description="x")
    client.post(at(claim), files(*((f"{n}.png", picture("PNG", (10 + n, 10))) for n in range(number))))
    counts = []
    for page in (reverse("own:claims"), at(claim)):
        with CaptureQueriesContext(connection) as asked:
            assert client.get(page).status_code == 200
        counts.append(len(asked))
    assert counts == [6, 7]
