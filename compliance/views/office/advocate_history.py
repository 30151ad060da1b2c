"""The history of a membership, and the status that was recorded last: written down as somebody decided them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Any, Final

from django import forms
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import path
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from advocates.access import Action
from advocates.acting import beyond_the_wall
from advocates.models import Bar, FilePart, Membership, Status, StatusSpan
from advocates.services.people import (
    correct_move,
    correct_status,
    last_move,
    leave_bar,
    rejoin,
    take_back_move,
    transfer,
)
from compliance.services.previews import Outcome
from compliance.views.office.advocate_changes import ChangePage, Difference, StatusForm
from compliance.views.office.days import day_field

MOVED, LEFT, BACK, ELSEWHERE, STAYED = "moved", "left", "back", "elsewhere", "stayed"
HAPPENED: Final = {
    MOVED: _("has moved to another bar"),
    LEFT: _("has left the bar"),
    BACK: _("has come back to the bar"),
    ELSEWHERE: _("the last move was recorded wrongly: it was to another bar, or on another day"),
    STAYED: _("the last move was recorded wrongly: it did not take place"),
}


class MembershipForm(forms.Form):
    what = forms.ChoiceField(label=_("What happened"), widget=forms.RadioSelect)
    to = forms.ModelChoiceField(
        Bar.objects.none(), label=_("To which bar"), required=False, empty_label="–",
        help_text=_("Empty where a move was to this bar, and only its day is put right."),
    )  # fmt: skip
    on = day_field(
        _("First day"), help_text=_("The first day at the other bar, without membership, or as a member again.")
    )
    ground = forms.CharField(label=_("Ground (article)"), max_length=200, required=False)
    document = forms.CharField(
        label=_("Document"), max_length=300, help_text=_("The decision: who made it, its number and date.")
    )

    def __init__(self, data: Any, *, today: dt.date) -> None:
        super().__init__(data)
        self.today = today

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        on = given.get("on")
        if on is None and "on" in given and given.get("what") != STAYED:
            self.add_error("on", self.fields["on"].error_messages["required"])
        elif on is not None and on > self.today:  # whose file it is changes at once
            self.add_error("on", _("What is recorded cannot lie in the future."))
        if given.get("what") == MOVED and "to" in given and given["to"] is None:
            self.add_error("to", _("Choose the bar."))
        return given


class NewMembership(ChangePage):
    """A move to another bar, the end of a membership, or a new one: decided elsewhere, recorded here. The last move is
    put right or taken back here too."""

    purpose = changing = Action.KEEP_ROLL
    opens = FilePart.PERSON
    title, said, back_to = (
        _("Record a move, a leaving or a return; put the last move right"),
        _("The membership was recorded."),
        "office:advocate",
    )

    @cached_property
    def running(self) -> Membership | None:
        return Membership.objects.filter(advocate=self.person, period__upper_inf=True).first()

    @cached_property
    def last_move(self) -> tuple[Membership, Membership] | None:
        return last_move(self.person)

    def form(self, data: Any = None) -> MembershipForm:
        form, others = MembershipForm(data, today=self.today), self.others()
        if not others:
            del form.fields["to"]
        else:
            form.fields["to"].queryset = others  # type: ignore[attr-defined]
        possible = [*([MOVED] if others else []), LEFT if self.running else BACK]
        if self.last_move:
            possible += [ELSEWHERE, STAYED]
            form.fields["on"].required = False
        elif others:
            form.fields["to"].help_text = ""
        form.fields["what"].choices = [(what, HAPPENED[what]) for what in possible]  # type: ignore[attr-defined]
        return form

    def others(self) -> QuerySet[Bar]:
        """The bars of the country but this one. The national bar, above them, has no advocates of its own."""
        top = Bar.objects.above(self.person.bar).get(parent=None)
        return Bar.objects.below(top).exclude(pk__in=[top.pk, self.person.bar_id]).order_by("code")

    def basis(self) -> str:
        """How many memberships there are, and which lasts, as of when: one that has ended or was put right since the
        preview is another matter."""
        count = Membership.objects.filter(advocate=self.person).count()
        return f"{count} {self.running.pk if self.running else '-'}{self._recorded_at()}"

    def _recorded_at(self) -> str:
        return f" {self.last_move[1].recorded_at.isoformat()}" if self.last_move else ""

    def differences(self, given: Mapping[str, Any]) -> list[Difference]:
        if given["what"] in (ELSEWHERE, STAYED):
            return list(self._put_right(given))
        before = str(self.person.bar) if self.running else "–"
        after = {MOVED: str(given.get("to") or ""), LEFT: "–", BACK: str(self.person.bar)}[given["what"]]
        day = date_format(given["on"], "SHORT_DATE_FORMAT")
        found = [Difference(_("Bar, from %(day)s on") % {"day": day}, before, after)]
        if given["what"] == MOVED:
            found.append(Difference(_("Who keeps the file"), before, after))
        return found

    def _put_right(self, given: Mapping[str, Any]) -> Iterator[Difference]:
        if self.last_move is None:
            return
        before, moved = self.last_move
        day, to = moved.period.lower, self.bar_after(given)
        stays = given["what"] == STAYED
        was, on = (date_format(each or day, "SHORT_DATE_FORMAT") for each in (day, given["on"]))
        if not stays and on != was:
            yield Difference(_("First day at the other bar"), was, on)
        if not stays and given["document"] != moved.document:
            yield Difference(_("Document"), moved.document or "–", given["document"])
        if to != moved.bar:
            member = before.period.upper == day or not stays
            since = {"day": was if stays else on}
            yield Difference(_("Bar, from %(day)s on") % since, str(moved.bar), str(to) if member else "–")
            yield Difference(_("Who keeps the file"), str(moved.bar), str(to))

    def bar_after(self, given: Mapping[str, Any]) -> Bar:
        """Whose the file is then."""
        if given["what"] == STAYED and self.last_move:
            return self.last_move[0].bar
        to: Bar | None = given.get("to") if given["what"] in (MOVED, ELSEWHERE) else None
        return to or self.person.bar

    def carry_out(self, given: dict[str, Any]) -> object:
        said = {"ground": given["ground"], "document": given["document"], "by": self.user}
        if given["what"] == MOVED:
            return transfer(self.person, given["to"], given["on"], **said)
        if given["what"] == ELSEWHERE:
            return correct_move(self.person, self.bar_after(given), given["on"], **said)
        if given["what"] == STAYED:
            return take_back_move(self.person, **said)
        return (leave_bar if given["what"] == LEFT else rejoin)(self.person, given["on"], **said)

    def outcome(self, given: dict[str, Any]) -> Outcome:
        """By the rules of the bar that the advocate comes to."""
        with beyond_the_wall("how somebody would stand who has moved, before the move is written down"):
            return super().outcome(given)

    def leads_on(self, given: dict[str, Any]) -> HttpResponse:
        """The file of somebody who has moved is another bar's."""
        if self.bar_after(given) != self.person.bar:
            return self.done(self.said, "office:advocates", self.bar.code)
        return super().leads_on(given)


class CorrectedStatus(ChangePage):
    """The status that was recorded last, put right: the wrong day, the wrong article."""

    purpose = changing = Action.KEEP_ROLL
    opens = FilePart.PERSON
    title, said, back_to = _("Correct the last status"), _("The status was corrected."), "office:advocate"

    @cached_property
    def newest(self) -> StatusSpan:
        return get_object_or_404(StatusSpan.objects.filter(advocate=self.person).order_by("-period")[:1])

    def form(self, data: Any = None) -> StatusForm:
        newest = self.newest
        said = {name: getattr(newest, name) for name in ("status", "ground", "document")}
        form = StatusForm(data, initial={"since": newest.period.lower, **said})
        form.fields["ground"].required = bool(newest.ground)  # whoever came with the roll has none
        return form

    def basis(self) -> str:
        """Which status, and as of when: one that was recorded since the preview is not to be overwritten."""
        newest = StatusSpan.objects.filter(advocate=self.person).latest("period")
        return f"{newest.pk} {newest.recorded_at.isoformat()}"

    def differences(self, given: Mapping[str, Any]) -> list[Difference]:
        form = self.form()
        return [
            Difference(form.fields[name].label or name, _worded(name, form.initial[name]), _worded(name, value))
            for name, value in given.items()
            if value != form.initial[name]
        ]

    def carry_out(self, given: dict[str, Any]) -> object:
        return correct_status(
            self.person, Status(given["status"]), given["since"], ground=given["ground"], document=given["document"],
            by=self.user,
        )  # fmt: skip


def _worded(name: str, value: Any) -> str:
    if name == "status":
        return str(Status(value).label)
    return date_format(value, "SHORT_DATE_FORMAT") if name == "since" else str(value or "–")


_ONE = "<str:bar>/advocates/<int:advocate>/"
urlpatterns = [
    path(f"{_ONE}membership/", NewMembership.as_view(), name="advocate-membership"),
    path(f"{_ONE}status/correct/", CorrectedStatus.as_view(), name="advocate-status-correction"),
]
