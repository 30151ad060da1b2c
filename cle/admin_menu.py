"""The admin site's menu, and the counts on its first page: what waits for the person who has just logged in."""

from __future__ import annotations

from collections.abc import Callable
from copy import copy
from typing import Any

from django.http import HttpRequest, QueryDict
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _


def _sees(label: str) -> Callable[[HttpRequest], bool]:
    def permission(request: HttpRequest) -> bool:
        from django.apps import apps
        from django.contrib import admin

        return admin.site.get_model_admin(apps.get_model(label)).has_module_permission(request)

    return permission


def _list_of(label: str) -> Any:
    return reverse_lazy(f"admin:{label.lower().replace('.', '_')}_changelist")


def _page(title: Any, icon: str, label: str) -> dict[str, Any]:
    return {"title": title, "icon": icon, "link": _list_of(label), "permission": _sees(label)}


MENU: list[dict[str, Any]] = [
    {
        "title": _("People"),
        "items": [
            _page(_("Advocates"), "groups", "advocates.Advocate"),
            _page(_("Units"), "apartment", "advocates.Unit"),
            _page(_("Bars"), "account_balance", "advocates.Bar"),
            _page(_("Personal data"), "shield_person", "advocates.Operator"),
            _page(_("Roll imports"), "upload_file", "advocates.RollFile"),
            _page(_("Users"), "person", "advocates.User"),
            _page(_("Roles"), "badge", "advocates.Role"),
            _page(_("Tokens"), "key", "advocates.Token"),
        ],
    },
    {
        "title": _("Courses"),
        "items": [
            _page(_("Sessions"), "event", "courses.Session"),
            _page(_("Courses"), "school", "courses.Course"),
            _page(_("Providers"), "domain", "courses.Provider"),
            _page(_("Categories"), "category", "courses.Category"),
            _page(_("Attendance imports"), "upload_file", "courses.AttendanceFile"),
            _page(_("Names to review"), "how_to_reg", "courses.AttendanceLine"),
            _page(_("Claims"), "inbox", "courses.Claim"),
            _page(_("Credit ledger"), "menu_book", "courses.Entry"),
        ],
    },
    {
        "title": _("Compliance"),
        "items": [
            _page(_("Standings"), "fact_check", "compliance.Standing"),
            _page(_("Cases"), "gavel", "compliance.Case"),
            _page(_("Rulebooks"), "rule", "compliance.AdoptedRulebook"),
            _page(_("Sweeps"), "cleaning_services", "compliance.SweepRun"),
        ],
    },
    {
        "title": _("Papers"),
        "items": [
            _page(_("Certificates"), "workspace_premium", "compliance.Certificate"),
            _page(_("Notices"), "mail", "compliance.Notice"),
        ],
    },
]

# The green of the other pages, from light to dark.
COLORS = {
    "primary": {
        "50": "oklch(97% .014 195)",
        "100": "oklch(94% .03 195)",
        "200": "oklch(88% .05 195)",
        "300": "oklch(79% .075 195)",
        "400": "oklch(70% .085 195)",
        "500": "oklch(58% .085 195)",
        "600": "oklch(43% .07 195)",
        "700": "oklch(38% .062 195)",
        "800": "oklch(33% .052 195)",
        "900": "oklch(28% .043 195)",
        "950": "oklch(22% .035 195)",
    }
}

# What is asked of a page's list to find the rows that wait: title, model, the query string of its filters.
_WAITING: tuple[tuple[Any, str, str], ...] = (
    (_("sessions to confirm"), "courses.Session", "attendance=yes"),
    (_("names to review"), "courses.AttendanceLine", "review=yes"),
    (_("claims to decide"), "courses.Claim", "state__exact=submitted"),
    (_("letters to print"), "compliance.Notice", "letters=yes"),
    (_("open cases"), "compliance.Case", "state__exact=open"),
    (_("advocates who are short"), "compliance.Standing", "status__exact=short"),
    (_("advocates without e-mail"), "advocates.Advocate", "email=yes"),
)


def _waiting(request: HttpRequest) -> list[dict[str, Any]]:
    """A count and a link for each queue, found by the very list that the link opens, so that the two agree."""
    from django.apps import apps
    from django.contrib import admin

    cards = []
    for title, label, query in _WAITING:
        page = admin.site.get_model_admin(apps.get_model(label))
        if not page.has_module_permission(request):
            continue
        asked = copy(request)
        asked.GET = QueryDict(query)
        count = page.get_changelist_instance(asked).result_count
        cards.append({"title": title, "count": count, "link": f"{_list_of(label)}?{query}"})
    return cards


def dashboard(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """The context of the first page, with what waits."""
    return {**context, "waiting": _waiting(request)}
