"""Adopting a rulebook."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from advocates.acting import beyond_the_wall
from advocates.models import Advocate, Bar, Membership, User
from advocates.services.people import touch
from cle.core.errors import DomainError
from compliance.models import AdoptedRulebook
from compliance.queries.rules import rules_of
from compliance.rules import Addition, Rulebook, RulebookError, faults_of_addition, parse_document
from compliance.services.register_facts import refuse_unknown

_LONGEST_CODE, _LONGEST_VERSION = 60, 40


def digest(document: dict[str, Any]) -> str:
    """SHA-256 over the canonical JSON of a document."""
    canonical = json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


@transaction.atomic
def adopt_rulebook(bar: Bar, document: dict[str, Any], *, decision: str = "", by: User | None) -> AdoptedRulebook:
    """Adopt a document for a bar from its ``effective_from``. The very same document again is a no-op.

    Raises what `checked` raises.
    """
    rules = parse_document(document)
    sha256 = digest(document)
    Bar.objects.select_for_update(no_key=True).get(pk=bar.pk)  # adoptions of one bar wait for each other
    same = AdoptedRulebook.objects.filter(bar=bar, code=rules.code, version=rules.version, sha256=sha256).first()
    if same is not None:
        return same
    checked(bar, rules)
    _look_again(bar)
    return AdoptedRulebook.objects.create(
        bar=bar, code=rules.code, version=rules.version, effective_from=rules.effective_from,
        document=document, sha256=sha256, decision=decision, adopted_by=by,
    )  # fmt: skip


@beyond_the_wall("that the standings of those who moved to another bar are to be looked at again")
def _look_again(bar: Bar) -> None:
    """The sweep sees by itself that the rules of a bar are others; not so those of a bar before.

    Their records count as changed: a sweep reads the version of a record before the rules, so that one that is under
    way may write what it found by the rules of before, and is seen to be behind all the same.
    """
    bars = Bar.objects.below(bar)
    left = Membership.objects.filter(bar__in=bars).exclude(advocate__bar__in=bars)
    people = Advocate.objects.select_for_update(no_key=True).filter(pk__in=left.values("advocate")).order_by("pk")
    touch(list(people.values_list("pk", flat=True)))


def checked(bar: Bar, rules: Rulebook | Addition) -> None:
    """Whether the bar may adopt these rules.

    A bar below one with rules adopts an addition, every other bar a whole rulebook. Raises RulebookError when an
    addition does not fit the rules that it adds to, and DomainError when this version was adopted before, or another
    document starts on that day, when it is a document of the wrong kind, or asks for what the register does not know.
    """
    _check_name(bar, rules)
    if AdoptedRulebook.objects.filter(bar=bar, effective_from=rules.effective_from).exists():
        raise DomainError("day-taken", _("Another rulebook of this bar starts on that day."))
    above = rules_of(bar.parent).at(rules.effective_from) if bar.parent else None
    if isinstance(rules, Rulebook):
        if above is not None:
            raise DomainError("rules-above", _("The bar above has rules on that day: adopt an addition to them."))
    elif above is None:
        raise DomainError("nothing-above", _("An addition needs a bar above that has rules on that day."))
    elif faults := list(faults_of_addition(above.rulebook, rules)):
        raise RulebookError(faults)
    refuse_unknown(rules)


def _check_name(bar: Bar, rules: Rulebook | Addition) -> None:
    if len(rules.code) > _LONGEST_CODE or len(rules.version) > _LONGEST_VERSION:
        raise DomainError("name-too-long", _("The code may have 60 letters, and the version 40."))
    if AdoptedRulebook.objects.filter(bar=bar, code=rules.code, version=rules.version).exists():
        raise DomainError("version-taken", _("This version was adopted with other contents: give it a new number."))
