"""Text tables: encodings (E), delimiters and quotes (D)."""

from __future__ import annotations

import pytest

from cle.core.errors import FileRefused
from cle.core.tables import read_table
from tests.core.tables.files import ROLL, ROLL_CELLS

RUSSIAN = ROLL.replace("Әлия Қанатқызы", "Алия Канатовна")


def cells(content: bytes | str, **options: str) -> list[tuple[object, ...]]:
    raw = content.encode() if isinstance(content, str) else content
    return [row.cells for row in read_table(raw, "any.bin", **options).rows]


def codes(content: bytes | str) -> list[tuple[str, int | None, str | None]]:
    raw = content.encode() if isinstance(content, str) else content
    return [(note.code, note.row, note.column) for note in read_table(raw, "any.bin").notes]


@pytest.mark.parametrize(
    ("content", "encoding"),
    [
        pytest.param(ROLL.encode(), "utf-8", id="E-utf-8"),
        pytest.param(b"\xff\xfe" + ROLL.encode("utf-16-le"), "utf-16", id="E1-utf-16-le-with-mark"),
        pytest.param(b"\xfe\xff" + ROLL.encode("utf-16-be"), "utf-16", id="E2-utf-16-be-with-mark"),
        pytest.param(ROLL.encode("utf-16-le"), "utf-16-le", id="E3-utf16-without-bom"),
        pytest.param(ROLL.encode("utf-16-be"), "utf-16-be", id="E3-utf16-be-without-bom"),
        pytest.param(b"\xff\xfe" + ROLL.encode("utf-16-le") + b"\x0a", "utf-16", id="E3-utf16-cut-in-a-character"),
        pytest.param(ROLL.encode("utf-8-sig"), "utf-8-sig", id="E4-utf-8-with-mark"),
        pytest.param(("п»ї" + ROLL).encode(), "utf-8", id="E4-mark-read-as-1251"),
        pytest.param(("ÿþ" + ROLL).encode(), "utf-8", id="E4-utf-16-mark-as-letters"),
        pytest.param(("\ufeff\ufeff" + ROLL).encode(), "utf-8-sig", id="E4-mark-twice"),
        pytest.param(ROLL.replace("№", "N").encode("kz1048"), "kz1048", id="E5-kazakh-letters-in-kz-1048"),
    ],
)
def test_every_encoding_gives_the_same_cells(content: bytes, encoding: str) -> None:
    table = read_table(content, "roll.csv")
    assert [row.cells for row in table.rows][1:] == ROLL_CELLS[1:]
    assert table.rows[0].cells[0] in ("№", "N")
    assert (table.kind, table.encoding, table.delimiter) == ("csv", encoding, ";")


@pytest.mark.parametrize("encoding", ["cp1251", "koi8-r", "cp866"])
def test_single_byte_russian_is_told_apart_by_its_letters(encoding: str) -> None:
    """E6."""
    table = read_table(RUSSIAN.replace("№", "N").encode(encoding), "roll.csv")
    assert table.rows[1].cells[1] == "Озёрная Алия Канатовна"
    assert [note.code for note in table.notes] == ["encoding-guessed"]


def test_certain_encodings_leave_no_note() -> None:
    assert codes(ROLL) == []
    assert codes("id,name\n1,Askar\n") == []


def test_chosen_encoding_wins_over_the_guess() -> None:
    """E6: the person saw a wrong preview."""
    content = "Name;City\nJosé;Kraków\n".encode("cp1250")
    assert cells(content)[1] != ("José", "Kraków")
    assert cells(content, encoding="cp1250")[1] == ("José", "Kraków")


@pytest.mark.parametrize(
    ("encoding", "code"),
    [("no-such-code", "unknown-encoding"), ("hex", "unknown-encoding"), ("ascii", "wrong-encoding")],
)
def test_chosen_encoding_must_exist_and_fit(encoding: str, code: str) -> None:
    with pytest.raises(FileRefused) as refused:
        read_table(ROLL.encode(), "roll.csv", encoding=encoding)
    assert refused.value.code == code


def test_lost_kazakh_letters_are_noted_by_cell() -> None:
    """E5: cp1251 has no Kazakh letters, so a program wrote question marks."""
    lost = ROLL.encode("cp1251", "replace")
    assert ("letters-lost", 2, "B") in codes(lost)
    assert codes("Вопрос;Ответ\nПочему?;Да?\n") == []


@pytest.mark.parametrize("wrong", ["cp1251", "cp1252"])
def test_double_encoding_is_undone_and_noted(wrong: str) -> None:
    """E6: bytes that the wrong code page leaves undefined became control characters."""
    twice = "".join(bytes([byte]).decode(wrong, "ignore") or chr(byte) for byte in ROLL.encode())
    assert twice != ROLL
    assert cells(twice) == ROLL_CELLS
    assert codes(twice) == [("double-encoded", 1, None)]


def test_double_encoding_that_lost_bytes_is_only_noted() -> None:
    damaged = ROLL.encode().decode("cp1251", "ignore")
    assert ("maybe-double-encoded", 1, None) in codes(damaged)


def test_one_bad_byte_names_row_and_column() -> None:
    """E7."""
    rows = ROLL.encode().splitlines(keepends=True)
    with pytest.raises(FileRefused) as refused:
        read_table(b"".join([rows[0], rows[1].replace(b";0012", b";\xff12"), rows[2]]), "roll.csv")
    assert (refused.value.code, refused.value.problem.row, refused.value.problem.column) == ("bad-byte", 2, "C")


def test_invisible_characters_stay_in_the_cell() -> None:
    """E8: they are ignored when comparing, but the original is kept."""
    assert cells("ФИО;Город\nОзё\u00adрная\u00a0А.;Алматы\u200b\n")[1] == ("Озё\u00adрная\u00a0А.", "Алматы\u200b")


@pytest.mark.parametrize(
    ("text", "delimiter", "row"),
    [
        pytest.param("ФИО;Часы\nА;62,5\nБ;1,5\n", ";", ("А", "62,5"), id="D1-decimal-comma"),
        pytest.param("ФИО\tЧасы, мин\nА\t62,5\nБ\t7,5\n", "\t", ("А", "62,5"), id="D1-tab"),
        pytest.param("ФИО|Часы\nА|62,5\n", "|", ("А", "62,5"), id="D1-bar"),
        pytest.param("ФИО,Часы\nА,62.5\n", ",", ("А", "62.5"), id="D1-comma"),
        pytest.param(
            "№,ФИО,Телефон\n1,А,+7701;+7702\n2,Б,1;2\n", ",", ("1", "А", "+7701;+7702"), id="D1-inner-semicolon"
        ),
        pytest.param(
            "Роль, адвокаты\nФИО;Адрес\nА;г. Х, ул. У, 5\nБ;г. Х, ул. В, 6\n", ";", ("ФИО", "Адрес"), id="D1-title"
        ),
        pytest.param(
            'Тема,ФИО\n"Право; этика","Озёрная, Алия"\n', ",", ("Право; этика", "Озёрная, Алия"), id="D2-comma"
        ),
        pytest.param('A,B\n"a ""b""",c\n', ",", ('a "b"', "c"), id="D2-doubled-quotes"),
        pytest.param('A, B\nx, "y, z"\n', ",", ("x", "y, z"), id="D2-space-before-quote"),
    ],
)
def test_delimiter_is_the_one_of_the_headings(text: str, delimiter: str, row: tuple[str, ...]) -> None:
    table = read_table(text.encode(), "x.csv")
    assert table.delimiter == delimiter
    assert table.rows[1].cells == row


@pytest.mark.parametrize("line", ["sep=;", '"sep=;"', "SEP=;"])
def test_declared_separator_is_obeyed_and_dropped(line: str) -> None:
    """D1: rows keep the numbers that a person sees."""
    table = read_table(f"{line}\r\nФИО;Часы, мин\r\nА;1,5\r\n".encode(), "x.csv")
    assert [(row.number, row.cells) for row in table.rows] == [(2, ("ФИО", "Часы, мин")), (3, ("А", "1,5"))]


def test_undoubled_quotes_are_repaired_and_noted() -> None:
    """D2, as a learning platform writes them."""
    text = 'Имя,Балл\n"Тест "Буквы" Тестов",5\n"ровно ""так""",6\n"не закрыто,7\nдалее,8\n'
    assert cells(text)[1:] == [('Тест "Буквы" Тестов', "5"), ('ровно "так"', "6"), ('"не закрыто', "7"), ("далее", "8")]
    assert codes(text) == [("quotes-repaired", 2, None), ("quotes-repaired", 4, None)]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_line_breaks_in_quotes_and_of_every_kind(end: str) -> None:
    """D3: the number is that of the record's first line."""
    table = read_table(end.join(["ФИО;Тел", 'А;"1', '2"', "", "Б;3", ""]).encode(), "x.csv")
    assert [(row.number, row.cells) for row in table.rows] == [
        (1, ("ФИО", "Тел")), (2, ("А", "1\n2")), (4, ()), (5, ("Б", "3")),
    ]  # fmt: skip


def test_short_and_long_rows_keep_what_they_have() -> None:
    """D4."""
    assert [len(row) for row in cells("a;b;c\n1;2\n1;2;3;4\n")] == [3, 2, 4]


@pytest.mark.parametrize("cell", ['="0012"', '"=""0012"""'])
def test_excel_text_wrapping_is_taken_off(cell: str) -> None:
    """Z3: a legal trick to keep leading zeros."""
    assert cells(f"ФИО;Номер\nА;{cell}\n")[1] == ("А", "0012")


def test_wrapped_cell_may_hold_the_delimiter() -> None:
    assert cells('ФИО,Тема\n="А, Б",="В"\n')[1] == ("А, Б", "В")


def test_hostile_text_stays_text_without_controls() -> None:
    """Z5, Z8: the note says where, never what."""
    hostile = "<script>{{ 1 }}%s' DROP TABLE\u202e"
    content = f"ФИО;X\n{hostile}\x00\x07;=cmd|'/c'!A1\n"
    assert cells(content)[1] == (hostile, "=cmd|'/c'!A1")
    assert codes(content) == [("controls-removed", 2, "A")]
    assert all("DROP" not in str(note.message) for note in read_table(content.encode(), "x.csv").notes)
