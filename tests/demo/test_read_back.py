"""The readers of the product understand every file that is written here, and count the same people in it."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from advocates.names import fold, letters_lost
from advocates.roll import parse_roll
from cle.core.tables import Table, read_table
from cle.demo.population import people
from cle.demo.rolls import write_roll
from cle.demo.territories import LAYOUTS
from courses.attendance.recognise import read_report
from tests.demo.conftest import Written

SOURCES = {"list-xlsx": "list", "list-csv": "list"}


def _tables(written: Written) -> dict[str, Table]:
    """Each report as a table, by the key of its session."""
    return {
        session.key: read_table(path.read_bytes(), session.file_name)
        for session, path in zip(written.plan.sessions, written.reports(), strict=True)
    }


def test_each_report_is_recognised_for_what_it_is_and_for_its_day(written: Written) -> None:
    tables = _tables(written)
    for session in written.plan.sessions:
        report = read_report(tables[session.key], session_day=session.start.date())
        assert report.source == SOURCES.get(session.source_kind, session.source_kind), session.key
        assert report.day == session.start.date(), session.key


def test_each_report_holds_the_people_of_the_plan_and_the_host_of_a_webinar(written: Written) -> None:
    tables = _tables(written)
    for session, count in zip(written.plan.sessions, written.plan.counts, strict=True):
        report = read_report(tables[session.key], session_day=session.start.date())
        host = session.source_kind == "zoom-webinar"
        assert len(report.presences) == count.certain + count.uncertain + count.strangers + host, session.key


def test_only_waiting_rooms_no_shows_and_column_numbers_are_skipped(written: Written) -> None:
    tables = _tables(written)
    skipped: Counter[tuple[str, str]] = Counter()
    for session in written.plan.sessions:
        report = read_report(tables[session.key], session_day=session.start.date())
        skipped.update((report.source, str(problem.code)) for problem in report.skipped)
    assert skipped.keys() == {
        ("zoom-meeting", "waiting-room"),
        ("zoom-webinar", "did-not-attend"),
        ("list", "column-numbers"),
    }


def test_the_text_of_each_roll_is_decoded_without_being_told_how(written: Written) -> None:
    for roll, path in zip(written.plan.bars, written.rolls(), strict=True):
        table = read_table(path.read_bytes(), roll.file_name)
        cells = " ".join(str(cell) for row in table.rows for cell in row.cells)
        assert bool(table.encoding) == bool(roll.encoding), roll.bar_code
        assert "консультаци" in cells, roll.bar_code
        assert len([row for row in table.rows if any(cell != "" for cell in row.cells)]) > roll.members


@pytest.mark.parametrize("code", [*LAYOUTS][:6])
def test_each_layout_gives_back_the_members_as_they_were_invented(code: str, tmp_path: Path) -> None:
    persons = people(code, 120, 2025)
    plan = write_roll(code, persons, tmp_path, 2025)
    roll = parse_roll(read_table((tmp_path / plan.file_name).read_bytes(), plan.file_name))
    lines = {line.licence_number: line for line in roll.lines if not line.errors}
    assert len(lines) == plan.members
    for person in persons:
        line = lines[person.licence_number]
        assert (line.licence_date, line.joined_on) == (person.licence_date, person.joined)
        assert line.email == person.email
        if not letters_lost(line.full_name):
            assert fold(line.family_name) == fold(person.name.family)


def test_exactly_the_broken_lines_of_each_roll_are_refused(written: Written) -> None:
    for roll, path in zip(written.plan.bars, written.rolls(), strict=True):
        parsed = parse_roll(read_table(path.read_bytes(), roll.file_name))
        refused = sum(bool(line.errors) for line in parsed.lines)
        assert (len(parsed.lines) - refused, refused) == (roll.members, roll.rejected), roll.bar_code
