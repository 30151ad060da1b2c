"""Cases: what each waits for, all that happened in it, and the steps that people take. No status changes here."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext_lazy as _

from advocates.access import Action
from advocates.models import Advocate, Bar, FilePart
from advocates.services.reads import record_read
from advocates.working_days import unknown_years
from cle.core.attachments import file_answer
from cle.core.clock import now
from cle.core.errors import DomainError, Text
from compliance.cases import ladder
from compliance.models import Case, CaseState, ExcuseOutcome, NoticeState, Standing
from compliance.models.asked import ObjectionOutcome
from compliance.models.standings import StandingQuerySet
from compliance.notices.sources import line_name
from compliance.notices.stages import stage_name
from compliance.queries.cases import (
    UNSETTLED,
    PossibleStep,
    by_state,
    case_file,
    heed_excuses,
    next_step,
    notices_about,
    objections_about,
    possible_steps,
    rulebook_of,
    with_answers_due,
)
from compliance.queries.excuses import excuses_about, named
from compliance.queries.notices import came_back
from compliance.queries.petition import pack_of
from compliance.queries.suspensions import suspensions_of
from compliance.reports.petition.pages import draw
from compliance.rules import Rulebook
from compliance.services.asked import name_excuse
from compliance.services.cases import take_step
from compliance.views.office.wording import tone_of
from compliance.views.own.requests import ExcuseForm
from compliance.views.scoping import UNFIT, BarScopedPage

LIVE_ONES: Final = ""
ALL: Final = "all"
SIGNS: Final[dict[str, tuple[str, str]]] = {
    "open": ("bad", "!"), "notified": ("warn", "→"), "objected": ("warn", "?"), "cured": ("good", "✓"),
    "excused": ("good", "✓"), "petition_drafted": ("bad", "✎"),
    "decided": ("bad", "§"), "suspended": ("bad", "§"), "refused": ("warn", "↩"), "licensor_told": ("good", "✓"),
    "membership_drafted": ("bad", "✎"), "membership_ended": ("bad", "■"), "closed": ("calm", "■"),
}  # fmt: skip
"""State → colour and sign."""


class CaseFilters(forms.Form):
    name = forms.CharField(label=_("Name, in Cyrillic or Latin"), required=False, max_length=100)
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
        rows = with_answers_due(Case.objects.for_bar(self.bar), self.today).select_related("advocate__unit")
        state = asked.get("state", LIVE_ONES)
        if state != ALL:
            rows = rows.filter(state=state) if state else rows.filter(UNSETTLED)
        if "name" in asked:
            rows = rows.filter(advocate__in=Advocate.objects.for_bar(self.bar).named(asked["name"]))
        sheet = self.sheet(rows)
        heed_excuses(list(sheet))
        counts = by_state(self.bar)
        tabs = [(value, CaseState(value).label, counts[value]) for value in CaseState.values]
        return self.page(
            form=form, rows=sheet, cases=[self._row(case) for case in sheet], tabs=tabs, state=state,
            live=Case.objects.for_bar(self.bar).filter(UNSETTLED).count(), filtered=bool(asked),
            whole=sum(counts.values()),
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
    day: dt.date | None = None
    until: dt.date | None = None


DRAFT, PREVIEW = "draft", "preview"


def _standing_of(case: Case) -> StandingQuerySet:
    return Standing.objects.filter(advocate=case.advocate_id, period_start=case.period_start)


def petition_pack(case: Case, bar: Bar, steps: list[PossibleStep]) -> str | None:
    """Whether there is a draft of a petition for the case, or a preview of one, or neither: it may be too late, or
    the rules may not know the period any more, as after another day of joining."""
    if bar.jurisdiction != "KZ" or not _standing_of(case).exists():
        return None
    if case.state == CaseState.PETITION_DRAFTED:
        return DRAFT
    ahead = any(step.to_state == CaseState.PETITION_DRAFTED and not step.rule.reverses for step in steps)
    return PREVIEW if ahead else None


class CaseScopedPage(BarScopedPage):
    """One case, whose advocate's file is opened by reading it."""

    purpose = Action.READ_CASES
    area = "cases"

    def found(self, case: int) -> Any:
        row = get_object_or_404(case_file(self.bar, self.today), pk=case)
        heed_excuses([row])
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
        standing = _standing_of(row).first()
        mine, rules = self.is_own(row), rulebook_of(row)
        possible = list(possible_steps(row, self.today, rules))
        steps = [] if mine or not self.may_change else [self._choice(step) for step in possible]
        counting = rules.enforcement.suspensions if rules and rules.enforcement else None
        return self.page(
            case=row, look=look_of(row.state), step=next_step(row), own=mine, steps=steps,
            days_to_petition=(row.petition_possible_from - self.today).days,
            events=sorted(_events(row, notices, objections), key=lambda event: event.at)[::-1],
            waiting=[each for each in objections if each.answered_at is None], **self._standing(standing, rules),
            returned=came_back(notices),
            pack=petition_pack(row, self.bar, possible), excuses=self._excuses(row), rule=counting,
            suspensions=suspensions_of(row.advocate, counting, self.today),
            advice=[rule.advice.said(get_language() or "kk") for rule in ladder(rules)
                    if rule.advice and rule.to_state == row.state],
            unknown=unknown_years(self.today, row.answer_due or self.today, self.bar.jurisdiction),
        )  # fmt: skip

    def _excuses(self, case: Case) -> list[dict[str, Any]]:
        rows = list(excuses_about(case))
        names = named(rows, get_language() or "kk")
        taken_back = {each.reverses_id for each in rows if each.reverses_id}
        return [
            {
                "row": each, "reason": names[each.pk], "taken_back": each.pk in taken_back,
                "outcome": ExcuseOutcome(each.outcome).label if each.outcome else "",
                "good": each.outcome == ExcuseOutcome.ACCEPTED and each.pk not in taken_back,
            }
            for each in rows if not each.reverses_id
        ]  # fmt: skip

    def _standing(self, standing: Standing | None, rules: Rulebook | None) -> dict[str, Any]:
        if standing is None or rules is None:
            return {"standing": None}
        language = get_language() or "kk"
        lines = [{**line, "name": line_name(rules, line["code"], language)} for line in standing.lines]
        return {
            "standing": standing, "tone": tone_of(standing.status), "lines": lines, "unit": rules.unit.minutes,
        }  # fmt: skip

    def _choice(self, step: PossibleStep) -> dict[str, Any]:
        return {
            **said_of(step),
            "state": step.to_state,
            "from": step.possible_from,
            "early": step.too_early(self.today),
        }


def said_of(step: PossibleStep) -> dict[str, str]:
    """What the rules call a step, what it does and what follows from it, in the language of the page."""
    language, rule = get_language() or "kk", step.rule
    advice = rule.advice.said(language) if rule.advice else ""
    return {"title": rule.name.said(language), "what": rule.what.said(language), "advice": advice}


def _events(case: Any, notices: list[Any], objections: list[Any]) -> Iterator[Event]:
    for step in case.steps.all():
        yield Event(
            step.at, SIGNS[step.to_state][1], CaseState(step.to_state).label, step.by, step.reason, step.document,
            automatic=step.by is None, day=step.day, until=step.until,
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
    day = forms.DateField(
        label=_("Day of the decision"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    until = forms.DateField(
        label=_("Last day of the term"), required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )  # fmt: skip
    sure = forms.BooleanField(label=_("I have read the case, and I take this step myself"))

    def __init__(self, *args: Any, step: PossibleStep, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices: Any = self.fields["to_state"]
        choices.choices = [(step.to_state, step.to_state.label)]
        self.initial.setdefault("to_state", step.to_state)
        rule = step.rule
        for name, needed in (("reason", rule.needs_reason), ("document", rule.needs_document),
                             ("document_day", rule.needs_document)):  # fmt: skip
            self.fields[name].required = needed
        if not rule.needs_day and rule.term is None:
            del self.fields["day"]
        if rule.term is None:
            del self.fields["until"]
        else:
            months = rule.term.months_at_most
            said = ngettext(
                "Empty: %(months)s month after the decision, the longest that the rules allow.",
                "Empty: %(months)s months after the decision, the longest that the rules allow.",
                months,
            )
            self.fields["until"].help_text = said % {"months": months}

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
        if step is None:  # a second press of the button, or a colleague was first
            return redirect("office:case", self.bar.code, row.pk)
        return self._page(row, step, StepForm(step=step))

    def post(self, request: HttpRequest, bar: str, case: int) -> HttpResponse:
        row, to_state = self.found(case), request.POST.get("to_state", "")
        step = self._step(row, to_state)
        if step is None:
            states = {"from": CaseState(row.state).label, "to": dict(CaseState.choices).get(to_state, to_state)}
            raise DomainError("case-step-not-possible", _("A case cannot go from “%(from)s” to “%(to)s”.") % states)
        form = StepForm(request.POST, step=step)
        if not form.is_valid():
            return self._page(row, step, form, UNFIT)
        given = {name: form.cleaned_data.get(name) for name in ("day", "until")}
        take_step(
            row, step.to_state, by=self.user, now=now(), today=self.today, reason=form.cleaned_data["reason"],
            document=form.cited, **given,
        )  # fmt: skip
        return self.done(_("The step is recorded."), "office:case", self.bar.code, row.pk)

    def _step(self, case: Any, to_state: str) -> PossibleStep | None:
        """None for a step that is not possible from the state in which the case is by now."""
        if self.is_own(case):
            raise PermissionDenied(_("Nobody may decide in their own case."))
        return next((each for each in possible_steps(case, self.today) if each.to_state == to_state), None)

    def _page(self, case: Any, step: PossibleStep, form: StepForm, status: int = 200) -> HttpResponse:
        return self.page(
            status, case=case, form=form, **said_of(step), possible_from=step.possible_from,
            early=step.too_early(self.today), returned=came_back(notices_about(case)),
            pack=step.to_state == CaseState.PETITION_DRAFTED and petition_pack(case, self.bar, [step]),
        )  # fmt: skip


class PetitionFile(CaseScopedPage):
    """The draft with its evidence, by Kazakh law, so for its bars; a preview until somebody has taken the step."""

    def get(self, request: HttpRequest, bar: str, case: int) -> HttpResponse:
        row = self.found(case)
        pack = petition_pack(row, self.bar, list(possible_steps(row, self.today)))
        if pack is None:
            raise Http404
        preview = pack == PREVIEW
        name = f"petition-{'preview-' if preview else ''}{self.bar.code}-{row.pk}.pdf"
        return file_answer(draw(pack_of(row, self.today, preview=preview)), "application/pdf", name)


class CaseFile(CaseScopedPage):
    """All of a case on paper, in Kazakh and Russian: steps, days, grounds, documents, notices, reasons, objections."""

    def get(self, request: HttpRequest, bar: str, case: int) -> HttpResponse:
        row = self.found(case)
        if not _standing_of(row).exists():
            raise Http404
        pack = pack_of(row, self.today, whole=True)
        return file_answer(draw(pack), "application/pdf", f"case-{self.bar.code}-{row.pk}.pdf")


class ExcuseForThem(CaseScopedPage):
    """An officer writes down the reason that an advocate named on paper; somebody else decides about it."""

    purpose = changing = Action.STEP_CASES
    template = "office/excuse_form.html"

    def get(self, request: HttpRequest, bar: str, case: int) -> HttpResponse:
        row = self._found(case)
        return self.page(case=row, form=self._form(row))

    def post(self, request: HttpRequest, bar: str, case: int) -> HttpResponse:
        row = self._found(case)
        form = self._form(row, request.POST, request.FILES)
        if not form.is_valid():
            return self.page(UNFIT, case=row, form=form)
        name_excuse(row.advocate, row.period_start, **form.said, by=self.user, now=now())
        return self.done(_("The reason is recorded. Somebody else decides about it."), "office:case", bar, row.pk)

    def _found(self, case: int) -> Any:
        row = self.found(case)
        if self.is_own(row):
            raise PermissionDenied(_("Nobody may decide in their own case."))
        return row

    def _form(self, case: Any, *given: Any) -> ExcuseForm:
        form = ExcuseForm(*given, advocate=case.advocate, today=self.today)
        del form.fields["period_start"]
        return form


urlpatterns = [
    path("<str:bar>/cases/", CasesPage.as_view(), name="cases"),
    path("<str:bar>/cases/<int:case>/", CasePage.as_view(), name="case"),
    path("<str:bar>/cases/<int:case>/step/", CaseStepPage.as_view(), name="case-step"),
    path("<str:bar>/cases/<int:case>/petition.pdf", PetitionFile.as_view(), name="petition"),
    path("<str:bar>/cases/<int:case>/file.pdf", CaseFile.as_view(), name="case-file"),
    path("<str:bar>/cases/<int:case>/excuse/", ExcuseForThem.as_view(), name="case-excuse"),
]
