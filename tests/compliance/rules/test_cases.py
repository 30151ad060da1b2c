"""Published and derived cases of real bars, each with its source, as far as the language of rulebooks reaches."""

from datetime import date

import pytest

from compliance.rules import Credit, Facts, Period, StatusSpan, assess, periods, requirement
from tests.compliance.rules.books import book, calendar, cap, category, credit, first, joining, late

HOUR = 60
YEAR = Period(date(2026, 1, 1), date(2026, 12, 31))


def hours(total: float, ethics: float = 0, recorded: float = 0) -> tuple[Credit, ...]:
    """Credit in May 2026: `total` whole or half hours, of them some in ethics and some recorded."""
    parts = ((total - ethics - recorded, "law", "live"), (ethics, "ethics", "live"), (recorded, "law", "recorded"))
    return tuple(
        Credit(date(2026, 5, 4), code, form, int(amount * 2) * HOUR // 2) for amount, code, form in parts if amount
    )


@pytest.mark.parametrize(
    ("changes", "facts", "expected"),
    [
        # http://advokatrd.ru/center-of-excellence/: the norm shrinks with the time outside the bar; 22.60 h
        pytest.param(
            {"total_minutes": 30 * HOUR, "first_period": first("prorated_days")},
            Facts(joined_on=date(2026, 4, 1)),
            1357,
            id="RU-DA-30h-joined-1-April",
        ),
        pytest.param(
            {"total_minutes": 40 * HOUR, "first_period": first("prorated_days")},
            Facts(joined_on=date(2026, 4, 1)),
            1809,
            id="RU-DA-40h-joined-1-April",
        ),
        # 16 academic hours, own suspension 1 March - 31 August 2026: 7.93 academic hours
        pytest.param(
            {"total_minutes": 720},
            Facts(statuses=(StatusSpan("paused", date(2026, 3, 1), date(2026, 9, 1)),)),
            358,
            id="KZ-own-suspension-184-days",
        ),
        # http://mcle.calbar.ca.gov/Attorneys/Requirements/InactiveorNotEligibleStatus.aspx
        pytest.param(
            {"total_minutes": 25 * HOUR, "statuses": {"not_eligible": "counts", "inactive": "pauses"}},
            Facts(statuses=(StatusSpan("not_eligible", date(2026, 1, 1), date(2026, 9, 1)),)),
            25 * HOUR,
            id="CA-P20-not-eligible-is-not-inactive",
        ),
        # https://www.vsb.org/site/members/mcle-faqs-for-new-admittees (with the calendar year in place of November)
        pytest.param(
            {"total_minutes": 12 * HOUR, "first_period": first("exempt")},
            Facts(joined_on=date(2026, 3, 5)),
            0,
            id="VA-P01-exempt-in-the-year-of-the-licence",
        ),
        # https://pacodeandbulletin.gov, 204 Pa. Code ch. 82, rule 102: any active day, full requirement
        pytest.param(
            {"total_minutes": 12 * HOUR, "statuses": {"inactive": "counts"}},
            Facts(statuses=(StatusSpan("inactive", date(2026, 1, 1), date(2026, 12, 31)),)),
            12 * HOUR,
            id="PA-full-for-any-active-day",
        ),
    ],
)
def test_requirement(changes, facts, expected):
    assert requirement(book(**changes), facts, YEAR).total == expected


@pytest.mark.parametrize(
    ("rule", "facts", "today", "expected"),
    [
        # Law on rehabilitation and bankruptcy, Art. 12(12): the term counts from the year after the registration
        pytest.param(
            joining(3),
            Facts(joined_on=date(2024, 5, 10)),
            date(2026, 11, 23),
            Period(date(2025, 1, 1), date(2027, 12, 31)),
            id="KZ-insolvency-administrator-3-years",
        ),
        # https://blog.lawline.com: period of a new admittee starts on 1 January after the admission
        pytest.param(
            joining(2),
            Facts(joined_on=date(2023, 5, 3)),
            date(2024, 6, 1),
            Period(date(2024, 1, 1), date(2025, 12, 31)),
            id="NJ-D02-next-january",
        ),
        # http://wicourts.gov, SCR 31: two years, ending in odd years for one half and in even years for the other
        pytest.param(
            calendar(2, 2024), Facts(), date(2024, 6, 1), Period(date(2024, 1, 1), date(2025, 12, 31)), id="WI-D01-odd"
        ),
        pytest.param(
            calendar(2, 2023), Facts(), date(2025, 6, 1), Period(date(2025, 1, 1), date(2026, 12, 31)), id="WI-D02-even"
        ),
    ],
)
def test_period(rule, facts, today, expected):
    assert periods(book(period=rule), facts, today)[-1] == expected


@pytest.mark.parametrize(
    ("changes", "credits", "counted", "missing", "lapsed"),
    [
        # http://kdka.org.ua/2023/02/02/: at least 16 points in the first three years
        pytest.param({"total_minutes": 16 * HOUR}, hours(12), 12, 4, 0, id="UA-second-year-short-by-4"),
        # http://mcle.calbar.ca.gov/Attorneys/Requirements/InactiveorNotEligibleStatus.aspx: nothing is carried forward
        pytest.param({"total_minutes": 25 * HOUR}, hours(30), 30, 0, 5, id="CA-P17-30-of-25"),
        # http://mcle.calbar.ca.gov/Attorneys/Requirements.aspx: at most half by self-study
        pytest.param(
            {"total_minutes": 25 * HOUR, "format_caps": [cap(750, "recorded")]},
            hours(25, recorded=14),
            23.5,
            1.5,
            0,
            id="CA-D11-self-study-cap",
        ),
        # https://trackcle.com/cle-requirements/pennsylvania: at most 6 pre-recorded
        pytest.param(
            {
                "total_minutes": 12 * HOUR,
                "categories": [category("ethics", 120)],
                "format_caps": [cap(360, "recorded")],
            },
            hours(12, ethics=2, recorded=7),
            11,
            1,
            0,
            id="PA-D11-recorded-cap",
        ),
        # https://casetext.com/rule/florida-court-rules, 6-10.3: no carry-over
        pytest.param(
            {"total_minutes": 30 * HOUR, "categories": [category("ethics", 300)]},
            hours(34, ethics=5),
            34,
            0,
            4,
            id="FL-D02-34-of-30",
        ),
        # https://cle.tncourts.gov/ufaq: general hours do not fill ethics
        pytest.param(
            {"total_minutes": 15 * HOUR, "categories": [category("ethics", 180)]},
            hours(15, ethics=2),
            15,
            1,
            0,
            id="TN-D07-ethics-short-by-1",
        ),
        # https://lso.ca/lawyers/enhancing-competence (FAQ): surplus flows down, never up
        pytest.param(
            {"total_minutes": 12 * HOUR, "categories": [category("ethics", 180)]},
            hours(12, ethics=5),
            12,
            0,
            0,
            id="ON-D05-surplus-flows-down",
        ),
        pytest.param(
            {"total_minutes": 12 * HOUR, "categories": [category("ethics", 180)]},
            hours(12),
            12,
            3,
            0,
            id="ON-D04-and-not-up",
        ),
        # Norm 16, earned 23, nothing carried
        pytest.param({"total_minutes": 16 * HOUR}, hours(23), 23, 0, 7, id="KZ-no-carry-over-7-lapse"),
    ],
)
def test_counting(changes, credits, counted, missing, lapsed):
    current = assess(book(effective_from="2026-01-01", **changes), Facts(credits=credits), date(2026, 11, 23)).current
    assert current is not None
    assert current.lines[0].counted == counted * HOUR
    assert current.missing == missing * HOUR
    assert current.carry.lapsed == lapsed * HOUR
    assert (current.status == "compliant") == (missing == 0)


def test_cap_follows_proration():
    """IE-D02, https://www.lawsociety.ie/Solicitors/rules-legislation/CPD-Scheme/2018-cycle/: 8 h eLearning, 6 count."""
    rulebook = book(
        effective_from="2026-01-01",
        total_minutes=20 * HOUR,
        format_caps=[cap(10 * HOUR, "recorded", prorated=True)],
    )
    away = Facts(
        statuses=(StatusSpan("maternity", date(2026, 1, 1), date(2026, 5, 27)),),  # 146 of 365 days: 12 of 20 hours
        credits=(credit("2026-06-01", 8 * HOUR, format="recorded"),),
    )
    (year,) = assess(rulebook, away, date(2026, 11, 23)).periods
    assert (year.lines[0].required, year.lines[0].counted) == (12 * HOUR, 6 * HOUR)


def test_late_hours_fill_the_old_period_only():
    """CA-P18, http://mcle.calbar.ca.gov/Attorneys/Requirements/InactiveorNotEligibleStatus.aspx."""
    rulebook = book(total_minutes=25 * HOUR, late=late(90), effective_from="2025-01-01")
    known = Facts(credits=(credit("2025-05-05", 22 * HOUR), credit("2026-02-02", 3 * HOUR)))
    old, new = assess(rulebook, known, date(2026, 3, 1)).periods
    assert (old.status, old.made_up, new.lines[0].counted) == ("compliant", 3 * HOUR, 0)


@pytest.mark.parametrize(("today", "ground"), [("2027-01-30", False), ("2027-01-31", True)])
def test_kz_ground_for_suspension_on_day_31(today, ground):
    """Law of Kazakhstan No. 176-VI, Art. 43(3)(3): more than thirty calendar days late."""
    missed = assess(book(), Facts(), date.fromisoformat(today)).previous
    assert missed is not None
    assert missed.status == "short"
    assert (date.fromisoformat(today) >= missed.petition_from) == ground
