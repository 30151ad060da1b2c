"""What a draft of rules would do to the people it is for: everybody is judged twice, and nothing is written."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from advocates.models import Advocate, Bar
from cle.core.batching import key_ranges
from compliance.queries.rules import BarRules, rules_of, rules_with
from compliance.queries.sweeps import Slice, people_behind
from compliance.rules import Addition, Rulebook
from compliance.services.assessing import assessed
from compliance.services.findings import STATUSES, Results
from compliance.services.rulebooks import checked
from compliance.services.sweeps import BATCH

Progress = Callable[[int, int], None]
"""Told how many of the ranges of people are done, and how many there are."""

NOT_SUBJECT = "not_subject"
_BEST_FIRST = (NOT_SUBJECT, "exempt", "compliant", "on_track", "at_risk", "short")
EXAMPLES = 10


@dataclass(frozen=True, slots=True)
class Stand:
    """How somebody stands in a period: whole minutes missing, in all and by line."""

    status: str
    missing: int
    start: dt.date
    end: dt.date
    lines: tuple[tuple[str, int], ...]

    @property
    def rank(self) -> tuple[int, int]:
        """Grows the worse somebody stands."""
        return _grade(self), self.missing


def _grade(stand: Stand | None) -> int:
    return _BEST_FIRST.index(stand.status if stand else NOT_SUBJECT)


@dataclass(frozen=True, slots=True)
class Moved:
    """Somebody whose standing would be another one. ``before`` is None for who is not subject today.

    PII: a name, and whether the person meets the requirement.
    """

    advocate_id: int
    full_name: str
    before: Stand | None
    after: Stand

    @property
    def lines(self) -> tuple[str, ...]:
        """The lines in which more is missing than before."""
        known = dict(self.before.lines) if self.before else {}
        return tuple(code for code, missing in self.after.lines if missing > known.get(code, 0))


@dataclass(slots=True)
class BarImpact:
    """One bar: ``moves`` counts people by the status that they have today and the one that they would have.

    It adds up to the ``advocates`` whom the draft governs; ``unknown`` ones cannot be judged by one of the two laws.
    """

    bar: Bar
    moves: Counter[tuple[str, str]] = field(default_factory=Counter)
    unknown: int = 0
    examples: list[Moved] = field(default_factory=list)

    @property
    def advocates(self) -> int:
        return self.moves.total()

    def before(self, status: str) -> int:
        return sum(number for (before, _after), number in self.moves.items() if before == status)

    def after(self, status: str) -> int:
        return sum(number for (_before, after), number in self.moves.items() if after == status)

    @property
    def worse(self) -> int:
        """How many would stand worse than they do."""
        return sum(n for (now, then), n in self.moves.items() if _BEST_FIRST.index(then) > _BEST_FIRST.index(now))

    @property
    def better(self) -> int:
        return sum(n for (now, then), n in self.moves.items() if _BEST_FIRST.index(then) < _BEST_FIRST.index(now))

    def become(self, status: str) -> int:
        """How many would have the status who do not have it today."""
        return sum(number for (before, after), number in self.moves.items() if before != after == status)


@dataclass(frozen=True, slots=True)
class Impact:
    """What the draft would do, bar by bar, on the ledgers as they are ``on`` that day."""

    on: dt.date
    since: dt.date
    bars: tuple[BarImpact, ...]

    @property
    def moves(self) -> Counter[tuple[str, str]]:
        return sum((each.moves for each in self.bars), Counter())


def impact(
    bar: Bar,
    draft: Rulebook | Addition,
    today: dt.date,
    *,
    since: dt.date | None = None,
    examples: int = EXAMPLES,
    progress: Progress | None = None,
) -> Impact:
    """Judge the advocates of the bar and of the bars below it under the rules as they are and with the draft.

    Of everybody a period that the draft, or rules after it, would govern is compared with what lies in the same time
    today: of several the one in which things would get worst, otherwise better. A draft that begins after ``today`` is
    looked at on its first day, when nobody has earned anything: with ``since`` it is judged as if it had begun on that
    day, and shows what it would have meant for the period under way. A constant number of statements for each range.

    Raises what adopting the draft would raise.
    """
    checked(bar, draft)
    begun = draft.model_copy(update={"effective_from": since}) if since else draft
    on = max(today, begun.effective_from)
    found = {each.pk: BarImpact(each) for each in Bar.objects.below(bar).order_by("pk")}
    laws = {pk: (rules_of(each.bar), rules_with(each.bar, bar, begun)) for pk, each in found.items()}
    parts = [
        Slice(pk, first, last, on, 0, rebuild=True)
        for pk, each in found.items()
        for first, last in key_ranges(Advocate.objects.for_bar(each.bar), BATCH)
    ]
    for done, part in enumerate(parts, start=1):
        moved = _compare(part, *laws[part.bar_id], begun.effective_from, found[part.bar_id])
        _keep(found[part.bar_id], moved, examples)
        if progress:
            progress(done, len(parts))
    return Impact(on, begun.effective_from, tuple(found.values()))


Pair = tuple[int, Stand | None, Stand]
"""An advocate's key, and how that advocate stands today and would stand."""


def _compare(part: Slice, now: BarRules, then: BarRules, since: dt.date, into: BarImpact) -> list[Pair]:
    """Count the people of a range, and return those whose status would change, by key."""
    people = people_behind(part)
    if not len(people) or not then.regulates(part.today):
        return []
    after = assessed(part, then, people)
    before = assessed(part, now, people) if now.regulates(part.today) else Results.empty(people)
    into.unknown += int((~(after.known & before.known)).sum())
    governed, today = _stands(after, since), _stands(before, dt.date.min)
    moved = []
    for position in sorted(governed):
        if after.known[position] and before.known[position]:
            was, would = _decisive(today.get(position, []), governed[position])
            into.moves[was.status if was else NOT_SUBJECT, would.status] += 1
            if was is None or was.status != would.status:
                moved.append((int(people.ids[position]), was, would))
    return moved


def _stands(results: Results, since: dt.date) -> Mapping[int, list[Stand]]:
    """By position, the periods whose rules hold from that day or a later one."""
    found: defaultdict[int, list[Stand]] = defaultdict(list)
    for table in results.tables():
        if table.heads.since < since:
            continue
        codes = [code for code, _clause in table.heads.lines]
        columns = (table.members, table.status, table.missing, table.start, table.end, table.lacking)
        for position, status, missing, start, end, lacking in zip(*(each.tolist() for each in columns), strict=True):
            days = dt.date.fromordinal(start), dt.date.fromordinal(end)
            lines = tuple(zip(codes, lacking, strict=True))
            found[position].append(Stand(STATUSES[status], missing, *days, lines))
    return found


def _decisive(today: Sequence[Stand], governed: Sequence[Stand]) -> tuple[Stand | None, Stand]:
    """The period by which somebody is counted, with the worst of what lies in the same time today."""
    pairs = [(_meanwhile(today, would), would) for would in governed]
    return max(pairs, key=lambda pair: (_grade(pair[1]) > _grade(pair[0]), _grade(pair[1]) != _grade(pair[0]),
                                        pair[1].rank))  # fmt: skip


def _meanwhile(today: Sequence[Stand], would: Stand) -> Stand | None:
    shared = [each for each in today if each.start <= would.end and would.start <= each.end]
    return max(shared, key=lambda stand: stand.rank, default=None)


def _keep(into: BarImpact, moved: Iterable[Pair], most: int) -> None:
    """The first few of the bar whose standing would get worse, then of those for whom it would be better."""
    rows = sorted(moved, key=lambda pair: pair[1] is not None and pair[1].rank > pair[2].rank)
    rows = rows[: max(0, most - len(into.examples))]
    names = dict(Advocate.objects.filter(pk__in=[pk for pk, _, _ in rows]).values_list("pk", "full_name"))
    into.examples += [Moved(pk, names[pk], was, worst) for pk, was, worst in rows]
