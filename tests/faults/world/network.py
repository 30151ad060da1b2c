"""Two hosts on this one: network namespaces, a cable between them that can be cut, one to each for whoever looks on.

The database's host has PostgreSQL and Redis, the other one workers. Names and addresses are of this process alone.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

from tests.faults.world.servers import missing

_NET: Final = "10.203"


@dataclass(frozen=True)
class Network:
    """``database``, ``workers``: the namespaces. Addresses: the database's host as the onlooker and as the workers
    reach it; the onlooker as the workers reach it."""

    database: str
    workers: str
    seen_by_us: str = f"{_NET}.1.2"
    seen_by_workers: str = f"{_NET}.2.1"
    onlooker: str = f"{_NET}.3.1"

    @property
    def in_database(self) -> tuple[str, ...]:
        return ("ip", "netns", "exec", self.database)

    @property
    def in_workers(self) -> tuple[str, ...]:
        return ("ip", "netns", "exec", self.workers)

    def cut(self) -> None:
        """At the database's end: whoever sends at the other end hears nothing, not even an error."""
        _ip("-n", self.database, "link", "set", "cable", "down")

    def mend(self) -> None:
        _ip("-n", self.database, "link", "set", "cable", "up")


def _ip(*words: str) -> None:
    subprocess.run(["ip", *words], check=True, capture_output=True)


def unable() -> str:
    """Why there can be no network here, "" when there can be one."""
    if os.getuid():
        return "only root may make network namespaces"
    if lacking := missing("ip", "setpriv"):
        return f"{lacking} is not installed"
    name = f"cle-try-{os.getpid()}"
    tried = subprocess.run(["ip", "netns", "add", name], capture_output=True, check=False)
    if tried.returncode:
        return f"no network namespaces here: {tried.stderr.decode().strip()}"
    _ip("netns", "delete", name)
    return ""


@contextmanager
def network() -> Iterator[Network]:
    """Taken down afterwards, with all cables."""
    us = os.getpid()
    found = Network(f"cle-db-{us}", f"cle-work-{us}")
    try:
        for name in (found.database, found.workers):
            _ip("netns", "add", name)
            _ip("-n", name, "link", "set", "lo", "up")
        _cable((None, f"cled{us}", f"{_NET}.1.1"), (found.database, "watch", found.seen_by_us))
        _cable((found.database, "cable", found.seen_by_workers), (found.workers, "cable", f"{_NET}.2.2"))
        _cable((None, f"clew{us}", found.onlooker), (found.workers, "watch", f"{_NET}.3.2"))
        yield found
    finally:
        for name in (found.database, found.workers):
            subprocess.run(["ip", "netns", "delete", name], capture_output=True, check=False)


def _cable(*ends: tuple[str | None, str, str]) -> None:
    """Each end: (namespace, name, address)."""
    (first, one, _), (second, other, _) = ends
    inside = ("-n", first) if first else ()
    _ip(*inside, "link", "add", one, "type", "veth", "peer", "name", other, "netns", str(second))
    for namespace, name, address in ends:
        inside = ("-n", namespace) if namespace else ()
        _ip(*inside, "address", "add", f"{address}/30", "dev", name)
        _ip(*inside, "link", "set", name, "up")
