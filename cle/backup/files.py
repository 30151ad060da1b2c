"""Files beside the database: what was uploaded, and the keys, where they are asked for."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Final

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management.base import CommandError
from django.utils.translation import gettext as _

from cle.core.secret_files import write_secret

_NOT_KEPT: Final = frozenset({"archives"})
"""Folders of what is made again for whoever asks."""


def uploaded(folder: str = "") -> Iterator[str]:
    """The name of each file in the storage."""
    try:
        folders, files = default_storage.listdir(folder)
    except FileNotFoundError:
        return  # nothing was ever uploaded
    yield from (f"{folder}{name}" for name in sorted(files))
    for name in sorted(folders):
        if f"{folder}{name}" not in _NOT_KEPT:
            yield from uploaded(f"{folder}{name}/")


def put_uploaded(name: str, content: bytes) -> None:
    """Into the storage under that very name. One that is there already has to be the same."""
    if default_storage.exists(name):
        with default_storage.open(name) as there:
            if there.read() != content:
                raise CommandError(_("There is another file with the name %s: move it away first.") % name)
    elif default_storage.save(name, ContentFile(content)) != name:
        raise CommandError(_("The storage does not keep a file under the name %s.") % name)


def keys() -> Iterator[Path]:
    """Relative to the folder of keys."""
    folder: Path = settings.KEYS_FOLDER
    yield from (path.relative_to(folder) for path in sorted(folder.rglob("*")) if path.is_file())


def put_key(name: str, content: bytes) -> None:
    inside = PurePosixPath(name)
    if inside.is_absolute() or ".." in inside.parts:
        raise CommandError(_("The storage does not keep a file under the name %s.") % name)
    path: Path = settings.KEYS_FOLDER / inside
    if not path.exists():
        write_secret(path, content)
    elif path.read_bytes() != content:
        raise CommandError(_("There is another file with the name %s: move it away first.") % path)
