"""The certificates of a batch in one ZIP file: made by a job, kept for a day, outside of what the web serves."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from pathlib import Path, PurePosixPath
from shutil import rmtree
from typing import Any, Final
from zipfile import ZIP_STORED, ZipFile

from django.conf import settings
from django.db.models import F, QuerySet

from advocates.ordering import KazakhOrder
from compliance.models import Certificate, Job, JobState
from compliance.services.certificates.batches import Batch
from compliance.services.certificates.files import WINDOW, file_name, signed_certificate, write_whole
from compliance.services.certificates.pictures import Shelf

KIND: Final = "certificates-archive"
KEPT = dt.timedelta(days=1)
_EACH: Final = 20
"""Pages, of 25 ms each, between two reports."""


def archive_batch(job: Job, report: Callable[[int, int], None]) -> dict[str, Any]:
    """The job: {"certificates": how many, "bytes", "until": when it is gone}, without those that no longer stand.

    By unit, then by name, as they are handed out. Signed papers are kept in a folder until the file is whole, so an
    attempt after one that was cut off signs the rest.
    """
    certificates = _in_order(Batch.of_job(job).issued().standing().select_related("bar", "advocate__unit"))
    total, path, shelf = certificates.count(), _path(job), Shelf()
    unfinished, signed = path.with_suffix(".part"), path.with_suffix(".signed")
    signed.mkdir(mode=0o700, exist_ok=True)
    with ZipFile(unfinished, "w", ZIP_STORED) as archive:  # PDFs are packed already
        for done, certificate in enumerate(certificates.iterator(chunk_size=WINDOW), start=1):
            archive.write(_signed_once(signed, certificate, shelf), _name(certificate))
            if done % _EACH == 0 or done == total:
                report(done, total)
    unfinished.replace(path)
    rmtree(signed)
    return {"certificates": total, "bytes": path.stat().st_size, "until": (job.asked_at + KEPT).isoformat()}


def _in_order(certificates: QuerySet[Certificate]) -> QuerySet[Certificate]:
    unit = F("advocate__unit__name").asc(nulls_last=True)
    return certificates.order_by(unit, KazakhOrder("advocate__full_name"), "kind", "year", "number")


def _signed_once(folder: Path, certificate: Certificate, shelf: Shelf) -> Path:
    paper = folder / f"{certificate.code}.pdf"
    if not paper.exists():
        write_whole(paper, signed_certificate(certificate, shelf))
    return paper


def archive_of(job: Job, now: dt.datetime) -> Path | None:
    """The file of a job that is done; None when it is gone, or about to be."""
    path = _path(job)
    ready = job.kind == KIND and job.state == JobState.DONE and now < job.asked_at + KEPT
    return path if ready and path.exists() else None


def people_in(job: Job, path: Path) -> list[int]:
    """Keys of the advocates whose certificates the file of a job holds, as it was made."""
    with ZipFile(path) as archive:
        names = {PurePosixPath(name).name for name in archive.namelist()}
    rows = Batch.of_job(job).issued().values_list("serial", "advocate_id")
    return [advocate for serial, advocate in rows if file_name(serial) in names]


def delete_old_archives(now: dt.datetime) -> int:
    """Delete what was kept long enough, half files of dead workers too; returns how many."""
    old = [path for path in _folder().iterdir() if path.stat().st_mtime < (now - KEPT).timestamp()]
    for path in old:
        if path.is_dir():
            rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)
    return len(old)


def _name(certificate: Certificate) -> str:
    """In a folder called like the unit, with nothing in it that a file system may not have; "-" for those without."""
    unit = certificate.advocate.unit
    folder = re.sub(r'[\\/:*?"<>|\x00-\x1f]+', "-", unit.name).strip(" .") if unit else ""
    return f"{folder or '-'}/{file_name(certificate.serial)}"


def _path(job: Job) -> Path:
    return _folder() / f"{job.pk}.zip"


def _folder() -> Path:
    folder: Path = settings.ARCHIVES_FOLDER
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder
