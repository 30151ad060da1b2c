"""What was said to the logged-in advocate: the words, the proof, and that they were read."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from advocates.models import Advocate, Bar
from compliance.models import Notice, NoticeOpening, NoticeState
from compliance.services.certificates import render_certificate
from tests.api.test_me import problem
from tests.compliance.certified import attended
from tests.compliance.rows import NOW, make_notice, ruled_bar
from tests.compliance.test_sweep import statements
from tests.factories import make_advocate, make_user
from tests.house.rows import digest

pytestmark = pytest.mark.django_db
NOTICES = "/api/v1/me/notices"


@pytest.fixture
def bar() -> Bar:
    return ruled_bar()


@pytest.fixture
def advocate(bar: Bar) -> Advocate:
    return make_advocate(bar, user=make_user())


@pytest.fixture
def me(client: Client, advocate: Advocate) -> Client:
    client.force_login(advocate.user)
    return client


def said(advocate: Advocate, stage: str = "overdue", **fields: Any) -> Notice:
    given = {"state": NoticeState.SENT, "sent_at": NOW, "text": "Dear colleague", "html": "<p>Dear colleague</p>",
             "subject": "Hours", "address": "me@mail.example.kz", "message_id": "<1@bar.example>"}  # fmt: skip
    return make_notice(advocate, stage, **{**given, **fields})


def test_a_notice_with_its_words_and_its_proof(me: Client, advocate: Advocate) -> None:
    notice = said(advocate)
    (line,) = me.get(NOTICES).json()["results"]
    assert "text" not in line
    assert line["opened_at"] is None
    whole = me.get(f"{NOTICES}/{notice.pk}").json()
    assert (whole["text"], whole["html"]) == ("Dear colleague", "<p>Dear colleague</p>")
    assert (whole["address"], whole["message_id"], whole["channel"]) == (
        "me@mail.example.kz", "<1@bar.example>", "email",
    )  # fmt: skip
    assert (whole["sent_at"], whole["handed_over_by"]) == ("2027-01-05T05:00:00Z", None)


def test_who_handed_it_over_is_named(me: Client, advocate: Advocate) -> None:
    officer = make_user(bar=advocate.bar, name="Ержан")
    notice = said(advocate, state=NoticeState.PRINTED, channel="paper", handed_over_by=officer)
    assert me.get(f"{NOTICES}/{notice.pk}").json()["handed_over_by"] == "Ержан"


def test_that_it_was_read_is_noted_once(me: Client, advocate: Advocate) -> None:
    notice = said(advocate)
    me.head(f"{NOTICES}/{notice.pk}")
    me.get(NOTICES)
    assert not NoticeOpening.objects.exists()
    first = me.get(f"{NOTICES}/{notice.pk}").json()["opened_at"]
    assert first is not None
    before = digest()
    assert me.get(f"{NOTICES}/{notice.pk}").json()["opened_at"] == first
    assert digest() == before
    assert NoticeOpening.objects.get().by == advocate.user


@pytest.mark.parametrize("state", [NoticeState.DUE, NoticeState.WITHDRAWN, NoticeState.TO_PRINT])
def test_what_has_not_been_said_is_not_shown(me: Client, advocate: Advocate, state: NoticeState) -> None:
    notice = said(advocate, state=state, sent_at=None)
    assert me.get(NOTICES).json()["results"] == []
    problem(me.get(f"{NOTICES}/{notice.pk}"), 404)
    assert not NoticeOpening.objects.exists()


def test_another_s_notice_is_as_if_it_were_not_there(me: Client, bar: Bar) -> None:
    notice = said(make_advocate(bar, user=make_user()))
    before = digest()
    problem(me.get(f"{NOTICES}/{notice.pk}"), 404)
    assert me.get(NOTICES).json()["results"] == []
    assert digest() == before


def test_three_notices_cost_as_much_as_one(me: Client, advocate: Advocate) -> None:
    def cost() -> int:
        with statements() as sent:
            me.get(NOTICES)
        return len(sent)

    said(advocate)
    with_one = cost()
    for days in (30, 7):
        said(advocate, f"reminder-{days}")
    assert cost() == with_one <= 4
    assert len(me.get(f"{NOTICES}?state=sent").json()["results"]) == 3


def test_a_certificate_is_handed_out_to_whom_it_names(me: Client, advocate: Advocate, bar: Bar) -> None:
    certificate, foreign = attended(advocate), attended(make_advocate(bar))
    address = me.get("/api/v1/me/certificates").json()["results"][0]["pdf"]
    assert address.endswith(f"/{certificate.code}.pdf")
    answer = me.get(address, headers={"accept": "application/pdf"})
    assert answer.content.startswith(b"%PDF-")
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"].startswith("attachment; filename=")
    assert answer.content.startswith(render_certificate(certificate))
    problem(me.get(f"/api/v1/me/certificates/{foreign.code}.pdf"), 404)
