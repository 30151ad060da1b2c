"""What a draft of rules would change, as a table and a few examples, or as data."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from rich.table import Table

from compliance.services.impact import BarImpact, Impact, Moved


def as_data(impact: Impact) -> dict[str, Any]:
    """The impact as plain values, bar by bar; names are left out, keys lead to the people."""
    return {
        "on": impact.on.isoformat(),
        "since": impact.since.isoformat(),
        "bars": [
            {
                "bar": each.bar.code,
                "advocates": each.advocates,
                "unknown": each.unknown,
                "worse": each.worse,
                "better": each.better,
                "moves": {f"{before} -> {after}": count for (before, after), count in sorted(each.moves.items())},
                "examples": [_example(moved) for moved in each.examples],
            }
            for each in impact.bars
        ],
    }


def _example(moved: Moved) -> dict[str, Any]:
    return {
        "advocate": moved.advocate_id,
        "before": moved.before.status if moved.before else None,
        "after": moved.after.status,
        "missing_minutes": moved.after.missing,
        "lines": list(moved.lines),
    }


def table(impact: Impact) -> Table:
    """A row for each bar that has advocates under the draft, and their sum: how they stand today, and would stand."""
    found = Table(title=f"Rules from {impact.since:%d.%m.%Y}, as of {impact.on:%d.%m.%Y}: today → with the draft")
    found.add_column("Bar")
    for heading in ("Advocates", "Compliant", "At risk", "Short", "Worse", "Better", "Unknown"):
        found.add_column(heading, justify="right")
    rows = [each for each in impact.bars if each.advocates or each.unknown]
    for each in rows:
        found.add_row(f"{each.bar.code} {each.bar.name_en}", *_cells([each]))
    found.add_section()
    found.add_row("All", *_cells(rows))
    return found


def _cells(rows: Sequence[BarImpact]) -> Iterator[str]:
    yield str(sum(each.advocates for each in rows))
    for status in ("compliant", "at_risk", "short"):
        now, then = sum(each.before(status) for each in rows), sum(each.after(status) for each in rows)
        yield f"{now} → {then}"
    yield str(sum(each.worse for each in rows))
    yield str(sum(each.better for each in rows))
    yield str(sum(each.unknown for each in rows))


def examples(impact: Impact) -> Iterator[str]:
    """One line for each example."""
    for each in impact.bars:
        for moved in each.examples:
            before = moved.before.status if moved.before else "not subject"
            lines = f" ({', '.join(moved.lines)})" if moved.lines else ""
            yield f"{each.bar.code}  {moved.full_name}: {before} → {moved.after.status}, " \
                  f"{moved.after.missing} minutes missing{lines}"  # fmt: skip
