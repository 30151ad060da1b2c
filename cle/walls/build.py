"""Puts the walls up after each migration: two roles, their rights, and a policy for each condition of each table.

``cle_web`` is the role of requests. ``cle_beyond`` sees all rows, for the few services that must look beyond the
bar (``advocates.acting.beyond_the_wall``). Neither can log in, owns anything, or may write what only triggers write.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError
from django.db import connections, transaction
from django.db.backends.utils import CursorWrapper
from django.db.migrations.executor import MigrationExecutor
from django.db.models import Model

from advocates.acting import BEYOND, WEB
from cle.walls.conditions import FUNCTIONS, any_of
from cle.walls.rows import our_models, wall_of

logger = logging.getLogger(__name__)

NO_ROLE = """The database has no role {role}, and {user} may not make it. Let the server's administrator say once:
    CREATE ROLE {web} NOLOGIN;  CREATE ROLE {beyond} NOLOGIN;  GRANT {web}, {beyond} TO {user};
and migrate again. Until then requests are refused; CLE_SECOND_WALL=false does without the second wall."""

SEEN_ONLY = ("django_migrations", "advocates_change", "advocates_auditseal")
"""Tables that the web never writes: what is in the audit trail, the triggers write as the owner of the tables."""


def build_walls(using: str = "default") -> bool:
    """Bring roles, rights and policies to what the code says; False when there is nothing to do. Safe to repeat.

    Raises CommandError saying what to do when the roles are missing and may not be made.
    """
    with transaction.atomic(using), connections[using].cursor() as cursor:
        cursor.execute("SELECT current_schema(), current_user")
        schema, owner = cursor.fetchone()
        statements = list(_statements(schema))
        mark = hashlib.sha256("\n".join(statements).encode()).hexdigest()
        if _stands(cursor, mark) or not _fully_migrated(using):
            return False
        _make_roles(cursor, owner)
        for name, table in _policies(cursor):
            cursor.execute(f'DROP POLICY "{name}" ON "{table}"')
        for statement in statements:
            cursor.execute(statement)
        cursor.execute(f"COMMENT ON FUNCTION cle_open_bars() IS '{mark}'")
    return True


def after_migrating(sender: Any, using: str, **more: Any) -> None:
    """Receiver of post_migrate, which is sent for each app: once is enough."""
    if sender.label != "compliance":
        return
    try:
        build_walls(using)
    except CommandError:
        if settings.SECOND_WALL:
            raise


def _fully_migrated(using: str) -> bool:
    """Half-way through the migrations not all tables are there."""
    executor = MigrationExecutor(connections[using])
    return not executor.migration_plan(executor.loader.graph.leaf_nodes())


def _stands(cursor: CursorWrapper, mark: str) -> bool:
    """Whether these very walls are up around every table."""
    cursor.execute("SELECT obj_description(to_regprocedure('cle_open_bars()'))")
    if cursor.fetchone() != (mark,):
        return False
    tables = [model._meta.db_table for model in our_models()]
    walled = (
        "SELECT count(*) FROM unnest(%s::text[]) AS name JOIN pg_class ON oid = to_regclass(name) AND relrowsecurity"
    )
    cursor.execute(walled, [tables])
    return bool(cursor.fetchone() == (len(tables),))


def _make_roles(cursor: CursorWrapper, owner: str) -> None:
    # Since PostgreSQL 16 a member may be one who must not act as the role: whoever made it, for one.
    may_set_role = "SET" if cursor.connection.info.server_version >= 160_000 else "MEMBER"
    for role in (WEB, BEYOND):
        cursor.execute("SELECT FROM pg_roles WHERE rolname = %s", [role])
        if not cursor.rowcount:
            _make_role(cursor, role, owner)
        cursor.execute("SELECT pg_has_role(%s, %s, %s)", [owner, role, may_set_role])
        if cursor.fetchone() != (True,):
            cursor.execute(f'GRANT {role} TO "{owner}"')


def _make_role(cursor: CursorWrapper, role: str, owner: str) -> None:
    cursor.execute("SELECT rolcreaterole OR rolsuper FROM pg_roles WHERE rolname = %s", [owner])
    if cursor.fetchone() != (True,):
        raise CommandError(NO_ROLE.format(role=role, user=owner, web=WEB, beyond=BEYOND))
    # Roles belong to the whole server: another database of it may be making the same one at this moment.
    cursor.execute(
        f"DO $$ BEGIN CREATE ROLE {role} NOLOGIN; EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$"
    )


def _policies(cursor: CursorWrapper) -> list[tuple[str, str]]:
    cursor.execute("SELECT policyname, tablename FROM pg_policies WHERE starts_with(policyname, 'cle_')")
    return list(cursor.fetchall())


def _statements(schema: str) -> Iterator[str]:
    for head, body in FUNCTIONS.items():
        path = f'SET search_path = "{schema}", pg_temp' if "SECURITY DEFINER" in head else ""
        yield f"CREATE OR REPLACE FUNCTION {head} {path} AS $${body}$$"
    yield from _rights(schema)
    for model in our_models():
        yield from _wall(model)


def _rights(schema: str) -> Iterator[str]:
    roles = f"{WEB}, {BEYOND}"
    yield f'GRANT USAGE ON SCHEMA "{schema}" TO {roles}'
    for rights, things in (("SELECT, INSERT, UPDATE, DELETE", "TABLES"), ("USAGE, SELECT", "SEQUENCES")):
        yield f'GRANT {rights} ON ALL {things} IN SCHEMA "{schema}" TO {roles}'
        yield f'ALTER DEFAULT PRIVILEGES IN SCHEMA "{schema}" GRANT {rights} ON {things} TO {roles}'
    for table in SEEN_ONLY:
        yield f'REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON "{table}" FROM {roles}'


def _wall(model: type[Model]) -> Iterator[str]:
    table, wall = model._meta.db_table, wall_of(model)
    yield f'ALTER TABLE "{table}" ENABLE ROW LEVEL SECURITY'
    yield f'CREATE POLICY cle_beyond ON "{table}" TO {BEYOND} USING (true)'
    for command, clause, condition in (
        ("SELECT", "USING", any_of(wall.writes, wall.sees)),
        ("INSERT", "WITH CHECK", wall.writes),
        ("UPDATE", "USING", any_of(wall.writes, wall.changes)),
        ("DELETE", "USING", wall.writes),
    ):
        if condition:
            name = f"cle_{command.lower()}"
            yield f'CREATE POLICY {name} ON "{table}" FOR {command} TO {WEB} {clause} ({condition.format(t=table)})'
