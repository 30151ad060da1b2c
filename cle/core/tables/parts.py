"""Which part of an .xlsx holds which sheet, and how the workbook counts days."""

from __future__ import annotations

import re
from collections.abc import Mapping
from xml.parsers import expat

from cle.core.tables.sheetxml import parse

_1904 = re.compile(rb"<(?:\w+:)?workbookPr\b[^>]*\bdate1904\s*=\s*[\"'](?:1|true)[\"']")


def worksheet_xml(parts: Mapping[str, bytes], sheet: str) -> bytes:
    """The XML of the sheet with this name; empty if the workbook does not say where it is."""
    by_name = {name.lower(): data for name, data in parts.items()}
    targets = {
        relation.get("Id", ""): relation.get("Target", "")
        for relation in _elements(by_name.get("xl/_rels/workbook.xml.rels", b""), "Relationship")
    }
    for element in _elements(by_name["xl/workbook.xml"], "sheet"):
        if element.get("name") == sheet:
            key = next((value for name, value in element.items() if name.endswith(":id")), "")
            target = targets.get(key, "").lower()
            return by_name.get(target.lstrip("/") if target.startswith("/") else f"xl/{target}", b"")
    return b""


def dates_from_1904(parts: Mapping[str, bytes]) -> bool:
    return bool(_1904.search(parts.get("xl/workbook.xml", b"")))


def _elements(xml: bytes, local_name: str) -> list[dict[str, str]]:
    """The attributes of all elements with this name, whatever their prefix."""
    found: list[dict[str, str]] = []

    def start(name: str, attributes: dict[str, str]) -> None:
        if name.rpartition(":")[2] == local_name:
            found.append(attributes)

    parser = expat.ParserCreate("utf-8")
    parser.StartElementHandler = start
    if xml:
        parse(parser, xml)
    return found
