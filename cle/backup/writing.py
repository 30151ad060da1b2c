"""Backing up: every table as it is at one moment, then the files."""

from __future__ import annotations

import hashlib
import tarfile
from collections.abc import Callable, Iterator
from importlib.metadata import version
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.storage import default_storage
from django.core.management.base import CommandError
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.utils.translation import gettext as _

from cle.backup import archive as form
from cle.backup.files import keys, uploaded
from cle.backup.tables import Table, asked, one_text, sequences, sum_of, tables
from cle.core.clock import now
from cle.core.moments import one_moment
from cle.core.sealing import box

SEALED = b"cle"
"""What a back-up holds under the first of FIELD_KEYS, so that restoring can tell whether it is the right one."""
PLACE = "backup"

Told = Callable[[str], None]


def back_up(path: Path, told: Told, *, with_keys: bool = False) -> dict[str, Any]:
    """Write the file and return its manifest. Raises CommandError where there is such a file, OSError as it comes."""
    if path.exists():
        raise CommandError(_("%s is there already: give the back-up another name.") % path)
    with form.written(path) as archive, one_moment():
        one_text()
        every = tables()
        form.add_json(archive, form.ABOUT, _about(every))
        manifest = {
            "tables": {table.name: _add_table(archive, table, told) for table in every},
            "sequences": {name: list(state) for name, state in sequences().items()},
            "files": _add_files(archive, told),
            "keys": _add_keys(archive) if with_keys else 0,
        }
        form.add_json(archive, form.MANIFEST, manifest)
    return manifest


def _about(every: list[Table]) -> dict[str, Any]:
    return {
        "format": form.FORMAT,
        "made_at": now().isoformat(),
        "version": version("cle-tracker"),
        "postgresql": asked("SHOW server_version")[0][0],
        "migrations": sorted(f"{app}.{name}" for app, name in MigrationRecorder(connection).applied_migrations()),
        "tables": {table.name: list(table.columns) for table in every},
        "sealed": box().seal(SEALED, PLACE).hex(),
    }


def _add_table(archive: tarfile.TarFile, table: Table, told: Told) -> dict[str, Any]:
    counted, whole = sum_of(table), hashlib.sha256()
    told(f"{table.name}: {counted.rows}")
    for number, part in enumerate(_parts(table), start=1):
        whole.update(part)
        form.add(archive, f"{form.TABLES}{table.name}/{number:06}.copy", part)
    return {"rows": counted.rows, "sum": counted.sum, "sha256": whole.hexdigest()}


def _parts(table: Table) -> Iterator[bytes]:
    """The table in PostgreSQL's text format, cut into pieces that may end in the middle of a row."""
    sql = f"COPY {table.quoted} ({table.quoted_columns}) TO STDOUT"
    held, size = [], 0
    with connection.cursor() as cursor, cursor.copy(sql) as copy:
        for piece in copy:
            held.append(bytes(piece))
            size += len(piece)
            if size >= form.PART:
                yield b"".join(held)
                held, size = [], 0
    if held:
        yield b"".join(held)


def _add_files(archive: tarfile.TarFile, told: Told) -> dict[str, str]:
    """The SHA-256 of each. One that is taken away while this runs is left out, as its row will say."""
    sums: dict[str, str] = {}
    for name in uploaded():
        try:
            content = default_storage.open(name)
        except FileNotFoundError:
            continue
        with content:
            sums[name] = hashlib.file_digest(content, "sha256").hexdigest()
            content.seek(0)
            form.add_stream(archive, f"{form.FILES}{name}", content, content.size)
        if len(sums) % 1000 == 0:
            told(_("%d files") % len(sums))
    return sums


def _add_keys(archive: tarfile.TarFile) -> int:
    names = list(keys())
    for name in names:
        form.add(archive, f"{form.KEYS}{name.as_posix()}", (settings.KEYS_FOLDER / name).read_bytes())
    return len(names)
