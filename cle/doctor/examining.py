"""All checks, in the order in which one would ask, each made by itself: one that breaks does not hide the others."""

from __future__ import annotations

import time
from collections.abc import Collection, Iterator
from typing import Final

import psycopg
from django.db import DatabaseError, transaction

from cle.core.moments import one_moment
from cle.doctor.certificates import CERTIFICATES, FINGERPRINTS, SERIALS
from cle.doctor.check import Check, Look, Outcome
from cle.doctor.files import FILES
from cle.doctor.installation import AUDIT, MIGRATIONS, PROTECTIONS, SETTINGS
from cle.doctor.keys import FIELD_KEYS, SIGNING_KEYS
from cle.doctor.ledger import LEDGER
from cle.doctor.notices import NOTICES
from cle.doctor.references import REFERENCES
from cle.doctor.standings import STANDINGS
from cle.doctor.work import BACKGROUND, CASES

CHECKS: Final = (
    SETTINGS, MIGRATIONS, PROTECTIONS, SIGNING_KEYS, FIELD_KEYS, FILES, REFERENCES, LEDGER, STANDINGS, CASES,
    NOTICES, CERTIFICATES, SERIALS, FINGERPRINTS, BACKGROUND, AUDIT,
)  # fmt: skip


def examine(look: Look, only: Collection[str] = (), skip: Collection[str] = ()) -> Iterator[Outcome]:
    """The outcome of each check as soon as it is there, all of them of one moment: nothing that changes meanwhile can
    look like trouble."""
    with one_moment():
        for check in CHECKS:
            if check.code not in skip and (not only or check.code in only):
                yield _made(check, look)


def _made(check: Check, look: Look) -> Outcome:
    begun = time.monotonic()
    try:
        with transaction.atomic():
            findings = tuple(check.look(look))
    except (DatabaseError, psycopg.Error, LookupError, OSError, ValueError) as error:
        return Outcome(check, (), time.monotonic() - begun, f"{type(error).__name__}: {error}".strip())
    return Outcome(check, findings, time.monotonic() - begun)
