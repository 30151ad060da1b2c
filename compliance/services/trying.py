"""A draft of rules, tried without being adopted: faults, doubts, what stands in its way, and its own examples."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from advocates.models import Bar, User
from cle.core.errors import DomainError
from compliance.models import AdoptedRulebook
from compliance.queries.rules import rules_of
from compliance.rules import Addition, Rulebook, RulebookError, RuleProblem, combine, parse_document
from compliance.rules.doubts import doubts
from compliance.rules.worked import Mismatch, mismatches
from compliance.services.rulebooks import adopt_rulebook, checked
from compliance.services.rulebooks import digest as digest_of


@dataclass(frozen=True, slots=True)
class Tried:
    """What is to be said of a document. ``examples`` are the mismatches of each example, by its name: none is good.

    ``rules`` is None when the document has faults; the rest is then unknown. ``obstacle`` is why this bar may not
    adopt rules that are good in themselves.
    """

    sha256: str
    rules: Rulebook | Addition | None
    adopted: bool = False
    faults: tuple[RuleProblem, ...] = ()
    doubts: tuple[RuleProblem, ...] = ()
    obstacle: DomainError | None = None
    examples: dict[str, list[Mismatch]] | None = None

    @property
    def usable(self) -> bool:
        wrong = any(self.examples.values()) if self.examples else False
        return self.rules is not None and self.obstacle is None and not wrong


def try_rulebook(bar: Bar, document: dict[str, Any]) -> Tried:
    """Try a document for a bar, an addition on top of the rules that hold above the bar. Nothing is written."""
    sha256 = digest_of(document)
    try:
        rules = parse_document(document)
        adopted = AdoptedRulebook.objects.filter(bar=bar, sha256=sha256).exists()
        obstacle = None if adopted else _obstacle(bar, rules)
    except RulebookError as error:
        return Tried(sha256, None, faults=error.problems)
    return Tried(
        sha256, rules, adopted, doubts=tuple(doubts(rules)), obstacle=obstacle, examples=_examples(bar, rules)
    )  # fmt: skip


def refuse_faulty(tried: Tried) -> None:
    """Raises RulebookError or DomainError for a document that the bar cannot adopt."""
    if tried.faults:
        raise RulebookError(tried.faults)
    if tried.obstacle is not None:
        raise tried.obstacle


def refuse_untrue(tried: Tried) -> None:
    """Raises DomainError for a document that does not mean what its own examples say."""
    if not tried.usable:
        raise DomainError("examples-do-not-hold", _("The examples in the document do not come true by its rules."))


def adopt_tried(bar: Bar, document: dict[str, Any], *, digest: str, decision: str, by: User | None) -> AdoptedRulebook:
    """Adopt the very document that was tried, as its digest names it; the same one again is adopted once.

    Raises RulebookError or DomainError for what `refuse_faulty` and `refuse_untrue` refuse, and DomainError
    "document-changed" for another document.
    """
    tried = try_rulebook(bar, document)
    refuse_faulty(tried)
    if tried.sha256 != digest:
        raise DomainError("document-changed", _("This is not the document that was checked."))
    refuse_untrue(tried)
    return adopt_rulebook(bar, document, decision=decision, by=by)


def _obstacle(bar: Bar, rules: Rulebook | Addition) -> DomainError | None:
    try:
        checked(bar, rules)
    except DomainError as error:
        return error
    return None


def _examples(bar: Bar, rules: Rulebook | Addition) -> dict[str, list[Mismatch]]:
    """None can be run for an addition to rules that do not exist."""
    above = rules_of(bar.parent).at(rules.effective_from) if bar.parent else None
    if isinstance(rules, Addition):
        if above is None:
            return {}
        whole = combine(above.rulebook, rules).model_copy(update={"examples": rules.examples})
    else:
        whole = rules
    found: defaultdict[str, list[Mismatch]] = defaultdict(list)
    for mismatch in mismatches(whole):
        found[mismatch.example].append(mismatch)
    return {example.name: found[example.name] for example in rules.examples}
