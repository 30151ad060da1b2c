"""Random rulebooks and facts, small enough to collide: few codes, few minutes, caps that overlap."""

from collections.abc import Sequence
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

from hypothesis import strategies as st

from compliance.rules import Credit, Facts, Grant, Rulebook, StatusSpan
from tests.compliance.rules.books import (
    book,
    calendar,
    cap,
    carrying,
    category,
    first,
    joining,
    late,
    minimum,
    prorating,
    total,
)

FORMATS = ("live", "online", "recorded", "reading")
CATEGORIES = ("law", "ethics", "bias", "practice")
TODAY = date(2026, 11, 23)


def quarters(least: int, most: int) -> st.SearchStrategy[str]:
    """Amounts of credit in quarters of an hour."""
    return st.integers(least, most).map(lambda number: f"{number}/4")


@st.composite
def requirements(draw: st.DrawFn, *, yearly: bool = True) -> list[dict[str, Any]]:
    """Some of: ethics with bias inside it, practice beside them, two of three fields, and, alongside everything, live
    hours and hours in each year."""
    found = []
    if draw(st.booleans()):
        found.append(minimum("ethics", draw(quarters(0, 5)), **draw(_lent("practice"))))
        if draw(st.booleans()):
            found.append(minimum("bias", draw(quarters(0, 2)), within="ethics"))
    if draw(st.booleans()):
        looks = draw(st.sampled_from([{}, {}, {"window": {"rule": "rolling", "months": 24}}]))
        found.append(minimum("practice", draw(quarters(0, 4)), **draw(_lent("law")), **looks))
    if draw(st.booleans()):
        amount = draw(quarters(0, 6) | st.just({"share": "1/2"}))
        found.append(minimum("live", amount, counts={"formats": ["live", "online"]}, alongside=True))
    if yearly and draw(st.integers(0, 3)) == 0:
        found.append(minimum("yearly", draw(quarters(0, 4)), counts={}, in_each=12))
    if draw(st.integers(0, 3)) == 0:
        spread = {"of": ["law", "ethics", "practice"], "at_least": 2, "each": draw(quarters(0, 2))}
        found.append(minimum("fields", draw(quarters(0, 6)), *spread["of"], spread=spread))
    return found


def _lent(other: str) -> st.SearchStrategy[dict[str, Any]]:
    """Credit of another category that may serve a requirement, with a limit or without one."""
    counts = {"categories": [other]}
    limited = quarters(0, 3).map(lambda most: {"also": [{"counts": counts, "at_most": most}]})
    return st.just({}) | limited | st.just({"also": [{"counts": counts}]})


@st.composite
def caps(draw: st.DrawFn, most: int) -> list[dict[str, Any]]:
    """Caps over sets of formats that may overlap, by period, day or year, fixed or a share of the total."""
    families = draw(st.sets(st.frozensets(st.sampled_from(FORMATS), min_size=1), max_size=most))
    found = []
    for formats in sorted(families, key=sorted):
        figure = draw(quarters(0, 8) | st.just({"share": "1/2"}))
        per = draw(st.sampled_from(["period", "period", "day", "year"]))
        found.append(cap(figure, *sorted(formats), prorated=draw(st.booleans()), per=per))
    if most and draw(st.integers(0, 3)) == 0:
        window = {"rule": "blocks", "months": 12, "first_start": "2020-07-01"}
        found.append({**cap(draw(quarters(0, 8)), draw(st.sampled_from(FORMATS)), window=window), "code": "july"})
    return found


@st.composite
def carries(draw: st.DrawFn) -> dict[str, Any]:
    limit = {"counts": {"categories": ["ethics"]}, "maximum": draw(quarters(0, 3))}
    return carrying(
        draw(quarters(0, 8)),
        periods=draw(st.integers(1, 2)),
        limits=draw(st.sampled_from([[], [limit], [{**limit, "relabel_category": "law"}]])),
        capped=draw(st.booleans()),
        forfeit_if_used=draw(st.booleans()),
    )


ROUNDINGS = [{"to": "1/4", "direction": "nearest"}, {"to": "1/2", "direction": "down"}, {"to": 1, "direction": "up"}]
JOININGS = [
    *(first(rule) for rule in ("full", "exempt", "prorated")),
    first("later", years_after=1, counts_from="admission"),
    first("own", months=12, to_month_end=True, then="next_block"),
]
TEACHING = {"code": "teaching", "counts": {"activities": ["teaching"]}, "clause": "activity"}


@st.composite
def valuations(draw: st.DrawFn) -> dict[str, Any]:
    """Parts of a rulebook by which a credit is worth more or less than its length."""
    minimums = draw(st.sampled_from([[], [{"minutes": 30, "clause": "minimum"}]]))
    activity = {**TEACHING, "times": draw(st.sampled_from([1, 2, "1/2"])),
                "rounding": draw(st.sampled_from(["before", "after", "none"]))}  # fmt: skip
    return {
        "valuation": {"rounding": draw(st.sampled_from(ROUNDINGS)), "minimums": minimums, "clause": "valuation"},
        "activities": draw(st.sampled_from([[], [activity]])),
    }


@st.composite
def rulebooks(
    draw: st.DrawFn,
    *,
    max_caps: int = 3,
    make_up: bool = True,
    carry: bool = True,
    repeats: bool = True,
    yearly: bool = True,
    by_length: bool = False,
) -> Rulebook:
    """`repeats`: the same course again may be worth nothing; `yearly`: hours may be asked in each year, which late
    hours cannot fill; `by_length`: every hour is worth its length."""
    years = draw(st.integers(1, 2))
    plain = by_length or draw(st.booleans())
    again = repeats and not plain and draw(st.booleans())
    return book(
        categories=[category("law"), category("ethics"), category("bias", within="ethics"), category("practice")],
        total=total(draw(quarters(8, 14))),
        requirements=draw(requirements(yearly=yearly)),
        caps=draw(caps(max_caps)),
        period=draw(st.sampled_from([calendar(years), joining(years)])),
        late=late(draw(st.sampled_from([0, 30, 120, 365])) if make_up else 0),
        joining=draw(st.sampled_from(JOININGS)),
        proration=draw(st.sampled_from([prorating("days"), prorating("months", rounding=ROUNDINGS[2])])),
        **({} if plain else draw(valuations())),
        **({"duplicates": {"within": draw(st.sampled_from(["period", "ever"])), "clause": "repeat"}} if again else {}),
        **({"carry": draw(carries())} if carry and draw(st.booleans()) else {}),
    )


@st.composite
def laws(draw: st.DrawFn) -> list[Rulebook]:
    """Rules in one version or in two, of which the second may change everything, the periods too."""
    first_version, second = draw(rulebooks()), draw(rulebooks())
    since, governs = draw(days()), draw(st.sampled_from(["periods_starting", "periods_ending"]))
    changes = {"effective_from": since, "governs": governs, "version": f"{second.version}-{since}-{governs}"}
    return [first_version, *([second.model_copy(update=changes)] if since > first_version.effective_from else [])]


def days() -> st.SearchStrategy[date]:
    """Few different days, close to the turns of the years, so that windows are hit."""
    return st.builds(
        lambda year, offset: date(year, 1, 1) + timedelta(days=offset),
        st.integers(2024, 2026),
        st.sampled_from([-1, 0, 1, 29, 30, 31, 119, 120, 121, 200, 326]),
    ).filter(lambda day: day <= TODAY)


def credit() -> st.SearchStrategy[Credit]:
    return st.builds(
        Credit,
        days(),
        st.sampled_from(CATEGORIES),
        st.sampled_from(FORMATS),
        st.integers(1, 180),
        activity=st.sampled_from(["attendance", "attendance", "teaching"]),
        course=st.sampled_from(["", "", "x", "y"]),
    )


def credits() -> st.SearchStrategy[tuple[Credit, ...]]:
    return (st.lists(credit(), max_size=5) | st.lists(credit(), min_size=6, max_size=12)).map(tuple)


def spans() -> st.SearchStrategy[tuple[StatusSpan, ...]]:
    one = st.builds(
        lambda status, start, length: StatusSpan(status, start, start + timedelta(days=length)),
        st.sampled_from(["active", "paused", "maternity", "terminated"]),
        days(),
        st.integers(1, 400),
    )
    return st.just(()) | st.lists(one, max_size=2).map(tuple)


GRANTS = ("exemption", "extension", "reduction", "excuse")


def grants(kinds: Sequence[str] = GRANTS) -> st.SearchStrategy[tuple[Grant, ...]]:
    one = st.builds(
        lambda kind, start, length, credits: Grant(kind, start, start + timedelta(days=length), credits=credits),
        st.sampled_from(kinds),
        days(),
        st.integers(1, 400),
        st.sampled_from([0, Fraction(1, 2), 2]),
    )
    return st.lists(one, max_size=1).map(tuple)


def facts(*, extended: bool = True) -> st.SearchStrategy[Facts]:
    """`extended`: a due date may have been put off, so that hours after the period still fill it."""
    return st.builds(
        Facts,
        joined_on=st.none() | days(),
        left_on=st.none() | st.none() | st.none() | days(),
        statuses=spans(),
        credits=credits(),
        grants=grants(GRANTS if extended else [kind for kind in GRANTS if kind != "extension"]),
    )
