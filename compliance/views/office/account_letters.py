"""Who has been told that there is an account, who has never logged in, and the letter to them, once more if need be."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from typing import Any, Final, NamedTuple

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from advocates.access import Action
from advocates.models import Advocate, Bar, Language
from advocates.models.people import AdvocateQuerySet
from cle.core.clock import now
from cle.core.errors import Text
from compliance.notices.account_letter import write_account_letter
from compliance.notices.letter import Letter
from compliance.queries.accounts import Hindrance, basis_of, holders, letters_of, newcomers, tellable
from compliance.services.notices import tell_of_accounts
from compliance.views.scoping import BarScopedPage

BOTH: Final = _("in Kazakh and Russian, where the language is not known")


class Sample(NamedTuple):
    language: Text
    letter: Letter


def samples(bar: Bar, people: Iterable[tuple[Advocate, bool]]) -> list[Sample]:
    """The letter to the first of each language, and of those who have a password already or have none."""
    firsts: dict[tuple[str, bool], Advocate] = {}
    for person, has_password in people:
        firsts.setdefault((person.language, has_password), person)
    found = []
    for (language, has_password), person in firsts.items():
        person.bar = bar
        name = Language(language).label if language else BOTH
        found.append(Sample(name, write_account_letter(person, {}, has_password=has_password)))
    return found


def samples_to(bar: Bar, people: AdvocateQuerySet) -> list[Sample]:
    """Of ``holders``."""
    return samples(bar, ((each, each.user.has_usable_password()) for each in people if each.user is not None))


NEVER, ALL = "never", "all"


class HolderFilters(forms.Form):
    who = forms.ChoiceField(
        label=_("Who"),
        required=False,
        choices=[(NEVER, _("who have never logged in")), (ALL, _("all with an account"))],
    )
    name = forms.CharField(label=_("Advocate"), required=False, max_length=100)


class AccountLetters(BarScopedPage):
    """Those with an account, when each was told of it and when they were last here.

    POST shows to how many of those who have never logged in a letter would go, and what it says; with ``step``
    "confirm" they are sent, if it is still what was shown.
    """

    purpose = changing = Action.KEEP_ROLL
    filters = HolderFilters
    area = "advocates"
    template = "office/account_letters.html"

    @cached_property
    def never(self) -> AdvocateQuerySet:
        return newcomers(holders(self.bar, self.today)).by_name()

    def get(self, request: HttpRequest, bar: str) -> HttpResponse:
        form, asked = self.asked()
        rows = self.never if asked.get("who") != ALL else holders(self.bar, self.today).by_name()
        sheet = self.sheet(rows.named(asked["name"]) if "name" in asked else rows)
        return self.page(
            form=form, rows=sheet, lines=lines(sheet), filtered=len(asked) > 0,
            never=self.never.count(), possible=tellable(self.never).count(),
        )  # fmt: skip

    def post(self, request: HttpRequest, bar: str) -> HttpResponse:
        if request.POST.get("step") == "confirm":
            return self.sent()
        people = tellable(self.never)
        return self.page(
            template="office/account_letters_preview.html", basis=basis_of(people), possible=people.count(),
            letters=samples_to(self.bar, people),
        )  # fmt: skip

    def sent(self) -> HttpResponse:
        told = tell_of_accounts(self.bar, self.never, now=now(), shown=self.request.POST.get("basis", ""))
        said = ngettext("%(n)d letter is on its way.", "%(n)d letters are on their way.", told) % {"n": told}
        return self.done(said, "office:advocates-access-letters", self.bar.code)


def lines(people: Iterable[Any]) -> list[dict[str, Any]]:
    """Of ``holders``: each with the last letter, and what hinders another one."""
    return [
        {"person": each, "notice": notice, "hindrance": Hindrance(each.hindrance).label if each.hindrance else ""}
        for each, notice in letters_of(people)
    ]


urlpatterns = [
    path("<str:bar>/advocates/access/letters/", AccountLetters.as_view(), name="advocates-access-letters"),
]
