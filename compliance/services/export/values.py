"""A column of a row as it is told to the person whom it is about."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

from cle.core.tables.safe import escape_cell
from compliance.models import Standing


def told(row: Any, field: Any) -> Any:
    """For JSON: staff by name, bars by code, other rows by key, times in ISO 8601, files by their stored
    name, and what is sealed (the national identifier) by its mask; each figure with what it is called."""
    if field.related_model is not None:
        return _linked(row, field)
    value = row.lines if field.model is Standing and field.name == "figures" else getattr(row, field.name)
    if isinstance(value, dt.date | dt.time):
        return value.isoformat()
    if value is None or isinstance(value, str | int | float | bool | list | dict):
        return value
    return str(value)


def _linked(row: Any, field: Any) -> Any:
    if field.is_cached(row):
        linked = getattr(row, field.name)
        return None if linked is None else getattr(linked, "code", None) or str(getattr(linked, "name", linked))
    return getattr(row, field.attname)


def cell(value: Any) -> str:
    """For CSV: what a spreadsheet program shows and does not run."""
    if value is None:
        return ""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return escape_cell(text)
