"""The shipped ladder of Kazakhstan, planned day by day; the forecast says beforehand what the planner then does."""

from __future__ import annotations

import datetime as dt
import json
from io import StringIO
from typing import Any, get_args

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from advocates.models import Bar
from compliance.models import CaseState, ExcuseOutcome, Notice, NoticeChannel, NoticeState, Standing, StandingStatus
from compliance.queries.forecast import forecast
from compliance.rules.language.notices import CaseEvent
from compliance.services.asked import answer, name_excuse
from compliance.services.cases import review_cases
from compliance.services.notices import draft_plan, mark_printed, plan_notices, print_letters, send_due, send_notice
from compliance.services.preferences import set_preferences
from compliance.services.rulebooks import adopt_rulebook
from tests.compliance.rows import (
    DUE,
    NOW,
    PETITION,
    START,
    UTC,
    addition_document,
    make_case,
    make_notice,
    make_standing,
    rulebook_document,
    set_status,
    shipped_example,
)
from tests.factories import make_advocate, make_bar, make_user
from tests.plugins.smtp import Sink

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


@pytest.fixture
def bar() -> Bar:
    bar = make_bar()
    adopt_rulebook(bar, json.loads(shipped_example()), by=None)
    return bar


def at(day: dt.date) -> dt.datetime:
    """09:00 in Almaty."""
    return dt.datetime.combine(day, dt.time(4), UTC)


def stages(**about: Any) -> list[str]:
    return list(Notice.objects.filter(**about).order_by("due_at", "pk").values_list("stage", flat=True))


def night(bar: Bar, day: dt.date) -> int:
    """As the sweep does for those who earn nothing, then the cases, then the plan."""
    own = Standing.objects.filter(advocate__bar=bar, missing__gt=0)
    own.filter(due_on__lt=day).update(status=StandingStatus.SHORT)
    own.filter(due_on__gte=day, due_on__lte=day + 92 * DAY).update(status=StandingStatus.AT_RISK)
    review_cases(bar, day, at(day))
    return plan_notices(bar, day, at(day))


def send(bar: Bar, day: dt.date) -> None:
    """What was planned arrives on its day, on paper too."""
    send_due(now=at(day) + dt.timedelta(hours=1), limit=50)
    officer = make_user(bar=bar, role="bar_admin") if Notice.objects.to_print().exists() else None
    if officer:
        mark_printed([notice.pk for notice in print_letters(bar, now=at(day))], by=officer, now=at(day))


def test_the_events_of_the_language_are_states_of_a_case() -> None:
    assert set(get_args(CaseEvent)) <= set(CaseState.values)


class TestShipped:
    def test_the_year_of_somebody_who_earns_nothing(self, bar: Bar, smtp: Sink) -> None:
        make_standing(make_advocate(bar), "on_track")
        for day in (-121, -120, -119, -90, -30, -7, 0, 1, 2, 30, 31, 32, 60):
            night(bar, DUE + day * DAY)
            send(bar, DUE + day * DAY)
        assert stages() == ["reminder-120", "reminder-90", "reminder-30", "reminder-7", "overdue", "day-31"]
        assert dict(Notice.objects.values_list("stage", "statutory")) == {
            **{f"reminder-{days}": False for days in (120, 90, 30, 7)}, "overdue": True, "day-31": True,
        }  # fmt: skip
        letter = Notice.objects.get(stage="day-31")
        assert letter.due_at.date() == PETITION
        assert "may petition for suspension" in letter.text or "өтінішхат" in letter.text
        assert "43(3)(3)" in letter.text
        assert letter.facts["rule"]["petition_day"] == 0

    def test_day_31_waits_until_the_first_letter_has_been_said(self, bar: Bar) -> None:
        make_standing(person := make_advocate(bar))
        case = make_case(person)
        for day in (PETITION, PETITION + DAY):
            plan_notices(bar, day, at(day))
        assert stages() == ["overdue"], "both would be a volley"
        case.state = CaseState.NOTIFIED
        case.save()
        assert plan_notices(bar, PETITION + 40 * DAY, at(PETITION + 40 * DAY)) == 1, "made up for however late"

    def test_day_31_waits_for_the_days_that_an_accepted_reason_covers(self, bar: Bar) -> None:
        person = make_advocate(bar, language="en", user=make_user())
        make_standing(person)
        night(bar, DUE + DAY)
        send(bar, DUE + DAY)
        ill = name_excuse(
            person, START, "incapacity", "In hospital", "Sheet No. 7", PETITION - 20 * DAY, PETITION + 9 * DAY,
            by=person.user, now=at(PETITION),
        )  # fmt: skip
        answer(ill, outcome=ExcuseOutcome.ACCEPTED, text="Proved", by=make_user(bar=bar), now=at(PETITION))
        possible = PETITION + 30 * DAY
        assert [(each.day, each.stage.code) for each in forecast([bar], PETITION, 60)] == [(possible, "day-31")]
        for day in (PETITION, possible - DAY):
            assert night(bar, day) == 0
        assert night(bar, possible) == 1
        send(bar, possible)
        letter = Notice.objects.get(stage="day-31")
        assert (letter.facts["petition_from"], "From 02.03.2027 the bar may" in letter.text) == ("2027-03-02", True)

    @pytest.mark.parametrize(
        ("state", "stage"), [("petition_drafted", "petition-drafted"), ("decided", "decided"), ("excused", "excused")]
    )
    def test_each_step_is_told_once(self, bar: Bar, smtp: Sink, state: CaseState, stage: str) -> None:
        make_standing(person := make_advocate(bar, language="en"))
        make_case(person, state)
        assert [plan_notices(bar, NOW.date() + day * DAY, NOW) for day in (0, 1)] == [1, 0]
        send_due(now=NOW, limit=5)
        notice = Notice.objects.get()
        assert (notice.stage, notice.state) == (stage, NoticeState.SENT)
        assert "confirmed by an officer" in notice.text
        assert ("How to complete" in notice.text) is (state != "excused")

    def test_a_step_long_past_is_told_only_where_the_law_asks_for_it(self, bar: Bar) -> None:
        for state in (CaseState.CURED, CaseState.DECIDED):
            make_standing(person := make_advocate(bar))
            make_case(person, state, changed_at=NOW - 200 * DAY, opened_at=NOW - 300 * DAY)
        assert plan_notices(bar, NOW.date(), NOW) == 1
        assert stages() == ["decided"]

    def test_what_is_said_of_a_step_rests_on_the_case(self, bar: Bar, smtp: Sink) -> None:
        standing = make_standing(person := make_advocate(bar))
        case = make_case(person, CaseState.PETITION_DRAFTED)
        plan_notices(bar, NOW.date(), NOW)
        case.state = CaseState.CURED
        case.save()
        set_status(standing, "compliant")
        assert send_notice(Notice.objects.get().pk, now=NOW) == NoticeState.WITHDRAWN
        assert plan_notices(bar, NOW.date(), NOW) == 1
        assert send_notice(Notice.objects.get(stage="cured").pk, now=NOW) == NoticeState.SENT


class TestAudience:
    def adopt(self, *stages: dict[str, Any]) -> Bar:
        bar = make_bar()
        document = rulebook_document(notices=[{"name": stage["code"], **stage} for stage in stages])
        adopt_rulebook(bar, {**document, "reminder_days": []}, by=None)
        return bar

    @pytest.mark.parametrize(
        ("audience", "told"),
        [("missing", {"on_track", "at_risk"}), ("at_risk", {"at_risk"}),
         ("everyone", {"on_track", "at_risk", "compliant"})],
    )  # fmt: skip
    def test_ahead_of_the_due_date(self, audience: str, told: set[str]) -> None:
        bar = self.adopt({"code": "a", "day": -10, "audience": audience})
        for status in ("on_track", "at_risk", "compliant"):
            make_standing(make_advocate(bar), status)
        plan_notices(bar, DUE - 5 * DAY, NOW)
        found = Standing.objects.filter(advocate__in=Notice.objects.values("advocate"))
        assert set(found.values_list("status", flat=True)) == told

    def test_channels_in_their_order(self) -> None:
        statutory = {"statutory": True, "clause": "example"}
        bar = self.adopt(
            {"code": "mail", "day": -40, "channels": ["email"]},
            {"code": "formal", "day": -30, "channels": ["email"], **statutory},
            {"code": "post", "day": -20, "channels": ["paper"]},
            {"code": "none", "day": -10, "without_email": True},
        )
        with_, without = make_advocate(bar), make_advocate(bar, email="")
        for person in (with_, without):
            make_standing(person, "at_risk")
        for day in (-40, -30, -20, -10):
            plan_notices(bar, DUE + day * DAY, at(DUE + day * DAY))
        channels = Notice.objects.order_by("due_at").values_list("stage", "channel", "state")
        email, paper = (NoticeChannel.EMAIL, NoticeState.DUE), (NoticeChannel.PAPER, NoticeState.TO_PRINT)
        assert list(channels.filter(advocate=with_)) == [("mail", *email), ("formal", *email), ("post", *paper)]
        assert list(channels.filter(advocate=without)) == [("formal", *paper), ("post", *paper), ("none", *paper)]

    def test_wishes_move_courtesies_only(self) -> None:
        bar = self.adopt(
            {"code": "soft", "day": -40}, {"code": "formal", "day": -30, "statutory": True, "clause": "example"}
        )
        make_standing(person := make_advocate(bar), "at_risk")
        set_preferences(person, reminder_days=[20])
        for day in (-40, -30, -20):
            plan_notices(bar, DUE + day * DAY, at(DUE + day * DAY))
        assert stages() == ["formal", "reminder-20"]

    def test_a_withdrawn_letter_on_paper_waits_for_the_printer_again(self) -> None:
        bar = self.adopt({"code": "post", "day": -20, "channels": ["paper"]})
        make_standing(person := make_advocate(bar), "at_risk")
        make_notice(person, "post", state=NoticeState.WITHDRAWN, channel=NoticeChannel.PAPER)
        assert plan_notices(bar, DUE - 20 * DAY, NOW) == 1
        assert Notice.objects.get().state == NoticeState.TO_PRINT

    def test_a_stage_speaks_of_nothing_that_was_before_it(self) -> None:
        bar = make_bar(parent=self.adopt())
        add = [{"code": "late", "name": "late", "day": 5, "audience": "short", "statutory": True, "clause": "example"}]
        adopt_rulebook(bar, addition_document("local", DUE + 10 * DAY, notices=add), by=None)
        make_standing(person := make_advocate(bar))
        make_case(person, CaseState.NOTIFIED)
        assert plan_notices(bar, DUE + 20 * DAY, NOW) == 0


class TestForecast:
    def test_what_is_said_to_everyone_after_the_due_date(self) -> None:
        bar = TestAudience().adopt({"code": "thanks", "day": 3, "audience": "everyone"})
        for status in ("compliant", "short"):
            make_standing(make_advocate(bar), status)
        for start in (DUE, DUE + 4 * DAY, DUE + 34 * DAY):
            said = [each.day for each in forecast([bar], start, 5) if each.stage.code == "thanks"]
            assert said == {DUE: 2 * [DUE + 3 * DAY], DUE + 4 * DAY: 2 * [start]}.get(start, [])
        assert plan_notices(bar, DUE + 4 * DAY, NOW) == 2

    def people(self, bar: Bar) -> None:
        for status in ("on_track", "at_risk", "compliant"):
            make_standing(make_advocate(bar), status)
        make_standing(make_advocate(bar, email=""), "on_track")
        make_standing(wishing := make_advocate(bar), "on_track")
        set_preferences(wishing, reminder_days=[40, 3])
        early = {"due_on": DUE - 30 * DAY, "period_end": DUE - 30 * DAY, "petition_from": DUE + DAY}
        make_standing(make_advocate(bar), "at_risk", **early)
        for state in (CaseState.OPEN, CaseState.NOTIFIED, CaseState.DECIDED):
            make_standing(person := make_advocate(bar), due_on=DUE - 60 * DAY, period_end=DUE - 60 * DAY,
                          petition_from=DUE - 29 * DAY)  # fmt: skip
            make_case(person, state, changed_at=at(DUE - 50 * DAY), opened_at=at(DUE - 59 * DAY),
                      due_on=DUE - 60 * DAY, grace_ends_on=DUE - 30 * DAY, petition_from=DUE - 29 * DAY)  # fmt: skip

    def test_it_says_what_the_planner_then_does(self, bar: Bar, smtp: Sink) -> None:
        self.people(bar)
        first = DUE - 40 * DAY
        night(bar, first - DAY)
        expected = [
            (each.day, each.advocate_id, each.stage.code, each.channel) for each in forecast([bar], first, days=80)
        ]
        before = set(Notice.objects.values_list("pk", flat=True))
        done = []
        for offset in range(80):
            night(bar, first + offset * DAY)
            new = Notice.objects.exclude(pk__in=before)
            done += [(first + offset * DAY, *row) for row in new.values_list("advocate_id", "stage", "channel")]
            before |= set(new.values_list("pk", flat=True))
            send(bar, first + offset * DAY)
        assert len(expected) > 20
        assert sorted(expected) == sorted(done)

    @pytest.mark.parametrize("rows", [1, 3])
    def test_statements_do_not_grow(self, bar: Bar, django_assert_num_queries: Any, rows: int) -> None:
        forecast([bar], DUE, 5)
        for _ in range(rows):
            self.people(bar)
        with django_assert_num_queries(3):
            assert len(forecast([bar], DUE - 40 * DAY)) >= 10 * rows

    def test_nor_with_the_number_of_accepted_reasons(self, bar: Bar) -> None:
        counts = []
        for more in (1, 3):
            for _ in range(more):
                make_standing(person := make_advocate(bar, user=make_user()), "short")
                make_case(person, CaseState.NOTIFIED)
                ill = name_excuse(
                    person, START, "incapacity", "In hospital", "Sheet No. 7", PETITION, PETITION + DAY,
                    by=person.user, now=at(PETITION),
                )  # fmt: skip
                answer(ill, outcome=ExcuseOutcome.ACCEPTED, text="Proved", by=make_user(bar=bar), now=at(PETITION))
            with CaptureQueriesContext(connection) as asked:
                assert len(forecast([bar], PETITION + 2 * DAY, 9)) == (1 if more == 1 else 4)
                assert len(draft_plan(bar, PETITION + 2 * DAY).notices) == (1 if more == 1 else 4)
            counts.append(len(asked))
        assert counts[0] == counts[1]

    def test_the_command_counts_and_names_nobody(self, bar: Bar) -> None:
        make_standing(make_advocate(bar, "Әбенова Гүл"), "on_track")
        out = StringIO()
        call_command("notices", "forecast", bar=bar.code, days=3, today=dt.date(2026, 9, 1), stdout=out, stderr=out)
        assert f"{bar.code}\t2026-09-02\treminder-120\temail\t1\n" in out.getvalue()
        assert "1 notices in 3 days" in out.getvalue()
        assert "Әбенова" not in out.getvalue()
