"""Standings, cases and notices made directly, as if a sweep had just written them. Everything is invented."""

from __future__ import annotations

import copy
import datetime as dt
import json
from functools import cache
from pathlib import Path
from typing import Any

import compliance
from advocates.models import Advocate, Bar
from compliance.models import AdoptedRulebook, Case, CaseState, Notice, NoticeChannel, NoticeState, Standing
from compliance.queries.rules import ancestry
from compliance.services.rulebooks import adopt_rulebook
from compliance.services.standings import headings_of
from tests.factories import make_advocate, make_bar

UTC = dt.UTC
START, DUE = dt.date(2026, 1, 1), dt.date(2026, 12, 31)
PETITION = dt.date(2027, 1, 31)
"""Day 31 after the due date: the first on which a licence may be asked to be suspended."""
AFTER = dt.date(2027, 1, 5)
NOW = dt.datetime(2027, 1, 5, 5, 0, tzinfo=UTC)
"""10:00 in Almaty on the day AFTER."""


def shipped_example() -> str:
    return (Path(compliance.__file__).parent / "rulebooks" / "kz-example.json").read_text(encoding="utf-8")


@cache
def _example() -> str:
    """With plain reminder days instead of its ladder, as most bars write them: the ladder has tests of its own."""
    document = json.loads(shipped_example())
    del document["notices"]
    return json.dumps({**document, "reminder_days": [90, 30, 7]})


def rulebook_document(**changes: Any) -> dict[str, Any]:
    """The example rulebook that comes with the product, with some keys of its top level replaced."""
    return {**copy.deepcopy(json.loads(_example())), **changes}


def total(hours: float, **changes: Any) -> dict[str, Any]:
    """The example's total, of so many hours."""
    return {"total": {**rulebook_document()["total"], "amount": hours, **changes}}


def requirement(category: str, hours: float, /, **changes: Any) -> dict[str, Any]:
    """A requirement of so many hours in a category, called like it unless the changes say otherwise."""
    return {
        "code": category, "name": category.title(), "amount": hours, "counts": {"categories": [category]},
        "clause": "example", **changes,
    }  # fmt: skip


def cap(hours: float, *formats: str, **changes: Any) -> dict[str, Any]:
    """A cap over these formats together."""
    code = "-".join(formats).replace("_", "-")
    counts = {"formats": list(formats)}
    return {"code": code, "counts": counts, "maximum": hours, "clause": "example", **changes}


def addition_document(code: str, effective_from: dt.date, **changes: Any) -> dict[str, Any]:
    """A regional addition to the example rulebook that adds nothing yet."""
    return {
        "schema": 2, "code": code, "version": "1", "title": code, "effective_from": effective_from.isoformat(),
        "extends": {"code": "kz-example"}, **changes,
    }  # fmt: skip


def ruled_bar(**fields: Any) -> Bar:
    """A bar with the example rulebook: reminders 90, 30 and 7 days ahead, 30 days of grace."""
    bar = make_bar(**fields)
    adopt_rulebook(bar, rulebook_document(), by=None)
    return bar


def lines_of(bar: Bar, lines: list[dict[str, Any]]) -> dict[str, Any]:
    """The columns of a standing that hold these lines; what a line does not say of itself is 0, or nothing."""
    called = tuple((line["code"], line.get("clause", "")) for line in lines)
    figures = [line.get(name, 0) for line in lines for name in ("required", "counted", "missing")]
    return {"headings_id": headings_of(bar, [called])[called], "figures": figures}


def make_standing(
    advocate: Advocate, status: str = "short", lines: list[dict[str, Any]] | None = None, **fields: Any
) -> Standing:
    """Sixteen academic hours required, ten counted, by the newest rulebook of the bar or of one above it."""
    fields = {"required": 720, "counted": 450, "missing": 270, **fields}
    if status in ("compliant", "exempt"):
        fields = {**fields, "missing": 0}
    lines = lines or [
        {"code": "total", "required": 720, "counted": 450, "missing": fields["missing"], "clause": "duty"},
        {"code": "ethics", "required": 90, "counted": 0, "missing": min(90, fields["missing"]), "clause": "example"},
    ]
    rulebook = AdoptedRulebook.objects.filter(bar__in=ancestry(advocate.bar)).latest("pk")
    return Standing.objects.create(
        **{
            "bar": advocate.bar, "advocate": advocate, "status": status, "ledger_version": 0,
            "rulebook": rulebook, "period_start": START, "period_end": DUE,
            "due_on": DUE, "petition_from": PETITION, "computed_at": NOW, **lines_of(advocate.bar, lines), **fields,
        }
    )  # fmt: skip


def set_status(standing: Standing, status: str) -> None:
    """As a later sweep would: more credit, or less."""
    missing = 0 if status in ("compliant", "exempt") else 270
    Standing.objects.filter(pk=standing.pk).update(status=status, missing=missing)


def make_case(advocate: Advocate, state: CaseState = CaseState.OPEN, **fields: Any) -> Case:
    dates = {"due_on": DUE, "grace_ends_on": dt.date(2027, 1, 30), "petition_from": PETITION}
    return Case.objects.create(
        bar=advocate.bar, advocate=advocate, period_start=START, state=state,
        **{**dates, "opened_at": NOW, "changed_at": NOW, **fields},
    )  # fmt: skip


def make_notice(advocate: Advocate, stage: str = "overdue", **fields: Any) -> Notice:
    """Due since an hour, by e-mail."""
    defaults = {"channel": NoticeChannel.EMAIL, "language": advocate.language or "kk", "state": NoticeState.DUE}
    return Notice.objects.create(
        bar=advocate.bar, advocate=advocate, period_start=START, stage=stage,
        **{**defaults, "due_at": NOW - dt.timedelta(hours=1), **fields},
    )  # fmt: skip


def warned(bar: Bar, **fields: Any) -> Notice:
    """An overdue notice that waits to be sent, with the standing and the open case behind it."""
    advocate = make_advocate(bar, **fields)
    make_standing(advocate)
    make_case(advocate)
    return make_notice(advocate)
