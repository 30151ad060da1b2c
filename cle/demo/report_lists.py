"""Sign-in sheets as the bars keep them in Excel: by licence number, with the times of coming and going."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from cle.demo.presence import Attendance
from cle.demo.sessions import SessionPlan
from cle.demo.sheets import Sheet, write_text, write_workbook
from cle.demo.spelling import russian_letters

_HEADINGS = ("№ п/п", "№ лицензии", "Фамилия, имя, отчество", "Время прихода", "Время ухода", "Подпись")


def write_list_workbook(session: SessionPlan, attendances: Sequence[Attendance], path: Path) -> None:
    """XLSX with the title over merged cells, the day under it, and a row of column numbers."""
    write_workbook(_sheet(session, attendances), path)


def write_list_text(session: SessionPlan, attendances: Sequence[Attendance], path: Path) -> None:
    """The same saved as text on a Russian Windows: code page 1251, so names in Russian letters only."""
    rows = [
        [russian_letters(cell) if isinstance(cell, str) else cell for cell in row]
        for row in _sheet(session, attendances).rows
    ]
    write_text(rows, path, encoding="cp1251", delimiter=";")


def _sheet(session: SessionPlan, attendances: Sequence[Attendance]) -> Sheet:
    sheet = Sheet()
    sheet.add_merged(f"Регистрационный лист: {session.title}", 0, 5)
    sheet.add("Дата", f"{session.start:%d.%m.%Y}")
    sheet.add()
    sheet.add(*_HEADINGS)
    sheet.add(*range(1, 7))
    for number, attendance in enumerate(attendances, 1):
        whole = attendance.whole
        times = (f"{whole.start:%H:%M}", f"{whole.end:%H:%M}")
        sheet.add(number, attendance.licence_number, attendance.shown, *times, "подпись")
    return sheet
