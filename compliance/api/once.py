"""``Idempotency-Key``: a bulk call that is sent again, for want of an answer, is answered again and done once."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from functools import wraps
from typing import Any, Final, TypeVar

from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter
from rest_framework.exceptions import APIException, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from advocates.models import IdempotentRequest
from advocates.services.requests import KEPT
from cle.core.clock import now
from compliance.api.scoping import PrivateView

HEADER: Final = "Idempotency-Key"
LONGEST: Final = 100
_WHATEVER_IS_SENT: Final = ("utf-8", "surrogatepass")
"""JSON can hold half a character, which is for the fields of the body to refuse."""

View = TypeVar("View", bound=PrivateView)
Handler = Callable[..., Response]

_MEANING = (
    "A text of yours, new for each call that is meant anew. The same key again within a day gets the same answer, and "
    "nothing is done twice."
)
KEY_PARAMETER = OpenApiParameter(HEADER, OpenApiTypes.STR, OpenApiParameter.HEADER, required=True, description=_MEANING)
OPTIONAL_KEY = OpenApiParameter(HEADER, OpenApiTypes.STR, OpenApiParameter.HEADER, description=_MEANING)


class KeyReused(APIException):
    """The key was used before, for something else."""

    status_code = 422
    default_detail = _("This Idempotency-Key was used for another call.")
    default_code = "unprocessable"


def once(handler: Handler) -> Handler:
    """A handler of a view with a ``bar``: asks for a key, and does the work of one key once, all of it or nothing."""

    @wraps(handler)
    @transaction.atomic
    def keyed(view: Any, request: Request, *args: Any, **kwargs: Any) -> Response:
        made = _begun(view, request)
        if made.status:
            headers = {"Idempotent-Replayed": "true", **({"Location": made.location} if made.location else {})}
            return Response(made.answer, made.status, headers=headers)
        response = handler(view, request, *args, **kwargs)
        made.status, made.answer = response.status_code, json.loads(json.dumps(response.data, default=str))
        made.location = response.headers.get("Location", "")
        made.save(update_fields=["status", "answer", "location"])
        return response

    return keyed


def once_where_asked(handler: Handler) -> Handler:
    """The same of a call that may come without a key: then it is done as often as it is sent."""
    keyed = once(handler)

    @wraps(handler)
    def either(view: Any, request: Request, *args: Any, **kwargs: Any) -> Response:
        return (keyed if HEADER in request.headers else handler)(view, request, *args, **kwargs)

    return either


def _begun(view: Any, request: Request) -> IdempotentRequest:
    """The record of this call: new, or with the answer that was given before. A second one at once waits here."""
    key, fingerprint = _key(request), _fingerprint(request)
    IdempotentRequest.objects.filter(user=view.user, key=key, made_at__lt=now() - KEPT).delete()
    try:
        with transaction.atomic():
            return IdempotentRequest.objects.create(bar=view.bar, user=view.user, key=key, fingerprint=fingerprint)
    except IntegrityError:
        made = IdempotentRequest.objects.get(user=view.user, key=key)
    if made.fingerprint != fingerprint:
        raise KeyReused(code="idempotency-key-reused")
    return made


def _key(request: Request) -> str:
    key = request.headers.get(HEADER, "").strip()
    if not key or len(key) > LONGEST or not key.isprintable():
        raise ValidationError({HEADER: [_("Give this call a key: 1 to 100 printable characters.")]})
    return key


def _fingerprint(request: Request) -> str:
    """Of the method, the address, the fields and the contents of files."""
    found = hashlib.sha256(f"{request.method} {request.get_full_path()}\n".encode())
    data: Any = request.data
    for name in sorted(data) if isinstance(data, dict) else ():
        values = data.getlist(name) if hasattr(data, "getlist") else [data[name]]
        for value in values:
            found.update(f"{name}=".encode(*_WHATEVER_IS_SENT) + _content(value) + b"\n")
    if isinstance(data, list):
        found.update(_content(data))
    return found.hexdigest()


def _content(value: Any) -> bytes:
    if isinstance(value, UploadedFile):
        content = hashlib.sha256(b"".join(value.chunks())).digest()
        value.seek(0)
        return content
    return json.dumps(value, sort_keys=True, ensure_ascii=False, default=str).encode(*_WHATEVER_IS_SENT)
