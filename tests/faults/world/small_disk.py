"""A disk that is soon full: a file system in memory, of a few megabytes more than what is on it."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.faults.world.servers import missing


def unable() -> str:
    """Why there can be none here, "" when there can be one."""
    if os.getuid():
        return "only root may mount a disk"
    if lacking := missing("mount", "umount"):
        return f"{lacking} is not installed"
    return ""


@contextmanager
def small_disk(folder: Path, megabytes: int) -> Iterator[None]:
    """At the folder, until it is left. Raises OSError where nothing can be mounted."""
    folder.mkdir()
    words = ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m,mode=755", "cle-faults", str(folder)]
    tried = subprocess.run(words, capture_output=True, check=False)
    if tried.returncode:
        raise OSError(f"no disk can be mounted here: {tried.stderr.decode().strip()}")
    try:
        yield
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


def size_of(folder: Path) -> int:
    """Megabytes."""
    files = (path for path in folder.rglob("*") if path.is_file())
    return sum(path.stat().st_size for path in files) // 1_000_000 + 1
