"""Changing tables while others work on them: whoever changes asks for a lock briefly, and gives up those that it has if
it does not get it.

A migration that waits, with locks in its hands, for a table of a reader who waits for one of these is a deadlock, and
PostgreSQL ends the reader, who was the first to wait. Besides, everybody who comes waits behind whoever waits.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from typing import Any, Final

import psycopg
from django.db import OperationalError
from django.db.backends.base.base import BaseDatabaseWrapper

SHORT: Final = "300ms"
"""Well below ``deadlock_timeout`` (1 s), after which the server looks for somebody to end."""
TURNS: Final = 100
_PAUSE: Final = 0.5
_CHANGES: Final = re.compile(r"\b(ALTER|CREATE|DROP)\b", re.IGNORECASE)


def in_turns(
    work: Callable[[], object], connection: BaseDatabaseWrapper, pause: Callable[[], None] = lambda: time.sleep(_PAUSE)
) -> None:
    """Do the work, again from where it is after each time that a lock was not to be had; for a minute or so.

    What changes a table outside of transactions is tried again by itself. What is made concurrently hinders nobody,
    would be half made, and waits as long as it has to.
    """

    def bounded(execute: Any, sql: Any, params: Any, many: bool, context: Any) -> Any:
        if not _CHANGES.search(str(sql)) or "CONCURRENTLY" in str(sql):
            return execute(sql, params, many, context)
        if connection.in_atomic_block:
            execute(f"SET LOCAL lock_timeout = '{SHORT}'", None, False, context)
            return execute(sql, params, many, context)
        return _tried(lambda: _alone(execute, sql, params, many, context), pause)

    with connection.execute_wrapper(bounded):
        _tried(work, pause)


def _alone(execute: Any, sql: Any, params: Any, many: bool, context: Any) -> Any:
    execute(f"SET lock_timeout = '{SHORT}'", None, False, context)
    try:
        return execute(sql, params, many, context)
    finally:
        execute("RESET lock_timeout", None, False, context)


def _tried(work: Callable[[], Any], pause: Callable[[], None]) -> Any:
    for turn in range(1, TURNS + 1):
        try:
            return work()
        except OperationalError as error:
            if turn == TURNS or not isinstance(error.__cause__, psycopg.errors.LockNotAvailable):
                raise
        pause()
    return None
