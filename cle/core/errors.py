"""Errors that a person can act on."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise

Text = str | Promise
"""A message: plain, or translated when it is shown."""


class DomainError(Exception):
    """A rule of the domain was broken; nothing was changed.

    ``code`` is stable and for programs, ``message`` is for people and may be lazy.
    """

    def __init__(self, code: str, message: Text) -> None:
        super().__init__(code)
        self.code = code
        self.message = message

    def __str__(self) -> str:
        return str(self.message)


class NotInOrder(Exception):
    """What was asked for waits until something on the server is mended; nothing was changed.

    ``str`` says it to people, in their language, without a path; whoever looks after the server finds more in the log.
    """


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong, or worth a look, in a file: where it is and why.

    ``row`` is the row number that the person sees in the spreadsheet (from 1), ``column`` the
    heading or letter of the column; both are None for a problem of the whole file.
    Problems carry no personal data: they name the place, never the value (they end up in logs).
    """

    code: str
    message: Text
    row: int | None = None
    column: str | None = None


class FileRefused(DomainError):
    """The file as a whole cannot be read; nothing was saved."""

    def __init__(self, code: str, message: Text, *, row: int | None = None, column: str | None = None) -> None:
        super().__init__(code, message)
        self.problem = Problem(code, message, row, column)
