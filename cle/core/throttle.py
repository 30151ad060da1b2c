"""Limits on how often one address may ask, for pages that are open to everybody."""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)
P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]


def throttled(limit: int, seconds: int, refusal: Callable[[HttpRequest], HttpResponse]) -> Callable[[View[P]], View[P]]:
    """At most ``limit`` requests per address in ``seconds``, counted from the first; beyond that, ``refusal``.

    A refusal gets status 429 and a Retry-After of ``seconds``. The count lives in the cache, shared by all
    processes where the cache is; while the cache is out of reach nobody is refused. It keeps one visitor from
    taking the page away from others; it is no lock, and guards no secret by itself.
    """

    def decorate(view: View[P]) -> View[P]:
        @wraps(view)
        def throttling(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            if _count(f"throttle:{view.__module__}.{view.__qualname__}:{address_of(request)}", seconds) <= limit:
                return view(request, *args, **kwargs)
            response = refusal(request)
            response.status_code = 429
            response["Retry-After"] = str(seconds)
            return response

        return throttling

    return decorate


def address_of(request: HttpRequest) -> str:
    """The visitor's address. Behind a proxy it is what the proxy itself wrote: the last of X-Forwarded-For."""
    forwarded = request.headers.get("X-Forwarded-For", "") if settings.ENV.behind_proxy else ""
    return forwarded.rpartition(",")[2].strip() or str(request.META.get("REMOTE_ADDR", ""))


def _count(key: str, seconds: int) -> int:
    """How many requests this is within the window that the first one opened."""
    try:
        cache.add(key, 0, seconds)
        return cache.incr(key)
    except ValueError:  # the window closed between the two calls
        return 1
    except RedisError:
        logger.warning("no cache to count requests in: nobody is refused")
        return 0
