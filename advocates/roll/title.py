"""The date in the title of a list: "по состоянию на 01.09.2026", "2026 жылғы 1 қыркүйек"."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator

from advocates.names import fold
from cle.core.tables.model import Row
from cle.core.tables.values import cell_text, parse_date

_NUMERIC = re.compile(r"(?<!\d)\d{1,2}[./]\d{1,2}[./]\d{4}(?!\d)|(?<!\d)\d{4}-\d\d-\d\d(?!\d)")
_DAY_FIRST = re.compile(r"\b(?P<day>\d{1,2}) (?P<month>[^\W\d_]{3,12}) (?P<year>\d{4})\b")
_YEAR_FIRST = re.compile(r"\b(?P<year>\d{4}) (?:[^\W\d_]{1,8} )?(?P<day>\d{1,2}) (?P<month>[^\W\d_]{3,12})\b")
_AS_OF = re.compile(r"состояни|жагдай|\bна\b|as of|as at")
_MONTHS = {
    start: month
    for starts in (
        "янв фев мар апр мая июн июл авг сен окт ноя дек",
        "кан акп нау сау мам мау шил там кыр каз кар жел",
        "jan feb mar apr may jun jul aug sep oct nov dec",
    )
    for month, start in enumerate(starts.split(), 1)
}


def date_of_list(title_rows: Iterable[Row]) -> dt.date | None:
    """The first date in the rows above the list; one that is said to be "as of" goes before dates of approval."""
    dated = [(text, day) for text in _texts(title_rows) for day in _dates(text)]
    as_of = [day for text, day in dated if _AS_OF.search(fold(text))]
    return next(iter([*as_of, *(day for _, day in dated)]), None)


def holds_date(row: Row) -> bool:
    return date_of_list([row]) is not None


def _texts(rows: Iterable[Row]) -> Iterator[str]:
    for row in rows:
        for cell in row.cells:
            if isinstance(cell, str | dt.date):
                yield cell_text(cell)


def _dates(text: str) -> Iterator[dt.date]:
    found = (parse_date(part) for part in _NUMERIC.findall(text))
    yield from (day for day in found if day)
    folded = fold(text)
    for pattern in (_DAY_FIRST, _YEAR_FIRST):
        for match in pattern.finditer(folded):
            month = _MONTHS.get(match["month"][:3])
            day = parse_date(f"{match['year']}-{month}-{match['day']}") if month else None
            if day:
                yield day
