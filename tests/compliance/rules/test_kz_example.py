"""The example rulebook for Kazakhstan: what in it is law, and that the rest says it is not."""

import json
from datetime import date, timedelta
from fractions import Fraction
from pathlib import Path

import pytest

import compliance
from compliance.rules import Facts, Rulebook, assess, parse_rulebook
from compliance.rules.references import clauses_named
from tests.compliance.rules.books import credit, span

PATH = Path(compliance.__file__).parent / "rulebooks" / "kz-example.json"


@pytest.fixture(scope="module")
def kz() -> Rulebook:
    return parse_rulebook(json.loads(PATH.read_text(encoding="utf-8")))


def test_it_says_in_each_language_that_it_is_an_example(kz):
    assert kz.example
    assert kz.title.kk.startswith("МЫСАЛ")
    assert kz.title.ru.startswith("ПРИМЕР")
    assert kz.title.en.startswith("EXAMPLE")


def test_it_says_what_it_leaves_out(kz):
    assert "the law has none of them" in kz.leaves_out[0].en


def test_the_law_is_cited_by_article(kz):
    law = {clause.article for clause in kz.clauses.values() if "176-VI" in clause.document}
    assert law == {"33(7)(13)", "43(3)(3)", "43(4), 55(2)(9)", "43(4), 43(6), 43(7)", "68(3)(18-6)", "55(2)(8)"}


def test_every_figure_but_the_days_of_grace_is_an_example(kz):
    named = dict(clauses_named(kz))
    assert named.pop("late.grace_clause") == "suspension"
    assert named.pop("total.clause") == "duty"
    notices = {stage.clause: stage.statutory for stage in kz.notices}
    assert notices == {"example": False, "suspension": True, "petition": True, "decision": True}
    assert {clause for path, clause in named.items() if not path.startswith("notices.")} == {"example"}


def test_the_ladder_begins_in_september(kz):
    days = [date(2026, 12, 31) + timedelta(stage.day) for stage in kz.notices if stage.day is not None]
    assert (days[0].month, len(days)) == (9, 4)
    assert {stage.code: stage.petition_day for stage in kz.notices if stage.petition_day is not None} == {"day-31": 0}
    assert kz.clauses["example"].document == "Example figure, not law"
    assert "no number of hours" in kz.clauses["duty"].text.en


def test_petition_on_the_31st_day(kz):
    current = assess(kz, Facts(), date(2026, 11, 23)).current
    assert current is not None
    assert (current.due_on, current.grace_ends_on, current.petition_from) == (
        date(2026, 12, 31),
        date(2027, 1, 30),
        date(2027, 1, 31),
    )


@pytest.mark.parametrize(
    ("status", "today", "expected"),
    [
        ("active", "2026-09-30", "at_risk"),
        ("active", "2026-09-29", "on_track"),
        ("suspended_cle", "2026-11-23", "at_risk"),
        ("suspended_other", "2026-11-23", "at_risk"),
        ("suspended_own", "2026-11-23", "exempt"),
        ("terminated", "2026-11-23", "exempt"),
        ("deprived", "2026-11-23", "exempt"),
        ("excluded_licensed", "2026-11-23", "exempt"),
        ("deceased", "2026-11-23", "exempt"),
        ("trainee", "2026-11-23", "exempt"),
        ("assistant", "2026-11-23", "exempt"),
    ],
)
def test_statuses(kz, status, today, expected):
    current = assess(kz, Facts(statuses=(span(status, "2020-01-01"),)), date.fromisoformat(today)).current
    assert current is not None
    assert current.status == expected


def test_a_pause_of_184_days(kz):
    known = Facts(statuses=(span("suspended_own", "2026-03-01", "2026-09-01"),))
    current = assess(kz, known, date(2026, 11, 26)).current
    assert current is not None
    # 16 x 45 x 181 / 365 = 357.04 minutes, up to a whole one
    assert current.line("total").required == 358
    assert Fraction(current.line("total").required, 45) == Fraction(358, 45)


def test_sixteen_academic_hours_with_two_of_ethics(kz):
    earned = (credit("2026-02-02", 630, "law", "in_person"), credit("2026-03-03", 90, "ethics", "live_online"))
    current = assess(kz, Facts(date(2026, 1, 1), credits=earned), date(2026, 11, 23)).current
    assert current is not None
    assert current.status == "compliant"
    assert (current.carry.carried, current.carry.lapsed) == (0, 0)


def test_no_more_than_eight_hours_of_recordings(kz):
    earned = (credit("2026-02-02", 720, "law", "recorded"),)
    current = assess(kz, Facts(credits=earned), date(2026, 11, 23)).current
    assert current is not None
    assert current.line("total").counted == 8 * 45
