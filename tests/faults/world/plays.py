"""The scenarios by name: where each is written."""

from __future__ import annotations

from typing import Final, NamedTuple

_HERE: Final = "tests.faults.world"


class Play(NamedTuple):
    """``apart``: PostgreSQL and Redis are on a host of their own, with a cable to the one of the workers.
    ``small``: what is on a small disk of its own, "data" of PostgreSQL or "var", the files."""

    where: str
    apart: bool = False
    small: str = ""


PLAYS: Final = {
    "mail-refusing": Play(f"{_HERE}.mailing.refusing"),
    "mail-unreachable": Play(f"{_HERE}.mailing.unreachable"),
    "mail-dropping": Play(f"{_HERE}.mailing.dropping"),
    "mail-slow": Play(f"{_HERE}.mailing.slow"),
    "redis-flushed": Play(f"{_HERE}.redis_gone.flushed"),
    "redis-killed": Play(f"{_HERE}.redis_gone.killed"),
    "link-sweep": Play(f"{_HERE}.link_cut.sweeping", apart=True),
    "link-sending": Play(f"{_HERE}.link_cut.sending", apart=True),
    "disk-database": Play(f"{_HERE}.disks.database", small="data"),
    "disk-files": Play(f"{_HERE}.disks.files", small="var"),
    "two-beats": Play(f"{_HERE}.beats.two"),
    "clock-jumps": Play(f"{_HERE}.clocks.jumps"),
    "clock-zones": Play(f"{_HERE}.clocks.zones"),
    "older-worker": Play(f"{_HERE}.older.worker"),
    "migration": Play(f"{_HERE}.older.migrating"),
}
