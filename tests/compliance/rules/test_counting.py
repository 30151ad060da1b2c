"""How the credit of a period is put to use: requirements inside and beside each other, and caps."""

from datetime import date

import pytest

from compliance.rules import Facts, PeriodAssessment, assess
from tests.compliance.rules.books import (
    book,
    calendar,
    cap,
    carrying,
    category,
    credit,
    late,
    minimum,
    prorating,
    span,
    total,
)


def assessed(rulebook, known: Facts, today: str) -> tuple[PeriodAssessment, ...]:
    return assess(rulebook, known, date.fromisoformat(today)).periods


def figures(period: PeriodAssessment) -> dict[str, tuple[object, object, object]]:
    return {line.code: (line.required, line.counted, line.missing) for line in period.lines}


# --- the tree of requirements ----------------------------------------------------------------------------------------


def test_an_hour_serves_every_requirement_around_it():
    categories = [category("ethics"), category("bias", within="ethics"), category("law")]
    asked = [minimum("bias", 1, within="ethics"), minimum("ethics", 3)]
    known = Facts(credits=(credit("2024-02-01", 90, "bias"), credit("2024-02-01", 60, "ethics")))
    (period,) = assessed(book(categories=categories, requirements=asked), known, "2024-05-01")
    assert figures(period) == {"total": (600, 150, 450), "ethics": (180, 150, 30), "bias": (60, 90, 0)}
    assert period.missing == 450


def test_requirements_beside_each_other_do_not_share_an_hour():
    """An hour that could serve either goes to where the other has none left."""
    also = [{"counts": {"categories": ["ethics"]}}]
    rulebook = book(total=total(3), requirements=[minimum("ethics", 1), minimum("practice", 1, also=also)])
    known = Facts(credits=(credit("2024-02-01", 120, "ethics"),))
    (period,) = assessed(rulebook, known, "2024-05-01")
    assert figures(period) == {"total": (180, 120, 60), "ethics": (60, 60, 0), "practice": (60, 60, 0)}
    assert period.missing == 60


def test_other_credit_serves_only_up_to_its_limit():
    also = [{"counts": {"categories": ["ethics"]}, "at_most": "1/2"}]
    rulebook = book(total=total(3), requirements=[minimum("ethics", 1), minimum("practice", 1, also=also)])
    known = Facts(credits=(credit("2024-02-01", 180, "ethics"),))
    (period,) = assessed(rulebook, known, "2024-05-01")
    assert figures(period) == {"total": (180, 180, 0), "ethics": (60, 150, 0), "practice": (60, 30, 30)}


def test_surplus_flows_one_way():
    """Surplus of ethics serves practice; surplus of practice never serves ethics."""
    also = [{"counts": {"categories": ["ethics"]}}]
    rulebook = book(requirements=[minimum("ethics", 2), minimum("practice", 3, also=also)])
    back = Facts(credits=(credit("2024-02-01", 600, "practice"),))
    (period,) = assessed(rulebook, back, "2024-05-01")
    assert (period.line("ethics").missing, period.line("practice").missing) == (120, 0)


def test_alongside_takes_nothing_from_the_others():
    live = minimum("live", 5, counts={"formats": ["live"]}, alongside=True)
    rulebook = book(requirements=[minimum("ethics", 2), live])
    known = Facts(credits=(credit("2024-02-01", 120, "ethics"), credit("2024-02-01", 480, "law", "recorded")))
    (period,) = assessed(rulebook, known, "2024-05-01")
    assert figures(period) == {"total": (600, 600, 0), "ethics": (120, 120, 0), "live": (300, 120, 180)}


def test_so_much_in_each_year():
    yearly = minimum("yearly", 6, counts={}, in_each=12)
    rulebook = book(period=calendar(3), total=total(36), requirements=[yearly])
    known = Facts(credits=(credit("2024-02-01", 30 * 60), credit("2026-02-01", 6 * 60)))
    (period,) = assessed(rulebook, known, "2026-05-01")
    assert figures(period) == {
        "total": (2160, 2160, 0), "yearly.1": (360, 1800, 0), "yearly.2": (360, 0, 360), "yearly.3": (360, 360, 0),
    }  # fmt: skip


def test_so_much_in_each_year_by_the_time_subject_in_it():
    """Twelve hours in three years, six in each of them; paused for the whole of 2025."""
    yearly = minimum("yearly", 6, counts={}, in_each=12)
    rules = {"period": calendar(3), "total": total(12), "requirements": [yearly], "proration": prorating("months")}
    known = Facts(statuses=(span("paused", "2025-01-01", "2026-01-01"),))
    (period,) = assessed(book(**rules), known, "2026-05-01")
    assert [line.required for line in period.lines] == [480, 360, 0, 360]


def test_once_for_each_title_without_double_use():
    rules = {"total": total(0), "requirements": [minimum("title", 15, counts={}, per_title=True)]}
    rules["categories"] = [category("family"), category("tax"), category("law")]
    known = Facts(titles=("family", "tax"), credits=(credit("2024-02-01", 1000, "family"),))
    (period,) = assessed(book(**rules), known, "2024-05-01")
    assert figures(period) == {
        "total": (0, 1000, 0), "title.family": (900, 1000, 0), "title.tax": (900, 0, 900),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("minutes", "missing"),
    [
        ({"law": 60, "ethics": 60}, 0),
        ({"law": 120}, 60),
        ({"law": 60, "ethics": 30, "practice": 30}, 30),
    ],
)
def test_so_many_of_several_subjects(minutes, missing):
    """Two hours, in at least two of three subjects one hour each."""
    spread = {"of": ["law", "ethics", "practice"], "at_least": 2, "each": 1}
    rulebook = book(total=total(0), requirements=[minimum("fields", 2, *spread["of"], spread=spread)])
    known = Facts(credits=tuple(credit("2024-02-01", length, code) for code, length in minutes.items()))
    (period,) = assessed(rulebook, known, "2024-05-01")
    assert period.missing == missing


def test_subjects_that_another_requirement_needs_are_not_chosen():
    """Two hours of ethics are needed for ethics itself, so that the two fields are law and practice."""
    spread = {"of": ["law", "ethics", "practice"], "at_least": 2, "each": 1}
    rules = [minimum("ethics", 2), minimum("fields", 2, *spread["of"], spread=spread)]
    earned = credit("2024-02-01", 120, "ethics"), credit("2024-02-01", 60), credit("2024-02-01", 60, "practice")
    (period,) = assessed(book(total=total(4), requirements=rules), Facts(credits=earned), "2024-05-01")
    assert period.missing == 0


@pytest.mark.parametrize(
    ("changes", "asked"),
    [
        pytest.param({}, 60, id="of-everybody"),
        pytest.param(
            {"exemptions": [{"code": "e", "when": {}, "relieves": ["fields"], "clause": "exemption"}]}, 0, id="relieved"
        ),
        pytest.param({"prorate": "dropped"}, 0, id="dropped-by-proration"),
    ],
)
def test_who_is_not_asked_for_a_breadth_is_asked_for_none_of_its_subjects(changes, asked):
    spread = {"of": ["law", "ethics", "practice"], "at_least": 2, "each": 1}
    fields = minimum("fields", 2, *spread["of"], spread=spread, prorate=changes.pop("prorate", "never"))
    rulebook = book(requirements=[fields], **changes)
    known = Facts(statuses=(span("paused", "2024-02-01", "2024-07-01"),), credits=(credit("2024-02-01", 600, "law"),))
    (period,) = assessed(rulebook, known, "2024-05-01")
    assert period.missing == asked
    assert period.line("fields.ethics").required == asked


# --- caps ------------------------------------------------------------------------------------------------------------


def test_no_more_than_the_cap_counts():
    known = Facts(credits=(credit("2024-02-01", 500, format="recorded"), credit("2024-02-01", 250)))
    (period,) = assessed(book(caps=[cap(5, "recorded")]), known, "2024-05-01")
    assert figures(period) == {"total": (600, 550, 50)}
    assert period.caps == (("recorded", 300),)


def test_capped_minutes_go_first_where_a_requirement_needs_them():
    rulebook = book(requirements=[minimum("ethics", 1)], caps=[cap("5/3", "recorded")])
    earned = [credit("2024-02-01", 10, "ethics"), credit("2024-02-02", 80, "ethics", "recorded")]
    earned += [credit("2024-02-01", 400), credit("2024-02-01", 90, "law", "recorded")]
    (period,) = assessed(rulebook, Facts(credits=tuple(earned)), "2024-05-01")
    assert (period.line("total").counted, period.line("ethics").missing, period.missing) == (510, 0, 90)


@pytest.mark.parametrize(
    ("per", "counted"),
    [
        # 4 h and 3 h on one day of 2024, 3 h on another, 4 h in 2025; 2 h count of each stretch
        ("period", 120),
        ("year", 240),
        ("day", 360),
        ("course", 240),
    ],
)
def test_a_cap_by_period_year_day_or_course(per, counted):
    earned = (
        credit("2024-02-01", 240, course="x"),
        credit("2024-02-01", 180, course="y"),
        credit("2024-02-02", 180, course="y"),
        credit("2025-02-01", 240, course="x"),
    )
    rulebook = book(period=calendar(2), caps=[cap(2, per=per)])
    (period,) = assessed(rulebook, Facts(credits=earned), "2025-05-01")
    assert period.line("total").counted == counted


def test_credit_that_names_no_course_is_under_no_cap_by_course():
    earned = (credit("2024-02-01", 120), credit("2024-02-02", 180))
    (period,) = assessed(book(caps=[cap(2, per="course")]), Facts(credits=earned), "2024-05-01")
    assert period.line("total").counted == 300


@pytest.mark.parametrize(
    ("window", "counted"),
    [
        # 2 h in May 2024, 4 h in November, 4 h in May 2025, 1 h in November, 5 h in 2026
        pytest.param({"rule": "rolling", "months": 24}, [180, 0, 180], id="in-two-years"),
        pytest.param({"rule": "rolling", "months": 36}, [180, 0, 0], id="in-three-years"),
        pytest.param({"rule": "blocks", "months": 12, "first_start": "2023-10-01"}, [300, 60, 120], id="from-october"),
        pytest.param({"rule": "blocks", "months": 24, "first_start": "2025-01-01"}, [180, 180, 0], id="odd-years"),
    ],
)
def test_a_cap_over_several_periods_leaves_what_those_before_have_not_used(window, counted):
    days = [("2024-05-06", 2), ("2024-11-06", 4), ("2025-05-06", 4), ("2025-11-06", 1), ("2026-02-06", 5)]
    earned = tuple(credit(day, 60 * many, format="recorded") for day, many in days)
    rulebook = book(caps=[cap(3, "recorded", window=window)])
    periods = assessed(rulebook, Facts(credits=earned), "2026-05-01")
    assert [period.line("total").counted for period in periods] == counted
    assert periods[-1].caps == (("recorded", 180),)


def test_credit_carried_on_has_used_a_cap_over_several_periods_where_it_was_earned():
    window = {"rule": "rolling", "months": 24}
    earned = (credit("2024-02-01", 600), credit("2024-03-01", 120, format="recorded"),
              credit("2025-02-01", 300, format="recorded"))  # fmt: skip
    for capped, counted in ((False, 180), (True, 300)):
        rulebook = book(caps=[cap(3, "recorded", window=window)], carry=carrying(10, capped=capped))
        _, period = assessed(rulebook, Facts(credits=earned), "2025-05-01")
        assert (period.carried_in, period.line("total").counted) == (120, counted)


def test_late_hours_have_used_a_cap_over_several_periods():
    window = {"rule": "rolling", "months": 24}
    rulebook = book(caps=[cap(3, "recorded", window=window)], late=late(31))
    earned = (credit("2025-01-06", 120, format="recorded"), credit("2025-02-06", 300, format="recorded"))
    before, period = assessed(rulebook, Facts(credits=earned), "2025-05-01")
    assert (before.made_up, period.line("total").counted) == (120, 60)


def test_a_cap_over_several_periods_that_is_used_up_is_said_with_what_is_needed():
    rulebook = book(caps=[cap(3, "recorded", window={"rule": "rolling", "months": 24})])
    known = Facts(credits=(credit("2024-02-01", 300, format="recorded"),))
    assert [need.not_under for need in assessed(rulebook, known, "2025-05-01")[-1].needs] == [("recorded",)]
    october = {"rule": "blocks", "months": 12, "first_start": "2023-10-01"}
    rulebook = book(caps=[cap(3, "recorded", window=october)])  # which has room again from October on
    assert [need.not_under for need in assessed(rulebook, known, "2024-05-01")[-1].needs] == [()]


def test_a_cap_on_a_category_holds_for_what_is_inside_it():
    categories = [category("ethics"), category("bias", within="ethics"), category("law")]
    caps = [cap(2, counts={"categories": ["ethics"]})]
    known = Facts(credits=(credit("2024-02-01", 90, "bias"), credit("2024-02-01", 90, "ethics")))
    (period,) = assessed(book(categories=categories, caps=caps), known, "2024-05-01")
    assert period.line("total").counted == 120


def test_a_cap_on_all_but():
    caps = [cap(2, counts={"except": {"formats": ["live"]}})]
    known = Facts(credits=(credit("2024-02-01", 90, format="online"), credit("2024-02-01", 90, format="recorded")))
    (period,) = assessed(book(caps=caps), known, "2024-05-01")
    assert period.line("total").counted == 120


def test_a_cap_on_all_but_what_was_earned_on_some_days():
    """A limit that an order lifted from the middle of March on; which hours were looked at first does not matter."""
    caps = [cap(6, counts={"formats": ["online"], "except": {"earned": {"from": "2024-03-15"}}})]
    earned = (credit("2024-02-01", 480, format="online"), credit("2024-05-01", 240, format="online"))
    for known in (Facts(credits=earned), Facts(credits=earned[1:]), Facts(credits=earned[:1])):
        (period,) = assessed(book(caps=caps), known, "2024-06-01")
        assert period.line("total").counted == sum(min(each.minutes, 360) for each in known.credits)


def test_the_total_may_speak_of_some_credit_only():
    rulebook = book(total=total(10, counts={"except": {"categories": ["practice"]}}))
    known = Facts(credits=(credit("2024-02-01", 90, "practice"), credit("2024-02-01", 90)))
    (period,) = assessed(rulebook, known, "2024-05-01")
    assert period.line("total").counted == 90
