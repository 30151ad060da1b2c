"""Papers that leave the bar signed, and what is known of a file that somebody brings back."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

from cryptography.x509 import Certificate
from django.conf import settings

from advocates.models import Bar
from compliance.signatures import SigningKey, all_certificates, read_seal, rotate_key, sign, signing_key
from compliance.signatures.reading import Seal


def signed(pdf: bytes, bar: Bar) -> bytes:
    """The paper with the signature of the bar's own key, or of the installation's. Its own bytes stay as they are."""
    return sign(pdf, signing_key(_folder(), bar.code, _name()), settings.ENV.timestamp_url)


def seal_of(content: bytes) -> Seal:
    """Whether a file is byte for byte what was signed here, with whichever key of whichever year."""
    return read_seal(content, certificates())


def certificates() -> list[Certificate]:
    """X.509: of every key that has signed papers here, with those above them."""
    return all_certificates(_folder())


def rotate_documents_key() -> SigningKey:
    """Sign with a new key of the installation from now on; what was signed before can still be checked."""
    return rotate_key(_folder(), _name())


def _folder() -> Path:
    folder: Path = settings.KEYS_FOLDER
    return folder


def _name() -> str:
    """The installation's: where its papers are checked."""
    return urlsplit(settings.PUBLIC_URL).hostname or "CLE tracker"
