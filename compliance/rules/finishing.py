"""The smallest set of coming courses that completes a period, tried with the rules themselves.

So whatever a rulebook says of caps, minimums, repeats and make-up holds here too, and nothing of it is said twice.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Final

from .account import account
from .assess import assess
from .facts import Credit, Facts
from .language.amounts import Number
from .language.rulebook import Rulebook

TRIES: Final = 250
"""Assessments that one answer may cost; each takes about a millisecond for an advocate with a usual ledger."""

Missing = Callable[[tuple[Credit, ...]], Number]
Kind = tuple[tuple[object, ...], ...]


@dataclass(frozen=True, slots=True)
class Offer:
    """A sitting that may still be taken and what it would give. ``worth`` is the most minutes that it can count for."""

    key: int
    start: datetime
    end: datetime
    course: str
    credits: tuple[Credit, ...]
    worth: Number

    @property
    def kind(self) -> Kind:
        """Offers of one kind differ in nothing but when they are."""
        return tuple((each.category, each.format, each.minutes) for each in self.credits)

    def clashes(self, other: "Offer") -> bool:
        """Nobody sits in two places at once, or takes a course twice."""
        return self.course == other.course or (self.start < other.end and other.start < self.end)


@dataclass(frozen=True, slots=True)
class Way:
    """Offers in the order of their days. ``missing`` minutes are left after all of them: 0 completes the period.

    ``shortest``: no smaller set completes it, and none as small with fewer minutes; it was looked at all of them.
    """

    offers: tuple[Offer, ...]
    missing: Number
    shortest: bool


class _SpentError(Exception):
    """More was to be tried than an answer may cost."""


def way_to_finish(law: Sequence[Rulebook], facts: Facts, today: date, start: date, offers: Sequence[Offer]) -> Way:
    """The cheapest way to complete the period that starts on that day. Raises FactsError as `assess` does."""

    def missing(credits: tuple[Credit, ...]) -> Number:
        result = assess(law, replace(facts, credits=(*facts.credits, *credits)), today)
        return next(each.missing for each in result.periods if each.period.start == start)

    return cheapest(_weighed(law, facts, today, offers), missing)


def _weighed(law: Sequence[Rulebook], facts: Facts, today: date, offers: Sequence[Offer]) -> list[Offer]:
    """The offers with what the rules say that they are worth at most."""
    every = tuple(credit for offer in offers for credit in offer.credits)
    counted = account(law, replace(facts, credits=(*facts.credits, *every)), today)
    worth = {id(each.credit): each.worth for each in counted.credits}
    return [
        replace(offer, worth=sum(max(worth.get(id(each), 0), each.minutes) for each in offer.credits))
        for offer in offers
    ]


def cheapest(offers: Sequence[Offer], missing: Missing, tries: int = TRIES) -> Way:
    """The fewest offers after which nothing is missing; of those the fewest minutes, then the soonest.

    Where no set completes the period, those that bring it furthest, one after the other. ``missing`` never grows with
    more credit, and falls by no more than an offer's worth.
    """
    asked = _Asked(missing, tries)
    ordered = sorted(offers, key=lambda offer: (-offer.worth, offer.end, offer.key))
    greedy = _greedy(ordered, asked)
    enough = not asked.known(greedy)
    try:
        if not enough and asked.of(ordered):
            return _way(greedy, missing, shortest=True)
        for size in range((len(greedy) if enough else len(ordered)) + 1):
            found = [chosen for chosen in _sets(ordered, size, asked) if not asked.of(chosen)]
            if found:
                return _way(min(found, key=_price), missing, shortest=True)
    except _SpentError:
        return _way(greedy, missing, shortest=False)
    return _way(greedy, missing, shortest=True)


class _Asked:
    """What is missing after some offers: asked once for each mixture of kinds."""

    def __init__(self, missing: Missing, tries: int) -> None:
        self._missing, self._left = missing, tries
        self._found: dict[tuple[Kind, ...], Number] = {}

    def of(self, chosen: Sequence[Offer]) -> Number:
        """Raises _SpentError when that would be one question too many."""
        key = self._key(chosen)
        if key not in self._found:
            if self._left <= 0:
                raise _SpentError
            self._left -= 1
            self._found[key] = self._missing(_credits(chosen))
        return self._found[key]

    def known(self, chosen: Sequence[Offer]) -> Number:
        """Of what was asked before."""
        return self._found[self._key(chosen)]

    def _key(self, chosen: Sequence[Offer]) -> tuple[Kind, ...]:
        return tuple(sorted((offer.kind for offer in chosen), key=repr))


def _greedy(offers: Sequence[Offer], asked: _Asked) -> tuple[Offer, ...]:
    """One after the other whichever leaves the least missing, as long as one helps and asking is allowed."""
    chosen: tuple[Offer, ...] = ()
    left = asked.of(chosen)
    while left:
        fitting = [offer for offer in offers if not any(offer.clashes(other) for other in chosen)]
        try:
            best = min(fitting, key=lambda offer: (asked.of((*chosen, offer)), offer.worth, offer.end), default=None)
        except _SpentError:
            break
        if best is None or asked.of((*chosen, best)) >= left:
            break
        chosen = (*chosen, best)
        left = asked.of(chosen)
    return chosen


def _sets(
    offers: Sequence[Offer], size: int, asked: _Asked, chosen: tuple[Offer, ...] = (), first: int = 0
) -> Iterator[tuple[Offer, ...]]:
    """Every set of that size that could be enough. Offers come with the worthiest first.

    Of offers that differ in nothing but the day, and stand in nobody's way, the soonest stands for all.
    """
    more = size - len(chosen)
    if not more:
        yield chosen
        return
    if asked.of(chosen) > sum(offer.worth for offer in offers[first : first + more]):
        return
    tried: set[Kind] = set()
    for place in range(first, len(offers)):
        offer = offers[place]
        free = not any(offer.clashes(other) for other in offers if other is not offer)
        if any(offer.clashes(other) for other in chosen) or (free and offer.kind in tried):
            continue
        if free:
            tried.add(offer.kind)
        yield from _sets(offers, size, asked, (*chosen, offer), place + 1)


def _price(chosen: tuple[Offer, ...]) -> tuple[object, ...]:
    minutes = sum(credit.minutes for credit in _credits(chosen))
    return minutes, max((offer.end for offer in chosen), default=None), sorted(offer.key for offer in chosen)


def _way(chosen: tuple[Offer, ...], missing: Missing, *, shortest: bool) -> Way:
    """Asked once more, for this very set on these very days."""
    left = missing(_credits(chosen))
    return Way(tuple(sorted(chosen, key=lambda offer: (offer.start, offer.key))), left, shortest)


def _credits(chosen: Sequence[Offer]) -> tuple[Credit, ...]:
    return tuple(credit for offer in chosen for credit in offer.credits)
