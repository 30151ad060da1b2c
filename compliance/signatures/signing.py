"""Signing a PDF (PAdES B-B; with a time stamp B-T): nothing of the file may change after that."""

from __future__ import annotations

import hashlib
import io
import logging
import urllib.request
from functools import lru_cache
from typing import Any, Final, NamedTuple

from asn1crypto import cms, tsp
from asn1crypto import x509 as asn1
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import MDPPerm, SigSeedSubFilter
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner, Signer
from pyhanko.sign.timestamps import TimeStamper
from pyhanko_certvalidator.registry import SimpleCertificateStore

from compliance.signatures.keys import SigningKey

logger = logging.getLogger(__name__)

FIELD: Final = "BarSignature"
_RESERVED: Final = 8192
"""Bytes, in hexadecimal digits, that are kept free for the signature; a time stamp needs more."""
_RESERVED_WITH_TIME: Final = 32_768
_SOME_DIGEST: Final = hashlib.sha256(b"the digest of some paper").digest()
_SECONDS: Final = 10
_LONGEST_STAMP: Final = 100_000


def sign(pdf: bytes, key: SigningKey, time_stamps: str = "") -> bytes:
    """The file with a signature appended; its own bytes stay what they were.

    ``time_stamps`` is the address of a service (RFC 3161). When that does not answer, the signature says the time by
    this machine's clock alone: a paper is not withheld for it.
    """
    if time_stamps:
        try:
            return _signed(pdf, key, _Stamper(time_stamps))
        except (OSError, ValueError):
            logger.warning("the time stamp service does not answer: a paper was signed without its stamp")
    return _signed(pdf, key, None)


def _signed(pdf: bytes, key: SigningKey, stamper: TimeStamper | None) -> bytes:
    how = PdfSignatureMetadata(
        field_name=FIELD, subfilter=SigSeedSubFilter.PADES, md_algorithm="sha256", certify=True,
        docmdp_permissions=MDPPerm.NO_CHANGES,
    )  # fmt: skip
    out = io.BytesIO()
    PdfSigner(how, _signer(key), timestamper=stamper).sign_pdf(
        _Appending(io.BytesIO(pdf)),
        bytes_reserved=_RESERVED_WITH_TIME if stamper else _RESERVED,
        output=out,
    )
    return out.getvalue()


class _Appending(IncrementalPdfFileWriter):
    def _update_meta(self) -> None:
        """The properties say when a paper was issued, as archives want it; its signature says its own day."""


@lru_cache(maxsize=64)
def _signer(key: SigningKey) -> _Signer:
    """Kept with what it has read of its certificates: each signature with the key says the same of them."""
    return _Signer(key)


class _Form(NamedTuple):
    """A signature (CMS) by one key, and what was signed in it, about a file whose digest is ``_SOME_DIGEST``.

    Nothing but the digest and the signature itself is different in the next one, and both are as long.
    """

    attributes: bytes
    signature: bytes
    whole: bytes


class _Signer(Signer):
    """Signs with a key that was read before: the library's own reads it again for each signature.

    Putting a signature together takes the library ten times as long as signing, so without a time stamp, which is
    another each time, it does so once for each key, and the rest are made from that form.
    """

    def __init__(self, key: SigningKey) -> None:
        chain = [asn1.Certificate.load(each.public_bytes(Encoding.DER)) for each in key.chain]
        above = SimpleCertificateStore()  # type: ignore[no-untyped-call]
        above.register_multiple(chain[1:])
        super().__init__(signing_cert=chain[0], cert_registry=above, embed_roots=False)
        self._key = key.key
        self._form: _Form | None = None

    async def async_sign_raw(self, data: bytes, digest_algorithm: str, dry_run: bool = False) -> bytes:
        if dry_run:
            return bytes(self._key.key_size // 8)
        return self._key.sign(data, padding.PKCS1v15(), SHA256())

    async def async_sign(self, data_digest: bytes, digest_algorithm: str, *args: Any, **how: Any) -> cms.ContentInfo:
        if args or how.get("dry_run") or how.get("timestamper") is not None or not how.get("use_pades"):
            return await super().async_sign(data_digest, digest_algorithm, *args, **how)
        if self._form is None:
            made = await super().async_sign(_SOME_DIGEST, digest_algorithm, **how)
            (signer,) = made["content"]["signer_infos"]
            self._form = _Form(signer["signed_attrs"].untag().dump(), signer["signature"].native, made.dump())
        attributes, old, whole = self._form
        new = await self.async_sign_raw(attributes.replace(_SOME_DIGEST, data_digest), digest_algorithm)
        return cms.ContentInfo.load(whole.replace(_SOME_DIGEST, data_digest).replace(old, new))


class _Stamper(TimeStamper):
    def __init__(self, url: str) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._url = url

    async def async_request_tsa_response(self, req: tsp.TimeStampReq) -> tsp.TimeStampResp:
        asked = urllib.request.Request(  # noqa: S310  (an address from the settings)
            self._url, data=req.dump(), headers={"Content-Type": "application/timestamp-query"}
        )
        with urllib.request.urlopen(asked, timeout=_SECONDS) as answer:  # noqa: S310
            return tsp.TimeStampResp.load(answer.read(_LONGEST_STAMP))
