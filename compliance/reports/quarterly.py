"""The quarterly report as a table to hand on, headed in Kazakh and in Russian."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from compliance.reports.headings import BAR, CODE, HEADINGS, TITLE
from compliance.reports.spreadsheet import delimited, in_both, workbook


class NamedBar(Protocol):
    code: str
    name_kk: str
    name_ru: str


Report = Sequence[tuple[NamedBar, Mapping[str, int]]]


def as_workbook(report: Report, year: int, quarter: int) -> bytes:
    titles = [text % {"quarter": quarter, "year": year} for text in in_both(TITLE)]
    return workbook(titles, *_table(report))


def as_text(report: Report) -> bytes:
    return delimited(*_table(report))


def _table(report: Report) -> tuple[list[tuple[str, str]], list[list[str | int]]]:
    """Headings in both languages, and rows: code, both names, figures."""
    kazakh, russian = in_both(BAR)
    names = [in_both(CODE), (f"{kazakh} (kk)", f"{russian} (kk)"), (f"{kazakh} (ru)", f"{russian} (ru)")]
    rows: list[list[str | int]] = [
        [bar.code, bar.name_kk, bar.name_ru, *(figures[name] for name in HEADINGS)] for bar, figures in report
    ]
    return [*names, *(in_both(heading) for heading in HEADINGS.values())], rows
