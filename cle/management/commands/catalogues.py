from __future__ import annotations

from typing import Any

from babel.messages.catalog import Catalog
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from cle.core.catalogues import LANGUAGES, merge, messages, read, write


class Command(BaseCommand):
    help = (
        "Gather the strings of the sources into the Kazakh and Russian catalogues and compile them (no gettext needed)."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--strict", action="store_true", help="fail when a string has no translation")

    def handle(self, *args: Any, **options: Any) -> None:
        found = set(messages(settings.BASE_DIR))
        missing = 0
        for language in LANGUAGES:
            path = settings.BASE_DIR / "cle" / "locale" / language / "LC_MESSAGES" / "django.po"
            path.parent.mkdir(parents=True, exist_ok=True)
            catalog = merge(read(path, language) if path.exists() else Catalog(locale=language), found, language)
            write(catalog, path)
            empty = [message.id for message in catalog if message.id and not _complete(message.string)]
            missing += len(empty)
            self.stdout.write(f"{language}: {len(found)} strings, {len(empty)} without a translation")
        if missing and options["strict"]:
            raise CommandError(f"{missing} translations are missing")


def _complete(string: str | tuple[str, ...] | list[str] | None) -> bool:
    return bool(string) and (isinstance(string, str) or all(string or ()))
