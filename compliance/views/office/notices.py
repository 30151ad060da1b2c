"""What was said to whom: shown before it goes out, followed until it arrives, handed over on paper by name and day."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from functools import cached_property
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import path
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from advocates.access import Action
from advocates.models import Advocate, FilePart
from advocates.models.people import AdvocateQuerySet
from advocates.services.reads import record_read
from cle.core.attachments import file_answer
from cle.core.clock import now
from compliance.models import Notice, NoticeChannel, NoticeState
from compliance.notices.message import sender_of
from compliance.notices.stages import stage_name
from compliance.queries.not_due import not_due
from compliance.queries.notices import letters_to_print
from compliance.queries.outbox import queue_of
from compliance.queries.service_proof import events_of, sums_of
from compliance.services.notices import Plan, decide, draft_plan, mark_printed, plan_as_shown, preview_letter
from compliance.services.notices.proving import letters_paper, service_paper
from compliance.views.office.jobs import begin
from compliance.views.office.short import ShortScopedPage
from compliance.views.scoping import UNFIT, BarScopedPage


class NoticeFilters(forms.Form):
    name = forms.CharField(label=_("Advocate"), required=False, max_length=100)
    state = forms.ChoiceField(label=_("State"), required=False, choices=[("", _("all")), *NoticeState.choices])
    channel = forms.ChoiceField(label=_("Way"), required=False, choices=[("", _("all")), *NoticeChannel.choices])


class NoticesPage(BarScopedPage):
    purpose = Action.READ_NOTICES
    changing = Action.HANDLE_NOTICES
    filters = NoticeFilters
    area = "notices"
    template = "office/notices.html"

    def get(self, request: HttpRequest, bar: str) -> HttpResponse:
        form, asked = self.asked()
        people = self.people().named(asked.pop("name")) if "name" in asked else None
        rows = Notice.objects.for_bar(self.bar).filter(**asked).select_related("advocate", "opening")
        rows = rows if people is None else rows.filter(advocate__in=people)
        sheet = self.sheet(rows.order_by("-due_at", "-pk"))
        for notice in sheet:
            notice.stage_name = stage_name(notice.stage, notice.facts)
        waiting = Notice.objects.for_bar(self.bar).to_print().count()
        queue = queue_of(self.bar, sender_of(self.bar), now())
        filtered = bool(asked) or people is not None
        return self.page(form=form, rows=sheet, filtered=filtered, waiting=waiting, queue=queue)


class OneNotice(BarScopedPage):
    """One notice, whose advocate's file is opened by reading it."""

    purpose = Action.READ_NOTICES
    area = "notices"

    def found(self, notice: int) -> Notice:
        rows = Notice.objects.for_bar(self.bar).select_related("advocate__bar", "handed_over_by", "opening")
        found: Notice = get_object_or_404(rows, pk=notice)
        record_read(self.user, FilePart.NOTICE, found.advocate_id)
        return found


class DecisionForm(forms.Form):
    do = forms.ChoiceField(choices=[("arrived", "arrived"), ("again", "again")])


class NoticePage(OneNotice):
    """The exact words as they were sent or printed, and the ledger of what happened to them.

    Where nobody knows whether it was sent, an officer says so, or has it sent again.
    """

    changing = Action.HANDLE_NOTICES
    template = "office/notice.html"

    def get(self, request: HttpRequest, bar: str, notice: int) -> HttpResponse:
        found = self.found(notice)
        events = list(events_of(found))
        return self.page(
            notice=found, stage=stage_name(found.stage, found.facts), events=events, sums=sums_of(found, events)
        )

    def post(self, request: HttpRequest, bar: str, notice: int) -> HttpResponse:
        form = DecisionForm(request.POST)
        if not form.is_valid():
            return self.get(request, bar, notice)
        decide(self.found(notice).pk, arrived=form.cleaned_data["do"] == "arrived", by=self.user, now=now())
        return self.done(_("Written down."), "office:notice", self.bar.code, notice)


class NoticeProof(OneNotice):
    """Proof of service as a signed paper, in Kazakh and Russian whatever language the page is in."""

    def get(self, request: HttpRequest, bar: str, notice: int) -> HttpResponse:
        found = self.found(notice)
        return file_answer(service_paper(found, now=now()), "application/pdf", f"notice-{found.pk}.pdf")


class PlanForm(forms.Form):
    """What the preview showed comes back as it was; ``sure`` names the count."""

    digest = forms.CharField(max_length=64, widget=forms.HiddenInput)
    count = forms.IntegerField(min_value=1, widget=forms.HiddenInput)
    sure = forms.BooleanField()


TICKED, LISTED = "ticked", "listed"


class PlanFilters(forms.Form):
    """``to``: those ticked, or all whom the filters of the list of the short find; the whole bar otherwise."""

    letter = forms.IntegerField(required=False, min_value=1)
    to = forms.ChoiceField(required=False, choices=[(TICKED, TICKED), (LISTED, LISTED)])
    advocate = forms.ModelMultipleChoiceField(Advocate.objects.none(), required=False)

    def __init__(self, *args: Any, people: AdvocateQuerySet, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["advocate"]
        field.queryset = people


class NoticesPlan(ShortScopedPage):
    """The notices that are due today: whom they would go to, each letter as it would read, then one confirmation.

    Of those who were chosen and are not due one the page says why. A key of somebody else chooses nobody at all.
    """

    purpose = Action.READ_NOTICES
    changing = Action.HANDLE_NOTICES
    filters = PlanFilters
    area = "notices"
    template = "office/notices_plan.html"

    def get(self, request: HttpRequest, bar: str) -> HttpResponse:
        plan = draft_plan(self.bar, self.today, self.chosen_people)
        return self._shown(plan, self._confirmation(plan))

    def post(self, request: HttpRequest, bar: str) -> HttpResponse:
        form = PlanForm(request.POST)
        if not form.is_valid():
            plan = draft_plan(self.bar, self.today, self.chosen_people)
            form.fields["sure"].label = self._sure(plan)
            return self._shown(plan, form, UNFIT)
        given = {name: form.cleaned_data[name] for name in ("digest", "count")}
        planned = plan_as_shown(self.bar, self.today, now(), **given, people=self.chosen_people)
        said = ngettext("%(count)s notice is on its way.", "%(count)s notices are on their way.", planned)
        return self.done(said % {"count": planned}, "office:notices", self.bar.code)

    @cached_property
    def asked_for(self) -> dict[str, Any]:
        return self.asked(people=self.people())[1]

    @cached_property
    def chosen_people(self) -> set[int] | None:
        """Keys of those for whom the preview was asked; None for the whole bar."""
        match self.asked_for.get("to"):
            case "ticked":
                return {advocate.pk for advocate in self.asked_for.get("advocate", ())}
            case "listed":
                return set(self.chosen()[2].order_by().values_list("advocate", flat=True))
        return None

    def _confirmation(self, plan: Plan) -> PlanForm:
        form = PlanForm(initial={"digest": plan.digest, "count": len(plan.notices)})
        form.fields["sure"].label = self._sure(plan)
        return form

    @staticmethod
    def _sure(plan: Plan) -> str:
        count = len(plan.notices)
        return ngettext("Yes, write to %(count)s person", "Yes, write to %(count)s people", count) % {"count": count}

    def _shown(self, plan: Plan, form: PlanForm, status: int = 200) -> HttpResponse:
        notices = plan.notices
        sheet = self.sheet(notices)
        names = self.people().filter(pk__in={notice.advocate_id for notice in sheet}).in_bulk()
        people = [
            {"number": sheet.start_index() + place, "notice": notice, "advocate": names.get(notice.advocate_id),
             "stage": plan.name_of(notice)}
            for place, notice in enumerate(sheet)
        ]  # fmt: skip
        number = min(self.asked_for.get("letter", 1), len(notices))
        return self.page(
            status=status, form=form, rows=sheet, people=people, count=len(notices), groups=_groups(plan),
            number=number, left_out=self._left_out(plan), some=self.chosen_people is not None,
            letter=preview_letter(plan, notices[number - 1], self.today) if number else None,
        )  # fmt: skip

    def _left_out(self, plan: Plan) -> list[tuple[str, list[Advocate]]]:
        """Those chosen to whom nothing would be written, by the reason for it."""
        due = {notice.advocate_id for notice in plan.notices}
        return not_due(self.bar, self.today, (self.chosen_people or set()) - due)


def _groups(plan: Plan) -> list[dict[str, Any]]:
    """How many of each stage and way."""
    counted = Counter((notice.stage, notice.channel) for notice in plan.notices)
    names = {notice.stage: plan.name_of(notice) for notice in plan.notices}
    return [
        {"stage": names[stage], "channel": NoticeChannel(channel).label, "count": counted[stage, channel]}
        for stage, channel in sorted(counted)
    ]


class HandOverForm(forms.Form):
    """Letters of this bar that wait for the printer, and the day on which they were handed over."""

    notices = forms.ModelMultipleChoiceField(Notice.objects.none(), error_messages={"required": _("Tick the letters.")})
    handed_over_on = forms.DateField(
        label=_("handed over on"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )

    def __init__(self, page: BarScopedPage, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["notices"]
        field.queryset = Notice.objects.for_bar(page.bar).to_print()


class Letters(BarScopedPage):
    """The letters on paper: written anew as often as needed, printed, then marked as handed over."""

    purpose = Action.READ_NOTICES
    changing = Action.HANDLE_NOTICES
    area = "notices"
    template = "office/letters.html"

    def get(self, request: HttpRequest, bar: str) -> HttpResponse:
        return self._shown(HandOverForm(self, initial={"handed_over_on": self.today}))

    def post(self, request: HttpRequest, bar: str) -> HttpResponse:
        if "write" in request.POST:
            return begin(self, "letters")
        form = HandOverForm(self, request.POST)
        if not form.is_valid():
            return self._shown(form, UNFIT)
        return self._hand_over(form.cleaned_data["notices"], form.cleaned_data["handed_over_on"])

    def _hand_over(self, notices: Any, day: dt.date) -> HttpResponse:
        marked = mark_printed([notice.pk for notice in notices], by=self.user, now=now(), on=day)
        said = ngettext("%(count)s letter marked.", "%(count)s letters marked.", marked) % {"count": marked}
        return self.done(said, "office:letters", self.bar.code)

    def _shown(self, form: HandOverForm, status: int = 200) -> HttpResponse:
        rows = list(letters_to_print(self.bar))
        for notice in rows:
            notice.stage_name, notice.key = stage_name(notice.stage, notice.facts), str(notice.pk)  # type: ignore[attr-defined]
        ticked = set(self.request.POST.getlist("notices"))
        written = [row for row in rows if row.text]
        return self.page(status=status, form=form, letters=rows, ticked=ticked, written=written)


class LettersFile(BarScopedPage):
    """All written letters as one file in the order of the post: a page for the address, then the letter."""

    purpose = Action.READ_NOTICES
    area = "notices"

    def get(self, request: HttpRequest, bar: str) -> HttpResponse:
        written = [notice for notice in letters_to_print(self.bar) if notice.text]
        record_read(self.user, FilePart.NOTICE, *{notice.advocate_id for notice in written})
        name = f"letters-{self.bar.code}-{self.today:%Y-%m-%d}.pdf"
        return file_answer(letters_paper(self.bar, written), "application/pdf", name)


class PrintedLetters(BarScopedPage):
    """All written letters, each on a page of its own with its address on top, for the printer."""

    purpose = Action.READ_NOTICES
    area = "notices"
    template = "office/letters_print.html"

    def get(self, request: HttpRequest, bar: str) -> HttpResponse:
        written = [notice for notice in letters_to_print(self.bar) if notice.text]
        record_read(self.user, FilePart.NOTICE, *{notice.advocate_id for notice in written})
        return self.page(letters=written)


_NOTICES = "<str:bar>/notices"
urlpatterns = [
    path(f"{_NOTICES}/", NoticesPage.as_view(), name="notices"),
    path(f"{_NOTICES}/plan/", NoticesPlan.as_view(), name="notices-plan"),
    path(f"{_NOTICES}/letters/", Letters.as_view(), name="letters"),
    path(f"{_NOTICES}/letters/print/", PrintedLetters.as_view(), name="letters-print"),
    path(f"{_NOTICES}/letters/print.pdf", LettersFile.as_view(), name="letters-file"),
    path(f"{_NOTICES}/<int:notice>/proof.pdf", NoticeProof.as_view(), name="notice-proof"),
    path(f"{_NOTICES}/<int:notice>/", NoticePage.as_view(), name="notice"),
]
