"""What a plan of notices would say, before anybody is written to."""

from __future__ import annotations

import datetime as dt
from typing import Final

from compliance.models import Notice, Standing
from compliance.notices.letter import Letter, write_letter
from compliance.queries.notices import rulebooks_behind
from compliance.services.notices.planning import Plan, key_of

MOST_LETTERS: Final = 10


def preview_letter(plan: Plan, notice: Notice, today: dt.date) -> Letter:
    """One letter of the plan, as it would read today. Nothing is written."""
    key = plan.standings[key_of(notice)].pk
    standing = Standing.objects.select_related("advocate__bar", "rulebook__bar").get(pk=key)
    return write_letter(standing.advocate, notice.stage, standing, rulebooks_behind([standing])[key], today)


def preview_letters(plan: Plan, today: dt.date) -> list[tuple[Notice, Letter]]:
    """The first letter of each stage and language, as it would read today; at most ten. Nothing is written."""
    firsts: dict[tuple[str, str], Notice] = {}
    for notice in plan.notices:
        firsts.setdefault((notice.stage, plan.standings[key_of(notice)].advocate.language), notice)
    shown = {plan.standings[key_of(notice)].pk: notice for notice in list(firsts.values())[:MOST_LETTERS]}
    standings = Standing.objects.filter(pk__in=shown).select_related("advocate__bar", "rulebook__bar").in_bulk()
    rulebooks = rulebooks_behind(standings.values())
    return [
        (notice, write_letter(standings[pk].advocate, notice.stage, standings[pk], rulebooks[pk], today))
        for pk, notice in shown.items()
    ]
