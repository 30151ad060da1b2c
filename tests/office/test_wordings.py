"""The bar's own words: written beside real letters, checked, tried, published as a version, taken back."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from advocates.models import Bar
from cle.core.errors import DomainError
from compliance.models import Notice, NoticeState, NoticeWording, Standing
from compliance.notices.letter import write_letter
from compliance.notices.wordings import check_source, fill
from compliance.queries.notices import rulebooks_behind, standings_behind
from compliance.services.notices import end_wording, publish_wording, send_notice
from tests.compliance.rows import NOW, make_case, make_notice, make_standing, warned
from tests.factories import make_advocate, make_bar, make_user
from tests.office.conftest import Clock
from tests.office.pages import statements, text_of
from tests.plugins.smtp import Sink

pytestmark = pytest.mark.django_db
URL = "/office/R-1/notices/words/"
WRITE = f"{URL}write/"
OVERDUE = f"{WRITE}?stage=overdue&language=en"
BODY = "Dear {name}!\n\nBy {due} you owed {missing}. <b>Hurry</b>"


@pytest.fixture(autouse=True)
def now(clock: Clock) -> None:
    clock(NOW)


def say(bar: Bar, body: str = BODY, **changes: Any) -> NoticeWording:
    given = {"stage": "overdue", "language": "en", "subject": "Late: {due}", "by": make_user(), "now": NOW, **changes}
    return publish_wording(bar, given.pop("stage"), given.pop("language"), body=body, **given)


def letter(notice: Notice) -> Any:
    standing = standings_behind([notice], NOW.date())[notice.pk]
    return write_letter(notice.advocate, notice.stage, standing, rulebooks_behind([standing])[standing.pk], NOW.date())


def statements_of(act: Any) -> int:
    with CaptureQueriesContext(connection) as seen:
        act()
    return len(seen)


class TestSource:
    @pytest.mark.parametrize("text", ["{nome}", "{name.__class__}", "{ name }", "{}", "{0}"])
    def test_an_unknown_placeholder_is_named_beside_the_known(self, text: str) -> None:
        with pytest.raises(DomainError, match=r"There is no .* There are: \{name\}, \{bar\}") as caught:
            check_source(f"Dear {text}")
        assert text in str(caught.value)

    @pytest.mark.parametrize("text", ["a { b", "a } b", "{{name}}"])
    def test_a_stray_brace(self, text: str) -> None:
        with pytest.raises(DomainError):
            check_source(text)

    def test_a_value_is_no_source(self) -> None:
        assert fill("{name} {due}", {"name": "{due}", "due": "1"}) == "{due} 1"


class TestLetter:
    def test_own_words_and_what_they_cannot_hide(self, bar: Bar) -> None:
        made = say(bar)
        said = letter(warned(bar, full_name="Ким {due}", language="en"))
        assert said.subject == "Late: 31.12.2026"
        assert "Dear Ким {due}!\n\nBy 31.12.2026 you owed 6 academic hours. <b>Hurry</b>" in said.text
        assert "&lt;b&gt;Hurry" in said.html
        for always in ("Required", "Due date: 31.12.2026", "43(3)(3)", "automatic calculation", "you may object"):
            assert always in said.text
            assert always in said.html
        assert said.facts["wording"] == {"en": {"id": made.pk, "version": 1}}

    def test_bar_then_the_bar_above_then_as_shipped(self, bar: Bar) -> None:
        notice = warned(below := make_bar(parent=bar), language="en")
        say(bar, "From above")
        assert "From above" in letter(notice).text
        say(below, "Our own")
        assert "Our own" in letter(notice).text
        end_wording(below, "overdue", "en", by=make_user(), now=NOW)
        assert "From above" in letter(notice).text
        end_wording(bar, "overdue", "en", by=make_user(), now=NOW)
        assert "is over. According to the records" in letter(notice).text
        assert "wording" not in letter(notice).facts

    def test_in_both_languages_each_has_its_own(self, bar: Bar) -> None:
        say(bar, "Тек қазақша", language="kk")
        said = letter(warned(bar, language=""))
        assert said.text.index("Тек қазақша") < said.text.index("Отчётный период")
        assert list(said.facts["wording"]) == ["kk"]

    def test_letters_after_the_first_ask_the_database_nothing(
        self, bar: Bar, smtp: Sink, django_assert_num_queries: Any
    ) -> None:
        plain = [warned(bar, language="en") for _ in range(3)]
        with_words = [warned(bar, language="ru") for _ in range(3)]
        say(bar, "Слова", language="ru")
        send_notice(with_words[0].pk, now=NOW)
        send_notice(plain[0].pk, now=NOW)
        with django_assert_num_queries(statements_of(lambda: send_notice(plain[1].pk, now=NOW))):
            assert send_notice(with_words[1].pk, now=NOW) == NoticeState.SENT
        assert "Слова" in Notice.objects.get(pk=with_words[1].pk).text


class TestVersions:
    def test_a_new_version_ends_the_old_and_nothing_is_edited(self, bar: Bar) -> None:
        assert [say(bar).version, say(bar, "Second").version] == [1, 2]
        with pytest.raises(DomainError, match="in use already"):
            say(bar, "Second")
        with pytest.raises(DomainError, match="no words of its own"):
            end_wording(bar, "overdue", "ru", by=make_user(), now=NOW)
        assert list(NoticeWording.objects.in_use().values_list("version", flat=True)) == [2]


class TestPages:
    def test_the_list_says_whose_words_are_used(self, officer: Client, bar: Bar) -> None:
        say(bar)
        say(bar, stage="reminder-7", language="ru")
        shown = text_of(officer.get(URL))
        assert shown.count("own, version 1") == 2
        assert "hours overdue" in shown
        assert shown.count("as shipped") == 3 * 4 - 2

    def test_a_preview_on_three_people_writes_nothing(self, officer: Client, bar: Bar) -> None:
        for _ in range(4):
            make_standing(make_advocate(bar))
        make_standing(make_advocate(make_bar(parent=bar), "Чужой"))
        answer = officer.post(OVERDUE, {"subject": "S", "body": BODY, "preview": "1"})
        assert [len(answer.context["letters"]), answer.status_code] == [3, 200]
        assert all("you owed 6 academic hours" in one["letter"].text for one in answer.context["letters"])
        assert not NoticeWording.objects.exists()
        assert not Notice.objects.exists()
        assert "Чужой" not in text_of(answer)

    def test_an_unknown_placeholder_is_said_beside_the_text(self, officer: Client, bar: Bar) -> None:
        answer = officer.post(OVERDUE, {"subject": "S", "body": "Dear {nome}", "publish": "1"})
        assert answer.status_code == 422
        assert "There is no {nome}" in text_of(answer)
        assert not NoticeWording.objects.exists()

    def test_published_changed_and_gone_back_to(self, officer: Client, bar: Bar) -> None:
        for body in ("First {due}", "Second"):
            assert officer.post(OVERDUE, {"subject": "S", "body": body, "publish": "1"}).status_code == 302
        older = officer.get(f"{OVERDUE}&version=1").context["form"].initial
        officer.post(OVERDUE, {**older, "publish": "1"})
        assert list(NoticeWording.objects.order_by("version").values_list("version", "body")) == [
            (1, "First {due}"), (2, "Second"), (3, "First {due}"),
        ]  # fmt: skip
        again = officer.post(OVERDUE, {**older, "publish": "1"})
        assert again.status_code == 422
        assert "in use already" in text_of(again)
        officer.post(OVERDUE, {"end": "1"})
        assert "the text that comes with the program" in text_of(officer.get(OVERDUE))

    def test_a_trial_goes_to_oneself_and_is_no_notice(self, officer: Client, bar: Bar, smtp: Sink) -> None:
        make_standing(make_advocate(bar, email="somebody@example.org"))
        answer = officer.post(OVERDUE, {"subject": "Late", "body": BODY, "trial": "1"})
        assert "is on its way to officer@mail.example.kz" in text_of(answer)
        [sent] = smtp.messages
        assert (sent["Subject"], sent["To"]) == ("TRIAL, not a notice: Late", "officer@mail.example.kz")
        assert [part.get_content_type() for part in sent.iter_parts()] == ["text/plain", "text/html"]
        assert not Notice.objects.exists()

    def test_a_trial_that_the_server_refuses_loses_no_words(self, officer: Client, bar: Bar, smtp: Sink) -> None:
        make_standing(make_advocate(bar))
        smtp.data = "550 No"
        answer = officer.post(OVERDUE, {"subject": "Late", "body": BODY, "trial": "1"})
        assert answer.status_code == 422
        assert "did not take the letter" in text_of(answer)
        assert answer.context["form"]["body"].value() == BODY

    def test_unknown_stages_and_languages(self, officer: Client) -> None:
        for asked in ("", "?stage=nothing&language=ru", "?stage=overdue&language=de"):
            assert officer.get(WRITE + asked).status_code == 404

    def test_the_number_of_statements(self, officer: Client, bar: Bar) -> None:
        make_standing(make_advocate(bar))
        officer.get(OVERDUE)
        few = [statements(officer, URL), statements(officer, OVERDUE)]
        for number in range(3):
            make_standing(make_advocate(bar))
            say(bar, f"{number}")
        officer.get(OVERDUE)
        assert [statements(officer, URL), statements(officer, OVERDUE)] == few


class TestForecastPage:
    URL = "/office/R-1/notices/forecast/"

    def test_by_day_with_the_people_of_a_line(self, officer: Client, bar: Bar) -> None:
        ahead = {"due_on": NOW.date().replace(month=2), "period_end": NOW.date()}
        make_standing(make_advocate(bar, "Әбенова Гүл"), "at_risk", **ahead)
        make_standing(make_advocate(bar, email=""), "at_risk", **ahead)
        make_standing(make_advocate(below := make_bar("B-1", bar)), "at_risk", **ahead)
        shown = officer.get(self.URL)
        lines = [(line["day"].isoformat(), line["code"], line["way"], line["count"]) for line in shown.context["lines"]]
        assert ("2027-01-29", "reminder-7", "email", 1) in lines
        assert "Әбенова" not in text_of(shown)
        assert [(row["bar"], row["email"] > 0) for row in shown.context["below"]] == [(below, True)]
        named = officer.get(self.URL, {"day": "2027-01-29", "stage": "reminder-7", "way": "email"})
        assert "Әбенова Гүл" in text_of(named)
        assert not Notice.objects.exists()

    def test_the_number_of_statements(self, officer: Client, bar: Bar) -> None:
        ask = f"{self.URL}?day=2027-01-05&stage=overdue&way=email"
        make_case(make_standing(make_advocate(bar)).advocate)
        officer.get(ask)
        few = statements(officer, ask)
        for _ in range(3):
            make_case(make_standing(person := make_advocate(bar)).advocate)
            make_notice(person, "reminder-7")
        assert statements(officer, ask) == few
        assert Standing.objects.count() == 4
