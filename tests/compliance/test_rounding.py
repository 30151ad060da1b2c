"""One rule for the hours that people read: earned is cut, owed is rounded up, and nothing ever reads as met early."""

from __future__ import annotations

from fractions import Fraction
from math import ceil, floor

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from compliance.notices.amounts import hours_text
from compliance.rounding import earned, owed
from compliance.templatetags.hours import hours, hours_to_go
from compliance.transcripts import words

UNITS = st.sampled_from([45, 50, 60])
MINUTES = st.fractions(min_value=0, max_value=6000, max_denominator=60)


@given(MINUTES, MINUTES, UNITS)
def test_what_is_not_met_never_reads_as_met(counted: Fraction, required: Fraction, unit: int) -> None:
    if counted < required:
        assert earned(counted, unit) < owed(required, unit)
        assert owed(required - counted, unit) > 0


@given(MINUTES, MINUTES, UNITS)
def test_whoever_earns_the_hours_shown_as_missing_is_done(counted: Fraction, required: Fraction, unit: int) -> None:
    if counted < required:
        shown = Fraction(owed(required - counted, unit), 100) * unit
        assert counted + shown >= required


@given(MINUTES, UNITS)
def test_a_fraction_of_a_minute_reads_like_the_whole_minutes_of_a_standing(minutes: Fraction, unit: int) -> None:
    assert owed(minutes, unit) == owed(ceil(minutes), unit)
    assert earned(minutes, unit) == earned(floor(minutes), unit)


def test_pages_letters_and_papers_say_the_same() -> None:
    with translation.override("ru"):
        assert hours_to_go(Fraction(1498, 5), 45) == hours_to_go(300, 45) == "6,67"  # 299,6 minutes
        assert hours(400, 45) == words.hours(400, 45) == "8,88"
        assert hours_text(400, 45).startswith("8,88 ")
        assert hours_text(400, 45, rounded=owed).startswith("8,89 ")


@pytest.mark.parametrize(("minutes", "shown"), [(-100, "−2,22"), (0, "0"), (100, "2,22")])
def test_what_is_taken_back_reads_like_what_was_given(minutes: int, shown: str) -> None:
    with translation.override("ru"):
        assert hours(minutes, 45) == shown
