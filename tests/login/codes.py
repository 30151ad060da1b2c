"""What a person's app for codes would show."""

from __future__ import annotations

import time

from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value
from allauth.mfa.utils import decrypt

from advocates.models import User

PASSWORD = "correct horse"
SECRET = "JBSWY3DPEHPK3PXP"


def code_of(secret: str, steps: int = 0) -> str:
    """The code of now, or of ``steps`` half minutes later."""
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30 + steps))


def with_app(user: User) -> str:
    """Give the user an app for codes; returns its secret."""
    TOTP.activate(user, SECRET)
    return SECRET


def kept_secret_of(user: User) -> str:
    return str(decrypt(Authenticator.objects.get(user=user, type="totp").data["secret"]))
