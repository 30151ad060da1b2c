"""What people do with a spreadsheet's worth of entries and pandas: read the CSV, group, and apply the rules."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any

from django.db import connection

from advocates.models import Bar
from compliance.queries.rules import rules_of
from compliance.rules import Credit, Facts, assess
from courses.models import DeliveryFormat

TODAY = dt.date(2026, 1, 12)
_EXPORT = """
    COPY (SELECT e.advocate_id, c.code AS category, e.format, e.earned_on, e.minutes
            FROM courses_entry e JOIN courses_category c ON c.id = e.category_id
           WHERE e.bar_id = {bar} ORDER BY e.id) TO STDOUT (FORMAT CSV, HEADER)
"""


def pandas_from_csv(bar: Bar, few: int) -> float:
    """Seconds to read the entries of the whole bar from a CSV (writing it is not counted), group them by account,
    category, format and day, and assess the first ``few`` members by the exact rules in Python."""
    with TemporaryDirectory() as folder:
        file = Path(folder) / "entries.csv"
        _export(bar, file)
        start = perf_counter()
        credits = _read(file, few)
        law = rules_of(bar).law
        results = [assess(law, Facts(credits=tuple(held)), TODAY) for held in credits]
        seconds = perf_counter() - start
    assert len(results) == few
    return seconds


def _export(bar: Bar, file: Path) -> None:
    with connection.cursor() as cursor, cursor.copy(_EXPORT.format(bar=bar.pk)) as copy, file.open("wb") as page:
        for piece in copy:
            page.write(piece)


def _read(file: Path, few: int) -> list[list[Credit]]:
    import pandas as pd

    rows = pd.read_csv(file, parse_dates=["earned_on"])
    grouped = rows.groupby(["advocate_id", "category", "format", "earned_on"], as_index=False)["minutes"].sum()
    names = {int(delivery): delivery.code for delivery in DeliveryFormat}
    held: dict[int, list[Credit]] = {key: [] for key in sorted(grouped["advocate_id"].unique())[:few]}
    chosen: Any = grouped[grouped["advocate_id"].isin(held)].itertuples(index=False)
    for place, (advocate, category, delivery, day, minutes) in enumerate(chosen):
        held[advocate].append(Credit(day.date(), category, names[delivery], int(minutes), str(place)))
    return list(held.values())
