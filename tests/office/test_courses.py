"""Courses in the office: an agenda that is added up, and an accreditation that somebody else decides."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from advocates.models import RoleKind
from courses.models import Course, CourseState, Provider
from courses.services.agenda import Slot, faults, parts_of, slots_of
from tests.factories import make_category, make_course, make_user
from tests.office.taught import Taught, logged_in, taught, text_of

pytestmark = pytest.mark.django_db
URL = "/office/KZ-71/courses/"


@pytest.fixture
def there() -> Taught:
    made = taught()
    make_category(made.bar, "ethics")
    return made


@pytest.fixture
def office(there: Taught) -> Client:
    return logged_in(there.manager)


def agenda(*rows: tuple[str, str, str, str], **more: Any) -> dict[str, Any]:
    """A course as the form sends it; a row is (from, to, title, category or "break")."""
    sent: dict[str, Any] = {"name_kk": "Этика", "name_ru": "Этика адвоката", "format": "1",
        "certified_as": "attendance", "full_percent": "80",
                            "partial_percent": "50", "part-TOTAL_FORMS": str(len(rows))}  # fmt: skip
    for number, row in enumerate(rows):
        sent |= {f"part-{number}-{name}": value for name, value in zip(ROW, row, strict=True)}
    return {**sent, **more}


ROW = ("begins", "ends", "title", "kind")
DAY = (
    ("10:00", "11:30", "Тайна", "ethics"),
    ("11:30", "11:45", "", "break"),
    ("11:45", "12:45", "Право", "law"),
)


class TestAgenda:
    def test_a_course_is_written_down_with_a_new_provider_and_without_its_breaks(self, office: Client) -> None:
        answer = office.post(f"{URL}new/", agenda(*DAY, provider_kk="Академия", provider_ru="Академия права"))
        course = Course.objects.latest("pk")
        assert (answer.status_code, answer["Location"]) == (302, f"{URL}{course.pk}/")
        assert course.state == CourseState.DRAFT
        assert course.provider.name_ru == "Академия права"
        parts = [(part.title, part.minutes, part.begins) for part in course.segments.all()]
        assert parts == [("Тайна", 90, dt.time(10)), ("Право", 60, dt.time(11, 45))]

    def test_the_break_is_there_again_when_the_agenda_is_changed(self, office: Client, there: Taught) -> None:
        office.post(f"{URL}new/", agenda(*DAY, provider=there.course.provider.pk))
        course = Course.objects.latest("pk")
        shown = [(slot.title, slot.length) for slot in slots_of(course.segments.select_related("category"))]
        assert shown == [("Тайна", 90), ("", 15), ("Право", 60)]
        page = text_of(office.get(f"{URL}{course.pk}/edit/"))
        assert 'value="11:30"' in page
        assert '<option value="break" selected>' in page
        again = agenda(("09:00", "10:00", "Иное", "law"), provider=there.course.provider.pk)
        assert office.post(f"{URL}{course.pk}/edit/", again).status_code == 302
        assert [part.title for part in course.segments.all()] == ["Иное"]

    def test_an_overlap_is_refused_and_names_the_row(self, office: Client, there: Taught) -> None:
        rows = (DAY[0], ("11:00", "12:00", "Право", "law"))
        answer = office.post(f"{URL}new/", agenda(*rows, provider=there.course.provider.pk))
        assert answer.status_code == 422
        assert "Row 2 begins before row 1 ends." in text_of(answer)
        assert Course.objects.count() == 1

    def test_adding_up_and_adding_a_row_write_nothing(self, office: Client, there: Taught) -> None:
        summed = text_of(office.post(f"{URL}new/", agenda(*DAY, do="sum")))
        assert "<b>150 minutes</b>" in summed
        assert "ethics: <b>90</b>" in summed
        assert "breaks, not counted: 15" in summed
        more = text_of(office.post(f"{URL}new/", agenda(*DAY, do="add")))
        assert 'name="part-3-title"' in more
        assert 'name="part-TOTAL_FORMS" value="4"' in more
        assert Course.objects.count() == 1

    def test_minutes_take_the_place_of_a_timetable(self, office: Client, there: Taught) -> None:
        row = {"part-0-minutes": "600", "part-TOTAL_FORMS": "1", "part-0-title": "Чтение", "part-0-kind": "law"}
        sent = {**agenda(provider=there.course.provider.pk), **row}
        assert office.post(f"{URL}new/", sent).status_code == 302
        part = Course.objects.latest("pk").segments.get()
        assert (part.minutes, part.begins) == (600, None)

    @pytest.mark.parametrize(
        ("slot", "code"),
        [
            (Slot(3, "a", None), "agenda-length"),
            (Slot(3, "a", None, begins=dt.time(12), ends=dt.time(11)), "agenda-times"),
        ],
    )
    def test_what_a_row_lacks_is_said_with_its_number(self, slot: Slot, code: str) -> None:
        found = {problem.code: problem.row for problem in faults([slot])}
        assert found == {code: 3, "agenda-empty": None}

    def test_parts_are_put_in_the_order_of_time(self, there: Taught) -> None:
        law = make_category(there.bar)
        late = Slot(1, "late", law, 2, dt.time(9), dt.time(10))
        early = Slot(2, "early", law, 1, dt.time(15), dt.time(16))
        assert [part.title for part in parts_of([late, early])] == ["early", "late"]

    def test_a_provider_is_not_entered_twice(self, office: Client, there: Taught) -> None:
        answer = office.post(f"{URL}new/", agenda(*DAY, provider_kk="Орталық", provider_ru="центр"))
        assert answer.status_code == 422
        assert Provider.objects.count() == 1


class TestAccreditation:
    def test_one_submits_and_another_decides(self, office: Client, there: Taught) -> None:
        office.post(f"{URL}new/", agenda(*DAY, provider=there.course.provider.pk))
        course = Course.objects.latest("pk")
        office.post(f"{URL}{course.pk}/submit/")
        own = office.post(f"{URL}{course.pk}/take-up/", follow=True)
        assert "Nobody may decide on a course that they have submitted themselves." in text_of(own)
        assert "somebody else decides on it" in text_of(own)
        reviewer = logged_in(make_user(bar=there.bar, role=RoleKind.REVIEWER))
        reviewer.post(f"{URL}{course.pk}/take-up/")
        unsaid = reviewer.post(f"{URL}{course.pk}/decide/", {"do": "refuse"})
        assert unsaid.status_code == 422
        reviewer.post(f"{URL}{course.pk}/decide/", {"do": "return", "reason": "No speakers."})
        assert "No speakers." in text_of(office.get(f"{URL}{course.pk}/"))
        office.post(f"{URL}{course.pk}/submit/")
        reviewer.post(f"{URL}{course.pk}/take-up/")
        approval = {"do": "approve", "number": "B-1", "first": "2026-03-01"}
        assert reviewer.post(f"{URL}{course.pk}/decide/", approval).status_code == 302
        course.refresh_from_db()
        assert (course.state, course.number, course.accredited_from) == ("approved", "B-1", dt.date(2026, 3, 1))

    def test_whose_session_has_ended_comes_back_to_the_page_of_the_button(self, client: Client, there: Taught) -> None:
        answer = client.post(f"{URL}{there.course.pk}/copy/")
        assert answer["Location"] == f"/login/?next={URL}{there.course.pk}/"

    def test_a_copy_and_a_recording_are_new_drafts(self, office: Client, there: Taught) -> None:
        office.post(f"{URL}{there.course.pk}/copy/")
        office.post(f"{URL}{there.course.pk}/recording/", {"accredited_until": "2099-05-01"})
        copy, recording = there.course.derived.order_by("pk")
        assert (copy.state, copy.format) == ("draft", there.course.format)
        assert (recording.get_format_display(), recording.accredited_until) == ("recorded", dt.date(2099, 5, 1))

    def test_an_accreditation_ends_with_a_reason(self, there: Taught) -> None:
        reviewer = logged_in(make_user(bar=there.bar, role=RoleKind.REVIEWER))
        url = f"{URL}{there.course.pk}/end/"
        assert reviewer.post(url, {"reason": ""}).status_code == 422
        assert reviewer.post(url, {"reason": "No lawyer spoke."}).status_code == 302
        there.course.refresh_from_db()
        assert there.course.state == CourseState.WITHDRAWN

    def test_an_accredited_course_is_not_edited(self, office: Client, there: Taught) -> None:
        answer = office.get(f"{URL}{there.course.pk}/edit/", follow=True)
        assert "The course is not at that step." in text_of(answer)


class TestList:
    def test_filters_narrow(self, office: Client, there: Taught) -> None:
        other = make_course(there.bar, {"ethics": 60})
        Course.objects.filter(pk=other.pk).update(state=CourseState.DRAFT, number="", accredited_from=None)
        for query, found in (
            ("?category=ethics", [other]), ("?state=approved", [there.course]), ("?state=odd", [other, there.course]),
            (f"?provider={other.provider_id}", [other]), (f"?text={there.course.number}", [there.course]),
        ):  # fmt: skip
            assert list(office.get(URL + query).context["rows"]) == found, query

    def test_costs_the_same_for_any_number(self, office: Client, there: Taught) -> None:
        office.get(URL)
        for _ in range(2):
            with CaptureQueriesContext(
                connection,
            ) as seen:
                assert office.get(URL).status_code == 200
            assert len(seen) == 13, [query["sql"][:80] for query in seen]
            make_course(there.bar)
            make_course(there.bar)

    def test_a_reader_sees_no_button_that_changes(self, there: Taught) -> None:
        auditor = logged_in(make_user(bar=there.bar, role=RoleKind.AUDITOR))
        assert "New course" not in text_of(auditor.get(URL))
        assert auditor.get(f"{URL}new/").status_code == 404
        page = text_of(auditor.get(f"{URL}{there.course.pk}/"))
        assert "<form" not in page.partition("<main")[2]
