"""Mornings of the autumn after the year, with the queue as it is deployed: Redis, a Celery worker with two processes,
beat; each of them killed at random, and started again, while the tasks of the night run all at once."""

from __future__ import annotations

import datetime as dt
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import IO, Any, Final

import psutil
from django.db import connection

from compliance.models import Notice, NoticeState, SweepRange
from compliance.queries.certificates import sessions_without_certificates
from compliance.services.imports import apply_report
from courses.models import Session
from courses.services.attendance import preview_attendance
from courses.services.sessions import confirm_session
from tests.faults import checks, clock, marks, office
from tests.faults.people import Group, Office, hold
from tests.faults.server import WAYS, Server

MORNINGS: Final = (dt.date(2026, 9, 2), dt.date(2026, 10, 2))
PACE: Final = 60.0
"""Of the clock: a lease of a quarter of an hour is over in fifteen seconds."""
PATIENCE: Final = 180.0
"""Seconds until all the work of a morning is done, once nobody is killed any more."""
_PAUSE: Final = 0.6
_LOOK: Final = 6.0
"""Seconds in which a process is looked for that is at the work that is to be struck."""
_KINDS: Final = ("child", "child", "worker", "child", "beat", "child", "worker", "beat", "child", "database")
_AT: Final = {
    "sweep": ("sweep_range", "nightly_sweep", "resume_sweeps"),
    "send": ("send_due_notices",),
    "certificates": ("issue_session_certificates", "issue_due_certificates", "issue_period_certificates"),
    "plan": ("plan_bar_notices", "plan_notices"),
    "cases": ("review_bar_cases", "review_cases"),
}
"""In turns, the tasks during which a process is struck."""
_STEP_OF: Final = {task: step for step, tasks in _AT.items() for task in tasks}


@dataclass
class Service:
    """A process that is started again whenever it was killed, and what it left behind goes with it at the end."""

    command: list[str]
    environment: dict[str, str]
    log: Path
    process: subprocess.Popen[bytes] | None = None
    groups: list[int] = field(default_factory=list)
    _file: IO[bytes] | None = None

    def start(self) -> None:
        self._file = self._file or self.log.open("ab")
        self.process = subprocess.Popen(
            [sys.executable, "-m", "celery", "-A", "cle", *self.command], env={**os.environ, **self.environment},
            cwd=Path(__file__).resolve().parents[2], stdout=self._file, stderr=subprocess.STDOUT,
            start_new_session=True,
        )  # fmt: skip
        self.groups.append(self.process.pid)

    def started_again(self) -> None:
        if self.process is None or self.process.poll() is not None:
            self.start()

    def kill(self) -> int:
        """The process alone: those that it has started have to notice by themselves."""
        assert self.process
        self.process.kill()
        self.process.wait(30)
        return self.process.pid

    def end(self) -> None:
        for group in self.groups:
            with suppress(ProcessLookupError):
                os.killpg(group, signal.SIGKILL)  # its own session: no other process is in the group
        if self.process:
            self.process.wait(30)
        if self._file:
            self._file.close()


@dataclass
class Autumn:
    office: Office
    server: Server
    chance: Random
    folder: Path
    worker: Service
    beat: Service
    tell: Callable[[str, str, str, dt.datetime], None]
    """Writes a kill down: during what, who, where, when."""

    @property
    def now(self) -> dt.datetime:
        return clock.read_clock(self.folder / "clock")

    def strike(self, number: int) -> None:
        kind, step = _KINDS[number % len(_KINDS)], list(_AT)[(number + number // len(_KINDS)) % len(_AT)]
        if kind == "beat":
            self.tell("schedule", f"beat {self.beat.kill()}", "", self.now)
        else:
            pid, task = self._somebody_at(_AT[step])
            time.sleep(self.chance.choice((0.0, self.chance.uniform(0, 0.05))))
            self.tell(_STEP_OF.get(task, step), self._struck(kind, pid), task, self.now)
        self.worker.started_again()
        self.beat.started_again()
        time.sleep(self.chance.uniform(0, _PAUSE))

    def _struck(self, kind: str, child: int) -> str:
        if kind == "database":
            ((spared,),) = checks.rows_of("SELECT pg_backend_pid()")
            who = self.chance.choice(WAYS)(self.server, spared)
            self.server.up_again(spared)
            connection.close()
            return f"database: {who}"
        if kind == "worker":
            return f"celery-worker {self.worker.kill()}"
        with suppress(ProcessLookupError):
            os.kill(child, signal.SIGKILL)
        (self.folder / "marks" / str(child)).unlink(missing_ok=True)
        return f"celery-child {child}"

    def _somebody_at(self, tasks: tuple[str, ...]) -> tuple[int, str]:
        """A process that is at one of the tasks; after a while, at whatever, or at nothing."""
        begun = time.monotonic()
        while (waited := time.monotonic() - begun) < PATIENCE:
            self.worker.started_again()
            alive = self._children()
            busy = {pid: task for pid, task in marks.under_way(self.folder / "marks").items() if pid in alive}
            for pid, task in busy.items():
                if task in tasks or waited > _LOOK:
                    return pid, task
            if alive and waited > 2 * _LOOK:
                return alive.pop(), "between two tasks"
            time.sleep(0.002)
        raise RuntimeError(f"no worker comes to life:\n{self.worker.log.read_text()[-3000:]}")

    def _children(self) -> set[int]:
        assert self.worker.process
        with suppress(psutil.Error):
            children = psutil.Process(self.worker.process.pid).children()
            return {child.pid for child in children if child.status() != psutil.STATUS_ZOMBIE}
        return set()


def spend(autumn: Autumn, kills: int, received: Any, say: Callable[[str], None]) -> list[str]:
    """All mornings, each with its part of the kills; what was not done in the end."""
    wrong, number = [], 0
    for turn, day in enumerate(MORNINGS, start=1):
        say(f"{day} with Redis, a worker and beat …")
        _begin(autumn, day, turn)
        autumn.worker.started_again()
        autumn.beat.started_again()
        while number < kills * turn // len(MORNINGS):
            autumn.strike(number)
            number += 1
        wrong += [f"{day}: {each}" for each in _finish(autumn, received)]
    return wrong


def _begin(autumn: Autumn, day: dt.date, turn: int) -> None:
    """A short course in each bar the day before, closed and not certified yet; then it is nine in the morning."""
    moment = dt.datetime.combine(day, dt.time(4), dt.UTC)
    group = Group(day - dt.timedelta(days=1), 10 * turn, 10 * turn + 9, law=45, ethics=0)
    for held in hold(autumn.office, group, autumn.folder):
        session = Session.objects.get(pk=held.session)
        officer = autumn.office.officers[session.bar_id]
        content = Path(held.report).read_bytes()
        file = preview_attendance(session, content, "report.csv", by=officer, time_zone="UTC")
        apply_report(file, by=officer, now=moment)
        confirm_session(session, by=officer, now=moment)
    clock.set_clock(autumn.folder / "clock", moment, PACE)


def _finish(autumn: Autumn, received: Any) -> list[str]:
    """Wait until nothing is left of what was to be done; what is left when the time is over."""
    end = time.monotonic() + PATIENCE
    while left := _left(autumn):
        if time.monotonic() > end:
            return left
        office.settle_doubts(autumn.office, received, autumn.now, autumn.chance)
        autumn.worker.started_again()
        autumn.beat.started_again()
        time.sleep(0.5)
    return []


def _left(autumn: Autumn) -> list[str]:
    expected = checks.told_in_autumn(autumn.now.date())
    told = checks.rows_of("SELECT count(*) FROM compliance_notice WHERE period_start = date '2026-01-01'")[0][0]
    counts = {
        "notices to plan": expected - told,
        "notices to send": Notice.objects.filter(state__in=[NoticeState.DUE, NoticeState.UNCERTAIN]).count(),
        "sessions to certify": len(list(sessions_without_certificates())),
        "ranges to sweep": SweepRange.objects.unfinished().filter(run__as_of__lt=autumn.now.date()).count(),
    }
    return [f"{count} {what}" for what, count in counts.items() if count > 0]


@contextmanager
def queue_at_work(
    everyone: Office, server: Server, chance: Random, folder: Path, redis: str,
    tell: Callable[[str, str, str, dt.datetime], None], **environment: str,
) -> Iterator[Autumn]:  # fmt: skip
    (folder / "marks").mkdir(exist_ok=True)
    here = {
        **environment, "DJANGO_SETTINGS_MODULE": "tests.faults.settings", "REDIS_URL": redis,
        clock.FILE: str(folder / "clock"), marks.FOLDER: str(folder / "marks"),
    }  # fmt: skip
    worker = Service(
        ["worker", "-l", "info", "--concurrency=2", "--without-gossip", "--without-mingle"], here, folder / "queue.log"
    )
    beat = Service(["beat", "-l", "info", "--pidfile=", f"--schedule={folder / 'beat'}"], here, folder / "beat.log")
    try:
        yield Autumn(everyone, server, chance, folder, worker, beat, tell)
    finally:
        beat.end()
        worker.end()
