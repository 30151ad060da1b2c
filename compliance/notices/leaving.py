"""The address at which somebody stops optional letters with one click (RFC 8058): signed, so that nobody can guess it.

The key is that of the installation; keys that were replaced still open the addresses in letters of their time.
"""

from __future__ import annotations

import uuid
from typing import Final

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.urls import reverse

from compliance.models import Notice

_SIGNER: Final = "compliance.notices.leaving"


def leaving_address(notice: Notice) -> str:
    return settings.PUBLIC_URL + reverse("unsubscribe", args=[_signer().sign(notice.uuid.hex)])


def notice_named(token: str) -> uuid.UUID | None:
    """The uuid of the notice in whose letter the address stood; None for what was not signed here."""
    try:
        return uuid.UUID(hex=_signer().unsign(token))
    except (BadSignature, ValueError):
        return None


def _signer() -> Signer:
    return Signer(sep=".", salt=_SIGNER)
