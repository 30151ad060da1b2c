"""Which rules hold for a bar, as national and regional documents follow each other."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from advocates.models import Bar
from compliance.queries.rules import rules_of
from compliance.rules import RulebookError
from compliance.services.rulebooks import adopt_rulebook
from tests.compliance.rows import rulebook_document
from tests.factories import make_bar, make_national

FIRST, SECOND = dt.date(2026, 1, 1), dt.date(2027, 1, 1)


@pytest.fixture
def national(db) -> Bar:
    return make_national()


@pytest.fixture
def bar(national: Bar) -> Bar:
    bar = make_bar("KZ-75", national)
    adopt_rulebook(national, rules_from(FIRST), by=None)
    adopt_rulebook(bar, addition(FIRST), by=None)
    return bar


def rules_from(day: dt.date, **changed: Any) -> dict[str, Any]:
    return rulebook_document(effective_from=day.isoformat(), **changed)


def addition(start: dt.date, **changed: Any) -> dict[str, Any]:
    return rules_from(start, code="kz-75", extends={"code": "kz-example"}, **{"total_minutes": 900, **changed})


def totals(bar: Bar) -> list[tuple[dt.date, int]]:
    return [(era.start, era.rulebook.total_minutes) for era in rules_of(bar).eras]


def test_an_addition_goes_on_over_a_newer_floor_that_it_still_tops(national: Bar, bar: Bar) -> None:
    adopt_rulebook(national, rules_from(SECOND, version="2", total_minutes=800), by=None)
    assert totals(bar) == [(FIRST, 900), (SECOND, 900)]
    assert totals(national) == [(FIRST, 720), (SECOND, 800)]


def test_a_floor_raised_above_an_addition_holds(national: Bar, bar: Bar, caplog: pytest.LogCaptureFixture) -> None:
    adopt_rulebook(national, rules_from(SECOND, version="2", total_minutes=1000), by=None)
    assert totals(bar) == [(FIRST, 900), (SECOND, 1000)]
    assert "adds nothing any more" in caplog.text


def test_an_addition_below_the_floor_is_refused(national: Bar, bar: Bar) -> None:
    with pytest.raises(RulebookError) as refused:
        adopt_rulebook(bar, addition(SECOND, version="2", total_minutes=700), by=None)
    assert [problem.path for problem in refused.value.problems] == ["total_minutes"]
    assert totals(bar) == [(FIRST, 900)]


def test_the_version_grows_with_each_adoption_above_or_in_the_bar(national: Bar, bar: Bar) -> None:
    before = rules_of(bar).version
    adopt_rulebook(national, rules_from(SECOND, version="2"), by=None)
    assert rules_of(bar).version == before + 1
    adopt_rulebook(national, rules_from(SECOND, version="2"), by=None)  # the same again
    assert rules_of(bar).version == before + 1
