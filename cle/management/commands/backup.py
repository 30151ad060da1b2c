"""``manage.py backup FILE``: everything on record in one file, while people go on working."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from cle.backup import back_up


class Command(BaseCommand):
    help = "Write all tables, as they are at one moment, and all uploaded files into one compressed file (0600)."
    requires_system_checks: list[str] = []  # a mistake in the settings is no reason to be without a back-up

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--with-keys", action="store_true", help="the keys that sign as well: guard the file then")
        parser.add_argument("--quiet", action="store_true", help="tell of nothing but the end")

    def handle(self, *args: Any, file: Path, with_keys: bool, quiet: bool, **options: Any) -> None:
        try:
            made = back_up(file, (lambda line: None) if quiet else self.stderr.write, with_keys=with_keys)
        except OSError as error:
            raise CommandError(_("The back-up could not be written: %s") % error) from error
        rows = sum(table["rows"] for table in made["tables"].values())
        self.stdout.write(
            _("%(file)s: %(tables)d tables, %(rows)d rows, %(files)d files, %(bytes)d bytes.")
            % {"file": file, "tables": len(made["tables"]), "rows": rows, "files": len(made["files"]),
               "bytes": file.stat().st_size}
        )  # fmt: skip
        self.stderr.write(self.style.WARNING(_(
            "FIELD_KEYS is never in a back-up. Keep a copy of it elsewhere: without it national identifiers and "
            "uploaded files of this back-up are lost for good."
        )))  # fmt: skip
        if not with_keys:
            self.stderr.write(self.style.WARNING(_(
                "The keys that sign (%s) are not in it either. Keep a copy, or use --with-keys: without them papers "
                "signed so far can no longer be checked."
            ) % settings.KEYS_FOLDER))  # fmt: skip
