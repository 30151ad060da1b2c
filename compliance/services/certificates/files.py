"""From the frozen snapshot to the PDF: one on demand, or a folder full on all processors."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from cle.core.errors import DomainError
from compliance.certificates.pictured import Pictures
from compliance.certificates.snapshot import Snapshot
from compliance.models import Certificate
from compliance.services.certificates.pictures import Shelf
from compliance.services.signing import signed
from compliance.transcripts.issued import paper

WINDOW = 400
"""Certificates in the air at once: some 10 MB of PDF, and three seconds of work for one processor."""

_CHUNK = 20  # snapshots per message to a process: a message costs little beside 20 pages of 8 ms each
ERASED = _("There was a certificate with this code. What it said is not kept any more.")

Draw = Callable[[Iterable[Snapshot], Iterable[Pictures]], Iterable[bytes]]


class _Job(NamedTuple):
    path: Path
    snapshot: Snapshot
    pictures: Pictures


def render_certificate(certificate: Certificate, shelf: Shelf | None = None) -> bytes:
    """The PDF, the same bytes each time. Raises DomainError when the snapshot is not what was issued.

    Who renders many keeps a shelf, so that the pictures of a bar are read once.
    """
    snapshot = read_snapshot(certificate)
    return paper(snapshot, (shelf or Shelf()).of(certificate.bar_id, snapshot))


def signed_certificate(certificate: Certificate, shelf: Shelf | None = None) -> bytes:
    """The PDF with a signature of the bar that issued it, made now. Raises what ``render_certificate`` does."""
    return signed(render_certificate(certificate, shelf), certificate.bar)


def read_snapshot(certificate: Certificate) -> Snapshot:
    """What the certificate says, checked against its fingerprint.

    Raises DomainError "certificate-altered" when they disagree, "certificate-erased" when its time was up.
    """
    if certificate.erased_at is not None:
        raise DomainError("certificate-erased", ERASED)
    try:
        snapshot = Snapshot.from_json(certificate.snapshot)
    except ValueError:
        snapshot = None
    if snapshot is None or snapshot.sha256() != certificate.sha256:
        raise DomainError("certificate-altered", _("The certificate on record is not what was issued."))
    return snapshot


def write_certificates(
    certificates: QuerySet[Certificate],
    folder: Path,
    *,
    progress: Callable[[int, int], None] | None = None,
    processes: int = 1,
) -> int:
    """Write ``<folder>/<bar code>/<serial number>.pdf`` for each certificate; returns how many files are new.

    What was erased has no file. Files that exist are left alone and none is ever half written, so a run that was
    cut off can be repeated.
    ``progress`` is told how many of how many are done. With several processes the pages are drawn in fresh ones
    that know neither Django nor the database; they take some seconds to start, so below 1,000 pages one is faster.
    """
    certificates = certificates.filter(erased_at=None)
    total, done, written = certificates.count(), 0, 0
    read = certificates.only("bar", "serial", "snapshot", "sha256", "erased_at").order_by("pk")
    rows, shelf = read.iterator(chunk_size=WINDOW), Shelf()
    with _drawing(processes) as draw:
        while window := list(islice(rows, WINDOW)):
            written += _write(window, folder, draw, shelf)
            done += len(window)
            if progress is not None:
                progress(done, total)
    return written


def _write(certificates: list[Certificate], folder: Path, draw: Draw, shelf: Shelf) -> int:
    paths = [(certificate, _path(folder, certificate.serial)) for certificate in certificates]
    jobs = [_job(certificate, path, shelf) for certificate, path in paths if not path.exists()]
    pdfs = draw((job.snapshot for job in jobs), (job.pictures for job in jobs))
    for job, pdf in zip(jobs, pdfs, strict=True):
        write_whole(job.path, pdf)
    return len(jobs)


def _job(certificate: Certificate, path: Path, shelf: Shelf) -> _Job:
    snapshot = read_snapshot(certificate)
    return _Job(path, snapshot, shelf.of(certificate.bar_id, snapshot))


def _path(folder: Path, serial: str) -> Path:
    bar_code, _slash, _rest = serial.partition("/")
    return folder / bar_code / file_name(serial)


def file_name(serial: str) -> str:
    return f"{serial.replace('/', '-')}.pdf"


def write_whole(path: Path, content: bytes) -> None:
    """Whole or not at all: written under another name, then renamed."""
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_suffix(".part")
    unfinished.write_bytes(content)
    unfinished.replace(path)


@contextmanager
def _drawing(processes: int) -> Iterator[Draw]:
    """How to turn snapshots into PDFs, in order: here, or in that many processes of their own."""
    if processes <= 1:
        yield lambda snapshots, pictures: map(paper, snapshots, pictures)
        return
    # A fork would copy this process's database connections and locks; a fresh interpreter has none.
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(processes, mp_context=context) as pool:
        yield lambda snapshots, pictures: pool.map(paper, snapshots, pictures, chunksize=_CHUNK)
