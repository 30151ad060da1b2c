"""Certificates as signed credentials, the lists of those that no longer stand, and where verifiers find the keys."""

from __future__ import annotations

import base64
import datetime as dt
import gzip
from collections.abc import Iterable
from typing import Any, Final

from django.conf import settings
from django.urls import reverse
from joserfc import jwt
from joserfc.jwk import ECKey

from advocates.acting import beyond_the_wall
from advocates.models import Bar
from compliance.certificates.badge import CONTEXTS, Place, badge_of
from compliance.certificates.serials import read_series
from compliance.models import Certificate, Revocation, SerialCounter
from compliance.models.certificates import kind_of_letter
from compliance.services.certificates import read_snapshot
from compliance.services.credentials.keys import ALGORITHM, public_keys, signing_key

MEDIA_TYPE: Final = "application/vc+jwt"
LIST_BITS: Final = 131_072
"""The shortest list that the standard allows, so that a place in it does not say how many there are."""

LIST_FRESH = dt.timedelta(minutes=5)
"""How long a verifier may keep a list."""

LIST_VALID = dt.timedelta(days=1)


def credential_of(certificate: Certificate) -> str:
    """The certificate as a token (JWT) that says what its paper says. Raises DomainError if the record was altered."""
    bar = certificate.bar
    place = Place(issuer_url(bar), _list_url(bar, _series_of(certificate)), certificate.number - 1, bar.time_zone)
    return _signed(badge_of(read_snapshot(certificate), place))


@beyond_the_wall("which numbers of a bar's certificates no longer stand: everybody may check, and no name is said")
def status_list(bar: Bar, series: str, now: dt.datetime) -> str | None:
    """A signed list with a bit for each certificate of a series ("2026", "2026-P") that the bar issued, set for those
    that no longer stand (Bitstring Status List v1.0); None when it issued none. In two statements.
    """
    try:
        year, letter = read_series(series)
        counter = SerialCounter.objects.for_bar(bar).filter(kind=kind_of_letter(letter), year=year).first()
    except ValueError:
        return None
    if counter is None:
        return None
    # By what is printed: once all kinds had one series, and its list still speaks for whatever was numbered in it.
    ended = Revocation.objects.filter(certificate__bar=bar, certificate__serial__startswith=f"{bar.code}/{series}/")
    numbers = ended.values_list("certificate__number", flat=True)
    url, issuer = _list_url(bar, series), issuer_url(bar)
    start = now.replace(microsecond=0)
    return _signed({
        "@context": [CONTEXTS[0]],
        "id": url,
        "type": ["VerifiableCredential", "BitstringStatusListCredential"],
        "issuer": issuer,
        "validFrom": start.isoformat(),
        "validUntil": (start + LIST_VALID).isoformat(),
        "credentialSubject": {
            "id": f"{url}#list",
            "type": "BitstringStatusList",
            "statusPurpose": "revocation",
            "encodedList": _bits((number - 1 for number in numbers), counter.last),
            "ttl": int(LIST_FRESH.total_seconds() * 1000),
        },
        "iss": issuer,
        "jti": url,
        "nbf": int(start.timestamp()),
        "exp": int((start + LIST_VALID).timestamp()),
    })  # fmt: skip


def key_set() -> dict[str, Any]:
    """The public keys, each named by the address where it stands by itself (RFC 7517)."""
    return {"keys": [public_key(key) for key in public_keys()]}


def public_key(key: ECKey) -> dict[str, Any]:
    return {**key.as_dict(private=False), "kid": key_url(key), "alg": ALGORITHM, "use": "sig"}


def issuer_profile(bar: Bar) -> dict[str, Any]:
    """Who signs (Open Badges 3.0, Profile), and with which keys (W3C Controlled Identifiers)."""
    url = issuer_url(bar)
    keys = public_keys()
    methods = [
        {"id": key_url(key), "type": "JsonWebKey", "controller": url, "publicKeyJwk": public_key(key)} for key in keys
    ]
    names = dict.fromkeys(filter(None, (bar.name_kk, bar.name_ru)))
    return {
        "@context": [*CONTEXTS, "https://www.w3.org/ns/cid/v1"], "id": url, "type": ["Profile"],
        "name": " / ".join(names), "verificationMethod": methods, "assertionMethod": [key_url(key) for key in keys],
    }  # fmt: skip


def issuer_url(bar: Bar) -> str:
    return _absolute("api:issuer", bar.code)


def key_url(key: ECKey) -> str:
    return _absolute("api:credential-key", key.thumbprint())


def _series_of(certificate: Certificate) -> str:
    return certificate.serial.split("/")[1]


def _list_url(bar: Bar, series: str) -> str:
    return _absolute("api:credential-status", bar.code, series)


def _absolute(name: str, *parts: Any) -> str:
    return str(settings.PUBLIC_URL) + reverse(name, args=parts)


def _signed(claims: dict[str, Any]) -> str:
    key = signing_key()
    header = {"alg": ALGORITHM, "typ": "vc+jwt", "kid": key_url(key)}
    return jwt.encode(header, claims, key, algorithms=[ALGORITHM])


def _bits(places: Iterable[int], used: int) -> str:
    """From the first bit on, the highest of each byte first; packed, base64url, with the sign "u" of that alphabet."""
    bits = bytearray(max(LIST_BITS, -(-used // 8) * 8) // 8)
    for place in places:
        bits[place // 8] |= 0x80 >> place % 8
    return "u" + base64.urlsafe_b64encode(gzip.compress(bytes(bits), mtime=0)).decode().rstrip("=")
