"""Each string that a person may see is there in Kazakh and Russian, and the compiled catalogues say the same."""

from __future__ import annotations

import io
import re

import pytest
from babel.messages.catalog import Message
from babel.messages.mofile import write_mo
from django.conf import settings

from cle.core.catalogues import LANGUAGES, messages, read

PLACEHOLDER = re.compile(r"%\(\w+\)s|%%|%s")
KAZAKH = set("әғқңөұүһіӘҒҚҢӨҰҮҺІ")


Strings = set[tuple[str | None, str | tuple[str, str]]]


@pytest.fixture(scope="module")
def found() -> Strings:
    return set(messages(settings.BASE_DIR))


def path_of(language: str):
    return settings.BASE_DIR / "cle" / "locale" / language / "LC_MESSAGES" / "django.po"


def forms(message: Message) -> list[str]:
    return [message.string] if isinstance(message.string, str) else list(message.string)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_string_is_translated(found: Strings, language: str) -> None:
    catalog = read(path_of(language), language)
    missing = [
        message
        for context, message in found
        if (entry := catalog.get(message if isinstance(message, str) else message[0], context)) is None
        or not all(forms(entry))
    ]
    assert len(found) > 500
    assert missing == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_placeholders_survive(language: str) -> None:
    broken = []
    for entry in read(path_of(language), language):
        wanted = {*PLACEHOLDER.findall(entry.id if isinstance(entry.id, str) else entry.id[-1])}
        broken += [entry.id for text in forms(entry) if entry.id and set(PLACEHOLDER.findall(text)) != wanted]
    assert broken == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_compiled_is_what_is_written(language: str) -> None:
    compiled = io.BytesIO()
    write_mo(compiled, read(path_of(language), language))
    assert path_of(language).with_suffix(".mo").read_bytes() == compiled.getvalue()


def test_the_kazakh_catalogue_is_in_kazakh() -> None:
    text = path_of("kk").read_text(encoding="utf-8")
    assert sum(text.count(letter) for letter in KAZAKH) > 1000


def test_finds_strings_of_python_and_of_templates(found: Strings) -> None:
    assert {(None, "Log in"), (None, "The certificate on record is not what was issued.")} <= found
    assert any(isinstance(message, tuple) for _context, message in found)
