"""The short ways of an import against the long ones that they stand for: seeded random rolls, records and words."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from random import Random

import pytest
from django.db import transaction

from advocates.identifiers import licence_key
from advocates.models import Advocate, Bar, Membership, RollFile, RollLine, StatusSpan, Unit
from advocates.names import fold, split_full_name
from advocates.names.folding import _folded
from advocates.roll.columns import headed_layout
from advocates.roll.parse import _line
from advocates.roll.plain import PlainReader
from advocates.roll.reader import RowReader
from advocates.roll.rows import RowKind, kind_of
from advocates.roll.section import Section
from advocates.services.people import transfer
from advocates.services.roll import apply_roll, preview_roll
from advocates.services.roll_basis import basis_now
from cle.core.errors import DomainError
from cle.core.tables.model import Row, Table, Value
from tests.advocates.rolls import NOW, TODAY, csv, person
from tests.factories import make_bar

FAMILIES, GIVEN = ("Ким", "Ибраева", "Ив?нова", "Өтегенов"), ("Анна", "Қанат")
LETTERS = "абвгёжийклсуыьэюяӘғҚңӨұҮһіАВЕІё0123456789    "
ODD = LETTERS + "abcXYZİıß.-–'’?,;()№\u0301\u0306"
IINS = ("", "", "850101300005", "900512300124")


def roll_of(random: Random) -> list[list[str]]:
    """Few names, licences and identifiers, so that lines meet each other and the records in every way."""
    return [
        person(
            number,
            name=f"{random.choice(FAMILIES)} {random.choice(GIVEN)} {random.choice(('', 'Ерланович'))}".strip(),
            licence=random.choice(("", "0012345", "12345", "7000001", "7000002", "0", "00")),
            issued=random.choice(("14.05.2012", "", "31.02.2012")),
            unit=random.choice(("", "Контора «Самал»", "Юридическая консультация № 1")),
            phone=f"+7 701 {random.randrange(3)}",
            iin=random.choice(IINS),
        )
        for number in range(random.randrange(4, 9))
    ]


def _nothing(bar: Bar, content: bytes) -> None:
    pass


def _phone(bar: Bar, content: bytes) -> None:
    Advocate.objects.for_bar(bar).filter(pk__in=Advocate.objects.for_bar(bar)[:1]).update(phone="+7 702")


def _unit(bar: Bar, content: bytes) -> None:
    Unit.objects.for_bar(bar).filter(name__startswith="Контора").update(name="Контора")


def _moved(bar: Bar, content: bytes) -> None:
    if (one := Advocate.objects.for_bar(bar).first()) is not None:
        transfer(one, make_bar(), dt.date(2026, 2, 1))


def _came(bar: Bar, content: bytes) -> None:
    """Everybody of the file, into another bar."""
    apply_roll(preview_roll(make_bar(), content, "other.csv", by=None, today=TODAY), by=None, now=NOW)


PEOPLE = (
    "full_name", "licence_key", "name_key", "search_key", "phone", "email", "unit__name", "licence_date", "joined_on",
    "practice_form", "language", "version",
)  # fmt: skip
EVENTS: tuple[Callable[[Bar, bytes], None], ...] = (_nothing, _phone, _unit, _moved, _came)


def came_of(file: RollFile) -> object:
    """All that the import has written, or why it refused; and then as if it had never been."""
    try:
        with transaction.atomic():
            apply_roll(file, by=None, now=NOW)
            found = (
                list(Advocate.objects.order_by("pk").values_list(*PEOPLE)),
                [one.national_id.reveal() for one in Advocate.objects.order_by("pk")],
                list(Membership.objects.order_by("pk").values_list("advocate__full_name", "bar", "period", "document")),
                list(StatusSpan.objects.order_by("pk").values_list("advocate__full_name", "bar", "period", "status")),
                list(RollLine.objects.order_by("pk").values_list("outcome", "advocate__full_name", "changes")),
                list(Unit.objects.order_by("pk").values_list("name", "kind")),
            )  # fmt: skip
            raise transaction.TransactionManagementError
    except transaction.TransactionManagementError:
        return found
    except DomainError as error:
        return error.code


@pytest.mark.django_db
@pytest.mark.parametrize("seed", range(15))
def test_a_roll_carried_out_as_stored_is_the_one_planned_anew(seed: int) -> None:
    random, bar = Random(seed), make_bar()
    for there in (make_bar(), bar):
        apply_roll(preview_roll(there, csv(roll_of(random)), "r.csv", by=None, today=TODAY), by=None, now=NOW)
    content = csv(roll_of(random))
    file = preview_roll(bar, content, "roll.csv", by=None, today=TODAY)
    assert file.basis == basis_now(file)
    EVENTS[seed % len(EVENTS)](bar, content)
    as_stored = came_of(file)
    RollFile.objects.filter(pk=file.pk).update(basis="")
    assert came_of(file) == as_stored


CELLS: dict[str, tuple[Value, ...]] = {
    "№": ("1", "2", "17", " 3", "1000000", "4.", "№ 5", "", 6, 7.0, "Итого", "б/н"),
    "ФИО": (
        "Ким Анна", "Әлиев Ерлан Серікұлы", "Серікова Әсел Нұрлан қызы", "Анна Ерлановна", "Ким", "", " Ким Олег ",
        "Ив?нова Анна", "Фамилия Имя Отчество", "Контора Самал", "Бен Али Омар", "Ким  А. Б.", "Ким Анна 12", "7",
        "аль Али", "Абай-Құлов Ян", "Ким (Ли) Анна", "Ki_m An", "2", "Член Коллегии Третий Адвокат Городской",
        "Ким Анна " + "я" * 95,
    ),
    "№ лицензии": (
        "0012345", " 77 ", "7000001", "", "-", "АК 12", "№ 5 от 01.02.2003", 123, "1" * 51, "1.2E+11", "٣", "3",
    ),
    "Дата выдачи": ("01.02.2003", "2003-02-01", "", "31.02.2003", "2003", "-", TODAY, 37653, "01.01.2050"),
    "Дата вступления": ("02.03.2003", "01.02.1999", "", "нет", NOW.replace(tzinfo=None), "изменение", True, "4"),
    "Форма деятельности": ("", "контора", "индивидуально", "-", "кто знает", 5),
    "Юридическая консультация": ("", "ЮК № 1", "Индивидуально", "нет", "К" * 301, " АК "),
    "Регион": ("", "Алматы", "К" * 301, 5),
    "E-mail": ("", "a@b.kz", "a.b@c-d.example.kz ", "mailto:a@b.kz", "a@b", "a@b.kz, c@d.kz", "a*@b.kz", "-", "a@b.k"),
    "Телефон": ("", "+7 701 000 00 00", "87010000000", "8 (701) 00-00", "12", "нет", "1E+11", 87010000000, "a@b.kz"),
    "ИИН": ("", "850101300005", "850101300006", " 900512300124 ", 850101300005, "нет", "12"),
    "Язык": ("", "рус", "kk", "-", "эльфийский"),
}  # fmt: skip
PARTS: dict[str, tuple[Value, ...]] = {
    "Фамилия": ("Ким", "Ким-Ли", "Бен Али", "", "Ким Анна", "К?м", 5), "Имя": ("Анна", "Олег", "Анна Мария", "", "А."),
    "Отчество": ("", "Ерлановна", "Серік қызы", "-", "?"),
}  # fmt: skip


@pytest.mark.parametrize("seed", range(4))
def test_plain_rows_are_read_as_any_others(seed: int) -> None:
    """Most cells are of the first three of their column: else each row would have something that is not plain."""
    random = Random(seed)
    columns = {**CELLS, **(PARTS if seed % 2 else {})}
    found = 0
    for number in range(1500):
        if number % 50 == 0:
            asked = [name for name in columns if name in ("ФИО", "Фамилия", "Имя") or random.random() < 0.7]
            headings = Row(1, tuple(asked))
            layout = headed_layout(Table("xlsx", (headings,)))
            assert layout is not None
            reader = PlainReader.of(layout, headings, TODAY, "KZ")
            assert reader is not None
        odd = random.choice((0.0, 0.05, 0.2))
        cells = (random.choice(columns[name] if random.random() < odd else columns[name][:3]) for name in asked)
        row = Row(number, tuple(cells))
        section = random.choice((Section(), Section("ЮК", "consultation")))
        if (line := reader.line(row, section)) is not None:
            found += 1
            assert kind_of(row, layout, headings) is RowKind.PERSON, row
            assert line == _line(RowReader(row, layout, TODAY, "KZ"), section), row
            assert line.errors == line.warnings == ()
    assert found > 200


def test_plain_names_are_parted_as_any_others() -> None:
    random = Random(5)
    words = ("Ким", "Ерлановна", "кызы", "Абрамович", "фон", "Серікұлы", "оглы", "А", "Б1", "12", "Ли_", "Ян-Ли", "Ó")
    for _ in range(3000):
        text = " ".join(random.choices(words, k=random.randrange(6)))
        assert split_full_name(text) == split_full_name(f" {text} "), text


def test_plain_names_fold_as_any_others() -> None:
    random = Random(11)
    for number in range(4000):
        text = "".join(random.choices(ODD if number % 4 else LETTERS, k=random.randrange(16)))
        assert fold(text) == _folded(text), text


@pytest.mark.parametrize("number", ["0", "00", "0012345", "14000001"])
def test_a_licence_of_digits_alone_is_its_own_key(number: str) -> None:
    assert licence_key(number) == licence_key(f"№ {number}") == number
