from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from advocates.models import Bar
from cle.core.errors import DomainError
from compliance.documents import DocumentError, read_document
from compliance.rules import RulebookError
from compliance.services.rulebooks import adopt_rulebook


class Command(BaseCommand):
    help = (
        "Adopt a rulebook, or an addition to the rulebook of a bar above, from the day that the document names. "
        "The same document again is a no-op."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("bar", help="the bar's code, e.g. KZ")
        parser.add_argument("file", type=Path)
        parser.add_argument("--decision", default="", help="number and date of the bar's decision")

    def handle(self, *args: Any, **options: Any) -> None:
        bar = Bar.objects.filter(code=options["bar"]).first()
        if bar is None:
            raise CommandError(f"There is no bar with the code {options['bar']}.")
        try:
            document = read_document(options["file"])
            adopted = adopt_rulebook(bar, document, decision=options["decision"], by=None)
        except (DocumentError, DomainError) as error:
            raise CommandError(str(error)) from error
        except RulebookError as error:
            faults = "\n".join(f"  {problem.path}: {problem.message}" for problem in error.problems)
            raise CommandError(f"The rulebook has faults:\n{faults}") from error
        self.stdout.write(f"{bar.name_en}: {adopted}, for periods from {adopted.effective_from:%d.%m.%Y}")
