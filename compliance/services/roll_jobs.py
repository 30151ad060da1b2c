"""Large rolls, read and imported by a worker. Either may run twice: the second time finds it done."""

from __future__ import annotations

from typing import Any

from advocates.models import RollFile
from advocates.services.roll import apply_roll, discard_roll, read_received
from cle.core.clock import now
from cle.core.errors import FileRefused
from compliance.models import Job
from compliance.services.work import Progress

READ_AT_ONCE = 100_000
"""Bytes of a file that is read while one waits: 600 people as text, 1,200 as a spreadsheet, in 1.5 to 4 seconds."""

APPLIED_AT_ONCE = 1_500
"""Rows that are written while one waits: 1,200 took two to five seconds."""


def is_read_later(content: bytes) -> bool:
    return len(content) > READ_AT_ONCE


def is_applied_later(file: RollFile) -> bool:
    return file.rows > APPLIED_AT_ONCE and not file.applied_at


def preview(job: Job, report: Progress) -> dict[str, Any]:
    """A file that cannot be read is put aside, and the job says why."""
    file = _file(job)
    try:
        file = read_received(file)
    except FileRefused:
        discard_roll(file)
        raise
    return {"file": file.pk, "rows": file.rows, **file.counts}


def apply(job: Job, report: Progress) -> dict[str, Any]:
    file = apply_roll(_file(job), by=job.asked_by, now=now())
    return {"file": file.pk, "rows": file.rows, **file.counts}


def _file(job: Job) -> RollFile:
    return RollFile.objects.for_bar(job.bar).defer("content", "missing").get(pk=job.parameters["file"])
