from __future__ import annotations

import datetime as dt
import json
import os
import time
from collections import defaultdict
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
from cle.demo import scene, summary
from cle.demo.intake import read_attendance, read_roll, record_statuses
from cle.demo.night import run_night
from cle.demo.plan import NATIONAL, InputPlan, write_inputs
from cle.demo.workers import Workers, letters_to, workers
from compliance.models import Certificate, Standing
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
        parser.add_argument("--serve", action="store_true", help="then serve the pages at http://localhost:8000/")

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
            demo.show(rows, result["seconds"], served=options["serve"])
        if options["serve"]:
            call_command("runserver", use_reloader=False)


def _count_anew() -> None:
    """A server that runs on does so within minutes; until then it takes each table for a small one, and a page of
    certificates takes seconds."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


class Demo:
    """One run of the demo: its folder, its console, and how long the reading of each bar's files took."""

    def __init__(self, folder: Path, console: Console) -> None:
        self.folder, self.console = folder, console
        self.seconds: defaultdict[str, float] = defaultdict(float)
        self.logins: list[tuple[str, str, str]] = []
        folder.mkdir(parents=True, exist_ok=True)
        letters_to(folder / "mail")

    def run(self, scale: Fraction) -> list[dict[str, Any]]:
        with _progress(self.console) as self.progress, workers(self.folder / "mail") as pool:
            self._tick("database", 0, 1)
            call_command("migrate", verbosity=0)
            self._tick("database", 1, 1)
            bars = scene.prepare_bars()
            scene.adopt_example(bars)
            plan = write_inputs(self.folder / "in", scale=scale, progress=self._wrote)
            self._read(plan, bars, pool)
            run_night(bars[NATIONAL], TODAY, NOW, pool, self._tick)
        _count_anew()
        with _progress(self.console) as self.progress:
            self._print()
        self.logins = scene.prepare_logins(bars, _protagonist(), self.folder)
        return summary.summarise(bars, PERIOD)

    def _read(self, plan: InputPlan, bars: dict[str, Bar], pool: Workers) -> None:
        rolls = {
            (roll.bar_code, self.folder / "in" / "rolls" / roll.file_name, NOW): roll.bar_code for roll in plan.bars
        }
        self._import("import rolls", read_roll, rolls, pool)
        record_statuses(plan, bars)
        sessions = scene.prepare_courses(plan, bars)
        reports = {
            (sessions[row.key].pk, self.folder / "in" / "attendance" / row.file_name, NOW): row.bar_code
            for row in plan.sessions
        }
        self._import("import attendance", read_attendance, reports, pool)

    def _import(self, what: str, work: Any, jobs: dict[Any, str], pool: Workers) -> None:
        for done, (job, seconds) in enumerate(pool.do(work, jobs), 1):
            self.seconds[jobs[job]] += seconds
            self._tick(what, done, len(jobs))

    def _print(self) -> None:
        write_certificates(
            Certificate.objects.all(),
            self.folder / "certificates",
            progress=lambda done, total: self._tick("certificates printed", done, total),
            processes=os.cpu_count() or 1,
        )

    def _wrote(self, what: str, done: int, total: int) -> None:
        self._tick(f"write {what}", done, total)

    def _tick(self, what: str, done: int, total: int) -> None:
        known = {task.description: task.id for task in self.progress.tasks}
        task = known[what] if what in known else self.progress.add_task(what, total=total)
        self.progress.update(task, completed=done, total=total)

    def with_seconds(self, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        return [{**row, "seconds": round(self.seconds[row["code"]], 1)} for row in rows]

    def show(self, rows: list[dict[str, Any]], seconds: float, *, served: bool) -> None:
        """The table, and what to look at next; ``served``: the pages are about to be."""
        console = Console()
        if not console.is_terminal:
            console = Console(width=120)
        console.print(_table(rows))
        console.print(f"\n{seconds} s. An example: invented people, invented figures, {TODAY:%d.%m.%Y} as today.\n")
        console.print(f"Files read     {self.folder / 'in'}")
        console.print(f"Letters sent   {self.folder / 'mail'}")
        console.print(f"Certificates   {self.folder / 'certificates'}\n")
        first = "Next:" if served else "Next: [bold]python manage.py runserver[/bold],"
        console.print(f"{first} open http://localhost:8000/ and log in as")
        for who, email, password in self.logins:
            console.print(f"  {email:<24} {password:<14} {who}", highlight=False)


def _protagonist() -> Advocate:
    """An advocate whose desk has something on it: short, with an e-mail and a certificate, in the largest bar."""
    short = Standing.objects.filter(period_start=PERIOD, status="short", advocate__bar__code="KZ-75")
    known = short.exclude(advocate__email="").filter(advocate__certificates__isnull=False)
    chosen = known.select_related("advocate__bar").order_by("-counted", "pk").first()
    return chosen.advocate if chosen else Advocate.objects.select_related("bar").order_by("pk")[0]


def _progress(console: Console) -> Progress:
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
        name = f"{row['code']}  {row['name'].removesuffix(' Bar')}"
        table.add_row(name, *(f"{row[key]:,}" for key in summary.COLUMNS))
    return table
