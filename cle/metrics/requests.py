"""Requests by route, method and class of status, with how long they took.

Each process counts for itself. Where there are several, ``PROMETHEUS_MULTIPROC_DIR`` names a folder in which the
library adds them up (``cle/deploy/gunicorn_conf.py`` makes it); without it a process tells of itself alone.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from time import perf_counter
from typing import Final

from django.http import HttpRequest, HttpResponseBase
from prometheus_client import CollectorRegistry, Histogram
from prometheus_client.multiprocess import MultiProcessCollector

METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE"})
SECONDS: Final = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)

OWN = CollectorRegistry()
REQUESTS = Histogram(
    "cle_request_duration_seconds",
    "Seconds until an answer began, by route, method and class of status",
    ["route", "method", "status"],
    buckets=SECONDS,
    registry=OWN,
)


def measured(get_response: Callable[[HttpRequest], HttpResponseBase]) -> Callable[[HttpRequest], HttpResponseBase]:
    """Middleware, the outermost: what all others take is in the time."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        began = perf_counter()
        response = get_response(request)
        method = request.method if request.method in METHODS else "other"
        status = f"{response.status_code // 100}xx"
        REQUESTS.labels(route_of(request), method, status).observe(perf_counter() - began)
        return response

    return middleware


def route_of(request: HttpRequest) -> str:
    """The name of the route, never the address: addresses hold keys and codes, and there is no end of them."""
    match = request.resolver_match
    return (match.view_name or f"/{match.route}") if match else "none"


def counted() -> CollectorRegistry:
    """What this process counted, or all of them together."""
    if "PROMETHEUS_MULTIPROC_DIR" not in os.environ:
        return OWN
    together = CollectorRegistry()
    MultiProcessCollector(together)
    return together
