"""COPY: whole columns of numbers in its binary format, made by NumPy; rows of models in its text format."""

from __future__ import annotations

import datetime as dt
import struct
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import chain, count, islice
from operator import attrgetter
from typing import Any, TypeAlias

import numpy as np
import psycopg
from django.db import connection, connections, models, transaction
from django.db.models import Model
from django.db.models.expressions import DatabaseDefault
from numpy.typing import NDArray

Numbers: TypeAlias = NDArray[Any]

_EPOCH = dt.date(2000, 1, 1).toordinal()
_INT4 = 23
"""Number of that type in the catalogue, the same in every server."""
_LINES = 5_000
NULL = "\\N"
_numbers = count(1)
_PLAIN = (
    models.CharField, models.TextField, models.IntegerField, models.BooleanField, models.ForeignKey, models.DateField
)  # fmt: skip


def pg_days(day: dt.date) -> int:
    """A date as PostgreSQL counts it: days since 1 January 2000."""
    return day.toordinal() - _EPOCH


def pg_microseconds(moment: dt.datetime) -> int:
    """A moment as PostgreSQL counts it: microseconds since the beginning of 2000, in UTC."""
    return (moment - dt.datetime(2000, 1, 1, tzinfo=dt.UTC)) // dt.timedelta(microseconds=1)


Piece: TypeAlias = Mapping[str, Numbers | None]
"""Rows as columns of one length: big-endian integers, texts of one width ("S"), or ``int_arrays``; a column of one
value where it is the same in each row, None for a column of NULLs."""


def copy_pieces(cursor: Any, table: str, pieces: Sequence[Piece]) -> int:
    """Rows into a table that is there, in one COPY; returns how many. All pieces have the same columns in one order."""
    columns = ", ".join(pieces[0])
    with cursor.copy(f"COPY {table} ({columns}) FROM STDIN (FORMAT BINARY)") as copy:
        for part in chain((_START,), map(_binary, pieces), (_END,)):
            copy.write(part)
    return int(cursor.rowcount)


def int_arrays(numbers: Numbers) -> Numbers:
    """Each row [n, k] of whole numbers as a value of type int4[], k from 1 on, for a column of a ``Piece``."""
    rows, width = numbers.shape
    sent = np.empty((rows, 5 + 2 * width), dtype=">i4")
    sent[:, :5] = (1, 0, _INT4, width, 1)  # dimensions, NULLs, type of each, their number, the first index
    sent[:, 5::2], sent[:, 6::2] = 4, numbers
    return sent.view(f"V{sent.itemsize * sent.shape[1]}")[:, 0]


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


def insert_whole(row: Model) -> None:
    """Insert a row that holds a file: Django would write the bytes into the statement, as hexadecimal digits."""
    options, quoted = row._meta, connection.ops.quote_name
    fields: list[Any] = [field for field in options.concrete_fields if not field.primary_key]
    said = {field: field.get_db_prep_save(field.pre_save(row, True), connection) for field in fields}
    said = {quoted(field.column): value for field, value in said.items() if not isinstance(value, DatabaseDefault)}
    places, key = ", ".join(["%s"] * len(said)), quoted(str(options.pk.column))
    sql = f"INSERT INTO {quoted(options.db_table)} ({', '.join(said)}) VALUES ({places}) RETURNING {key}"  # noqa: S608
    with connection.cursor() as told, psycopg.Cursor(told.connection) as bare:
        cursor: Any = connection._prepare_cursor(bare)  # type: ignore[attr-defined]
        cursor.execute(sql, list(said.values()))
        (row.pk,) = cursor.fetchone() or (None,)
    row._state.adding, row._state.db = False, connection.alias


def copy_values(model: type[Model], columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Insert plain values by COPY, JSON as text. Columns that are not named get what the database puts there.

    Where row-level security holds, which COPY cannot serve, the rows go through a table of this transaction's own,
    and are inserted from there.
    """
    with _copying(model, columns) as copy:
        for row in rows:
            copy.write_row(row)


def copy_lines(model: type[Model], columns: Sequence[str], lines: Iterable[str]) -> None:
    """As ``copy_values``, of rows as COPY reads them: fields parted by tabs, texts ``escaped``, ``NULL`` for nothing.

    Whoever makes the lines knows what is in them; to look at each value here takes several times as long.
    """
    with _copying(model, columns) as copy:
        rows = iter(lines)
        while piece := "".join(islice(rows, _LINES)):
            copy.write(piece)


def escaped(text: str) -> str:
    """A text as a field of ``copy_lines``."""
    if "\\" in text or "\t" in text or "\n" in text or "\r" in text:
        return text.replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n").replace("\r", "\\r")
    return text


def as_bytes(value: bytes) -> str:
    """Bytes as a field of ``copy_lines``."""
    return rf"\\x{value.hex()}"


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


@contextmanager
def _copying(model: type[Model], columns: Sequence[str]) -> Iterator[psycopg.Copy]:
    named = ", ".join(map(connection.ops.quote_name, columns))
    table = connection.ops.quote_name(model._meta.db_table)
    with connection.cursor() as cursor:
        if not getattr(connection, "is_walled", False):
            with _copy(cursor, table, named) as copy:
                yield copy
            return
    with transaction.atomic(), connection.cursor() as cursor:
        copied = f"cle_copied_{next(_numbers)}"
        cursor.execute(f"CREATE TEMP TABLE {copied} ON COMMIT DROP AS SELECT {named} FROM {table} WHERE false")  # noqa: S608
        with _copy(cursor, copied, named) as copy:
            yield copy
        cursor.execute(f"INSERT INTO {table} ({named}) SELECT {named} FROM {copied}")  # noqa: S608


@contextmanager
def _copy(cursor: Any, table: str, columns: str) -> Iterator[psycopg.Copy]:
    # Django wraps errors of a cursor, but not those of a COPY: a taken licence or a full disk is told as elsewhere.
    with connection.wrap_database_errors, cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as copy:
        yield copy


_START = b"PGCOPY\n\xff\r\n\0" + struct.pack(">ii", 0, 0)
_END = struct.pack(">h", -1)


def _binary(piece: Piece) -> memoryview:
    dtype: list[tuple[str, str]] = [("fields", ">i2")]
    for name, column in piece.items():
        dtype += [(f"size of {name}", ">i4"), *([] if column is None else [(name, column.dtype.str)])]
    alike = np.empty(1, dtype=dtype)
    alike["fields"] = len(piece)
    for name, column in piece.items():
        alike[f"size of {name}"] = -1 if column is None else column.dtype.itemsize
        if column is not None and len(column) == 1:
            alike[name] = column
    rows = np.repeat(alike, max(len(column) for column in piece.values() if column is not None))
    for name, column in piece.items():
        if column is not None and len(column) > 1:
            rows[name] = column
    return rows.view(np.uint8).data
