"""Preferences through the API: one's own, whole or in part, and what makes no sense is refused."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from advocates.models import Advocate
from compliance.models import Preferences
from tests.api.test_me import problem
from tests.compliance.rows import ruled_bar
from tests.factories import make_advocate, make_user
from tests.house.rows import digest

pytestmark = pytest.mark.django_db
MINE = "/api/v1/me/preferences"


@pytest.fixture
def advocate() -> Advocate:
    return make_advocate(ruled_bar(), user=make_user())


@pytest.fixture
def me(client: Client, advocate: Advocate) -> Client:
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    client.force_login(advocate.user)
    return client


def say(client: Client, **wishes: Any) -> Any:
    return client.patch(MINE, wishes, content_type="application/json")


def test_who_has_said_nothing_has_the_bar_s_own(me: Client) -> None:
    assert me.get(MINE).json() == {
        "language": "kk", "reminder_days": None, "usual_reminder_days": [90, 30, 7], "quiet_from": None,
        "quiet_until": None, "time_zone": "Asia/Almaty", "unsubscribed_on": None,
    }  # fmt: skip
    assert not Preferences.objects.exists()


def test_optional_letters_are_stopped_and_had_back(me: Client) -> None:
    assert say(me, optional_mail=False).json()["unsubscribed_on"] is not None
    assert say(me, reminder_days=[7]).json()["unsubscribed_on"] is not None
    assert say(me, optional_mail=True).json()["unsubscribed_on"] is None


def test_wishes_are_kept_and_taken_back_one_by_one(me: Client, advocate: Advocate) -> None:
    assert say(me, language="ru", reminder_days=[7, 60], quiet_from="22:00", quiet_until="08:00").status_code == 200
    said = say(me, reminder_days=[]).json()
    assert (said["language"], said["reminder_days"], said["quiet_from"], said["quiet_until"]) == (
        "ru", [], "22:00", "08:00",
    )  # fmt: skip
    assert say(me, quiet_from=None, quiet_until=None).json()["quiet_from"] is None
    advocate.refresh_from_db()
    assert advocate.language == "ru"


@pytest.mark.parametrize(
    ("wishes", "pointer"),
    [
        ({"language": "de"}, "#/language"),
        ({"reminder_days": [0]}, "#/reminder_days/0"),
        ({"reminder_days": [366]}, "#/reminder_days/0"),
        ({"reminder_days": list(range(1, 12))}, "#/reminder_days"),
        ({"quiet_from": "22:00"}, "#/quiet_until"),
        ({"quiet_from": "22:00", "quiet_until": "22:00"}, "#/quiet_until"),
        ({"quiet_from": "08:00", "quiet_until": "04:01"}, "#/quiet_until"),
        ({"quiet_from": "25:00", "quiet_until": "08:00"}, "#/quiet_from"),
        ({"email": "other@mail.example.kz"}, "#/email"),
    ],
)
def test_what_makes_no_sense_is_refused(me: Client, wishes: dict[str, Any], pointer: str) -> None:
    before = digest()
    assert problem(say(me, **wishes), 400)["errors"][0]["pointer"] == pointer
    assert digest() == before


def test_they_are_one_s_own(client: Client, me: Client, advocate: Advocate) -> None:
    say(me, reminder_days=[1])
    other = make_advocate(advocate.bar, user=make_user())
    client.force_login(other.user)
    assert client.get(MINE).json()["reminder_days"] is None
    say(client, reminder_days=[2])
    assert dict(Preferences.objects.values_list("advocate_id", "reminder_days")) == {advocate.pk: [1], other.pk: [2]}
