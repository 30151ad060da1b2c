"""A bar's roll as it is kept in a spreadsheet, read into people."""

from advocates.roll.line import ParsedRoll, RollLine
from advocates.roll.parse import parse_roll

__all__ = ["ParsedRoll", "RollLine", "parse_roll"]
