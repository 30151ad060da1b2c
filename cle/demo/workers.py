"""The demo's work on all processors at once, as a bar's Celery workers would share it."""

from __future__ import annotations

import multiprocessing
import os
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import django

Job = tuple[Any, ...]


def letters_to(folder: Path) -> None:
    """Letters of this process go to a folder, whatever mail server is configured: the demo's people do not exist."""
    from django.conf import settings

    settings.EMAIL_BACKEND, settings.EMAIL_FOLDER = "cle.mail.FolderBackend", folder


def _begin(folder: Path) -> None:
    django.setup()
    letters_to(folder)


def _timed(work: Callable[..., object], job: Job) -> float:
    start = time.monotonic()
    work(*job)
    return time.monotonic() - start


class Workers:
    """A pool of fresh processes, each with its own connection to the database."""

    def __init__(self, pool: ProcessPoolExecutor) -> None:
        self._pool = pool

    def do(self, work: Callable[..., object], jobs: Iterable[Job]) -> Iterator[tuple[Job, float]]:
        """Do the jobs in any order; yields each with its seconds when it is done. The first error is raised."""
        waiting = {self._pool.submit(_timed, work, job): job for job in jobs}
        for done in as_completed(waiting):
            yield waiting[done], done.result()


@contextmanager
def workers(mail: Path) -> Iterator[Workers]:
    """One process per processor. Spawned: a fork would share this process's database connection."""
    context = multiprocessing.get_context("spawn")
    count = os.cpu_count() or 1
    with ProcessPoolExecutor(count, mp_context=context, initializer=_begin, initargs=(mail,)) as pool:
        yield Workers(pool)
