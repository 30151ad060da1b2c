"""Certificates through the API of a bar: read, printed, issued in batches, replaced and revoked."""

from __future__ import annotations

import datetime as dt
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from django.test import Client

from advocates.access import MAY, Action
from advocates.models import Advocate, Bar, FilePart, FileRead, RoleKind
from cle.core.pagination import KeysetPagination
from compliance.api import certificates as api
from compliance.api import jobs as jobs_api
from compliance.certificates.serials import normalise_code
from compliance.models import Certificate, Job, JobState, Revocation
from compliance.services.certificates import (
    archives,
    issue_for_session,
    issuing,
    render_certificate,
    revoke_certificate,
)
from compliance.services.signing import seal_of
from compliance.signatures import Seal
from courses.models import Session
from tests.api.test_me import problem, read_through
from tests.api.work import finished
from tests.compliance.certified import ISSUED, attended, crowd, held, passed
from tests.compliance.rows import make_standing, ruled_bar
from tests.compliance.test_sweep import statements
from tests.factories import make_advocate, make_bar, make_session, make_user
from tests.house.rows import digest

pytestmark = pytest.mark.django_db
LATER = ISSUED + dt.timedelta(days=1)


@pytest.fixture
def national() -> Bar:
    return ruled_bar(code="KZ")


@pytest.fixture
def bar(national: Bar) -> Bar:
    return make_bar("R-1", national)


@pytest.fixture
def neighbour(national: Bar) -> Bar:
    return make_bar("R-2", national)


@pytest.fixture
def officer(client: Client, bar: Bar) -> Client:
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    client.force_login(make_user(bar=bar, name="Ким Виктор"))
    return client


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> Any:
    """The API reads LATER, in the new year, from its clock."""
    for module in (api, jobs_api):
        monkeypatch.setattr(module, "now", lambda: LATER)


def at(bar: Bar, *parts: Any) -> str:
    return "/".join(["/api/v1/bars", bar.code, "certificates", *map(str, parts)])


def post(client: Client, address: str, body: Any = None, key: str = "") -> Any:
    headers = {"Idempotency-Key": key} if key else {}
    return client.post(address, body or {}, content_type="application/json", headers=headers)


def shown(client: Client, bar: Bar, about: dict[str, Any]) -> dict[str, Any]:
    answer = post(client, at(bar, "preview"), about)
    assert answer.status_code == 200, answer.content
    return dict(answer.json())


def confirmed(client: Client, bar: Bar, about: dict[str, Any]) -> dict[str, Any]:
    """The body of the batch that the preview has shown."""
    draft = shown(client, bar, about)
    return {**about, "digest": draft["digest"], "count": draft["count"]}


class TestReading:
    def test_a_line_says_what_is_printed(self, officer: Client, bar: Bar) -> None:
        certificate = attended(make_advocate(bar, "Сәрсенова Әлия"))
        Advocate.objects.update(full_name="Changed since")
        (row,) = officer.get(at(bar)).json()["results"]
        assert row == {
            "serial": "R-1/2027/000001", "code": certificate.code, "kind": "attendance",
            "advocate": certificate.advocate_id, "name": "Сәрсенова Әлия", "period_start": None, "revision": 1,
            "issued_at": "2026-12-31T20:30:00Z", "valid": True,
        }  # fmt: skip

    def test_the_list_is_narrowed(self, officer: Client, bar: Bar) -> None:
        first, second = attended(make_advocate(bar)), passed(make_advocate(bar))
        revoke_certificate(first, by=make_user(bar=bar), reason="wrong", now=LATER)

        def found(query: str) -> list[str]:
            return [row["code"] for row in officer.get(f"{at(bar)}?{query}").json()["results"]]

        assert found("") == [second.code, first.code]
        assert found("kind=compliance") == found("valid=true") == [second.code]
        assert found("valid=false") == found(f"advocate={first.advocate_id}") == [first.code]
        assert found("year=2027") == found("")
        assert found("year=2026") == []

    @pytest.mark.parametrize("query", ["kind=other", "year=26", "valid=perhaps", "advocate=-1", "code=1"])
    def test_a_wrong_parameter_is_named(self, officer: Client, bar: Bar, query: str) -> None:
        faults = problem(officer.get(f"{at(bar)}?{query}"), 400)["errors"]
        assert [fault["parameter"] for fault in faults] == [query.partition("=")[0]]

    def test_one_says_everything_and_how_it_ended(self, officer: Client, bar: Bar) -> None:
        certificate = attended(make_advocate(bar))
        code = normalise_code(certificate.code)
        before = officer.get(at(bar, code)).json()
        assert (before["valid"], before["ended"]) == (True, None)
        assert before["says"] == certificate.snapshot
        revoke_certificate(certificate, by=make_user(bar=bar, name="Officer"), reason="in error", now=LATER)
        after = officer.get(at(bar, code)).json()
        ended = {"at": "2027-01-01T20:30:00Z", "by": "Officer", "reason": "in error", "replaced_by": None}
        assert after == {**before, "valid": False, "ended": ended}

    def test_the_paper_is_the_paper(self, officer: Client, bar: Bar) -> None:
        certificate = attended(make_advocate(bar))
        for accepted in ("application/pdf", "application/json", "*/*"):
            answer = officer.get(at(bar, f"{certificate.code}.pdf"), headers={"accept": accepted})
            assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
            assert answer.content.startswith(render_certificate(certificate))
            assert seal_of(answer.content) is Seal.OURS
        assert answer["Content-Disposition"] == 'attachment; filename="R-1-2027-000001.pdf"'
        assert "no-store" in answer["Cache-Control"]
        problem(officer.get(at(bar, "0000000000000000.pdf"), headers={"accept": "application/pdf"}), 404)

    def test_a_visitor_s_certificate_is_known_where_it_was_issued_and_where_the_visitor_belongs(
        self, client: Client, bar: Bar, neighbour: Bar, national: Bar
    ) -> None:
        visitor = attended(make_advocate(neighbour, "Гость"), bar=bar)
        third = make_bar("R-3", national)
        for staff, seen in ((bar, True), (neighbour, True), (third, False)):
            client.force_login(make_user(bar=staff))
            assert [row["name"] for row in client.get(at(staff)).json()["results"]] == (["Гость"] if seen else [])
            assert client.get(at(staff, visitor.code)).status_code == (200 if seen else 404)

    def test_pages_hold_each_certificate_once(self, officer: Client, bar: Bar, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(KeysetPagination, "page_size", 2)
        codes = [attended(make_advocate(bar)).code for _ in range(5)]
        pages = read_through(officer, at(bar))
        assert [row["code"] for page in pages for row in page] == codes[::-1]

    def test_three_cost_as_much_as_one(self, officer: Client, bar: Bar) -> None:
        def asked(address: str) -> int:
            with statements() as sent:
                assert officer.get(address).status_code == 200
            return len(sent)

        first = attended(make_advocate(bar))
        listed = asked(at(bar))
        for _ in range(2):
            attended(make_advocate(bar))
        assert asked(at(bar)) == listed <= 5
        assert asked(at(bar, first.code)) <= 5


class TestBatch:
    @pytest.fixture
    def session(self, bar: Bar) -> Session:
        return held(bar, *crowd(bar, 3))

    def test_the_preview_counts_and_names_and_issues_nothing(self, officer: Client, bar: Bar, session: Session) -> None:
        before = digest()
        draft = shown(officer, bar, {"session": session.pk})
        assert (draft["count"], len(draft["names"])) == (3, 3)
        assert digest() == before

    def test_a_session_is_certified_by_a_job(self, officer: Client, bar: Bar, session: Session) -> None:
        body = confirmed(officer, bar, {"session": session.pk})
        answers = [post(officer, at(bar, "batch"), body, "one") for _ in range(2)]
        assert answers[0].json() == answers[1].json()
        job = finished(officer, answers[0])
        assert (job["state"], job["done"], job["total"]) == ("done", 3, 3)
        assert job["result"] == {
            "issued": 3, "unprintable": 0, "first": "R-1/2027/000001", "last": "R-1/2027/000003",
        }  # fmt: skip
        assert Job.objects.count() == 1
        assert {str(each.issued_by) for each in Certificate.objects.all()} == {"Ким Виктор"}
        assert problem(post(officer, at(bar, "batch"), body, "two"), 409)["type"].endswith(":nothing-to-certify")

    def test_a_closed_period_is_certified_by_a_job(self, officer: Client, bar: Bar) -> None:
        for person in crowd(bar, 2):
            make_standing(person, "compliant")
        make_standing(make_advocate(bar), "short")
        body = confirmed(officer, bar, {"period_start": "2026-01-01"})
        job = finished(officer, post(officer, at(bar, "batch"), body, "k"))
        assert job["result"]["issued"] == 2
        assert set(Certificate.objects.values_list("kind", flat=True)) == {"compliance"}

    def test_a_job_that_was_cut_off_goes_on(
        self, officer: Client, bar: Bar, session: Session, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(issuing, "BATCH", 1)
        answer = post(officer, at(bar, "batch"), confirmed(officer, bar, {"session": session.pk}), "k")
        store, calls = issuing.store, []

        def dies_at_the_third(*given: Any) -> None:
            calls.append(given)
            if len(calls) == 3:
                raise KeyboardInterrupt
            store(*given)

        monkeypatch.setattr(issuing, "store", dies_at_the_third)
        with pytest.raises(KeyboardInterrupt):
            finished(officer, answer)
        assert Certificate.objects.count() == 2
        Job.objects.update(state=JobState.WAITING, claimed_at=None)  # as its lease runs out
        job = finished(officer, answer)
        assert (job["done"], job["total"]) == (3, 3)
        assert job["result"] == {
            "issued": 3, "unprintable": 0, "first": "R-1/2027/000001", "last": "R-1/2027/000003",
        }  # fmt: skip

    def test_what_cannot_be_printed_is_counted(self, officer: Client, bar: Bar) -> None:
        session = held(bar, make_advocate(bar, "Имя 漢字"), make_advocate(bar))
        job = finished(officer, post(officer, at(bar, "batch"), confirmed(officer, bar, {"session": session.pk}), "k"))
        assert (job["result"]["issued"], job["result"]["unprintable"]) == (1, 1)

    def test_a_preview_that_is_no_longer_true_issues_nothing(self, officer: Client, bar: Bar, session: Session) -> None:
        body = confirmed(officer, bar, {"session": session.pk})
        before = digest()
        for wrong in ({"count": 2}, {"digest": "0" * 64}):
            document = problem(post(officer, at(bar, "batch"), {**body, **wrong}, "k"), 409)
            assert document["type"].endswith(":batch-changed")
        assert digest() == before

    @pytest.mark.parametrize("about", [{}, {"session": 1, "period_start": "2026-01-01"}])
    def test_one_of_the_two_is_named(self, officer: Client, bar: Bar, session: Session, about: Any) -> None:
        if "session" in about:
            about = {**about, "session": session.pk}
        (fault,) = problem(post(officer, at(bar, "preview"), about), 400)["errors"]
        assert fault == {"pointer": "#", "detail": "Name a session or the first day of a period, and not both."}

    def test_another_bar_s_session_is_not_there(self, officer: Client, bar: Bar, neighbour: Bar) -> None:
        session = held(neighbour, make_advocate(neighbour))
        body = {"session": session.pk, "digest": "x", "count": 1}
        before = digest()
        (fault,) = problem(post(officer, at(bar, "preview"), {"session": session.pk}), 400)["errors"]
        assert fault["pointer"] == "#/session"
        problem(post(officer, at(bar, "batch"), body, "k"), 400)
        assert digest() == before

    def test_an_open_session_and_an_open_period_wait_for_nothing(self, officer: Client, bar: Bar) -> None:
        session = make_session(held(bar, make_advocate(bar)).course)
        make_standing(make_advocate(bar), "compliant", period_start=dt.date(2027, 1, 1),
                      period_end=dt.date(2027, 12, 31), due_on=dt.date(2027, 12, 31))  # fmt: skip
        for about in ({"session": session.pk}, {"period_start": "2027-01-01"}):
            assert shown(officer, bar, about)["count"] == 0


class TestArchive:
    @pytest.fixture(autouse=True)
    def folder(self, settings: Any, tmp_path: Path) -> Path:
        settings.ARCHIVES_FOLDER = tmp_path
        return tmp_path

    @pytest.fixture
    def session(self, bar: Bar) -> Session:
        session = held(bar, *crowd(bar, 3))
        issue_for_session(session, now=ISSUED)
        revoke_certificate(Certificate.objects.earliest("number"), by=make_user(bar=bar), reason="x", now=LATER)
        return session

    def packed(self, client: Client, bar: Bar, session: Session) -> dict[str, Any]:
        return finished(client, post(client, at(bar, "archive"), {"session": session.pk}, "k"))

    def test_it_holds_the_papers_that_stand(self, officer: Client, bar: Bar, session: Session) -> None:
        job = self.packed(officer, bar, session)
        assert (job["state"], job["done"], job["result"]["certificates"]) == ("done", 2, 2)
        assert job["result"]["until"].startswith("2027-01-02")
        answer = officer.get(at(bar, "archive", job["id"]))
        assert (answer.status_code, answer["Content-Type"]) == (200, "application/zip")
        assert "no-store" in answer["Cache-Control"]
        archive = ZipFile(BytesIO(b"".join(answer.streaming_content)))
        assert sorted(archive.namelist()) == ["-/R-1-2027-000002.pdf", "-/R-1-2027-000003.pdf"]
        second = Certificate.objects.get(number=2)
        assert archive.read("-/R-1-2027-000002.pdf").startswith(render_certificate(second))
        assert seal_of(archive.read("-/R-1-2027-000002.pdf")) is Seal.OURS

    def test_it_is_for_who_asked_and_gone_after_a_day(
        self, client: Client, bar: Bar, national: Bar, session: Session, folder: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        asker, colleague = make_user(bar=bar), make_user(bar=bar)
        auditor, manager = make_user(bar=bar, role=RoleKind.AUDITOR), make_user(bar=bar, role=RoleKind.COURSE_MANAGER)
        client.force_login(asker)
        where = at(bar, "archive", self.packed(client, bar, session)["id"])
        for user in (colleague, auditor, manager, make_user(bar=make_bar("R-2", national))):
            client.force_login(user)
            problem(client.get(where), 404)
        client.force_login(asker)
        answer = client.get(where)
        assert answer.status_code == 200
        assert b"".join(answer.streaming_content).startswith(b"PK")  # to its end, which closes the file
        day_after = LATER + dt.timedelta(days=1)
        monkeypatch.setattr(api, "now", lambda: day_after)
        problem(client.get(where), 404)
        (file,) = folder.iterdir()
        written = dt.datetime.fromtimestamp(file.stat().st_mtime, dt.UTC)
        assert archives.delete_old_archives(written + dt.timedelta(hours=23)) == 0
        assert archives.delete_old_archives(written + dt.timedelta(hours=25)) == 1
        assert list(folder.iterdir()) == []

    def test_whose_papers_were_taken_is_written_down(self, officer: Client, bar: Bar, session: Session) -> None:
        packed = self.packed(officer, bar, session)
        revoke_certificate(Certificate.objects.get(number=3), by=make_user(bar=bar), reason="x", now=LATER)
        assert not FileRead.objects.exists()
        b"".join(officer.get(at(bar, "archive", packed["id"])).streaming_content)
        inside = Certificate.objects.filter(number__in=[2, 3]).values_list("advocate", flat=True)
        read = FileRead.objects.filter(part=FilePart.CERTIFICATE)
        assert set(read.values_list("advocate", flat=True)) == set(inside)
        assert read.count() == 2

    def test_one_that_was_cut_off_is_made_again_whole(
        self, officer: Client, bar: Bar, session: Session, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        answer = post(officer, at(bar, "archive"), {"session": session.pk}, "k")

        def dies(*given: object) -> bytes:
            raise KeyboardInterrupt

        with monkeypatch.context() as patched:
            patched.setattr(archives, "signed_certificate", dies)
            with pytest.raises(KeyboardInterrupt):
                finished(officer, answer)
        problem(officer.get(at(bar, "archive", answer.json()["id"])), 404)
        Job.objects.update(state=JobState.WAITING, claimed_at=None)  # as its lease runs out
        assert finished(officer, answer)["result"]["certificates"] == 2

    def test_other_jobs_have_no_file(self, officer: Client, bar: Bar) -> None:
        session = held(bar, make_advocate(bar))
        job = finished(officer, post(officer, at(bar, "batch"), confirmed(officer, bar, {"session": session.pk}), "k"))
        problem(officer.get(at(bar, "archive", job["id"])), 404)


class TestWithdrawing:
    @pytest.fixture
    def certificate(self, bar: Bar) -> Certificate:
        return attended(make_advocate(bar, "Сәрсенова Әлия"))

    def test_it_is_replaced_by_what_is_true_today(self, officer: Client, bar: Bar, certificate: Certificate) -> None:
        Advocate.objects.update(full_name="Сәрсенова Әлия Қанатқызы")
        answer = post(officer, at(bar, certificate.code, "replace"), {"reason": "misspelt"})
        assert answer.status_code == 201
        new = answer.json()
        assert (new["name"], new["revision"], new["valid"]) == ("Сәрсенова Әлия Қанатқызы", 2, True)
        old = officer.get(at(bar, certificate.code)).json()
        assert (old["name"], old["valid"], old["ended"]["replaced_by"]) == ("Сәрсенова Әлия", False, new["code"])

    def test_it_is_revoked_once(self, officer: Client, bar: Bar, certificate: Certificate) -> None:
        answer = post(officer, at(bar, certificate.code, "revoke"), {"reason": "issued in error"})
        assert (answer.status_code, answer.json()["ended"]["reason"]) == (200, "issued in error")
        for act in ("revoke", "replace"):
            document = problem(post(officer, at(bar, certificate.code, act), {"reason": "again"}), 409)
            assert document["type"].endswith(":already-revoked")
        assert Revocation.objects.count() == 1

    @pytest.mark.parametrize("act", ["revoke", "replace"])
    @pytest.mark.parametrize("body", [{}, {"reason": " "}, {"reason": "x" * 501}])
    def test_a_reason_is_needed(
        self, officer: Client, bar: Bar, certificate: Certificate, act: str, body: dict[str, str]
    ) -> None:
        before = digest()
        (fault,) = problem(post(officer, at(bar, certificate.code, act), body), 400)["errors"]
        assert fault["pointer"] == "#/reason"
        assert digest() == before

    @pytest.mark.parametrize("act", ["revoke", "replace"])
    def test_nobody_withdraws_their_own(self, client: Client, bar: Bar, certificate: Certificate, act: str) -> None:
        user = make_user(bar=bar, role=RoleKind.BAR_ADMIN)
        Advocate.objects.filter(pk=certificate.advocate_id).update(user=user)
        client.force_login(user)
        client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
        before = digest()
        document = problem(post(client, at(bar, certificate.code, act), {"reason": "mine"}), 409)
        assert document["type"].endswith(":own-certificate")
        assert document["detail"] == "Nobody may replace or revoke their own certificate."
        assert digest() == before

    @pytest.mark.parametrize("act", ["revoke", "replace"])
    def test_the_bar_that_issued_it_withdraws_it_and_not_the_visitor_s(
        self, client: Client, bar: Bar, neighbour: Bar, act: str
    ) -> None:
        visitor = attended(make_advocate(neighbour), bar=bar)
        client.force_login(make_user(bar=neighbour))
        before = digest()
        document = problem(post(client, at(neighbour, visitor.code, act), {"reason": "x"}), 409)
        assert document["type"].endswith(":not-of-this-bar")
        assert digest() == before
        client.force_login(make_user(bar=bar))
        assert post(client, at(bar, visitor.code, act), {"reason": "x"}).status_code in (200, 201)


@pytest.mark.parametrize("kind", RoleKind)
def test_roles_read_and_issue_as_the_table_says(client: Client, bar: Bar, kind: RoleKind) -> None:
    certificate, session = attended(make_advocate(bar)), held(bar, make_advocate(bar))
    client.force_login(make_user(bar=bar, role=kind))
    reads, issues = kind in MAY[Action.READ_CERTIFICATES], kind in MAY[Action.ISSUE_CERTIFICATES]
    for address in (at(bar), at(bar, certificate.code), at(bar, f"{certificate.code}.pdf")):
        assert client.get(address).status_code == (200 if reads else 404)
    before = digest()
    about = {"session": session.pk}
    calls = {"preview": about, "archive": about, "batch": {**about, "digest": "x", "count": 1},
             f"{certificate.code}/replace": {"reason": "x"}, f"{certificate.code}/revoke": {"reason": "x"}}  # fmt: skip
    for call, body in calls.items():
        answer = post(client, at(bar, call), body, call)
        if issues:
            assert answer.status_code not in (403, 404)
        else:
            problem(answer, 403 if reads else 404)
    assert issues or digest() == before


def test_another_bar_is_as_if_it_were_not_there(officer: Client, bar: Bar, neighbour: Bar) -> None:
    theirs = attended(make_advocate(neighbour))
    before = digest()
    for address in (at(neighbour), at(neighbour, theirs.code), at(bar, theirs.code), at(bar, f"{theirs.code}.pdf")):
        problem(officer.get(address), 404)
    for where in (bar, neighbour):
        for act in ("replace", "revoke"):
            problem(post(officer, at(where, theirs.code, act), {"reason": "x"}), 404)
    assert digest() == before
