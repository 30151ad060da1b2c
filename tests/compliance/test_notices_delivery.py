"""What becomes of a notice after it is handed over: reports, uncertainty, limits, the second channel, and its proof."""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import imaplib
import json
from collections.abc import Callable, Iterator
from typing import Any

import pypdfium2
import pytest
from django.core import mail
from django.db import DatabaseError
from django.test import Client
from django.urls import reverse
from icalendar import Calendar

from advocates.models import Advocate, Bar
from cle.core.errors import DomainError
from compliance.models import (
    Case,
    CaseState,
    EventKind,
    EventSource,
    Notice,
    NoticeChannel,
    NoticeEvent,
    NoticeState,
    Preferences,
    Standing,
)
from compliance.notices.delivery_reports import Report, read_report
from compliance.notices.digests import compared
from compliance.notices.leaving import leaving_address
from compliance.notices.message import message_id
from compliance.queries.doubtful import bounced_since, with_doubtful_addresses
from compliance.queries.outbox import queue_of
from compliance.queries.today import waiting_at
from compliance.services.notices import (
    decide,
    mark_printed,
    plan_notices,
    print_letters,
    read_mailbox,
    release_abandoned,
    send_due,
    send_notice,
)
from compliance.services.notices.reports import record_report
from compliance.services.notices.sending import LEASE
from tests.compliance import returned
from tests.compliance.rows import NOW, make_case, make_notice, make_standing, ruled_bar, set_status, warned
from tests.factories import make_advocate, make_bar, make_user
from tests.plugins.imap import Mailbox
from tests.plugins.smtp import Sink

MINUTE, HOUR, DAY = dt.timedelta(minutes=1), dt.timedelta(hours=1), dt.timedelta(days=1)
DECEMBER = dt.datetime(2026, 12, 11, 5, 0, tzinfo=dt.UTC)


@pytest.fixture
def bar(db) -> Bar:
    return ruled_bar(sender_email="bar@mail.example.kz")


def reminded(bar: Bar, **fields: Any) -> Notice:
    make_standing(advocate := make_advocate(bar, **fields), "at_risk")
    return make_notice(advocate, "reminder-30", due_at=DECEMBER)


def kinds(notice: Notice) -> list[str]:
    return list(NoticeEvent.objects.filter(notice=notice).order_by("pk").values_list("kind", flat=True))


def mailed(notice: Notice, now: dt.datetime = NOW) -> Notice:
    assert send_notice(notice.pk, now=now) == NoticeState.SENT
    notice.refresh_from_db()
    return notice


class TestLedger:
    def test_each_thing_is_a_row_with_the_servers_answer(self, bar: Bar, smtp: Sink) -> None:
        notice = warned(bar)
        smtp.data = "451 4.3.0 Later"
        send_due(now=NOW, limit=9)
        smtp.data = "250 2.0.0 Ok: queued as 4F2A1"
        send_due(now=NOW + HOUR, limit=9)
        assert kinds(notice) == ["planned", "claimed", "handing", "refused", "claimed", "handing", "accepted"]
        events = NoticeEvent.objects.filter(notice=notice)
        assert events.get(kind="accepted").code == "250 2.0.0 Ok: queued as 4F2A1"
        assert events.get(kind="refused").code == "SMTPDataError 451"
        assert {event.sender for event in events.filter(kind="handing")} == {"bar@mail.example.kz"}

    def test_the_digest_is_that_of_the_bytes_which_the_server_got(self, bar: Bar, smtp: Sink) -> None:
        kept: list[bytes] = []
        smtp.keep = kept.append
        notice = mailed(warned(bar, full_name="Әлімқұлов Ғұмар", language=""))
        digests = NoticeEvent.objects.get(notice=notice, kind="handing").digests
        assert hashlib.sha256(kept[0]).hexdigest() == digests["message"]
        assert hashlib.sha256(notice.text.encode()).hexdigest() == digests["text"]
        bar.name_kk, bar.sender_email = "Басқа", "other@mail.example.kz"
        bar.save()
        assert compared(notice, digests) == dict.fromkeys(["subject", "text", "html", "message"], True)
        notice.text += "!"
        assert compared(notice, digests) == {"subject": True, "text": False, "html": True, "message": False}

    def test_it_is_only_added_to(self, bar: Bar) -> None:
        mailed(warned(bar))
        with pytest.raises(DatabaseError):
            NoticeEvent.objects.update(code="x")

    def test_planned_withdrawn_planned_again(self, bar: Bar) -> None:
        notice = warned(bar)
        Notice.objects.all().delete()
        plan_notices(bar, NOW.date(), NOW)
        set_status(Standing.objects.get(), "compliant")
        assert send_due(now=NOW, limit=9).withdrawn == 1
        set_status(Standing.objects.get(), "short")
        plan_notices(bar, NOW.date(), NOW + HOUR)
        assert kinds(Notice.objects.get(advocate=notice.advocate)) == ["planned", "withdrawn", "planned"]


REPORTS = [
    (returned.postfix, "bounced", "5.1.1"),
    (returned.exchange, "bounced", "5.1.10"),
    (returned.exim, "bounced", "550"),
    (returned.exim_warning, "delayed", ""),
    (returned.free_mailbox, "bounced", "5.2.2"),
    (lambda name: returned.postfix(name, "delayed", "4.4.1"), "delayed", "4.4.1"),
    (lambda name: returned.postfix(name, "relayed", "2.0.0"), "relayed", "2.0.0"),
    (lambda name: returned.postfix(name, "delivered", "2.0.0"), "delivered", "2.0.0"),
]


class TestReports:
    @pytest.fixture
    def mailbox(self, settings: Any) -> Iterator[Mailbox]:
        mailbox = Mailbox()
        settings.MAILBOX_HOST, settings.MAILBOX_PORT = "127.0.0.1", mailbox.start()
        settings.MAILBOX_SECURITY, settings.MAILBOX_USER, settings.MAILBOX_PASSWORD = "none", "bar", "secret"
        yield mailbox
        mailbox.stop()

    @pytest.mark.parametrize(("form", "kind", "code"), REPORTS)
    def test_forms_of_servers(self, form: Callable[[str], bytes], kind: str, code: str) -> None:
        notice = Notice()
        assert read_report(form(message_id(notice))) == (notice.uuid, kind, code)

    def test_a_vacation_program_reports_nothing(self) -> None:
        assert read_report(returned.vacation(message_id(Notice()))) is None

    def test_what_is_written_down_is_marked_and_nothing_else_changes(self, bar: Bar, mailbox: Mailbox) -> None:
        optional, statutory = mailed(reminded(bar), DECEMBER), mailed(warned(bar))
        mailbox.messages = {
            3: returned.exim_warning(optional.message_id),
            4: returned.postfix(statutory.message_id),
            5: returned.postfix("<11111111-1111-1111-1111-111111111111@localhost>"),
            6: returned.postfix(f"<{optional.uuid}@elsewhere.example>"),
            7: returned.exchange(optional.message_id),
        }
        assert read_mailbox(now=NOW) == 3
        assert mailbox.seen == {3, 4, 5, 6, 7}
        assert read_mailbox(now=NOW) == 0
        assert kinds(optional)[-2:] == ["delayed", "bounced"]
        assert kinds(statutory)[-2:] == ["bounced", "second_channel"]
        rows = Notice.objects.order_by("pk").values_list("state", "channel", "error")
        assert list(rows) == [("failed", "email", "bounced 5.1.10"), ("to_print", "paper", "bounced 5.1.1")]
        assert NoticeEvent.objects.exclude(notice__in=[optional, statutory]).count() == 0

    def test_an_interrupted_reading_goes_on(self, bar: Bar, mailbox: Mailbox) -> None:
        notices = [mailed(warned(bar)) for _ in range(2)]
        mailbox.messages = {each.pk: returned.postfix(each.message_id) for each in notices}
        mailbox.breaks_at = notices[1].pk
        with pytest.raises(imaplib.IMAP4.abort):
            read_mailbox(now=NOW)
        assert mailbox.seen == {notices[0].pk}
        mailbox.breaks_at = None
        mailbox.seen.clear()  # the mark was lost, too
        assert read_mailbox(now=NOW) == 1
        assert [kinds(each).count("bounced") for each in notices] == [1, 1]

    def test_the_address_is_doubtful_until_it_changes_or_is_reached(self, bar: Bar, mailbox: Mailbox) -> None:
        notice = mailed(reminded(bar), DECEMBER)
        person = notice.advocate
        mailbox.messages = {1: returned.postfix(notice.message_id)}
        read_mailbox(now=NOW)
        people = type(person).objects.all()
        assert (bounced_since(person), list(with_doubtful_addresses(people))) == (NOW, [person])
        waiting = waiting_at([bar.pk], NOW.date(), NOW)[bar.pk]
        assert [each.count for each in waiting if each.kind == "doubtful-email"] == [1]
        mailbox.messages[2] = returned.postfix(notice.message_id, "delivered", "2.0.0")
        read_mailbox(now=NOW + HOUR)
        assert (bounced_since(person), list(with_doubtful_addresses(people))) == (None, [])

    def test_the_letter_that_came_back_is_handed_over_in_the_same_words(self, bar: Bar, mailbox: Mailbox) -> None:
        notices = [mailed(warned(bar)) for _ in range(2)]
        mailbox.messages = {each.pk: returned.postfix(each.message_id) for each in notices}
        read_mailbox(now=NOW)
        set_status(Standing.objects.get(advocate=notices[1].advocate), "compliant")
        Standing.objects.filter(advocate=notices[0].advocate).update(missing=45)
        (letter,) = print_letters(bar, now=NOW + DAY)
        assert (letter.pk, letter.text) == (notices[0].pk, notices[0].text)
        assert mark_printed([letter.pk], by=make_user(bar=bar), now=NOW + DAY) == 1
        assert kinds(notices[0])[-3:] == ["bounced", "second_channel", "handed_over"]
        assert Notice.objects.get(pk=notices[1].pk).state == NoticeState.WITHDRAWN

    def test_one_that_came_back_and_is_needed_again_without_an_address_is_written_anew(self, bar: Bar) -> None:
        notice = mailed(warned(bar))
        report = Report(notice.uuid, EventKind.BOUNCED, "5.1.1")
        assert record_report(report, source=EventSource.MAILBOX, key="1", now=NOW)
        Case.objects.update(state=CaseState.CURED)
        set_status(Standing.objects.get(), "compliant")
        assert print_letters(bar, now=NOW) == []
        Advocate.objects.update(email="")
        Case.objects.update(state=CaseState.OPEN)
        set_status(Standing.objects.get(), "short")
        later = NOW + DAY
        plan_notices(bar, later.date(), later)
        assert send_due(now=later, limit=9).to_print == 1
        (letter,) = print_letters(bar, now=later)
        assert "06.01.2027" in letter.text
        assert mark_printed([letter.pk], by=make_user(bar=bar), now=later) == 1

    def test_a_letter_that_is_needed_again_is_not_handed_over_in_old_words(self, bar: Bar) -> None:
        make_standing(person := make_advocate(bar, email=""))
        make_case(person)
        plan_notices(bar, NOW.date(), NOW)
        print_letters(bar, now=NOW)
        set_status(Standing.objects.get(), "compliant")
        assert print_letters(bar, now=NOW) == []
        set_status(Standing.objects.get(), "short")
        plan_notices(bar, NOW.date(), NOW + DAY)
        send_due(now=NOW + DAY, limit=9)
        with pytest.raises(DomainError, match="Print the letters"):
            mark_printed([Notice.objects.get().pk], by=make_user(bar=bar), now=NOW + DAY)

    def test_a_sent_message_is_found_in_its_folder(self, bar: Bar, mailbox: Mailbox, settings: Any) -> None:
        settings.MAILBOX_SENT_FOLDER = "Sent"
        arrived, lost = (interrupted(warned(bar)) for _ in range(2))
        mailbox.messages = {1: f"Message-ID: {arrived.message_id}\r\n\r\n".encode()}
        assert release_abandoned(NOW + LEASE + MINUTE) == 1
        assert [Notice.objects.get(pk=each.pk).state for each in (arrived, lost)] == ["sent", "due"]
        assert (kinds(arrived)[-1], kinds(lost)[-1]) == ("accepted", "not_found")
        assert Case.objects.get(advocate=arrived.advocate).state == CaseState.NOTIFIED
        assert not mailbox.seen


class TestWebhook:
    @pytest.fixture
    def call(self, settings: Any, client: Client) -> Callable[..., Any]:
        settings.MAIL_WEBHOOK_SECRET = "s" * 32
        settings.MAIL_WEBHOOK_FIELDS = {"id": "uid", "message_id": "data.mid", "code": "data.status", "kind": "type"}
        settings.MAIL_WEBHOOK_KINDS = {"permanent_fail": "bounced"}

        def call(document: Any, secret: str = "s" * 32) -> Any:
            body = document if isinstance(document, bytes) else json.dumps(document).encode()
            signature = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
            return client.post(reverse("mail-webhook"), body, "application/json", headers={"x-signature": signature})

        return call

    def test_told_twice_it_counts_once(self, bar: Bar, call: Any) -> None:
        notice = mailed(warned(bar))
        event = {"uid": "e-1", "type": "permanent_fail", "data": {"mid": notice.message_id, "status": "5.1.1"}}
        unknown = {"uid": "e-2", "type": "opened", "data": {"mid": notice.message_id}}
        forged = {**event, "uid": "e-3", "data": {"mid": "<11111111-1111-1111-1111-111111111111@localhost>"}}
        assert call([event, unknown, forged]).json() == {"recorded": 1}
        assert call([event]).json() == {"recorded": 0}
        notice.refresh_from_db()
        assert (notice.state, kinds(notice).count("bounced")) == (NoticeState.TO_PRINT, 1)

    def test_only_for_whoever_knows_the_secret(self, bar: Bar, call: Any, settings: Any, client: Client) -> None:
        assert [call([], "other").status_code, call(b"{").status_code, call({}).status_code] == [403, 400, 200]
        settings.MAIL_WEBHOOK_SECRET, settings.MAIL_WEBHOOK_TOKEN = "", "t" * 32
        answers = [
            client.post(reverse("mail-webhook"), b"[]", "application/json", headers={"authorization": token})
            for token in (f"Bearer {'t' * 32}", "Bearer x")
        ]
        assert [answer.status_code for answer in answers] == [200, 403]
        settings.MAIL_WEBHOOK_TOKEN = ""
        assert call([]).status_code == 404


def interrupted(notice: Notice) -> Notice:
    """As a sender leaves it that dies between the server's answer and the record of it."""
    send_notice(notice.pk, now=NOW)
    Notice.objects.filter(pk=notice.pk).update(
        state=NoticeState.DUE, claimed_at=NOW, handing_since=NOW, sent_at=None, due_at=NOW + HOUR
    )
    Case.objects.filter(advocate=notice.advocate).update(state=CaseState.OPEN)
    notice.refresh_from_db()
    return notice


class TestUncertain:
    def test_a_person_decides(self, bar: Bar) -> None:
        arrived, lost = (interrupted(warned(bar)) for _ in range(2))
        assert release_abandoned(NOW + LEASE) == 0
        assert release_abandoned(NOW + LEASE + MINUTE) == 0
        assert set(Notice.objects.values_list("state", flat=True)) == {NoticeState.UNCERTAIN}
        assert send_due(now=NOW + 2 * HOUR, limit=9).sent == 0
        officer, stranger = make_user(bar=bar), make_user(bar=make_bar())
        with pytest.raises(DomainError):
            decide(arrived.pk, arrived=True, by=stranger, now=NOW + 2 * HOUR)
        assert decide(arrived.pk, arrived=True, by=officer, now=NOW + 2 * HOUR) == NoticeState.SENT
        assert decide(lost.pk, arrived=False, by=officer, now=NOW + 2 * HOUR) == NoticeState.DUE
        with pytest.raises(DomainError):
            decide(lost.pk, arrived=True, by=officer, now=NOW + 2 * HOUR)
        assert send_due(now=NOW + 2 * HOUR, limit=9).sent == 1
        assert [each.extra_headers["Message-ID"] for each in mail.outbox].count(lost.message_id) == 2
        assert Notice.objects.get(pk=arrived.pk).sent_at == NOW
        assert NoticeEvent.objects.get(notice=arrived, source="person").by == officer
        assert set(Case.objects.values_list("state", flat=True)) == {CaseState.NOTIFIED}

    def test_what_the_law_asks_for_waits_a_day_and_no_longer(self, bar: Bar) -> None:
        statutory, optional = interrupted(warned(bar)), interrupted(warned(bar))
        Notice.objects.filter(pk=optional.pk).update(stage="reminder-7")
        release_abandoned(NOW + HOUR)
        assert release_abandoned(NOW + DAY) == 0
        assert release_abandoned(NOW + DAY + MINUTE) == 1
        assert [Notice.objects.get(pk=each.pk).state for each in (statutory, optional)] == ["due", "uncertain"]

    def test_no_answer_to_the_whole_message_is_no_refusal(self, bar: Bar, smtp: Sink) -> None:
        smtp.data = "421 4.3.2 Closing"
        notice = warned(bar)
        smtp.silent = True
        assert send_notice(notice.pk, now=NOW) == NoticeState.UNCERTAIN
        assert kinds(notice)[-2:] == ["handing", "uncertain"]
        assert len(smtp.messages) == 1

    def test_the_officer_sees_it_and_says_so(self, bar: Bar) -> None:
        notice = interrupted(warned(bar, language="en"))
        release_abandoned(NOW + HOUR)
        client = Client(headers={"accept-language": "en"})
        client.force_login(make_user(bar=bar))
        assert "notices that were perhaps sent" in client.get(f"/office/{bar.code}/").content.decode()
        page = f"/office/{bar.code}/notices/{notice.pk}/"
        assert "It arrived" in client.get(page).content.decode()
        client.post(page, {"do": "arrived"})
        assert Notice.objects.get().state == NoticeState.SENT
        assert "It arrived" not in client.get(page).content.decode()


class TestLimits:
    def test_no_more_than_is_left_of_the_hour_and_the_day(self, bar: Bar, settings: Any) -> None:
        settings.MAIL_LIMITS = {"bar@mail.example.kz": (2, 3)}
        for _ in range(5):
            warned(bar)
        other = warned(ruled_bar(sender_email="other@mail.example.kz"))
        sent = [send_due(now=NOW + HOUR * step, limit=9).sent for step in (0, 0.5, 1, 1.5, 24, 25)]
        assert sent == [3, 0, 1, 0, 2, 0]
        assert kinds(other)[-1] == "accepted"

    def test_the_urgent_first(self, bar: Bar, settings: Any) -> None:
        settings.MAIL_PER_DAY = 2
        later, sooner = reminded(bar), reminded(bar)
        for month, each in ((3, later), (2, sooner)):
            dates = {"due_on": dt.date(2027, month, 28), "petition_from": dt.date(2027, 6, 1)}
            Standing.objects.filter(advocate=each.advocate).update(**dates)
        statutory = warned(bar)
        assert send_due(now=NOW, limit=9).sent == 2
        assert {each.pk for each in Notice.objects.filter(state="sent")} == {statutory.pk, sooner.pk}

    def test_when_the_queue_will_be_empty(self, bar: Bar, settings: Any) -> None:
        for _ in range(5):
            warned(bar)
        assert queue_of(bar, "bar@mail.example.kz", NOW) == (5, (0, 0), None)
        settings.MAIL_PER_HOUR, settings.MAIL_PER_DAY = 1, 2
        assert queue_of(bar, "bar@mail.example.kz", NOW).empty_at == NOW + 2 * DAY
        send_due(now=NOW, limit=9)
        assert queue_of(bar, "bar@mail.example.kz", NOW) == (4, (1, 2), NOW + 2 * DAY)


class TestOptional:
    def test_one_click_stops_it_and_the_advocate_takes_it_back(self, bar: Bar, smtp: Sink, client: Client) -> None:
        first, second, statutory = reminded(bar, user=make_user()), reminded(bar), warned(bar)
        mailed(first, DECEMBER)
        header = smtp.messages[0]["List-Unsubscribe"]
        assert smtp.messages[0]["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        assert header == f"<{leaving_address(first)}>"
        address = leaving_address(first).removeprefix("http://localhost:8000")
        assert client.get(address).status_code == 200
        assert not Preferences.objects.exists()
        strict = Client(enforce_csrf_checks=True)
        assert strict.post(address, {"List-Unsubscribe": "One-Click"}).status_code == 200
        assert client.post(address[:-2] + "x/").status_code == 404
        assert Preferences.objects.get().advocate == first.advocate
        again = make_notice(first.advocate, "reminder-7", due_at=DECEMBER)
        assert send_notice(again.pk, now=DECEMBER) == NoticeState.WITHDRAWN
        assert NoticeEvent.objects.get(notice=again, kind="withdrawn").code == "unsubscribed"
        assert send_notice(second.pk, now=DECEMBER) == NoticeState.SENT
        mailed(statutory)
        assert "List-Unsubscribe" not in smtp.messages[-1]
        client.force_login(first.advocate.user)
        page = client.get("/my/preferences/", headers={"accept-language": "en"}).content.decode()
        assert "No optional letters since" in page
        client.post("/my/preferences/", {"language": "kk", "reminders": "usual", "optional_mail": "on"})
        assert Preferences.objects.get().unsubscribed_on is None

    def test_the_deadline_is_a_whole_day_that_a_later_letter_moves(self, bar: Bar, smtp: Sink) -> None:
        early = reminded(bar, language="en")
        mailed(early, DECEMBER)
        late = make_notice(early.advocate, "reminder-7", due_at=DECEMBER)
        Standing.objects.update(due_on=dt.date(2027, 1, 15))
        mailed(late, DECEMBER + DAY)
        events = [_event(message) for message in smtp.messages]
        assert [event["dtstart"].dt for event in events] == [dt.date(2026, 12, 31), dt.date(2027, 1, 15)]
        assert events[0]["uid"] == events[1]["uid"]
        assert events[0]["sequence"] < events[1]["sequence"]
        mailed(warned(bar))
        assert _event(smtp.messages[-1])["dtstart"].dt == dt.date(2027, 1, 30)


def _event(message: Any) -> Any:
    (part,) = [part for part in message.walk() if part.get_content_type() == "text/calendar"]
    return Calendar.from_ical(part.get_content()).events[0]


class TestProof:
    @pytest.fixture
    def notice(self, bar: Bar) -> Notice:
        return mailed(warned(bar, full_name="Әлімқұлов Ғұмар Үсенұлы", language="kk", user=make_user()))

    def test_the_office_and_the_advocate_have_the_same_paper(self, bar: Bar, notice: Notice, client: Client) -> None:
        client.force_login(notice.advocate.user)
        client.get(f"/my/notices/{notice.pk}/")
        own = client.get(f"/my/notices/{notice.pk}/proof.pdf").content
        client.force_login(make_user(bar=bar))
        office = client.get(f"/office/{bar.code}/notices/{notice.pk}/proof.pdf").content
        digest = NoticeEvent.objects.get(notice=notice, kind="handing").digests["message"]
        for paper in (own, office):
            said = words_of(paper)
            for part in (notice.message_id, digest, "Әлімқұлов Ғұмар Үсенұлы", notice.address, "Кәсіптік әдеп"):
                assert "".join(part.split()) in said
            assert b"/ByteRange" in paper

    def test_letters_for_the_post_have_a_page_for_the_address(self, bar: Bar, client: Client) -> None:
        for number in range(2):
            warned(bar, email="", full_name=f"Асанов {number}", address=f"Тұлпар көшесі, {number}")
        Notice.objects.update(state=NoticeState.TO_PRINT, channel=NoticeChannel.PAPER)
        print_letters(bar, now=NOW)
        client.force_login(make_user(bar=bar))
        pages = pages_of(client.get(f"/office/{bar.code}/notices/letters/print.pdf").content)
        starts = [number for number, page in enumerate(pages) if "Тұлпаркөшесі" in page]
        assert len(starts) == 2
        assert all("Асанов" in pages[number] and "Кәсіптік" not in pages[number] for number in starts)
        assert starts[1] - starts[0] > 1


def pages_of(content: bytes) -> list[str]:
    """Without spaces: lines break where they must."""
    document = pypdfium2.PdfDocument(content)
    return ["".join(page.get_textpage().get_text_bounded().split()) for page in document]


def words_of(content: bytes) -> str:
    return "".join(pages_of(content))
