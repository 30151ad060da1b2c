"""As what carried credit goes on to the next period."""

from dataclasses import replace

from .language.after import CarryLimit
from .matching import matches, within
from .period import Frame
from .valuation import Valued


def goes_on_as(frame: Frame, item: Valued) -> tuple[Valued, Valued]:
    """The credit with its label, and without what a carry limit speaks of, as far as a limit lets it go on so."""
    carry = frame.rulebook.carry
    general = carry.as_category if carry else None
    kept = replace(item, category=general or item.category, losses=(), vintage=_vintage(frame, item))
    limit = _relabelling(frame, item)
    if limit is None:
        return kept, kept
    category, form = limit.relabel_category or kept.category, limit.relabel_format or item.format
    return kept, replace(kept, category=category, format=form)


def _vintage(frame: Frame, item: Valued) -> int:
    return frame.index if item.vintage is None else item.vintage


def _relabelling(frame: Frame, item: Valued) -> CarryLimit | None:
    """The limit that lets more of such credit be carried as something else."""
    limits = frame.rulebook.carry.limits if frame.rulebook.carry else ()
    loosening = (limit for limit in limits if limit.relabel_category or limit.relabel_format)
    categories = within(frame.rulebook)
    return next(
        (limit for limit in loosening if matches(limit.counts, item, categories, frame.period.end)),
        None,
    )
