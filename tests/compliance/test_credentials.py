"""Credentials: what the paper says, checked by a library that knows nothing of us, with what we publish alone."""

from __future__ import annotations

import datetime as dt
import json
import re
from concurrent.futures import ThreadPoolExecutor
from io import StringIO
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.conf import settings as installed
from django.core.management import call_command
from django.test import Client
from joserfc import jwt
from joserfc.jwk import ECKey, KeySet
from openbadgeslib.ob3 import OB3VerificationError, OB3Verifier

from advocates.models import Advocate, Bar
from cle.core.errors import DomainError
from compliance.certificates.badge import CONTEXTS, Place, badge_of
from compliance.certificates.words import EXAMPLE, decimal_text
from compliance.models import Certificate, SerialCounter
from compliance.services.certificates import (
    issue_for_period,
    issue_for_session,
    read_snapshot,
    replace_certificate,
    revoke_certificate,
)
from compliance.services.credentials import credential_of, public_keys, rotate_key
from compliance.services.credentials.keys import signing_key
from tests.compliance.certificates.samples import ORDINARY
from tests.compliance.certified import held
from tests.compliance.rows import make_standing, ruled_bar
from tests.factories import make_advocate, make_bar, make_user

pytestmark = pytest.mark.django_db
ISSUED = dt.datetime(2026, 1, 31, 20, 30, tzinfo=dt.UTC)
"""In the past by any clock, for a token does not hold before; half past one on 1 February in Almaty."""
LATER = ISSUED + dt.timedelta(days=1)


@pytest.fixture(autouse=True)
def keys(settings: Any, tmp_path: Path) -> Path:
    """A folder for keys, of this test alone."""
    settings.KEYS_FOLDER = tmp_path / "keys"
    settings.PUBLIC_URL = "https://cle.example.kz"
    return tmp_path / "keys"


@pytest.fixture
def bar() -> Bar:
    return ruled_bar(code="T-75", signatory_name="Ж. Төлегенов", signatory_title_ru="Председатель")


@pytest.fixture
def certificate(bar: Bar) -> Certificate:
    return attended(
        make_advocate(bar, "Өтеген Қарлығаш", licence_number="00998877", licence_date=dt.date(2019, 4, 3),
                      national_id="990101400123", email="k@mail.example.kz", phone="+7 701 555 0199")
    )  # fmt: skip


def attended(person: Advocate) -> Certificate:
    issue_for_session(held(person.bar, person), now=ISSUED)
    return Certificate.objects.get(advocate=person)


def passed(person: Advocate) -> Certificate:
    start, end = dt.date(2025, 1, 1), dt.date(2025, 12, 31)
    make_standing(person, "compliant", period_start=start, period_end=end, due_on=end)
    issue_for_period(person.bar, start, now=ISSUED)
    return Certificate.objects.get(advocate=person)


def download(url: str) -> bytes:
    """What stands at a public address of ours, as a verifier out in the world gets it."""
    assert url.startswith(installed.PUBLIC_URL)
    answer = Client().get(urlsplit(url).path)
    assert answer.status_code == 200, url
    return bytes(answer.content)


def jwks() -> dict[str, Any]:
    return dict(json.loads(download("https://cle.example.kz/.well-known/jwks.json")))


def header_of(token: str) -> dict[str, Any]:
    import base64

    part = token.split(".")[0]
    return dict(json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))))


def verified(token: str, *, status: bool = True) -> Any:
    """By another implementation, with the key that the token names among those that we publish."""
    (key,) = (each for each in jwks()["keys"] if each["kid"] == header_of(token)["kid"])
    verifier = OB3Verifier(ECKey.import_key(key).as_pem(private=False))
    return verifier.verify(token, check_status=status, download=download)


def claims(token: str) -> dict[str, Any]:
    return dict(jwt.decode(token, KeySet.import_key_set(jwks()), algorithms=["ES256"]).claims)


class TestWhatItSays:
    def test_a_stranger_s_library_accepts_it(self, certificate: Certificate) -> None:
        found = verified(credential_of(certificate))
        course = certificate.attendance.session.course
        assert (found.achievement.name, found.credits_earned) == (f"{course.name_kk} / {course.name_ru}", 4.0)
        assert found.issuer.id == "https://cle.example.kz/api/v1/issuers/T-75"
        assert [(each.identity_type, each.identity_hash, each.hashed) for each in found.identifiers] == [
            ("name", "Өтеген Қарлығаш", False),
            ("ext:advocateLicence", "00998877", False),
        ]

    def test_the_token_is_the_credential(self, certificate: Certificate) -> None:
        token = credential_of(certificate)
        said = claims(token)
        assert header_of(token)["typ"] == "vc+jwt"
        assert (said["@context"], said["type"]) == (list(CONTEXTS), ["VerifiableCredential", "OpenBadgeCredential"])
        assert said["id"] == said["jti"] == certificate.snapshot["verify_url"]
        assert said["id"] == f"https://cle.example.kz/verify/{certificate.snapshot['code']}"
        assert said["iss"] == said["issuer"]["id"]
        assert said["nbf"] == int(dt.datetime.fromisoformat(said["validFrom"]).timestamp())
        assert said["validFrom"] == "2026-02-01T00:00:00+05:00"
        assert {"iat", "exp", "sub", "vc"}.isdisjoint(said)

    def test_it_says_what_is_printed(self) -> None:
        badge = badge_of(ORDINARY, Place("https://x/i", "https://x/l", 122, "Asia/Almaty"))
        said = json.dumps(badge, ensure_ascii=False)
        printed = [ORDINARY.full_name, ORDINARY.licence_number, "10.05.2018", ORDINARY.course_title_kk,
                   ORDINARY.course_title_ru, ORDINARY.provider_name_kk, ORDINARY.provider_name_ru,
                   ORDINARY.course_number, ORDINARY.place, "10.11.2026 – 12.11.2026", ORDINARY.bar_name_kk,
                   ORDINARY.bar_name_ru, ORDINARY.serial, ORDINARY.signatory_name, ORDINARY.verify_url,
                   "8 академических часов", "Профессиональная этика: 2", "очная"]  # fmt: skip
        assert [text for text in printed if text not in said] == []
        subject = badge["credentialSubject"]
        assert subject["creditsEarned"] == 8.0
        assert (subject["licenseNumber"], subject["achievement"]["humanCode"]) == (ORDINARY.serial, "РКА-2026-0417")
        assert (subject["activityStartDate"], subject["activityEndDate"]) == (
            "2026-11-10T00:00:00+05:00",
            "2026-11-12T00:00:00+05:00",
        )

    def test_and_nothing_that_is_not(self, certificate: Certificate) -> None:
        """Each word of it stands on the paper, is a word of the standard, or an address of ours."""
        person = certificate.advocate
        said = json.dumps(claims(credential_of(certificate)), ensure_ascii=False)
        secrets = ["990101400123", person.email, person.phone, "01-31", "20:30"]
        assert [secret for secret in secrets if secret in said] == []

    def test_the_words_are_those_of_the_day_of_issue(self, certificate: Certificate) -> None:
        Advocate.objects.update(full_name="Жаңа Есім")
        assert "Жаңа" not in json.dumps(claims(credential_of(certificate)), ensure_ascii=False)

    def test_of_a_period(self, bar: Bar) -> None:
        found = verified(credential_of(passed(make_advocate(bar))))
        assert found.achievement.name.startswith("Біліктілікті арттыру туралы сертификат / ")
        assert found.achievement.achievement_type == "Certificate"
        assert found.raw["description"] == EXAMPLE  # the rules are an example

    def test_hours_are_rounded_as_on_the_paper(self) -> None:
        from dataclasses import replace
        from decimal import Decimal

        odd = replace(ORDINARY, minutes=100)
        badge = badge_of(odd, Place("https://x/i", "https://x/l", 0, "Asia/Almaty"))
        assert badge["credentialSubject"]["creditsEarned"] == 2.22
        assert decimal_text(Decimal(100) / 45) == "2,22"

    def test_a_record_that_was_altered_is_not_signed(self, certificate: Certificate) -> None:
        certificate.snapshot = {**certificate.snapshot, "minutes": 10**6}
        with pytest.raises(DomainError) as refused:
            credential_of(certificate)
        assert refused.value.code == "certificate-altered"


class TestWhetherItStands:
    def test_a_revoked_one_is_refused_by_its_list(self, bar: Bar, certificate: Certificate) -> None:
        other = attended(make_advocate(bar))
        token = credential_of(certificate)
        verified(token)
        revoke_certificate(certificate, by=make_user(bar=bar), reason="a private reason", now=LATER)
        with pytest.raises(OB3VerificationError, match="revocation"):
            verified(token)
        verified(token, status=False)  # the signature is still ours
        verified(credential_of(other))

    def test_a_replaced_one_too_and_its_replacement_stands(self, bar: Bar, certificate: Certificate) -> None:
        token = credential_of(certificate)
        new = replace_certificate(certificate, by=make_user(bar=bar), reason="name", now=LATER)
        with pytest.raises(OB3VerificationError):
            verified(token)
        verified(credential_of(new))

    def test_a_list_says_nothing_of_people_and_little_of_numbers(self, bar: Bar, certificate: Certificate) -> None:
        url = claims(credential_of(certificate))["credentialStatus"]["statusListCredential"]
        answer = Client().get(urlsplit(url).path)
        assert answer["Content-Type"] == "application/vc+jwt"
        assert answer["Cache-Control"] == "public, max-age=300"
        said = claims(answer.content.decode())
        assert "Өтеген" not in json.dumps(said, ensure_ascii=False)
        assert said["credentialSubject"]["statusPurpose"] == "revocation"
        assert said["exp"] - said["nbf"] == 86400

    def test_no_list_where_nothing_was_issued(self, bar: Bar, certificate: Certificate) -> None:
        for where in ("T-75/2020", "T-75/99999999999", "T-76/2026"):
            assert Client().get(f"/api/v1/credentials/status/{where}").status_code == 404

    def test_a_list_grows_with_a_busy_year(self, bar: Bar, certificate: Certificate) -> None:
        from openbadgeslib.ob3.status import decode_encoded_list

        SerialCounter.objects.filter(bar=bar).update(last=131_073)
        url = claims(credential_of(certificate))["credentialStatus"]["statusListCredential"]
        encoded = claims(download(url).decode())["credentialSubject"]["encodedList"]
        assert len(decode_encoded_list(encoded)) * 8 == 131_080


class TestKeys:
    def test_they_are_files_that_only_we_read(self, keys: Path, certificate: Certificate) -> None:
        credential_of(certificate)
        (file,) = keys.iterdir()
        assert (file.stat().st_mode & 0o777, keys.stat().st_mode & 0o777) == (0o600, 0o700)
        assert "d" in json.loads(file.read_text())

    def test_no_private_half_is_published(self, certificate: Certificate) -> None:
        rotate_key()
        published = [*jwks()["keys"], *(json.loads(download(key["kid"])) for key in jwks()["keys"])]
        issuer = json.loads(download(claims(credential_of(certificate))["iss"]))
        published += [method["publicKeyJwk"] for method in issuer["verificationMethod"]]
        assert len(published) >= 3
        assert all(set(key) == {"kty", "crv", "x", "y", "kid", "alg", "use"} for key in published)

    def test_a_new_key_signs_and_the_old_one_is_still_known(self, keys: Path, certificate: Certificate) -> None:
        before = credential_of(certificate)
        rotate_key()
        after = credential_of(certificate)
        assert header_of(before)["kid"] != header_of(after)["kid"]
        verified(before, status=False)
        verified(after)
        assert ["d" in json.loads(path.read_text()) for path in sorted(keys.iterdir())] == [False, True]

    def test_the_list_is_signed_anew_so_old_tokens_are_checked_with_the_keys_we_publish(
        self, certificate: Certificate
    ) -> None:
        """A verifier that insists on one key for token and list has to be given the list's: ours are all published."""
        before = credential_of(certificate)
        rotate_key()
        url = claims(before)["credentialStatus"]["statusListCredential"]
        assert claims(download(url).decode())["iss"] == claims(before)["iss"]

    def test_a_forged_one_is_refused(self, certificate: Certificate) -> None:
        token = credential_of(certificate)
        forger = ECKey.generate_key("P-256")
        forged = jwt.encode(header_of(token), {**claims(token), "name": "Forged"}, forger, algorithms=["ES256"])
        with pytest.raises(OB3VerificationError):
            verified(forged)
        head, _, signature = token.split(".")
        with pytest.raises(OB3VerificationError):
            verified(f"{head}.{forged.split('.')[1]}.{signature}")

    def test_two_processes_that_make_the_first_key_agree(self, keys: Path) -> None:
        with ThreadPoolExecutor(8) as pool:
            made = {key.thumbprint() for key in pool.map(lambda _: signing_key(), range(8))}
        assert len(made) == 1
        assert len(list(keys.iterdir())) == 1

    def test_the_command_lists_and_rotates(self) -> None:
        first = signing_key().thumbprint()
        out = StringIO()
        call_command("keys", "rotate", stdout=out)
        (_, signs), (old, has_signed), (_, papers) = (re.split(r"  +", line) for line in out.getvalue().splitlines())
        assert (signs, old, has_signed) == ("signs credentials", first, "has signed credentials")
        assert re.fullmatch(r"papers, until \d{4}-\d\d-\d\d: CN=\S+", papers)
        call_command("keys", "list", stdout=(again := StringIO()))
        assert again.getvalue() == out.getvalue()
        assert len(public_keys()) == 2


def test_the_issuer_is_the_bar_and_its_keys_are_those_published(certificate: Certificate, client: Client) -> None:
    said = json.loads(download(claims(credential_of(certificate))["iss"]))
    assert (said["type"], said["name"]) == (["Profile"], "T-75 адвокаттар алқасы / Коллегия адвокатов T-75")
    assert said["assertionMethod"] == [key["kid"] for key in jwks()["keys"]]
    assert client.get("/.well-known/jwks.json")["Content-Type"] == "application/jwk-set+json"
    assert client.get("/api/v1/issuers/T-76").status_code == 404
    assert client.get("/api/v1/credentials/keys/unknown").status_code == 404


class TestWhoGetsIt:
    def test_the_advocate_gets_their_own_and_nobody_else_s(self, client: Client, certificate: Certificate) -> None:
        where = f"/api/v1/me/certificates/{certificate.code}.vc"
        assert client.get(where).status_code == 401
        Advocate.objects.filter(pk=certificate.advocate_id).update(user=(owner := make_user()))
        client.force_login(owner)
        answer = client.get(where, headers={"accept": "application/json"})
        assert (answer.status_code, answer["Content-Type"]) == (200, "application/vc+jwt")
        assert answer["Content-Disposition"] == 'attachment; filename="T-75-2026-000001.jwt"'
        assert "no-store" in answer["Cache-Control"]
        verified(answer.content.decode())
        client.force_login(make_advocate(certificate.bar, user=make_user()).user)
        assert client.get(where).status_code == 404

    def test_the_staff_of_the_bar_and_not_of_another(self, client: Client, certificate: Certificate) -> None:
        where = f"/api/v1/bars/T-75/certificates/{certificate.code}.vc"
        client.force_login(make_user(bar=certificate.bar))
        verified(client.get(where).content.decode())
        client.force_login(make_user(bar=make_bar("T-99")))
        assert client.get(where).status_code == 404
        assert client.get(where.replace("T-75", "T-99")).status_code == 404


def test_the_snapshot_is_what_is_signed(certificate: Certificate) -> None:
    place = Place(claims(credential_of(certificate))["iss"], "https://x", 0, certificate.bar.time_zone)
    signed, made = claims(credential_of(certificate)), badge_of(read_snapshot(certificate), place)
    assert {**signed, "credentialStatus": 0} == {**made, "credentialStatus": 0}
