"""What a line of a roll changes, as it is kept: national identifiers sealed, and masked where people look."""

from __future__ import annotations

from advocates.models import RollLine
from advocates.roll.changes import Changes
from cle.core.sealed_fields import MASK, Sealed

SEALED = ("national_id", "national_id_before")


def note_changes(line: RollLine, changes: Changes) -> None:
    """Put the changes (field → [old, new]) on the line; the caller saves ``changes`` and ``SEALED``."""
    line.national_id_before, line.national_id = changes.get("national_id", ["", ""])
    line.changes = masked(changes)


def masked(changes: Changes) -> Changes:
    """The changes as people may see them."""
    before, after = changes.get("national_id", ["", ""])
    return {**changes, "national_id": [before and MASK, MASK]} if after else changes


def revealed(changes: Changes, before: Sealed, after: Sealed) -> Changes:
    """The changes as they were before they were masked."""
    return {**changes, "national_id": [before.reveal(), after.reveal()]} if after else changes


def said(changes: Changes, national_id: Sealed) -> dict[str, str]:
    """Field → what the file says, with the national identifier in the open."""
    found = {field: new for field, (_old, new) in changes.items()}
    return {**found, "national_id": national_id.reveal()} if national_id else found


def said_by(line: RollLine) -> dict[str, str]:
    return said(line.changes, line.national_id)
