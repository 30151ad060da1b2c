"""Which release runs here: its version, and an id that tells two builds of one version apart without git."""

from __future__ import annotations

import hashlib
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Final

DISTRIBUTION: Final = "cle-tracker"
_ROOT: Final = Path(__file__).resolve().parents[2]
_PACKAGES: Final = ("cle", "advocates", "courses", "compliance")
_RUNS: Final = frozenset({".py", ".html", ".txt", ".json", ".mo", ".js", ".css"})
"""Kinds of files that change what the program does or says."""


def version() -> str:
    return metadata.version(DISTRIBUTION)


@cache
def build() -> str:
    """Twelve digits that follow from the files as they were when first asked: the same wherever they are the same."""
    found = hashlib.sha256(version().encode())
    for path in _files():
        found.update(path.relative_to(_ROOT).as_posix().encode() + b"\0")
        found.update(hashlib.sha256(path.read_bytes()).digest())
    return found.hexdigest()[:12]


def _files() -> list[Path]:
    return sorted(path for package in _PACKAGES for path in (_ROOT / package).rglob("*") if path.suffix in _RUNS)
