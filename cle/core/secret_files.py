"""Files that only this account may read, written whole or not at all."""

from __future__ import annotations

import os
import secrets
from pathlib import Path


def write_secret(path: Path, content: bytes) -> None:
    """Write the file (0600), in place of one that may be there."""
    unfinished = _unfinished(path, content)
    unfinished.replace(path)


def write_secret_once(path: Path, content: bytes) -> bool:
    """Write the file (0600) unless there is one: of two processes that make it at once, the first one's stays."""
    unfinished = _unfinished(path, content)
    try:
        os.link(unfinished, path)  # never over a file that is there, and never half a file
    except FileExistsError:
        return False
    finally:
        unfinished.unlink()
    return True


def _unfinished(path: Path, content: bytes) -> Path:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    unfinished = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
    except OSError:  # the disk is full
        unfinished.unlink()
        raise
    return unfinished
