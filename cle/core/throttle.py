"""Limits on how often one person, program or address may ask; every answer of the API says how much is left."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from functools import wraps
from typing import Any, ClassVar, Concatenate, NamedTuple, ParamSpec

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from redis.exceptions import RedisError
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

logger = logging.getLogger(__name__)
P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]


class Rate(NamedTuple):
    """Requests allowed in a window, left in this one, and seconds until the next one begins."""

    limit: int
    remaining: int
    reset: int

    @property
    def headers(self) -> dict[str, str]:
        return {
            "RateLimit-Limit": str(self.limit),
            "RateLimit-Remaining": str(self.remaining),
            "RateLimit-Reset": str(self.reset),
        }


def throttled(limit: int, seconds: int, refusal: Callable[[HttpRequest], HttpResponse]) -> Callable[[View[P]], View[P]]:
    """At most ``limit`` requests per address in ``seconds``, counted from the first; beyond that, ``refusal`` (429).

    The count lives in the cache, shared by all processes where the cache is; while the cache is out of reach nobody
    is refused. It keeps one visitor from taking the page away from others; it is no lock, and guards no secret.
    """

    def decorate(view: View[P]) -> View[P]:
        @wraps(view)
        def throttling(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            name = f"{view.__module__}.{view.__qualname__}"
            over, rate = counted(f"{name}:{address_of(request)}", limit, seconds)
            if not over:
                return view(request, *args, **kwargs)
            response = refusal(request)
            response.status_code = 429
            response["Retry-After"] = str(rate.reset)
            return response

        return throttling

    return decorate


class ApiThrottle(BaseThrottle):
    """So many requests a minute for whoever has logged in, fewer for an address of which nobody has.

    A view with ``requests_a_minute`` has that limit, counted by itself. ``rate_headers`` tells the caller.
    """

    seconds: ClassVar[int] = 60

    def allow_request(self, request: Request, view: Any) -> bool:
        own = getattr(view, "requests_a_minute", None)
        who, usual = _asker(request)
        key = f"api:{type(view).__name__ if own else ''}:{who}"
        over, rate = counted(key, own or usual, self.seconds)
        request._request.api_rate = self._rate = rate  # type: ignore[attr-defined]
        return not over

    def wait(self) -> float:
        return float(self._rate.reset)


def rate_headers(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: what the throttle of the API has counted, on the answer whatever it is."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        rate: Rate | None = getattr(request, "api_rate", None)
        for name, value in rate.headers.items() if rate else ():
            response[name] = value
        return response

    return middleware


def address_of(request: HttpRequest) -> str:
    """The visitor's address. Behind a proxy it is what the proxy itself wrote: the last of X-Forwarded-For."""
    forwarded = request.headers.get("X-Forwarded-For", "") if settings.ENV.behind_proxy else ""
    return forwarded.rpartition(",")[2].strip() or str(request.META.get("REMOTE_ADDR", ""))


def _asker(request: Request) -> tuple[str, int]:
    if request.user.is_authenticated:
        return f"user:{request.user.pk}", settings.ENV.api_requests_a_minute
    return f"address:{address_of(request._request)}", settings.ENV.api_strangers_requests_a_minute


_COUNTS = 1_000_000


def counted(key: str, limit: int, seconds: int) -> tuple[bool, Rate]:
    """Whether this request is one too many in the window that the first one opened, and what is left of it.

    One number holds the second in which the window closes and, in its last six digits, the count.
    """
    now, name = int(time.time()), _named(key)
    try:
        cache.add(name, (now + seconds) * _COUNTS, seconds)
        until, count = divmod(cache.incr(name), _COUNTS)
    except ValueError:  # the window closed between the two calls
        until, count = now + seconds, 1
    except RedisError:
        logger.warning("no cache to count requests in: nobody is refused")
        until, count = now + seconds, 0
    return count > limit, Rate(limit, max(limit - count, 0), max(until - now, 1))


def spent(key: str, limit: int) -> bool:
    """Whether ``counted`` has counted that many in the window that is open; this asks, and counts nothing."""
    try:
        kept = int(cache.get(_named(key), 0))
    except RedisError:
        return False
    until, count = divmod(kept, _COUNTS)
    return count >= limit and until > int(time.time())


def _named(key: str) -> str:
    return f"throttle:{key}"
