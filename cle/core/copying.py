"""COPY: whole columns of numbers in its binary format made by NumPy, and rows of models in its text format."""

from __future__ import annotations

import datetime as dt
import struct
from collections.abc import Mapping, Sequence
from itertools import count
from typing import Any, TypeAlias

import numpy as np
from django.db import connection, transaction
from django.db.models import Model
from numpy.typing import NDArray

Numbers: TypeAlias = NDArray[Any]

_SQL_TYPES = {">i8": "int8", ">i4": "int4", ">i2": "int2"}
_EPOCH = dt.date(2000, 1, 1).toordinal()
_PIECE = 1 << 20
_numbers = count(1)


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
    """Insert model rows by COPY, without reading their keys back.

    For tables with large JSON: ``bulk_create`` sends columns as arrays, whose text form has every quotation mark
    of the JSON escaped one by one in Python, three times the cost of all the rest. Where row-level security holds,
    which COPY cannot serve, the rows go through a table of this transaction's own, and are inserted from there.
    """
    if not rows:
        return
    options = rows[0]._meta
    fields = [field for field in options.concrete_fields if not field.primary_key]
    columns = ", ".join(connection.ops.quote_name(str(field.column)) for field in fields)
    table = connection.ops.quote_name(options.db_table)
    with connection.cursor() as cursor:
        if not getattr(connection, "is_walled", False):
            _copy(cursor, table, columns, fields, rows)
            return
    with transaction.atomic(), connection.cursor() as cursor:
        copied = f"cle_copied_{next(_numbers)}"
        cursor.execute(f"CREATE TEMP TABLE {copied} ON COMMIT DROP AS SELECT {columns} FROM {table} WHERE false")  # noqa: S608
        _copy(cursor, copied, columns, fields, rows)
        cursor.execute(f"INSERT INTO {table} ({columns}) SELECT {columns} FROM {copied}")  # noqa: S608


def _copy(cursor: Any, table: str, columns: str, fields: Sequence[Any], rows: Sequence[Model]) -> None:
    with cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row([field.get_db_prep_save(field.pre_save(row, True), connection) for field in fields])


def _binary(columns: list[Numbers]) -> bytes:
    dtype: list[tuple[str, str]] = [("fields", ">i2")]
    for index, column in enumerate(columns):
        dtype += [(f"size{index}", ">i4"), (f"value{index}", column.dtype.str)]
    rows = np.empty(len(columns[0]), dtype=dtype)
    rows["fields"] = len(columns)
    for index, column in enumerate(columns):
        rows[f"size{index}"], rows[f"value{index}"] = column.dtype.itemsize, column
    return b"PGCOPY\n\xff\r\n\0" + struct.pack(">ii", 0, 0) + rows.tobytes() + struct.pack(">h", -1)
