"""The installation itself: its settings, its migrations, and the protections that the database keeps."""

from __future__ import annotations

from typing import Final

from django.conf import settings
from django.core.checks import run_checks
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.utils.translation import gettext_lazy as _

from advocates.audit.verifying import verify
from cle.audited import audited
from cle.checks import OURS
from cle.doctor.check import Check, Finding, Look, ask, found, named
from cle.walls.rows import our_models

_SWITCHED_OFF = """
    SELECT tgrelid::regclass || ': ' || tgname FROM pg_trigger
     WHERE NOT tgisinternal AND tgenabled = 'D'
       AND (starts_with(tgname, 'pgtrigger_') OR tgfoid IN (SELECT oid FROM pg_proc WHERE starts_with(proname, 'cle_')))
"""
_NOT_VALID = """
    SELECT conrelid::regclass || ': ' || conname FROM pg_constraint
     WHERE NOT convalidated AND connamespace = current_schema()::regnamespace
"""
_BROKEN_INDEXES = """
    SELECT indexrelid::regclass::text FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid
     WHERE NOT indisvalid AND relnamespace = current_schema()::regnamespace
"""
_NO_WALL = """
    SELECT name FROM unnest(%(tables)s::text[]) AS name
     WHERE NOT EXISTS (SELECT FROM pg_class WHERE oid = to_regclass(name) AND relrowsecurity)
        OR to_regprocedure('cle_open_bars()') IS NULL
"""


def _settings(look: Look) -> list[Finding]:
    """What `manage.py check` says of the settings, each with what to write instead."""
    return [
        Finding(said.msg, examples=(str(said.hint or ""),))
        for said in run_checks(tags=[OURS])
        if not said.is_silenced()
    ]


def _migrations(look: Look) -> list[Finding]:
    loader = MigrationLoader(connection)
    applied = set(loader.applied_migrations)
    waiting = sorted(f"{app}.{name}" for app, name in set(loader.graph.nodes) - applied)
    unknown = applied - set(loader.disk_migrations)
    newer = sorted(f"{app}.{name}" for app, name in unknown if app in OUR_APPS)
    return found(
        named(_("migrations that are not applied"), waiting),
        named(_("migrations applied by a newer version of the program"), newer),
    )


def _protections(look: Look) -> list[Finding]:
    tables = [model._meta.db_table for model in our_models()] if settings.SECOND_WALL else []
    return found(
        ask(_("triggers that are switched off"), _SWITCHED_OFF, {}),
        ask(_("constraints that hold for new rows alone"), _NOT_VALID, {}),
        ask(_("indexes that are not valid"), _BROKEN_INDEXES, {}),
        ask(_("tables without the wall between bars"), _NO_WALL, {"tables": tables}),
    )


def _audit(look: Look) -> list[Finding]:
    fault = verify(audited(), now=look.now).fault
    return [Finding(_("the audit trail does not fit its seals"), examples=(fault,))] if fault else []


OUR_APPS: Final = ("advocates", "courses", "compliance")

SETTINGS: Final = Check(
    "settings",
    _("The settings make sense"),
    _("Each line says what to write instead; then start web, worker and beat anew."),
    _settings,
)
MIGRATIONS: Final = Check(
    "migrations",
    _("The database has the form that this version wants"),
    _("Run `manage.py migrate` with the newest version of the program that has ever run on this database."),
    _migrations,
)
PROTECTIONS: Final = Check(
    "protections",
    _("The database guards its records"),
    _(
        "Run `manage.py migrate`, which puts up the walls between bars and the triggers of the audit trail. Switch "
        "other triggers on again by ALTER TABLE … ENABLE TRIGGER, validate constraints by "
        "ALTER TABLE … VALIDATE CONSTRAINT, and make indexes anew by REINDEX; then find out who did this."
    ),
    _protections,
)
AUDIT: Final = Check(
    "audit",
    _("Nobody has altered the audit trail"),
    _(
        "If it is the schedule that stood still, start beat and a worker. Otherwise somebody has written past the "
        "program: keep a copy of the database as it is, and compare the trail with that of a back-up."
    ),
    _audit,
)
