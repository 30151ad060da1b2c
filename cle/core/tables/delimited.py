"""Delimited text to records: which delimiter, and what to do about quotes that were not doubled."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any

Record = tuple[int, list[str]]
"""The number of the record's first line, from 1, and its cells."""

_DELIMITERS = "\t;|"
_LOOK_AT = 60  # lines
_LONGEST_CELL = 10  # lines that a badly quoted cell may run over before its quote is taken for a letter
_QUOTED = re.compile(r'"[^"]*"')


def without_quoted(line: str) -> str:
    return _QUOTED.sub("", line)


def find_delimiter(lines: Sequence[str]) -> str:
    """Tab, semicolon, bar or comma, whichever parts the lines; a comma when there is nothing to go by.

    Commas also stand in titles, addresses and decimals, the others hardly ever do: one of them on half of the
    lines wins, unless a line with as many commas as the rest and none of it (the headings) comes first.
    """
    looked = [bare for line in lines[: _LOOK_AT * 2] if (bare := without_quoted(line)).strip(" ")][:_LOOK_AT]
    commas = [line.count(",") for line in looked]
    usual = Counter(count for count in commas if count).most_common(1)
    coverage = {mark: sum(mark in line for line in looked) for mark in _DELIMITERS}
    best = max(_DELIMITERS, key=lambda mark: (coverage[mark], sum(line.count(mark) for line in looked)))
    if not usual or not coverage[best]:
        return best if coverage[best] else ","
    first = next(index for index, line in enumerate(looked) if best in line)
    comma_headings = any(count >= max(usual[0][0], 2) for count in commas[:first])
    return best if coverage[best] * 2 >= len(looked) and not comma_headings else ","


def records(text: str, delimiter: str, *, most: int) -> tuple[list[Record], list[int]]:
    """The records of a text whose lines end in LF, ``most`` at most, and the lines where quotes were repaired."""
    try:
        if '"' not in text:  # then each line is a record
            return list(enumerate(islice(_reader(text, delimiter), most), 1)), []
        return list(islice(_strict(text, delimiter), most)), []
    except csv.Error:
        repaired: list[int] = []
        return list(islice(_tolerant(text, delimiter, repaired), most)), repaired


def split_line(line: str, delimiter: str) -> list[str]:
    """One record in one string; whatever follows a line break outside quotes stays in the last cell."""
    cells, used, _ = _record(line, delimiter)
    cells[-1] = "\n".join([cells[-1], *line.split("\n")[used:]])
    return cells


def _reader(text: str, delimiter: str) -> Any:
    return csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True, skipinitialspace=True)


def _strict(text: str, delimiter: str) -> Iterator[Record]:
    reader = _reader(text, delimiter)
    first = 1
    for cells in reader:
        yield first, cells
        first = reader.line_num + 1


def _tolerant(text: str, delimiter: str, repaired: list[int]) -> Iterator[Record]:
    lines = text.split("\n")
    index = 0
    while index < len(lines):
        line, used, odd = lines[index], 1, False
        if '"' in line:
            cells, used, odd = _record("\n".join(lines[index : index + _LONGEST_CELL]), delimiter)
        else:
            cells = line.split(delimiter)
        if odd:
            repaired.append(index + 1)
        yield index + 1, cells
        index += used


def _record(text: str, delimiter: str) -> tuple[list[str], int, bool]:
    """The first record of the text, how many lines it took, and whether its quotes were at fault.

    A quote opens a cell only at its start and closes it only before a delimiter or the line's end.
    """
    mark = re.escape(delimiter)
    opening, plain = re.compile(' *(")?'), re.compile(f"[^{mark}\n]*")
    closing = re.compile(f'"+(?= *(?:{mark}|\n|$)) *')
    cells: list[str] = []
    place, odd, closable = 0, False, True
    while True:
        start = opening.match(text, place)
        assert start is not None
        end = closing.search(text, start.end()) if start[1] and closable else None
        if end:
            inside = text[start.end() : end.start() + len(end[0].rstrip(" ")) - 1]
            odd = odd or '"' in inside.replace('""', "")
            cells.append(inside.replace('""', '"'))
            place = end.end()
        else:
            # No closing quote from here on means none later either: the search stays linear.
            closable, odd = closable and not start[1], odd or bool(start[1])
            bare = plain.match(text, start.start(1) if start[1] else start.end())
            assert bare is not None
            cells.append(bare[0])
            place = bare.end()
        if not text.startswith(delimiter, place):
            return cells, text.count("\n", 0, place) + 1, odd
        place += 1
