"""Sending over a provider's HTTPS interface: where to, and what a request looks like, are settings.

``MAIL_API_BODY`` is the JSON that the provider wants, with names in place of values: "$from", "$to", "$subject",
"$text", "$html", "$message_id", "$reply_to", "$headers" (an object), "$mime" (the whole message in base64). The
Message-ID goes along as ``Idempotency-Key``, so that a provider that knows it sends a message once.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping, Sequence
from http.client import HTTPException
from typing import Any, Final
from urllib.error import HTTPError
from urllib.parse import quote
from urllib.request import Request, urlopen

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend

from cle.mail import Refused, Unanswered

USUAL_BODY: Final[Mapping[str, Any]] = {
    "from": "$from", "to": ["$to"], "reply_to": "$reply_to", "subject": "$subject", "text": "$text", "html": "$html",
    "headers": "$headers",
}  # fmt: skip
_LATER: Final = frozenset({401, 403, 408, 409, 425, 429})
"""Answers that say nothing against the message: a wrong key, too much at once."""
_LARGEST: Final = 100_000
"""Bytes of an answer that are read."""


class ApiBackend(BaseEmailBackend):
    """Each message is one POST. ``provider_id`` of the message is the number that the provider has given it."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        for email in email_messages:
            status, answer = _ask(settings.MAIL_API_URL, body_of(email), str(email.extra_headers["Message-ID"]))
            email.answer = str(status)  # type: ignore[attr-defined]
            found = at_path(answer, settings.MAIL_API_ID)
            email.provider_id = "" if found is None else str(found)[:200]  # type: ignore[attr-defined]
        return len(email_messages)


def look_up(message_id: str) -> bool | None:
    """Whether the provider has the message; None where it cannot be asked, or gives no answer."""
    if not settings.MAIL_API_LOOKUP_URL:
        return None
    try:
        _status, answer = _ask(settings.MAIL_API_LOOKUP_URL.replace("{message_id}", quote(message_id, safe="")))
    except Refused as refused:
        return False if refused.code == "404" else None
    except OSError:
        return None
    return bool(at_path(answer, settings.MAIL_API_FOUND)) if settings.MAIL_API_FOUND else True


def body_of(email: Any) -> dict[str, Any]:
    html = next((content for content, kind in email.alternatives if kind == "text/html"), "")
    whole = email.message().as_bytes(linesep="\r\n")
    values = {
        "$from": email.from_email, "$to": email.to[0], "$reply_to": next(iter(email.reply_to), ""),
        "$subject": email.subject, "$text": email.body, "$html": html, "$headers": dict(email.extra_headers),
        "$message_id": email.extra_headers["Message-ID"], "$mime": base64.b64encode(whole).decode(),
    }  # fmt: skip
    filled: dict[str, Any] = _filled(settings.MAIL_API_BODY or USUAL_BODY, values)
    return filled


def _filled(shape: Any, values: Mapping[str, Any]) -> Any:
    if isinstance(shape, Mapping):
        return {name: _filled(inner, values) for name, inner in shape.items()}
    if isinstance(shape, list):
        return [_filled(inner, values) for inner in shape]
    return values.get(shape, shape) if isinstance(shape, str) else shape


def at_path(document: Any, path: str) -> Any:
    """What stands at "a.b.0" of a JSON document; None where nothing does."""
    for name in path.split(".") if path else ():
        if isinstance(document, Mapping):
            document = document.get(name)
        elif isinstance(document, list) and name.isdigit() and int(name) < len(document):
            document = document[int(name)]
        else:
            return None
    return document


def _ask(url: str, body: Any = None, key: str = "") -> tuple[int, Any]:
    """The status and the JSON of the answer. Raises Refused, Unanswered where a POST may have been taken, OSError."""
    headers = {"Authorization": f"Bearer {settings.MAIL_API_TOKEN}", "Accept": "application/json"}
    if body is not None:
        headers |= {"Content-Type": "application/json", "Idempotency-Key": key}
    data = None if body is None else json.dumps(body).encode()
    try:
        # The address is a setting of the installation.
        with urlopen(Request(url, data, headers), timeout=settings.EMAIL_TIMEOUT) as answer:  # noqa: S310
            return answer.status, _json(answer.read(_LARGEST))
    except HTTPError as error:
        if error.code < 500 and error.code not in _LATER:
            raise Refused(str(error.code)) from error
        raise OSError(f"HTTP {error.code}") from error
    except (TimeoutError, HTTPException) as error:
        raise (Unanswered if body is not None else OSError)(type(error).__name__) from error


def _json(content: bytes) -> Any:
    try:
        return json.loads(content)
    except ValueError:
        return None
