"""What a rulebook asks about people and credit that the register does not hold.

Rules that look at such a fact would take everybody for somebody without it: they would call people short who are
not. They can be tried on a single person's facts; for a whole bar they are refused.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from advocates.models import Status
from cle.core.errors import DomainError, Text
from compliance.rules import Addition, Rulebook
from compliance.rules.language.after import Stage
from compliance.rules.language.conditions import Condition, Selector
from compliance.rules.language.credit import Activity
from compliance.rules.language.periods import Group
from compliance.rules.language.requirements import Act, Requirement
from compliance.rules.language.words import Part
from compliance.rules.references import parts
from compliance.rules.variants import varied
from courses.models import DeliveryFormat

Unknown = tuple[str, Text]
"""The path of a rule in the document, and what it asks for, in words."""

ATTENDANCE: Final = "attendance"
"""The one activity that the ledger knows: credit for having taken part."""

_BIRTH = _("the date of birth")
_GROUP = _("to which group of the rulebook somebody belongs")
_ROLE = _("the offices that somebody holds")


def refuse_unknown(document: Rulebook | Addition) -> None:
    """Raises DomainError naming every rule that asks for what the register does not hold."""
    found = list(dict.fromkeys(unknown_facts(document)))
    if found:
        lines = "\n".join(f"  {path}: {what}" for path, what in found)
        raise DomainError(
            "facts-unknown",
            gettext("The register does not hold what these rules ask for:\n%(rules)s") % {"rules": lines},
        )


def unknown_facts(document: Rulebook | Addition) -> Iterator[Unknown]:
    """Every such rule, those of the variants among them."""
    own = list(_asked(document))
    yield from own
    for index, variant in enumerate(document.variants if isinstance(document, Rulebook) else ()):
        assert isinstance(document, Rulebook)
        changed = varied(document, (variant.code,))
        yield from ((f"variants.{index}.set.{path}", what) for path, what in _asked(changed) if (path, what) not in own)


def _asked(document: Rulebook | Addition) -> Iterator[Unknown]:
    grouped = isinstance(document, Rulebook) and document.period.anchor.rule == "groups"
    formats = {delivery.code for delivery in DeliveryFormat} | _made(document)
    for path, part in parts(document):
        if path.startswith("examples"):
            continue
        match part:
            case Condition():
                yield from _of_person(path, part, grouped=grouped)
            case Selector():
                yield from _of_credit(path, part, formats)
            case _:
                yield from _of_rule(path, part)
    if isinstance(document, Rulebook) and document.period.anchor.rule in ("birthday", "birth_month"):
        yield "period.anchor", _BIRTH


def _made(document: Part) -> set[str]:
    """Formats that the rules themselves give to credit."""
    return {
        part.becomes_format for _path, part in parts(document) if isinstance(part, Activity) and part.becomes_format
    }


def _of_person(path: str, condition: Condition, *, grouped: bool) -> Iterator[Unknown]:
    asked: dict[str, tuple[bool, Text]] = {
        "age": (condition.age is not None, _BIRTH),
        "born": (condition.born is not None, _BIRTH),
        "surname": (bool(condition.surname), _("the surname at admission")),
        "group": (bool(condition.group) and not grouped, _GROUP),
        "role": (bool(condition.role), _ROLE),
        "attributes": (bool(condition.attributes), _("particulars of a person beyond the roll")),
        "status": (not {*condition.status} <= {*Status.values}, _("a status that the roll does not have")),
    }
    yield from ((f"{path}.{name}", what) for name, (needed, what) in asked.items() if needed)


def _of_credit(path: str, selector: Selector, formats: set[str]) -> Iterator[Unknown]:
    asked: dict[str, tuple[bool, Text]] = {
        "activities": (bool({*selector.activities} - {ATTENDANCE}), _("credit for anything but taking part")),
        "roles": (bool(selector.roles), _("the role of somebody in an activity")),
        "tags": (bool(selector.tags), _("marks of credit")),
        "repeat": (selector.repeat is not None, _("whether something was given or taken before")),
        "at_least": (bool(selector.at_least), _("measures of an activity, such as pages")),
        "formats": (not {*selector.formats} <= formats, _("a format that the catalogue of courses does not have")),
    }
    yield from ((f"{path}.{name}", what) for name, (needed, what) in asked.items() if needed)


def _of_rule(path: str, part: Part) -> Iterator[Unknown]:
    match part:
        case Group(when=None):
            yield f"{path}.when", _GROUP
        case Requirement(per_title=True):
            yield f"{path}.per_title", _("the titles that somebody holds")
        case Act(needed_to_comply=True):
            yield f"{path}.needed_to_comply", _("what somebody has filed, declared or paid")
        case Stage() if part.if_act or part.unless_act:
            yield f"{path}.{'if_act' if part.if_act else 'unless_act'}", _("what somebody has filed, declared or paid")
        case Activity(per=measured) if measured is not None:
            yield f"{path}.per", _("measures of an activity, such as pages")
