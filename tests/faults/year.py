"""A year of a bar, night by night, in which workers are killed; and whether everything came out as it should."""

from __future__ import annotations

import datetime as dt
import os
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from email.parser import BytesHeaderParser
from pathlib import Path
from random import Random
from typing import Any, Final

from aiosmtpd import smtp
from aiosmtpd.smtp import SMTP, Envelope
from django.conf import settings
from django.db import connection

from compliance.models import Certificate, CertificateKind, Job, Notice, NoticeState
from courses.models import Session
from tests.faults import checks, office
from tests.faults.autumn import queue_at_work, spend
from tests.faults.lots import DATABASE, Kill, Lots, Turn, deal
from tests.faults.people import COURSES, Held, Office, hold_courses, populate, roll_of
from tests.faults.server import WAYS, Server
from tests.faults.site import CALLS, Call, Desk, Site, site_at_work
from tests.faults.site import NAME as SITE
from tests.faults.workers import Nursery, kill_process, nursery
from tests.plugins.smtp import Sink
from tests.plugins.worker import database_url

Say = Callable[[str], None]
_ZONE: Final = dt.timezone(dt.timedelta(hours=5))
_LATER: Final = dt.date.max
_AGAIN: Final = dt.timedelta(minutes=21)
"""After a kill: the broker gives the message to another worker after 20 minutes, when all leases are over too."""

_EVENING: Final = dt.time(21, 30)
"""When the reports of the day's courses come in."""
_CLOCK: Final = {
    "sweep": (1, 15), "cases": (2, 0), "plan": (2, 30), "send": (9, 0), "roll": (11, 0), "letters": (13, 0),
    "certificates": (15, 0), "archive": (17, 0), "seal": (20, 0),
}  # fmt: skip
_WEIGHT: Final = {
    "sweep": 2, "cases": 2, "plan": 3, "send": 6, "roll": 3, "letters": 1, "certificates": 3, "archive": 2, "seal": 0,
    "roster": 4, "closing": 3,
}  # fmt: skip

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

    async def handle_DATA(self, server: SMTP, session: smtp.Session, envelope: Envelope) -> str:
        headers = BytesHeaderParser().parsebytes(envelope.original_content or b"", headersonly=True)
        self.received[str(headers["Message-ID"])] += 1
        if self.trap:
            left, spring = self.trap
            self.trap = (left - 1, spring) if left > 1 else None
            if left == 1:
                spring()
        return "250 OK"


@dataclass
class Year:
    office: Office
    workers: Nursery
    mail: Postman
    server: Server
    lots: Lots
    folder: Path
    say: Say
    now: dt.datetime
    environment: dict[str, str]
    killed: list[dict[str, Any]] = field(default_factory=list)
    decided: Counter[str] = field(default_factory=Counter)
    archives: list[Job] = field(default_factory=list)
    held: list[Held] = field(default_factory=list)
    site: Site | None = None
    visits: dict[dt.date, int] = field(default_factory=dict)
    transcripts: set[int] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class Plan:
    """``bars`` at most, besides the national one; ``folder`` for what workers keep in files. Of the ``kills``, ``web``
    are the web server's and ``queue`` those of the autumn after it, when Redis, a Celery worker and beat do the work.
    """

    people: int
    kills: int
    seed: int
    folder: Path
    web: int = 0
    queue: int = 0
    bars: int = 20
    nights: tuple[dt.date, ...] = NIGHTS


def run(plan: Plan, server: Server, say: Say) -> dict[str, Any]:
    """The whole year, in the database that is connected to, which is one of the ``server``'s."""
    begun = time.monotonic()
    with _at_work(plan, server, say) as year:
        for night in plan.nights:
            _until(year, night)
            _night(year, night)
        _strike_the_rest(year)
        faults = _papers(year) | (_autumn(year, plan) if plan.queue else {})
        say("counting …")
        stages = checks.stages(autumn=bool(plan.queue))
        faults |= checks.after_the_year(year.mail.received, year.office.national, autumn=bool(plan.queue))
    held = not any(faults.values()) and not any(each["broken"] for each in year.killed)
    return {
        "advocates": plan.people, "seed": plan.seed, "seconds": round(time.monotonic() - begun),
        "kills": len(year.killed), "killed": year.killed, "stages": stages, "mail": _mail(year),
        "struck": _struck(year.killed), "certificates": Certificate.objects.count(),
        "invariants": faults, "held": held and len(year.killed) == plan.kills,
    }  # fmt: skip


def _autumn(year: Year, plan: Plan) -> checks.Faults:
    """Mornings with the queue; the letters on paper that come of them are handed over as ever."""

    def tell(step: str, who: str, where: str, now: dt.datetime) -> None:
        year.now = now
        year.killed.append(_noted(year, step, who, where))

    redis, chance = os.environ["CLE_TEST_REDIS"], Random(plan.seed)
    with queue_at_work(year.office, year.server, chance, year.folder, redis, tell, **year.environment) as autumn:
        wrong = spend(autumn, plan.queue, year.mail.received, year.say)
        year.now = autumn.now + _AGAIN
    _once(year, "sweep", "")  # one was under way when the queue was stopped
    _letters(year, [])
    return {"in the autumn all the work is done": wrong}


def _papers(year: Year) -> checks.Faults:
    issued = Certificate.objects.filter(kind=CertificateKind.TRANSCRIPT).values_list("advocate", flat=True)
    wrong = [] if sorted(issued) == sorted(year.transcripts) else [f"{len(issued)} for {len(year.transcripts)}"]
    files = {job.pk: year.folder / "var" / "files" / "archives" / f"{job.pk}.zip" for job in year.archives}
    return {
        "each transcript that was asked for is issued once": wrong,
        "archives hold the certificates that stand, each once": list(checks.archive_faults(files)),
    }


@contextmanager
def _at_work(plan: Plan, server: Server, say: Say) -> Iterator[Year]:
    say(f"making {plan.people:,} advocates …")
    everyone, mail = populate(plan.people, plan.bars), Postman()
    environment = {
        "DATABASE_URL": database_url(), "DATABASE_PASSWORD": connection.settings_dict["PASSWORD"] or "",
        "CLE_VAR": str(plan.folder / "var"), "SMTP_HOST": "127.0.0.1", "SMTP_PORT": str(mail.port),
        "SECRET_KEY": settings.SECRET_KEY, "FIELD_KEYS": ",".join(settings.FIELD_KEYS),
    }  # fmt: skip
    chance, start = Random(plan.seed), dt.datetime(2025, 1, 1, tzinfo=_ZONE)
    lots = deal(plan.kills - plan.web - plan.queue, chance, list(_turns(plan.nights)))
    controller = mail.controller()
    controller.start()
    try:
        with ExitStack() as stack:
            workers = stack.enter_context(nursery(plan.folder / "workers.log", **environment))
            year = Year(everyone, workers, mail, server, lots, plan.folder, say, start, environment)
            if plan.web:
                days = _course_days()
                year.visits = Counter(chance.choices(days, [_people_of(day) for day in days], k=plan.web))
                year.site = stack.enter_context(site_at_work(plan.folder, chance, start, **environment))
            yield year
    finally:
        controller.stop()


def _turns(nights: tuple[dt.date, ...]) -> Iterator[Turn]:
    for day in _course_days():
        if day < nights[-1]:
            yield from (Turn(step, day, _WEIGHT[step]) for step in ("roster", "closing"))
    for night in nights:
        share = 1.0 if night in BUSY else 0.1
        yield from (Turn(step, night, _WEIGHT[step] * share) for step in _steps(night))


def _steps(night: dt.date) -> list[str]:
    only = {"archive": (_FILED,), "roll": office.JOINED}
    return [step for step in _CLOCK if night in only.get(step, (night,))]


def _course_days() -> list[dt.date]:
    return sorted({group.day for group in COURSES})


def _people_of(day: dt.date) -> int:
    """In a hundred, those who attend that day."""
    return sum(group.last - group.first + 1 for group in COURSES if group.day == day)


def _until(year: Year, night: dt.date) -> None:
    """What people did since the night before: courses were held, officers took their steps."""
    for day in sorted({*_course_days(), *office.ACTS}):
        if year.now.date() <= day < night:
            _hold_courses(year, day)
            if day in office.ACTS:
                office.ACTS[day](year.office, dt.datetime.combine(day, dt.time(22), _ZONE))


def _hold_courses(year: Year, day: dt.date) -> None:
    held = hold_courses(year.office, day, year.folder)
    if not held:
        return
    year.now = dt.datetime.combine(day, _EVENING, _ZONE)
    year.held = held[_visit(year, held, day) :]
    for step in ("roster", "closing"):
        _do(year, step, year.lots.of(step, day))


def _visit(year: Year, held: list[Held], day: dt.date) -> int:
    """How many sessions are brought to their end by programs of the bars, through the site, which is killed meanwhile.

    Lots beyond the calls that there are fall on the next day of courses.
    """
    kills = year.visits.pop(day, 0) + year.visits.pop(_LATER, 0)
    if not year.site or not kills:
        return 0
    chosen = held[: -(-kills // CALLS)]
    year.site.set_clock(year.now)
    year.site.until_it_answers()
    for each in chosen:
        desk = _desk(year, each)
        while call := desk.next():
            desk.note(call, _call(year, year.site, call, strike=kills > 0))
            kills -= 1
        year.transcripts.add(desk.person)
    if kills > 0:
        year.visits[_LATER] = kills
    return len(chosen)


def _desk(year: Year, held: Held) -> Desk:
    session = Session.objects.select_related("bar").get(pk=held.session)
    return Desk.of(session, year.office.officers[session.bar_id], Path(held.report).read_bytes(), year.now)


def _revisit(year: Year) -> None:
    """The lots that no call was left for: the last report is uploaded once more for each."""
    for _ in range(year.visits.pop(_LATER, 0)):
        call = _desk(year, year.held[-1]).next()
        if year.site and call:
            year.site.set_clock(year.now)
            _call(year, year.site, call, strike=True)


def _call(year: Year, site: Site, call: Call, *, strike: bool) -> Any:
    if not strike:
        return site.call(call)
    said, who, where, wrong = site.call_and_kill(call)
    year.killed.append(_told(year, call.name, who, where))
    if wrong:
        year.killed[-1]["broken"]["whoever asks again is answered the same"] = wrong
    return said


def _night(year: Year, night: dt.date) -> None:
    year.say(f"{night} {len(year.killed)} killed, {year.mail.received.total():,} messages")
    for step in _steps(night):
        year.now = max(year.now, dt.datetime.combine(night, dt.time(*_CLOCK[step]), _ZONE))
        lots = year.lots.of(step, night)
        if step in _JOBS:
            year.lots.left[step] = _JOBS[step](year, lots)
        else:
            _do(year, step, lots)


def _letters(year: Year, lots: list[str]) -> list[str]:
    if office.ask_for_letters(year.office, year.now):
        lots = _job(year, "letters", lots)
        office.hand_letters_over(year.office, year.now)
    return lots


def _archive(year: Year, lots: list[str]) -> list[str]:
    for bar in office.bars_of(year.office, office.ARCHIVES):
        year.archives.append(office.ask_for_archive(year.office, bar, year.now))
        lots = _job(year, "archive", lots)
    return lots


def _rolls(year: Year, lots: list[str]) -> list[str]:
    """Newcomers of the day, and those of the time before with another telephone."""
    day, count = year.now.date(), max(5, len(year.office.officers))
    for bar in office.bars_of(year.office, office.ROLLS):
        for number, joined in enumerate(office.JOINED):
            if joined > day:
                continue
            content = roll_of(bar.pk, number * count, count, joined, f"+7 70{day.month} 000")
            file = office.upload_roll(year.office, bar, content, year.now)
            lots = _job(year, "roll", lots)
            office.ask_to_apply(year.office, bar, file, year.now)
            lots = _job(year, "roll", lots)
    return lots


_JOBS: Final = {"letters": _letters, "archive": _archive, "roll": _rolls}
_AT_MOST: Final = 2
"""A job that has taken three workers down is given up, and says so: not what is looked for here."""


def _job(year: Year, step: str, lots: list[str]) -> list[str]:
    """Those that are left."""
    now, later = lots[:_AT_MOST], lots[_AT_MOST:]
    return _struck_by(year, step, now) + later


def _do(year: Year, step: str, lots: list[str]) -> None:
    year.lots.left[step] = _struck_by(year, step, lots)


def _struck_by(year: Year, step: str, lots: list[str]) -> list[str]:
    """One step, begun again after each kill as the schedule does; of mail, until nothing waits. Returns the lots that
    came too late."""
    while _once(year, step, lots[0] if lots else ""):
        lots = lots[1:]
    while step == "send" and _doubtful_or_waiting(year):
        lots = lots[_once(year, step, lots[0] if lots else "") :]
    return lots


def _once(year: Year, step: str, what: str) -> bool:
    """Whether it was struck."""
    due = Notice.objects.due(year.now).count() if what and step == "send" else 0
    kill = year.lots.draw(what, step, due) if what else None
    order = {"step": step, "now": year.now.isoformat(), "sessions": year.held}
    blow = _Blow(year, kill)
    ended = year.workers.run(order, kill, blow.strike, lambda spring: _set_trap(year.mail, kill, spring))
    year.mail.trap = None
    struck = blow.told if kill and (ended.killed or kill.what == DATABASE) else ""
    if kill and struck:
        blow.recover()
        year.killed.append(_told(year, step, struck, kill.where))
        year.now += _AGAIN
    else:
        year.lots.statements[step] = max(1, ended.statements)
    return bool(struck)


def _backend() -> int:
    """The database's process for this one."""
    ((pid,),) = checks.rows_of("SELECT pg_backend_pid()")
    return int(pid)


@dataclass
class _Blow:
    """``told``: who was struck, once it is done. The mail server's thread may do it, which has no connection."""

    year: Year
    kill: Kill | None
    told: str = ""
    spared: int = field(default_factory=_backend)

    def strike(self, worker: int) -> None:
        if self.kill and self.kill.what == DATABASE:
            way = self.year.lots.chance.choice(WAYS)
            self.told = f"database: {way(self.year.server, self.spared)}"
        else:
            kill_process(worker)
            self.told = f"worker {worker}"

    def recover(self) -> None:
        if self.kill and self.kill.what == DATABASE:
            self.year.server.up_again(self.spared)
            connection.close()


def _set_trap(mail: Postman, kill: Kill | None, spring: Callable[[], None]) -> None:
    mail.trap = (kill.message, spring) if kill and kill.message else None


def _doubtful_or_waiting(year: Year) -> bool:
    """Whether a letter is still to go; some time later, and with the doubts settled by then."""
    year.decided += office.settle_doubts(year.office, year.mail.received, year.now, year.lots.chance)
    waiting = Notice.objects.filter(state=NoticeState.DUE).exists()
    year.now += _AGAIN if waiting else dt.timedelta()
    return waiting


def _told(year: Year, step: str, struck: str, where: str) -> dict[str, Any]:
    _alone()
    return _noted(year, step, struck, where)


def _noted(year: Year, step: str, struck: str, where: str) -> dict[str, Any]:
    broken = {rule: wrong for rule, wrong in checks.after_a_kill(year.mail.received).items() if wrong}
    return {
        "number": len(year.killed) + 1, "day": year.now.date().isoformat(), "time": f"{year.now:%H:%M}", "step": step,
        "what": struck, "where": where, "broken": broken,
    }  # fmt: skip


def _alone() -> None:
    """Wait until the server has noticed that the worker is gone."""
    others = (
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
        " AND backend_type = 'client backend' AND pid <> pg_backend_pid()"
        f" AND NOT (application_name = '{SITE}' AND state = 'idle')"
    )
    for _ in range(600):
        if checks.rows_of(others) == [(0,)]:
            return
        time.sleep(0.02)
    raise RuntimeError("a killed worker's connection is still there")


def _strike_the_rest(year: Year) -> None:
    """Lots that came too late each time: in the nights that follow, on the same work done over again."""
    _revisit(year)
    for step, lots in sorted(year.lots.left.items()):
        tries = 0
        while lots and tries < 100:
            year.now, tries = year.now + dt.timedelta(minutes=1), tries + 1
            lots = _JOBS[step](year, lots) if step in _JOBS and step != "letters" else _struck_by(year, step, lots)


def _struck(killed: list[dict[str, Any]]) -> dict[str, dict[str, int]]:
    """How many were struck, by what they did and by who they were."""
    found: dict[str, dict[str, int]] = {}
    for each in killed:
        by_step, what = found.setdefault(each["step"], {}), each["what"].split()[0].rstrip(":")
        by_step[what] = by_step.get(what, 0) + 1
    return found


def _mail(year: Year) -> dict[str, int]:
    doubled = sum(count - 1 for count in year.mail.received.values())
    listed = checks.rows_of("SELECT count(DISTINCT notice_id) FROM compliance_noticeevent WHERE kind = 'uncertain'")
    return {
        "messages": year.mail.received.total(), "different": len(year.mail.received), "doubled": doubled,
        "listed for a person": listed[0][0], **{f"decided: {what}": count for what, count in year.decided.items()},
    }  # fmt: skip
