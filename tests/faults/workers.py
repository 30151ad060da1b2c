"""Worker processes that are there at once and know another day: ``python -m tests.faults.workers`` is their nursery.

It loads the product once, touches no database, and forks a worker for each order that it reads: one JSON object a
line. Each worker runs the very tasks of the schedule, one after the other, by a clock that was set for it, and says
where it is. What becomes of it is said by the nursery. Nobody in here catches a signal: a worker that is killed is
dead on the spot, with its connections and its locks.
"""

from __future__ import annotations

import datetime as dt
import gc
import json
import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Final

from tests.faults.lots import Kill

Order = dict[str, Any]
"""{"step", "now"}, and of a step about sessions {"sessions": [key, officer, file of the report]}."""

PATIENCE: Final = 300.0
"""Seconds for one step, however many advocates there are."""


@dataclass(frozen=True, slots=True)
class Ended:
    """``code`` as the system says it; ``statements``: how many the worker got through, as far as it could still say."""

    pid: int
    code: int
    statements: int

    @property
    def killed(self) -> bool:
        return self.code == -signal.SIGKILL


class Nursery:
    """The parent's end."""

    def __init__(self, process: subprocess.Popen[bytes], log: Path) -> None:
        self._log = log
        assert process.stdin
        assert process.stdout
        self._orders, self._heard = process.stdin, process.stdout
        self._rest = b""

    def run(
        self, order: dict[str, Any], kill: Kill | None, strike: Callable[[int], None],
        armed: Callable[[Callable[[], None]], None],
    ) -> Ended:  # fmt: skip
        """Let a worker do a step; ``strike`` where it is said to, given the worker. ``armed`` is given what the mail
        server is to do. Whatever but a strike ends a worker ahead of time is raised."""
        struck = False

        def struck_at(pid: int) -> None:
            nonlocal struck
            struck = True
            strike(pid)

        self._orders.write(json.dumps({**order, "say_at": kill.statement if kill else 0}).encode() + b"\n")
        self._orders.flush()
        pid = int(self._next()["started"])
        if kill and kill.message:
            armed(lambda: struck_at(pid))
        statements = 0
        while "ended" not in (said := self._next()):
            statements = said.get("statements", statements)
            if said.get("here") and kill:
                time.sleep(kill.after)
                struck_at(pid)
        if said["ended"] and not struck:
            raise RuntimeError(
                f"the worker of “{order['step']}” ended with {said['ended']}:\n{self._log.read_text()[-3000:]}"
            )
        return Ended(pid, said["ended"], statements)

    def _next(self) -> dict[str, Any]:
        end = time.monotonic() + PATIENCE
        while b"\n" not in self._rest:
            ready, _, _ = select.select([self._heard], [], [], max(0.0, end - time.monotonic()))
            read = os.read(self._heard.fileno(), 65536) if ready else b""
            if not read:
                raise RuntimeError(f"the nursery of the workers is silent:\n{self._log.read_text()[-3000:]}")
            self._rest += read
        line, _, self._rest = self._rest.partition(b"\n")
        found: dict[str, Any] = json.loads(line)
        return found


def kill_process(pid: int) -> None:
    """Whoever was done a moment before is not killed, and does not count."""
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)


@contextmanager
def nursery(log: Path, **environment: str) -> Iterator[Nursery]:
    with log.open("ab") as errors:
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.workers"], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=errors, env={**os.environ, **environment}, cwd=Path(__file__).resolve().parents[2], bufsize=0,
        )  # fmt: skip
        try:
            yield Nursery(process, log)
        finally:
            assert process.stdin
            process.stdin.close()
            process.wait(30)
            if process.stdout:
                process.stdout.close()


# --- the other end: in the nursery, and in the workers that it forks -------------------------------------------------


def _say(**what: Any) -> None:
    os.write(1, json.dumps(what).encode() + b"\n")  # shorter than a pipe's atomic write: lines of two never mix


def _serve(orders: IO[bytes]) -> None:
    import django

    django.setup()
    _warm_up()
    gc.freeze()  # what is there already is shared by all forks, and no collection of theirs copies it
    for line in orders:
        order = json.loads(line)
        pid = os.fork()
        if not pid:
            _live(order)
        _say(started=pid)
        _, status = os.waitpid(pid, 0)
        _say(ended=os.waitstatus_to_exitcode(status))


def _warm_up() -> None:
    """What a worker has loaded that has been up for a while: programs, rules, catalogues; but no connection."""
    from django.conf import settings
    from django.db import connection
    from django.urls import reverse
    from django.utils import translation

    import compliance.signatures  # noqa: F401
    from advocates.models import Bar
    from cle.celery import app
    from compliance.certificates import fonts
    from compliance.queries.rules import rules_of

    app.loader.import_default_modules()
    for bar in Bar.objects.all():
        rules_of(bar)
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            translation.gettext("hours overdue")
    reverse("verify", args=["-"])
    fonts.register()
    connection.close()


def _live(order: dict[str, Any]) -> None:
    code = 1
    try:
        _work(order)
        code = 0
    except BaseException:  # noqa: BLE001  (a fork must never fall back into the nursery's loop)
        import traceback

        traceback.print_exc()
        sys.stderr.flush()
    os._exit(code)


def _work(order: dict[str, Any]) -> None:
    from django.db import connection
    from django.utils import timezone

    begun, day = time.monotonic(), dt.datetime.fromisoformat(order["now"])
    timezone.now = lambda: day + dt.timedelta(seconds=time.monotonic() - begun)  # what cle.core.clock reads
    count = 0

    def counted(execute: Any, sql: Any, params: Any, many: Any, context: Any) -> Any:
        nonlocal count
        count += 1
        if count == order["say_at"]:
            _say(here=True, statements=count)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(counted):
        STEPS[order["step"]](order)
    _say(statements=count)


def _sweep(order: Order) -> None:
    from compliance import tasks

    tasks.nightly_sweep()
    tasks.resume_sweeps()


def _send(order: Order) -> None:
    """Tick after tick until nothing is due."""
    from cle.core.clock import now
    from compliance import tasks
    from compliance.models import Notice

    tasks.send_due_notices()
    while Notice.objects.due(now()).exists():
        tasks.send_due_notices()


def _roster(order: Order) -> None:
    """The reports of some sessions, uploaded and applied by each bar's officer: who does not know whether it was done
    does it again."""
    from cle.core.clock import now
    from compliance.services.imports import apply_report
    from courses.services.attendance import preview_attendance

    for session, officer, path in _sessions(order):
        file = preview_attendance(session, path.read_bytes(), path.name, by=officer, time_zone="UTC")
        apply_report(file, by=officer, now=now())


def _closing(order: Order) -> None:
    from cle.core.clock import now
    from courses.services.sessions import confirm_session

    for session, officer, _path in _sessions(order):
        confirm_session(session, by=officer, now=now())


def _sessions(order: Order) -> Iterator[tuple[Any, Any, Path]]:
    """Each in the name of its officer, with no more rights than a page gives."""
    from advocates.acting import acting
    from advocates.models import User
    from courses.models import Session

    for key, officer, path in order["sessions"]:
        user = User.objects.get(pk=officer)
        with acting("web", user=user.pk):
            yield Session.objects.get(pk=key), user, Path(path)


def _task(name: str) -> Callable[[Order], None]:
    def run(order: Order) -> None:
        from cle.celery import app

        app.tasks[name]()

    return run


STEPS: Final[dict[str, Callable[[Order], None]]] = {
    "sweep": _sweep,
    "cases": _task("compliance.tasks.review_cases"),
    "plan": _task("compliance.tasks.plan_notices"),
    "send": _send,
    "letters": _task("compliance.tasks.resume_jobs"),
    "certificates": _task("compliance.tasks.issue_due_certificates"),
    "archive": _task("compliance.tasks.resume_jobs"),
    "roll": _task("compliance.tasks.resume_jobs"),
    "roster": _roster,
    "closing": _closing,
    "seal": _task("advocates.tasks.seal_audit_trail"),
}


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cle.settings")
    os.environ["REDIS_URL"] = ""  # tasks that put others on the queue do them themselves, and die with them
    _serve(sys.stdin.buffer)
