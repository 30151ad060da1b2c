"""Rolls as bars keep them, read into people. All people, numbers and addresses are invented."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from advocates.roll import ParsedRoll, RollLine, parse_roll
from cle.core.errors import FileRefused, Problem
from cle.core.tables.model import Row, Table, Value

TODAY = dt.date(2026, 11, 23)
MARIA, ASEL, ALI = "Озёрная Мария Николаевна", "Серікова Әсел Нұрланқызы", "Мамедов Али Гасан оглы"
HEADINGS = ("№ п/п", "ФИО", "№ лицензии", "Дата выдачи", "Дата вступления в коллегию", "Телефон", "E-mail", "ИИН")


def table(*rows: Iterable[Value]) -> Table:
    return Table("xlsx", tuple(Row(number, tuple(cells)) for number, cells in enumerate(rows, 1)))


def parse(*rows: Iterable[Value]) -> ParsedRoll:
    return parse_roll(table(*rows), today=TODAY)


def one(headings: Iterable[Value], *cells: Value) -> RollLine:
    (line,) = parse(headings, cells).lines
    return line


def codes(problems: Iterable[Problem]) -> list[str]:
    return [problem.code for problem in problems]


def places(problems: Iterable[Problem]) -> list[tuple[str, int | None, str | None]]:
    return [(problem.code, problem.row, problem.column) for problem in problems]


def test_a_complete_row() -> None:
    line = one(
        (*HEADINGS, "Форма деятельности", "Юридическая консультация", "Район", "Язык"),
        1, f" {MARIA} ", "0001234", "01.02.2003", "05.06.03г.", "+7 701 000 00 00", "m.o@mail.example.kz",
        "850101351238", "адвокатская контора", "АК «Пример»", "Алатауский", "казахский",
    )  # fmt: skip
    assert line == RollLine(
        row=2, unit="АК «Пример»", region="Алатауский", full_name=MARIA, family_name="Озёрная", given_name="Мария",
        patronymic="Николаевна", licence_number="0001234", licence_date=dt.date(2003, 2, 1),
        joined_on=dt.date(2003, 6, 5), practice_form="office", email="m.o@mail.example.kz", phone="+7 701 000 00 00",
        national_id="850101351238", language="kk",
    )  # fmt: skip


def test_what_is_absent_is_empty() -> None:
    line = one(HEADINGS, 1, MARIA, "-", "", "нет", "жоқ", "—", "-")
    assert (line.licence_number, line.phone, line.email, line.national_id, line.unit) == ("", "", "", "", "")
    assert (line.licence_date, line.joined_on) == (None, None)
    assert line.errors == line.warnings == ()


REGIONAL = (
    ("", "", "Список членов коллегии адвокатов на 01.09.2026"),
    ("", "", "области"),
    (),
    ("", "", "Юридическая консультация № 1"),
    (1.0, "Каратальский район", MARIA, "8 701 000 00 00, р.т. 22-33-44"),
    (2.0, "Каратальский район", ASEL, "87010000001\n87020000002 s.a@mail.example.kz"),
    (),
    ("Адвокатская контора «Пример»", "", "", ""),
    (1.0, "Ескельдинский район", ALI, ""),
    ("", "", "Индивидуально практикующие"),
    (2.0, "Аксуский район", "Ким Анна Петровна", "8 701 000 00 03"),
    ("", "Итого: 4"),
    ("", "Председатель президиума", "", "________"),
)


def test_regional_list_without_headings() -> None:
    roll = parse(*REGIONAL)
    assert roll.as_of == dt.date(2026, 9, 1)
    assert [(line.row, line.full_name, line.unit, line.practice_form) for line in roll.lines] == [
        (5, MARIA, "Юридическая консультация № 1", "consultation"),
        (6, ASEL, "Юридическая консультация № 1", "consultation"),
        (9, ALI, "Адвокатская контора «Пример»", "office"),
        (11, "Ким Анна Петровна", "", "individual"),
    ]
    assert roll.lines[0].region == "Каратальский район"
    assert roll.lines[0].phone == "8 701 000 00 00, р.т. 22-33-44"
    assert (roll.lines[1].phone, roll.lines[1].email) == ("87010000001 87020000002", "s.a@mail.example.kz")
    assert roll.lines[2].patronymic == "Гасан оглы"
    assert all(line.errors == line.warnings == () for line in roll.lines)
    assert "no-headings" in codes(roll.notes)


def test_rows_that_are_no_people_are_told() -> None:
    assert places(parse(*REGIONAL).skipped) == [
        ("section", 4, None),
        ("section", 8, None),
        ("section", 10, None),
        ("total", 12, None),
        ("signature", 13, None),
    ]


def test_headings_below_a_title_with_all_that_stands_between_people() -> None:
    roll = parse(
        ("Утверждено 15.01.2020",),
        ("Реестр по состоянию на 1 сентября 2026 года",),
        ("№", "Ф.И.О. адвоката", "Номер лицензии", "Дата выдачи"),
        (1, 2, 3, 4),
        ("Юридическая консультация Медеуского района", "", "", ""),
        ("1", MARIA, "0001234", dt.date(2003, 2, 1)),
        ("№", "Ф.И.О. адвоката", "Номер лицензии", "Дата выдачи"),
        ("2.", ASEL, "11001234", dt.date(2011, 9, 1)),
        ("3", "", "", ""),
        ("и т.д.",),
        ("Всего адвокатов: 2",),
        ("Исп. Ким А.П., тел. 22-33-44",),
    )
    assert roll.as_of == dt.date(2026, 9, 1)
    assert [line.full_name for line in roll.lines] == [MARIA, ASEL]
    assert {line.unit for line in roll.lines} == {"Юридическая консультация Медеуского района"}
    assert places(roll.skipped) == [
        ("column-numbers", 4, None),
        ("section", 5, None),
        ("repeated-headings", 7, None),
        ("only-numbered", 9, None),
        ("and-so-on", 10, None),
        ("total", 11, None),
        ("signature", 12, None),
    ]


@pytest.mark.parametrize(
    ("title", "day"),
    [
        ("на 01.09.2026", dt.date(2026, 9, 1)),
        ("«1» сентября 2026 г.", dt.date(2026, 9, 1)),
        ("2026 жылғы 1 қыркүйекке", dt.date(2026, 9, 1)),
        ("as of 1 September 2026", dt.date(2026, 9, 1)),
        ("2026-09-01", dt.date(2026, 9, 1)),
        (dt.date(2026, 9, 1), dt.date(2026, 9, 1)),
        ("31.02.2026", None),
        ("Список адвокатов", None),
    ],
)
def test_date_of_the_title(title: Value, day: dt.date | None) -> None:
    assert parse((title,), HEADINGS, (1, MARIA)).as_of == day


def test_dates_of_people_are_not_the_date_of_the_list() -> None:
    assert parse(HEADINGS, (1, MARIA, "0001234", "01.02.2003")).as_of is None


@pytest.mark.parametrize(
    "headings",
    [
        ("ФИО", "№ лицензии", "Дата выдачи"),
        ("Фамилия, имя, отчество (при его наличии)", "Номер лицензии", "дата  выдачи лицензии"),
        ("Аты-жөні", "Лицензия нөмірі", "Берілген күні"),
        ("Аты-жони", "Лицензия номири", "Берилген куни"),
        ("Т.А.Ә.", "Лицензияның нөмірі", "Лицензияның берілген күні"),
        ("Full name", "License number", "Date of issue"),
        ("\ufeffФИО", "№ лицензии:", "ДАТА ВЫДАЧИ"),
        ("ФИО / Аты-жөні", "№ лицензии\nЛицензия нөмірі", "Дата выдачи | Берілген күні"),
        ("fio", "nomerlitsenzii", "datavydachilitsenzii"),
        ("ФИO", "№ лицeнзии", "Дaта выдачи"),  # Latin O, e, a
    ],
)
def test_headings_in_three_languages(headings: tuple[str, ...]) -> None:
    line = one(headings, MARIA, "0001234", "01.02.2003")
    assert (line.full_name, line.licence_number, line.licence_date) == (MARIA, "0001234", dt.date(2003, 2, 1))


def test_national_register_with_a_mixed_script_heading() -> None:
    line = one(("id", "fio", "region", "datavstupleniyavкоllegiyu", "adress"), 7, MARIA, "ЗКО", 37653, "ул. Примерная")
    assert (line.region, line.joined_on) == ("ЗКО", dt.date(2003, 2, 1))


def test_columns_that_are_not_read_are_told() -> None:
    roll = parse(("ФИО", "Адрес", "№ лицензии"), (MARIA, "ул. Примерная", "0001234"))
    assert places(roll.notes) == [("column-ignored", None, "Адрес")]


def test_notes_of_the_reader_are_kept() -> None:
    note = Problem("re-split", "The columns were divided again.")
    source = Table("csv", table(("ФИО",), (MARIA,)).rows, notes=(note,))
    assert parse_roll(source).notes == (note,)


@pytest.mark.parametrize("headings", [("Фамилия", "Имя", "Отчество"), ("Тегі", "Аты", "Әкесінің аты (бар болса)")])
def test_separate_name_columns(headings: tuple[str, ...]) -> None:
    line = one((*headings, "№ лицензии"), "Озёрная", "Анна Мария", " Карловна", "0001234")
    assert (line.family_name, line.given_name, line.patronymic) == ("Озёрная", "Анна Мария", "Карловна")
    assert line.full_name == "Озёрная Анна Мария Карловна"


def test_whole_name_in_the_column_of_family_names() -> None:
    line = one(("Фамилия", "Имя", "Отчество"), MARIA, "", "")
    assert (line.full_name, line.given_name) == (MARIA, "Мария")


def test_imya_alone_is_the_whole_name() -> None:
    assert one(("№", "Имя", "Телефон"), 1, MARIA, "8 701 000 00 00").family_name == "Озёрная"


def test_licence_divided_under_its_heading() -> None:
    roll = parse(
        ("№", "ФИО", "Лицензия", "", "Телефон"), ("", "", "номер", "дата", ""), (1, MARIA, "0001234", "01.02.03")
    )
    (line,) = roll.lines
    assert (line.licence_number, line.licence_date) == ("0001234", dt.date(2003, 2, 1))


@pytest.mark.parametrize(
    ("cell", "number", "day"),
    [
        ("0001234 от 01.02.2003", "0001234", dt.date(2003, 2, 1)),
        ("№0001234 от 01.02.03г.", "0001234", dt.date(2003, 2, 1)),
        ("11001234", "11001234", None),
    ],
)
def test_licence_number_and_date_in_one_column(cell: str, number: str, day: dt.date | None) -> None:
    line = one(("ФИО", "№ лицензии и дата"), MARIA, cell)
    assert (line.licence_number, line.licence_date, line.errors) == (number, day, ())


@pytest.mark.parametrize(
    ("cell", "day"),
    [
        ("01.02.2003", dt.date(2003, 2, 1)),
        ("01.02.2003г.", dt.date(2003, 2, 1)),
        ("05.06.03г.", dt.date(2003, 6, 5)),
        ("01.09.98", dt.date(1998, 9, 1)),
        ("с 01.02.2010", dt.date(2010, 2, 1)),
        ("c 01.02.2010", dt.date(2010, 2, 1)),  # a Latin c
        ("01,02,2010", dt.date(2010, 2, 1)),
        ("01,.02.2010", dt.date(2010, 2, 1)),
        ("37653", dt.date(2003, 2, 1)),
        (37653, dt.date(2003, 2, 1)),
        (dt.datetime(2003, 2, 1), dt.date(2003, 2, 1)),  # noqa: DTZ001
        ("23.11.2026", TODAY),
    ],
)
def test_dates_as_typed(cell: Value, day: dt.date) -> None:
    line = one(HEADINGS, 1, MARIA, "0001234", cell)
    assert (line.licence_date, line.errors, line.warnings) == (day, (), ())


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("24.11.2026", "date-out-of-range"),
        ("01.01.2099", "date-out-of-range"),
        ("01.01.1931", "date-out-of-range"),
        ("01.02.20033", "date-unreadable"),
        ("31.02.2003", "date-unreadable"),
        ("01.01.1899", "date-unreadable"),
        ("скоро", "date-unreadable"),
        ("01.02.2003, 05.06.2011", "several-dates"),
    ],
)
@pytest.mark.parametrize(("place", "column"), [(3, "Дата выдачи"), (4, "Дата вступления в коллегию")])
def test_bad_dates_reject_the_line_and_name_their_place(cell: str, code: str, place: int, column: str) -> None:
    cells: list[Value] = [1, MARIA, "0001234", "", "", "", "", ""]
    cells[place] = cell
    line = one(HEADINGS, *cells)
    assert places(line.errors) == [(code, 2, column)]


def test_without_today_the_far_future_is_still_wrong() -> None:
    (line,) = parse_roll(table(HEADINGS, (1, MARIA, "0001234", "01.01.2099"))).lines
    assert codes(line.errors) == ["date-out-of-range"]


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("1998", "date-year-only"),
        (1998, "date-year-only"),
        ("1998 г.", "date-year-only"),
        ("изменение 01.02.2003", "date-of-change"),
    ],
)
def test_half_known_dates_are_left_empty(cell: Value, code: str) -> None:
    line = one(HEADINGS, 1, MARIA, "0001234", cell)
    assert line.licence_date is None
    assert places(line.warnings) == [(code, 2, "Дата выдачи")]
    assert line.errors == ()


def test_date_beside_the_licence_number_is_checked_too() -> None:
    line = one(("ФИО", "№ лицензии"), MARIA, "0001234 от 01.02.2027")
    assert places(line.errors) == [("date-out-of-range", 2, "№ лицензии")]


def test_column_of_dates_goes_before_the_date_beside_the_number() -> None:
    line = one(HEADINGS, 1, MARIA, "0001234 от 01.02.2003", "05.06.2011")
    assert line.licence_date == dt.date(2011, 6, 5)
    assert codes(line.warnings) == ["licence-dates-differ"]


def test_joined_before_licensed_is_a_warning() -> None:
    line = one(HEADINGS, 1, MARIA, "0001234", "05.06.2011", "01.02.2003")
    assert line.errors == ()
    assert places(line.warnings) == [("joined-before-licensed", 2, "Дата вступления в коллегию")]


@pytest.mark.parametrize(
    ("cell", "errors", "warnings"),
    [
        (1234, [], ["licence-zeros-lost"]),
        ("01.02.2003", [], ["licence-only-date"]),
        ("0001234, 0005678", ["licence-two-numbers"], []),
        ("1.1E+07", ["licence-digits-lost"], []),
        ("0" * 51, ["too-long"], []),
    ],
)
def test_licence_problems_name_their_place(cell: Value, errors: list[str], warnings: list[str]) -> None:
    line = one(HEADINGS, 1, MARIA, cell)
    assert places(line.errors) == [(code, 2, "№ лицензии") for code in errors]
    assert places(line.warnings) == [(code, 2, "№ лицензии") for code in warnings]


@pytest.mark.parametrize(
    ("cell", "errors"),
    [
        ("850101351238", []),
        (850101351238.0, []),
        ("", []),
        ("850101351239", ["national-id-check-digit"]),
        (101300009.0, ["national-id-digits-lost"]),
        ("8.50101E+11", ["national-id-digits-lost"]),
    ],
)
def test_iin(cell: Value, errors: list[str]) -> None:
    line = one(HEADINGS, 1, MARIA, "0001234", "", "", "", "", cell)
    assert places(line.errors) == [(code, 2, "ИИН") for code in errors]


def test_identifiers_of_other_jurisdictions_are_not_checked() -> None:
    (line,) = parse_roll(table(("ФИО", "ПИНФЛ"), (MARIA, "30101900000000")), jurisdiction="UZ").lines
    assert (line.national_id, line.errors) == ("30101900000000", ())


@pytest.mark.parametrize(
    ("name", "errors", "warnings"),
    [
        ("", ["name-empty"], []),
        ("123", ["name-empty"], []),
        ("Озёрная", [], ["name-one-word"]),
        ("Асқар Серікұлы", [], ["name-no-family"]),
        ("Сер?кова ?сел", [], ["letters-lost"]),
        ("Ким Анна", [], []),
        ("Я" * 301, ["too-long", "too-long"], ["name-one-word"]),
    ],
)
def test_names(name: str, errors: list[str], warnings: list[str]) -> None:
    line = one(HEADINGS, 1, name, "0001234")
    assert places(line.errors) == [(code, 2, "ФИО") for code in errors]
    assert places(line.warnings) == [(code, 2, "ФИО") for code in warnings]


@pytest.mark.parametrize("name", ["Озёрная (Лесная)  Мария", "ОЗЁРНАЯ Мария", "Aскар Ким", "Ким\xa0Анна"])
def test_names_are_kept_exactly_as_typed(name: str) -> None:
    assert one(HEADINGS, 1, name, "0001234").full_name == name


@pytest.mark.parametrize(
    ("cell", "email", "warnings"),
    [
        ("m.o@mail.example.kz", "m.o@mail.example.kz", []),
        ("mailto:m.o@mail.example.kz", "m.o@mail.example.kz", []),
        ("m.o@mail.example.kz.", "m.o@mail.example.kz", []),
        ("m.o@mail", "", ["email-invalid"]),
        ("m.o mail.example.kz", "", ["email-invalid"]),
        ("m***@mail.example.kz", "", ["email-invalid"]),
        ("нет", "", []),
        ("a@mail.example.kz; b@mail.example.kz", "a@mail.example.kz", ["several-emails"]),
    ],
)
def test_emails(cell: str, email: str, warnings: list[str]) -> None:
    line = one(HEADINGS, 1, MARIA, "0001234", "", "", "", cell)
    assert (line.email, line.errors) == (email, ())
    assert places(line.warnings) == [(code, 2, "E-mail") for code in warnings]


def test_shared_email_is_fine() -> None:
    roll = parse(("ФИО", "E-mail"), (MARIA, "office@mail.example.kz"), (ASEL, "office@mail.example.kz"))
    assert [(line.email, line.warnings) for line in roll.lines] == [("office@mail.example.kz", ())] * 2


@pytest.mark.parametrize(
    ("cell", "phone"),
    [
        ("8 701 000 00 00, 22-33-44", "8 701 000 00 00, 22-33-44"),
        ("87010000000\n87020000000", "87010000000\n87020000000"),
        ("8701000000087020000000", "8701000000087020000000"),
        (77010000000.0, "77010000000"),
        ("+7 (701) 000-00-00", "+7 (701) 000-00-00"),
    ],
)
def test_telephones_stay_text(cell: Value, phone: str) -> None:
    line = one(HEADINGS, 1, MARIA, "0001234", "", "", cell)
    assert (line.phone, line.warnings) == (phone, ())


def test_telephone_in_exponent_form_is_a_warning() -> None:
    line = one(HEADINGS, 1, MARIA, "0001234", "", "", "7.701E+10")
    assert places(line.warnings) == [("phone-digits-lost", 2, "Телефон")]


def test_telephones_of_several_columns_are_joined() -> None:
    line = one(
        ("ФИО", "Телефон", "Телефон", "Контакты"), MARIA, "22-33-44", "8 701 000 00 00", "e-mail: a@mail.example.kz"
    )
    assert (line.phone, line.email) == ("22-33-44; 8 701 000 00 00", "a@mail.example.kz")


@pytest.mark.parametrize(
    ("cell", "form", "warnings"),
    [
        ("юридическая консультация", "consultation", []),
        ("Заң консультациясы", "consultation", []),
        ("адвокаттық кеңсе", "office", []),
        ("индивидуально", "individual", []),
        ("жеке-дара", "individual", []),
        ("Адвокатская контора Жекенова А.К.", "office", []),
        ("-", "", []),
        ("партнёрство", "", ["practice-form-unknown"]),
    ],
)
def test_forms_of_practice(cell: str, form: str, warnings: list[str]) -> None:
    line = one(("ФИО", "Форма деятельности"), MARIA, cell)
    assert (line.practice_form, codes(line.warnings)) == (form, warnings)


@pytest.mark.parametrize(("cell", "code"), [("қазақ тілі", "kk"), ("русский", "ru"), ("EN", "en"), ("", "")])
def test_languages(cell: str, code: str) -> None:
    line = one(("ФИО", "Язык"), MARIA, cell)
    assert (line.language, line.warnings) == (code, ())


def test_unknown_language_is_a_warning() -> None:
    assert codes(one(("ФИО", "Язык"), MARIA, "эльфийский").warnings) == ["language-unknown"]


def test_own_unit_goes_before_the_section() -> None:
    roll = parse(("ФИО", "ЮК"), ("Юридическая консультация № 1",), (MARIA, "Адвокатская контора № 2"), (ASEL, ""))
    assert [line.unit for line in roll.lines] == ["Адвокатская контора № 2", "Юридическая консультация № 1"]


def test_person_whose_number_was_forgotten_is_still_a_person() -> None:
    roll = parse(HEADINGS, (1, MARIA, "0001234"), ("", ASEL, "0005678"), ("", ALI))
    assert [line.full_name for line in roll.lines] == [MARIA, ASEL, ALI]


@pytest.mark.parametrize(
    "name",
    ["Городецкий Пётр Ильич", "Калашников Пётр", "Жекенов Ахмет", "Ауданбеков Дос", "Помощников Пётр", "Алкабаев Дос"],
)
def test_family_names_that_begin_like_offices_are_people(name: str) -> None:
    assert [line.full_name for line in parse(HEADINGS, ("", name)).lines] == [name]


def test_offices_may_be_numbered_too() -> None:
    roll = parse(HEADINGS, (1, "Юридическая консультация Медеуского района"), (1, MARIA), ("2.0", ASEL))
    assert [line.unit for line in roll.lines] == ["Юридическая консультация Медеуского района"] * 2


def test_short_rows_are_read() -> None:
    assert one(HEADINGS, 1, MARIA).full_name == MARIA


def test_duplicates_are_warned_about_on_both_lines() -> None:
    roll = parse(
        HEADINGS,
        (1, MARIA, "0001234"),
        (2, ASEL, "0001234"),
        (3, "ОЗЕРНАЯ МАРИЯ НИКОЛАЕВНА", "№ 0001234"),
        (4, MARIA, "0005678"),
    )
    assert [codes(line.warnings) for line in roll.lines] == [["duplicate-line"], [], ["duplicate-line"], []]
    assert all(line.errors == () for line in roll.lines)


def test_one_national_id_twice_is_warned_about() -> None:
    rows = [(n, name, "", "", "", "", "", "850101351238") for n, name in enumerate((MARIA, ASEL), 1)]
    assert [places(line.warnings) for line in parse(HEADINGS, *rows).lines] == [
        [("duplicate-national-id", 2, "ИИН")],
        [("duplicate-national-id", 3, "ИИН")],
    ]


def test_problems_carry_no_values() -> None:
    line = one(HEADINGS, 1, "Сер?кова ?сел", "0001234, 0005678", "31.02.2003", "", "", "m***@mail", "850101351239")
    told = " ".join(str(problem.message) for problem in (*line.errors, *line.warnings))
    assert len(line.errors) == 3
    assert not any(value in told for value in ("Сер", "0001234", "31.02", "m***", "850101351239"))


@pytest.mark.parametrize(
    "rows",
    [
        [],
        [()],
        [("Товар", "Цена"), ("Стол", 100), ("Стул", 50)],
        [("№", "Телефон"), (1, "8 701 000 00 00")],
        [(1, "Алматы Астана"), (2, "Северный Казахстан")],
        [(MARIA,)],
    ],
)
def test_tables_without_names_are_refused(rows: list[tuple[Value, ...]]) -> None:
    with pytest.raises(FileRefused) as refused:
        parse(*rows)
    assert refused.value.code == "not-a-roll"
    assert "Аты-жөні" in str(refused.value.message)


@pytest.mark.parametrize(
    "rows", [[HEADINGS], [("Список на 01.09.2026",), HEADINGS, (1, 2, 3, 4, 5, 6, 7, 8), ("Итого", 0)]]
)
def test_headings_without_people_are_refused(rows: list[tuple[Value, ...]]) -> None:
    with pytest.raises(FileRefused) as refused:
        parse(*rows)
    assert refused.value.code == "no-rows"


@pytest.mark.parametrize(
    "headings",
    [
        ("Name (original name)", "Email", "Join time", "Leave time", "Duration (minutes)", "Guest"),
        ("Name (Original Name)", "User Email", "Total Duration (Minutes)"),
        ("Имя (настоящее имя)", "Электронная почта пользователя", "Время входа", "Время выхода"),
        ("Full Name", "User Action", "Timestamp"),
        ("Full Name", "Join Time", "Leave Time", "Duration", "Email", "Role"),
        ("First name", "Last name", "Email", "Duration", "Time joined", "Time exited"),
        ("№ п/п", "ФИО", "№ лицензии", "Время прихода", "Время ухода", "Подпись"),
    ],
)
def test_attendance_reports_are_told_from_rolls(headings: tuple[str, ...]) -> None:
    with pytest.raises(FileRefused) as refused:
        parse(("Meeting Summary",), ("Meeting Title", "Семинар"), (), headings, (MARIA,))
    assert refused.value.code == "attendance-report"


def test_names_alone_are_a_roll_when_they_are_many() -> None:
    assert [line.full_name for line in parse((MARIA,), (ASEL,), (ALI,)).lines] == [MARIA, ASEL, ALI]


def test_licence_column_without_headings() -> None:
    roll = parse((1, MARIA, "0001234", "87010000000"), (2, ASEL, "11001234", "87020000000"))
    assert [(line.licence_number, line.phone) for line in roll.lines] == [
        ("0001234", "87010000000"),
        ("11001234", "87020000000"),
    ]


def test_column_of_contacts_may_be_mostly_empty() -> None:
    roll = parse((1, MARIA, ""), (2, ASEL, ""), (3, ALI, "8 701 000 00 00"))
    assert [line.phone for line in roll.lines] == ["", "", "8 701 000 00 00"]


def test_long_list_is_read_whole() -> None:
    rows = [(n, f"Озёрная Мария Николаевна №{n}", f"{n:07} от 01.02.2003", "01.02.2003") for n in range(1, 3001)]
    assert len(parse(HEADINGS, *rows).lines) == 3000


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.lists(st.one_of(st.text(max_size=30), st.floats(), st.integers(), st.dates()), max_size=8), max_size=6)
)
def test_any_cells_below_the_headings_give_lines_or_skipped_rows(rows: list[list[Value]]) -> None:
    roll = parse(HEADINGS, (1, MARIA, "0001234"), *rows)
    filled = [number for number, cells in enumerate(rows, 3) if any(str(cell).strip() for cell in cells)]
    told = [line.row for line in roll.lines] + [problem.row for problem in roll.skipped]
    assert sorted(number for number in told if number and number > 2) == filled
