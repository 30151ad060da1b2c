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
_INTEGER, _TEXT = 0x7072_6570, "\ue000prepared\ue000"
"""Stand in the SQL where values are to be; no query means them."""


class Prepared(Generic[Row]):
    """Made of a function from one value, a key (int) or a text, to a query that differs in nothing but that value."""

    def __init__(self, make: Callable[[Any], QuerySet[Row]], kind: type[int] | type[str] = int) -> None:
        self._make, self._stand_in = make, _INTEGER if kind is int else _TEXT
        self._made: tuple[QuerySet[Row], Any, str, tuple[Any, ...]] | None = None

    def rows(self, value: int | str | None) -> list[Row]:
        """The rows for this value, read now. None stands for no key, which no row has."""
        if value is None:
            return []
        made, compiler, sql, params = self._made or self._prepare()
        filled = tuple(value if param == self._stand_in else param for param in params)
        rows = made.all()
        rows.query.get_compiler = lambda using, **options: _sent(compiler, using, sql, filled)  # type: ignore[method-assign]
        return list(rows)

    def first(self, value: int | str | None) -> Row | None:
        return next(iter(self.rows(value)), None)

    def _prepare(self) -> tuple[QuerySet[Row], Any, str, tuple[Any, ...]]:
        rows = self._make(self._stand_in)
        compiler = rows.query.get_compiler(rows.db)
        sql, params = compiler.as_sql()
        if self._stand_in not in params:
            raise ValueError("the value is not among the parameters of the query as it stands")
        self._made = rows, compiler, sql, tuple(params)
        return self._made


def _sent(compiler: Any, using: str, sql: str, params: tuple[Any, ...]) -> Any:
    """The compiler as it was left when the SQL was made; the connection is that of the thread."""
    ready = copy.copy(compiler)
    ready.connection = connections[using]
    ready.as_sql = lambda *args, **options: (sql, params)
    return ready
