"""What is sealed: each change as one text that any program can make again, and the sum over it."""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Iterator, Sequence
from typing import Any

from django.db import connection

Digests = list[tuple[int, bytes]]
"""(key, SHA-256 of the canonical text) of changes, in the order of their keys."""

_ROW = struct.Struct(">q32s")

_CANONICAL = """
    SELECT id, jsonb_build_array(id, (extract(epoch FROM at) * 1000000)::bigint, transaction, "table", action, "row",
        bar_id, advocate_id, user_id, address, source, request, login, before, after)::text
    FROM advocates_change WHERE id BETWEEN %s AND %s ORDER BY id LIMIT %s
"""
"""An array of JSON; times in microseconds since 1970, so that no setting of the server shows in it."""


def digests(first: int, last: int, most: int | None = None) -> Digests:
    """Of the changes from ``first`` to ``last``, both included; at most so many."""
    with connection.cursor() as cursor:
        cursor.execute(_CANONICAL, [first, last, most])
        return [(key, hashlib.sha256(text.encode()).digest()) for key, text in cursor.fetchall()]


def packed(found: Sequence[tuple[int, bytes]]) -> bytes:
    return b"".join(_ROW.pack(key, digest) for key, digest in found)


def unpacked(content: bytes) -> Iterator[tuple[int, bytes]]:
    """Raises struct.error for what was not packed here."""
    yield from _ROW.iter_unpack(content)


def chained(before: str, seal: Any) -> str:
    """The sum of a seal over its own columns and the sum of the one before ('' for the first)."""
    micros = int(seal.sealed_at.timestamp() * 1_000_000)
    head = f"{before}\n{seal.first} {seal.last} {seal.count} {micros}\n"
    return hashlib.sha256(head.encode() + bytes(seal.digests)).hexdigest()
