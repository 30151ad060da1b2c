from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from rich.console import Console
from rich.table import Table
from rich.text import Text

from advocates.models import Bar, Outcome, RollFile, RollLine
from advocates.services.roll import apply_roll, preview_roll
from cle.core.clock import local_date, now
from cle.core.errors import DomainError, FileRefused

_SHOWN = (Outcome.REJECTED, Outcome.AMBIGUOUS)


class Command(BaseCommand):
    help = "Preview the import of a bar's roll (.xlsx, .xls, .ods, .csv, .txt), and with --apply import it."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("bar", help="code of the bar, such as KZ-75")
        parser.add_argument("file", type=Path)
        parser.add_argument("--sheet", default="", help="the sheet to read, if not the first")
        parser.add_argument("--encoding", default="", help="the encoding of a text file, if it is guessed wrong")
        parser.add_argument("--apply", action="store_true", help="import what the preview shows")
        parser.add_argument("--json", action="store_true", help="print the preview as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        bar = Bar.objects.filter(code=options["bar"]).first()
        if bar is None:
            raise CommandError(f"There is no bar with the code {options['bar']}.")
        try:
            file = _previewed(bar, options["file"], options["sheet"], options["encoding"])
            if options["apply"]:
                file = apply_roll(file, by=None, now=now())
        except FileRefused as error:
            raise CommandError(_place(error.problem.row, error.problem.column) + str(error.message)) from error
        except DomainError as error:
            raise CommandError(str(error.message)) from error
        self.stdout.write(json.dumps(_as_json(file), ensure_ascii=False, indent=2) if options["json"] else _page(file))


def _previewed(bar: Bar, path: Path, sheet: str, encoding: str) -> RollFile:
    try:
        content = path.read_bytes()
    except OSError as error:
        raise CommandError(f"The file cannot be opened: {error.strerror}.") from error
    today = local_date(now(), bar.time_zone)
    return preview_roll(bar, content, path.name, by=None, sheet=sheet, encoding=encoding, today=today)


def _as_json(file: RollFile) -> dict[str, Any]:
    return {
        "file": file.pk, "state": file.state, "rows": file.rows, "counts": file.counts, "notes": file.notes,
        "missing": file.missing,
        "lines": [
            {
                "rows": line.rows, "outcome": line.outcome, "label": line.label, "advocate": line.advocate_id,
                "changes": line.changes, "problems": line.problems, "suggestions": line.suggestions,
            }
            for line in _lines(file)
        ],
    }  # fmt: skip


def _page(file: RollFile) -> str:
    """The preview as tables; cells are plain text, whatever brackets the file has in them."""
    console = Console(width=120)
    with console.capture() as captured:
        for table in _tables(file):
            if table.row_count:
                console.print(table)
        console.print("Imported." if file.applied_at else "Nothing was imported. Run again with --apply to import.")
    return captured.get()


def _tables(file: RollFile) -> Iterator[Table]:
    counts = _table(f"{file.file_name}: {file.rows} rows", "outcome", "rows")
    for outcome, count in file.counts.items():
        _add(counts, outcome, count)
    yield counts
    notes = _table("Notes on the file", "row", "column", "note")
    for note in file.notes:
        _add(notes, note["row"], note["column"], note["message"])
    yield notes
    yield from _line_tables(_lines(file))
    missing = _table("Members whom the file does not name (they stay)", "name")
    for person in file.missing:
        _add(missing, person["name"])
    yield missing


def _line_tables(lines: list[RollLine]) -> Iterator[Table]:
    for outcome in _SHOWN:
        table = _table(f"{outcome.label} rows".capitalize(), "row", "column", "name", "reason")
        for line in lines:
            for problem in line.problems if line.outcome == outcome else ():
                _add(table, problem["row"], problem["column"], line.label, problem["message"])
        yield table
    changes = _table("Changes", "row", "name", "field", "old", "new")
    for line in lines:
        for field, (old, new) in line.changes.items() if line.outcome == Outcome.CHANGED else ():
            _add(changes, line.rows[0], line.label, field, old, new)
    yield changes


def _lines(file: RollFile) -> list[RollLine]:
    return list(file.lines.order_by("pk"))


def _table(title: str, *columns: str) -> Table:
    table = Table(title=title, title_justify="left")
    for column in columns:
        table.add_column(column)
    return table


def _add(table: Table, *cells: object) -> None:
    table.add_row(*(Text("" if cell is None else str(cell)) for cell in cells))


def _place(row: int | None, column: str | None) -> str:
    parts = [f"row {row}" if row else "", f"column {column}" if column else ""]
    place = ", ".join(filter(None, parts))
    return f"{place}: " if place else ""
