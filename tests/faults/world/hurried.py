"""The schedule in a hurry, for ``celery -A tests.faults.world.hurried beat``: each task of it every two seconds, the
nightly ones for one night."""

from __future__ import annotations

from typing import Final

from cle.celery import app
from cle.schedule import SCHEDULE

__all__ = ["app"]

EVERY: Final = 2
_OF_A_DAY: Final = {"sweep", "cases", "notices-plan", "certificates"}

app.conf.beat_schedule = {
    name: {
        "task": entry["task"], "schedule": EVERY, "options": {"expires": 60},
        "kwargs": {"as_of": "2026-01-01"} if name in _OF_A_DAY else {},
    }
    for name, entry in SCHEDULE.items()
}  # fmt: skip
"""Set anew, so that what beat may not change in the settings stays as it is."""
