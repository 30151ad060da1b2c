"""Erasing a batch of one kind of record. Each is safe to repeat; what is blank is not due any more."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Mapping
from types import MappingProxyType
from typing import Final

from django.db.models import Case, Value, When

from advocates.models import Advocate, Consent, ImportState, RollFile, RollLine, Withdrawal
from cle.core.append_only import erasing
from compliance.models import Certificate, Notice
from compliance.services.erasing.people import anonymise
from compliance.services.erasing.words import ABOUT, ERASED
from courses.models import AttendanceFile, AttendanceLine

Keys = Collection[int]


@erasing()
def _roll_files(keys: Keys, now: dt.datetime) -> int:
    RollLine.objects.filter(file__in=keys).update(**ABOUT["advocates.RollLine"])
    return RollFile.objects.filter(pk__in=keys).update(content=b"", missing=[], state=_put_aside())


@erasing()
def _attendance_files(keys: Keys, now: dt.datetime) -> int:
    AttendanceLine.objects.filter(file__in=keys).update(**ABOUT["courses.AttendanceLine"])
    return AttendanceFile.objects.filter(pk__in=keys).update(content=b"", state=_put_aside())


def _put_aside() -> Case:
    """What was not applied can never be, without its file."""
    return Case(When(state=ImportState.APPLIED, then="state"), default=Value(ImportState.DISCARDED))


@erasing()
def _notices(keys: Keys, now: dt.datetime) -> int:
    return Notice.objects.filter(pk__in=keys).update(**ABOUT["compliance.Notice"])


def _certificates(keys: Keys, now: dt.datetime) -> int:
    with erasing():
        return Certificate.objects.filter(pk__in=keys).update(snapshot={}, sha256="", erased_at=now)


def _consents(keys: Keys, now: dt.datetime) -> int:
    with erasing():
        Withdrawal.objects.filter(consent__in=keys).exclude(reason="").update(reason=ERASED)
        return Consent.objects.filter(pk__in=keys).update(subject_name="")


def _advocates(keys: Keys, now: dt.datetime) -> int:
    people = Advocate.objects.filter(pk__in=keys).select_related("bar").order_by("pk")
    return sum(anonymise(person, now=now) for person in people)


ERASE: Final[Mapping[str, Callable[[Keys, dt.datetime], int]]] = MappingProxyType(
    {
        "roll-files": _roll_files,
        "attendance-files": _attendance_files,
        "notices": _notices,
        "certificates": _certificates,
        "consents": _consents,
        "advocates": _advocates,
    }
)
"""By code of ``retention.json``: erases rows that are due, by their keys, and says how many."""
