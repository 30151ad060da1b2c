"""The file: a compressed tar, written and read from its beginning to its end, of which a part is held at a time.

``about.json`` comes first and ``manifest.json`` last; between them ``tables/<name>/<part>.copy`` in PostgreSQL's text
format, ``files/…`` and ``keys/…``. Without its end it is no back-up.
"""

from __future__ import annotations

import gzip
import io
import json
import os
import secrets
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, Final

FORMAT: Final = 1
ABOUT, MANIFEST = "about.json", "manifest.json"
TABLES, FILES, KEYS = "tables/", "files/", "keys/"
PART: Final = 4 << 20
"""Bytes of a table in one member: what has to be held."""
_LEVEL: Final = 4
"""Twice as quick as the usual 9, and a tenth larger."""


@contextmanager
def written(path: Path) -> Iterator[tarfile.TarFile]:
    """A tar to add to; the file is there (0600) once all is in it, and not at all if anything breaks."""
    unfinished = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            with (
                gzip.GzipFile(fileobj=file, mode="wb", filename="", compresslevel=_LEVEL) as packed,
                tarfile.open(fileobj=packed, mode="w|", format=tarfile.PAX_FORMAT) as archive,
            ):
                yield archive
            file.flush()
            os.fsync(file.fileno())
        os.link(unfinished, path)  # never over a file that is there
    finally:
        unfinished.unlink()


@contextmanager
def opened(path: Path) -> Iterator[tarfile.TarFile]:
    with tarfile.open(path, mode="r|gz") as archive:
        yield archive


def add(archive: tarfile.TarFile, name: str, content: bytes) -> None:
    add_stream(archive, name, io.BytesIO(content), len(content))


def add_stream(archive: tarfile.TarFile, name: str, content: IO[bytes], size: int) -> None:
    member = tarfile.TarInfo(name)
    member.size, member.mode = size, 0o600
    archive.addfile(member, content)


def add_json(archive: tarfile.TarFile, name: str, said: dict[str, Any]) -> None:
    add(archive, name, json.dumps(said, ensure_ascii=False, indent=1).encode())
