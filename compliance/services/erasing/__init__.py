"""Erasing what is due: a person has seen the count and confirms it; a worker, who owns the tables, does it."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from advocates.acting import beyond_the_wall
from advocates.models import Advocate, Bar, User
from cle.core.clock import now as clock_now
from cle.core.errors import DomainError
from compliance.models import Erasure, Job
from compliance.queries.retention import due, rules
from compliance.services.erasing.people import anonymise, check_erasable, words_about
from compliance.services.erasing.records import ERASE

__all__ = ["anonymise", "check_erasable", "confirm_erasure", "confirm_person", "erase", "words_about"]

BATCH = 100
"""Rows of one transaction; former members take some thirty statements each."""


@beyond_the_wall("what is due to be erased of people who belong to another bar by now")
@transaction.atomic
def confirm_erasure(bar: Bar, code: str, count: int, *, by: User, today: dt.date, now: dt.datetime) -> Erasure:
    """Write down that what is due today is to be erased; the caller has it done by a job.

    Raises DomainError: "nothing-due", or "count-differs" when ``count`` is not how many are due.
    """
    before = rules()[code].before(today)
    found = due(code, bar, before).count()
    if not found:
        raise DomainError("nothing-due", _("Nothing is due to be erased."))
    if found != count:
        raise DomainError("count-differs", _("The number is another one by now. Look again, then confirm it."))
    return Erasure.objects.create(
        bar=bar, record=code, before=before, counted=count, confirmed_by=by, confirmed_at=now
    )  # fmt: skip


@transaction.atomic
def confirm_person(advocate: Advocate, count: int, *, by: User, today: dt.date, now: dt.datetime) -> Erasure:
    """Write down that everything about one former member is to be erased.

    Raises DomainError like ``check_erasable``; "own-request" for one's own; "count-differs".
    """
    if advocate.user_id == by.pk:
        raise DomainError("own-request", _("Nobody answers their own request."))
    check_erasable(advocate)
    if sum(words_about(advocate).values()) != count:
        raise DomainError("count-differs", _("The number is another one by now. Look again, then confirm it."))
    return Erasure.objects.create(
        bar=advocate.bar, record="advocates", advocate=advocate, before=today, counted=count, confirmed_by=by,
        confirmed_at=now,
    )  # fmt: skip


def erase(job: Job, progress: Any) -> dict[str, Any]:
    """The work of a job: erase what was confirmed, batch by batch; takes up where an earlier attempt stopped."""
    erasure = Erasure.objects.select_related("bar", "advocate__bar").get(pk=job.parameters["erasure"], bar=job.bar)
    if erasure.finished_at is None:
        done = _person(erasure) if erasure.advocate else _due(erasure, progress)
        Erasure.objects.filter(pk=erasure.pk).update(erased=done, finished_at=clock_now())
        erasure.refresh_from_db()
    return {"erasure": erasure.pk, "record": erasure.record, "erased": erasure.erased}


def _person(erasure: Erasure) -> int:
    assert erasure.advocate is not None
    return erasure.counted if anonymise(erasure.advocate, now=clock_now()) else 0


def _due(erasure: Erasure, progress: Any) -> int:
    """Never more than was confirmed, and nothing that became due since."""
    done = erasure.erased
    while done < erasure.counted and (keys := _next(erasure, min(BATCH, erasure.counted - done))):
        with transaction.atomic():
            done += ERASE[erasure.record](keys, clock_now())
            Erasure.objects.filter(pk=erasure.pk).update(erased=done)
        progress(done, erasure.counted)
    return done


def _next(erasure: Erasure, number: int) -> list[int]:
    return list(due(erasure.record, erasure.bar, erasure.before).order_by("pk").values_list("pk", flat=True)[:number])
