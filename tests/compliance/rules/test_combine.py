"""A national rulebook and what a region adds: it can only add."""

from dataclasses import replace
from datetime import date
from typing import Any
from zlib import crc32

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from compliance.rules import (
    Addition,
    Facts,
    Grant,
    PeriodAssessment,
    RoleSpan,
    Rulebook,
    RulebookError,
    assess,
    combine,
    faults_of_addition,
    parse_addition,
    parse_document,
    write_rulebook,
)
from tests.compliance.rules.books import WORDS, book, cap, carrying, category, credit, document, late, minimum, total
from tests.compliance.rules.strategies import FORMATS, TODAY, facts, quarters, rulebooks

NATIONAL: dict[str, Any] = {
    "code": "national",
    "requirements": [minimum("ethics", 1)],
    "caps": [cap(5, "recorded")],
    "late": late(120),
    "reminder_days": [60, 30],
}


def region(**changes: Any) -> Addition:
    return parse_addition(
        {
            "schema": 2,
            "code": "region",
            "version": f"{crc32(repr(changes).encode()):08x}",
            "title": WORDS,
            "effective_from": "2024-01-01",
            "extends": {"code": "national"},
            **changes,
        }
    )


def faults(addition: Addition, national: Rulebook | None = None) -> list[str]:
    return [fault.path for fault in faults_of_addition(national or book(**NATIONAL), addition)]


def test_the_two_as_one():
    addition = region(
        version="2",
        **{"raise": {"total": 12, "ethics": 2}},
        categories=[category("local-law")],
        requirements=[minimum("local-law", 1)],
        caps=[cap(2, "reading")],
        acts=[{"code": "report", "name": WORDS, "clause": "norm"}],
        reminder_days=[90, 30],
        at_risk_days=120,
    )
    national = book(**NATIONAL, version="1")
    both = combine(national, addition)
    assert faults(addition) == []
    assert (both.code, both.version) == ("national", "1+2")
    assert [(each.code, each.amount) for each in both.requirements] == [("ethics", 2), ("local-law", 1)]
    assert (both.total.amount, both.at_risk_days, both.reminder_days) == (12, 120, (90, 60, 30))
    assert [each.code for each in both.caps] == ["recorded", "reading"]
    assert [each.code for each in both.categories] == ["law", "ethics", "practice", "local-law"]
    assert [each.code for each in both.acts] == ["report"]


def test_a_raise_reaches_every_case_that_asks_anything():
    cases = [{"when": {"role": ["judge"]}, "is": 0}, {"when": {"role": ["senior"]}, "is": 4}, {"is": 10}]
    both = combine(book(code="national", total=total(cases)), region(**{"raise": {"total": 12}}))
    owed = [
        assess(both, Facts(roles=(RoleSpan(role),)), date(2024, 5, 5)).periods[0].line("total").required / 60
        for role in ("judge", "senior", "other")
    ]
    assert owed == [0, 12, 12]


def test_what_the_nation_changes_later_is_never_lowered():
    """Adopted over a national figure of 10, the addition still stands when the nation asks 20 and takes up its rule."""
    addition = region(**{"raise": {"total": 12}}, requirements=[minimum("practice", 3)], caps=[cap(9, "recorded")])
    stricter = book(code="national", total=total(20), requirements=[minimum("practice", 1)], caps=[cap(2, "recorded")])
    both = combine(stricter, addition)
    assert both.total.amount == 20
    assert [(each.code, each.amount) for each in both.requirements] == [("practice", 3)]
    assert [(each.code, each.maximum) for each in both.caps] == [("recorded", 2)]


HALF = {"share": "1/2"}
LENDING = {"also": [{"counts": {"categories": ["practice"]}, "at_most": {"share": "1/4"}}]}
REDUCED = Grant("reduction", date(2024, 5, 5), date(2024, 5, 5), credits=2)


@pytest.mark.parametrize(
    ("changes", "credits", "grants", "missing"),
    [
        ({"caps": [cap(HALF, "recorded")]}, [credit("2024-02-01", 360, "ethics", "recorded")], (), 60),
        ({"caps": [cap(HALF, "recorded")]}, [credit("2024-02-01", 360, "ethics", "recorded")], (REDUCED,), 120),
        (
            {"caps": [cap([{"is": HALF}], "recorded")]},
            [credit("2024-02-01", 360, "ethics", "recorded")],
            (REDUCED,),
            120,
        ),
        (
            {"requirements": [minimum("ethics", 6, **LENDING)]},
            [credit("2024-02-01", 150, "ethics"), credit("2024-02-01", 210, "practice")],
            (),
            60,
        ),
    ],
)
def test_a_national_limit_that_is_a_share_does_not_grow_with_a_raise(changes, credits, grants, missing):
    """Half of the total may be recordings: were that half of 12, six recorded hours of ethics would do in the region,
    of which the nation lets five count."""
    national = book(code="national", **{"requirements": [minimum("ethics", 6)], **changes})
    both = combine(national, region(**{"raise": {"total": 12}}))
    known = Facts(credits=(*credits, credit("2024-02-01", 720)), grants=grants)
    for rules in (national, both, combine(both, region(**{"raise": {"total": 14}}))):
        assert assess(rules, known, date(2025, 2, 1)).periods[0].missing == missing


def test_under_a_variant_as_well():
    rule = {"code": "judges", "when": {"role": ["judge"]}, "set": {"total": {"amount": 6}}, "clause": "variant"}
    national = book(code="national", caps=[cap(HALF, "recorded")], variants=[rule])
    both = combine(national, region(**{"raise": {"total": 12}}))
    for roles, allowed in (((), 300), ((RoleSpan("judge"),), 180)):
        (period,) = assess(both, Facts(roles=roles), date(2024, 5, 5)).periods
        assert dict(period.caps) == {"recorded": allowed}


def test_what_is_carried_on_does_not_grow_with_a_raise_either():
    national = book(code="national", carry=carrying(HALF))
    both = combine(national, region(**{"raise": {"total": 12}}))
    known = Facts(credits=(credit("2024-02-01", 1200),))
    for rules in (national, both):
        assert assess(rules, known, date(2025, 2, 1)).periods[0].carry.carried == 300


def test_the_limits_of_a_region_are_shares_of_what_the_region_asks():
    both = combine(book(code="national"), region(**{"raise": {"total": 12}}, caps=[cap(HALF, "reading")]))
    (period,) = assess(both, Facts(), date(2024, 5, 5)).periods
    assert dict(period.caps) == {"reading": 360}


def test_an_addition_holds_from_its_own_day_on():
    assert combine(book(**NATIONAL), region(effective_from="2026-01-01")).effective_from == date(2026, 1, 1)


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"extends": {"code": "elsewhere"}}, "extends.code"),
        ({"raise": {"total": 9}}, "raise.total"),
        ({"raise": {"ethics": "1/2"}}, "raise.ethics"),
        ({"raise": {"unheard-of": 5}}, "raise.unheard-of"),
        ({"requirements": [minimum("ethics", 5)]}, "requirements.0.code"),
        ({"requirements": [minimum("local", 5)]}, "requirements.0.counts.categories"),
        ({"requirements": [minimum("law", 5, within="nowhere")]}, "requirements.0.within"),
        ({"requirements": [minimum("law", 5, clause="nowhere")]}, "requirements.0.clause"),
        ({"categories": [category("ethics")]}, "categories.0.code"),
        ({"caps": [cap(9, "recorded")]}, "caps.0.code"),
        ({"clauses": {"norm": {"document": "Another"}}}, "clauses.norm"),
    ],
)
def test_what_does_not_fit_is_named(changes, path):
    assert faults(region(**changes)) == [path]


def test_a_figure_that_follows_another_cannot_be_raised():
    national = book(code="national", requirements=[minimum("ethics", {"share": "1/4"})])
    assert faults(region(**{"raise": {"ethics": 5}}), national) == ["raise.ethics"]


def test_a_figure_that_a_variant_replaces_cannot_be_raised():
    rule = {"code": "judges", "when": {"role": ["judge"]}, "set": {"total": {"amount": 5}}, "clause": "variant"}
    assert faults(region(**{"raise": {"total": 12}}), book(**NATIONAL, variants=[rule])) == ["raise.total"]


@pytest.mark.parametrize(
    "key", ["late", "carry", "exemptions", "statuses", "proration", "joining", "period", "variants", "total", "unit"]
)
def test_what_could_lower_anything_is_no_part_of_an_addition(key):
    with pytest.raises(RulebookError) as caught:
        region(**{key: document(carry=None, exemptions=[], variants=[])[key]})
    assert [problem.path for problem in caught.value.problems] == [key]


def test_a_document_that_extends_another_is_read_as_an_addition():
    addition = region(version="2", **{"raise": {"total": "25/2"}})
    assert parse_document(write_rulebook(addition)) == addition
    assert isinstance(parse_document(document()), Rulebook)


# --- the floor -------------------------------------------------------------------------------------------------------


@st.composite
def additions(draw: st.DrawFn) -> Addition:
    """Higher figures, further requirements inside and beside the national ones, and further caps."""
    raises = draw(st.dictionaries(st.sampled_from(["total", "ethics", "practice"]), quarters(0, 20)))
    added = []
    if draw(st.booleans()):
        added.append(minimum("local", draw(quarters(0, 4)), draw(st.sampled_from(["law", "ethics", "bias"]))))
    if draw(st.booleans()):
        counts = {"formats": [draw(st.sampled_from(FORMATS))]}
        added.append(minimum("in-person", draw(quarters(0, 8)), counts=counts, alongside=True))
    caps = draw(st.lists(st.builds(cap, quarters(0, 12), st.sampled_from(FORMATS)), max_size=2, unique_by=str))
    caps = [{**each, "code": f"regional-{number}"} for number, each in enumerate(caps)]
    return region(**{"raise": raises}, requirements=added, caps=caps)


def pairs(national: Rulebook, addition: Addition, known: Facts) -> list[tuple[Any, Any]]:
    """Each period under the nation and under both."""
    below, above = (assess(rules, known, TODAY).periods for rules in (national, combine(national, addition)))
    assert [each.period for each in below] == [each.period for each in above]
    return list(zip(below, above, strict=True))


def floor(period: PeriodAssessment) -> dict[str, Any]:
    """What each line asks, but for subjects of which the member chooses some."""
    return {line.code: line.required for line in period.lines if not line.code.startswith("fields.")}


@settings(max_examples=80)
@given(rulebooks(make_up=False, carry=False), additions(), facts(extended=False))
def test_an_addition_never_lowers_the_national_floor(national, addition, known):
    """In each period by itself: no hours of one fill another, neither carried nor late nor in an extension."""
    for below, above in pairs(national, addition, known):
        assert above.missing >= below.missing
        asked = floor(above)
        assert all(asked[code] >= least for code, least in floor(below).items())
        assert below.status != "short" or above.status == "short"


@settings(max_examples=60)
@given(rulebooks(carry=False, yearly=False), additions(), facts())
def test_with_make_up_the_floor_holds_for_the_older_period_first(national, addition, known):
    """What is asked never falls. But a regional cap may keep late hours from filling an older period, so that they are
    left to a younger one: the first period that differs misses more, or takes more from the next. What is asked over
    a window is left out: the late hours that an older period takes come off it in the younger one."""
    found = pairs(national, addition, known)
    assert [(above.missing, above.made_up) for _, above in found] >= [
        (below.missing, below.made_up) for below, _ in found
    ]
    windows = {each.code for each in national.requirements if each.window}
    for below, above in found:
        asked = floor(above)
        assert all(asked[code] >= least for code, least in floor(below).items() if code not in windows)


@settings(max_examples=30)
@given(rulebooks(), facts())
def test_an_addition_of_nothing_changes_nothing_but_the_version(national, known):
    for below, above in pairs(national, region(), known):
        assert replace(above, rulebook=below.rulebook) == below


@settings(max_examples=30)
@given(additions())
def test_what_has_no_faults_asks_as_much_as_it_says(addition):
    national = book(**NATIONAL)
    assume(not faults(addition, national))
    known = Facts(credits=(credit("2024-02-01", 60),))
    (period,) = assess(combine(national, addition), known, date(2024, 5, 5)).periods
    assert all(period.line(code).required >= 60 * least for code, least in addition.raises.items())
