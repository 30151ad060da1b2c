"""The archive: one JSON file with everything, a table for each kind of row, and the person's own files."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import logging
import re
from collections.abc import Iterator
from typing import IO, Any
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile

from django.db.models.fields.files import FieldFile
from django.utils.translation import gettext as _

from advocates.models import Advocate
from cle.core.errors import DomainError
from compliance.models import Certificate, Excuse
from compliance.queries.about import Part, parts_about
from compliance.services.certificates import signed_certificate
from compliance.services.export.values import cell, told
from courses.models import Evidence

logger = logging.getLogger(__name__)
_AT_ONCE = 500
_UNSAFE = re.compile(r"[^\w.-]+")


def write_archive(advocate: Advocate, file: IO[bytes], *, now: dt.datetime) -> None:
    """Into ``file``, which has to be seekable; nothing is kept elsewhere.

    Files that their owner took away before anybody saw them are gone, and not in it.
    """
    with ZipFile(file, "w", ZIP_DEFLATED) as archive:
        archive.writestr("README.txt", _about(advocate, now))
        everything = {part.name: _table(archive, part) for part in parts_about(advocate)}
        archive.writestr("data.json", json.dumps(everything, ensure_ascii=False, indent=1, default=str))
        for name, content in _files(advocate):
            archive.writestr(name, content, ZIP_STORED)


def _about(advocate: Advocate, now: dt.datetime) -> str:
    lines = [
        _("All that the bar's system holds about %(name)s.") % {"name": advocate.full_name},
        now.isoformat(timespec="seconds"),
        _("data.json holds everything; csv/ the same as tables; files/ your evidence and your certificates."),
        _("Of the national identifier it says whether there is one. Passwords and secrets are not part of it."),
    ]
    return "\n".join([*lines, ""])


def _table(archive: ZipFile, part: Part) -> list[dict[str, Any]]:
    rows = [{field.name: told(row, field) for field in part.columns} for row in part.rows.iterator(chunk_size=_AT_ONCE)]
    table = io.StringIO()
    writer = csv.writer(table)
    writer.writerow([field.name for field in part.columns])
    writer.writerows([cell(value) for value in row.values()] for row in rows)
    archive.writestr(f"csv/{part.name}.csv", "\ufeff" + table.getvalue())
    return rows


def _files(advocate: Advocate) -> Iterator[tuple[str, bytes]]:
    for evidence in Evidence.objects.filter(advocate=advocate).exclude(file="").order_by("pk"):
        yield _kept(f"evidence/{evidence.pk}", evidence.name, evidence.file)
    for excuse in Excuse.objects.filter(advocate=advocate).exclude(paper="").order_by("pk"):
        yield _kept(f"reasons/{excuse.pk}", excuse.paper_name, excuse.paper)
    for certificate in Certificate.objects.filter(advocate=advocate).order_by("pk"):
        yield _paper(certificate)


def _kept(place: str, shown_name: str, stored: FieldFile) -> tuple[str, bytes]:
    name = f"files/{place}-{_UNSAFE.sub('_', shown_name)}"
    try:
        with stored.open("rb") as file:
            return name, file.read()
    except FileNotFoundError:
        logger.error("%s of somebody's own files is not in the store", place)
        return f"{name}.txt", _("The file is not in the store.").encode()


def _paper(certificate: Certificate) -> tuple[str, bytes]:
    """The PDF; where the record is not what was issued, what is wrong with it instead of nothing at all."""
    name = f"files/certificates/{_UNSAFE.sub('-', certificate.serial)}"
    try:
        return f"{name}.pdf", signed_certificate(certificate)
    except DomainError as error:
        return f"{name}.txt", str(error).encode()
