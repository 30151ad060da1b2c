"""What is due to be erased: for each kind of record, the rows whose time is up and whose words are still there."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from django.db.models import Exists, OuterRef, Q, QuerySet

from advocates.models import Advocate, Bar, Consent, ImportState, Membership, RollFile, Withdrawal
from compliance.cases import LIVE
from compliance.models import Case, Certificate, Correction, Excuse, Notice, NoticeState, Objection
from compliance.rules.calendar import add_months
from courses.models import AttendanceFile, Claim, SessionState

_TABLE: Final = Path(__file__).resolve().parent.parent / "retention.json"
Rows = QuerySet[Any]


@dataclass(frozen=True, slots=True)
class Rule:
    """How long one kind of record is kept. ``counted_from`` and ``name`` are texts by language."""

    code: str
    name: Mapping[str, str]
    months: int
    counted_from: Mapping[str, str]
    ground: str
    example: bool

    def before(self, today: dt.date) -> dt.date:
        """What counts from a day before this one is due."""
        return add_months(today, -self.months)


@cache
def rules() -> Mapping[str, Rule]:
    """The table of ``retention.json``, by code."""
    rows = json.loads(_TABLE.read_text(encoding="utf-8"))["records"]
    known = [Rule(one["code"], one["name"], one["months"], one["from"], one["ground"], one["example"]) for one in rows]
    return MappingProxyType({rule.code: rule for rule in known})


def due(code: str, bar: Bar, before: dt.date) -> Rows:
    """Rows of exactly this bar whose clock began before that day and whose words are still there."""
    return _DUE[code](bar, before)


def _roll_files(bar: Bar, before: dt.date) -> Rows:
    return RollFile.objects.for_bar(bar).filter(uploaded_at__date__lt=before).exclude(content="")


def _attendance_files(bar: Bar, before: dt.date) -> Rows:
    """Of sessions that are settled: while attendance is open, the report is its proof."""
    rows = AttendanceFile.objects.for_bar(bar).exclude(content="")
    confirmed = Q(session__state=SessionState.CONFIRMED, session__confirmed_at__date__lt=before)
    cancelled = Q(session__state=SessionState.CANCELLED, session__ends_at__date__lt=before)
    discarded = Q(state=ImportState.DISCARDED, uploaded_at__date__lt=before)
    return rows.filter(confirmed | cancelled | discarded)


def _notices(bar: Bar, before: dt.date) -> Rows:
    """Not while a case of the period is open: they are its proof."""
    case = Case.objects.filter(advocate=OuterRef("advocate"), period_start=OuterRef("period_start"))
    told = Notice.objects.for_bar(bar).filter(state__in=_TOLD, sent_at__date__lt=before)
    return told.exclude(address="", subject="", text="", html="").filter(~Exists(case.filter(_OPEN_CASE)))


def _certificates(bar: Bar, before: dt.date) -> Rows:
    return Certificate.objects.filter(bar=bar, issued_at__date__lt=before, erased_at=None)


def _consents(bar: Bar, before: dt.date) -> Rows:
    open_request = Withdrawal.objects.filter(consent=OuterRef("pk"), answered_at=None)
    return Consent.objects.filter(_left(before, "advocate"), ~Exists(open_request), bar=bar).exclude(subject_name="")


def _advocates(bar: Bar, before: dt.date) -> Rows:
    return erasable_advocates(bar).filter(_left(before, "pk"))


def erasable_advocates(bar: Bar) -> Rows:
    """People of the bar who are members nowhere and of whom nothing is open."""
    cases = Case.objects.filter(_OPEN_CASE, advocate=OuterRef("pk"))
    claims = Claim.objects.filter(advocate=OuterRef("pk"), state__in=["submitted", "returned"])
    requests = Withdrawal.objects.filter(advocate=OuterRef("pk"), answered_at=None)
    rows = Advocate.objects.for_bar(bar).filter(~Exists(_member("pk")), erased_at=None)
    asked = [model.objects.waiting().filter(advocate=OuterRef("pk")) for model in (Objection, Correction, Excuse)]
    return rows.filter(~Exists(cases), ~Exists(claims), ~Exists(requests), *(~Exists(each) for each in asked))


def _member(key: str) -> QuerySet[Membership]:
    return Membership.objects.filter(advocate=OuterRef(key), period__upper_inf=True)


def _left(before: dt.date, key: str) -> Q:
    """Every membership ended before that day, and there was one."""
    ended = Membership.objects.filter(advocate=OuterRef(key), period__endswith__lte=before)
    later = Membership.objects.filter(advocate=OuterRef(key)).filter(
        Q(period__upper_inf=True) | Q(period__endswith__gt=before)
    )
    return Q(Exists(ended)) & ~Q(Exists(later))


_TOLD: Final = (NoticeState.SENT, NoticeState.PRINTED)
_OPEN_CASE: Final = Q(state__in=LIVE)

_DUE: Final[Mapping[str, Callable[[Bar, dt.date], Rows]]] = MappingProxyType(
    {
        "roll-files": _roll_files,
        "attendance-files": _attendance_files,
        "notices": _notices,
        "certificates": _certificates,
        "consents": _consents,
        "advocates": _advocates,
    }
)
