"""What if another status held: for a time, for good, or outside the bar. Nothing is written by asking."""

from __future__ import annotations

import pytest
from django.test import Client

from advocates.models import Advocate, Bar, Membership, StatusSpan
from tests.compliance.rows import ruled_bar
from tests.factories import make_advocate, make_user
from tests.office.pages import text_of

pytestmark = pytest.mark.django_db
URL = "/my/what-if/"


@pytest.fixture
def bar() -> Bar:
    return ruled_bar()


@pytest.fixture
def advocate(bar: Bar) -> Advocate:
    return make_advocate(bar, "Сәрсенова Әлия", user=make_user("own@mail.example.kz"))


@pytest.fixture
def own(client: Client, advocate: Advocate) -> Client:
    client.force_login(advocate.user)
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    return client


def outcome(own: Client, status: str) -> tuple[str, int]:
    """How the newest period would end, and how much would be asked."""
    answer = own.get(URL, {"status": status, "since": "2026-12-01"})
    assert answer.status_code == 200
    newest = answer.context["result"][0]
    return newest.period.status, newest.changes[0].then.required if newest.changes else 0


def test_each_status_is_counted_as_the_rules_say(own: Client) -> None:
    found = {
        status: outcome(own, status)
        for status in ("active", "suspended_own", "suspended_cle", "suspended_other", "excluded_licensed",
                       "terminated", "deprived", "left")
    }  # fmt: skip
    asked = found["active"][1]
    assert asked == 16 * 45
    assert found["suspended_cle"][1] == found["suspended_other"][1] == asked
    assert 0 < found["suspended_own"][1] < asked
    ended = {found[status][0] for status in ("excluded_licensed", "terminated", "deprived", "left")}
    assert ended == {"exempt"}


def test_whoever_leaves_is_told_that_another_bar_counts_by_its_own_rules(own: Client) -> None:
    told = "counts by its own rules"
    assert told in text_of(own.get(URL, {"status": "left", "since": "2026-12-01"}))
    assert told not in text_of(own.get(URL, {"status": "active", "since": "2026-12-01"}))


def test_nothing_is_written(own: Client, advocate: Advocate) -> None:
    spans = list(StatusSpan.objects.values()), list(Membership.objects.values())
    outcome(own, "left")
    outcome(own, "terminated")
    assert spans == (list(StatusSpan.objects.values()), list(Membership.objects.values()))


@pytest.mark.parametrize(("status", "since"), [("left", ""), ("", "2026-12-01"), ("deceased", "2026-12-01")])
def test_half_a_question_or_an_odd_one_comes_back(own: Client, status: str, since: str) -> None:
    assert own.get(URL, {"status": status, "since": since}).status_code == 422


@pytest.mark.parametrize("language", ["kk", "ru"])
def test_what_is_for_a_time_and_what_is_for_good_stand_under_different_headings(own: Client, language: str) -> None:
    page = own.get(URL, headers={"accept-language": language}).content.decode()
    for_a_time, for_good = page.split("<optgroup ")[1:]
    assert "suspended_cle" in for_a_time
    assert "terminated" not in for_a_time
    assert all(status in for_good for status in ("terminated", "excluded_licensed", "left"))
