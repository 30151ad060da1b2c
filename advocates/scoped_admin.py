"""The admin site, narrowed to the bars of whoever is logged in.

Everything starts shut. Each page names what reading it and writing in it are, in the words of the table of access;
the table says which roles may. Rows come through ``open_to``; a choice in a form offers what its reader would find in
that model's own list; a role counts for the very bar that the row belongs to; nobody deletes anything.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any

from django.contrib.admin import SimpleListFilter, display
from django.contrib.admin.sites import AdminSite
from django.db.models import Field, Model, QuerySet
from django.http import Http404, HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin, TabularInline

from advocates.access import Action, roles_for
from advocates.models import Advocate, Bar, FilePart, Role, RoleKind, User
from advocates.services.reads import record_read

NOBODY: frozenset[RoleKind] = frozenset()


def who_may(action: Action | None) -> frozenset[RoleKind]:
    """The roles that may do it for a whole bar. Heads of units have no pages here: these lists show whole bars."""
    return roles_for(action) - {RoleKind.UNIT_HEAD} if action else NOBODY


def held_roles(request: HttpRequest) -> list[Role]:
    """Current roles of whoever is logged in, read once per request."""
    if not hasattr(request, "_held_roles"):
        roles = Role.objects.filter(user=request.user.pk, ended_at=None).select_related("bar")
        request._held_roles = list(roles)  # type: ignore[attr-defined]
    return request._held_roles  # type: ignore[attr-defined, no-any-return]


def open_bars(request: HttpRequest) -> list[Bar]:
    """The bars whose rows the person may see, read once per request."""
    if not hasattr(request, "_open_bars"):
        request._open_bars = list(Bar.objects.open_to(request.user))  # type: ignore[attr-defined]
    return request._open_bars  # type: ignore[attr-defined, no-any-return]


def holds(request: HttpRequest, kinds: Collection[RoleKind]) -> bool:
    """Whether the person has one of these roles for any bar at all; superusers count as having every role."""
    return bool(kinds) and (request.user.is_superuser or any(role.kind in kinds for role in held_roles(request)))


def bars_for(request: HttpRequest, kinds: Collection[RoleKind]) -> QuerySet[Bar]:
    """The bars where the person holds one of these roles, and the bars below them."""
    return Bar.objects.open_to(request.user, kinds)


def bars_above(request: HttpRequest) -> set[int]:
    """Keys of the person's own bars and of every bar over them: whose rules and categories hold for them."""
    found: set[int] = set()
    level = {role.bar_id for role in held_roles(request)}
    while level:
        found |= level
        level = set(Bar.objects.filter(children__in=level).values_list("pk", flat=True)) - found
    return found


def visible(rows: QuerySet[Any], request: HttpRequest, kinds: Collection[RoleKind] | None = None) -> QuerySet[Any]:
    """Rows of bars where the person has one of these roles, or any; none of a model that knows no bars."""
    open_to = getattr(rows, "open_to", None)
    return rows.none() if open_to is None else open_to(request.user, kinds)


def _has_bar(model: type[Model]) -> bool:
    return any(field.name == "bar" for field in model._meta.get_fields())


class BarScoped:
    """Narrows the rows and the choices of an admin page or of an inline in it."""

    reading: Action | None = None
    """What seeing these rows is; an inline without one shows what the page around it shows."""

    kept_above = False
    """Rows of the bars above may be read too: categories and rulebooks of the national bar hold for all below."""

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows: QuerySet[Any] = super().get_queryset(request)  # type: ignore[misc]
        shown = visible(rows, request, who_may(self.reading) if self.reading else None)
        if self.kept_above and not request.user.is_superuser:
            return shown | rows.filter(bar__in=bars_above(request))
        return shown

    def formfield_for_foreignkey(self, db_field: Field[Any, Any], request: HttpRequest, **kwargs: Any) -> Any:
        kwargs["queryset"] = self.offered(db_field, request)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)  # type: ignore[misc]

    def formfield_for_manytomany(self, db_field: Field[Any, Any], request: HttpRequest, **kwargs: Any) -> Any:
        kwargs["queryset"] = self.offered(db_field, request)
        return super().formfield_for_manytomany(db_field, request, **kwargs)  # type: ignore[misc]

    def offered(self, db_field: Field[Any, Any], request: HttpRequest) -> QuerySet[Any]:
        """What a form may offer: rows of the other model's own list, and of these only what one may write with."""
        model: type[Model] = db_field.related_model  # type: ignore[assignment]
        if model is Bar:
            return bars_for(request, self.writers())
        site: AdminSite = self.admin_site  # type: ignore[attr-defined]
        page = site.get_model_admin(model) if site.is_registered(model) else None
        rows = page.get_queryset(request) if page else visible(model._default_manager.all(), request)
        if _has_bar(model) and not getattr(page, "kept_above", False):
            return rows.filter(bar__in=bars_for(request, self.writers()))
        return rows

    def writers(self) -> Collection[RoleKind]:
        """The roles whose holders may write here: the bars that a form offers are theirs."""
        return NOBODY

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class BarScopedAdmin(BarScoped, ModelAdmin):  # type: ignore[misc]
    """Base of every page. Without an action for adding or changing it is read-only, for superusers too."""

    adding: Action | None = None
    changing: Action | None = None
    changeable: tuple[str, ...] | None = None
    """Fields open to change; None: all but the bar, which a row never leaves by hand."""

    show_full_result_count = False
    list_per_page = 50
    actions_on_top = True

    def has_module_permission(self, request: HttpRequest) -> bool:
        return holds(request, who_may(self.reading))

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return holds(request, who_may(self.reading))

    def has_add_permission(self, request: HttpRequest) -> bool:
        return holds(request, who_may(self.adding))

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        kinds = who_may(self.changing)
        if obj is None or not holds(request, kinds):
            return holds(request, kinds)
        return bars_for(request, kinds).filter(pk=self.bar_key(obj)).exists()

    def get_list_display(self, request: HttpRequest) -> list[Any]:
        """Without the column of bars where it would say the same in each row."""
        several = len(open_bars(request)) > 1
        return [column for column in super().get_list_display(request) if several or column != "bar"]

    def bar_key(self, obj: Any) -> int:
        return int(obj.bar_id)

    def writers(self) -> frozenset[RoleKind]:
        return who_may(self.adding) | who_may(self.changing)

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        """The row, or "not found": another bar's row looks exactly like one that does not exist."""
        obj = super().get_object(request, object_id, from_field)
        if obj is None:
            raise Http404
        _note_reading(request, obj)
        return obj

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        shown = self._shown(request, obj)
        if not self.writers():
            return shown
        fixed = [*super().get_readonly_fields(request, obj), *(name for name in shown if callable(name))]
        if obj is None:
            return fixed
        if self.changeable is None:
            return [*fixed, "bar"]
        return [*fixed, *(name for name in shown if name not in self.changeable)]

    def _shown(self, request: HttpRequest, obj: Any) -> list[Any]:
        lines = [line for _title, options in self.get_fieldsets(request, obj) for line in options["fields"]]
        return [name for line in lines for name in (line if isinstance(line, list | tuple) else [line])]


def _note_reading(request: HttpRequest, obj: Model) -> None:
    """Who opens the page of an advocate, or of a row about one, has opened that part of the file."""
    person = obj.pk if isinstance(obj, Advocate) else getattr(obj, "advocate_id", None)
    if person is not None and isinstance(request.user, User):
        record_read(request.user, _PARTS.get(str(obj._meta.model_name), FilePart.OTHER), person)


_PARTS = {
    "advocate": FilePart.PERSON,
    "standing": FilePart.EXPLANATION,
    "entry": FilePart.LEDGER,
    "adjustment": FilePart.LEDGER,
    "attendance": FilePart.ATTENDANCE,
    "registration": FilePart.ATTENDANCE,
    "claim": FilePart.CLAIM,
    "case": FilePart.CASE,
    "notice": FilePart.NOTICE,
    "certificate": FilePart.CERTIFICATE,
}


class ReadOnlyInline(BarScoped, TabularInline):  # type: ignore[misc]
    """Rows to look at under another row."""

    extra = 0
    can_delete = False
    per_page = 30
    hide_title = True
    ordering = ("-pk",)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[Any, ...]:
        return tuple(self.fields)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return holds(request, who_may(self.reading))

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class BarFilter(SimpleListFilter):
    """By bar: offers the person's own bars and those below, and nothing when there is only one."""

    title = _("bar")
    parameter_name = "of"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        bars = [(str(bar.pk), str(bar)) for bar in open_bars(request)]
        return bars if len(bars) > 1 else []

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        value = self.value() or ""
        return queryset.for_bar(int(value)) if value.isdigit() else queryset  # type: ignore[attr-defined]


class QueueFilter(SimpleListFilter):
    """One tick: only the rows that wait for somebody."""

    label: Any
    narrow: Callable[[Any], Any]

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("yes", self.label)]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return type(self).narrow(queryset) if self.value() == "yes" else queryset


def plain(name: str, label: Any) -> Callable[[Any], str]:
    """A related row as text, not as a link: the reader may see the name here, yet not the row behind it."""

    @display(description=label)
    def show(obj: Any) -> str:
        return str(getattr(obj, name) or "-")

    show.__name__ = name
    return show


def link(route: str, key: Any, text: Any, **query: Any) -> str:
    """A link to a page of this site, or a dash where the page is not served."""
    try:
        url = reverse(route, args=[] if key is None else [key], query=query)
    except NoReverseMatch:
        return "-"
    return format_html('<a href="{}" class="text-primary-600 dark:text-primary-500 underline">{}</a>', url, text)
