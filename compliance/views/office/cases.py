"""Cases: what each waits for, all that happened in it, and the steps that people take. No status changes here."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import path
from django.utils.translation import gettext_lazy as _

from advocates.access import Action
from advocates.models import Advocate, Bar, FilePart
from advocates.services.reads import record_read
from cle.core.attachments import file_answer
from cle.core.clock import now
from cle.core.errors import Text
from compliance.cases import LIVE
from compliance.models import Case, CaseState, NoticeState, Standing
from compliance.models.asked import ObjectionOutcome
from compliance.notices.stages import stage_name
from compliance.queries.cases import (
    PossibleStep,
    by_state,
    case_file,
    next_step,
    notices_about,
    objections_about,
    possible_steps,
    with_answers_due,
)
from compliance.queries.petition import pack_of
from compliance.queries.rules import rules_of
from compliance.reports.petition.pages import draw
from compliance.services.cases import take_step
from compliance.views.office.wording import line_names, tone_of, unit_minutes
from compliance.views.scoping import UNFIT, BarScopedPage

LIVE_ONES: Final = ""
ALL: Final = "all"
SIGNS: Final[dict[str, tuple[str, str]]] = {
    "open": ("bad", "!"), "notified": ("warn", "→"), "objected": ("warn", "?"), "cured": ("good", "✓"),
    "excused": ("good", "✓"), "petition_drafted": ("bad", "✎"),
    "decided": ("bad", "§"), "closed": ("calm", "■"),
}  # fmt: skip
"""State → colour and sign."""

TO_DO: Final[dict[str, tuple[Text, Text]]] = {
    "notified": (
        _("The advocate was told"),
        _("The notice was handed over, or an objection was answered: the case goes on."),
    ),
    "objected": (_("The advocate objects"), _("The case waits until the objection is answered.")),
    "excused": (
        _("There is a valid reason"),
        _("The shortage is excused, and no petition follows. Name the reason and the document that proves it."),
    ),
    "petition_drafted": (
        _("Draft a petition"),
        _("A draft with its evidence is put together for the presidium. It is sent to nobody by this program."),
    ),
    "decided": (
        _("Record the decision"),
        _("What was decided on the petition, with the paper that says so and its day. No status is changed by it."),
    ),
    "closed": (_("Close the case"), _("For good: because nothing more is to be done.")),
}  # fmt: skip
"""State that a step leads to → what the step is called, and what it does."""


class CaseFilters(forms.Form):
    name = forms.CharField(label=_("Part of the name"), required=False, max_length=100)
    state = forms.ChoiceField(
        label=_("State"), required=False, choices=[("", _("open ones")), (ALL, _("all")), *CaseState.choices]
    )


class CasesPage(BarScopedPage):
    purpose = Action.READ_CASES
    changing = Action.STEP_CASES
    area = "cases"
    filters = CaseFilters
    template = "office/cases.html"

    def get(self, request: HttpRequest, bar: str) -> HttpResponse:
        form, asked = self.asked()
        rows = with_answers_due(Case.objects.for_bar(self.bar)).select_related("advocate__unit")
        state = asked.get("state", LIVE_ONES)
        if state != ALL:
            rows = rows.filter(state__in=[state] if state else LIVE)
        if "name" in asked:
            rows = rows.filter(advocate__in=Advocate.objects.for_bar(self.bar).named(asked["name"]))
        sheet = self.sheet(rows)
        counts = by_state(self.bar)
        tabs = [(value, CaseState(value).label, counts[value]) for value in CaseState.values]
        return self.page(
            form=form, rows=sheet, cases=[self._row(case) for case in sheet], tabs=tabs, state=state,
            live=sum(counts[value] for value in LIVE), filtered=bool(asked), whole=sum(counts.values()),
        )  # fmt: skip

    def _row(self, case: Any) -> dict[str, Any]:
        step = next_step(case)
        days = (step.day - self.today).days if step.day else None
        return {"case": case, "look": look_of(case.state), "step": step.what, "day": step.day, "days": days}


def look_of(state: str) -> dict[str, Any]:
    tone, sign = SIGNS[state]
    return {"tone": tone, "sign": sign, "word": CaseState(state).label}


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened, in the timeline; ``by`` is nobody for what the system recorded by itself."""

    at: dt.datetime
    sign: str
    title: Text
    by: Any = None
    reason: str = ""
    document: str = ""
    notice: Any = None
    automatic: bool = False


DRAFT, PREVIEW = "draft", "preview"


def petition_pack(case: Case, bar: Bar) -> str | None:
    """Whether there is a draft of a petition for the case, or a preview of one, or neither: it may be too late."""
    if bar.jurisdiction != "KZ":
        return None
    if case.state == CaseState.PETITION_DRAFTED:
        return DRAFT
    return PREVIEW if any(step.to_state == CaseState.PETITION_DRAFTED for step in possible_steps(case)) else None


class CaseScopedPage(BarScopedPage):
    """One case, whose advocate's file is opened by reading it."""

    purpose = Action.READ_CASES
    area = "cases"

    def found(self, case: int) -> Any:
        row = get_object_or_404(case_file(self.bar), pk=case)
        record_read(self.user, FilePart.CASE, row.advocate_id)
        return row

    def is_own(self, case: Case) -> bool:
        """Nobody decides in their own case."""
        return case.advocate.user_id == self.user.pk


class CasePage(CaseScopedPage):
    changing = Action.STEP_CASES
    template = "office/case.html"

    def get(self, request: HttpRequest, bar: str, case: int) -> HttpResponse:
        row = self.found(case)
        notices, objections = list(notices_about(row)), list(objections_about(row))
        standing = Standing.objects.filter(advocate=row.advocate, period_start=row.period_start).first()
        mine = self.is_own(row)
        steps = [] if mine or not self.may_change else [self._choice(step) for step in possible_steps(row)]
        return self.page(
            case=row, look=look_of(row.state), step=next_step(row), own=mine, steps=steps,
            days_to_petition=(row.petition_from - self.today).days,
            events=sorted(_events(row, notices, objections), key=lambda event: event.at)[::-1],
            waiting=[each for each in objections if each.answered_at is None], **self._standing(standing),
            pack=petition_pack(row, self.bar),
        )  # fmt: skip

    def _standing(self, standing: Standing | None) -> dict[str, Any]:
        if standing is None:
            return {"standing": None}
        rules = rules_of(self.bar)
        names = line_names(rules, standing.period_end, [line["code"] for line in standing.lines])
        lines = [{**line, "name": names[line["code"]]} for line in standing.lines]
        unit = unit_minutes(rules, standing.period_end)
        return {"standing": standing, "tone": tone_of(standing.status), "lines": lines, "unit": unit}

    def _choice(self, step: PossibleStep) -> dict[str, Any]:
        title, what = TO_DO[step.to_state]
        early = step.possible_from is not None and self.today < step.possible_from
        return {"state": step.to_state, "title": title, "what": what, "from": step.possible_from, "early": early}


def _events(case: Any, notices: list[Any], objections: list[Any]) -> Iterator[Event]:
    for step in case.steps.all():
        yield Event(
            step.at, SIGNS[step.to_state][1], CaseState(step.to_state).label, step.by, step.reason, step.document,
            automatic=step.by is None,
        )  # fmt: skip
    for notice in notices:
        gone = notice.state in (NoticeState.SENT, NoticeState.PRINTED)
        name = stage_name(notice.stage, notice.facts)
        yield Event(notice.sent_at or notice.due_at, "✉" if gone else "…", name, notice=notice)
    for objection in objections:
        yield Event(objection.made_at, "?", _("objection"), case.advocate, objection.text)
        if objection.answered_at:
            outcome = ObjectionOutcome(objection.outcome).label
            yield Event(objection.answered_at, "↩", outcome, objection.answered_by, objection.answer)


class StepForm(forms.Form):
    """What must be written down with a step; the document's day stands behind its name, as it is cited."""

    to_state = forms.ChoiceField(widget=forms.HiddenInput)
    reason = forms.CharField(
        label=_("Reason"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 4})
    )
    document = forms.CharField(
        label=_("Document"), max_length=280, required=False, help_text=_("Its kind, number and who issued it.")
    )
    document_day = forms.DateField(
        label=_("Date of the document"), required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )  # fmt: skip
    sure = forms.BooleanField(label=_("I have read the case, and I take this step myself"))

    def __init__(self, *args: Any, step: PossibleStep, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices: Any = self.fields["to_state"]
        choices.choices = [(step.to_state, step.to_state.label)]
        self.initial.setdefault("to_state", step.to_state)
        for name, needed in (("reason", step.needs.reason), ("document", step.needs.document),
                             ("document_day", step.needs.document)):  # fmt: skip
            self.fields[name].required = needed

    def clean(self) -> dict[str, Any]:
        """A day alone is no document."""
        given = super().clean() or {}
        if given.get("document_day") and not given.get("document"):
            self.add_error("document", _("Name the document that has this date."))
        return given

    @property
    def cited(self) -> str:
        document, day = self.cleaned_data["document"], self.cleaned_data["document_day"]
        return f"{document}, {day:%d.%m.%Y}" if document and day else str(document)


class StepFilters(forms.Form):
    to_state = forms.ChoiceField(required=False, choices=CaseState.choices)


class CaseStepPage(CaseScopedPage):
    """One step: what it does, what must be written down, and a confirmation by the person who takes it."""

    purpose = changing = Action.STEP_CASES
    filters = StepFilters
    template = "office/case_step.html"

    def get(self, request: HttpRequest, bar: str, case: int) -> HttpResponse:
        row = self.found(case)
        step = self._step(row, self.asked()[1].get("to_state", CaseState.CLOSED))
        return self._page(row, step, StepForm(step=step))

    def post(self, request: HttpRequest, bar: str, case: int) -> HttpResponse:
        row = self.found(case)
        step = self._step(row, request.POST.get("to_state", ""))
        form = StepForm(request.POST, step=step)
        if not form.is_valid():
            return self._page(row, step, form, UNFIT)
        reason = form.cleaned_data["reason"]
        take_step(row, step.to_state, by=self.user, now=now(), today=self.today, reason=reason, document=form.cited)
        return self.done(_("The step is recorded."), "office:case", self.bar.code, row.pk)

    def _step(self, case: Any, to_state: str) -> PossibleStep:
        """Raises Http404 for a step that is not possible from the state in which the case is by now."""
        if self.is_own(case):
            raise PermissionDenied(_("Nobody may decide in their own case."))
        step = next((each for each in possible_steps(case) if each.to_state == to_state), None)
        if step is None:
            raise Http404
        return step

    def _page(self, case: Any, step: PossibleStep, form: StepForm, status: int = 200) -> HttpResponse:
        title, what = TO_DO[step.to_state]
        early = step.possible_from is not None and self.today < step.possible_from
        return self.page(
            status, case=case, form=form, title=title, what=what, possible_from=step.possible_from, early=early,
            pack=step.to_state == CaseState.PETITION_DRAFTED and petition_pack(case, self.bar),
        )  # fmt: skip


class PetitionFile(CaseScopedPage):
    """The draft with its evidence, by Kazakh law, so for its bars; a preview until somebody has taken the step."""

    def get(self, request: HttpRequest, bar: str, case: int) -> HttpResponse:
        row = self.found(case)
        pack = petition_pack(row, self.bar)
        if pack is None:
            raise Http404
        preview = pack == PREVIEW
        name = f"petition-{'preview-' if preview else ''}{self.bar.code}-{row.pk}.pdf"
        return file_answer(draw(pack_of(row, self.today, preview=preview)), "application/pdf", name)


urlpatterns = [
    path("<str:bar>/cases/", CasesPage.as_view(), name="cases"),
    path("<str:bar>/cases/<int:case>/", CasePage.as_view(), name="case"),
    path("<str:bar>/cases/<int:case>/step/", CaseStepPage.as_view(), name="case-step"),
    path("<str:bar>/cases/<int:case>/petition.pdf", PetitionFile.as_view(), name="petition"),
]
