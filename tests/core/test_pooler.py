"""A pooler in front of the database: one that lends sessions by transaction is refused, one that does not is fine."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import connection

from cle.database import database
from cle.postgres.base import DatabaseWrapper
from cle.postgres.lines import OURS, THEIRS
from cle.postgres.pooling import keeps_session
from tests.plugins.services import free_port

pytestmark = pytest.mark.django_db
pooled = pytest.mark.skipif(not shutil.which("pgbouncer"), reason="PgBouncer is not installed")


@pytest.fixture
def pooler(tmp_path: Path) -> Iterator[Callable[[str], int]]:
    """Starts PgBouncer in a mode in front of the database of the tests, and gives its port."""
    started: list[subprocess.Popen[bytes]] = []

    def start(mode: str) -> int:
        port, database = free_port(), connection.settings_dict
        words = {"host": database["HOST"], "port": database["PORT"], "dbname": database["NAME"],
                 "user": database["USER"], "password": database["PASSWORD"]}  # fmt: skip
        lines = [
            "[databases]", "* = " + " ".join(f"{name}='{value}'" for name, value in words.items() if value),
            "[pgbouncer]", "listen_addr = 127.0.0.1", f"listen_port = {port}", "auth_type = any",
            f"pool_mode = {mode}", "unix_socket_dir =", "ignore_startup_parameters = options", *_account(database),
        ]  # fmt: skip
        (tmp_path / "pgbouncer.ini").write_text("\n".join(lines))
        started.append(subprocess.Popen(["pgbouncer", "--quiet", tmp_path / "pgbouncer.ini"]))
        _wait_for(port)
        return port

    yield start
    for process in started:
        process.terminate()
        process.wait(10)


def _account(database: Any) -> list[str]:
    """Root is none that PgBouncer runs as: the one that may open the server's socket."""
    folder = Path(database["HOST"] or "/")
    return [f"user = {folder.owner() if folder.is_absolute() else 'nobody'}"] if os.getuid() == 0 else []


def _wait_for(port: int) -> None:
    for _ in range(100):
        with socket.socket() as line:
            if line.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.02)
    raise AssertionError("PgBouncer does not listen")


def _connect(port: int) -> psycopg.Connection[Any]:
    return psycopg.connect(host="127.0.0.1", port=port, user="somebody", dbname="cle", connect_timeout=5)


@pooled
@pytest.mark.parametrize(("mode", "kept"), [("session", True), ("transaction", False), ("statement", False)])
def test_who_lends_sessions_is_found_out(pooler: Callable[[str], int], mode: str, kept: bool) -> None:
    port = pooler(mode)
    with _connect(port) as line:
        line.rollback()
        line.autocommit = mode == "statement"
        assert keeps_session(line, lambda: _connect(port)) is kept


@pooled
def test_neither_end_of_a_line_waits_for_ever(pooler: Callable[[str], int]) -> None:
    """libpq is told for our end; the server for its own, by which it lets go of the locks of whoever is gone."""
    there = database(f"postgresql://somebody@127.0.0.1:{pooler('session')}/cle", "", Path())
    apart = DatabaseWrapper({**connection.settings_dict, **there}, "apart")
    with closing(apart.get_new_connection(apart.get_connection_params())) as line:
        ours = {option.keyword.decode(): (option.val or b"").decode() for option in line.pgconn.info}
        assert {name: ours[name] for name in OURS} == OURS
        found = line.execute("SELECT name, setting FROM pg_settings WHERE name = ANY (%s)", [list(THEIRS)])
        told = dict(found.fetchall())
    # The pooler reaches the server by a socket, which has no settings of TCP.
    bounds = ("client_connection_check_interval", "idle_in_transaction_session_timeout")
    assert {name: told[name] for name in bounds} == {name: THEIRS[name] for name in bounds}


@pooled
def test_nobody_is_served_over_lent_sessions(pooler: Callable[[str], int], monkeypatch: Any) -> None:
    monkeypatch.setattr(DatabaseWrapper, "session_is_kept", False)
    there = {**connection.settings_dict, "HOST": "127.0.0.1", "PORT": str(pooler("transaction")), "USER": "somebody"}
    with pytest.raises(ImproperlyConfigured, match="pool_mode"):
        DatabaseWrapper(there, "pooled").connect()
    assert DatabaseWrapper.session_is_kept is False


def test_without_a_pooler_one_statement_is_enough() -> None:
    def never() -> psycopg.Connection[Any]:
        raise AssertionError("no second line is needed")

    with psycopg.connect(**connection.get_connection_params() | {"cursor_factory": None}) as line:
        assert keeps_session(line, never) is True
