"""E-mail addresses and telephones, from cells that hold either or both."""

from __future__ import annotations

import re

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

_BETWEEN = re.compile(r"[\s,;<>()|/]+")
_LABEL = re.compile(r"(?:e-?mail|эл\. ?(?:почта|адрес)|почта|mailto)\s*[:.-]?\s*(?=[\s,;]|$)", re.IGNORECASE)
_LONGEST_EMAIL = 254


def split_contacts(text: str) -> tuple[str, list[str]]:
    """The text without its e-mail addresses, and the addresses, valid or not, as typed."""
    emails = [part for part in _BETWEEN.split(text) if "@" in part]
    for email in emails:
        text = text.replace(email, " ", 1)
    if emails:
        text = " ".join(_LABEL.sub(" ", text).split()).strip(" ,;/<>()|")
    return text.strip(), emails


def clean_email(text: str) -> str:
    """The address without "mailto:" and stray dots, or "" when no mail can be sent to it (wrong, masked)."""
    email = text.strip().removeprefix("mailto:").strip(" .,;:'\"")
    try:
        validate_email(email)
    except ValidationError:
        return ""
    return "" if "*" in email or len(email) > _LONGEST_EMAIL else email
