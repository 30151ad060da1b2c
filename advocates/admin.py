"""The admin site's pages about people: bars, units, advocates, imports of the roll; users are in ``user_admin``."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

from django.contrib import admin
from django.contrib.auth.models import Group
from django.db.models import OuterRef, QuerySet, Subquery
from django.http import HttpRequest
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from advocates.access import Action
from advocates.models import (
    Advocate,
    Bar,
    Membership,
    NameAlias,
    Operator,
    Outcome,
    RollFile,
    RollLine,
    Status,
    StatusSpan,
    Unit,
)
from advocates.models.people import AdvocateQuerySet
from advocates.ordering import KazakhOrder
from advocates.person_form import AdvocateForm
from advocates.scoped_admin import BarFilter, BarScopedAdmin, QueueFilter, ReadOnlyInline, link, plain
from advocates.services.people import LONG_AGO
from advocates.user_admin import RoleAdmin, UserAdmin
from cle.core.clock import local_date, now

__all__ = ["AdvocateAdmin", "BarAdmin", "ImportFileAdmin", "ImportLineAdmin", "RoleAdmin", "UnitAdmin", "UserAdmin"]

admin.site.index_title = _("Bar office")
admin.site.unregister(Group)  # who may do what is said by roles alone


@admin.register(Bar)
class BarAdmin(BarScopedAdmin):
    """A bar's own texts are its administrators'; its place in the tree is the superuser's."""

    reading = Action.READ_ROLL
    changing = Action.KEEP_ROLL
    changeable = (
        "letterhead_kk", "letterhead_ru", "signatory_name", "signatory_title_kk", "signatory_title_ru", "contact",
    )  # fmt: skip
    list_display = ("__str__", "code", "parent", "signatory_name", "contact")
    list_select_related = ("parent",)
    search_fields = ("code", "name_kk", "name_ru", "name_en")
    fieldsets = (
        (None, {"fields": ("name_kk", "name_ru", "name_en", ("code", "jurisdiction"), "parent")}),
        (_("Letters and certificates"), {"fields": changeable}),
        (_("Ways of the bar"), {"fields": (("language", "time_zone"), "sender_email")}),
    )

    def bar_key(self, obj: Bar) -> int:
        return obj.pk

    def has_add_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.is_superuser)

    def get_readonly_fields(self, request: HttpRequest, obj: Bar | None = None) -> list[Any]:
        return [] if request.user.is_superuser else super().get_readonly_fields(request, obj)


@admin.register(Operator)
class OperatorAdmin(BarScopedAdmin):
    """Under which number the bar processes personal data, and whom it made responsible for them."""

    reading = Action.READ_PRIVACY
    adding = changing = Action.KEEP_PRIVACY
    list_display = ("bar", "number", "responsible_name", "responsible_contact")
    list_select_related = ("bar",)
    fields = ("bar", "number", "responsible_name", "responsible_contact", "policy")


@admin.register(Unit)
class UnitAdmin(BarScopedAdmin):
    reading = Action.READ_ROLL
    adding = changing = Action.KEEP_ROLL
    list_display = ("name", "kind", "bar")
    list_filter = (BarFilter, "kind")
    list_select_related = ("bar",)
    search_fields = ("name",)
    fields = ("bar", "name", "kind")


def _day(bound: str, label: Any) -> Callable[[Any], str]:
    """One end of a period as a column; a dash where it is open, or where the bar's records give no date."""

    @admin.display(description=label)
    def show(obj: Any) -> str:
        day = getattr(obj.period, bound)
        return "-" if day in (None, LONG_AGO) else date_format(day)

    return show


PERIOD = (_day("lower", _("from")), _day("upper", _("ended on")))


class MembershipInline(ReadOnlyInline):
    reading = Action.READ_ROLL
    model = Membership
    fields = (plain("bar", _("bar")), *PERIOD, "ground", "document")
    verbose_name_plural = _("memberships")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Membership]:
        return super().get_queryset(request).select_related("bar").order_by("-period")


class StatusInline(ReadOnlyInline):
    reading = Action.READ_ROLL
    model = StatusSpan
    fields = ("status", *PERIOD, "ground", "document")

    def get_queryset(self, request: HttpRequest) -> QuerySet[StatusSpan]:
        return super().get_queryset(request).order_by("-period")


class AliasInline(ReadOnlyInline):
    reading = Action.READ_ROLL
    model = NameAlias
    fields = ("key", "decided_at", "revoked_at")


class WithoutEmail(QueueFilter):
    title = _("e-mail")
    parameter_name = "email"
    label = _("without e-mail")
    narrow = staticmethod(lambda rows: rows.without_email())


class StatusToday(admin.SimpleListFilter):
    title = _("status today")
    parameter_name = "status"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [*Status.choices]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(status_today=self.value()) if self.value() in Status else queryset


@admin.register(Advocate)
class AdvocateAdmin(BarScopedAdmin):
    """Names, licences and statuses come from the roll and from recorded decisions; contacts are kept here.

    ``inlines`` is a list: the apps above add what they know about an advocate.
    """

    form = AdvocateForm
    reading = Action.READ_ROLL
    changing = Action.KEEP_ROLL
    changeable = ("email", "phone", "address", "language", "new_national_id", "forget_national_id")
    list_display = ("name", "licence_number", "bar", "unit", "status", "email", "phone")
    list_filter = (BarFilter, StatusToday, WithoutEmail, "practice_form")
    list_select_related = ("bar", "unit")
    search_fields = ("full_name", "licence_number", "email")
    search_help_text = _("Name in any spelling, licence number or e-mail")
    ordering = (KazakhOrder("full_name"), "pk")
    fieldsets = (
        (None, {"fields": ("full_name", ("bar", "unit"), ("licence_number", "licence_date"),
                           ("joined_on", "practice_form"))}),
        (_("Contacts"), {"fields": (("email", "phone"), ("address", "language"))}),
    )  # fmt: skip
    inlines = [StatusInline, MembershipInline, AliasInline]

    def get_fieldsets(self, request: HttpRequest, obj: Advocate | None = None) -> Any:
        """Only who may change it learns whether a national identifier is recorded at all."""
        fieldsets = super().get_fieldsets(request, obj)
        if obj is None or not self.has_change_permission(request, obj):
            return fieldsets
        fields = ("recorded_national_id", "new_national_id", "forget_national_id")
        return (*fieldsets, (_("National identifier"), {"fields": fields}))

    @admin.display(description=_("national identifier"))
    def recorded_national_id(self, obj: Advocate) -> str:
        return str(obj.national_id) or "-"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Advocate]:
        spans = StatusSpan.objects.filter(advocate=OuterRef("pk"), period__contains=local_date(now(), "Asia/Almaty"))
        rows: QuerySet[Advocate] = super().get_queryset(request)
        return rows.annotate(status_today=Subquery(spans.values("status")[:1]))

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Advocate], search_term: str
    ) -> tuple[QuerySet[Advocate], bool]:
        found, duplicates = super().get_search_results(request, queryset, search_term)
        return found | cast(AdvocateQuerySet, queryset).named(search_term), duplicates

    @admin.display(description=_("full name"), ordering=KazakhOrder("full_name"))
    def name(self, obj: Advocate) -> str:
        return obj.full_name

    @admin.display(description=_("status today"))
    def status(self, obj: Any) -> str:
        return str(Status(obj.status_today).label) if obj.status_today else "-"


class ToReview(QueueFilter):
    title = _("review")
    parameter_name = "review"
    label = _("to review")
    narrow = staticmethod(lambda rows: rows.filter(outcome=Outcome.AMBIGUOUS))


class ImportFileAdmin(BarScopedAdmin):
    """An uploaded file and its counts; the pages of the site upload and apply, here one looks."""

    date_hierarchy = "uploaded_at"
    list_filter = (BarFilter, "state")
    list_select_related: tuple[str, ...] = ("bar", "uploaded_by")
    search_fields = ("file_name",)
    ordering = ("-uploaded_at", "-pk")
    counts = ("rows", "created", "changed", "unchanged", "ambiguous", "rejected")

    @admin.display(description=_("entries"))
    def entries(self, obj: Any) -> str:
        model = self.opts.model_name.replace("file", "line")
        return link(f"admin:{self.opts.app_label}_{model}_changelist", None, _("show"), file__id__exact=obj.pk)


class ImportLineAdmin(BarScopedAdmin):
    """One entry of a file: what it said, whom it was taken for, what is wrong with it."""

    list_select_related: tuple[str, ...] = ("bar", "file", "advocate")
    search_fields = ("label",)
    ordering = ("-file", "pk")

    @admin.display(description=_("rows"))
    def row_numbers(self, obj: Any) -> str:
        return ", ".join(map(str, obj.rows))

    @admin.display(description=_("what is wrong"))
    def wrong(self, obj: Any) -> str:
        return "\n".join(str(problem.get("message", "")) for problem in obj.problems) or "-"


@admin.register(RollFile)
class RollFileAdmin(ImportFileAdmin):
    reading = Action.READ_ROLL
    list_display = ("file_name", "bar", "state", *ImportFileAdmin.counts, "uploaded_at", "entries")
    fields = (
        ("file_name", "bar"), ("state", plain("uploaded_by", _("uploaded by"))), ("uploaded_at", "applied_at"),
        ImportFileAdmin.counts, "entries",
    )  # fmt: skip
    readonly_fields = ("entries",)


@admin.register(RollLine)
class RollLineAdmin(ImportLineAdmin):
    reading = Action.READ_ROLL
    list_display = ("label", "outcome", "advocate", "file", "row_numbers", "bar")
    list_filter = (BarFilter, ToReview, "outcome")
    fields = (("label", "outcome"), ("file", "row_numbers"), "advocate", "wrong", "changes")
    readonly_fields = ("row_numbers", "wrong")
