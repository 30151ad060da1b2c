"""Notices in the office: nobody is written to before somebody has seen the letters and named their number."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client

from advocates.models import Advocate, Bar
from compliance.models import CaseState, Notice, Preferences, Standing
from tests.compliance.rows import NOW, make_case, make_notice, make_standing, warned
from tests.factories import make_advocate, make_bar
from tests.office.conftest import Clock
from tests.office.pages import hidden, statements, text_of, worked

pytestmark = pytest.mark.django_db
REMINDING = dt.datetime(2026, 12, 11, 5, 0, tzinfo=dt.UTC)


def on_paper(bar: Bar, name: str = "") -> Notice:
    notice = warned(bar, email="", **({"full_name": name} if name else {}))
    Notice.objects.filter(pk=notice.pk).update(state="to_print", channel="paper")
    return notice


class TestPlan:
    url = "/office/R-1/notices/plan/"

    @pytest.fixture(autouse=True)
    def three(self, bar: Bar, clock: Clock) -> None:
        clock(REMINDING)
        for name in ("Әбенова Гүл", "Ким Виктор", "Ли Анна"):
            make_standing(make_advocate(bar, name), "at_risk")

    def test_it_shows_whom_and_how_it_would_read(self, officer: Client) -> None:
        shown = officer.get(self.url)
        named = {one["advocate"].full_name for one in shown.context["people"]}
        assert named == {"Әбенова Гүл", "Ким Виктор", "Ли Анна"}
        assert "3 reminder, 30 days before e-mail" in text_of(shown)
        assert "Yes, write to 3 people" in text_of(shown)
        assert "Letter 1 of 3" in text_of(shown)
        assert not Notice.objects.exists()

    def test_each_letter_can_be_read(self, officer: Client) -> None:
        told = [text_of(officer.get(self.url, {"letter": number})) for number in (1, 2, 3)]
        assert len(set(told)) == 3
        assert all(f"Letter {number} of 3" in text for number, text in enumerate(told, start=1))
        assert "Letter 3 of 3" in text_of(officer.get(self.url, {"letter": 99}))

    def test_nothing_goes_out_without_the_confirmation(self, officer: Client) -> None:
        shown = officer.get(self.url)
        given = {"digest": hidden(shown, "digest"), "count": hidden(shown, "count")}
        assert officer.post(self.url, given).status_code == 422
        assert not Notice.objects.exists()
        assert officer.post(self.url, {**given, "sure": "on"}).status_code == 302
        assert Notice.objects.count() == 3

    def test_a_preview_that_is_no_longer_true_writes_to_nobody(self, officer: Client, bar: Bar) -> None:
        shown = officer.get(self.url)
        make_standing(make_advocate(bar), "at_risk")
        given = {"digest": hidden(shown, "digest"), "count": hidden(shown, "count"), "sure": "on"}
        after = officer.post(self.url, given, follow=True)
        assert "Things have changed since the preview" in text_of(after)
        assert not Notice.objects.exists()

    def test_twenty_people_cost_as_much_as_three(self, officer: Client, bar: Bar) -> None:
        officer.get(self.url)
        few = statements(officer, self.url)
        for _ in range(17):
            make_standing(make_advocate(bar), "at_risk")
        assert statements(officer, self.url) == few


class TestLetters:
    url = "/office/R-1/notices/letters/"

    @pytest.fixture(autouse=True)
    def now(self, clock: Clock) -> None:
        clock(NOW)

    def test_written_printed_handed_over(self, officer: Client, bar: Bar) -> None:
        notice = on_paper(bar)
        assert "not written yet" in text_of(officer.get(self.url))
        assert "Done" in text_of(worked(officer, officer.post(self.url, {"write": "1"})))
        notice.refresh_from_db()
        assert notice.text
        printed = officer.get("/office/R-1/notices/letters/print/")
        assert notice.subject in text_of(printed)
        marked = officer.post(self.url, {"notices": [notice.pk], "handed_over_on": "2027-01-05"})
        assert marked.status_code == 302
        notice.refresh_from_db()
        assert (notice.state, str(notice.handed_over_by)) == ("printed", "Ким Виктор")
        assert notice.advocate.cases.get().state == CaseState.NOTIFIED

    def test_nothing_ticked_is_said(self, officer: Client, bar: Bar) -> None:
        on_paper(bar)
        answer = officer.post(self.url, {"handed_over_on": "2027-01-05"})
        assert answer.status_code == 422
        assert "Tick the letters." in text_of(answer)

    def test_a_day_to_come_is_refused_and_changes_nothing(self, officer: Client, bar: Bar) -> None:
        notice = on_paper(bar)
        worked(officer, officer.post(self.url, {"write": "1"}))
        after = officer.post(self.url, {"notices": [notice.pk], "handed_over_on": "2030-01-05"}, follow=True)
        assert "That day is still to come." in text_of(after)
        notice.refresh_from_db()
        assert notice.state == "to_print"


def test_the_list_is_narrowed_and_opens_the_words(officer: Client, bar: Bar) -> None:
    kept = on_paper(bar, "Қасымов Ерлан")
    on_paper(bar, "Озёрная Мария")
    found = text_of(officer.get("/office/R-1/notices/", {"name": "kasym", "state": "to_print"}))
    assert "Қасымов Ерлан" in found
    assert "Озёрная" not in found
    assert "Nothing fits" in text_of(officer.get("/office/R-1/notices/", {"state": "sent"}))
    assert "Proof of service" in text_of(officer.get(f"/office/R-1/notices/{kept.pk}/"))
    assert Standing.objects.count() == 2


def test_a_list_of_three_costs_as_much_as_a_list_of_one(officer: Client, bar: Bar) -> None:
    on_paper(bar)
    officer.get("/office/R-1/notices/")
    one = statements(officer, "/office/R-1/notices/")
    for _ in range(2):
        on_paper(bar)
    assert statements(officer, "/office/R-1/notices/") == one


class TestSomePeople:
    """A plan for those whom the officer has chosen on the list of the short."""

    url = "/office/R-1/notices/plan/"

    @pytest.fixture(autouse=True)
    def december(self, clock: Clock) -> None:
        clock(REMINDING)

    @pytest.fixture
    def people(self, bar: Bar) -> list[Advocate]:
        named = [make_advocate(bar, name) for name in ("Әбенова Гүл", "Ким Виктор", "Ли Анна", "Пак Юрий")]
        for one in named[:3]:
            make_standing(one, "at_risk")
        make_standing(named[3], "compliant")
        return named

    def test_only_they_are_written_to(self, officer: Client, people: list[Advocate]) -> None:
        chosen = f"{self.url}?to=ticked&advocate={people[0].pk}&advocate={people[2].pk}"
        shown = officer.get(chosen)
        assert "Letter 1 of 2" in text_of(shown)
        assert "Yes, write to 2 people" in text_of(shown)
        assert {one["advocate"] for one in shown.context["people"]} == {people[0], people[2]}
        given = {"digest": hidden(shown, "digest"), "count": hidden(shown, "count"), "sure": "on"}
        assert officer.post(chosen, given).status_code == 302
        assert set(Notice.objects.values_list("advocate", flat=True)) == {people[0].pk, people[2].pk}

    def test_a_preview_of_some_is_no_consent_to_all(self, officer: Client, people: list[Advocate]) -> None:
        shown = officer.get(f"{self.url}?to=ticked&advocate={people[0].pk}")
        given = {"digest": hidden(shown, "digest"), "count": hidden(shown, "count"), "sure": "on"}
        assert "Things have changed" in text_of(officer.post(self.url, given, follow=True))
        assert not Notice.objects.exists()

    def test_whoever_is_not_due_one_is_named_with_the_reason(
        self, officer: Client, bar: Bar, people: list[Advocate]
    ) -> None:
        _, told, wishing, met = people
        make_notice(told, "reminder-30", state="sent", sent_at=NOW)
        Preferences.objects.create(bar=bar, advocate=wishing, reminder_days=[])
        later, unknown = make_advocate(bar, "Югай Олег"), make_advocate(bar, "Яна Ли")
        make_standing(later, "on_track", due_on=dt.date(2027, 12, 31))
        keys = "&".join(f"advocate={one.pk}" for one in (told, wishing, met, later, unknown))
        shown = officer.get(f"{self.url}?to=ticked&{keys}")
        assert {reason: [one.full_name for one in group] for reason, group in shown.context["left_out"]} == {
            "there is a notice already (reminder, 30 days before): sent": ["Ким Виктор"],
            "wishes no reminders": ["Ли Анна"],
            "nothing is missing": ["Пак Юрий"],
            "the first reminder goes out on 02.10.2027": ["Югай Олег"],
            "no standing has been worked out yet": ["Яна Ли"],
        }
        assert "None of those chosen is due a notice today" in text_of(shown)

    def test_overdue_hours_have_reasons_of_their_own(self, officer: Client, bar: Bar, clock: Clock) -> None:
        clock(NOW)
        open_, excused, none = (make_advocate(bar, name) for name in ("Асанов Али", "Белов Ян", "Вагнер Эмма"))
        for one in (open_, excused, none):
            make_standing(one)
        make_case(open_)
        make_case(excused, CaseState.EXCUSED)
        keys = "&".join(f"advocate={one.pk}" for one in (open_, excused, none))
        shown = officer.get(f"{self.url}?to=ticked&{keys}")
        assert [one["advocate"] for one in shown.context["people"]] == [open_]
        assert dict(shown.context["left_out"]) == {
            f"a case is under way: {CaseState.EXCUSED.label}": [excused],
            "the hours are overdue, but the next sweep has yet to open a case": [none],
        }

    def test_everybody_whom_the_filters_find(self, officer: Client, people: list[Advocate]) -> None:
        listed = officer.get("/office/R-1/short/", {"name": "ким"})
        assert "?to=listed&amp;name=" in listed.content.decode()
        shown = officer.get(self.url, {"to": "listed", "name": "ким"})
        assert [one["advocate"].full_name for one in shown.context["people"]] == ["Ким Виктор"]

    @pytest.mark.parametrize("query", ["to=ticked", "to=ticked&advocate={foreign}", "to=ticked&advocate=odd"])
    def test_no_choice_is_not_everybody(self, officer: Client, bar: Bar, people: list[Advocate], query: str) -> None:
        foreign = make_advocate(make_bar("R-2", bar.parent))
        make_standing(foreign, "at_risk")
        shown = officer.get(f"{self.url}?{query.format(foreign=foreign.pk)}")
        assert shown.context["count"] == 0
        assert "Nobody was chosen" in text_of(shown)

    def test_twenty_left_out_cost_as_much_as_three(self, officer: Client, bar: Bar, people: list[Advocate]) -> None:
        for one in people:
            make_notice(one, "reminder-30", state="sent", sent_at=NOW)
        url = f"{self.url}?to=listed&stands=lacking"
        officer.get(url)
        few = statements(officer, url)
        for _ in range(17):
            one = make_advocate(bar)
            make_standing(one, "at_risk")
            make_notice(one, "reminder-30", state="sent", sent_at=NOW)
        assert statements(officer, url) == few
