"""Which steps the accreditation of a course may take, and what each of them needs."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, NamedTuple

from courses.models import CourseState

OPEN: Final = (CourseState.DRAFT, CourseState.RETURNED)
"""States in which a course may still be changed by whoever will submit it."""

PENDING: Final = (*OPEN, CourseState.SUBMITTED, CourseState.IN_REVIEW)
"""States in which the accreditation is an open question."""


class Needs(NamedTuple):
    """``decision``: somebody else than who submitted the course; ``reason``: it must be written down."""

    decision: bool = False
    reason: bool = False


_DECISION = Needs(decision=True)
_AGAINST = Needs(decision=True, reason=True)

MOVES: Final[Mapping[tuple[CourseState, CourseState], Needs]] = MappingProxyType(
    {
        **{(state, CourseState.SUBMITTED): Needs() for state in OPEN},
        **{(state, CourseState.WITHDRAWN): Needs() for state in PENDING},
        (CourseState.SUBMITTED, CourseState.IN_REVIEW): _DECISION,
        (CourseState.IN_REVIEW, CourseState.APPROVED): _DECISION,
        (CourseState.IN_REVIEW, CourseState.RETURNED): _AGAINST,
        (CourseState.IN_REVIEW, CourseState.REFUSED): _AGAINST,
        # An accreditation that was given is taken away by whoever decides on it, from the next day on.
        (CourseState.APPROVED, CourseState.WITHDRAWN): _AGAINST,
    }
)
"""(from, to) → what the step needs. A pair that is not here is not possible."""
