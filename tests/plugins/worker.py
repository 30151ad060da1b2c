"""A real Celery worker in a process of its own, for tests that kill it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import pytest
from django.conf import settings
from django.db import connection

from cle.celery import app

_ROOT = Path(__file__).resolve().parents[2]
_WORKER = ["-m", "celery", "-A", "cle", "worker", "-l", "info", "--concurrency=1"]
_ALONE = ["--without-gossip", "--without-mingle"]


class Crew:
    """One living worker at a time. Whoever kills it starts the next one, which then serves the tests that follow."""

    def __init__(self, folder: Path, **environment: str) -> None:
        self.folder, self.environment, self.started = folder, environment, 0
        self.process: subprocess.Popen[bytes] | None = None
        self._file: IO[bytes] | None = None

    @property
    def log(self) -> Path:
        return self.folder / f"worker-{self.started}.log"

    def start(self) -> None:
        """Let a worker start, unless one is at work; returns at once, messages wait for it."""
        if self.process is not None:
            return
        self.started += 1
        self._file = self.log.open("wb")
        command = [sys.executable, *_WORKER, *_ALONE, "-n", f"worker-{time.time_ns()}@%h"]
        self.process = subprocess.Popen(
            command, cwd=_ROOT, env={**os.environ, **self.environment}, stdout=self._file, stderr=subprocess.STDOUT,
            start_new_session=True,
        )  # fmt: skip

    def kill(self) -> None:
        """SIGKILL to the worker and its child: nothing is tidied up, no message is given back."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        self._end(signal.SIGTERM)

    def _end(self, number: signal.Signals) -> None:
        if self.process is None or self._file is None:
            return
        if self.process.poll() is None:
            os.killpg(self.process.pid, number)  # its own session: no other process is in the group
        self.process.wait(30)
        self._file.close()
        self.process = None

    def until(self, condition: Callable[[], object], *, seconds: float = 40) -> None:
        """Wait for what the worker is to bring about; fails with the end of its log."""
        end = time.monotonic() + seconds
        while not condition():
            gone = self.process is None or self.process.poll() is not None
            if gone or time.monotonic() > end:
                pytest.fail("".join(self.log.read_text(errors="replace").splitlines(keepends=True)[-40:]))
            time.sleep(0.03)

    def rest(self, *, seconds: float = 40) -> None:
        """Wait until the worker has nothing left to do: no statement of its then meets the emptying of the tables."""
        end = time.monotonic() + seconds
        while self.process is not None and self.process.poll() is None:
            if not _waiting() and not _busy():
                return
            if time.monotonic() > end:
                pytest.fail("the worker does not come to rest")


def _waiting() -> int:
    """Messages that no worker has taken yet."""
    with app.connection_for_read() as broker:
        return int(broker.default_channel.client.llen(app.conf.task_default_queue))


def _busy() -> bool:
    """Whether a task is under way or taken; a worker that does not answer yet counts as busy."""
    asked = app.control.inspect(timeout=1.0)
    active, reserved = asked.active(), asked.reserved()
    return active is None or reserved is None or any([*active.values(), *reserved.values()])


def database_url() -> str:
    """The test database as libpq reads it, also over the embedded server's socket."""
    connection.ensure_connection()
    parts = connection.settings_dict
    names = {"host": "HOST", "port": "PORT", "user": "USER", "dbname": "NAME"}
    return " ".join(f"{word}='{parts[key]}'" for word, key in names.items() if parts[key])


@contextmanager
def crew_at_work(folder: Path, **environment: str) -> Iterator[Crew]:
    """A crew on the test database and the tests' Redis, whose queue begins and ends empty."""
    app.control.purge()
    crew = Crew(
        folder,
        DATABASE_URL=database_url(),
        DATABASE_PASSWORD=connection.settings_dict["PASSWORD"] or "",
        REDIS_URL=settings.CELERY_BROKER_URL,
        CLE_VAR=str(folder / "var"),
        **environment,
    )
    try:
        yield crew
    finally:
        crew.stop()
        app.control.purge()
