"""Signing a PDF (PAdES B-B; with a time stamp B-T): nothing of the file may change after that."""

from __future__ import annotations

import io
import logging
import urllib.request
from typing import Final

from asn1crypto import tsp
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
    PdfSigner(how, _Signer(key), timestamper=stamper).sign_pdf(
        IncrementalPdfFileWriter(io.BytesIO(pdf)),
        bytes_reserved=_RESERVED_WITH_TIME if stamper else _RESERVED,
        output=out,
    )
    return out.getvalue()


class _Signer(Signer):
    """Signs with a key that was read before: the library's own reads it again for each signature."""

    def __init__(self, key: SigningKey) -> None:
        chain = [asn1.Certificate.load(each.public_bytes(Encoding.DER)) for each in key.chain]
        above = SimpleCertificateStore()  # type: ignore[no-untyped-call]
        above.register_multiple(chain[1:])
        super().__init__(signing_cert=chain[0], cert_registry=above, embed_roots=False)
        self._key = key.key

    async def async_sign_raw(self, data: bytes, digest_algorithm: str, dry_run: bool = False) -> bytes:
        if dry_run:
            return bytes(self._key.key_size // 8)
        return self._key.sign(data, padding.PKCS1v15(), SHA256())


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
