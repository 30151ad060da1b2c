from __future__ import annotations

from typing import Any

from django.core.management.commands import migrate
from django.db import connections

from advocates.audit.attach import attach
from cle.audited import audited


class Command(migrate.Command):
    """Django's own; afterwards each table of ours has the triggers of the audit trail, new tables included."""

    def handle(self, *args: Any, **options: Any) -> None:
        super().handle(*args, **options)
        touched = [] if options["plan"] or options["check_unapplied"] else self._attach(options["database"])
        if touched and options["verbosity"] >= 1:
            self.stdout.write(f"Audited from now on: {', '.join(touched)}")

    def _attach(self, alias: str) -> list[str]:
        return attach(connections[alias], audited())
