"""What if: an advocate's account as it is beside the same as it would be. Nothing is written."""

from __future__ import annotations

import datetime as dt

from advocates.models import Advocate
from compliance.rules.account import Account, account
from compliance.rules.suppose import Supposition, suppose
from compliance.services.explaining import known_of


def compared(advocate: Advocate, today: dt.date, supposed: Supposition) -> tuple[Account, Account] | None:
    """As it is and as it would be, from one reading of the record; None: the bar has no rules yet.

    Raises FactsError when the rules need to know what is not recorded, or when what is supposed cannot be.
    """
    known = known_of(advocate, today)
    if known is None:
        return None
    law, facts = known
    return account(law, facts, today), account(law, suppose(facts, supposed), today)
