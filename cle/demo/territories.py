"""The regional bars by their ISO 3166-2 code: how many advocates each has and how it keeps its roll."""

from __future__ import annotations

from itertools import cycle
from typing import Literal

Layout = Literal["sections", "columns", "semicolon", "kazakh", "excel-csv", "tab"]

NATIONAL = "KZ"
"""Code of the national bar; it holds courses for everybody and has no roll of its own."""

SIZES: dict[str, int] = {
    "KZ-10": 164,
    "KZ-11": 308,
    "KZ-15": 217,
    "KZ-19": 407,
    "KZ-23": 182,
    "KZ-27": 213,
    "KZ-31": 247,
    "KZ-33": 114,
    "KZ-35": 555,
    "KZ-39": 276,
    "KZ-43": 147,
    "KZ-47": 115,
    "KZ-55": 208,
    "KZ-59": 167,
    "KZ-61": 171,
    "KZ-62": 27,
    "KZ-63": 254,
    "KZ-71": 746,
    "KZ-75": 997,
    "KZ-79": 484,
}
"""Rows per region in the Ministry of Justice's open data on advocates of July 2025 (5,999 in all)."""

_ROTATION: tuple[Layout, ...] = ("sections", "columns", "semicolon", "kazakh", "excel-csv", "tab")

LAYOUTS: dict[str, Layout] = dict(zip(SIZES, cycle(_ROTATION), strict=False))
"""How each bar keeps its roll."""

ENCODINGS: dict[Layout, str] = {
    "sections": "",
    "columns": "",
    "semicolon": "cp1251",
    "kazakh": "kz1048",
    "excel-csv": "utf-8-sig",
    "tab": "utf-8",
}
"""Python's name of the text encoding; empty for workbooks."""


def layout_of(bar_code: str) -> Layout:
    """How the bar keeps its roll; a bar unknown here keeps a plain table."""
    return LAYOUTS.get(bar_code, "excel-csv")


def roll_encoding(bar_code: str) -> str:
    """The text encoding of the bar's roll, empty if it is a workbook."""
    return ENCODINGS[layout_of(bar_code)]


def holds_kazakh_letters(bar_code: str) -> bool:
    """Whether the bar's roll can hold Ә Ғ Қ Ң Ө Ұ Ү Һ at all: code page 1251 cannot."""
    return roll_encoding(bar_code) != "cp1251"
