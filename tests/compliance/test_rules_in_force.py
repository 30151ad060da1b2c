"""Which rules hold for a bar, as national and regional documents follow each other."""

from __future__ import annotations

import datetime as dt
import io
import json
import re
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from advocates.models import Bar
from cle.core.errors import DomainError
from compliance.queries.rules import rules_of
from compliance.rules import RulebookError
from compliance.services.rulebooks import adopt_rulebook
from tests.compliance.rows import addition_document, cap, requirement, rulebook_document, total
from tests.factories import make_bar, make_national

DAY = dt.timedelta(days=1)
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


def addition(start: dt.date, hours: float = 20, **changed: Any) -> dict[str, Any]:
    return {**addition_document("kz-75", start, **{"raise": {"total": hours}}), **changed}


def totals(bar: Bar) -> list[tuple[dt.date, Any]]:
    return [(era.start, era.rulebook.total.amount) for era in rules_of(bar).eras]


def refusal(bar: Bar, document: dict[str, Any]) -> str:
    with pytest.raises(DomainError) as refused:
        adopt_rulebook(bar, document, by=None)
    return refused.value.code


def test_an_addition_goes_on_over_a_newer_floor_that_it_still_tops(national: Bar, bar: Bar) -> None:
    adopt_rulebook(national, rules_from(SECOND, version="2", **total(18)), by=None)
    assert totals(bar) == [(FIRST, 20), (SECOND, 20)]
    assert totals(national) == [(FIRST, 16), (SECOND, 18)]
    assert [era.rulebook.version for era in rules_of(bar).eras] == ["2025.1+1", "2+1"]


def test_a_floor_raised_above_an_addition_holds_figure_by_figure(national: Bar, bar: Bar) -> None:
    own = [requirement("practice", 3)]
    adopt_rulebook(bar, addition(dt.date(2026, 6, 1), version="2", requirements=own), by=None)
    adopt_rulebook(national, rules_from(SECOND, version="2", **total(25)), by=None)
    assert totals(bar)[1:] == [(dt.date(2026, 6, 1), 20), (SECOND, 25)]
    assert [each.code for each in rules_of(bar).eras[-1].rulebook.requirements] == ["ethics", "practice"]


def test_an_addition_below_the_floor_is_refused(national: Bar, bar: Bar) -> None:
    with pytest.raises(RulebookError) as refused:
        adopt_rulebook(bar, addition(SECOND, 15, version="2"), by=None)
    assert [problem.path for problem in refused.value.problems] == ["raise.total"]
    assert totals(bar) == [(FIRST, 20)]


def test_a_bar_below_one_with_rules_adopts_additions_and_every_other_bar_a_rulebook(national: Bar, bar: Bar) -> None:
    assert refusal(bar, rules_from(SECOND, code="own")) == "rules-above"
    assert refusal(national, addition(SECOND)) == "nothing-above"
    assert refusal(make_bar(parent=national), addition(FIRST - DAY)) == "nothing-above"
    assert refusal(bar, addition(FIRST, code="another")) == "day-taken"
    assert refusal(bar, addition(FIRST, 21)) == "version-taken"
    assert adopt_rulebook(make_bar(parent=national), rules_from(FIRST - DAY, code="own"), by=None).code == "own"


def test_a_rulebook_of_a_bars_own_gives_way_to_one_from_above(national: Bar) -> None:
    bar = make_bar(parent=national)
    adopt_rulebook(bar, rules_from(FIRST, code="own", **total(30)), by=None)
    adopt_rulebook(national, rules_from(SECOND), by=None)
    first, second = rules_of(bar).eras
    assert (first.rulebook.code, second.rulebook.code) == ("own", "kz-example")
    assert second.adopted_id == national.rulebooks.get().pk


def test_the_rules_behind_a_standing_are_those_of_its_period(national: Bar, bar: Bar) -> None:
    adopt_rulebook(national, rules_from(SECOND, version="2", governs="periods_ending"), by=None)
    rules, added = rules_of(bar), bar.rulebooks.get().pk
    ends = dt.date(2026, 12, 31), dt.date(2027, 6, 30)
    assert [rules.behind(added, FIRST, end).version for end in ends] == ["2025.1+1", "2+1"]
    assert rules.law == tuple(era.rulebook for era in rules.eras)


@pytest.mark.parametrize(
    ("changed", "named"),
    [
        ({"exemptions": [{"code": "old", "when": {"age": {"at_least": 70}}, "clause": "duty"}]}, "when.age"),
        ({"exemptions": [{"code": "a", "when": {"role": ["judge"]}, "clause": "duty"}]}, "when.role"),
        ({"exemptions": [{"code": "a", "when": {"status": ["retired"]}, "clause": "duty"}]}, "when.status"),
        ({"exemptions": [{"code": "a", "when": {"surname": ["A-K"]}, "clause": "duty"}]}, "when.surname"),
        ({"exemptions": [{"code": "a", "when": {"attributes": {"x": ["y"]}}, "clause": "duty"}]}, "when.attributes"),
        ({"exemptions": [{"code": "a", "when": {"none_of": [{"group": ["a"]}]}, "clause": "duty"}]}, "none_of.0.group"),
        ({"acts": [{"code": "plan", "name": "Plan", "clause": "duty"}]}, "acts.0.needed_to_comply"),
        ({"requirements": [{**requirement("ethics", 1), "per_title": True}]}, "requirements.0.per_title"),
        ({"caps": [cap(3, "webinar")]}, "caps.0.counts.formats"),
        ({"caps": [{**cap(3), "code": "t", "counts": {"activities": ["teaching"]}}]}, "caps.0.counts.activities"),
        ({"caps": [{**cap(3), "code": "t", "counts": {"except": {"tags": ["t"]}}}]}, "caps.0.counts.except.tags"),
        ({"caps": [{**cap(3), "code": "t", "counts": {"repeat": True}}]}, "caps.0.counts.repeat"),
        ({"period": {"months": 12, "anchor": {"rule": "birthday"}, "clause": "duty"}}, "period.anchor"),
        (
            {"period": {"months": 12, "clause": "duty", "anchor": {
                "rule": "groups", "groups": [{"code": "a", "first_start": "2025-01-01"}]}}},
            "period.anchor.groups.0.when",
        ),
        (
            {"variants": [{"code": "v", "when": {}, "clause": "duty", "set": {
                "acts": [{"code": "plan", "name": "Plan", "clause": "duty"}]}}]},
            "variants.0.set.acts.0.needed_to_comply",
        ),
    ],
)  # fmt: skip
def test_rules_that_ask_for_what_the_register_does_not_hold_are_refused(
    db, changed: dict[str, Any], named: str
) -> None:
    with pytest.raises(DomainError) as refused:
        adopt_rulebook(make_bar(), rules_from(FIRST, **changed), by=None)
    assert refused.value.code == "facts-unknown"
    assert re.search(rf"^  \S*{re.escape(named)}: ", str(refused.value), re.MULTILINE)


def test_rules_that_ask_only_for_what_the_register_holds_are_adopted(db) -> None:
    when = {"years_since_admission": {"below": 2}, "status": ["active"], "admitted": {"from": "2020-01-01"}}
    groups = [
        {"code": name, "when": {"admitted_years": [name]}, "first_start": "2025-01-01"} for name in ("odd", "even")
    ]
    anchor = {"rule": "groups", "groups": groups}
    exemptions = [{"code": "new", "when": {**when, "group": ["odd"]}, "clause": "duty"}]
    period = {"months": 24, "anchor": anchor, "clause": "duty"}
    assert adopt_rulebook(make_bar(), rules_from(FIRST, exemptions=exemptions, period=period), by=None).pk


def test_the_version_grows_with_each_adoption_above_or_in_the_bar(national: Bar, bar: Bar) -> None:
    before = rules_of(bar).version
    adopt_rulebook(national, rules_from(SECOND, version="2"), by=None)
    assert rules_of(bar).version == before + 1
    adopt_rulebook(national, rules_from(SECOND, version="2"), by=None)  # the same again
    assert rules_of(bar).version == before + 1


def test_the_command_adopts_a_file_and_names_what_is_wrong(national: Bar, bar: Bar, tmp_path: Path) -> None:
    def adopt(document: dict[str, Any], code: str = "KZ-75") -> str:
        path = tmp_path / "rules.json"
        path.write_text(json.dumps(document), encoding="utf-8")
        said = io.StringIO()
        call_command("adopt_rulebook", code, path, decision="No. 7", stdout=said)
        return said.getvalue()

    assert adopt(addition(SECOND, 21, version="2")) == "KZ-75 Bar: kz-75 2, for periods from 01.01.2027\n"
    assert bar.rulebooks.latest("pk").decision == "No. 7"
    with pytest.raises(CommandError, match=r"raise\.total: must be at least the national 16"):
        adopt(addition(SECOND + DAY, 2, version="3"))
    with pytest.raises(CommandError, match="Another rulebook of this bar starts on that day"):
        adopt(addition(SECOND, 22, version="3"))
    with pytest.raises(CommandError, match="no bar with the code"):
        adopt(addition(SECOND, 22, version="3"), "nowhere")
    with pytest.raises(CommandError, match=r"rules\.json"):
        call_command("adopt_rulebook", "KZ-75", tmp_path / "missing" / "rules.json")
