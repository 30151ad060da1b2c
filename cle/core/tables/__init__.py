"""Reading spreadsheets and text tables as people really keep them.

``read_table(content, name, sheet="", encoding="", limits=Limits())`` gives a ``Table`` or raises ``FileRefused``;
nothing in a file is ever evaluated or fetched. ``find_heading`` then finds the headings and the columns.
"""

from cle.core.tables.checks import column_notes
from cle.core.tables.headings import (
    Heading,
    find_heading,
    heading_key,
    is_blank,
    is_column_numbers,
    is_total,
    rows_below,
)
from cle.core.tables.model import Limits, Row, Table, Value, column_letter, extension
from cle.core.tables.reader import read_table
from cle.core.tables.safe import escape_cell
from cle.core.tables.values import cell_text, lost_digits, parse_date

__all__ = [
    "Heading",
    "Limits",
    "Row",
    "Table",
    "Value",
    "cell_text",
    "column_letter",
    "column_notes",
    "escape_cell",
    "extension",
    "find_heading",
    "heading_key",
    "is_blank",
    "is_column_numbers",
    "is_total",
    "lost_digits",
    "parse_date",
    "read_table",
    "rows_below",
]
