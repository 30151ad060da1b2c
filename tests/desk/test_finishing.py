"""The cheapest way to finish, against trying every set there is."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace
from itertools import combinations

from hypothesis import given, settings
from hypothesis import strategies as st

from compliance.rules import Credit, Facts, Rulebook, parse_document
from compliance.rules.assess import assess
from compliance.rules.finishing import Offer, Way, cheapest, way_to_finish
from compliance.rules.language.amounts import Number
from tests.compliance.rows import cap, requirement, rulebook_document, total

TODAY, START = dt.date(2026, 9, 1), dt.date(2026, 1, 1)
MEMBER = Facts(joined_on=dt.date(2015, 3, 2))


def rulebook(hours: float, ethics: float, recorded: float = 2) -> Rulebook:
    changes = {"requirements": [requirement("ethics", ethics)], "caps": [cap(recorded, "recorded")], "examples": []}
    found = parse_document(rulebook_document(**total(hours), **changes))
    assert isinstance(found, Rulebook)
    return found


def offer(
    key: int, hour: int, minutes: dict[str, int], delivery: str = "in_person", course: str = "", last: int = 1
) -> Offer:
    start = dt.datetime(2026, 10, 1 + hour // 24, hour % 24, tzinfo=dt.UTC)
    course = course or f"course {key}"
    credits = tuple(Credit(start.date(), code, delivery, each, course=course) for code, each in minutes.items())
    return Offer(key, start, start + dt.timedelta(hours=last), course, credits, sum(minutes.values()))


@st.composite
def offers(draw: st.DrawFn) -> list[Offer]:
    """Up to seven, some at one time, some of one course, some of one kind."""
    return [
        offer(
            key,
            draw(st.integers(0, 5)) * 6,
            draw(st.sampled_from([{"law": 45}, {"law": 90}, {"ethics": 45}, {"law": 45, "ethics": 45}, {"law": 135}])),
            draw(st.sampled_from(["in_person", "recorded"])),
            draw(st.sampled_from(["", "", "twice"])),
            draw(st.sampled_from([1, 8])),
        )
        for key in range(draw(st.integers(0, 7)))
    ]


def missing(rules: Rulebook, chosen: Sequence[Offer]) -> Number:
    credits = tuple(credit for one in chosen for credit in one.credits)
    result = assess(rules, replace(MEMBER, credits=credits), TODAY)
    return result.periods[-1].missing


def possible(chosen: Sequence[Offer]) -> bool:
    return not any(one.clashes(other) for one, other in combinations(chosen, 2))


def minutes(chosen: Sequence[Offer]) -> int:
    return sum(int(credit.minutes) for one in chosen for credit in one.credits)


def by_trying_all(rules: Rulebook, given: Sequence[Offer]) -> tuple[int, int] | None:
    """Size and minutes of the best set."""
    for size in range(len(given) + 1):
        found = [minutes(c) for c in combinations(given, size) if possible(c) and not missing(rules, c)]
        if found:
            return size, min(found)
    return None


def finish(rules: Rulebook, given: Sequence[Offer]) -> Way:
    return way_to_finish((rules,), MEMBER, TODAY, START, given)


@settings(deadline=None, max_examples=60)
@given(offers(), st.sampled_from([1, 2, 4]), st.sampled_from([0.5, 1, 2]))
def test_it_is_what_trying_every_set_finds(given: list[Offer], hours: float, ethics: float) -> None:
    rules = rulebook(hours, min(ethics, hours))
    way, best = finish(rules, given), by_trying_all(rules, given)
    assert way.shortest
    assert possible(way.offers)
    assert {one.key for one in way.offers} <= {one.key for one in given}
    assert way.missing == missing(rules, way.offers)
    if best is None:
        assert way.missing > 0
    else:
        assert (len(way.offers), minutes(way.offers)) == best
        assert way.missing == 0


@settings(deadline=None, max_examples=30)
@given(offers(), st.randoms())
def test_the_order_of_the_list_does_not_matter(given: list[Offer], random: object) -> None:
    mixed = list(given)
    random.shuffle(mixed)  # type: ignore[attr-defined]
    rules = rulebook(2, 1)
    assert finish(rules, mixed) == finish(rules, given)


@settings(deadline=None, max_examples=30)
@given(offers(), offers())
def test_more_on_offer_never_makes_it_longer(some: list[Offer], more: list[Offer]) -> None:
    rules, others = rulebook(2, 1), [replace(one, key=one.key + 100) for one in more]
    few, many = finish(rules, some), finish(rules, [*some, *others])
    if few.missing == 0:
        assert many.missing == 0
        assert len(many.offers) <= len(few.offers)


def test_nothing_is_needed_where_nothing_is_missing() -> None:
    given = [offer(1, 0, {"law": 90})]
    assert cheapest(given, lambda credits: 0) == Way((), 0, shortest=True)


def test_the_sooner_of_two_alike() -> None:
    later, sooner = offer(1, 48, {"ethics": 45}), offer(2, 24, {"ethics": 45})
    assert [one.key for one in finish(rulebook(1, 1), [later, sooner]).offers] == [2]


def test_one_long_course_before_two_short_ones() -> None:
    given = [offer(1, 0, {"law": 45}), offer(2, 24, {"ethics": 45}), offer(3, 48, {"law": 45, "ethics": 45})]
    assert [one.key for one in finish(rulebook(2, 1), given).offers] == [3]


def test_what_clashes_is_not_taken_together() -> None:
    given = [offer(1, 0, {"law": 45}, last=2), offer(2, 1, {"ethics": 45}), offer(3, 48, {"ethics": 45})]
    assert [one.key for one in finish(rulebook(2, 1), given).offers] == [1, 3]


def test_where_nothing_is_enough_it_goes_as_far_as_it_can() -> None:
    given = [offer(1, 0, {"law": 90}), offer(2, 24, {"law": 45}, "recorded"), offer(3, 48, {"law": 45}, "recorded")]
    way = finish(rulebook(4, 1, recorded=1), given)
    assert (way.missing, way.shortest) == (45, True)  # one of the recorded ones fills the cap
    assert len(way.offers) == 2


def test_a_long_search_is_given_up_and_said_so() -> None:
    given = [offer(key, key * 3, {"law": 45 + key % 5, "ethics": key % 7 + 1}) for key in range(24)]
    wanted = rulebook(8, 0.5)
    asked: list[int] = []

    def left(credits: tuple[Credit, ...]) -> Number:
        asked.append(1)
        return assess(wanted, replace(MEMBER, credits=credits), TODAY).periods[-1].missing

    way = cheapest(given, left, tries=60)
    assert not way.shortest
    assert way.missing == missing(wanted, way.offers)
    assert len(asked) <= 61


def test_a_full_catalogue_is_searched_to_the_end() -> None:
    """Three of the short ones and two of the long ones: as few as the other way round, and an hour less."""
    given = [offer(key, key * 12, {"law": 180} if key % 3 else {"law": 60, "ethics": 60}) for key in range(40)]
    way = finish(rulebook(16, 2), given)
    assert (way.missing, way.shortest, len(way.offers)) == (0, True, 5)
    assert minutes(way.offers) == 720
