"""Claims as they wait for the bar: those submitted first come first."""

from __future__ import annotations

from django.db.models import Prefetch, Q, QuerySet

from advocates.models import Bar, User
from courses.models import Claim, ClaimState, ClaimStep


def listed(claims: QuerySet[Claim]) -> QuerySet[Claim]:
    """With what a line of a list needs, in two statements."""
    return claims.select_related("category", "advocate").prefetch_related("entries__reversed_by")


def complete(claims: QuerySet[Claim]) -> QuerySet[Claim]:
    """With what one claim needs besides."""
    steps = Prefetch("steps", ClaimStep.objects.select_related("by"))
    return listed(claims).prefetch_related("evidence", steps)


def next_waiting(bar: Bar, after: Claim, user: User) -> Claim | None:
    """The claim of somebody else that waits next after this one, else the first of all that wait."""
    waiting = Claim.objects.for_bar(bar).filter(state=ClaimState.SUBMITTED).exclude(advocate__user=user)
    queue = waiting.exclude(pk=after.pk).order_by("submitted_at", "pk")
    later = Q(submitted_at__gt=after.submitted_at) | Q(submitted_at=after.submitted_at, pk__gt=after.pk)
    return queue.filter(later).first() or queue.first()
