"""The ladder of notices: what a document may say of it, and what a region may add."""

from typing import Any, get_args

import pytest

from compliance.rules import RulebookError, combine, faults_of_addition
from compliance.rules.doubts import doubts
from compliance.rules.ladder import ladder_of
from compliance.rules.language.enforcement import STATES
from compliance.rules.language.notices import CaseEvent
from tests.compliance.rules.books import book
from tests.compliance.rules.test_combine import region


def stage(code: str, **changes: Any) -> dict[str, Any]:
    return {"code": code, "name": code, **changes}


OVERDUE = stage("overdue", case_event="open", audience="short", statutory=True, clause="norm")
FORMAL = stage("formal", day=-60, statutory=True, clause="norm")


def laddered(*stages: dict[str, Any], **changes: Any) -> Any:
    return book(notices=list(stages), reminder_days=[], **changes)


def days(rulebook: Any) -> dict[str, int | None]:
    return {each.code: each.day for each in ladder_of(rulebook)}


def test_reminder_days_are_a_ladder_with_the_overdue_notice() -> None:
    ladder = ladder_of(book(reminder_days=[30, 90]))
    assert [(each.code, each.day, each.case_event, each.statutory) for each in ladder] == [
        ("reminder-90", -90, None, False), ("reminder-30", -30, None, False), ("overdue", None, "open", True),
    ]  # fmt: skip
    assert list(days(laddered(FORMAL))) == ["formal", "overdue"]


@pytest.mark.parametrize(
    ("stages", "path", "words"),
    [
        ([stage("a", day=-1), stage("a", day=-2)], "notices.1.code", "already taken"),
        ([stage("a")], "notices.0", "needs one of day"),
        ([stage("a", day=1, petition_day=0)], "notices.0", "needs one of day"),
        ([stage("a", day=-1, statutory=True)], "notices.0.clause", "is required"),
        ([stage("a", day=-1, clause="nowhere")], "notices.0.clause", "not among the clauses"),
        ([stage("a", day=-1, channels=["telegram"])], "notices.0.channels.0", "must be one of 'email' or 'paper'"),
        ([stage("a", day=-1, channels=["paper", "paper"])], "notices.0.channels", "the same way twice"),
        ([stage("a", case_event="gone")], "notices.0.case_event", "must be one of"),
        ([stage("reminder-30", day=-20)], "notices.0.day", "must be -30"),
        ([stage("place-gained", day=-1)], "notices.0.code", "about a session"),
        ([stage("account-opened", day=-1)], "notices.0.code", "or an account"),
        ([stage("overdue", day=1)], "notices.0", "goes to the short"),
        ([stage("a" * 41, day=1)], "notices.0.code", "longer than 40"),
    ],
)
def test_faults(stages: list[dict[str, Any]], path: str, words: str) -> None:
    with pytest.raises(RulebookError) as caught:
        laddered(*stages)
    assert any(path == each.path and words in each.message for each in caught.value.problems)


def test_reminder_days_do_not_go_with_a_ladder() -> None:
    with pytest.raises(RulebookError, match="reminder_days: does not go with"):
        book(notices=[OVERDUE], reminder_days=[30])


@pytest.mark.parametrize(
    ("stages", "path", "words"),
    [
        ([stage("a", day=-400)], "notices.0.day", "before the period begins"),
        ([stage("a", day=-4, audience="short")], "notices.0.audience", "nobody is short"),
        ([stage("a", day=-4, without_email=True, channels=["email"])], "notices.0.channels", "this way"),
        ([stage("a", day=-4), stage("b", day=-4)], "notices.1", "same day and people as 'a'"),
    ],
)
def test_doubts(stages: list[dict[str, Any]], path: str, words: str) -> None:
    found = {doubt.path: doubt.message for doubt in doubts(laddered(*stages))}
    assert words in found[path]


class TestRegion:
    NATIONAL = laddered(FORMAL, stage("reminder-30", day=-30), OVERDUE, code="national")

    def test_adds_stages_and_makes_them_earlier(self) -> None:
        addition = region(notices=[{**FORMAL, "day": -75}, stage("local", day=-10)], reminder_days=[14])
        assert list(faults_of_addition(self.NATIONAL, addition)) == []
        both = combine(self.NATIONAL, addition)
        assert days(both) == {
            "formal": -75, "reminder-30": -30, "overdue": None, "local": -10, "reminder-14": -14,
        }  # fmt: skip
        assert (both.notices[0].statutory, both.reminder_days) == (True, ())

    def test_over_a_nation_with_reminder_days(self) -> None:
        both = combine(book(code="national", reminder_days=[60]), region(notices=[stage("local", day=-10)]))
        assert days(both) == {"reminder-60": -60, "overdue": None, "local": -10}

    @pytest.mark.parametrize(
        ("changes", "path", "words"),
        [
            ({"day": -20}, "notices.0.day", "is later than the national stage"),
            ({"statutory": False}, "notices.0", "can only be made earlier"),
            ({"audience": "at_risk"}, "notices.0", "can only be made earlier"),
        ],
    )
    def test_takes_nothing_away(self, changes: dict[str, Any], path: str, words: str) -> None:
        addition = region(notices=[{**FORMAL, **changes}])
        found = {fault.path: fault.message for fault in faults_of_addition(self.NATIONAL, addition)}
        assert words in found[path]
        assert combine(self.NATIONAL, addition).notices == self.NATIONAL.notices, "should it be adopted nevertheless"


def test_a_stage_may_name_every_state_of_a_case():
    assert get_args(CaseEvent) == STATES
