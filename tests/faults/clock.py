"""The clock of processes that are not forked for a step: it runs from a moment that is in a file, and at its pace."""

from __future__ import annotations

import datetime as dt
import json
import os
import time
from pathlib import Path
from typing import Final

FILE: Final = "CLE_FAULTS_CLOCK"
"""The variable of the environment that says where the file is."""


def set_clock(path: Path, moment: dt.datetime, pace: float = 1.0) -> None:
    """All processes that read it are at ``moment`` from now on; whole or not at all, for they may read meanwhile."""
    fresh = path.with_suffix(".new")
    fresh.write_text(json.dumps({"at": moment.isoformat(), "since": time.monotonic(), "pace": pace}))
    fresh.replace(path)


def read_clock(path: Path) -> dt.datetime:
    said = json.loads(path.read_text())
    passed = (time.monotonic() - said["since"]) * said["pace"]
    return dt.datetime.fromisoformat(said["at"]) + dt.timedelta(seconds=passed)


def follow_the_file() -> None:
    """From here on this process has that clock, wherever the product asks for the time."""
    from django.utils import timezone

    path = Path(os.environ[FILE])
    timezone.now = lambda: read_clock(path)
