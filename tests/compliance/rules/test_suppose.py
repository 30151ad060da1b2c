"""What if: other facts, the same assessment."""

from datetime import date

import pytest

from compliance.rules import Facts, RulebookError, assess
from compliance.rules.suppose import Supposition, Turn, read_supposition, suppose
from tests.compliance.rules.books import book, credit, span

TODAY = date(2024, 6, 1)


def test_if_i_take_this_course():
    known = Facts(credits=(credit("2024-05-01", 540),))
    assert assess(book(), known, TODAY).periods[-1].missing == 60
    more = suppose(known, Supposition(credits=(credit("2024-09-01", 60),)))
    assert assess(book(), more, TODAY).periods[-1].status == "compliant"
    assert known.credits == (credit("2024-05-01", 540),)


def test_if_i_go_inactive_on_the_first_of_july():
    known = Facts(statuses=(span("active", "2020-01-01"),))
    away = suppose(known, Supposition(statuses=(Turn("paused", date(2024, 7, 1)),)))
    assert away.statuses == (span("active", "2020-01-01", "2024-07-01"), span("paused", "2024-07-01"))
    # 182 of 366 days remain: 600 × 182 / 366 = 298.36, up to the minute
    assert assess(book(), away, TODAY).periods[-1].lines[0].required == 299


def test_a_supposed_status_replaces_all_that_was_to_follow():
    known = Facts(statuses=(span("active", "2020-01-01", "2024-08-01"), span("paused", "2024-08-01", "2024-10-01")))
    back = suppose(known, Supposition(statuses=(Turn("paused", date(2024, 3, 1)), Turn("active", date(2024, 5, 1)))))
    assert back.statuses == (
        span("active", "2020-01-01", "2024-03-01"),
        span("paused", "2024-03-01", "2024-05-01"),
        span("active", "2024-05-01"),
    )


def test_if_i_leave():
    gone = suppose(Facts(), Supposition(left_on=date(2024, 8, 1)))
    assert assess(book(), gone, TODAY).periods[-1].status == "exempt"


def test_read_from_json():
    data = {
        "statuses": [{"status": "paused", "from": "2024-07-01"}],
        "credits": [{"on": "2024-09-01", "category": "ethics", "minutes": 60}],
    }
    assert read_supposition(data) == Supposition(
        credits=(credit("2024-09-01", 60, "ethics"),), statuses=(Turn("paused", date(2024, 7, 1)),)
    )


def test_faults_are_named():
    with pytest.raises(RulebookError) as raised:
        read_supposition({"statuses": [{"status": "paused", "form": "2024-07-01"}], "wish": 1})
    assert {problem.path for problem in raised.value.problems} == {"statuses.0.form", "statuses.0.from", "wish"}
