"""Waiting in line inside PostgreSQL. Never for correctness of data (constraints do that), only to spare wasted work."""

from __future__ import annotations

from django.db import connection

ROLL_IMPORT = 41
ATTENDANCE_IMPORT = 42
AUDIT_SEAL = 43
"""Purposes: the first half of a lock's name."""


def one_at_a_time(purpose: int, key: int) -> None:
    """Wait until no other transaction works on (purpose, key); held until this transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [purpose, key % 2**31])
