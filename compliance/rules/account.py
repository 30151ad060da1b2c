"""One count of one person's credit, from which the assessment, its explanation and its words are all taken."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from .assess import Assessment, composed
from .duties import duty_lines
from .explain import Explained, explained, unregulated
from .facts import Facts, told_apart
from .language.rulebook import Rulebook
from .period import law_of, timeline
from .settling import settle


@dataclass(frozen=True, slots=True)
class Account:
    """`rules` are those of each period, with their variants; of the newest version where there is no period yet."""

    result: Assessment
    rules: tuple[Rulebook, ...]
    credits: tuple[Explained, ...]
    newest: Rulebook


def account(rulebooks: Rulebook | Sequence[Rulebook], facts: Facts, today: date) -> Account:
    """Assessment and explanation from one count. Raises FactsError as `assess` does."""
    law, facts = law_of(rulebooks), told_apart(facts)
    line = timeline(law, facts, today)
    duties = duty_lines(law[-1], facts, today)
    if not line.frames:
        result = Assessment((), duties, line.after, line.after)
        return Account(result, (law[-1],), tuple(unregulated(law, facts)), law[-1])
    settled = settle(line, facts, today)
    result = composed(line, settled, facts, today, duties)
    return Account(result, tuple(each.frame.rulebook for each in settled), explained(line, settled, facts), law[-1])


def explain(rulebooks: Rulebook | Sequence[Rulebook], facts: Facts, today: date) -> tuple[Explained, ...]:
    """Every credit by day, then category, format and reference; earlier ones count, and make up, before later ones.

    Raises FactsError as `assess` does.
    """
    return account(rulebooks, facts, today).credits
