"""What a correction would come to: it is carried out, looked at, and taken back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import NamedTuple

from django.db import transaction

from advocates.models import Advocate
from compliance.rules import FactsError
from compliance.rules.speech import spoken_of
from compliance.services.explaining import account_of


class Outcome(NamedTuple):
    """How somebody stands, in a few sentences, and how it would be; both empty where the bar cannot say."""

    now: str
    then: str

    @property
    def changes(self) -> bool:
        return self.now != self.then


def outcome(person: Advocate, today: dt.date, language: str, act: Callable[[], object]) -> Outcome:
    """What ``act`` would change in the standing of ``person``; nothing of it stays. Raises what ``act`` raises."""
    before = _spoken(person, today, language)
    with transaction.atomic():
        act()
        after = _spoken(Advocate.objects.get(pk=person.pk), today, language)
        transaction.set_rollback(True)
    return Outcome(before, after)


def _spoken(person: Advocate, today: dt.date, language: str) -> str:
    try:
        counted = account_of(person, today)
    except FactsError:
        return ""
    return spoken_of(counted, today, language) if counted else ""
