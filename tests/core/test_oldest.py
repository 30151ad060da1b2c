"""PostgreSQL 15, the oldest that the README promises and what Debian 12 has, set up as running.md says."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from shutil import chown, rmtree
from typing import Any

import psycopg
import pytest

from tests.plugins.services import free_port

ROOT = Path(__file__).resolve().parents[2]
PROGRAMS = Path("/usr/lib/postgresql/15/bin")
ACCOUNT: dict[str, Any] = {"user": "postgres", "group": "postgres"} if os.getuid() == 0 else {}
"""PostgreSQL does not start as root."""

pytestmark = pytest.mark.skipif(not (PROGRAMS / "initdb").exists(), reason="PostgreSQL 15 is not installed")


@pytest.fixture
def port() -> Iterator[int]:
    """Of a server on which the administrator has said what the page tells them to say."""
    folder, port = Path(tempfile.mkdtemp(prefix="cle-oldest-")), free_port()
    if ACCOUNT:
        chown(folder, **ACCOUNT)
    made = [PROGRAMS / "initdb", "--username=postgres", "--auth=trust", "--no-sync", f"--pgdata={folder / 'data'}"]
    subprocess.run(made, check=True, stdout=subprocess.DEVNULL, cwd=folder, **ACCOUNT)
    started = [PROGRAMS / "postgres", "-D", folder / "data", "-p", str(port), "-k", folder, "-c", "fsync=off"]
    with (folder / "log").open("w") as log, subprocess.Popen(started, stderr=log, cwd=folder, **ACCOUNT) as server:
        try:
            _say_what_the_page_says(port)
            yield port
        finally:
            server.terminate()
    rmtree(folder)


def _say_what_the_page_says(port: int) -> None:
    page = (ROOT / "cle/docs/running.md").read_text(encoding="utf-8")
    said = re.search(r"<<'SQL'\n(.*?)\n +SQL\n", page, re.S)
    assert said, "the page makes roles and database by psql"
    with _connected(port, "postgres") as line:
        for statement in said[1].split(";")[:-1]:
            line.execute(statement.encode())


def _connected(port: int, user: str, database: str = "postgres") -> psycopg.Connection[Any]:
    for _ in range(200):
        try:
            return psycopg.connect(host="127.0.0.1", port=port, user=user, dbname=database, autocommit=True)
        except psycopg.OperationalError:
            time.sleep(0.05)
    raise AssertionError("PostgreSQL 15 does not answer")


def test_a_box_on_the_oldest_postgresql(port: int, tmp_path: Path) -> None:
    """Tables and walls are made by a role that is no superuser, and bars are loaded."""

    def manage(*words: str) -> str:
        env = {"DATABASE_URL": f"postgresql://cle@127.0.0.1:{port}/cle", "CLE_VAR": str(tmp_path / "var"),
               "CLE_LANGUAGE": "en", "REDIS_URL": ""}  # fmt: skip
        done = subprocess.run([sys.executable, "manage.py", *words], cwd=ROOT, env={**os.environ, **env},
                              capture_output=True, text=True, timeout=300)  # fmt: skip
        assert done.returncode == 0, done.stderr[-2000:]
        return done.stdout

    manage("migrate")
    assert "21 bars created" in manage("load_bars")
    assert "All is well" in manage("doctor")
    with _connected(port, "cle", "cle") as line, line.transaction():
        assert line.execute("SELECT count(*) FROM advocates_bar").fetchone() == (21,)
        line.execute("SET LOCAL ROLE cle_web")
        assert line.execute("SELECT count(*) FROM advocates_membership").fetchone() == (0,), "the walls are up"
