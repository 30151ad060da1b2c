from __future__ import annotations

import datetime as dt
import re
import zipfile
from collections import Counter
from fractions import Fraction
from pathlib import Path

import pytest

from cle.demo.plan import NATIONAL, SIZES, InputPlan, write_inputs
from tests.demo.conftest import Written

TINY = Fraction(1, 100)


def _files(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def _text_of(path: Path) -> str:
    """All text of a file, whatever it is; mail addresses are ASCII in every encoding that is used here."""
    content = path.read_bytes()
    if content.startswith(b"PK"):
        with zipfile.ZipFile(path) as book:
            return "".join(book.read(name).decode() for name in book.namelist() if name.startswith("xl/"))
    return content.decode("utf-16" if content.startswith(b"\xff\xfe") else "latin-1")


@pytest.fixture(scope="module")
def full(tmp_path_factory: pytest.TempPathFactory) -> InputPlan:
    return write_inputs(tmp_path_factory.mktemp("full"))


def test_the_same_seed_writes_the_same_bytes(tmp_path: Path) -> None:
    first = write_inputs(tmp_path / "first", scale=TINY)
    second = write_inputs(tmp_path / "second", scale=TINY)
    assert first == second
    assert _files(tmp_path / "first") == _files(tmp_path / "second")


def test_another_seed_writes_another_year(tmp_path: Path) -> None:
    assert write_inputs(tmp_path / "first", scale=TINY) != write_inputs(tmp_path / "second", scale=TINY, seed=7)


def test_each_file_of_the_plan_is_written_and_no_other(written: Written) -> None:
    planned = {path.relative_to(written.folder) for path in (*written.rolls(), *written.reports())}
    assert {path.relative_to(written.folder) for path in written.folder.rglob("*.*")} == planned


def test_the_smallest_bar_still_has_five_members(tmp_path: Path) -> None:
    plan = write_inputs(tmp_path, scale=Fraction(1, 1000))
    assert {roll.members for roll in plan.bars} == {5}


def test_progress_counts_up_to_the_number_of_files(tmp_path: Path) -> None:
    seen: list[tuple[str, int, int]] = []
    plan = write_inputs(tmp_path, scale=TINY, progress=lambda stage, done, total: seen.append((stage, done, total)))
    assert seen[:20] == [("rolls", done, 20) for done in range(1, 21)]
    assert seen[20:] == [("attendance", done, len(plan.sessions)) for done in range(1, len(plan.sessions) + 1)]


def test_no_address_leaves_the_reserved_domain(written: Written) -> None:
    found = {
        address
        for path in (*written.rolls(), *written.reports())
        for address in re.findall(r"[\w.+-]+@[\w.-]+\w", _text_of(path))
    }
    assert len(found) > 300
    assert {address for address in found if not address.endswith(".example")} == set()


def test_the_year_of_the_country_has_twelve_to_fourteen_thousand_attendances(full: InputPlan) -> None:
    assert {roll.bar_code: roll.members for roll in full.bars} == SIZES
    assert 12_000 <= full.attendances < 14_000
    assert len(full.courses) == 20 * 5 + 3


def test_few_rows_need_a_person_and_fewer_are_strangers(full: InputPlan) -> None:
    uncertain = sum(count.uncertain for count in full.counts)
    strangers = sum(count.strangers for count in full.counts)
    assert full.attendances * 5 // 1000 < uncertain < full.attendances * 15 // 1000
    assert full.attendances * 2 // 1000 < strangers < full.attendances * 8 // 1000


def test_each_way_of_keeping_attendance_is_used(full: InputPlan) -> None:
    kinds = Counter(session.source_kind for session in full.sessions)
    assert set(kinds) == {"zoom-meeting", "zoom-webinar", "teams", "meet", "list-xlsx", "list-csv"}
    assert min(kinds.values()) >= 2


def test_sessions_are_in_the_year_and_as_long_as_their_course(full: InputPlan) -> None:
    courses = {course.key: course for course in full.courses}
    for session in full.sessions:
        course = courses[session.course_key]
        assert dt.date(2025, 2, 1) <= session.start.date() <= dt.date(2025, 12, 31)
        assert session.end - session.start == dt.timedelta(minutes=course.length)
        assert 180 <= course.length <= 480
        assert course.minutes <= course.length
        assert session.start.utcoffset() == dt.timedelta(hours=5)


def test_no_session_has_more_people_than_seats(full: InputPlan) -> None:
    seats = {session.key: session.capacity for session in full.sessions}
    assert all(count.certain + count.uncertain <= seats[count.session_key] for count in full.counts)
    assert [count.session_key for count in full.counts] == [session.key for session in full.sessions]


def test_nobody_need_be_in_two_rooms_on_one_day(full: InputPlan) -> None:
    national = {session.start.date() for session in full.sessions if session.bar_code == NATIONAL}
    days = Counter((session.bar_code, session.start.date()) for session in full.sessions)
    assert max(days.values()) == 1
    assert not any(day in national for bar_code, day in days if bar_code != NATIONAL)


def test_big_bars_give_a_course_several_times_and_small_ones_once(full: InputPlan) -> None:
    times = Counter(session.course_key for session in full.sessions)
    assert times["KZ-75-school"] >= 5
    assert times["KZ-62-school"] == 1


def test_keys_and_file_names_are_unique(full: InputPlan) -> None:
    assert len({session.key for session in full.sessions}) == len(full.sessions)
    assert len({session.file_name for session in full.sessions}) == len(full.sessions)
    assert len({course.accreditation_number for course in full.courses}) == len(full.courses)
    assert all(session.file_name.startswith(session.key) for session in full.sessions)


def test_titles_are_given_in_three_languages(full: InputPlan) -> None:
    for course in full.courses:
        assert course.title_en.isascii()
        assert len({course.title_kk, course.title_ru, course.title_en}) == 3


def test_statuses_name_people_of_the_bars_who_are_not_active(full: InputPlan) -> None:
    assert 90 < len(full.statuses) < 220
    assert {status.bar_code for status in full.statuses} <= set(SIZES)
    assert "active" not in {status.status for status in full.statuses}
    assert all(status.since.year == 2025 for status in full.statuses)
