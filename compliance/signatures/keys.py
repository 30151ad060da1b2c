"""The keys that papers are signed with: files outside the database and its backups, of the installation or of a bar.

In ``documents/`` of the folder of keys, and for a bar with a key of its own in ``documents/<its code>/``, each key is a
pair of files: ``0001.key.pem`` (PKCS #8, not encrypted, 0600) and ``0001.chain.pem`` (X.509, its own certificate
first, then those above it). The pair with the highest number signs. Certificates stay for ever, so that what was signed
can be checked for ever; of earlier keys the private half is deleted when a new one takes over.

Without any, a key and a certificate of its own making are made for the installation. Whoever has had a certificate
issued puts the pair there under the next number.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from typing import Final
from urllib.parse import quote

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID, ObjectIdentifier

from cle.core.secret_files import write_secret_once

BITS: Final = 3072
"""RSA: an elliptic key would make the files PDF 2.0, which PDF/A-2 is not."""

YEARS: Final = 20
_DOCUMENT_SIGNING: Final = ObjectIdentifier("1.3.6.1.5.5.7.3.36")  # RFC 9336


@dataclass(frozen=True)
class SigningKey:
    """A private key with its certificate, and those above it."""

    key: rsa.RSAPrivateKey
    chain: tuple[x509.Certificate, ...]


def signing_key(folder: Path, bar: str, name: str) -> SigningKey:
    """The key that signs for the bar with that code now: its own, else the installation's, which is made in that name.

    Raises ValueError when the files of a pair do not belong together, or hold something else than RSA.
    """
    for place in (_of_a_bar(folder, bar), _of_all(folder)):
        if chains := _chains(place):
            return _read(_key_of(chains[-1]), chains[-1])
    return _read(*_make(_of_all(folder), 1, name))


def rotate_key(folder: Path, name: str) -> SigningKey:
    """Sign with a new key of the installation from now on; the private half of those before is gone for good."""
    before = _chains(_of_all(folder))
    number = int(before[-1].name.partition(".")[0]) + 1 if before else 1
    made = _make(_of_all(folder), number, name)
    for chain in before:
        _key_of(chain).unlink(missing_ok=True)
    return _read(*made)


def all_certificates(folder: Path) -> list[x509.Certificate]:
    """Of every key that has ever signed here, the bars' own included, each with those above it."""
    chains = sorted(_of_all(folder).rglob("*.chain.pem"))
    return [each for path in chains for each in _load_chain(path, path.stat().st_mtime_ns)]


class Broken(StrEnum):
    """What keeps a pair from signing."""

    APART = "apart"
    """Key and first certificate do not belong together."""
    UNREADABLE = "unreadable"
    """Not PEM, not RSA, encrypted, or closed to this account."""
    NO_KEY = "no-key"
    """The newest certificates of a place, without a key."""
    NO_CHAIN = "no-chain"
    """A key without certificates."""


def broken_pairs(folder: Path) -> Iterator[tuple[Path, Broken]]:
    """Each file that would keep papers from being signed, the bars' own included, and why."""
    chains = sorted(_of_all(folder).rglob("[0-9]*.chain.pem"))
    newest = {path.parent: path for path in chains}
    for chain in chains:
        if broken := _broken(chain, newest[chain.parent]):
            yield chain, broken
    for key in sorted(_of_all(folder).rglob("[0-9]*.key.pem")):
        if not key.with_name(key.name.replace(".key.", ".chain.")).exists():
            yield key, Broken.NO_CHAIN


def _broken(chain: Path, newest: Path) -> Broken | None:
    if not _key_of(chain).exists() and chain == newest:
        return Broken.NO_KEY
    try:
        certificate = x509.load_pem_x509_certificates(chain.read_bytes())[0]
        if not _key_of(chain).exists():
            return None
        # Whether it can sign is tried, which is forty times as quick as the check of its primes.
        private = load_pem_private_key(_key_of(chain).read_bytes(), None, unsafe_skip_rsa_key_validation=True)
    except (ValueError, TypeError, OSError, UnsupportedAlgorithm):
        return Broken.UNREADABLE
    public = certificate.public_key()
    if not isinstance(private, rsa.RSAPrivateKey) or not isinstance(public, rsa.RSAPublicKey):
        return Broken.UNREADABLE
    return None if _signs(private, public) else Broken.APART


def _signs(private: rsa.RSAPrivateKey, public: rsa.RSAPublicKey) -> bool:
    try:
        public.verify(private.sign(b"", PKCS1v15(), SHA256()), b"", PKCS1v15(), SHA256())
    except (InvalidSignature, ValueError):
        return False
    return True


def _of_all(folder: Path) -> Path:
    return folder / "documents"


def _of_a_bar(folder: Path, bar: str) -> Path:
    return _of_all(folder) / quote(bar, safe="")


def _chains(place: Path) -> list[Path]:
    return sorted(place.glob("[0-9]*.chain.pem"))


def _key_of(chain: Path) -> Path:
    return chain.with_name(chain.name.replace(".chain.", ".key."))


def _read(key: Path, chain: Path) -> SigningKey:
    return _load(key, key.stat().st_mtime_ns, chain, chain.stat().st_mtime_ns)


@lru_cache(maxsize=64)  # reading a key checks its primes, which takes longer than signing with it
def _load(key: Path, _written: int, chain: Path, chain_written: int) -> SigningKey:
    private = load_pem_private_key(key.read_bytes(), password=None)
    if not isinstance(private, rsa.RSAPrivateKey):
        raise ValueError(f"{key}: not an RSA key")
    certificates = _load_chain(chain, chain_written)
    if certificates[0].public_key() != private.public_key():
        raise ValueError(f"{chain}: its first certificate is not that of {key.name}")
    return SigningKey(private, certificates)


@lru_cache(maxsize=256)
def _load_chain(path: Path, _written: int) -> tuple[x509.Certificate, ...]:
    return tuple(x509.load_pem_x509_certificates(path.read_bytes()))


def _make(place: Path, number: int, name: str) -> tuple[Path, Path]:
    """Key and certificate; of two processes that make them at once, both go on with the first one's."""
    key, chain = place / f"{number:04}.key.pem", place / f"{number:04}.chain.pem"
    made = rsa.generate_private_key(public_exponent=65537, key_size=BITS)
    pem = made.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    if not write_secret_once(key, pem):
        kept = load_pem_private_key(key.read_bytes(), password=None)
        assert isinstance(kept, rsa.RSAPrivateKey)
        made = kept
    write_secret_once(chain, _certificate(made, name).public_bytes(Encoding.PEM))
    return key, chain


def _certificate(key: rsa.RSAPrivateKey, name: str) -> x509.Certificate:
    """Signed by itself: it proves that the same installation signed, to whoever trusts its address."""
    today = dt.datetime.now(dt.UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    who = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name[:64])])
    usage = x509.KeyUsage(
        digital_signature=True, content_commitment=True, key_encipherment=False, data_encipherment=False,
        key_agreement=False, key_cert_sign=False, crl_sign=False, encipher_only=False, decipher_only=False,
    )  # fmt: skip
    return (
        x509.CertificateBuilder()
        .subject_name(who)
        .issuer_name(who)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(today)
        .not_valid_after(today.replace(year=today.year + YEARS, day=min(today.day, 28)))
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(usage, critical=True)
        # Some readers know the purpose of mail alone, and call a certificate without it unknown.
        .add_extension(x509.ExtendedKeyUsage([_DOCUMENT_SIGNING, ExtendedKeyUsageOID.EMAIL_PROTECTION]), critical=False)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, SHA256())
    )
