"""Names as people call themselves in meetings: with devices, cities and firms around them."""

from __future__ import annotations

import re

from advocates.names.folding import fold

_DEVICES = frozenset(
    "android galaxy honor huawei iphone ipad ipod laptop macbook oneplus oppo pixel poco realme redmi samsung tecno "
    "vivo xiaomi айфон андроид айпад галакси редми самсунг сяоми хонор ноутбук компьютер планшет телефон "
    "desktop notebook phone pc zoom".split()
)
_NOT_A_NAME = frozenset("user guest anonymous unknown гость конак пользователь участник participant admin".split())
_TITLES = frozenset("адвокат advocate advokat lawyer".split())
_MODEL = re.compile(r"\w*\d\w*|pro|max|plus|ultra|mini|note|lite|air|se")
_BRACKETS = frozenset("([{（)]}）")
_TAIL = re.compile(r"[|/\\_]")
_OF_ITS_OWNER = re.compile(r"['’]s(?=\s|$)", re.IGNORECASE)


def display_name_key(text: str) -> str:
    """The folded name without brackets, ``|``, ``/`` or ``_`` tails, devices and titles; "" when no name is left.

    A licence number typed into the name is dropped here: read it before.
    """
    bare = _TAIL.split(without_brackets(text), maxsplit=1)[0]
    bare = " ".join(word for word in _OF_ITS_OWNER.sub("", bare).split() if "@" not in word)
    words = fold(bare).split()
    if any(word in _DEVICES for word in words):
        words = [word for word in words if word not in _DEVICES and not _MODEL.fullmatch(word)]
    words = [word for word in words if word not in _NOT_A_NAME and word not in _TITLES]
    return " ".join(word for word in words if not any(sign.isdigit() for sign in word))


def without_brackets(text: str) -> str:
    """The text outside all brackets, nested ones too; an open bracket without its pair runs to the end."""
    return split_brackets(text)[0]


def split_brackets(text: str) -> tuple[str, str]:
    """What stands outside the brackets of a text, and what stands in them, each with single spaces."""
    if _BRACKETS.isdisjoint(text):
        return " ".join(text.split()), ""
    depth = 0
    parts: tuple[list[str], list[str]] = [], []
    for sign in text:
        if sign in "([{（":
            depth += 1
        elif sign in ")]}）":
            depth = max(0, depth - 1)
        else:
            parts[depth > 0].append(sign)
            continue
        parts[0].append(" ")
        parts[1].append(" ")
    outside, inside = (" ".join("".join(part).split()) for part in parts)
    return outside, inside
