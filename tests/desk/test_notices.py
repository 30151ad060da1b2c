"""Notices on the advocate's own pages, objections, requests for correction, one's own data, consents and settings."""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import json
import zipfile
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from advocates.models import Advocate, Consent, FilePart, Operator, User, Withdrawal
from advocates.services.reads import record_read
from cle.core.clock import local_date, now
from compliance.models import CalendarFeed, Correction, Excuse, Notice, NoticeOpening, Objection, Preferences
from compliance.services.asked import answer
from courses.queries.presence import How, Kind
from courses.services.presence import mark_presence
from tests.compliance.rows import ruled_bar
from tests.courses.files import document
from tests.factories import make_advocate, make_course, make_session, make_user
from tests.house.rows import make_rows

pytestmark = pytest.mark.django_db


@pytest.fixture
def rows() -> Any:
    made = make_rows(ruled_bar(code="KZ"))
    made[Advocate].user = make_user()
    made[Advocate].save(update_fields=["user"])
    return made


@pytest.fixture
def client(rows: Any) -> Client:
    browser = Client()
    browser.force_login(rows[Advocate].user)
    return browser


def text(answered: Any) -> str:
    return str(answered.content.decode())


def written(notice: Notice, **fields: Any) -> Notice:
    sent = {"state": "sent", "sent_at": now(), "subject": "Hours are missing", "text": "You miss 3 hours."}
    Notice.objects.filter(pk=notice.pk).update(**{**sent, "address": "a@mail.example.kz", **fields})
    notice.refresh_from_db()
    return notice


# Notices


def test_reading_a_notice_is_noted_once_and_shown_with_the_proof(client: Client, rows: Any) -> None:
    notice = written(rows[Notice])
    fresh = Notice.objects.create(
        bar=notice.bar, advocate=notice.advocate, period_start=notice.period_start, stage="reminder-30",
        channel="email", language="kk", state="sent", due_at=now(), sent_at=now(), subject="A month left",
        text="Attend accredited courses.", address="b@mail.example.kz", message_id="<17@bar>",
    )  # fmt: skip
    assert "not read here yet" in text(client.get(reverse("own:notices")))
    page = text(client.get(reverse("own:notice", args=[fresh.pk])))
    for shown in ("Attend accredited courses.", "b@mail.example.kz", "&lt;17@bar&gt;", "First read by you here"):
        assert shown in page
    opened = NoticeOpening.objects.get(notice=fresh)
    client.get(reverse("own:notice", args=[fresh.pk]))
    assert NoticeOpening.objects.get(notice=fresh).at == opened.at
    assert "not read here yet" not in text(client.get(reverse("own:notices")))


def test_the_overdue_notice_leads_to_an_objection_about_its_period(client: Client, rows: Any) -> None:
    notice = written(rows[Notice])
    page = text(client.get(reverse("own:notice", args=[notice.pk])))
    where = f"{reverse('own:object')}?period_start={notice.period_start:%Y-%m-%d}"
    assert where in page
    assert f'value="{notice.period_start:%Y-%m-%d}" selected' in text(client.get(where))


def test_what_is_not_said_yet_is_not_shown(client: Client, rows: Any) -> None:
    Notice.objects.update(state="due")
    assert client.get(reverse("own:notice", args=[rows[Notice].pk])).status_code == 404
    assert "sent you nothing yet" in text(client.get(reverse("own:notices")))


# Objections and corrections


def _answer_everything(rows: Any) -> None:
    for asked in (rows[Objection], rows[Correction]):
        outcome = "upheld" if isinstance(asked, Objection) else "corrected"
        answer(asked, outcome=outcome, text="You are right.", by=make_user(), now=now())


def test_an_objection_has_a_day_for_its_answer_and_then_the_answer(client: Client, rows: Any) -> None:
    _answer_everything(rows)
    start = rows[Objection].period_start
    sent = client.post(reverse("own:object"), {"period_start": str(start), "text": "I was ill"}, follow=True)
    made = Objection.objects.get(answered_at=None)
    assert f"The bar answers by {made.due_on:%d.%m.%Y}" in text(sent)
    assert f"The answer is due by {made.due_on:%d.%m.%Y}" in text(sent)
    assert "You are right." in text(sent), "what was answered before is there too"
    again = client.post(reverse("own:object"), {"period_start": str(start), "text": "I was ill"})
    assert again.status_code == 422
    assert "has not been answered yet" in text(again)


def test_no_objection_to_a_period_that_is_none(client: Client, rows: Any) -> None:
    refused = client.post(reverse("own:object"), {"period_start": "1999-01-01", "text": "No"})
    assert refused.status_code == 422
    nobody = make_advocate(rows[Advocate].bar, user=make_user())
    browser = Client()
    browser.force_login(nobody.user)
    assert "nothing to object to" in text(browser.get(reverse("own:object")))


def test_a_correction_is_asked_for_with_its_proof(client: Client, rows: Any) -> None:
    _answer_everything(rows)
    body = {"particular": "licence", "text": "It is 77, not 78", "proof": "Licence No. 77"}
    client.post(reverse("own:correct"), body)
    made = Correction.objects.get(answered_at=None)
    assert (made.particular, made.proof) == ("licence", "Licence No. 77")
    assert client.post(reverse("own:correct"), {**body, "proof": ""}).status_code == 422
    assert "It is 77, not 78" in text(client.get(reverse("own:requests")))


def test_a_reason_for_being_late_is_named_with_its_days_and_document(client: Client, rows: Any) -> None:
    answer(rows[Excuse], outcome="refused", text="Not proved.", by=make_user(), now=now())
    body = {
        "period_start": str(rows[Excuse].period_start), "reason": "incapacity", "since": "2026-01-05",
        "until": "2026-01-04", "document": "Sheet No. 7", "text": "In hospital",
    }  # fmt: skip
    assert "comes before the first" in text(client.post(reverse("own:excuse"), body))
    body["file"] = SimpleUploadedFile("sheet.exe", b"MZ")
    assert "Only PDF" in text(client.post(reverse("own:excuse"), {**body, "until": "2026-01-09"}))
    body["file"] = SimpleUploadedFile("sheet.pdf", document())
    sent = text(client.post(reverse("own:excuse"), {**body, "until": "2026-01-09"}, follow=True))
    made = Excuse.objects.get(answered_at=None)
    assert (made.reason, str(made.until), made.made_by.pk) == ("incapacity", "2026-01-09", rows[Advocate].user_id)
    kept = client.get(reverse("own:excuse-paper", args=[made.pk]))
    assert hashlib.sha256(kept.content).hexdigest() == made.sha256 == hashlib.sha256(document()).hexdigest()
    assert "sheet" not in made.paper.name
    for said in ("05.01.2026 – 09.01.2026", "Sheet No. 7", "Not proved.", f"due by {made.due_on:%d.%m.%Y}"):
        assert said in sent


def test_an_answer_that_is_late_is_called_late(client: Client, rows: Any) -> None:
    assert "The answer was due by 31.12.2025" in text(client.get(reverse("own:requests")))


# One's own data


def test_who_has_looked_and_as_what(client: Client, rows: Any) -> None:
    record_read(rows[User], FilePart.LEDGER, rows[Advocate].pk)
    page = text(client.get(reverse("own:readers")))
    assert (rows[User].name or rows[User].email) in page
    assert "credit ledger" in page
    assert "compliance officer" in page


def test_everything_in_one_archive_with_presences_and_not_too_often(client: Client, rows: Any) -> None:
    person = rows[Advocate]
    session = make_session(make_course(person.bar), now())
    mark_presence(session, person, Kind.IN, How.SCREEN, now=now())
    answers = [client.get(reverse("own:export")) for _ in range(5)]
    assert [answered.status_code for answered in answers] == [200, 200, 200, 200, 429]
    archive = zipfile.ZipFile(io.BytesIO(b"".join(answers[0].streaming_content)))
    everything = json.loads(archive.read("data.json"))
    marks = next(table for name, table in everything.items() if "presence" in name.lower())
    assert len(marks) == 2, "that of the rows, and the one just made"
    for answered in answers:
        answered.close()


def test_particulars_are_shown_and_the_identifier_is_not(client: Client, rows: Any) -> None:
    Advocate.objects.filter(pk=rows[Advocate].pk).update(phone="+7 701 000 00 17")
    page = text(client.get(reverse("own:file")))
    assert "+7 701 000 00 17" in page
    assert "not recorded" in page


# Consents


def test_a_consent_is_read_given_and_taken_back(client: Client, rows: Any) -> None:
    page = text(client.get(reverse("own:consents")))
    assert rows[Advocate].full_name in page
    assert "Example text" in page
    assert client.post(reverse("own:consents"), {"version": "kz-example-1"}).status_code == 422, "not without a tick"
    client.post(reverse("own:consents"), {"version": "kz-example-1", "agreed": "on"})
    made = Consent.objects.get(version="kz-example-1")
    assert made.recorded_by == rows[Advocate].user
    assert 'name="agreed"' not in text(client.get(reverse("own:consents"))), "it stands: nothing to agree to"
    where = reverse("own:consent", args=[made.pk])
    answered = client.post(where, follow=True)
    due = Withdrawal.objects.get(consent=made).answer_due_on
    assert f"due by {due:%d.%m.%Y}" in text(answered)
    again = client.post(where, follow=True)
    assert "withdrawn before" in text(again)


def test_a_text_that_has_changed_meanwhile_is_not_agreed_to(client: Client) -> None:
    answered = client.post(reverse("own:consents"), {"version": "kz-example-0", "agreed": "on"}, follow=True)
    assert "The text has changed" in text(answered)
    assert not Consent.objects.filter(version="kz-example-0").exists()


def test_without_an_operator_there_is_nothing_to_agree_to(client: Client) -> None:
    Operator.objects.all().delete()
    assert "nothing to agree to" in text(client.get(reverse("own:consents")))


# Settings


def wishes(**fields: Any) -> dict[str, Any]:
    return {"language": "ru", "reminders": "usual", "days": "", "quiet_from": "", "quiet_until": "", **fields}


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ({}, None),
        ({"reminders": "none"}, []),
        ({"reminders": "chosen", "days": "3, 60;14"}, [60, 14, 3]),
    ],
)
def test_days_of_reminders(client: Client, rows: Any, sent: dict[str, str], kept: list[int] | None) -> None:
    client.post(reverse("own:preferences"), wishes(**sent))
    found = Preferences.objects.get(advocate=rows[Advocate])
    assert found.reminder_days == kept
    rows[Advocate].refresh_from_db()
    assert rows[Advocate].language == "ru"
    chosen = {None: "usual", (): "none"}.get(None if kept is None else tuple(kept), "chosen")
    page = text(client.get(reverse("own:preferences")))
    assert f'value="{chosen}" ' in page
    assert page.count("checked") == 1


def test_quiet_hours_over_midnight(client: Client, rows: Any) -> None:
    client.post(reverse("own:preferences"), wishes(quiet_from="22:00", quiet_until="08:00"))
    found = Preferences.objects.get(advocate=rows[Advocate])
    assert (found.quiet_from, found.quiet_until) == (dt.time(22), dt.time(8))
    assert 'value="22:00"' in text(client.get(reverse("own:preferences")))


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"reminders": "chosen"}, "Say on which days"),
        ({"reminders": "chosen", "days": "0"}, "from 1 to 365"),
        ({"reminders": "chosen", "days": "400"}, "from 1 to 365"),
        ({"reminders": "chosen", "days": "two"}, "from 1 to 365"),
        ({"reminders": "chosen", "days": " ".join(map(str, range(1, 12)))}, "from 1 to 365"),
        ({"quiet_from": "22:00"}, "have a beginning and an end"),
        ({"quiet_from": "08:00", "quiet_until": "07:00"}, "20 hours at the most"),
        ({"language": "xx"}, "not one of the available choices"),
    ],
)
def test_odd_wishes_are_told(client: Client, rows: Any, wrong: dict[str, str], told: str) -> None:
    before = Preferences.objects.get(advocate=rows[Advocate]).reminder_days
    answered = client.post(reverse("own:preferences"), wishes(**wrong))
    assert answered.status_code == 422
    assert told in text(answered)
    assert Preferences.objects.get(advocate=rows[Advocate]).reminder_days == before


def test_a_calendar_address_is_shown_once_works_and_is_revoked(client: Client, rows: Any, settings: Any) -> None:
    page = text(client.post(reverse("own:calendar-address"), {"do": "make"}))
    address = page.partition(f'value="{settings.PUBLIC_URL}')[2].partition('"')[0]
    assert Client().get(address).status_code == 200
    assert address not in text(client.get(reverse("own:preferences")))
    client.post(reverse("own:calendar-address"), {"do": "revoke"})
    assert Client().get(address).status_code == 404
    assert not CalendarFeed.objects.in_use().filter(advocate=rows[Advocate]).exists()


@pytest.mark.parametrize("number", [1, 3])
def test_lists_cost_the_same(client: Client, rows: Any, number: int) -> None:
    person, today = rows[Advocate], local_date(now(), rows[Advocate].bar.time_zone)
    Notice.objects.update(state="sent", sent_at=now())
    for extra in range(number - 1):
        Notice.objects.create(
            bar=person.bar, advocate=person, period_start=today, stage=f"reminder-{extra}", channel="email",
            language="kk", state="sent", due_at=now(), sent_at=now(),
        )  # fmt: skip
        record_read(make_user(bar=person.bar), FilePart.LEDGER, person.pk)
        asked = {"advocate": person, "bar": person.bar, "text": "x", "made_by": rows[User], "made_at": now()}
        Objection.objects.create(period_start=dt.date(2020 + extra, 1, 1), due_on=today, **asked)
    counts = []
    for name in ("notices", "requests", "readers", "consents", "file", "preferences"):
        with CaptureQueriesContext(connection) as captured:
            assert client.get(reverse(f"own:{name}")).status_code == 200
        counts.append(len(captured))
    assert counts == [5, 6, 6, 6, 4, 8]
