"""Which columns say something about a person, and what stands in them once that is erased.

Keys, days, minutes, states and articles stay: they are what is counted. ``ERASED`` stands where a column may not be
empty. A test holds this table to the models: each one with a link to an advocate is here, or in ``KEPT`` with why.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

ERASED: Final = "—"

Words = Mapping[str, Any]

PERSON: Final[Words] = {
    "full_name": ERASED, "family_name": ERASED, "given_name": "", "patronymic": "", "name_key": "", "search_key": "",
    "licence_number": "", "licence_key": "", "licence_date": None, "email": "", "phone": "", "address": "",
    "national_id": "",
}  # fmt: skip
"""Of the advocate's own row."""

ABOUT: Final[Mapping[str, Words]] = MappingProxyType(
    {
        "advocates.Membership": {"document": ""},
        "advocates.StatusSpan": {"document": ""},
        "advocates.NameAlias": {"key": ""},
        "advocates.RollLine": {
            "label": "", "changes": {}, "problems": [], "suggestions": [], "national_id": "", "national_id_before": "",
        },
        "courses.AttendanceLine": {"label": "", "email": "", "licence": "", "problems": [], "suggestions": []},
        "courses.Attendance": {"void_reason": ERASED},
        "courses.Claim": {"title": ERASED, "description": "", "decision_reason": ""},
        "courses.ClaimStep": {"reason": ERASED},
        "courses.Evidence": {"name": ERASED, "file": ""},
        "courses.Adjustment": {"reason": ERASED, "document": ""},
        "courses.Entry": {"reason": ERASED},
        "compliance.Notice": {
            "address": "", "subject": "", "text": "", "html": "", "facts": {}, "error": "", "message_id": "",
            "envelope": {},
        },
        "compliance.CaseStep": {"reason": ERASED, "document": ""},
        "compliance.Objection": {"text": ERASED, "answer": ERASED},
        "compliance.Excuse": {
            "reason": "other", "text": ERASED, "answer": ERASED, "document": ERASED, "paper": "", "paper_name": "",
        },
        "compliance.Correction": {"text": ERASED, "answer": ERASED, "proof": ERASED},
    }
)  # fmt: skip
"""Of the rows about an advocate, by model."""

PATHS: Final = {"compliance.CaseStep": "case__advocate"}
"""How to find the advocate from a row that has no link of its own."""

KEPT: Final[Mapping[str, str]] = MappingProxyType(
    {
        "advocates.Change": "the audit trail is sealed: nobody can blank it, and it says what was before",
        "advocates.FileRead": "who looked and when; it names the reader alone",
        "advocates.Consent": "has a time of its own (consents)",
        "advocates.Withdrawal": "says when and how a consent was taken back; its reasons go with the consent",
        "compliance.Certificate": "has a time of its own (certificates): until then anybody can check the paper",
        "compliance.Assessed": "figures",
        "compliance.Case": "days and a state",
        "compliance.CalendarFeed": "a sum of a secret that leads nowhere any more",
        "compliance.MovedOn": "a link, until a sweep has looked",
        "compliance.NoticeEvent": "times, kinds, numbers of servers, and sums of words that are gone",
        "compliance.NoticeOpening": "a time",
        "compliance.Preferences": "numbers of days, and hours of the day",
        "compliance.Erasure": "says that and when it was erased",
        "compliance.Standing": "figures",
        "courses.Account": "a count",
        "courses.PresenceMark": "times within a session",
        "courses.Registration": "a state and its days",
        "courses.Teaching": "minutes of a session",
    }
)
"""Models with a link to an advocate whose rows stay as they are, and why."""
