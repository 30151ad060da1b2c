"""A draft of rules: checked, tried on everybody whom it would govern, and adopted by a decision of the bar."""

from __future__ import annotations

import json
from functools import cached_property
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from advocates.access import Action
from advocates.models import Advocate, Bar
from cle.core.clock import now
from compliance.documents import DocumentError, document_in
from compliance.models import StandingStatus
from compliance.queries.adopted import rulebooks_of
from compliance.queries.rules import rules_of
from compliance.rules import Addition, RulebookError
from compliance.services.impact import NOT_SUBJECT
from compliance.services.trying import Tried, adopt_tried, refuse_faulty, try_rulebook
from compliance.views.office.days import day_field
from compliance.views.office.jobs import begin, seen_by
from compliance.views.scoping import UNFIT, BarScopedPage
from compliance.wording.outline import outline
from compliance.wording.places import place

IMPACT = "rulebook-impact"
NAMED = 100
"""People of each bar who are named in the result; the counts are of all."""


class DraftForm(forms.Form):
    """The document, pasted or as a file; a file goes before what is pasted."""

    text = forms.CharField(
        label=_("Document, in JSON or YAML"), required=False, strip=False,
        widget=forms.Textarea(attrs={"rows": 16, "spellcheck": "false", "class": "code"}),
    )  # fmt: skip
    file = forms.FileField(label=_("Or a file"), required=False, help_text=_("JSON or YAML, at most 500 kB."))
    since = day_field(
        _("For the impact: as if it had begun on"), required=False,
        help_text=_("Left empty, it begins on its own day."),
    )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        try:
            text = given["file"].read().decode("utf-8-sig") if given.get("file") else given.get("text", "")
            given["text"], given["document"] = text, document_in(text)
        except UnicodeDecodeError:
            self.add_error("file", _("Not a text in UTF-8."))
        except DocumentError as error:
            self.add_error("file" if given.get("file") else "text", str(error))
        return given


class DraftPage(BarScopedPage):
    """Each button of the page sends the document itself: nothing is kept before it is adopted."""

    purpose = changing = Action.TRY_RULEBOOKS
    area = "rulebooks"
    template = "office/rulebook_draft.html"

    @cached_property
    def draft(self) -> DraftForm:
        return DraftForm(self.request.POST, self.request.FILES)

    @property
    def document(self) -> dict[str, Any]:
        found: dict[str, Any] = self.draft.cleaned_data["document"]
        return found

    def get(self, request: HttpRequest, bar: str) -> HttpResponse:
        return redirect("office:rulebook-draft", bar)

    def shown(self, form: forms.Form, status: int = 200, **more: Any) -> HttpResponse:
        return self.page(status, form=form, may_adopt=self.office.may(Action.ADOPT_RULEBOOKS), **more)

    def unfit(self) -> HttpResponse:
        return self.shown(self.draft, UNFIT)

    def result(self, tried: Tried, status: int = 200) -> HttpResponse:
        """What was found in the document, which stays in its field."""
        since = self.draft.cleaned_data.get("since")
        form = DraftForm(initial={"text": self.draft.cleaned_data["text"], "since": since})
        return self.shown(form, status, tried=tried, sections=self.outline(tried), **_places(tried))

    def outline(self, tried: Tried) -> Any:
        if tried.rules is None:
            return []
        above = self.bar.parent if isinstance(tried.rules, Addition) else None
        era = rules_of(above).at(tried.rules.effective_from) if above else None
        return outline(tried.rules, era.rulebook if era else None)


def _places(tried: Tried) -> dict[str, Any]:
    return {
        "faults": [(place(each.path), each.path, each.message) for each in tried.faults],
        "doubts": [(place(each.path), each.path, each.message) for each in tried.doubts],
        "examples": list((tried.examples or {}).items()),
    }


class Draft(DraftPage):
    """Check a document: faults with their places, doubts, what stands in its way, and its own examples."""

    def get(self, request: HttpRequest, bar: str) -> HttpResponse:
        pk = request.GET.get("from", "")
        like = next((row for row, _when in rulebooks_of(self.bar, now()) if str(row.pk) == pk), None)
        text = json.dumps(like.document, ensure_ascii=False, indent=2) if like else ""
        return self.shown(DraftForm(initial={"text": text}))

    def post(self, request: HttpRequest, bar: str) -> HttpResponse:
        return self.result(try_rulebook(self.bar, self.document)) if self.draft.is_valid() else self.unfit()


class Impact(DraftPage):
    """Judge everybody of the bar and of the bars below by the rules as they are and with the draft; nothing is kept."""

    def post(self, request: HttpRequest, bar: str) -> HttpResponse:
        if not self.draft.is_valid():
            return self.unfit()
        tried = try_rulebook(self.bar, self.document)
        try:
            refuse_faulty(tried)
        except RulebookError:
            return self.result(tried, UNFIT)
        since = self.draft.cleaned_data["since"]
        return begin(
            self, IMPACT, document=self.document, since=since.isoformat() if since else None, examples=NAMED
        )  # fmt: skip


class DecisionForm(forms.Form):
    number = forms.CharField(label=_("Number of the decision"), max_length=100)
    decided_on = day_field(_("Date of the decision"))

    @property
    def decision(self) -> str:
        return f"№ {self.cleaned_data['number']}, {self.cleaned_data['decided_on']:%d.%m.%Y}"


class Adoption(DraftPage):
    """Adopt a document that was checked: first the page names bar, date and decision, then it is done, for good."""

    purpose = changing = Action.ADOPT_RULEBOOKS

    def post(self, request: HttpRequest, bar: str) -> HttpResponse:
        if not self.draft.is_valid():
            return self.unfit()
        tried = try_rulebook(self.bar, self.document)
        if not tried.usable:
            return self.result(tried, UNFIT)
        confirms = request.POST.get("step") == "confirm"
        form = DecisionForm(request.POST if confirms else None)
        if not confirms or not form.is_valid():
            return self.confirmation(tried, form, UNFIT if confirms else 200)
        adopted = adopt_tried(
            self.bar, self.document, digest=request.POST.get("digest", ""), decision=form.decision, by=self.user
        )
        return self.done(_("The rules were adopted."), "office:rulebook", bar, adopted.pk)

    def confirmation(self, tried: Tried, form: DecisionForm, status: int) -> HttpResponse:
        title = tried.rules.title.said(get_language() or "kk") if tried.rules else ""
        text = self.draft.cleaned_data["text"]
        return self.page(status, "office/rulebook_adoption.html", form=form, tried=tried, text=text, title=title)


STANDS = {**dict(StandingStatus.choices), NOT_SUBJECT: _("not subject")}


class ImpactResult(BarScopedPage):
    """What a draft would do, bar by bar; people by name for those who may read how they stand."""

    purpose = Action.READ_RULEBOOKS
    area = "rulebooks"
    template = "office/rulebook_impact.html"

    def get(self, request: HttpRequest, bar: str, job: int) -> HttpResponse:
        found = get_object_or_404(seen_by(self), pk=job, kind=IMPACT)
        if found.state != "done":
            return redirect("office:job", bar, job)
        may_name = self.office.may(Action.READ_STANDINGS)
        bars = found.result.get("bars", [])
        known = {each.code: each for each in Bar.objects.below(self.bar)}
        names = self.names(bars) if may_name else {}
        rows = [_row(each, known.get(each["bar"]), names) for each in bars]
        whole = {name: sum(row[name] for row in rows) for name in COUNTS}
        return self.page(
            rows=rows, whole=whole, result=found.result, document=found.parameters.get("document", {}), named=NAMED
        )

    def names(self, bars: list[dict[str, Any]]) -> dict[int, str]:
        keys = {person["advocate"] for each in bars for person in each["people"]}
        return dict(Advocate.objects.under(self.bar).filter(pk__in=keys).values_list("pk", "full_name"))


COUNTS = ("advocates", "worse", "better", "short_now", "short_then", "good_now", "good_then", "unknown")
_GOOD = ("compliant", "exempt")


def _row(found: dict[str, Any], bar: Bar | None, names: dict[int, str]) -> dict[str, Any]:
    """Of one bar: how many stand how, today and with the draft."""

    def count(side: str, *stands: str) -> int:
        return sum(int(move["count"]) for move in found["moves"] if move[side] in stands)

    return {
        **{name: found[name] for name in ("advocates", "worse", "better", "unknown")},
        "bar": bar or found["bar"],
        "code": found["bar"],
        "short_now": count("before", "short"), "short_then": count("after", "short"),
        "good_now": count("before", *_GOOD), "good_then": count("after", *_GOOD),
        "moves": [
            {"before": STANDS[move["before"]], "after": STANDS[move["after"]], "count": move["count"]}
            for move in found["moves"] if move["before"] != move["after"]
        ],
        "people": [
            {**person, "name": names[person["advocate"]], "before": STANDS[person["before"] or NOT_SUBJECT],
             "after": STANDS[person["after"]]}
            for person in found["people"] if person["advocate"] in names
        ],
    }  # fmt: skip


_RULEBOOKS = "<str:bar>/rulebooks/"
urlpatterns = [
    path(f"{_RULEBOOKS}draft/", Draft.as_view(), name="rulebook-draft"),
    path(f"{_RULEBOOKS}draft/impact/", Impact.as_view(), name="rulebook-impact"),
    path(f"{_RULEBOOKS}draft/adopt/", Adoption.as_view(), name="rulebook-adoption"),
    path(f"{_RULEBOOKS}impact/<int:job>/", ImpactResult.as_view(), name="rulebook-impact-result"),
]
