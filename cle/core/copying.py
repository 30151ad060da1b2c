"""COPY: whole columns of numbers in its binary format made by NumPy, and rows of models in its text format."""

from __future__ import annotations

import datetime as dt
import struct
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import count
from operator import attrgetter
from typing import Any, TypeAlias

import numpy as np
from django.db import connection, connections, models, transaction
from django.db.models import Model
from numpy.typing import NDArray

Numbers: TypeAlias = NDArray[Any]

_SQL_TYPES = {">i8": "int8", ">i4": "int4", ">i2": "int2"}
_EPOCH = dt.date(2000, 1, 1).toordinal()
_PIECE = 1 << 20
_numbers = count(1)
_PLAIN = (
    models.CharField, models.TextField, models.IntegerField, models.BooleanField, models.ForeignKey, models.DateField
)  # fmt: skip


def pg_days(day: dt.date) -> int:
    """A date as PostgreSQL counts it: days since 1 January 2000."""
    return day.toordinal() - _EPOCH


def copy_columns(cursor: Any, table: str, columns: Mapping[str, Numbers], dates: frozenset[str] = frozenset()) -> None:
    """A fresh temporary table of that name with these columns (big-endian integers; ``dates`` as days since 2000)."""
    fields = ", ".join(
        f"{name} {'date' if name in dates else _SQL_TYPES[column.dtype.str]}" for name, column in columns.items()
    )
    cursor.execute(f"DROP TABLE IF EXISTS pg_temp.{table}")
    cursor.execute(f"CREATE TEMP TABLE {table} ({fields}) ON COMMIT DROP")
    data = _binary(list(columns.values()))
    with cursor.copy(f"COPY {table} FROM STDIN (FORMAT BINARY)") as copy:
        for start in range(0, len(data), _PIECE):
            copy.write(data[start : start + _PIECE])


def copy_rows(rows: Sequence[Model]) -> None:
    """Insert model rows by COPY, without reading their keys back: those that have one keep it (``keys_for``).

    For tables with large JSON: ``bulk_create`` sends columns as arrays, whose text form has every quotation mark
    of the JSON escaped one by one in Python, three times the cost of all the rest.
    """
    if not rows:
        return
    options = rows[0]._meta
    fields = [field for field in options.concrete_fields if rows[0].pk is not None or not field.primary_key]
    readers = [_reader(field) for field in fields]
    copy_values(type(rows[0]), [str(field.column) for field in fields], ([r(row) for r in readers] for row in rows))


def copy_values(model: type[Model], columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Insert plain values by COPY, JSON as text. Columns that are not named get what the database puts there.

    Where row-level security holds, which COPY cannot serve, the rows go through a table of this transaction's own,
    and are inserted from there.
    """
    named = ", ".join(map(connection.ops.quote_name, columns))
    table = connection.ops.quote_name(model._meta.db_table)
    with connection.cursor() as cursor:
        if not getattr(connection, "is_walled", False):
            _copy(cursor, table, named, rows)
            return
    with transaction.atomic(), connection.cursor() as cursor:
        copied = f"cle_copied_{next(_numbers)}"
        cursor.execute(f"CREATE TEMP TABLE {copied} ON COMMIT DROP AS SELECT {named} FROM {table} WHERE false")  # noqa: S608
        _copy(cursor, copied, named, rows)
        cursor.execute(f"INSERT INTO {table} ({named}) SELECT {named} FROM {copied}")  # noqa: S608


def keys_for(model: type[Model], count: int) -> list[int]:
    """So many new keys of the model's table, in order, for rows that others will name before they are read again."""
    key, table = model._meta.pk, model._meta.db_table
    assert key is not None
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, %s)) FROM generate_series(1, %s)",
            [connection.ops.quote_name(table), key.column, count],
        )
        return [number for (number,) in cursor.fetchall()]


def _reader(field: Any) -> Callable[[Model], Any]:
    """How the field's value is read off a row. Plain ones go as they are: Django's way takes longer than all else."""
    if (
        isinstance(field, _PLAIN)
        and not getattr(field, "auto_now_add", False)
        and not getattr(field, "auto_now", False)
    ):
        return attrgetter(str(field.attname))
    writer = connections[connection.alias]
    return lambda row: field.get_db_prep_save(field.pre_save(row, True), writer)


def _copy(cursor: Any, table: str, columns: str, rows: Iterable[Sequence[Any]]) -> None:
    with cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)


def _binary(columns: list[Numbers]) -> bytes:
    dtype: list[tuple[str, str]] = [("fields", ">i2")]
    for index, column in enumerate(columns):
        dtype += [(f"size{index}", ">i4"), (f"value{index}", column.dtype.str)]
    rows = np.empty(len(columns[0]), dtype=dtype)
    rows["fields"] = len(columns)
    for index, column in enumerate(columns):
        rows[f"size{index}"], rows[f"value{index}"] = column.dtype.itemsize, column
    return b"PGCOPY\n\xff\r\n\0" + struct.pack(">ii", 0, 0) + rows.tobytes() + struct.pack(">h", -1)
