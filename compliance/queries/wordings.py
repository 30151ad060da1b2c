"""Whose words a stage is said in, and on whom a draft is tried out."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from advocates.models import Bar
from advocates.models.people import AdvocateQuerySet
from compliance.models import NoticeWording, Standing
from compliance.notices.letter import kind_of
from compliance.notices.wordings import Words, shipped
from compliance.queries.cases import licensed
from compliance.queries.rules import ancestry, ladder_on, rules_of
from compliance.rules.ladder import overdue_stage
from compliance.rules.language.notices import NoticeStage

MOST_TRIED = 3


@dataclass(frozen=True, slots=True)
class InUse:
    """The words of a stage in a language; ``row`` is the version, None for those that come with the program."""

    language: str
    words: Words
    row: NoticeWording | None


def stages_of(bar: Bar, today: dt.date) -> tuple[NoticeStage, ...]:
    """The ladder of the bar; before it has rules there is the notice that hours are overdue all the same."""
    return tuple(rung.stage for rung in ladder_on(rules_of(bar), today)) or (overdue_stage(),)


def in_use(bar: Bar, languages: list[str]) -> dict[tuple[str, str], NoticeWording]:
    """By stage and language: the bar's own words, or those of the nearest bar above it. Two statements."""
    path = ancestry(bar)
    rows = NoticeWording.objects.in_use().filter(bar__in=path, language__in=languages).exclude(body="")
    nearest_last = sorted(rows.select_related("bar"), key=lambda row: path.index(row.bar_id))
    return {(row.stage, row.language): row for row in nearest_last}


def words_in_use(bar: Bar, stage: NoticeStage, language: str) -> InUse:
    row = in_use(bar, [language]).get((stage.code, language))
    words = Words(row.subject, row.body, row) if row else shipped(kind_of(stage), language)
    return InUse(language, words, row)


def versions_of(bar: Bar, stage: str, language: str) -> list[NoticeWording]:
    """Every version of the bar's own, the newest first."""
    rows = NoticeWording.objects.for_bar(bar).filter(stage=stage, language=language)
    return list(rows.select_related("written_by").order_by("-version"))


def to_try_on(people: AdvocateQuerySet, today: dt.date) -> list[Standing]:
    """Newest periods of up to three of these people, of those who have the most to make up."""
    newest = Standing.objects.filter(advocate__in=people).current().values("pk")
    rows = licensed(Standing.objects.filter(pk__in=newest), today)
    return list(rows.select_related("advocate__bar", "rulebook__bar").order_by("-missing", "pk")[:MOST_TRIED])
