from __future__ import annotations

import datetime as dt
import io
import json
import threading
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connections
from django.test.utils import CaptureQueriesContext

from advocates.models import (
    Advocate,
    Bar,
    ImportState,
    Membership,
    Outcome,
    RollFile,
    RollLine,
    Status,
    StatusSpan,
    Unit,
)
from advocates.services.people import LONG_AGO, leave_bar, rejoin, transfer
from advocates.services.roll import apply_roll, decide_line, discard_roll, preview_roll
from advocates.services.roll_choices import choose_line, leave_line_open
from cle.core.errors import DomainError
from cle.demo.population import people
from cle.demo.rolls import write_roll
from cle.demo.territories import LAYOUTS
from tests.advocates.rolls import NOW, TODAY, csv, person
from tests.factories import make_bar, make_user

pytestmark = pytest.mark.django_db
Rows = Sequence[Sequence[str]]
RECORDS = (Advocate, Membership, StatusSpan, Unit)


def preview(bar: Bar, rows: Rows, name: str = "roll.csv") -> RollFile:
    return preview_roll(bar, csv(rows), name, by=None, today=TODAY)


def imported(bar: Bar, rows: Rows, name: str = "roll.csv") -> RollFile:
    return apply_roll(preview(bar, rows, name), by=None, now=NOW)


def records() -> list[list[tuple[object, ...]]]:
    """Every row of everything that an import may write, apart from the files themselves."""
    return [list(model.objects.order_by("pk").values_list()) for model in RECORDS]


def outcomes(file: RollFile) -> list[str]:
    return list(file.lines.order_by("pk").values_list("outcome", flat=True))


@pytest.fixture
def bar() -> Bar:
    return make_bar("T-BAR")


@pytest.mark.parametrize("code", [*LAYOUTS][:6])
def test_each_layout_is_imported_as_planned_and_changes_nothing_the_second_time(
    code: str, bar: Bar, tmp_path: Path
) -> None:
    plan = write_roll(code, people(code, 110, 2025), tmp_path, 2025)
    content = (tmp_path / plan.file_name).read_bytes()
    first = preview_roll(bar, content, plan.file_name, by=None, today=TODAY)
    assert not Advocate.objects.exists()
    assert first.counts == {
        "created": plan.members, "changed": 0, "unchanged": 0, "ambiguous": 0, "rejected": plan.rejected,
    }  # fmt: skip
    apply_roll(first, by=None, now=NOW)
    before = records()
    assert len(before[0]) == len(before[1]) == len(before[2]) == plan.members
    again = preview_roll(bar, content, plan.file_name, by=None, today=TODAY)
    assert again.counts == {**first.counts, "created": 0, "unchanged": plan.members}
    assert again.missing == []
    apply_roll(again, by=None, now=NOW)
    assert records() == before


def test_a_preview_changes_nothing_but_is_kept(bar: Bar) -> None:
    user = make_user(bar=bar)
    file = preview_roll(bar, csv([person(1), person(2)]), "roll.csv", by=user, today=TODAY)
    assert records() == [[], [], [], []]
    assert (file.state, file.rows, file.uploaded_by) == (ImportState.PREVIEWED, 2, user)
    assert (len(file.sha256), len(file.plan_sha256), bytes(file.content)) == (64, 64, csv([person(1), person(2)]))
    line = file.lines.order_by("pk")[0]
    assert (line.label, line.rows, line.outcome) == (person(1)[0], [3], "created")
    assert line.changes["licence_date"] == ["", "2012-05-14"]


def test_a_new_advocate_is_recorded_whole(bar: Bar) -> None:
    user = make_user(bar=bar)
    file = preview_roll(bar, csv([person(1, iin="850101300005")]), "roll.csv", by=user, today=TODAY)
    apply_roll(file, by=user, now=NOW)
    one = Advocate.objects.get()
    assert (one.full_name, one.family_name, one.patronymic) == ("Тестовб Аскар Ерланович", "Тестовб", "Ерланович")
    assert (one.licence_number, one.licence_key, one.name_key) == ("12000001", "12000001", "тестовб аскар ерланович")
    assert (one.licence_date, one.joined_on) == (dt.date(2012, 5, 14), dt.date(2012, 6, 1))
    assert (one.email, one.phone, one.language) == ("t1@mail.example", "+7 701 0000001", "ru")
    assert (one.practice_form, str(one.unit), one.national_id.reveal()) == (
        "consultation", "Юридическая консультация № 1", "850101300005",
    )  # fmt: skip
    assert Unit.objects.get().kind == Unit.Kind.CONSULTATION
    membership = Membership.objects.get()
    assert (membership.period.lower, membership.period.upper) == (dt.date(2012, 6, 1), None)
    assert (membership.document, membership.recorded_by) == ("roll.csv, 2026-09-01", user)
    assert (StatusSpan.objects.get().status, StatusSpan.objects.get().period.lower) == (
        Status.ACTIVE, dt.date(2012, 6, 1),
    )  # fmt: skip
    line = file.lines.get()
    assert (line.advocate, line.outcome) == (one, Outcome.CREATED)


def test_without_a_date_of_joining_the_membership_has_always_been(bar: Bar) -> None:
    imported(bar, [person(1, joined="")])
    assert Membership.objects.get().period.lower == LONG_AGO


def test_changed_cells_are_told_with_old_and_new_and_written(bar: Bar) -> None:
    imported(bar, [person(1), person(2)])
    before = Advocate.objects.get(licence_number="12000001")
    file = preview(bar, [person(1, email="new@mail.example", unit="Адвокатская контора «Самал»"), person(2)])
    assert outcomes(file) == ["changed", "unchanged"]
    assert file.lines.get(outcome="changed").changes == {
        "practice_form": ["consultation", "office"],
        "unit": ["Юридическая консультация № 1", "Адвокатская контора «Самал»"],
        "email": ["t1@mail.example", "new@mail.example"],
    }
    apply_roll(file, by=None, now=NOW)
    after = Advocate.objects.get(pk=before.pk)
    assert (after.email, str(after.unit), after.updated_at) == ("new@mail.example", "Адвокатская контора «Самал»", NOW)
    assert (after.version, after.phone) == (before.version, before.phone)


def test_a_changed_name_and_licence_can_be_found_by_their_new_keys(bar: Bar) -> None:
    imported(bar, [person(1, iin="850101300005")])
    changed = person(1, iin="850101300005", name="Ковыльная (Тестова) Аскар Ерланович", licence="№ 19-000077")
    assert imported(bar, [changed]).changed == 1
    one = Advocate.objects.get()
    assert (one.full_name, one.name_key) == ("Ковыльная (Тестова) Аскар Ерланович", "ковыльная аскар ерланович")
    assert (one.licence_number, one.licence_key) == ("19-000077", "19000077")


def test_a_changed_date_of_joining_marks_the_record_but_moves_no_membership(bar: Bar) -> None:
    imported(bar, [person(1), person(2)])
    file = imported(bar, [person(1, joined="01.07.2012"), person(2)])
    one, other = Advocate.objects.order_by("pk")
    assert (one.joined_on, one.version, other.version) == (dt.date(2012, 7, 1), 1, 0)
    assert set(Membership.objects.values_list("period__startswith", flat=True)) == {dt.date(2012, 6, 1)}
    assert [problem["code"] for problem in file.lines.get(outcome="changed").problems] == ["joining-changed"]


def test_empty_cells_erase_nothing(bar: Bar) -> None:
    imported(bar, [person(1, iin="850101300005")])
    before = records()
    file = imported(bar, [[person(1)[0], "12000001"]])
    assert outcomes(file) == ["unchanged"]
    assert records() == before


def test_a_missing_member_is_reported_and_kept(bar: Bar) -> None:
    imported(bar, [person(1), person(2)])
    gone = Advocate.objects.get(licence_number="12000002")
    before = records()
    file = imported(bar, [person(1)])
    assert file.missing == [{"advocate": gone.pk, "name": gone.full_name}]
    assert records() == before


def test_a_repeated_licence_number_is_no_identity(bar: Bar) -> None:
    rows = [person(1, licence="0001234"), person(2, licence="0001234")]
    assert imported(bar, rows).created == 2
    assert outcomes(preview(bar, rows)) == ["unchanged", "unchanged"]


def test_namesakes_are_kept_apart_by_their_licences(bar: Bar) -> None:
    rows = [person(1, name="Ким Анна"), person(2, name="Ким Анна")]
    assert imported(bar, rows).created == 2
    assert outcomes(preview(bar, rows[::-1])) == ["unchanged", "unchanged"]
    assert outcomes(preview(bar, [person(3, name="Ким Анна")])) == ["ambiguous"]
    assert outcomes(preview(bar, [*rows, person(3, name="Ким Анна", issued="01.02.2020")])) == [
        "unchanged", "unchanged", "created",
    ]  # fmt: skip


def test_a_member_of_another_bar_is_not_taken_and_nothing_of_them_is_told(bar: Bar) -> None:
    other = make_bar("T-OTHER", name_ru="Коллегия Отрар", name_en="Otrar Bar", name_kk="Отырар алқасы")
    imported(other, [person(1), person(2)])
    theirs = Advocate.objects.get(licence_number="12000001")
    before = records()
    file = imported(bar, [person(1, email="x@mail.example", phone="1", unit="Контора «Самал»"), person(3)])
    line = file.lines.get(outcome="ambiguous")
    assert (line.advocate, line.suggestions, file.created) == (None, [], 1)
    assert line.problems == [
        {
            "code": "other-bar", "row": 3, "column": None,
            "message": "This person is on the roll of another bar. That bar, or the national one, records the move "
            "in the advocate's file.",
        }
    ]  # fmt: skip
    told = json.dumps([line.changes, line.problems, file.notes, file.missing], ensure_ascii=False)
    for secret in ("Отрар", "Otrar", "T-OTHER", "t1@mail.example", theirs.phone, str(theirs.unit)):
        assert secret not in told
    mine = Advocate.objects.for_bar(bar).values_list("pk", flat=True)
    kept = [
        [row for row in rows if row[0] in {old[0] for old in was}] for rows, was in zip(records(), before, strict=True)
    ]
    assert (kept, len(mine)) == (before, 1)


def test_who_was_transferred_away_is_open_in_the_roll_that_still_names_them(bar: Bar) -> None:
    imported(bar, [person(1), person(2)])
    transfer(Advocate.objects.get(licence_number="12000001"), make_bar(), dt.date(2026, 2, 1))
    file = preview(bar, [person(1), person(2)])
    assert outcomes(file) == ["ambiguous", "unchanged"]
    assert [problem["code"] for problem in file.lines.get(outcome="ambiguous").problems] == ["other-bar"]
    assert file.missing == []


def test_who_left_another_bar_is_no_new_person(bar: Bar) -> None:
    """A new record would begin without the credit and the history that the file at the other bar has."""
    imported(make_bar(), [person(1)])
    someone = Advocate.objects.get()
    leave_bar(someone, dt.date(2026, 2, 1))
    line = preview(bar, [person(1)]).lines.get()
    assert (line.outcome, [problem["code"] for problem in line.problems]) == ("ambiguous", ["other-bar"])
    transfer(someone, bar, dt.date(2026, 3, 1))
    assert imported(bar, [person(1)]).changed == 1
    assert Advocate.objects.count() == 1


def test_what_an_open_line_asks_for_settles_it_once_recorded(bar: Bar) -> None:
    other, rows = make_bar(), [person(1)]
    imported(other, rows)
    someone = Advocate.objects.get()
    assert outcomes(preview(bar, rows)) == ["ambiguous"]
    transfer(someone, bar, dt.date(2026, 2, 1))
    assert imported(bar, rows).changed == 1  # the unit is another at each bar
    leave_bar(someone, dt.date(2026, 3, 1))
    left = preview(bar, rows).lines.get(outcome="ambiguous")
    assert [problem["code"] for problem in left.problems] == ["membership-ended"]
    rejoin(someone, dt.date(2026, 4, 1))
    assert outcomes(preview(bar, rows)) == ["unchanged"]


def test_applying_twice_does_it_once(bar: Bar) -> None:
    file = imported(bar, [person(1)])
    before = records()
    later = NOW + dt.timedelta(hours=1)
    again = apply_roll(file, by=None, now=later)
    assert (again.state, again.applied_at) == (ImportState.APPLIED, NOW)
    assert records() == before


def test_a_preview_that_no_longer_holds_is_refused_and_nothing_is_written(bar: Bar) -> None:
    stale = preview(bar, [person(1), person(2)])
    imported(bar, [person(1)])
    before = records()
    with pytest.raises(DomainError) as caught:
        apply_roll(stale, by=None, now=NOW)
    assert caught.value.code == "roll-moved-on"
    assert records() == before
    stale.refresh_from_db()
    assert (stale.state, stale.applied_at) == (ImportState.PREVIEWED, None)


def test_a_discarded_preview_cannot_be_applied_nor_an_applied_one_discarded(bar: Bar) -> None:
    file = discard_roll(discard_roll(preview(bar, [person(1)])))
    with pytest.raises(DomainError) as caught:
        apply_roll(file, by=None, now=NOW)
    assert (caught.value.code, Advocate.objects.count()) == ("roll-discarded", 0)
    with pytest.raises(DomainError) as caught:
        discard_roll(imported(bar, [person(1)]))
    assert caught.value.code == "roll-applied"


def test_a_chosen_encoding_is_remembered_for_applying(bar: Bar) -> None:
    content = csv([person(1, name="Өңірбаев Қанат")]).decode().encode("kz1048")
    file = preview_roll(bar, content, "roll.csv", by=None, encoding="kz1048", today=TODAY)
    apply_roll(file, by=None, now=NOW)
    assert Advocate.objects.get().full_name == "Өңірбаев Қанат"


@pytest.mark.parametrize("size", [10, 200])
def test_the_number_of_statements_does_not_grow_with_the_rows(
    size: int, bar: Bar, django_assert_num_queries: Callable[[int], CaptureQueriesContext]
) -> None:
    imported(bar, [person(number) for number in range(size)])
    rows = [person(number, phone=f"{number}", joined="01.07.2012") for number in range(size)]
    rows += [person(number, unit=f"Контора {number}") for number in range(size, 2 * size)]
    with django_assert_num_queries(10):
        file = preview(bar, rows)
    assert (file.changed, file.created) == (size, size)
    with django_assert_num_queries(23):
        apply_roll(file, by=None, now=NOW)


@pytest.fixture
def open_line(bar: Bar) -> RollLine:
    """A line that may name the advocate on record, or a namesake."""
    imported(bar, [person(1, name="Ким Анна")])
    return imported(bar, [person(2, name="Ким Анна"), person(3)]).lines.get(outcome="ambiguous")


def counts_of(line: RollLine) -> dict[str, int]:
    return {outcome: count for outcome, count in RollFile.objects.get(pk=line.file_id).counts.items() if count}


def test_an_open_line_can_be_decided_to_name_an_advocate(open_line: RollLine) -> None:
    one = Advocate.objects.get(pk=open_line.suggestions[0]["advocate"])
    decided = decide_line(open_line, advocate=one, by=None, now=NOW)
    one.refresh_from_db()
    assert (decided.outcome, decided.advocate_id) == (Outcome.CHANGED, one.pk)
    assert decided.changes["licence_number"] == ["12000001", "12000002"]
    assert (one.licence_key, one.email, str(one.unit)) == (
        "12000002", "t2@mail.example", "Юридическая консультация № 2",
    )  # fmt: skip
    assert counts_of(open_line) == {"created": 1, "changed": 1}


def test_an_open_line_can_be_decided_to_be_a_new_person(open_line: RollLine) -> None:
    decided = decide_line(open_line, advocate=None, by=None, now=NOW)
    assert (decided.outcome, decided.advocate.licence_number) == (Outcome.CREATED, "12000002")
    assert Membership.objects.get(advocate=decided.advocate).period.lower == dt.date(2012, 6, 1)
    assert counts_of(open_line) == {"created": 2}


def test_a_line_is_decided_only_once(open_line: RollLine) -> None:
    decide_line(open_line, advocate=None, by=None, now=NOW)
    before = records()
    with pytest.raises(DomainError) as caught:
        decide_line(open_line, advocate=None, by=None, now=NOW)
    assert (caught.value.code, records()) == ("line-decided", before)


def test_a_line_is_decided_only_after_its_file_is_applied(bar: Bar) -> None:
    imported(bar, [person(1, name="Ким Анна")])
    line = preview(bar, [person(2, name="Ким Анна")]).lines.get()
    with pytest.raises(DomainError) as caught:
        decide_line(line, advocate=None, by=None, now=NOW)
    assert (caught.value.code, Advocate.objects.count()) == ("roll-not-applied", 1)


def test_a_line_cannot_be_given_to_an_advocate_of_another_bar(open_line: RollLine) -> None:
    other = make_bar()
    imported(other, [person(7)])
    before = records()
    with pytest.raises(DomainError) as caught:
        decide_line(open_line, advocate=Advocate.objects.get(bar=other), by=None, now=NOW)
    assert (caught.value.code, records()) == ("advocate-of-another-bar", before)


def test_a_member_of_another_bar_cannot_be_decided_to_be_new(bar: Bar) -> None:
    imported(make_bar(), [person(1)])
    line = imported(bar, [person(1)]).lines.get()
    before = records()
    with pytest.raises(DomainError) as caught:
        decide_line(line, advocate=None, by=None, now=NOW)
    assert (caught.value.code, records()) == ("other-bar", before)


def test_nobody_is_given_the_identifier_of_another_advocate(bar: Bar) -> None:
    imported(bar, [person(1, iin="850101300005")])
    line = imported(bar, [person(2, name="Ковыльная Вера", iin="850101300005")]).lines.get()
    before = records()
    with pytest.raises(DomainError) as caught:
        decide_line(line, advocate=None, by=None, now=NOW)
    assert (caught.value.code, records()) == ("national-id-taken", before)


@pytest.mark.django_db(transaction=True)
def test_two_applies_at_once_import_the_roll_once() -> None:
    bar = make_bar()
    file = preview(bar, [person(number) for number in range(50)])
    rival = preview(bar, [person(number) for number in range(50)])
    start, ended = threading.Barrier(3), []

    def apply(one: RollFile) -> None:
        try:
            start.wait(10)
            ended.append(apply_roll(one, by=None, now=NOW).state)
        except DomainError as error:
            ended.append(error.code)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=apply, args=(one,)) for one in (file, file, rival)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert (Advocate.objects.count(), Membership.objects.count()) == (50, 50)
    assert sorted(ended) in (["applied", "applied", "roll-moved-on"], ["applied", "roll-moved-on", "roll-moved-on"])


def run(*args: object) -> str:
    out = io.StringIO()
    call_command("import_roll", *map(str, args), stdout=out)
    return out.getvalue()


def test_the_command_shows_the_preview_and_applies_only_when_told(bar: Bar, tmp_path: Path) -> None:
    imported(bar, [person(1), person(9)])
    path = tmp_path / "roll.csv"
    path.write_bytes(csv([person(1, phone="+7 702 1"), person(2, issued="31.02.2012"), person(3)]))
    shown = run(bar.code, path)
    assert "Nothing was imported" in shown
    for text in ("Rejected rows", "Дата выдачи лицензии", "does not exist", "+7 701 0000001", "+7 702 1", person(9)[0]):
        assert text in shown
    assert Advocate.objects.count() == 2
    assert "Imported." in run(bar.code, path, "--apply")
    assert Advocate.objects.count() == 3


def test_the_command_prints_json(bar: Bar, tmp_path: Path) -> None:
    path = tmp_path / "roll.csv"
    path.write_bytes(csv([person(1), person(2, issued="31.02.2012")]))
    document = json.loads(run(bar.code, path, "--json"))
    assert (document["rows"], document["counts"]["created"], document["counts"]["rejected"]) == (2, 1, 1)
    assert [line["rows"] for line in document["lines"]] == [[3], [4]]


@pytest.mark.parametrize(
    ("code", "name", "message"),
    [
        ("T-NONE", "roll.csv", "no bar with the code"),
        ("T-BAR", "none.csv", "cannot be opened"),
        ("T-BAR", "empty.csv", "The file is empty"),
    ],
)
def test_the_command_refuses_with_a_message(bar: Bar, tmp_path: Path, code: str, name: str, message: str) -> None:
    (tmp_path / "empty.csv").write_bytes(b"")
    with pytest.raises(CommandError, match=message) as caught:
        run(code, tmp_path / name)
    assert caught.value.returncode == 1
    assert not RollFile.objects.exists()


@pytest.fixture
def waiting_line(bar: Bar) -> RollLine:
    """An open line of a roll that is not applied yet."""
    imported(bar, [person(1, name="Ким Анна")])
    return preview(bar, [person(2, name="Ким Анна"), person(3)]).lines.get(outcome="ambiguous")


class TestChosenBefore:
    def test_nothing_changes_until_the_roll_is_applied_and_then_all_of_it(self, waiting_line: RollLine) -> None:
        one, before = Advocate.objects.get(), records()
        choose_line(waiting_line, advocate=one)
        assert records() == before
        applied = apply_roll(waiting_line.file, by=None, now=NOW)
        one.refresh_from_db()
        assert one.licence_number == "12000002"
        assert Advocate.objects.count() == 2
        assert counts_of(waiting_line) == {"created": 1, "changed": 1}
        assert (applied.ambiguous, applied.changed) == (0, 1)

    def test_it_can_be_somebody_new(self, waiting_line: RollLine) -> None:
        choose_line(waiting_line, advocate=None)
        apply_roll(waiting_line.file, by=None, now=NOW)
        assert counts_of(waiting_line) == {"created": 2}

    def test_what_was_chosen_is_replaced_and_taken_back(self, waiting_line: RollLine) -> None:
        choose_line(waiting_line, advocate=None)
        choose_line(waiting_line, advocate=Advocate.objects.get())
        leave_line_open(waiting_line)
        apply_roll(waiting_line.file, by=None, now=NOW)
        assert counts_of(waiting_line) == {"created": 1, "ambiguous": 1}

    def test_what_is_in_the_way_of_one_line_names_it_and_leaves_everything_as_it_was(self, bar: Bar) -> None:
        imported(make_bar(), [person(1)])
        line = preview(bar, [person(1), person(3)]).lines.get(outcome="ambiguous")
        choose_line(line, advocate=None)
        before = records()
        with pytest.raises(DomainError) as caught:
            apply_roll(line.file, by=None, now=NOW)
        assert caught.value.code == "other-bar"
        assert str(caught.value).startswith(f"{line.label}: ")
        assert records() == before

    def test_an_advocate_of_another_bar_cannot_be_chosen(self, waiting_line: RollLine) -> None:
        other = make_bar()
        imported(other, [person(7)])
        with pytest.raises(DomainError) as caught:
            choose_line(waiting_line, advocate=Advocate.objects.get(bar=other))
        assert caught.value.code == "advocate-of-another-bar"

    def test_once_it_is_applied_nothing_is_chosen_any_more(self, open_line: RollLine) -> None:
        for choose in (leave_line_open, lambda line: choose_line(line, advocate=None)):
            with pytest.raises(DomainError) as caught:
                choose(open_line)
            assert caught.value.code == "roll-not-previewed"
