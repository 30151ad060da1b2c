from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from advocates.services.bars import DATA, load_bars


class Command(BaseCommand):
    help = "Load the bars of a country (by default the National Bar of Kazakhstan and its 20 regional bars)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", nargs="?", type=Path, default=DATA / "kz.json")

    def handle(self, *args: Any, **options: Any) -> None:
        created, known = load_bars(options["file"])
        self.stdout.write(f"{created} bars created, {known} already there")
