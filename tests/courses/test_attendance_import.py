"""Importing attendance: what is previewed, what is applied, and that every row is accounted for."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from io import StringIO
from pathlib import Path
from random import Random

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from advocates.models import Advocate, Bar, ImportState, Membership, NameAlias, Status, User
from advocates.services.people import record_status, transfer
from cle.core.clock import local_midnight
from cle.core.errors import DomainError
from cle.demo.curriculum import CIVIL
from cle.demo.enrolment import Enrolment
from cle.demo.population import people
from cle.demo.presence import Stay, attend
from cle.demo.reports import write_report
from cle.demo.sessions import ReportKind, SessionPlan
from courses.models import Attendance, AttendanceFile, AttendanceLine, Course, Entry, Registration, Segment, Session
from courses.services.attendance import apply_attendance, preview_attendance, undo_import
from courses.services.attendance_choices import decide
from courses.services.attendance_judging import judge, length_of
from courses.services.attendance_returning import Returning, candidates_of, returning, returning_by
from courses.services.attendance_review import resolve_line
from courses.services.ledger import reverse_entry
from courses.services.rosters import post_roster
from courses.services.sessions import confirm_session
from tests.courses.reports import (
    NOW,
    START,
    ZOOM_SAMPLE,
    accounted_for,
    codes,
    credit,
    imported,
    lines,
    minutes,
    outcomes,
    sheet,
    zoom,
)
from tests.factories import (
    make_advocate,
    make_attendance,
    make_bar,
    make_category,
    make_course,
    make_session,
    make_user,
)

LATER = NOW + dt.timedelta(hours=1)
KINDS: tuple[ReportKind, ...] = ("zoom-meeting", "zoom-webinar", "teams", "meet", "list-xlsx", "list-csv")


@pytest.fixture
def national(db) -> Bar:
    return make_bar("KZ")


@pytest.fixture
def bar(national: Bar) -> Bar:
    return make_bar("KZ-71", national)


@pytest.fixture
def session(bar: Bar) -> Session:
    return make_session(make_course(bar))


@pytest.fixture
def maria(bar: Bar) -> Advocate:
    return make_advocate(bar, "Озёрная Мария Николаевна", licence_number="0001234", email="maria@bk.example")


@pytest.fixture
def askar(bar: Bar) -> Advocate:
    return make_advocate(bar, "Ақбұлақов Асқар Серікұлы", licence_number="14000567", email="")


class TestPreview:
    def test_stores_what_would_be_done_and_does_nothing(self, session: Session, maria: Advocate) -> None:
        content = zoom(("Озёрная Мария", "", -5, 150), ("Кто-то Ещё", "e@else.example", 0, 180))
        file = preview_attendance(session, content, "report.csv", by=None)
        assert (file.state, file.source, file.time_zone) == (ImportState.PREVIEWED, "zoom-meeting", "Asia/Almaty")
        assert (file.rows, file.people, file.created, file.ambiguous) == (2, 2, 1, 1)
        line = lines(file)["Озёрная Мария"]
        assert (line.advocate, line.matched_by, line.confidence, line.seconds) == (maria, "name", 85, 9000)
        assert (line.rows, line.bar_id, line.session) == ([2], session.bar_id, session)
        assert codes(lines(file)["Кто-то Ещё"]) == ["not-on-roll"]
        assert not Attendance.objects.exists()
        accounted_for(file)

    def test_rows_that_are_not_used_are_lines_too(self, session: Session, maria: Advocate) -> None:
        content = zoom(("Озёрная Мария", "", 0, 180), waiting=[("Озёрная Мария", "", -9, -1)])
        file = preview_attendance(session, content, "report.csv", by=None)
        assert (file.rows, file.created, file.rejected) == (2, 1, 1)
        assert [codes(line) for line in file.lines.filter(outcome="rejected")] == [["waiting-room"]]
        accounted_for(file)

    def test_the_zone_of_the_file_is_the_bars_unless_said_otherwise(self, session: Session, maria: Advocate) -> None:
        in_moscow = zoom(("Озёрная Мария", "", 0, 180), start=START - dt.timedelta(hours=2))
        assert imported(session, in_moscow, time_zone="Europe/Moscow").time_zone == "Europe/Moscow"
        assert minutes(session) == {"Озёрная Мария Николаевна": 180}

    def test_times_of_another_zone_are_noticed_and_not_applied(self, session: Session, maria: Advocate) -> None:
        content = zoom(("Озёрная Мария", "", 0, 180), start=START - dt.timedelta(hours=5))
        file = preview_attendance(session, content, "report.csv", by=None)
        assert [note["hours"] for note in file.notes if note["code"] == "times-shifted"] == [5]
        with pytest.raises(DomainError, match="zone of its times"):
            apply_attendance(file, by=None, now=NOW)
        assert not Attendance.objects.exists()

    def test_is_stored_with_how_it_was_read(self, session: Session, maria: Advocate) -> None:
        content = "ФИО;Время входа;Время выхода\nОзёрная Мария;10:00;13:00\n".encode("cp1251")
        file = imported(session, content, encoding="cp1251")
        assert file.notes[0]["encoding"] == "cp1251"
        assert minutes(session) == {"Озёрная Мария Николаевна": 180}


class TestJudging:
    @pytest.mark.parametrize(
        ("seconds", "decision", "percent"),
        [
            (10_800, "full", 100), (8640, "full", 100), (8639, "partial", 79), (5400, "partial", 50),
            (5507, "partial", 50), (5508, "partial", 51), (5399, "none", 0), (0, "none", 0),
        ],
    )  # fmt: skip
    def test_at_the_boundaries(self, seconds: int, decision: str, percent: int) -> None:
        judgement = judge(seconds, 10_800, Course(full_percent=80, partial_percent=50))
        assert (judgement.decision, judgement.credit_percent) == (decision, percent)

    @given(st.integers(1, 86_400), st.data())
    def test_more_presence_is_never_worth_less(self, length: int, data: st.DataObject) -> None:
        partial = data.draw(st.integers(1, 100))
        course = Course(full_percent=data.draw(st.integers(partial, 100)), partial_percent=partial)
        less, more = sorted(data.draw(st.tuples(st.integers(0, length), st.integers(0, length))))
        assert judge(less, length, course).credit_percent <= judge(more, length, course).credit_percent
        assert judge(length, length, course).credit_percent == 100

    def test_in_an_import_to_the_second(self, session: Session, bar: Bar) -> None:
        stays = {"Озёрная Анна": 144, "Соснина Вера": 144 - 1 / 60, "Лугова Инна": 90, "Росина Зоя": 90 - 1 / 60}
        for name in stays:
            make_advocate(bar, name)
        imported(session, zoom(*((name, "", 0, length) for name, length in stays.items())))
        judged = Attendance.objects.values_list("advocate__full_name", "seconds", "decision", "credit_percent")
        assert set(judged) == {
            ("Озёрная Анна", 8640, "full", 100),
            ("Соснина Вера", 8639, "partial", 79),
            ("Лугова Инна", 5400, "partial", 50),
            ("Росина Зоя", 5399, "none", 0),
        }


class TestPresence:
    def test_before_and_after_the_session_counts_for_nothing(self, session: Session, maria: Advocate) -> None:
        imported(session, zoom(("Озёрная Мария", "", -60, 30), ("Озёрная Мария", "", 170, 400)))
        assert minutes(session) == {"Озёрная Мария Николаевна": 40}

    def test_joining_again_is_not_counted_twice(self, session: Session, maria: Advocate) -> None:
        rows = [("Озёрная Мария", "", 0, 100), ("Озёрная Мария", "", 60, 120), ("Озёрная Мария", "", 60, 120)]
        file = imported(session, zoom(*rows))
        assert minutes(session) == {"Озёрная Мария Николаевна": 120}
        assert (file.rows, file.people, file.created, file.lines.count()) == (3, 1, 3, 1)

    def test_two_devices_are_one_advocate(self, session: Session, maria: Advocate) -> None:
        file = imported(session, zoom(("Озёрная Мария", "", 0, 100), ("0001234 Озёрная (iPhone)", "", 50, 150)))
        assert minutes(session) == {"Озёрная Мария Николаевна": 150}
        assert [line.advocate for line in file.lines.all()] == [maria, maria]
        assert Attendance.objects.get().line == file.lines.order_by("pk").first()
        assert (file.created, file.rows) == (2, 2)

    def test_a_mark_is_the_whole_session(self, session: Session, maria: Advocate, askar: Advocate) -> None:
        rows = [("ФИО", "Отметка"), ("Озёрная Мария Николаевна", "+"), ("Ақбұлақов Асқар Серікұлы", "-")]
        file = imported(session, sheet(*rows))
        assert minutes(session) == {"Озёрная Мария Николаевна": 180}
        assert lines(file)["Озёрная Мария Николаевна"].no_times
        assert (file.created, file.rejected) == (1, 1)

    def test_totals_are_never_added(self, session: Session, maria: Advocate) -> None:
        rows = [("ФИО", "Минуты"), ("Озёрная Мария Николаевна", 100), ("Озёрная Мария Николаевна", 120)]
        imported(session, sheet(*rows))
        assert minutes(session) == {"Озёрная Мария Николаевна": 120}


class TestWho:
    def test_a_licence_that_lost_its_zeros(self, session: Session, maria: Advocate) -> None:
        rows = [("№ лицензии", "ФИО", "Приход", "Уход"), (1234, "Озёрная М.Н.", "10:00", "13:00")]
        assert lines(imported(session, sheet(*rows)))["Озёрная М.Н."].matched_by == "licence"
        assert minutes(session) == {"Озёрная Мария Николаевна": 180}

    def test_an_address_that_an_office_shares(self, session: Session, bar: Bar) -> None:
        for name in ("Лугова Инна", "Росина Зоя"):
            make_advocate(bar, name, email="office@bk.example")
        file = imported(session, zoom(("Приёмная", "office@bk.example", 0, 180)))
        assert codes(lines(file)["Приёмная"]) == ["shared-email"]
        assert len(lines(file)["Приёмная"].suggestions) == 2
        assert minutes(session) == {}

    def test_a_masked_address(self, session: Session, maria: Advocate) -> None:
        file = imported(session, zoom(("Мама", "m***@bk.example", 0, 180), ("Озёрная Мария", "m***@bk.example", 0, 90)))
        assert outcomes(file) == {"Мама": "ambiguous", "Озёрная Мария": "created"}

    def test_kazakh_names_in_russian_letters_swapped_and_without_a_patronymic(
        self, session: Session, askar: Advocate
    ) -> None:
        file = imported(session, zoom(("АСКАР АКБУЛАКОВ", "", 0, 100), ("Акбулаков Аскар Серик улы", "", 90, 180)))
        assert [line.advocate for line in file.lines.all()] == [askar, askar]
        assert minutes(session) == {"Ақбұлақов Асқар Серікұлы": 180}

    def test_namesakes_are_never_credited_by_name_registered_or_not(self, session: Session, bar: Bar) -> None:
        first, second = (make_advocate(bar, "Соснин Пётр Иванович", licence_number=n) for n in ("0002001", "0002002"))
        Registration.objects.create(session=session, bar=bar, advocate=first, state="registered", asked_at=NOW)
        file = imported(session, zoom(("Соснин Пётр Иванович", "", 0, 180), ("0002002 Соснин", "", 0, 180)))
        assert codes(lines(file)["Соснин Пётр Иванович"]) == ["namesakes"]
        assert [one["advocate"] for one in lines(file)["Соснин Пётр Иванович"].suggestions] == [first.pk, second.pk]
        assert Attendance.objects.get().advocate == second

    def test_registration_tells_people_with_one_short_name_apart(self, session: Session, bar: Bar) -> None:
        make_advocate(bar, "Лугова Инна Олеговна")
        invited = make_advocate(bar, "Лугова Инна Романовна")
        Registration.objects.create(session=session, bar=bar, advocate=invited, state="registered", asked_at=NOW)
        imported(session, zoom(("Инна Лугова", "", 0, 180)))
        assert Attendance.objects.get().advocate == invited

    def test_nobody_of_another_bar_is_matched_suggested_or_spoken_of(
        self, session: Session, national: Bar, maria: Advocate
    ) -> None:
        stranger = make_advocate(make_bar("KZ-75", national), "Щеглов Семён", email="s@bk.example")
        NameAlias.objects.create(bar=stranger.bar, advocate=stranger, key="сема щеглов", decided_by=None)
        file = imported(session, zoom(("Щеглов Семён", "s@bk.example", 0, 180), ("Сёма Щеглов", "", 0, 180)))
        for line in file.lines.all():
            assert (line.outcome, line.advocate, line.suggestions) == ("ambiguous", None, [])
            assert codes(line) == ["not-on-roll"]
        assert not Attendance.objects.exists()

    def test_two_who_use_the_account_of_their_office_are_each_credited_for_their_own_time(
        self, session: Session, maria: Advocate, askar: Advocate
    ) -> None:
        office = "office@bk.example"
        imported(session, zoom(("Озёрная Мария", office, 0, 100), ("Акбулаков Аскар", office, 60, 180)))
        assert minutes(session) == {"Озёрная Мария Николаевна": 100, "Ақбұлақов Асқар Серікұлы": 120}

    def test_a_session_above_is_open_to_the_bars_below(self, national: Bar, maria: Advocate) -> None:
        session = make_session(make_course(national))
        imported(session, zoom(("Озёрная Мария Николаевна", "", 0, 180)))
        attendance = Attendance.objects.get()
        assert (attendance.advocate, attendance.bar) == (maria, national)

    @pytest.mark.parametrize("status", [Status.TERMINATED, Status.DEPRIVED, Status.DECEASED, Status.EXCLUDED_LICENSED])
    def test_who_is_no_advocate_any_more_is_kept_and_not_credited(
        self, session: Session, maria: Advocate, status: Status
    ) -> None:
        record_status(maria, status, dt.date(2025, 3, 14))
        file = imported(session, zoom(("Озёрная Мария", "maria@bk.example", 0, 180)))
        line = lines(file)["Озёрная Мария"]
        assert (line.outcome, line.advocate, line.seconds, codes(line)) == ("ambiguous", None, 10_800, ["not-a-member"])
        assert line.suggestions == [{"advocate": maria.pk, "confidence": 98, "reason": "email"}]
        assert not Attendance.objects.exists()

    @pytest.mark.parametrize("status", [Status.ACTIVE, Status.SUSPENDED_CLE, Status.SUSPENDED_OWN, Status.TRAINEE])
    def test_who_is_suspended_may_learn(self, session: Session, maria: Advocate, status: Status) -> None:
        record_status(maria, status, dt.date(2025, 3, 14))
        imported(session, zoom(("Озёрная Мария", "", 0, 180)))
        assert minutes(session) == {"Озёрная Мария Николаевна": 180}

    def test_who_left_is_not_credited_and_who_moved_on_afterwards_is(
        self, session: Session, national: Bar, bar: Bar, maria: Advocate, askar: Advocate
    ) -> None:
        Membership.objects.filter(advocate=maria).update(period=(dt.date(2015, 3, 2), dt.date(2025, 3, 15)))
        transfer(askar, make_bar("KZ-75", national), dt.date(2025, 3, 15))
        late = make_advocate(bar, "Росина Зоя", joined_on=dt.date(2025, 3, 15))
        rows = [(person.full_name, "", 0, 180) for person in (maria, askar, late)]
        file = imported(session, zoom(*rows))
        assert list(outcomes(file).values()) == ["ambiguous", "created", "ambiguous"]
        assert Attendance.objects.get().advocate == askar


class TestDemo:
    @pytest.mark.parametrize("kind", KINDS)
    def test_each_kind_of_report_credits_those_it_names_and_nobody_else(
        self, kind: ReportKind, bar: Bar, tmp_path: Path
    ) -> None:
        plan = SessionPlan(
            "s", "c", "KZ-71", "Семейные споры", "2025-03-14T10:00:00", "2025-03-14T16:00:00", 160, "s.csv", kind
        )
        persons = people("KZ-71", 99, 2025)
        records = {
            person.licence_number: make_advocate(
                bar, person.name.full, licence_number=person.licence_number, email=person.email
            )
            for person in persons
        }
        attended = attend(plan, [Enrolment(person, CIVIL, "full") for person in persons], Random(3))
        write_report(kind, plan, attended, tmp_path / "s.csv")
        session = make_session(make_course(bar), plan.start, 360)
        file = imported(session, (tmp_path / "s.csv").read_bytes())
        accounted_for(file)
        credited = set(Attendance.objects.values_list("advocate", flat=True))
        members = [(row, records[row.person.licence_number].pk) for row in attended if row.person]
        certain = {pk for row, pk in members if row.certainty == "certain"}
        uncertain = {pk for _row, pk in members} - certain
        host = kind == "zoom-webinar"
        assert certain <= credited <= certain | uncertain
        assert file.people == len(attended) + host
        assert file.lines.exclude(advocate=None).count() == len(credited)
        assert file.lines.filter(outcome="ambiguous").count() == len(attended) + host - len(credited)
        if kind in ("zoom-meeting", "zoom-webinar"):
            recorded = dict(Attendance.objects.values_list("advocate", "seconds"))
            assert {pk: recorded[pk] for pk in certain} == {
                pk: _seconds(plan, row.stays) for row, pk in members if pk in certain
            }

    def test_a_real_export_against_a_roll_of_the_same_27(self, bar: Bar) -> None:
        originals = {"003": "Kara Zor-L", "009": "Cain Marko", "011": "Norman Osborn", "015": "Loki Laufeyson"}
        rows = {line.split(",")[1]: line.split(",")[0] for line in ZOOM_SAMPLE.read_text().splitlines()[1:]}
        for email, shown in rows.items():
            number, name = shown.split(" (")[0].split("_", 1)
            known = {"email": "" if len(name.split()) == 2 or number in originals else email}
            make_advocate(bar, originals.get(number, name), **known)
        session = make_session(make_course(bar), dt.datetime(2021, 11, 19, 10, 0, tzinfo=START.tzinfo), 120)
        file = imported(session, ZOOM_SAMPLE.read_bytes(), ZOOM_SAMPLE.name)
        assert (file.rows, file.people, file.created, file.ambiguous) == (31, 27, 31, 0)
        assert Attendance.objects.count() == 27
        matched = dict.fromkeys(("name", "email"), 0)
        for line in file.lines.all():
            matched[line.matched_by] += 1
        assert matched == {"name": 14, "email": 13}


def _seconds(plan: SessionPlan, stays: tuple[Stay, ...]) -> int:
    """The seconds of the session in which one of the stays was running, counted one by one."""
    inside = set[int]()
    for stay in stays:
        first, last = (int((moment - plan.start).total_seconds()) for moment in (stay.start, stay.end))
        inside |= set(range(max(0, first), min(last, 360 * 60)))
    return len(inside)


class TestAgain:
    def test_applying_twice_is_once(self, session: Session, maria: Advocate) -> None:
        file = preview_attendance(session, zoom(("Озёрная Мария", "", 0, 180)), "report.csv", by=None)
        apply_attendance(file, by=None, now=NOW)
        again = apply_attendance(file, by=None, now=LATER)
        assert (again.state, again.applied_at) == (ImportState.APPLIED, NOW)
        assert Attendance.objects.count() == 1

    def test_the_same_file_changes_nothing(self, session: Session, maria: Advocate, askar: Advocate) -> None:
        content = zoom(("Озёрная Мария", "", 0, 180), ("Акбулаков Аскар", "", 0, 60), ("iPhone", "", 0, 90))
        imported(session, content)
        before = list(Attendance.objects.order_by("pk").values())
        again = imported(session, content)
        assert list(Attendance.objects.order_by("pk").values()) == before
        assert (again.unchanged, again.rejected, again.created, again.changed, again.ambiguous) == (2, 1, 0, 0, 0)
        assert codes(lines(again)["iPhone"])[0] == "already-in-review"

    def test_a_meeting_started_again_counts_in_full_and_no_minute_twice(
        self, session: Session, maria: Advocate, askar: Advocate
    ) -> None:
        imported(session, zoom(("Озёрная Мария", "", 0, 100), ("Акбулаков Аскар", "", 0, 180)))
        second = imported(session, zoom(("Озёрная Мария", "", 90, 180), ("Акбулаков Аскар", "", 90, 180)))
        assert outcomes(second) == {"Озёрная Мария": "changed", "Акбулаков Аскар": "unchanged"}
        changes = lines(second)["Озёрная Мария"].changes
        assert changes == {"seconds": [6000, 10_800], "decision": ["partial", "full"], "credit_percent": [55, 100]}
        assert minutes(session) == {"Озёрная Мария Николаевна": 180, "Ақбұлақов Асқар Серікұлы": 180}
        voided = Attendance.objects.get(voided_at__isnull=False)
        assert (voided.advocate, voided.voided_at) == (maria, NOW)
        assert voided.void_reason

    def test_less_evidence_takes_nothing_away(self, session: Session, maria: Advocate) -> None:
        make_attendance(session, maria)
        file = imported(session, zoom(("Озёрная Мария", "", 0, 60)))
        assert file.unchanged == 1
        assert minutes(session) == {"Озёрная Мария Николаевна": 180}

    def test_a_preview_that_no_longer_holds_is_refused(self, session: Session, maria: Advocate) -> None:
        file = preview_attendance(session, zoom(("Озёрная Мария", "", 0, 180)), "report.csv", by=None)
        make_attendance(session, maria, 60)
        with pytest.raises(DomainError) as refusal:
            apply_attendance(file, by=None, now=NOW)
        assert refusal.value.code == "attendance-moved-on"
        file.refresh_from_db()
        assert (file.state, Attendance.objects.count()) == (ImportState.PREVIEWED, 1)

    @pytest.mark.parametrize(
        ("state", "code"), [("cancelled", "session-cancelled"), ("planned", "attendance-discarded")]
    )
    def test_a_cancelled_session_and_a_discarded_preview_are_refused(
        self, session: Session, maria: Advocate, state: str, code: str
    ) -> None:
        file = preview_attendance(session, zoom(("Озёрная Мария", "", 0, 180)), "report.csv", by=None)
        Session.objects.update(state=state)
        if code == "attendance-discarded":
            undo_import(file, by=None, reason="a wrong file", now=NOW)
        with pytest.raises(DomainError) as refusal:
            apply_attendance(file, by=None, now=NOW)
        assert refusal.value.code == code
        assert not Attendance.objects.exists()


class TestCredit:
    def test_is_posted_when_the_session_is_confirmed_and_not_before(self, session: Session, maria: Advocate) -> None:
        imported(session, zoom(("Озёрная Мария", "", 0, 120)))
        assert credit(maria) == 0
        confirm_session(session, by=None, now=NOW)
        assert credit(maria) == 180 * 66 // 100

    def test_of_a_confirmed_session_is_posted_at_once(self, session: Session, maria: Advocate, askar: Advocate) -> None:
        confirm_session(session, by=None, now=NOW)
        imported(session, zoom(("Озёрная Мария", "", 0, 180), ("Акбулаков Аскар", "", 0, 60)))
        assert (credit(maria), credit(askar)) == (180, 0)

    def test_that_grows_is_reversed_and_posted_anew(self, session: Session, maria: Advocate) -> None:
        imported(session, zoom(("Озёрная Мария", "", 0, 100)))
        confirm_session(session, by=None, now=NOW)
        imported(session, zoom(("Озёрная Мария", "", 90, 180)))
        posted = list(Entry.objects.order_by("pk").values_list("minutes", flat=True))
        assert posted == [99, -99, 180]
        assert Entry.objects.get(minutes=-99).reason
        assert credit(maria) == 180


def test_a_list_in_another_zone_than_its_bar_s_says_so_itself(session: Session, maria: Advocate) -> None:
    Session.objects.update(ends_at=START + dt.timedelta(hours=9))
    stay = (moment.isoformat() for moment in (START, START + dt.timedelta(hours=9)))
    file = imported(session, sheet(("ФИО", "Время входа", "Время выхода"), ("Озёрная Мария", *stay)))
    assert (minutes(session), file.time_zone) == ({"Озёрная Мария Николаевна": 9 * 60}, "UTC")


class TestSeveralDays:
    """Two days from 9:00 to 17:00: the night between them is nobody's absence."""

    DAY, FIRST = 24 * 60, START.replace(hour=9)

    @pytest.fixture
    def two_days(self, bar: Bar) -> Session:
        course = make_course(bar, {"law": 420})
        second = {"category": make_category(bar), "title": "law", "minutes": 420}
        Segment.objects.create(course=course, bar=bar, position=2, day=2, **second)
        return make_session(course, self.FIRST, minutes=self.DAY + 480)

    def _report(self, *ends: int) -> bytes:
        stays = [("Озёрная Мария", "", day * self.DAY, day * self.DAY + end) for day, end in enumerate(ends)]
        return zoom(*stays, start=self.FIRST)

    @pytest.mark.parametrize("begins", [None, dt.time(9)])
    @pytest.mark.parametrize(("ends", "earned"), [((420, 420), 840), ((420,), 420), ((200,), 0)])
    def test_presence_is_judged_by_the_hours_of_the_agenda(
        self, two_days: Session, maria: Advocate, begins: dt.time | None, ends: tuple[int, ...], earned: int
    ) -> None:
        Segment.objects.update(begins=begins)
        confirm_session(two_days, by=None, now=NOW)
        imported(two_days, self._report(*ends))
        assert credit(maria) == earned

    def test_breaks_within_a_day_are_part_of_it(self, two_days: Session, maria: Advocate) -> None:
        Segment.objects.update(begins=dt.time(9))
        after_lunch = {"category": make_category(two_days.bar), "title": "law", "minutes": 60}
        Segment.objects.create(
            course=two_days.course, bar=two_days.bar, position=3, day=2, begins=dt.time(17), **after_lunch
        )
        assert length_of(two_days) == 60 * (420 + 540)

    @pytest.mark.parametrize(("ends", "earned"), [((240, 240), 480), ((240,), 240), ((110,), 0)])
    def test_an_evening_and_the_next_morning_are_two_days_too(
        self, bar: Bar, maria: Advocate, ends: tuple[int, ...], earned: int
    ) -> None:
        """14:00 to 18:00 and 9:00 to 13:00 are 23 hours apart and eight of instruction."""
        course = make_course(bar, {"law": 240})
        second = {"category": make_category(bar), "title": "law", "minutes": 240}
        Segment.objects.create(course=course, bar=bar, position=2, day=2, **second)
        friday = self.FIRST + dt.timedelta(hours=5)
        session = make_session(course, friday, minutes=23 * 60)
        confirm_session(session, by=None, now=NOW)
        stays = [("Озёрная Мария", "", start, start + end) for start, end in zip((0, 19 * 60), ends, strict=False)]
        imported(session, zoom(*stays, start=friday))
        assert credit(maria) == earned

    def test_until_midnight_is_one_day(self, bar: Bar) -> None:
        evening = local_midnight(dt.date(2025, 3, 15), bar.time_zone) - dt.timedelta(hours=3)
        assert length_of(make_session(make_course(bar, {"law": 150}), evening)) == 180 * 60

    def test_of_one_day_the_whole_session_counts(self, session: Session) -> None:
        Segment.objects.update(begins=dt.time(9), minutes=60)
        assert length_of(session) == 180 * 60


class TestUndo:
    def test_takes_back_attendance_and_credit(self, session: Session, maria: Advocate) -> None:
        file = imported(session, zoom(("Озёрная Мария", "", 0, 180), ("iPhone", "", 0, 90)))
        confirm_session(session, by=None, now=NOW)
        undo_import(file, by=None, reason="the wrong session", now=LATER)
        undo_import(file, by=None, reason="the wrong session", now=LATER)
        file.refresh_from_db()
        assert (file.state, minutes(session), credit(maria)) == (ImportState.DISCARDED, {}, 0)
        assert Attendance.objects.get().void_reason == "the wrong session"
        assert not file.lines.filter(outcome="ambiguous", resolved_at=None).exists()

    def test_gives_back_what_was_there_before(self, session: Session, maria: Advocate, askar: Advocate) -> None:
        confirm_session(session, by=None, now=NOW)
        first = imported(session, zoom(("Озёрная Мария", "", 0, 100)))
        make_attendance(session, askar, 50)
        second = imported(session, zoom(("Озёрная Мария", "", 90, 180), ("Акбулаков Аскар", "", 0, 180)))
        undo_import(second, by=None, reason="a wrong file", now=LATER)
        assert minutes(session) == {"Озёрная Мария Николаевна": 100, "Ақбұлақов Асқар Серікұлы": 90}
        assert credit(maria) == 99
        assert Attendance.objects.get(advocate=maria, voided_at=None).line == first.lines.get()

    def test_leaves_what_another_file_says(self, session: Session, maria: Advocate) -> None:
        first = imported(session, zoom(("Озёрная Мария", "", 0, 180)))
        imported(session, zoom(("Озёрная Мария", "", 0, 120)))
        undo_import(first, by=None, reason="a wrong file", now=LATER)
        assert minutes(session) == {"Озёрная Мария Николаевна": 120}

    def test_waits_for_the_imports_that_came_after(self, session: Session, maria: Advocate) -> None:
        first = imported(session, zoom(("Озёрная Мария", "", 0, 100)))
        second = imported(session, zoom(("Озёрная Мария", "", 90, 180)))
        with pytest.raises(DomainError) as refusal:
            undo_import(first, by=None, reason="a wrong file", now=LATER)
        assert refusal.value.code == "attendance-used-later"
        assert minutes(session) == {"Озёрная Мария Николаевна": 180}
        undo_import(second, by=None, reason="a wrong file", now=LATER)
        undo_import(first, by=None, reason="a wrong file", now=LATER)
        assert minutes(session) == {}

    @pytest.mark.parametrize("late", [False, True], ids=["before the import", "since the import"])
    def test_gives_nothing_back_that_an_officer_took_away(self, session: Session, maria: Advocate, late: bool) -> None:
        Segment.objects.create(
            course=session.course, bar=session.bar, position=2, category=make_category(session.bar, "ethics"),
            title="ethics", minutes=60,
        )  # fmt: skip
        confirm_session(session, by=None, now=NOW)
        imported(session, zoom(("Озёрная Мария", "", 0, 100)))
        officer = make_user()

        def take() -> None:
            law = Entry.objects.filter(category__code="law", reversed_by=None, reverses=None).latest("pk")
            reverse_entry(law, reason="taught by nobody", by=officer)

        if not late:
            take()
        second = imported(session, zoom(("Озёрная Мария", "", 90, 180)))
        if late:
            take()
        undo_import(second, by=None, reason="a wrong file", now=LATER)
        assert minutes(session) == {"Озёрная Мария Николаевна": 100}
        assert credit(maria) == 60 * 55 // 100, "of ethics, and nothing of law"
        last = Entry.objects.latest("pk")
        assert (last.reason, last.posted_by, last.minutes) == ("taught by nobody", officer, -99)
        third = imported(session, zoom(("Озёрная Мария", "", 95, 180)))
        undo_import(third, by=None, reason="a wrong file again", now=LATER)
        assert credit(maria) == 60 * 55 // 100, "nor is it given back by the next"

    def test_asks_for_a_reason(self, session: Session, maria: Advocate) -> None:
        file = imported(session, zoom(("Озёрная Мария", "", 0, 100)))
        with pytest.raises(DomainError, match="Say why"):
            undo_import(file, by=None, reason=" ", now=LATER)
        assert minutes(session) == {"Озёрная Мария Николаевна": 100}


class TestReturning:
    """What an officer took away comes back with a longer presence: the preview says so, whoever confirms it decides."""

    @pytest.fixture
    def officer(self) -> User:
        return make_user(name="Ким Виктор")

    @pytest.fixture
    def first(self, session: Session, maria: Advocate, officer: User) -> AttendanceFile:
        confirm_session(session, by=None, now=NOW)
        file = imported(session, zoom(("Озёрная Мария", "", 0, 100)))
        reverse_entry(Entry.objects.get(), reason="left early", by=officer)
        session.refresh_from_db()
        return file

    def test_a_longer_report(self, session: Session, maria: Advocate, officer: User, first: AttendanceFile) -> None:
        file = preview_attendance(session, zoom(("Озёрная Мария", "", 90, 180)), "b.csv", by=None)
        assert returning(file) == [Returning(maria, 99, officer, "left early", 180)]
        apply_attendance(file, by=None, now=NOW)
        assert credit(maria) == 180
        assert returning(AttendanceFile.objects.get(pk=file.pk)) == []
        again = preview_attendance(session, zoom(("Озёрная Мария", "", -5, 180)), "c.csv", by=None)
        assert returning(again) == [], "it has come back already"

    def test_a_report_that_adds_nothing(self, session: Session, first: AttendanceFile) -> None:
        file = preview_attendance(session, zoom(("Озёрная Мария", "", 10, 90)), "b.csv", by=None)
        assert returning(file) == []

    def test_what_counts_on_is_not_told(self, session: Session, maria: Advocate) -> None:
        confirm_session(session, by=None, now=NOW)
        imported(session, zoom(("Озёрная Мария", "", 0, 100)))
        file = preview_attendance(session, zoom(("Озёрная Мария", "", 90, 180)), "b.csv", by=None)
        assert returning(file) == []

    def test_a_decision_on_a_line(self, session: Session, maria: Advocate, first: AttendanceFile) -> None:
        file = imported(session, zoom(("iPhone", "", 90, 180)))
        line = file.lines.get()
        (found,) = returning_by(session, [(line, maria.pk)]).values()
        assert (found.taken, found.gives) == (99, 180)
        resolve_line(line, maria, by=None, now=NOW)
        assert credit(maria) == 180
        assert returning_by(session, candidates_of([line])) == {}

    def test_a_choice_in_a_preview(self, session: Session, maria: Advocate, first: AttendanceFile) -> None:
        file = preview_attendance(session, zoom(("iPhone", "", 90, 180)), "b.csv", by=None)
        assert returning(file) == []
        decide(file.lines.get(), maria, by=make_user(), now=NOW, remember=False)
        assert [(each.advocate, each.gives) for each in returning(file)] == [(maria, 180)]

    def test_a_roster_in_the_place_of_another(self, session: Session, maria: Advocate, first: AttendanceFile) -> None:
        roster = {"content": zoom(("Озёрная Мария", "", 0, 110)), "file_name": "b.csv"}
        file = post_roster(session.course.provider, session, roster, by=make_user(), now=LATER, replaces=first)
        assert [(each.taken, each.gives) for each in returning(file)] == [(99, 180 * 61 // 100)]
        apply_attendance(file, by=None, now=LATER)
        assert credit(maria) == 180 * 61 // 100


def _statements(work: Callable[[], object]) -> int:
    with CaptureQueriesContext(connection) as queries:
        work()
    return len(queries)


def _costs(bar: Bar, size: int) -> list[int]:
    """Statements of a preview, of applying it, of a second file with its changes, and of undoing that."""
    names = [f"Озёрная{chr(0x430 + i // 26)}{chr(0x430 + i % 26)} Мария" for i in range(size)]
    for name in names:
        make_advocate(bar, name)
    session = make_session(make_course(bar))
    confirm_session(session, by=None, now=NOW)
    half, whole = (zoom(*((name, "", 0, length) for name in names)) for length in (100, 180))
    costs = [_statements(lambda: preview_attendance(session, half, "a.csv", by=None))]
    costs.append(_statements(lambda: apply_attendance(AttendanceFile.objects.latest("pk"), by=None, now=NOW)))
    costs.append(_statements(lambda: preview_attendance(session, whole, "b.csv", by=None)))
    costs.append(_statements(lambda: apply_attendance(AttendanceFile.objects.latest("pk"), by=None, now=NOW)))
    file = AttendanceFile.objects.latest("pk")
    costs.append(_statements(lambda: undo_import(file, by=None, reason="test", now=LATER)))
    assert session.attendances.filter(voided_at=None, decision="partial").count() == size
    assert session.attendances.count() == size * 3
    return costs


def test_200_people_cost_as_many_statements_as_10(national: Bar) -> None:
    few = _costs(make_bar(parent=national), 10)
    assert _costs(make_bar(parent=national), 200) == few
    assert max(few) <= 40


_NAMES = st.sampled_from(
    ["Озёрная Мария", "Озёрная Мария Николаевна", "0001234 Озёрная", "Акбулаков Аскар", "Аскар Акбулаков", "iPhone",
     "Озёрная М.Н.", "Чужой Человек", "?збек Аскар", "", "14000567"]
)  # fmt: skip
_EMAILS = st.sampled_from(["", "maria@bk.example", "m***@bk.example", "x@else.example"])
_STAYS = st.tuples(_NAMES, _EMAILS, st.integers(-30, 170), st.integers(1, 40)).map(
    lambda row: (row[0], row[1], row[2], row[2] + row[3])
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(_STAYS, min_size=1, max_size=8), st.lists(_STAYS, max_size=3), st.lists(_STAYS, min_size=1, max_size=4))
def test_every_row_is_accounted_for_and_nobody_is_present_longer_than_the_session(
    session: Session, maria: Advocate, askar: Advocate, stays: list, waiting: list, more: list
) -> None:
    """Whatever the file; and a second file never lowers anybody's presence."""
    with transaction.atomic():
        file = imported(session, zoom(*stays, waiting=waiting), override_reason="generated")
        assert file.rows == len(stays) + len(waiting)
        accounted_for(file)
        first = minutes(session)
        assert all(0 <= length <= 180 for length in first.values())
        accounted_for(imported(session, zoom(*more), override_reason="generated"))
        second = minutes(session)
        assert all(second[name] >= length for name, length in first.items())
        transaction.set_rollback(True)


@pytest.mark.django_db(transaction=True)
def test_two_who_apply_at_once_credit_once() -> None:
    bar = make_bar("KZ")
    session = make_session(make_course(bar))
    maria = make_advocate(bar, "Озёрная Мария")
    confirm_session(session, by=None, now=NOW)
    content = zoom(("Озёрная Мария", "", 0, 180))
    files = [preview_attendance(session, content, f"{i}.csv", by=None) for i in range(2)]

    def apply(file: AttendanceFile) -> str:
        try:
            return apply_attendance(file, by=None, now=NOW).state
        except DomainError as error:
            return error.code
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        results = list(pool.map(apply, [*files, *files]))
    assert sorted(set(results)) == ["applied", "attendance-moved-on"]
    assert results.count("applied") == 2, "the same file twice is applied once, and the other is refused"
    assert (Attendance.objects.count(), credit(maria)) == (1, 180)


class TestCommand:
    def test_previews_and_applies(self, session: Session, maria: Advocate, tmp_path: Path) -> None:
        path = tmp_path / "report.csv"
        path.write_bytes(zoom(("Озёрная Мария", "", 0, 180), ("[red]Чужой[/]", "", 0, 10)))
        shown = StringIO()
        call_command("import_attendance", str(session.pk), str(path), stdout=shown)
        assert "Asia/Almaty" in shown.getvalue()
        assert "[red]" in shown.getvalue(), "a name is no markup"
        assert not Attendance.objects.exists()
        shown = StringIO()
        call_command("import_attendance", str(session.pk), str(path), "--apply", "--json", stdout=shown)
        summary = json.loads(shown.getvalue())
        assert (summary["state"], summary["created"], summary["ambiguous"]) == ("applied", 1, 1)
        assert AttendanceLine.objects.filter(advocate=maria, file__state="applied").count() == 1

    def test_says_why_not(self, session: Session, tmp_path: Path) -> None:
        (tmp_path / "empty.csv").touch()
        with pytest.raises(CommandError, match="empty-file"):
            call_command("import_attendance", str(session.pk), str(tmp_path / "empty.csv"))
        with pytest.raises(CommandError, match="no such session"):
            call_command("import_attendance", "0", str(tmp_path / "empty.csv"))
