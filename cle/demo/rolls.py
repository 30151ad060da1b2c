"""The roll of each bar, in the file that such a bar keeps."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import count, groupby
from pathlib import Path
from random import Random

from cle.demo.names import RUSSIAN_FAMILIES, feminine
from cle.demo.population import Person
from cle.demo.roll_entries import Entry, entries, excel_serial
from cle.demo.sheets import Cell, Sheet, write_text, write_workbook
from cle.demo.territories import ENCODINGS, Layout, layout_of

_AS_OF = "на 01.12.2025 г."
_LANGUAGE_WORDS = {"kk": "казахский", "ru": "русский", "en": "английский"}


@dataclass(frozen=True, slots=True)
class RollPlan:
    """A written roll: how many lines name a member, and how many a reader must reject.

    ``encoding`` is Python's name of the text encoding, empty for a workbook.
    """

    bar_code: str
    file_name: str
    encoding: str
    members: int
    rejected: int


def write_roll(bar_code: str, persons: Sequence[Person], folder: Path, seed: int) -> RollPlan:
    """Write ``<bar code>.<ext>`` into ``folder`` in the bar's own layout."""
    layout = layout_of(bar_code)
    lines = entries(bar_code, persons, seed)
    sheet = _SHEETS[layout](lines, Random(f"{seed}:{bar_code}:layout"))
    path = folder / f"{bar_code}.{_EXTENSIONS[layout]}"
    if layout in ("sections", "columns"):
        write_workbook(sheet, path)
    else:
        write_text(sheet.rows, path, encoding=ENCODINGS[layout], delimiter="\t" if layout == "tab" else ";")
    rejected = sum(line.broken for line in lines)
    return RollPlan(bar_code, path.name, ENCODINGS[layout], len(lines) - rejected, rejected)


def _sections(lines: Sequence[Entry], rng: Random) -> Sheet:
    """A printed list: title, column numbers under the headings, a merged row above the members of each unit."""
    sheet, numbers = Sheet(), count(1)
    sheet.add_merged(f"СПИСОК АДВОКАТОВ {_AS_OF}", 2, 5)
    sheet.add()
    sheet.add("№ п/п", "Район", "Ф.И.О.", "Лицензия № и дата", "Дата вступления в коллегию", "Телефон", "E-mail")
    sheet.add(*range(1, 8))
    for unit, members in groupby(sorted(lines, key=_unit), key=_unit):
        sheet.add_merged(unit, 0, 6)
        for line in members:
            district = f"{rng.randrange(1, 6)}-й район"
            sheet.add(next(numbers), district, line.full_name, line.licence, line.joined_text, line.phone, line.email)
    sheet.add("", "", f"Итого: {len(lines)}")
    return sheet


def _columns(lines: Sequence[Entry], rng: Random) -> Sheet:
    """A database-like table: headings in row 5, name parts apart, true dates, some as serial numbers."""
    sheet = Sheet()
    sheet.add_merged("Коллегия адвокатов", 0, 10)
    sheet.add_merged("Реестр членов коллегии", 0, 10)
    sheet.add("по состоянию", _AS_OF)
    sheet.add()
    sheet.add(
        "№", "Фамилия", "Имя", "Отчество", "Номер лицензии", "Дата выдачи лицензии", "Дата вступления в коллегию",
        "Юридическая консультация", "Телефон", "E-mail", "Язык",
    )  # fmt: skip
    for number, line in enumerate(lines, 1):
        issued: Cell = line.licence_date if line.broken or rng.random() < 0.2 else line.issued
        joined: Cell = excel_serial(line.joined) if rng.random() < 0.2 else line.joined
        sheet.add(
            number, line.family, line.given, line.patronymic, _number_cell(line, rng), issued, joined,
            line.unit, line.phone, line.email, _LANGUAGE_WORDS[line.language],
        )  # fmt: skip
    sheet.add("Всего", len(lines))
    return sheet


def _semicolon(lines: Sequence[Entry], rng: Random) -> Sheet:
    """Excel's text export on a Russian Windows, with the title still above the headings."""
    sheet = Sheet()
    sheet.add(f"Список адвокатов {_AS_OF}", *[""] * 7)
    headings = "№ п/п|Фамилия, имя, отчество|№ лицензии|Дата выдачи|Дата вступления в коллегию"
    sheet.add(*headings.split("|"), "Юридическая консультация", "Телефон", "Электронная почта")
    _add_plain_lines(sheet, lines)
    sheet.add("", f"Итого: {len(lines)}", *[""] * 6)
    return sheet


def _kazakh(lines: Sequence[Entry], rng: Random) -> Sheet:
    """A Kazakh list in the national eight-bit code page."""
    sheet = Sheet()
    headings = "р/с №|Аты-жөні|Лицензия нөмірі|Берілген күні|Алқаға кірген күні"
    sheet.add(*headings.split("|"), "Заң консультациясы", "Телефон", "Электрондық пошта")
    _add_plain_lines(sheet, lines)
    return sheet


def _excel_csv(lines: Sequence[Entry], rng: Random) -> Sheet:
    """UTF-8 text from a newer Excel: no numbers, licence and date in one cell, some names decorated."""
    sheet = Sheet()
    sheet.add("ФИО", "Лицензия № и дата", "Дата вступления в коллегию", "Юридическая консультация", "Контакты", "Email")
    for line in lines:
        sheet.add(_decorated_name(line, rng), line.licence, line.joined_text, line.unit, line.phone, line.email)
    return sheet


def _decorated_name(line: Entry, rng: Random) -> str:
    """The full name, with a comma before the patronymic or with a former family name in brackets at times."""
    draw = rng.random()
    if draw < 0.02 and line.patronymic:
        return f"{line.family} {line.given}, {line.patronymic}"
    if 0.02 <= draw < 0.03 and line.family:
        return f"{line.family} ({feminine(rng.choice(RUSSIAN_FAMILIES))}) {line.given} {line.patronymic}".strip()
    return line.full_name


def _tab(lines: Sequence[Entry], rng: Random) -> Sheet:
    """Text copied out of a table on a web page, with a row of column numbers."""
    sheet = Sheet()
    headings = "№|Ф.И.О.|№ лицензии|Дата выдачи лицензии|Дата вступления в коллегию|Юридическая консультация"
    sheet.add(*headings.split("|"), "Телефон", "E-mail")
    sheet.add(*range(1, 9))
    _add_plain_lines(sheet, lines)
    return sheet


def _add_plain_lines(sheet: Sheet, lines: Sequence[Entry]) -> None:
    for number, line in enumerate(lines, 1):
        sheet.add(
            number, line.full_name, line.licence_number, line.licence_date, line.joined_text,
            line.unit, line.phone, line.email,
        )  # fmt: skip


def _number_cell(line: Entry, rng: Random) -> Cell:
    """Some clerks let Excel make a number of it; only where no leading zero is lost."""
    if line.licence_number.startswith("0") or rng.random() < 0.8:
        return line.licence_number
    return int(line.licence_number)


def _unit(line: Entry) -> str:
    return line.unit


_SHEETS: dict[Layout, Callable[[Sequence[Entry], Random], Sheet]] = {
    "sections": _sections,
    "columns": _columns,
    "semicolon": _semicolon,
    "kazakh": _kazakh,
    "excel-csv": _excel_csv,
    "tab": _tab,
}
_EXTENSIONS: dict[Layout, str] = {
    "sections": "xlsx",
    "columns": "xlsx",
    "semicolon": "csv",
    "kazakh": "csv",
    "excel-csv": "csv",
    "tab": "txt",
}
