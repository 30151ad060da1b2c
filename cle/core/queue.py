"""The one place that puts work on the queue: after the transaction commits, keyword arguments only, JSON only."""

from __future__ import annotations

import json
import logging
from functools import partial
from typing import Any, Protocol

from django.db import transaction
from kombu.exceptions import OperationalError

logger = logging.getLogger(__name__)
Scalar = str | int | bool | None


class Enqueueable(Protocol):
    name: str

    def apply_async(self, *, kwargs: dict[str, Any]) -> object: ...


def enqueue(task: Enqueueable, **kwargs: Scalar) -> None:
    """Say "look" to a worker once the rows are there to be seen; lost messages are made up for by the schedule."""
    json.dumps(kwargs)  # refuse here, where the caller is, not in the worker
    transaction.on_commit(partial(_put, task, kwargs))


def _put(task: Enqueueable, kwargs: dict[str, Scalar]) -> None:
    """Without a queue the message counts as lost. Whoever asked is told of no error: the work is written down."""
    try:
        task.apply_async(kwargs=kwargs)
    except OperationalError as error:
        logger.warning("No queue to put %s on (%s): it waits for the schedule", task.name, type(error).__name__)
