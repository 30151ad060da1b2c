"""Preview an attendance report of a session on the terminal and, if asked to, apply it."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from rich.console import Console
from rich.table import Table

from advocates.models import Outcome
from cle.core import clock
from cle.core.errors import DomainError
from courses.models import AttendanceFile, AttendanceLine, Session
from courses.services.attendance import apply_attendance, preview_attendance

_COLOURS = {
    Outcome.CREATED: "green",
    Outcome.CHANGED: "cyan",
    Outcome.UNCHANGED: "dim",
    Outcome.AMBIGUOUS: "yellow",
    Outcome.REJECTED: "red",
}


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("session", type=int, help="key of the session")
        parser.add_argument("file", type=Path)
        parser.add_argument("--zone", default="", help="time zone of the file (IANA); by default the bar's")
        parser.add_argument("--override", default="", metavar="REASON", help="import the report of another event")
        parser.add_argument("--apply", action="store_true", help="apply what was previewed")
        parser.add_argument("--json", action="store_true", help="counts as JSON instead of tables")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            file = self._import(options)
        except DomainError as error:
            raise CommandError(f"{error.code}: {error}") from error
        if options["json"]:
            self.stdout.write(json.dumps(_summary(file)))
        else:
            self._print(file)

    def _import(self, options: dict[str, Any]) -> AttendanceFile:
        session = Session.objects.filter(pk=options["session"]).first()
        path: Path = options["file"]
        if session is None or not path.is_file():
            raise CommandError("no such session" if session is None else "no such file")
        file = preview_attendance(
            session,
            path.read_bytes(),
            path.name,
            by=None,
            time_zone=options["zone"],
            override_reason=options["override"],
        )
        return apply_attendance(file, by=None, now=clock.now()) if options["apply"] else file

    def _print(self, file: AttendanceFile) -> None:
        console = Console(file=self.stdout, highlight=False)  # type: ignore[arg-type]
        console.print(_people(list(file.lines.order_by("pk").select_related("advocate"))))
        console.print(_totals(file))
        for note in file.notes:
            console.print(f"• {note['message']}", markup=False)


def _summary(file: AttendanceFile) -> dict[str, Any]:
    named = {"file": file.pk, "state": str(file.state), "source": file.source, "time_zone": file.time_zone}
    return {**named, "people": file.people, "rows": file.rows, **file.counts}


def _people(lines: list[AttendanceLine]) -> Table:
    table = Table("Rows", "Name in the file", "Advocate", "Matched by", "Minutes", "Outcome", "Remarks")
    for line in lines:
        colour = _COLOURS[Outcome(line.outcome)]
        matched = f"{line.matched_by} {line.confidence}%" if line.matched_by else ""
        table.add_row(
            _shortened(line.rows), _plain(line.label), _plain(str(line.advocate or "")), matched,
            str(line.seconds // 60), f"[{colour}]{line.get_outcome_display()}[/]",
            _plain("; ".join(problem["message"] for problem in line.problems)),
        )  # fmt: skip
    return table


def _totals(file: AttendanceFile) -> Table:
    table = Table("Outcome", "Rows", title=_plain(f"{file.file_name}: {file.source}, {file.time_zone}"))
    for outcome in Outcome:
        table.add_row(str(outcome.label), str(file.counts[outcome.value]))
    table.add_row("", str(file.rows))
    return table


def _shortened(rows: list[int]) -> str:
    return ", ".join(map(str, rows[:3])) + (", …" if len(rows) > 3 else "")


def _plain(text: str) -> str:
    """The text with the terminal's own markup and control signs made harmless: names are typed by strangers."""
    return "".join(sign for sign in text if sign.isprintable()).replace("[", "\\[")
