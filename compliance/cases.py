"""Which steps a case may take by a person's hand, and what each of them needs.

What the system does by itself is not here: opening a case, noting that the notice went out, noting that the
hours were made up. All three favour or inform the advocate; everything else is a decision of a person.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, NamedTuple

from compliance.models import CaseState

LIVE: Final = (
    CaseState.OPEN, CaseState.NOTIFIED, CaseState.OBJECTED, CaseState.PETITION_DRAFTED, CaseState.DECIDED,
)  # fmt: skip
"""States in which the shortage is still an open question: after a decision too, until the hours are made up."""


class Needs(NamedTuple):
    """What must be written down with a step."""

    reason: bool = False
    document: bool = False


_REASON = Needs(reason=True)

BY_HAND: Final[Mapping[tuple[CaseState, CaseState], Needs]] = MappingProxyType(
    {
        (CaseState.OPEN, CaseState.NOTIFIED): Needs(),  # handed over on paper
        (CaseState.NOTIFIED, CaseState.OBJECTED): _REASON,
        # An objection is accepted at any time after the notice, also against a draft.
        (CaseState.PETITION_DRAFTED, CaseState.OBJECTED): _REASON,
        (CaseState.OBJECTED, CaseState.NOTIFIED): _REASON,
        # Never straight from an objection: it is answered first.
        (CaseState.NOTIFIED, CaseState.PETITION_DRAFTED): Needs(),
        # What the presidium or the licensor decided, by the paper that says so. It changes no status here.
        (CaseState.PETITION_DRAFTED, CaseState.DECIDED): Needs(reason=True, document=True),
        **{(state, CaseState.EXCUSED): Needs(reason=True, document=True) for state in LIVE},
        **{(state, CaseState.CLOSED): _REASON for state in CaseState if state != CaseState.CLOSED},
    }
)
"""(from, to) → what the step needs. A pair that is not here is not possible."""
