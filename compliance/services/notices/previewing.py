"""What a plan of notices would say, before anybody is written to."""

from __future__ import annotations

import datetime as dt
from typing import Final

from compliance.models import Notice, Standing
from compliance.notices.letter import Letter, write_letter
from compliance.notices.stages import keep_stage
from compliance.notices.wordings import with_wordings
from compliance.queries.notices import rulebooks_behind
from compliance.services.notices.planning import Plan, key_of

MOST_LETTERS: Final = 10


def preview_letter(plan: Plan, notice: Notice, today: dt.date) -> Letter:
    """One letter of the plan, as it would read today. Nothing is written."""
    key = plan.standings[key_of(notice)].pk
    standing = with_wordings(Standing.objects.select_related("advocate__bar", "rulebook__bar")).get(pk=key)
    keep_stage(standing, plan.stages[key_of(notice)])
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
    rulebooks = rulebooks_behind(standings.values())
    return [
        (notice, write_letter(standings[pk].advocate, notice.stage, standings[pk], rulebooks[pk], today))
        for pk, notice in shown.items()
    ]
