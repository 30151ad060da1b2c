"""Papers that leave the bar signed, and what is known of a file that somebody brings back."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.x509 import Certificate
from django.conf import settings
from django.utils.translation import gettext as _

from advocates.models import Bar
from cle.core.errors import NotInOrder
from cle.core.whole_files import is_about_room
from compliance.signatures import SigningKey, all_certificates, read_seal, rotate_key, sign, signing_key
from compliance.signatures.reading import Seal


def signed(pdf: bytes, bar: Bar) -> bytes:
    """The paper with the signature of the bar's own key, or of the installation's. Its own bytes stay as they are.

    Raises NotInOrder while the files of the key cannot sign; ``manage.py check`` names the one and why.
    """
    try:
        key = signing_key(_folder(), bar.code, _name())
    except (ValueError, TypeError, OSError, UnsupportedAlgorithm) as error:
        if is_about_room(error):  # for a first key, which is made here
            raise
        raise NotInOrder(_("Papers cannot be signed at the moment: the key for it is not in order.")) from error
    return sign(pdf, key, settings.ENV.timestamp_url)


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
