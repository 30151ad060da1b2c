"""What is logged in production: one JSON object a line, to stderr, with what joins it to the audit trail.

No personal data: no address that was asked for (paths hold secrets and codes, queries hold names) but the pattern of
its route; no words of an exception, for they quote values, but its kind and where it was raised; what others log is
told by its template, with whole numbers alone filled in.
"""

from __future__ import annotations

import datetime as dt
import json
import logging
import traceback
from collections.abc import Iterator, Mapping
from types import TracebackType
from typing import Any, Final

from celery import current_task

OWN: Final = ("advocates", "audit", "cle", "compliance", "courses")
"""Packages whose messages are written here, and name nobody."""
_OF_TASKS: Final = ("name", "id", "description", "runtime")
"""What Celery says about a task, arguments and results left out."""
_DEEPEST: Final = 60
"""Frames of a traceback that are kept, those nearest to the error."""


class JsonLines(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        line = {
            "at": dt.datetime.fromtimestamp(record.created, dt.UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": _message(record),
            **_about(record),
        }
        if record.exc_info and record.exc_info[1]:
            line["errors"] = list(_errors(record.exc_info[1]))
        return json.dumps(line, ensure_ascii=False, default=str)


def _message(record: logging.LogRecord) -> str:
    if record.name.partition(".")[0] in OWN:
        return record.getMessage()
    if isinstance(record.args, Mapping):
        given = {name: record.args[name] for name in _OF_TASKS if name in record.args}
        return f"{record.msg} {json.dumps(given, default=str)}" if given else str(record.msg)
    numbers = [value for value in record.args or () if isinstance(value, int)]
    return f"{record.msg} {numbers}" if numbers else str(record.msg)


def _about(record: logging.LogRecord) -> dict[str, Any]:
    """The request or task under way: its id, which is that of the audit trail, its route or name, and its bar."""
    from advocates.acting import request_under_way

    found = [("request", request_under_way()), *_of_task().items(), *_of_request(record).items()]
    return {name: value for name, value in found if value}


def _of_request(record: logging.LogRecord) -> dict[str, Any]:
    request, status = getattr(record, "request", None), getattr(record, "status_code", None)
    match = getattr(request, "resolver_match", None)
    route, bar = (f"/{match.route}", match.kwargs.get("bar")) if match else (None, None)
    return {"method": getattr(request, "method", None), "route": route, "bar": bar, "status": status}


def _of_task() -> dict[str, Any]:
    if not current_task:
        return {}
    asked = current_task.request
    return {"task": current_task.name, "task_id": asked.id, "bar": (asked.kwargs or {}).get("bar_id")}


def _errors(error: BaseException | None) -> Iterator[dict[str, Any]]:
    """The error, then what it came from: kind, place, and which constraint of the database was broken, if any."""
    while error is not None:
        said = {"error": f"{type(error).__module__}.{type(error).__qualname__}", "frames": _frames(error.__traceback__)}
        diagnosis = getattr(error, "diag", None)
        for name in ("sqlstate", "constraint_name", "table_name"):
            if value := getattr(diagnosis, name, None):
                said[name] = value
        yield said
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)


def _frames(found: TracebackType | None) -> list[str]:
    frames = traceback.extract_tb(found)[-_DEEPEST:]
    return [f"{frame.filename}:{frame.lineno} {frame.name}: {frame.line}" for frame in frames]


def logging_of(*, production: bool) -> dict[str, Any]:
    """Django's LOGGING. Where it is not production, Django's and Celery's own, made for people."""
    if not production:
        return {}
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"lines": {"()": "cle.logs.JsonLines"}},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "lines"}},
        "root": {"handlers": ["stderr"], "level": "INFO"},
        "loggers": {
            "django": {"handlers": [], "level": "INFO", "propagate": True},
            "django.request": {
                "level": "ERROR"
            },  # what is not there, or not allowed, is answered and counted elsewhere
        },
    }
