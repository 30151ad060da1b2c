"""Whether a file is, byte for byte, what was signed here.

No PDF is read for that: a stranger's file need not be one. What is ours is covered by a signature of ours from the
first byte to the last, but for the digits of the signature itself.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from enum import StrEnum
from typing import Final

from asn1crypto import cms, core
from asn1crypto import x509 as asn1
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding

_RANGE: Final = re.compile(rb"/ByteRange\s*\[\s*0\s+(\d{1,9})\s+(\d{1,9})\s+(\d{1,9})\s*\]")
_DIGITS: Final = re.compile(rb"<[0-9A-F]+>")


class Seal(StrEnum):
    OURS = "ours"
    BROKEN = "broken"
    """There is a signature, and it is not one of ours over the whole of this file."""
    NONE = "none"


def read_seal(pdf: bytes, certificates: Iterable[x509.Certificate]) -> Seal:
    """Never raises, whatever the bytes are."""
    ranges = list(_RANGE.finditer(pdf))
    if not ranges:
        return Seal.NONE
    first, second, length = map(int, ranges[-1].groups())
    hole = pdf[first:second]
    if len(ranges) > 1 or second + length != len(pdf) or not _DIGITS.fullmatch(hole):
        return Seal.BROKEN
    digest = hashlib.sha256(pdf[:first] + pdf[second:]).digest()
    try:
        der = _without_zeros(bytes.fromhex(hole[1:-1].decode()))
        return Seal.OURS if _holds(der, digest, certificates) else Seal.BROKEN
    except (ValueError, TypeError, KeyError, IndexError, RecursionError, InvalidSignature):
        return Seal.BROKEN


def _without_zeros(reserved: bytes) -> bytes:
    """The message at the beginning of the room that was kept for it. Raises ValueError unless the rest is zeros."""
    whole = core.Sequence.load(reserved).dump()
    if reserved[len(whole) :].strip(b"\0"):
        raise ValueError("something stands behind the signature")
    return bytes(whole)


def _holds(der: bytes, digest: bytes, certificates: Iterable[x509.Certificate]) -> bool:
    """Whether one of ours has signed this digest, and all else is as we write it. Raises on what is no such message."""
    message = cms.ContentInfo.load(der, strict=True)["content"]
    (signer,) = message["signer_infos"]
    attributes = signer["signed_attrs"]
    told = {each["type"].native: each["values"][0].native for each in attributes}
    if told["message_digest"] != digest or told["content_type"] != "data":
        return False
    known = {each.public_bytes(Encoding.DER): each for each in certificates}
    carried = [known[each.chosen.dump()] for each in message["certificates"]]  # a stranger's is a KeyError
    named = [each for each in carried if _sid(each).dump() == signer["sid"].dump()]
    for each in named:
        public = each.public_key()
        assert isinstance(public, rsa.RSAPublicKey)
        public.verify(signer["signature"].native, attributes.untag().dump(), padding.PKCS1v15(), SHA256())
    return bool(named) and _as_we_write_it(message, signer) == der


def _sid(certificate: x509.Certificate) -> cms.SignerIdentifier:
    ours = asn1.Certificate.load(certificate.public_bytes(Encoding.DER))
    named = cms.IssuerAndSerialNumber({"issuer": ours.issuer, "serial_number": ours.serial_number})
    return cms.SignerIdentifier({"issuer_and_serial_number": named})


def _as_we_write_it(message: cms.SignedData, signer: cms.SignerInfo) -> bytes:
    """The message anew from what is signed, and from the time stamp, which somebody else has signed."""
    sha256 = {"algorithm": "sha256"}
    written = {
        "version": "v1", "sid": signer["sid"], "digest_algorithm": sha256, "signed_attrs": signer["signed_attrs"],
        "signature_algorithm": {"algorithm": "sha256_rsa"}, "signature": signer["signature"],
    }  # fmt: skip
    if signer["unsigned_attrs"]:
        written["unsigned_attrs"] = signer["unsigned_attrs"]
    content = {
        "version": "v1", "digest_algorithms": [sha256], "encap_content_info": {"content_type": "data"},
        "certificates": message["certificates"], "signer_infos": [written],
    }  # fmt: skip
    return bytes(cms.ContentInfo({"content_type": "signed_data", "content": cms.SignedData(content)}).dump(force=True))
