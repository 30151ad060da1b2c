"""The sweep, posting and transcripts among more and more advocates, on one page: a table and a picture."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.bench import api, posting, sweep
from tests.bench.picture import Line, picture

SHOWN = {
    "bare aggregate": "baseline_s", "first sweep": "first_s", "sweep after a change to 1 %": "one_percent_s",
    "sweep with nothing changed": "unchanged_s", "transcript, p95": "transcript_p95_s",
    "standings of one session": "standings_s", "posting one session": "posting_s",
}  # fmt: skip
"""What is drawn, and its key in the figures of one size."""


def run(sizes: list[int], *, plot: Path | None, say: Callable[[str], None]) -> dict[str, object]:
    """Figures by number of advocates; drawn to ``plot`` (SVG), both scales logarithmic."""
    found = {size: one(size, say=say) for size in sorted(sizes)}
    if plot is not None:
        plot.write_text(drawn(found), encoding="utf-8")
    return {"by_advocates": found}


def one(people: int, *, say: Callable[[str], None]) -> dict[str, Any]:
    swept = sweep.run(people, say=say)
    reads: Any = api.run(people, say=say)["by_kind_ms"]
    return {
        **{name: swept[name] for name in ("baseline_s", "first_s", "unchanged_s", "one_percent_s")},
        **{name: swept[name] for name in swept if name.startswith("ratio_")},
        **posting.alone(people, say=say),
        "transcript_p95_s": round(reads["transcript"]["p95"] / 1000, 4),
    }


def drawn(found: dict[int, dict[str, Any]]) -> str:
    lines = [
        Line(name, [(size, float(figures[key])) for size, figures in sorted(found.items()) if figures[key] > 0])
        for name, key in SHOWN.items()
    ]
    return picture("Seconds by number of advocates, 20 ledger entries each", lines)
