"""Keys: those that sign papers belong to their certificates, and those that encrypt open what is encrypted."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from django.conf import settings
from django.db import connection
from django.db.models import Model
from django.utils.translation import gettext_lazy as _
from joserfc.errors import JoseError

from cle.core.resealing import sealed_columns
from cle.core.sealed_fields import Sealed, SealedField
from cle.core.sealing import UnsealingError
from cle.doctor.check import Check, Finding, Look, found, named
from compliance.services.credentials import public_keys
from compliance.signatures.keys import Broken, broken_pairs

APART = _("key and certificate do not belong together")
UNREADABLE = _("not an RSA key without a password and certificates, both in PEM, that this account may read")
NO_KEY = _("certificates that are to sign, without their key")
NO_CHAIN = _("a key without its certificates")
PAIRS: Final = {
    Broken.APART: APART, Broken.UNREADABLE: UNREADABLE, Broken.NO_KEY: NO_KEY, Broken.NO_CHAIN: NO_CHAIN,
}  # fmt: skip

_HEADS = """
    SELECT DISTINCT ON (head) pk, value
      FROM (SELECT {key} AS pk, {column} AS value, substring({column} FROM {start} FOR 5) AS head
              FROM {table} WHERE length({column}) > 0) AS sealed
     ORDER BY head, pk
"""


def _signing(look: Look) -> list[Finding]:
    broken = list(broken_pairs(settings.KEYS_FOLDER))
    return found(
        *(named(fault, (str(path) for path, kind in broken if kind is each)) for each, fault in PAIRS.items()),
        named(_("keys of credentials that cannot be read"), _credentials()),
    )


def _credentials() -> Iterator[str]:
    """Only where there are any: asking for the keys makes one."""
    if any(settings.KEYS_FOLDER.glob("credentials-*.json")):
        try:
            public_keys()
        except (JoseError, ValueError, OSError) as error:
            yield f"{settings.KEYS_FOLDER}: {type(error).__name__}"


def _encrypting(look: Look) -> list[Finding]:
    """One value of each column and key: what was altered by itself shows when it is opened."""
    shut = [
        f"{model._meta.db_table}.{field.column} {pk}"
        for model, field in sealed_columns()
        for pk, value in _heads(model, field)
        if not _opens(value)
    ]
    return found(named(_("encrypted values that FIELD_KEYS do not open"), shut))


def _heads(model: type[Model], field: SealedField) -> list[tuple[str, Sealed]]:
    """The first value under each key."""
    quote = connection.ops.quote_name
    key = model._meta.pk
    assert key is not None
    parts = {"key": str(key.column), "column": str(field.column), "table": model._meta.db_table}
    with connection.cursor() as cursor:
        cursor.execute(_HEADS.format(start=field.skipped + 1, **{name: quote(part) for name, part in parts.items()}))
        return [(str(pk), Sealed(bytes(value), field.place, field.skipped)) for pk, value in cursor.fetchall()]


def _opens(value: Sealed) -> bool:
    try:
        bytes(value)
    except UnsealingError:
        return False
    return True


SIGNING_KEYS: Final = Check(
    "signing-keys",
    _("Papers and credentials can be signed"),
    _(
        "Put the private key and its certificates, its own first, into the two files of one number under "
        "keys/documents. Until then no paper of that bar can be downloaded."
    ),
    _signing,
)
FIELD_KEYS: Final = Check(
    "field-keys",
    _("What is encrypted can be read"),
    _(
        "Put the key that is missing after the first one in FIELD_KEYS, separated by a comma. Without it, national "
        "identifiers and uploaded files are lost: take it from where copies of keys are kept."
    ),
    _encrypting,
)
