"""The admin site's pages about courses: catalogue, imports of attendance, claims, the ledger; see ``session_admin``."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.admin import TabularInline

from advocates.access import Action
from advocates.admin import AdvocateAdmin, ImportFileAdmin, ImportLineAdmin
from advocates.models import Outcome, RoleKind
from advocates.ordering import KazakhOrder
from advocates.scoped_admin import (
    BarFilter,
    BarScoped,
    BarScopedAdmin,
    QueueFilter,
    ReadOnlyInline,
    bars_for,
    holds,
    plain,
    who_may,
)
from courses.models import (
    AttendanceFile,
    AttendanceLine,
    Category,
    Claim,
    Course,
    CourseState,
    Entry,
    Provider,
    Segment,
    Session,
    SessionState,
)
from courses.session_admin import SessionAdmin

__all__ = ["CourseAdmin", "SessionAdmin"]

NAMES = ("name_kk", "name_ru", "name_en")


@admin.register(Category)
class CategoryAdmin(BarScopedAdmin):
    """Kept by the national bar, read by all below it."""

    reading = Action.READ_COURSES
    kept_above = True
    list_display = ("__str__", "code", "bar")
    list_select_related = ("bar",)
    search_fields = ("code", *NAMES)
    fields = ("bar", "code", *NAMES)


@admin.register(Provider)
class ProviderAdmin(BarScopedAdmin):
    reading = Action.READ_COURSES
    adding = changing = Action.KEEP_COURSES
    list_display = ("__str__", "contact", "bar")
    list_filter = (BarFilter,)
    list_select_related = ("bar",)
    search_fields = NAMES
    ordering = (KazakhOrder("name_kk"), "pk")
    fields = ("bar", *NAMES, "contact")


class SegmentInline(BarScoped, TabularInline):  # type: ignore[misc]
    """The agenda. It stands still once credit has been posted by it."""

    reading = Action.READ_COURSES
    model = Segment
    fields = ("position", "title", "category", "minutes")
    extra = 0
    can_delete = False
    hide_title = True

    def writers(self) -> frozenset[RoleKind]:
        return who_may(Action.ACCREDIT)

    def has_view_permission(self, request: HttpRequest, obj: Course | None = None) -> bool:
        return holds(request, who_may(self.reading))

    def has_add_permission(self, request: HttpRequest, obj: Course | None = None) -> bool:
        return self.has_change_permission(request, obj)

    def has_change_permission(self, request: HttpRequest, obj: Course | None = None) -> bool:
        if obj is None:
            return holds(request, self.writers())
        used = Session.objects.filter(course=obj, state=SessionState.CONFIRMED).exists()
        return (
            obj.state == CourseState.APPROVED
            and not used
            and bars_for(request, self.writers()).filter(pk=obj.bar_id).exists()
        )


class CourseForm(forms.ModelForm):  # type: ignore[type-arg]
    def clean(self) -> dict[str, Any] | None:
        """A bar's course is given by a provider of the same bar."""
        cleaned = super().clean() or {}
        bar, provider = cleaned.get("bar") or self.instance.bar_id, cleaned.get("provider")
        if bar and provider and provider.bar_id != getattr(bar, "pk", bar):
            self.add_error("provider", _("This provider belongs to another bar."))
        return cleaned


@admin.register(Course)
class CourseAdmin(BarScopedAdmin):
    """Accredited courses, entered from paper by whoever may accredit. What is still to be decided on is only shown."""

    reading = Action.READ_COURSES
    adding = changing = Action.ACCREDIT
    form = CourseForm
    list_display = ("number", "__str__", "provider", "format", "state", "accredited_from", "accredited_until", "bar")
    list_filter = (BarFilter, "state", "format")
    list_select_related = ("bar", "provider")
    search_fields = ("number", *NAMES)
    date_hierarchy = "accredited_from"
    fieldsets = (
        (None, {"fields": (("bar", "number"), *NAMES, ("provider", "format"))}),
        (_("Accreditation"), {"fields": (("accredited_from", "accredited_until"),)}),
        (_("Presence"), {"fields": (("full_percent", "partial_percent"), "certified_as")}),
    )
    inlines = (SegmentInline,)

    def has_change_permission(self, request: HttpRequest, obj: Course | None = None) -> bool:
        pending = obj is not None and obj.state != CourseState.APPROVED
        return not pending and super().has_change_permission(request, obj)

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        for segment in formset.save(commit=False):
            segment.bar_id = form.instance.bar_id
            segment.save()


class LineToReview(QueueFilter):
    title = _("review")
    parameter_name = "review"
    label = _("to review")
    narrow = staticmethod(lambda rows: rows.filter(outcome=Outcome.AMBIGUOUS, resolved_at=None))


@admin.register(AttendanceFile)
class AttendanceFileAdmin(ImportFileAdmin):
    reading = Action.READ_ATTENDANCE
    list_display = ("file_name", "session", "bar", "source", "state", *ImportFileAdmin.counts, "uploaded_at", "entries")
    list_select_related = ("bar", "uploaded_by", "session__course")
    fields = (
        ("file_name", "bar"), ("session", "source"), ("time_zone", "people"),
        ("state", plain("uploaded_by", _("uploaded by"))), ("uploaded_at", "applied_at"),
        ImportFileAdmin.counts, "entries",
    )  # fmt: skip
    readonly_fields = ("entries",)


@admin.register(AttendanceLine)
class AttendanceLineAdmin(ImportLineAdmin):
    """Ambiguous lines that nobody has resolved are the review list."""

    reading = Action.READ_ATTENDANCE
    list_display = ("label", "outcome", plain("advocate", _("advocate")), "confidence", "matched_by", "session", "bar")
    list_filter = (BarFilter, LineToReview, "outcome")
    list_select_related = ("bar", "file", "advocate", "session__course")
    fields = (
        ("label", "outcome"), (plain("advocate", _("advocate")), "matched_by", "confidence"), ("email", "licence"),
        ("session", "file"), ("row_numbers", "seconds"), "wrong", "resolved_at",
    )  # fmt: skip
    readonly_fields = ("row_numbers", "wrong")


@admin.register(Claim)
class ClaimAdmin(BarScopedAdmin):
    """Decided on the pages of the site, where nobody can decide their own."""

    reading = Action.READ_CLAIMS
    list_display = ("title", "advocate", "category", "minutes", "earned_on", "state", "bar")
    list_filter = (BarFilter, "state", "format")
    list_select_related = ("advocate", "category", "bar")
    search_fields = ("title", "advocate__full_name")
    date_hierarchy = "earned_on"
    ordering = ("-earned_on", "-pk")
    fields = (
        ("advocate", "bar"), "title", "description", ("category", "format"), ("minutes", "earned_on"), "state",
        (plain("decided_by", _("decided by")), "decided_at"), "decision_reason",
    )  # fmt: skip


@admin.register(Entry)
class EntryAdmin(BarScopedAdmin):
    """The ledger: never edited. A mistake is reversed on the pages of the site."""

    reading = Action.READ_LEDGER
    list_display = ("earned_on", "advocate", "category", "format", "minutes", "reason", "posted_at", "bar")
    list_filter = (BarFilter, "format")
    list_select_related = ("advocate", "category", "bar")
    search_fields = ("advocate__full_name", "advocate__licence_number")
    date_hierarchy = "earned_on"
    fields = (
        ("advocate", "bar"), ("category", "format"), ("minutes", "earned_on"), plain("attendance", _("attendance")),
        ("claim", plain("adjustment", _("adjustment"))), ("reverses", "reason"),
        (plain("posted_by", _("posted by")), "posted_at"),
    )  # fmt: skip


class EntryInline(ReadOnlyInline):
    reading = Action.READ_LEDGER
    model = Entry
    fields = ("earned_on", plain("category", _("category")), "format", "minutes", "reason", "posted_at")
    verbose_name_plural = _("credit")
    per_page = 15

    def get_queryset(self, request: HttpRequest) -> QuerySet[Entry]:
        return super().get_queryset(request).select_related("category")


AdvocateAdmin.inlines.append(EntryInline)
