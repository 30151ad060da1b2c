"""What the audit trail covers: every table of ours but these, each with the reason."""

from __future__ import annotations

from typing import Final

from advocates.audit.tables import Covered, Recorded, recorded_tables

COVERED: Final = Covered(
    apps=("advocates", "courses", "compliance"),
    exempt={
        "advocates.Change": "is the trail",
        "advocates.AuditSeal": "seals the trail",
        "advocates.FileRead": "is the record of who opened whose file, only ever added to",
        "advocates.IdempotentRequest": "an answer kept for a day, written with the change that it answers",
        "courses.Account": "counts the entries of the ledger, which are audited",
        "compliance.Assessed": "derived: from what a standing was computed",
        "compliance.Standing": "derived: computed from the ledger, the roll and the rules, which are audited",
        "compliance.SweepRange": "derived: how far a sweep is",
        "compliance.SweepRun": "derived: which sweeps there were",
    },
    updates_only={
        "advocates.RollLine": "the preview of a file follows from the file, which is kept; decisions on it are audited",
        "courses.AttendanceLine": "the preview of a file follows from the file, which is kept; decisions are audited",
    },
    withheld={
        "advocates.RollLine": ("changes",),  # old and new values, national identifiers among them
    },
    idle={
        "advocates.Advocate": ("version",),
        "advocates.Token": ("last_used_at", "last_used_from"),
        "advocates.User": ("last_login",),
        "compliance.Job": ("attempts", "claimed_at", "done", "total"),
        "compliance.Notice": ("attempts", "claimed_at"),
    },
)


def audited() -> list[Recorded]:
    return recorded_tables(COVERED)
