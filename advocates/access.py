"""Who may do what for a bar: one table. Whatever does not stand in it nobody may do."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from advocates.models import RoleKind


class Action(StrEnum):
    READ_ROLL = "read the roll of a bar"
    READ_STANDINGS = "read who has met the requirements, and why"


MAY: Final[Mapping[Action, frozenset[RoleKind]]] = MappingProxyType(
    {
        # The head of a unit may see that unit alone; no role says yet which one it is.
        Action.READ_ROLL: frozenset(RoleKind) - {RoleKind.UNIT_HEAD},
        Action.READ_STANDINGS: frozenset({RoleKind.COMPLIANCE_OFFICER, RoleKind.BAR_ADMIN, RoleKind.AUDITOR}),
    }
)


def roles_for(action: Action) -> frozenset[RoleKind]:
    """The roles of which one is needed, at the bar itself or at one above it."""
    return MAY.get(action, frozenset())
