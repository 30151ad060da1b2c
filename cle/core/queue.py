"""The one place that puts work on the queue: after the transaction commits, keyword arguments only, JSON only."""

from __future__ import annotations

import json
from functools import partial
from typing import Any, Protocol

from django.db import transaction

Scalar = str | int | bool | None


class Enqueueable(Protocol):
    def apply_async(self, *, kwargs: dict[str, Any]) -> object: ...


def enqueue(task: Enqueueable, **kwargs: Scalar) -> None:
    """Say "look" to a worker once the rows are there to be seen; lost messages are made up for by the schedule."""
    json.dumps(kwargs)  # refuse here, where the caller is, not in the worker
    transaction.on_commit(partial(task.apply_async, kwargs=kwargs))
