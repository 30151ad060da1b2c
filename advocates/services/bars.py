"""Loading a country's bars from data."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.db import transaction

from advocates.models import Bar

DATA = Path(__file__).resolve().parent.parent / "data"


@transaction.atomic
def load_bars(path: Path) -> tuple[int, int]:
    """Create the bars that are not there yet; returns (created, already there).

    A bar that exists is left as it is: its letterhead and names may have been edited since.
    """
    document: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    known = {bar.code: bar for bar in Bar.objects.all()}
    before = len(known)
    for row in document["bars"]:
        if row["code"] in known:
            continue
        parent = known[row["parent"]] if row["parent"] else None
        names = {key: value for key, value in row.items() if key not in ("code", "parent")}
        known[row["code"]] = Bar.objects.create(
            code=row["code"], parent=parent, jurisdiction=document["jurisdiction"], **names
        )
    created = len(known) - before
    return created, len(document["bars"]) - created


def change_letterhead(bar: Bar, **words: str) -> None:
    """What stands above and below the bar's letters and certificates from now on; what was issued stays as it was."""
    Bar.objects.filter(pk=bar.pk).update(**words)
