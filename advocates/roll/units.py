"""Units as a roll names them, and the one spelling of each that is kept."""

from __future__ import annotations

from collections.abc import Iterable

from advocates.names import fold
from advocates.roll.known import is_damaged_copy


class UnitNames:
    """Spellings that differ in case, quotes, spaces or Kazakh letters are one unit; the first spelling is kept."""

    def __init__(self, names: Iterable[str]) -> None:
        self._by_key: dict[str, str] = {}
        for name in names:
            self._by_key.setdefault(_key(name), name)

    def spelling(self, name: str) -> str:
        """The kept spelling; a name with letters lost is the unit that it is a copy of, if there is just one."""
        if not name:
            return ""
        if (key := _key(name)) in self._by_key:
            return self._by_key[key]
        whole = [kept for kept in self._by_key.values() if is_damaged_copy(name, kept)]
        return self._by_key.setdefault(key, whole[0] if len(whole) == 1 else name)


def _key(name: str) -> str:
    return fold(name) or name
