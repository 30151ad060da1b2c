"""The kinds of certificates beside attendance: whole courses, teaching, and a series of numbers for each."""

from __future__ import annotations

import datetime as dt
import io
import json
import os
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pikepdf
import pikepdf.pdfa
import pypdfium2
import pytest
import zxingcpp
from django.db import DatabaseError, transaction
from joserfc import jws

from advocates.models import Advocate, Bar, Unit
from cle.core.errors import DomainError
from compliance.certificates.words import STATEMENT
from compliance.models import Certificate, CertificateKind, Job, SerialCounter
from compliance.queries.certificates import certificates_without_credit, sessions_without_certificates
from compliance.services.certificates import (
    check_of,
    examine,
    file_name,
    issue_for_session,
    issue_transcript,
    read_snapshot,
    render_certificate,
    replace_certificate,
    revoke_certificate,
    signed_certificate,
)
from compliance.services.certificates.archives import KIND, archive_batch, delete_old_archives, people_in
from compliance.services.certificates.batches import Batch, draft_batch
from compliance.services.credentials import credential_of, status_list
from courses.models import Attendance, Course, Session, Teaching
from courses.services.teaching import add_teaching, take_back_teaching
from tests.compliance.certified import ISSUED, attended, held, passed
from tests.compliance.rows import ruled_bar
from tests.factories import make_advocate, make_user

pytestmark = pytest.mark.django_db
TODAY = dt.date(2027, 1, 1)


@pytest.fixture
def bar() -> Bar:
    return ruled_bar()


def serials(bar: Bar) -> list[tuple[str, str]]:
    return list(Certificate.objects.filter(bar=bar).order_by("kind", "number").values_list("kind", "serial"))


def taught(session: Session, person: Advocate, minutes: int = 90) -> Teaching:
    return add_teaching(session, person, minutes, by=make_user(bar=session.bar), now=ISSUED)


class TestCompletion:
    def test_full_presence_is_certified_as_the_course_says_and_a_part_of_it_as_attendance(self, bar: Bar) -> None:
        whole, part = make_advocate(bar), make_advocate(bar)
        session = held(bar, whole, part)
        Course.objects.filter(pk=session.course_id).update(certified_as="completion")
        Attendance.objects.filter(advocate=part).update(decision="partial", credit_percent=60)
        assert issue_for_session(session, now=ISSUED) == 2
        kinds = {each.advocate: each.kind for each in Certificate.objects.all()}
        assert kinds == {whole: "completion", part: "attendance"}
        assert serials(bar) == [("attendance", f"{bar.code}/2027/000001"), ("completion", f"{bar.code}/2027-C/000001")]

    def test_once_whichever_it_is_and_the_replacement_says_what_holds_by_then(self, bar: Bar) -> None:
        certificate = attended(make_advocate(bar))
        session = Session.objects.get()
        Course.objects.update(certified_as="completion")
        assert issue_for_session(session, now=ISSUED) == 0
        new = replace_certificate(certificate, by=make_user(bar=bar), reason="whole course", now=ISSUED)
        assert (new.kind, new.revision, new.number) == ("completion", 2, 1)
        with pytest.raises(DatabaseError), transaction.atomic():
            Certificate.objects.create(**_columns(new))


class TestTeaching:
    def test_whoever_taught_is_certified_once_the_attendance_is_confirmed(self, bar: Bar) -> None:
        teacher, listener = make_advocate(bar), make_advocate(bar)
        session = held(bar, listener)
        Session.objects.update(state="planned", confirmed_at=None)
        taught(session, teacher)
        assert draft_batch(Batch(bar, session.pk), TODAY).count == 0
        Session.objects.update(state="confirmed", confirmed_at=ISSUED)
        assert sessions_without_certificates() == [session.pk]
        draft = draft_batch(Batch(bar, session.pk), TODAY)
        assert (draft.count, draft.names) == (2, [listener.full_name, teacher.full_name])
        assert [issue_for_session(session, now=ISSUED) for _ in range(2)] == [2, 0]
        certificate = Certificate.objects.get(kind="teaching")
        assert (certificate.advocate, certificate.serial) == (teacher, f"{bar.code}/2027-T/000001")
        said = certificate.snapshot
        assert (said["minutes"], said["lines"], said["full_name"]) == (90, [], teacher.full_name)
        assert said["course_title_ru"] == session.course.name_ru
        assert sessions_without_certificates() == []

    def test_what_was_taken_back_is_for_a_person_to_look_at(self, bar: Bar) -> None:
        session = held(bar, make_advocate(bar))
        teaching = taught(session, make_advocate(bar))
        issue_for_session(session, now=ISSUED)
        assert not certificates_without_credit().exists()
        for _ in range(2):
            take_back_teaching(teaching, by=make_user(bar=bar), now=ISSUED)
        certificate = certificates_without_credit().get()
        assert certificate.kind == "teaching"
        with pytest.raises(DomainError) as refused:
            replace_certificate(certificate, by=make_user(bar=bar), reason="minutes", now=ISSUED)
        assert refused.value.code == "nothing-to-certify"
        again = taught(session, teaching.advocate, 60)
        assert issue_for_session(session, now=ISSUED) == 1
        assert Certificate.objects.get(teaching=again).snapshot["minutes"] == 60

    def test_nobody_teaches_twice_or_longer_than_the_session_or_by_their_own_word(self, bar: Bar) -> None:
        session, person = held(bar, make_advocate(bar)), make_advocate(bar)
        officer = make_user(bar=bar)
        Advocate.objects.filter(pk=person.pk).update(user=officer)
        person.refresh_from_db()
        refused = []
        for who, minutes, by in [(person, 90, officer), (person, 181, None), (person, 180, None), (person, 1, None)]:
            try:
                add_teaching(session, who, minutes, by=by or make_user(bar=bar), now=ISSUED)
            except DomainError as error:
                refused.append(error.code)
        assert refused == ["own-teaching", "longer-than-the-session", "already-taught"]

    def test_the_record_cannot_be_changed(self, bar: Bar) -> None:
        teaching = taught(held(bar, make_advocate(bar)), make_advocate(bar))
        for change in (lambda: Teaching.objects.update(minutes=1), teaching.delete):
            with pytest.raises(DatabaseError), transaction.atomic():
                change()


class TestSeries:
    def test_each_kind_counts_from_one_without_a_gap(self, bar: Bar) -> None:
        for _ in range(2):
            attended(make_advocate(bar))
            passed(make_advocate(bar))
        assert serials(bar) == [
            ("attendance", f"{bar.code}/2027/000001"), ("attendance", f"{bar.code}/2027/000002"),
            ("compliance", f"{bar.code}/2027-P/000001"), ("compliance", f"{bar.code}/2027-P/000002"),
        ]  # fmt: skip
        assert set(SerialCounter.objects.values_list("kind", "last")) == {("attendance", 2), ("compliance", 2)}

    def test_every_kind_has_a_letter_of_its_own_and_its_words(self) -> None:
        assert len({kind.letter for kind in CertificateKind}) == len(CertificateKind)
        assert set(STATEMENT) == set(CertificateKind.values)

    def test_each_series_has_its_own_list_of_what_no_longer_stands(self, bar: Bar) -> None:
        attendance, compliance = attended(make_advocate(bar)), passed(make_advocate(bar))
        lists = {each.kind: _status(credential_of(each)) for each in (attendance, compliance)}
        assert lists["attendance"][0].endswith(f"/{bar.code}/2027")
        assert lists["compliance"][0].endswith(f"/{bar.code}/2027-P")
        before = status_list(bar, "2027", ISSUED)
        revoke_certificate(compliance, by=make_user(bar=bar), reason="x", now=ISSUED)
        assert _encoded(status_list(bar, "2027", ISSUED)) == _encoded(before)
        assert _encoded(status_list(bar, "2027-P", ISSUED)) != _encoded(before)

    @pytest.mark.parametrize("series", ["2027-X", "27", "P-2027", "2027-", "-P", "²027", "2028"])
    def test_no_list_of_no_series(self, bar: Bar, series: str) -> None:
        attended(make_advocate(bar))
        assert status_list(bar, series, ISSUED) is None


def _columns(certificate: Certificate) -> dict[str, object]:
    fields = [field.attname for field in Certificate._meta.concrete_fields if field.name not in ("id", "code")]
    return {name: getattr(certificate, name) for name in fields} | {"code": "0" * 16, "number": 99}


def _status(token: str) -> tuple[str, str]:
    status = json.loads(jws.extract_compact(token.encode()).payload)["credentialStatus"]
    return status["statusListCredential"], status["statusListIndex"]


def _encoded(token: str | None) -> str:
    assert token is not None
    return str(json.loads(jws.extract_compact(token.encode()).payload)["credentialSubject"]["encodedList"])


class TestTranscript:
    def test_it_says_the_whole_ledger_under_a_number_and_anybody_can_check_it(self, bar: Bar) -> None:
        person = make_advocate(bar, "Сәрсенова Әлия")
        attended(person)
        held(bar, person)
        officer = make_user(bar=bar)
        made = issue_transcript(person, by=officer, now=ISSUED)
        assert (made.kind, made.serial) == ("transcript", f"{bar.code}/2027-E/000001")
        pdf = render_certificate(made)
        assert render_certificate(Certificate.objects.get(pk=made.pk)) == pdf
        document = pypdfium2.PdfDocument(pdf)
        text = " ".join(document[0].get_textpage().get_text_range().split())
        code = read_snapshot(made).code
        for part in (f"№ {made.serial}", person.full_name, code, "Выписка о повышении квалификации"):
            assert part in text
        assert all(course.name_ru in text for course in Course.objects.all())
        square = document[0].render(scale=3).to_pil()
        assert [found.text for found in zxingcpp.read_barcodes(square)] == [read_snapshot(made).verify_url]
        with pikepdf.open(io.BytesIO(pdf)) as opened:
            assert pikepdf.pdfa.check(opened, "2b").findings == []
        assert examine(signed_certificate(made)).certificate == made
        assert check_of(made, "ru").minutes == 360

    def test_it_is_frozen_and_its_replacement_says_what_the_ledger_says_by_then(self, bar: Bar) -> None:
        person = make_advocate(bar)
        attended(person)
        officer = make_user(bar=bar)
        first = issue_transcript(person, by=officer, now=ISSUED)
        before = render_certificate(first)
        held(bar, person)
        assert render_certificate(first) == before
        second = replace_certificate(first, by=officer, reason="more", now=ISSUED)
        assert [len(read_snapshot(each).entries) for each in (first, second)] == [1, 2]

    def test_two_clicks_are_one_paper_until_something_changes(self, bar: Bar) -> None:
        person, officer = make_advocate(bar), make_user(bar=bar)
        attended(person)
        first, again = (issue_transcript(person, by=officer, now=ISSUED) for _ in range(2))
        assert again == first
        assert issue_transcript(person, by=officer, now=ISSUED + dt.timedelta(days=1)).number == 2
        held(bar, person)
        assert issue_transcript(person, by=officer, now=ISSUED + dt.timedelta(days=1)).number == 3
        revoke_certificate(Certificate.objects.get(number=3, kind="transcript"), by=officer, reason="x", now=ISSUED)
        assert issue_transcript(person, by=officer, now=ISSUED + dt.timedelta(days=1)).number == 4

    def test_nobody_issues_their_own_and_what_cannot_be_printed_takes_no_number(self, bar: Bar) -> None:
        officer, person = make_user(bar=bar), make_advocate(bar)
        Advocate.objects.filter(pk=person.pk).update(user=officer)
        with pytest.raises(DomainError, match="to themselves"):
            issue_transcript(Advocate.objects.get(pk=person.pk), by=officer, now=ISSUED)
        odd = make_advocate(bar)
        attended(odd)
        Course.objects.update(name_ru="法")
        with pytest.raises(DomainError, match="cannot be printed"):
            issue_transcript(odd, by=officer, now=ISSUED)
        assert not SerialCounter.objects.filter(kind="transcript", last__gt=0).exists()


class TestArchive:
    @pytest.fixture(autouse=True)
    def folder(self, settings: Any, tmp_path: Path) -> Path:
        settings.ARCHIVES_FOLDER = tmp_path
        return tmp_path

    def test_it_is_sorted_by_unit_and_name_for_whoever_hands_them_out(self, bar: Bar, folder: Path) -> None:
        consultations = {name: Unit.objects.create(bar=bar, name=name) for name in ("№ 2", "Облыс/№ 1")}
        people = [("Яров", "№ 2"), ("Әбенов", "№ 2"), ("Серік", "Облыс/№ 1"), ("Бек", None)]
        advocates = [make_advocate(bar, name) for name, _unit in people]
        for advocate, (_name, unit) in zip(advocates, people, strict=True):
            Advocate.objects.filter(pk=advocate.pk).update(unit=unit and consultations[unit])
        session = held(bar, *advocates)
        issue_for_session(session, now=ISSUED)
        job = _archive_job(bar, session)
        seen: list[tuple[int, int]] = []
        assert archive_batch(job, lambda done, whole: seen.append((done, whole)))["certificates"] == 4
        serial = dict(Certificate.objects.values_list("advocate__full_name", "serial"))
        with ZipFile(folder / f"{job.pk}.zip") as archive:
            assert archive.namelist() == [
                f"Облыс-№ 1/{file_name(serial['Серік'])}", f"№ 2/{file_name(serial['Әбенов'])}",
                f"№ 2/{file_name(serial['Яров'])}", f"-/{file_name(serial['Бек'])}",
            ]  # fmt: skip
        assert seen[-1] == (4, 4)
        assert set(people_in(job, folder / f"{job.pk}.zip")) == {advocate.pk for advocate in advocates}
        assert [path.name for path in folder.iterdir()] == [f"{job.pk}.zip"]

    def test_an_attempt_that_was_cut_off_leaves_its_papers_to_the_next(self, bar: Bar, folder: Path) -> None:
        session = held(bar, *(make_advocate(bar) for _ in range(25)))
        issue_for_session(session, now=ISSUED)
        job = _archive_job(bar, session)

        def dies(done: int, whole: int) -> None:
            raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            archive_batch(job, dies)
        kept = {path: path.stat().st_mtime_ns for path in (folder / f"{job.pk}.signed").iterdir()}
        assert len(kept) == 20
        still: dict[Path, int] = {}

        def looks(done: int, _whole: int) -> None:
            still.update({path: path.stat().st_mtime_ns for path in kept})

        assert archive_batch(job, looks)["certificates"] == 25
        assert still == kept
        os.utime(folder / f"{job.pk}.zip", (0, 0))
        (folder / "9.signed").mkdir()
        os.utime(folder / "9.signed", (0, 0))
        assert delete_old_archives(ISSUED) == 2
        assert list(folder.iterdir()) == []


def _archive_job(bar: Bar, session: Session) -> Job:
    asked = {"bar": bar, "kind": KIND, "asked_by": make_user(bar=bar), "asked_at": ISSUED}
    return Job.objects.create(parameters=Batch(bar, session.pk).parameters, **asked)
