"""One advocate's account under the rules of the bar: read entry by entry, counted afresh, and nothing written."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from django.utils import translation

from advocates.models import Advocate
from compliance.queries.ledgers import Ledger, ledgers
from compliance.queries.moves import cohorts_by_law
from compliance.queries.rules import rules_of
from compliance.queries.sweeps import Slice, people_behind
from compliance.rules import Facts, Rulebook
from compliance.rules.account import Account, account
from compliance.rules.speech import sections_of
from compliance.rules.suppose import Supposition, suppose
from courses.models import DeliveryFormat


def sections(counted: Account, language: str) -> list[list[str]]:
    """The account in words, with the names that the catalogue of courses has for formats."""
    with translation.override(language):
        formats = {delivery.code: str(delivery.label) for delivery in DeliveryFormat}
    return sections_of(counted, language, formats)


def account_of(advocate: Advocate, today: dt.date, supposed: Supposition | None = None) -> Account | None:
    """How the advocate stands on a day, and why; with ``supposed``, how it would be. None: the bar has no rules yet.

    A constant number of statements. Raises FactsError when the rules need to know what is not recorded.
    """
    known = known_of(advocate, today)
    if known is None:
        return None
    law, facts = known
    return account(law, suppose(facts, supposed) if supposed else facts, today)


def known_of(advocate: Advocate, today: dt.date) -> tuple[tuple[Rulebook, ...], Facts] | None:
    """The rules of the bar and of those before it, and what they are applied to; None: the bar has no rules yet."""
    rules = rules_of(advocate.bar)
    if not rules.regulates(today):
        return None
    part = Slice(advocate.bar_id, advocate.pk, advocate.pk, today, rules.version, rebuild=True)
    people = people_behind(part)
    (cohort,) = cohorts_by_law(part, people, rules)
    ledger = ledgers(part, people).get(advocate.pk) or Ledger()
    return (cohort.rules or rules).law, replace(cohort.facts, credits=ledger.credits)
