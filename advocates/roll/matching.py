"""Which advocate each line of a roll names: decided where the evidence is plain, left to a person where it is not.

Lines are matched in passes from the strongest evidence to the weakest, so that a weak line never takes an
advocate whom a better line names:

1. the national identifier, when both have it; unless neither name nor licence agrees (it then stands in a wrong row);
2. licence number, licence date and full name; then licence number with full name, or with date and family name;
3. licence number as typed and family name (a changed given name, a former family name in brackets), if the
   licence dates do not contradict each other or the given names agree;
4. the full name, if only one line and only one advocate bear it and the licences do not contradict each other.

Zeros lost at the start of a licence number never make two numbers differ, except in pass 3. Different national
identifiers always prevent a match. A name with letters lost is compared by what is left of it in passes 1 to 3
and is equal only to itself in pass 4.

A line that no pass matched is a new person, unless something ties it to an advocate on record; then a person decides:

- Same name, another licence: a re-issued licence or a namesake. A namesake, hence new, if another line of the file
  names that advocate and if e-mail, telephone and licence date differ too. Otherwise open.
- Same licence and given name or date, another family name: somebody who changed the name, or a mistyped number. Open,
  unless another line names that advocate.
- Same name and licence as a member of another bar, present or past: open. One bar at a time is the rule (Law of
  Kazakhstan No. 176-VI, Art. 50(3)), and the one file that there is goes along with a move, once it is recorded.

Within the file, namesakes with different licences are different people. The second line about one person is open,
and so are namesakes without a licence number, since nothing tells whether they are one person or two.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from advocates.names import latin_key, letters_lost
from advocates.roll import evidence as ev
from advocates.roll.doubts import DOUBTS
from advocates.roll.evidence import Candidate, Person
from advocates.roll.known import KnownAdvocate, keys_of
from advocates.roll.line import RollLine
from advocates.roll.repeats import repeats
from cle.core.errors import Problem
from cle.core.tables.wording import filled

Rule = Callable[[Person, Candidate], bool]


@dataclass(frozen=True, slots=True)
class Verdict:
    """The advocate whom a line names; or why that is open, and who it may be; or neither: a new person."""

    advocate: KnownAdvocate | None = None
    doubt: Problem | None = None
    suggestions: tuple[KnownAdvocate, ...] = ()


def match_lines(
    lines: Sequence[RollLine], known: Iterable[KnownAdvocate], elsewhere: Collection[tuple[str, str]]
) -> list[Verdict]:
    """One verdict for each line, in order. Lines with errors must have been left out.

    ``elsewhere`` holds (name key, licence key without zeros at its start) of who is on other rolls.
    """
    return _Matching(lines, [Candidate.of(advocate) for advocate in known], elsewhere).verdicts()


class _Matching:
    def __init__(
        self, lines: Sequence[RollLine], known: list[Candidate], elsewhere: Collection[tuple[str, str]]
    ) -> None:
        self.lines = lines
        self.people = [Person(line, keys_of(line)) for line in lines]
        self.elsewhere = elsewhere
        self.by_id = _index(known, lambda one: one.keys.national_id)
        self.by_licence = _index(known, lambda one: one.keys.licence)
        self.by_name = _index(known, lambda one: one.keys.name)
        self.known = known
        self.damaged_on_record = any(one.keys.damaged for one in known)
        self.taken: set[int] = set()
        self.found: dict[int, Verdict] = {}
        self.repeats: dict[int, int] = {}

    def verdicts(self) -> list[Verdict]:
        self._set_aside_shared_ids()
        self.repeats = repeats(self.lines, self.people, list(self._open()))
        leaders = [place for place in range(len(self.lines)) if place not in self.repeats]
        self.bearers = Counter(self.people[place].keys.name for place in leaders)
        self.identified = Counter(self.people[place].keys.name for place in leaders if self.lines[place].national_id)
        self._pass(self.by_id, "national_id", lambda one, other: not ev.is_somebody_else(one, other))
        self._set_aside_ids_of_others()
        for rule in (_wholly, _by_licence, _by_family):
            self._pass(self.by_licence, "licence", rule)
        self._set_aside_members_of_other_bars()
        self._pass(self.by_name, "name", self._by_name)
        for place in list(self._open()):
            self.found[place] = self._weigh(place)
        for place, first in self.repeats.items():
            self.found[place] = self._repeat(place, first)
        return [self.found[place] for place in range(len(self.lines))]

    @cached_property
    def by_sound(self) -> dict[Hashable, list[Candidate]]:
        return _index(self.known, lambda one: latin_key(one.source.full_name))

    @cached_property
    def by_skeleton(self) -> dict[Hashable, list[Candidate]]:
        return _index(self.known, lambda one: one.keys.skeleton)

    def _open(self) -> Iterator[int]:
        return (place for place in range(len(self.lines)) if place not in self.found and place not in self.repeats)

    def _set_aside_shared_ids(self) -> None:
        """Lines with one national identifier and several names: nobody can tell whose it is."""
        names: defaultdict[str, set[str]] = defaultdict(set)
        for one in self.people:
            names[one.keys.national_id].add(one.keys.name)
        for place, one in enumerate(self.people):
            if one.keys.national_id and len(names[one.keys.national_id]) > 1:
                holders = self.by_id.get(one.keys.national_id, [])
                self.found[place] = self._doubt(place, "duplicate-national-id", holders)

    def _set_aside_ids_of_others(self) -> None:
        for place in list(self._open()):
            if holders := self.by_id.get(self.lines[place].national_id):
                self.found[place] = self._doubt(place, "id-of-another", holders)

    def _set_aside_members_of_other_bars(self) -> None:
        for place in list(self._open()):
            keys = self.people[place].keys
            if keys.licence and (keys.name, keys.licence) in self.elsewhere:
                self.found[place] = self._doubt(place, "other-bar", [])

    def _pass(self, index: Mapping[Hashable, list[Candidate]], field: str, rule: Rule) -> None:
        for place in list(self._open()) if index else ():
            one = self.people[place]
            fitting = [other for other in index.get(getattr(one.keys, field), ()) if rule(one, other)]
            if field != "national_id":
                fitting = [other for other in fitting if not ev.ids_contradict(one, other)]
            if fitting:
                self.found[place] = self._decide(place, _narrowed(one, fitting))

    def _decide(self, place: int, fitting: list[Candidate]) -> Verdict:
        if len(fitting) > 1:
            return self._doubt(place, "several-matches", fitting)
        advocate = fitting[0].source
        if advocate.pk in self.taken:
            return self._doubt(place, "same-advocate", fitting)
        self.taken.add(advocate.pk)
        if not advocate.is_member:
            return self._doubt(place, "membership-ended", fitting)
        return Verdict(advocate)

    def _by_name(self, one: Person, other: Candidate) -> bool:
        unique = self.bearers[one.keys.name] == 1 == len(self.by_name[one.keys.name])
        whole = not (one.keys.damaged or other.keys.damaged) or ev.same_text(one, other)
        return unique and whole and not ev.licences_contradict(one, other)

    def _weigh(self, place: int) -> Verdict:
        """A new person, or somebody whom weak evidence ties to an advocate on record."""
        for code, others in self._ties(self.people[place]) if self.known else ():
            if others:
                return self._doubt(place, code, others)
        if self._is_indistinct(place):
            return self._doubt(place, "namesakes", [])
        return Verdict()

    def _ties(self, one: Person) -> Iterator[tuple[str, list[Candidate]]]:
        bearers = self.by_name.get(one.keys.name, [])
        compatible = [other for other in bearers if not ev.licences_contradict(one, other)]
        contrary = [other for other in bearers if ev.licences_contradict(one, other)]
        yield "national-id-differs", [other for other in self._free(bearers) if ev.ids_contradict(one, other)]
        yield "namesakes", [other for other in compatible if not ev.ids_contradict(one, other)]
        yield "licence-differs", [other for other in contrary if self._is_free(other) or ev.is_tied(one, other)]
        sharers = self._free(self.by_licence.get(one.keys.licence, []))
        yield "name-differs", [other for other in sharers if _may_have_changed_name(one, other)]
        alike = self._free(self.by_sound.get(latin_key(one.source.full_name), []))
        yield "spelling", [other for other in [*alike, *self._damaged_copies(one)] if _may_be_misspelt(one, other)]

    def _damaged_copies(self, one: Person) -> list[Candidate]:
        if not (one.keys.damaged or self.damaged_on_record):
            return []
        alike = self._free(self.by_skeleton.get(one.keys.skeleton, []))
        return [other for other in alike if ev.names_agree(one, other)]

    def _is_indistinct(self, place: int) -> bool:
        """Without a licence number, and another line bears the name: one person or two?"""
        name = self.people[place].keys.name
        told_apart = self.lines[place].national_id and self.identified[name] == self.bearers[name]
        return self.bearers[name] > 1 and not self.people[place].keys.licence and not told_apart

    def _repeat(self, place: int, first: int) -> Verdict:
        while first in self.repeats:
            first = self.repeats[first]
        leader = self.found[first]
        people = (leader.advocate,) if leader.advocate else leader.suggestions
        message = filled(DOUBTS["duplicate-line"], row=self.lines[first].row)
        return Verdict(None, Problem("duplicate-line", message, self.lines[place].row), people)

    def _doubt(self, place: int, code: str, others: Iterable[Candidate]) -> Verdict:
        people = tuple({other.source.pk: other.source for other in others}.values())
        return Verdict(None, Problem(code, DOUBTS[code], self.lines[place].row), people)

    def _free(self, others: Iterable[Candidate]) -> list[Candidate]:
        return [other for other in others if self._is_free(other)]

    def _is_free(self, other: Candidate) -> bool:
        return other.source.pk not in self.taken


def _index(known: Iterable[Candidate], key: Callable[[Candidate], str]) -> dict[Hashable, list[Candidate]]:
    index: dict[Hashable, list[Candidate]] = defaultdict(list)
    for candidate in known:
        if value := key(candidate):
            index[value].append(candidate)
    return dict(index)


def _wholly(one: Person, other: Candidate) -> bool:
    return one.keys.name == other.keys.name and ev.dates_agree(one, other)


def _by_licence(one: Person, other: Candidate) -> bool:
    return ev.names_agree(one, other) or (ev.dates_agree(one, other) and ev.families_agree(one, other))


def _by_family(one: Person, other: Candidate) -> bool:
    if one.keys.exact_licence != other.keys.exact_licence:
        return False
    if ev.former_family_agrees(one, other):
        return True
    certain = not ev.dates_contradict(one, other) or ev.givens_agree(one, other)
    return ev.families_agree(one, other) and certain


def _narrowed(one: Person, fitting: list[Candidate]) -> list[Candidate]:
    """Of several who fit, those whom the most telling further evidence leaves; all if it leaves none."""
    further: tuple[Rule, ...] = (
        _wholly,
        lambda a, b: a.keys.exact_licence == b.keys.exact_licence,
        lambda a, b: a.keys.name == b.keys.name and not ev.dates_contradict(a, b),
    )
    for rule in further:
        if len(fitting) > 1:
            fitting = [other for other in fitting if rule(one, other)] or fitting
    return fitting


def _may_have_changed_name(one: Person, other: Candidate) -> bool:
    damaged = letters_lost(one.source.full_name) or other.keys.damaged
    alike = ev.givens_agree(one, other) or ev.dates_agree(one, other) or ev.families_agree(one, other) or damaged
    contrary = ev.dates_contradict(one, other) and not ev.families_agree(one, other)
    return alike and not contrary and not ev.ids_contradict(one, other)


def _may_be_misspelt(one: Person, other: Candidate) -> bool:
    return not ev.licences_contradict(one, other) and not ev.ids_contradict(one, other)
