from __future__ import annotations

from typing import Any

from django.core.management.commands import migrate
from django.db import connections

from advocates.audit.attach import attach
from cle.audited import audited
from cle.postgres.turns import in_turns


class Command(migrate.Command):
    """Django's own, without keeping anybody who works meanwhile; afterwards each table of ours has the triggers of the
    audit trail, new tables included."""

    def handle(self, *args: Any, **options: Any) -> None:
        migrated = super().handle
        in_turns(lambda: migrated(*args, **options), connections[options["database"]])
        touched = [] if options["plan"] or options["check_unapplied"] else self._attach(options["database"])
        if touched and options["verbosity"] >= 1:
            self.stdout.write(f"Audited from now on: {', '.join(touched)}")

    def _attach(self, alias: str) -> list[str]:
        return attach(connections[alias], audited())
