"""The sweep, posting and transcripts among more and more advocates, on one page: a table and a picture."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.bench import api, posting, sweep
from tests.bench.picture import Line, picture
from tests.bench.population import ENTRIES, own_database, populate, settled

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
    with own_database():
        say(f"making {people:,} advocates with {ENTRIES} entries each …")
        bar = populate(people)
        settled()
        swept = sweep.measured(bar, people, say=say)
        reads: Any = api.measured(bar, people, say=say)
        posted = posting.posted(bar)
    transcript = round(reads["by_kind_ms"]["transcript"]["p95"] / 1000, 4)
    return {**swept, **posted, "transcript_p95_s": transcript, "reads": reads}


def drawn(found: dict[int, dict[str, Any]]) -> str:
    lines = [
        Line(name, [(size, float(figures[key])) for size, figures in sorted(found.items()) if figures[key] > 0])
        for name, key in SHOWN.items()
    ]
    return picture("Seconds by number of advocates, 20 ledger entries each", lines)
