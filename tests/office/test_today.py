"""What needs a person now: each queue holds what waits, and nothing else."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client

from advocates.models import Advocate, Bar, RoleKind, RollFile
from cle.core.clock import now
from compliance.models import Case, Correction, Excuse, Notice, Objection
from compliance.queries.today import waiting_at
from compliance.views.office.today import QUEUES
from courses.models import AttendanceFile, AttendanceLine, Claim, Course, Session
from tests.factories import make_bar, make_national, make_session, make_user
from tests.house.rows import Rows, make_rows
from tests.office.pages import statements, text_of

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2030, 3, 2, 5, tzinfo=dt.UTC)
TODAY = NOW.date()


@pytest.fixture
def rows(db: None) -> Rows:
    """One row of each kind, made to wait."""
    rows = make_rows(make_bar("R-1", make_national()))
    Case.objects.update(state="open", petition_from=TODAY)
    Notice.objects.update(state="failed")
    undecided = {"decided_at": None, "decided_by": None, "decision_reason": ""}
    Claim.objects.update(state="submitted", submitted_at=NOW - dt.timedelta(days=3), **undecided)
    Course.objects.update(state="submitted", number="", accredited_from=None)
    AttendanceFile.objects.update(state="applied", applied_at=NOW)
    AttendanceLine.objects.update(outcome="ambiguous", resolved_at=None)
    RollFile.objects.update(state="previewed", applied_at=None)
    Session.objects.update(state="planned", confirmed_at=None, cancelled_at=None)
    return rows


def counts(bar: Bar) -> dict[str, int]:
    return {each.kind: each.count for each in waiting_at([bar.pk], TODAY, NOW).get(bar.pk, [])}


def test_each_kind_is_counted_once(rows: Rows) -> None:
    expected = dict.fromkeys(QUEUES, 1)
    found = counts(rows[Bar])
    for kind in ("letters", "reports", "no-report", "uncertain-notices", "doubtful-email"):
        assert kind not in found
        expected.pop(kind)
    assert found == expected


def test_the_other_states_are_queues_of_their_own(rows: Rows) -> None:
    Notice.objects.update(state="to_print")
    AttendanceFile.objects.update(state="previewed", applied_at=None)
    make_session(rows[Course])
    found = counts(rows[Bar])
    Notice.objects.update(state="uncertain")
    found |= counts(rows[Bar])
    assert {"letters", "reports", "no-report", "uncertain-notices"} <= set(found)
    assert not {"failed-notices", "names"} & set(found)


def test_what_is_done_does_not_wait(rows: Rows) -> None:
    answered = {"answered_at": NOW, "answered_by": make_user(), "answer": "no"}
    Objection.objects.update(**answered, outcome="dismissed")
    Correction.objects.update(**answered, outcome="refused")
    Excuse.objects.update(**answered, outcome="refused")
    Case.objects.update(state="closed")
    Notice.objects.update(state="sent", sent_at=NOW)
    Claim.objects.update(state="draft", submitted_at=None)
    Course.objects.update(state="refused")
    AttendanceLine.objects.update(resolved_at=NOW)
    RollFile.objects.update(state="discarded")
    Session.objects.update(state="confirmed", confirmed_at=NOW)
    Advocate.objects.update(email="somebody@mail.example.kz")
    assert counts(rows[Bar]) == {}


def test_what_is_not_due_does_not_wait(rows: Rows) -> None:
    Case.objects.update(petition_from=TODAY + dt.timedelta(days=1))
    later = NOW + dt.timedelta(days=1)
    Session.objects.update(starts_at=later, ends_at=later + dt.timedelta(hours=1))
    assert not {"cases", "to-confirm"} & set(counts(rows[Bar]))


def test_late_is_after_the_last_day(rows: Rows) -> None:
    last = rows[Objection].due_on
    found = [waiting_at([rows[Bar].pk], day, NOW)[rows[Bar].pk] for day in (last, last + dt.timedelta(days=1))]
    assert [one.late for day in found for one in day if one.kind == "objections"] == [0, 1]


class TestPage:
    url = "/office/R-1/"

    def test_an_officer_sees_counts_and_what_to_do(self, client: Client, rows: Rows) -> None:
        client.force_login(make_user(bar=rows[Bar]))
        shown = text_of(client.get(self.url, headers={"accept-language": "en"}))
        assert "claims to decide" in shown
        assert "the oldest for" in shown

    def test_what_came_today_has_waited_no_days(self, client: Client, rows: Rows) -> None:
        client.force_login(make_user(bar=rows[Bar]))
        shown = text_of(client.get(self.url, headers={"accept-language": "en"}))
        assert "since today" in shown
        assert "for 0 days" not in shown

    def test_a_role_sees_what_it_may_read(self, client: Client, rows: Rows) -> None:
        client.force_login(make_user(bar=rows[Bar], role=RoleKind.COURSE_MANAGER))
        shown = text_of(client.get(self.url, headers={"accept-language": "en"}))
        assert "courses to accredit" in shown
        assert "claims to decide" not in shown

    def test_a_head_of_a_unit_sees_no_counts_of_the_whole_bar(self, client: Client, rows: Rows) -> None:
        head = make_user(bar=rows[Bar], role=RoleKind.UNIT_HEAD)
        head.roles.update(unit=rows[Advocate].unit)
        client.force_login(head)
        assert "Nothing waits for you" in text_of(client.get(self.url, headers={"accept-language": "en"}))

    def test_the_national_bar_sees_how_much_waits_below(self, client: Client, rows: Rows) -> None:
        client.force_login(make_user(bar=rows[Bar].parent))
        shown = client.get("/office/KZ/", headers={"accept-language": "en"})
        below = {one["bar"].code: one["count"] for one in shown.context["others"]}
        due = {
            each.kind: each.count for each in waiting_at([rows[Bar].pk], shown.context["today"], now())[rows[Bar].pk]
        }
        assert below == {"R-1": sum(due.values())}
        assert "R-1 Bar" in text_of(shown)

    def test_each_link_leads_to_a_list_that_knows_the_question(self, client: Client, rows: Rows) -> None:
        client.force_login(make_user(bar=rows[Bar], role=RoleKind.BAR_ADMIN))
        for one in client.get(self.url).context["waiting"]:
            answer = client.get(one["url"])
            assert answer.status_code == 200, one["url"]
            form = answer.context.get("form")
            assert form is None or not form.errors, one["url"]

    def test_more_bars_cost_no_more(self, client: Client, rows: Rows) -> None:
        client.force_login(make_user(bar=rows[Bar].parent))
        client.get("/office/KZ/")
        one = statements(client, "/office/KZ/")
        for _ in range(2):
            make_rows(make_bar(parent=rows[Bar].parent))
        assert statements(client, "/office/KZ/") == one
