"""Where a scenario plays: its servers, its bar with advocates, its mail server, and what is written down of it."""

from __future__ import annotations

import datetime as dt
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from tests.faults.world.servers import ROOT, Postgres, Redis, Worker, copied

if TYPE_CHECKING:
    from tests.faults.people import Office
    from tests.faults.workers import Nursery
    from tests.faults.world.network import Network
    from tests.faults.year import Postman

NIGHT: Final = dt.date(2026, 1, 1)
"""The period of 2025 was over the day before: everybody who is short is told."""
ZONE: Final = dt.timezone(dt.timedelta(hours=5))


class Skipped(Exception):
    """Cannot be done on this machine, and why."""


@dataclass
class Scene:
    """``done`` tells what was done; ``wrong`` names what should have come of it and did not."""

    folder: Path
    advocates: int
    say: Callable[[str], None]
    postgres: Postgres
    redis: Redis
    options: dict[str, str] = field(default_factory=dict)
    done: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    workers: list[Worker] = field(default_factory=list)
    mail: Postman = field(init=False)
    office: Office = field(init=False)
    network: Network | None = None
    disk: Path = Path()
    """The small disk, of a play that has one."""
    closing: list[Callable[[], object]] = field(default_factory=list)
    told: str = "overdue"
    """The stage of which everybody is to be told whom it is for; "" where nobody is told anything."""

    def did(self, what: str) -> None:
        self.done.append(what)
        self.say(f"    {what}")

    def expect(self, what: str, held: object) -> None:
        """``what`` should be; written down as wrong if not."""
        self.did(f"{'as it should' if held else 'NOT AS IT SHOULD'}: {what}")
        if not held:
            self.wrong.append(what)

    def environment(self, **more: str) -> dict[str, str]:
        return {
            "DATABASE_URL": self.postgres.url, "REDIS_URL": self.redis.url, "CLE_VAR": str(self.folder / "var"),
            "SMTP_HOST": "127.0.0.1", "SMTP_PORT": str(self.mail.port), "PYTHONUNBUFFERED": "1", **more,
        }  # fmt: skip

    def worker(
        self, *words: str, inside: tuple[str, ...] = (), code: Path = ROOT, app: str = "cle", **environment: str
    ) -> Worker:
        """A real Celery worker, or what ``words`` say; ended with the scene."""
        log = self.folder / f"worker-{len(self.workers)}.log"
        worker = Worker(log, self.environment(**environment), inside, code, app)
        self.workers.append(worker)
        worker.start(*words)
        return worker

    @contextmanager
    def nursery(self, **environment: str) -> Iterator[Nursery]:
        """Workers that do single steps by a clock that is set for each (``tests.faults.workers``)."""
        from tests.faults.workers import nursery

        with nursery(self.folder / "nursery.log", **self.environment(**environment), DATABASE_PASSWORD="") as found:
            yield found

    def close(self) -> None:
        for worker in self.workers:
            worker.stop()
        for end in reversed(self.closing):
            end()


def at(hour: int, minute: int = 0, day: dt.date = NIGHT) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(hour, minute), ZONE)


def night(workers: Nursery, day: dt.date = NIGHT) -> None:
    """The sweep, the cases and the planning of a night."""
    for step, moment in (("sweep", at(1, 15, day)), ("cases", at(2, 0, day)), ("plan", at(2, 30, day))):
        step_of(workers, step, moment)


def step_of(workers: Nursery, step: str, now: dt.datetime) -> bool:
    """One step in a process of its own; whether it came to its end."""
    try:
        workers.run({"step": step, "now": now.isoformat()}, None, lambda pid: None, lambda spring: None)
    except RuntimeError as error:
        if "ended with 1" not in str(error):
            raise
        return False
    return True


def make_template(folder: Path, advocates: int) -> None:
    """A cluster on which the bars, the advocates and the courses of 2025 are; on the settings that are loaded."""
    from django.core.management import call_command

    from tests.faults.people import COURSES, populate
    from tests.faults.world.credit import post_courses

    call_command("migrate", verbosity=0)
    office = populate(advocates, 20)
    for day in sorted({group.day for group in COURSES if group.day < NIGHT}):
        post_courses(office.national, day)


def cluster_of(template: Path, folder: Path) -> Path:
    return copied(template, folder / "data")


def office_there() -> Office:
    """Those whom ``make_template`` has made."""
    from advocates.models import Bar, User
    from tests.faults.people import Office

    officers = {user.roles.get().bar_id: user for user in User.objects.filter(email__startswith="officer-")}
    return Office(Bar.objects.get(code="KZ"), officers)


def states() -> Counter[str]:
    """How many notices are in each state."""
    from compliance.models import Notice

    return Counter(Notice.objects.values_list("state", flat=True))


def eventually(condition: Callable[[], object], *, seconds: float) -> float | None:
    """Seconds until the condition held; None when it did not."""
    begun = time.monotonic()
    while not condition():
        if time.monotonic() - begun > seconds:
            return None
        time.sleep(0.1)
    return time.monotonic() - begun


Play = Callable[[Scene], None]
Found = dict[str, Any]
