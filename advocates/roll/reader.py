"""Reading the cells of one person's row, and gathering what is wrong with them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field, replace

from django.utils.translation import gettext_lazy as _

from advocates.identifiers import parse_licence, parse_national_id
from advocates.names import PersonName, letters_lost, split_full_name
from advocates.roll.columns import Layout
from advocates.roll.contacts import clean_email, split_contacts
from advocates.roll.dates import DateCell, is_plausible, out_of_range, read_date
from advocates.roll.people import looks_like_person
from advocates.roll.wording import is_absent, language, practice_form
from cle.core.errors import Problem, Text
from cle.core.tables.model import Row
from cle.core.tables.values import cell_text, lost_digits

_PARTS = ("family_name", "given_name", "patronymic")
_LONGEST = {**dict.fromkeys(_PARTS, 100), "licence_number": 50, "phone": 200, "national_id": 20}
_LONGEST_TEXT = 300


@dataclass(slots=True)
class RowReader:
    """One row, field by field. A method returns what can be kept and notes the problems of its columns."""

    row: Row
    layout: Layout
    today: dt.date | None
    jurisdiction: str
    errors: list[Problem] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)

    def text(self, name: str) -> str:
        """The cell's text without the spaces around it; an error when it is too long to be kept."""
        text = cell_text(self.layout.cell(self.row, name)).strip()
        self._limit(name, text)
        return text

    def name(self) -> tuple[str, PersonName]:
        """The full name as typed, and its parts as the columns have them or as they can be told apart."""
        column = "full_name" if "full_name" in self.layout.places else "family_name"
        parts = PersonName(self.text("family_name"), self.text("given_name"), self.text("patronymic"))
        joined = " ".join(filter(None, (parts.family, parts.given, parts.patronymic)))
        full_name = self.text("full_name") or joined
        if not joined or (parts.family == joined and looks_like_person(joined)):
            parts = split_full_name(full_name)
        for part, text in zip(_PARTS, (parts.family, parts.given, parts.patronymic), strict=True):
            self._limit(part, text, column)
        self._judge_name(full_name, parts, column)
        return full_name, parts

    def licence(self) -> tuple[str, dt.date | None]:
        """Number and date, which may share a cell; the date's own column goes first."""
        licence = parse_licence(self.layout.cell(self.row, "licence_number"))
        self._note(self.errors, licence.problem, "licence_number")
        alone = self.date("licence_date")
        self._limit("licence_number", licence.number)
        beside = licence.issued_on
        if beside and not is_plausible(beside, self.today):
            self._note(self.errors, out_of_range(), "licence_number")
        if alone and beside and alone != beside:
            message = _("The date beside the licence number is another one; the date in its own column was taken.")
            self._warn("licence-dates-differ", message, "licence_number")
        if licence.number or not alone:
            self._note(self.warnings, licence.warning, "licence_number")
        return licence.number, alone or beside

    def date(self, name: str) -> dt.date | None:
        cell: DateCell = read_date(self.layout.cell(self.row, name), self.today)
        self._note(self.errors, cell.error, name)
        self._note(self.warnings, cell.warning, name)
        return cell.day

    def email_and_phone(self) -> tuple[str, str]:
        """The first valid e-mail, or "", and all telephones as typed, from their own columns and a shared one."""
        emails, phones = [], []
        for column in ("email", "phone", "contacts"):
            for cell in self.layout.cells(self.row, column):
                if lost_digits(cell):
                    self._warn("phone-digits-lost", _("The telephone has lost digits in the spreadsheet."), column)
                phone, found = split_contacts(cell_text(cell))
                emails += [(email, column) for email in found]
                if column == "email":
                    emails += [(phone, column)] if phone and not found and not is_absent(phone) else []
                elif not is_absent(phone):
                    phones.append(phone)
        phone = "; ".join(phones)
        self._limit("phone", phone, "phone" if "phone" in self.layout.places else "contacts")
        return self._first_valid(emails), phone

    def national_id(self) -> str:
        value = self.layout.cell(self.row, "national_id")
        if is_absent(cell_text(value)):
            return ""
        found = parse_national_id(value, self.jurisdiction)
        self._note(self.errors, found.problem, "national_id")
        self._limit("national_id", found.value)
        return found.value

    def practice_form(self) -> str:
        text = self.text("practice_form")
        form = practice_form(text)
        if not form and not is_absent(text):
            message = _("This form of practice is not known; it was left empty.")
            self._warn("practice-form-unknown", message, "practice_form")
        return form

    def language(self) -> str:
        text = self.text("language")
        code = language(text)
        if not code and not is_absent(text):
            self._warn("language-unknown", _("This language is not known; it was left empty."), "language")
        return code

    def compare_dates(self, licensed: dt.date | None, joined: dt.date | None) -> None:
        if licensed and joined and joined < licensed:
            # Not an error: older licences were issued anew, and one row in nine of the national register is so.
            message = _("The date of joining is before the date of the licence.")
            self._warn("joined-before-licensed", message, "joined_on")

    def _judge_name(self, full_name: str, parts: PersonName, column: str) -> None:
        words = [word for word in full_name.split() if any(map(str.isalpha, word))]
        if not words:
            self._note(self.errors, Problem("name-empty", _("The row has no name.")), column)
        elif len(words) == 1:
            self._warn("name-one-word", _("The name is one word. Is the given name missing?"), column)
        elif not parts.family:
            self._warn("name-no-family", _("The name has no family name that can be told apart."), column)
        if letters_lost(full_name):
            message = _("Question marks stand in the name: Kazakh letters were lost when the file was saved.")
            self._warn("letters-lost", message, column)

    def _first_valid(self, emails: list[tuple[str, str]]) -> str:
        valid: list[str] = []
        for email, column in emails:
            if clean := clean_email(email):
                valid.append(clean)
            else:
                self._warn("email-invalid", _("The e-mail address is not valid; it was left empty."), column)
        if len(set(valid)) > 1:
            self._warn("several-emails", _("There are several e-mail addresses; the first was taken."), emails[0][1])
        return valid[0] if valid else ""

    def _limit(self, name: str, text: str, column: str = "") -> None:
        if len(text) > _LONGEST.get(name, _LONGEST_TEXT):
            self._note(self.errors, Problem("too-long", _("The text is too long to be kept.")), column or name)

    def _warn(self, code: str, message: Text, column: str) -> None:
        self._note(self.warnings, Problem(code, message), column)

    def _note(self, kept: list[Problem], problem: Problem | None, column: str) -> None:
        if problem is not None:
            kept.append(replace(problem, row=self.row.number, column=self.layout.label(column)))
