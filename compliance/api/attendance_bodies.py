"""What may be sent about attendance: a report as a file or as rows, and decisions on its lines."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from advocates.models import Outcome
from compliance.api.bodies import AdvocateField, Body, InstantField
from compliance.api.parameters import PageParameters
from courses.queries.roster import of_the_tree
from courses.services.attendance_rows import MOST_ROWS, Row


class AttendanceReportBody(Body):
    """`time_zone` (IANA) is that of the times in the file, by default the bar's. `sheet` and `encoding` are for files
    that are read wrongly by themselves; `override_reason` lets in the report of another time.
    """

    file = serializers.FileField(max_length=255, allow_empty_file=True)
    time_zone = serializers.CharField(max_length=50, allow_blank=True, default="")
    sheet = serializers.CharField(max_length=100, allow_blank=True, default="")
    encoding = serializers.CharField(max_length=40, allow_blank=True, default="")
    override_reason = serializers.CharField(max_length=300, allow_blank=True, default="")


class AttendanceRowBody(Body):
    """Somebody who was there: from when to when, or for how many minutes."""

    licence = serializers.CharField(max_length=50, allow_blank=True, default="")
    email = serializers.CharField(max_length=254, allow_blank=True, default="")
    name = serializers.CharField(max_length=300, allow_blank=True, default="")
    joined = InstantField(required=False)
    left = InstantField(required=False)
    minutes = serializers.IntegerField(min_value=0, max_value=1440, required=False)

    def validate(self, attrs: dict[str, Any]) -> Row:
        return Row(**attrs)


class AttendanceRowsBody(Body):
    """The rows are numbered as in a sheet with a heading: the first of them is row 2."""

    rows = serializers.ListField(child=AttendanceRowBody(), min_length=1, max_length=MOST_ROWS)
    override_reason = serializers.CharField(max_length=300, allow_blank=True, default="")


class LineParameters(PageParameters):
    outcome = serializers.ChoiceField(required=False, choices=Outcome.choices)


class AttendanceUndoBody(Body):
    reason = serializers.CharField(max_length=300)


class AnybodyOfTheTreeField(AdvocateField):
    """The key of somebody who is or was a member of the view's bar or of a bar below it."""

    def get_queryset(self) -> Any:
        return of_the_tree(self.context["view"].bar)


class AttendanceDecisionBody(Body):
    """Whose line it is; or null for nobody, with a reason. `remember` the name as theirs for the next time."""

    advocate = AnybodyOfTheTreeField(allow_null=True)
    reason = serializers.CharField(max_length=300, allow_blank=True, default="")
    remember = serializers.BooleanField(default=True)


class AttendanceAcceptBody(Body):
    """Open lines whose likeliest person is at least this likely, in percent, and likelier than anybody else."""

    confidence = serializers.IntegerField(min_value=50, max_value=100)
