"""The public check of a file: is it what was issued, and does that still stand? Nothing of the file is kept."""

from __future__ import annotations

import re
from enum import StrEnum
from typing import Final, NamedTuple

from cle.core.errors import DomainError
from compliance.models import Certificate
from compliance.queries.certificates import find_by_code
from compliance.services.certificates.files import render_certificate
from compliance.services.signing import seal_of
from compliance.signatures import Seal

LARGEST: Final = 2_000_000
"""Bytes; the longest transcripts are some 500 kB."""

_CODE: Final = re.compile(rb"/verify/([0-9A-Z]{4}(?:-[0-9A-Z]{4}){3})")
"""As it stands, uncompressed, behind the square code and in the properties of a certificate."""


class Finding(StrEnum):
    GENUINE = "genuine"
    """Byte for byte a certificate that was issued here; whether it still stands is another question."""
    SIGNED = "signed"
    """Another paper that was signed here, byte for byte: a transcript, or a certificate that is not on record."""
    ALTERED = "altered"
    """It names a certificate that was issued here, and is not that certificate's file."""
    UNKNOWN = "unknown"


class Brought(NamedTuple):
    """``certificate`` is the one that the file is, or claims to be."""

    finding: Finding
    certificate: Certificate | None


def examine(content: bytes) -> Brought:
    """What a file is. Two look-ups at the most; no PDF is opened, for a stranger's file may be anything."""
    seal, named = seal_of(content), _CODE.search(content)
    certificate = find_by_code(named[1].decode()) if named else None
    if seal is Seal.OURS:
        return Brought(Finding.GENUINE if certificate else Finding.SIGNED, certificate)
    if certificate is None:
        return Brought(Finding.UNKNOWN, None)
    return Brought(Finding.GENUINE if _is_unsigned(content, seal, certificate) else Finding.ALTERED, certificate)


def _is_unsigned(content: bytes, seal: Seal, certificate: Certificate) -> bool:
    """Whether it is the certificate as it was handed out before papers were signed."""
    try:
        return seal is Seal.NONE and content == render_certificate(certificate)
    except DomainError:
        return False
