"""The web server, as it is deployed, killed while it answers: whoever has asked asks again, under the same key."""

from __future__ import annotations

import datetime as dt
import http.client
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import IO, Any, Final, NamedTuple

import psutil
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart

from advocates.access import Action, scope_of
from advocates.models import User
from advocates.services.tokens import make_token
from courses.models import Attendance, Session
from tests.faults import clock
from tests.plugins.services import free_port

NAME: Final = "site"
"""By which the database knows its connections."""
PATIENCE: Final = 60.0
_CONFIG: Final = "cle/deploy/gunicorn_conf.py"
_SCOPES: Final = (
    Action.READ_ATTENDANCE, Action.KEEP_ATTENDANCE, Action.READ_CERTIFICATES, Action.ISSUE_CERTIFICATES,
    Action.READ_COURSES, Action.READ_ROLL,
)  # fmt: skip
_WITHIN: Final = 0.6
"""The part of a call's time in which it is struck: a process that has just begun takes longer than one that is warm."""
_MASTER: Final = 0.25
"""The share of kills that take the whole server, and not only the process that answers."""


CALLS: Final = 4
"""To bring a session to its end: the report uploaded, applied, the session closed, a transcript issued."""


class Call(NamedTuple):
    """What is asked of the API: its name for people, where, and what is sent along."""

    name: str
    path: str
    secret: str
    file: bytes = b""


class Answer(NamedTuple):
    """``status`` 0: there was none. ``again``: it was given before."""

    status: int
    said: Any = None
    again: bool = False


@dataclass
class Site:
    """``seconds``: how long a call took when it was last left in peace."""

    environment: dict[str, str]
    folder: Path
    chance: Random
    port: int = field(default_factory=free_port)
    keys: int = 0
    seconds: dict[str, float] = field(default_factory=dict)
    process: subprocess.Popen[bytes] | None = None
    _log: IO[bytes] | None = None

    def set_clock(self, moment: dt.datetime) -> None:
        clock.set_clock(self.folder / "clock", moment)

    def start(self) -> None:
        self._log = (self.folder / "site.log").open("ab")
        command = [sys.executable, "-m", "gunicorn", "cle.wsgi", "--config", _CONFIG, "--log-level", "warning"]
        here = {"WEB_BIND": f"127.0.0.1:{self.port}", "WEB_PROCESSES": "1", "WEB_THREADS": "2"}
        self.process = subprocess.Popen(
            command, env={**os.environ, **self.environment, **here}, cwd=Path(__file__).resolve().parents[2],
            stdout=self._log, stderr=subprocess.STDOUT, start_new_session=True,
        )  # fmt: skip

    def stop(self) -> None:
        if self.process:
            with suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)  # its own session: no other process is in the group
            self.process.wait(30)
        if self._log:
            self._log.close()

    def until_it_answers(self) -> None:
        end = time.monotonic() + PATIENCE
        while self._asked("GET", Call("", "/livez", "")).status != 200:
            if self.process and self.process.poll() is not None:
                self.stop()
                self.start()
            if time.monotonic() > end:
                raise RuntimeError(f"the site is silent:\n{(self.folder / 'site.log').read_text()[-3000:]}")
            time.sleep(0.1)

    def call(self, call: Call) -> Any:
        """In peace; what was said."""
        self.keys += 1
        return self._until_answered(call, str(self.keys)).said

    def call_and_kill(self, call: Call) -> tuple[Any, str, str, list[str]]:
        """What was said in the end, who was killed, when, and what was wrong with the answers."""
        self.keys += 1
        key, first = str(self.keys), [Answer(0)]

        def ask() -> None:
            first[0] = self._asked("POST", call, key)

        asking = threading.Thread(target=ask)
        after = self.chance.uniform(0, _WITHIN * self.seconds.get(call.name, 0.4))
        asking.start()
        time.sleep(after)
        who = self._kill()
        asking.join()
        self.until_it_answers()
        final = self._until_answered(call, key)
        where = f"{call.name} + {after * 1000:.0f} ms, " + ("answered" if first[0].status else "no answer")
        wrong = [] if not first[0].status or (final.again and final.said == first[0].said) else ["another answer"]
        return final.said, who, where, wrong

    def _until_answered(self, call: Call, key: str) -> Answer:
        for _ in range(20):
            begun = time.monotonic()
            answer = self._asked("POST", call, key)
            if answer.status:
                break
            self.until_it_answers()
        if answer.status not in (200, 201):
            raise RuntimeError(f"{call.path}: {answer}")
        if not answer.again:
            self.seconds[call.name] = time.monotonic() - begun
        return answer

    def _asked(self, method: str, call: Call, key: str = "") -> Answer:
        headers = {"Authorization": f"Bearer {call.secret}", "Idempotency-Key": key} if key else {}
        body = None
        if call.file:
            headers["Content-Type"] = MULTIPART_CONTENT
            body = encode_multipart(BOUNDARY, {"file": SimpleUploadedFile("report.csv", call.file)})
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        try:
            connection.request(method, call.path, body=body, headers=headers)
            response = connection.getresponse()
            said = response.read()
        except (OSError, http.client.HTTPException):
            return Answer(0)
        finally:
            connection.close()
        return Answer(response.status, _read(said), response.headers.get("Idempotent-Replayed") == "true")

    def _kill(self) -> str:
        assert self.process
        workers = psutil.Process(self.process.pid).children()
        if not workers or self.chance.random() < _MASTER:
            os.kill(self.process.pid, signal.SIGKILL)
            self.process.wait(30)
            _gone(workers)
            return f"web: server {self.process.pid}"
        with suppress(ProcessLookupError):
            os.kill(workers[0].pid, signal.SIGKILL)
        return f"web: process {workers[0].pid}"


def _gone(workers: list[psutil.Process]) -> None:
    """They end by themselves, once they notice that nobody looks after them."""
    for late in psutil.wait_procs(workers, 30)[1]:
        late.kill()


def _read(said: bytes) -> Any:
    try:
        return json.loads(said)
    except ValueError:
        return said[:500]


@contextmanager
def site_at_work(folder: Path, chance: Random, moment: dt.datetime, **environment: str) -> Iterator[Site]:
    more = {
        "DJANGO_SETTINGS_MODULE": "tests.faults.settings", clock.FILE: str(folder / "clock"), "REDIS_URL": "",
        "TMPDIR": str(folder),
        "DATABASE_URL": f"{environment['DATABASE_URL']} application_name='{NAME}'",
        "API_REQUESTS_A_MINUTE": "1000000", "API_STRANGERS_REQUESTS_A_MINUTE": "1000000",
    }  # fmt: skip
    site = Site({**environment, **more}, folder, chance)
    site.set_clock(moment)
    site.start()
    try:
        yield site
    finally:
        site.stop()


@dataclass
class Desk:
    """An officer's program that brings one session to its end: each call follows from the answer before."""

    session: Session
    secret: str
    report: bytes
    file: int = 0
    done: int = 0

    @classmethod
    def of(cls, session: Session, officer: User, report: bytes, now: dt.datetime) -> Desk:
        scopes = [scope_of(action) for action in _SCOPES]
        until = now + dt.timedelta(days=1)
        return cls(session, make_token(officer, session.bar, "faults", scopes, until, now=now)[1], report)

    def next(self) -> Call | None:
        bar = f"/api/v1/bars/{self.session.bar.code}"
        files = f"{bar}/sessions/{self.session.pk}/attendance-files"
        calls = (
            lambda: Call("upload", files, self.secret, self.report),
            lambda: Call("apply", f"{files}/{self.file}/apply", self.secret),
            lambda: Call("close", f"{bar}/sessions/{self.session.pk}/confirm", self.secret),
            lambda: Call("transcript", f"{bar}/advocates/{self.person}/transcript/issue", self.secret),
        )
        return calls[self.done]() if self.done < len(calls) else None

    def note(self, call: Call, said: Any) -> None:
        self.done += 1
        if call.name == "upload":
            self.file = int(said["id"])

    @property
    def person(self) -> int:
        return int(Attendance.objects.filter(session=self.session).order_by("pk").values_list("advocate", flat=True)[0])
