"""``manage.py check``: each mistake in the settings, with what to write instead. No database is asked, no host called.

Errors keep commands from starting, warnings do not; what is only wrong where people rely on it is asked in production.
"""

from __future__ import annotations

import difflib
import os
from collections.abc import Callable, Iterator, Sequence
from email.utils import getaddresses
from typing import Any, Final, TypeAlias
from urllib.parse import SplitResult, urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning, register
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from cle.core.env import Env

OURS: Final = "cle"
"""The tag of these checks: ``manage.py check --tag cle``."""

Words: TypeAlias = Any
"""A text, or one that is translated when it is read, which Django's checks take and their types do not know."""
Said: TypeAlias = Iterator[CheckMessage]

_EXAMPLE: Final = "https://cle.example.org"
_LOCAL: Final = frozenset({"localhost", "127.0.0.1", "::1", ""})
_PREFIXES: Final = ("CLE_", "SMTP_", "OIDC_")
_FOR_TESTS: Final = ("CLE_TEST_", "CLE_BROWSER_")

_BROKEN: Final = {
    "apart": _("{file}: its first certificate is not that of the key beside it."),
    "unreadable": _("{file}: the pair cannot be read as an RSA key without a password and certificates, in PEM."),
    "no-key": _("{file}: these certificates are to sign, and their key is not beside them."),
    "no-chain": _("{file}: this key has no certificates beside it."),
}


def check_settings(app_configs: Sequence[Any] | None = None, **more: Any) -> list[CheckMessage]:
    """What is wrong with the environment and the files that it names."""
    env: Env = settings.ENV
    return [said for ask in (*ALWAYS, *(IN_PRODUCTION if settings.PRODUCTION else ())) for said in ask(env)]


def _error(number: int, text: Words, hint: Words) -> Error:
    return Error(text, hint=hint, id=f"cle.E{number:03}")


def _warning(number: int, text: Words, hint: Words) -> Warning:
    return Warning(text, hint=hint, id=f"cle.W{number:03}")


def _web_address(text: str) -> SplitResult | None:
    try:
        parts = urlsplit(text)
        _port = parts.port  # of 99999 it says that there is none
    except ValueError:
        return None
    return parts if parts.scheme in ("http", "https") and parts.hostname else None


def _signing_keys(env: Env) -> Said:
    if not (settings.KEYS_FOLDER / "documents").is_dir():
        return  # and what reads them takes its time to load
    from compliance.signatures.keys import broken_pairs

    for path, kind in broken_pairs(settings.KEYS_FOLDER):
        yield _error(1, format_lazy(_BROKEN[kind], file=path), _(
            "Put there the private key as NNNN.key.pem and its certificates, its own first, as NNNN.chain.pem."
        ))  # fmt: skip


def _public_url(env: Env) -> Said:
    parts = _web_address(env.public_url)
    if parts is None or parts.query or parts.fragment or parts.username:
        yield _error(
            2,
            _("PUBLIC_URL is not the address of a site: certificates and letters would lead nowhere."),
            format_lazy(_("Write it with its scheme and nothing behind the host, as in {}"), f"PUBLIC_URL={_EXAMPLE}"),
        )


def _mail_from(env: Env) -> Said:
    addresses = [address for _name, address in getaddresses([env.mail_from])]
    mailbox, _at, host = addresses[0].rpartition("@")
    if len(addresses) != 1 or not (mailbox and host) or any(sign in addresses[0] for sign in " \r\n;"):
        yield _error(
            3,
            _("MAIL_FROM is not an e-mail address: no letter could be sent."),
            format_lazy(_("Write for instance {}"), "MAIL_FROM=cle@example.org"),
        )
    elif settings.PRODUCTION and (env.smtp_host or env.mail_api_url) and host.lower() in ("localhost", "example.org"):
        yield _warning(
            3,
            _("MAIL_FROM is nobody's address: mail servers refuse letters from it."),
            _("Write an address of your own domain, from which SMTP_HOST may send, and where answers are read."),
        )


def _mail_server(env: Env) -> Said:
    if not env.smtp_host and (env.smtp_user or env.smtp_password):
        yield _error(
            4,
            _("SMTP_USER or SMTP_PASSWORD is set and SMTP_HOST is not: letters would be filed in a folder, not sent."),
            _("Write the name of the mail server as SMTP_HOST, or take the two away."),
        )
    if bool(env.smtp_user) != bool(env.smtp_password):
        yield _warning(
            4, _("Of SMTP_USER and SMTP_PASSWORD one is empty."), _("A mail server wants both of them, or neither.")
        )
    if (env.smtp_port, env.smtp_security) in ((465, "starttls"), (465, "none"), (587, "tls"), (25, "tls")):
        yield _warning(
            5,
            _("SMTP_PORT and SMTP_SECURITY do not go together: the mail server would not be understood."),
            _("Write SMTP_SECURITY=tls with port 465, and SMTP_SECURITY=starttls with port 587 or 25."),
        )
    if env.smtp_user and env.smtp_security == "none" and env.smtp_host not in _LOCAL:
        yield _warning(
            6,
            _("The password of the mailbox and all letters go over the network unencrypted."),
            _("Write SMTP_SECURITY=starttls (port 587) or SMTP_SECURITY=tls (port 465)."),
        )


def _redis(env: Env) -> Said:
    if env.redis_url and urlsplit(env.redis_url).scheme not in ("redis", "rediss", "unix"):
        yield _error(
            5,
            _("REDIS_URL is not an address of Redis."),
            format_lazy(_("Write for instance {}"), "REDIS_URL=redis://localhost:6379/0"),
        )


def _organisation(env: Env) -> Said:
    three = {
        "OIDC_ISSUER": env.oidc_issuer, "OIDC_CLIENT_ID": env.oidc_client_id,
        "OIDC_CLIENT_SECRET": env.oidc_client_secret,
    }  # fmt: skip
    empty = [name for name, value in three.items() if not value]
    if empty and len(empty) < len(three):
        yield _error(
            6,
            format_lazy(_("Nobody can log in through the organisation: {} is not set."), ", ".join(empty)),
            _("Set all of OIDC_ISSUER, OIDC_CLIENT_ID and OIDC_CLIENT_SECRET, or none of them."),
        )
    if env.oidc_issuer and _web_address(env.oidc_issuer) is None:
        yield _error(
            7,
            _("OIDC_ISSUER is not a web address."),
            format_lazy(_("Write for instance {}"), "OIDC_ISSUER=https://login.example.org/realms/bar"),
        )


def _timestamps(env: Env) -> Said:
    if env.timestamp_url and _web_address(env.timestamp_url) is None:
        yield _error(
            8,
            _("TIMESTAMP_URL is not a web address: no paper could be signed."),
            _("Write the address of a time-stamping service with http:// or https://, or leave it empty."),
        )


def _misspelt(env: Env) -> Said:
    """A variable that nobody reads is a setting that somebody believes in."""
    names = [name.upper() for name in Env.model_fields]
    known = {*names, *(f"{name}_FILE" for name in names)}
    for name in sorted(os.environ):
        if name.startswith(_PREFIXES) and name not in known and not name.startswith(_FOR_TESTS):
            near = difflib.get_close_matches(name, sorted(known), 1)
            hint = format_lazy(_("Did you mean {}?"), near[0]) if near else _("Take it away: it does nothing.")
            yield _warning(7, format_lazy(_("There is no setting {}."), name), hint)


def _field_keys(env: Env) -> Said:
    if len(set(env.field_keys)) < len(env.field_keys):
        yield _warning(
            8, _("FIELD_KEYS holds one key twice."), _("Keep the first of the two: the first key of all encrypts.")
        )
    if env.secret_key and env.secret_key in env.field_keys:
        yield _warning(
            9,
            _("SECRET_KEY is one of FIELD_KEYS: it could not be changed without encrypting all anew."),
            _("Make another SECRET_KEY with `openssl rand -hex 32`. People will have to log in again."),
        )


def _reached(env: Env) -> Said:
    parts = _web_address(env.public_url)
    if parts is not None and (parts.scheme != "https" or parts.hostname in _LOCAL):
        yield _warning(
            20,
            _("PUBLIC_URL leads to this machine or without TLS: who scans a certificate finds nothing."),
            format_lazy(_("Write the address under which the site is reached, as in {}"), f"PUBLIC_URL={_EXAMPLE}"),
        )
    if parts is not None and not _is_allowed(parts.hostname or "", env.allowed_hosts):
        yield _warning(
            21,
            _("The host of PUBLIC_URL is not in ALLOWED_HOSTS: whoever comes by it is answered 400."),
            format_lazy(_("Write for instance {}"), f"ALLOWED_HOSTS={parts.hostname},localhost"),
        )
    if "*" in env.allowed_hosts:
        yield _warning(
            22,
            _("ALLOWED_HOSTS lets every host through: links in letters could be made to lead elsewhere."),
            _("Write the names of the site instead of *."),
        )


def _is_allowed(host: str, allowed: Sequence[str]) -> bool:
    return any(name in ("*", host) or (name.startswith(".") and f".{host}".endswith(name)) for name in allowed)


def _services(env: Env) -> Said:
    if not env.database_url:
        yield _warning(
            23,
            _("DATABASE_URL is not set: the embedded database trusts every user of this machine."),
            format_lazy(_("Write for instance {}"), "DATABASE_URL=postgresql://cle@localhost/cle"),
        )
    if not env.redis_url:
        yield _warning(
            24,
            _("REDIS_URL is not set: nothing runs in the background, no sweep at night and no letters."),
            format_lazy(_("Write for instance {}"), "REDIS_URL=redis://localhost:6379/0"),
        )
    if not (env.smtp_host or env.mail_api_url):
        yield _warning(
            25,
            _("SMTP_HOST is not set: letters are filed in a folder, nobody receives them."),
            _("Write the name of your mail server as SMTP_HOST, with SMTP_PORT and SMTP_SECURITY."),
        )
    if env.cle_debug:
        yield _warning(
            26, _("CLE_DEBUG does nothing in production."), _("Take it away, or write CLE_ENV=development to try out.")
        )


Asked: TypeAlias = Callable[[Env], Said]
ALWAYS: Final[tuple[Asked, ...]] = (
    _signing_keys, _public_url, _mail_from, _mail_server, _redis, _organisation, _timestamps, _misspelt, _field_keys,
)  # fmt: skip
IN_PRODUCTION: Final[tuple[Asked, ...]] = (_reached, _services)


def register_checks() -> None:
    register(check_settings, OURS)
