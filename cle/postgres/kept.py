"""Statements that stay with the server, sent as libpq has it: for the few that nearly every request sends.

A cursor does for each statement what is needed only for statements that nobody has seen before. That takes several
times as long as everything else here; values, rows and errors are made by the same parts of psycopg as ever.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import psycopg
from psycopg import generators
from psycopg.adapt import PyFormat, Transformer
from psycopg.pq import ExecStatus

_READY = (ExecStatus.COMMAND_OK, ExecStatus.TUPLES_OK)


def rows_of(line: psycopg.Connection[Any], sql: str, values: Sequence[Any]) -> list[tuple[Any, ...]]:
    """All rows. ``%s`` stands for a value, in the order of ``values``. Opens no transaction: for a line that commits by
    itself, or is in one."""
    with line.lock:
        reader = Transformer(line)
        texts = reader.dump_sequence(values, [PyFormat.AUTO] * len(values))
        name = _name_of(line, sql, reader.types or ())
        line.pgconn.send_query_prepared(name, texts, reader.formats)
        result = _answered(line)
        reader.set_pgresult(result)
        return reader.load_rows(0, result.ntuples, tuple)


def _name_of(line: psycopg.Connection[Any], sql: str, types: tuple[int, ...]) -> bytes:
    """By which the server knows the statement with values of these types; it is told when first asked."""
    names: dict[tuple[str, tuple[int, ...]], bytes] = line.__dict__.setdefault("cle_statements", {})
    name = names.get((sql, types))
    if name is None:
        name = b"cle_%d" % len(names)
        numbered = sql % tuple(f"${number}" for number in range(1, len(types) + 1))
        line.pgconn.send_prepare(name, numbered.encode(), types)
        _answered(line)
        names[sql, types] = name
    return name


def _answered(line: psycopg.Connection[Any]) -> Any:
    result = line.wait(generators.execute(line.pgconn))[-1]
    if result.status not in _READY:
        raise psycopg.errors.error_from_result(result)
    return result
