"""Adopted rulebooks by when they hold: in force, still to come, past, or set aside by rules of a bar above."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from django.db import models
from django.db.models import QuerySet
from django.db.models.fields.json import KT
from django.utils.translation import gettext_lazy as _

from advocates.models import Bar
from cle.core.clock import local_date
from compliance.models import AdoptedRulebook
from compliance.queries.rules import ancestry


class When(models.TextChoices):
    IN_FORCE = "in_force", _("in force")
    COMING = "coming", _("still to come")
    PAST = "past", _("past")
    SET_ASIDE = "set_aside", _("set aside by rules of a bar above")


@dataclass(frozen=True, slots=True)
class _Row:
    pk: int
    bar: int
    start: dt.date
    whole: bool


def rulebooks_of(bar: Bar, now: dt.datetime) -> list[tuple[AdoptedRulebook, When]]:
    """What the bar and the bars above it have adopted, the newest first, without the documents; in three statements."""
    return _dated(AdoptedRulebook.objects.filter(bar__in=ancestry(bar)), now)


def rulebooks_in_force(now: dt.datetime) -> list[AdoptedRulebook]:
    """Of every bar, what holds on its own day, by the code of the bar, without the documents; in three statements."""
    found = [each for each, when in _dated(AdoptedRulebook.objects.all(), now) if when == When.IN_FORCE]
    return sorted(found, key=lambda each: each.bar.code)


def _dated(adopted: QuerySet[AdoptedRulebook], now: dt.datetime) -> list[tuple[AdoptedRulebook, When]]:
    bars = {bar.pk: bar for bar in Bar.objects.all()}
    days = {pk: local_date(now, bar.time_zone) for pk, bar in bars.items()}
    rows = adopted.order_by("-effective_from", "-pk").select_related("adopted_by")
    light = list(rows.annotate(extends=KT("document__extends"), title=_TITLE).defer("document"))
    when = dict(_when([_Row(each.pk, each.bar_id, each.effective_from, each.extends is None) for each in light],
                      {pk: bar.parent_id for pk, bar in bars.items()}, days))  # fmt: skip
    for each in light:
        each.bar = bars[each.bar_id]
    return [(each, when[each.pk]) for each in light]


_TITLE = models.F("document__title")


def _when(
    rows: Iterable[_Row], parents: Mapping[int, int | None], days: Mapping[int, dt.date]
) -> Iterator[tuple[int, When]]:
    """Of each bar the newest that has begun; a whole one unless a bar above has one, an addition only if one has."""
    begun = sorted((row for row in rows if row.start <= days[row.bar]), key=lambda row: row.start)
    newest = {row.bar: row for row in begun}
    for row in rows:
        if row.start > days[row.bar]:
            yield row.pk, When.COMING
        elif newest[row.bar] is not row:
            yield row.pk, When.PAST
        else:
            yield row.pk, When.IN_FORCE if row.whole != _ruled_above(row.bar, newest, parents) else When.SET_ASIDE


def _ruled_above(bar: int, newest: Mapping[int, _Row], parents: Mapping[int, int | None]) -> bool:
    above = parents[bar]
    while above is not None:
        if above in newest and newest[above].whole:
            return True
        above = parents[above]
    return False
