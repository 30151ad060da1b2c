from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from django.core.management.base import BaseCommand, CommandError, CommandParser

from compliance.documents import DocumentError, read_document
from compliance.rules import FactsError, Rulebook, RulebookError, law_of, parse_document, read_facts
from compliance.rules.combine import with_addition
from compliance.rules.report import report
from compliance.rules.speech import LANGUAGES, told
from compliance.rules.suppose import read_supposition, suppose


class Command(BaseCommand):
    help = "Assess the facts about one person under a rulebook, without a database, and print the result as JSON."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        more = "a rulebook; again for each other version of it, or for what a region adds"
        parser.add_argument("--rulebook", type=Path, action="append", required=True, help=more)
        parser.add_argument("--facts", type=Path, required=True)
        parser.add_argument("--today", help="YYYY-MM-DD (default: today in the zone of the rulebook)")
        parser.add_argument("--what-if", type=Path, help="credits, statuses or roles to suppose")
        parser.add_argument("--text", choices=LANGUAGES, help="in words, instead of JSON")
        parser.add_argument("--phone", action="store_true", help="with --text: what to say on the phone")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            law = _law(options["rulebook"])
            facts = read_facts(read_document(options["facts"]), law[-1].zone)
            if options["what_if"]:
                facts = suppose(facts, read_supposition(read_document(options["what_if"])))
            today = _today(options["today"], law[-1].zone)
            if options["text"]:
                self.stdout.write(told(law, facts, today, options["text"], phone=options["phone"]))
            else:
                self.stdout.write(json.dumps(report(law, facts, today), ensure_ascii=False, indent=2))
        except (DocumentError, FactsError) as error:
            raise CommandError(str(error)) from error
        except RulebookError as error:
            faults = "\n".join(f"  {problem.path}: {problem.message}" for problem in error.problems)
            raise CommandError(f"The documents have faults:\n{faults}") from error


def _law(paths: list[Path]) -> tuple[Rulebook, ...]:
    """The versions among the files, each with what a region adds to it."""
    documents = [parse_document(read_document(path)) for path in paths]
    versions = [each for each in documents if isinstance(each, Rulebook)]
    if not versions:
        raise CommandError("None of the rulebooks is a whole one: name the one that they add to as well.")
    for addition in (each for each in documents if not isinstance(each, Rulebook)):
        versions = list(with_addition(versions, addition))
    return law_of(versions)


def _today(given: str | None, zone: str) -> dt.date:
    if given is None:
        return dt.datetime.now(ZoneInfo(zone)).date()
    try:
        return dt.date.fromisoformat(given)
    except ValueError as error:
        raise CommandError(f"--today: {error}") from error
