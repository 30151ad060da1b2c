"""Looking somebody up, the file part by part, and putting it right: first seen, then done."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from advocates.models import Advocate, Bar, Change, FilePart, FileRead, Role, RoleKind, Status, StatusSpan, Unit, User
from advocates.services.people import leave_bar, record_status, rejoin, transfer
from cle.core.clock import local_date, now
from compliance.services.rulebooks import adopt_rulebook
from compliance.views.office.advocate_file import TABS
from courses.models import Entry
from tests.compliance.rows import make_standing, rulebook_document
from tests.factories import give_credit, make_advocate, make_bar, make_category, make_national, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def bar() -> Bar:
    return make_bar("KZ-99", make_national())


@pytest.fixture
def admin(bar: Bar) -> User:
    return make_user(bar=bar, role=RoleKind.BAR_ADMIN)


@pytest.fixture
def page(client: Client, admin: User) -> Client:
    client.force_login(admin)
    return client


def names(answer: Any) -> list[str]:
    return [person.full_name for person in answer.context["rows"]]


def found(client: Client, **asked: str) -> list[str]:
    return names(client.get("/office/KZ-99/advocates/", asked))


def of(person: Advocate, part: str = "") -> str:
    return reverse(f"office:advocate{part}", args=["KZ-99", person.pk])


def test_somebody_is_found_in_either_script(page: Client, bar: Bar) -> None:
    make_advocate(bar, "Сәрсенова Әлия")
    make_advocate(bar, "Ким Олег")
    assert found(page, name="sars") == found(page, name="әлия сәр") == ["Сәрсенова Әлия"]
    assert found(page, name="zz") == []


def test_the_order_is_that_of_the_kazakh_alphabet(page: Client, bar: Bar) -> None:
    for name in ("Ян Ира", "Әлі Арман", "Аман Ерлан", "Бек Дана"):
        make_advocate(bar, name)
    assert found(page) == ["Аман Ерлан", "Әлі Арман", "Бек Дана", "Ян Ира"]


def test_filters_go_together(page: Client, bar: Bar) -> None:
    unit = Unit.objects.create(bar=bar, name="No. 1")
    first = make_advocate(bar, "Аман Ерлан", unit=unit, email="", licence_number="0077")
    make_advocate(bar, "Аман Серік", unit=unit)
    StatusSpan.objects.filter(advocate=first).update(status="suspended_own")
    assert found(page, unit=str(unit.pk), without_email="on") == ["Аман Ерлан"]
    assert found(page, status="suspended_own") == found(page, licence="0077") == ["Аман Ерлан"]
    assert found(page, unit=str(unit.pk), status="active") == ["Аман Серік"]


def test_short_in_any_period_counts_as_short(page: Client, bar: Bar) -> None:
    adopt_rulebook(bar, rulebook_document(), by=None)
    _standing(make_advocate(bar, "Аман Ерлан"), 2024, "short")
    person = make_advocate(bar, "Бек Дана")
    _standing(person, 2024, "compliant")
    _standing(person, 2025, "on_track")
    assert found(page, standing="short") == ["Аман Ерлан"]
    assert found(page, standing="on_track") == ["Бек Дана"]
    assert found(page, standing="compliant") == []


def _standing(person: Advocate, year: int, status: str) -> None:
    day = dt.date(year, 12, 31)
    dates = {"period_start": day.replace(month=1, day=1), "period_end": day, "due_on": day}
    make_standing(person, status, petition_from=dt.date(year + 1, 1, 31), **dates)


def test_the_head_of_a_unit_finds_the_own_people_alone(client: Client, bar: Bar) -> None:
    unit, other = (Unit.objects.create(bar=bar, name=name) for name in ("No. 1", "No. 2"))
    own, stranger = make_advocate(bar, "Аман Ерлан", unit=unit), make_advocate(bar, "Бек Дана", unit=other)
    head = make_user()
    Role.objects.create(user=head, bar=bar, kind=RoleKind.UNIT_HEAD, unit=unit)
    client.force_login(head)
    assert found(client) == ["Аман Ерлан"]
    assert found(client, unit=str(other.pk)) == ["Аман Ерлан"]  # no choice of theirs, so not asked
    answer = client.get(of(own))
    assert answer.status_code == 200
    assert [str(tab["title"]) for tab in answer.context["tabs"]] == ["Particulars", "Standing"]
    assert client.get(of(stranger)).status_code == client.get(of(own, "-ledger")).status_code == 404


@pytest.mark.parametrize("part", [tab.page.removeprefix("advocate") for tab in TABS])
def test_each_part_is_written_down_when_it_is_opened(page: Client, bar: Bar, admin: User, part: str) -> None:
    person = make_advocate(bar)
    assert page.get(of(person, part)).status_code == 200
    (read,) = FileRead.objects.filter(advocate=person)
    assert read.reader == admin
    assert (read.part == FilePart.OTHER) == (part == "-readers")


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_asks_as_often_for_many(page: Client, bar: Bar, rows: int) -> None:
    for number in range(rows):
        make_advocate(bar, unit=Unit.objects.create(bar=bar, name=f"No. {number}"))
    assert _asked(page, "/office/KZ-99/advocates/") == 8


@pytest.mark.parametrize("rows", [1, 3])
def test_the_ledger_asks_as_often_for_many(page: Client, bar: Bar, rows: int) -> None:
    person = make_advocate(bar)
    for _ in range(rows):
        give_credit(person, 45)
    assert _asked(page, of(person, "-ledger")) == 11


def _asked(page: Client, address: str) -> int:
    page.get(address)
    with CaptureQueriesContext(connection) as asked:
        assert page.get(address).status_code == 200
    return len(asked)


def test_particulars_are_shown_before_they_are_written(page: Client, bar: Bar) -> None:
    person = make_advocate(bar, email="old@mail.example.kz")
    given = {"email": "new@mail.example.kz", "phone": "", "address": "", "language": "kk"}
    preview = page.post(of(person, "-particulars"), given)
    assert [(str(each.name), each.before, each.after) for each in preview.context["differences"]] == [
        ("E-mail", "old@mail.example.kz", "new@mail.example.kz"), ("Language", "–", "Kazakh"),
    ]  # fmt: skip
    person.refresh_from_db()
    assert person.email == "old@mail.example.kz"
    answer = page.post(of(person, "-particulars"), {**given, "step": "confirm"})
    assert answer["Location"] == of(person)
    person.refresh_from_db()
    assert (person.email, person.language) == ("new@mail.example.kz", "kk")


def test_a_status_shows_what_it_does_to_the_standing(page: Client, bar: Bar) -> None:
    assert bar.parent is not None
    adopt_rulebook(bar.parent, rulebook_document(), by=None)
    person = make_advocate(bar)
    given = {"status": "terminated", "since": "2020-01-01", "ground": "44(1)", "document": "No. 7"}
    preview = page.post(of(person, "-status"), given)
    outcome = preview.context["outcome"]
    assert outcome.now != outcome.then
    assert StatusSpan.objects.get(advocate=person).status == "active"
    page.post(of(person, "-status"), {**given, "step": "confirm"})
    latest = StatusSpan.objects.filter(advocate=person).latest("period")
    assert (latest.status, latest.ground, latest.document) == ("terminated", "44(1)", "No. 7")


def test_a_status_that_does_not_fit_is_told_in_the_form(page: Client, bar: Bar) -> None:
    person = make_advocate(bar)
    given = {"status": "suspended_own", "since": "2010-01-01", "ground": "43(2)", "document": "No. 7"}
    answer = page.post(of(person, "-status"), given)
    assert answer.status_code == 422
    assert b"A status is already recorded from that day or later." in answer.content


def test_the_last_status_is_put_right(page: Client, bar: Bar) -> None:
    person = make_advocate(bar)
    record_status(person, Status.SUSPENDED_OWN, dt.date(2026, 3, 1), ground="43(2)", document="No. 7")
    given = {"status": "suspended_own", "since": "2026-02-01", "ground": "43(1)", "document": "No. 7"}
    preview = page.post(of(person, "-status-correction"), given)
    assert [(str(each.name), each.before, each.after) for each in preview.context["differences"]] == [
        ("First day", "01.03.2026", "01.02.2026"), ("Ground (article)", "43(2)", "43(1)"),
    ]  # fmt: skip
    confirmed = {**given, "step": "confirm", "basis": preview.context["basis"]}
    first, second = (page.post(of(person, "-status-correction"), confirmed) for _ in range(2))
    assert (first.status_code, second.status_code) == (302, 200)
    assert b"That changes nothing." in second.content
    active, suspended = StatusSpan.objects.filter(advocate=person).order_by("period")
    assert active.period.upper == suspended.period.lower == dt.date(2026, 2, 1)
    assert suspended.ground == "43(1)"


def test_a_status_recorded_since_the_preview_is_not_overwritten(page: Client, bar: Bar) -> None:
    person = make_advocate(bar)
    record_status(person, Status.SUSPENDED_OWN, dt.date(2026, 3, 1), ground="43(2)", document="No. 7")
    given = {"status": "suspended_own", "since": "2026-03-05", "ground": "43(2)", "document": "No. 7"}
    basis = page.post(of(person, "-status-correction"), given).context["basis"]
    record_status(person, Status.ACTIVE, dt.date(2026, 3, 3), ground="43(6)", document="No. 9")
    answer = page.post(of(person, "-status-correction"), {**given, "step": "confirm", "basis": basis})
    assert b"Things have changed since the preview" in answer.content
    kept = StatusSpan.objects.filter(advocate=person).order_by("period").values_list("status", "document")
    assert list(kept)[1:] == [("suspended_own", "No. 7"), ("active", "No. 9")]


def test_the_status_that_came_with_the_roll_is_put_right_without_an_article(page: Client, bar: Bar) -> None:
    person = make_advocate(bar)
    given = {"status": "active", "since": "2014-02-01", "ground": "", "document": "Roll"}
    basis = page.post(of(person, "-status-correction"), given).context["basis"]
    answer = page.post(of(person, "-status-correction"), {**given, "step": "confirm", "basis": basis})
    assert answer.status_code == 302
    assert StatusSpan.objects.get(advocate=person).period.lower == dt.date(2014, 2, 1)


class TestMembership:
    @pytest.fixture(autouse=True)
    def second_wall(self, settings: Any) -> None:
        settings.SECOND_WALL = True

    MOVED = {"what": "moved", "on": "2026-02-01", "document": "No. 7"}

    @staticmethod
    def confirmed(page: Client, person: Advocate, given: dict[str, Any]) -> dict[str, Any]:
        """What the page of the preview sends."""
        preview = page.post(of(person, "-membership"), given)
        return {**given, "step": "confirm", "basis": preview.context["basis"]}

    def test_who_moves_takes_the_file_along(self, page: Client, bar: Bar) -> None:
        person, other = make_advocate(bar), make_bar("KZ-98", bar.parent)
        given = {**self.MOVED, "to": other.pk}
        preview = page.post(of(person, "-membership"), given)
        assert [(each.before, each.after) for each in preview.context["differences"]] == 2 * [(str(bar), str(other))]
        person.refresh_from_db()
        assert person.bar == bar
        confirmed = self.confirmed(page, person, given)
        answers = [page.post(of(person, "-membership"), confirmed) for _ in range(2)]
        assert [answer.status_code for answer in answers] == [302, 404]
        assert page.get(of(person)).status_code == 404
        person.refresh_from_db()
        assert person.bar == other
        assert [span.bar for span in person.memberships.order_by("period")] == [bar, other]

    def test_who_leaves_may_come_back(self, page: Client, bar: Bar) -> None:
        person = make_advocate(bar)
        page.post(of(person, "-membership"), self.confirmed(page, person, {**self.MOVED, "what": "left"}))
        assert person.memberships.get().period.upper == dt.date(2026, 2, 1)
        back = {"what": "back", "on": "2026-01-31", "document": "No. 8"}
        early = page.post(of(person, "-membership"), back)
        assert (early.status_code, b"has not ended by that day" in early.content) == (422, True)
        page.post(of(person, "-membership"), self.confirmed(page, person, {**back, "on": "2026-03-01"}))
        assert [span.period.lower for span in person.memberships.order_by("period")][1:] == [dt.date(2026, 3, 1)]

    def test_who_left_since_the_preview_does_not_move_unseen(self, page: Client, bar: Bar) -> None:
        person, other = make_advocate(bar), make_bar("KZ-98", bar.parent)
        confirmed = self.confirmed(page, person, {**self.MOVED, "to": other.pk})
        leave_bar(person, dt.date(2026, 1, 15))
        page.post(of(person, "-membership"), confirmed)
        person.refresh_from_db()
        assert person.bar == bar
        assert person.memberships.get().period.upper == dt.date(2026, 1, 15)

    def test_who_left_may_join_another_bar(self, page: Client, bar: Bar) -> None:
        person, other = make_advocate(bar), make_bar("KZ-98", bar.parent)
        page.post(of(person, "-membership"), self.confirmed(page, person, {**self.MOVED, "what": "left"}))
        form = page.get(of(person, "-membership")).context["form"]
        assert [what for what, _name in form.fields["what"].choices] == ["moved", "back"]
        moved = {**self.MOVED, "to": other.pk, "on": "2026-03-01"}
        page.post(of(person, "-membership"), self.confirmed(page, person, moved))
        person.refresh_from_db()
        assert person.bar == other

    def test_the_bars_below_the_national_one_are_offered(self, page: Client, bar: Bar) -> None:
        person, other = make_advocate(bar), make_bar("KZ-98", bar.parent)
        make_bar("KG-1", make_bar("KG"))
        assert list(page.get(of(person, "-membership")).context["form"].fields["to"].queryset) == [other]

    def test_the_national_bar_records_a_move_too(self, client: Client, bar: Bar) -> None:
        person, other, officer = make_advocate(bar), make_bar("KZ-98", bar.parent), make_user()
        Role.objects.create(user=officer, bar=bar.parent, kind=RoleKind.BAR_ADMIN)
        client.force_login(officer)
        confirmed = self.confirmed(client, person, {**self.MOVED, "to": other.pk})
        answers = [client.post(of(person, "-membership"), confirmed) for _ in range(2)]
        assert [answer.status_code for answer in answers] == [302, 404]
        assert client.get(reverse("office:advocate", args=["KZ-98", person.pk])).status_code == 200

    def test_who_came_back_since_the_preview_does_not_leave_again(self, page: Client, bar: Bar) -> None:
        person = make_advocate(bar)
        confirmed = self.confirmed(page, person, {**self.MOVED, "what": "left", "on": "2026-03-01"})
        leave_bar(person, dt.date(2026, 1, 1))
        rejoin(person, dt.date(2026, 2, 1))
        answer = page.post(of(person, "-membership"), confirmed)
        assert b"Things have changed since the preview" in answer.content
        assert person.memberships.latest("period").period.upper is None

    @pytest.mark.parametrize(
        ("given", "problem"),
        [
            ({}, "Choose the bar."),
            ({"on": "2199-01-01", "what": "left"}, "cannot lie in the future"),
            ({"on": "2010-01-01", "what": "left"}, "no membership to end on that day"),
            ({"what": "back"}, "Select a valid choice"),
        ],
    )
    def test_what_does_not_fit_is_told(self, page: Client, bar: Bar, given: dict[str, str], problem: str) -> None:
        person = make_advocate(bar)
        make_bar("KZ-98", bar.parent)
        answer = page.post(of(person, "-membership"), {**self.MOVED, **given})
        assert (answer.status_code, problem in answer.content.decode()) == (422, True)
        assert person.memberships.get().period.upper is None

    @pytest.fixture
    def mistaken(self, bar: Bar) -> Advocate:
        """Came to the bar today, by mistake."""
        person = make_advocate(make_bar("KZ-98", bar.parent))
        transfer(person, bar, local_date(now(), bar.time_zone), document="No. 6")
        return Advocate.objects.get(pk=person.pk)

    def history(self, person: Advocate) -> list[tuple[str, bool]]:
        spans = person.memberships.select_related("bar").order_by("period")
        return [(span.bar.code, span.period.upper is None) for span in spans]

    def test_a_move_is_taken_back_on_the_day_on_which_it_was_recorded(self, page: Client, mistaken: Advocate) -> None:
        given = {"what": "stayed", "document": "No. 7"}
        preview = page.post(of(mistaken, "-membership"), given)
        shown = [(each.before, each.after) for each in preview.context["differences"]]
        before = Bar.objects.get(code="KZ-98")
        assert shown == 2 * [(str(mistaken.bar), str(before))]
        assert self.history(mistaken) == [("KZ-98", False), ("KZ-99", True)]
        confirmed = self.confirmed(page, mistaken, given)
        answers = [page.post(of(mistaken, "-membership"), confirmed) for _ in range(2)]
        assert [answer.status_code for answer in answers] == [302, 404]
        assert self.history(mistaken) == [("KZ-98", True)]
        mistaken.refresh_from_db()
        assert mistaken.bar.code == "KZ-98"
        assert mistaken.memberships.get().document == "No. 7"
        gone = Change.objects.get(table="advocates_membership", action="delete", advocate=mistaken)
        assert gone.before is not None
        assert gone.before["document"] == "No. 6"

    def test_a_move_is_put_right_on_the_day_on_which_it_was_recorded(
        self, page: Client, bar: Bar, mistaken: Advocate
    ) -> None:
        right = make_bar("KZ-97", bar.parent)
        given = {"what": "elsewhere", "to": right.pk, "on": "2026-02-01", "document": "No. 7"}
        page.post(of(mistaken, "-membership"), self.confirmed(page, mistaken, given))
        assert self.history(mistaken) == [("KZ-98", False), ("KZ-97", True)]
        assert [span.period.lower for span in mistaken.memberships.order_by("period")][1] == dt.date(2026, 2, 1)
        mistaken.refresh_from_db()
        assert mistaken.bar == right

    def test_the_day_alone_is_put_right(self, page: Client, mistaken: Advocate) -> None:
        given = {"what": "elsewhere", "on": "2026-02-01", "document": "No. 6"}
        preview = page.post(of(mistaken, "-membership"), given)
        (difference,) = preview.context["differences"]
        assert difference.before != difference.after
        confirmed = self.confirmed(page, mistaken, given)
        answers = [page.post(of(mistaken, "-membership"), confirmed) for _ in range(2)]
        assert [answer.status_code for answer in answers] == [302, 200]  # pressed twice: a new preview
        assert page.get(of(mistaken)).status_code == 200
        assert [span.period.lower for span in mistaken.memberships.order_by("period")][1] == dt.date(2026, 2, 1)

    @pytest.mark.parametrize(
        ("given", "problem"),
        [
            ({"what": "elsewhere"}, "This field is required."),
            ({"what": "elsewhere", "on": "2010-01-01"}, "no membership of another bar to end on that day"),
            ({"what": "elsewhere", "on": "2026-02-01", "to": "before"}, "take the move back"),
        ],
    )
    def test_why_a_move_is_not_put_right(
        self, page: Client, mistaken: Advocate, given: dict[str, str], problem: str
    ) -> None:
        to = {"to": str(Bar.objects.get(code="KZ-98").pk)} if "to" in given else {}
        answer = page.post(of(mistaken, "-membership"), {"document": "No. 7", **given, **to})
        assert (answer.status_code, problem in answer.content.decode()) == (422, True)

    def test_where_nobody_has_moved_there_is_no_move_to_put_right(self, page: Client, bar: Bar) -> None:
        person = make_advocate(bar)
        for what in ("elsewhere", "stayed"):
            answer = page.post(of(person, "-membership"), {**self.MOVED, "what": what})
            assert answer.status_code == 422

    def test_nobody_records_their_own(self, page: Client, bar: Bar, admin: User) -> None:
        person = make_advocate(bar, user=admin)
        assert of(person, "-membership") not in page.get(of(person)).content.decode()
        told = page.post(of(person, "-membership"), {**self.MOVED, "what": "left"})
        assert b"your own record" in told.content
        page.post(of(person, "-membership"), {**self.MOVED, "what": "left", "step": "confirm", "basis": "1"})
        assert person.memberships.get().period.upper is None


def test_credit_is_granted_and_an_entry_taken_back(page: Client, bar: Bar) -> None:
    person, category = make_advocate(bar), make_category(bar)
    given = {
        "what": "grant", "category": category.pk, "format": "1", "minutes": "90", "earned_on": "2026-03-02",
        "reason": "Taught a course", "document": "Decision No. 7",
    }  # fmt: skip
    preview = page.post(of(person, "-adjustment"), given)
    (difference,) = preview.context["differences"]
    assert (difference.before, difference.after) == ("0", "90")
    assert not Entry.objects.exists()
    page.post(of(person, "-adjustment"), {**given, "step": "confirm", "basis": preview.context["basis"]})
    entry = Entry.objects.get()
    assert (entry.minutes, entry.adjustment and entry.adjustment.document) == (90, "Decision No. 7")

    reverse_it = reverse("office:advocate-reversal", args=["KZ-99", person.pk, entry.pk])
    (difference,) = page.post(reverse_it, {"reason": "Twice"}).context["differences"]
    assert (difference.before, difference.after) == ("90", "0")
    page.post(reverse_it, {"reason": "Twice", "step": "confirm"})
    assert Entry.objects.get(reverses=entry).minutes == -90
    assert b"already been reversed" in page.post(reverse_it, {"reason": "Again"}).content


def test_who_confirms_twice_grants_once(page: Client, bar: Bar) -> None:
    person, category = make_advocate(bar), make_category(bar)
    given = {
        "what": "grant", "category": category.pk, "format": "1", "minutes": "90", "earned_on": "2026-03-02",
        "reason": "Taught a course", "document": "Decision No. 7",
    }  # fmt: skip
    confirmed = {**given, "step": "confirm", "basis": page.post(of(person, "-adjustment"), given).context["basis"]}
    answers = [page.post(of(person, "-adjustment"), confirmed) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [302, 200]
    assert "Things have changed since the preview" in answers[1].content.decode()
    (difference,) = answers[1].context["differences"]
    assert (difference.before, difference.after) == ("90", "180")
    assert Entry.objects.count() == 1


def test_nobody_corrects_their_own_ledger(page: Client, bar: Bar, admin: User) -> None:
    person, category = make_advocate(bar, user=admin), make_category(bar)
    assert not page.get(of(person, "-ledger")).context["may_correct"]
    given = {
        "what": "take", "category": category.pk, "format": "1", "minutes": "9", "earned_on": "2026-03-02",
        "reason": "x", "document": "y", "step": "confirm",
    }  # fmt: skip
    page.post(of(person, "-adjustment"), given)
    assert not Entry.objects.exists()


def test_another_bar_s_advocate_is_not_there(page: Client, bar: Bar) -> None:
    stranger = make_advocate(make_bar(parent=bar.parent))
    assert page.get(of(stranger)).status_code == 404
    assert stranger.full_name not in found(page)
