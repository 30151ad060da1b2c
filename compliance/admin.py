"""The admin site's pages about compliance. All of it is derived or historical: here one looks, nobody edits."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext_lazy as _

from advocates.access import Action
from advocates.admin import AdvocateAdmin
from advocates.ordering import KazakhOrder
from advocates.scoped_admin import (
    BarFilter,
    BarScopedAdmin,
    QueueFilter,
    ReadOnlyInline,
    bars_for,
    holds,
    link,
    plain,
    who_may,
)
from cle.core.clock import local_date, now
from cle.core.errors import DomainError
from compliance.models import (
    AdoptedRulebook,
    Case,
    CaseStep,
    Certificate,
    Notice,
    NoticeEvent,
    Revocation,
    Standing,
    SweepRun,
)
from compliance.notices.sources import line_name
from compliance.queries.rules import rules_of
from compliance.rules import FactsError
from compliance.rules.speech import spoken_of
from compliance.services.explaining import account_of, sections
from compliance.services.notices import mark_printed

BY_NAME = KazakhOrder("advocate__full_name")
PERSON = ("advocate__full_name", "advocate__licence_number")


class AboutAdvocate(BarScopedAdmin):
    """A page of rows about advocates, in the order of the Kazakh alphabet where a name heads the list."""

    list_select_related = ("advocate", "bar")
    search_fields: tuple[str, ...] = PERSON

    @admin.display(description=_("advocate"), ordering=BY_NAME)
    def name(self, obj: Any) -> str:
        return str(obj.advocate)


@admin.register(AdoptedRulebook)
class AdoptedRulebookAdmin(BarScopedAdmin):
    """The national bar's rules hold for all bars below it, so they are read there too."""

    reading = Action.READ_RULEBOOKS
    kept_above = True
    list_display = ("code", "version", "bar", "effective_from", "decision", "adopted_at")
    list_select_related = ("bar",)
    search_fields = ("code", "version", "decision")
    fields = (
        ("code", "version"), ("bar", "effective_from"), "decision",
        (plain("adopted_by", _("adopted by")), "adopted_at"), "sha256", "document",
    )  # fmt: skip


class MissingHours(QueueFilter):
    title = _("missing hours")
    parameter_name = "missing"
    label = _("something is missing")
    narrow = staticmethod(lambda rows: rows.missing_hours())


@admin.register(Standing)
class StandingAdmin(AboutAdvocate):
    reading = Action.READ_STANDINGS
    list_display = ("name", "status", "required", "counted", "missing", "period_start", "due_on", "bar")
    list_filter = (BarFilter, "status", MissingHours)
    date_hierarchy = "period_end"
    ordering = ("-period_start", BY_NAME, "pk")
    fieldsets = (
        (None, {"fields": (("advocate", "bar"), "status", ("period_start", "period_end"),
                           ("due_on", "petition_from"))}),
        (_("Requirements"), {"fields": ("requirements", ("rulebook", "computed_at"))}),
        (_("How it was calculated"), {"fields": ("explanation",)}),
    )  # fmt: skip
    readonly_fields = ("requirements", "explanation")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Standing]:
        return super().get_queryset(request).select_related("advocate__bar", "bar", "rulebook__bar")

    @admin.display(description=_("as of today"))
    def explanation(self, obj: Standing) -> str:
        """All periods of the advocate, counted afresh; in the language of whoever reads it."""
        today, language = local_date(now(), obj.advocate.bar.time_zone), get_language() or "kk"
        try:
            counted = account_of(obj.advocate, today)
        except FactsError:
            counted = None
        said = {} if counted is None else {
            "summary": spoken_of(counted, today, language), "sections": sections(counted, language),
        }  # fmt: skip
        return render_to_string("admin/compliance/standing/explained.html", said)

    @admin.display(description=_("minutes by requirement"))
    def requirements(self, obj: Standing) -> str:
        rules = rules_of(obj.rulebook.bar).behind(obj.rulebook_id, obj.period_start, obj.period_end)
        language = get_language() or "kk"
        lines = [{**line, "name": line_name(rules, line["code"], language)} for line in obj.lines]
        return render_to_string("admin/compliance/standing/lines.html", {"lines": lines})


class StandingInline(ReadOnlyInline):
    reading = Action.READ_STANDINGS
    model = Standing
    fields = ("period_start", "period_end", "due_on", "status", "required", "counted", "missing", "details")
    ordering = ("-period_start",)

    @admin.display(description=_("details"))
    def details(self, obj: Standing) -> str:
        return link("admin:compliance_standing_change", obj.pk, _("show"))


AdvocateAdmin.inlines.insert(0, StandingInline)


class StepInline(ReadOnlyInline):
    """All steps of a case that one may see, whichever bar recorded them."""

    reading = Action.READ_CASES
    model = CaseStep
    fields = ("at", "from_state", "to_state", "day", "until", plain("by", _("by")), "reason", "document")

    def get_queryset(self, request: HttpRequest) -> QuerySet[CaseStep]:
        cases = Case.objects.open_to(request.user, who_may(self.reading))
        return CaseStep.objects.filter(case__in=cases).select_related("by").order_by("at", "pk")


@admin.register(Case)
class CaseAdmin(AboutAdvocate):
    reading = Action.READ_CASES
    list_display = ("name", "state", "due_on", "grace_ends_on", "petition_from", "changed_at", "bar")
    list_filter = (BarFilter, "state")
    date_hierarchy = "due_on"
    fields = (
        ("advocate", "bar"), ("state", "period_start"), ("due_on", "grace_ends_on", "petition_from", "term_ends_on"),
        ("opened_at", "changed_at"),
    )  # fmt: skip
    inlines = (StepInline,)


class ToPrint(QueueFilter):
    title = _("letters")
    parameter_name = "letters"
    label = _("to print")
    narrow = staticmethod(lambda rows: rows.to_print())


class EventInline(ReadOnlyInline):
    """The ledger of a notice one may see, whichever bar it was recorded under."""

    reading = Action.READ_NOTICES
    model = NoticeEvent
    fields = ("at", "kind", "channel", "source", "code", "provider_id", plain("by", _("by")))

    def get_queryset(self, request: HttpRequest) -> QuerySet[NoticeEvent]:
        return NoticeEvent.objects.open_to(request.user, who_may(self.reading)).select_related("by")


@admin.register(Notice)
class NoticeAdmin(AboutAdvocate):
    reading = Action.READ_NOTICES
    list_display = ("name", "stage", "channel", "state", "due_at", "sent_at", "bar")
    list_filter = (BarFilter, ToPrint, "state", "channel")
    date_hierarchy = "due_at"
    ordering = ("-due_at", "-pk")
    fieldsets = (
        (None, {"fields": (("advocate", "bar"), ("stage", "state"), ("channel", "language"), ("due_at", "sent_at"),
                           ("attempts", "error"), (plain("handed_over_by", _("handed over by")), "handed_over_on"))}),
        (_("As sent"), {"fields": ("address", "subject", "text")}),
    )  # fmt: skip
    actions = ("mark_handed_over",)
    inlines = (EventInline,)

    def has_hand_over_permission(self, request: HttpRequest) -> bool:
        return holds(request, who_may(Action.HANDLE_NOTICES))

    @admin.action(description=_("Mark as handed over on paper"), permissions=["hand_over"])
    def mark_handed_over(self, request: HttpRequest, queryset: QuerySet[Notice]) -> None:
        bars = bars_for(request, who_may(Action.HANDLE_NOTICES))
        letters = queryset.filter(advocate__bar__in=bars).values_list("pk", flat=True)
        try:
            marked = mark_printed(list(letters), by=request.user, now=now())  # type: ignore[arg-type]
        except DomainError as error:
            messages.error(request, str(error))
            return
        message = ngettext("%(count)s letter marked.", "%(count)s letters marked.", marked)
        messages.success(request, message % {"count": marked})


class RevocationInline(ReadOnlyInline):
    reading = Action.READ_CERTIFICATES
    model = Revocation
    fk_name = "certificate"
    fields = ("at", plain("by", _("by")), "reason", plain("replaced_by", _("replaced by")))


class Revoked(QueueFilter):
    title = _("revoked")
    parameter_name = "revoked"
    label = _("revoked")
    narrow = staticmethod(lambda rows: rows.filter(revocation__isnull=False))


@admin.register(Certificate)
class CertificateAdmin(AboutAdvocate):
    reading = Action.READ_CERTIFICATES
    list_display = ("serial", "name", "kind", "issued_at", "pdf", "public_check", "bar")
    list_filter = (BarFilter, "kind", Revoked)
    search_fields = ("serial", "code", *PERSON)
    date_hierarchy = "issued_at"
    fields = (
        ("serial", "kind"), ("advocate", "bar"), (plain("attendance", _("attendance")), "period_start"),
        ("issued_at", plain("issued_by", _("issued by"))), ("code", "revision"), ("pdf", "public_check"),
    )  # fmt: skip
    readonly_fields = ("pdf", "public_check")
    inlines = (RevocationInline,)

    @admin.display(description=_("PDF"))
    def pdf(self, obj: Certificate) -> str:
        return link("certificate-pdf", obj.code, _("open the PDF"))

    @admin.display(description=_("public check"))
    def public_check(self, obj: Certificate) -> str:
        return link("verify", obj.code, _("check"))


@admin.register(SweepRun)
class SweepRunAdmin(BarScopedAdmin):
    reading = Action.READ_STANDINGS
    list_display = ("as_of", "bar", "rebuild", "started_at", "finished_at", "advocates", "assessed", "written")
    list_filter = (BarFilter, "rebuild")
    list_select_related = ("bar",)
    date_hierarchy = "as_of"
    fields = (
        ("bar", "as_of"), ("rebuild", plain("started_by", _("started by"))), ("started_at", "finished_at"),
        ("advocates", "assessed", "written"),
    )  # fmt: skip
