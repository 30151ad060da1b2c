"""What a report asks the roll for: keys by which people are looked up, so that nobody else has to be read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from courses.attendance.claims import Claims
from courses.attendance.model import Presence
from courses.attendance.roster import TOO_COMMON, name_words, traits_of
from courses.attendance.suggesting import traits_like

Names = tuple[str, str]
"""Family and given name as the roll has them."""

Borne = tuple[str, str, int]
"""The same, and how many people bear them."""


@dataclass(slots=True)
class Asked:
    """Keys of people: everybody who has one of them is meant. ``licences`` are bare, ``words`` are folded words:
    people are meant all of whose family and given names are among them; ``names`` are those names, once found.
    """

    licences: set[str] = field(default_factory=set)
    emails: set[str] = field(default_factory=set)
    aliases: set[str] = field(default_factory=set)
    words: set[str] = field(default_factory=set)
    names: set[Names] = field(default_factory=set)

    @classmethod
    def by(cls, presences: Iterable[Presence]) -> Asked:
        """All that ``match`` looks up of these, but for likenesses."""
        asked = cls()
        for claims in map(Claims, presences):
            asked.licences |= claims.licences
            asked.emails.add(claims.email)
            asked.aliases.update(claims.keys)
            asked.words.update(word for key in claims.keys for word in key.split())
        asked.emails.discard("")
        return asked

    def find_names(self, roll: Iterable[Borne]) -> None:
        """Keep the names, of all on the roll, whose words are all asked for."""
        known = ((family, given) for family, given, _bearers in roll)
        self.names |= {names for names in known if self.words.issuperset(name_words(*names))}


def likenesses(presences: Iterable[Presence], roll: Iterable[Borne]) -> tuple[set[Names], Collection[str]]:
    """The names of the roll that are like those of these people; and what they share with too many to say anything."""
    wanted = {trait for presence in presences for trait in traits_like(Claims(presence))}
    counts: Counter[str] = Counter()
    like: dict[str, list[Names]] = {}
    for family, given, count in roll:
        for trait in wanted.intersection(traits_of(family, given)):
            counts[trait] += count
            like.setdefault(trait, []).append((family, given))
    common = {trait for trait, count in counts.items() if count > TOO_COMMON}
    return {names for trait in like.keys() - common for names in like[trait]}, common
