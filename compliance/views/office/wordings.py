"""What the bar's letters say: whose words each stage has, and a desk on which they are written and tried out."""

from __future__ import annotations

from functools import cached_property
from typing import Any, Final

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path, reverse
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from advocates.access import Action
from advocates.models import FilePart, Language
from advocates.services.reads import record_read
from cle.core.clock import now
from cle.core.errors import DomainError
from compliance.models import NoticeWording, Standing
from compliance.notices.letter import Letter
from compliance.notices.stages import promised, stage_name
from compliance.notices.wordings import PLACEHOLDERS, Words, check_source
from compliance.queries.wordings import in_use, stages_of, to_try_on, versions_of, words_in_use
from compliance.rules.language.notices import NoticeStage
from compliance.services.notices import end_wording, publish_wording, send_trial, try_words
from compliance.views.scoping import UNFIT, BarScopedPage

_LANGUAGES: Final = ("kk", "ru", "en")


def name_of(stage: NoticeStage) -> str:
    return stage_name(stage.code, promised(stage))


class Wordings(BarScopedPage):
    """Each stage of the ladder in each language, with the words that are in use."""

    purpose = Action.READ_NOTICES
    area = "notices"
    template = "office/wordings.html"

    def get(self, request: HttpRequest, bar: str) -> HttpResponse:
        used = in_use(self.bar, list(_LANGUAGES))
        rows = [
            {"stage": stage, "name": name_of(stage),
             "cells": [(Language(code), used.get((stage.code, code))) for code in _LANGUAGES]}
            for stage in stages_of(self.bar, self.today)
        ]  # fmt: skip
        return self.page(rows=rows, languages=[Language(code).label for code in _LANGUAGES])


class WordingForm(forms.Form):
    subject = forms.CharField(label=_("Subject"), max_length=120)
    body = forms.CharField(
        label=_("Text"), max_length=6000, widget=forms.Textarea(attrs={"rows": 12}),
        help_text=_("Plain text; a blank line begins a new paragraph. A placeholder stands in braces, such as {due}."),
    )  # fmt: skip

    def clean_subject(self) -> str:
        return self._checked("subject")

    def clean_body(self) -> str:
        return self._checked("body")

    def _checked(self, name: str) -> str:
        text: str = self.cleaned_data[name]
        try:
            check_source(text)
        except DomainError as error:
            raise forms.ValidationError(str(error), code=error.code) from error
        return text


class Wording(BarScopedPage):
    """The words of one stage in one language, both named behind the question mark: seen on real people of the bar,
    tried out, published, taken back."""

    purpose = Action.READ_NOTICES
    changing = Action.HANDLE_NOTICES
    area = "notices"
    template = "office/wording.html"

    def get(self, request: HttpRequest, bar: str) -> HttpResponse:
        chosen = self._older(request.GET.get("version"))
        words = Words(chosen.subject, chosen.body) if chosen else self.used.words
        return self._shown(WordingForm(initial={"subject": words.subject, "body": words.body}), words, chosen=chosen)

    def post(self, request: HttpRequest, bar: str) -> HttpResponse:
        if "end" in request.POST:
            end_wording(self.bar, self.stage.code, self.language, by=self.user, now=now())
            return self._led_on(_("The bar has no words of its own here any more."))
        form = WordingForm(request.POST)
        if not form.is_valid():
            return self._shown(form, self.used.words, status=UNFIT)
        words = Words(form.cleaned_data["subject"], form.cleaned_data["body"])
        try:
            return self._done_with(form, words)
        except DomainError as error:  # said beside the words, which are not lost
            form.add_error(None, str(error))
            return self._shown(form, words, status=UNFIT)

    def _done_with(self, form: WordingForm, words: Words) -> HttpResponse:
        if "publish" in self.request.POST:
            publish_wording(
                self.bar, self.stage.code, self.language, subject=words.subject, body=words.body,
                by=self.user, now=now(),
            )  # fmt: skip
            return self._led_on(_("From now on the letters of this stage read so."))
        if "trial" in self.request.POST:
            self._send(words)
        return self._shown(form, words)

    @cached_property
    def stage(self) -> NoticeStage:
        code = self.request.GET.get("stage")
        found = next((stage for stage in stages_of(self.bar, self.today) if stage.code == code), None)
        if found is None:
            raise Http404
        return found

    @cached_property
    def language(self) -> str:
        asked = self.request.GET.get("language")
        if asked not in _LANGUAGES:
            raise Http404
        return str(asked)

    @cached_property
    def used(self) -> Any:
        return words_in_use(self.bar, self.stage, self.language)

    @cached_property
    def versions(self) -> list[NoticeWording]:
        return versions_of(self.bar, self.stage.code, self.language)

    @cached_property
    def tried_on(self) -> list[Standing]:
        return to_try_on(self.people(), self.today)

    def _older(self, number: str | None) -> NoticeWording | None:
        return next((row for row in self.versions if str(row.version) == number and row.body), None)

    def _letters(self, words: Words) -> list[Letter]:
        letters = try_words(self.tried_on, self.stage, words, self.language, self.today)
        record_read(self.user, FilePart.NOTICE, *{standing.advocate_id for standing in self.tried_on})
        return letters

    def _send(self, words: Words) -> None:
        letters = self._letters(words)
        if not letters:
            raise DomainError("nobody", _("There is nobody yet about whom such a letter could be written."))
        address = send_trial(self.bar, letters[0], self.language, to=self.user)
        said = _("A trial letter is on its way to %(address)s.") % {"address": address}
        messages.success(self.request, said)

    def _led_on(self, said: Any) -> HttpResponse:
        address = reverse("office:wording", args=[self.bar.code])
        return self.done(said, f"{address}?{urlencode({'stage': self.stage.code, 'language': self.language})}")

    def _shown(
        self, form: WordingForm, words: Words, *, status: int = 200, chosen: NoticeWording | None = None
    ) -> HttpResponse:
        shown = zip(self.tried_on, self._letters(words), strict=True)
        return self.page(
            status=status, form=form, stage_name=name_of(self.stage), language=Language(self.language),
            used=self.used.row, versions=self.versions, chosen=chosen, placeholders=PLACEHOLDERS,
            letters=[{"advocate": standing.advocate, "letter": letter} for standing, letter in shown],
        )  # fmt: skip


_WORDINGS: Final = "<str:bar>/notices/words"
urlpatterns = [
    path(f"{_WORDINGS}/", Wordings.as_view(), name="wordings"),
    path(f"{_WORDINGS}/write/", Wording.as_view(), name="wording"),
]
