"""Who of the advocates can log in, accounts for the others, and an account taken off a file again."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Final

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from advocates.access import Action
from advocates.models import FilePart
from advocates.queries.accounts import Finding, Prospect, basis_of, present, prospects
from advocates.services.accounts import open_accounts, take_access_away
from cle.core.clock import now
from cle.core.errors import DomainError, Text
from compliance.services.feeds import take_back
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

    POST shows how many would get one; with ``step`` "confirm" it is done, if it is still what was shown.
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
            return self.shown(preview=basis_of(self.found))
        opened = open_accounts(self.bar, self.today, by=self.user, shown=request.POST.get("basis", ""))
        number = opened.now_have_one
        said = ngettext("%(n)d advocate can log in now.", "%(n)d advocates can log in now.", number) % {"n": number}
        return self.done(said, "office:advocates-access", self.bar.code)

    def shown(self, preview: str = "") -> HttpResponse:
        without = [each for each in self.found if not each.is_possible]
        sheet = self.sheet(without)
        return self.page(
            preview=preview,
            have=present(self.bar, self.today).exclude(user=None).count(),
            possible=len(self.found) - len(without),
            rows=sheet,
            lines=[(each.person, WHY[each.finding]) for each in sheet],
            login=self.request.build_absolute_uri(reverse("login")),
        )


class PersonAccess(FilePage):
    """An account for one advocate, or why there can be none; and taken off the file again."""

    purpose = changing = Action.KEEP_ROLL
    opens = FilePart.PERSON
    template = "office/advocate_access.html"

    def get(self, request: HttpRequest, bar: str, advocate: int) -> HttpResponse:
        prospect = self.prospect()
        return self.page(
            why_not=self.why_not(prospect),
            has_one_already=prospect is not None and prospect.finding == Finding.LINKED,
            basis=basis_of([prospect] if prospect else []),
            login=request.build_absolute_uri(reverse("login")),
        )

    def post(self, request: HttpRequest, bar: str, advocate: int) -> HttpResponse:
        if request.POST.get("step") == "take":
            return self.taken_away()
        if why_not := self.why_not(self.prospect()):
            raise DomainError("no-account", why_not)
        shown = request.POST.get("basis", "")
        open_accounts(self.bar, self.today, [self.person.pk], by=self.user, shown=shown)
        return self.done(_("The advocate can log in now."), "office:advocate", self.bar.code, self.person.pk)

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


urlpatterns = [
    path("<str:bar>/advocates/access/", Access.as_view(), name="advocates-access"),
    path("<str:bar>/advocates/<int:advocate>/access/", PersonAccess.as_view(), name="advocate-access"),
]
