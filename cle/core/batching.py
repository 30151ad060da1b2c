"""Cutting a table into primary-key ranges, so that work fans out without carrying lists of ids."""

from __future__ import annotations

from typing import Any

from django.db import connection
from django.db.models import QuerySet


def key_ranges(rows: QuerySet[Any], size: int) -> list[tuple[int, int]]:
    """First and last primary key of each run of ``size`` rows, in one statement; both ends inclusive."""
    if size < 1:
        raise ValueError("size must be positive")
    if rows.query.is_empty():
        return []
    inner, params = rows.order_by().values_list("pk").query.sql_with_params()
    # The inner query is Django's own, its parameters apart from it.
    parts = f"SELECT pk, (row_number() OVER (ORDER BY pk) - 1) / %s AS part FROM ({inner}) AS rows(pk)"  # noqa: S608
    sql = f"SELECT min(pk), max(pk) FROM ({parts}) AS parts GROUP BY part ORDER BY part"  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(sql, [size, *params])
        return list(cursor.fetchall())
