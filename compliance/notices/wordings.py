"""The words of a stage: a bar's own, those of a bar above it, or those that come with the program.

All three are sources in one form: plain text with placeholders in braces, filled for each advocate. Nothing in them is
executed; what the figures, the dates and the legal grounds say is added by the letter, whatever the words are.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import Any, Final, NamedTuple

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Case, OuterRef, Value, When
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from cle.core.errors import DomainError, Text
from compliance.models import NoticeWording, Standing
from compliance.models.standings import StandingQuerySet

PLACEHOLDERS: Final[Mapping[str, Text]] = MappingProxyType(
    {
        "name": _("full name of the advocate"),
        "bar": _("name of the bar"),
        "start": _("first day of the period"),
        "end": _("last day of the period"),
        "due": _("due date"),
        "grace_ends": _("last day of grace"),
        "petition_from": _("first day a petition is possible"),
        "make_up_until": _("last day on which late hours count"),
        "required": _("required hours"),
        "counted": _("counted hours"),
        "missing": _("missing hours"),
        "contact": _("whom to ask"),
        "site": _("address of the advocate's own pages"),
        "today": _("the day of the letter"),
    }
)
"""What may stand in braces, and what it stands for."""

_BRACED: Final = re.compile(r"\{([^{}\n]*)\}")
_FOLDER: Final = "compliance/notices"
_LEVELS: Final = 4
"""A bar and so many less one above it: more than any country has."""
_MOST_KEPT: Final = 2000
_kept: dict[int, NoticeWording] = {}
"""Versions by their keys. They are never changed, so what has been read once holds for as long as the process lives."""


class Words(NamedTuple):
    """A source in one language, and the version that it is of; None for the text that comes with the program."""

    subject: str
    body: str
    version: NoticeWording | None = None


def check_source(text: str) -> None:
    """Raises DomainError "unknown-placeholder", naming it and those that there are; or "stray-brace"."""
    unknown = [name for name in dict.fromkeys(_BRACED.findall(text)) if name not in PLACEHOLDERS]
    if unknown:
        said = {"unknown": ", ".join(f"{{{name}}}" for name in unknown),
                "known": ", ".join(f"{{{name}}}" for name in PLACEHOLDERS)}  # fmt: skip
        raise DomainError("unknown-placeholder", _("There is no %(unknown)s. There are: %(known)s.") % said)
    if re.search(r"[{}]", _BRACED.sub("", text)):
        raise DomainError("stray-brace", _("A brace belongs to a placeholder, such as {due}: one stands alone here."))


def fill(source: str, values: Mapping[str, str]) -> str:
    """The source with the values in the places of their names. A value is never read as a source."""
    return _BRACED.sub(lambda found: values.get(found[1], found[0]), source)


@lru_cache(maxsize=256)
def shipped(kind: str, language: str) -> Words:
    """The text that comes with the program, with its placeholders in it."""
    context = {**{name: f"{{{name}}}" for name in PLACEHOLDERS}, "kind": kind}
    with translation.override(language):
        subject, body = (render_to_string(f"{_FOLDER}/{name}.txt", context).strip() for name in ("subject", "opening"))
    return Words(subject, re.sub(r"\n{3,}", "\n\n", body))


def with_wordings(standings: StandingQuerySet) -> StandingQuerySet:
    """With the keys of the versions that may be in use for each advocate, those of the nearest bar first: a letter then
    asks for no more than the words that it has never seen."""
    places = [OuterRef(f"advocate__bar{'__parent' * level}") for level in range(_LEVELS)]
    distance = Case(*(When(bar=place, then=Value(level)) for level, place in enumerate(places)))
    rows = NoticeWording.objects.in_use().alias(distance=distance).exclude(distance=None)
    return standings.annotate(wording_ids=ArraySubquery(rows.order_by("distance", "pk").values("pk")))


def words_of(standing: Standing, stage: str, language: str) -> Words | None:
    """The words of a stage of the advocate's bar, or of the nearest bar above it; None where none has written any."""
    for row in known_versions(_ids(standing)):
        if row.body and (row.stage, row.language) == (stage, language):
            return Words(row.subject, row.body, row)
    return None


def _ids(standing: Standing) -> list[int]:
    ids: list[int] | None = getattr(standing, "wording_ids", None)
    if ids is None:
        row: Any = with_wordings(Standing.objects.filter(pk=standing.pk)).first()
        ids = row.wording_ids if row else []
        standing.wording_ids = ids  # type: ignore[attr-defined]
    return ids


def known_versions(ids: list[int]) -> list[NoticeWording]:
    """By their keys, each read from the database once per process."""
    new = [pk for pk in ids if pk not in _kept]
    if new:
        if len(_kept) > _MOST_KEPT:
            _kept.clear()
            new = ids
        _kept.update(NoticeWording.objects.in_bulk(new))
    return [_kept[pk] for pk in ids if pk in _kept]
