"""Notices through the API: what was said, what would be said, and what was handed over."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from advocates.access import MAY, Action
from advocates.models import Advocate, Bar, RoleKind
from cle.core.pagination import KeysetPagination
from compliance.api import jobs as jobs_api
from compliance.api import notices as api
from compliance.models import CaseState, CaseStep, Notice, Standing
from tests.api.test_me import problem, read_through
from tests.api.work import finished
from tests.compliance.rows import NOW, make_notice, make_standing, ruled_bar, set_status, warned
from tests.compliance.test_sweep import statements
from tests.factories import make_advocate, make_bar, make_user
from tests.house.rows import digest

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)
REMINDING = dt.datetime(2026, 12, 11, 5, 0, tzinfo=dt.UTC)


@pytest.fixture
def national() -> Bar:
    return ruled_bar()


@pytest.fixture
def bar(national: Bar) -> Bar:
    return make_bar("R-1", national)


@pytest.fixture
def officer(client: Client, bar: Bar) -> Client:
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    client.force_login(make_user(bar=bar, name="Ким Виктор"))
    return client


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Sets the time that the API reads: NOW, five days after the due date, unless a test sets another."""

    def set_to(moment: dt.datetime) -> None:
        for module in (api, jobs_api):
            monkeypatch.setattr(module, "now", lambda: moment)

    set_to(NOW)
    return set_to


def at(bar: Bar, *parts: Any) -> str:
    return "/".join(["/api/v1/bars", bar.code, "notices", *map(str, parts)])


def post(client: Client, address: str, body: Any = None, key: str = "") -> Any:
    headers = {"Idempotency-Key": key} if key else {}
    return client.post(address, body or {}, content_type="application/json", headers=headers)


def letter(bar: Bar, **fields: Any) -> Notice:
    """An overdue notice that waits to be printed, with the standing and the open case behind it."""
    notice = warned(bar, email="", **fields)
    Notice.objects.filter(pk=notice.pk).update(state="to_print", channel="paper")
    return notice


@pytest.fixture
def written(officer: Client, bar: Bar) -> Notice:
    notice = letter(bar, language="ru")
    assert finished(officer, post(officer, at(bar, "letters"), key="letters"))["result"] == {"written": 1}
    return notice


def hand_over(client: Client, bar: Bar, *notices: Notice, on: str = "2027-01-05", key: str = "k") -> Any:
    body = {"notices": [notice.pk for notice in notices], "handed_over_on": on}
    return post(client, at(bar, "hand-over"), body, key)


def test_the_list_says_who_was_written_to_and_is_narrowed(officer: Client, bar: Bar) -> None:
    sent = warned(bar, full_name="Сәрсенова Әлия", language="ru")
    Notice.objects.filter(pk=sent.pk).update(state="sent", sent_at=NOW)
    paper = letter(bar)
    reminder = make_notice(paper.advocate, "reminder-30", due_at=NOW - 40 * DAY)

    def found(query: str) -> list[int]:
        return [row["id"] for row in officer.get(f"{at(bar)}?{query}").json()["results"]]

    assert found("") == [paper.pk, sent.pk, reminder.pk]
    assert found("state=to_print") == found("channel=paper") == [paper.pk]
    assert found("stage=reminder-30") == [reminder.pk]
    assert found(f"advocate={sent.advocate_id}&state=sent") == [sent.pk]
    assert officer.get(f"{at(bar)}?state=sent").json()["results"] == [
        {"id": sent.pk, "advocate": sent.advocate_id, "name": "Сәрсенова Әлия", "period_start": "2026-01-01",
             "session": None,
         "stage": "overdue", "channel": "email", "language": "ru", "state": "sent",
         "due_at": "2027-01-05T04:00:00Z", "sent_at": "2027-01-05T05:00:00Z"}
    ]  # fmt: skip


@pytest.mark.parametrize("query", ["state=lost", "channel=pigeon", "advocate=x", "stage=" + "x" * 41, "bar=R-2"])
def test_a_wrong_parameter_is_named(officer: Client, bar: Bar, query: str) -> None:
    faults = problem(officer.get(f"{at(bar)}?{query}"), 400)["errors"]
    assert [fault["parameter"] for fault in faults] == [query.partition("=")[0]]


def test_pages_hold_each_notice_once(officer: Client, bar: Bar, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(KeysetPagination, "page_size", 2)
    keys = [warned(bar).pk for _ in range(5)]
    pages = read_through(officer, at(bar))
    assert [row["id"] for page in pages for row in page] == keys[::-1]


def test_a_notice_says_the_words_and_how_they_arrived(officer: Client, bar: Bar) -> None:
    notice = warned(bar)
    Notice.objects.filter(pk=notice.pk).update(
        state="sent", sent_at=NOW, address="a@mail.example.kz", message_id="<1@x>", attempts=2,
        subject="Hours", text="You are short.", html="<p>You are short.</p>", facts={"missing": 270},
    )  # fmt: skip
    shown = officer.get(at(bar, notice.pk)).json()
    assert (shown["subject"], shown["text"], shown["facts"]) == ("Hours", "You are short.", {"missing": 270})
    assert shown["proof"] == {
        "channel": "email", "sent_at": "2027-01-05T05:00:00Z", "address": "a@mail.example.kz", "message_id": "<1@x>",
        "handed_over_by": None, "handed_over_on": None, "attempts": 2, "error": "", "opened_at": None,
    }  # fmt: skip


class TestPlan:
    def preview(self, officer: Client, bar: Bar) -> dict[str, Any]:
        answer = post(officer, at(bar, "plan", "preview"))
        assert answer.status_code == 200
        return dict(answer.json())

    def test_the_preview_counts_and_reads_and_writes_nothing(self, officer: Client, bar: Bar, clock: Any) -> None:
        clock(REMINDING)
        first = make_advocate(bar, "Сәрсенова Әлия", language="ru")
        for person in (first, make_advocate(bar, language="ru"), make_advocate(bar, email="")):
            make_standing(person, "at_risk")
        make_standing(make_advocate(bar), "compliant")
        before = digest()
        shown = self.preview(officer, bar)
        assert digest() == before
        assert (shown["on"], shown["count"]) == ("2026-12-11", 3)
        assert shown["groups"] == [
            {"stage": "reminder-30", "channel": "email", "language": "ru", "count": 2},
            {"stage": "reminder-30", "channel": "paper", "language": "kk", "count": 1},
        ]
        assert [(each["stage"], each["advocate"] == first.pk) for each in shown["letters"]] == [
            ("reminder-30", True),
            ("reminder-30", False),
        ]
        assert "Сәрсенова Әлия" in shown["letters"][0]["text"]
        assert "31.12.2026" in shown["letters"][0]["text"]

    def test_what_was_shown_is_planned_once(self, officer: Client, bar: Bar, clock: Any) -> None:
        clock(REMINDING)
        make_standing(make_advocate(bar), "at_risk")
        shown = self.preview(officer, bar)
        body = {"digest": shown["digest"], "count": 1}
        answers = [post(officer, at(bar, "plan"), body, "one").json() for _ in range(2)]
        assert answers == [{"planned": 1}, {"planned": 1}]
        assert Notice.objects.get().stage == "reminder-30"
        assert self.preview(officer, bar)["count"] == 0
        assert problem(post(officer, at(bar, "plan"), body, "two"), 409)["type"].endswith(":plan-changed")

    def test_a_preview_that_is_no_longer_true_plans_nothing(self, officer: Client, bar: Bar, clock: Any) -> None:
        clock(REMINDING)
        standing = make_standing(make_advocate(bar), "at_risk")
        shown = self.preview(officer, bar)
        make_standing(make_advocate(bar), "at_risk")
        set_status(standing, "compliant")  # as many people, others
        assert self.preview(officer, bar)["count"] == shown["count"]
        before = digest()
        body = {"digest": shown["digest"], "count": shown["count"]}
        document = problem(post(officer, at(bar, "plan"), body, "k"), 409)
        assert document["detail"] == "Things have changed since the preview: look at a new one."
        assert digest() == before

    def test_the_count_is_asked_for_too(self, officer: Client, bar: Bar, clock: Any) -> None:
        clock(REMINDING)
        make_standing(make_advocate(bar), "at_risk")
        body = {"digest": self.preview(officer, bar)["digest"], "count": 2}
        problem(post(officer, at(bar, "plan"), body, "k"), 409)
        assert not Notice.objects.exists()

    def test_a_withdrawn_notice_is_shown_and_due_again(self, officer: Client, bar: Bar) -> None:
        notice = warned(bar)
        Notice.objects.filter(pk=notice.pk).update(state="withdrawn")
        shown = self.preview(officer, bar)
        assert (shown["count"], shown["letters"][0]["stage"]) == (1, "overdue")
        body = {"digest": shown["digest"], "count": 1}
        assert post(officer, at(bar, "plan"), body, "k").json() == {"planned": 1}

    def test_it_can_be_for_some_people_alone(self, officer: Client, bar: Bar, clock: Any) -> None:
        clock(REMINDING)
        first, second, met = (make_advocate(bar) for _ in range(3))
        for person, status in ((first, "at_risk"), (second, "at_risk"), (met, "compliant")):
            make_standing(person, status)
        some = {"advocates": [first.pk, met.pk]}
        shown = post(officer, at(bar, "plan", "preview"), some).json()
        assert (shown["count"], shown["not_due"]) == (1, [{"advocate": met.pk, "reason": "nothing is missing"}])
        body = {"digest": shown["digest"], "count": 1}
        problem(post(officer, at(bar, "plan"), body, "all"), 409)
        assert post(officer, at(bar, "plan"), {**body, **some}, "some").json() == {"planned": 1}
        assert Notice.objects.get().advocate == first

    def test_people_of_another_bar_cannot_be_named(self, officer: Client, bar: Bar) -> None:
        strange = make_advocate(make_bar("R-9", bar.parent))
        answer = post(officer, at(bar, "plan", "preview"), {"advocates": [strange.pk]})
        assert "There is no such advocate here." in str(problem(answer, 400))

    @pytest.mark.parametrize("kind", ["plan", "letters", "hand-over"])
    def test_without_a_key_nothing_is_done(self, officer: Client, bar: Bar, kind: str) -> None:
        before = digest()
        faults = problem(post(officer, at(bar, kind), {"digest": "x", "count": 0}), 400)["errors"]
        assert faults[0]["pointer"] == "#/Idempotency-Key"
        assert digest() == before

    def test_many_people_cost_as_much_as_one(self, officer: Client, bar: Bar, clock: Any) -> None:
        clock(REMINDING)

        def asked() -> int:
            with statements() as sent:
                self.preview(officer, bar)
            return len(sent)

        make_standing(make_advocate(bar), "at_risk")
        asked()  # documents of rules are read once per process
        one = asked()
        for _ in range(2):
            make_standing(make_advocate(bar), "at_risk")
        assert asked() == one
        assert one <= 12


class TestHandOver:
    def test_it_is_proof_of_service_and_tells_the_case(self, officer: Client, bar: Bar, written: Notice) -> None:
        answer = hand_over(officer, bar, written, on="2027-01-04")
        assert answer.json() == {"handed_over": 1, "passed_over": 0}
        shown = officer.get(at(bar, written.pk)).json()
        assert (shown["state"], shown["language"]) == ("printed", "ru")
        proof = shown["proof"]
        assert (proof["handed_over_by"], proof["handed_over_on"]) == ("Ким Виктор", "2027-01-04")
        assert proof["sent_at"] == "2027-01-05T05:00:00Z"  # when it was recorded
        step = CaseStep.objects.get()
        assert (step.to_state, str(step.by)) == (CaseState.NOTIFIED, "Ким Виктор")

    def test_twice_is_once(self, officer: Client, bar: Bar, written: Notice) -> None:
        first = hand_over(officer, bar, written)
        again = hand_over(officer, bar, written)
        assert first.json() == again.json() == {"handed_over": 1, "passed_over": 0}
        assert again["Idempotent-Replayed"] == "true"
        assert hand_over(officer, bar, written, key="other").json() == {"handed_over": 0, "passed_over": 1}
        assert CaseStep.objects.count() == 1

    @pytest.mark.parametrize(
        ("on", "code", "said"),
        [
            ("2027-01-06", "day-to-come", "That day is still to come."),
            ("2026-12-31", "before-due", "On that day the hours were not overdue yet: no such letter was possible."),
        ],
    )
    def test_a_day_that_cannot_be(
        self, officer: Client, bar: Bar, written: Notice, on: str, code: str, said: str
    ) -> None:
        before = digest()
        document = problem(hand_over(officer, bar, written, on=on), 409)
        assert (document["type"], document["detail"]) == (f"urn:problem-type:cle:{code}", said)
        assert digest() == before

    def test_all_or_none(self, officer: Client, bar: Bar, written: Notice) -> None:
        unwritten = letter(bar)
        before = digest()
        document = problem(hand_over(officer, bar, written, unwritten), 409)
        assert document["type"].endswith(":letter-not-written")
        assert digest() == before

    def test_nobody_hands_over_their_own(self, client: Client, bar: Bar, written: Notice) -> None:
        user = make_user(bar=bar)
        Advocate.objects.filter(pk=written.advocate_id).update(user=user)
        client.force_login(user)
        before = digest()
        assert problem(hand_over(client, bar, written), 409)["type"].endswith(":own-letter")
        assert digest() == before

    def test_a_notice_of_another_bar_is_named_by_its_place(
        self, officer: Client, national: Bar, bar: Bar, written: Notice
    ) -> None:
        foreign = letter(make_bar("R-2", national))
        before = digest()
        faults = problem(hand_over(officer, bar, written, foreign), 400)["errors"]
        assert faults == [{"pointer": "#/notices/1", "detail": "There is no such notice here."}]
        assert digest() == before

    @pytest.mark.parametrize(
        ("body", "pointer"),
        [
            ({"notices": [], "handed_over_on": "2027-01-05"}, "#/notices"),
            ({"notices": [1], "handed_over_on": "5.1.2027"}, "#/handed_over_on"),
            ({"notices": [2**63], "handed_over_on": "2027-01-05"}, "#/notices/0"),
            ({"notices": [1], "handed_over_on": "2027-01-05", "by": 1}, "#/by"),
        ],
    )
    def test_a_wrong_body_is_named(self, officer: Client, bar: Bar, body: Any, pointer: str) -> None:
        faults = problem(post(officer, at(bar, "hand-over"), body, "k"), 400)["errors"]
        assert [fault["pointer"] for fault in faults] == [pointer]

    def test_many_letters_cost_as_much_as_one(self, officer: Client, bar: Bar) -> None:
        def asked(key: str, rows: int) -> int:
            letters = [letter(bar) for _ in range(rows)]
            Notice.objects.filter(state="to_print").update(text="x", facts={})
            with statements() as sent:
                assert hand_over(officer, bar, *letters, key=key).json()["handed_over"] == rows
            return len(sent)

        assert asked("a", 1) == asked("b", 3)


def test_a_letter_that_nobody_needs_any_more_is_not_written(officer: Client, bar: Bar) -> None:
    notice = letter(bar)
    set_status(Standing.objects.get(advocate=notice.advocate), "compliant")
    assert finished(officer, post(officer, at(bar, "letters"), key="k"))["result"] == {"written": 0}
    assert officer.get(at(bar, notice.pk)).json()["state"] == "withdrawn"


CALLS = {
    "plan/preview": {},
    "plan": {"digest": "x", "count": 1},
    "letters": {},
    "hand-over": {"notices": [1], "handed_over_on": "2027-01-05"},
}


@pytest.mark.parametrize("kind", RoleKind)
def test_roles_read_and_act_as_the_table_says(client: Client, bar: Bar, kind: RoleKind) -> None:
    notice = warned(bar)
    client.force_login(make_user(bar=bar, role=kind))
    reads, acts = kind in MAY[Action.READ_NOTICES], kind in MAY[Action.HANDLE_NOTICES]
    for address in (at(bar), at(bar, notice.pk)):
        assert client.get(address).status_code == (200 if reads else 404)
    before = digest()
    for call, body in CALLS.items():
        answer = post(client, at(bar, call), body, call)
        if acts:
            assert answer.status_code not in (403, 404)
        else:
            problem(answer, 403 if reads else 404)
    assert acts or digest() == before


def test_another_bar_is_as_if_it_were_not_there(officer: Client, national: Bar, bar: Bar) -> None:
    foreign = warned(make_bar("R-2", national))
    before = digest()
    for address in (at(foreign.bar), at(foreign.bar, foreign.pk), at(bar, foreign.pk)):
        problem(officer.get(address), 404)
    for call, body in CALLS.items():
        problem(post(officer, at(foreign.bar, call), body, call), 404)
    assert digest() == before


def test_lists_and_notices_cost_the_same_however_many(officer: Client, bar: Bar) -> None:
    def asked(address: str) -> int:
        with statements() as sent:
            assert officer.get(address).status_code == 200
        return len(sent)

    notice = warned(bar)
    listed = asked(at(bar))
    for _ in range(2):
        warned(bar)
    assert asked(at(bar)) == listed <= 5
    assert asked(at(bar, notice.pk)) <= 6


def test_the_database_asks_who_handed_it_over(bar: Bar) -> None:
    from django.db import IntegrityError, transaction

    notice = letter(bar)
    with pytest.raises(IntegrityError), transaction.atomic():
        Notice.objects.filter(pk=notice.pk).update(handed_over_on=NOW.date())
    assert connection.is_usable()
