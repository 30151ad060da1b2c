from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from rich.console import Console
from rich.progress import Progress

from advocates.models import Bar
from cle.core.clock import local_date
from cle.core.errors import DomainError
from compliance.documents import DocumentError, read_document
from compliance.management.impact_table import as_data, examples, table
from compliance.rules import (
    Addition,
    Rulebook,
    RulebookError,
    RuleProblem,
    combine,
    facts_schema,
    faults_of_addition,
    json_schema,
    parse_document,
)
from compliance.rules.doubts import doubts
from compliance.rules.worked import Mismatch, mismatches
from compliance.services.impact import impact


class Command(BaseCommand):
    help = (
        "Check a rulebook and run the examples it carries, print the JSON Schemas, or show what a draft would change."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True)
        check = actions.add_parser("check", help="name every fault, doubt, and example that does not come true")
        check.add_argument("file", type=Path, nargs="+")
        check.add_argument("--base", type=Path, help="the national rulebook to which a regional document adds")
        check.add_argument("--strict", action="store_true", help="fail on doubts too")
        schema = actions.add_parser("schema", help="print the JSON Schema of rulebooks, or of the facts")
        schema.add_argument("--facts", action="store_true")
        impact = actions.add_parser("impact", help="who would become short or compliant if the bar adopted the draft")
        impact.add_argument("file", type=Path)
        impact.add_argument("--bar", required=True, help="the bar's code, e.g. KZ")
        impact.add_argument("--today", help="YYYY-MM-DD (default: today)")
        impact.add_argument("--since", help="as if the draft had begun on that day, YYYY-MM-DD")
        impact.add_argument("--examples", type=int, default=5, help="people shown for each bar")
        impact.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        {"check": self._check, "schema": self._schema, "impact": self._impact}[options["action"]](**options)

    # --- check ---

    def _check(self, **options: Any) -> None:
        failed = [path for path in options["file"] if not self._passes(path, options["base"], options["strict"])]
        if failed:
            raise CommandError(f"{len(failed)} of {len(options['file'])} files cannot be used as they are.")

    def _passes(self, path: Path, base: Path | None, strict: bool) -> bool:
        try:
            document = _parsed(path)
            rulebook = document if isinstance(document, Rulebook) else _over(document, base)
        except RulebookError as error:
            self._say(path, "faults", error.problems)
            return False
        doubtful, wrong = doubts(document), list(mismatches(_with_examples(rulebook, document)))
        self._say(path, "doubts", doubtful)
        self._say(path, "examples that do not come true", [_as_problem(each) for each in wrong])
        if not wrong:
            self.stdout.write(f"{path}: {document.code} {document.version} can be used; "
                              f"{len(document.examples)} examples come true")  # fmt: skip
        return not wrong and not (strict and doubtful)

    def _say(self, path: Path, what: str, problems: list[RuleProblem] | tuple[RuleProblem, ...]) -> None:
        if problems:
            self.stdout.write(f"{path}: {what}")
            for problem in problems:
                self.stdout.write(f"  {problem.path}: {problem.message}")

    # --- schema ---

    def _schema(self, **options: Any) -> None:
        schema = facts_schema() if options["facts"] else json_schema()
        self.stdout.write(json.dumps(schema, ensure_ascii=False, indent=2))

    # --- impact ---

    def _impact(self, **options: Any) -> None:
        bar = Bar.objects.filter(code=options["bar"]).first()
        if bar is None:
            raise CommandError(f"There is no bar with the code {options['bar']}.")
        draft, today = _parsed(options["file"]), _day(options["today"]) or local_date(timezone.now(), bar.time_zone)
        try:
            with Progress(console=Console(stderr=True), transient=True) as progress:
                task = progress.add_task(f"{draft.code} {draft.version}")
                found = impact(
                    bar, draft, today, since=_day(options["since"]), examples=options["examples"],
                    progress=lambda done, total: progress.update(task, completed=done, total=total),
                )  # fmt: skip
        except (DomainError, RulebookError) as error:
            raise CommandError(str(error)) from error
        if options["json"]:
            self.stdout.write(json.dumps(as_data(found), ensure_ascii=False, indent=2))
            return
        console = Console(width=120)
        with console.capture() as captured:
            console.print(table(found))
        self.stdout.write("\n".join([captured.get(), *examples(found)]))


def _day(given: str | None) -> dt.date | None:
    try:
        return dt.date.fromisoformat(given) if given else None
    except ValueError as error:
        raise CommandError(str(error)) from error


def _parsed(path: Path) -> Rulebook | Addition:
    try:
        return parse_document(read_document(path))
    except DocumentError as error:
        raise CommandError(str(error)) from error


def _over(addition: Addition, base: Path | None) -> Rulebook:
    """The addition on top of its national rulebook. Raises RulebookError with what does not fit."""
    if base is None:
        raise CommandError(f"{addition.code} adds to '{addition.extends.code}': name that rulebook with --base FILE.")
    national = _parsed(base)
    if not isinstance(national, Rulebook):
        raise CommandError(f"{base} is not a national rulebook.")
    if faults := list(faults_of_addition(national, addition)):
        raise RulebookError(faults)
    return combine(national, addition)


def _with_examples(rulebook: Rulebook, document: Rulebook | Addition) -> Rulebook:
    return rulebook.model_copy(update={"examples": document.examples})


def _as_problem(mismatch: Mismatch) -> RuleProblem:
    where = f"{mismatch.example}: {mismatch.path}" if mismatch.path else mismatch.example
    return RuleProblem(where, f"expected {mismatch.expected!r}, found {mismatch.found!r}")
