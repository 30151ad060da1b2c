"""The statements that write the trail, each in two forms: PL/pgSQL keeps the one, and plans the other each time.

``<words>`` stand for variables of ``audit_record``, ``<old>`` and ``<new>`` for the rows. OFFSET 0 keeps a row's JSON
as it is made once: else it is made anew wherever something is taken from it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

_INTO = """INSERT INTO advocates_change (at, transaction, "table", action, "row", bar_id, advocate_id, user_id, address,
            source, request, login, before, after)"""
_INSERTED = """
        SELECT <moment>, <xact>, <table>, 'insert', r->><key>, (r->><bar>)::bigint,
            coalesce(r->><person>, <people>->>(r->><parent>[1]))::bigint, <actor>, <place>,
            <origin>, <asked>, session_user, NULL,
            CASE WHEN EXISTS (SELECT FROM unnest(<secret>) AS names(name) WHERE r->>name NOT IN ('', '\\x'))
                THEN audit_shown(r, <hidden>, <hashed>) ELSE r END
        FROM (SELECT to_jsonb(n) AS r FROM <new> n OFFSET 0) AS added"""
_DELETED = """
        SELECT <moment>, <xact>, <table>, 'delete', r->><key>, (r->><bar>)::bigint,
            coalesce(r->><person>, <people>->>(r->><parent>[1]))::bigint, <actor>, <place>,
            <origin>, <asked>, session_user,
            CASE WHEN EXISTS (SELECT FROM unnest(<secret>) AS names(name) WHERE r->>name NOT IN ('', '\\x'))
                THEN audit_shown(r, <hidden>, <hashed>) ELSE r END, NULL
        FROM (SELECT to_jsonb(o) AS r FROM <old> o OFFSET 0) AS gone"""
_UPDATED = """
        SELECT <moment>, <xact>, <table>, 'update', r->><key>, (r->><bar>)::bigint,
            coalesce(r->><person>, <people>->>(r->><parent>[1]))::bigint, <actor>, <place>,
            <origin>, <asked>, session_user,
            CASE WHEN EXISTS (SELECT FROM unnest(<secret>) AS names(name) WHERE was->>name NOT IN ('', '\\x'))
                THEN audit_shown(was, <hidden>, <hashed>) ELSE was END,
            CASE WHEN EXISTS (SELECT FROM unnest(<secret>) AS names(name) WHERE becomes->>name NOT IN ('', '\\x'))
                THEN audit_shown(becomes, <hidden>, <hashed>) ELSE becomes END
        FROM (SELECT to_jsonb(o) AS a FROM <old> o OFFSET 0) AS gone
        FULL JOIN (SELECT to_jsonb(n) AS b FROM <new> n OFFSET 0) AS added ON a->><key> = b->><key>
        CROSS JOIN LATERAL (SELECT coalesce(b, a) AS r) AS row_itself
        CROSS JOIN LATERAL (
            SELECT jsonb_object_agg(name, CASE WHEN <erased> THEN to_jsonb('•••'::text) ELSE a->name END) AS was,
                jsonb_object_agg(name, b->name) AS becomes
            FROM jsonb_object_keys(r) AS names(name)
            WHERE a->name IS DISTINCT FROM b->name AND name <> ALL(<ignored>)
        ) AS changed
        WHERE was IS NOT NULL"""

_STATEMENTS: Final = {"INSERT": _INTO + _INSERTED, "DELETE": _INTO + _DELETED, "UPDATE": _INTO + _UPDATED}
_NAMES = (
    "moment", "xact", "table", "key", "bar", "person", "people", "parent", "actor", "place", "origin", "asked",
    "secret", "hidden", "hashed", "erased", "ignored",
)  # fmt: skip


def kept(event: str) -> str:
    """The statement, of all columns, in the words of the function."""
    return _filled(
        event, {**{name: name for name in _NAMES}, "table": "TG_TABLE_NAME", "old": "old_rows", "new": "new_rows"}
    )


def made(event: str) -> str:
    """The statement for EXECUTE, to be ``format``ted with the columns that are read."""
    places = {name: f"${place}" for place, name in enumerate(_NAMES, 1)}
    picked = {"old": "(SELECT %1$s FROM old_rows)", "new": "(SELECT %1$s FROM new_rows)"}
    return f"$made${_filled(event, {**places, **picked})}$made$"


def variables_of_made() -> str:
    """What ``USING`` tells: sums of files are made already, and are no secret."""
    told = {"table": "TG_TABLE_NAME::text", "secret": "hidden", "hashed": "'{{}}'::text[]"}
    return ", ".join(told.get(name, name) for name in _NAMES)


def _filled(event: str, words: Mapping[str, str]) -> str:
    return re.sub(r"<(\w+)>", lambda found: words[found[1]], _STATEMENTS[event])
