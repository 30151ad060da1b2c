"""The product's settings for processes that live in the year's time: their clock is the one in a file, which may run
faster. What the queue does by real time is shortened as much: how long a message of a dead worker stays away, and how
often beat looks."""

from typing import Any

from cle.settings import *  # noqa: F403
from cle.settings import CELERY_BEAT_SCHEDULE as SCHEDULE
from cle.settings import CELERY_BROKER_TRANSPORT_OPTIONS, CELERY_BROKER_URL
from tests.faults.clock import follow_the_file

follow_the_file()

if CELERY_BROKER_URL.startswith("redis"):
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        **CELERY_BROKER_TRANSPORT_OPTIONS, "visibility_timeout": 15, "unacked_restore_interval": 2,
    }  # fmt: skip
    CELERY_IMPORTS = ("tests.faults.marks",)

_SECONDS = {"sweep": 5, "cases": 7, "notices-plan": 4, "notices-send": 1, "certificates": 3}
"""Between two looks; of everything else five."""
CELERY_BEAT_SCHEDULE: dict[str, Any] = {
    name: {**entry, "schedule": _SECONDS.get(name, 5)} for name, entry in SCHEDULE.items()
}
