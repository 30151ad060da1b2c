"""Who was at a session of the bar: reports uploaded, looked at, applied, taken back; and lines that people decide."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from drf_spectacular.utils import extend_schema
from rest_framework.mixins import ListModelMixin
from rest_framework.request import Request
from rest_framework.response import Response

from advocates.access import Action
from advocates.models import Advocate
from cle.core.clock import now
from cle.core.pagination import KeysetPagination
from compliance.api.attendance_bodies import (
    AttendanceAcceptBody,
    AttendanceDecisionBody,
    AttendanceReportBody,
    AttendanceRowsBody,
    AttendanceUndoBody,
    LineParameters,
)
from compliance.api.attendance_rows import (
    AttendanceAcceptedSerializer,
    AttendanceFileSerializer,
    AttendanceLineSerializer,
    AttendanceSerializer,
    WholeAttendanceFileSerializer,
)
from compliance.api.once import KEY_PARAMETER, once
from compliance.api.parameters import PageParameters
from compliance.api.sessions import SessionView
from compliance.services.imports import apply_report, undo_report
from courses.models import Attendance, AttendanceFile, AttendanceLine
from courses.queries.attendance import open_lines
from courses.services.attendance import discard_preview, preview_attendance
from courses.services.attendance_returning import Returning, candidates_of, returning_by
from courses.services.attendance_review import accept_likely, dismiss_line, resolve_line, take_back
from courses.services.attendance_rows import FILE_NAME, ZONE, sheet_of

REPORT = {"multipart/form-data": AttendanceReportBody, "application/json": AttendanceRowsBody}


class InOrderOfRecord(KeysetPagination):
    ordering = ("pk",)


class LatestUploadFirst(KeysetPagination):
    ordering = ("-pk",)


class AttendanceView(SessionView):
    """What is on record about the presence at a session of the bar."""

    purpose, changing = Action.READ_ATTENDANCE, Action.KEEP_ATTENDANCE

    def files(self) -> QuerySet[AttendanceFile]:
        rows = AttendanceFile.objects.for_bar(self.bar).filter(session=self.kwargs["session"])
        return rows.select_related("uploaded_by").defer("content")

    def file(self) -> AttendanceFile:
        found: AttendanceFile = get_object_or_404(self.files(), pk=self.kwargs["attendancefile"])
        return found

    def shown(self, file: AttendanceFile, status: int = 200) -> Response:
        where = reverse("api:attendance-file", args=[self.bar.code, file.session_id, file.pk])
        answer = WholeAttendanceFileSerializer(self.files().select_related("session__course").get(pk=file.pk)).data
        return Response(answer, status=status, headers={"Location": where} if status == 201 else {})


class SessionAttendance(ListModelMixin, AttendanceView):
    """Who was there and what it is worth, in the order of record; what was taken back is there too."""

    parameters = PageParameters
    serializer_class = AttendanceSerializer
    pagination_class = InOrderOfRecord

    def get(self, request: Request, bar: str, session: int) -> Response:
        return self.list(request)

    def get_queryset(self) -> QuerySet[Attendance]:
        rows = Attendance.objects.for_bar(self.bar).filter(session=self.session())
        return rows.select_related("advocate", "line")


class TakeBackAttendance(AttendanceView):
    """Take back one attendance, with a reason: its credit is reversed, and the lines that it rests on are nobody's."""

    @extend_schema(request=AttendanceUndoBody, responses=AttendanceSerializer)
    def post(self, request: Request, bar: str, session: int, attendance: int) -> Response:
        rows = Attendance.objects.for_bar(self.bar).filter(session=self.session()).select_related("advocate", "line")
        found: Any = get_object_or_404(rows, pk=attendance)
        reason = self.body(AttendanceUndoBody)["reason"]
        return Response(AttendanceSerializer(take_back(found, by=self.user, reason=reason, now=now())).data)


class AttendanceFiles(ListModelMixin, AttendanceView):
    """The reports of the session, the latest first."""

    parameters = PageParameters
    serializer_class = AttendanceFileSerializer
    pagination_class = LatestUploadFirst

    def get(self, request: Request, bar: str, session: int) -> Response:
        return self.list(request)

    def get_queryset(self) -> QuerySet[AttendanceFile]:
        return self.files().filter(session=self.session())

    @extend_schema(parameters=[KEY_PARAMETER], request=REPORT, responses={201: WholeAttendanceFileSerializer})
    @once
    def post(self, request: Request, bar: str, session: int) -> Response:
        """Upload a report, as a file (Zoom, Teams, Meet, or a list) or as rows, and see what applying it would do.

        Nothing else changes until it is applied. The lines, with what is wrong in which row, are at its own address.
        """
        found, report = self.session(), reported(self)
        return self.shown(preview_attendance(found, by=self.user, **report), status=201)


def reported(view: Any) -> dict[str, Any]:
    """What was sent, as the report that a preview is made of: the file, or the sheet that the rows come to."""
    if "file" in view.request.data:
        given = view.body(AttendanceReportBody)
        upload = given.pop("file")
        return {"content": upload.read(), "file_name": upload.name, **given}
    given = view.body(AttendanceRowsBody)
    return {"content": sheet_of(given.pop("rows")), "file_name": FILE_NAME, "time_zone": ZONE, **given}


class OneAttendanceFile(AttendanceView):
    """What applying a report would do or has done, in counts of its rows, and whose credit would come back."""

    serializer_class = WholeAttendanceFileSerializer

    def get(self, request: Request, bar: str, session: int, attendancefile: int) -> Response:
        return self.shown(self.file())


class AttendanceLines(ListModelMixin, AttendanceView):
    """The people of a report, in its order; `outcome=ambiguous` is what a person has to decide."""

    parameters = LineParameters
    serializer_class = AttendanceLineSerializer
    pagination_class = InOrderOfRecord
    meant: dict[int, Advocate]
    returning: dict[tuple[int, int], Returning]

    def get(self, request: Request, bar: str, session: int, attendancefile: int) -> Response:
        return self.list(request)

    def get_queryset(self) -> QuerySet[AttendanceLine]:
        asked = {name: value for name, value in self.asked.items() if name == "outcome"}
        rows = AttendanceLine.objects.for_bar(self.bar).filter(file=self.file(), **asked)
        return rows.select_related("advocate")

    def paginate_queryset(self, queryset: Any) -> Any:
        """With the people whom the lines of the page may mean, in one statement."""
        page = super().paginate_queryset(queryset)
        keys = {one["advocate"] for line in page or () for one in line.suggestions}
        self.meant = Advocate.objects.in_bulk(keys)
        self.returning = returning_by(self.session(), candidates_of(page or ()))
        return page

    def get_serializer_context(self) -> dict[str, Any]:
        found = {"people": getattr(self, "meant", {}), "returning": getattr(self, "returning", {})}
        return {**super().get_serializer_context(), **found}


class ApplyAttendance(AttendanceView):
    """Do what was previewed, all of it or nothing. Where the session is confirmed, the credit is posted at once."""

    @extend_schema(parameters=[KEY_PARAMETER], request=None, responses=WholeAttendanceFileSerializer)
    @once
    def post(self, request: Request, bar: str, session: int, attendancefile: int) -> Response:
        return self.shown(apply_report(self.file(), by=self.user, now=now()))


class DiscardAttendance(AttendanceView):
    """Put a preview aside."""

    @extend_schema(request=None, responses=WholeAttendanceFileSerializer)
    def post(self, request: Request, bar: str, session: int, attendancefile: int) -> Response:
        return self.shown(discard_preview(self.file()))


class UndoAttendance(AttendanceView):
    """Take back all that a report did, its credit too, with a reason: each entry is reversed, none is removed."""

    @extend_schema(parameters=[KEY_PARAMETER], request=AttendanceUndoBody, responses=WholeAttendanceFileSerializer)
    @once
    def post(self, request: Request, bar: str, session: int, attendancefile: int) -> Response:
        found, reason = self.file(), self.body(AttendanceUndoBody)["reason"]
        return self.shown(undo_report(found, by=self.user, reason=reason, now=now()))


class DecideLine(AttendanceView):
    """Whose an open line is: one of the candidates, somebody else of the bar, or nobody. Never one's own."""

    @extend_schema(request=AttendanceDecisionBody, responses=AttendanceLineSerializer)
    def post(self, request: Request, bar: str, session: int, attendancefile: int, attendanceline: int) -> Response:
        rows = AttendanceLine.objects.for_bar(self.bar).filter(file=self.file()).select_related("advocate")
        found: Any = get_object_or_404(rows, pk=attendanceline)
        given = self.body(AttendanceDecisionBody)
        advocate, reason, remember = given["advocate"], given["reason"], given["remember"]
        if advocate is None:
            dismiss_line(found, reason=reason, by=self.user, now=now())
        else:
            resolve_line(found, advocate, by=self.user, now=now(), remember=remember)
        return Response(AttendanceLineSerializer(rows.get(pk=attendanceline)).data)


class AcceptLikely(AttendanceView):
    """Give the open lines of an applied report to their likeliest people, from so many percent on."""

    @extend_schema(parameters=[KEY_PARAMETER], request=AttendanceAcceptBody, responses=AttendanceAcceptedSerializer)
    @once
    def post(self, request: Request, bar: str, session: int, attendancefile: int) -> Response:
        found, least = self.file(), self.body(AttendanceAcceptBody)["confidence"]
        accepted = accept_likely(found, least, by=self.user, now=now())
        return Response({"accepted": accepted, "left": open_lines(found).count()})


SESSION = "bars/<str:bar>/sessions/<int:session>"
FILE = f"{SESSION}/attendance-files/<int:attendancefile>"
urls = [
    path(f"{SESSION}/attendance", SessionAttendance.as_view(), name="attendance"),
    path(f"{SESSION}/attendance/<int:attendance>/undo", TakeBackAttendance.as_view(), name="attendance-take-back"),
    path(f"{SESSION}/attendance-files", AttendanceFiles.as_view(), name="attendance-files"),
    path(FILE, OneAttendanceFile.as_view(), name="attendance-file"),
    path(f"{FILE}/lines", AttendanceLines.as_view(), name="attendance-lines"),
    path(f"{FILE}/apply", ApplyAttendance.as_view(), name="attendance-apply"),
    path(f"{FILE}/discard", DiscardAttendance.as_view(), name="attendance-discard"),
    path(f"{FILE}/undo", UndoAttendance.as_view(), name="attendance-undo"),
    path(f"{FILE}/accept", AcceptLikely.as_view(), name="attendance-accept"),
    path(f"{FILE}/lines/<int:attendanceline>/decide", DecideLine.as_view(), name="attendance-decide"),
]
