"""The certificates of a batch in one ZIP file: made by a job, kept for a day, outside of what the web serves."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final
from zipfile import ZIP_STORED, ZipFile

from django.conf import settings

from compliance.models import Job, JobState
from compliance.services.certificates.batches import Batch
from compliance.services.certificates.files import WINDOW, signed_certificate
from compliance.services.certificates.pictures import Shelf

KIND: Final = "certificates-archive"
KEPT = dt.timedelta(days=1)
_EACH: Final = 20
"""Pages, of 25 ms each, between two reports."""


def archive_batch(job: Job, report: Callable[[int, int], None]) -> dict[str, Any]:
    """The job: {"certificates": how many, "bytes", "until": when it is gone}, without those that no longer stand."""
    certificates = Batch.of_job(job).issued().standing().select_related("bar").order_by("year", "number")
    total, path = certificates.count(), _path(job)
    unfinished, shelf = path.with_suffix(".part"), Shelf()
    with ZipFile(unfinished, "w", ZIP_STORED) as archive:  # PDFs are packed already
        for done, certificate in enumerate(certificates.iterator(chunk_size=WINDOW), start=1):
            archive.writestr(_name(certificate.serial), signed_certificate(certificate, shelf))
            if done % _EACH == 0 or done == total:
                report(done, total)
    unfinished.replace(path)
    return {"certificates": total, "bytes": path.stat().st_size, "until": (job.asked_at + KEPT).isoformat()}


def archive_of(job: Job, now: dt.datetime) -> Path | None:
    """The file of a job that is done; None when it is gone, or about to be."""
    path = _path(job)
    ready = job.kind == KIND and job.state == JobState.DONE and now < job.asked_at + KEPT
    return path if ready and path.exists() else None


def people_in(job: Job, path: Path) -> list[int]:
    """Keys of the advocates whose certificates the file of a job holds, as it was made."""
    with ZipFile(path) as archive:
        names = set(archive.namelist())
    rows = Batch.of_job(job).issued().values_list("serial", "advocate_id")
    return [advocate for serial, advocate in rows if _name(serial) in names]


def delete_old_archives(now: dt.datetime) -> int:
    """Delete what was kept long enough, half files of dead workers too; returns how many."""
    old = [path for path in _folder().iterdir() if path.stat().st_mtime < (now - KEPT).timestamp()]
    for path in old:
        path.unlink(missing_ok=True)
    return len(old)


def _name(serial: str) -> str:
    return f"{serial.replace('/', '-')}.pdf"


def _path(job: Job) -> Path:
    return _folder() / f"{job.pk}.zip"


def _folder() -> Path:
    folder: Path = settings.ARCHIVES_FOLDER
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder
