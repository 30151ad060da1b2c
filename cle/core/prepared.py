"""Queries that Django turns into SQL once per process: for the few that every request sends, with other values.

Making the SQL anew costs several times what sending it does, and so does working out again how its columns become
rows. The rows themselves are read from the database each time, and are those of the query: model instances with what
is joined, or the named tuples of ``values_list``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Generic, NamedTuple, TypeVar

from django.db import connections
from django.db.models import QuerySet
from django.db.models.query import ModelIterable, NamedValuesListIterable, get_related_populators
from django.db.models.utils import create_namedtuple_class

Row = TypeVar("Row")
Value = int | str
Columns = Sequence[Any]
_INTEGER, _TEXT = 0x7072_6570, "\ue000prepared\ue000"
"""Stand in the SQL where values are to be, the second and third with their number; no query means them."""


class _Plan(NamedTuple):
    """A query as it was worked out: what is sent, what becomes of single columns, and of all columns of a row."""

    using: str
    sql: str
    params: tuple[Any, ...]
    converters: list[tuple[int, tuple[list[Callable[..., Any]], Any]]]
    row: Callable[[Columns], Any]


class Prepared(Generic[Row]):
    """Made of a function from values, keys (int) or texts, to a query that differs in nothing but these values."""

    def __init__(self, make: Callable[..., QuerySet[Any, Row]], *kinds: type[int] | type[str]) -> None:
        self._make = make
        kinds = kinds or (int,)
        self._stand_ins = [_INTEGER + n if kind is int else f"{_TEXT}{n}" for n, kind in enumerate(kinds)]
        self._plan: _Plan | None = None

    def rows(self, *values: Value | None) -> list[Row]:
        """The rows for these values, read now. None stands for no key, which no row has."""
        if None in values:
            return []
        using, sql, params, converters, row = self._plan or self._prepare()
        given = dict(zip(self._stand_ins, values, strict=True))
        found = read(sql, [given.get(each, each) if isinstance(each, Value) else each for each in params], using)
        if converters:
            found = [_converted(columns, converters, connections[using]) for columns in found]
        return [row(columns) for columns in found]

    def first(self, *values: Value | None) -> Row | None:
        return next(iter(self.rows(*values)), None)

    def _prepare(self) -> _Plan:
        rows = self._make(*self._stand_ins)
        compiler = rows.query.get_compiler(rows.db)
        sql, params = compiler.as_sql()
        if any(each not in params for each in self._stand_ins):
            raise ValueError("a value is not among the parameters of the query as it stands")
        converters = compiler.get_converters([column for column, *_rest in compiler.select])
        self._plan = _Plan(rows.db, sql, tuple(params), list(converters.items()), _row_of(rows, compiler))
        return self._plan


def read(sql: str, params: Sequence[Any], using: str = "default") -> list[Columns]:
    """All rows of a statement that stays with the server where the connection can do that."""
    connection: Any = connections[using]
    return list(connection.prepared_rows(sql, params))


def _converted(columns: Columns, converters: list[tuple[int, tuple[list[Any], Any]]], connection: Any) -> Columns:
    """The columns as the fields of models have them."""
    converted = list(columns)
    for place, (steps, column) in converters:
        for step in steps:
            converted[place] = step(converted[place], column, connection)
    return converted


def _row_of(rows: Any, compiler: Any) -> Callable[[Columns], Any]:
    """What makes a row of its columns: the two ways of Django's that are needed here."""
    if rows._iterable_class is NamedValuesListIterable and rows._fields:
        return create_namedtuple_class(*rows._fields)._make
    if rows._iterable_class is not ModelIterable or rows._prefetch_related_lookups or rows._known_related_objects:
        raise ValueError("such a query cannot be prepared")
    return _instances(rows.db, compiler)


def _instances(using: str, compiler: Any) -> Callable[[Columns], Any]:
    """As ``ModelIterable`` does it; all that is the same for each row is worked out here, once."""
    select, known, annotated = compiler.select, compiler.klass_info, compiler.annotation_col_map or {}
    begin, end = known["select_fields"][0], known["select_fields"][-1] + 1
    names = [column.target.attname for column, *_rest in select[begin:end]]
    from_db, joined = known["model"].from_db, get_related_populators(known, select, using)  # type: ignore[call-arg]

    def instance(columns: Columns) -> Any:
        made = from_db(using, names, columns[begin:end])
        for each in joined:
            each.populate(columns, made)
        for name, place in annotated.items():
            setattr(made, name, columns[place])
        return made

    return instance
