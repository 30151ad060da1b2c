"""The review list: what a person decides where the matching would not."""

from __future__ import annotations

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from advocates.models import Advocate, Bar, NameAlias, Status, User
from advocates.services.people import record_status
from cle.core.errors import DomainError
from courses.models import Attendance, AttendanceLine, Entry, Session
from courses.queries.attendance import review_list
from courses.services.attendance import preview_attendance, undo_import
from courses.services.attendance_review import accept_likely, dismiss_line, resolve_line, take_back
from courses.services.scheduling import cancel_session
from courses.services.sessions import confirm_session
from tests.courses.reports import NOW, accounted_for, codes, credit, imported, lines, minutes, outcomes, text, zoom
from tests.factories import make_advocate, make_bar, make_course, make_session, make_user

LATER = NOW + dt.timedelta(hours=1)


@pytest.fixture
def bar(db) -> Bar:
    return make_bar("KZ-71", make_bar("KZ"))


@pytest.fixture
def session(bar: Bar) -> Session:
    return make_session(make_course(bar))


@pytest.fixture
def maria(bar: Bar) -> Advocate:
    return make_advocate(bar, "Озёрная Мария Николаевна", email="maria@bk.example")


@pytest.fixture
def manager(bar: Bar) -> User:
    return make_user(bar=bar)


def open_line(session: Session, name: str = "Мама Юриста", start: int = 0, end: int = 180) -> AttendanceLine:
    """The one line to review of an applied report."""
    file = imported(session, zoom((name, "", start, end), (name, "", start, end)))
    return file.lines.get(outcome="ambiguous")


class TestList:
    def test_holds_open_lines_of_applied_files_of_the_bar(self, session: Session, maria: Advocate) -> None:
        line = open_line(session)
        preview_attendance(session, zoom(("Кто-то Другой", "", 0, 10)), "b.csv", by=None)
        elsewhere = make_session(make_course(make_bar("KZ-75", session.bar.parent)))
        imported(elsewhere, zoom(("Кто-то Третий", "", 0, 10)))
        assert list(review_list(session.bar)) == [line]
        dismiss_line(line, reason="a visitor", by=None, now=LATER)
        assert list(review_list(session.bar)) == []

    def test_costs_one_statement_and_no_file_contents(self, session: Session, maria: Advocate) -> None:
        imported(session, zoom(*((f"Чужой Гость{i}", "", 0, 10) for i in range(3))))
        with CaptureQueriesContext(connection) as queries:
            shown = [(line.label, line.file.file_name, str(line.session.course)) for line in review_list(session.bar)]
        assert len(shown) == 3
        assert len(queries) == 1
        assert '"content"' not in queries[0]["sql"]

    def test_does_not_keep_what_was_undone(self, session: Session) -> None:
        file = open_line(session).file
        undo_import(file, by=None, reason="a wrong file", now=LATER)
        assert not review_list(session.bar).exists()

    def test_holds_what_another_copy_of_the_undone_file_has_left_to_it(self, session: Session, maria: Advocate) -> None:
        content = zoom(("Мама Юриста", "", 0, 180))
        first, *others = [imported(session, content) for _ in range(3)]
        undo_import(first, by=None, reason="uploaded twice", now=LATER)
        line = review_list(session.bar).get()
        assert (line.file, codes(line)) == (others[0], ["not-on-roll"])
        for file in others:
            file.refresh_from_db()
            accounted_for(file)
        resolve_line(line, maria, by=None, now=LATER)
        assert minutes(session) == {"Озёрная Мария Николаевна": 180}


class TestResolve:
    def test_credits_the_advocate_and_moves_the_rows(self, session: Session, maria: Advocate, manager: User) -> None:
        line = resolve_line(open_line(session), maria, by=manager, now=LATER)
        line.refresh_from_db()
        assert (line.outcome, line.advocate, line.matched_by, line.confidence) == ("created", maria, "person", 100)
        assert line.resolved_at == LATER
        attendance = Attendance.objects.get()
        assert (attendance.advocate, attendance.line, attendance.seconds) == (maria, line, 10_800)
        file = line.file
        file.refresh_from_db()
        assert (file.created, file.ambiguous) == (2, 0)
        accounted_for(file)

    def test_posts_credit_where_the_session_is_confirmed(self, session: Session, maria: Advocate) -> None:
        line = open_line(session)
        confirm_session(session, by=None, now=NOW)
        resolve_line(line, maria, by=None, now=LATER)
        assert credit(maria) == 180

    def test_unites_the_line_with_what_is_on_record(self, session: Session, maria: Advocate) -> None:
        file = imported(session, zoom(("Озёрная Мария", "", 0, 100), ("Мама Юриста", "", 90, 150)))
        confirm_session(session, by=None, now=NOW)
        assert credit(maria) == 99
        line = resolve_line(lines(file)["Мама Юриста"], maria, by=None, now=LATER)
        assert line.outcome == "changed"
        assert line.changes["seconds"] == [6000, 9000]
        assert (minutes(session), credit(maria)) == ({"Озёрная Мария Николаевна": 150}, 180)
        assert list(Entry.objects.order_by("pk").values_list("minutes", flat=True)) == [99, -99, 180]

    def test_that_adds_nothing_leaves_the_record(self, session: Session, maria: Advocate) -> None:
        file = imported(session, zoom(("Озёрная Мария", "", 0, 180), ("Мама Юриста", "", 0, 90)))
        line = resolve_line(lines(file)["Мама Юриста"], maria, by=None, now=LATER)
        assert (line.outcome, line.advocate, Attendance.objects.count()) == ("unchanged", maria, 1)

    def test_the_other_line_of_a_later_file_counts_the_decision_as_evidence(
        self, session: Session, maria: Advocate
    ) -> None:
        resolve_line(open_line(session, end=100), maria, by=None, now=LATER)
        imported(session, zoom(("Озёрная Мария", "", 90, 180)))
        assert minutes(session) == {"Озёрная Мария Николаевна": 180}

    def test_undoing_the_import_takes_back_decisions_too(self, session: Session, maria: Advocate) -> None:
        line = resolve_line(open_line(session), maria, by=None, now=LATER)
        undo_import(line.file, by=None, reason="a wrong file", now=LATER)
        assert minutes(session) == {}

    def test_undoing_the_import_leaves_nothing_of_what_it_had_said_before_the_decision(
        self, session: Session, maria: Advocate
    ) -> None:
        file = imported(session, zoom(("Озёрная Мария", "", 0, 100), ("Мама Юриста", "", 90, 150)))
        confirm_session(session, by=None, now=NOW)
        resolve_line(lines(file)["Мама Юриста"], maria, by=None, now=LATER)
        undo_import(file, by=None, reason="a wrong file", now=LATER)
        assert (minutes(session), credit(maria)) == ({}, 0)

    def test_undoing_a_later_import_leaves_what_the_earlier_one_says(self, session: Session, maria: Advocate) -> None:
        imported(session, zoom(("Озёрная Мария", "", 0, 60)))
        later = imported(session, zoom(("Озёрная Мария", "", 60, 100), ("Мама Юриста", "", 90, 150)))
        resolve_line(lines(later)["Мама Юриста"], maria, by=None, now=LATER)
        undo_import(later, by=None, reason="a wrong file", now=LATER)
        assert minutes(session) == {"Озёрная Мария Николаевна": 60}

    def test_of_a_session_that_was_called_off_nobody_is_credited(self, session: Session, maria: Advocate) -> None:
        line = open_line(session)
        cancel_session(session, by=make_user(), reason="It was never held.", now=LATER)
        assert not review_list(session.bar).exists()
        with pytest.raises(DomainError) as refusal:
            resolve_line(line, maria, by=None, now=LATER)
        assert (refusal.value.code, Attendance.objects.count()) == ("session-cancelled", 0)

    def test_a_decision_made_after_a_later_import_keeps_that_from_being_undone(
        self, session: Session, maria: Advocate
    ) -> None:
        line = open_line(session, end=60)
        later = imported(session, zoom(("Озёрная Мария", "", 50, 150)))
        resolve_line(line, maria, by=None, now=LATER)
        assert minutes(session) == {"Озёрная Мария Николаевна": 150}
        with pytest.raises(DomainError) as refusal:
            undo_import(later, by=None, reason="a wrong file", now=LATER)
        assert refusal.value.code == "attendance-used-later"

    def test_holds_when_the_same_file_comes_again(self, session: Session, maria: Advocate) -> None:
        content = zoom(("Гость", "", 0, 180), ("iPhone", "", 0, 50))
        file = imported(session, content)
        resolve_line(lines(file)["Гость"], maria, by=None, now=LATER)
        dismiss_line(lines(file)["iPhone"], reason="a visitor", by=None, now=LATER)
        again = imported(session, content)
        assert outcomes(again) == {"Гость": "unchanged", "iPhone": "rejected"}
        assert lines(again)["Гость"].advocate == maria
        assert codes(lines(again)["iPhone"])[0] == "dismissed-before"
        assert not review_list(session.bar).exists()

    @pytest.mark.parametrize("place", ["sibling", "above"])
    def test_refuses_an_advocate_of_another_bar(self, session: Session, place: str) -> None:
        national = session.bar.parent
        stranger = make_advocate(national if place == "above" else make_bar("KZ-75", national), "Щеглов Семён")
        line = open_line(session)
        with pytest.raises(DomainError) as refusal:
            resolve_line(line, stranger, by=None, now=LATER)
        assert refusal.value.code == "advocate-of-another-bar"
        line.refresh_from_db()
        assert (line.outcome, line.resolved_at, Attendance.objects.count()) == ("ambiguous", None, 0)

    def test_a_line_is_decided_once_and_only_after_the_file_was_applied(
        self, session: Session, maria: Advocate
    ) -> None:
        line = open_line(session)
        resolve_line(line, maria, by=None, now=LATER)
        with pytest.raises(DomainError, match="not open"):
            resolve_line(line, maria, by=None, now=LATER)
        with pytest.raises(DomainError, match="not open"):
            dismiss_line(line, reason="late", by=None, now=LATER)
        preview = preview_attendance(session, zoom(("Чужой Гость", "", 0, 10)), "b.csv", by=None)
        with pytest.raises(DomainError, match="Apply the import"):
            resolve_line(preview.lines.get(), maria, by=None, now=LATER)
        assert Attendance.objects.count() == 1


class TestAcceptLikely:
    def test_leaves_who_was_no_member_to_be_decided_one_by_one(
        self, session: Session, maria: Advocate, manager: User
    ) -> None:
        record_status(maria, Status.DEPRIVED, dt.date(2025, 1, 10))
        file = imported(session, zoom(("Озёрная Мария Николаевна", "maria@bk.example", 0, 180)))
        assert accept_likely(file, 50, by=manager, now=LATER) == 0
        assert minutes(session) == {}
        resolve_line(file.lines.get(), maria, by=manager, now=LATER)
        assert minutes(session) == {"Озёрная Мария Николаевна": 180}

    def test_leaves_whom_name_and_address_disagree_about(self, session: Session, bar: Bar, maria: Advocate) -> None:
        make_advocate(bar, "Росина Зоя")
        file = imported(session, zoom(("Росина Зоя", "maria@bk.example", 0, 180)))
        assert codes(file.lines.get()) == ["evidence-disagrees"]
        assert accept_likely(file, 50, by=make_user(bar=bar), now=LATER) == 0


class TestTakeBack:
    def test_the_same_file_gives_nobody_what_was_taken_back(self, session: Session, bar: Bar, maria: Advocate) -> None:
        make_advocate(bar, "Росина Зоя")
        content = zoom(("Озёрная Мария", "", 0, 180), ("Росина Зоя", "", 0, 120))
        first = imported(session, content)
        take_back(Attendance.objects.get(advocate=maria), by=None, reason="She only signed in.", now=LATER)
        again = imported(session, content)
        assert minutes(session) == {"Росина Зоя": 120}
        assert codes(lines(again)["Озёрная Мария"]) == ["dismissed-before"]
        accounted_for(again)
        for file in (again, first):
            undo_import(file, by=None, reason="once more from the beginning", now=LATER)
        imported(session, content)
        assert minutes(session)["Озёрная Мария Николаевна"] == 180

    def test_nor_where_it_is_in_the_plain_rows_of_a_long_list(self, session: Session, maria: Advocate) -> None:
        zone = ZoneInfo(session.bar.time_zone)
        stay = [f"{moment.astimezone(zone):%Y-%m-%d %H:%M:%S}" for moment in (session.starts_at, session.ends_at)]
        headings = ("licence number", "name", "join time", "leave time")
        strangers = ((f"9{number:06}", f"Неизвестная Особа {number}", *stay) for number in range(600))
        content = text([headings, *strangers, (maria.licence_number, maria.full_name, *stay)])
        imported(session, content)
        take_back(Attendance.objects.get(), by=None, reason="She was not there.", now=LATER)
        imported(session, content)
        assert minutes(session) == {}


class TestDismiss:
    def test_keeps_the_line_with_the_reason(self, session: Session, manager: User) -> None:
        line = dismiss_line(open_line(session), reason="a visitor", by=manager, now=LATER)
        assert (line.outcome, line.advocate) == ("rejected", None)
        assert line.problems[-1] == {
            "code": "dismissed", "message": "a visitor", "row": 2, "column": None, "by": manager.pk
        }  # fmt: skip
        line.file.refresh_from_db()
        assert (line.file.rejected, line.file.ambiguous) == (2, 0)
        accounted_for(line.file)

    def test_asks_for_a_reason(self, session: Session) -> None:
        line = open_line(session)
        with pytest.raises(DomainError, match="Say why"):
            dismiss_line(line, reason=" ", by=None, now=LATER)
        assert list(review_list(session.bar)) == [line]


class TestMemory:
    def test_a_name_is_known_next_time(self, session: Session, maria: Advocate, manager: User) -> None:
        resolve_line(open_line(session, "Мама Юриста (iPad)"), maria, by=manager, now=LATER)
        alias = NameAlias.objects.get()
        assert (alias.bar, alias.advocate, alias.key, alias.decided_by) == (maria.bar, maria, "мама юриста", manager)
        next_time = make_session(session.course)
        file = imported(next_time, zoom(("МАМА ЮРИСТА", "", 0, 180)))
        assert (lines(file)["МАМА ЮРИСТА"].matched_by, minutes(next_time)) == ("alias", {maria.full_name: 180})

    def test_unless_it_was_revoked(self, session: Session, maria: Advocate) -> None:
        resolve_line(open_line(session), maria, by=None, now=LATER)
        NameAlias.objects.update(revoked_at=LATER)
        next_time = make_session(session.course)
        assert outcomes(imported(next_time, zoom(("Мама Юриста", "", 0, 180)))) == {"Мама Юриста": "ambiguous"}

    def test_a_name_of_two_people_is_forgotten_for_good(self, session: Session, bar: Bar, maria: Advocate) -> None:
        sittings = [make_session(session.course) for _ in range(3)]
        first, second, third = [open_line(sitting) for sitting in sittings]
        resolve_line(first, maria, by=None, now=LATER)
        resolve_line(second, make_advocate(bar, "Росина Зоя"), by=None, now=LATER)
        resolve_line(third, maria, by=None, now=LATER + dt.timedelta(days=1))
        assert NameAlias.objects.count() == 2
        assert not NameAlias.objects.filter(revoked_at=None).exists()

    def test_a_wrong_decision_can_be_put_right(self, session: Session, bar: Bar, maria: Advocate) -> None:
        resolve_line(open_line(session), maria, by=None, now=NOW)
        NameAlias.objects.update(revoked_at=NOW)
        right = make_advocate(bar, "Росина Зоя")
        resolve_line(open_line(make_session(session.course)), right, by=None, now=LATER)
        assert NameAlias.objects.get(revoked_at=None).advocate == right

    def test_is_lost_with_the_attendance_that_is_taken_back(self, session: Session, bar: Bar, maria: Advocate) -> None:
        resolve_line(open_line(session), maria, by=None, now=NOW)
        take_back(Attendance.objects.get(), by=None, reason="That was somebody else.", now=LATER)
        next_time, right = make_session(session.course), make_advocate(bar, "Росина Зоя")
        resolve_line(open_line(next_time), right, by=None, now=LATER)
        assert minutes(next_time) == {"Росина Зоя": 180}
        assert NameAlias.objects.get(revoked_at=None).advocate == right

    def test_is_lost_when_it_has_credited_the_wrong_one(self, session: Session, bar: Bar, maria: Advocate) -> None:
        resolve_line(open_line(session), maria, by=None, now=NOW)
        next_time = make_session(session.course)
        imported(next_time, zoom(("Мама Юриста", "", 0, 180)))
        take_back(Attendance.objects.get(session=next_time), by=None, reason="That was somebody else.", now=LATER)
        assert not NameAlias.objects.filter(revoked_at=None).exists()

    @pytest.mark.parametrize("name", ["iPhone", "Мама", "Мар?я Н?колаевна", "Соснин Пётр Иванович", "+7 709 111 22 33"])
    def test_what_other_people_may_be_called_is_not_remembered(self, session: Session, bar: Bar, name: str) -> None:
        first, _second = (make_advocate(bar, "Соснин Пётр Иванович", licence_number=n) for n in ("2001", "2002"))
        resolve_line(open_line(session, name), first, by=None, now=LATER)
        assert not NameAlias.objects.exists()
        assert Attendance.objects.get().advocate == first

    def test_only_if_asked_to(self, session: Session, maria: Advocate) -> None:
        resolve_line(open_line(session), maria, by=None, now=LATER, remember=False)
        assert not NameAlias.objects.exists()

    def test_in_the_advocates_own_bar(self, bar: Bar, maria: Advocate) -> None:
        national = make_session(make_course(bar.parent))
        resolve_line(open_line(national), maria, by=None, now=LATER)
        assert NameAlias.objects.get().bar == bar


@pytest.mark.django_db(transaction=True)
def test_two_who_decide_at_once_decide_once() -> None:
    bar = make_bar("KZ")
    people = [make_advocate(bar, name) for name in ("Озёрная Мария", "Росина Зоя")]
    line = open_line(make_session(make_course(bar)))

    def decide(advocate: Advocate) -> str:
        try:
            return resolve_line(line, advocate, by=None, now=LATER).outcome
        except DomainError as error:
            return error.code
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(decide, people)) == ["created", "line-decided"]
    assert Attendance.objects.count() == 1
