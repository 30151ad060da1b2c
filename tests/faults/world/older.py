"""Code of before the newest migrations works on the database that they have changed, beside the code of today; and the
newest migrations are made while people and workers are at it."""

from __future__ import annotations

import datetime as dt
import os
import subprocess
import sys
import tarfile
import threading
import time
from collections import Counter
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any, Final

from django.core.signals import got_request_exception
from django.db import connection

from advocates.models import Advocate
from cle.core.clock import now
from compliance.models import Notice, SweepRange, SweepRun
from compliance.services.sweeps import start_sweep, sweep_range
from courses.models import Attendance, Course, Decision, Entry, Session
from tests.faults.world.redis_gone import DAY, Certifying, rest_of_the_night, send_task
from tests.faults.world.scene import Scene, Skipped, eventually, states
from tests.faults.world.servers import ROOT, until

BEFORE: Final = {"compliance": "0012_notice_ledger"}
"""The last migrations that were there before the newest ones."""
_NEWEST: Final = "compliance/migrations/0013_*.py"
"""Added by the first commit that is too new for the older worker."""
LONGEST: Final = 3.0
"""Seconds that a migration may add to what a request, or a sweep, takes."""


def _git(*words: str) -> bytes:
    ended = subprocess.run(["git", *words], cwd=ROOT, capture_output=True, check=False)
    if ended.returncode:
        raise Skipped(f"git cannot tell of an older version here: {ended.stderr.decode().strip()}")
    return ended.stdout


def older_code(scene: Scene) -> tuple[str, Path]:
    """The commit before the newest migrations, or the one that was asked for, in a folder."""
    commit = scene.options.get("older") or ""
    if not commit:
        added = _git("log", "--diff-filter=A", "--format=%H", "--", _NEWEST).decode().split()
        if not added:
            raise Skipped("the history of the newest migrations is not there")
        commit = f"{added[-1]}~1"
    short = _git("rev-parse", "--short", commit).decode().strip()
    folder = scene.folder / f"older-{short}"
    with tarfile.open(fileobj=BytesIO(_git("archive", commit))) as archive:
        archive.extractall(folder, filter="data")
    return short, folder


def worker(scene: Scene) -> None:
    commit, code = older_code(scene)
    old, new = scene.worker(code=code), scene.worker()
    scene.did(f"a worker of {commit} and one of today, on the database of today")
    until(lambda: all("ready." in each.said for each in (old, new)), "both workers")
    send_task("nightly_sweep", **DAY)
    until(lambda: SweepRun.objects.exclude(finished_at=None).exists(), "the sweep")
    rest_of_the_night(scene)
    _sent(scene)
    _certified(scene)
    for each, name in ((old, commit), (new, "today")):
        done = Counter(line.split("Task ")[1].split("[")[0].rpartition(".")[2] for line in each.said.splitlines()
                       if " succeeded in " in line)  # fmt: skip
        scene.did(f"{name} did {done.total()} tasks: {dict(done.most_common())}")
        scene.expect(f"{name} had a part in it, and failed in nothing", done and "raised unexpected" not in each.said)
    scene.did("notices: " + ", ".join(f"{count} {state}" for state, count in sorted(states().items())))
    scene.expect("each letter went out once", set(scene.mail.received.values()) == {1})
    scene.expect("nothing waits any more", not states()["due"])
    _old_alone(scene, code)


def _sent(scene: Scene) -> None:
    begun = time.monotonic()
    while Notice.objects.filter(state="due").exists() and time.monotonic() - begun < 120:
        send_task("send_due_notices")
        time.sleep(1)


def _certified(scene: Scene) -> None:
    for _ in range(2):
        send_task("issue_due_certificates", **DAY)
    scene.redis.rest()


_POSTS: Final = """
import datetime as dt, sys, django
django.setup()
from courses.models import Session
from courses.services.sessions import confirm_session
session = Session.objects.get(pk=int(sys.argv[1]))
confirm_session(session, by=None, now=session.ends_at + dt.timedelta(hours=3))
from compliance import tasks
tasks.nightly_sweep(as_of="2026-01-15")
"""


def _old_alone(scene: Scene, code: Path) -> None:
    """The older code posts credit and sweeps once more, alone."""
    session = _attended(scene)
    ended = subprocess.run(
        [sys.executable, "-c", _POSTS, str(session.pk)], cwd=code, capture_output=True, check=False, timeout=180,
        env={**os.environ, **scene.environment(REDIS_URL=""), "PYTHONPATH": str(code)},
    )  # fmt: skip
    scene.expect(f"the older code posts credit and sweeps {ended.stderr.decode()[-300:]}", not ended.returncode)
    posted = Entry.objects.filter(attendance__session=session).count()
    scene.expect(f"{posted} entries posted by it", posted)


def _attended(scene: Scene) -> Session:
    """A session of January, with some people who were there, to be confirmed."""
    people = list(Advocate.objects.order_by("bar_id", "pk")[:5])
    starts = dt.datetime(2026, 1, 14, 4, tzinfo=dt.UTC)
    session = Session.objects.create(
        bar=people[0].bar, course=Course.objects.order_by("pk").first(), starts_at=starts,
        ends_at=starts + dt.timedelta(hours=9),
    )  # fmt: skip
    for person in people:
        if person.bar_id == session.bar_id:
            Attendance.objects.create(
                bar=session.bar, session=session, advocate=person, seconds=32400, decision=Decision.FULL,
                credit_percent=100,
            )  # fmt: skip
    return session


# --- migrating -------------------------------------------------------------------------------------------------------


class Load:
    """People at work, each asking the next thing as soon as the last is answered; how long each waited, and what
    failed."""

    def __init__(self, *kinds: tuple[str, Callable[[], Any]]) -> None:
        self.kinds = kinds
        self.waited: dict[str, list[float]] = {name: [] for name, _ask in kinds}
        self.failed: list[str] = []
        self._over = threading.Event()
        self._threads = [threading.Thread(target=self._ask, args=kind, daemon=True) for kind in kinds]

    def __enter__(self) -> Load:
        got_request_exception.connect(self._broken)
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._over.set()
        for thread in self._threads:
            thread.join(60)

    def _broken(self, **_signal: Any) -> None:
        self.failed.append(repr(sys.exc_info()[1])[:300])

    def longest(self) -> dict[str, float]:
        return {name: max(times, default=0.0) for name, times in self.waited.items()}

    def _ask(self, name: str, ask: Callable[[], Any]) -> None:
        while not self._over.is_set():
            begun = time.monotonic()
            try:
                answer = ask()
                if answer is not None and answer.status_code >= 500:
                    self.failed.append(f"{name}: {answer.status_code}")
            except Exception as error:  # noqa: BLE001  (counted)
                self.failed.append(f"{name}: {type(error).__name__}: {error}".splitlines()[0])
            self.waited[name].append(time.monotonic() - begun)
            time.sleep(0.02)
        connection.close()


def migrating(scene: Scene) -> None:
    """Down to before the newest migrations, then up again while a worker sweeps and people read and write."""
    _migrate(*[word for pair in BEFORE.items() for word in pair])
    scene.did(f"migrated back to {BEFORE}")
    scene.worker()
    with Load(*_people(scene)) as load:
        time.sleep(8)
        usual = load.longest()
        begun = time.monotonic()
        _migrate()
        took = time.monotonic() - begun
        time.sleep(2)
    longest, asked = load.longest(), sum(map(len, load.waited.values()))
    scene.did(f"{asked} requests while the migration took {took:.1f} s")
    scene.did("longest of each, before and during: "
              + ", ".join(f"{name} {usual[name]:.2f} and {longest[name]:.2f} s" for name in longest))  # fmt: skip
    scene.expect(f"nothing failed {load.failed[:3] or ''}", not load.failed)
    more = max(longest[name] - usual[name] for name in longest)
    scene.expect(f"nobody waited for longer than {LONGEST} s more than without it ({more:.2f} s)", more < LONGEST)
    scene.redis.rest()
    settled = eventually(lambda: not SweepRange.objects.filter(finished_at=None).exists(), seconds=60)
    scene.expect("the sweeps came to their end", settled is not None)
    rest_of_the_night(scene)
    _sent(scene)
    scene.expect("nothing waits any more", not states()["due"])


def _migrate(*words: str) -> None:
    """In a process of its own, as an operator does."""
    command = [sys.executable, "manage.py", "migrate", *words]
    ended = subprocess.run(command, cwd=ROOT, env=dict(os.environ), capture_output=True, check=False, timeout=120)
    if ended.returncode:
        raise RuntimeError(ended.stderr.decode()[-1000:])


def _people(scene: Scene) -> list[tuple[str, Callable[[], Any]]]:
    first, second = Session.objects.order_by("pk")[:2]
    reader, office = Certifying(scene, first), Certifying(scene, second)
    return [
        ("reading by the API", lambda: reader.web.get(f"/api/v1/bars/{first.bar.code}/standings")),
        ("a page of the office", lambda: office.web.get(f"/office/{second.bar.code}/")),
        ("asking for certificates", reader.by_the_api),
        ("a sweep", lambda: _swept(scene)),
    ]


def _swept(scene: Scene) -> None:
    """All of the standings anew, range by range."""
    run = start_sweep(scene.office.national, dt.date(2026, 1, 1), now=now(), rebuild=True)
    for part in SweepRange.objects.filter(run=run).order_by("pk"):
        sweep_range(part.pk, now=now())
