"""Who may do what for a bar: one table. Whatever does not stand in it nobody may do."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from advocates.models import RoleKind


class Action(StrEnum):
    """What can be done with a bar's rows. The words stand in the documentation."""

    READ_ROLL = "read the roll of a bar"
    KEEP_ROLL = "import the roll, correct particulars, record a status that was decided"
    READ_COURSES = "read providers, courses and sessions, drafts included"
    KEEP_COURSES = "keep providers, courses and sessions, and submit a course for accreditation"
    ACCREDIT = "decide on the accreditation of a course"
    READ_ATTENDANCE = "read registrations and attendance"
    KEEP_ATTENDANCE = "upload attendance, correct it, and confirm a session"
    READ_LEDGER = "read the credit ledger"
    CORRECT_LEDGER = "grant credit, take it away, reverse an entry"
    READ_CLAIMS = "read claims and their evidence"
    DECIDE_CLAIMS = "return, approve or reject a claim"
    READ_RULEBOOKS = "read the rulebooks of a bar"
    TRY_RULEBOOKS = "check a rulebook and see whom it would touch"
    ADOPT_RULEBOOKS = "adopt a rulebook"
    READ_STANDINGS = "read who has met the requirements, and why"
    RUN_SWEEPS = "run a sweep"
    READ_CASES = "read cases and their steps"
    STEP_CASES = "take a step in a case"
    READ_NOTICES = "read what was said to whom"
    HANDLE_NOTICES = "plan notices, and hand over those on paper"
    READ_CERTIFICATES = "read certificates"
    ISSUE_CERTIFICATES = "issue, replace and revoke certificates"
    READ_REQUESTS = "read objections and requests to correct a file"
    ANSWER_REQUESTS = "answer objections and requests to correct a file"
    READ_STATISTICS = "read counts of the bar"
    READ_REPORTS = "read the rows of the quarterly report"
    READ_ACCESS = "read who has which role, and which keys there are"
    GIVE_ACCESS = "give and end roles and keys"
    READ_PRIVACY = "read consents and what is due to be erased"
    KEEP_PRIVACY = "record consents, and erase what is due"
    READ_AUDIT = "read the audit trail"


_ALL: Final = frozenset(RoleKind)
_STAFF: Final = _ALL - {RoleKind.UNIT_HEAD}
_READERS: Final = frozenset({RoleKind.COMPLIANCE_OFFICER, RoleKind.BAR_ADMIN, RoleKind.AUDITOR})
_OFFICERS: Final = frozenset({RoleKind.COMPLIANCE_OFFICER, RoleKind.BAR_ADMIN})
_MANAGERS: Final = frozenset({RoleKind.COURSE_MANAGER, RoleKind.BAR_ADMIN})
_REVIEWERS: Final = frozenset({RoleKind.REVIEWER, RoleKind.BAR_ADMIN})
_ADMINS: Final = frozenset({RoleKind.BAR_ADMIN})
_WATCHERS: Final = frozenset({RoleKind.BAR_ADMIN, RoleKind.AUDITOR})

MAY: Final[Mapping[Action, frozenset[RoleKind]]] = MappingProxyType(
    {
        # The head of a unit sees the people of that unit alone, at the addresses that can tell them apart.
        Action.READ_ROLL: _ALL,
        Action.KEEP_ROLL: _ADMINS,
        Action.READ_COURSES: _STAFF,
        Action.KEEP_COURSES: _MANAGERS,
        Action.ACCREDIT: _REVIEWERS,
        Action.READ_ATTENDANCE: _READERS | _MANAGERS,
        Action.KEEP_ATTENDANCE: _MANAGERS,
        Action.READ_LEDGER: _READERS,
        Action.CORRECT_LEDGER: _OFFICERS,
        Action.READ_CLAIMS: _READERS | _REVIEWERS,
        Action.DECIDE_CLAIMS: _REVIEWERS,
        Action.READ_RULEBOOKS: _STAFF,
        Action.TRY_RULEBOOKS: _OFFICERS,
        Action.ADOPT_RULEBOOKS: _ADMINS,
        Action.READ_STANDINGS: _READERS | {RoleKind.UNIT_HEAD},
        Action.RUN_SWEEPS: _OFFICERS,
        Action.READ_CASES: _READERS,
        Action.STEP_CASES: _OFFICERS,
        Action.READ_NOTICES: _READERS,
        Action.HANDLE_NOTICES: _OFFICERS,
        Action.READ_CERTIFICATES: _READERS | _MANAGERS,
        Action.ISSUE_CERTIFICATES: _OFFICERS,
        Action.READ_REQUESTS: _READERS,
        Action.ANSWER_REQUESTS: _OFFICERS,
        Action.READ_STATISTICS: _STAFF,
        Action.READ_REPORTS: _READERS,
        Action.READ_ACCESS: _WATCHERS,
        Action.GIVE_ACCESS: _ADMINS,
        Action.READ_PRIVACY: _WATCHERS,
        Action.KEEP_PRIVACY: _ADMINS,
        Action.READ_AUDIT: _WATCHERS,
    }
)


def roles_for(action: Action) -> frozenset[RoleKind]:
    """The roles of which one is needed, at the bar itself or at one above it."""
    return MAY.get(action, frozenset())


OWN: Final = "own"
"""The scope of a token that reads and does what its advocate may under /me."""
PROVIDER: Final = "provider"
"""The scope of a token of a provider's organisation account."""


def scope_of(action: Action) -> str:
    """The name by which a token is allowed an action."""
    return action.name.lower()


SCOPES: Final[Mapping[str, Action]] = MappingProxyType({scope_of(action): action for action in Action})
"""Scopes that are for staff, by name; a token grants them only where the table lets its user do the same."""
