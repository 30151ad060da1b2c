"""Servers of a scenario's own: PostgreSQL over TCP, Redis. Both can be stopped, killed and started again, empty or not.

``inside``: words that a command begins with, as ``ip netns exec NAME``.
"""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import psycopg

from cle.pgembed.server import _load, _prepare
from tests.plugins.services import _binary, free_port

ROOT: Final = Path(__file__).resolve().parents[3]
_ACCOUNT: Final = "pgserver"
"""PostgreSQL refuses to run as root; the package of the embedded server makes this account."""


def until(condition: Callable[[], object], what: str, *, seconds: float = 60, pause: float = 0.03) -> None:
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            raise RuntimeError(f"in vain waited {seconds:.0f} s for: {what}")
        time.sleep(pause)


def _own_account() -> list[str]:
    if os.getuid():
        return []
    return ["setpriv", f"--reuid={_ACCOUNT}", f"--regid={_ACCOUNT}", "--clear-groups"]


@dataclass
class Postgres:
    """``data``: a folder that ``new_cluster`` made, or a copy of one."""

    data: Path
    log: Path
    host: str = "127.0.0.1"
    inside: Sequence[str] = ()
    settings: dict[str, str] = field(default_factory=dict)
    port: int = field(default_factory=free_port)
    database: str = "cle"
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"postgresql://postgres@{self.host}:{self.port}/{self.database}"

    def start(self) -> None:
        """Returns when it answers."""
        chosen = {
            "listen_addresses": self.host, "port": str(self.port), "unix_socket_directories": "", "fsync": "off",
            "max_connections": "60", **self.settings,
        }  # fmt: skip
        options = [word for name, value in chosen.items() for word in ("-c", f"{name}={value}")]
        binary = str(_load().PostgresServer(self.data).bin_path / "postgres")
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [*self.inside, *_own_account(), binary, "-D", str(self.data), *options], stdout=log, stderr=log
            )
        until(self.answers, "PostgreSQL")

    def answers(self) -> bool:
        try:
            with psycopg.connect(self.url, connect_timeout=2, autocommit=True) as line:
                return line.execute("SELECT NOT pg_is_in_recovery()").fetchone() == (True,)
        except psycopg.OperationalError:
            return False

    def ask(self, sql: str) -> list[tuple[Any, ...]]:
        with psycopg.connect(self.url, connect_timeout=5, autocommit=True) as line:
            return line.execute(sql.encode()).fetchall()

    def stop(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
            self.process.wait(30)
        self.process = None


def new_cluster(data: Path) -> None:
    """An empty cluster with a database ``cle``, as the embedded server makes them."""
    data.mkdir()
    server = _load().PostgresServer(data)
    server.ensure_pgdata_inited()
    running = Postgres(data, data.parent / "initdb.log", database="postgres")
    running.start()
    _prepare({"host": running.host, "port": str(running.port), "user": "postgres"})
    running.stop()


def copied(cluster: Path, to: Path) -> Path:
    """With its owner."""
    subprocess.run(["cp", "-a", str(cluster), str(to)], check=True)
    return to


@dataclass
class Redis:
    """Keeps nothing on a disk: started again, it is empty."""

    log: Path
    host: str = "127.0.0.1"
    inside: Sequence[str] = ()
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"redis://{self.host}:{self.port}/0"

    def start(self) -> None:
        options = {
            "port": str(self.port), "bind": "0.0.0.0" if self.inside else self.host, "protected-mode": "no",
            "save": "", "appendonly": "no",
        }  # fmt: skip
        command = [*self.inside, _binary(), *(word for name, value in options.items() for word in (f"--{name}", value))]
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(command, stdout=log, stderr=log, cwd=self.log.parent)
        until(self.answers, "Redis")

    def answers(self) -> bool:
        import redis

        try:
            with redis.Redis.from_url(self.url, socket_connect_timeout=1, retry=None) as line:
                return bool(line.ping())
        except redis.RedisError:
            return False

    def flush(self) -> int:
        """Everything in it is gone; returns how many messages that were."""
        import redis

        with redis.Redis.from_url(self.url) as line:
            count = int(line.llen("celery"))
            line.flushall()
        return count

    def busy(self) -> int:
        """Messages that wait, and those that a worker has and has not done yet."""
        import redis

        with redis.Redis.from_url(self.url) as line:
            return int(line.llen("celery")) + int(line.hlen("unacked"))

    def rest(self, *, seconds: float = 240) -> None:
        """Wait until nothing waits and nobody has anything in hands. A message on its way from the one to the other is
        in neither for a moment: asked for a second."""
        quiet = 0

        def at_rest() -> bool:
            nonlocal quiet
            quiet = 0 if self.busy() else quiet + 1
            return quiet >= 5

        until(at_rest, "the queue to be empty", seconds=seconds, pause=0.2)

    def kill(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.wait(10)
        self.process = None


@dataclass
class Worker:
    """``celery worker`` (or ``beat``) as the installation runs it, on the settings of ``environment``."""

    log: Path
    environment: dict[str, str]
    inside: Sequence[str] = ()
    code: Path = ROOT
    app: str = "cle"
    process: subprocess.Popen[bytes] | None = None

    def start(self, *words: str) -> None:
        command = words or ("worker", "-l", "info", "--concurrency=1", "--without-gossip", "--without-mingle", "-n",
                            f"w{time.time_ns()}@%h")  # fmt: skip
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [*self.inside, sys.executable, "-m", "celery", "-A", self.app, *command], cwd=self.code,
                env={**os.environ, **self.environment, "PYTHONPATH": str(self.code)}, stdout=log,
                stderr=subprocess.STDOUT, start_new_session=True,
            )  # fmt: skip

    @property
    def said(self) -> str:
        return self.log.read_text(errors="replace") if self.log.exists() else ""

    @property
    def lives(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def stop(self, number: signal.Signals = signal.SIGTERM) -> None:
        """With its children: its session holds nobody else."""
        if self.process is None:
            return
        if self.process.poll() is None:
            os.killpg(self.process.pid, number)
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait(10)
        self.process = None


def account() -> tuple[int, int] | None:
    """Whose the data of PostgreSQL has to be; None where it is whoever runs this."""
    if os.getuid():
        return None
    found = pwd.getpwnam(_ACCOUNT)
    return found.pw_uid, found.pw_gid


def missing(*programs: str) -> str:
    """The first of the programs that this machine does not have, "" when it has them all."""
    return next((name for name in programs if shutil.which(name) is None), "")
