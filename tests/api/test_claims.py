"""Claims through the API: by the advocate, by the bar, and by everybody whom they do not concern."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from advocates.access import MAY, Action
from advocates.models import Advocate, Bar, RoleKind
from courses.models import Claim, Entry, Evidence
from courses.services import claims
from courses.services.evidence import add_evidence
from tests.api.test_me import problem, read_through
from tests.compliance.test_sweep import statements
from tests.courses.files import document, from_a_telephone
from tests.courses.test_claims import NOW, drafted, submitted
from tests.factories import make_advocate, make_bar, make_category, make_national, make_user
from tests.house.rows import digest

pytestmark = pytest.mark.django_db
OWN = "/api/v1/me/claims"
QUEUE = "/api/v1/bars/{bar}/claims"
BODY = {"title": "An article", "description": "Issue 2", "category": "law", "format": "self_study", "minutes": 90,
        "earned_on": "2026-03-01"}  # fmt: skip


@pytest.fixture
def bar() -> Bar:
    return make_bar("R-1", make_national())


@pytest.fixture
def advocate(bar: Bar) -> Advocate:
    make_category(bar)
    return make_advocate(bar, "Сәрсенова Әлия", user=make_user())


@pytest.fixture
def me(client: Client, advocate: Advocate) -> Client:
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    client.force_login(advocate.user)
    return client


def as_role(bar: Bar, role: RoleKind = RoleKind.REVIEWER) -> Client:
    browser = Client(headers={"accept-language": "en"})
    browser.force_login(make_user(bar=bar, role=role))
    return browser


def post(client: Client, address: str, body: Any = None) -> Any:
    return client.post(address, body if body is not None else {}, content_type="application/json")


def upload(client: Client, claim: Claim, content: bytes, name: str = "paper.pdf", **fields: Any) -> Any:
    sent = {"file": SimpleUploadedFile(name, content), "no_identity_document": "true", **fields}
    return client.post(f"{OWN}/{claim.pk}/evidence", {key: value for key, value in sent.items() if value is not None})


def proven(advocate: Advocate) -> tuple[Claim, Evidence]:
    """A submitted claim with a file."""
    claim = drafted(advocate)
    evidence = add_evidence(claim, "paper.pdf", document(), by=advocate.user, now=NOW)
    return claims.submit_claim(claim, by=advocate.user, now=NOW), evidence


def test_from_draft_to_credit(me: Client, advocate: Advocate, bar: Bar) -> None:
    made = post(me, OWN, BODY)
    assert made.status_code == 201
    address, claim = made["Location"], Claim.objects.get()
    assert address == f"{OWN}/{claim.pk}"
    assert upload(me, claim, document(), "Сертификат.exe").json()["name"] == "Сертификат.pdf"
    assert me.patch(address, {"minutes": 120}, content_type="application/json").json()["minutes"] == 120
    staff, queue = as_role(bar), QUEUE.format(bar=bar.code)
    assert staff.get(queue).json()["results"] == []
    assert post(me, f"{address}/submit").json()["state"] == "submitted"
    (line,) = staff.get(f"{queue}?state=submitted&category=law").json()["results"]
    assert (line["name"], line["minutes"], line["granted_minutes"]) == ("Сәрсенова Әлия", 120, None)
    decided = post(staff, f"{queue}/{claim.pk}/approve", {"minutes": 60, "reason": "Half of it"}).json()
    assert (decided["state"], decided["granted_minutes"], decided["decision_reason"]) == ("approved", 60, "Half of it")
    assert [step["to_state"] for step in decided["steps"]] == ["draft", "submitted", "approved"]
    assert me.get(address).json()["granted_minutes"] == 60
    assert me.get("/api/v1/me/transcript").json()["results"][0]["minutes"] == 60


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("category", "unheard-of", "no such category"),
        ("format", "by post", "not a valid choice"),
        ("minutes", 0, "greater than or equal to 1"),
        ("minutes", 60_001, "less than or equal to 60000"),
        ("earned_on", "01.03.2026", "YYYY-MM-DD"),
        ("title", "", "may not be blank"),
        ("state", "approved", "no such field"),
        ("advocate", 1, "no such field"),
    ],
)
def test_what_cannot_be_claimed(me: Client, field: str, value: Any, said: str) -> None:
    before = digest()
    (fault,) = problem(post(me, OWN, {**BODY, field: value}), 400)["errors"]
    assert fault["pointer"] == f"#/{field}"
    assert said in fault["detail"]
    assert digest() == before


def test_a_category_is_one_of_one_s_own_bar_or_above(me: Client) -> None:
    make_category(make_bar("ELSEWHERE"), "foreign")
    problem(post(me, OWN, {**BODY, "category": "foreign"}), 400)


@pytest.mark.parametrize("confirmed", [None, "false", "maybe"])
def test_no_file_without_saying_that_it_is_no_identity_document(
    me: Client, advocate: Advocate, confirmed: str | None
) -> None:
    claim = drafted(advocate)
    (fault,) = problem(upload(me, claim, document(), no_identity_document=confirmed), 400)["errors"]
    assert fault["pointer"] == "#/no_identity_document"
    for words in ("Жеке басты куәландыратын", "удостоверяющих личность", "identity document"):
        assert words in fault["detail"]
    assert not Evidence.objects.exists()


def test_a_file_is_handed_out_to_be_saved_and_never_run(me: Client, advocate: Advocate, bar: Bar) -> None:
    claim, evidence = proven(advocate)
    for browser, address in [(me, OWN), (as_role(bar), QUEUE.format(bar=bar.code))]:
        answer = browser.get(f"{address}/{claim.pk}/evidence/{evidence.pk}", headers={"accept": "application/pdf"})
        assert (answer.status_code, answer.content) == (200, document())
        assert answer["Content-Type"] == "application/pdf"
        assert answer["Content-Disposition"] == 'attachment; filename="paper.pdf"'
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert answer["Content-Security-Policy"] == "sandbox; default-src 'none'"
        assert "no-store" in answer["Cache-Control"]


def test_the_place_of_a_photograph_is_not_handed_out(me: Client, advocate: Advocate) -> None:
    made = upload(me, drafted(advocate), from_a_telephone(), "photo.jpg")
    kept = me.get(made["Location"]).content
    assert b"Exif" not in kept
    assert made.json()["sha256"] != made.json()["received_sha256"]


def test_a_file_that_is_refused_says_why(me: Client, advocate: Advocate) -> None:
    (fault,) = problem(upload(me, drafted(advocate), b"MZ\x90", "paper.pdf"), 400)["errors"]
    assert fault == {
        "pointer": "#/file",
        "detail": "Only PDF, JPEG, PNG and WebP files are taken, whatever their name says.",
    }


def test_a_file_is_taken_away_once(me: Client, advocate: Advocate) -> None:
    address = upload(me, drafted(advocate), document())["Location"]
    assert me.delete(address).json()["removed_at"]
    problem(me.delete(address), 404)
    problem(me.get(address), 404)


@pytest.mark.parametrize(
    ("method", "tail"),
    [("get", ""), ("patch", ""), ("post", "/submit"), ("post", "/withdraw"), ("post", "/evidence"),
     ("get", "/evidence/{evidence}"), ("delete", "/evidence/{evidence}")],
)  # fmt: skip
def test_another_s_claim_is_as_if_it_were_not_there(me: Client, bar: Bar, method: str, tail: str) -> None:
    stranger = make_advocate(bar, user=make_user())
    claim = drafted(stranger)
    evidence = add_evidence(claim, "paper.pdf", document(), by=stranger.user, now=NOW)
    before = digest()
    address = f"{OWN}/{claim.pk}{tail.format(evidence=evidence.pk)}"
    if tail == "/evidence":
        answer = upload(me, claim, document())
    else:
        answer = getattr(me, method)(address, **({} if method == "get" else {"content_type": "application/json"}))
    problem(answer, 404)
    assert digest() == before
    assert me.get(OWN).json()["results"] == []


@pytest.mark.parametrize("role", RoleKind)
def test_who_reads_and_who_decides(advocate: Advocate, bar: Bar, role: RoleKind) -> None:
    claim, evidence = proven(advocate)
    browser, queue = as_role(bar, role), QUEUE.format(bar=bar.code)
    reads, decides = role in MAY[Action.READ_CLAIMS], role in MAY[Action.DECIDE_CLAIMS]
    for address in (queue, f"{queue}/{claim.pk}", f"{queue}/{claim.pk}/evidence/{evidence.pk}"):
        assert browser.get(address).status_code == (200 if reads else 404)
    before = digest()
    answer = post(browser, f"{queue}/{claim.pk}/return", {"reason": "Which issue?"})
    assert answer.status_code == (200 if decides else 403 if reads else 404)
    assert (digest() == before) == (not decides)


@pytest.mark.parametrize("verb", ["approve", "return", "reject"])
def test_another_bar_s_claims_are_not_there(advocate: Advocate, bar: Bar, verb: str) -> None:
    other = make_bar("R-2", bar.parent)
    claim, evidence = proven(advocate)
    browser = as_role(other, RoleKind.BAR_ADMIN)
    before = digest()
    for code in (bar.code, other.code):
        queue = QUEUE.format(bar=code)
        problem(browser.get(f"{queue}/{claim.pk}"), 404)
        problem(browser.get(f"{queue}/{claim.pk}/evidence/{evidence.pk}"), 404)
        problem(post(browser, f"{queue}/{claim.pk}/{verb}", {"reason": "x"}), 404)
    assert browser.get(QUEUE.format(bar=other.code)).json()["results"] == []
    assert digest() == before


@pytest.mark.parametrize("verb", ["approve", "return", "reject"])
def test_a_reviewer_who_is_an_advocate_does_not_decide_on_their_own(bar: Bar, verb: str) -> None:
    user = make_user(bar=bar, role=RoleKind.REVIEWER)
    claim = submitted(make_advocate(bar, user=user))
    browser = Client(headers={"accept-language": "en"})
    browser.force_login(user)
    before = digest()
    refused = problem(post(browser, f"{QUEUE.format(bar=bar.code)}/{claim.pk}/{verb}", {"reason": "x"}), 409)
    assert refused["type"] == "urn:problem-type:cle:own-claim"
    assert digest() == before


def test_a_draft_is_nobody_else_s_business(advocate: Advocate, bar: Bar) -> None:
    claim, staff = drafted(advocate), as_role(bar)
    problem(staff.get(f"{QUEUE.format(bar=bar.code)}/{claim.pk}"), 404)
    evidence = add_evidence(claim, "paper.pdf", document(), by=advocate.user, now=NOW)
    problem(staff.get(f"{QUEUE.format(bar=bar.code)}/{claim.pk}/evidence/{evidence.pk}"), 404)


def test_approving_twice_posts_once(advocate: Advocate, bar: Bar) -> None:
    claim, staff = submitted(advocate), as_role(bar)
    address = f"{QUEUE.format(bar=bar.code)}/{claim.pk}/approve"
    assert post(staff, address).status_code == 200
    problem(post(staff, address), 409)
    assert Entry.objects.count() == 1


def test_the_queue_begins_with_whoever_has_waited_longest(bar: Bar, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("compliance.api.claim_queue.OldestSubmission.page_size", 2)
    people = [make_advocate(bar, user=make_user()) for _ in range(3)]
    made = [submitted(person) for person in people]
    Claim.objects.filter(pk=made[0].pk).update(submitted_at=NOW.replace(year=2027))
    pages = read_through(as_role(bar), QUEUE.format(bar=bar.code))
    assert [row["id"] for page in pages for row in page] == [made[1].pk, made[2].pk, made[0].pk]


def test_three_claims_cost_as_much_as_one(me: Client, advocate: Advocate, bar: Bar) -> None:
    staff, reviewer = as_role(bar), make_user(bar=bar)

    def costs() -> list[int]:
        found = []
        for browser, address in [(me, OWN), (staff, QUEUE.format(bar=bar.code))]:
            with statements() as queries:
                assert browser.get(address).status_code == 200
            found.append(len(queries))
        return found

    claims.approve_claim(submitted(advocate), by=reviewer, now=NOW)
    with_one = costs()
    for _ in range(2):
        claims.approve_claim(submitted(advocate), by=reviewer, now=NOW)
    assert costs() == with_one
    assert max(with_one) <= 7
