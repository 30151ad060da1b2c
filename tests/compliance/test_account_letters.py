"""Who is told that an account was opened for them: once, in their language, as long as it is true and news to them."""

from __future__ import annotations

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from io import StringIO
from typing import Any

import pytest
from django.contrib.auth.models import update_last_login
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from advocates.models import Advocate, Bar, RoleKind, User
from advocates.services.accounts import take_access_away
from advocates.services.people import leave_bar
from cle.core.clock import now as present_moment
from cle.core.errors import DomainError
from compliance.models import Notice, NoticeState, Preferences
from compliance.queries.accounts import Hindrance, basis_of, holders, letters_of, newcomers, tellable
from compliance.services.notices import open_and_tell, send_due, tell_of_accounts
from tests.compliance.rows import ruled_bar
from tests.factories import make_advocate, make_bar, make_user
from tests.login.conftest import posted
from tests.plugins.smtp import Sink

__all__ = ["posted"]

NOW = dt.datetime(2026, 6, 1, 5, 0, tzinfo=dt.UTC)
TODAY = dt.date(2026, 6, 1)
MINUTE = dt.timedelta(minutes=1)
STOPPED = {"unsubscribed_on": TODAY}


@pytest.fixture
def bar(db: None) -> Bar:
    return make_bar("R-1", ruled_bar(), sender_email="bar@mail.example.kz", contact="+7 700 000 00 01, Асия")


def opened(bar: Bar, **how: Any) -> int:
    return open_and_tell(bar, TODAY, now=NOW, **how)[1]


def written(sink: Sink) -> str:
    (message,) = sink.messages
    return str(message.get_body(("plain",)).get_content())  # type: ignore[union-attr]


def again(bar: Bar, at: dt.datetime = NOW + 5 * MINUTE) -> int:
    people = newcomers(holders(bar, TODAY))
    return tell_of_accounts(bar, people, now=at, shown=basis_of(tellable(people)))


def hindrance(person: Advocate) -> str:
    return str(holders(person.bar, TODAY).get(pk=person.pk).hindrance)  # type: ignore[attr-defined]


class TestTheLetter:
    def test_says_who_opened_it_how_to_log_in_and_whom_to_tell(self, bar: Bar, smtp: Sink) -> None:
        make_advocate(bar, "Ким Анна", email="Anna@mail.example.kz", language="ru")
        assert opened(bar) == 1
        assert send_due(now=NOW + MINUTE, limit=10).sent == 1
        said = " ".join(written(smtp).split())
        assert smtp.messages[0]["To"] == "Anna@mail.example.kz"
        assert bar.name_ru in str(smtp.messages[0]["Subject"])
        assert "Уважаемый(-ая) Ким Анна" in said
        assert f"Ваша коллегия ({bar.name_ru}) открыла для вас учётную запись" in said
        assert "anna@mail.example.kz" in said
        assert "/password/reset/" in said
        assert "/login/" in said
        assert "один день" in said
        assert "никакой другой адвокат этого не видит. Другая коллегия видит не больше того, что вы были" in said
        assert "Если вы не Ким Анна" in said
        assert "+7 700 000 00 01, Асия" in said

    def test_by_the_page_that_it_names_a_password_is_set_and_the_desk_opens(
        self, posted: None, bar: Bar, smtp: Sink, client: Client, settings: Any
    ) -> None:
        person = make_advocate(bar, email="anna@mail.example.kz", language="en")
        opened(bar)
        send_due(now=NOW + MINUTE, limit=10)
        links = [word for word in written(smtp).split() if word.startswith(settings.PUBLIC_URL)]
        reset, login = (link.removeprefix(settings.PUBLIC_URL) for link in links)
        client.post(reset, {"email": "anna@mail.example.kz"})
        words = str(smtp.messages[1].get_body(("plain",)).get_content())  # type: ignore[union-attr]
        (link,) = (word for word in words.split() if "/password/reset/" in word)
        form = client.get(link, follow=True)
        client.post(form.redirect_chain[-1][0], {"password1": "long-enough-9", "password2": "long-enough-9"})
        client.post(login, {"login": "anna@mail.example.kz", "password": "long-enough-9"})
        assert client.get("/").context["advocate"] == person

    def test_holds_no_key_by_which_somebody_else_gets_in(self, bar: Bar, smtp: Sink) -> None:
        make_advocate(bar, language="en")
        opened(bar)
        send_due(now=NOW + MINUTE, limit=10)
        assert all(link.endswith(("/password/reset/", "/login/")) for link in written(smtp).split() if "://" in link)
        assert User.objects.exclude(advocate=None).get().has_usable_password() is False

    def test_who_has_a_password_is_not_told_to_set_the_first(self, bar: Bar, smtp: Sink) -> None:
        officer = make_user(bar=bar)
        officer.set_password("long-enough-9")
        officer.save()
        make_advocate(bar, email=officer.email, language="en")
        assert opened(bar) == 1
        send_due(now=NOW + MINUTE, limit=10)
        assert "an account that you have already" in written(smtp)
        assert "no password yet" not in written(smtp)

    @pytest.mark.parametrize(
        ("language", "words"),
        [
            ("kk", ["сізге тіркелгі ашты"]),
            ("ru", ["открыла для вас"]),
            ("en", ["has opened an account for you"]),
            ("", ["сізге тіркелгі ашты", "* * *", "открыла для вас"]),
        ],
    )
    def test_in_the_language_of_the_advocate_or_in_two(
        self, bar: Bar, smtp: Sink, language: str, words: list[str]
    ) -> None:
        make_advocate(bar, language=language)
        opened(bar)
        send_due(now=NOW + MINUTE, limit=10)
        said = " ".join(written(smtp).split())
        assert all(word in said for word in words)

    def test_is_a_notice_on_the_advocates_own_desk(self, bar: Bar, smtp: Sink, client: Client) -> None:
        make_advocate(bar, language="en")
        opened(bar)
        send_due(now=NOW + MINUTE, limit=10)
        client.force_login(User.objects.exclude(advocate=None).get())
        page = client.get(f"/my/notices/{Notice.objects.get().pk}/")
        assert "has opened an account for you" in page.content.decode()


class TestOnce:
    def test_opening_twice_and_sending_twice_is_one_letter(self, bar: Bar, smtp: Sink) -> None:
        make_advocate(bar)
        assert [opened(bar), opened(bar)] == [1, 0]
        assert [send_due(now=NOW + step * MINUTE, limit=10).sent for step in (1, 2)] == [1, 0]
        assert len(smtp.messages) == 1

    def test_nobody_who_had_an_account_is_written_to(self, bar: Bar) -> None:
        make_advocate(bar, user=make_user())
        make_advocate(bar, email="")
        assert opened(bar) == 0

    def test_without_letters(self, bar: Bar) -> None:
        make_advocate(bar)
        accounts, letters = open_and_tell(bar, TODAY, now=NOW, tell=False)
        assert (accounts.opened, letters, Notice.objects.count()) == (1, 0, 0)

    def test_the_database_holds_one_of_each_round(self, bar: Bar) -> None:
        make_advocate(bar)
        opened(bar)
        notice = Notice.objects.get()
        notice.pk, notice.uuid = None, "00000000-0000-4000-8000-000000000001"
        with pytest.raises(IntegrityError, match="notice_once_per_account_and_round"), transaction.atomic():
            notice.save(force_insert=True)
        notice.round, notice.stage = 2, "reminder-30"
        with pytest.raises(IntegrityError, match="notice_about_one_thing"), transaction.atomic():
            notice.save(force_insert=True)

    def test_a_thousand_cost_as_many_statements_as_three(self, bar: Bar) -> None:
        counted = []
        for number in (1, 3):
            for _ in range(number):
                make_advocate(bar)
            with CaptureQueriesContext(connection) as asked:
                assert opened(bar) == number
            counted.append(len(asked))
        assert counted[0] == counted[1] <= 20


class TestWhatIsNoLongerTrue:
    def test_taken_away_before_it_went_out(self, bar: Bar, smtp: Sink) -> None:
        person = make_advocate(bar)
        opened(bar)
        take_access_away(person, by=make_user(bar=bar, role=RoleKind.BAR_ADMIN))
        assert send_due(now=NOW + MINUTE, limit=10).withdrawn == 1
        assert not smtp.messages

    def test_who_has_logged_in_meanwhile_knows_it(self, bar: Bar) -> None:
        make_advocate(bar)
        opened(bar)
        User.objects.exclude(advocate=None).update(last_login=NOW + MINUTE)
        assert send_due(now=NOW + 2 * MINUTE, limit=10).withdrawn == 1

    def test_another_address_on_the_roll_than_that_of_the_account(self, bar: Bar) -> None:
        person = make_advocate(bar)
        opened(bar)
        Advocate.objects.update(email="another@mail.example.kz")
        assert send_due(now=NOW + MINUTE, limit=10).withdrawn == 1
        assert hindrance(person) == Hindrance.OTHER_ADDRESS

    def test_an_account_that_came_after_another_one_has_a_letter_of_its_own(self, bar: Bar, smtp: Sink) -> None:
        person = make_advocate(bar, email="wrong@mail.example.kz")
        opened(bar)
        take_access_away(person, by=make_user(bar=bar, role=RoleKind.BAR_ADMIN))
        Advocate.objects.update(email="right@mail.example.kz")
        assert opened(bar) == 1
        counts = send_due(now=NOW + MINUTE, limit=10)
        assert (counts.sent, counts.withdrawn) == (1, 1)
        assert smtp.messages[0]["To"] == "right@mail.example.kz"


class TestAgain:
    def test_one_that_failed_is_seen_and_sent_again(self, bar: Bar, smtp: Sink) -> None:
        make_advocate(bar)
        opened(bar)
        smtp.recipient = "550 5.1.1 No such user"
        assert send_due(now=NOW + MINUTE, limit=10).failed == 1
        ((_person, last),) = letters_of(holders(bar, TODAY))
        assert last is not None
        assert (last.state, last.error) == (NoticeState.FAILED, "SMTPRecipientsRefused 550")
        smtp.recipient = "250 OK"
        assert again(bar) == 1
        assert send_due(now=NOW + 6 * MINUTE, limit=10).sent == 1
        assert list(Notice.objects.order_by("round").values_list("round", "state")) == [(1, "failed"), (2, "sent")]

    def test_a_server_that_is_busy_gets_it_later_and_still_once(self, bar: Bar, smtp: Sink) -> None:
        make_advocate(bar)
        opened(bar)
        smtp.data = "451 4.3.0 Later"
        assert send_due(now=NOW + MINUTE, limit=10).put_off == 1
        smtp.data = "250 OK"
        assert send_due(now=NOW + 60 * MINUTE, limit=10).sent == 1
        assert len(smtp.messages) == 1

    def test_one_that_waits_is_not_doubled(self, bar: Bar) -> None:
        person = make_advocate(bar)
        opened(bar)
        assert hindrance(person) == Hindrance.ON_ITS_WAY
        assert again(bar) == 0

    def test_only_those_who_have_never_logged_in(self, bar: Bar, smtp: Sink) -> None:
        make_advocate(bar, user=make_user("here@mail.example.kz"), email="here@mail.example.kz")
        update_last_login(None, User.objects.get(email="here@mail.example.kz"))
        make_advocate(bar, user=make_user("new@mail.example.kz"), email="New@mail.example.kz")
        make_advocate(bar, user=make_user("stop@mail.example.kz"), email="stop@mail.example.kz")
        Preferences.objects.create(bar=bar, advocate=Advocate.objects.get(email="stop@mail.example.kz"), **STOPPED)
        shut = make_user("shut@mail.example.kz", is_active=False)
        make_advocate(bar, user=shut, email=shut.email)
        leave_bar(make_advocate(bar, user=make_user("left@mail.example.kz"), email="left@mail.example.kz"), TODAY)
        elsewhere = make_bar("R-2", bar.parent)
        make_advocate(elsewhere, user=make_user("else@mail.example.kz"), email="else@mail.example.kz")
        assert again(bar) == 1
        send_due(now=NOW + 10 * MINUTE, limit=10)
        assert [message["To"] for message in smtp.messages] == ["New@mail.example.kz"]

    def test_something_else_than_was_shown_is_not_sent(self, bar: Bar) -> None:
        make_advocate(bar, user=make_user("one@mail.example.kz"), email="one@mail.example.kz")
        people = newcomers(holders(bar, TODAY))
        shown = basis_of(tellable(people))
        make_advocate(bar, user=make_user("two@mail.example.kz"), email="two@mail.example.kz")
        with pytest.raises(DomainError, match="look at a new one"):
            tell_of_accounts(bar, people, now=NOW, shown=shown)
        assert not Notice.objects.exists()

    def test_the_limits_of_the_sender_hold(self, bar: Bar, smtp: Sink, settings: Any) -> None:
        settings.MAIL_PER_HOUR = 2
        for _ in range(3):
            make_advocate(bar)
        assert opened(bar) == 3
        assert [send_due(now=NOW + step * MINUTE, limit=10).sent for step in (1, 2, 70)] == [2, 0, 1]


class TestTheCommand:
    def test_counts_and_sends_letters_unless_told_not_to(self, bar: Bar, smtp: Sink) -> None:
        def said(*words: str) -> list[str]:
            out = StringIO()
            call_command("open_accounts", "R-1", *words, stdout=out)
            return out.getvalue().splitlines()

        make_advocate(bar)
        assert "letters: 1" in said()
        assert "letters: 0" in said("--without-letters")
        assert not Notice.objects.exists()
        assert "letters: 1" in said("--apply")
        assert "letters: 0" in said("--apply")
        make_advocate(bar)
        assert "letters: 0" in said("--without-letters", "--apply")
        assert send_due(now=present_moment() + MINUTE, limit=10).sent == 1


@pytest.mark.django_db(transaction=True)
def test_two_who_send_at_once_send_one_letter_each(bar: Bar) -> None:
    for number in range(3):
        address = f"{number}@mail.example.kz"
        make_advocate(bar, user=make_user(address), email=address)
    shown = basis_of(tellable(newcomers(holders(bar, TODAY))))

    def send(_: int) -> int:
        try:
            return tell_of_accounts(bar, newcomers(holders(bar, TODAY)), now=NOW, shown=shown)
        except DomainError:
            return 0
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        assert sum(pool.map(send, range(2))) == 3
    assert Notice.objects.filter(round=1).count() == Notice.objects.count() == 3
