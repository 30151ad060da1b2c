"""The public check says so much and no more; the paper itself is for whom it concerns."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from html.parser import HTMLParser

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from advocates.models import Advocate, Bar, Role, RoleKind, User
from advocates.services.people import transfer
from compliance.certificates.serials import normalise_code
from compliance.models import Certificate
from compliance.services.certificates import (
    issue_for_session,
    render_certificate,
    replace_certificate,
    revoke_certificate,
    signed_certificate,
)
from compliance.services.certificates.bringing import LARGEST
from compliance.services.signing import seal_of, signed
from compliance.services.transcripts import statement_of
from compliance.signatures import Seal
from compliance.transcripts.paper import draw
from compliance.views.certificates import CHECKS, FILES
from tests.compliance.certified import ISSUED, attended, held, passed
from tests.compliance.rows import ruled_bar
from tests.factories import make_advocate, make_bar, make_user
from tests.house.rows import digest

LATER = ISSUED + dt.timedelta(days=30)
NEVER_ISSUED = "0000-0000-0000-0000"


@pytest.fixture(autouse=True)
def fresh(settings) -> None:
    """No visits counted yet; pages are asked for without ``collectstatic`` having run."""
    settings.WHITENOISE_AUTOREFRESH = True
    cache.clear()


@pytest.fixture
def bar(db) -> Bar:
    return ruled_bar(code="T-75", signatory_name="Ж. Төлегенов", contact="office@mail.example.kz")


@pytest.fixture
def person(bar: Bar) -> Advocate:
    return make_advocate(
        bar, "Өтеген Қарлығаш", licence_number="00998877", national_id="990101400123",
        email="karlygash@mail.example.kz", phone="+7 701 555 0199", address="Үлгі, 5", licence_date=dt.date(2019, 4, 3),
    )  # fmt: skip


@pytest.fixture
def certificate(person: Advocate) -> Certificate:
    return attended(person)


class _Texts(HTMLParser):
    """The text within <main>, a line for each block."""

    def __init__(self) -> None:
        super().__init__()
        self.inside, self.found = False, ""

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.inside = self.inside or tag == "main"

    def handle_endtag(self, tag: str) -> None:
        self.inside = self.inside and tag != "main"
        if self.inside and tag in ("p", "dt", "dd", "div", "h1", "li", "label"):
            self.found += "\n"

    def handle_data(self, data: str) -> None:
        if self.inside:
            self.found += data


def lines(page: str) -> list[str]:
    """Lines of text as a reader takes them in: blocks, not the line breaks of the source."""
    parser = _Texts()
    parser.feed(re.sub(r"\s+", " ", page))
    return [line.strip() for line in parser.found.split("\n") if line.strip()]


def check(client: Client, code: str, language: str = "en", **headers: str) -> tuple[int, list[str]]:
    response = client.get(reverse("verify", args=[code]), headers={"accept-language": language, **headers})
    return response.status_code, lines(response.content.decode())


LAST = ["Compare this with the paper: if anything differs, the paper was altered.", "Check another certificate"]


class TestWhatIsShown:
    def test_of_a_course_exactly_this(self, client: Client, certificate: Certificate) -> None:
        course = certificate.attendance.session.course
        assert check(client, certificate.code) == (
            200,
            [
                "Check a certificate",
                "✓ This certificate is valid ! Issued under example rules",
                "Advocate", "Өтеген Қарлығаш",
                "Course", course.name_kk, course.name_ru,
                "Held on", "14.03.2025",
                "Hours", "4 h (180 min)",
                "Issued on", "01.01.2027",
                "Issued by", "T-75 адвокаттар алқасы", "Коллегия адвокатов T-75",
                *LAST,
            ],
        )  # fmt: skip

    def test_of_a_period_exactly_this(self, client: Client, person: Advocate) -> None:
        found = check(client, passed(person).code)[1]
        assert found[2:-2] == [
            "Advocate", "Өтеген Қарлығаш",
            "Requirement met for the period", "01.01.2026 – 31.12.2026",
            "Hours", "10 h (450 min)",
            "Issued on", "02.01.2027",
            "Issued by", "T-75 адвокаттар алқасы", "Коллегия адвокатов T-75",
        ]  # fmt: skip

    @pytest.mark.parametrize("make", [attended, passed])
    @pytest.mark.parametrize("language", ["kk", "ru", "en"])
    def test_nothing_else_about_the_person(
        self, client: Client, person: Advocate, make: Callable[..., Certificate], language: str
    ) -> None:
        certificate = make(person)
        page = client.get(reverse("verify", args=[certificate.code]), headers={"accept-language": language})
        text = page.content.decode()
        sealed = person.national_id.reveal()
        secrets = [person.licence_number, "998877", person.email, sealed, person.phone, person.address]
        kept = [*secrets, "03.04.2019", certificate.serial, "Төлегенов", "office@"]
        assert person.full_name in text
        assert [secret for secret in kept if secret in text] == []

    def test_without_rules_in_force_an_hour_has_sixty_minutes(self, client: Client, db) -> None:
        found = check(client, attended(make_advocate(make_bar())).code)[1]
        assert found[1] == "✓ This certificate is valid"
        assert "3 h (180 min)" in found

    def test_the_name_is_the_one_on_the_paper(self, client: Client, certificate: Certificate) -> None:
        Advocate.objects.update(full_name="Жаңа Есім")
        assert "Өтеген Қарлығаш" in check(client, certificate.code)[1]

    def test_markup_in_a_name_is_text(self, client: Client, bar: Bar) -> None:
        odd = attended(make_advocate(bar, "<b>Дана</b> <script>x</script>"))
        page = client.get(reverse("verify", args=[odd.code])).content.decode()
        assert "<script>" not in page
        assert "&lt;b&gt;Дана" in page

    @pytest.mark.parametrize(
        ("language", "bar_name"), [("kk", "T-75 адвокаттар алқасы"), ("ru", "Коллегия адвокатов T-75")]
    )
    def test_in_the_readers_language(
        self, client: Client, certificate: Certificate, language: str, bar_name: str
    ) -> None:
        course = certificate.attendance.session.course
        page = client.get(reverse("verify", args=[certificate.code]), headers={"accept-language": language})
        found = lines(page.content.decode())
        assert f'<html lang="{language}">' in page.content.decode()
        assert {course.name_in(language), bar_name, "14.03.2025", "01.01.2027"} <= set(found)

    def test_two_decimals_rounded_as_on_the_paper(self, client: Client, bar: Bar) -> None:
        person = make_advocate(bar)
        issue_for_session(held(bar, person, minutes={"law": 35}), now=ISSUED)
        code = Certificate.objects.get(advocate=person).code
        assert "0.78 h (35 min)" in check(client, code)[1]
        assert "0,78" in " ".join(check(client, code, "ru")[1])


class TestWithdrawn:
    def test_revoked_since(self, client: Client, bar: Bar, certificate: Certificate) -> None:
        revoke_certificate(certificate, by=make_user(bar=bar), reason="a private reason", now=LATER)
        status, found = check(client, certificate.code)
        assert status == 200
        assert found[1].startswith("✕ Revoked, not valid since 31.01.2027")
        assert "valid!" not in found[1]
        assert "private" not in " ".join(found)

    def test_replaced_leads_to_the_newer_one(self, client: Client, bar: Bar, certificate: Certificate) -> None:
        new = replace_certificate(certificate, by=make_user(bar=bar), reason="a private reason", now=LATER)
        page = client.get(reverse("verify", args=[certificate.code])).content.decode()
        assert "Replaced by a newer certificate on 31.01.2027" in page
        assert f'href="{reverse("verify", args=[normalise_code(new.code)])}"' in page
        assert "private" not in page
        assert check(client, new.code)[1][1].startswith("✓ This certificate is valid")


class TestLookup:
    @pytest.mark.parametrize("spell", [str.lower, normalise_code, lambda code: normalise_code(code).replace("-", " ")])
    def test_codes_are_normalised(self, client: Client, certificate: Certificate, spell: Callable[[str], str]) -> None:
        assert check(client, spell(certificate.code))[0] == 200

    def test_the_address_on_the_paper_is_the_page(self, client: Client, certificate: Certificate, settings) -> None:
        path = certificate.snapshot["verify_url"].removeprefix(settings.PUBLIC_URL)
        assert client.get(path).status_code == 200

    @pytest.mark.parametrize("code", [NEVER_ISSUED, "no-code", "<script>", "%00", "Ұ" * 90])
    def test_unknown_is_said_kindly_with_the_form(self, client: Client, db, code: str) -> None:
        response = client.get(reverse("verify", args=[code]))
        page = response.content.decode()
        assert response.status_code == 404
        assert "There is no certificate with this code." in page
        assert 'name="code"' in page
        assert "<script>" not in page

    def test_pages_are_not_kept_and_not_indexed(self, client: Client, certificate: Certificate) -> None:
        for code in (certificate.code, NEVER_ISSUED):
            response = client.get(reverse("verify", args=[code]))
            assert (response["Cache-Control"], response["X-Robots-Tag"]) == ("no-store", "noindex")

    def test_costs_one_statement(
        self, client: Client, bar: Bar, certificate: Certificate, django_assert_num_queries
    ) -> None:
        replace_certificate(certificate, by=make_user(bar=bar), reason="x", now=LATER)
        with django_assert_num_queries(1):
            check(client, certificate.code)

    @pytest.mark.parametrize("name", ["verify", "verify-form", "certificate-pdf"])
    def test_only_asking(self, client: Client, certificate: Certificate, name: str) -> None:
        args = [] if name == "verify-form" else [certificate.code]
        assert client.post(reverse(name, args=args)).status_code == 405


class TestForm:
    def test_leads_to_the_page_of_the_code(self, client: Client, db) -> None:
        response = client.get(reverse("verify-form"), {"code": " 0oOl-abcd 1234 wxyz"})
        assert response["Location"] == reverse("verify", args=["0001-ABCD-1234-WXYZ"])

    @pytest.mark.parametrize(("typed", "status"), [("", 200), ("  ", 200), ("short", 404), ("a/b?c", 404)])
    def test_stays_where_it_is_without_a_code(self, client: Client, db, typed: str, status: int) -> None:
        response = client.get(reverse("verify-form"), {"code": typed})
        assert response.status_code == status
        assert ("There is no certificate" in response.content.decode()) == (status == 404)

    @pytest.mark.parametrize("name", ["verify", "verify-form"])
    def test_no_script_and_no_inline_style(self, client: Client, certificate: Certificate, name: str) -> None:
        page = client.get(reverse(name, args=[certificate.code] if name == "verify" else [])).content.decode()
        assert re.findall(r"<script(?! src=\"/static/)|<style|\bstyle=|\son\w+=", page) == []


def bring(client: Client, content: bytes, language: str = "en") -> tuple[int, list[str]]:
    file = SimpleUploadedFile("paper.pdf", content, "application/pdf")
    response = client.post(reverse("verify-file"), {"file": file}, headers={"accept-language": language})
    assert response["Cache-Control"] == "no-store"
    return response.status_code, lines(response.content.decode())


class TestFile:
    def test_what_was_issued_is_told_as_behind_its_code(self, client: Client, certificate: Certificate) -> None:
        status, said = bring(client, signed_certificate(certificate))
        usual = check(client, certificate.code)[1]
        exact = "✓ The file is exactly what was issued"
        assert (status, said) == (200, [*usual[:2], exact, *usual[2:-2], usual[-1]])

    def test_the_file_of_one_that_no_longer_stands_says_so(
        self, client: Client, bar: Bar, certificate: Certificate
    ) -> None:
        file = signed_certificate(certificate)
        revoke_certificate(certificate, by=make_user(bar=bar), reason="x", now=LATER)
        said = bring(client, file)[1]
        assert "✕ Revoked, not valid since 31.01.2027 ! Issued under example rules" in said
        assert "✓ The file is exactly what was issued" in said

    def test_handed_out_before_papers_were_signed(self, client: Client, certificate: Certificate) -> None:
        assert "✓ The file is exactly what was issued" in bring(client, render_certificate(certificate))[1]

    @pytest.mark.parametrize(
        "change", [lambda file: file + b"\n", lambda file: file.replace(b"CreatorTool", b"CreatorTopl")]
    )
    def test_changed_afterwards(
        self, client: Client, certificate: Certificate, change: Callable[[bytes], bytes]
    ) -> None:
        for file in (signed_certificate(certificate), render_certificate(certificate)):
            status, said = bring(client, change(file))
            (problem,) = [line for line in said if "This file is not the one that was issued." in line]
            assert (status, problem.endswith("See what was issued")) == (422, True)
            assert certificate.snapshot["full_name"] not in " ".join(said)

    def test_who_turns_the_answer_into_another_language_may_choose_a_file_again(self, client: Client, db) -> None:
        turned = client.post(reverse("set_language"), {"language": "ru", "next": reverse("verify-file")}, follow=True)
        assert turned.status_code == 200
        assert b'type="file"' in turned.content

    def test_a_transcript_is_known_as_signed_here(self, client: Client, bar: Bar, person: Advocate) -> None:
        transcript = draw(statement_of(person, [], dt.date(2027, 1, 5)))
        said = bring(client, signed(transcript, bar))[1]
        assert "✓ This paper was signed here, and nothing in it has changed since" in " ".join(said)
        assert bring(client, transcript)[0] == 422

    @pytest.mark.parametrize(
        ("content", "words"),
        [
            (b"x", "This is no file that was issued here"),
            (b"%PDF-1.7 /verify/0000-0000-0000-0000", "This is no file that was issued here"),
            (b"0" * (LARGEST + 1), "Choose the PDF file"),
        ],
        ids=["no PDF", "a code that was never issued", "too large"],
    )
    def test_anything_else_is_not_ours(self, client: Client, db, content: bytes, words: str) -> None:
        status, said = bring(client, content)
        assert (status, words in " ".join(said)) == (422, True)

    def test_nothing_of_it_is_kept(self, client: Client, certificate: Certificate) -> None:
        file = signed_certificate(certificate)
        before = digest()
        bring(client, file)
        assert digest() == before

    def test_too_many_files_wait(self, client: Client, db) -> None:
        assert [bring(client, b"x")[0] for _ in range(FILES + 1)] == [422] * FILES + [429]


class TestLimit:
    def test_an_address_that_asks_too_often_waits_others_do_not(self, client: Client, certificate: Certificate) -> None:
        url = reverse("verify", args=[certificate.code])
        assert [client.get(url).status_code for _ in range(CHECKS + 2)] == [200] * CHECKS + [429] * 2
        refused = client.get(url)
        assert 1 <= int(refused["Retry-After"]) <= 60
        assert "Try again in a minute." in refused.content.decode()
        assert certificate.snapshot["full_name"] not in refused.content.decode()
        assert client.get(url, REMOTE_ADDR="192.0.2.7").status_code == 200
        assert client.get(reverse("verify-form")).status_code == 200

    @pytest.mark.parametrize(("trusted", "last"), [(True, 200), (False, 429)])
    def test_a_proxy_is_believed_only_where_there_is_one(
        self, client: Client, db, settings, trusted: bool, last: int
    ) -> None:
        settings.ENV = settings.ENV.model_copy(update={"behind_proxy": trusted})
        url = reverse("verify", args=[NEVER_ISSUED])
        for _ in range(CHECKS):
            client.get(url, headers={"x-forwarded-for": "203.0.113.1, 198.51.100.1"})
        again = {address: client.get(url, headers={"x-forwarded-for": f"203.0.113.1, {address}"}).status_code
                 for address in ("198.51.100.1", "198.51.100.2")}  # fmt: skip
        assert again == {"198.51.100.1": 429, "198.51.100.2": 404 if last == 200 else 429}

    def test_without_a_cache_nobody_is_refused(self, client: Client, certificate: Certificate, settings) -> None:
        location = "redis://127.0.0.1:1/0"
        settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": location}}
        assert check(client, certificate.code)[0] == 200


class TestPaper:
    def _get(self, client: Client, certificate: Certificate, user: User | None):
        if user is not None:
            client.force_login(user)
        return client.get(reverse("certificate-pdf", args=[certificate.code]))

    def _login(self, advocate: Advocate) -> User:
        user = make_user()
        Advocate.objects.filter(pk=advocate.pk).update(user=user)
        return user

    def test_the_advocate_gets_it(self, client: Client, person: Advocate, certificate: Certificate) -> None:
        response = self._get(client, certificate, self._login(person))
        assert response.content.startswith(render_certificate(certificate))
        assert seal_of(response.content) is Seal.OURS
        assert response["Content-Type"] == "application/pdf"
        assert response["Content-Disposition"] == 'inline; filename="T-75-2027-000001.pdf"'
        assert {"private", "no-store"} == set(response["Cache-Control"].split(", "))

    def test_staff_above_and_of_the_bar_get_it(self, client: Client, bar: Bar) -> None:
        below = make_bar(parent=bar)
        certificate = attended(make_advocate(below))
        for user in (make_user(bar=bar), make_user(bar=below)):
            assert self._get(client, certificate, user).status_code == 200

    def test_staff_of_the_bar_that_issued_it_to_a_visitor_get_it(self, client: Client, bar: Bar) -> None:
        host, home = make_bar(parent=bar), make_bar(parent=bar)
        certificate = attended(make_advocate(home), bar=host)
        for user in (make_user(bar=host), make_user(bar=home)):
            assert self._get(client, certificate, user).status_code == 200
        assert self._get(client, certificate, make_user(bar=make_bar(parent=bar))).status_code == 404

    def test_it_follows_the_advocate_to_another_bar(
        self, client: Client, bar: Bar, person: Advocate, certificate
    ) -> None:
        other = make_bar(parent=bar)
        transfer(person, other, dt.date(2026, 6, 1))
        assert self._get(client, certificate, make_user(bar=other)).status_code == 200

    def test_nobody_else_does(self, client: Client, bar: Bar, certificate: Certificate) -> None:
        child = make_user(bar=make_bar(parent=bar))
        colleague = self._login(make_advocate(bar))
        former = make_user(bar=bar)
        Role.objects.filter(user=former).update(ended_at=ISSUED)
        inactive = make_user(bar=bar, is_active=False)
        others = [
            None,
            child,
            colleague,
            former,
            inactive,
            make_user(),
            make_user(bar=make_bar(), role=RoleKind.BAR_ADMIN),
        ]
        for user in others:
            assert self._get(client, certificate, user).status_code == 404

    def test_an_unknown_code_looks_the_same(self, client: Client, bar: Bar) -> None:
        client.force_login(make_user(bar=bar))
        assert client.get(reverse("certificate-pdf", args=[NEVER_ISSUED])).status_code == 404
