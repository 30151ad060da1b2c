"""One process of a run migrates; the others copy the database that comes of it, which takes a tenth of the time."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path
from typing import Any

from django.db import connection


class Template:
    """The database as the migrations leave it; ``folder`` is seen by all processes of the run and by no other run.

    Whoever comes while it is being made waits for it. Whoever has made it drops it: who comes after that migrates.
    """

    def __init__(self, folder: Path) -> None:
        self.name_at, self.lock_at = folder / "template-database", folder / "template-database.lock"
        self.made = False

    def look(self) -> None:
        """The tests' database will be a copy of what another process has made; if none has, it is made here alone."""
        self.lock: Any = self.lock_at.open("w")
        fcntl.flock(self.lock, fcntl.LOCK_EX)
        if self.name_at.exists():
            connection.settings_dict["TEST"]["TEMPLATE"] = self.name_at.read_text()

    def share(self) -> None:
        """The tests' database is there: what was made anew is copied for the others."""
        if not self.name_at.exists():
            own = connection.settings_dict["NAME"]
            name = f"{own}_template_{os.getpid()}"
            connection.close()
            self._say(f'DROP DATABASE IF EXISTS "{name}"', f'CREATE DATABASE "{name}" TEMPLATE "{own}"')
            self.name_at.write_text(name)
            self.made = True
        self.lock.close()

    def drop(self) -> None:
        if self.made:
            with self.lock_at.open("w") as lock:
                fcntl.flock(lock, fcntl.LOCK_EX)
                name = self.name_at.read_text()
                self.name_at.unlink()
                self._say(f'DROP DATABASE "{name}"')

    def _say(self, *statements: str) -> None:
        with connection._nodb_cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)
