"""Middleware: the work of a request is that of whoever has logged in, however late that comes to light."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextvars import Context, copy_context
from functools import partial
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib.auth.middleware import get_user
from django.http import HttpRequest, HttpResponseBase, StreamingHttpResponse
from django.utils.functional import SimpleLazyObject

from advocates.acting import Work, at_work, finding_out, forget
from cle.core.throttle import address_of

if TYPE_CHECKING:
    from advocates.acting import Person

REQUEST_HEADER = "X-Request-ID"
_UUID = re.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE | re.ASCII)


def know_who_acts(get_response: Callable[[HttpRequest], HttpResponseBase]) -> Callable[[HttpRequest], HttpResponseBase]:
    """Middleware, right after authentication. Each answer names its request, as the audit trail and the log do."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        work = Work("web", address=address_of(request), find=lambda: request.user)
        if named := _named_by_the_proxy(request):
            work.request = named
        request.user = SimpleLazyObject(partial(_logged_in, request))  # type: ignore[assignment]
        with at_work(work):
            response = get_response(request)
            _keep_at_work(response)
        response.headers[REQUEST_HEADER] = work.request
        return response

    return middleware


def _named_by_the_proxy(request: HttpRequest) -> str:
    """The UUID that a proxy has given to the request. Of others none is taken: they could name somebody else's."""
    named = request.META.get("HTTP_X_REQUEST_ID", "") if settings.ENV.behind_proxy else ""
    return named.lower() if named and _UUID.fullmatch(named) else ""


def _logged_in(request: HttpRequest) -> Person:
    with finding_out():
        return get_user(request)


def _keep_at_work(response: HttpResponseBase) -> None:
    """What is sent piece by piece is made after the request is over: each piece in the name of its reader still.

    Not files as they lie on the disk, which the server sends faster by itself.
    """
    if not isinstance(response, StreamingHttpResponse) or response.is_async:
        return
    if getattr(response, "file_to_stream", None) is None:
        content: Any = response.streaming_content
        response.streaming_content = _pieces(iter(content), copy_context())


def _pieces(content: Iterator[bytes], context: Context) -> Iterator[bytes]:
    done = object()

    def following() -> Any:
        piece = next(content, done)
        forget()
        return piece

    while (piece := context.run(following)) is not done:
        yield piece
