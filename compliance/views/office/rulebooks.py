"""The rules as the bar reads them: in force, coming and past, each in words, and two versions side by side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from advocates.access import Action
from cle.core.clock import now
from compliance.models import AdoptedRulebook
from compliance.queries.adopted import When, rulebooks_of
from compliance.queries.rules import rules_of
from compliance.rules import Addition, parse_document
from compliance.rules.language.words import Text
from compliance.views.office import rulebook_drafts
from compliance.views.scoping import BarScopedPage
from compliance.wording.comparison import compare
from compliance.wording.outline import Section, outline


@dataclass(frozen=True, slots=True)
class Shown:
    """An adopted document, what it is called in the language of the page, and when it holds."""

    row: Any
    title: str
    when: When

    @property
    def label(self) -> str:
        return f"{self.title}, {self.row.version} ({self.row.effective_from:%d.%m.%Y})"

    @property
    def tone(self) -> tuple[str, str]:
        tones = {When.IN_FORCE: ("good", "✓"), When.COMING: ("calm", "→")}
        return tones.get(self.when, ("plain", "–"))


class ComparisonForm(forms.Form):
    older = forms.TypedChoiceField(label=_("Earlier"), coerce=int, required=False)
    newer = forms.TypedChoiceField(label=_("Later"), coerce=int, required=False)

    def __init__(self, *args: Any, documents: Sequence[tuple[int, str]] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("older", "newer"):
            self.fields[name].choices = documents  # type: ignore[attr-defined]


class RulebookPage(BarScopedPage):
    """Documents of the bar and of the bars above it."""

    purpose = Action.READ_RULEBOOKS
    changing = Action.TRY_RULEBOOKS
    area = "rulebooks"

    def adopted(self) -> list[Shown]:
        """The newest first, without the documents themselves."""
        language = get_language() or "kk"
        return [
            Shown(row, Text.model_validate(row.title).said(language), when)  # type: ignore[attr-defined]
            for row, when in rulebooks_of(self.bar, now())
        ]

    def sections(self, row: AdoptedRulebook) -> list[Section]:
        document = parse_document(row.document)
        above = row.bar.parent if isinstance(document, Addition) else None
        era = rules_of(above).at(row.effective_from) if above else None
        return outline(document, era.rulebook if era else None)


class Rulebooks(RulebookPage):
    template = "office/rulebooks.html"

    def get(self, request: HttpRequest, bar: str) -> HttpResponse:
        found = self.adopted()
        groups = [(when.label, [each for each in found if each.when == when]) for when in When]
        return self.page(groups=[group for group in groups if group[1]], comparison=_comparison(found))


class OneRulebook(RulebookPage):
    """One document clause by clause."""

    template = "office/rulebook.html"

    def get(self, request: HttpRequest, bar: str, adoptedrulebook: int) -> HttpResponse:
        found = self.adopted()
        shown = next((each for each in found if each.row.pk == adoptedrulebook), None)
        if shown is None:
            raise Http404
        others = [each for each in found if each.row.pk != adoptedrulebook and each.row.bar_id == shown.row.bar_id]
        earlier = next((each for each in others if each.row.effective_from < shown.row.effective_from), None)
        return self.page(shown=shown, sections=self.sections(shown.row), earlier=earlier)


def _comparison(found: list[Shown]) -> ComparisonForm | None:
    """The newest beside the one before it; None where there are no two."""
    if len(found) < 2:
        return None
    choices = [(each.row.pk, each.label) for each in found]
    return ComparisonForm(initial={"older": choices[1][0], "newer": choices[0][0]}, documents=choices)


class Comparison(RulebookPage):
    """What was added, taken out, or is said differently in the later one."""

    filters = ComparisonForm
    template = "office/rulebook_comparison.html"

    def get(self, request: HttpRequest, bar: str) -> HttpResponse:
        found = {each.row.pk: each for each in self.adopted()}
        form, asked = self.asked(documents=[(pk, each.label) for pk, each in found.items()])
        if len(asked) < 2:
            return self.page(form=_comparison(list(found.values())))
        older, newer = found[asked["older"]], found[asked["newer"]]
        changes = compare(self.sections(older.row), self.sections(newer.row))
        return self.page(form=form, older=older, newer=newer, changes=changes)


urlpatterns = [
    path("<str:bar>/rulebooks/", Rulebooks.as_view(), name="rulebooks"),
    path("<str:bar>/rulebooks/<int:adoptedrulebook>/", OneRulebook.as_view(), name="rulebook"),
    path("<str:bar>/rulebooks/compare/", Comparison.as_view(), name="rulebook-comparison"),
    *rulebook_drafts.urlpatterns,
]
