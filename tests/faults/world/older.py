"""Code of before the newest migrations works on the database that they have changed, beside the code of today; and the
newest migrations are made while people and workers are at it."""

from __future__ import annotations

import datetime as dt
import json
import os
import socket
import subprocess
import sys
import tarfile
import threading
import time
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from http.client import HTTPConnection
from io import BytesIO
from pathlib import Path
from typing import Any, Final

from django.db import connection
from django.test import Client

from advocates.models import Advocate
from compliance.models import Notice, SweepRange, SweepRun
from courses.models import Attendance, Course, Decision, Entry, Session
from tests.faults.world.redis_gone import DAY, Certifying, rest_of_the_night, send_task
from tests.faults.world.scene import Scene, Skipped, states
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
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._over.set()
        for thread in self._threads:
            thread.join(60)

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
    """Down to before the newest migrations, then up again while web, worker and sweeps of the code of before are at
    it; then the code of today takes over."""
    _migrate(*[word for pair in BEFORE.items() for word in pair])
    commit, code = older_code(scene)
    scene.did(f"migrated back to {BEFORE}; web, worker and sweeps of {commit}")
    older = scene.worker(code=code)
    site, sweeps = _served(scene, code), _sweeping(scene, code)
    people = _people(scene, site)
    for _name, ask in people:  # the first of each has the server load what it needs
        ask()
    with Load(*people) as load:
        time.sleep(8)
        usual = {**load.longest(), "a sweep": max(_swept(scene), default=0.0)}
        begun = time.monotonic()
        _migrate()
        took = time.monotonic() - begun
        time.sleep(2)
    longest, asked = {**load.longest(), "a sweep": max(_swept(scene), default=0.0)}, sum(map(len, load.waited.values()))
    scene.did(f"{asked} requests and {len(_swept(scene))} sweeps while the migration took {took:.1f} s")
    scene.did("longest of each, before and during: "
              + ", ".join(f"{name} {usual[name]:.2f} and {longest[name]:.2f} s" for name in longest))  # fmt: skip
    broken = [] if sweeps.poll() is None else [(scene.folder / _LOG).read_text()[-300:]]
    scene.expect(f"nothing failed {[*load.failed[:3], *broken] or ''}", not load.failed and not broken)
    more = max(longest[name] - usual[name] for name in longest)
    scene.expect(f"nobody waited for longer than {LONGEST} s more than without it ({more:.2f} s)", more < LONGEST)
    sweeps.kill()
    older.stop()
    scene.worker()
    SweepRange.objects.filter(finished_at=None).update(claimed_at=None)  # whoever held one has been killed
    rest_of_the_night(scene)
    _sent(scene)
    scene.expect("nothing waits any more", not states()["due"])


_LOG: Final = "older-sweeps.log"
_SWEEPS: Final = """
import datetime as dt, time, django
django.setup()
from advocates.models import Bar
from cle.core.clock import now
from compliance.models import SweepRange
from compliance.services.sweeps import start_sweep, sweep_range
while True:
    begun = time.monotonic()
    run = start_sweep(Bar.objects.get(code="KZ"), dt.date(2026, 1, 1), now=now(), rebuild=True)
    for part in SweepRange.objects.filter(run=run).order_by("pk"):
        sweep_range(part.pk, now=now())
    print(f"swept {time.monotonic() - begun:.2f}", flush=True)
    time.sleep(0.02)
"""


def _begun(scene: Scene, code: Path, log: str, *words: str) -> subprocess.Popen[bytes]:
    """Python of the older code, ended with the scene."""
    environment = {**os.environ, **scene.environment(), "PYTHONPATH": str(code)}
    with (scene.folder / log).open("wb") as said:
        process = subprocess.Popen([sys.executable, *words], cwd=code, env=environment, stdout=said,
                                   stderr=subprocess.STDOUT)  # fmt: skip
    scene.closing.append(process.kill)
    return process


def _sweeping(scene: Scene, code: Path) -> subprocess.Popen[bytes]:
    """All of the standings anew, again and again."""
    return _begun(scene, code, _LOG, "-c", _SWEEPS)


def _swept(scene: Scene) -> list[float]:
    lines = (scene.folder / _LOG).read_text().splitlines()
    return [float(line.split()[1]) for line in lines if line.startswith("swept ")]


def _served(scene: Scene, code: Path) -> int:
    """The web server of the older code; its port, once it answers."""
    from tests.plugins.services import free_port

    port = free_port()
    _begun(scene, code, "older-web.log", "-m", "gunicorn", "cle.wsgi", "--bind", f"127.0.0.1:{port}", "--workers", "1",
           "--threads", "4", "--log-level", "error")  # fmt: skip
    until(lambda: _answers(port), "the older web server")
    return port


def _answers(port: int) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=1):
            return True
    except OSError:
        return False


@dataclass
class Answer:
    status_code: int
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body)


@dataclass
class Remote:
    """Asks the web server on that port what ``web`` would ask this process, as the same person."""

    port: int
    web: Client

    def get(self, address: str) -> Answer:
        return self._sent("GET", address, None, {})

    def post(self, address: str, body: str, kind: str, headers: dict[str, str]) -> Answer:
        return self._sent("POST", address, body, {**headers, "Content-Type": kind, "X-CSRFToken": _TOKEN})

    def _sent(self, method: str, address: str, body: str | None, headers: dict[str, str]) -> Answer:
        cookies = {name: morsel.value for name, morsel in self.web.cookies.items()} | {"csrftoken": _TOKEN}
        with closing(HTTPConnection("localhost", self.port, timeout=60)) as line:
            told = "; ".join(f"{name}={value}" for name, value in cookies.items())
            line.request(method, address, body, {**headers, "Cookie": told})
            answer = line.getresponse()
            return Answer(answer.status, answer.read())


_TOKEN: Final = "a" * 32


def _migrate(*words: str) -> None:
    """In a process of its own, as an operator does."""
    command = [sys.executable, "manage.py", "migrate", *words]
    ended = subprocess.run(command, cwd=ROOT, env=dict(os.environ), capture_output=True, check=False, timeout=120)
    if ended.returncode:
        raise RuntimeError(ended.stderr.decode()[-1000:])


def _people(scene: Scene, port: int) -> list[tuple[str, Callable[[], Any]]]:
    first, second = Session.objects.order_by("pk")[:2]
    reader, office = Certifying(scene, first), Certifying(scene, second)
    for one in (reader, office):
        one.web = Remote(port, one.web)  # type: ignore[assignment]
    return [
        ("reading by the API", lambda: reader.web.get(f"/api/v1/bars/{first.bar.code}/standings")),
        ("a page of the office", lambda: office.web.get(f"/office/{second.bar.code}/")),
        ("asking for certificates", reader.by_the_api),
    ]
