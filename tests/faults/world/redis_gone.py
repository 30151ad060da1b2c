"""Redis is emptied, or dies and comes back empty, while a worker sweeps, and while it sends.

State is in PostgreSQL: messages that are lost are made up for by the looks of the schedule, whose place the scenario
takes. People at the web notice nothing of it, or are told so.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

import psycopg
from django.test import Client

from advocates.models import Advocate
from cle.celery import app
from compliance.models import Job, Notice, SweepRange, SweepRun
from courses.models import Session
from tests.faults.world.mailing import Moody, received_by
from tests.faults.world.scene import NIGHT, Scene, states
from tests.faults.world.servers import Worker, until

DAY: Final = {"as_of": NIGHT.isoformat()}


@contextmanager
def holding_up(scene: Scene, position: int) -> Iterator[int]:
    """Whoever assesses the ``position``-th advocate waits in the middle of a transaction, for a row that in the end is
    never there. Gives the advocate's key."""
    person = Advocate.objects.order_by("bar_id", "pk")[position]
    with psycopg.connect(scene.postgres.url) as line:
        line.execute(
            "INSERT INTO compliance_assessed (advocate_id, bar_id, as_of, ledger_version, record_version,"
            " rules_version) VALUES (%s, %s, %s, 0, 0, 0)", [person.pk, person.bar_id, NIGHT],
        )  # fmt: skip
        yield person.pk
        line.rollback()


def send_task(name: str, **kwargs: Any) -> None:
    app.send_task(f"compliance.tasks.{name}", kwargs=kwargs)


def unfinished() -> int:
    return SweepRange.objects.filter(finished_at=None).count()


def a_night(scene: Scene) -> None:

    send_task("nightly_sweep", **DAY)
    until(lambda: SweepRun.objects.exclude(finished_at=None).exists(), "the sweep")
    rest_of_the_night(scene)


def rest_of_the_night(scene: Scene) -> None:
    """Cases and notices."""
    for name in ("review_cases", "plan_notices"):
        send_task(name, **DAY)
        scene.redis.rest()


def in_the_middle() -> None:
    """Comes back with some ranges of a sweep done, one stuck in a worker's hands until ``holding_up`` ends."""
    send_task("nightly_sweep", **DAY)
    until(lambda: SweepRange.objects.exclude(finished_at=None).count() >= 5, "some ranges of the sweep")
    until(lambda: SweepRange.objects.filter(finished_at=None).exclude(claimed_at=None).exists(), "a range in hands")


def flushed(scene: Scene) -> None:
    """FLUSHALL in the middle of a sweep, and of sending."""
    mail = Moody(pause=lambda number: 0.3)
    received_by(scene, mail)
    worker = scene.worker()
    with holding_up(scene, scene.advocates // 2):
        in_the_middle()
        left, lost = unfinished(), scene.redis.flush()
        scene.did(f"FLUSHALL with {left} ranges of the sweep to go: {lost} messages lost")
        scene.expect("messages were lost", lost)
    until(lambda: unfinished() == left - 1, "the range in hands")
    send_task("resume_sweeps")
    until(lambda: SweepRun.objects.exclude(finished_at=None).exists(), "the sweep, resumed")
    scene.did("the next look found the ranges that were left, and the same worker did them")
    rest_of_the_night(scene)
    send_task("send_due_notices")
    until(lambda: mail.taken >= 5 or send_task("send_due_notices"), "some letters", pause=3)
    scene.redis.flush()
    scene.did(f"FLUSHALL with {states()['due']} letters to go; the batch in hands goes on")
    _sent_by(scene, worker)


def _sent_by(scene: Scene, worker: Worker) -> None:
    """Looks as every three minutes, but at once."""
    begun = time.monotonic()
    while Notice.objects.filter(state="due").exists() and time.monotonic() - begun < 120:
        send_task("send_due_notices")
        time.sleep(1)
    found = states()
    scene.did("notices: " + ", ".join(f"{count} {state}" for state, count in sorted(found.items())))
    scene.expect("nothing waits any more", not found["due"] and not found["uncertain"])
    scene.expect("each letter went out once", set(scene.mail.received.values()) == {1})
    scene.expect("it is the same worker that does it", worker.lives)


def killed(scene: Scene) -> None:
    """SIGKILL in the middle of a sweep; people at the web meanwhile; then an empty one; the same while it sends."""
    mail = Moody(pause=lambda number: 0.3)
    received_by(scene, mail)
    worker = scene.worker()
    with holding_up(scene, scene.advocates // 2):
        in_the_middle()
        left = unfinished()
        scene.redis.kill()
        scene.did(f"Redis killed with {left} ranges of the sweep to go")
        _at_the_web(scene)
    until(lambda: unfinished() == left - 1, "the range in hands, without Redis")
    scene.redis.start()
    scene.did("Redis is there again, empty")
    send_task("resume_sweeps")
    send_task("resume_jobs")
    until(lambda: SweepRun.objects.exclude(finished_at=None).exists(), "the sweep, resumed")
    until(lambda: not Job.objects.exclude(state="done").exists(), "the jobs that were asked for meanwhile")
    scene.did(f"the same worker came back, did the rest of the sweep and {Job.objects.count()} jobs")
    rest_of_the_night(scene)
    send_task("send_due_notices")
    until(lambda: mail.taken >= 5 or send_task("send_due_notices"), "some letters", pause=3)
    scene.redis.kill()
    time.sleep(3)
    scene.redis.start()
    scene.did("Redis killed and started empty in the middle of sending")
    _sent_by(scene, worker)


def _at_the_web(scene: Scene) -> None:
    """Asks for work while nothing can be put on the queue."""
    first, second = Session.objects.order_by("pk")[:2]
    api, page = Certifying(scene, first), Certifying(scene, second)
    asked = {
        "a page of the office": (200, lambda: api.web.get(f"/office/{first.bar.code}/")),
        "work asked for by the API": (202, api.by_the_api),
        "work asked for on a page": (302, page.on_the_page),
        "the door": (503, lambda: visitor().post("/login/", {"login": "x@mail.example.kz", "password": "wrong"})),
        "readiness": (503, lambda: visitor().get("/readyz")),
    }
    for what, (fit, ask) in asked.items():
        begun = time.monotonic()
        status, seconds = ask().status_code, time.monotonic() - begun
        scene.expect(f"{what}: {fit} in at most 5 s, without Redis (was {status} in {seconds:.1f} s)",
                     status == fit and seconds < 5)  # fmt: skip
    scene.expect("both jobs are written down", Job.objects.filter(state="waiting").count() == 2)


def visitor() -> Client:
    return Client(raise_request_exception=False, SERVER_NAME="localhost")


class Certifying:
    """An officer has the certificates of a session issued."""

    def __init__(self, scene: Scene, session: Session) -> None:
        self.session, self.web = session, visitor()
        self.web.force_login(scene.office.officers[session.bar_id], "django.contrib.auth.backends.ModelBackend")

    def by_the_api(self) -> Any:
        return self._post("batch", {"session": self.session.pk, **self._shown()})

    def on_the_page(self) -> Any:
        address = f"/office/{self.session.bar.code}/certificates/batch/?session={self.session.pk}"
        return self.web.post(address, {**self._shown(), "sure": "on"})

    def _shown(self) -> dict[str, Any]:
        draft = self._post("preview", {"session": self.session.pk}).json()
        return {"digest": draft["digest"], "count": draft["count"]}

    def _post(self, what: str, body: dict[str, Any]) -> Any:
        address = f"/api/v1/bars/{self.session.bar.code}/certificates/{what}"
        key = f"{what}-{self.session.pk}-{time.time_ns()}"
        return self.web.post(address, json.dumps(body), "application/json", headers={"Idempotency-Key": key})
