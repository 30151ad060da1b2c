"""Who else it might have been: ranked for a person to choose from. A likeness never credits anybody."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from heapq import nlargest
from itertools import permutations

from advocates.names import similarity
from courses.attendance.claims import Claims, alias_key
from courses.attendance.roster import Roster, latin_words, skeleton, traits

MOST = 5
_WORDS = 4  # of a name that are tried as the family name
_LEAST_LIKENESS = 55
_MOST_CONFIDENT = 89  # of a likeness; more would look like evidence
_CONFIDENCE = {"licence": 90, "email": 90, "alias": 80, "name": 70, "letters-lost": 70}


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A person to consider, in per cent; ``reason`` is licence, email, alias, name, letters-lost or similar."""

    pk: int
    confidence: int
    reason: str


def suggest(claims: Claims, roster: Roster, evidence: Iterable[tuple[str, Collection[int]]]) -> tuple[Suggestion, ...]:
    """At most five people, the likeliest first: those with some evidence, then those with a similar name."""
    found: dict[int, Suggestion] = {}
    for reason, pks in (*evidence, ("letters-lost", _undamaged(claims, roster))):
        for pk in sorted(pks):
            found.setdefault(pk, Suggestion(pk, max(50, _CONFIDENCE[reason] - 5 * (len(pks) - 1)), reason))
    if len(found) < MOST:
        for pk, likeness in _similar(claims, roster):
            found.setdefault(pk, Suggestion(pk, min(likeness, _MOST_CONFIDENT), "similar"))
    return tuple(sorted(found.values(), key=lambda one: (-one.confidence, one.pk))[:MOST])


def _undamaged(claims: Claims, roster: Roster) -> Sequence[int]:
    """Those whose name would be this one, had it not lost letters."""
    if not claims.damaged:
        return ()
    return [pk for name in claims.names for pk in roster.by_skeleton.get(skeleton(name), ())]


def traits_like(claims: Claims) -> set[str]:
    """What ``suggest`` asks the roll for, to find similar names."""
    return {trait for name in claims.names for trait in _traits_near(latin_words(alias_key(name)))}


def _similar(claims: Claims, roster: Roster) -> list[tuple[int, int]]:
    """(person, per cent): of those whose family name begins alike, the five who share the most."""
    best: dict[int, int] = {}
    for words in {latin_words(alias_key(name)) for name in claims.names}:
        near = _near(words, roster)
        shares = {pk: _shared(words, roster.latin_words(pk)) for pk in near}
        said = " ".join(sorted(words))
        for pk in nlargest(MOST, sorted(near), key=shares.__getitem__):
            likeness = _likeness(words, said, roster.latin_words(pk))
            if likeness >= _LEAST_LIKENESS:
                best[pk] = max(likeness, best.get(pk, 0))
    return sorted(best.items(), key=lambda item: (-item[1], item[0]))


def _near(words: Sequence[str], roster: Roster) -> set[int]:
    """Those with a similar family name."""
    return {pk for trait in _traits_near(words) for pk in roster.by_trait.get(trait, ())}


def _traits_near(words: Sequence[str]) -> set[str]:
    """Any of the words may be the family name, and any other the given name."""
    pairs = permutations(words[:_WORDS], 2) if len(words) > 1 else ((word, "") for word in words)
    return {trait for family, given in pairs if len(family) > 1 for trait in traits(family, given)}


def _shared(said: Sequence[str], known: Sequence[str]) -> int:
    """How much two names have in common: whole words, then initials, then beginnings of words."""
    initials = {word[0] for word in known}
    score = 0
    for word in said:
        if word in known:
            score += 4
        elif len(word) == 1:
            score += 2 * (word in initials)
        else:
            score += any(word[:3] == other[:3] for other in known)
    return score


def _likeness(words: Sequence[str], said: str, known: Sequence[str]) -> int:
    """Compared with as much of the known name as was said: a missing patronymic makes no difference."""
    shorter = " ".join(sorted(known[: max(2, len(words))]))
    abbreviated = " ".join(sorted([*known[:1], *(word[0] for word in known[1 : len(words)])]))
    if any(len(word) == 1 for word in words):
        return similarity(said, abbreviated)
    return similarity(said, shorter)
