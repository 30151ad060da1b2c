"""The keys that credentials are signed with: files of this installation, outside the database and its backups.

The newest signs. Of those before it only the public half is kept, so that what they have signed can be checked for
ever. Whoever serves one site from several machines gives them one folder.
"""

from __future__ import annotations

import json
import os
import secrets
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from joserfc.jwk import ECKey

CURVE: Final = "P-256"
ALGORITHM: Final = "ES256"


def signing_key() -> ECKey:
    """The key that signs now; made on first use."""
    files = _files()
    return _read(files[-1]) if files else _read(_make(1))


def public_keys() -> list[ECKey]:
    """Every key that has ever signed, the newest first; only their public halves are to leave this process."""
    signing_key()
    return [_read(path) for path in reversed(_files())]


def rotate_key() -> ECKey:
    """Sign with a new key from now on; the private half of the one before is gone for good."""
    before = _files()
    made = _make(len(before) + 1)
    for path in before:
        _put(path.with_suffix(".part"), _read(path).as_dict(private=False))
        path.with_suffix(".part").replace(path)
    return _read(made)


def _folder() -> Path:
    folder: Path = settings.KEYS_FOLDER
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def _files() -> list[Path]:
    return sorted(_folder().glob("credentials-*.json"))


def _make(number: int) -> Path:
    """A new key under that number. Of two processes that make one at once, both go on with the first one's."""
    path = _folder() / f"credentials-{number:04}.json"
    unfinished = path.with_suffix(f".{secrets.token_hex(8)}")
    _put(unfinished, ECKey.generate_key(CURVE).as_dict(private=True))
    try:
        os.link(unfinished, path)  # never over a key that is there, and never half a file
    except FileExistsError:
        pass
    finally:
        unfinished.unlink()
    return path


def _put(path: Path, key: dict[str, Any]) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump(key, file)


def _read(path: Path) -> ECKey:
    return ECKey.import_key(json.loads(path.read_text(encoding="utf-8")))
