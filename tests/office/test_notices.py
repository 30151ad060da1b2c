"""Notices in the office: nobody is written to before somebody has seen the letters and named their number."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client

from advocates.models import Bar
from compliance.models import CaseState, Notice, Standing
from tests.compliance.rows import NOW, make_standing, warned
from tests.factories import make_advocate
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
