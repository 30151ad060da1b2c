"""The drill: a back-up is taken, put into an empty database, and everything is there again, to the byte."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import os
import stat
import subprocess
import sys
import tarfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.db.migrations.recorder import MigrationRecorder

from advocates.audit.sealing import seal_changes
from advocates.models import Bar
from cle.core.clock import now
from compliance.models import Certificate
from compliance.services.certificates.files import file_name, render_certificate
from compliance.services.credentials import public_keys
from courses.models import Evidence
from tests.core.healthy import healthy_house
from tests.factories import make_bar
from tests.house.rows import digest, make_rows
from tests.plugins.worker import database_url

pytestmark = pytest.mark.django_db(transaction=True)
_ROOT = Path(__file__).resolve().parents[2]

# A row of each kind, as `make_rows` invents them, and what in them cannot be true put right.
_TRUE = {
    "advocates_auditseal": "DELETE FROM advocates_auditseal",
    "compliance_standing": "DELETE FROM compliance_standing WHERE ledger_version = 1 AND required = 100",
    "compliance_certificate": "UPDATE compliance_certificate SET number = 1 WHERE year = 2025",
    "compliance_serialcounter": "UPDATE compliance_serialcounter SET last = 1 WHERE year = 2025",
    "compliance_sweeprange": "UPDATE compliance_sweeprange SET finished_at = now()",
    "compliance_sweeprun": "UPDATE compliance_sweeprun SET started_at = now(), finished_at = now()",
    "compliance_job": "UPDATE compliance_job SET asked_at = now()",
    "compliance_barpicture": "UPDATE compliance_barpicture SET sha256 = encode(sha256(content), 'hex')",
    "courses_evidence": "UPDATE courses_evidence SET sha256 = encode(sha256('x'), 'hex') WHERE size = 1",
}


@pytest.fixture
def empty(transactional_db: None) -> Iterator[str]:
    """The address of a database of the same server that has its tables and nothing in them."""
    url, name = database_url(), f"{connection.settings_dict['NAME']}_restored"
    connection.close()
    server = url.replace(f"dbname='{connection.settings_dict['NAME']}'", "dbname='postgres'")
    with psycopg.connect(server, autocommit=True) as administrator:
        administrator.execute(f'DROP DATABASE IF EXISTS "{name}"')
        administrator.execute(f'CREATE DATABASE "{name}" TEMPLATE "{connection.settings_dict["NAME"]}"')
        yield server.replace("dbname='postgres'", f"dbname='{name}'")
        administrator.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture
def backup(empty: str, settings, tmp_path: Path) -> Path:
    """Of a world with a row in each of our tables, and with keys."""
    settings.KEYS_FOLDER = tmp_path / "keys"
    public_keys()  # makes one
    national, _person = healthy_house()
    for code in ("R-1", "R-2"):
        make_rows(make_bar(code, national))
    _put_right()
    file = tmp_path / "night.cle"
    call_command("backup", str(file), with_keys=True, quiet=True, stdout=io.StringIO(), stderr=io.StringIO())
    return file


@transaction.atomic
def _put_right() -> None:
    with connection.cursor() as cursor:
        for table, sql in _TRUE.items():
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
            cursor.execute(sql)
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
        cursor.execute("SELECT tgrelid::regclass FROM pg_trigger WHERE tgname = 'audit_no_truncate'")
        for (table,) in cursor.fetchall():  # as they are in this database, see conftest
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER audit_no_truncate")
    seal_changes(now=now())


def damaged(backup: Path) -> list[Path]:
    """Cut off in the middle; without its end; with one letter of one row changed."""
    whole = backup.read_bytes()
    cut, headless, changed = (backup.with_name(f"{name}.cle") for name in ("cut", "headless", "changed"))
    cut.write_bytes(whole[: len(whole) * 3 // 4])
    unpacked = gzip.decompress(whole)
    headless.write_bytes(gzip.compress(unpacked[: unpacked.rindex(b"manifest.json\0")], 1))
    changed.write_bytes(gzip.compress(unpacked.replace(b"\tstep of R-1\t", b"\tstop of R-1\t"), 1))
    return [cut, headless, changed]


def drilled(empty: str, backup: Path, settings: Any, var: Path) -> dict[str, Any]:
    environment = {
        **os.environ, "DATABASE_URL": empty, "CLE_VAR": str(var), "FIELD_KEYS": ",".join(settings.FIELD_KEYS),
        "DATABASE_PASSWORD": connection.settings_dict["PASSWORD"] or "",
    }  # fmt: skip
    files = [str(file) for file in (backup, *damaged(backup))]
    command = [sys.executable, "-m", "tests.core.drill", str(var / "papers"), *files]
    done = subprocess.run(command, cwd=_ROOT, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    said: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return said


def test_everything_is_there_again(empty: str, backup: Path, settings, tmp_path: Path) -> None:
    before, var = digest(), tmp_path / "var"
    assert not [table for table, text in before.items() if text.startswith("0 ")]  # else nothing is shown of it
    said = drilled(empty, backup, settings, var)
    cut, headless, changed = said["refused"]
    assert "cannot be read to its end" in cut
    assert "cannot be read to its end: manifest.json" in headless
    assert "damaged: compliance_casestep is not as it was written" in changed
    assert said["digest"] == before
    assert said["papers"] == {
        file_name(each.serial): hashlib.sha256(render_certificate(each)).hexdigest()
        for each in Certificate.objects.all()
    }
    assert said["next"]
    assert [check for check in said["doctor"]["checks"] if not check["ok"]] == []
    for evidence in Evidence.objects.all():
        kept = var / "files" / str(evidence.file.name)
        assert hashlib.sha256(kept.read_bytes()).hexdigest() == evidence.sha256
        assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    name = "credentials-0001.json"
    assert (var / "keys" / name).read_bytes() == (settings.KEYS_FOLDER / name).read_bytes()
    assert stat.S_IMODE(backup.stat().st_mode) == 0o600


def refused(file: Path) -> str:
    with pytest.raises(CommandError) as error:
        call_command("restore", str(file), quiet=True)
    return str(error.value)


def test_nothing_is_put_where_it_does_not_belong(backup: Path, settings, tmp_path: Path) -> None:
    before = digest()
    assert "There are records in this database" in refused(backup)
    recorder = MigrationRecorder(connection)
    recorder.record_applied("courses", "9999_to_come")
    try:
        assert "courses.9999_to_come" in refused(backup)
    finally:
        recorder.record_unapplied("courses", "9999_to_come")
    settings.FIELD_KEYS = ("another key of thirty-two characters",)
    assert "FIELD_KEYS" in refused(backup)
    other = tmp_path / "other.tar.gz"
    with tarfile.open(other, "w:gz") as archive:
        archive.add(__file__, "test.py")
    assert "not a back-up" in refused(other)
    other.write_bytes(gzip.compress(b""))
    assert "cannot be read" in refused(other)
    other.write_bytes(b"no archive")
    assert "cannot be read" in refused(other)
    assert digest() == before


def test_a_backup_is_written_whole_or_not_at_all(transactional_db, tmp_path: Path, monkeypatch) -> None:
    make_bar()
    file = tmp_path / "a.cle"
    monkeypatch.setattr(default_storage, "listdir", lambda folder: (_ for _ in ()).throw(OSError("disk full")))
    with pytest.raises(CommandError, match="disk full"):
        call_command("backup", str(file), quiet=True, stdout=io.StringIO(), stderr=io.StringIO())
    assert list(tmp_path.iterdir()) == []
    monkeypatch.undo()
    warned = io.StringIO()
    call_command("backup", str(file), stdout=io.StringIO(), stderr=warned)
    assert "advocates_bar: 1" in warned.getvalue()
    assert "FIELD_KEYS is never in a back-up" in warned.getvalue()
    assert "--with-keys" in warned.getvalue()
    with pytest.raises(CommandError, match="is there already"):
        call_command("backup", str(file), quiet=True)
    assert Bar.objects.count() == 1
