"""What a plan of notices would say, before anybody is written to."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Final

from compliance.models import Notice, Standing
from compliance.notices.letter import Letter, write_letter
from compliance.notices.stages import keep_stage
from compliance.notices.wordings import Words, with_wordings
from compliance.queries.notices import rulebooks_behind
from compliance.rules.language.notices import NoticeStage
from compliance.services.notices.planning import Plan, key_of

MOST_LETTERS: Final = 10


def try_words(
    standings: Iterable[Standing], stage: NoticeStage, words: Words, language: str, today: dt.date
) -> list[Letter]:
    """Letters of a stage in one language with words that nobody has published, to whoever these standings are of.

    Rows come with `advocate__bar` and `rulebook__bar`. Nothing is written.
    """
    rows = list(standings)
    rulebooks = rulebooks_behind(rows)
    letters = []
    for standing in rows:
        keep_stage(standing, stage)
        standing.advocate.language = language
        drafts = {language: words}
        rulebook = rulebooks[standing.pk]
        letters.append(write_letter(standing.advocate, stage.code, standing, rulebook, today, drafts))
    return letters


def preview_letter(plan: Plan, notice: Notice, today: dt.date) -> Letter:
    """One letter of the plan, as it would read today. Nothing is written."""
    key = plan.standings[key_of(notice)].pk
    standing = with_wordings(Standing.objects.select_related("advocate__bar", "rulebook__bar")).get(pk=key)
    keep_stage(standing, plan.stages[key_of(notice)])
    standing.put_off_to = plan.standings[key_of(notice)].put_off_to
    return write_letter(standing.advocate, notice.stage, standing, rulebooks_behind([standing])[key], today)


def preview_letters(plan: Plan, today: dt.date) -> list[tuple[Notice, Letter]]:
    """The first letter of each stage and language, as it would read today; at most ten. Nothing is written."""
    firsts: dict[tuple[str, str], Notice] = {}
    for notice in plan.notices:
        firsts.setdefault((notice.stage, plan.standings[key_of(notice)].advocate.language), notice)
    shown = {plan.standings[key_of(notice)].pk: notice for notice in list(firsts.values())[:MOST_LETTERS]}
    rows = Standing.objects.filter(pk__in=shown).select_related("advocate__bar", "rulebook__bar")
    standings = with_wordings(rows).in_bulk()
    for pk, notice in shown.items():
        keep_stage(standings[pk], plan.stages[key_of(notice)])
        standings[pk].put_off_to = plan.standings[key_of(notice)].put_off_to
    rulebooks = rulebooks_behind(standings.values())
    return [
        (notice, write_letter(standings[pk].advocate, notice.stage, standings[pk], rulebooks[pk], today))
        for pk, notice in shown.items()
    ]
