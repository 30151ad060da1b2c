"""Issuing: once per fact, without gaps, with exactly what the ledger says; then replacing and revoking."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from advocates.models import Advocate, Bar, User
from advocates.services.people import transfer
from cle.core.errors import DomainError
from cle.doctor import Look, examine
from compliance.certificates.serials import normalise_code
from compliance.models import Certificate, Job, Revocation, SerialCounter
from compliance.queries.certificates import (
    certificates_without_credit,
    closed_periods,
    find_by_code,
    offered_periods,
    sessions_without_certificates,
)
from compliance.services.certificates import (
    Issued,
    issue,
    issue_for_period,
    issue_for_session,
    issuing,
    render_certificate,
    replace_certificate,
    revoke_certificate,
)
from compliance.services.certificates.batches import Batch, draft_batch, issue_batch
from compliance.services.certificates.checking import check_of
from compliance.services.jobs import start_job
from compliance.services.rulebooks import adopt_rulebook
from compliance.services.snapshots import Facts, SessionFacts
from compliance.tasks import issue_due_certificates, issue_period_certificates, issue_session_certificates
from courses.models import Attendance, Category, Entry, Session, SessionState
from courses.services.attendance_records import void
from courses.services.ledger import post_attendances, reverse_entry
from courses.services.sessions import confirm_session
from tests.compliance.certified import ISSUED, attended, crowd, held, numbers, passed
from tests.compliance.rows import START, make_standing, rulebook_document, ruled_bar
from tests.courses.reports import imported, zoom
from tests.factories import (
    make_advocate,
    make_attendance,
    make_bar,
    make_course,
    make_national,
    make_session,
    make_user,
)

AFTER = dt.date(2027, 1, 1)
LATER = ISSUED + dt.timedelta(days=2)


@pytest.fixture
def bar(db) -> Bar:
    return make_bar("T-75", parent=make_national())


def take_back(attendance: Attendance) -> None:
    for entry in Entry.objects.filter(attendance=attendance):
        reverse_entry(entry, reason="was not there", by=None)


class TestAttendance:
    def test_says_what_the_records_say(self, bar: Bar) -> None:
        person = make_advocate(bar, "Өтеген Қарлығаш Әбдіқызы", licence_number="0011", licence_date=dt.date(2016, 2, 9))
        session = held(bar, person, percent=70, minutes={"law": 135, "ethics": 45})
        assert issue_for_session(session, now=ISSUED) == 1
        certificate = Certificate.objects.get()
        said = certificate.snapshot
        assert (said["full_name"], said["licence_number"], said["licence_date"]) == (
            "Өтеген Қарлығаш Әбдіқызы", "0011", "2016-02-09",
        )  # fmt: skip
        course = session.course
        assert (said["course_title_kk"], said["course_title_ru"]) == (course.name_kk, course.name_ru)
        assert (said["provider_name_kk"], said["course_number"], said["format"]) == (
            "Орталық", course.number, "in_person",
        )  # fmt: skip
        assert (said["bar_name_ru"], said["national_bar_name_ru"]) == (bar.name_ru, bar.parent.name_ru)
        assert (said["starts_on"], said["ends_on"], said["issued_on"]) == ("2025-03-14", "2025-03-14", "2027-01-01")
        assert (said["lines"], said["minutes"]) == (
            [["law (kk)", "law (ru)", 94], ["ethics (kk)", "ethics (ru)", 31]],
            125,
        )

    def test_a_session_until_midnight_ended_on_the_day_of_its_credit(self, bar: Bar) -> None:
        person = make_advocate(bar)
        session = make_session(make_course(bar), dt.datetime(2026, 12, 31, 16, tzinfo=dt.UTC))
        make_attendance(session, person)
        confirm_session(session, by=None, now=ISSUED)
        issue_for_session(session, now=ISSUED)
        said, entry = Certificate.objects.get().snapshot, Entry.objects.get()
        assert (said["ends_on"], entry.earned_on.isoformat()) == ("2026-12-31", "2026-12-31")
        assert (said["unit_minutes"], said["example"]) == (60, False), "no rules are in force"

    def test_is_numbered_in_the_local_year_of_the_issuing_bar(self, bar: Bar, settings) -> None:
        settings.PUBLIC_URL = "https://cle.example.kz"
        certificate = attended(make_advocate(bar))
        assert (certificate.year, certificate.number, certificate.serial) == (2027, 1, "T-75/2027/000001")
        assert (certificate.issued_at, certificate.issued_by, certificate.revision) == (ISSUED, None, 1)
        printed = certificate.snapshot["code"]
        assert certificate.code == printed.replace("-", "")
        assert certificate.snapshot["verify_url"] == f"https://cle.example.kz/verify/{printed}"

    def test_is_issued_by_the_bar_that_held_the_session(self, bar: Bar) -> None:
        guest = make_advocate(make_bar(parent=bar.parent))
        assert attended(guest, bar=bar).bar == bar

    @pytest.mark.parametrize(("day", "unit"), [("2025-03-14", (45, True)), ("2025-03-15", (60, False))])
    def test_shows_hours_as_the_rules_of_that_day_count_them(self, bar: Bar, day: str, unit: tuple[int, bool]) -> None:
        adopt_rulebook(bar.parent, rulebook_document(effective_from=day), by=None)
        said = attended(make_advocate(bar)).snapshot
        assert (said["unit_minutes"], said["example"]) == unit

    def test_only_who_earned_something_gets_one(self, bar: Bar) -> None:
        full, partly, absent, voided, reversed_, halved = crowd(bar, 6)
        session = make_session(make_course(bar, {"law": 90, "ethics": 90}))
        percents = [(full, 100), (partly, 60), (absent, 0), (voided, 100), (reversed_, 100), (halved, 100)]
        rows = {person: make_attendance(session, person, percent) for person, percent in percents}
        unconfirmed = issue_for_session(session, now=ISSUED)
        confirm_session(session, by=None, now=ISSUED)
        Attendance.objects.filter(pk=rows[voided].pk).update(voided_at=ISSUED, void_reason="another person")
        take_back(rows[reversed_])
        reverse_entry(Entry.objects.filter(attendance=rows[halved]).latest("pk"), reason="left early", by=None)
        assert (unconfirmed, issue_for_session(session, now=ISSUED)) == (0, 3)
        minutes = {row.advocate: row.snapshot["minutes"] for row in Certificate.objects.all()}
        assert minutes == {full: 180, partly: 108, halved: 90}

    def test_once_per_fact_and_late_arrivals_later(self, bar: Bar) -> None:
        session = held(bar, *crowd(bar, 2))
        assert [issue_for_session(session, now=ISSUED) for _ in range(2)] == [2, 0]
        late = make_attendance(session, make_advocate(bar))
        Entry.objects.create(
            bar=bar, advocate=late.advocate, attendance=late, category=Category.objects.get(), format=1, minutes=9,
            earned_on=AFTER,
        )  # fmt: skip
        assert sessions_without_certificates() == [session.pk]
        assert issue_for_session(session, now=ISSUED) == 1
        assert (numbers(bar), sessions_without_certificates()) == ([1, 2, 3], [])

    def test_waiting_sessions_are_found_in_one_statement(self, bar: Bar, django_assert_num_queries) -> None:
        waiting = [held(bar, *crowd(bar, 2)).pk for _ in range(2)]
        issue_for_session(held(bar, *crowd(bar, 1)), now=ISSUED)
        held(bar, *crowd(bar, 1), percent=0)
        make_attendance(make_session(make_course(bar), state=SessionState.PLANNED), make_advocate(bar))
        with django_assert_num_queries(1):
            assert sessions_without_certificates() == waiting


class TestPeriod:
    @pytest.fixture
    def bar(self, db) -> Bar:
        return ruled_bar(code="T-02")

    def test_says_what_counted(self, bar: Bar) -> None:
        lines = [{"code": code, "counted": counted} for code, counted in (("total", 700), ("ethics", 90), ("law", 0))]
        make_standing(make_advocate(bar), "compliant", counted=700, lines=lines)
        assert issue_for_period(bar, START, now=ISSUED) == 1
        said = Certificate.objects.get().snapshot
        assert (said["minutes"], said["lines"]) == (700, [["Кәсіптік әдеп", "Профессиональная этика", 90]])
        assert (said["starts_on"], said["ends_on"], said["course_title_ru"]) == ("2026-01-01", "2026-12-31", "")
        assert (said["unit_minutes"], said["example"], said["national_bar_name_kk"]) == (45, True, "")

    def test_only_met_requirements_of_closed_periods_of_its_own_people(self, bar: Bar) -> None:
        compliant, moved = make_advocate(bar), make_advocate(bar)
        for status in ("short", "exempt", "at_risk", "on_track"):
            make_standing(make_advocate(bar), status)
        make_standing(compliant, "compliant")
        make_standing(moved, "compliant")
        transfer(moved, make_bar(parent=bar), dt.date(2026, 6, 1))
        new_year_in_utc_only = dt.datetime(2026, 12, 31, 18, 59, tzinfo=dt.UTC)
        assert issue_for_period(bar, START, now=new_year_in_utc_only) == 0
        assert closed_periods(bar, dt.date(2026, 12, 31)) == []
        assert closed_periods(bar, AFTER) == [START]
        assert [issue_for_period(bar, START, now=ISSUED) for _ in range(2)] == [1, 0]
        assert Certificate.objects.get().advocate == compliant
        assert closed_periods(bar, AFTER) == []

    def test_the_schedule_finds_both_kinds_and_the_queue_issues_them(
        self, bar: Bar, django_capture_on_commit_callbacks
    ) -> None:
        person = make_advocate(bar)
        start, end = dt.date(2025, 1, 1), dt.date(2025, 12, 31)
        make_standing(person, "compliant", period_start=start, period_end=end)
        session = held(bar, person)
        with django_capture_on_commit_callbacks() as messages:
            issue_due_certificates(as_of="2026-01-12")
        assert len(messages) == 2
        issue_session_certificates(session_id=session.pk)
        issue_period_certificates(bar_id=bar.pk, period_start="2025-01-01")
        assert sorted(Certificate.objects.values_list("kind", "number")) == [("attendance", 1), ("compliance", 1)]
        with django_capture_on_commit_callbacks() as messages:
            issue_due_certificates(as_of="2026-01-12")
        assert messages == []


class TestUnprintable:
    def test_takes_no_number_and_is_reported_without_its_value(self, bar: Bar, caplog) -> None:
        name = "山田 太郎"
        first, odd, last = make_advocate(bar), make_advocate(bar, name), make_advocate(bar)
        session = held(bar, first, odd, last)
        with caplog.at_level(logging.WARNING):
            assert issue(SessionFacts(session), now=ISSUED) == Issued(certificates=2, unprintable=1)
        assert numbers(bar) == [1, 2]
        attendance = Attendance.objects.get(advocate=odd)
        (record,) = caplog.records
        assert f"of attendance for {attendance.pk}," in record.getMessage()
        assert name not in caplog.text

    @pytest.mark.parametrize(
        "fault", [{"name_kk": ""}, {"letterhead_ru": "office\n" * 300}], ids=["no name", "no room"]
    )
    def test_a_letterhead_that_fails_stops_the_bar_and_uses_no_number(
        self, bar: Bar, caplog, fault: dict[str, str]
    ) -> None:
        session = held(bar, *crowd(bar, 2))
        Bar.objects.filter(pk=bar.pk).update(**fault)
        with caplog.at_level(logging.WARNING):
            assert issue(SessionFacts(session), now=ISSUED) == Issued(certificates=0, unprintable=2)
        assert len(caplog.records) == 2
        Bar.objects.filter(pk=bar.pk).update(name_kk="Алқа", letterhead_ru="")
        assert issue_for_session(session, now=ISSUED) == 2
        assert numbers(bar) == [1, 2]

    def test_is_issued_once_somebody_has_put_the_name_right(self, bar: Bar, monkeypatch) -> None:
        monkeypatch.setattr(issuing, "BATCH", 1)
        odd = make_advocate(bar, "山田 太郎")
        session = held(bar, odd, *crowd(bar, 2))
        assert issue_for_session(session, now=ISSUED) == 2, "nobody waits behind a name that cannot be printed"
        Advocate.objects.filter(pk=odd.pk).update(full_name="Ямада Таро")
        assert issue_for_session(session, now=ISSUED) == 1
        assert numbers(bar) == [1, 2, 3]


class TestAtOnce:
    def _run(self, jobs: list[Callable[[], Any]]) -> list[Any]:
        def job(work: Callable[[], Any]) -> Any:
            try:
                return work()
            finally:
                connection.close()

        with ThreadPoolExecutor(len(jobs)) as pool:
            return list(pool.map(job, jobs))

    @pytest.mark.parametrize("sessions", [1, 2], ids=["the same session", "two sessions"])
    def test_two_issuers_leave_no_gap_and_no_double(self, transactional_db, monkeypatch, sessions: int) -> None:
        monkeypatch.setattr(issuing, "BATCH", 3)
        bar = make_bar()
        people = crowd(bar, 8)
        due = [held(bar, *people) for _ in range(sessions)]
        counts = self._run([lambda session=each: issue_for_session(session, now=ISSUED) for each in (due * 2)[:2]])
        assert sum(counts) == 8 * sessions
        assert numbers(bar) == list(range(1, 8 * sessions + 1))
        assert SerialCounter.objects.get(bar=bar).last == 8 * sessions

    def test_killed_in_mid_batch_leaves_no_gap(self, transactional_db, monkeypatch) -> None:
        class Dying(SessionFacts):
            """Gives up in the second batch, when part of it has its numbers."""

            def waiting(self, after: int, limit: int) -> list[Facts]:
                facts = super().waiting(after, limit)
                if after:
                    facts[-1].said.clear()
                return facts

        monkeypatch.setattr(issuing, "BATCH", 2)
        bar = make_bar()
        session = held(bar, *crowd(bar, 5))
        with pytest.raises(TypeError):
            issue(Dying(session), now=ISSUED)
        assert numbers(bar) == [1, 2]
        assert issue_for_session(session, now=ISSUED) == 3
        assert numbers(bar) == [1, 2, 3, 4, 5]

    def test_failing_at_commit_uses_no_number(self, transactional_db) -> None:
        bar = make_bar()
        session = held(bar, *crowd(bar, 2))
        with pytest.raises(IntegrityError):
            issue_for_session(session, now=ISSUED, by=User(pk=10**9))
        assert not SerialCounter.objects.filter(bar=bar).exists()
        assert issue_for_session(session, now=ISSUED) == 2

    def test_two_replacements_make_one(self, transactional_db) -> None:
        bar = make_bar()
        officer, old = make_user(bar=bar), attended(make_advocate(bar))

        def replace() -> str:
            try:
                return str(replace_certificate(old, by=officer, reason="name", now=ISSUED).revision)
            except DomainError as error:
                return error.code

        assert sorted(self._run([replace, replace])) == ["2", "already-revoked"]
        assert numbers(bar) == [1, 2]

    def test_two_officers_issue_anew_what_was_revoked_once(self, transactional_db) -> None:
        bar = ruled_bar()
        officer, person = make_user(bar=bar), make_advocate(bar)
        revoke_certificate(passed(person), by=officer, reason="in error", now=LATER)
        parameters = Batch(bar, period_start=START).parameters
        jobs = [
            start_job(bar, "certificates", parameters, by=make_user(bar=bar), now=LATER + dt.timedelta(hours=1))
            for _ in range(2)
        ]
        done = self._run([lambda job=job: issue_batch(job, lambda _done, _whole: None)["issued"] for job in jobs])
        assert sorted(done) == [0, 1]
        assert Certificate.objects.standing().get().revision == 2
        assert numbers(bar) == [1, 2]

    def test_one_that_somebody_revokes_while_it_is_replaced_ends_once(self, transactional_db) -> None:
        bar = make_bar()
        officer, old = make_user(bar=bar), attended(make_advocate(bar))
        session = old.attendance.session
        void([old.attendance_id], reason="later", by=None, now=ISSUED)
        post_attendances([make_attendance(session, old.advocate)], by=None)

        def revoke() -> str:
            try:
                return revoke_certificate(old, by=officer, reason="in error", now=ISSUED).reason
            except DomainError as error:
                return error.code

        told, issued = self._run([revoke, lambda: issue_for_session(session, now=ISSUED)])
        ended = Revocation.objects.get()
        assert (told, ended.replaced_by is None) in [("in error", True), ("already-revoked", False)]
        assert (issued, Certificate.objects.standing().get().number) == (1, 2)


@pytest.mark.parametrize("kind", ["attendance", "compliance"])
def test_twenty_cost_as_many_statements_as_two(db, kind: str) -> None:
    bar = ruled_bar()

    def cost(size: int) -> int:
        people = crowd(bar, size)
        session = held(bar, *people)
        if kind == "compliance":
            for person in people:
                make_standing(person, "compliant")
        with CaptureQueriesContext(connection) as queries:
            work: Any = (issue_for_session, session) if kind == "attendance" else (issue_for_period, bar, START)
            assert work[0](*work[1:], now=ISSUED) == size
        return len(queries)

    cost(1)
    assert cost(2) == cost(20) <= 16


class TestFrozen:
    @pytest.mark.parametrize("change", [{"snapshot": {}}, {"serial": "X"}, {"sha256": "0" * 64}])
    def test_the_database_refuses_to_change_one(self, bar: Bar, change: dict[str, Any]) -> None:
        certificate = attended(make_advocate(bar))
        with pytest.raises(DatabaseError), transaction.atomic():
            Certificate.objects.filter(pk=certificate.pk).update(**change)
        with pytest.raises(DatabaseError), transaction.atomic():
            Certificate.objects.filter(pk=certificate.pk).delete()

    def test_a_new_name_changes_nothing_that_was_issued(self, bar: Bar) -> None:
        certificate = attended(make_advocate(bar, "Серік Дана"))
        before = render_certificate(certificate)
        Advocate.objects.update(full_name="Серік Айдана")
        Bar.objects.update(signatory_name="Т. Басқа")
        assert render_certificate(Certificate.objects.get()) == before


class TestWithdrawing:
    @pytest.fixture
    def bar(self, db) -> Bar:
        return ruled_bar(code="T-10")

    @pytest.fixture
    def officer(self, bar: Bar) -> User:
        return make_user(bar=bar)

    @pytest.mark.parametrize("make", [attended, passed])
    def test_a_replacement_says_what_is_true_today(
        self, bar: Bar, officer: User, make: Callable[..., Certificate]
    ) -> None:
        person = make_advocate(bar, "Серік Дана")
        old = make(person)
        Advocate.objects.filter(pk=person.pk).update(full_name="Серік Айдана")
        new = replace_certificate(old, by=officer, reason=" misspelt ", now=ISSUED + dt.timedelta(days=2))
        assert (new.revision, new.number, new.kind, new.bar, new.issued_by) == (2, 2, old.kind, bar, officer)
        assert (new.snapshot["full_name"], old.snapshot["full_name"]) == ("Серік Айдана", "Серік Дана")
        assert new.code != old.code
        revocation = Revocation.objects.get()
        assert (revocation.certificate, revocation.replaced_by, revocation.reason, revocation.by) == (
            old, new, "misspelt", officer,
        )  # fmt: skip
        newest = replace_certificate(new, by=officer, reason="again", now=ISSUED + dt.timedelta(days=2))
        assert newest.revision == 3
        assert sessions_without_certificates() == []
        assert closed_periods(bar, AFTER) == []

    def test_a_revocation_is_a_row(self, bar: Bar, officer: User) -> None:
        certificate = attended(make_advocate(bar))
        revocation = revoke_certificate(certificate, by=officer, reason="issued in error", now=ISSUED)
        assert (revocation.certificate, revocation.replaced_by, revocation.at) == (certificate, None, ISSUED)
        assert issue_for_session(certificate.attendance.session, now=ISSUED) == 0, "what was revoked stays revoked"

    @pytest.mark.parametrize("act", [replace_certificate, revoke_certificate])
    def test_refusals_change_nothing(self, bar: Bar, officer: User, act: Callable[..., Any]) -> None:
        certificate = attended(make_advocate(bar))
        outsider = make_user(bar=make_bar())
        person = make_user()
        revoked = attended(make_advocate(bar))
        revoke_certificate(revoked, by=officer, reason="wrong", now=ISSUED)
        cases = [
            (certificate, outsider, "x", "not-of-this-bar"),
            (certificate, person, "x", "not-of-this-bar"),
            (certificate, officer, "  ", "reason-needed"),
            (revoked, officer, "x", "already-revoked"),
        ]
        for row, by, reason, code in cases:
            with pytest.raises(DomainError) as refused:
                act(row, by=by, reason=reason, now=ISSUED)
            assert refused.value.code == code
        assert (Certificate.objects.count(), Revocation.objects.count()) == (2, 1)

    def test_no_replacement_without_anything_to_certify(self, bar: Bar, officer: User) -> None:
        attendance, period = attended(make_advocate(bar)), passed(make_advocate(bar))
        take_back(attendance.attendance)
        period.advocate.standings.update(status="short", missing=5)
        for certificate in (attendance, period):
            with pytest.raises(DomainError, match="nothing left"):
                replace_certificate(certificate, by=officer, reason="x", now=ISSUED)

    def test_no_replacement_that_cannot_be_printed(self, bar: Bar, officer: User) -> None:
        certificate = attended(make_advocate(bar))
        Advocate.objects.update(full_name="山田")
        with pytest.raises(DomainError, match="cannot be printed"):
            replace_certificate(certificate, by=officer, reason="x", now=ISSUED)
        assert numbers(bar) == [1]

    def test_lost_ground_is_listed_for_a_person_to_decide(self, bar: Bar, officer: User) -> None:
        voided, reversed_, halved, dealt_with, fine = (attended(person) for person in crowd(bar, 5))
        passed(make_advocate(bar))
        unmet = passed(make_advocate(bar))
        unmet.advocate.standings.update(status="short", missing=5)
        Attendance.objects.filter(pk=voided.attendance_id).update(voided_at=ISSUED, void_reason="not there")
        for row in (reversed_, dealt_with):
            take_back(row.attendance)
        revoke_certificate(dealt_with, by=officer, reason="reversed", now=ISSUED)
        assert set(certificates_without_credit()) == {voided, reversed_, unmet}
        assert set(certificates_without_credit().open_to(make_user(bar=make_bar()))) == set()
        assert {halved, fine} <= set(Certificate.objects.filter(revocation=None)), "nothing is revoked by itself"


class TestLaterReport:
    """A report that came later says that somebody was there for longer than their certificate says."""

    @pytest.fixture
    def session(self, bar: Bar) -> Session:
        session = make_session(make_course(bar, {"law": 180}))
        make_advocate(bar, "Озёрная Мария", email="maria@bk.example")
        imported(session, zoom(("Озёрная Мария", "maria@bk.example", 0, 100)))
        confirm_session(session, by=None, now=ISSUED)
        assert issue_for_session(session, now=ISSUED) == 1
        return session

    def longer(self, session: Session, until: int = 180) -> None:
        imported(session, zoom(("Озёрная Мария", "maria@bk.example", 50, until)))

    def test_the_certificate_that_says_so_replaces_the_one_before(self, session: Session) -> None:
        for number, until, minutes in ((2, 120, 118), (3, 180, 180)):
            self.longer(session, until)
            assert issue_for_session(session, now=LATER) == 1
            new, old = Certificate.objects.order_by("-number")[:2]
            assert (new.number, new.revision, new.snapshot["minutes"]) == (number, 1, minutes)
            assert (old.revocation.replaced_by, old.revocation.by, old.revocation.at) == (new, None, LATER)
            assert old.revocation.reason == old.attendance.void_reason
            assert check_of(old, "kk").newer == normalise_code(new.code)
        assert Certificate.objects.standing().count() == 1
        assert not certificates_without_credit().exists(), "nothing is left for a person to put right"
        assert issue_for_session(session, now=LATER) == 0
        assert [outcome.findings for outcome in examine(Look(LATER), ["certificates", "serials"])] == [(), ()]

    def test_what_somebody_has_revoked_is_not_replaced_too(self, bar: Bar, session: Session) -> None:
        revoke_certificate(Certificate.objects.get(), by=make_user(bar=bar), reason="in error", now=ISSUED)
        self.longer(session)
        assert issue_for_session(session, now=LATER) == 1
        assert Revocation.objects.get().replaced_by is None

    def test_others_keep_theirs(self, bar: Bar, session: Session) -> None:
        others = [attended(make_advocate(bar)), attended(Advocate.objects.get(full_name="Озёрная Мария"))]
        self.longer(session)
        issue_for_session(session, now=LATER)
        assert set(others) < set(Certificate.objects.standing())
        assert Revocation.objects.count() == 1

    def test_of_several_from_before_the_last_is_replaced(self, session: Session) -> None:
        self.longer(session, 120)
        issue_for_session(session, now=LATER)
        with connection.cursor() as cursor:  # as the release before left them
            cursor.execute("DELETE FROM compliance_revocation")
        self.longer(session)
        issue_for_session(session, now=LATER)
        assert list(Certificate.objects.standing().order_by("number").values_list("number", flat=True)) == [1, 3]
        assert certificates_without_credit().get().number == 1


class TestMadeUpLater:
    """The certificate of a period was revoked, and the requirement is met again."""

    @pytest.fixture
    def bar(self, db) -> Bar:
        return ruled_bar(code="T-11")

    @pytest.fixture
    def officer(self, bar: Bar) -> User:
        return make_user(bar=bar)

    @pytest.fixture
    def revoked(self, bar: Bar, officer: User) -> Certificate:
        certificate = passed(make_advocate(bar))
        certificate.advocate.standings.update(status="short", missing=5)
        revoke_certificate(certificate, by=officer, reason="hours taken back", now=LATER)
        return certificate

    def ask(self, bar: Bar, officer: User, at: dt.datetime) -> Job:
        parameters = Batch(bar, period_start=START).parameters
        return start_job(bar, "certificates", parameters, by=officer, now=at)

    def test_an_officer_issues_it_anew_and_nobody_else(self, bar: Bar, officer: User, revoked: Certificate) -> None:
        shown = Batch(bar, period_start=START, by=officer)
        assert (offered_periods(bar, AFTER, by=officer), draft_batch(shown, AFTER).count) == ([], 0)
        revoked.advocate.standings.update(status="compliant", missing=0)
        assert closed_periods(bar, AFTER) == [], "the schedule brings back nothing that somebody revoked"
        assert issue_for_period(bar, START, now=LATER) == 0
        assert offered_periods(bar, AFTER, by=officer) == [START]
        draft = draft_batch(shown, AFTER)
        assert (draft.count, draft.names) == (1, [revoked.advocate.full_name])
        done = [issue_batch(self.ask(bar, officer, LATER), lambda _done, _whole: None)["issued"] for _ in range(2)]
        assert done == [1, 1], "the second attempt counts what the first has issued"
        new = Certificate.objects.standing().get()
        assert (new.revision, new.number, new.issued_by, new.advocate) == (2, 2, officer, revoked.advocate)
        assert (check_of(revoked, "kk").state, check_of(new, "kk").state) == ("revoked", "valid")
        assert Revocation.objects.get().replaced_by is None
        assert offered_periods(bar, AFTER, by=officer) == []
        assert [outcome.findings for outcome in examine(Look(LATER), ["certificates", "serials"])] == [(), ()]

    def test_again_and_again(self, bar: Bar, officer: User, revoked: Certificate) -> None:
        revoked.advocate.standings.update(status="compliant", missing=0)
        for day in range(1, 3):
            moment = LATER + dt.timedelta(days=day)
            issue_batch(self.ask(bar, officer, moment), lambda _done, _whole: None)
            revoke_certificate(Certificate.objects.standing().get(), by=officer, reason="again", now=moment)
        assert sorted(Certificate.objects.values_list("revision", "number")) == [(1, 1), (2, 2), (3, 3)]
        assert [outcome.findings for outcome in examine(Look(LATER), ["certificates", "serials"])] == [(), ()]

    def test_a_job_that_starts_again_brings_back_nothing_that_was_revoked_meanwhile(
        self, bar: Bar, officer: User, revoked: Certificate
    ) -> None:
        revoked.advocate.standings.update(status="compliant", missing=0)
        other = passed(make_advocate(bar))
        job = self.ask(bar, officer, LATER)
        for _ in range(2):
            issue_batch(job, lambda _done, _whole: None)
            for certificate in Certificate.objects.standing():
                revoke_certificate(certificate, by=officer, reason="x", now=LATER + dt.timedelta(minutes=1))
        assert Certificate.objects.filter(advocate=other.advocate).count() == 1
        assert Certificate.objects.filter(advocate=revoked.advocate).count() == 2

    def test_it_is_offered_to_nobody_for_themselves(self, bar: Bar, officer: User, revoked: Certificate) -> None:
        revoked.advocate.standings.update(status="compliant", missing=0)
        Advocate.objects.filter(pk=revoked.advocate_id).update(user=officer)
        assert offered_periods(bar, AFTER, by=officer) == []
        issue_batch(self.ask(bar, officer, LATER), lambda _done, _whole: None)
        assert not Certificate.objects.standing().exists()
        assert offered_periods(bar, AFTER, by=make_user(bar=bar)) == [START]


@pytest.mark.parametrize(
    "spell",
    [str, str.lower, lambda code: f" {code} ", lambda code: code.replace("-", ""), lambda code: code.replace("0", "O"),
     lambda code: code.replace("1", "l"), lambda code: code.replace("-", " – ")],
    ids=["printed", "lower case", "spaces", "no dashes", "O for 0", "l for 1", "long dashes"],
)  # fmt: skip
def test_a_code_is_found_however_it_is_typed(bar: Bar, spell: Callable[[str], str]) -> None:
    issue_for_session(held(bar, *crowd(bar, 20)), now=ISSUED)  # some of these have a 0 or a 1 in them
    for certificate in Certificate.objects.all():
        assert find_by_code(spell(normalise_code(certificate.code))) == certificate


@pytest.mark.parametrize("typed", ["", "0", "0000-0000-0000-0000", "UUUU-UUUU-UUUU-UUUU", "' OR 1=1 --", "0" * 500])
def test_nothing_is_found_by_what_is_no_code(bar: Bar, typed: str) -> None:
    attended(make_advocate(bar))
    assert find_by_code(typed) is None
