"""Whether the line to PostgreSQL is a session of our own.

Who acts is told to the session. A pooler that lends a session by transaction (PgBouncer's ``pool_mode=transaction`` or
``statement``) would give what was told about one person to the next: there nothing may be served at all.
"""

from __future__ import annotations

import select
from collections.abc import Callable
from contextlib import closing
from typing import Any, Final

import psycopg

Line = psycopg.Connection[Any]
PATIENCE: Final = 2
"""Seconds for a second line to answer. None answers while every session is taken, as they are in a small pool."""


def keeps_session(line: Line, connect: Callable[[], Line]) -> bool | None:
    """Whether ``line`` has a session to itself; None where that cannot be told now. Leaves no transaction behind.

    Without a pooler the server says so itself: one statement. Behind one, a second line shows whether the session that
    the first has just used is lent to it.
    """
    mine = _session_of(line)
    if mine == line.info.backend_pid:
        return True
    try:
        with closing(connect()) as other:
            theirs = _asked_of(other)
    except psycopg.OperationalError:
        return None
    return None if theirs is None else theirs != mine == _session_of(line)


def _session_of(line: Line) -> int:
    found = line.execute("SELECT pg_backend_pid()").fetchone()
    line.rollback()
    return int(found[0]) if found else 0


def _asked_of(line: Line) -> int | None:
    """As above, but without waiting for ever for a session to become free."""
    line.pgconn.send_query(b"SELECT pg_backend_pid()")
    heard = select.poll()
    heard.register(line.fileno(), select.POLLIN)
    if not heard.poll(PATIENCE * 1000):
        return None
    result = line.pgconn.get_result()
    value = result.get_value(0, 0) if result else None
    return int(value) if value else None
