"""Values that are kept encrypted: AES-256-GCM under keys derived from the installation's field keys.

The first key seals, every key opens: a new key is put before the old one, which may go once all is sealed anew.
"""

from __future__ import annotations

import hashlib
import hmac
import os
from dataclasses import dataclass
from functools import cache
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

DIGEST: Final = 32
"""Bytes of a digest."""

_VERSION: Final = b"\x01"
_ID, _NONCE = 4, 12
_HEAD: Final = len(_VERSION) + _ID


class UnsealingError(Exception):
    """A sealed value cannot be opened: its key is not among the field keys, or it was altered. Names no value."""


@dataclass(frozen=True, repr=False)
class Key:
    """One field key: what it seals with, what it makes digests with, and its name, which says nothing about it."""

    name: bytes
    cipher: AESGCM
    digesting: bytes


class Box:
    """Seals and opens. ``place`` (a column) is bound to the value: what was sealed for one cannot pass for another."""

    def __init__(self, secrets: tuple[str, ...]) -> None:
        if not secrets:
            raise ValueError("no field keys")
        self._keys = {key.name: key for key in map(_key, secrets)}
        self._first = next(iter(self._keys.values()))

    def seal(self, value: bytes, place: str) -> bytes:
        nonce = os.urandom(_NONCE)
        head = _VERSION + self._first.name
        return head + nonce + self._first.cipher.encrypt(nonce, value, head + place.encode())

    def open(self, sealed: bytes, place: str) -> bytes:
        """Raises UnsealingError."""
        head, nonce, text = sealed[:_HEAD], sealed[_HEAD : _HEAD + _NONCE], sealed[_HEAD + _NONCE :]
        key = self._keys.get(head[len(_VERSION) :])
        if key is None or not head.startswith(_VERSION):
            raise UnsealingError(f"{place}: sealed with a key that is not among FIELD_KEYS")
        try:
            return key.cipher.decrypt(nonce, text, head + place.encode())
        except InvalidTag as error:
            raise UnsealingError(f"{place}: altered, or sealed for another place") from error

    def is_current(self, sealed: bytes) -> bool:
        """Sealed with the first key."""
        return sealed.startswith(_VERSION + self._first.name)

    def digests(self, value: bytes, place: str) -> list[bytes]:
        """The keyed digest of a value under each key, the first key's first: for finding equal values."""
        text = place.encode() + b"\0" + value
        return [hmac.digest(key.digesting, text, "sha256") for key in self._keys.values()]


def box() -> Box:
    """The box of this installation (``FIELD_KEYS``)."""
    return _box(tuple(settings.FIELD_KEYS))


@cache
def _box(secrets: tuple[str, ...]) -> Box:
    return Box(secrets)


def _key(secret: str) -> Key:
    encrypting, digesting = (_derived(secret, use) for use in (b"cle field encryption", b"cle field digest"))
    return Key(hashlib.sha256(encrypting + b"name").digest()[:_ID], AESGCM(encrypting), digesting)


def _derived(secret: str, use: bytes) -> bytes:
    return HKDF(SHA256(), 32, None, use).derive(secret.encode())
