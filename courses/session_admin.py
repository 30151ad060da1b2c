"""The admin site's pages about sessions: who was there, and vouching for it."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.db.models import Count, Q, QuerySet, URLField
from django.http import HttpRequest
from django.template.response import TemplateResponse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from advocates.access import Action
from advocates.models import User
from advocates.ordering import KazakhOrder
from advocates.scoped_admin import (
    BarFilter,
    BarScopedAdmin,
    QueueFilter,
    ReadOnlyInline,
    bars_for,
    holds,
    plain,
    who_may,
)
from cle.core.clock import now
from cle.core.errors import DomainError
from courses.models import Attendance, Registration, Session, SessionState
from courses.services.sessions import confirm_session


class AttendanceInline(ReadOnlyInline):
    """Names as text: who attended may belong to another bar, whose pages are not this reader's."""

    reading = Action.READ_ATTENDANCE
    model = Attendance
    fields = (plain("advocate", _("advocate")), "minutes", "decision", "credit_percent", "voided_at", "void_reason")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Attendance]:
        rows: QuerySet[Attendance] = super().get_queryset(request).select_related("advocate")
        return rows.order_by(KazakhOrder("advocate__full_name"), "pk")

    @admin.display(description=_("minutes present"))
    def minutes(self, obj: Attendance) -> int:
        return obj.seconds // 60


class RegistrationInline(ReadOnlyInline):
    reading = Action.READ_ATTENDANCE
    model = Registration
    fields = (plain("advocate", _("advocate")), "state", "asked_at")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Registration]:
        return super().get_queryset(request).select_related("advocate")


class ToConfirm(QueueFilter):
    title = _("attendance")
    parameter_name = "attendance"
    label = _("held, not confirmed")
    narrow = staticmethod(lambda rows: rows.filter(state=SessionState.PLANNED, ends_at__lt=now()))


@admin.register(Session)
class SessionAdmin(BarScopedAdmin):
    """A session is edited until it is confirmed or called off, its times until presence was judged by them; its bar is
    that of its course."""

    reading = Action.READ_COURSES
    adding = changing = Action.KEEP_COURSES
    list_display = ("starts_at", "course", "place", "language", "state", "present", "bar")
    list_filter = (BarFilter, ToConfirm, "state", "language")
    list_select_related = ("course", "bar")
    search_fields = ("course__number", "course__name_kk", "course__name_ru", "course__name_en", "place", "speakers")
    date_hierarchy = "starts_at"
    fieldsets = (
        (None, {"fields": ("course", "starts_at", "ends_at", ("place", "link"), "speakers",
                           ("language", "capacity"))}),
        (_("Attendance"), {"fields": ("state", (plain("confirmed_by", _("confirmed by")), "confirmed_at"))}),
    )  # fmt: skip
    readonly_fields = ("state", "confirmed_at")
    autocomplete_fields = ("course",)
    formfield_overrides = {URLField: {"assume_scheme": "https"}}
    inlines = (AttendanceInline, RegistrationInline)
    actions = ("confirm_attendance",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Session]:
        standing = Count("attendances", filter=Q(attendances__voided_at=None))
        rows: QuerySet[Session] = super().get_queryset(request).annotate(present=standing)
        return rows

    def get_readonly_fields(self, request: HttpRequest, obj: Session | None = None) -> list[Any]:
        judged = obj is not None and Attendance.objects.filter(session=obj, voided_at=None).exists()
        fixed = [*(["course"] if obj else []), *(["starts_at", "ends_at"] if judged else [])]
        return [*super().get_readonly_fields(request, obj), *fixed]

    def has_change_permission(self, request: HttpRequest, obj: Session | None = None) -> bool:
        closed = obj is not None and obj.state != SessionState.PLANNED
        return not closed and super().has_change_permission(request, obj)

    def save_model(self, request: HttpRequest, obj: Session, form: Any, change: bool) -> None:
        obj.bar_id = obj.course.bar_id
        super().save_model(request, obj, form, change)

    @admin.display(description=_("present"))
    def present(self, obj: Any) -> int:
        return int(obj.present)

    def has_confirm_permission(self, request: HttpRequest) -> bool:
        return holds(request, who_may(Action.KEEP_ATTENDANCE))

    @admin.action(description=_("Confirm attendance and post the credit"), permissions=["confirm"])
    def confirm_attendance(self, request: HttpRequest, queryset: QuerySet[Session]) -> TemplateResponse | None:
        """Asks first, naming the numbers; then confirms each session by itself."""
        vouching = bars_for(request, who_may(Action.KEEP_ATTENDANCE))
        sessions = list(queryset.filter(bar__in=vouching))
        if "confirmed" in request.POST:
            _confirm(request, sessions)
            return None
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Confirm attendance"),
            "sessions": sessions,
            "people": sum(self.present(session) for session in sessions),
        }
        return TemplateResponse(request, "admin/courses/session/confirm.html", context)


def _confirm(request: HttpRequest, sessions: list[Session]) -> None:
    user = request.user
    posted = 0
    for session in sessions:
        try:
            posted += confirm_session(session, by=user if isinstance(user, User) else None, now=now())
        except DomainError as error:
            messages.error(request, _("%(session)s: %(reason)s") % {"session": session, "reason": error})
    message = ngettext("%(count)s entry posted to the ledger.", "%(count)s entries posted to the ledger.", posted)
    messages.success(request, message % {"count": posted})
