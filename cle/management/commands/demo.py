from __future__ import annotations

import datetime as dt
import json
import threading
import time
from collections import defaultdict
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from advocates.models import Advocate, Bar
from cle.demo import intake, night, scene, summary
from cle.demo.plan import NATIONAL, InputPlan, write_inputs
from compliance.models import Certificate, CertificateKind, Standing
from compliance.services.certificates import write_certificates

TODAY = dt.date(2026, 1, 12)
"""The demo's day: twelve days after its deadline, 31 December 2025."""
NOW = dt.datetime(2026, 1, 12, 4, 0, tzinfo=dt.UTC)
PERIOD = dt.date(2025, 1, 1)


class Command(BaseCommand):
    help = "The whole job on synthetic files: rolls, attendance, credit, standings, notices and certificates."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="print the result as one JSON object")
        parser.add_argument("--scale", type=Fraction, default=Fraction(1), help="share of the full size, e.g. 1/20")

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.PRODUCTION:
            raise CommandError("The demo makes invented people and logins: it does not run where CLE_ENV=production.")
        started = time.monotonic()
        demo = Demo(settings.VAR / "demo", Console(stderr=True))
        rows = demo.run(options["scale"])
        result = {**summary.total(rows), "seconds": round(time.monotonic() - started, 1)}
        if options["json"]:
            self.stdout.write(json.dumps({**result, "bars": demo.with_seconds(rows)}, ensure_ascii=False))
        else:
            demo.show(rows, result["seconds"])


class Demo:
    """One run of the demo: its folder, its console, and how long each bar's work took."""

    def __init__(self, folder: Path, console: Console) -> None:
        self.folder, self.console = folder, console
        self.seconds: defaultdict[str, float] = defaultdict(float)
        self.logins: list[tuple[str, str, str]] = []
        folder.mkdir(parents=True, exist_ok=True)
        # The demo writes to people who do not exist: its letters go to a folder, whatever mail server is configured.
        settings.EMAIL_BACKEND, settings.EMAIL_FOLDER = "cle.mail.FolderBackend", folder / "mail"

    def run(self, scale: Fraction) -> list[dict[str, Any]]:
        with _bars_on(self.console) as self.progress:
            self._tick("database", 0, 1)
            call_command("migrate", verbosity=0)
            self._tick("database", 1, 1)
            bars = scene.prepare_bars()
            plan = write_inputs(
                self.folder / "in",
                scale=scale,
                progress=lambda what, done, total: self._tick(f"write {what}", done, total),
            )
            scene.adopt_example(bars)
            self._read(plan, bars)
            night.certify_sessions(NOW, self._tick)
            with ThreadPoolExecutor(1) as beside:  # other processes print while this one goes on with the night
                printing = beside.submit(self._print, CertificateKind.ATTENDANCE, 2)
                night.judge_and_write(bars[NATIONAL], TODAY, NOW, self._tick)
                night.certify_period(bars[NATIONAL], TODAY, NOW, self._tick)
                printing.result()
            self._print(CertificateKind.COMPLIANCE, 2)
        self.logins = scene.prepare_logins(bars, _protagonist(), self.folder)
        return summary.summarise(bars, PERIOD)

    def _read(self, plan: InputPlan, bars: dict[str, Bar]) -> None:
        for done, roll in enumerate(plan.bars, 1):
            with self._timed(roll.bar_code):
                intake.read_roll(bars[roll.bar_code], self.folder / "in" / "rolls" / roll.file_name, now=NOW)
            self._tick("import rolls", done, len(plan.bars))
        intake.record_statuses(plan, bars)
        sessions = scene.prepare_courses(plan, bars)
        for done, row in enumerate(plan.sessions, 1):
            with self._timed(row.bar_code):
                intake.read_attendance(sessions[row.key], self.folder / "in" / "attendance" / row.file_name, now=NOW)
            self._tick("import attendance", done, len(plan.sessions))

    def _print(self, kind: CertificateKind, processes: int) -> None:
        try:
            write_certificates(
                Certificate.objects.filter(kind=kind),
                self.folder / "certificates",
                progress=lambda done, total: self._tick(f"print {kind} certificates", done, total),
                processes=processes,
            )
        finally:
            if threading.current_thread() is not threading.main_thread():
                connection.close()

    @contextmanager
    def _timed(self, code: str) -> Iterator[None]:
        start = time.monotonic()
        yield
        self.seconds[code] += time.monotonic() - start

    def _tick(self, what: str, done: int, total: int) -> None:
        known = {task.description: task.id for task in self.progress.tasks}
        task = known[what] if what in known else self.progress.add_task(what, total=total)
        self.progress.update(task, completed=done, total=total)

    def with_seconds(self, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        return [{**row, "seconds": round(self.seconds[row["code"]], 1)} for row in rows]

    def show(self, rows: list[dict[str, Any]], seconds: float) -> None:
        """The table, and what to look at next."""
        console = Console()
        if not console.is_terminal:
            console = Console(width=120)
        console.print(_table(rows))
        console.print(f"\n{seconds} s. An example: invented people, invented figures, {TODAY:%d.%m.%Y} as today.\n")
        console.print(f"Files read     {self.folder / 'in'}")
        console.print(f"Letters sent   {self.folder / 'mail'}")
        console.print(f"Certificates   {self.folder / 'certificates'}\n")
        console.print("Next: [bold]python manage.py runserver[/bold], open http://localhost:8000/ and log in as")
        for who, email, password in self.logins:
            console.print(f"  {email:<24} {password:<14} {who}", highlight=False)


def _protagonist() -> Advocate:
    """An advocate whose desk has something on it: short, with an e-mail and a certificate, in the largest bar."""
    short = Standing.objects.filter(period_start=PERIOD, status="short", advocate__bar__code="KZ-75")
    chosen = (
        short.exclude(advocate__email="")
        .filter(advocate__certificates__isnull=False)
        .order_by("-counted", "pk")
        .first()
    )
    return chosen.advocate if chosen else Advocate.objects.select_related("bar").order_by("pk")[0]


def _bars_on(console: Console) -> Progress:
    return Progress(
        TextColumn("{task.description:<28}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), console=console
    )


def _table(rows: list[dict[str, Any]]) -> Table:
    table = Table(title="The National Bar of Kazakhstan and its regional bars (example)", show_footer=True)
    totals = summary.total(rows)
    table.add_column("bar", "all", no_wrap=True)
    for key in summary.COLUMNS:
        table.add_column(key.replace("_", " "), f"{totals[key]:,}", justify="right")
    for row in rows:
        table.add_row(
            f"{row['code']}  {row['name'].removesuffix(' Bar')}", *(f"{row[key]:,}" for key in summary.COLUMNS)
        )
    return table
