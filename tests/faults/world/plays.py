"""The scenarios by name: where each is written."""

from __future__ import annotations

from typing import Final

_HERE: Final = "tests.faults.world"

PLAYS: Final = {
    "mail-refusing": f"{_HERE}.mailing.refusing",
    "mail-unreachable": f"{_HERE}.mailing.unreachable",
    "mail-dropping": f"{_HERE}.mailing.dropping",
    "mail-slow": f"{_HERE}.mailing.slow",
    "redis-flushed": f"{_HERE}.redis_gone.flushed",
    "redis-killed": f"{_HERE}.redis_gone.killed",
}
