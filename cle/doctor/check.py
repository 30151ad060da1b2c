"""What a check is, and the commonest kind of them: one statement that finds the rows which should not be there."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from django.db import connection
from django.utils.functional import Promise

Words: TypeAlias = str | Promise

SHOWN: Final = 5
"""Examples that are named; more would not help whoever looks for the cause."""

SLACK = dt.timedelta(minutes=15)
"""What is late by less was only not come to yet: the schedule looks every few minutes."""


@dataclass(frozen=True, slots=True)
class Look:
    """What is being looked at: the moment, and how many of what is too much to look at whole (None: all of it)."""

    now: dt.datetime
    sample: int | None = 200


@dataclass(frozen=True, slots=True)
class Finding:
    """So many rows of which something untrue holds, and the keys of the first few."""

    fault: Words
    count: int = 1
    examples: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that must hold. ``look`` only reads, and returns what does not hold."""

    code: str
    title: Words
    advice: Words
    look: Callable[[Look], list[Finding]]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a check; ``broken`` names the error of a check that could not be made."""

    check: Check
    findings: tuple[Finding, ...]
    seconds: float
    broken: str = ""

    @property
    def is_well(self) -> bool:
        return not self.findings and not self.broken


def unwanted(*questions: tuple[Words, str]) -> Callable[[Look], list[Finding]]:
    """A look by statements, each of which selects one column: what names a row of which the fault is true."""
    return lambda look: found(*(_ask(fault, sql, look) for fault, sql in questions))


def _ask(fault: Words, sql: str, look: Look) -> Finding | None:
    return ask(fault, sql, {"now": look.now, "slack": SLACK})


def ask(fault: Words, sql: str, params: Mapping[str, Any]) -> Finding | None:
    """The finding of one statement; None when it selects nothing."""
    counted = f"SELECT count(*) OVER (), key::text FROM ({sql}) AS wrong(key) ORDER BY key LIMIT {SHOWN}"
    with connection.cursor() as cursor:
        cursor.execute(counted, params)
        rows = cursor.fetchall()
    return Finding(fault, rows[0][0], tuple(key or "?" for _count, key in rows)) if rows else None


def named(fault: Words, names: Iterable[str]) -> Finding | None:
    """The finding that something is untrue of these; None when there are none."""
    known = list(names)
    return Finding(fault, len(known), tuple(known[:SHOWN])) if known else None


def found(*findings: Finding | None) -> list[Finding]:
    return [finding for finding in findings if finding is not None]
