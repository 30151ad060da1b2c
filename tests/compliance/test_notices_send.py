"""Sending: over a real SMTP connection, once more checked, recorded as sent; and what happens when mail fails."""

from __future__ import annotations

import datetime as dt
import re
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.core import mail
from django.db import connection
from django.utils import translation

from advocates.models import Bar
from cle.core.errors import DomainError
from compliance.models import Case, CaseState, CaseStep, Notice, NoticeChannel, NoticeState, Standing
from compliance.notices.amounts import hours_text
from compliance.services.notices import (
    SendCounts,
    mark_printed,
    print_letters,
    release_abandoned,
    send_due,
    send_notice,
)
from compliance.services.notices.sending import LEASE, MAX_ATTEMPTS
from tests.compliance.rows import NOW, make_notice, make_standing, ruled_bar, set_status, warned
from tests.factories import make_advocate, make_bar, make_user
from tests.plugins.smtp import Sink

MINUTE = dt.timedelta(minutes=1)
DECEMBER = dt.datetime(2026, 12, 11, 5, 0, tzinfo=dt.UTC)


@pytest.fixture
def bar(db) -> Bar:
    return ruled_bar(
        name_kk="Ұлытау облыстық адвокаттар алқасы", sender_email="bar@mail.example.kz", contact="Тел. 123"
    )


def reminded(bar: Bar, **fields: Any) -> Notice:
    make_standing(advocate := make_advocate(bar, **fields), "at_risk")
    return make_notice(advocate, "reminder-30", due_at=DECEMBER)


def steps(notice: Notice) -> list[tuple[str, Any]]:
    return list(CaseStep.objects.filter(case__advocate=notice.advocate).values_list("to_state", "by"))


class TestSent:
    def test_arrives_as_text_and_html_from_the_bar(self, bar: Bar, smtp: Sink) -> None:
        notice = warned(bar, full_name="Әлімқұлов Ғұмар Үсенұлы", language="kk", email="gumar@mail.example.kz")
        assert send_notice(notice.pk, now=NOW) == NoticeState.SENT
        (message,) = smtp.messages
        assert message["To"] == "gumar@mail.example.kz"
        assert message["From"] == "Ұлытау облыстық адвокаттар алқасы <bar@mail.example.kz>"
        assert message["Reply-To"] == "bar@mail.example.kz"
        assert message["Auto-Submitted"] == "auto-generated"
        bodies = [message.get_body([kind]) for kind in ("plain", "html")]
        for body in bodies:
            content = body.get_content() if body else ""
            assert "Әлімқұлов Ғұмар Үсенұлы" in content
            assert "Кәсіптік әдеп" in content  # the category, by its Kazakh name in the rulebook
            assert "Ұлытау облыстық адвокаттар алқасы" in content

    def test_is_kept_as_sent(self, bar: Bar, smtp: Sink, settings: Any) -> None:
        settings.PUBLIC_URL = "https://cle.example.kz"
        notice = warned(bar, language="en", email="a@mail.example.kz")
        send_notice(notice.pk, now=NOW)
        notice.refresh_from_db()
        (message,) = smtp.messages
        assert (notice.state, notice.sent_at, notice.claimed_at) == (NoticeState.SENT, NOW, None)
        assert notice.address == "a@mail.example.kz"
        assert notice.message_id == message["Message-ID"] == f"<{notice.uuid}@cle.example.kz>"
        assert notice.subject == message["Subject"]
        text, html = message.get_body(["plain"]), message.get_body(["html"])
        assert text
        assert html
        assert notice.text.split() == text.get_content().split()
        assert notice.html.split() == html.get_content().split()
        assert notice.facts["missing"] == 270
        assert [line["missing"] for line in notice.facts["lines"]] == [270, 90]
        assert (notice.facts["due_on"], notice.facts["petition_from"]) == ("2026-12-31", "2027-01-31")

    def test_the_overdue_notice_moves_the_case(self, bar: Bar) -> None:
        notice = warned(bar)
        send_notice(notice.pk, now=NOW)
        assert Case.objects.get().state == CaseState.NOTIFIED
        assert steps(notice) == [(CaseState.NOTIFIED, None)]

    def test_a_reminder_touches_no_case(self, bar: Bar) -> None:
        assert send_notice(reminded(bar).pk, now=DECEMBER) == NoticeState.SENT
        assert CaseStep.objects.count() == 0

    @pytest.mark.django_db
    def test_the_installation_sends_for_a_bar_without_an_address(self, settings: Any) -> None:
        settings.DEFAULT_FROM_EMAIL = "CLE <cle@mail.example.kz>"
        send_notice(reminded(ruled_bar(name_en="Sample Bar"), language="en").pk, now=DECEMBER)
        assert mail.outbox[0].from_email == "Sample Bar <cle@mail.example.kz>"


class TestLetter:
    def letter(self, notice: Notice, now: dt.datetime = NOW) -> Notice:
        send_notice(notice.pk, now=now)
        notice.refresh_from_db()
        return notice

    def test_the_overdue_notice_keeps_three_dates_apart(self, bar: Bar) -> None:
        text = self.letter(warned(bar, language="en")).text
        assert "Due date: 31.12.2026" in text
        assert "Last of the 30 calendar days after it: 30.01.2027" in text
        assert re.search(r"First day on which the bar may petition .*: 31\.01\.2027", text)
        assert "43(3)(3)" in text

    def test_a_reminder_threatens_nobody(self, bar: Bar) -> None:
        text = self.letter(reminded(bar, language="en"), DECEMBER).text
        assert "Due date: 31.12.2026" in text
        assert "petition" not in text
        assert "43(3)(3)" not in text

    @pytest.mark.parametrize(
        "said",
        [
            "CLE notice",
            "Dear Nurlan Sample,",
            "from 01.01.2026 to 31.12.2026",
            "Required: 16 academic hours",
            "Counted: 10 academic hours",
            "Missing: 6 academic hours",
            "Professional ethics:\n  Required: 2 academic hours",
            "automatic calculation",
            "within 3 working days",
            "Article 19-1",
            "Whom to ask: Тел. 123",
            "still count for this period",
            "33(7)(13)",
            "example rulebook",
        ],
    )
    def test_it_says(self, bar: Bar, said: str) -> None:
        assert said in self.letter(warned(bar, full_name="Nurlan Sample", language="en")).text

    @pytest.mark.django_db
    def test_the_law_of_kazakhstan_is_cited_in_kazakhstan(self) -> None:
        text = self.letter(warned(ruled_bar(jurisdiction="KG"), language="en")).text
        assert "within 3 working days" in text
        assert "Kazakhstan of 21 May 2013" not in text

    def test_bilingual_kazakh_first_when_the_language_is_unknown(self, bar: Bar) -> None:
        notice = self.letter(warned(bar, language=""))
        for content in (notice.text, notice.html):
            assert -1 < content.index("Кәсіптік әдеп") < content.index("Профессиональная этика")
            assert "Professional ethics" not in content
        assert notice.subject.count(" / ") == 1

    @pytest.mark.parametrize(("language", "category"), [("ru", "Профессиональная этика"), ("kk", "Кәсіптік әдеп")])
    def test_one_language_when_it_is_known(self, bar: Bar, language: str, category: str) -> None:
        notice = self.letter(warned(bar, language=language))
        names = ["Профессиональная этика", "Кәсіптік әдеп", "Professional ethics"]
        assert [name for name in names if name in notice.text] == [category]
        assert notice.language == language

    def test_the_html_loads_and_runs_nothing(self, bar: Bar) -> None:
        html = self.letter(warned(bar, language="en")).html
        assert not re.search(r"<(img|script|link|iframe|a)\b|url\(|@import", html)
        assert 'style="' in html
        assert "@media print" in html

    def test_names_are_text_not_markup(self, bar: Bar) -> None:
        notice = self.letter(warned(bar, full_name="O'Neil <b>Ann</b>", language="en"))
        assert "<b>Ann" not in notice.html
        assert "Dear O'Neil <b>Ann</b>," in notice.text

    @pytest.mark.parametrize(
        ("minutes", "unit", "language", "text"),
        [
            (720, 45, "en", "16 academic hours"),
            (45, 45, "en", "1 academic hour"),
            (0, 60, "en", "0 hours"),
            (90, 60, "en", "1.5 hours"),
            (100, 45, "en", "2.22 academic hours (100 minutes)"),
            (449, 45, "en", "9.97 academic hours (449 minutes)"),
            (1, 50, "en", "0.02 hours"),
            (90_000, 60, "en", "1500 hours"),
        ],
    )
    def test_hours(self, minutes: int, unit: int, language: str, text: str) -> None:
        with translation.override(language):
            assert hours_text(minutes, unit) == text

    @pytest.mark.parametrize("language", ["kk", "ru"])
    def test_decimal_comma(self, language: str) -> None:
        with translation.override(language):
            assert hours_text(90, 60).startswith("1,5 ")


class TestWithdrawn:
    @pytest.mark.parametrize("status", ["compliant", "exempt"])
    def test_nobody_is_written_to_who_owes_nothing(self, bar: Bar, status: str) -> None:
        notices = warned(bar), reminded(bar)
        for standing in Standing.objects.all():
            set_status(standing, status)
        for notice, now in zip(notices, (NOW, DECEMBER), strict=True):
            assert send_notice(notice.pk, now=now) == NoticeState.WITHDRAWN
            notice.refresh_from_db()
            assert (notice.state, notice.sent_at, notice.text) == (NoticeState.WITHDRAWN, None, "")
        assert mail.outbox == []

    @pytest.mark.parametrize("state", [CaseState.EXCUSED, CaseState.NOTIFIED, CaseState.CLOSED])
    def test_nor_who_was_excused_or_told_meanwhile(self, bar: Bar, state: CaseState) -> None:
        notice = warned(bar)
        Case.objects.update(state=state)
        assert send_notice(notice.pk, now=NOW) == NoticeState.WITHDRAWN
        assert mail.outbox == []

    def test_a_reminder_that_comes_too_late(self, bar: Bar) -> None:
        assert send_notice(reminded(bar).pk, now=NOW) == NoticeState.WITHDRAWN

    def test_to_paper_when_the_address_is_gone(self, bar: Bar) -> None:
        notice = warned(bar)
        notice.advocate.email = ""
        notice.advocate.save(update_fields=["email"])
        assert send_notice(notice.pk, now=NOW) == NoticeState.TO_PRINT
        notice.refresh_from_db()
        assert (notice.state, notice.channel) == (NoticeState.TO_PRINT, NoticeChannel.PAPER)


class TestFailure:
    @pytest.mark.parametrize(
        ("answers", "error"),
        [
            ({"recipient": "450 4.2.0 Greylisted, a@mail.example.kz"}, "SMTPRecipientsRefused 450"),
            ({"data": "451 4.3.0 Later"}, "SMTPDataError 451"),
            ({"data": "554 5.7.1 Spam"}, "SMTPDataError 554"),
        ],
    )
    def test_is_put_off(self, bar: Bar, smtp: Sink, answers: dict[str, str], error: str) -> None:
        smtp.__dict__.update(answers)
        notice = warned(bar, email="a@mail.example.kz")
        assert send_notice(notice.pk, now=NOW) == NoticeState.DUE
        notice.refresh_from_db()
        assert (notice.claimed_at, notice.attempts, notice.error) == (None, 1, error)
        assert notice.due_at == NOW + 10 * MINUTE
        assert send_notice(notice.pk, now=NOW + 9 * MINUTE) is None

    def test_no_server_no_loss(self, bar: Bar, settings: Any) -> None:
        settings.EMAIL_BACKEND = "cle.mail.SmtpBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", Sink().port
        notice = warned(bar)
        assert send_notice(notice.pk, now=NOW) == NoticeState.DUE
        notice.refresh_from_db()
        assert notice.error == "ConnectionRefusedError"
        with pytest.raises(ConnectionRefusedError):
            send_due(now=NOW + 60 * MINUTE, limit=10)
        notice.refresh_from_db()
        assert (notice.attempts, notice.state) == (1, NoticeState.DUE)

    def test_the_message_id_is_the_same_at_the_second_try(self, bar: Bar, smtp: Sink) -> None:
        notice = warned(bar)
        send_notice(notice.pk, now=NOW)
        # the worker died before it turned to the server the second time
        Notice.objects.update(state=NoticeState.DUE, claimed_at=NOW, sent_at=None)
        Case.objects.update(state=CaseState.OPEN)
        assert send_notice(notice.pk, now=NOW + 60 * MINUTE) is None
        assert release_abandoned(NOW + LEASE) == 0
        assert release_abandoned(NOW + LEASE + MINUTE) == 1
        assert send_notice(notice.pk, now=NOW + 60 * MINUTE) == NoticeState.SENT
        first, second = (message["Message-ID"] for message in smtp.messages)
        assert first == second

    @pytest.mark.parametrize(
        ("make", "now", "state"), [(warned, NOW, NoticeState.TO_PRINT), (reminded, DECEMBER, NoticeState.FAILED)]
    )
    @pytest.mark.parametrize(("answer", "attempts"), [("550 5.1.1 No such user a@b.kz", 0), ("450 Later", 7)])
    def test_gives_up_where_the_office_sees_it(
        self, bar: Bar, smtp: Sink, make: Any, now: dt.datetime, state: NoticeState, answer: str, attempts: int
    ) -> None:
        smtp.recipient = answer
        notice = make(bar)
        Notice.objects.update(attempts=attempts)
        assert send_notice(notice.pk, now=now) == state
        notice.refresh_from_db()
        assert (notice.state, notice.claimed_at, notice.sent_at) == (state, None, None)
        assert notice.error == f"SMTPRecipientsRefused {answer[:3]}"
        assert not CaseStep.objects.exists()

    @pytest.mark.parametrize(("attempts", "pause"), [(0, 10), (1, 20), (4, 160), (6, 640)])
    def test_pauses_grow(self, bar: Bar, smtp: Sink, attempts: int, pause: int) -> None:
        smtp.data = "451 Later"
        notice = warned(bar)
        Notice.objects.update(attempts=attempts)
        send_notice(notice.pk, now=NOW)
        notice.refresh_from_db()
        assert notice.due_at == NOW + pause * MINUTE

    def test_a_poison_row_is_out_of_the_way_before_its_error_is_raised(self, bar: Bar) -> None:
        notice = warned(bar)
        Standing.objects.update(figures=[0])
        with pytest.raises(ValueError, match="shorter"):
            send_notice(notice.pk, now=NOW)
        notice.refresh_from_db()
        assert notice.due_at > NOW
        assert send_due(now=NOW, limit=10) == SendCounts(0, 0, 0, 0, 0)

    def test_what_kills_its_sender_each_time_is_given_up(self, bar: Bar) -> None:
        notice = warned(bar)
        Standing.objects.update(figures=[0])
        Notice.objects.update(attempts=MAX_ATTEMPTS)
        assert send_notice(notice.pk, now=NOW) == NoticeState.TO_PRINT


class TestBatch:
    def test_one_connection_for_all(self, bar: Bar, smtp: Sink) -> None:
        for _ in range(3):
            warned(bar)
        cured = warned(bar)
        set_status(Standing.objects.get(advocate=cured.advocate), "compliant")
        assert send_due(now=NOW, limit=10) == SendCounts(sent=3, withdrawn=1, put_off=0, to_print=0, failed=0)
        assert (len(smtp.messages), smtp.sessions) == (3, 1)

    def test_oldest_first_up_to_the_limit(self, bar: Bar) -> None:
        notices = [warned(bar) for _ in range(3)]
        Notice.objects.filter(pk=notices[2].pk).update(due_at=NOW - 90 * MINUTE)
        assert send_due(now=NOW, limit=1).sent == 1
        assert Notice.objects.get(state=NoticeState.SENT) == notices[2]

    def test_not_before_it_is_due(self, bar: Bar) -> None:
        warned(bar)
        Notice.objects.update(due_at=NOW + MINUTE)
        assert send_due(now=NOW, limit=10).sent == 0

    def test_goes_on_after_one_that_was_refused(self, bar: Bar, smtp: Sink) -> None:
        smtp.data = "451 Later"
        for _ in range(2):
            warned(bar)
        assert send_due(now=NOW, limit=10).put_off == 2

    @pytest.mark.parametrize("rows", [1, 3])
    def test_statements_per_notice(self, bar: Bar, django_assert_num_queries: Any, rows: int) -> None:
        send_notice(warned(bar).pk, now=NOW)  # the rulebook is read once per process
        for _ in range(rows):
            warned(bar)
        with django_assert_num_queries(10 + rows * 14):
            assert send_due(now=NOW, limit=10).sent == rows


@pytest.mark.django_db(transaction=True)
def test_two_senders_of_one_notice(smtp: Sink) -> None:
    notice = warned(ruled_bar())

    def send(_: int) -> NoticeState | None:
        try:
            return send_notice(notice.pk, now=NOW)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        states = list(pool.map(send, range(2)))
    assert sorted(states, key=str) == [None, NoticeState.SENT]
    assert len(smtp.messages) == 1


class TestPaper:
    @pytest.fixture
    def letter(self, bar: Bar) -> Notice:
        notice = warned(bar, language="en", email="")
        Notice.objects.update(state=NoticeState.TO_PRINT, channel=NoticeChannel.PAPER)
        return notice

    def test_is_written_and_kept(self, bar: Bar, letter: Notice) -> None:
        (printed,) = print_letters(bar, now=NOW)
        letter.refresh_from_db()
        assert printed == letter
        assert "Missing: 6 academic hours" in letter.text
        assert letter.html == printed.html != ""
        assert (letter.state, letter.facts["missing"]) == (NoticeState.TO_PRINT, 270)

    def test_is_withdrawn_when_the_hours_were_made_up(self, bar: Bar, letter: Notice) -> None:
        set_status(Standing.objects.get(), "compliant")
        assert print_letters(bar, now=NOW) == []
        letter.refresh_from_db()
        assert letter.state == NoticeState.WITHDRAWN

    def test_handed_over_by_somebody(self, bar: Bar, letter: Notice) -> None:
        officer = make_user(bar=bar)
        print_letters(bar, now=NOW)
        assert mark_printed([letter.pk], by=officer, now=NOW) == 1
        assert mark_printed([letter.pk], by=officer, now=NOW + MINUTE) == 0
        letter.refresh_from_db()
        assert (letter.state, letter.sent_at, letter.handed_over_by) == (NoticeState.PRINTED, NOW, officer)
        assert steps(letter) == [(CaseState.NOTIFIED, officer.pk)]

    def test_not_before_it_was_written(self, bar: Bar, letter: Notice) -> None:
        with pytest.raises(DomainError) as refused:
            mark_printed([letter.pk], by=make_user(bar=bar), now=NOW)
        assert refused.value.code == "letter-not-written"

    def test_not_by_another_bar(self, bar: Bar, letter: Notice) -> None:
        print_letters(bar, now=NOW)
        assert mark_printed([letter.pk], by=make_user(bar=make_bar()), now=NOW) == 0
        letter.refresh_from_db()
        assert letter.state == NoticeState.TO_PRINT

    @pytest.mark.parametrize("rows", [1, 3])
    def test_number_of_statements_does_not_grow(self, bar: Bar, django_assert_num_queries: Any, rows: int) -> None:
        send_notice(warned(bar).pk, now=NOW)  # the rulebook is read once per process
        for _ in range(rows):
            warned(bar)
        Notice.objects.filter(state=NoticeState.DUE).update(state=NoticeState.TO_PRINT)
        officer = make_user(bar=bar)
        with django_assert_num_queries(10):
            letters = print_letters(bar, now=NOW)
        with django_assert_num_queries(11):
            assert mark_printed([letter.pk for letter in letters], by=officer, now=NOW) == rows
