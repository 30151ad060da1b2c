"""The steps of an accreditation: which are possible, who may take them, and what is written down."""

from __future__ import annotations

import datetime as dt
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import IntegrityError, connection, transaction

from advocates.models import User
from cle.core.errors import DomainError
from courses.accreditation import MOVES
from courses.models import AccreditationStep, Course, CourseState, DeliveryFormat, Provider, Segment
from courses.services.accreditation import Accreditation, approve_course, end_accreditation, take_step
from courses.services.courses import Outline, Part, change_course, clone_course, draft_course, recording_of
from courses.services.sessions import confirm_session
from tests.factories import make_bar, make_category, make_course, make_session, make_user

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2025, 6, 2, 5, 0, tzinfo=dt.UTC)
FROM, UNTIL = dt.date(2025, 6, 1), dt.date(2026, 5, 31)
GIVEN = Accreditation("A-77", FROM, UNTIL)
APPROVED, WITHDRAWN, IN_REVIEW = CourseState.APPROVED, CourseState.WITHDRAWN, CourseState.IN_REVIEW


@pytest.fixture
def manager(db) -> User:
    return make_user()


@pytest.fixture
def reviewer(db) -> User:
    return make_user()


@pytest.fixture
def draft(manager: User) -> Course:
    return draft_course(_provider(), _outline(), by=manager, now=NOW)


@pytest.fixture
def reviewed(draft: Course, manager: User, reviewer: User) -> Course:
    take_step(draft, CourseState.SUBMITTED, by=manager, now=NOW)
    return take_step(draft, IN_REVIEW, by=reviewer, now=NOW)


def _provider() -> Provider:
    return Provider.objects.create(bar=make_bar(), name_kk="Орталық", name_ru="Центр")


def _outline(**changes: object) -> Outline:
    law = make_category(make_bar(), "law")
    fields = {"name_kk": "Құқық", "name_ru": "Право", "name_en": "", "format": DeliveryFormat.IN_PERSON,
              "full_percent": 80, "partial_percent": 50, "accredited_until": None,
              "agenda": (Part(1, "One", law, 60), Part(2, "Two", law, 30))}  # fmt: skip
    return Outline(**{**fields, **changes})  # type: ignore[arg-type]


def _refused(code: str) -> pytest.RaisesExc[DomainError]:
    return pytest.RaisesExc(DomainError, check=lambda error: error.code == code)


def test_from_a_draft_to_a_number(reviewed: Course, manager: User, reviewer: User) -> None:
    approved = approve_course(reviewed, GIVEN, by=reviewer, now=NOW)
    assert (approved.state, approved.number, approved.accredited_from) == (APPROVED, "A-77", FROM)
    steps = approved.steps.values_list("from_state", "to_state", "by")
    assert list(steps) == [
        ("", "draft", manager.pk), ("draft", "submitted", manager.pk), ("submitted", "in_review", reviewer.pk),
        ("in_review", "approved", reviewer.pk),
    ]  # fmt: skip


def test_what_was_returned_is_changed_and_submitted_again(reviewed: Course, manager: User, reviewer: User) -> None:
    returned = take_step(reviewed, CourseState.RETURNED, by=reviewer, now=NOW, reason="No speakers.")
    change_course(returned, returned.provider, _outline(name_ru="Право и этика"))
    assert take_step(returned, CourseState.SUBMITTED, by=manager, now=NOW).name_ru == "Право и этика"


@pytest.mark.parametrize("to_state", CourseState)
@pytest.mark.parametrize("state", CourseState)
def test_only_the_steps_of_the_table_are_possible(
    draft: Course, reviewer: User, state: CourseState, to_state: CourseState
) -> None:
    dated = {"number": "A-1", "accredited_from": FROM} if state == APPROVED else {}
    Course.objects.filter(pk=draft.pk).update(state=state, **dated)
    if (state, to_state) in MOVES and APPROVED not in (state, to_state):
        assert take_step(draft, to_state, by=reviewer, now=NOW, reason="because").state == to_state
        return
    with _refused("course-step-not-possible"):
        take_step(draft, to_state, by=reviewer, now=NOW, reason="because")


@pytest.mark.parametrize("to_state", [CourseState.RETURNED, CourseState.REFUSED, APPROVED])
def test_nobody_decides_on_what_they_submitted(reviewed: Course, manager: User, to_state: CourseState) -> None:
    with _refused("own-course"):
        if to_state == APPROVED:
            approve_course(reviewed, GIVEN, by=manager, now=NOW)
        else:
            take_step(reviewed, to_state, by=manager, now=NOW, reason="mine")
    assert Course.objects.get().state == IN_REVIEW


def test_nor_do_those_who_work_for_the_provider(reviewed: Course) -> None:
    account = make_user()
    Provider.objects.update(account=account)
    with _refused("own-course"):
        approve_course(reviewed, GIVEN, by=account, now=NOW)


def test_who_once_submitted_it_does_not_decide_on_a_later_submission(
    reviewed: Course, manager: User, reviewer: User
) -> None:
    take_step(reviewed, CourseState.RETURNED, by=reviewer, now=NOW, reason="incomplete")
    take_step(reviewed, CourseState.SUBMITTED, by=make_user(), now=NOW)
    with _refused("own-course"):
        take_step(reviewed, IN_REVIEW, by=manager, now=NOW)


@pytest.mark.parametrize("to_state", [CourseState.RETURNED, CourseState.REFUSED])
def test_a_decision_against_needs_a_reason(reviewed: Course, reviewer: User, to_state: CourseState) -> None:
    with _refused("reason-needed"):
        take_step(reviewed, to_state, by=reviewer, now=NOW, reason="  ")
    with pytest.raises(IntegrityError), transaction.atomic():
        AccreditationStep.objects.create(
            course=reviewed, bar=reviewed.bar, to_state=to_state, by=reviewer, at=NOW, reason=""
        )


def test_a_step_is_never_rewritten(reviewed: Course) -> None:
    for change in (lambda rows: rows.update(reason="another"), lambda rows: rows.delete()):
        with pytest.raises(Exception, match="Cannot"), transaction.atomic():
            change(AccreditationStep.objects.all())


def test_a_course_without_an_agenda_is_not_submitted(manager: User) -> None:
    empty = draft_course(_provider(), _outline(agenda=()), by=manager, now=NOW)
    with _refused("agenda-missing"):
        take_step(empty, CourseState.SUBMITTED, by=manager, now=NOW)


def test_a_submitted_course_stands_still(reviewed: Course) -> None:
    with _refused("course-not-open"):
        change_course(reviewed, reviewed.provider, _outline(agenda=()))
    assert Segment.objects.filter(course=reviewed).count() == 2


def test_a_number_is_given_once(reviewed: Course, reviewer: User) -> None:
    Course.objects.create(
        bar=reviewed.bar, provider=reviewed.provider, number="A-77", accredited_from=FROM, name_kk="a", name_ru="b",
        format=1,
    )  # fmt: skip
    with _refused("number-taken"):
        approve_course(reviewed, GIVEN, by=reviewer, now=NOW)
    assert approve_course(reviewed, Accreditation("A-78", FROM), by=reviewer, now=NOW).number == "A-78"


def test_the_days_are_in_order(reviewed: Course, reviewer: User) -> None:
    with _refused("expiry-before-start"):
        approve_course(reviewed, Accreditation("A-77", UNTIL, FROM), by=reviewer, now=NOW)


@pytest.mark.parametrize(
    ("day", "holds"), [("2025-05-31", False), ("2025-06-01", True), ("2026-05-31", True), ("2026-06-01", False)]
)
def test_an_accreditation_holds_from_its_first_day_to_its_last(
    reviewed: Course, reviewer: User, day: str, holds: bool
) -> None:
    course = approve_course(reviewed, GIVEN, by=reviewer, now=NOW)
    asked = dt.date.fromisoformat(day)
    assert course.accredited_on(asked) is holds
    assert Course.objects.accredited_on(asked).exists() is holds


def test_what_waits_for_a_decision_is_accredited_on_no_day(reviewed: Course) -> None:
    Course.objects.update(accredited_until=UNTIL)
    reviewed.refresh_from_db()
    assert not reviewed.accredited_on(FROM)
    assert not Course.objects.accredited_on(FROM).exists()


@pytest.mark.parametrize(("last_day", "held"), [(dt.date(2025, 9, 1), True), (dt.date(2025, 5, 1), False)])
def test_an_accreditation_that_is_taken_away_holds_until_that_day(
    reviewed: Course, reviewer: User, last_day: dt.date, held: bool
) -> None:
    course = approve_course(reviewed, GIVEN, by=reviewer, now=NOW)
    ended = end_accreditation(course, last_day, by=reviewer, now=NOW, reason="The speaker was no lawyer.")
    assert (ended.state, ended.accredited_until) == (WITHDRAWN, last_day)
    assert ended.accredited_on(FROM) is held
    assert not ended.accredited_on(last_day + dt.timedelta(days=1))


def test_an_accreditation_is_not_taken_away_without_a_reason(reviewed: Course, reviewer: User, manager: User) -> None:
    course = approve_course(reviewed, GIVEN, by=reviewer, now=NOW)
    with _refused("reason-needed"):
        end_accreditation(course, UNTIL, by=reviewer, now=NOW, reason="")
    with _refused("own-course"):
        end_accreditation(course, UNTIL, by=manager, now=NOW, reason="mine")
    with _refused("course-step-not-possible"):
        take_step(course, WITHDRAWN, by=reviewer, now=NOW, reason="as if it had only been asked for")


def test_a_copy_is_a_draft_with_the_same_agenda(manager: User) -> None:
    course = make_course(make_bar(), {"law": 90, "ethics": 30})
    copy = clone_course(course, by=manager, now=NOW)
    assert (copy.state, copy.number, copy.derived_from, copy.accredited_from) == ("draft", "", course, None)
    assert copy.minutes_by_category() == course.minutes_by_category()
    assert course.segments.count() == 2


def test_a_recording_has_a_last_day_of_its_own(manager: User, reviewer: User) -> None:
    course = make_course(make_bar(), accredited_until=dt.date(2025, 12, 31))
    recording = recording_of(course, dt.date(2030, 3, 31), by=manager, now=NOW)
    assert (recording.format, recording.accredited_until) == (DeliveryFormat.RECORDED, dt.date(2030, 3, 31))
    take_step(recording, CourseState.SUBMITTED, by=manager, now=NOW)
    take_step(recording, IN_REVIEW, by=reviewer, now=NOW)
    approved = approve_course(recording, Accreditation("R-1", FROM), by=reviewer, now=NOW)
    assert approved.accredited_until == dt.date(2030, 3, 31)


def test_a_recording_without_a_last_day_is_not_accredited(manager: User, reviewer: User) -> None:
    recording = recording_of(make_course(make_bar()), UNTIL, by=manager, now=NOW)
    change_course(recording, recording.provider, _outline(format=DeliveryFormat.RECORDED))
    take_step(recording, CourseState.SUBMITTED, by=manager, now=NOW)
    take_step(recording, IN_REVIEW, by=reviewer, now=NOW)
    with _refused("expiry-needed"):
        approve_course(recording, Accreditation("R-1", FROM), by=reviewer, now=NOW)


def test_only_an_accredited_live_course_is_recorded(draft: Course, manager: User) -> None:
    for course in (draft, make_course(make_bar(), format=DeliveryFormat.SELF_STUDY)):
        with _refused("course-not-live"):
            recording_of(course, UNTIL, by=manager, now=NOW)


@pytest.mark.parametrize("wrong", [{"accredited_from": None}, {"number": ""}, {"state": "draft"}])
def test_the_database_knows_that_only_approval_accredits(wrong: dict[str, object]) -> None:
    course = make_course(make_bar())
    with pytest.raises(IntegrityError), transaction.atomic():
        Course.objects.filter(pk=course.pk).update(**wrong)


def test_a_session_of_a_course_that_is_not_accredited_earns_nothing(draft: Course) -> None:
    session = make_session(draft)
    with _refused("not-accredited"):
        confirm_session(session, by=None, now=NOW)


def test_nor_does_one_after_the_last_day(db) -> None:
    session = make_session(make_course(make_bar(), accredited_until=dt.date(2025, 3, 13)))
    with _refused("not-accredited"):
        confirm_session(session, by=None, now=NOW)
    Course.objects.update(accredited_until=dt.date(2025, 3, 14))
    assert confirm_session(session, by=None, now=NOW) == 0


def test_what_was_confirmed_before_the_accreditation_was_taken_away_stays_confirmed(reviewer: User) -> None:
    session = make_session(make_course(make_bar()))
    confirm_session(session, by=None, now=NOW)
    end_accreditation(session.course, dt.date(2024, 1, 1), by=reviewer, now=NOW, reason="x")
    assert confirm_session(session, by=None, now=NOW) == 0


@pytest.mark.django_db(transaction=True)
def test_of_two_reviewers_at_once_one_decides() -> None:
    manager = make_user()
    course = draft_course(_provider(), _outline(), by=manager, now=NOW)
    take_step(course, CourseState.SUBMITTED, by=manager, now=NOW)
    reviewers = [make_user(), make_user()]
    take_step(course, IN_REVIEW, by=reviewers[0], now=NOW)

    def decide(position: int) -> str:
        try:
            if position:
                take_step(course, CourseState.REFUSED, by=reviewers[1], now=NOW, reason="no")
            else:
                approve_course(course, GIVEN, by=reviewers[0], now=NOW)
        except DomainError as error:
            return error.code
        finally:
            connection.close()
        return "decided"

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(decide, [0, 1])) == ["course-step-not-possible", "decided"]
    assert course.steps.filter(from_state=IN_REVIEW).count() == 1
