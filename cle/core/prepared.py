"""Queries that Django turns into SQL once per process: for the few that every request sends, with other values.

Making the SQL anew costs several times what sending it does. The rows are read as those of any query are.
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any, Generic, TypeVar

from django.db import connections
from django.db.models import Model, QuerySet

Row = TypeVar("Row", bound=Model)
Value = int | str
_INTEGER, _TEXT = 0x7072_6570, "\ue000prepared\ue000"
"""Stand in the SQL where values are to be, the second and third with their number; no query means them."""


class Prepared(Generic[Row]):
    """Made of a function from values, keys (int) or texts, to a query that differs in nothing but these values."""

    def __init__(self, make: Callable[..., QuerySet[Row]], *kinds: type[int] | type[str]) -> None:
        self._make = make
        kinds = kinds or (int,)
        self._stand_ins = [_INTEGER + n if kind is int else f"{_TEXT}{n}" for n, kind in enumerate(kinds)]
        self._made: tuple[QuerySet[Row], Any, str, tuple[Any, ...]] | None = None

    def rows(self, *values: Value | None) -> list[Row]:
        """The rows for these values, read now. None stands for no key, which no row has."""
        if None in values:
            return []
        made, compiler, sql, params = self._made or self._prepare()
        given = dict(zip(self._stand_ins, values, strict=True))
        filled = tuple(given.get(param, param) if isinstance(param, Value) else param for param in params)
        rows = made.all()
        rows.query.get_compiler = lambda using, **options: _sent(compiler, using, sql, filled)  # type: ignore[method-assign]
        return list(rows)

    def first(self, *values: Value | None) -> Row | None:
        return next(iter(self.rows(*values)), None)

    def _prepare(self) -> tuple[QuerySet[Row], Any, str, tuple[Any, ...]]:
        rows = self._make(*self._stand_ins)
        compiler = rows.query.get_compiler(rows.db)
        sql, params = compiler.as_sql()
        if any(each not in params for each in self._stand_ins):
            raise ValueError("a value is not among the parameters of the query as it stands")
        self._made = rows, compiler, sql, tuple(params)
        return self._made


def _sent(compiler: Any, using: str, sql: str, params: tuple[Any, ...]) -> Any:
    """The compiler as it was left when the SQL was made; the connection is that of the thread."""
    ready = copy.copy(compiler)
    ready.connection = connections[using]
    ready.execute_sql = lambda *args, **options: [_read(ready.connection, sql, params)]
    return ready


def _read(connection: Any, sql: str, params: tuple[Any, ...]) -> list[tuple[Any, ...]]:
    """All rows, by a statement that stays with the server where the connection can do that."""
    with getattr(connection, "prepared_cursor", connection.cursor)() as cursor:
        cursor.execute(sql, params)
        return list(cursor.fetchall())
