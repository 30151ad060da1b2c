"""What must hold for every rulebook and every history."""

import json
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from compliance.rules import Assessment, Credit, Explained, Facts, Frame, Rulebook, assess, explain
from compliance.rules import valuation as worth
from compliance.rules.report import report
from compliance.rules.tree import stretches
from tests.compliance.rules import strategies
from tests.compliance.rules.books import book, frames
from tests.compliance.rules.strategies import ROUNDINGS, TODAY, facts, laws, rulebooks

RANK = {"short": 0, "at_risk": 1, "on_track": 2, "compliant": 3, "exempt": 3}
SERVES = ("counted", "used_for_previous_period")
PLACED = (*SERVES, "carried", "cap", "not_asked", "unused", "outside_period", "before_effective")
extra = strategies.credit()


def written(rulebook: Rulebook, known: Facts) -> str:
    return json.dumps(report(rulebook, known, TODAY))


def lacking(result: Assessment) -> list[tuple[object, object, object]]:
    """By period what is missing; where that is equal, what it took from the next; then what is missing in its lines."""
    return [(each.missing, each.made_up, sum(line.missing for line in each.lines)) for each in result.periods]


def windowed(rulebook: Rulebook) -> bool:
    """Whether a requirement or a cap looks back at earlier periods. Then more is promised of the first period alone:
    where a cap binds there, it is not chosen with foresight which minute it cuts, and one that is cut is not in the
    window; and what counts there uses up the caps of several periods."""
    return any(each.window for each in (*rulebook.requirements, *rulebook.caps))


def more(known: Facts, *credits: Credit) -> Facts:
    return replace(known, credits=(*known.credits, *credits))


# --- once, twice, and in any order -----------------------------------------------------------------------------------


@settings(max_examples=36)
@given(rulebooks(), facts(), st.randoms(use_true_random=False))
def test_the_order_of_the_facts_does_not_matter(rulebook, known, random):
    credits, statuses = list(known.credits), list(known.statuses)
    random.shuffle(credits)
    random.shuffle(statuses)
    shuffled = replace(known, credits=tuple(credits), statuses=tuple(statuses))
    assert written(rulebook, shuffled) == written(rulebook, known)


@settings(max_examples=24)
@given(rulebooks(), facts())
def test_twice_is_once(rulebook, known):
    before = written(rulebook, known)
    assess(rulebook, Facts(credits=known.credits), TODAY)
    assert written(rulebook, known) == before


@settings(max_examples=36)
@given(rulebooks(by_length=True), facts(), extra, st.data())
def test_an_entry_in_two_parts_is_worth_the_same(rulebook, known, credit, data):
    part = data.draw(st.integers(0, credit.minutes))
    parts = (replace(credit, minutes=part), replace(credit, minutes=credit.minutes - part))
    assert assess(rulebook, more(known, *parts), TODAY) == assess(rulebook, more(known, credit), TODAY)


@given(st.sampled_from(ROUNDINGS), st.integers(0, 300), st.integers(0, 300))
def test_with_rounding_an_entry_in_two_parts_differs_by_less_than_two_steps_to_its_side(rounding, part, rest):
    rulebook = book(valuation={"rounding": rounding, "clause": "valuation"})
    step = {"nearest": 15, "down": 30, "up": 60}[rounding["direction"]]
    day = date(2026, 2, 1)
    one, two, whole = (
        sum(item.minutes for item in worth.valued(rulebook, [Credit(day, minutes=minutes)]))
        for minutes in (part, rest, part + rest)
    )
    gained = one + two - whole
    assert gained in {"nearest": (-step, 0, step), "down": (-step, 0), "up": (0, step)}[rounding["direction"]]


@settings(max_examples=30)
@given(rulebooks(), facts(), extra)
def test_a_reversed_credit_leaves_no_trace(rulebook, known, credit):
    taken = replace(credit, course="taken-back")
    undone = more(known, taken, replace(taken, minutes=-taken.minutes, ref="back"))
    assert assess(rulebook, undone, TODAY) == assess(rulebook, known, TODAY)


# --- more credit -----------------------------------------------------------------------------------------------------


@settings(max_examples=72)
@given(rulebooks(make_up=False, carry=False, repeats=False), facts(extended=False), extra)
def test_more_credit_never_lowers_anything(rulebook, known, credit):
    """What counts in all may fall: a minimum that can now be met may take the room that several caps leave together."""
    less, after = assess(rulebook, known, TODAY), assess(rulebook, more(known, credit), TODAY)
    promised = slice(0, 1 if windowed(rulebook) else None)
    for one, other in zip(less.periods[promised], after.periods[promised], strict=True):
        assert other.missing <= one.missing
        assert RANK[other.status] >= RANK[one.status]


@settings(max_examples=60)
@given(rulebooks(carry=False, repeats=False, yearly=False), facts(), extra)
def test_with_make_up_more_credit_helps_the_older_period_first(rulebook, known, credit):
    """More credit may free a cap for late minutes. They then fill the missed period, which comes first, and are
    missing in the one they were earned in: the older period gains before a younger one loses.

    Which minute an older period takes, where several would do, is not chosen with foresight: the next one may then take
    one in its turn. Nothing is promised of that where no period lacks more than before."""
    less, after = assess(rulebook, known, TODAY), assess(rulebook, more(known, credit), TODAY)
    promised = slice(0, 1 if windowed(rulebook) else None)
    if any(one.missing > other.missing for one, other in zip(after.periods, less.periods, strict=True)):
        assert lacking(after)[promised] <= lacking(less)[promised]


@settings(max_examples=60)
@given(rulebooks(repeats=False), facts(), extra)
def test_with_carry_over_more_credit_never_lowers_the_oldest_period(rulebook, known, credit):
    """Of later ones nothing is promised: what is carried depends on all that was held, and may be of another kind."""
    less, after = assess(rulebook, known, TODAY), assess(rulebook, more(known, credit), TODAY)
    for one, other in zip(less.periods[:1], after.periods[:1], strict=True):
        assert other.missing <= one.missing
        assert RANK[other.status] >= RANK[one.status]
        assert other.carry.carried >= one.carry.carried


# --- no minute twice, no cap exceeded --------------------------------------------------------------------------------


@settings(max_examples=48)
@given(laws(), facts())
def test_every_minute_of_worth_has_one_fate(law, known):
    result = assess(law, known, TODAY)
    last = result.current.period if result.current else None
    for each in explain(law, known, TODAY):
        # What is carried shows again in the period that it is carried to, until there is none.
        fates = [part for part in each.portions if part.reason in PLACED]
        ends = [part for part in fates if part.reason != "carried" or part.period == last]
        assert sum(part.minutes for part in ends) == each.worth
        assert sum(part.minutes for part in fates if part.reason in SERVES) <= each.worth
        assert all(part.minutes > 0 for part in each.portions)
        assert all(part.clause for part in each.portions if part.reason not in ("reversed", "pending"))


@settings(max_examples=48)
@given(laws(), facts())
def test_no_cap_is_exceeded(law, known):
    explained = explain(law, known, TODAY)
    result = assess(law, known, TODAY)
    for frame, period in zip(frames(law, known, TODAY.isoformat()), result.periods, strict=True):
        maximum = dict(period.caps)
        for rule in (rule for rule in frame.rulebook.caps if rule.window is None):
            sums: defaultdict[object, object] = defaultdict(int)
            for each, minutes in _counted(explained, frame, maximum=rule.counts.formats):
                sums[_split(rule.per, frame, each.credit.day)] += minutes
            assert all(each <= maximum[rule.code] for key, each in sums.items() if key != "carried in")


@settings(max_examples=48)
@given(rulebooks(), facts())
def test_no_cap_over_several_periods_is_exceeded(rulebook, known):
    """Of credit carried in nothing is asked: it was under the cap where it was earned."""
    explained = explain(rulebook, known, TODAY)
    found = frames(rulebook, known, TODAY.isoformat())
    for rule in (rule for rule in rulebook.caps if rule.window is not None):
        sums: defaultdict[date, object] = defaultdict(int)
        for frame in found:
            for each, minutes in _counted(explained, frame, maximum=rule.counts.formats):
                day = each.credit.day
                if frame.period.start <= day or frame.first:
                    sums[date(day.year, 7, 1) if day >= date(day.year, 7, 1) else date(day.year - 1, 7, 1)] += minutes
        assert all(each <= rule.maximum * rulebook.unit.minutes for each in sums.values())


def _counted(
    explained: tuple[Explained, ...], frame: Frame, maximum: tuple[str, ...]
) -> Iterator[tuple[Explained, object]]:
    """Minutes in these formats that count in the period; those carried on among them, unless a cap kept them out."""
    carried = () if frame.rulebook.carry is None or frame.rulebook.carry.capped else ("carried",)
    for each in explained:
        if each.credit.format in maximum:
            yield from (
                (each, part.minutes)
                for part in each.portions
                if part.period == frame.period and part.reason in (*SERVES, *carried)
            )


def _split(per: str, frame: Frame, day: date) -> object:
    """What a cap is asked of: the period, a day, twelve months. Carried credit is under those of the period only."""
    if per == "period":
        return "period"
    if day < frame.counts_from:
        return "carried in"
    if per == "day":
        return day
    parts = enumerate(stretches(frame.period, 12))
    return next((number for number, part in parts if part.start <= day <= part.end), "late")


@settings(max_examples=48)
@given(laws(), facts())
def test_lines_agree_with_each_other_and_with_the_explanation(law, known):
    parts = [part for each in explain(law, known, TODAY) for part in each.portions]
    for period in assess(law, known, TODAY).periods:
        here = [part for part in parts if part.period == period.period]
        carried = sum(part.minutes for part in here if part.reason == "carried")
        assert carried == period.carry.carried
        for line in period.lines:
            assert line.missing == max(0, line.required - line.counted)
            counted = sum(part.minutes for part in here if line.code in part.counts_for)
            assert counted <= line.counted <= counted + carried
        assert period.made_up == sum(part.minutes for part in here if part.reason == "used_for_previous_period")
        assert (period.missing == 0) == all(line.missing == 0 for line in period.lines)
        assert max(line.missing for line in period.lines) <= period.missing
        assert period.carry.lapsed == 0 or period.line("total").missing == 0
