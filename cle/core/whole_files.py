"""Uploaded files, whole or not at all; and errors that say that a disk is full."""

from __future__ import annotations

import errno
from typing import Any, Final

import psycopg
from django.core.files.storage import FileSystemStorage
from django.db import OperationalError

_FULL: Final = (errno.ENOSPC, errno.EDQUOT)


class WholeFiles(FileSystemStorage):
    """Django's leaves on the disk what it could write before the disk was full."""

    def _save(self, name: str, content: Any) -> str:
        new = not self.exists(name)
        try:
            return str(super()._save(name, content))  # type: ignore[misc]
        except OSError:
            if new:
                self.delete(name)
            raise


def is_about_room(error: BaseException) -> bool:
    """Whether something could not be written for want of room: a file, or a row of the database."""
    if isinstance(error, OperationalError):
        return isinstance(error.__cause__, psycopg.errors.DiskFull)
    return isinstance(error, OSError) and error.errno in _FULL
