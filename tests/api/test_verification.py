"""The public check for programs: what the page says, to everybody, and nothing more."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from advocates.models import Advocate, Bar
from compliance.api.verification import Verification
from compliance.certificates.serials import normalise_code
from compliance.models import Certificate
from compliance.services.certificates import replace_certificate, revoke_certificate, signed_certificate
from compliance.services.certificates.bringing import LARGEST
from tests.api.test_me import problem
from tests.compliance.certified import ISSUED, attended, passed
from tests.compliance.rows import ruled_bar
from tests.compliance.test_sweep import statements
from tests.factories import make_advocate, make_user

pytestmark = pytest.mark.django_db
LATER = ISSUED + dt.timedelta(days=30)


@pytest.fixture(autouse=True)
def fresh() -> None:
    cache.clear()


@pytest.fixture
def bar() -> Bar:
    return ruled_bar(code="T-75", signatory_name="Ж. Төлегенов", contact="office@mail.example.kz")


@pytest.fixture
def person(bar: Bar) -> Advocate:
    return make_advocate(
        bar, "Өтеген Қарлығаш", licence_number="00998877", national_id="990101400123", phone="+7 701 555 0199",
        address="Үлгі, 5", licence_date=dt.date(2019, 4, 3),
    )  # fmt: skip


def check(client: Client, code: str, language: str = "en", **options: Any) -> Any:
    return client.get(f"/api/v1/verify/{code}", headers={"accept-language": language}, **options)


def test_of_a_course_exactly_this(client: Client, person: Advocate) -> None:
    certificate = attended(person)
    course = certificate.attendance.session.course
    assert check(client, certificate.code).json() == {
        "code": normalise_code(certificate.code), "state": "valid", "ended_on": None, "replaced_by": None,
        "name": "Өтеген Қарлығаш", "course": {"kk": course.name_kk, "ru": course.name_ru},
        "bar": {"kk": "T-75 адвокаттар алқасы", "ru": "Коллегия адвокатов T-75"},
        "starts_on": "2025-03-14", "ends_on": "2025-03-14", "minutes": 180, "unit_minutes": 45,
        "issued_on": "2027-01-01", "example": True,
    }  # fmt: skip
    assert check(client, certificate.code, "ru").json()["course"] == {"ru": course.name_ru}


def test_of_a_period_exactly_this(client: Client, person: Advocate) -> None:
    said = check(client, passed(person).code).json()
    assert (said["course"], said["starts_on"], said["ends_on"]) == ({}, "2026-01-01", "2026-12-31")
    assert said["minutes"] == 450


@pytest.mark.parametrize("make", [attended, passed])
def test_nothing_else_about_the_person(client: Client, person: Advocate, make: Callable[..., Certificate]) -> None:
    certificate = make(person)
    answer = check(client, certificate.code).content.decode()
    secrets = [person.licence_number, person.email, person.national_id.reveal(), person.phone, person.address]
    kept = [*secrets, "2019-04-03", certificate.serial, "Төлегенов", "office@"]
    assert person.full_name in answer
    assert [secret for secret in kept if secret in answer] == []


def test_what_has_ended_says_so_and_not_why(client: Client, bar: Bar, person: Advocate) -> None:
    officer, revoked, old = make_user(bar=bar), attended(person), attended(person)
    revoke_certificate(revoked, by=officer, reason="a private reason", now=LATER)
    new = replace_certificate(old, by=officer, reason="a private reason", now=LATER)
    for code, state, newer in ((revoked.code, "revoked", None), (old.code, "replaced", normalise_code(new.code))):
        said = check(client, code).json()
        assert (said["state"], said["ended_on"], said["replaced_by"]) == (state, "2027-01-31", newer)
        assert "private" not in check(client, code).content.decode()
    assert check(client, new.code).json()["state"] == "valid"


@pytest.mark.parametrize("spell", [str.lower, normalise_code, lambda code: code.replace("0", "O")])
def test_the_code_is_read_as_people_type_it(client: Client, person: Advocate, spell: Callable[[str], str]) -> None:
    assert check(client, spell(attended(person).code)).status_code == 200


@pytest.mark.parametrize("code", ["0000-0000-0000-0000", "no-code", "%00", "Ұ" * 90])
def test_an_unknown_code_is_a_problem_that_says_so(client: Client, code: str) -> None:
    document = problem(check(client, code), 404)
    assert document["type"] == "urn:problem-type:cle:no-such-certificate"
    assert document["detail"].startswith("There is no certificate with this code.")


def test_a_record_that_was_altered_is_not_passed_on(client: Client, person: Advocate, bar: Bar) -> None:
    forged = Certificate.objects.create(
        bar=bar, advocate=person, kind="compliance", period_start=dt.date(2026, 1, 1), year=2026, number=9,
        serial="T-75/2026/000009", code="F0RG" * 4, snapshot={**attended(person).snapshot, "minutes": 10**6},
        sha256=attended(person).sha256, issued_at=ISSUED,
    )  # fmt: skip
    assert problem(check(client, forged.code), 409)["type"].endswith(":certificate-altered")


def test_it_is_neither_kept_nor_indexed_and_asks_nobody_who_they_are(client: Client, person: Advocate) -> None:
    client.force_login(make_user())
    for code in (attended(person).code, "no-code"):
        with statements() as sent:
            answer = check(client, code)
        assert (answer["Cache-Control"], answer["X-Robots-Tag"]) == ("no-store", "noindex")
        assert len(sent) <= 1
    problem(client.get("/api/v1/verify/no-code?code=1"), 400)
    problem(client.post("/api/v1/verify/no-code"), 405)


def test_whoever_guesses_is_stopped(client: Client, person: Advocate) -> None:
    limit = Verification.requests_a_minute
    for number in range(limit):
        answer = check(client, f"{number:016}")
        assert answer["RateLimit-Remaining"] == str(limit - 1 - number)
    refused = check(client, attended(person).code)
    assert problem(refused, 429)
    assert int(refused["Retry-After"]) > 0


def bring(client: Client, content: bytes) -> Any:
    return client.post("/api/v1/verify", {"file": SimpleUploadedFile("paper.pdf", content)})


def test_a_file_is_told_as_its_code_is(client: Client, person: Advocate) -> None:
    certificate = attended(person)
    file = signed_certificate(certificate)
    answer = bring(client, file)
    said = check(client, certificate.code).json()
    assert answer.json() == {"finding": "genuine", "certificate": said}
    assert answer["Cache-Control"] == "no-store"
    revoke_certificate(certificate, by=make_user(bar=certificate.bar), reason="x", now=LATER)
    assert bring(client, file).json()["certificate"]["state"] == "revoked"
    assert bring(client, file + b" ").json() == {"finding": "altered", "certificate": None}
    assert bring(client, b"x").json() == {"finding": "unknown", "certificate": None}


def test_no_file_or_one_too_large_is_refused(client: Client) -> None:
    problem(client.post("/api/v1/verify"), 400)
    problem(bring(client, b"0" * (LARGEST + 1)), 400)
    problem(client.post("/api/v1/verify", {"file": "x"}, content_type="application/json"), 415)
