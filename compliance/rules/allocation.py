"""Allocation: which minutes count, when caps leave some out and late minutes may fill what is missing.

What is best for the advocate, in this order: the least missing of total and minimums taken together; the fewest
minutes taken out of the make-up window; the least missing in the period that follows; the most minutes counted.
A minute counts once towards the total and once towards the minimum of its category.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from .compiled import Rules
from .program import Program
from .requirement import Requirement

Pools = Sequence[int]


@dataclass(frozen=True, slots=True)
class Allocation:
    """By pool: minutes of the period that count, and late minutes taken from the make-up window."""

    own: tuple[int, ...]
    late: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Onward:
    """The period after, of which the make-up window is the head: what it asks, and all that was earned in it."""

    requirement: Requirement
    own: tuple[int, ...]


def allocate(rules: Rules, required: Requirement, own: Pools) -> Allocation:
    """The best use of what was earned inside the period."""
    none = (0,) * rules.pool_count
    binding = _binding(rules, required, own)
    if not binding:
        return Allocation(tuple(own), none)
    if len(binding) == 1:
        return Allocation(_under_one_cap(rules, required, own, binding[0]), none)
    return _optimum(rules, required, own, none, None)


def allocate_with_late(rules: Rules, required: Requirement, own: Pools, late: Pools, onward: Onward) -> Allocation:
    """The best use of the period's minutes together with those of the make-up window, which fill only what is missing.

    A late minute that counts here is to be taken out of the period after.
    """
    first = allocate(rules, required, own)
    if not any(late) or not missing(rules, required, first.own):
        return first
    together = [mine + after for mine, after in zip(own, late, strict=True)]
    if sum(together) <= required.total and not _binding(rules, required, together):
        return Allocation(tuple(own), tuple(late))  # each late minute is one less missing
    return _optimum(rules, required, own, late, onward)


def missing(rules: Rules, required: Requirement, counted: Pools) -> int:
    """Minutes missing, total and minimums taken together."""
    lacking = max(0, required.total - sum(counted))
    for category, minimum in zip(rules.categories, required.minimums, strict=True):
        lacking += max(0, minimum - sum(counted[pool] for pool in category.pools))
    return lacking


def _binding(rules: Rules, required: Requirement, own: Pools) -> list[int]:
    """The caps that would be exceeded if everything counted."""
    return [
        index for index, cap in enumerate(rules.caps) if sum([own[pool] for pool in cap.pools]) > required.caps[index]
    ]


def _under_one_cap(rules: Rules, required: Requirement, own: Pools, index: int) -> tuple[int, ...]:
    """With a single binding cap the simple order is exact: what is under no pressure first, then what minimums need."""
    counted = list(own)
    capped = rules.caps[index].pools
    for pool in capped:
        counted[pool] = 0
    room = required.caps[index]
    for category, minimum in zip(rules.categories, required.minimums, strict=True):
        need = minimum - sum([counted[pool] for pool in category.pools])
        for pool in category.pools:
            if need > 0 and pool in capped:
                taken = min(need, room, own[pool])
                counted[pool] += taken
                need, room = need - taken, room - taken
    for pool in capped:
        taken = min(room, own[pool] - counted[pool])
        counted[pool] += taken
        room -= taken
    return tuple(counted)


def _optimum(rules: Rules, required: Requirement, own: Pools, late: Pools, onward: Onward | None) -> Allocation:
    """The general case, as a whole-number program whose weights keep the four aims in their order."""
    step = 2 * (sum(own) + sum(late) + (sum(onward.own) if onward else 0)) + 1
    program = Program()
    rooms = _rooms(program, rules, required, [mine + after for mine, after in zip(own, late, strict=True)])
    rooms_after = _rooms(program, rules, onward.requirement, onward.own) if onward else {}
    mine = _variables(program, own, 1)
    taken = _variables(program, late, -(step**2))
    if onward:
        rest = _variables(program, onward.own, 0)
        for pool in taken.keys() & rest.keys():
            program.at_most(onward.own[pool], [taken[pool], rest[pool]])
        _ask(program, rules, onward.requirement, rooms_after, [rest], step)
    _ask(program, rules, required, rooms, [mine, taken], step**3)
    values = program.solve()
    return Allocation(_read(values, mine, len(own)), _read(values, taken, len(late)))


def _rooms(program: Program, rules: Rules, required: Requirement, held: Pools) -> dict[int, int]:
    """By place, a variable for the room that its formats get under the caps.

    The search branches on these few before it looks at any pool: once the rooms are whole, the rest nearly always is.
    """
    rooms: dict[int, int] = {}
    caps = list(zip(rules.caps, required.caps, strict=True))
    for place in range(1, rules.width):
        if filled := sum(held[place :: rules.width]):
            limit = min([filled, *(maximum for cap, maximum in caps if place in cap.places)])
            rooms[place] = program.variable(0, limit, whole=True)
    for cap, maximum in caps:
        program.at_most(maximum, [rooms[place] for place in cap.places if place in rooms])
    return rooms


def _variables(program: Program, pools: Pools, weight: int) -> dict[int, int]:
    """A variable for each pool that holds anything: how many of its minutes are used."""
    return {pool: program.variable(weight, held, whole=True) for pool, held in enumerate(pools) if held > 0}


def _ask(
    program: Program,
    rules: Rules,
    required: Requirement,
    rooms: dict[int, int],
    sources: Sequence[dict[int, int]],
    reward: int,
) -> None:
    """Keep one period within its rooms and reward each minute by which less is missing in it."""
    for place, room in rooms.items():
        program.at_most(0, _of(sources, range(place, rules.pool_count, rules.width)), [room])
    _measure(program, required.total, _of(sources, range(rules.pool_count)), reward)
    for category, minimum in zip(rules.categories, required.minimums, strict=True):
        _measure(program, minimum, _of(sources, category.pools), reward)


def _measure(program: Program, wanted: int, variables: list[int], reward: int) -> None:
    if wanted and variables:
        program.at_most(0, [program.variable(reward, wanted)], variables)


def _of(sources: Sequence[dict[int, int]], pools: Sequence[int]) -> list[int]:
    return [source[pool] for source in sources for pool in pools if pool in source]


def _read(values: list[int], variables: dict[int, int], count: int) -> tuple[int, ...]:
    return tuple(values[variables[pool]] if pool in variables else 0 for pool in range(count))
