"""Attendance in the office: dropped, corrected, applied with a count, confirmed, undone."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from advocates.models import Advocate, NameAlias, RoleKind
from courses.models import Attendance, AttendanceFile, Entry
from courses.services.attendance import preview_attendance
from courses.services.attendance_choices import CHOSEN
from courses.services.ledger import reverse_entry
from courses.services.sessions import confirm_session
from tests.courses.reports import NOW, credit, imported, lines, minutes, zoom
from tests.factories import make_advocate, make_bar, make_user
from tests.office.taught import Taught, logged_in, taught, text_of

pytestmark = pytest.mark.django_db
MEETING = zoom(
    ("Озёрная Мария Николаевна", "", 0, 180), ("Тестов Аскер", "", 0, 100), ("iPhone", "", 0, 180)
)  # fmt: skip


@pytest.fixture
def there() -> Taught:
    return taught()


@pytest.fixture
def office(there: Taught) -> Client:
    return logged_in(there.manager)


def url_of(there: Taught) -> str:
    return f"/office/KZ-71/sessions/{there.session.pk}/"


def report_url(there: Taught, file: AttendanceFile) -> str:
    return f"{url_of(there)}reports/{file.pk}/"


def dropped(office: Client, there: Taught, content: bytes = MEETING, **more: Any) -> Any:
    upload = SimpleUploadedFile("zoom.csv", content, "text/csv")
    return office.post(f"{url_of(there)}attendance/", {"file": upload, **more})


def previewed(there: Taught, content: bytes = MEETING) -> AttendanceFile:
    return preview_attendance(there.session, content, "zoom.csv", by=there.manager)


class TestDropping:
    def test_a_file_is_read_and_nothing_counts_yet(self, office: Client, there: Taught) -> None:
        answer = dropped(office, there)
        file = AttendanceFile.objects.get()
        assert answer["Location"] == report_url(there, file)
        page = text_of(office.get(answer["Location"]))
        assert "Applying it records 1 person." in page
        assert "full credit" in page
        assert "partial credit, 55 %" in page
        assert not Attendance.objects.exists()

    def test_what_cannot_be_read_is_said_beside_the_file(self, office: Client, there: Taught) -> None:
        answer = dropped(office, there, b"\x00\x01\x02")
        assert answer.status_code == 422
        assert answer.context["form"].errors["file"]
        assert not AttendanceFile.objects.exists()


class TestCorrecting:
    def test_a_suggestion_is_accepted_before_applying_and_counts_with_it(self, office: Client, there: Taught) -> None:
        file = previewed(there)
        line = lines(file)["Тестов Аскер"]
        assert [one["advocate"] for one in line.suggestions] == [there.askar.pk]
        said = office.post(
            f"{report_url(there, file)}lines/{line.pk}/", {"advocate": there.askar.pk, "remember": "on"}, follow=True
        )
        assert "your choice" in text_of(said)
        assert "Apply: 2 people" in text_of(said)
        assert not Attendance.objects.exists()
        office.post(f"{report_url(there, file)}apply/", {"count": 2})
        assert minutes(there.session) == {there.maria.full_name: 180, there.askar.full_name: 100}
        assert NameAlias.objects.get().advocate == there.askar
        file.refresh_from_db()
        assert (file.state, file.created, file.ambiguous) == ("applied", 2, 1)

    def test_what_was_chosen_is_opened_again(self, office: Client, there: Taught) -> None:
        file = previewed(there)
        line = lines(file)["iPhone"]
        url = f"{report_url(there, file)}lines/{line.pk}/"
        office.post(url, {"reason": "A visitor"})
        assert file.lines.filter(CHOSEN).get() == line
        assert "nobody: set aside" in text_of(office.get(report_url(there, file)))
        office.post(f"{url}reopen/")
        line.refresh_from_db()
        assert not file.lines.filter(CHOSEN).exists()
        assert "dismissed" not in {problem["code"] for problem in line.problems}

    def test_a_name_set_aside_stays_aside_with_who_said_so(self, office: Client, there: Taught) -> None:
        file = previewed(there)
        line = lines(file)["iPhone"]
        office.post(f"{report_url(there, file)}lines/{line.pk}/", {"reason": "A visitor"})
        office.post(f"{report_url(there, file)}apply/", {"count": 1})
        line.refresh_from_db()
        assert (line.outcome, line.problems[-1]["message"], line.problems[-1]["by"]) == (
            "rejected", "A visitor", there.manager.pk
        )  # fmt: skip

    def test_all_above_a_confidence_are_accepted_with_their_count(self, office: Client, there: Taught) -> None:
        file = previewed(there)
        least = lines(file)["Тестов Аскер"].suggestions[0]["confidence"]
        url = f"{report_url(there, file)}accept/"
        assert "Accept 1 name" in text_of(office.get(url, {"least": least}))
        office.post(url, {"least": least, "count": 2})
        assert not file.lines.filter(CHOSEN).exists()
        office.post(url, {"least": least, "count": 1})
        office.post(f"{report_url(there, file)}apply/", {"count": 2})
        assert there.askar.full_name in minutes(there.session)
        assert not NameAlias.objects.exists()

    def test_anybody_of_the_bar_is_found_and_nobody_of_another(self, office: Client, there: Taught) -> None:
        file = previewed(there)
        url = f"{report_url(there, file)}lines/{lines(file)['iPhone'].pk}/"
        stranger = make_advocate(make_bar("KZ-75", there.bar.parent), "Тестова Анна")
        assert office.get(url, {"q": "тест"}).context["found"] == [there.askar]
        assert office.post(url, {"advocate": stranger.pk}).status_code == 422
        assert office.post(url, {}).status_code == 422

    def test_nobody_decides_that_they_were_there_themselves(self, there: Taught) -> None:
        Advocate.objects.filter(pk=there.askar.pk).update(user=there.manager)
        file = previewed(there)
        url = f"{report_url(there, file)}lines/{lines(file)['iPhone'].pk}/"
        said = logged_in(there.manager).post(url, {"advocate": there.askar.pk}, follow=True)
        assert "Nobody may decide that they were there themselves." in text_of(said)
        assert not file.lines.filter(CHOSEN).exists()


class TestApplying:
    def test_another_count_than_was_shown_applies_nothing(self, office: Client, there: Taught) -> None:
        file = previewed(there)
        said = office.post(f"{report_url(there, file)}apply/", {"count": 3}, follow=True)
        assert "Meanwhile something has changed" in text_of(said)
        assert not Attendance.objects.exists()

    def test_a_preview_is_put_aside(self, office: Client, there: Taught) -> None:
        file = previewed(there)
        office.post(f"{report_url(there, file)}discard/")
        file.refresh_from_db()
        assert file.state == "discarded"


class TestUndoing:
    def test_says_what_it_takes_back_and_reverses_it(self, office: Client, there: Taught) -> None:
        file = imported(there.session, MEETING)
        office.post(f"{url_of(there)}confirm/", {"count": 1})
        assert credit(there.maria) == 180
        page = text_of(office.get(f"{report_url(there, file)}undo/"))
        assert "The attendance of 1 person" in page
        assert "180 minutes of posted credit are reversed" in page
        assert office.post(f"{report_url(there, file)}undo/", {"reason": "", "count": 1}).status_code == 422
        office.post(f"{report_url(there, file)}undo/", {"reason": "Another meeting", "count": 1})
        assert (credit(there.maria), Entry.objects.count(), minutes(there.session)) == (0, 2, {})

    def test_what_a_later_import_rests_on_stays(self, office: Client, there: Taught) -> None:
        file = imported(there.session, zoom(("Озёрная Мария Николаевна", "", 0, 60)))
        imported(there.session, zoom(("Озёрная Мария Николаевна", "", 60, 180)), "second.csv")
        page = text_of(office.get(f"{report_url(there, file)}undo/"))
        assert "A later import or decision rests on this one." in page
        assert "Undo it for" not in page

    def test_one_person_is_put_right_by_a_reversal(self, office: Client, there: Taught) -> None:
        imported(there.session, MEETING)
        office.post(f"{url_of(there)}confirm/", {"count": 1})
        made = Attendance.objects.get()
        url = f"{url_of(there)}attendance/{made.pk}/take-back/"
        assert "180 minutes of posted credit are reversed" in text_of(office.get(url))
        assert office.post(url, {"reason": ""}).status_code == 422
        office.post(url, {"reason": "She left at once."})
        made.refresh_from_db()
        assert (made.void_reason, credit(there.maria)) == ("She left at once.", 0)


class TestReview:
    def test_names_of_all_sessions_are_decided_from_one_list(self, office: Client, there: Taught) -> None:
        file = imported(there.session, MEETING)
        page = text_of(office.get("/office/KZ-71/names/"))
        assert "iPhone" in page
        assert "Тестов Аскер" in page
        line = lines(file)["Тестов Аскер"]
        answer = office.post(
            f"{report_url(there, file)}lines/{line.pk}/", {"advocate": there.askar.pk, "then": "review"}
        )
        assert answer["Location"] == "/office/KZ-71/names/"
        assert "Тестов Аскер</b>" not in text_of(office.get("/office/KZ-71/names/"))
        assert there.askar.full_name in minutes(there.session)

    @pytest.mark.parametrize("path", ["names/", "sessions/{session}/reports/{file}/", "sessions/{session}/attendance/"])
    def test_pages_cost_the_same_for_any_number(self, office: Client, there: Taught, path: str) -> None:
        costs = []
        for people in (1, 3):
            names = [f"Тестов Аскар {'Абвг'[number]}" for number in range(people)]
            known = [make_advocate(there.bar, f"Иванов{'абв'[number]} Пётр") for number in range(people)]
            stays = [*((name, "", 0, 90) for name in names), *((who.full_name, "", 0, 180) for who in known)]
            file = imported(there.session, zoom(*stays), f"{people}.csv")
            url = "/office/KZ-71/" + path.format(session=there.session.pk, file=file.pk)
            office.get(url)
            with CaptureQueriesContext(connection) as seen:
                assert office.get(url).status_code == 200
            costs.append(len(seen))
        assert costs[0] == costs[1] <= 20


def test_a_reader_sees_and_changes_nothing(there: Taught) -> None:
    file = previewed(there)
    auditor = logged_in(make_user(bar=there.bar, role=RoleKind.AUDITOR))
    page = text_of(auditor.get(report_url(there, file)))
    assert "iPhone" in page
    assert "<form" not in page.partition("<main")[2]
    assert auditor.post(f"{report_url(there, file)}apply/", {"count": 1}).status_code == 403


def test_a_preview_says_whose_credit_would_come_back(office: Client, there: Taught) -> None:
    confirm_session(there.session, by=None, now=NOW)
    imported(there.session, zoom(("Озёрная Мария Николаевна", "", 0, 100)))
    reverse_entry(Entry.objects.get(), reason="left early", by=make_user(name="Ким Виктор"))
    there.session.refresh_from_db()
    file = previewed(there, zoom(("Озёрная Мария Николаевна", "", 90, 180), ("Озёрная Марина", "", 90, 180)))
    said = "An officer took 99 min of this session away (Ким Виктор: “left early”). This would give 180 min anew."
    assert text_of(office.get(report_url(there, file))).count(said) == 2, "by the report, and by its open line"
    line = lines(file)["Озёрная Марина"]
    page = f"{report_url(there, file)}lines/{line.pk}/"
    assert text_of(office.get(page)).count(said) == 1
    assert text_of(office.get(page, {"q": "Озёрная"})).count(said) == 2
    accepted = office.get(f"{report_url(there, file)}accept/", {"least": 50})
    assert text_of(accepted).count(said) == len(accepted.context["pairs"])
