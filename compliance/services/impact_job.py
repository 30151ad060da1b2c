"""Whom a draft would touch, as a job: everybody of the bar and of the bars below is judged twice."""

from __future__ import annotations

import datetime as dt
from typing import Any

from cle.core.clock import local_date
from cle.core.errors import DomainError
from compliance.models import Job
from compliance.rules import RulebookError, parse_document
from compliance.services.impact import BarImpact, Moved, Progress, impact
from compliance.services.rulebooks import digest


def judge_impact(job: Job, report: Progress) -> dict[str, Any]:
    """The job, as of the day on which it was asked for. People are in the result by their keys alone."""
    document, since = job.parameters["document"], job.parameters["since"]
    try:
        found = impact(
            job.bar, parse_document(document), local_date(job.asked_at, job.bar.time_zone),
            since=since and dt.date.fromisoformat(since), examples=job.parameters["examples"], progress=report,
        )  # fmt: skip
    except RulebookError as error:
        raise DomainError("rulebook-faults", str(error)) from error
    return {
        "digest": digest(document), "on": found.on.isoformat(), "since": found.since.isoformat(),
        "bars": [_bar(each) for each in found.bars if each.advocates or each.unknown],
    }  # fmt: skip


def _bar(found: BarImpact) -> dict[str, Any]:
    moves = [{"before": then, "after": now, "count": count} for (then, now), count in sorted(found.moves.items())]
    return {
        "bar": found.bar.code, "advocates": found.advocates, "unknown": found.unknown, "worse": found.worse,
        "better": found.better, "moves": moves, "people": [_person(each) for each in found.examples],
    }  # fmt: skip


def _person(moved: Moved) -> dict[str, Any]:
    before = moved.before
    return {
        "advocate": moved.advocate_id, "before": before and before.status, "after": moved.after.status,
        "period_start": moved.after.start.isoformat(), "missing_minutes": moved.after.missing,
        "lines": list(moved.lines),
    }  # fmt: skip
