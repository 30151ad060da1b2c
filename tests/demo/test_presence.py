from __future__ import annotations

from random import Random

import pytest

from cle.demo.curriculum import CIVIL, Syllabus
from cle.demo.enrolment import Enrolment, Presence, enrol
from cle.demo.population import Person, people
from cle.demo.presence import Attendance, Stay, attend
from cle.demo.sessions import SessionPlan

SESSION = SessionPlan(
    "kz-75-civil-01", "KZ-75-civil", "KZ-75", "Трудовые споры", "2025-04-16T10:00:00", "2025-04-16T16:00:00",
    500, "kz-75-civil-01.csv", "zoom-meeting",
)  # fmt: skip


def _attended(presence: Presence = "full", size: int = 400) -> list[Attendance]:
    enrolments = [Enrolment(person, CIVIL, presence) for person in people("KZ-75", size, 2025)]
    return attend(SESSION, enrolments, Random(5))


def _percent_inside(attendance: Attendance) -> int:
    """Union of the stays within the session, in per cent of it."""
    covered: set[int] = set()
    for stay in attendance.stays:
        first = max(0, int((stay.start - SESSION.start).total_seconds()))
        last = min(6 * 3600, int((stay.end - SESSION.start).total_seconds()))
        covered.update(range(first, last))
    return len(covered) * 100 // (6 * 3600)


@pytest.mark.parametrize(("presence", "least", "most"), [("full", 99, 100), ("partial", 54, 77), ("brief", 11, 46)])
def test_presence_means_the_share_that_it_says(presence: Presence, least: int, most: int) -> None:
    shares = [_percent_inside(row) for row in _attended(presence, 150) if row.person]
    assert least <= min(shares)
    assert max(shares) <= most


def test_some_come_back_and_some_overlap_with_themselves() -> None:
    returned = [row.stays for row in _attended() if len(row.stays) == 2]
    assert 40 < len(returned) < 120
    assert any(first.end < second.start for first, second in returned)
    assert any(first.end > second.start for first, second in returned)


def test_waiting_ends_before_the_stay_begins() -> None:
    waiting = [row for row in _attended() if row.waiting is not None]
    assert 30 < len(waiting) < 100
    assert all(row.waiting is not None and row.waiting.end < row.stays[0].start for row in waiting)


def test_certain_rows_carry_the_address_the_number_or_the_full_name() -> None:
    for row in _attended():
        if row.certainty == "certain":
            assert row.person is not None
            known = (row.person.email, row.person.name.full)
            assert row.email == known[0] != "" or row.shown == known[1] or row.person.licence_number in row.shown


def test_namesakes_without_an_address_give_their_number() -> None:
    rows = [row for row in _attended() if row.person and row.person.namesake and not row.email]
    assert all(row.person is not None and row.person.licence_number in row.shown for row in rows)


def test_strangers_are_few_and_no_members() -> None:
    everybody = people("KZ-75", 900, 2025)
    rows = attend(SESSION, [Enrolment(person, CIVIL, "full") for person in everybody], Random(6))
    strangers = [row for row in rows if row.person is None]
    assert 1 <= len(strangers) <= 12
    assert not {row.email for row in strangers if row.email} & {person.email for person in everybody}


def test_rows_come_in_order_of_arrival() -> None:
    arrivals = [row.whole.start for row in _attended()]
    assert arrivals == sorted(arrivals)


def test_the_whole_stay_includes_the_time_away() -> None:
    row = next(row for row in _attended() if len(row.stays) == 2)
    assert row.whole == Stay(row.stays[0].start, row.stays[1].end)


def _credit(programme: list[Enrolment], category: str = "") -> int:
    return sum(
        segment.minutes
        for enrolment in programme
        if enrolment.presence == "full"
        for segment in enrolment.syllabus.segments
        if category in ("", segment.category)
    )


def _recorded(programme: list[Enrolment]) -> int:
    return sum(_minutes(enrolment.syllabus) for enrolment in programme if enrolment.syllabus.format == "recorded")


def _minutes(syllabus: Syllabus) -> int:
    return sum(segment.minutes for segment in syllabus.segments)


def _programmes(inclination: str) -> list[list[Enrolment]]:
    rng = Random(7)
    chosen: list[Person] = [person for person in people("KZ-75", 997, 2025) if person.inclination == inclination]
    return [enrol(person, rng) for person in chosen]


def test_the_diligent_meet_the_requirement_with_time_to_spare() -> None:
    for programme in _programmes("diligent"):
        assert _credit(programme) - max(0, _recorded(programme) - 360) >= 750
        assert _credit(programme, "ethics") >= 90
        assert 2 <= len(programme) <= 4


def test_the_short_miss_the_minutes_the_ethics_or_the_limit_on_recordings() -> None:
    programmes = _programmes("short")
    counted = [_credit(programme) - max(0, _recorded(programme) - 360) for programme in programmes]
    partly = [any(enrolment.presence == "partial" for enrolment in programme) for programme in programmes]
    for programme, minutes, part in zip(programmes, counted, partly, strict=True):
        assert minutes < 720 or _credit(programme, "ethics") < 90 or part
    assert any(minutes >= 720 for minutes in counted)
    assert any(_recorded(programme) > 360 for programme in programmes)


def test_the_absent_never_come() -> None:
    assert not any(_programmes("absent"))
