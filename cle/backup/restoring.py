"""Restoring: into a database that holds nothing yet, all or nothing, compared with what was written down."""

from __future__ import annotations

import hashlib
import json
import tarfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

import psycopg
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import DatabaseError, connection, transaction
from django.db.migrations.recorder import MigrationRecorder
from django.utils.translation import gettext as _

from cle.backup import archive as form
from cle.backup.files import put_key, put_uploaded
from cle.backup.tables import Sum, Table, asked, done, one_text, sum_of, tables
from cle.backup.writing import PLACE, SEALED
from cle.core.sealing import UnsealingError, box

Told = Callable[[str], None]

_FOREIGN_KEYS = """
    SELECT conrelid::regclass::text, quote_ident(conname), pg_get_constraintdef(oid) FROM pg_constraint
     WHERE contype = 'f' AND connamespace = current_schema()::regnamespace ORDER BY 1, 2
"""


@dataclass(slots=True)
class _Read:
    """What has come out of the file so far."""

    sums: dict[str, Any] = field(default_factory=dict)
    files: dict[str, str] = field(default_factory=dict)
    manifest: dict[str, Any] = field(default_factory=dict)


def restore(path: Path, told: Told, *, keys_are_lost: bool = False) -> dict[str, Any]:
    """Put the back-up into this database, making its tables where there are none, and return its manifest.

    Raises CommandError, and leaves the database as it was, where anything does not fit.
    """
    try:
        with form.opened(path) as archive:
            about = _about(archive)
            _check_keys(about, keys_are_lost)
            if not tables():
                told(_("The database is empty: its tables are made."))
                call_command("migrate", verbosity=0)
            _check_fits(about)
            return _put(archive, about, told)
    except (tarfile.TarError, EOFError, OSError, zlib.error, DatabaseError, psycopg.Error) as error:
        raise CommandError(_("The back-up cannot be read to its end: %s") % error) from error


def _about(archive: tarfile.TarFile) -> dict[str, Any]:
    member = archive.next()
    if member is None or member.name != form.ABOUT:
        raise CommandError(_("This is not a back-up made by `manage.py backup`."))
    about: dict[str, Any] = json.loads(_content(archive, member))
    if about["format"] != form.FORMAT:
        raise CommandError(_("The back-up was made by a newer version of the program: restore it with that version."))
    return about


def _check_keys(about: dict[str, Any], keys_are_lost: bool) -> None:
    try:
        opened = box().open(bytes.fromhex(about["sealed"]), PLACE)
    except UnsealingError:
        opened = b""
    if opened != SEALED and not keys_are_lost:
        raise CommandError(_(
            "FIELD_KEYS of this installation does not open what the back-up holds encrypted: set FIELD_KEYS to that of "
            "the installation it was made of. If that is lost for good, --keys-are-lost restores all the rest."
        ))  # fmt: skip


def _check_fits(about: dict[str, Any]) -> None:
    there = {f"{app}.{name}" for app, name in MigrationRecorder(connection).applied_migrations()}
    theirs = set(about["migrations"])
    if there != theirs:
        different = ", ".join(sorted(there ^ theirs)[:5])
        raise CommandError(_(
            "The back-up is of version %(version)s, whose tables are others than those here (%(different)s). Restore "
            "it into an empty database with that version, and run `manage.py migrate` with this one afterwards."
        ) % {"version": about["version"], "different": different})  # fmt: skip
    if {table.name: list(table.columns) for table in tables()} != about["tables"]:
        raise CommandError(
            _("The tables here have other columns than those in the back-up: migrate an empty database.")
        )
    if asked("SELECT EXISTS (SELECT FROM advocates_bar) OR EXISTS (SELECT FROM advocates_user)") != [(False,)]:
        raise CommandError(_(
            "There are records in this database, and they would be lost. Name another one, an empty one, in "
            "DATABASE_URL: CREATE DATABASE cle_restored;"
        ))  # fmt: skip


def _put(archive: tarfile.TarFile, about: dict[str, Any], told: Told) -> dict[str, Any]:
    every = [Table(name, tuple(columns)) for name, columns in about["tables"].items()]
    read = _Read()
    with transaction.atomic():
        one_text()
        with _bare(every):
            _read_all(archive, {table.name: table for table in every}, read, told)
        _compare(every, read)
        for name, (last, called) in read.manifest["sequences"].items():
            asked("SELECT setval(%s::regclass, %s, %s)", connection.ops.quote_name(name), last, called)
    return read.manifest


@contextmanager
def _bare(every: list[Table]) -> Iterator[None]:
    """Tables empty, without triggers (a restore is no change, and is in no audit trail) and without foreign keys, which
    are put back and checked at once, table by table: kept, they would note down each row until the end."""
    names = ", ".join(table.quoted for table in every)
    keys = asked(_FOREIGN_KEYS)
    for table, key, _definition in keys:
        done(f"ALTER TABLE {table} DROP CONSTRAINT {key}")
    for each in every:
        done(f"ALTER TABLE {each.quoted} DISABLE TRIGGER USER")
    done(f"TRUNCATE {names}")
    yield
    for each in every:
        done(f"ALTER TABLE {each.quoted} ENABLE TRIGGER USER")
    for table, key, definition in keys:
        done(f"ALTER TABLE {table} ADD CONSTRAINT {key} {definition}")


def _read_all(archive: tarfile.TarFile, every: dict[str, Table], read: _Read, told: Told) -> None:
    member = archive.next()
    while member is not None:
        if member.name.startswith(form.TABLES):
            member = _copy_in(archive, member, every, read, told)
            continue
        if member.name == form.MANIFEST:
            read.manifest = json.loads(_content(archive, member))
        elif member.name.startswith(form.FILES):
            name, content = member.name.removeprefix(form.FILES), _content(archive, member)
            put_uploaded(name, content)
            read.files[name] = hashlib.sha256(content).hexdigest()
        elif member.name.startswith(form.KEYS):
            put_key(member.name.removeprefix(form.KEYS), _content(archive, member))
        member = archive.next()
    if not read.manifest:  # a file that ends too early need not be an error to whoever unpacks it
        raise CommandError(_("The back-up cannot be read to its end: %s") % form.MANIFEST)


def _copy_in(
    archive: tarfile.TarFile, first: tarfile.TarInfo, every: dict[str, Table], read: _Read, told: Told
) -> tarfile.TarInfo | None:
    """All parts of a table in one COPY; returns the member that comes after them."""
    folder, _slash, _part = first.name.rpartition("/")
    table, whole = every[folder.removeprefix(form.TABLES)], hashlib.sha256()
    told(table.name)
    member: tarfile.TarInfo | None = first
    sql = f"COPY {table.quoted} ({table.quoted_columns}) FROM STDIN"
    with connection.cursor() as cursor, cursor.copy(sql) as copy:
        while member is not None and member.name.rpartition("/")[0] == folder:
            content = _content(archive, member)
            whole.update(content)
            copy.write(content)
            member = archive.next()
    read.sums[table.name] = whole.hexdigest()
    return member


def _compare(every: list[Table], read: _Read) -> None:
    """What is there now with what was written down when the back-up was made."""
    for table in every:
        said = read.manifest["tables"][table.name]
        if read.sums.get(table.name, hashlib.sha256().hexdigest()) != said["sha256"]:
            raise CommandError(_("The back-up is damaged: %s is not as it was written.") % table.name)
        if sum_of(table) != Sum(said["rows"], said["sum"]):
            raise CommandError(_("The table %s did not come back as it was.") % table.name)
    if read.files != read.manifest["files"]:
        raise CommandError(_("The back-up is damaged: %s is not as it was written.") % form.FILES)


def _content(archive: tarfile.TarFile, member: tarfile.TarInfo) -> bytes:
    content: IO[bytes] | None = archive.extractfile(member)
    whole = content.read() if content else b""
    if len(whole) != member.size:
        raise EOFError(member.name)
    return whole
