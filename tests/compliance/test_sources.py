"""What notices and pages quote from a rulebook."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from compliance.notices.sources import grounds, line_name, make_up_until
from compliance.rules import Rulebook, parse_rulebook
from tests.compliance.rows import requirement, rulebook_document, total

NAME = {"kk": "Әдеп", "ru": "Этика", "en": "Ethics"}


def book(**changes: Any) -> Rulebook:
    return parse_rulebook(rulebook_document(**changes))


@pytest.mark.parametrize(
    ("code", "language", "name"),
    [
        ("total", "ru", "Всего часов"),
        ("total", "kk", "Барлық сағат"),
        ("ethics", "ru", "Профессиональная этика"),
        ("each", "ru", "Этика"),
        ("each.2", "kk", "Әдеп: 2"),
        ("each.law", "en", "Ethics: Law and procedure"),
        ("each.doctor", "en", "Ethics: doctor"),
        ("each.long", "en", "Longer"),
        ("later", "ru", "Этика"),
        ("unheard-of", "ru", "unheard-of"),
    ],
)
def test_the_name_of_a_line(code: str, language: str, name: str) -> None:
    later = {"code": "v", "when": {}, "set": {"requirements": [requirement("law", 1, code="later", name=NAME)]},
             "clause": "example"}  # fmt: skip
    rules = book(
        requirements=[
            *rulebook_document()["requirements"],
            requirement("ethics", 1, code="each", name=NAME, in_each=6),
            requirement("ethics", 1, code="each.long", name="Longer"),
        ],
        variants=[later],
    )
    assert line_name(rules, code, language) == name


def test_the_total_may_have_a_name_of_its_own() -> None:
    assert line_name(book(**total(16, name=NAME)), "total", "kk") == "Әдеп"


@pytest.mark.parametrize(
    ("late", "last"),
    [
        ({"make_up_days": 0}, None),
        ({"make_up_days": 120}, dt.date(2027, 4, 30)),
        ({"make_up_days": 0, "make_up_until": "03-31"}, dt.date(2027, 3, 31)),
        ({"make_up_days": 800}, dt.date(2027, 12, 31)),
    ],
)
def test_the_last_day_on_which_late_hours_count(late: dict[str, Any], last: dt.date | None) -> None:
    rules = book(late={**rulebook_document()["late"], **late})
    assert make_up_until(rules, dt.date(2026, 12, 31)) == last


def test_a_clause_without_a_text_is_quoted_by_document_and_article() -> None:
    clauses = {**rulebook_document()["clauses"], "duty": {"document": "Law No. 1", "article": "5"}}
    found = list(grounds(book(clauses=clauses), ["duty", "duty", "nowhere", "suspension"], "ru"))
    assert (found[0].source, found[0].text, len(found)) == ("Law No. 1, 5", "", 2)
    assert found[1].text.startswith("Действие лицензии")
