"""Which rules hold for a bar: the national rulebook and what the bar added to it, each from its day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import takewhile

from django.db.models import Case, IntegerField, Value, When

from advocates.models import Bar
from cle.core.prepared import read
from compliance.models import AdoptedRulebook
from compliance.notices.ladder import Rung, is_choosable
from compliance.rules import Addition, Rulebook, combine, parse_document
from compliance.rules.calendar import add_months
from compliance.rules.ladder import is_written, ladder_of
from compliance.rules.language.notices import NoticeStage

Adopted = tuple[int, dt.date, int]
"""An adopted document: its key, the day from which it holds, and the level of its bar, 0 at the root."""

DRAFT = 0
"""Stands for the key of a document that nobody has adopted yet."""


@dataclass(frozen=True, slots=True)
class Era:
    """The rules of the periods from ``start`` on, until before ``end`` (None: for good), and the newest document in
    them, by its key."""

    start: dt.date
    end: dt.date | None
    rulebook: Rulebook
    adopted_id: int


@dataclass(frozen=True)
class BarRules:
    """All that a bar ever adopted or inherited. ``version`` grows with each adoption above or in the bar."""

    version: int
    eras: tuple[Era, ...]

    @cached_property
    def law(self) -> tuple[Rulebook, ...]:
        """Every version of the rules, oldest first, as `assess` takes them: which of them governs a period, it says."""
        return tuple(era.rulebook for era in self.eras)

    def at(self, day: dt.date) -> Era | None:
        """The era in force on a day, None before the first."""
        return next((era for era in reversed(self.eras) if era.start <= day), None)

    def regulates(self, day: dt.date) -> bool:
        """Whether anybody can have a period on that day."""
        if not self.eras:
            return False
        first = self.law[0]
        back = first.period.months if first.governs == "periods_ending" else 0
        return add_months(first.effective_from, -back) <= day

    def era_of(self, version: Rulebook) -> Era:
        """The era whose rules these are: no two of them take effect on one day."""
        return next(era for era in self.eras if era.start == version.effective_from)

    def behind(self, adopted_id: int, period_start: dt.date, period_end: dt.date) -> Rulebook:
        """The rules by which a standing was judged, with what they add to: of the eras of the document that it names,
        the newest one that governs the period. Until the next sweep a document may be named that rules of a bar above
        have set aside since: then of all eras."""
        eras = [era for era in self.eras if era.adopted_id == adopted_id] or self.eras
        governing = [era for era in eras if era.start <= _decisive(era.rulebook, period_start, period_end)]
        return (governing or eras[:1])[-1].rulebook


def _decisive(rulebook: Rulebook, start: dt.date, end: dt.date) -> dt.date:
    return end if rulebook.governs == "periods_ending" else start


def ancestry(bar: Bar) -> list[int]:
    """Ids from the root of the tree down to the bar itself."""
    parents = dict(Bar.objects.values_list("pk", "parent_id"))
    path: list[int] = []
    current: int | None = bar.pk
    while current is not None:
        path.insert(0, current)
        current = parents[current]
    return path


_INHERITED = """
    WITH RECURSIVE path AS (
        SELECT id, parent_id, 0 AS up FROM advocates_bar WHERE id = %s
        UNION ALL
        SELECT above.id, above.parent_id, up + 1 FROM advocates_bar above JOIN path ON above.id = path.parent_id
    )
    SELECT adopted.id, effective_from, (SELECT max(up) FROM path) - up AS depth
      FROM compliance_adoptedrulebook adopted JOIN path ON path.id = adopted.bar_id
     ORDER BY effective_from, depth
"""


def rules_of(bar: Bar) -> BarRules:
    """The rules of a bar, in one statement. Documents are parsed once per process, they never change."""
    return rules_at(bar.pk)


def rules_at(bar: int) -> BarRules:
    """The same by the key of the bar."""
    adopted = tuple(tuple(row) for row in read(_INHERITED, [bar]))
    return BarRules(len(adopted), _eras(adopted))


def rules_with(bar: Bar, owner: Bar, draft: Rulebook | Addition) -> BarRules:
    """The rules of a bar as they would be if ``owner``, the bar itself or one above it, adopted the draft."""
    path = ancestry(bar)
    adopted = (*_adopted(path), (DRAFT, draft.effective_from, path.index(owner.pk)))
    in_order = tuple(sorted(adopted, key=lambda each: each[1:]))
    return BarRules(len(in_order), tuple(_cut(in_order, draft)))


def reminder_days(bar: Bar, today: dt.date) -> tuple[int, ...]:
    """How many days before the due date reminders go out, by the rules in force today: those that an advocate may
    have on other days."""
    return choosable_days(ladder_on(rules_of(bar), today))


def choosable_days(ladder: tuple[Rung, ...]) -> tuple[int, ...]:
    days = {-rung.stage.day for rung in ladder if is_choosable(rung.stage) and rung.stage.day is not None}
    return tuple(sorted(days, reverse=True))


def ladder_on(rules: BarRules, today: dt.date) -> tuple[Rung, ...]:
    """The stages of the rules in force on a day, each since the rules that have had it without a break."""
    eras = [era for era in rules.eras if era.start <= today]
    return _ladder(tuple((era.start, ladder_of(era.rulebook)) for era in eras)) if eras else ()


@lru_cache(maxsize=256)
def _ladder(eras: tuple[tuple[dt.date, tuple[NoticeStage, ...]], ...]) -> tuple[Rung, ...]:
    return tuple(Rung(stage, _since(stage, eras)) for stage in eras[-1][1])


def _since(stage: NoticeStage, eras: tuple[tuple[dt.date, tuple[NoticeStage, ...]], ...]) -> dt.date:
    if not is_written(stage):
        return dt.date.min
    had = takewhile(lambda era: any(each.code == stage.code for each in era[1]), reversed(eras))
    return [start for start, _stages in had][-1]


def _adopted(path: list[int]) -> tuple[Adopted, ...]:
    depth = Case(*(When(bar_id=pk, then=Value(level)) for level, pk in enumerate(path)), output_field=IntegerField())
    rows = AdoptedRulebook.objects.filter(bar__in=path).annotate(depth=depth).order_by("effective_from", "depth")
    return tuple(rows.values_list("pk", "effective_from", "depth"))


@lru_cache(maxsize=256)
def _eras(adopted: tuple[Adopted, ...]) -> tuple[Era, ...]:
    return tuple(_cut(adopted, None))


def _cut(adopted: tuple[Adopted, ...], draft: Rulebook | Addition | None) -> Iterable[Era]:
    """Cut time at each adoption; in each piece, combine the newest document of each level from the root down."""
    starts = sorted({start for _pk, start, _depth in adopted})
    ends: list[dt.date | None] = [*starts[1:], None]
    for start, end in zip(starts, ends, strict=False):
        newest = {depth: pk for pk, begins, depth in adopted if begins <= start}
        chain = tuple(newest[depth] for depth in sorted(newest))
        found = _combined(chain, start) if DRAFT not in chain else _combination(chain, start, _with(chain, draft))
        if found is not None:
            yield Era(start, end, *found)


@lru_cache(maxsize=256)
def _combined(chain: tuple[int, ...], start: dt.date) -> tuple[Rulebook, int] | None:
    return _combination(chain, start, _with(chain, None))


def _with(chain: tuple[int, ...], draft: Rulebook | Addition | None) -> Mapping[int, Rulebook | Addition]:
    rows = AdoptedRulebook.objects.filter(pk__in=chain).values_list("pk", "document")
    documents = {pk: parse_document(document) for pk, document in rows}
    return documents if draft is None else {**documents, DRAFT: draft}


def _combination(
    chain: tuple[int, ...], start: dt.date, documents: Mapping[int, Rulebook | Addition]
) -> tuple[Rulebook, int] | None:
    """The rulebook nearest to the root with every addition below it, and the last document that is part of it.

    The rules of the bars above bind the bars below (Law No. 176-VI, Art. 65(7)): a whole rulebook that a bar had of
    its own is left aside once a bar above has one.
    """
    found: tuple[Rulebook, int] | None = None
    for pk in chain:
        document = documents[pk]
        if isinstance(document, Rulebook):
            found = found or (document, pk)
        elif found is not None:
            found = combine(found[0], document), pk
    return found and (found[0].model_copy(update={"effective_from": start}), found[1])
