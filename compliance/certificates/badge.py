"""A certificate as an Open Badge 3.0, a W3C verifiable credential: what is printed on the paper, and nothing more.

https://www.imsglobal.org/spec/ob/v3p0/ and https://www.w3.org/TR/vc-data-model-2.0/ say what each member means.
"""

from __future__ import annotations

import datetime as dt
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Final, NamedTuple
from zoneinfo import ZoneInfo

from compliance.certificates.snapshot import Snapshot
from compliance.certificates.words import CHECK, EXAMPLE, LEAD, NAME, STATEMENT, Pair, facts, licence

CONTEXTS: Final = (
    "https://www.w3.org/ns/credentials/v2",
    "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
)
SCHEMA: Final = "https://purl.imsglobal.org/spec/ob/v3p0/schema/json/ob_v3p0_achievementcredential_schema.json"
_TYPES: Final = {
    "attendance": "CertificateOfCompletion", "completion": "CertificateOfCompletion", "compliance": "Certificate",
    "teaching": "Certificate", "transcript": "Certificate",
}  # fmt: skip


class Place(NamedTuple):
    """Where a verifier finds out more: the issuer's profile, the list of what was revoked and the place in it."""

    issuer: str
    status_list: str
    bit: int
    time_zone: str


def badge_of(snapshot: Snapshot, place: Place) -> dict[str, Any]:
    """The claims of the token: the credential itself, with the registered claims that repeat parts of it."""
    issued = _midnight(snapshot.issued_on, place.time_zone)
    badge = {
        "@context": list(CONTEXTS),
        "id": snapshot.verify_url,
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "name": _both(NAME),
        "issuer": {"id": place.issuer, "type": ["Profile"], "name": _said(snapshot, "bar_name")},
        "validFrom": issued.isoformat(),
        "credentialSubject": _subject(snapshot, place.time_zone),
        "credentialStatus": _status(place),
        "credentialSchema": [{"id": SCHEMA, "type": "1EdTechJsonSchemaValidator2019"}],
    }
    if snapshot.example:
        badge["description"] = EXAMPLE
    return {**badge, "iss": place.issuer, "jti": snapshot.verify_url, "nbf": int(issued.timestamp())}


def _subject(snapshot: Snapshot, time_zone: str) -> dict[str, Any]:
    """`licenseNumber` is the number of the certificate, as the standard has it; the advocate's licence identifies them.

    `creditsEarned` is in the hours that are printed, to two places; the exact minutes stand in the narrative.
    """
    identities = [_identity("name", snapshot.full_name), _identity("ext:advocateLicence", snapshot.licence_number)]
    hours = (Decimal(snapshot.minutes) / snapshot.unit_minutes).quantize(Decimal("0.01"), ROUND_HALF_UP)
    return {
        "type": ["AchievementSubject"],
        "identifier": [identity for identity in identities if identity["identityHash"]],
        "licenseNumber": snapshot.serial,
        "activityStartDate": _midnight(snapshot.starts_on, time_zone).isoformat(),
        "activityEndDate": _midnight(snapshot.ends_on, time_zone).isoformat(),
        "creditsEarned": float(hours),  # only printed: JSON shows the two places, nothing is reckoned with it
        "achievement": _achievement(snapshot),
    }


def _identity(kind: str, value: str) -> dict[str, Any]:
    return {"type": "IdentityObject", "hashed": False, "identityHash": value, "identityType": kind}


def _achievement(snapshot: Snapshot) -> dict[str, Any]:
    achievement = {
        "id": f"{snapshot.verify_url}#achievement",
        "type": ["Achievement"],
        "achievementType": _TYPES[snapshot.kind],
        "name": _said(snapshot, "course_title") or _both(NAME),
        "description": _both(STATEMENT[snapshot.kind]),
        "criteria": {"narrative": _narrative(snapshot)},
    }
    return {**achievement, "humanCode": snapshot.course_number} if snapshot.course_number else achievement


def _narrative(snapshot: Snapshot) -> str:
    """The paper, line by line: first the state language, then Russian."""
    rows = facts(snapshot)
    lines = [_both(LEAD), snapshot.full_name, _both(licence(snapshot.licence_number, snapshot.licence_date))]
    lines += [_both(STATEMENT[snapshot.kind]), _said(snapshot, "course_title")]
    lines += [f"{_both(label)}: {'; '.join(_both(value) for value in values)}" for label, values in rows]
    lines += [_said(snapshot, "signatory_title"), snapshot.signatory_name]
    lines += [f"{_both(CHECK)} {snapshot.verify_url}"]
    return "\n".join(line for line in lines if line)


def _status(place: Place) -> dict[str, Any]:
    return {
        "id": f"{place.status_list}#{place.bit}",
        "type": "BitstringStatusListEntry",
        "statusPurpose": "revocation",
        "statusListIndex": str(place.bit),
        "statusListCredential": place.status_list,
    }


def _said(snapshot: Snapshot, field: str) -> str:
    return _both(Pair(getattr(snapshot, f"{field}_kk"), getattr(snapshot, f"{field}_ru")))


def _both(pair: Pair) -> str:
    """Kazakh, a stroke, Russian; once where they are the same."""
    return " / ".join(dict.fromkeys(text for text in pair if text))


def _midnight(day: str, time_zone: str) -> dt.datetime:
    return dt.datetime.combine(dt.date.fromisoformat(day), dt.time(), ZoneInfo(time_zone))
