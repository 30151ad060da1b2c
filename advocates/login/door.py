"""What stands around each page by which people come in."""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from redis.exceptions import RedisError

from advocates.acting import finding_out

logger = logging.getLogger(__name__)
View = Callable[..., HttpResponseBase]


def door(view: View) -> View:
    """A page on which it comes to light who acts: accounts are looked up for whoever is not known yet.

    Attempts are counted in the cache. While it is out of reach the door is shut, and says so (503): without a count
    passwords and codes could be guessed.
    """

    @wraps(view)
    def finding(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            with finding_out():
                return view(request, *args, **kwargs)
        except RedisError:
            logger.exception("no cache to count attempts in: nobody can log in")
            response = render(request, "login/shut.html", status=503)
            response["Retry-After"] = "60"
            return response

    return finding
