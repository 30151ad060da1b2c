"""What attendance reports write in the columns of names, e-mails and yes-or-no answers."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from cle.core.tables.model import Value
from cle.core.tables.values import INVISIBLE, cell_text

_TAGS = frozenset(
    "guest unverified external invitado convidado invité gość gast ospite verified гость неподтверждено "
    "непроверенный қонақ".split()
)
_YES = frozenset(
    "yes y да иә ия true 1 + ✓ ✔ √ v p x п present присутствовал присутствовала был была келді қатысты".split()
)
_NO = frozenset("no n n0 нет жоқ false 0 - – — − н нб н/б absent отсутствовал отсутствовала келмеді".split())
_ORDINARY = re.compile(r"[0-9A-Za-zА-Яа-яЁёӘәҒғҚқҢңӨөҰұҮүҺһІі .'-]*")
_BREAKOUT = re.compile(r"breakout|сессионн|подгрупп|room \d", re.IGNORECASE)


def split_original(text: str) -> tuple[str, str]:
    """(display name, original name): the last balanced pair of brackets at the end holds the latter."""
    text = one_line(text)
    if not text.endswith((")", "）")):
        return text, ""
    depth = 0
    for index in range(len(text) - 1, -1, -1):
        depth += {")": 1, "）": 1, "(": -1, "（": -1}.get(text[index], 0)
        if depth == 0:
            name = text[:index].strip()
            return (name, text[index + 1 : -1].strip()) if name else (text, "")
    return text, ""


def without_tag(text: str) -> tuple[str, str]:
    """(name, ""): the name without a closing "(Guest)", "(Unverified)" and the like; other brackets stay."""
    text = one_line(text)
    while True:
        name, tag = split_original(text)
        if not tag or tag.casefold() not in _TAGS:
            return text, ""
        text = name


def as_it_stands(text: str) -> tuple[str, str]:
    return one_line(text), ""


def one_line(text: str) -> str:
    return " ".join(text.split())


@lru_cache(maxsize=8192)
def name_key(name: str) -> str:
    """A name as it is compared inside one file; never shown."""
    if _ORDINARY.fullmatch(name):  # signs that no form of Unicode writes otherwise
        return one_line(name.casefold())
    return one_line(unicodedata.normalize("NFKC", name).translate(INVISIBLE).casefold())


def usable_email(value: Value) -> str:
    """The e-mail in lower case, or "" if it identifies nobody: masked, a guest's placeholder, or no address."""
    email = cell_text(value).strip().casefold()
    if "@" not in email or " " in email or "*" in email or "#ext#" in email:
        return ""
    return "" if email.endswith("@guest.webex.localhost") else email


def is_masked(value: Value) -> bool:
    text = cell_text(value)
    return "@" in text and "*" in text


def answer(value: Value) -> bool | None:
    """Yes, no, or neither; a plus, a tick and the register's "P" are yes, a minus and "н" are no."""
    text = one_line(cell_text(value)).casefold().strip(".")
    return True if text in _YES else False if text in _NO else None


def is_breakout(value: Value) -> bool:
    return bool(_BREAKOUT.search(cell_text(value)))
