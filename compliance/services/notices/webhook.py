"""What a provider calls to tell what became of messages: who may call is a secret, how it speaks are settings.

One event, a list of events, or an object with a list under ``MAIL_WEBHOOK_FIELDS["events"]``. ``MAIL_WEBHOOK_FIELDS``
says at which path ("a.b.0") an event has its ``id``, ``message_id``, ``kind``, ``code`` and ``provider_id``;
``MAIL_WEBHOOK_KINDS`` which of its words mean bounced, delayed, delivered or relayed.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
from collections.abc import Iterator, Mapping
from typing import Any, Final

from django.conf import settings

from cle.mail_api import at_path
from compliance.models import EventKind, EventSource
from compliance.notices.delivery_reports import Report
from compliance.notices.message import notice_in
from compliance.services.notices.reports import record_report

FIELDS: Final[Mapping[str, str]] = {
    "events": "events", "id": "id", "message_id": "message_id", "kind": "event", "code": "code",
    "provider_id": "provider_id",
}  # fmt: skip
KINDS: Final[Mapping[str, str]] = {
    "bounced": "bounced", "bounce": "bounced", "hard_bounce": "bounced", "failed": "bounced", "rejected": "bounced",
    "delayed": "delayed", "deferred": "delayed", "soft_bounce": "delayed", "delivered": "delivered",
    "delivery": "delivered", "relayed": "relayed",
}  # fmt: skip
_MEANT: Final = (EventKind.BOUNCED, EventKind.DELAYED, EventKind.DELIVERED, EventKind.RELAYED)
MOST: Final = 1000


def is_expected() -> bool:
    return bool(settings.MAIL_WEBHOOK_SECRET or settings.MAIL_WEBHOOK_TOKEN)


def may_call(body: bytes, headers: Mapping[str, str]) -> bool:
    """Who knows the token, or has signed the body with the secret (HMAC with SHA-256, hexadecimal)."""
    if settings.MAIL_WEBHOOK_SECRET:
        signature = headers.get(settings.MAIL_WEBHOOK_SIGNATURE, "").lower().removeprefix("sha256=")
        right = hmac.new(settings.MAIL_WEBHOOK_SECRET.encode(), body, hashlib.sha256).hexdigest()
        return hmac.compare_digest(signature.encode(), right.encode())
    given = headers.get("Authorization", "").removeprefix("Bearer ")
    token = settings.MAIL_WEBHOOK_TOKEN
    return bool(token) and hmac.compare_digest(given.encode(), token.encode())


def record_events(document: Any, *, now: dt.datetime) -> int:
    """How many of them told something new. What is not known, or told before, changes nothing."""
    told = 0
    for event in _events(document):
        report = _report(event)
        key = str(_at(event, "id") or "")
        if report and key:
            number = str(_at(event, "provider_id") or "")[:200]
            key = f"provider:{hashlib.sha256(key.encode()).hexdigest()}"
            told += record_report(report, source=EventSource.PROVIDER, key=key, now=now, provider_id=number)
    return told


def _events(document: Any) -> Iterator[Mapping[str, Any]]:
    listed = document if isinstance(document, list) else at_path(document, _path("events"))
    events = listed if isinstance(listed, list) else [document]
    return (event for event in events[:MOST] if isinstance(event, Mapping))


def _report(event: Mapping[str, Any]) -> Report | None:
    said = str(_at(event, "kind") or "").lower()
    kind = {**KINDS, **settings.MAIL_WEBHOOK_KINDS}.get(said)
    notice = notice_in(str(_at(event, "message_id") or ""))
    if notice is None or kind not in _MEANT:
        return None
    code = str(_at(event, "code") or "")
    return Report(notice, EventKind(kind), code[:20] if "@" not in code else "")


def _at(event: Mapping[str, Any], name: str) -> Any:
    return at_path(event, _path(name))


def _path(name: str) -> str:
    return str(settings.MAIL_WEBHOOK_FIELDS.get(name, FIELDS[name]))
