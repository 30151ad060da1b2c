"""Reading courses: who submitted them, and whether credit rests on them."""

from __future__ import annotations

from django.db.models import QuerySet

from advocates.acting import beyond_the_wall
from advocates.models import User
from courses.models import Course, CourseState, Entry


def with_agenda(rows: QuerySet[Course]) -> QuerySet[Course]:
    """Courses with all that an answer about them shows; two statements for any number."""
    return rows.select_related("bar", "provider").prefetch_related("segments__category")


def submitted_by(course: Course, user: User) -> bool:
    """Whether this user submitted the course at any time, or works for the provider who teaches it."""
    mine = course.steps.filter(to_state=CourseState.SUBMITTED, by=user)
    return course.provider.account_id == user.pk or mine.exists()


@beyond_the_wall("the credit of advocates of other bars who came to a session")
def has_posted_credit(course: Course) -> bool:
    return Entry.objects.filter(attendance__session__course=course).exists()
