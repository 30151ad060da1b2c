from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from compliance.services.credentials import public_keys, rotate_key


class Command(BaseCommand):
    help = "List the keys that sign credentials, the newest first, or sign with a new one from now on."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("action", choices=["list", "rotate"])

    def handle(self, *args: Any, **options: Any) -> None:
        if options["action"] == "rotate":
            rotate_key()
        for place, key in enumerate(public_keys()):
            self.stdout.write(f"{key.thumbprint()}  {'has signed' if place else 'signs'}")
