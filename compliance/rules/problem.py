"""The question of allocation in plain figures: what is held, what is asked, what caps and carry-over allow.

Everything is counted in minutes, as whole numbers or exact fractions. A pool is credit that no rule of the period
can tell apart. Nodes are what is asked: node 0 is the total, every other node lies inside its parent.
"""

from dataclasses import dataclass
from fractions import Fraction

Amount = int | Fraction


@dataclass(frozen=True, slots=True)
class Node:
    """One thing asked of the period. An hour that serves a node serves every node around it as well.

    Among nodes that are not `alongside` an hour is placed once, at one of the `places` of its pool. A node that is
    `alongside` claims nothing: it counts every counted hour of its `pools`, wherever that is placed; whatever lies
    inside such a node is `alongside` too.
    """

    required: Amount
    parent: int
    alongside: bool = False
    pools: frozenset[int] = frozenset()  # only of nodes that are alongside
    stretch_of: str = ""  # nodes alongside with the same word share nothing: what they lack adds up


@dataclass(frozen=True, slots=True)
class Limit:
    """At most so many minutes of these pools taken together; `node`: of what is placed there, None: of what counts."""

    pools: frozenset[int]
    at_most: Amount
    node: int | None = None


@dataclass(frozen=True, slots=True)
class CarryRule:
    """What may go to the next period: of the `pools`, at most `at_most` in all, and at most each of `limits`.

    What is beyond a limit may still go where its place in `relabels` is True, without what the limit speaks of; by
    limit, `loose` are the pools whose minutes it speaks of even then.
    `capped`: credit that a cap keeps from counting may be carried too.
    By pool, `rank` says how much a minute is worth carrying with its label, `loose_rank` (never more) without: among
    equal amounts that of the highest rank goes on.
    """

    at_most: Amount
    pools: frozenset[int]
    limits: tuple[Limit, ...] = ()
    relabels: tuple[bool, ...] = ()
    loose: tuple[frozenset[int], ...] = ()
    capped: bool = False
    rank: tuple[int, ...] = ()
    loose_rank: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Problem:
    """One period. `places` by pool: the nodes where its minutes may be placed; none: they cannot count.

    The first place of a pool is its own, where surplus of it belongs.
    """

    held: tuple[Amount, ...]
    nodes: tuple[Node, ...]
    places: tuple[tuple[int, ...], ...]
    limits: tuple[Limit, ...] = ()
    carry: CarryRule | None = None


@dataclass(frozen=True, slots=True)
class Late:
    """Minutes earned after the period that may fill what is missing in it, by pool, and the period they come from.

    `at_most`: how many may be used. `onward` is the period after, with all its minutes, the late ones among them;
    `as_onward` gives the pool there for each pool here (None: they cannot count there).
    """

    held: tuple[Amount, ...]
    at_most: Amount | None
    onward: Problem
    as_onward: tuple[int | None, ...]


@dataclass(frozen=True, slots=True)
class Solution:
    """The best use of what is held.

    `placed[pool]` maps a node to minutes placed there and not carried; `late[pool]` are minutes taken from after the
    period, which are among the placed; `carried[pool]` go to the next period with their label and `relabelled[pool]`
    without it. `served` by node: minutes placed there and inside it. `shortfall` by node: what is missing there.
    `missing` is the fewest further minutes that would complete the period, nested nodes sharing them.
    """

    placed: tuple[dict[int, Amount], ...]
    late: tuple[Amount, ...]
    carried: tuple[Amount, ...]
    relabelled: tuple[Amount, ...]
    served: tuple[Amount, ...]
    shortfall: tuple[Amount, ...]
    missing: Amount
