from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from advocates.models import Outcome
from advocates.roll import RollLine
from advocates.roll.known import KnownAdvocate
from cle.core.errors import Problem
from tests.advocates.rolls import ISSUED, OTHER_DAY, applied, known, line, plan

ANNA = "Озёрная Анна Ивановна"
IIN, OTHER_IIN = "850101300019", "900202400021"


def outcome(new: RollLine, *people: KnownAdvocate, **context: Any) -> tuple[str, int | None, str]:
    """Outcome, advocate and the code of the doubt ("" when there is none) of the only line of a roll."""
    (planned,) = plan([new], people, **context).lines
    doubt = planned.problems[-1].code if planned.outcome == Outcome.AMBIGUOUS else ""
    return planned.outcome.value, planned.advocate_id, doubt


MATCHED = {
    "id, family name and licence changed": (
        line(2, "Ковыльная Анна Ивановна", "777", national_id=IIN), known(1, ANNA, "5", national_id=IIN)),
    "licence, date, family; given name changed": (
        line(2, "Озёрная Айна", "5", licence_date=ISSUED), known(1, ANNA, "5", licence_date=ISSUED)),
    "licence and name; date changed": (
        line(2, ANNA, "5", licence_date=ISSUED), known(1, ANNA, "5", licence_date=OTHER_DAY)),
    "licence and family; no dates": (line(2, "Озёрная Айна", "5"), known(1, ANNA, "5")),
    "licence and family; initials": (line(2, "Озёрная А.И.", "5"), known(1, ANNA, "5", licence_date=ISSUED)),
    "former family name in brackets": (line(2, "Ковыльная (Озёрная) Анна Ивановна", "5"), known(1, ANNA, "5")),
    "former family name on record": (line(2, ANNA, "5"), known(1, "Озёрная (Ковыльная) Анна Ивановна", "5")),
    "name alone; no licence in the file": (line(2, ANNA), known(1, ANNA, "5")),
    "name alone; no licence on record": (line(2, ANNA, "5"), known(1, ANNA)),
    "name; zeros lost": (line(2, ANNA, "1234"), known(1, ANNA, "0001234")),
    "name in other spelling": (line(2, "ОЗЕРНАЯ анна  Ивановна", "5"), known(1, ANNA, "5")),
    "letters lost, licence the same": (line(2, "О?ербаев Аз?мат", "5"), known(1, "Оңербаев Азәмат", "5")),
    "letters lost on record": (line(2, "Оңербаев Азамат", "5"), known(1, "О?ербаев Азамат", "5")),
    "letters lost twice alike": (line(2, "О?ербаев Азамат"), known(1, "О?ербаев Азамат")),
}  # fmt: skip


@pytest.mark.parametrize(("new", "record"), MATCHED.values(), ids=MATCHED)
def test_a_line_is_matched(new: RollLine, record: KnownAdvocate) -> None:
    stranger = known(2, "Тестов Аскар Ерланович", "999")
    found, advocate, _ = outcome(new, record, stranger)
    assert (found in ("changed", "unchanged"), advocate) == (True, 1)


OPEN = {
    "same name, other licence": (line(2, ANNA, "8"), [known(1, ANNA, "5")], "licence-differs"),
    "same name, other licence and date": (
        line(2, ANNA, "8", licence_date=ISSUED), [known(1, ANNA, "5", licence_date=OTHER_DAY)], "licence-differs"),
    "same name, no licence, two namesakes": (line(2, ANNA), [known(1, ANNA, "5"), known(2, ANNA, "6")], "namesakes"),
    "licence and given name, other family": (line(2, "Ковыльная Анна", "5"), [known(1, ANNA, "5")], "name-differs"),
    "licence and date, other name": (
        line(2, "Тестов Аскар", "5", licence_date=ISSUED), [known(1, ANNA, "5", licence_date=ISSUED)], "name-differs"),
    "licence and family, other given name and date": (
        line(2, "Озёрная Вера", "5", licence_date=ISSUED), [known(1, ANNA, "5", licence_date=OTHER_DAY)],
        "name-differs"),
    "id of somebody quite different": (
        line(2, "Тестов Аскар", "7", national_id=IIN), [known(1, ANNA, "5", national_id=IIN)], "id-of-another"),
    "id of one, name and licence of another": (
        line(2, ANNA, "5", national_id=IIN), [known(1, "Тестов Аскар", "7", national_id=IIN), known(2, ANNA, "5")],
        "id-of-another"),
    "ids contradict": (
        line(2, ANNA, "5", national_id=IIN), [known(1, ANNA, "5", national_id=OTHER_IIN)], "national-id-differs"),
    "past member": (line(2, ANNA, "5"), [known(1, ANNA, "5", is_member=False)], "membership-ended"),
    "two records alike": (line(2, ANNA, "5"), [known(1, ANNA, "5"), known(2, ANNA, "5")], "several-matches"),
    "letters lost, no licence": (line(2, "О?ербаев Азамат"), [known(1, "Оңербаев Азамат")], "spelling"),
    "й for и": (line(2, "Кий Анна"), [known(1, "Кии Анна")], "spelling"),
}  # fmt: skip


@pytest.mark.parametrize(("new", "people", "code"), OPEN.values(), ids=OPEN)
def test_a_doubtful_line_is_left_open_with_the_people_it_may_name(
    new: RollLine, people: list[KnownAdvocate], code: str
) -> None:
    (planned,) = plan([new], people).lines
    assert (planned.outcome, planned.problems[-1].code, planned.problems[-1].row) == (Outcome.AMBIGUOUS, code, 2)
    assert planned.advocate_id is None
    assert planned.suggestions
    assert planned.changes == {}


NEW = {
    "nobody on record": (line(2, ANNA, "5"), []),
    "same licence number, another person": (line(2, "Тестов Аскар", "5"), [known(1, ANNA, "5")]),
    "same licence and given name, dates differ": (
        line(2, "Ковыльная Анна", "5", licence_date=ISSUED), [known(1, ANNA, "5", licence_date=OTHER_DAY)]),
    "similar name, other licence": (line(2, "Озёрная Анна Игоревна", "8"), [known(1, ANNA, "5")]),
}  # fmt: skip


@pytest.mark.parametrize(("new", "people"), NEW.values(), ids=NEW)
def test_a_line_that_fits_nobody_is_a_new_person(new: RollLine, people: list[KnownAdvocate]) -> None:
    assert outcome(new, *people) == ("created", None, "")


def test_a_namesake_is_new_when_the_advocate_of_that_name_is_named_by_another_line() -> None:
    lines = [line(2, ANNA, "5"), line(3, ANNA, "8")]
    assert [one.outcome.value for one in plan(lines, [known(1, ANNA, "5")]).lines] == ["unchanged", "created"]
    assert [one.outcome.value for one in plan(lines[1:], [known(1, ANNA, "5")]).lines] == ["ambiguous"]


@pytest.mark.parametrize(
    "shared", [{"email": "anna@mail.example"}, {"phone": "+7 701 000 00 01"}, {"licence_date": ISSUED}], ids=str
)
def test_a_namesake_tied_to_the_advocate_by_more_than_the_name_stays_open(shared: dict[str, Any]) -> None:
    lines = [line(2, ANNA, "5", **shared), line(3, ANNA, "8", **shared)]
    planned = plan(lines, [known(1, ANNA, "5", **shared)])
    assert [one.outcome.value for one in planned.lines] == ["unchanged", "ambiguous"]


def test_namesakes_with_different_licences_in_one_file_are_two_people() -> None:
    planned = plan([line(2, ANNA, "5"), line(3, ANNA, "8")])
    assert [one.outcome.value for one in planned.lines] == ["created", "created"]


@pytest.mark.parametrize(
    ("first", "second", "outcomes", "code"),
    [
        pytest.param({"licence": "5"}, {"licence": "5"}, ["created", "ambiguous"], "duplicate-line", id="same licence"),
        pytest.param(
            {"licence": "5"}, {"licence": "5", "full_name": "О?ёрная Анна Ивановна"}, ["created", "ambiguous"],
            "duplicate-line", id="letters lost"),
        pytest.param({"licence": "0005"}, {"licence": "5"}, ["created", "ambiguous"], "duplicate-line", id="zeros"),
        pytest.param({}, {}, ["created", "ambiguous"], "duplicate-line", id="all alike"),
        pytest.param({}, {"phone": "1"}, ["ambiguous", "ambiguous"], "namesakes", id="without licence"),
        pytest.param({"licence": "5"}, {}, ["created", "ambiguous"], "namesakes", id="one without licence"),
        pytest.param(
            {"national_id": IIN}, {"national_id": OTHER_IIN}, ["created", "created"], "", id="told apart by id"
        ),
        pytest.param({"national_id": IIN, "licence": "5"}, {"national_id": IIN, "licence": "8"},
                     ["created", "ambiguous"], "duplicate-line", id="same id"),
    ],
)  # fmt: skip
def test_lines_of_one_name(first: dict[str, Any], second: dict[str, Any], outcomes: list[str], code: str) -> None:
    lines = plan([line(2, **{"full_name": ANNA, **first}), line(3, **{"full_name": ANNA, **second})]).lines
    assert [one.outcome.value for one in lines] == outcomes
    assert not code or lines[1].problems[-1].code == code


def test_the_second_line_about_an_advocate_is_open_and_says_which_row_was_first() -> None:
    planned = plan([line(4, ANNA, "5"), line(9, ANNA, "5", phone="1")], [known(1, ANNA, "5")]).lines[1]
    assert planned.outcome == Outcome.AMBIGUOUS
    assert str(planned.problems[-1].message) == "Row 4 of the file already names this person."
    assert [one.advocate_id for one in planned.suggestions] == [1]


def test_the_better_line_takes_the_advocate_whatever_the_order() -> None:
    lines = [line(2, "Озёрная Вера", "5", licence_date=ISSUED), line(3, ANNA, "5", licence_date=ISSUED)]
    planned = plan(lines, [known(1, ANNA, "5", licence_date=ISSUED)]).lines
    assert [(one.outcome.value, one.advocate_id) for one in planned] == [("ambiguous", None), ("unchanged", 1)]


def test_lines_with_one_identifier_and_two_names_are_both_open() -> None:
    lines = [line(2, ANNA, "5", national_id=IIN), line(3, "Тестов Аскар", "6", national_id=IIN)]
    assert [one.problems[-1].code for one in plan(lines).lines] == ["duplicate-national-id"] * 2


def test_a_member_of_another_bar_is_not_created_and_nothing_is_told_of_them() -> None:
    elsewhere = {("озерная анна ивановна", "5")}
    (planned,) = plan([line(2, ANNA, "0005")], elsewhere=elsewhere).lines
    assert (planned.outcome, planned.suggestions, planned.advocate_id) == (Outcome.AMBIGUOUS, (), None)
    expected = (
        "This person is on the roll of another bar. That bar, or the national one, records the move in the advocate's "
        "file."
    )
    assert str(planned.problems[-1].message) == expected
    assert outcome(line(2, ANNA, "6"), elsewhere=elsewhere)[0] == "created"


FULL = {
    "licence_date": ISSUED, "joined_on": OTHER_DAY, "practice_form": "office", "unit": "Контора «Бастау»",
    "email": "anna@mail.example", "phone": "+7 701 000 00 01", "language": "kk", "national_id": IIN,
}  # fmt: skip


def test_an_empty_cell_erases_nothing() -> None:
    (planned,) = plan([line(2, ANNA, "5")], [known(1, ANNA, "5", **FULL)]).lines
    assert (planned.outcome, planned.changes) == (Outcome.UNCHANGED, {})


def test_an_empty_patronymic_erases_nothing_even_beside_a_new_family_name() -> None:
    new = line(2, "Ковыльная Анна", "5", national_id=IIN)
    (planned,) = plan([new], [known(1, ANNA, "5", national_id=IIN)]).lines
    assert planned.changes == {
        "full_name": [ANNA, "Ковыльная Анна Ивановна"],
        "family_name": ["Озёрная", "Ковыльная"],
    }


@pytest.mark.parametrize(
    ("field", "new", "expected"),
    [
        ("licence_date", OTHER_DAY, ["2012-05-14", "2019-09-02"]),
        ("joined_on", ISSUED, ["2019-09-02", "2012-05-14"]),
        ("practice_form", "individual", ["office", "individual"]),
        ("unit", "Контора «Самал»", ["Контора «Бастау»", "Контора «Самал»"]),
        ("email", "a.o@mail.example", ["anna@mail.example", "a.o@mail.example"]),
        ("phone", "+7 702 000 00 01", ["+7 701 000 00 01", "+7 702 000 00 01"]),
        ("language", "ru", ["kk", "ru"]),
    ],
)
def test_a_changed_cell_is_told_with_old_and_new(field: str, new: Any, expected: list[str]) -> None:
    changed = line(2, ANNA, "5", **{**FULL, field: new})
    (planned,) = plan([changed], [known(1, ANNA, "5", **FULL)], units=["Контора «Бастау»"]).lines
    assert (planned.outcome, planned.changes) == (Outcome.CHANGED, {field: expected})


TRIVIAL = {
    "spaces": line(2, " Озёрная  Анна Ивановна", "5"),
    "case of the e-mail": line(2, ANNA, "5", email="Anna@MAIL.example"),
    "spaces in the phone": line(2, ANNA, "5", phone="+7 (701) 0000001"),
    "dash in the licence": line(2, ANNA, "№ 5"),
    "quotes of the unit": line(2, ANNA, "5", unit="контора \"Бастау\""),
    "letters lost in the unit": line(2, ANNA, "5", unit="Контора «Б?стау»"),
    "letters lost in the name": line(2, "Озёрная ?нна Ивановна", "5"),
    "initials": line(2, "Озёрная А.И.", "5"),
    "zeros lost": line(2, ANNA, "05"),
}  # fmt: skip


@pytest.mark.parametrize("new", TRIVIAL.values(), ids=TRIVIAL)
def test_a_trivial_difference_is_no_change(new: RollLine) -> None:
    number = "005" if new.licence_number == "05" else "5"
    found = outcome(new, known(1, ANNA, number, **FULL), units=["Контора «Бастау»"])
    assert found == ("unchanged", 1, "")


@pytest.mark.parametrize(
    ("new", "record", "code"),
    [
        (line(2, "Озёрная ?нна Ивановна", "5"), known(1, ANNA, "5"), "name-kept"),
        (line(2, ANNA, "5"), known(1, ANNA, "0005"), "licence-kept"),
        (line(2, ANNA, "5", joined_on=ISSUED), known(1, ANNA, "5", joined_on=OTHER_DAY), "joining-changed"),
    ],
)
def test_what_is_kept_against_the_file_is_noted(new: RollLine, record: KnownAdvocate, code: str) -> None:
    (planned,) = plan([new], [record]).lines
    assert [problem.code for problem in planned.problems] == [code]


def test_a_damaged_name_on_record_is_repaired() -> None:
    (planned,) = plan([line(2, "Оңербаев Азамат", "5")], [known(1, "О?ербаев Азамат", "5")]).lines
    assert planned.changes["full_name"] == ["О?ербаев Азамат", "Оңербаев Азамат"]


def test_members_whom_no_line_may_name_are_missing() -> None:
    people = [
        known(1, ANNA, "5"), known(2, "Тестов Аскар", "6"), known(3, "Ковыльная Вера", "7"),
        known(4, "Родников Пётр", "8", is_member=False), known(5, "Самалова Ия", "9"),
    ]  # fmt: skip
    broken = replace(line(4, "Самалова Ия"), errors=(Problem("x", "x", 4),))
    planned = plan([line(2, ANNA, "5"), line(3, "Тестов Аскар", "66"), broken], people)
    assert [one.pk for one in planned.missing] == [3]


def test_a_new_unit_is_spelled_as_its_first_line_has_it() -> None:
    lines = [line(2, ANNA, "5", unit="Контора «Самал»"), line(3, "Тестов Аскар", "6", unit="КОНТОРА Самал")]
    assert {one.values["unit"] for one in plan(lines).lines} == {"Контора «Самал»"}


NAMES = [ANNA, "Озёрная Вера Ивановна", "Озёрная А.И.", "Ковыльная (Озёрная) Анна", "О?ерная Анна Ивановна", "Ким Анна"]
DAYS = st.sampled_from([None, ISSUED, OTHER_DAY])
IDS = st.sampled_from(["", "", "", IIN, OTHER_IIN])


@st.composite
def rolls(draw: st.DrawFn) -> list[RollLine]:
    """Rolls of few names, licences and dates, so that nearly every line is like another."""
    size = draw(st.integers(0, 8))
    return [_line(draw, row) for row in range(2, size + 2)]


def _line(draw: st.DrawFn, row: int) -> RollLine:
    made = line(
        row, draw(st.sampled_from(NAMES)), draw(st.sampled_from(["", "5", "005", "8"])), licence_date=draw(DAYS),
        national_id=draw(IDS), email=draw(st.sampled_from(["", "a@mail.example"])),
        unit=draw(st.sampled_from(["", "Контора"])),
    )  # fmt: skip
    return replace(made, errors=(Problem("x", "x", row),)) if draw(st.integers(0, 9)) == 0 else made


@st.composite
def records(draw: st.DrawFn) -> list[KnownAdvocate]:
    people, ids = [], {""}
    for pk in range(1, draw(st.integers(0, 5)) + 1):
        national_id = draw(IDS)
        people.append(
            known(
                pk, draw(st.sampled_from(NAMES)), draw(st.sampled_from(["", "5", "005", "8"])),
                licence_date=draw(DAYS), national_id="" if national_id in ids else national_id,
                is_member=draw(st.booleans()),
            )
        )  # fmt: skip
        ids.add(national_id)
    return people


ELSEWHERE = st.sampled_from([frozenset(), frozenset({("озерная анна ивановна", "5")})])


@settings(deadline=None)
@given(rolls(), records(), ELSEWHERE)
def test_each_line_has_exactly_one_outcome_and_no_advocate_two_lines(
    lines: list[RollLine], people: list[KnownAdvocate], elsewhere: frozenset[tuple[str, str]]
) -> None:
    planned = plan(lines, people, elsewhere=elsewhere)
    assert [one.rows for one in planned.lines] == [(one.row,) for one in lines]
    assert sum(planned.counts.values()) == len(lines)
    assert planned.counts[Outcome.REJECTED] == sum(bool(one.errors) for one in lines)
    matched = [one.advocate_id for one in planned.lines if one.advocate_id is not None]
    assert len(matched) == len(set(matched))
    for one in planned.lines:
        assert (one.advocate_id is not None) == (one.outcome in (Outcome.CHANGED, Outcome.UNCHANGED))
        assert bool(one.changes) == (one.outcome == Outcome.CHANGED)


@settings(deadline=None)
@given(rolls(), records())
def test_nobody_is_given_an_identifier_that_somebody_has(lines: list[RollLine], people: list[KnownAdvocate]) -> None:
    after = applied(plan(lines, people), people)
    given_out = [one.national_id for one in after if one.national_id]
    assert len(given_out) == len(set(given_out))


@settings(deadline=None)
@given(rolls(), records())
def test_nothing_on_record_is_erased(lines: list[RollLine], people: list[KnownAdvocate]) -> None:
    after = {one.pk: one for one in applied(plan(lines, people), people)}
    for before in people:
        for field in ("full_name", "patronymic", "licence_number", "licence_date", "email", "unit", "national_id"):
            assert getattr(after[before.pk], field) or not getattr(before, field)


@settings(deadline=None)
@given(rolls())
def test_the_first_roll_of_a_bar_imported_again_changes_nothing(lines: list[RollLine]) -> None:
    first = plan(lines)
    again = plan(lines, applied(first, []), units=["Контора"])
    settled = (Outcome.CREATED, Outcome.UNCHANGED)
    for before, after in zip(first.lines, again.lines, strict=True):
        assert after.outcome == (Outcome.UNCHANGED if before.outcome in settled else before.outcome)


@settings(deadline=None)
@given(rolls(), records())
def test_planning_is_repeatable(lines: list[RollLine], people: list[KnownAdvocate]) -> None:
    assert plan(lines, people).sha256 == plan(lines, people).sha256


def test_the_digest_of_a_plan_depends_on_what_would_be_done() -> None:
    lines = [line(2, ANNA, "5", joined_on=dt.date(2013, 1, 1))]
    digests = {
        plan(lines).sha256,
        plan(lines, [known(1, ANNA, "5")]).sha256,
        plan(lines, [known(2, ANNA, "5")]).sha256,
        plan(lines, [known(1, ANNA, "5", phone="1", joined_on=dt.date(2013, 1, 1))]).sha256,
    }
    assert len(digests) == 4
