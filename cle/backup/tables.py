"""The tables of the database as they are there, whichever app has made them: names, columns, sums, sequences."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from django.db import connection

# Generated columns are left out: the database fills them by itself, and takes them from nobody.
_TABLES: Final = """
    SELECT c.relname, array_agg(a.attname ORDER BY a.attnum)
      FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
     WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind = 'r'
       AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
     GROUP BY c.relname ORDER BY c.relname
"""
_SEQUENCES: Final = """
    SELECT sequencename FROM pg_sequences WHERE schemaname = current_schema() ORDER BY sequencename
"""
# The sum does not depend on the order of the rows, nor on the server: 60 bits of each row's SHA-256, added up.
_SUM: Final = """
    SELECT count(*),
           coalesce(sum(('x' || left(encode(sha256(convert_to(row, 'UTF8')), 'hex'), 15))::bit(60)::bigint), 0)::text
      FROM (SELECT r::text AS row FROM (SELECT {columns} FROM {table}) AS r) AS texts
"""
_SAME_TEXT: Final = (
    "SET LOCAL datestyle = 'ISO'", "SET LOCAL intervalstyle = 'postgres'", "SET LOCAL timezone = 'UTC'",
    "SET LOCAL extra_float_digits = 1", "SET LOCAL bytea_output = 'hex'", "SET LOCAL client_encoding = 'UTF8'",
)  # fmt: skip
"""However the server or the role is set up: a row has one text."""


@dataclass(frozen=True, slots=True)
class Table:
    name: str
    columns: tuple[str, ...]

    @property
    def quoted(self) -> str:
        return connection.ops.quote_name(self.name)

    @property
    def quoted_columns(self) -> str:
        return ", ".join(connection.ops.quote_name(name) for name in self.columns)


@dataclass(frozen=True, slots=True)
class Sum:
    """How many rows a table has, and a sum over all of them."""

    rows: int
    sum: str


def tables() -> list[Table]:
    return [Table(name, tuple(columns)) for name, columns in asked(_TABLES)]


def sum_of(table: Table) -> Sum:
    ((rows, total),) = asked(_SUM.format(columns=table.quoted_columns, table=table.quoted))
    return Sum(rows, total)


def sequences() -> dict[str, tuple[int, bool]]:
    """Last value of each, and whether it was given out."""
    quote = connection.ops.quote_name
    names = [name for (name,) in asked(_SEQUENCES)]
    return {name: asked(f"SELECT last_value, is_called FROM {quote(name)}")[0] for name in names}


def asked(sql: str, *params: Any) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params or None)
        return list(cursor.fetchall())


def done(sql: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql)


def one_text() -> None:
    for statement in _SAME_TEXT:
        done(statement)
