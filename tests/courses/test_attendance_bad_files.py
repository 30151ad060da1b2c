"""Files that are no attendance report, or not this session's: refused in words, with nothing saved."""

from __future__ import annotations

import datetime as dt
import io
import zipfile

import openpyxl
import pytest

from advocates.models import Advocate, Bar, NameAlias
from cle.core.errors import FileRefused
from cle.core.tables import escape_cell
from courses.models import Attendance, AttendanceFile, AttendanceLine, Entry, Session
from courses.services.attendance import preview_attendance
from tests.courses.reports import NOW, START, accounted_for, imported, lines, minutes, sheet, text, zoom
from tests.factories import make_advocate, make_bar, make_course, make_session

PNG = b"\x89PNG\r\n\x1a\n" + bytes(200)
HTML = b"<html><body><table><tr><td>Name</td></tr></table></body></html>"
MARIA = "Озёрная Мария Николаевна"


@pytest.fixture
def bar(db) -> Bar:
    return make_bar("KZ-71")


@pytest.fixture
def session(bar: Bar) -> Session:
    return make_session(make_course(bar))


@pytest.fixture
def maria(bar: Bar) -> Advocate:
    return make_advocate(bar, MARIA)


def workbook(*rows: tuple[object, ...]) -> bytes:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    page = io.BytesIO()
    book.save(page)
    return page.getvalue()


def zip_bomb() -> bytes:
    """A workbook whose sheet unpacks to a thousand times its size."""
    page = io.BytesIO(workbook(("ФИО",), (MARIA,)))
    with zipfile.ZipFile(page) as book:
        parts = {name: book.read(name) for name in book.namelist()}
    sheet_xml = parts["xl/worksheets/sheet1.xml"]
    parts["xl/worksheets/sheet1.xml"] = sheet_xml.replace(b"</sheetData>", b" " * 60_000_000 + b"</sheetData>")
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as book:
        for name, content in parts.items():
            book.writestr(name, content)
    return bomb.getvalue()


def saved() -> list[int]:
    return [model.objects.count() for model in (AttendanceFile, AttendanceLine, Attendance, Entry, NameAlias)]


def refused(session: Session, content: bytes, name: str = "report.csv", **options: str) -> FileRefused:
    before = saved()
    with pytest.raises(FileRefused) as refusal:
        preview_attendance(session, content, name, by=None, **options)
    assert saved() == before
    assert str(refusal.value.message)
    assert "Озёрная" not in str(refusal.value)
    return refusal.value


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("report.csv", b""),
        ("report.csv", b"\xef\xbb\xbf \r\n \r\n"),
        ("report.xlsx", PNG),
        ("report.xls", HTML),
        ("report.xlsx", b"PK\x03\x04 cut off"),
        ("report.csv", text([("Topic", "Meeting ID"), ("Семейные споры", "123")])),
        ("report.csv", text([("Name (original name)", "Email", "Join time", "Leave time")])),
        ("chat.txt", "10:01:02 From Озёрная Мария to Everyone: добрый день\n".encode() * 5),
        (
            "report.csv",
            text([("Registration Report",), ("First Name", "Last Name", "Approval Status"), ("А", "Б", "ok")]),
        ),
        ("report.csv", bytes(range(256)) * 40),
    ],
    ids=[
        "empty",
        "blank",
        "picture",
        "html",
        "cut-off",
        "no-people",
        "headings-only",
        "chat",
        "registrations",
        "noise",
    ],
)
def test_a_file_of_another_kind(session: Session, maria: Advocate, name: str, content: bytes) -> None:
    refused(session, content, name)


def test_a_zip_bomb(session: Session) -> None:
    bomb = zip_bomb()
    assert len(bomb) < 200_000
    refused(session, bomb, "report.xlsx")


def test_more_rows_than_any_session_has(session: Session) -> None:
    rows = "".join(f"{MARIA};10:00;13:00\n" for _ in range(100_000))
    refused(session, f"ФИО;Вход;Выход\n{rows}".encode())


def test_another_event(session: Session, maria: Advocate) -> None:
    content = zoom((MARIA, "", 0, 180), start=START + dt.timedelta(days=7))
    assert refused(session, content).code == "wrong-event"


def test_another_event_for_a_reason(session: Session, maria: Advocate) -> None:
    content = zoom((MARIA, "", 0, 180), start=START + dt.timedelta(days=7))
    file = imported(session, content, override_reason="moved by a week; the minutes are on file")
    assert any(note.get("reason") == "moved by a week; the minutes are on file" for note in file.notes)
    assert minutes(session) == {MARIA: 0}, "let in, but nobody was in the session"


@pytest.mark.parametrize("zone", ["Asia/Nowhere", "../../etc/passwd", "Asia", "x" * 300])
def test_a_zone_that_does_not_exist(session: Session, maria: Advocate, zone: str) -> None:
    assert refused(session, zoom((MARIA, "", 0, 180)), time_zone=zone).code == "time-zone-unknown"


def test_a_sheet_of_other_days(session: Session, maria: Advocate) -> None:
    content = sheet(("ФИО", "01.03.2025", "02.03.2025"), (MARIA, "+", "+"))
    assert refused(session, content).code == "no-column-for-day"


def test_a_formula_is_a_name_like_any_other_and_is_not_run(session: Session, maria: Advocate) -> None:
    evil = '=HYPERLINK("http://x.example","a")'
    file = imported(session, workbook(("ФИО", "Отметка"), (evil, "+"), (MARIA, "+")), "list.xlsx")
    accounted_for(file)
    assert minutes(session) == {MARIA: 180}
    typed = imported(session, text([("ФИО", "Отметка"), ("=cmd|' /C calc'!A0", "+"), ("+7 709 111 22 33", "+")]))
    labels = set(lines(typed))
    assert any("cmd" in label and not escape_cell(label).startswith("=") for label in labels)
    assert typed.ambiguous == 2


@pytest.mark.parametrize(
    "name",
    ["<script>alert(1)</script>", "'; DROP TABLE advocates_advocate; --", "{{ 7*7 }} %s", "Я" * 5_000, "\u202eяиран"],
)
def test_odd_names_are_text(session: Session, maria: Advocate, name: str) -> None:
    file = imported(session, zoom((name, "", 0, 60), (MARIA, "", 0, 180)))
    accounted_for(file)
    assert minutes(session) == {MARIA: 180}
    assert file.ambiguous == 1


def test_one_bad_row_costs_only_itself(session: Session, maria: Advocate) -> None:
    content = sheet(("ФИО", "Приход", "Уход"), (MARIA, "10:00", "13:00"), ("Росина Зоя", "утром", "вечером"))
    file = imported(session, content)
    accounted_for(file)
    assert (file.created, file.rejected) == (1, 1)


def test_problems_never_repeat_what_the_file_says_about_people(session: Session, maria: Advocate) -> None:
    file = imported(session, zoom(("Соснин Пётр", "petr@secret.example", 0, 60), ("Озёрная М.", "", 0, 60)))
    said = " ".join(problem["message"] for line in file.lines.all() for problem in line.problems)
    assert said
    assert not any(word in said for word in ("Соснин", "secret", "Озёрная"))
    assert file.applied_at == NOW
