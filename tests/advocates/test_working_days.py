"""Terms in working days, over weekends, holidays and the turn of the year."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from advocates.working_days import add_working_days, is_working_day, unknown_years

FILES = sorted((Path(__file__).parents[2] / "advocates/data/days_off").glob("*.json"))
DAYS = st.dates(dt.date(2025, 1, 1), dt.date(2029, 1, 1))
PLACES = st.sampled_from(["KZ", "KG"])


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


@pytest.mark.parametrize(
    ("given_on", "number", "jurisdiction", "ends"),
    [
        pytest.param("2026-11-26", 1, "KZ", "2026-11-27", id="Thursday to Friday"),
        pytest.param("2026-11-27", 1, "KZ", "2026-11-30", id="over a weekend"),
        pytest.param("2026-11-28", 1, "KZ", "2026-11-30", id="given on a Saturday"),
        pytest.param("2026-12-15", 1, "KZ", "2026-12-17", id="16 December is free"),
        pytest.param("2026-03-20", 1, "KZ", "2026-03-26", id="Nauryz moved on by a weekend"),
        pytest.param("2026-08-28", 1, "KZ", "2026-08-31", id="30 August moves nothing any more"),
        pytest.param("2026-12-15", 15, "KZ", "2027-01-11", id="fifteen days over the turn of the year"),
        pytest.param("2026-12-15", 1, "KG", "2026-12-16", id="no file for the country: weekends alone"),
        pytest.param("2031-12-15", 1, "KZ", "2031-12-16", id="no file for the year: weekends alone"),
    ],
)
def test_terms(given_on: str, number: int, jurisdiction: str, ends: str) -> None:
    assert add_working_days(day(given_on), number, jurisdiction) == day(ends)


@given(DAYS, st.integers(1, 40), PLACES)
def test_a_term_ends_on_its_last_working_day_and_holds_as_many_as_it_says(
    start: dt.date, number: int, place: str
) -> None:
    end = add_working_days(start, number, place)
    days = [start + dt.timedelta(n) for n in range(1, (end - start).days + 1)]
    assert is_working_day(end, place)
    assert sum(is_working_day(one, place) for one in days) == number


@pytest.mark.parametrize("number", [0, -1])
def test_there_is_no_term_of_no_days(number: int) -> None:
    with pytest.raises(ValueError, match="at least one"):
        add_working_days(day("2026-11-26"), number, "KZ")


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_file_says_where_it_is_from_and_names_only_what_departs_from_the_week(path: Path) -> None:
    document = json.loads(path.read_text(encoding="utf-8"))
    assert path.stem == f"{document['jurisdiction'].lower()}-{document['year']}"
    assert all("http" in source for source in document["sources"][:1])
    off, working = (list(map(day, document[name])) for name in ("off", "working"))
    assert {one.year for one in [*off, *working]} == {document["year"]}
    assert all(one.weekday() < 5 for one in off)
    assert all(one.weekday() >= 5 for one in working)
    assert off == sorted(set(off))


def test_years_whose_days_off_are_not_known_are_named() -> None:
    assert unknown_years(dt.date(2027, 12, 29), dt.date(2028, 1, 5), "KZ") == [2028]
    assert unknown_years(dt.date(2026, 12, 30), dt.date(2027, 1, 6), "KZ") == []
    assert unknown_years(dt.date(2026, 12, 30), dt.date(2026, 12, 31), "IE") == [2026]
