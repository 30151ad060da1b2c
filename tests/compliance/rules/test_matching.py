"""Selectors: of which credit a rule speaks."""

from datetime import date
from typing import Any

import pytest

from compliance.rules.language.conditions import Selector
from compliance.rules.matching import matches, within
from tests.compliance.rules.books import book, category, credit

CATEGORIES = within(
    book(categories=[category("ethics"), category("bias", within="ethics"), category("implicit", within="bias")])
)
TAUGHT = credit(
    "2026-03-15", 90, "bias", "online", activity="teaching", role="panel", course="x", tags=("trial", "named"),
    measures={"pages": 5},
)  # fmt: skip


def speaks(selector: dict[str, Any], end: date | None = None) -> bool:
    return matches(Selector.model_validate(selector), TAUGHT, CATEGORIES, end)


@pytest.mark.parametrize(
    ("selector", "expected"),
    [
        ({}, True),
        ({"categories": ["bias"]}, True),
        ({"categories": ["ethics"]}, True),  # what lies within it
        ({"categories": ["implicit"]}, False),
        ({"categories": ["law", "ethics"]}, True),
        ({"formats": ["online", "live"]}, True),
        ({"formats": ["live"]}, False),
        ({"activities": ["teaching"]}, True),
        ({"activities": ["attendance"]}, False),
        ({"roles": ["panel"]}, True),
        ({"roles": ["speaker"]}, False),
        ({"courses": ["x", "y"]}, True),
        ({"courses": ["y"]}, False),
        ({"tags": ["named", "other"]}, True),
        ({"tags": ["other"]}, False),
        ({"repeat": False}, True),
        ({"repeat": True}, False),
        ({"earned": {"from": "2026-03-15", "to": "2026-03-15"}}, True),
        ({"earned": {"from": "2026-03-16"}}, False),
        ({"at_least": {"pages": 5}}, True),
        ({"at_least": {"pages": "5.5"}}, False),
        ({"at_least": {"words": 1}}, False),
        ({"formats": ["online"], "activities": ["attendance"]}, False),
        ({"except": {"categories": ["ethics"]}}, False),
        ({"except": {"formats": ["live"]}}, True),
        ({"formats": ["online"], "except": {"tags": ["named"], "roles": ["speaker"]}}, True),
    ],
)
def test_every_key_that_is_given_is_met(selector, expected):
    assert speaks(selector) is expected


@pytest.mark.parametrize(("months", "end", "expected"), [(1, "2026-03-31", True), (1, "2026-04-30", False),
                                                         (2, "2026-04-30", True), (12, "2027-03-14", True),
                                                         (12, "2027-03-15", False)])  # fmt: skip
def test_the_last_months_of_a_period(months, end, expected):
    assert speaks({"last_months": months}, date.fromisoformat(end)) is expected


def test_a_category_that_the_rulebook_does_not_know_is_itself_only():
    unknown = credit("2026-03-15", 90, "mystery")
    assert matches(Selector(categories=("mystery",)), unknown, CATEGORIES)
    assert not matches(Selector(categories=("ethics",)), unknown, CATEGORIES)


def test_a_category_stands_for_all_that_lies_within_it():
    assert CATEGORIES["implicit"] == {"implicit", "bias", "ethics"}
    assert CATEGORIES["ethics"] == {"ethics"}
