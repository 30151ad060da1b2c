from __future__ import annotations

import datetime as dt
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from advocates.audit.sealing import seal_changes
from advocates.audit.verifying import verify
from cle.audited import audited
from cle.core.clock import now


class Command(BaseCommand):
    help = (
        "verify: recompute the seals of the audit trail, name the first thing that does not fit and fail. "
        "seal: seal what has been written since the last seal, without waiting for the schedule."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("what", choices=["verify", "seal"])
        parser.add_argument("--anchor", default="", help="sha256 of a seal, kept elsewhere: it must still stand")

    def handle(self, *args: Any, what: str, anchor: str, **options: Any) -> None:
        if what == "seal":
            self._seal(now())
        else:
            self._verify(now(), anchor)

    def _seal(self, moment: dt.datetime) -> None:
        made = seal_changes(now=moment)
        for seal in made:
            self.stdout.write(f"changes {seal.first} to {seal.last}: {seal.sha256}")
        self.stdout.write(f"{sum(seal.count for seal in made)} changes sealed")

    def _verify(self, moment: dt.datetime, anchor: str) -> None:
        found = verify(audited(), now=moment, anchor=anchor)
        self.stdout.write(f"{found.tables} tables, {found.seals} seals over {found.changes} changes looked at")
        if found.last:
            self.stdout.write(f"last seal that stands: changes up to {found.last.last}, sha256 {found.last.sha256}")
        if found.fault:
            raise CommandError(found.fault)
        self.stdout.write(f"everything is as it was sealed; {found.unsealed} changes since then")
