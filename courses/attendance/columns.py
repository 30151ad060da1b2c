"""The headings of attendance reports, in the languages they were seen in, and the columns they stand for."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache

from cle.core.tables.headings import heading_key
from cle.core.tables.model import Row, Value
from cle.core.tables.values import cell_text

ALIASES: dict[str, tuple[str, ...]] = {
    "name": (
        "name (original name)", "user name (original name)", "user name", "name", "full name", "fullname",
        "display name", "participant", "student name", "имя (настоящее имя)", "имя", "фио", "ф.и.о.", "фио адвоката",
        "фио участника", "полное имя", "участник", "студент", "адвокат", "фамилия имя отчество",
        "фамилия, имя, отчество",
        "фамилия, имя, отчество (при наличии)", "аты-жөні", "т.а.ә.", "тегі, аты, әкесінің аты", "қатысушы",
        "nome completo", "nom complet", "imię i nazwisko", "名前 (元の名前)", "名前", "ชื่อเต็ม",
    ),
    "family": ("last name", "family name", "surname", "фамилия", "тегі"),
    "given": ("first name", "given name", "имя", "аты", "есімі"),
    "patronymic": ("отчество", "отчество (при наличии)", "әкесінің аты", "patronymic", "middle name"),
    "email": (
        "user email", "email", "e-mail", "email address", "attendee email", "registration email", "почта",
        "электронная почта пользователя", "электронная почта", "адрес электронной почты", "эл. почта",
        "электрондық пошта", "adres e-mail", "ユーザーメール",
    ),
    "upn": ("participant id (upn)", "identyfikator uczestnika (upn)"),
    "licence": (
        "№ лицензии", "номер лицензии", "лицензия", "лицензия №", "лицензия № и дата", "лицензия нөмірі",
        "№ удостоверения", "licence", "license", "licence number", "license number", "licence no", "license no",
    ),
    "join": (
        "join time", "join", "joined", "first join", "time joined", "first seen", "время входа", "вошел", "вход",
        "время присоединения", "время присоединения ва", "время прихода", "приход", "пришел", "келген уақыты",
        "heure d'arrivée", "godzina dołączenia", "pierwsze dołączenie", "参加時刻", "เวลาเข้าร่วม",
    ),
    "leave": (
        "leave time", "leave", "left", "last leave", "time exited", "время выхода", "вышел", "выход",
        "время выхода из ва", "время ухода", "уход", "ушел", "кеткен уақыты", "heure de départ",
        "godzina opuszczenia", "ostatnie wyjście", "退出時刻", "เวลาออก",
    ),
    "duration": (
        "duration", "in-meeting duration", "time in session", "attendance duration",
        "actual duration", "time in call", "minutes",
        "продолжительность", "длительность", "длительность участия", "время в сеансе", "минуты", "минут",
        "кол-во минут",
        "количество минут", "ұзақтығы", "durée", "czas trwania", "czas udziału w spotkaniu", "所要時間",
    ),
    "total": ("total duration", "общая продолжительность"),
    "action": ("user action", "action", "atividade"),
    "timestamp": ("timestamp", "utceventtimestamp", "data e hora"),
    "session id": ("sessionid",),
    "waiting": ("in waiting room", "в зале ожидания"),
    "attended": ("attended", "присутствовал", "посетил"),
    "role": ("role", "роль", "rola", "rôle"),
    "session": ("session name",),
    "date": ("date", "дата", "күні"),
    "mark": (
        "attended", "присутствовал", "посетил", "attendance", "present", "presence", "mark",
        "присутствие", "присутствие на занятии", "явка", "отметка",
        "отметка о присутствии", "отметка о явке", "посещение", "қатысуы", "қатысу", "қатысты",
    ),
    "registered": ("registration time", "completion time"),
    "approval": ("approval status", "статус утверждения"),
    "attentiveness": ("attentiveness score",),
    "topic": ("topic", "тема", "トピック"),
    "meeting": ("meeting id", "id", "идентификатор конференции", "webinar id", "ミーティングid"),
    "starts": ("start time", "actual start time", "время начала", "開始時刻", "начало"),
    "ends": ("end time", "время завершения", "время окончания", "終了時刻", "окончание"),
}  # fmt: skip

_UNIT = re.compile(
    r"\s*[(（](?:minutes?|mins?|минуты?|мин\.?|минут|hours?|ч\.?|часов|sec|utc|h?h:mm(?::ss)?|mm:ss|分)[)）]\s*$",
    re.IGNORECASE,
)


@lru_cache(maxsize=4096)
def _text_key(text: str) -> str:
    return heading_key(_UNIT.sub("", text).replace("_", " "))


def column_key(value: Value) -> str:
    """The heading as it is compared: ``heading_key`` without the unit or zone in brackets."""
    return _text_key(cell_text(value)[:200])


_FIELDS: dict[str, set[str]] = {}
for _field, _names in ALIASES.items():
    for _alias in _names:
        _FIELDS.setdefault(column_key(_alias), set()).add(_field)


def find_columns(row: Row) -> Mapping[str, int]:
    """Field to cell index, both from 0; empty if the row cannot be a row of headings.

    Reports that repeat the meeting beside each person have the host's e-mail and the meeting's duration
    under the same headings, to the left of the name: there only columns right of the name count.
    """
    if any(not isinstance(cell, str) or cell.lstrip('"= ')[:1].isdigit() for cell in row.cells if cell != ""):
        return {}
    return match_columns(row)


def match_columns(row: Row) -> Mapping[str, int]:
    """As ``find_columns``, but other cells may be numbers and dates: sheets with one column per day have them."""
    places: dict[str, list[int]] = {}
    for index, cell in enumerate(row.cells):
        for field in _FIELDS.get(column_key(cell), ()) if cell else ():
            places.setdefault(field, []).append(index)
    pivot = _name_column(places)
    flat = "topic" in places and pivot > 0
    columns = {field: _nearest(found, pivot, flat=flat and field in _OF_PERSON) for field, found in places.items()}
    return _without_double_use({field: index for field, index in columns.items() if index >= 0})


def heading_text(row: Row, columns: Mapping[str, int], field: str) -> str:
    """The heading as the file has it."""
    return cell_text(row.cells[columns[field]]) if field in columns else ""


def is_headed(row: Row, titles: Sequence[str]) -> bool:
    """Whether the row repeats the headings whose keys these are; mostly its first cell says that it does not."""
    pairs = zip(row.cells, titles, strict=True)
    return len(row.cells) == len(titles) and all(column_key(cell) == title for cell, title in pairs)


def value_at(row: Row, columns: Mapping[str, int], field: str) -> Value:
    """The field's cell; "" where there is no such column or the row is too short."""
    index = columns.get(field, -1)
    return row.cells[index] if 0 <= index < len(row.cells) else ""


def filled(row: Row) -> list[int]:
    """The indexes of the cells that hold something."""
    return [i for i, cell in enumerate(row.cells) if not isinstance(cell, str) or cell.strip()]


_OF_PERSON = frozenset({"name", "email", "join", "leave", "duration", "total", "waiting"})


def _name_column(places: Mapping[str, list[int]]) -> int:
    """The last name column with a time or a length to its right, else the first name column, else 0."""
    names = places.get("name") or places.get("given") or places.get("family") or [0]
    ends = [max(places[field]) for field in ("join", "leave", "duration", "total") if field in places]
    fit = [index for index in names if ends and index < max(ends)]
    return fit[-1] if fit else names[0]


def _nearest(found: list[int], pivot: int, *, flat: bool) -> int:
    right = [index for index in found if index >= pivot]
    if right:
        return right[0]
    return -1 if flat else found[0]


def _without_double_use(columns: dict[str, int]) -> dict[str, int]:
    """ "Имя" is a full name alone, and a given name beside a family name."""
    if columns.get("name") == columns.get("given"):
        columns.pop("given" if "family" not in columns else "name", None)
    return columns
