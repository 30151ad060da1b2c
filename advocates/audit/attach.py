"""Puts the triggers of the trail on the tables: after each migration, so that no new table can be forgotten."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import transaction

from advocates.audit.tables import Recorded

_EVENTS = {
    "audit_insert": "AFTER INSERT ON {table} REFERENCING NEW TABLE AS new_rows",
    "audit_update": "AFTER UPDATE ON {table} REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows",
    "audit_delete": "AFTER DELETE ON {table} REFERENCING OLD TABLE AS old_rows",
}
_NO_TRUNCATE = "BEFORE TRUNCATE ON {table}"
_WHY = "it would leave no trace"

_ATTACHED = """
    SELECT tgrelid::regclass::text, tgname, tgenabled, tgargs FROM pg_trigger
    WHERE NOT tgisinternal AND tgname LIKE 'audit\\_%%' AND tgrelid = ANY(%s::regclass[])
"""
OFF = "D"


def attach(connection: Any, tables: Iterable[Recorded]) -> list[str]:
    """Give each table the triggers that it lacks or has otherwise; returns the names of those that were touched.

    Does nothing before the migration that makes the functions.
    """
    touched = []
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        cursor.execute("SELECT to_regprocedure('audit_record()') IS NOT NULL")
        if not cursor.fetchone()[0]:
            return []
        for table, name in missing(connection, tables):
            _create(connection, cursor, table, name)
            touched.append(table.table)
    return sorted(set(touched))


def missing(connection: Any, tables: Iterable[Recorded]) -> list[tuple[Recorded, str]]:
    """(table, trigger) of each trigger that is not there, is switched off, or was told otherwise."""
    wanted = [table for table in tables if table.table in connection.introspection.table_names()]
    with connection.cursor() as cursor:
        cursor.execute(_ATTACHED, [[table.table for table in wanted]])
        there = {(table, name): (enabled, bytes(told)) for table, name, enabled, told in cursor.fetchall()}
    return [
        (table, name)
        for table in wanted
        for name in _wanted(table)
        if there.get((table.table, name), (OFF, b""))[0] == OFF or there[table.table, name][1] != _told(table, name)
    ]


def _wanted(table: Recorded) -> list[str]:
    return ["audit_update"] if table.updates_only else [*_EVENTS, "audit_no_truncate"]


def _told(table: Recorded, name: str) -> bytes:
    """Arguments as PostgreSQL keeps them."""
    arguments = table.arguments() if name in _EVENTS else [_WHY]
    return b"".join(argument.encode() + b"\0" for argument in arguments)


def _create(connection: Any, cursor: Any, table: Recorded, name: str) -> None:
    quoted = connection.ops.quote_name(table.table)
    function, arguments = ("audit_record", table.arguments()) if name in _EVENTS else ("audit_refuse", [_WHY])
    event = _EVENTS.get(name, _NO_TRUNCATE).format(table=quoted)
    told = ", ".join("'" + argument.replace("'", "''") + "'" for argument in arguments)
    cursor.execute(f"CREATE OR REPLACE TRIGGER {name} {event} FOR EACH STATEMENT EXECUTE FUNCTION {function}({told})")
    cursor.execute(f"ALTER TABLE {quoted} ENABLE TRIGGER {name}")
