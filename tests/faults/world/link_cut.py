"""The cable between workers and database is cut for longer than anybody waits, in mid-sweep and in mid-sending.

Nobody is told: packets go nowhere. Both ends have to find out by themselves, the server's too, which has the lost
worker's locks; afterwards the same worker goes on.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from random import Random
from typing import Final

from cle.core.clock import now
from compliance.models import Notice, SweepRange, SweepRun
from compliance.services.notices import release_abandoned
from compliance.services.notices.settling import LEASE as SENDER_LEASE
from compliance.services.sweeps import LEASE, resume_sweeps
from tests.faults import office
from tests.faults.world.mailing import Moody, received_by
from tests.faults.world.network import Network
from tests.faults.world.redis_gone import holding_up, in_the_middle, rest_of_the_night, send_task, unfinished
from tests.faults.world.scene import Scene, eventually, states
from tests.faults.world.servers import ROOT, Worker, until

PATIENCE: Final = 110
"""Seconds in which both ends have to have found out: the minute that is set, and some for the steps of a timer."""


def _worker(scene: Scene, net: Network) -> Worker:
    """On the other host."""
    return scene.worker(inside=net.in_workers, **_seen_from_there(scene, net))


def _seen_from_there(scene: Scene, net: Network) -> dict[str, str]:
    there = net.seen_by_workers
    return {
        "DATABASE_URL": scene.postgres.url.replace(net.seen_by_us, there), "SMTP_HOST": net.onlooker,
        "REDIS_URL": scene.redis.url.replace(net.seen_by_us, there),
    }  # fmt: skip


def _lines_from_there(scene: Scene, net: Network) -> int:
    """Sessions that the server keeps for the workers' host."""
    sql = f"SELECT count(*) FROM pg_stat_activity WHERE host(client_addr) <> '{net.seen_by_us[:-1]}1'"
    return int(scene.postgres.ask(sql)[0][0])


def _net_of(scene: Scene) -> Network:
    assert scene.network
    return scene.network


def _both_ends_find_out(scene: Scene, net: Network, worker: Worker) -> None:
    begun = time.monotonic()
    server = eventually(lambda: not _lines_from_there(scene, net), seconds=PATIENCE)
    scene.expect(f"the server let go of the lost worker's session, and its locks (after {_said(server)})", server)
    left = PATIENCE - (time.monotonic() - begun)
    client = eventually(lambda: "OperationalError" in worker.said, seconds=max(left, 1))
    total = None if client is None else time.monotonic() - begun
    scene.expect(f"the worker gave the line up and its task with it (after {_said(total)})", client is not None)


def _said(seconds: float | None) -> str:
    return "never" if seconds is None else f"{seconds:.0f} s"


_PROBE: Final = """
import json, time, django
django.setup()
from cle.core.queue import enqueue
from cle.core.throttle import counted
from compliance.tasks import resume_jobs
def timed(work):
    begun = time.monotonic()
    work()
    return time.monotonic() - begun
from django.db import transaction
transaction.on_commit = lambda work: work()
print(json.dumps([timed(lambda: counted("probe", 5, 60)), timed(lambda: enqueue(resume_jobs))]))
"""


def _at_the_web_there(scene: Scene, net: Network) -> None:
    """How long a request on the cut-off host waits for Redis, whose host says nothing."""
    environment = scene.environment(**_seen_from_there(scene, net), PYTHONPATH=str(ROOT))
    command = [*net.in_workers, "env", *(f"{name}={value}" for name, value in environment.items()),
               "DJANGO_SETTINGS_MODULE=cle.settings", sys.executable, "-c", _PROBE]  # fmt: skip
    ended = subprocess.run(command, capture_output=True, cwd=ROOT, check=True, timeout=120)
    counting, queueing = json.loads(ended.stdout)
    scene.expect(
        f"a web process there goes on without Redis: {counting:.1f} s for a count, {queueing:.1f} s for work put off",
        counting < 5 and queueing < 15,
    )


def sweeping(scene: Scene) -> None:
    net = _net_of(scene)
    received_by(scene, Moody(host=net.onlooker))
    worker = _worker(scene, net)
    with holding_up(scene, scene.advocates // 2):
        in_the_middle()
        net.cut()
        left = unfinished()
        scene.did(f"cable cut with {left} ranges of the sweep to go, one of them within a transaction")
    _at_the_web_there(scene, net)
    _both_ends_find_out(scene, net, worker)
    scene.expect("of the range in hands nothing is written, or all of it", unfinished() in (left, left - 1))
    net.mend()
    scene.did("cable mended")
    again = resume_sweeps(now=now() + LEASE)
    for range_id in again:
        send_task("sweep_range", range_id=range_id)
    until(lambda: SweepRun.objects.exclude(finished_at=None).exists(), "the sweep, after the mending", seconds=120)
    scene.expect("the same worker came back and did the rest", worker.lives and not unfinished())
    rest_of_the_night(scene)
    _letters_go_out(scene)


def sending(scene: Scene) -> None:
    net = _net_of(scene)
    mail = Moody(pause=lambda number: 0.3, host=net.onlooker)
    received_by(scene, mail)
    worker = _worker(scene, net)
    send_task("nightly_sweep", as_of="2026-01-01")
    until(lambda: SweepRun.objects.exclude(finished_at=None).exists(), "the sweep")
    rest_of_the_night(scene)
    send_task("send_due_notices")
    until(lambda: mail.taken >= 5, "some letters")
    net.cut()
    scene.did(f"cable cut with {states()['due']} letters to go, one of them in the mail server's hands")
    _both_ends_find_out(scene, net, worker)
    scene.expect("no more than the letter in hands went out unrecorded", mail.taken - states()["sent"] <= 1)
    net.mend()
    scene.did("cable mended")
    _letters_go_out(scene)
    scene.expect("the same worker came back", worker.lives)


def _letters_go_out(scene: Scene) -> None:
    """The schedule's looks; the letter whose sender was lost is given up after the lease, and a person decides."""
    release_abandoned(now() + SENDER_LEASE * 2)
    decided = office.settle_doubts(scene.office, scene.mail.received, now(), Random(1))
    scene.did(f"listed for a person and decided: {dict(decided) or 'none'}")
    begun = time.monotonic()
    while Notice.objects.filter(state="due").exists() and time.monotonic() - begun < 150:
        send_task("send_due_notices")
        time.sleep(1)
    found = states()
    scene.did("notices: " + ", ".join(f"{count} {state}" for state, count in sorted(found.items())))
    scene.expect("nothing waits any more", not found["due"] and not found["uncertain"])
    scene.expect("every part of the sweep is done", not SweepRange.objects.filter(finished_at=None).exists())
