"""Random rulebooks and facts, small enough to collide: few codes, few minutes, caps that overlap."""

from datetime import date, timedelta

from hypothesis import strategies as st

from compliance.rules import Credit, Facts, Rulebook, StatusSpan
from tests.compliance.rules.books import book, calendar, cap, category, first, joining, late

FORMATS = ("live", "online", "recorded", "reading")
CATEGORIES = ("law", "ethics", "practice")
TODAY = date(2026, 11, 23)


@st.composite
def rulebooks(draw: st.DrawFn, *, max_caps: int = 3, make_up: bool = True) -> Rulebook:
    minimums = [category(code, draw(st.integers(0, 60))) for code in CATEGORIES[1:]]
    families = draw(st.sets(st.frozensets(st.sampled_from(FORMATS), min_size=1), max_size=max_caps))
    years = draw(st.integers(1, 2))
    return book(
        total_minutes=draw(st.integers(120, 200)),
        categories=minimums,
        format_caps=[
            cap(draw(st.integers(0, 100)), *sorted(formats), prorated=draw(st.booleans()))
            for formats in sorted(families, key=sorted)
        ],
        period=draw(st.sampled_from([calendar(years), joining(years)])),
        late=late(draw(st.sampled_from([0, 30, 120, 365])) if make_up else 0),
        first_period=first(draw(st.sampled_from(["full", "exempt", "prorated_days"]))),
    )


def days() -> st.SearchStrategy[date]:
    """Few different days, close to the turns of the years, so that windows are hit."""
    return st.builds(
        lambda year, offset: date(year, 1, 1) + timedelta(days=offset),
        st.integers(2023, 2026),
        st.sampled_from([-1, 0, 1, 29, 30, 31, 119, 120, 121, 200, 326]),
    ).filter(lambda day: day <= TODAY)


def credits() -> st.SearchStrategy[tuple[Credit, ...]]:
    one = st.builds(Credit, days(), st.sampled_from(CATEGORIES), st.sampled_from(FORMATS), st.integers(1, 120))
    return st.lists(one, max_size=12).map(tuple)


def spans() -> st.SearchStrategy[tuple[StatusSpan, ...]]:
    one = st.builds(
        lambda status, start, length: StatusSpan(status, start, start + timedelta(days=length)),
        st.sampled_from(["active", "paused", "maternity", "terminated"]),
        days(),
        st.integers(1, 400),
    )
    return st.lists(one, max_size=2).map(tuple)


def facts() -> st.SearchStrategy[Facts]:
    return st.builds(
        Facts,
        joined_on=st.none() | days(),
        left_on=st.none() | days(),
        statuses=spans(),
        credits=credits(),
    )
