"""What the audit trail covers: every table of ours but these, each with the reason."""

from __future__ import annotations

from typing import Final

from advocates.audit.tables import Covered, Recorded, recorded_tables

COVERED: Final = Covered(
    # Addresses, second factors and log-ins through organisations are kept by a package, in tables of its own.
    apps=("advocates", "courses", "compliance", "account", "mfa", "socialaccount"),
    exempt={
        "advocates.Change": "is the trail",
        "advocates.AuditSeal": "seals the trail",
        "advocates.FileRead": "is the record of who opened whose file, only ever added to",
        "advocates.IdempotentRequest": "an answer kept for a day, written with the change that it answers",
        "courses.Account": "counts the entries of the ledger, which are audited",
        "compliance.Assessed": "derived: from what a standing was computed",
        "compliance.Headings": "derived: what the lines of standings are called in the rules, which are audited",
        "compliance.MovedOn": "whose standings a sweep is to look at: gone once it has",
        "compliance.NoticeEvent": "is the record of what became of each notice, only ever added to",
        "compliance.Standing": "derived: computed from the ledger, the roll and the rules, which are audited",
        "compliance.SweepRange": "derived: how far a sweep is",
        "compliance.SweepRun": "derived: which sweeps there were",
    },
    updates_only={
        "advocates.RollLine": "the preview of a file follows from the file, which is kept; decisions on it are audited",
        "courses.AttendanceLine": "the preview of a file follows from the file, which is kept; decisions are audited",
    },
    withheld={
        "account.EmailConfirmation": ("key",),
        "advocates.RollLine": ("changes",),  # old and new values, national identifiers among them
        "mfa.Authenticator": ("data",),  # secrets of apps, recovery codes, keys
        "socialaccount.SocialAccount": ("uid", "extra_data"),  # what the organisation says of the person
        "socialaccount.SocialApp": ("key", "settings"),
    },
    idle={
        "advocates.Advocate": ("version",),
        "advocates.Token": ("last_used_at", "last_used_from"),
        "advocates.User": ("last_login",),
        "compliance.Job": ("attempts", "claimed_at", "done", "total"),
        # Words that are being handed over: the ledger of notices has their sums, and this trail the notice once sent.
        "compliance.Notice": (
            "attempts",
            "claimed_at",
            "due_at",
            "envelope",
            "facts",
            "handing_since",
            "html",
            "language",
            "message_id",
            "subject",
            "text",
        ),
        "mfa.Authenticator": ("last_used_at",),
        "socialaccount.SocialAccount": ("last_login",),
    },
)


def audited() -> list[Recorded]:
    return recorded_tables(COVERED)
