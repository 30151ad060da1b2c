"""Who of the advocates can log in, accounts for the others with a letter to each, and one taken off a file again."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any, Final

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from advocates.access import Action
from advocates.models import Bar, FilePart
from advocates.models.people import AdvocateQuerySet
from advocates.queries.accounts import Finding, Prospect, basis_of, present, prospects
from advocates.services.accounts import take_access_away
from cle.core.clock import now
from cle.core.errors import DomainError, Text
from compliance.queries import accounts
from compliance.queries.accounts import stopped_among
from compliance.services.feeds import take_back
from compliance.services.notices import open_and_tell, tell_of_accounts
from compliance.views.office.account_letters import lines, samples, samples_to
from compliance.views.office.advocate_file import FilePage
from compliance.views.scoping import BarScopedPage

WHY: Final[Mapping[Finding, Text]] = {
    Finding.WITHOUT_EMAIL: _("There is no e-mail on the roll."),
    Finding.SHARED_EMAIL: _(
        "Several advocates have this address. An account would open the file of one to the others: write down an "
        "address of their own."
    ),
    Finding.ACCOUNT_OF_ANOTHER: _("The account of this address is another advocate's. Check the address."),
    Finding.NEEDS_A_LOOK: _(
        "This address has an account already, and the bar cannot know who has its password. Check the address; if it "
        "is right, ask those who run the installation."
    ),
    Finding.OWN: _("This address is that of your own account: somebody else has to do that."),
}


class Access(BarScopedPage):
    """How many can log in, for how many an account can be opened, and who has none and why.

    POST shows how many would get one, and the letter to them; with ``step`` "confirm" it is done, if it is still what
    was shown.
    """

    purpose = changing = Action.KEEP_ROLL
    area = "advocates"
    template = "office/advocates_access.html"

    @cached_property
    def found(self) -> list[Prospect]:
        return prospects(self.bar, present(self.bar, self.today).by_name(), self.user)

    def get(self, request: HttpRequest, bar: str) -> HttpResponse:
        return self.shown()

    def post(self, request: HttpRequest, bar: str) -> HttpResponse:
        if request.POST.get("step") != "confirm":
            return self.shown(preview=basis_of(self.found), **told(self.bar, self.found))
        opened, letters = open_and_tell(self.bar, self.today, **asked_for(self))
        number = opened.now_have_one
        said = ngettext("%(n)d advocate can log in now.", "%(n)d advocates can log in now.", number) % {"n": number}
        on_their_way = ngettext("%(n)d letter is on its way.", "%(n)d letters are on their way.", letters)
        return self.done(f"{said} {on_their_way % {'n': letters}}", "office:advocates-access", self.bar.code)

    def shown(self, preview: str = "", **letters: Any) -> HttpResponse:
        without = [each for each in self.found if not each.is_possible]
        sheet = self.sheet(without)
        have = accounts.holders(self.bar, self.today)
        return self.page(
            preview=preview,
            **letters,
            have=have.count(),
            never=accounts.newcomers(have).count(),
            possible=len(self.found) - len(without),
            rows=sheet,
            lines=[(each.person, WHY[each.finding]) for each in sheet],
            login=self.request.build_absolute_uri(reverse("login")),
        )


class PersonAccess(FilePage):
    """An account for one advocate, or why there can be none; the letter about it; and taken off the file again."""

    purpose = changing = Action.KEEP_ROLL
    opens = FilePart.PERSON
    template = "office/advocate_access.html"

    def get(self, request: HttpRequest, bar: str, advocate: int) -> HttpResponse:
        prospect = self.prospect()
        possible = [prospect] if prospect is not None and prospect.is_possible else []
        return self.page(
            why_not=self.why_not(prospect),
            has_one_already=prospect is not None and prospect.finding == Finding.LINKED,
            basis=basis_of(possible),
            login=request.build_absolute_uri(reverse("login")),
            **(self.letter() if self.person.user else told(self.bar, possible)),
        )

    def letter(self) -> dict[str, Any]:
        """About the account that there is: the last one, and the next."""
        people = self.holder()
        return {
            "line": next(iter(lines(people)), None),
            "letter_basis": accounts.basis_of(accounts.tellable(people)),
            "letters": samples_to(self.bar, people),
        }

    def holder(self) -> AdvocateQuerySet:
        return accounts.holders(self.bar, self.today).filter(pk=self.person.pk)

    def post(self, request: HttpRequest, bar: str, advocate: int) -> HttpResponse:
        if request.POST.get("step") == "take":
            return self.taken_away()
        if request.POST.get("step") == "write":
            return self.written_to()
        if why_not := self.why_not(self.prospect()):
            raise DomainError("no-account", why_not)
        letters = open_and_tell(self.bar, self.today, [self.person.pk], **asked_for(self))[1]
        said = (
            _("The advocate can log in now, and a letter is on its way.")
            if letters
            else _("The advocate can log in now.")
        )
        return self.done(said, "office:advocate", self.bar.code, self.person.pk)

    def written_to(self) -> HttpResponse:
        """Whether they have logged in or not: who has forgotten how is told once more."""
        tell_of_accounts(self.bar, self.holder(), now=now(), shown=self.request.POST.get("basis", ""))
        return self.done(_("A letter is on its way."), "office:advocate-access", self.bar.code, self.person.pk)

    @transaction.atomic
    def taken_away(self) -> HttpResponse:
        """With the calendar address: whoever logged in by mistake may have asked for it."""
        shown = self.request.POST.get("account", "")
        if take_access_away(self.person, by=self.user, shown=int(shown) if shown.isdecimal() else 0):
            take_back(self.person, now=now())
        return self.done(_("The account leads to this file no more."), "office:advocate", self.bar.code, self.person.pk)

    def prospect(self) -> Prospect | None:
        """None for those who have an account, and for those who are not with the bar any more."""
        found = prospects(self.bar, present(self.bar, self.today).filter(pk=self.person.pk), self.user)
        return found[0] if found else None

    def why_not(self, prospect: Prospect | None) -> Text:
        if self.person.user is not None:
            return _("This advocate has an account.")
        if prospect is None:
            return _("Membership or licence has ended: there is no new account for that.")
        return WHY.get(prospect.finding, "")


def told(bar: Bar, found: list[Prospect]) -> dict[str, Any]:
    """Of those for whom an account can be opened: how many a letter would tell, and what it says."""
    possible = [each for each in found if each.is_possible]
    return {
        "told": len(possible) - stopped_among(each.person.pk for each in possible),
        "letters": samples(bar, ((each.person, each.finding == Finding.LINKED) for each in possible)),
    }


def asked_for(page: BarScopedPage) -> dict[str, Any]:
    """How the accounts are to be opened, as the form of the page says."""
    given = page.request.POST
    return {"now": now(), "by": page.user, "shown": given.get("basis", ""), "tell": given.get("tell") == "yes"}


urlpatterns = [
    path("<str:bar>/advocates/access/", Access.as_view(), name="advocates-access"),
    path("<str:bar>/advocates/<int:advocate>/access/", PersonAccess.as_view(), name="advocate-access"),
]
