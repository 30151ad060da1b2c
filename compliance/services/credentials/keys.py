"""The keys that credentials are signed with: files of this installation, outside the database and its backups.

The newest signs. Of those before it only the public half is kept, so that what they have signed can be checked for
ever. Whoever serves one site from several machines gives them one folder.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Final

from django.conf import settings
from joserfc.jwk import ECKey

from cle.core.secret_files import write_secret, write_secret_once

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
        write_secret(path, _written(_read(path), private=False))
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
    write_secret_once(path, _written(ECKey.generate_key(CURVE), private=True))
    return path


def _written(key: ECKey, *, private: bool) -> bytes:
    return json.dumps(key.as_dict(private=private)).encode()


def _read(path: Path) -> ECKey:
    return ECKey.import_key(json.loads(path.read_text(encoding="utf-8")))
