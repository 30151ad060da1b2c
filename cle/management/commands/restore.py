"""``manage.py restore FILE``: into a database that holds nothing yet, all or nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils.translation import gettext as _

from cle.backup import restore


class Command(BaseCommand):
    help = "Put a back-up into the empty database that DATABASE_URL names, and its files into CLE_VAR; then run doctor."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument(
            "--keys-are-lost", action="store_true", help="restore what FIELD_KEYS does not open as well"
        )
        parser.add_argument("--quiet", action="store_true", help="tell of nothing but the end")

    def handle(self, *args: Any, file: Path, keys_are_lost: bool, quiet: bool, **options: Any) -> None:
        made = restore(file, (lambda line: None) if quiet else self.stderr.write, keys_are_lost=keys_are_lost)
        rows = sum(table["rows"] for table in made["tables"].values())
        self.stdout.write(
            _("Restored and compared: %(tables)d tables, %(rows)d rows, %(files)d files.")
            % {"tables": len(made["tables"]), "rows": rows, "files": len(made["files"])}
        )
        self.stdout.write(_("Now run `manage.py doctor --all`."))
