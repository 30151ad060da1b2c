"""Attendance imports, as far as certificates rest on them: applied and taken back with an eye to what was issued."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from advocates.models import Outcome, User
from cle.core.errors import DomainError
from compliance.queries.certificates import rest_on_file
from courses.models import AttendanceFile, Entry
from courses.services.attendance import made_by, undo_import
from courses.services.attendance_choices import apply_with_choices, check_count, chosen_lines


@dataclass(frozen=True, slots=True)
class Undoing:
    """What taking an import back would do: whose attendance, and how much credit; and what stands in its way."""

    people: int
    minutes: int
    replaced_later: int
    certified: bool

    @property
    def is_possible(self) -> bool:
        return not self.replaced_later and not self.certified


def people_of(file: AttendanceFile) -> int:
    """Lines of the file that somebody gets something for once it is applied, what was chosen included."""
    written = file.lines.filter(outcome__in=[Outcome.CREATED, Outcome.CHANGED]).count()
    return written + sum(line.advocate_id is not None for line in chosen_lines(file))


def apply_report(file: AttendanceFile, *, by: User, now: dt.datetime, count: int | None = None) -> AttendanceFile:
    """Apply an import with what was chosen in its preview; ``count`` is that of ``people_of`` as it was shown.

    Raises DomainError as ``apply_attendance``, "count-moved-on", and "certificates-issued" where certificates rest on
    the report that this one replaces.
    """
    if file.replaces_id and rest_on_file(file.replaces_id):
        said = _("Certificates were issued for the roster that this one replaces. Revoke them first.")
        raise DomainError("certificates-issued", said)
    if count is not None:
        check_count(people_of(file), count)
    return apply_with_choices(file, by=by, now=now)


def undoing(file: AttendanceFile) -> Undoing:
    mine, later = made_by(file, file.session)
    entries = Entry.objects.filter(attendance__in=mine.values(), reversed_by=None)
    return Undoing(len(mine), sum(entries.values_list("minutes", flat=True)), later, rest_on_file(file.pk))


def undo_report(
    file: AttendanceFile, *, by: User, reason: str, now: dt.datetime, count: int | None = None
) -> AttendanceFile:
    """Take an import back; ``count`` is the number of people as it was shown.

    Raises DomainError as ``undo_import``, "count-moved-on", and "certificates-issued" where certificates rest on it.
    """
    if rest_on_file(file.pk):
        said = _("Certificates were issued for attendance of this import. Revoke them first.")
        raise DomainError("certificates-issued", said)
    if count is not None:
        check_count(undoing(file).people, count)
    return undo_import(file, by=by, reason=reason, now=now)
