"""Our words for what happens to an account, and those of packages that show on our pages.

The packages speak no Kazakh. Named here, their sentences are in our catalogue, which goes before theirs.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from django.utils.translation import gettext_lazy as _

from cle.core.errors import Text

SAID: Final[Mapping[str, Text]] = MappingProxyType(
    {
        "account/messages/logged_out.txt": _("You have logged out."),
        "account/messages/password_changed.txt": _("The password has been changed."),
        "account/messages/password_set.txt": _("The password has been changed."),
        "mfa/messages/totp_activated.txt": _("Codes of your app are now asked for at each log-in."),
        "mfa/messages/totp_deactivated.txt": _("Codes of an app are no longer asked for."),
        "mfa/messages/recovery_codes_generated.txt": _("These are new recovery codes. The old ones no longer work."),
        "mfa/messages/webauthn_added.txt": _("The passkey has been added."),
        "mfa/messages/webauthn_removed.txt": _("The passkey has been removed."),
    }
)
"""Shown on the page after, by the name of the package's own template."""

_PASSWORD_CHANGED: Final = (_("Your password was changed"), _("The password of your account was changed."))

LETTERS: Final[Mapping[str, tuple[Text, Text]]] = MappingProxyType(
    {
        "account/email/password_reset_key": (
            _("A new password for the CLE tracker"),
            _("Somebody, you we hope, has asked for a new password for your account. Open this address to set it:"),
        ),
        "account/email/password_changed": _PASSWORD_CHANGED,
        "account/email/password_reset": _PASSWORD_CHANGED,
        "account/email/password_set": _PASSWORD_CHANGED,
        "mfa/email/totp_activated": (
            _("An app for codes was added"),
            _("Your account now asks for codes of an app at each log-in."),
        ),
        "mfa/email/totp_deactivated": (
            _("The app for codes was removed"),
            _("Your account no longer asks for codes of an app."),
        ),
        "mfa/email/recovery_codes_generated": (
            _("New recovery codes were made"),
            _("New recovery codes were made for your account. The old ones no longer work."),
        ),
        "mfa/email/webauthn_added": (_("A passkey was added"), _("A passkey was added to your account.")),
        "mfa/email/webauthn_removed": (_("A passkey was removed"), _("A passkey was removed from your account.")),
        "socialaccount/email/account_connected": (
            _("A log-in was linked to your account"),
            _("You can now log in with the account of your organisation."),
        ),
    }
)
"""Subject and first sentence, by the name of the package's own template."""

BORROWED: Final[tuple[Text, ...]] = (
    _("Email"),
    _("Email address"),
    _("Password"),
    _("Remember Me"),
    _("Code"),
    _("Authenticator code"),
    _("Current Password"),
    _("New Password"),
    _("New Password (again)"),
    _("Passwordless"),
    _("Name"),
    _("Master key"),
    _("Backup key"),
    _("You must type the same password each time."),
    _("Use your password"),
    _("Use authenticator app or code"),
    _("Use a security key"),
)
