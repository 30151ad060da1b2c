"""Uploaded files: each that is on record is in the storage, and is what was uploaded."""

from __future__ import annotations

import hashlib
import random
from typing import Final

from django.utils.translation import gettext_lazy as _

from cle.doctor.check import Check, Finding, Look, found, named
from courses.models import Evidence


def _look(look: Look) -> list[Finding]:
    lost: list[str] = []
    drawn: list[Evidence] = []
    rows = Evidence.objects.exclude(file="").only("file", "size", "sha256").order_by("pk")
    for seen, row in enumerate(rows.iterator(chunk_size=2000)):
        if not row.file.storage.exists(name := str(row.file.name)):
            lost.append(name)
        elif look.sample is None or len(drawn) < look.sample:
            drawn.append(row)
        elif (place := random.randrange(seen)) < look.sample:  # each has the same chance to be read
            drawn[place] = row
    return found(
        named(_("files that are not in the storage"), lost),
        named(
            _("files that are not what was uploaded"), (str(row.file.name) for row in drawn if _sum(row) != row.sha256)
        ),
    )


def _sum(row: Evidence) -> str:
    with row.file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


FILES: Final = Check(
    "files",
    _("Uploaded files are there"),
    _(
        "See that every process has the same CLE_VAR and may read the folder files in it. What is gone is in a "
        "back-up: take it out of the folder files of the archive, under the same name."
    ),
    _look,
)
