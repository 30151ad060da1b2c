"""A letter without figures: subject and text of two templates, in the advocate's language, or in two."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from django.template.loader import render_to_string
from django.utils import timezone, translation

from advocates.models import Advocate
from compliance.notices.letter import Letter

_FOLDER: Final = "compliance/notices"
_BILINGUAL: Final = ("kk", "ru")


def write_plain_letter(
    advocate: Advocate, kind: str, context: Mapping[str, Any], facts: dict[str, Any], zone: str
) -> Letter:
    """``kind``: the beginning of the templates' names; times are those of the zone."""
    languages = (advocate.language,) if advocate.language else _BILINGUAL
    parts = [_part(kind, {**context, "bar_name": advocate.bar.name_in(each)}, each, zone) for each in languages]
    subject = " / ".join(part["subject"] for part in parts)[:300]
    text = "\n\n* * *\n\n".join(part["text"] for part in parts)
    html = render_to_string(f"{_FOLDER}/plain.html", {"parts": parts, "subject": subject})
    return Letter(subject, f"{text}\n", html, facts)


def _part(kind: str, context: dict[str, Any], language: str, zone: str) -> dict[str, Any]:
    with translation.override(language), timezone.override(zone):
        subject, text = (
            render_to_string(f"{_FOLDER}/{kind}_{name}.txt", context).strip() for name in ("subject", "text")
        )
    return {"language": language, "subject": subject, "text": text}
