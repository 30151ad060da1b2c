"""The file of one advocate, part by part: each part has its own page, for those who may read it, and is written down
when it is opened."""

from __future__ import annotations

from functools import cached_property
from typing import Any, ClassVar, Final, NamedTuple

from django.db.models import Prefetch, QuerySet, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from advocates.access import Action
from advocates.models import Advocate, FilePart, FileRead, Membership, NameAlias, StatusSpan
from advocates.queries.reads import let_in_by, with_roles
from cle.core.clock import now
from cle.core.errors import Text
from compliance.models import Case, CaseStep, Certificate, Notice, Standing
from compliance.queries.cases import heed_excuses
from compliance.queries.desk import entries_of
from compliance.queries.doubtful import bounced_since
from compliance.queries.rules import rules_of
from compliance.queries.suspensions import suspensions_of, window_of
from compliance.rules import FactsError
from compliance.rules.speech import spoken_of
from compliance.services.certificates import issue_transcript
from compliance.services.explaining import account_of, sections
from compliance.views.scoping import BarScopedPage
from courses.models import Attendance, Claim, Entry, Registration

MOST = 200
"""Rows of a list that hardly anybody fills: longer ones are for the API."""


class Tab(NamedTuple):
    """A part of the file: the page that shows it, its name, and the action without which it is not shown."""

    page: str
    title: Text
    action: Action


TABS: Final = (
    Tab("advocate", _("Particulars"), Action.READ_STANDINGS),
    Tab("advocate-standing", _("Standing"), Action.READ_STANDINGS),
    Tab("advocate-ledger", _("Ledger"), Action.READ_LEDGER),
    Tab("advocate-claims", _("Claims"), Action.READ_CLAIMS),
    Tab("advocate-courses", _("Courses"), Action.READ_ATTENDANCE),
    Tab("advocate-certificates", _("Certificates"), Action.READ_CERTIFICATES),
    Tab("advocate-notices", _("Notices"), Action.READ_NOTICES),
    Tab("advocate-cases", _("Cases"), Action.READ_CASES),
    Tab("advocate-readers", _("Who looked"), Action.READ_AUDIT),
)


class FilePage(BarScopedPage):
    """One part of the file of the advocate in the address."""

    area = "advocates"
    tab: ClassVar[str] = "advocate"

    @cached_property
    def person(self) -> Advocate:
        rows = self.people().select_related("unit", "user")
        return get_object_or_404(rows, pk=self.kwargs["advocate"])

    @property
    def is_own(self) -> bool:
        """Whether it is the file of whoever looks: nobody changes anything in their own."""
        return self.person.user_id == self.user.pk

    @property
    def unit_minutes(self) -> int:
        """Minutes of one hour, as the rules in force today count them."""
        era = rules_of(self.bar).at(self.today)
        return era.rulebook.unit.minutes if era else 60

    def context(self) -> dict[str, Any]:
        shown = [tab for tab in TABS if self._lets_in(self.office, tab.action)]
        return {
            **super().context(),
            "person": self.person,
            "is_own": self.is_own,
            "tabs": [
                {
                    "title": tab.title,
                    "url": reverse(f"office:{tab.page}", args=[self.bar.code, self.person.pk]),
                    "here": tab.page == self.tab,
                }
                for tab in shown
                if self.office.may(tab.action) or tab.action == Action.READ_STANDINGS
            ],
        }


class Person(FilePage):
    """Particulars, statuses and memberships from the first on, each period, and names under which one signs in."""

    purpose = Action.READ_STANDINGS
    changing = Action.KEEP_ROLL
    for_unit_heads = True
    opens = FilePart.PERSON
    template = "office/advocate.html"

    def get(self, request: HttpRequest, bar: str, advocate: int) -> HttpResponse:
        person, rule = self.person, window_of(self.bar, self.today)
        may_keep = self.office.may(Action.KEEP_ROLL)
        return self.page(
            suspensions=suspensions_of(person, rule, self.today),
            rule=rule,
            statuses=StatusSpan.objects.filter(advocate=person).select_related("recorded_by").order_by("-period"),
            memberships=Membership.objects.filter(advocate=person).select_related("bar").order_by("-period"),
            standings=Standing.objects.filter(advocate=person).order_by("-period_start"),
            aliases=NameAlias.objects.filter(advocate=person).select_related("decided_by").order_by("pk"),
            unit_minutes=self.unit_minutes,
            may_keep=may_keep,
            may_change_history=may_keep and not self.is_own and not person.erased_at,
            bounced_since=bounced_since(person),
        )


class PersonStanding(FilePage):
    """How the standing came about, as the advocate reads it."""

    purpose = Action.READ_STANDINGS
    for_unit_heads = True
    opens = FilePart.EXPLANATION
    tab = "advocate-standing"
    template = "office/advocate_standing.html"

    def get(self, request: HttpRequest, bar: str, advocate: int) -> HttpResponse:
        language, counted = get_language() or "kk", None
        try:
            counted = account_of(self.person, self.today)
        except FactsError:
            return self.page(summary="", sections=[])
        return self.page(
            summary=spoken_of(counted, self.today, language) if counted else "",
            sections=sections(counted, language) if counted else [],
        )


class PersonLedger(FilePage):
    """Every entry, corrections included; who may correct finds the way here."""

    purpose = Action.READ_LEDGER
    changing = Action.CORRECT_LEDGER
    opens = FilePart.LEDGER
    tab = "advocate-ledger"
    template = "office/advocate_ledger.html"

    def get(self, request: HttpRequest, bar: str, advocate: int) -> HttpResponse:
        entries = Entry.objects.filter(advocate=self.person)
        held = entries.aggregate(minutes=Sum("minutes"))["minutes"] or 0
        rows = entries_of(entries).select_related("adjustment", "posted_by", "reverses")
        return self.page(
            rows=self.sheet(rows), held=held, unit_minutes=self.unit_minutes,
            may_correct=self.office.may(Action.CORRECT_LEDGER) and not self.is_own,
        )  # fmt: skip


class FileList(FilePage):
    """A part of the file that is one list, the latest first."""

    def rows(self) -> QuerySet[Any]:
        raise NotImplementedError

    def get(self, request: HttpRequest, bar: str, advocate: int) -> HttpResponse:
        return self.page(rows=self.sheet(self.rows()), unit_minutes=self.unit_minutes)


class PersonClaims(FileList):
    purpose = Action.READ_CLAIMS
    opens = FilePart.CLAIM
    tab = "advocate-claims"
    template = "office/advocate_claims.html"

    def rows(self) -> QuerySet[Claim]:
        rows = Claim.objects.filter(advocate=self.person).seen_by_staff()
        return rows.select_related("category", "decided_by").order_by("-submitted_at", "-pk")


class PersonCourses(FileList):
    """Registrations, and what became of them."""

    purpose = Action.READ_ATTENDANCE
    opens = FilePart.ATTENDANCE
    tab = "advocate-courses"
    template = "office/advocate_courses.html"

    def rows(self) -> QuerySet[Attendance]:
        rows = Attendance.objects.filter(advocate=self.person).select_related("session__course", "session__bar")
        return rows.order_by("-session__starts_at", "-pk")

    def get(self, request: HttpRequest, bar: str, advocate: int) -> HttpResponse:
        registrations = Registration.objects.filter(advocate=self.person).select_related("session__course")
        latest = registrations.order_by("-session__starts_at", "-pk")[:MOST]
        return self.page(rows=self.sheet(self.rows()), registrations=latest)


class PersonCertificates(FileList):
    """With a button that issues a transcript: all that the ledger says today, under a number of the bar."""

    purpose = Action.READ_CERTIFICATES
    changing = Action.ISSUE_CERTIFICATES
    opens = FilePart.CERTIFICATE
    tab = "advocate-certificates"
    template = "office/advocate_certificates.html"

    def rows(self) -> QuerySet[Certificate]:
        rows = Certificate.objects.filter(advocate=self.person).select_related("revocation")
        return rows.order_by("-issued_at", "-pk")

    def post(self, request: HttpRequest, bar: str, advocate: int) -> HttpResponse:
        made = issue_transcript(self.person, by=self.user, now=now())
        return self.done(_("The transcript is issued."), "office:certificate", bar, made.code)


class PersonNotices(FileList):
    purpose = Action.READ_NOTICES
    opens = FilePart.NOTICE
    tab = "advocate-notices"
    template = "office/advocate_notices.html"

    def rows(self) -> QuerySet[Notice]:
        return Notice.objects.filter(advocate=self.person).select_related("opening").order_by("-due_at", "-pk")


class PersonCases(FileList):
    purpose = Action.READ_CASES
    opens = FilePart.CASE
    tab = "advocate-cases"
    template = "office/advocate_cases.html"

    def rows(self) -> QuerySet[Case]:
        steps = Prefetch("steps", CaseStep.objects.select_related("by").order_by("at", "pk"))
        rows = Case.objects.filter(advocate=self.person).select_related("advocate").prefetch_related(steps)
        return rows.order_by("-period_start", "-pk")

    def get(self, request: HttpRequest, bar: str, advocate: int) -> HttpResponse:
        sheet = self.sheet(self.rows())
        heed_excuses(list(sheet))
        return self.page(rows=sheet)


class PersonReaders(FileList):
    """Who of the staff has opened which part, as the advocate is shown it."""

    purpose = Action.READ_AUDIT
    opens = FilePart.OTHER
    tab = "advocate-readers"
    template = "office/advocate_readers.html"

    def rows(self) -> QuerySet[FileRead]:
        return with_roles(FileRead.objects.filter(advocate=self.person)).order_by("-at", "-pk")

    def get(self, request: HttpRequest, bar: str, advocate: int) -> HttpResponse:
        sheet = self.sheet(self.rows())
        for read in sheet:
            read.roles = ", ".join(str(role.get_kind_display()) for role in let_in_by(read))
        return self.page(rows=sheet)


_ONE = "<str:bar>/advocates/<int:advocate>/"
urlpatterns = [
    path(_ONE, Person.as_view(), name="advocate"),
    path(f"{_ONE}standing/", PersonStanding.as_view(), name="advocate-standing"),
    path(f"{_ONE}ledger/", PersonLedger.as_view(), name="advocate-ledger"),
    path(f"{_ONE}claims/", PersonClaims.as_view(), name="advocate-claims"),
    path(f"{_ONE}courses/", PersonCourses.as_view(), name="advocate-courses"),
    path(f"{_ONE}certificates/", PersonCertificates.as_view(), name="advocate-certificates"),
    path(f"{_ONE}notices/", PersonNotices.as_view(), name="advocate-notices"),
    path(f"{_ONE}cases/", PersonCases.as_view(), name="advocate-cases"),
    path(f"{_ONE}readers/", PersonReaders.as_view(), name="advocate-readers"),
]
