"""What a draft would change: both laws over the same ledgers, and nothing written."""

from __future__ import annotations

import datetime as dt
import io
import json
import re
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from advocates.models import Advocate, Bar
from cle.core.errors import DomainError
from compliance.models import AdoptedRulebook, Assessed, Standing
from compliance.rules import Addition, Rulebook, RulebookError, parse_document
from compliance.services.impact import Impact, impact
from compliance.services.rulebooks import adopt_rulebook
from compliance.services.sweeps import sweep
from courses.models import DeliveryFormat
from tests.compliance.rows import addition_document, requirement, rulebook_document, total
from tests.compliance.test_sweep import statements
from tests.factories import UTC, give_credit, make_advocate, make_bar, make_national

FIRST, SECOND = dt.date(2025, 1, 1), dt.date(2026, 1, 1)
MAY, OVER = dt.date(2026, 5, 20), dt.date(2027, 1, 10)
NOW = dt.datetime(2027, 1, 10, 3, tzinfo=UTC)


@pytest.fixture
def national(db) -> Bar:
    bar = make_national()
    adopt_rulebook(bar, rulebook_document(), by=None)
    return bar


@pytest.fixture
def bar(national: Bar) -> Bar:
    return make_bar("T-75", parent=national)


def earned(bar: Bar, name: str, law: int, ethics: int = 90) -> Advocate:
    """Somebody who has these minutes in 2026, and all that was asked in 2025."""
    person = make_advocate(bar, f"{name} Озёрная")
    for minutes, category, day in ((law, "law", MAY), (ethics, "ethics", MAY), (720, "ethics", dt.date(2025, 5, 1))):
        if minutes:
            give_credit(person, minutes, day, category)
    return person


def draft(**changes: Any) -> Rulebook | Addition:
    return parse_document(rulebook_document(version="draft", effective_from="2026-01-01", **changes))


def addition(**changes: Any) -> Rulebook | Addition:
    return parse_document(addition_document("t-75", SECOND, **changes))


def moves(found: Impact) -> dict[tuple[str, str], int]:
    return dict(found.moves)


def test_counts_by_what_people_are_and_would_be(national: Bar, bar: Bar) -> None:
    full, enough, half = earned(bar, "A", 900), earned(national, "B", 640), earned(bar, "C", 300)
    found = impact(national, draft(**total(20)), dt.date(2026, 12, 31))
    assert moves(found) == {
        ("compliant", "compliant"): 1, ("compliant", "at_risk"): 1, ("at_risk", "at_risk"): 1,
    }  # fmt: skip
    below, own = sorted(found.bars, key=lambda each: each.advocates, reverse=True)
    assert (below.bar, below.advocates, below.become("at_risk"), below.before("at_risk")) == (bar, 2, 0, 1)
    assert (own.bar, own.become("at_risk"), own.become("compliant"), own.after("at_risk")) == (national, 1, 0, 1)
    (moved,) = own.examples
    assert (moved.advocate_id, moved.full_name, moved.lines) == (enough.pk, enough.full_name, ("total",))
    assert moved.before is not None
    assert (moved.before.status, moved.after.status, moved.after.missing) == ("compliant", "at_risk", 170)
    assert {full.pk, half.pk}.isdisjoint(each.advocate_id for each in below.examples)


def test_an_addition_looks_at_the_bar_and_the_bars_below_it_only(national: Bar, bar: Bar) -> None:
    earned(national, "A", 640)
    earned(make_bar(parent=national), "B", 640)
    person = earned(bar, "C", 640)
    own = [requirement("practice", 1)]
    found = impact(bar, addition(requirements=own), OVER)
    assert [each.bar for each in found.bars] == [bar]
    assert moves(found) == {("compliant", "short"): 1}
    assert [(each.advocate_id, each.lines) for each in found.bars[0].examples] == [(person.pk, ("practice",))]


def test_the_older_additions_of_regions_stay_over_a_national_draft(national: Bar, bar: Bar) -> None:
    earned(bar, "A", 700)
    adopt_rulebook(bar, addition_document("t-75", FIRST, **{"raise": {"total": 20}}), by=None)
    assert moves(impact(national, draft(**total(18)), OVER)) == {("short", "short"): 1}


def test_periods_of_another_length_are_compared_with_those_of_the_same_time(national: Bar, bar: Bar) -> None:
    earned(bar, "A", 300)
    longer = {"months": 24, "anchor": {"rule": "fixed", "first_start": "2026-01-01"}, "clause": "example"}
    assert moves(impact(national, draft(period=longer), OVER)) == {("short", "on_track"): 1}


def test_rules_that_look_at_single_credits(national: Bar, bar: Bar) -> None:
    person = earned(bar, "A", 360)
    give_credit(person, 280, MAY, delivery=DeliveryFormat.LIVE_ONLINE)
    daily = [{"code": "day", "maximum": 8, "per": "day", "clause": "example"}]
    found = impact(national, draft(caps=daily), OVER)
    assert moves(found) == {("compliant", "short"): 1}


def test_a_draft_of_the_future_is_looked_at_on_its_first_day_or_as_if_it_had_begun(national: Bar, bar: Bar) -> None:
    earned(bar, "A", 640)
    later = parse_document(rulebook_document(version="draft", effective_from="2027-01-01", **total(20)))
    found = impact(national, later, dt.date(2026, 12, 1))
    assert (found.on, moves(found)) == (dt.date(2027, 1, 1), {(("on_track"), ("on_track")): 1})
    found = impact(national, later, dt.date(2026, 12, 1), since=SECOND)
    assert (found.on, moves(found)) == (dt.date(2026, 12, 1), {("compliant", "at_risk"): 1})


def test_who_was_not_subject_yet(db) -> None:
    bar = make_bar()
    earned(bar, "A", 300)
    found = impact(bar, draft(), OVER)
    assert moves(found) == {("not_subject", "short"): 1}
    assert found.bars[0].examples[0].before is None


def test_raises_what_adopting_would_raise(national: Bar, bar: Bar) -> None:
    with pytest.raises(DomainError, match="day"):
        impact(national, parse_document(rulebook_document(version="draft")), OVER)
    with pytest.raises(RulebookError):
        impact(bar, addition(**{"raise": {"total": 3}}), OVER)


def test_examples_are_few_and_the_progress_is_told(national: Bar, bar: Bar) -> None:
    for name in "ABCD":
        earned(bar, name, 640)
    told: list[tuple[int, int]] = []
    found = impact(bar, addition(**{"raise": {"total": 30}}), OVER, examples=2,
                   progress=lambda done, whole: told.append((done, whole)))  # fmt: skip
    assert (len(found.bars[0].examples), found.bars[0].become("short"), told) == (2, 4, [(1, 1)])


def test_writes_nothing_and_the_number_of_statements_does_not_grow(national: Bar, bar: Bar) -> None:
    def work(people: int) -> int:
        for number in range(people):
            earned(bar, f"{number}", 640 + number)
        with statements() as sent:
            impact(bar, addition(**{"raise": {"total": 17}}), OVER)
        assert not [line for line in sent if any(word in line for word in ("INSERT", "UPDATE", "DELETE", "COPY"))]
        return len(sent)

    sweep(bar, 0, 10**9, OVER, now=NOW)
    before = AdoptedRulebook.objects.count(), Standing.objects.count(), Assessed.objects.count()
    work(1)
    assert work(2) == work(20)
    assert (AdoptedRulebook.objects.count(), Standing.objects.count(), Assessed.objects.count()) == before


def test_the_command_shows_a_table_and_examples_or_data(national: Bar, bar: Bar, tmp_path: Path) -> None:
    person = earned(bar, "A", 640)
    file = tmp_path / "draft.json"
    document = rulebook_document(version="draft", effective_from="2026-01-01", **total(20))
    file.write_text(json.dumps(document), encoding="utf-8")
    arguments = ["rulebook", "impact", str(file), "--bar", national.code, "--today", "2026-12-31"]
    out = io.StringIO()
    call_command(*arguments, stdout=out)
    assert re.search(r"T-75.*│ +1 │ +1 → 0 │ +0 → 1 │ +0 → 0 │ +1 │ +0 │ +0 │", out.getvalue())
    assert f"T-75  {person.full_name}: compliant → at_risk, 170 minutes missing (total)" in out.getvalue()
    out = io.StringIO()
    call_command(*arguments, "--json", stdout=out)
    (_, found) = json.loads(out.getvalue())["bars"]
    assert (found["bar"], found["worse"], found["better"]) == ("T-75", 1, 0)
    assert found["moves"] == {"compliant -> at_risk": 1}
    assert found["examples"][0] == {
        "advocate": person.pk, "before": "compliant", "after": "at_risk", "missing_minutes": 170, "lines": ["total"],
    }  # fmt: skip
