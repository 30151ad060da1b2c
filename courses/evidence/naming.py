"""The name under which people are shown a file: what is left of theirs, with the ending of what it is."""

from __future__ import annotations

import re
import unicodedata

from courses.evidence.kinds import Kind

_LONGEST = 120
_UNWANTED = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
"""Unicode categories: control, format (which can turn a name around), surrogates, unassigned, line ends."""


def shown_name(name: str, kind: Kind) -> str:
    """ "C:\\scan\\‮gpj.exe" as a JPEG → "gpj.jpg"; of a name that has nothing to show, "file"."""
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", name))[-1]
    seen = "".join(char for char in last if unicodedata.category(char) not in _UNWANTED)
    bare = seen.rpartition(".")[0] if "." in seen else seen
    stem = re.sub(r'[<>:"|?*\s]+', " ", bare).strip(" .")
    return f"{stem[:_LONGEST].rstrip() or 'file'}.{kind.extension}"
