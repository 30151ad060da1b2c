"""A year of a bar, night by night, in which workers are killed; and whether everything came out as it should."""

from __future__ import annotations

import datetime as dt
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.parser import BytesHeaderParser
from pathlib import Path
from random import Random
from typing import Any, Final

from aiosmtpd.smtp import SMTP, Envelope, Session
from django.db import connection

from compliance.models import Certificate, Job, Notice, NoticeState
from tests.faults import checks, office
from tests.faults.people import COURSES, Office, hold_courses, populate
from tests.faults.workers import Kill, Nursery, nursery
from tests.plugins.smtp import Sink
from tests.plugins.worker import database_url

Say = Callable[[str], None]
_ZONE: Final = dt.timezone(dt.timedelta(hours=5))
_AGAIN: Final = dt.timedelta(minutes=21)
"""After a kill: the broker gives the message to another worker after 20 minutes, when all leases are over too."""

_CLOCK: Final = {
    "sweep": (1, 15), "cases": (2, 0), "plan": (2, 30), "send": (9, 0), "letters": (13, 0), "certificates": (15, 0),
    "archive": (17, 0), "seal": (20, 0),
}  # fmt: skip
_WEIGHT: Final = {
    "sweep": 2,
    "cases": 2,
    "plan": 3,
    "send": 6,
    "letters": 2,
    "certificates": 3,
    "archive": 4,
    "seal": 0,
}
_AT_MOST: Final = {"letters": 2, "archive": 2}
"""A job that has taken three workers down is given up, and says so: not what is looked for here."""
_GUESS: Final = {"sweep": 60, "cases": 120, "plan": 200, "letters": 30, "certificates": 60, "archive": 30, "seal": 10}

_BUSY: Final = (
    "2025-03-16", "2025-09-02", "2025-10-02", "2025-10-11", "2025-11-01", "2025-12-01", "2025-12-10", "2025-12-17",
    "2025-12-24", "2025-12-28", "2026-01-01", "2026-01-02", "2026-01-15", "2026-01-21", "2026-01-31", "2026-02-06",
    "2026-02-10", "2026-02-21", "2026-03-14", "2026-05-23", "2026-06-11",
)  # fmt: skip
_QUIET: Final = (
    "2025-07-02", "2025-09-03", "2025-10-01", "2025-12-31", "2026-01-30", "2026-02-01", "2026-05-01", "2026-06-12",
)  # fmt: skip
BUSY: Final = tuple(map(dt.date.fromisoformat, _BUSY))
NIGHTS: Final = tuple(sorted((*BUSY, *map(dt.date.fromisoformat, _QUIET))))
"""Every day on which something comes up, and some on which nothing may."""
_FILED: Final = dt.date(2026, 1, 2)


@dataclass
class Postman(Sink):
    """The mail server of the year: counts by Message-ID, and lets a worker die while it holds a message."""

    received: Counter[str] = field(default_factory=Counter)
    trap: tuple[int, Callable[[], None]] | None = None

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        headers = BytesHeaderParser().parsebytes(envelope.original_content or b"", headersonly=True)
        self.received[str(headers["Message-ID"])] += 1
        if self.trap:
            left, spring = self.trap
            self.trap = (left - 1, spring) if left > 1 else None
            if left == 1:
                spring()
        return "250 OK"


@dataclass
class Lots:
    """Which of the steps to come are struck: spread by weight, the same for the same seed."""

    left: int
    chance: Random
    weight_left: float
    statements: dict[str, int] = field(default_factory=lambda: dict(_GUESS))

    def share(self, step: str, weight: float) -> int:
        """How many kills for a step."""
        part = self.left * weight / self.weight_left if self.weight_left > weight else float(self.left)
        self.weight_left -= weight
        count = int(part) + (self.chance.random() < part % 1)
        return min(count, self.left, _AT_MOST.get(step, self.left))

    def draw(self, step: str, due: int) -> Kill:
        if step == "send" and due and self.chance.random() < 0.5:
            return Kill(message=self.chance.randint(1, due))
        statements = max(8, 8 * due) if step == "send" else self.statements[step]
        after = self.chance.choice((0.0, self.chance.uniform(0, 0.03)))
        return Kill(statement=self.chance.randint(1, max(1, statements)), after=after)


@dataclass
class Year:
    office: Office
    workers: Nursery
    mail: Postman
    lots: Lots
    say: Say
    now: dt.datetime
    killed: list[dict[str, Any]] = field(default_factory=list)
    decided: Counter[str] = field(default_factory=Counter)
    jobs: list[Job] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Plan:
    """``bars`` at most, besides the national one; ``folder`` for what workers keep in files."""

    people: int
    kills: int
    seed: int
    folder: Path
    bars: int = 20
    nights: tuple[dt.date, ...] = NIGHTS


def run(plan: Plan, say: Say) -> dict[str, Any]:
    """The whole year, in the database that is connected to."""
    begun = time.monotonic()
    with _at_work(plan, say) as year:
        for night in plan.nights:
            _until(year, night)
            _night(year, night)
        _strike_the_rest(year)
        archives = {job.bar_id: plan.folder / "var" / "files" / "archives" / f"{job.pk}.zip" for job in year.jobs}
        say("counting …")
        stages = checks.stages()
        faults = checks.after_the_year(year.mail.received, year.office.national, archives)
    held = not any(faults.values()) and not any(each["broken"] for each in year.killed)
    return {
        "advocates": plan.people, "seed": plan.seed, "seconds": round(time.monotonic() - begun),
        "kills": len(year.killed), "killed": year.killed, "stages": stages, "mail": _mail(year),
        "certificates": Certificate.objects.count(),
        "invariants": faults, "held": held and len(year.killed) == plan.kills,
    }  # fmt: skip


@contextmanager
def _at_work(plan: Plan, say: Say) -> Iterator[Year]:
    say(f"making {plan.people:,} advocates …")
    everyone, mail = populate(plan.people, plan.bars), Postman()
    environment = {
        "DATABASE_URL": database_url(), "DATABASE_PASSWORD": connection.settings_dict["PASSWORD"] or "",
        "CLE_VAR": str(plan.folder / "var"), "SMTP_HOST": "127.0.0.1", "SMTP_PORT": str(mail.port),
    }  # fmt: skip
    weights = sum(_weight(step, night) for night in plan.nights for step in _steps(night))
    controller = mail.controller()
    controller.start()
    try:
        with nursery(plan.folder / "workers.log", **environment) as workers:
            lots = Lots(plan.kills, Random(plan.seed), weights)
            yield Year(everyone, workers, mail, lots, say, dt.datetime(2025, 1, 1, tzinfo=_ZONE))
    finally:
        controller.stop()


def _weight(step: str, night: dt.date) -> float:
    return _WEIGHT[step] * (1.0 if night in BUSY else 0.1)


def _steps(night: dt.date) -> list[str]:
    return [step for step in _CLOCK if step != "archive" or night == _FILED]


def _until(year: Year, night: dt.date) -> None:
    """What people did since the night before: courses were held, officers took their steps."""
    for day in sorted({group.day for group in COURSES} | office.ACTS.keys()):
        if year.now.date() <= day < night:
            hold_courses(year.office.national, day)
            if day in office.ACTS:
                office.ACTS[day](year.office, dt.datetime.combine(day, dt.time(22), _ZONE))


def _night(year: Year, night: dt.date) -> None:
    year.say(f"{night} {len(year.killed)} killed, {year.mail.received.total():,} messages")
    for step in _steps(night):
        year.now = max(year.now, dt.datetime.combine(night, dt.time(*_CLOCK[step]), _ZONE))
        kills = year.lots.share(step, _weight(step, night))
        if step == "letters":
            if office.ask_for_letters(year.office, year.now):
                _do(year, step, kills)
                office.hand_letters_over(year.office, year.now)
        elif step == "archive":
            year.jobs = office.ask_for_archives(year.office, year.now)
            _do(year, step, kills)
        else:
            _do(year, step, kills)


def _do(year: Year, step: str, kills: int) -> None:
    """One step, begun again after each kill as the schedule does; of mail, until nothing waits."""
    while _once(year, step, strike=kills > 0):
        kills -= 1
    while step == "send" and _doubtful_or_waiting(year):
        kills -= _once(year, step, strike=kills > 0)


def _once(year: Year, step: str, *, strike: bool) -> bool:
    """Whether the worker was killed."""
    kill = year.lots.draw(step, Notice.objects.due(year.now).count() if step == "send" else 0) if strike else None
    ended = year.workers.run(step, year.now, kill, lambda spring: _set_trap(year.mail, kill, spring))
    year.mail.trap = None
    if ended.killed and kill:
        year.lots.left -= 1
        year.killed.append(_told(year, step, kill, ended.pid))
        year.now += _AGAIN
    elif step in _GUESS:
        year.lots.statements[step] = ended.statements
    return ended.killed


def _set_trap(mail: Postman, kill: Kill | None, spring: Callable[[], None]) -> None:
    mail.trap = (kill.message, spring) if kill else None


def _doubtful_or_waiting(year: Year) -> bool:
    """Whether a letter is still to go; some time later, and with the doubts settled by then."""
    year.decided += office.settle_doubts(year.office, year.mail.received, year.now, year.lots.chance)
    waiting = Notice.objects.filter(state=NoticeState.DUE).exists()
    year.now += _AGAIN if waiting else dt.timedelta()
    return waiting


def _told(year: Year, step: str, kill: Kill, pid: int) -> dict[str, Any]:
    _alone()
    where = f"statement {kill.statement}" + (f" + {kill.after * 1000:.0f} ms" if kill.after else "")
    broken = {rule: wrong for rule, wrong in checks.after_a_kill(year.mail.received).items() if wrong}
    return {
        "number": len(year.killed) + 1, "day": year.now.date().isoformat(), "time": f"{year.now:%H:%M}", "step": step,
        "pid": pid, "where": f"message {kill.message} in hands" if kill.message else where, "broken": broken,
    }  # fmt: skip


def _alone() -> None:
    """Wait until the server has noticed that the worker is gone."""
    others = (
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
        " AND backend_type = 'client backend' AND pid <> pg_backend_pid()"
    )
    for _ in range(600):
        if checks.rows_of(others) == [(0,)]:
            return
        time.sleep(0.02)
    raise RuntimeError("a killed worker's connection is still there")


def _strike_the_rest(year: Year) -> None:
    """Lots that fell on steps that were over before: in the nights that follow, in which nothing more comes up."""
    tries = 0
    while year.lots.left and tries < 500:
        year.now += dt.timedelta(minutes=1)
        tries += 1
        _do(year, ("sweep", "cases", "plan", "certificates")[tries % 4], 1)


def _mail(year: Year) -> dict[str, int]:
    doubled = sum(count - 1 for count in year.mail.received.values())
    listed = checks.rows_of("SELECT count(DISTINCT notice_id) FROM compliance_noticeevent WHERE kind = 'uncertain'")
    return {
        "messages": year.mail.received.total(), "different": len(year.mail.received), "doubled": doubled,
        "listed for a person": listed[0][0], **{f"decided: {what}": count for what, count in year.decided.items()},
    }  # fmt: skip
