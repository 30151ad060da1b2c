"""What a line of a roll changes, as it is kept: national identifiers sealed, and masked where people look."""

from __future__ import annotations

from advocates.models import RollLine
from advocates.roll.changes import Changes
from cle.core.sealed_fields import MASK

SEALED = ("national_id", "national_id_before")


def note_changes(line: RollLine, changes: Changes) -> None:
    """Put the changes (field → [old, new]) on the line; the caller saves ``changes`` and ``SEALED``."""
    before, after = changes.get("national_id", ["", ""])
    line.national_id_before, line.national_id = before, after
    line.changes = {**changes, "national_id": [before and MASK, MASK]} if after else changes


def said_by(line: RollLine) -> dict[str, str]:
    """Field → what the file says, with the national identifier in the open."""
    said = {field: new for field, (_old, new) in line.changes.items()}
    return {**said, "national_id": line.national_id.reveal()} if line.national_id else said
